//! What happens next, by when: whose turn it is decides, the promise says when.

use mainstay_description::{promise_words, window_words};
use mainstay_domain::Moment;
use mainstay_domain::access::Action;
use mainstay_domain::case::{MilestoneState, Status};
use mainstay_domain::entitlement::FirstResponse;
use maud::{Markup, html};

use super::Shown;
use crate::portal::words as say;
use crate::ui::{Button, Tone, Viewer, blocks, words};

pub fn render(shown: &Shown<'_>) -> Markup {
    let v = shown.v();
    let body = match shown.case().status {
        Status::WithVendor => with_vendor(shown),
        Status::WithCustomer { since } => with_customer(shown, since),
        Status::Resolved { closes_at, .. } => resolved(shown, closes_at),
        Status::Closed { at, reopen_until } => closed(shown, at, reopen_until),
    };
    html! {
        div id="case-next" data-live-topic=(shown.topic) {
            (missed(shown))
            (blocks::next_box(v.t("portal-next"), html! { div.stack-8 { (body) } }))
        }
    }
}

/// An instant, and how far it is.
fn by(v: &Viewer, at: Moment) -> Markup {
    html! { b { (words::moment(v, at)) } " " span.muted { "(" (words::left(v, at)) ")" } }
}

/// When a first response was due that was missed and is still owed.
fn owed(shown: &Shown<'_>) -> Option<Moment> {
    match shown.promised()?.state {
        MilestoneState::Breached {
            due_at,
            met_at: None,
        } => Some(due_at),
        MilestoneState::Running { due_at } if due_at < shown.v().now => Some(due_at),
        _ => None,
    }
}

/// A missed promise, said plainly.
fn missed(shown: &Shown<'_>) -> Markup {
    let v = shown.v();
    let Some(milestone) = shown.promised() else {
        return html! {};
    };
    let (due_at, met_at) = match (milestone.state, owed(shown)) {
        (_, Some(due_at)) => (due_at, None),
        (MilestoneState::Breached { due_at, met_at }, None) => (due_at, met_at),
        _ => return html! {},
    };
    let due = words::absolute(v, due_at);
    blocks::notice(
        Tone::Bad,
        v.t("portal-missed"),
        html! {
            @match met_at {
                Some(at) => (v.t_args("portal-missed-late", &[
                    ("due", due.into()),
                    ("at", words::absolute(v, at).into()),
                    ("late", words::duration(v, at.seconds_since(due_at)).into()),
                ])),
                None => {
                    (v.t_args("portal-missed-owed", &[("due", due.into())])) " "
                    a href="/telephone" { (v.t("portal-missed-call")) }
                },
            }
        },
    )
}

fn with_vendor(shown: &Shown<'_>) -> Markup {
    let (v, case) = (shown.v(), shown.case());
    let running = shown.promised().and_then(|m| m.running_due_at());
    let promise = &case.verdict.promise;
    html! {
        @if owed(shown).is_some() { p { (v.t("portal-next-overdue")) } }
        @else if let Some(due) = running {
            p { (v.t("portal-next-answer-by")) " " (by(v, due)) }
            p.muted { (v.t_args("portal-next-promise", &[("promise", promise_words(promise.window, promise.target).into())])) }
        } @else {
            @match case.verdict.first_response {
                FirstResponse::NoCommitment { handled_from } if !is_answered(shown) => {
                    p { b { (v.t("portal-no-commitment")) } "; " (say::handled_from_words(v, handled_from)) ", " (window_words(promise.window)) "." }
                    p.muted { (v.t("portal-next-no-commitment")) }
                },
                _ => p { (v.t("portal-next-with-us")) },
            }
        }
    }
}

/// Whether a person of the vendor has written to the customer.
fn is_answered(shown: &Shown<'_>) -> bool {
    use mainstay_domain::case::Side;
    shown
        .view
        .page
        .timeline
        .iter()
        .any(|row| row.entry.actor.side == Side::Vendor && row.entry.fact.is_contact())
}

fn with_customer(shown: &Shown<'_>, since: Moment) -> Markup {
    let v = shown.v();
    let asked = shown.view.page.asked();
    let open = asked.filter(|(_, item)| item.answered_at.is_none());
    let open = open.count();
    html! {
        p { (v.t("portal-next-your-turn")) " " span.muted { (words::ago(v, since)) } }
        @if open > 0 {
            p { a href="#answers" { (v.t_args("portal-next-items", &[("n", open.into())])) } }
        }
        @if shown.may(Action::Reply) { p { a href="#composer-reply" { (v.t("portal-next-reply")) } } }
    }
}

fn resolved(shown: &Shown<'_>, closes_at: Moment) -> Markup {
    let v = shown.v();
    html! {
        p { (v.t("portal-next-solution")) }
        p { (v.t("portal-next-closes")) " " (by(v, closes_at)) }
        p.muted { (v.t("portal-next-object")) }
    }
}

fn closed(shown: &Shown<'_>, at: Moment, reopen_until: Moment) -> Markup {
    let (v, case) = (shown.v(), shown.case());
    let follow = format!("/cases/new?follows={}", case.number);
    html! {
        p { (v.t("portal-next-closed")) " " (words::moment(v, at)) "." }
        @if let Some(referral) = &case.referral {
            p { b { (v.t("portal-referred")) } " " (referral.name) ". " (referral.referral) }
        }
        @if v.now < reopen_until {
            p { (say::reopen_until(v, reopen_until)) }
            @if shown.may(Action::Reopen) { p { a href="#reopen" { (v.t("portal-reopen")) } } }
        } @else {
            p { (v.t_args("portal-reopen-over", &[("at", words::absolute(v, reopen_until).into())])) }
            @if shown.may(Action::Open) {
                p { (Button::new(v.t("portal-follow-up-open")).link(&follow)) }
            }
        }
    }
}
