//! The question is answered: verdict, clocks, ledger.

use anyhow::anyhow;
use jiff::tz::TimeZone;
use mainstay_description::{medium_words, promise_words, window_words};
use mainstay_domain::Moment;
use mainstay_domain::calendar::time_zone_version;
use mainstay_domain::clock::{Due, Explanation, Hole, SeverityPolicy, due, severity_clocks};
use mainstay_domain::edition::Target;
use mainstay_domain::entitlement::{self, Promise, PromiseSource, assess, promise_of};

use super::notes::{notes, rules};
use super::question::Question;
use super::report::{Clock, FirstResponse, Region, Report, Step, Verdict};
use super::words::{brief, instant, reason, step_words};

/// The clock of one severity, reckoned.
pub struct Reckoned {
    /// The severity's code.
    severity: Option<String>,
    /// What it is promised.
    pub promise: Promise,
    /// When it started.
    start: Moment,
    /// What is cut out of it.
    holes: Vec<Hole>,
    /// When it is due.
    pub due: Due,
}

/// Answers the question.
pub fn report(question: &Question) -> anyhow::Result<Report> {
    let verdict = assess(
        &question.edition,
        &question.hours,
        &question.holding,
        &question.entitlement(),
    )?;
    let (reckoned, decider) = reckon(question)?;
    let clocks = reckoned
        .iter()
        .enumerate()
        .map(|(index, one)| one.line(question, index == decider))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let edition = &question.edition;
    let plan = edition.find_plan(&question.holding.plan);
    let severity = question
        .severity
        .as_deref()
        .and_then(|code| edition.find_severity(code));
    Ok(Report {
        edition: edition.id.clone(),
        title: edition.title.clone(),
        in_force_from: edition.in_force_from.to_string(),
        plan: plan.map(|plan| plan.name.clone()).unwrap_or_default(),
        is_trial: question.holding.is_trial,
        offer: question.offer().map(|offer| offer.name.clone()),
        kind: question.kind.code(),
        channel: question.channel.code(),
        severity: question.severity.clone(),
        severity_name: severity.map(|severity| severity.name.clone()),
        opened: instant(question.opened, question.zone()),
        region: region(question),
        due: reckoned[decider].due_at().map(|at| at.to_string()),
        first_response: clocks[decider].response.clone(),
        rules: rules(question, &reckoned[decider], &clocks[decider]),
        notes: notes(question, &reckoned[decider], &verdict),
        verdict: verdict_lines(&verdict),
        clocks,
    })
}

/// The clocks of the severities that bear on the first response, and which of them decides: the
/// earliest, of equals the strictest (R11).
fn reckon(question: &Question) -> anyhow::Result<(Vec<Reckoned>, usize)> {
    // Without a severity there is one clock.
    let ranks = question
        .severity
        .as_ref()
        .map_or(1, |_| question.edition.severities.len());
    let mut clocks = Vec::new();
    for clock in severity_clocks(&question.history, ranks, SeverityPolicy::PerSeverity) {
        let severity = question.severity_code(clock.rank);
        let promise = promise_of(
            &question.edition,
            &question.holding,
            question.kind,
            severity.as_deref(),
        )?;
        let holes = [clock.holes, question.pauses.clone()].concat();
        let hours = question.hours.of(promise.window);
        let due = due(promise.target, hours, clock.start, &holes)?;
        clocks.push(Reckoned {
            severity,
            promise,
            start: clock.start,
            holes,
            due,
        });
    }
    let decider = (0..clocks.len())
        .min_by_key(|&index| order(clocks[index].due))
        .ok_or_else(|| anyhow!("edition {} has no severities", question.edition.id))?;
    if question.history.len() == 1 && decider == 0 {
        clocks.truncate(1);
    }
    Ok((clocks, decider))
}

/// Earlier before later, and any due instant before none.
const fn order(due: Due) -> (u8, Option<Moment>) {
    match due {
        Due::At(at) => (0, Some(at)),
        Due::Paused { .. } => (1, None),
        Due::Never => (2, None),
    }
}

impl Reckoned {
    const fn due_at(&self) -> Option<Moment> {
        match self.due {
            Due::At(at) => Some(at),
            Due::Paused { .. } | Due::Never => None,
        }
    }

    fn line(&self, question: &Question, decides: bool) -> anyhow::Result<Clock> {
        let zone = question.zone();
        let promise = &self.promise;
        let response = match self.due {
            Due::At(at) => FirstResponse::Due {
                at: instant(at, zone),
            },
            Due::Paused { remaining } => FirstResponse::Paused {
                remaining_seconds: remaining,
            },
            Due::Never => {
                let from = promise.handled_from(&question.hours, self.start)?;
                FirstResponse::NoCommitment {
                    handled_from: instant(from, zone),
                }
            }
        };
        Ok(Clock {
            severity: self.severity.clone(),
            decides,
            started: instant(self.start, zone),
            promise: promise_words(promise.window, promise.target),
            window: window_words(question.hours.effective(promise.window)),
            cell: promise.cell.clone(),
            reading: promise.reading.clone(),
            footnotes: promise.footnotes.clone(),
            response,
            steps: self.steps(question)?,
        })
    }

    /// The ledger, up to the due instant or to the opening; a paused clock has none.
    fn steps(&self, question: &Question) -> anyhow::Result<Vec<Step>> {
        let hours = question.hours.of(self.promise.window);
        let (target, until) = match self.due {
            Due::At(at) => (self.promise.target, at),
            Due::Paused { .. } => return Ok(Vec::new()),
            // Nothing counts until it is handled: what is shown is closed time.
            Due::Never => {
                let until = self.promise.handled_from(&question.hours, self.start)?;
                (Target::Open { minutes: 0 }, until)
            }
        };
        let explanation = Explanation::of(target, hours, self.start, &self.holes, until);
        Ok(ledger(explanation, question.zone()))
    }
}

/// The steps with their running sums.
fn ledger(explanation: Explanation, zone: &TimeZone) -> Vec<Step> {
    let (mut sum_seconds, mut sum_days) = (0, 0);
    let line = |step: mainstay_domain::clock::Step| {
        let (kind, detail) = step_words(&step.kind);
        sum_seconds += step.counted_seconds;
        sum_days += step.counted_days;
        Step {
            from: brief(step.from, zone),
            to: brief(step.to, zone),
            kind,
            detail,
            lasts_seconds: step.to.seconds_since(step.from),
            counted_seconds: step.counted_seconds,
            counted_days: step.counted_days,
            sum_seconds,
            sum_days,
        }
    };
    explanation.steps.into_iter().map(line).collect()
}

fn region(question: &Question) -> Region {
    let revision = &question.revision;
    Region {
        code: question.region.code.clone(),
        name: question.region.name.clone(),
        time_zone: revision.calendar.time_zone.clone(),
        time_zone_database: time_zone_version(),
        calendar_revision: revision.number,
        published_on: revision.published_on.to_string(),
        source: revision.source.clone(),
    }
}

fn verdict_lines(verdict: &entitlement::Verdict) -> Verdict {
    Verdict {
        is_covered: true,
        column: match &verdict.promise.source {
            PromiseSource::Cell { column } => column.clone(),
            PromiseSource::Kind => "the kind's own terms".to_owned(),
            PromiseSource::TrialOfPaidOnly => "trial of a paid plan".to_owned(),
        },
        medium: medium_words(verdict.channel.medium),
        is_channel_included: verdict.channel.is_included(),
        channel_window: verdict.channel.window.map(window_words),
        instead: verdict.channel.instead.clone(),
        may_set_severity: verdict.may_set_severity,
        reasons: verdict.reasons.iter().map(reason).collect(),
    }
}
