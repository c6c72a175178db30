//! The clocks of a case, and why each is due when it is.

use jiff::tz::TimeZone;
use mainstay_app::cases::Explained;
use mainstay_description::promise_words;
use mainstay_domain::Moment;
use mainstay_domain::calendar::time_zone_version;
use mainstay_domain::case::{Metric, Milestone, MilestoneState};
use mainstay_domain::clock::{Due, Explanation, Step, StepKind};
use mainstay_domain::edition::Target;
use mainstay_domain::entitlement::{FirstResponse, Promise, promise_of};
use maud::{Markup, html};

use super::Desk;
use crate::desk::words;
use crate::error::Error;
use crate::ui::blocks::fold;
use crate::ui::chips::{ClockFace, clock};
use crate::ui::words::{absolute, brief, duration, short};
use crate::ui::{Fact, Icon, Viewer, facts, icon, panel as panel_of};

/// From when on a case is handled whose first response is promised by no time and still owed.
pub(super) fn no_commitment(desk: &Desk<'_>) -> Option<Moment> {
    let case = desk.case;
    let is_promised = |m: &Milestone| m.metric == Metric::InitialResponse && !m.is_internal;
    let has_clock = case.clocks.milestones().iter().any(is_promised);
    match case.verdict.first_response {
        FirstResponse::NoCommitment { handled_from } if !has_clock && case.status.is_open() => {
            Some(handled_from)
        }
        _ => None,
    }
}

/// The clock panel.
pub(super) fn panel(desk: &Desk<'_>) -> Result<Markup, Error> {
    let v = desk.v;
    let latest = latest(desk.case.clocks.milestones());
    let mut why = Vec::new();
    for milestone in &latest {
        if !matters(milestone) {
            continue;
        }
        if let Some(explained) = desk.web.app().explain(desk.case, milestone)? {
            why.push(explanation(desk, milestone, &explained));
        }
    }
    let is_bare = latest.is_empty() && no_commitment(desk).is_none();
    Ok(panel_of(
        v.t("desk-clocks"),
        html! {
            ul.stack-8 { @for milestone in &latest { (line(v, milestone)) } }
            @if let Some(from) = no_commitment(desk) {
                (clock(v, v.t("desk-metric-initial-response"),
                    ClockFace::NoCommitment { handled_from: Some(from) }))
                p.small.muted { (desk.case.verdict.promise.cell) }
            }
            @if is_bare { p.small.muted { (v.t("desk-no-clocks")) } }
            @for one in why { (one) }
        },
    ))
}

/// The latest milestone of each metric, promises before internal targets.
fn latest(milestones: &[Milestone]) -> Vec<&Milestone> {
    let mut found = Vec::new();
    for metric in Metric::ALL {
        for is_internal in [false, true] {
            let of = |m: &&Milestone| m.metric == metric && m.is_internal == is_internal;
            found.extend(milestones.iter().rev().find(of));
        }
    }
    found
}

/// Whether a milestone is explained: promises always, internal targets while they run.
const fn matters(milestone: &Milestone) -> bool {
    let is_cancelled = matches!(milestone.state, MilestoneState::Cancelled { .. });
    !is_cancelled && (!milestone.is_internal || milestone.is_pending())
}

fn line(v: &Viewer, milestone: &Milestone) -> Markup {
    html! {
        @if let Some(face) = words::face(v, milestone) {
            li {
                div.small.muted {
                    (words::metric(v, milestone.metric)) (words::internal(v, milestone.is_internal))
                }
                (clock(v, "", face))
            }
        }
    }
}

fn explanation(desk: &Desk<'_>, milestone: &Milestone, explained: &Explained) -> Markup {
    let v = desk.v;
    let Due::At(due) = explained.decider.due else {
        return html! {};
    };
    let args = [
        ("at", short(v, due).into()),
        ("what", words::metric(v, milestone.metric).into()),
    ];
    let local = customers_time(desk);
    let zone = local.zone.iana_name().unwrap_or("UTC");
    let reasons = reasons(desk, milestone, explained);
    let zone_words = format!("{zone} ({})", time_zone_version());
    let mut each: Vec<Fact<'_>> = reasons
        .iter()
        .map(|(term, words)| Fact::words(term, words))
        .collect();
    each.push(Fact::words(v.t("desk-why-zone"), &zone_words));
    fold(
        &v.t_args("desk-why", &args),
        false,
        html! {
            (facts(&each))
            (ledger(&local, &explained.explanation, explained.decider.start, due))
        },
    )
}

/// The reader, looking at the customer's wall clock: opening hours only make sense there.
fn customers_time(desk: &Desk<'_>) -> Viewer {
    let spec = desk.terms.hours.business.calendar.spec();
    Viewer {
        zone: TimeZone::get(&spec.time_zone).unwrap_or(TimeZone::UTC),
        ..desk.v.clone()
    }
}

/// The contract's words, how they are read, the rule and what it was decided under.
fn reasons(
    desk: &Desk<'_>,
    milestone: &Milestone,
    explained: &Explained,
) -> Vec<(&'static str, String)> {
    let (v, terms, decider) = (desk.v, &explained.terms, &explained.decider);
    let mut each = Vec::new();
    if milestone.is_internal {
        each.push((v.t("desk-why-promise"), v.t("desk-why-internal").to_owned()));
    } else if let Some(promise) = promise(desk, explained) {
        each.push((v.t("desk-why-cell"), format!("“{}”", promise.cell)));
        if !promise.reading.is_empty() {
            each.push((v.t("desk-why-reading"), promise.reading));
        }
    }
    let rule = promise_words(decider.window, decider.target);
    each.push((
        v.t("desk-why-rule"),
        format!("{rule}. {}", rule_words(v, decider.target)),
    ));
    if let Some(severity) = &decider.severity {
        each.push((v.t("desk-severity"), severity.clone()));
    }
    if let Some(exception) = &terms.hours.exception {
        each.push((v.t("desk-why-exception"), exception.clone()));
    }
    each.push((v.t("desk-edition"), terms.pinned.edition.clone()));
    let catalogue = desk.web.app().catalogue();
    let region = catalogue.region(&terms.pinned.region);
    let args = [
        (
            "region",
            region.map_or("", |region| region.name.as_str()).into(),
        ),
        ("n", terms.pinned.calendar_revision.into()),
    ];
    each.push((
        v.t("desk-why-calendar"),
        v.t_args("desk-why-revision", &args),
    ));
    each
}

/// The promise that decides: the one of the deciding severity, which may not be the current one.
fn promise(desk: &Desk<'_>, explained: &Explained) -> Option<Promise> {
    let (terms, severity) = (&explained.terms, explained.decider.severity.as_deref());
    promise_of(
        &terms.edition,
        &terms.pinned.holding,
        desk.case.kind,
        severity,
    )
    .ok()
}

fn rule_words(v: &Viewer, target: Target) -> &'static str {
    match target {
        Target::Elapsed { .. } => v.t("desk-rule-elapsed"),
        Target::Open { .. } => v.t("desk-rule-open"),
        Target::DayClose { .. } => v.t("desk-rule-day"),
        Target::None => "",
    }
}

/// The ledger: contiguous steps from start to due, and what each added to the goal.
fn ledger(v: &Viewer, explanation: &Explanation, start: Moment, due: Moment) -> Markup {
    let days = explanation.counted_days();
    let sum = if days > 0 {
        v.t_args("desk-days", &[("n", days.into())])
    } else {
        duration(v, explanation.counted_seconds())
    };
    html! {
        div.ledger-box { table.ledger {
            caption.small { (v.t_args("desk-why-times", &[("zone", v.zone.iana_name().unwrap_or("UTC").into())])) }
            thead { tr {
                th scope="col" { (v.t("ledger-what")) }
                th scope="col" { (v.t("ledger-from")) }
                th scope="col" { (v.t("ledger-to")) }
                th.num scope="col" { (v.t("desk-why-counted")) }
            } }
            tbody {
                (instant(v, Icon::Next, "is-start", v.t("ledger-start"), start))
                @for step in &explanation.steps { (step_row(v, step)) }
                (instant(v, Icon::Clock, "is-due", v.t("ledger-due"), due))
            }
            tfoot { tr {
                th scope="row" colspan="3" { (v.t("ledger-sum")) }
                td.num { (sum) }
            } }
        } }
    }
}

fn instant(v: &Viewer, sign: Icon, class: &str, words: &str, at: Moment) -> Markup {
    html! {
        tr.(class) {
            th scope="row" { (icon(sign)) span { b { (words) } } }
            td { time datetime=(at) { (absolute(v, at)) } }
            td {}
            td.num {}
        }
    }
}

fn step_row(v: &Viewer, step: &Step) -> Markup {
    let (class, sign, words, more) = look(v, &step.kind);
    let counted = if step.counted_days > 0 {
        v.t_args("desk-days", &[("n", step.counted_days.into())])
    } else if step.counted_seconds > 0 {
        duration(v, step.counted_seconds)
    } else {
        String::new()
    };
    html! {
        tr.(class) {
            th scope="row" {
                (icon(sign)) span { b { (words) } @if !more.is_empty() { " " span { (more) } } }
            }
            td { (brief(v, step.from)) }
            td { @if step.to != step.from { (brief(v, step.to)) } }
            td.num { (counted) }
        }
    }
}

fn look(v: &Viewer, kind: &StepKind) -> (&'static str, Icon, &'static str, String) {
    let none = String::new;
    let minutes = |n: i64| duration(v, n * 60);
    match kind {
        StepKind::Counted => ("is-counted", Icon::Plus, v.t("ledger-counted"), none()),
        StepKind::Closed => ("is-closed", Icon::Dash, v.t("ledger-closed"), none()),
        StepKind::Holiday { name } => (
            "is-closed",
            Icon::Dash,
            v.t("desk-why-holiday"),
            name.clone(),
        ),
        StepKind::Paused => ("is-paused", Icon::Pause, v.t("ledger-paused"), none()),
        StepKind::DayOfReceipt => ("is-rule", Icon::Info, v.t("desk-why-receipt"), none()),
        StepKind::Gap { skipped_minutes } => (
            "is-rule",
            Icon::Info,
            v.t("desk-why-gap"),
            minutes(*skipped_minutes),
        ),
        StepKind::Fold { repeated_minutes } => (
            "is-rule",
            Icon::Info,
            v.t("desk-why-fold"),
            minutes(*repeated_minutes),
        ),
    }
}
