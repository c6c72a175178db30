//! Words and marks that several pages of the desk share.

use jiff::tz::TimeZone;
use mainstay_app::Catalogue;
use mainstay_domain::calendar::{CalendarSpec, WeeklyHours};
use mainstay_domain::case::{Channel, Metric, Status};
use mainstay_domain::edition::{Edition, Kind};
use mainstay_domain::{Moment, case};
use mainstay_store::views::CaseRow;
use maud::{Markup, html};

use crate::ui::chips::{self, ClockFace};
use crate::ui::{Severity, Tone, Turn, Viewer, tag};

/// From when on a promise is urgent: an hour before it is due, or with a quarter of its time left,
/// whichever comes first.
pub(super) fn warn_at(start: Moment, due: Moment) -> Moment {
    let quarter = due.seconds_since(start).max(0) / 4;
    due.plus_seconds(-quarter.max(3600))
}

/// A metric in words: `First response`.
pub(super) fn metric(v: &Viewer, metric: Metric) -> &'static str {
    match metric {
        Metric::InitialResponse => v.t("desk-metric-initial-response"),
        Metric::NextResponse => v.t("desk-metric-next-response"),
        Metric::PeriodicUpdate => v.t("desk-metric-periodic-update"),
        Metric::Resolution => v.t("desk-metric-resolution"),
    }
}

/// The name of a plan in the newest edition that knows it.
pub(super) fn plan_name(catalogue: &Catalogue, plan: &str) -> String {
    let editions = catalogue.editions().iter().rev();
    let mut known = editions.filter_map(|edition| edition.find_plan(plan));
    known
        .next()
        .map_or_else(|| plan.to_owned(), |plan| plan.name.clone())
}

/// A kind of help in words.
pub(super) fn kind(v: &Viewer, kind: Kind) -> &'static str {
    match kind {
        Kind::Technical => v.t("desk-kind-technical"),
        Kind::Billing => v.t("desk-kind-billing"),
        Kind::Subscription => v.t("desk-kind-subscription"),
        Kind::PreSales => v.t("desk-kind-pre-sales"),
    }
}

/// A channel as the chips know it.
pub(super) const fn channel(channel: Channel) -> chips::Channel {
    match channel {
        Channel::Portal => chips::Channel::Portal,
        Channel::Email => chips::Channel::Mail,
        Channel::Telephone => chips::Channel::Phone,
        Channel::Api => chips::Channel::Api,
    }
}

/// Whose turn a status says it is.
pub(super) const fn turn_of(status: Status) -> Turn {
    match status {
        Status::WithVendor => Turn::Vendor,
        Status::WithCustomer { .. } => Turn::Customer,
        Status::Resolved { .. } | Status::Closed { .. } => Turn::Nobody,
    }
}

/// Whose turn it is in a row, in its word; a closed one says so.
pub(super) fn turn(v: &Viewer, row: &CaseRow) -> Markup {
    use crate::ui::Side::Vendor;
    match row.status.as_str() {
        "with-vendor" => chips::turn(v, Vendor, Turn::Vendor),
        "with-customer" => chips::turn(v, Vendor, Turn::Customer),
        "closed" => tag(Tone::Plain, v.t("desk-closed")),
        _ => chips::turn(v, Vendor, Turn::Nobody),
    }
}

/// A severity of an edition; its rank decides the badge's fill.
pub(super) fn severity_in<'a>(edition: &'a Edition, code: &'a str) -> Severity<'a> {
    let rank = edition.severity_rank(code).unwrap_or(2);
    let name = edition.find_severity(code);
    Severity {
        code,
        name: name.map_or("", |severity| severity.name.as_str()),
        rank: u8::try_from(rank + 1).unwrap_or(u8::MAX),
    }
}

/// The severity badge of a row, under the edition it was opened in.
pub(super) fn row_severity(v: &Viewer, catalogue: &Catalogue, row: &CaseRow) -> Markup {
    let edition = catalogue.edition_at(row.opened_at);
    html! {
        @if let (Some(edition), Some(code)) = (edition, &row.severity) {
            (chips::severity(v, severity_in(edition, code)))
        } @else { span.muted { (kind(v, row.kind)) } }
    }
}

/// The clock of a row: what was missed, else what is due next, else why there is none.
pub(super) fn row_clock(v: &Viewer, row: &CaseRow) -> Markup {
    if let Some(due) = row.missed_at() {
        let (label, is_internal) = match row.missed {
            Some((missed, is_internal)) => (metric(v, missed), is_internal),
            None => ("", false),
        };
        return html! {
            (chips::clock(v, label, ClockFace::Breached { due })) (internal(v, is_internal))
        };
    }
    if let Some(due) = row.next_due_at {
        let label = row.next_metric.map_or("", |next| metric(v, next));
        let warn_at = warn_at(start_of(row), due);
        return html! {
            (chips::clock(v, label, ClockFace::Running { due, warn_at }))
            (internal(v, row.next_is_internal))
        };
    }
    // Nothing both sides can see came after the opening: the first response is still owed.
    let is_unanswered = row.last_public_at == row.opened_at;
    match row.status.as_str() {
        "with-vendor" if is_unanswered => {
            let label = metric(v, Metric::InitialResponse);
            chips::clock(v, label, ClockFace::NoCommitment { handled_from: None })
        }
        "with-vendor" => html! { span.muted { (v.t("desk-nothing-due")) } },
        _ => html! {},
    }
}

/// When the clock of a row started, as near as a row tells.
pub(super) fn start_of(row: &CaseRow) -> Moment {
    match row.next_metric {
        Some(Metric::InitialResponse | Metric::Resolution) | None => row.opened_at,
        Some(Metric::NextResponse | Metric::PeriodicUpdate) => row.last_public_at,
    }
}

/// The mark of a target that is promised to nobody.
pub(super) fn internal(v: &Viewer, is_internal: bool) -> Markup {
    html! { @if is_internal { " " (tag(Tone::Note, v.t("desk-internal"))) } }
}

/// The face of a milestone's clock; `None` when it fell away.
pub(super) fn face<'a>(v: &'a Viewer, milestone: &case::Milestone) -> Option<ClockFace<'a>> {
    use case::MilestoneState::{Breached, Cancelled, Met, Paused, Running};
    match milestone.state {
        Running { due_at } => Some(ClockFace::Running {
            due: due_at,
            warn_at: warn_at(milestone.started_at, due_at),
        }),
        Paused { .. } => Some(ClockFace::Paused {
            why: v.t("desk-waiting-for-customer"),
        }),
        Met { at, due_at } => Some(ClockFace::Met { at, due: due_at }),
        Breached { due_at, met_at } => Some(match met_at {
            Some(at) => ClockFace::Met { at, due: due_at },
            None => ClockFace::Breached { due: due_at },
        }),
        Cancelled { .. } => None,
    }
}

/// A number of bytes in words: `18 KB`.
pub(super) fn size(v: &Viewer, bytes: u64) -> String {
    let (n, unit) = match bytes {
        0..=999 => (bytes.to_string(), v.t("desk-unit-byte")),
        1_000..=999_999 => ((bytes / 1_000).to_string(), v.t("desk-unit-kilobyte")),
        _ => (
            format!("{}.{}", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
            v.t("desk-unit-megabyte"),
        ),
    };
    format!("{n} {unit}")
}

/// The reader, looking at the wall clock of another zone.
pub(super) fn viewer_in(v: &Viewer, zone: &str) -> Viewer {
    Viewer {
        zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
        ..v.clone()
    }
}

/// Weekly hours in words, a line for each stretch: `Mon – Fri 09:00 – 17:00`.
pub(super) fn hours(v: &Viewer, calendar: &CalendarSpec) -> Vec<String> {
    let line = |weekly: &WeeklyHours| {
        let mut days: Vec<i8> = weekly
            .days
            .iter()
            .map(|day| day.to_monday_zero_offset())
            .collect();
        days.sort_unstable();
        days.dedup();
        let (from, to) = (weekly.hours.from, weekly.hours.to);
        format!("{} {from} – {to}", day_ranges(v, &days))
    };
    calendar.weekly.iter().map(line).collect()
}

/// Days of the week, runs drawn together: `Mon – Wed, Sat`.
fn day_ranges(v: &Viewer, days: &[i8]) -> String {
    let mut runs: Vec<(i8, i8)> = Vec::new();
    for &day in days {
        match runs.last_mut().filter(|(_, last)| *last + 1 == day) {
            Some((_, last)) => *last = day,
            None => runs.push((day, day)),
        }
    }
    let words = |&(first, last): &(i8, i8)| {
        if first == last {
            weekday(v, first).to_owned()
        } else {
            format!("{} – {}", weekday(v, first), weekday(v, last))
        }
    };
    runs.iter().map(words).collect::<Vec<_>>().join(", ")
}

fn weekday(v: &Viewer, day: i8) -> &'static str {
    match day {
        0 => v.t("weekday-1"),
        1 => v.t("weekday-2"),
        2 => v.t("weekday-3"),
        3 => v.t("weekday-4"),
        4 => v.t("weekday-5"),
        5 => v.t("weekday-6"),
        _ => v.t("weekday-7"),
    }
}
