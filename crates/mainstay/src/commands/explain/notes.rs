//! The rules behind an answer, and what else is worth knowing.

use jiff::tz::TimeZone;
use mainstay_domain::clock::Due;
use mainstay_domain::edition::Target;
use mainstay_domain::entitlement::{FirstResponse, Verdict};

use super::question::Question;
use super::reckoning::Reckoned;
use super::report::{Clock, Rule};
use super::words::{instant, target_rule};

/// The rules that led to the due instant, in the order they apply.
pub fn rules(question: &Question, decider: &Reckoned, clock: &Clock) -> Vec<Rule> {
    let target = decider.promise.target;
    let window = question.hours.effective(decider.promise.window);
    let is_due = matches!(decider.due, Due::At(_));
    let has_jump = clock
        .steps
        .iter()
        .any(|step| matches!(step.kind, "gap" | "fold"));
    let candidates = [
        (
            true,
            rule("R8", "the clock starts when the request is submitted"),
        ),
        (true, target_rule(target, window)),
        (
            !matches!(target, Target::Elapsed { .. }),
            rule("R16", "hours and days are those of the customer's region"),
        ),
        (
            has_jump,
            rule("R2", "time is real time where the wall clock jumps"),
        ),
        (
            !question.pauses.is_empty(),
            rule(
                "R10",
                "a pause is cut out of a clock; closed time inside it costs nothing",
            ),
        ),
        (
            question.history.len() > 1,
            rule(
                "R11",
                "one clock per severity, running at that severity or a stricter one; \
                 the earliest of the current and all looser ones decides",
            ),
        ),
        (
            is_due,
            rule("R7", "met up to and including the due instant"),
        ),
    ];
    candidates
        .into_iter()
        .filter_map(|(applies, rule)| applies.then_some(rule))
        .collect()
}

fn rule(code: &'static str, words: &str) -> Rule {
    Rule {
        code,
        words: words.to_owned(),
    }
}

/// What the figures alone do not say.
pub fn notes(question: &Question, decider: &Reckoned, verdict: &Verdict) -> Vec<String> {
    [
        idle_severity(question),
        not_yet_in_force(question),
        offer_elsewhere(question),
        offer_for_others(question),
        pauses(question, decider, verdict),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn idle_severity(question: &Question) -> Option<String> {
    let kind = question.kind.code();
    question.has_idle_severity.then(|| {
        format!(
            "Severities are for technical requests; the one given plays no part in {kind} help."
        )
    })
}

fn not_yet_in_force(question: &Question) -> Option<String> {
    let edition = &question.edition;
    let opened_on = question.opened.timestamp().to_zoned(TimeZone::UTC).date();
    (opened_on < edition.in_force_from).then(|| {
        format!(
            "Edition {} is in force from {}; this request is opened before.",
            edition.id, edition.in_force_from
        )
    })
}

fn offer_elsewhere(question: &Question) -> Option<String> {
    let offer = question.offer()?;
    let country = &question.region.country;
    let is_sold = offer.countries.is_empty() || offer.countries.contains(country);
    (!is_sold).then(|| {
        let countries = offer.countries.join(", ");
        format!(
            "{} is sold in {countries}; this region is in {country}.",
            offer.name
        )
    })
}

fn offer_for_others(question: &Question) -> Option<String> {
    let offer = question.offer()?;
    let plan = question.edition.find_plan(&question.holding.plan)?;
    let is_sold = offer.families.is_empty() || offer.families.contains(&plan.family);
    (!is_sold).then(|| format!("{} is not sold on top of {}.", offer.name, plan.name))
}

/// The initial response is never paused (R10): what it would be without the pauses.
fn pauses(question: &Question, decider: &Reckoned, verdict: &Verdict) -> Option<String> {
    if question.pauses.is_empty() {
        return None;
    }
    let mut note =
        "Shown with pauses; the initial response itself is never paused (R10).".to_owned();
    match (verdict.first_response, question.history.len()) {
        (FirstResponse::Due { at }, 1) => {
            let at = instant(at, question.zone());
            note += &format!(" Without them it is due {} ({}).", at.local, at.utc);
        }
        (FirstResponse::NoCommitment { .. }, 1) => note += " Without a commitment no clock runs.",
        _ => {}
    }
    if matches!(decider.promise.target, Target::DayClose { .. }) {
        note += " A target that counts days is anchored at its start: pauses do not move it.";
    }
    Some(note)
}
