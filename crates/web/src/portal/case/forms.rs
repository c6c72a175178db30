//! What the customer can do: answer, tick off what was asked, close, reopen, change the severity.

use mainstay_domain::access::Action;
use mainstay_domain::case::Status;
use maud::{Markup, html};

use super::{Shown, story};
use crate::cases::kept_files;
use crate::portal::words as say;
use crate::ui::timeline::{Composer, colleagues_composer, composers, reply_composer, stale_notice};
use crate::ui::{Button, Choice, Field, Form, Icon, Look, blocks, section};

pub fn render(shown: &Shown<'_>) -> Markup {
    let v = shown.v();
    html! {
        @match shown.case().status {
            Status::Closed { reopen_until, .. } => {
                @if v.now < reopen_until && shown.may(Action::Reopen) { (reopen(shown)) }
                @if shown.may(Action::CustomerNote) { (composers(colleagues(shown))) }
            },
            _ => {
                div id="case-answers" data-live-topic=(shown.topic) { (answers(shown)) }
                @if shown.may(Action::Reply) || shown.may(Action::CustomerNote) { (write(shown)) }
                @if shown.may(Action::Close) { (close(shown)) }
                @if shown.may(Action::ChangeSeverity) && shown.terms.grants_severity() { (severity(shown)) }
            },
        }
    }
}

/// The reply and the note for colleagues: two forms that cannot be taken for one another.
fn write(shown: &Shown<'_>) -> Markup {
    html! {
        @if shown.may(Action::Reply) { (stale(shown)) }
        (composers(html! {
            @if shown.may(Action::Reply) { (reply(shown)) }
            @if shown.may(Action::CustomerNote) { (colleagues(shown)) }
        }))
    }
}

/// What came while the reply was written.
fn stale(shown: &Shown<'_>) -> Markup {
    let stale = shown.view.tried("reply");
    let stale = stale.and_then(|tried| tried.stale.as_ref());
    html! { @if let Some((added, _)) = stale { (stale_notice(shown.v(), newer(shown, added))) } }
}

/// A note that the vendor never sees.
fn colleagues(shown: &Shown<'_>) -> Markup {
    let view = shown.view;
    let composer = Composer {
        action: &shown.at("colleague-notes"),
        draft: &shown.at("drafts/colleagues"),
        value: view.typed("colleagues", "note"),
        audience: &view.page.account,
        idempotency_key: "",
        last_seen: "",
        mistakes: view.mistakes("colleagues"),
        files: false,
        confidential: None,
        alternative: None,
    };
    colleagues_composer(shown.v(), view.tried("colleagues").is_some(), &composer)
}

fn reply(shown: &Shown<'_>) -> Markup {
    let (v, view) = (shown.v(), shown.view);
    let stale = view.tried("reply").and_then(|tried| tried.stale.as_ref());
    let seen = stale.map_or_else(|| view.seen(), |(_, revision)| *revision);
    let vendor = shown.web.vendor();
    let (is_ticked, who) = view.confidential_box(v);
    let composer = Composer {
        action: &shown.at("replies"),
        draft: &shown.at("drafts/reply"),
        value: view.typed("reply", "body"),
        audience: &vendor,
        idempotency_key: "",
        last_seen: &seen.to_string(),
        mistakes: view.mistakes("reply"),
        files: true,
        confidential: Some((is_ticked, &who)),
        alternative: None,
    };
    let open = view.tried("colleagues").is_none();
    reply_composer(v, open, &composer, kept_files::field(v, view))
}

/// What came meanwhile, once more; its anchors stay with the timeline's own.
fn newer(shown: &Shown<'_>, added: &[mainstay_store::views::TimelineRow]) -> Markup {
    let items = story::items(shown, added).into_string();
    maud::PreEscaped(items.replace("id=\"entry-", "id=\"newer-"))
}

/// What the vendor asked for, to be ticked off.
fn answers(shown: &Shown<'_>) -> Markup {
    let v = shown.v();
    let open: Vec<(String, &str)> = shown
        .view
        .page
        .asked()
        .filter(|(_, item)| item.answered_at.is_none())
        .map(|(index, item)| (index.to_string(), item.text.as_str()))
        .collect();
    if open.is_empty() || !shown.may(Action::Reply) {
        return html! {};
    }
    let choices: Vec<Choice<'_>> = open
        .iter()
        .map(|(index, text)| Choice::new(index, text))
        .collect();
    let action = shown.at("answers");
    let form = Form::post(v, &action)
        .prefix("answers-")
        .mistakes(shown.view.mistakes("answers"));
    let field = Field::new("items", v.t("portal-asked")).hint(v.t("portal-asked-hint"));
    html! {
        div.panel id="answers" {
            (form.render(html! {
                (form.checks(field, &choices, &[]))
                (form.actions(Button::new(v.t("portal-asked-done")).icon(Icon::Check), html! {}))
            }))
        }
    }
}

/// Closing with a word about why; the head closes with one click.
fn close(shown: &Shown<'_>) -> Markup {
    let v = shown.v();
    let action = shown.at("closure");
    let tried = shown.view.tried("closure");
    let form = Form::post(v, &action)
        .prefix("close-")
        .mistakes(shown.view.mistakes("closure"));
    let field = Field::new("reason", v.t("portal-close-reason"))
        .value(shown.view.typed("closure", "reason"))
        .rows(3)
        .optional();
    blocks::fold(
        v.t("portal-close-with-reason"),
        tried.is_some(),
        form.render(html! {
            (form.textarea(field))
            (form.actions(Button::new(v.t("portal-close")).icon(Icon::Check), html! {}))
        }),
    )
}

/// Reopening. A reply that came too late is not lost: it is offered as the reason.
fn reopen(shown: &Shown<'_>) -> Markup {
    let (v, view) = (shown.v(), shown.view);
    let action = shown.at("reopening");
    let form = Form::post(v, &action)
        .prefix("reopen-")
        .mistakes(view.mistakes("reopening"));
    let late = view.typed("reply", "body");
    let value = match view.typed("reopening", "reason") {
        "" => late,
        reason => reason,
    };
    html! {
        div id="reopen" {
            @if view.tried("reply").is_some() {
                (Form::post(v, "").mistakes(view.mistakes("reply")).summary())
            }
            (section(v.t("portal-reopen"), html! {}, form.render(html! {
                (form.textarea(Field::new("reason", v.t("portal-reopen-reason"))
                    .hint(v.t("portal-reopen-hint")).value(value).rows(4).required()))
                (form.actions(Button::primary(v.t("portal-reopen")).key("mod+enter"), html! {}))
            })))
        }
    }
}

/// For those whose offer lets them set it.
fn severity(shown: &Shown<'_>) -> Markup {
    let (v, view, case) = (shown.v(), shown.view, shown.case());
    let now = case.severity.as_deref().unwrap_or_default();
    let rows: Vec<(String, String, &str)> = shown
        .edition()
        .severities
        .iter()
        .filter(|severity| severity.code != now)
        .map(|severity| {
            let label = format!("{} – {}", severity.code, severity.name);
            let hint = say::severity_buys(v, &shown.terms, &severity.code, &severity.meaning);
            (label, hint, severity.code.as_str())
        })
        .collect();
    let choices: Vec<Choice<'_>> = rows
        .iter()
        .map(|(label, hint, code)| Choice::new(code, label).hint(hint))
        .collect();
    let action = shown.at("severity");
    let form = Form::post(v, &action)
        .prefix("severity-")
        .mistakes(view.mistakes("severity"));
    blocks::fold(
        v.t("portal-change-severity"),
        view.tried("severity").is_some(),
        form.render(html! {
            (form.radios(Field::new("severity", v.t("portal-severity-new"))
                .value(view.typed("severity", "severity")).required(), &choices))
            (form.textarea(Field::new("reason", v.t("portal-severity-reason"))
                .value(view.typed("severity", "reason")).rows(3).required()))
            (form.actions(Button::new(v.t("portal-change-severity")).look(Look::Plain), html! {}))
        }),
    )
}
