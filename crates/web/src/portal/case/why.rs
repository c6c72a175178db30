//! Why this time: the promise in the edition's own words, and the ledger from start to due.

use mainstay_app::cases::Explained;
use mainstay_description::promise_words;
use mainstay_domain::case::{Case, Metric, Milestone};
use mainstay_domain::clock::{Step, StepKind};
use mainstay_domain::edition::Target;
use mainstay_domain::entitlement::{Promise, promise_of};
use maud::{Markup, html};

use super::face;
use crate::error::Error;
use crate::portal::words as say;
use crate::state::Web;
use crate::ui::chips::clock;
use crate::ui::ledger::{self, ledger_in};
use crate::ui::{Viewer, blocks, words};

/// The explanation of a case's promised first response, or why there is no time.
///
/// # Errors
/// When what it was opened under is not published here.
pub fn render(web: &Web, v: &Viewer, case: &Case) -> Result<Markup, Error> {
    let milestone = case.clocks.milestone(Metric::InitialResponse);
    let promised = milestone.filter(|milestone| !milestone.is_internal);
    let explained = match promised {
        Some(milestone) => web.app().explain(case, milestone)?,
        None => None,
    };
    Ok(html! {
        @match (promised, &explained) {
            (Some(milestone), Some(explained)) => (with_time(v, case, milestone, explained)),
            _ => (without_time(v, case)),
        }
    })
}

fn with_time(v: &Viewer, case: &Case, milestone: &Milestone, explained: &Explained) -> Markup {
    let (terms, decider) = (&explained.terms, &explained.decider);
    let holding = &terms.pinned.holding;
    let severity = decider.severity.as_deref();
    let promise = promise_of(&terms.edition, holding, case.kind, severity).ok();
    html! {
        p {
            (v.t("portal-first-response")) ": "
            b { (promise_words(decider.window, decider.target)) } " "
            @if let Some(face) = face(milestone) { (clock(v, "", face)) }
        }
        (told(v, promise.as_ref().unwrap_or(&case.verdict.promise)))
        @if let Some(reason) = terms.hours.exception.as_deref() { p.muted { (reason) } }
        (blocks::fold(v.t("portal-why-ledger"), true, steps(v, explained)))
        p.muted { (v.t_args("portal-why-pinned", &[
            ("edition", terms.edition.id.as_str().into()),
            ("region", terms.pinned.region.as_str().into()),
            ("revision", terms.pinned.calendar_revision.into()),
            ("zones", terms.pinned.time_zone_version.as_str().into()),
        ])) }
    }
}

/// No clock: what the edition says instead.
fn without_time(v: &Viewer, case: &Case) -> Markup {
    html! {
        p { (say::first_response(v, &case.verdict)) }
        (told(v, &case.verdict.promise))
        p.muted { (v.t("portal-why-none")) }
    }
}

/// The cell letter by letter, how an unclear one is read, and its footnotes.
fn told(v: &Viewer, promise: &Promise) -> Markup {
    html! {
        p { (v.t_args("portal-cell", &[("cell", promise.cell.as_str().into())])) }
        @if !promise.reading.is_empty() { p.muted { (promise.reading) } }
        @for note in &promise.footnotes { p.muted { (note) } }
    }
}

/// A step with the words that explain it.
struct Line {
    kind: ledger::StepKind,
    words: String,
    counted: String,
    step: Step,
}

fn steps(v: &Viewer, explained: &Explained) -> Markup {
    let in_days = matches!(explained.decider.target, Target::DayClose { .. });
    let explanation = &explained.explanation;
    let start = explained.decider.start;
    let lines: Vec<Line> = explanation
        .steps
        .iter()
        .map(|step| line(v, step, in_days))
        .collect();
    let mut rows = vec![ledger::Step {
        kind: ledger::StepKind::Start,
        from: start,
        to: None,
        minutes: 0,
        words: v.t("portal-why-start"),
    }];
    rows.extend(lines.iter().map(|line| ledger::Step {
        kind: line.kind,
        from: line.step.from,
        to: (line.step.to > line.step.from).then_some(line.step.to),
        minutes: 0,
        words: &line.words,
    }));
    if let Some(last) = explanation.steps.last() {
        rows.push(ledger::Step {
            kind: ledger::StepKind::Due,
            from: last.to,
            to: None,
            minutes: 0,
            words: "",
        });
    }
    let mut counted = vec![String::new()];
    counted.extend(lines.iter().map(|line| line.counted.clone()));
    counted.push(String::new());
    let sum = if in_days {
        days(v, explanation.counted_days())
    } else {
        words::duration(v, explanation.counted_seconds())
    };
    ledger_in(v, "", &rows, &counted, &sum)
}

fn days(v: &Viewer, count: u16) -> String {
    v.t_args("portal-why-days", &[("n", u32::from(count).into())])
}

fn line(v: &Viewer, step: &Step, in_days: bool) -> Line {
    let minutes = |minutes: i64| words::duration(v, minutes * 60);
    let (kind, words) = match &step.kind {
        StepKind::Counted => (ledger::StepKind::Counted, String::new()),
        StepKind::Closed => (ledger::StepKind::Closed, String::new()),
        StepKind::Holiday { name } => (ledger::StepKind::Closed, name.clone()),
        StepKind::Paused => (ledger::StepKind::Paused, String::new()),
        StepKind::DayOfReceipt => (
            ledger::StepKind::Rule,
            v.t("portal-why-day-of-receipt").to_owned(),
        ),
        StepKind::Gap { skipped_minutes } => {
            let skipped = minutes(*skipped_minutes).into();
            let words = v.t_args("portal-why-gap", &[("d", skipped)]);
            (ledger::StepKind::Rule, words)
        }
        StepKind::Fold { repeated_minutes } => {
            let repeated = minutes(*repeated_minutes).into();
            let words = v.t_args("portal-why-fold", &[("d", repeated)]);
            (ledger::StepKind::Rule, words)
        }
    };
    let counted = if in_days {
        days(v, step.counted_days)
    } else {
        words::duration(v, step.counted_seconds)
    };
    Line {
        kind,
        words,
        counted,
        step: step.clone(),
    }
}
