//! The details beside the story: what the customer told us, files, history, why this time.

use mainstay_domain::access::Action;
use mainstay_domain::case::{Fact, MilestoneState, Status};
use maud::{Markup, html};

use super::{Shown, face, why};
use crate::cases::confidential::drawn;
use crate::cases::participants;
use crate::error::Error;
use crate::portal::words as say;
use crate::ui::chips::clock;
use crate::ui::facts::{Fact as Line, facts};
use crate::ui::timeline::files;
use crate::ui::{panel, words};

pub fn render(shown: &Shown<'_>) -> Result<Markup, Error> {
    let v = shown.v();
    Ok(html! {
        div id="case-facts" data-live-topic=(shown.topic) {
            (panel(v.t("portal-rail-promise"), promise(shown)))
            (panel(v.t("portal-rail-told"), told(shown)))
            (participants::beside(v, &shown.view.page, shown.may(Action::AddParticipant)))
            (attached(shown))
            (history(shown))
        }
        (panel(v.t("portal-why"), why::render(shown.web, v, shown.case())?))
    })
}

/// What is promised, and how it stands.
fn promise(shown: &Shown<'_>) -> Markup {
    let (v, case, edition) = (shown.v(), shown.case(), shown.edition());
    let plan = &shown.terms.pinned.holding.plan;
    let plan = edition
        .find_plan(plan)
        .map_or(plan.as_str(), |plan| plan.name.as_str());
    let basis = say::basis_words(v, edition, case.severity_basis, case.impact);
    let description = format!(
        "/description/{}?plan={}",
        edition.id, shown.terms.pinned.holding.plan
    );
    let mut lines = Vec::new();
    if let Some(code) = case.severity.as_deref() {
        lines.push(Line::new(
            v.t("portal-severity"),
            html! {
                (say::severity_badge(v, edition, Some(code)))
                p.muted { (basis) }
            },
        ));
    }
    lines.push(Line::new(
        v.t("portal-first-response"),
        html! {
            @match shown.promised().and_then(face) {
                Some(face) => (clock(v, "", face)),
                None => (v.t("portal-no-commitment")),
            }
        },
    ));
    lines.push(Line::new(
        v.t("portal-plan"),
        html! { a href=(description) { (plan) } },
    ));
    lines.push(Line::words(v.t("portal-edition"), &edition.id));
    if let Some(name) = &shown.view.page.assignee {
        lines.push(Line::words(v.t("portal-engineer"), name));
    }
    facts(&lines)
}

/// What the customer told us.
fn told(shown: &Shown<'_>) -> Markup {
    let (v, case, edition) = (shown.v(), shown.case(), shown.edition());
    let category = case.category.as_deref();
    let category = category.map(|id| say::category_name(edition, id));
    let mut lines = vec![
        Line::words(v.t("portal-requester"), &shown.view.page.requester),
        Line::new(v.t("portal-opened"), words::moment(v, case.opened_at)),
    ];
    if let Some(category) = &category {
        lines.push(Line::words(v.t("portal-category"), category));
    }
    if let Some(impact) = case.impact {
        lines.push(Line::words(
            v.t("portal-affected-short"),
            say::affected_words(v, impact.affected),
        ));
        lines.push(Line::words(
            v.t("portal-work-short"),
            say::work_words(v, impact.work),
        ));
        lines.push(Line::words(
            v.t("portal-workaround-short"),
            say::workaround_words(v, impact),
        ));
    }
    if let Some(number) = case.follows {
        lines.push(Line::new(
            v.t("portal-follows-label"),
            html! { a href={ "/cases/" (number) } { bdi { (number) } } },
        ));
    }
    facts(&lines)
}

fn attached(shown: &Shown<'_>) -> Markup {
    let v = shown.v();
    let rows = shown.view.files(say::size, true, |_| true);
    html! { @if !rows.is_empty() { (panel(v.t("portal-files"), files(v, &drawn(&rows)))) } }
}

/// The history of severity and promises, from the story.
fn history(shown: &Shown<'_>) -> Markup {
    let v = shown.v();
    let changes = shown.view.page.timeline.iter().filter_map(|row| {
        let words = match &row.entry.fact {
            Fact::Opened { severity, .. } => match severity {
                Some(code) => v.t_args("portal-history-opened", &[("code", code.into())]),
                None => v.t("portal-history-submitted").to_owned(),
            },
            Fact::SeverityChanged { from, to, .. } => v.t_args(
                "portal-history-severity",
                &[("from", from.into()), ("to", to.into())],
            ),
            Fact::Closed { .. } => v.t("portal-closed").to_owned(),
            Fact::Reopened { .. } => v.t("portal-history-reopened").to_owned(),
            _ => return None,
        };
        Some((row.entry.at, words))
    });
    let mut lines: Vec<_> = changes.collect();
    if let Some(milestone) = shown.promised() {
        let line = match milestone.state {
            MilestoneState::Met { at, .. } => Some((at, v.t("portal-history-kept"))),
            MilestoneState::Breached { due_at, .. } => Some((due_at, v.t("portal-history-missed"))),
            _ => None,
        };
        lines.extend(line.map(|(at, words)| (at, words.to_owned())));
    }
    lines.sort_by_key(|(at, _)| *at);
    let is_closed = matches!(shown.case().status, Status::Closed { .. });
    html! {
        @if lines.len() > 1 || is_closed {
            (panel(v.t("portal-history"), html! {
                ol.stack-8 { @for (at, line) in &lines { li { (line) " " span.muted { (words::brief(v, *at)) } } } }
            }))
        }
    }
}
