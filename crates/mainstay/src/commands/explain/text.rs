//! An explanation as people read it.

use super::report::{Clock, FirstResponse, Instant, Report, Step};
use super::words::span;

/// The whole explanation.
pub fn render(report: &Report) -> String {
    let mut lines = heading(report);
    lines.extend(verdict(report));
    lines.extend(first_response(report));
    if report.clocks.len() > 1 {
        lines.extend(clocks(report));
    }
    for clock in report.clocks.iter().filter(|clock| clock.decides) {
        lines.extend(ledger(clock));
        lines.extend(grounds(report, clock));
    }
    if !report.notes.is_empty() {
        lines.extend([String::new(), "Notes".to_owned()]);
        lines.extend(report.notes.iter().map(|note| format!("  {note}")));
    }
    lines.join("\n")
}

fn heading(report: &Report) -> Vec<String> {
    let trial = if report.is_trial { ", trial" } else { "" };
    let offer = report
        .offer
        .as_ref()
        .map_or_else(String::new, |offer| format!(" with {offer}"));
    let severity = match (&report.severity, &report.severity_name) {
        (Some(code), Some(name)) => format!(", severity {code} ({name})"),
        _ => String::new(),
    };
    vec![
        format!(
            "{}{offer}{trial}: {} request{severity}",
            report.plan, report.kind
        ),
        line("Opened", &both(&report.opened)),
        line(
            "Edition",
            &format!("{}, in force from {}", report.edition, report.in_force_from),
        ),
        line(
            "Region",
            &format!("{} ({})", report.region.name, report.region.code),
        ),
        line("Channel", report.channel),
    ]
}

fn verdict(report: &Report) -> Vec<String> {
    let verdict = &report.verdict;
    let window = verdict.channel_window.unwrap_or("not included");
    let channel = format!("{}: {window}", verdict.medium);
    let severity = match (&report.severity, verdict.may_set_severity) {
        (None, _) => "none",
        (Some(_), true) => "set by the customer",
        (Some(_), false) => "assessed by the vendor",
    };
    let mut lines = vec![
        String::new(),
        "Verdict".to_owned(),
        line("Covered", if verdict.is_covered { "yes" } else { "no" }),
        line("Column", &verdict.column),
        line("Offer", report.offer.as_deref().unwrap_or("none")),
        line("Channel", &channel),
        line("Severity", severity),
    ];
    lines.extend(labelled("Why", &verdict.reasons));
    lines
}

fn first_response(report: &Report) -> Vec<String> {
    let mut lines = vec![String::new(), "First response".to_owned()];
    if let Some(clock) = report.clocks.iter().find(|clock| clock.decides) {
        lines.push(line("Promise", &clock.promise));
    }
    lines.push(response_line(&report.first_response));
    lines
}

fn response_line(response: &FirstResponse) -> String {
    match response {
        FirstResponse::Due { at } => line("Due", &both(at)),
        FirstResponse::Paused { remaining_seconds } => {
            let left = span(i64::try_from(*remaining_seconds).unwrap_or(i64::MAX));
            line(
                "Paused",
                &format!("no due instant while the pause goes on; {left} left"),
            )
        }
        FirstResponse::NoCommitment { handled_from } => line(
            "Due",
            &format!(
                "at no instant: there is no commitment. Handled from {}",
                both(handled_from)
            ),
        ),
    }
}

/// One line for each clock, when a change of severity makes several (R11).
fn clocks(report: &Report) -> Vec<String> {
    let mut lines = vec![String::new(), "Clocks".to_owned()];
    for clock in &report.clocks {
        let severity = clock.severity.as_deref().unwrap_or("none");
        let result = match &clock.response {
            FirstResponse::Due { at } => format!("due {}", both(at)),
            FirstResponse::Paused { .. } => "paused".to_owned(),
            FirstResponse::NoCommitment { .. } => "no commitment".to_owned(),
        };
        let decides = if clock.decides { ", which decides" } else { "" };
        let (started, promise) = (&clock.started.local, &clock.promise);
        lines.push(line(
            &format!("Severity {severity}"),
            &format!("{promise}, from {started}: {result}{decides}"),
        ));
    }
    lines
}

fn ledger(clock: &Clock) -> Vec<String> {
    if clock.steps.is_empty() {
        return Vec::new();
    }
    let width = |text: fn(&Step) -> &str| {
        clock
            .steps
            .iter()
            .map(|step| text(step).chars().count())
            .max()
            .unwrap_or_default()
    };
    let (from, to) = (width(|step| &step.from.local), width(|step| &step.to.local));
    let is_in_days = clock.steps.iter().any(|step| step.counted_days > 0);
    let mut lines = vec![String::new(), "Ledger".to_owned()];
    lines.extend(clock.steps.iter().map(|step| {
        format!(
            "  {:<from$}  to  {:<to$}  {:>12}  {:<14}  sum {}{}",
            step.from.local,
            step.to.local,
            span(step.lasts_seconds),
            step.kind,
            sum(step, is_in_days),
            step.detail
                .as_ref()
                .map_or_else(String::new, |detail| format!(", {detail}")),
        )
    }));
    lines
}

/// What has been counted so far: days for a target in days, else time.
fn sum(step: &Step, is_in_days: bool) -> String {
    match step.sum_days {
        1 => "1 day".to_owned(),
        days if is_in_days => format!("{days} days"),
        _ => span(step.sum_seconds),
    }
}

fn grounds(report: &Report, clock: &Clock) -> Vec<String> {
    let region = &report.region;
    let rules: Vec<_> = report
        .rules
        .iter()
        .map(|rule| format!("{}: {}", rule.code, rule.words))
        .collect();
    let mut lines = vec![String::new(), "Grounds".to_owned()];
    lines.extend(labelled("Rules", &rules));
    lines.push(line("Cell", &format!("\"{}\"", clock.cell)));
    if !clock.reading.is_empty() {
        lines.push(line("Reading", &clock.reading));
    }
    lines.extend(labelled("Footnotes", &clock.footnotes));
    lines.push(line("Window", clock.window));
    lines.push(line(
        "Edition",
        &format!("{}, {}", report.edition, report.title),
    ));
    lines.push(line(
        "Calendar",
        &format!(
            "{}, revision {} of {}: {}",
            region.code, region.calendar_revision, region.published_on, region.source
        ),
    ));
    let database = region.time_zone_database;
    lines.push(line(
        "Time zone",
        &format!("{}, database {database}", region.time_zone),
    ));
    lines
}

/// The customer's wall clock, then UTC.
fn both(at: &Instant) -> String {
    format!("{} ({})", at.local, at.utc)
}

fn line(label: &str, text: &str) -> String {
    format!("  {label:<12}{text}")
}

/// Several texts under one label.
fn labelled(label: &str, texts: &[String]) -> Vec<String> {
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    texts
        .iter()
        .zip(labels)
        .map(|(text, label)| line(label, text))
        .collect()
}
