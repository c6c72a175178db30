//! A service request as the customer sees it: whose turn it is, what happens next and by when, the
//! story so far, what they can do, and why the time is what it is.

mod forms;
mod next;
mod rail;
mod sent;
mod story;
pub mod why;

use std::sync::Arc;

use mainstay_domain::access::Action;
use mainstay_domain::case::{Case, Metric, Milestone, MilestoneState, Terms};
use mainstay_domain::edition::Edition;
use maud::{Markup, html};

use super::words as say;
use crate::cases::CaseView;
use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::chips::{ClockFace, clock};
use crate::ui::frame::split;
use crate::ui::{Button, Channel, Crumb, Flash, Icon, Tone, Viewer, page_head};

/// What every part of the page is drawn from.
struct Shown<'a> {
    web: &'a Web,
    signed: &'a Signed,
    view: &'a CaseView,
    /// What the case was opened under.
    terms: Terms,
    /// The topic the page listens to.
    topic: String,
}

impl Shown<'_> {
    fn v(&self) -> &Viewer {
        &self.signed.viewer
    }

    fn case(&self) -> &Case {
        &self.view.page.case
    }

    fn edition(&self) -> &Arc<Edition> {
        &self.terms.edition
    }

    /// Whether the reader may do something to this case.
    fn may(&self, action: Action) -> bool {
        let session = &self.signed.session;
        let granted = match action {
            Action::Open => session.grant_to_open(&self.web.app().catalogue(), self.signed.now()),
            _ => session.grant(action),
        };
        let Ok(grant) = granted else {
            return false;
        };
        let kind = self.case().kind;
        match action {
            Action::Open => grant.scope().kinds().contains(&kind),
            _ => grant.scope().thread(self.case()).is_some(),
        }
    }

    /// An address under the case's.
    fn at(&self, rest: &str) -> String {
        format!("/cases/{}/{rest}", self.case().number)
    }

    /// The promised first response. The vendor's own targets are promised to nobody.
    fn promised(&self) -> Option<&Milestone> {
        let milestone = self.case().clocks.milestone(Metric::InitialResponse)?;
        (!milestone.is_internal).then_some(milestone)
    }
}

/// What a milestone's clock shows; none once it fell away.
pub(crate) const fn face(milestone: &Milestone) -> Option<ClockFace<'static>> {
    Some(match milestone.state {
        MilestoneState::Running { due_at } => ClockFace::Running {
            due: due_at,
            warn_at: due_at,
        },
        MilestoneState::Paused { .. } => ClockFace::Paused { why: "" },
        MilestoneState::Met { at, due_at } => ClockFace::Met { at, due: due_at },
        MilestoneState::Breached {
            due_at,
            met_at: None,
        } => ClockFace::Breached { due: due_at },
        MilestoneState::Breached {
            due_at,
            met_at: Some(at),
        } => ClockFace::Met { at, due: due_at },
        MilestoneState::Cancelled { .. } => return None,
    })
}

/// The page of a service request.
///
/// # Errors
/// When what it was opened under is not published here.
pub fn render(web: &Web, signed: &Signed, view: &CaseView) -> Result<Markup, Error> {
    let case = &view.page.case;
    let shown = Shown {
        web,
        signed,
        view,
        terms: web.app().catalogue().terms_of(&case.terms)?,
        topic: format!("case-{}", case.number),
    };
    let v = shown.v();
    let number = case.number.to_string();
    let crumbs = [
        Crumb {
            href: "/cases",
            label: v.t("portal-requests"),
        },
        Crumb {
            href: "",
            label: &number,
        },
    ];
    let main = html! {
        (next::render(&shown))
        (story::render(&shown))
        (forms::render(&shown))
    };
    let body = html! {
        (head(&shown))
        @if done(v) == "sent" { (sent::render(&shown)) }
        (split(v, main, rail::render(&shown)?))
    };
    let page = Page {
        crumbs: &crumbs,
        topics: &shown.topic,
        flash: flash(v),
        has_mistakes: view.tried.is_some(),
        ..Page::new(&case.subject, Place::Requests)
    };
    Ok(page.render(web, signed, body))
}

/// What was just done, from the address the act led back to.
fn done(v: &Viewer) -> &str {
    let query = v.here.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .find_map(|(name, value)| (name == "done").then_some(value))
        .unwrap_or("")
}

fn flash(v: &Viewer) -> Option<Flash<'static>> {
    let words = match done(v) {
        "reply" => v.t("portal-done-reply"),
        "answers" => v.t("portal-done-answers"),
        "closure" => v.t("portal-done-closure"),
        "reopening" => v.t("portal-done-reopening"),
        "colleagues" => v.t("portal-done-colleagues"),
        "severity" => v.t("portal-done-severity"),
        "confidential" => v.t("confidential-done"),
        _ => return None,
    };
    Some(Flash {
        tone: Tone::Ok,
        words,
        link: None,
    })
}

fn head(shown: &Shown<'_>) -> Markup {
    let (v, case) = (shown.v(), shown.case());
    let channel = channel(case.channel);
    let engineer = shown.view.page.assignee.as_deref();
    let under = html! {
        (say::status_badge(v, case.status))
        (say::severity_badge(v, shown.edition(), case.severity.as_deref()))
        @if let Some(milestone) = shown.promised() {
            @if let Some(face) = face(milestone) { (clock(v, v.t("portal-first-response"), face)) }
        }
        span { bdi { (case.number) } }
        span { (say::kind_name(shown.edition(), case.kind)) }
        @if let Some(name) = engineer { span { (v.t("portal-engineer")) " " bdi { (name) } } }
        span { (v.t_args("timeline-via", &[("channel", channel.words(v).into())])) }
    };
    let actions = html! {
        @if case.status.is_open() && shown.may(Action::Close) {
            (Button::new(v.t("portal-close")).icon(Icon::Check).key("e").post(v, &shown.at("closure")))
        }
    };
    html! {
        div id="case-head" data-live-topic=(shown.topic) { (page_head(&case.subject, under, actions)) }
    }
}

/// A channel as the kit draws it.
pub(crate) const fn channel(channel: mainstay_domain::case::Channel) -> Channel {
    use mainstay_domain::case::Channel as Through;
    match channel {
        Through::Portal => Channel::Portal,
        Through::Email => Channel::Mail,
        Through::Telephone => Channel::Phone,
        Through::Api => Channel::Api,
    }
}
