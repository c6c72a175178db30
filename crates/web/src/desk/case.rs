//! A case as an engineer works it.

mod acts;
mod compose;
mod facts;
pub mod severity;
mod thread;
mod why;

use mainstay_domain::access::Action;
use mainstay_domain::case::{Case, Status, Terms};
use maud::{Markup, html};

use super::{asked, may, words};
use crate::cases::{CaseView, participants};
use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::chips::{self, ClockFace, person, severity_named};
use crate::ui::{Button, Crumb, Flash, Icon, Side, Tone, Viewer, page_head, split};

/// What the reader may do to this case.
struct Rights {
    reply: bool,
    note: bool,
    assign: bool,
    severity: bool,
    refer: bool,
    work: bool,
    close: bool,
    reopen: bool,
    people: bool,
    moving: bool,
}

/// A case being drawn.
struct Desk<'a> {
    web: &'a Web,
    signed: &'a Signed,
    v: &'a Viewer,
    view: &'a CaseView,
    case: &'a Case,
    terms: Terms,
    rights: Rights,
    /// The case's address.
    here: String,
}

impl<'a> Desk<'a> {
    fn new(web: &'a Web, signed: &'a Signed, view: &'a CaseView) -> Result<Self, Error> {
        let case = &view.page.case;
        let may = |action| may(signed, action, case.kind);
        let is_open = case.status.is_open();
        let is_reopenable = matches!(case.status, Status::Closed { reopen_until, .. } if signed.now() < reopen_until);
        Ok(Self {
            web,
            signed,
            v: &signed.viewer,
            view,
            case,
            terms: web.app().catalogue().terms_of(&case.terms)?,
            rights: Rights {
                reply: is_open && may(Action::Reply),
                note: may(Action::Note),
                assign: is_open && may(Action::Assign),
                severity: is_open && case.severity.is_some() && may(Action::ChangeSeverity),
                refer: is_open && may(Action::Refer),
                work: is_open && may(Action::Work),
                close: is_open && may(Action::Close),
                reopen: is_reopenable && may(Action::Reopen),
                people: is_open && may(Action::AddParticipant),
                moving: may(Action::MoveCase),
            },
            here: format!("/cases/{}", case.number),
        })
    }

    /// The address of an act on the case.
    fn to(&self, act: &str) -> String {
        format!("{}/{act}", self.here)
    }

    /// Who reads a reply.
    fn audience(&self) -> String {
        let page = &self.view.page;
        let args = [
            ("name", page.requester.as_str().into()),
            ("account", page.account.as_str().into()),
        ];
        self.v.t_args("desk-audience", &args)
    }
}

/// The workspace of a case.
///
/// # Errors
/// When what it was opened under is not published here.
pub fn render(web: &Web, signed: &Signed, view: &CaseView) -> Result<Markup, Error> {
    let desk = Desk::new(web, signed, view)?;
    let v = desk.v;
    let topics = format!("case-{}", desk.case.number);
    let body = html! {
        // One part for all that changes; composers and forms in use keep out of it by themselves.
        div id="case" data-live-topic=(topics) data-live-src=(desk.here) {
            (head(&desk))
            (split(v, main(&desk)?, rail(&desk)?))
        }
    };
    let number = desk.case.number.to_string();
    let crumbs = [
        Crumb {
            href: "/queue",
            label: v.t("desk-queue"),
        },
        Crumb {
            href: "",
            label: &number,
        },
    ];
    let done = asked(signed, "done");
    let page = Page {
        crumbs: &crumbs,
        topics: &topics,
        flash: done.and_then(|done| done_words(v, &done)),
        has_mistakes: view
            .tried
            .as_ref()
            .is_some_and(|tried| !tried.mistakes.is_empty()),
        ..Page::new(&desk.case.subject, Place::Queue)
    };
    Ok(page.render(web, signed, body))
}

/// What an act that was just done reads as.
fn done_words<'a>(v: &'a Viewer, done: &str) -> Option<Flash<'a>> {
    let words = match done {
        "reply" => v.t("desk-done-reply"),
        "note" => v.t("desk-done-note"),
        "answers" => v.t("desk-done-answers"),
        "assignment" => v.t("desk-done-assignment"),
        "taken" => v.t("desk-done-taken"),
        "severity" => v.t("desk-done-severity"),
        "referral" => v.t("desk-done-referral"),
        "terms" => v.t("desk-done-terms"),
        "escalation" => v.t("desk-done-escalation"),
        "closure" => v.t("desk-done-closure"),
        "reopening" => v.t("desk-done-reopening"),
        "opened" => v.t("desk-done-opened"),
        "confidential" => v.t("confidential-done"),
        "moved" => v.t("move-done"),
        _ => return None,
    };
    Some(Flash {
        tone: Tone::Ok,
        words,
        link: None,
    })
}

fn head(desk: &Desk<'_>) -> Markup {
    let (v, case) = (desk.v, desk.case);
    let under = html! {
        bdi { (case.number) }
        @if let Some(code) = &case.severity {
            (severity_named(v, words::severity_in(&desk.terms.edition, code)))
        } @else { span { (words::kind(v, case.kind)) } }
        (turn(v, case.status))
        (running(desk))
        @match &desk.view.page.assignee {
            Some(name) => { (person(name)) }
            None => { span.muted { (v.t("desk-nobody")) } }
        }
    };
    page_head(&case.subject, under, head_actions(desk))
}

fn turn(v: &Viewer, status: Status) -> Markup {
    if let Status::Closed { at, .. } = status {
        let words = v.t_args(
            "desk-closed-at",
            &[("at", crate::ui::words::short(v, at).into())],
        );
        return crate::ui::tag(Tone::Plain, &words);
    }
    chips::turn(v, Side::Vendor, words::turn_of(status))
}

/// The chips of the clocks that still wait for something; what is never promised says so.
fn running(desk: &Desk<'_>) -> Markup {
    let v = desk.v;
    let pending = desk
        .case
        .clocks
        .milestones()
        .iter()
        .filter(|m| m.is_pending());
    let clocks = pending.filter_map(|m| Some((m, words::face(v, m)?)));
    html! {
        @for (milestone, face) in clocks {
            span.nowrap {
                (chips::clock(v, words::metric(v, milestone.metric), face))
                (words::internal(v, milestone.is_internal))
            }
        }
        @if let Some(handled_from) = why::no_commitment(desk) {
            (chips::clock(v, v.t("desk-metric-initial-response"),
                ClockFace::NoCommitment { handled_from: Some(handled_from) }))
        }
    }
}

fn head_actions(desk: &Desk<'_>) -> Markup {
    let v = desk.v;
    let is_mine = desk.case.assignee == Some(desk.signed.session.person.id);
    let take = Button::new(v.t("desk-take"))
        .icon(Icon::Person)
        .key("m")
        .sends("agent", "me");
    html! {
        @if desk.rights.assign && !is_mine { (take.post(v, &desk.to("assignment"))) }
    }
}

fn main(desk: &Desk<'_>) -> Result<Markup, Error> {
    Ok(html! {
        (acts::refused(desk)?)
        (facts::card(desk))
        (thread::timeline(desk))
        (compose::stale(desk))
        (compose::composers(desk))
    })
}

fn rail(desk: &Desk<'_>) -> Result<Markup, Error> {
    Ok(html! {
        (why::panel(desk)?)
        (acts::panel(desk)?)
        (participants::beside(desk.v, &desk.view.page, desk.rights.people))
        (facts::others(desk))
        (facts::files(desk))
    })
}
