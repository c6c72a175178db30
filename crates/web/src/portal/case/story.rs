//! The story of a request, oldest first: what was written as entries, what changed as folded events.

use mainstay_domain::case::{Fact, Side};
use mainstay_store::views::TimelineRow;
use maud::{Markup, html};

use super::Shown;
use crate::cases::confidential::{FileRow, drawn};
use crate::cases::participants;
use crate::partner;
use crate::portal::words as say;
use crate::ui::timeline::{Entry, EntryKind, Event, events, file_link, timeline};
use crate::ui::{Icon, Viewer, markdown};

pub fn render(shown: &Shown<'_>) -> Markup {
    let rows = &shown.view.page.timeline;
    let last = rows.last().map_or(0, |row| row.entry.seq);
    html! {
        @if rows.len() > 12 {
            p { a href={ "#entry-" (last) } { (shown.v().t("portal-newest")) } }
        }
        (participants::from_here(shown.v(), &shown.view.page))
        (timeline(shown.v(), &shown.topic, items(shown, rows)))
    }
}

/// Entries and, between them, runs of events.
pub fn items(shown: &Shown<'_>, rows: &[TimelineRow]) -> Markup {
    let v = shown.v();
    let mut items = Vec::new();
    let mut run: Vec<Event> = Vec::new();
    let mut rows = rows.iter().peekable();
    let mut before: Option<&Fact> = None;
    while let Some(row) = rows.next() {
        let closes_referred = matches!(
            (before.replace(&row.entry.fact), &row.entry.fact),
            (Some(Fact::Referred { .. }), Fact::Closed { .. })
        );
        if closes_referred || is_event(&row.entry.fact) {
            run.push(event(shown, row));
            continue;
        }
        items.push(events(v, &run));
        run.clear();
        // Files that came with a text follow it as an entry of their own: they are shown with it.
        let with_files = rows.next_if(|next| came_with(row, next));
        items.push(entry(shown, row, with_files));
    }
    items.push(events(v, &run));
    html! { @for item in &items { (item) } }
}

fn is_event(fact: &Fact) -> bool {
    match fact {
        Fact::Closed { reason } | Fact::Reopened { reason } => reason.trim().is_empty(),
        fact => {
            fact.body().is_none()
                || matches!(fact, Fact::SeverityChanged { .. } | Fact::Rebased { .. })
        }
    }
}

fn came_with(row: &TimelineRow, next: &TimelineRow) -> bool {
    let (one, other) = (&row.entry, &next.entry);
    matches!(other.fact, Fact::FilesAdded { .. }) && one.at == other.at && one.actor == other.actor
}

fn linked<'a>(shown: &Shown<'a>, came_with: impl Fn(u32) -> bool) -> Vec<FileRow<'a>> {
    shown.view.files(say::size, false, came_with)
}

fn entry(shown: &Shown<'_>, row: &TimelineRow, with_files: Option<&TimelineRow>) -> Markup {
    let v = shown.v();
    let with = with_files.map(|files| files.entry.seq);
    let rows = linked(shown, |seq| seq == row.entry.seq || Some(seq) == with);
    let files = drawn(&rows);
    let id = format!("entry-{}", row.entry.seq);
    let kind = match (&row.entry.fact, row.entry.actor.side) {
        (Fact::CustomerNote { .. }, _) => EntryKind::Colleagues,
        (_, Side::Customer) => EntryKind::CustomerReply,
        (_, Side::Vendor | Side::System) => EntryKind::VendorReply,
    };
    let channel = match &row.entry.fact {
        Fact::Opened { channel, .. } => Some(super::channel(*channel)),
        _ => None,
    };
    let page = &shown.view.page;
    let signature = if page.is_of_another(&row.entry) {
        v.t("move-another-organisation").to_owned()
    } else {
        partner::signature(v, row, &page.account)
    };
    let role = if signature.is_empty() && row.is_service {
        v.t("access-service-tag")
    } else {
        &signature
    };
    Entry {
        role,
        channel,
        files: &files,
        ..Entry::new(
            &id,
            kind,
            author(v, row),
            row.entry.at,
            body(v, &row.entry.fact),
        )
    }
    .render(v)
}

fn author<'a>(v: &Viewer, row: &'a TimelineRow) -> &'a str {
    row.actor.as_deref().unwrap_or_else(|| v.t("portal-system"))
}

/// What an entry says, with what it did to the request said first.
fn body(v: &Viewer, fact: &Fact) -> Markup {
    let lead = match fact {
        Fact::Resolved { .. } => Some(v.t("portal-entry-solution")),
        Fact::Referred { .. } => Some(v.t("portal-entry-referred")),
        Fact::Closed { .. } => Some(v.t("portal-entry-closed")),
        Fact::Reopened { .. } => Some(v.t("portal-entry-reopened")),
        _ => None,
    };
    html! {
        @if let Some(lead) = lead { p { b { (lead) } } }
        @if let Fact::Referred { name, referral, .. } = fact { p { (name) ". " (referral) } }
        (markdown(fact.body().unwrap_or_default()))
        @if let Fact::InformationAsked { items, .. } = fact {
            div.prose { p { b { (v.t("portal-entry-asks")) } } ul { @for item in items { li dir="auto" { (item) } } } }
        }
    }
}

fn event(shown: &Shown<'_>, row: &TimelineRow) -> Event {
    let v = shown.v();
    let who = author(v, row);
    let (icon, words) = match &row.entry.fact {
        Fact::SeverityChanged { from, to, reason } => (
            Icon::Warn,
            html! {
                (v.t_args("portal-event-severity", &[
                    ("who", who.into()), ("from", from.into()), ("to", to.into()),
                ]))
                " “" span dir="auto" { (reason) } "”"
            },
        ),
        Fact::InformationGiven { items } => (
            Icon::Check,
            html! {
                (v.t_args("portal-event-given", &[("who", who.into()), ("n", items.len().into())]))
            },
        ),
        Fact::Rebased { to, reason, .. } => (
            Icon::Book,
            html! {
                (v.t_args("portal-event-terms", &[("edition", to.edition.as_str().into())]))
                " “" span dir="auto" { (reason) } "”"
            },
        ),
        Fact::Moved { .. } => (
            Icon::Building,
            html! { (v.t_args("portal-event-moved", &[("who", who.into())])) },
        ),
        Fact::FilesAdded { .. } => (Icon::Clip, added(shown, row)),
        Fact::Closed { .. } => (
            Icon::Check,
            html! { (v.t_args("portal-event-closed", &[("who", who.into())])) },
        ),
        Fact::Reopened { .. } => (
            Icon::Reply,
            html! { (v.t_args("portal-event-reopened", &[("who", who.into())])) },
        ),
        _ => match participants::event_words(v, who, &row.entry) {
            Some(words) => (Icon::People, html! { bdi { (words) } }),
            None => (Icon::Info, html! { (who) }),
        },
    };
    Event {
        icon,
        words,
        at: row.entry.at,
    }
}

fn added(shown: &Shown<'_>, row: &TimelineRow) -> Markup {
    let v = shown.v();
    html! {
        (v.t_args("portal-event-files", &[("who", author(v, row).into())]))
        @for file in linked(shown, |seq| seq == row.entry.seq) { " " (file_link(v, &file.drawn())) }
    }
}
