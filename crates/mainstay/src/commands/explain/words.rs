//! Instants, spans and reasons in words.

use jiff::tz::TimeZone;
use mainstay_description::{medium_words, window_words};
use mainstay_domain::Moment;
use mainstay_domain::clock::StepKind;
use mainstay_domain::edition::{Cutoff, Kind, Target, WindowKind};
use mainstay_domain::entitlement::Reason;

use super::report::{Instant, Rule};

/// An instant in UTC and as a wall clock reads it: *Saturday 28 March 2026, 01:30 CET*.
pub fn instant(at: Moment, zone: &TimeZone) -> Instant {
    read_as(at, zone, "%A %-d %B %Y,")
}

/// The same as ledgers write it: *Sat 28 Mar 2026 01:30 CET*.
pub fn brief(at: Moment, zone: &TimeZone) -> Instant {
    read_as(at, zone, "%a %-d %b %Y")
}

fn read_as(at: Moment, zone: &TimeZone, date: &str) -> Instant {
    let local = at.timestamp().to_zoned(zone.clone());
    let seconds = if local.second() == 0 { "" } else { ":%S" };
    let format = format!("{date} %H:%M{seconds} %Z");
    Instant {
        utc: at.to_string(),
        local: local.strftime(&format).to_string(),
    }
}

/// What a step of the ledger did, and more if there is more to say.
pub fn step_words(kind: &StepKind) -> (&'static str, Option<String>) {
    match kind {
        StepKind::Counted => ("counted", None),
        StepKind::Closed => ("closed", None),
        StepKind::Holiday { name } => ("holiday", Some(name.clone())),
        StepKind::Paused => ("paused", None),
        StepKind::DayOfReceipt => ("day of receipt", None),
        StepKind::Gap { skipped_minutes } => (
            "gap",
            Some(format!("the wall clock skips {skipped_minutes} minutes")),
        ),
        StepKind::Fold { repeated_minutes } => (
            "fold",
            Some(format!("the wall clock repeats {repeated_minutes} minutes")),
        ),
    }
}

/// A span of seconds: *480 min*, *29 min 30 s*.
pub fn span(seconds: i64) -> String {
    match (seconds / 60, seconds % 60) {
        (minutes, 0) => format!("{minutes} min"),
        (minutes, rest) => format!("{minutes} min {rest} s"),
    }
}

/// Why the verdict is what it is, as a sentence.
pub fn reason(reason: &Reason) -> String {
    match reason {
        Reason::PlanColumn { plan, column } => {
            format!("{plan} has the objectives of the column \"{column}\".")
        }
        Reason::StandalonePlan { plan, column } => {
            format!("{plan} is a standalone plan and is served like the column \"{column}\".")
        }
        Reason::AdditionalService { service, plan } => {
            format!("{service} is served like {plan}, which it is used with.")
        }
        Reason::ElevatedOffer { offer } => {
            format!("{offer} overrides the plan's column with the elevated one.")
        }
        Reason::KindWindow { kind } => {
            format!(
                "{} has no severities; it is handled in its own window.",
                kind_words(*kind)
            )
        }
        Reason::TrialOfPaidOnly { plan } => {
            format!(
                "The objectives of {plan} are for paid subscriptions; a trial has no commitment."
            )
        }
        Reason::AnytimeException { reason } => {
            format!("Business hours instead of around the clock in this region: {reason}")
        }
        Reason::ChannelNotIncluded { medium, instead } => {
            format!(
                "{} is not included. {instead}",
                capital(medium_words(*medium))
            )
        }
    }
}

fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Technical => "Technical support",
        Kind::Billing => "Billing help",
        Kind::Subscription => "Subscription help",
        Kind::PreSales => "Pre-sales help",
    }
}

/// The text with its first letter in capitals.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The rule of a target.
pub fn target_rule(target: Target, window: WindowKind) -> Rule {
    let hours = window_words(window);
    let (code, words) = match target {
        Target::Elapsed { .. } => (
            "R6",
            "real time counts, day and night, holidays included".to_owned(),
        ),
        Target::Open { .. } => ("R6", format!("open time counts, {hours}")),
        Target::DayClose { cutoff, .. } => ("R3", day_words(cutoff)),
        Target::None => (
            "S10",
            "no commitment: there is no clock, only availability".to_owned(),
        ),
    };
    Rule { code, words }
}

fn day_words(cutoff: Cutoff) -> String {
    let receipt = match cutoff {
        Cutoff::None => "which is the local date, open or not",
        Cutoff::Close | Cutoff::At(_) => "which ends at the cut-off",
    };
    format!("due at the close of an open day after the day of receipt, {receipt}")
}
