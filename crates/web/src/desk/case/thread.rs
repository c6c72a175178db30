//! The timeline: what both sides wrote, notes, and what happened in between, folded.

use mainstay_domain::case::{Entry as Line, Fact, Side};
use mainstay_domain::ids::PersonId;
use mainstay_store::views::TimelineRow;
use maud::{Markup, html};

use super::{Desk, facts};
use crate::cases::confidential::drawn;
use crate::cases::participants;
use crate::desk::{asked, words};
use crate::ui::timeline::{self, Entry, EntryKind, Event};
use crate::ui::{Icon, Tone, markdown, tag};

/// So many lines are shown at first; the opening and the latest of longer ones.
const SHOWN: usize = 80;

/// The timeline of the case.
pub(super) fn timeline(desk: &Desk<'_>) -> Markup {
    let rows = &desk.view.page.timeline;
    let is_cut = rows.len() > SHOWN && asked(desk.signed, "all").is_none();
    let hidden = if is_cut { rows.len() - SHOWN } else { 0 };
    let args = [("n", hidden.into())];
    let items = html! {
        @if is_cut {
            (lines(desk, &rows[..1], "entry"))
            li.event { div.event-line {
                a href={ (desk.here) "?all=1#timeline" } { (desk.v.t_args("desk-earlier", &args)) }
            } }
            (lines(desk, &rows[hidden + 1..], "entry"))
        } @else { (lines(desk, rows, "entry")) }
    };
    html! {
        (participants::from_here(desk.v, &desk.view.page))
        (timeline::timeline(desk.v, "", items))
    }
}

/// Lines one after the other: cards for what was written, folds for what happened in between.
pub(super) fn lines(desk: &Desk<'_>, rows: &[TimelineRow], anchor: &str) -> Markup {
    let mut drawn = Vec::new();
    let mut between: Vec<Event> = Vec::new();
    let mut rows = rows.iter().peekable();
    while let Some(row) = rows.next() {
        match written(desk, row) {
            Some(said) => {
                drawn.push(timeline::events(desk.v, &std::mem::take(&mut between)));
                let with = rows.next_if(|next| came_with(&row.entry, &next.entry));
                drawn.push(card(desk, row, said, with.map(|row| row.entry.seq), anchor));
            }
            None => between.push(event(desk, row)),
        }
    }
    drawn.push(timeline::events(desk.v, &between));
    html! { @for part in drawn { (part) } }
}

/// Whether an entry names the files that were sent together with a message.
fn came_with(message: &Line, next: &Line) -> bool {
    matches!(next.fact, Fact::FilesAdded { .. })
        && next.at == message.at
        && next.actor == message.actor
}

/// What somebody wrote, if the entry is of that sort.
fn written(desk: &Desk<'_>, row: &TimelineRow) -> Option<Markup> {
    let v = desk.v;
    Some(match &row.entry.fact {
        Fact::Opened { body, .. } | Fact::Note { body } | Fact::Reply { body, .. } => {
            markdown(body)
        }
        Fact::InformationAsked { body, items } => html! {
            (markdown(body))
            div.prose { ul { @for item in items { li dir="auto" { (item) } } } }
        },
        Fact::Resolved { body } => html! {
            p { (tag(Tone::Ok, v.t("desk-solution"))) } (markdown(body))
        },
        Fact::Reopened { reason } => html! {
            p { (tag(Tone::Warn, v.t("desk-reopened"))) } (markdown(reason))
        },
        Fact::Referred {
            name,
            referral,
            reason,
            ..
        } => html! {
            p { (tag(Tone::Info, v.t("desk-outside"))) " " b { (name) } }
            p { (referral) } (markdown(reason))
        },
        _ => return None,
    })
}

fn card(
    desk: &Desk<'_>,
    row: &TimelineRow,
    body: Markup,
    files_of: Option<u32>,
    anchor: &str,
) -> Markup {
    let (v, entry, page) = (desk.v, &row.entry, &desk.view.page);
    let id = format!("{anchor}-{}", entry.seq);
    let is_opening = matches!(entry.fact, Fact::Opened { .. });
    let kind = match (&entry.fact, entry.actor.side) {
        (Fact::Note { .. }, _) => EntryKind::Note,
        (_, Side::Customer) => EntryKind::CustomerReply,
        // Taken down by an agent: still the customer's words.
        _ if is_opening => EntryKind::CustomerReply,
        _ => EntryKind::VendorReply,
    };
    let actor = row.actor.as_deref().unwrap_or(v.t("desk-system"));
    let taken_down = is_opening && entry.actor.side == Side::Vendor;
    let author = if taken_down { &page.requester } else { actor };
    let vendor = desk.web.vendor();
    let role = match (&row.partner, kind) {
        _ if page.is_of_another(entry) => v.t("move-another-organisation").to_owned(),
        _ if taken_down => v.t_args("desk-taken-down", &[("name", actor.into())]),
        (Some(_), _) => crate::partner::signature(v, row, &page.account),
        (None, EntryKind::CustomerReply) => page.account.clone(),
        (None, _) => vendor,
    };
    let role = if row.is_service {
        format!("{}, {role}", v.t("access-service-tag"))
    } else {
        role
    };
    let waits = matches!(
        entry.fact,
        Fact::Reply {
            awaits_customer: true,
            ..
        }
    ) || matches!(entry.fact, Fact::InformationAsked { .. });
    let rows = facts::file_rows(desk, false, |seq| files_of == Some(seq));
    let channel = is_opening.then(|| words::channel(desk.case.channel));
    Entry {
        role: &role,
        channel,
        actions: html! {
            @if waits { (tag(Tone::Plain, v.t("desk-waits"))) }
            @if let Some(seq) = files_of { span id={ (anchor) "-" (seq) } {} }
        },
        files: &drawn(&rows),
        ..Entry::new(&id, kind, author, entry.at, body)
    }
    .render(v)
}

/// Something that happened, as one sentence.
fn event(desk: &Desk<'_>, row: &TimelineRow) -> Event {
    let v = desk.v;
    let actor = row.actor.as_deref().unwrap_or(v.t("desk-system"));
    let by = || ("by", actor.into());
    let reason_of =
        |reason: &str| html! { @if !reason.is_empty() { " · " span dir="auto" { (reason) } } };
    let (icon, words) = match &row.entry.fact {
        Fact::InformationGiven { items } => (
            Icon::Check,
            html! { (v.t_args("desk-event-answers", &[by(), ("n", items.len().into())])) },
        ),
        Fact::Assigned { to } => (Icon::Person, html! { (assigned(desk, actor, row, *to)) }),
        Fact::SeverityChanged { from, to, reason } => {
            let args = [by(), ("from", from.into()), ("to", to.into())];
            let words = v.t_args("desk-event-severity", &args);
            (Icon::Tag, html! { (words) (reason_of(reason)) })
        }
        Fact::Escalated { to, reason } => {
            let args = [by(), ("to", facts::target(v, *to).into())];
            let words = v.t_args("desk-event-escalated", &args);
            (Icon::Warn, html! { (words) (reason_of(reason)) })
        }
        Fact::Rebased { to, reason, .. } => {
            let args = [by(), ("edition", to.edition.as_str().into())];
            let words = v.t_args("desk-event-terms", &args);
            (Icon::Book, html! { (words) (reason_of(reason)) })
        }
        Fact::Moved { .. } => (
            Icon::Building,
            html! { (v.t_args("desk-event-moved", &[by()])) },
        ),
        Fact::Closed { reason } => (
            Icon::Check,
            html! { (v.t_args("desk-event-closed", &[by()])) (reason_of(reason)) },
        ),
        Fact::Breached { metric } => {
            let args = [("what", words::metric(v, *metric).into())];
            (Icon::Bolt, html! { (v.t_args("desk-event-missed", &args)) })
        }
        Fact::FilesAdded { names } => (
            Icon::Clip,
            html! {
                (v.t_args("desk-event-files", &[by(), ("n", names.len().into())]))
                (facts::list_files(desk, |seq| seq == row.entry.seq))
            },
        ),
        other => match participants::event_words(v, actor, &row.entry) {
            Some(words) => (Icon::People, html! { bdi { (words) } }),
            None => (Icon::Info, html! { (other.code()) }),
        },
    };
    Event {
        icon,
        words,
        at: row.entry.at,
    }
}

fn assigned(desk: &Desk<'_>, actor: &str, row: &TimelineRow, to: Option<PersonId>) -> String {
    let (v, by) = (desk.v, ("by", actor.into()));
    match to {
        None => v.t_args("desk-event-laid-down", &[by]),
        Some(agent) if row.entry.actor.person == Some(agent) => v.t_args("desk-event-taken", &[by]),
        Some(agent) => {
            let known = desk.view.agents.iter().find(|one| one.person == agent);
            let name = known.map_or(v.t("desk-somebody"), |one| one.name.as_str());
            v.t_args("desk-event-assigned", &[by, ("to", name.into())])
        }
    }
}
