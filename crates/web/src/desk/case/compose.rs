//! Writing to the customer, and writing a note: two forms that cannot be taken for one another.

use maud::{Markup, html};

use super::{Desk, thread};
use crate::cases::kept_files;
use crate::ui::timeline::{self, Composer, note_composer, reply_composer};
use crate::ui::{Button, Field, Form, Icon};

/// Both composers, as far as the reader may use them.
pub(super) fn composers(desk: &Desk<'_>) -> Markup {
    let tried = desk.view.tried.as_ref().map(|tried| tried.form);
    let is_noting = tried == Some("note");
    html! {
        @if desk.rights.reply || desk.rights.note {
            (timeline::composers(html! {
                @if desk.rights.reply { (reply(desk, !is_noting)) }
                @if desk.rights.note { (note(desk, is_noting)) }
            }))
        }
    }
}

/// What the other side wrote while the reply was being written, which held it back.
pub(super) fn stale(desk: &Desk<'_>) -> Markup {
    let held = desk
        .view
        .tried("reply")
        .and_then(|tried| tried.stale.as_ref());
    html! {
        @if let Some((added, _)) = held {
            section id="newer" data-live-keep {
                (timeline::stale_notice(desk.v, thread::lines(desk, added, "newer")))
            }
        }
    }
}

fn reply(desk: &Desk<'_>, open: bool) -> Markup {
    let (v, view) = (desk.v, desk.view);
    let (action, draft) = (desk.to("replies"), desk.to("drafts/reply"));
    let (audience, seen) = (desk.audience(), view.seen().to_string());
    let (is_ticked, who) = view.confidential_box(v);
    let with = Composer {
        action: &action,
        draft: &draft,
        value: view.typed("reply", "body"),
        audience: &audience,
        idempotency_key: "",
        last_seen: &seen,
        mistakes: view.mistakes("reply"),
        files: true,
        confidential: Some((is_ticked, &who)),
        alternative: Some((v.t("composer-send-and-wait"), "next", "customer")),
    };
    let extra = html! { (kept_files::field(v, view)) (other_ways(desk, &action)) };
    reply_composer(v, open, &with, extra)
}

/// Sending as a solution, and asking item by item. Their buttons name the address themselves, so
/// that Ctrl+Enter stays with the main one.
fn other_ways(desk: &Desk<'_>, action: &str) -> Markup {
    let (v, view) = (desk.v, desk.view);
    let form = Form::post(v, action)
        .prefix("reply-")
        .mistakes(view.mistakes("reply"));
    let items = view.typed("reply", "items");
    let is_asking = !items.is_empty() || view.mistakes("reply").of("items").is_some();
    let solve = Button::new(v.t("desk-send-solution"))
        .icon(Icon::Check)
        .sends("next", "resolve")
        .to(action);
    let ask = Button::new(v.t("desk-ask"))
        .icon(Icon::Help)
        .sends("next", "ask")
        .to(action)
        .unchecked();
    html! {
        details.fold open[is_asking] {
            summary { (v.t("desk-other-ways")) }
            div.fold-body {
                (form.textarea(Field::new("items", v.t("desk-ask-items"))
                    .hint(v.t("desk-ask-items-hint")).value(items).rows(3)))
                div.row { (ask.submit()) (solve.submit()) }
            }
        }
    }
}

fn note(desk: &Desk<'_>, open: bool) -> Markup {
    let view = desk.view;
    let (action, draft) = (desk.to("notes"), desk.to("drafts/note"));
    let seen = view.seen().to_string();
    // Without files: a file is for both sides, a note is not.
    let with = Composer {
        action: &action,
        draft: &draft,
        value: view.typed("note", "note"),
        audience: "",
        idempotency_key: "",
        last_seen: &seen,
        mistakes: view.mistakes("note"),
        files: false,
        confidential: None,
        alternative: None,
    };
    note_composer(desk.v, open, &with, html! {})
}
