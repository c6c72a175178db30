//! The story of an internal request, oldest first.

use mainstay_domain::internal::{Fact, Informed, Party};
use mainstay_store::internal::{InternalFile, InternalLine};
use maud::{Markup, html};

use super::View;
use crate::cases::confidential::{FileRow, drawn};
use crate::ui::timeline::{Entry, EntryKind, Event, events, timeline};
use crate::ui::{Icon, Viewer, markdown};

pub(super) fn render(v: &Viewer, view: &View, topic: &str) -> Markup {
    let mut items = Vec::new();
    let mut run: Vec<Event> = Vec::new();
    for line in &view.page.timeline {
        if let Some(event) = event(v, view.party, line) {
            run.push(event);
            continue;
        }
        items.push(events(v, &run));
        run.clear();
        items.push(entry(v, view, line));
    }
    items.push(events(v, &run));
    timeline(v, topic, html! { @for item in &items { (item) } })
}

/// What is no text of its own is an event.
fn event(v: &Viewer, reader: Party, line: &InternalLine) -> Option<Event> {
    let who = author(v, line);
    let with_who = |key: &'static str| v.t_args(key, &[("who", who.into())]);
    let (icon, words) = match &line.entry.fact {
        Fact::TakenOn => (Icon::Person, with_who("internal-event-taken")),
        Fact::Escalated { number, informed } => {
            let number = number.to_string();
            let args = [("who", who.into()), ("number", number.into())];
            let words = v.t_args("internal-event-escalated", &args);
            (
                Icon::Headset,
                format!("{words} {}", informed_words(v, reader, *informed)),
            )
        }
        Fact::InformedAnew { informed } => {
            (Icon::Bell, informed_words(v, reader, *informed).to_owned())
        }
        Fact::Closed { reason } if reason.trim().is_empty() => {
            (Icon::Check, with_who("internal-event-closed"))
        }
        Fact::Withdrawn { reason } if reason.trim().is_empty() => {
            (Icon::Cross, with_who("internal-event-withdrawn"))
        }
        Fact::CaseClosed => (Icon::Check, v.t("internal-event-case-closed").to_owned()),
        Fact::CaseReopened => (Icon::Reply, v.t("internal-event-case-reopened").to_owned()),
        Fact::NotesKept { number } => {
            let args = [("number", number.to_string().into())];
            (Icon::Lock, v.t_args("internal-event-notes-kept", &args))
        }
        _ => return None,
    };
    Some(Event {
        icon,
        words: html! { (words) },
        at: line.entry.at,
    })
}

/// How far whoever asked is told, as something that was decided.
fn informed_words(v: &Viewer, reader: Party, informed: Informed) -> &'static str {
    if reader == Party::Requester {
        return match informed {
            Informed::EveryReply => v.t("internal-event-informed-you-every-reply"),
            Informed::Solution => v.t("internal-event-informed-you-solution"),
            Informed::Nothing => v.t("internal-event-informed-you-nothing"),
        };
    }
    match informed {
        Informed::EveryReply => v.t("internal-event-informed-every-reply"),
        Informed::Solution => v.t("internal-event-informed-solution"),
        Informed::Nothing => v.t("internal-event-informed-nothing"),
    }
}

fn author<'a>(v: &Viewer, line: &'a InternalLine) -> &'a str {
    line.person
        .as_deref()
        .unwrap_or_else(|| v.t("internal-vendor"))
}

fn entry(v: &Viewer, view: &View, line: &InternalLine) -> Markup {
    let own = |file: &&InternalFile| file.seq == line.entry.seq;
    let files = view.page.files.iter().filter(own);
    let rows: Vec<FileRow<'_>> = files.map(|file| view.row(file)).collect();
    let files = drawn(&rows);
    let id = format!("entry-{}", line.entry.seq);
    let kind = match line.entry.party {
        Party::Requester => EntryKind::Asked,
        Party::Administrator => EntryKind::Administrator,
        Party::Vendor => EntryKind::VendorReply,
    };
    let (who, at) = (author(v, line), line.entry.at);
    Entry {
        files: &files,
        ..Entry::new(&id, kind, who, at, body(v, &line.entry.fact))
    }
    .render(v)
}

/// What an entry says, with what it did to the request said first.
fn body(v: &Viewer, fact: &Fact) -> Markup {
    let lead = match fact {
        Fact::Solved { .. } | Fact::VendorSolved { .. } => Some(v.t("internal-entry-solution")),
        Fact::Closed { .. } => Some(v.t("internal-entry-closed")),
        Fact::Withdrawn { .. } => Some(v.t("internal-entry-withdrawn")),
        Fact::Reopened { .. } => Some(v.t("internal-entry-reopened")),
        _ => None,
    };
    html! {
        @if let Some(lead) = lead { p { b { (lead) } } }
        (markdown(fact.body().unwrap_or_default()))
        @if let Fact::Opened { checked, tried, .. } = fact {
            @if !checked.is_empty() {
                div.prose { p { b { (v.t("internal-entry-checked")) } } ul { @for one in checked { li { (one) } } } }
            }
            @if !tried.is_empty() { p { b { (v.t("internal-entry-tried")) } } (markdown(tried)) }
        }
        @if let Fact::Solved { helped: Some(helped), .. } = fact {
            p { b { (v.t("internal-entry-helped")) } " " (helped) }
        }
    }
}
