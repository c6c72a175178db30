//! The timeline of a case: replies, notes, folded events, and the two composers.
//!
//! A reply and a note never share a form: different colour, icon, words, fields and address.

use mainstay_domain::Moment;
use maud::{Markup, html};

use super::blocks::notice;
use super::button::{Button, Look};
use super::chips::{Channel, Tone, avatar};
use super::field::Field;
use super::form::{Form, Mistakes};
use super::icon::{Icon, icon};
use super::viewer::Viewer;
use super::words;

/// What a line of the timeline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// Public, from the customer.
    CustomerReply,
    /// Public, from the vendor.
    VendorReply,
    /// Within an account, from whoever asked.
    Asked,
    /// Within an account, from one of its administrators.
    Administrator,
    /// Internal to the vendor.
    Note,
    /// For colleagues at the customer; the vendor never sees it.
    Colleagues,
}

impl EntryKind {
    /// Whether only one side sees it.
    const fn is_locked(self) -> bool {
        matches!(self, Self::Note | Self::Colleagues)
    }
}

/// How a reply's mail fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery<'a> {
    /// On its way.
    Queued,
    /// Accepted by the other side.
    Delivered,
    /// Refused, and why.
    Failed(&'a str),
}

/// Who gets a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock<'a> {
    /// Everybody who sees it.
    Open,
    /// Not everybody, but its reader.
    Mine,
    /// Not its reader, who has no files at all; a sentence says so.
    Closed(&'a str),
    /// Others; a sentence says who.
    Others(&'a str),
}

/// A file of an entry.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its address.
    pub href: &'a str,
    /// Its size in words.
    pub size: &'a str,
    /// Who gets it.
    pub lock: Lock<'a>,
    /// Where it can be marked as confidential; empty for nowhere.
    pub mark: &'a str,
}

impl<'a> File<'a> {
    /// A file everybody gets who sees it.
    #[must_use]
    pub const fn new(name: &'a str, href: &'a str, size: &'a str) -> Self {
        Self {
            name,
            href,
            size,
            lock: Lock::Open,
            mark: "",
        }
    }
}

/// A reply or a note.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Its anchor: `entry-12`.
    pub id: &'a str,
    /// What it is.
    pub kind: EntryKind,
    /// Who wrote it.
    pub author: &'a str,
    /// Their role or organisation; may be empty.
    pub role: &'a str,
    /// When.
    pub at: Moment,
    /// How it came in, where that is worth saying.
    pub channel: Option<Channel>,
    /// What it says: [`super::markdown`], [`super::text::mail_html`] or [`super::text::plain`].
    pub body: Markup,
    /// The language it is written in, as a tag; may be empty.
    pub lang: &'a str,
    /// Its files.
    pub files: &'a [File<'a>],
    /// How its mail fared, for the vendor.
    pub delivery: Option<Delivery<'a>>,
    /// Whether the reader hasn't seen it.
    pub is_new: bool,
    /// Buttons in its head.
    pub actions: Markup,
}

impl<'a> Entry<'a> {
    /// An entry with nothing but its text.
    #[must_use]
    pub const fn new(
        id: &'a str,
        kind: EntryKind,
        author: &'a str,
        at: Moment,
        body: Markup,
    ) -> Self {
        Self {
            id,
            kind,
            author,
            role: "",
            at,
            channel: None,
            body,
            lang: "",
            files: &[],
            delivery: None,
            is_new: false,
            actions: maud::PreEscaped(String::new()),
        }
    }

    /// The card of the entry, an item of [`timeline`].
    #[must_use]
    pub fn render(&self, v: &Viewer) -> Markup {
        let (class, from) = match self.kind {
            EntryKind::CustomerReply => ("entry-customer", v.t("timeline-from-customer")),
            EntryKind::VendorReply => ("entry-vendor", v.t("timeline-from-vendor")),
            EntryKind::Asked => ("entry-customer", v.t("internal-from-requester")),
            EntryKind::Administrator => ("entry-vendor", v.t("internal-from-administrator")),
            EntryKind::Note => ("entry-note", v.t("timeline-note")),
            EntryKind::Colleagues => ("entry-mates", v.t("timeline-colleagues")),
        };
        html! {
            li.entry.(class).is-new[self.is_new] id=(self.id) {
                article {
                    header.entry-head {
                        (avatar(self.author))
                        span.entry-who { b { (self.author) } @if !self.role.is_empty() { " " span.muted { (self.role) } } }
                        span.entry-kind {
                            @if self.kind.is_locked() { (icon(Icon::Lock)) }
                            (from)
                        }
                        @if self.is_new { span.tag.tone-info { (v.t("timeline-new")) } }
                        span.entry-meta {
                            @if let Some(channel) = self.channel { (super::chips::channel(v, channel)) }
                            @if let Some(delivery) = self.delivery { (delivered(v, delivery)) }
                            a.entry-at href={ "#" (self.id) } {
                                span.sr { (v.t("timeline-link")) ": " } (words::brief(v, self.at))
                            }
                            (self.actions)
                        }
                    }
                    @if self.kind == EntryKind::Note {
                        p.sr { (v.t("timeline-note-hint")) }
                    }
                    @if self.kind == EntryKind::Colleagues {
                        p.entry-hint { (v.t("timeline-colleagues-hint")) }
                    }
                    div.entry-body lang=[(!self.lang.is_empty()).then_some(self.lang)] { (self.body) }
                    @if !self.files.is_empty() { (files(v, self.files)) }
                }
            }
        }
    }
}

fn delivered(v: &Viewer, delivery: Delivery<'_>) -> Markup {
    html! {
        @match delivery {
            Delivery::Queued => span.delivery { (icon(Icon::Clock)) (v.t("delivery-queued")) },
            Delivery::Delivered => span.delivery { (icon(Icon::Check)) (v.t("delivery-delivered")) },
            Delivery::Failed(why) => span.delivery.is-failed {
                (icon(Icon::Warn)) (v.t_args("delivery-failed", &[("why", why.into())]))
            },
        }
    }
}

/// Files as a list of links.
#[must_use]
pub fn files(v: &Viewer, each: &[File<'_>]) -> Markup {
    html! {
        ul.files aria-label=(v.t("timeline-files")) {
            @for file in each {
                li {
                    (file_link(v, file)) " " span.muted { (file.size) }
                    @if let Lock::Others(why) | Lock::Closed(why) = file.lock { span.muted { (why) } }
                    @if !file.mark.is_empty() {
                        a.small href=(file.mark) {
                            (v.t("confidential-mark")) span.sr { " " (file.name) }
                        }
                    }
                }
            }
        }
    }
}

/// A file by its name: a link for those who get it, a lock for confidential ones.
#[must_use]
pub fn file_link(v: &Viewer, file: &File<'_>) -> Markup {
    let lock = html! { (icon(Icon::Lock)) span.sr { (v.t("confidential")) ": " } };
    html! {
        @match file.lock {
            Lock::Open => a href=(file.href) { (icon(Icon::Clip)) span dir="auto" { (file.name) } },
            Lock::Closed(_) => span { (icon(Icon::Clip)) span dir="auto" { (file.name) } },
            Lock::Mine => a.is-confidential href=(file.href) { (lock) span dir="auto" { (file.name) } },
            Lock::Others(_) => span.is-confidential { (lock) span dir="auto" { (file.name) } },
        }
    }
}

/// Something that happened, by the system or as a change of state.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its icon.
    pub icon: Icon,
    /// One sentence.
    pub words: Markup,
    /// When.
    pub at: Moment,
}

/// One event as a line; several in a row fold into `4 changes`. Never hidden, only folded.
#[must_use]
pub fn events(v: &Viewer, each: &[Event]) -> Markup {
    let line = |event: &Event| {
        html! { (icon(event.icon)) span { (event.words) } (words::brief(v, event.at)) }
    };
    html! {
        @match each {
            [] => {},
            [one] => li.event { div.event-line { (line(one)) } },
            [first, .., last] => li.event {
                details {
                    summary.event-line {
                        (icon(Icon::More))
                        span { (v.t_args("timeline-changes", &[("n", each.len().into())])) }
                        span { (words::brief(v, first.at)) " – " (words::brief(v, last.at)) }
                    }
                    ul { @for event in each { li.event-line { (line(event)) } } }
                }
            },
        }
    }
}

/// The timeline around its entries and events, oldest first; refreshed when `topics` change.
#[must_use]
pub fn timeline(v: &Viewer, topics: &str, items: Markup) -> Markup {
    html! {
        ol.timeline id="timeline" aria-label=(v.t("timeline-label")) aria-live="polite"
            aria-relevant="additions"
            data-live-topic=[(!topics.is_empty()).then_some(topics)] { (items) }
    }
}

/// What a composer needs.
#[derive(Debug, Clone, Copy)]
pub struct Composer<'a> {
    /// Where it posts.
    pub action: &'a str,
    /// Where its draft is kept; empty for nowhere.
    pub draft: &'a str,
    /// What was typed before.
    pub value: &'a str,
    /// Who will read a reply, in words: `3 people at Contoso`. Unused by notes.
    pub audience: &'a str,
    /// Sends once even if sent twice.
    pub idempotency_key: &'a str,
    /// The last entry the writer has seen.
    pub last_seen: &'a str,
    /// What was wrong with the last attempt.
    pub mistakes: &'a Mistakes,
    /// Whether files can be attached.
    pub files: bool,
    /// Whether they can be marked as confidential: if the box is ticked, and who gets them then.
    pub confidential: Option<(bool, &'a str)>,
    /// The second way to send; the vendor's `Send and wait for customer`: label, name and value.
    pub alternative: Option<(&'a str, &'a str, &'a str)>,
}

/// The composer of a public reply: solid accent edge; the button names who will read it.
/// `extra` holds further fields. Field names: `body`, `files`, `idempotency_key`, `last_seen`.
#[must_use]
pub fn reply_composer(v: &Viewer, open: bool, with: &Composer<'_>, extra: Markup) -> Markup {
    let send = v.t_args("composer-send-to", &[("audience", with.audience.into())]);
    let mut form = Form::post(v, with.action)
        .prefix("reply-")
        .mistakes(with.mistakes)
        .draft(with.draft);
    if with.files {
        form = form.upload();
    }
    let label = v.t("composer-reply-label");
    let alternative = with
        .alternative
        .map(|(label, name, value)| Button::new(label).sends(name, value).alt().submit());
    composer(
        open,
        "composer-reply",
        "r",
        Icon::Reply,
        v.t("composer-reply"),
        html! {
            p.composer-to { (icon(Icon::People)) (v.t_args("composer-reply-to", &[("audience", with.audience.into())])) }
            (form.render(html! {
                (hidden(&form, with))
                (form.textarea(Field::new("body", label).hide_label().value(with.value).rows(6).required()))
                (extra)
                @if with.files { (form.files(Field::new("files", v.t("composer-files")).hide_label())) }
                @if let Some((is_ticked, who)) = with.confidential { (form.confidential(is_ticked, who)) }
                (form.actions(Button::primary(&send).key("mod+enter"), html! {
                    @if let Some(alternative) = alternative { (alternative) }
                }))
            }))
        },
    )
}

/// The composer of an internal note: yellow, dashed, locked. Field names: `note`, `files`, `last_seen`.
#[must_use]
pub fn note_composer(v: &Viewer, open: bool, with: &Composer<'_>, extra: Markup) -> Markup {
    let mut form = Form::post(v, with.action)
        .prefix("note-")
        .mistakes(with.mistakes)
        .draft(with.draft);
    if with.files {
        form = form.upload();
    }
    let label = v.t("composer-note-label");
    let save = Button::new(v.t("composer-save-note"))
        .look(Look::Note)
        .icon(Icon::Lock)
        .key("mod+enter");
    composer(
        open,
        "composer-note",
        "n",
        Icon::Lock,
        v.t("composer-note"),
        html! {
            p.composer-to { (icon(Icon::Lock)) (v.t("composer-note-hint")) }
            (form.render(html! {
                (hidden(&form, with))
                (form.textarea(Field::new("note", label).hide_label().value(with.value).rows(4).required()))
                (extra)
                @if with.files { (form.files(Field::new("files", v.t("composer-files")).hide_label())) }
                (form.actions(save, html! {}))
            }))
        },
    )
}

/// The composer of a note for colleagues at the customer: its button says who sees it. `audience`
/// is the account's name. Field names: `note`, `last_seen`.
#[must_use]
pub fn colleagues_composer(v: &Viewer, open: bool, with: &Composer<'_>) -> Markup {
    let form = Form::post(v, with.action)
        .prefix("colleagues-")
        .mistakes(with.mistakes)
        .draft(with.draft);
    let label = v.t("composer-colleagues-label");
    let whose = [("account", with.audience.into())];
    let save = v.t_args("composer-colleagues-save", &whose);
    let save = Button::new(&save)
        .look(Look::Mates)
        .icon(Icon::Lock)
        .key("mod+enter");
    composer(
        open,
        "composer-colleagues",
        "n",
        Icon::Lock,
        v.t("composer-colleagues"),
        html! {
            p.composer-to { (icon(Icon::Lock)) (v.t_args("composer-colleagues-hint", &whose)) }
            (form.render(html! {
                (hidden(&form, with))
                (form.textarea(Field::new("note", label).hide_label().value(with.value).rows(4).required()))
                (form.actions(save, html! {}))
            }))
        },
    )
}

fn hidden(form: &Form<'_>, with: &Composer<'_>) -> Markup {
    html! {
        @if !with.idempotency_key.is_empty() {
            (form.hidden("idempotency_key", with.idempotency_key))
        }
        @if !with.last_seen.is_empty() { (form.hidden("last_seen", with.last_seen)) }
    }
}

fn composer(open: bool, id: &str, key: &str, sign: Icon, label: &str, body: Markup) -> Markup {
    html! {
        details.composer id=(id) name="composer" open[open] data-live-keep {
            summary data-key=(key) { (icon(sign)) span { (label) } " " (super::button::key_badge(key)) }
            div.composer-body { (body) }
        }
    }
}

/// Both composers of a case, the reply's first. Only one is unfolded at a time.
#[must_use]
pub fn composers(each: Markup) -> Markup {
    html! { section.composers id="composers" { (each) } }
}

/// Shown above the composer when a newer public entry came while writing: read, then send again.
#[must_use]
pub fn stale_notice(v: &Viewer, newer: Markup) -> Markup {
    html! {
        (notice(Tone::Warn, v.t("composer-newer-title"), html! { (v.t("composer-newer-hint")) }))
        ol.timeline { (newer) }
    }
}
