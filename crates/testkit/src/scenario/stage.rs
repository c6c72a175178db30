//! Playing rows: each acts on the case, then what was expected is looked up on it.

use jiff::tz::TimeZone;
use mainstay_domain::Moment;
use mainstay_domain::case::{
    Actor, Case, Ctx, Metric, MilestoneState, NewCase, Refusal, Side, Status, Terms, act, open,
    tick,
};
use mainstay_domain::edition::Impact;
use mainstay_domain::ids::{AccountId, CaseId, CaseNumber, PersonId};
use uuid::Uuid;

use super::Trouble;
use super::action::{self, Action, Opening, Severity};
use super::expectation::{self, Expectation, metric_words};
use super::when;

/// A scenario under way.
pub struct Stage {
    terms: Terms,
    zone: TimeZone,
    case: Option<Case>,
    now: Moment,
}

/// What came of a row.
pub struct Played {
    pub held: usize,
    pub troubles: Vec<Trouble>,
}

impl Stage {
    pub fn new(terms: Terms) -> Self {
        let zone = terms.hours.anytime.calendar.zone().clone();
        Self {
            terms,
            zone,
            case: None,
            now: Moment::MIN,
        }
    }

    /// Plays a row.
    pub fn play(&mut self, row: &str) -> Result<Played, Trouble> {
        let mut parts = row.split('|').map(str::trim);
        let (time, deed) = when::read(parts.next().unwrap_or_default())?;
        let now = time.moment(&self.zone)?;
        if now < self.now {
            return Err(Trouble::new(
                "rows in the order of time",
                format!("`{row}`"),
            ));
        }
        self.now = now;
        let action = action::read(deed)?;
        let mut expected = Vec::new();
        for text in parts {
            expected.push((text, expectation::read(text)?));
        }
        let refusal = self.carry_out(action)?;
        Ok(self.compare(&expected, refusal.as_ref()))
    }

    fn compare(&self, expected: &[(&str, Expectation)], refusal: Option<&Refusal>) -> Played {
        let mut played = Played {
            held: 0,
            troubles: Vec::new(),
        };
        let expects_refusal = expected
            .iter()
            .any(|(_, one)| matches!(one, Expectation::Refused(_)));
        if let Some(refusal) = refusal.filter(|_| !expects_refusal) {
            played
                .troubles
                .push(Trouble::new("it to be done", format!("refused: {refusal}")));
        }
        for (text, expectation) in expected {
            match self.check(expectation, refusal) {
                Ok(()) => played.held += 1,
                Err(found) => played
                    .troubles
                    .push(Trouble::new(format!("`{text}`"), found)),
            }
        }
        played
    }

    /// Does it; a refusal is something to be expected, not a mistake in the text.
    fn carry_out(&mut self, action: Action) -> Result<Option<Refusal>, Trouble> {
        if let Action::Open(opening) = action {
            return self.open(&opening);
        }
        let Some(case) = &self.case else {
            return Err(Trouble::new(
                "`admin opens` first",
                "a scenario without a case",
            ));
        };
        let outcome = match action {
            Action::Do(side, command) => act(case, command, &self.terms, &self.ctx(side)),
            _ => tick(case, &self.terms, self.now).map_err(Refusal::from),
        };
        match outcome {
            Ok(outcome) => self.case = Some(outcome.case),
            Err(refusal) => return Ok(Some(refusal)),
        }
        Ok(None)
    }

    fn open(&mut self, opening: &Opening) -> Result<Option<Refusal>, Trouble> {
        let (severity, impact) = match &opening.severity {
            Severity::None => (None, None),
            Severity::Set(code) => (Some(code.clone()), None),
            Severity::Described(code) if opening.side == Side::Vendor => (Some(code.clone()), None),
            Severity::Described(code) => (None, Some(self.impact_for(code)?)),
        };
        let new = NewCase {
            id: CaseId(Uuid::from_u128(1)),
            number: CaseNumber::from_counter(1),
            account: AccountId(Uuid::from_u128(2)),
            subscription: None,
            requester: person(Side::Customer),
            subject: "What the scenario is about".to_owned(),
            body: "As the scenario tells.".to_owned(),
            kind: opening.kind,
            category: None,
            channel: opening.channel,
            impact,
            severity,
            follows: None,
        };
        match open(new, &self.terms, &self.ctx(opening.side)) {
            Ok(outcome) => self.case = Some(outcome.case),
            Err(refusal) => return Ok(Some(refusal)),
        }
        Ok(None)
    }

    /// Answers from which the edition proposes a severity.
    fn impact_for(&self, code: &str) -> Result<Impact, Trouble> {
        let edition = &self.terms.edition;
        let leads_there = |impact: &Impact| {
            edition
                .propose_severity(*impact)
                .is_some_and(|(found, _)| found.code == code)
        };
        let found = Impact::all().find(leads_there);
        let codes = edition
            .severities
            .iter()
            .map(|severity| severity.code.as_str());
        let known = codes.collect::<Vec<_>>().join(", ");
        found.ok_or_else(|| Trouble::new(format!("a severity: one of {known}"), code))
    }

    fn ctx(&self, side: Side) -> Ctx {
        Ctx {
            actor: Actor::person(person(side), side),
            now: self.now,
        }
    }

    /// Compares; the error is what was found instead.
    fn check(&self, expected: &Expectation, refusal: Option<&Refusal>) -> Result<(), String> {
        if let Expectation::Refused(words) = expected {
            let found = refusal.map(ToString::to_string);
            let is_it = found.as_ref().is_some_and(|found| found.contains(words));
            return hold(is_it, || {
                found.map_or("it was done".to_owned(), |it| format!("`{it}`"))
            });
        }
        let case = self.case.as_ref().ok_or("no case")?;
        match expected {
            Expectation::Refused(_) => Ok(()),
            Expectation::Due(metric, when) => {
                let due_at = state(case, *metric).and_then(due_at);
                let is_it = due_at.is_some_and(|at| when.is(at, &self.zone, self.now));
                hold(is_it, || self.words(case, *metric))
            }
            Expectation::Met(metric) => {
                let is_it = matches!(state(case, *metric), Some(MilestoneState::Met { .. }));
                hold(is_it, || self.words(case, *metric))
            }
            Expectation::Breached(metric) => {
                let is_it = matches!(state(case, *metric), Some(MilestoneState::Breached { .. }));
                hold(is_it, || self.words(case, *metric))
            }
            Expectation::FallenAway(metric) => {
                let is_it = matches!(state(case, *metric), Some(MilestoneState::Cancelled { .. }));
                hold(is_it, || self.words(case, *metric))
            }
            Expectation::NoCommitment(when) => self.check_no_commitment(case, *when),
            _ => self.check_case(case, expected),
        }
    }

    fn check_case(&self, case: &Case, expected: &Expectation) -> Result<(), String> {
        match expected {
            Expectation::Status(code) => hold(case.status.code() == code, || {
                format!("status {}", case.status.code())
            }),
            Expectation::Severity(code) => {
                let is_it = case.severity.as_ref() == Some(code);
                hold(is_it, || format!("severity {:?}", case.severity))
            }
            Expectation::ChannelIncluded(is_included) => {
                let channel = &case.verdict.channel;
                let words = if channel.is_included() {
                    "included"
                } else {
                    "not included"
                };
                hold(channel.is_included() == *is_included, || {
                    format!("channel {words}")
                })
            }
            Expectation::Instead(words) => {
                let found = &case.verdict.channel.instead;
                hold(found.contains(words), || format!("`{found}`"))
            }
            Expectation::Referral(words) => {
                let found = case.referral.as_ref().map_or("", |found| &found.referral);
                hold(found.contains(words), || format!("referral `{found}`"))
            }
            Expectation::ReopenUntil(when) => {
                let Status::Closed { reopen_until, .. } = case.status else {
                    return Err(format!("status {}", case.status.code()));
                };
                let is_it = when.is(reopen_until, &self.zone, self.now);
                hold(is_it, || {
                    format!("reopen until {}", when::write(reopen_until, &self.zone))
                })
            }
            _ => Err("nothing".to_owned()),
        }
    }

    /// No clock runs, and the request comes into opening hours at that time.
    fn check_no_commitment(&self, case: &Case, when: when::When) -> Result<(), String> {
        if state(case, Metric::InitialResponse).is_some() {
            return Err(self.words(case, Metric::InitialResponse));
        }
        let rank = case
            .severity
            .as_deref()
            .and_then(|code| self.terms.edition.severity_rank(code));
        let promise = self
            .terms
            .promise(case.kind, rank.unwrap_or(0))
            .ok_or("no promise")?;
        let from = promise.handled_from(&self.terms.hours, self.now);
        let from = from.map_err(|error| error.to_string())?;
        hold(when.is(from, &self.zone, self.now), || {
            format!(
                "no commitment, handled from {}",
                when::write(from, &self.zone)
            )
        })
    }

    /// How a metric stands, in the words of these texts.
    fn words(&self, case: &Case, metric: Metric) -> String {
        let at = |at| when::write(at, &self.zone);
        let name = metric_words(metric);
        match state(case, metric) {
            None => format!("no clock for the {name}"),
            Some(MilestoneState::Running { due_at }) => format!("{name} due {}", at(due_at)),
            Some(MilestoneState::Paused { remaining }) => {
                format!("{name} paused with {remaining} s left")
            }
            Some(MilestoneState::Met { at: met, due_at }) => {
                format!("{name} met {}, due {}", at(met), at(due_at))
            }
            Some(MilestoneState::Breached { due_at, .. }) => {
                format!("{name} breached, due {}", at(due_at))
            }
            Some(MilestoneState::Cancelled { at: since }) => {
                format!("{name} fell away {}", at(since))
            }
        }
    }
}

fn hold(is_it: bool, found: impl FnOnce() -> String) -> Result<(), String> {
    if is_it { Ok(()) } else { Err(found()) }
}

fn state(case: &Case, metric: Metric) -> Option<MilestoneState> {
    case.clocks
        .milestone(metric)
        .map(|milestone| milestone.state)
}

/// The instant a clock is or was due.
const fn due_at(state: MilestoneState) -> Option<Moment> {
    match state {
        MilestoneState::Running { due_at }
        | MilestoneState::Met { due_at, .. }
        | MilestoneState::Breached { due_at, .. } => Some(due_at),
        MilestoneState::Paused { .. } | MilestoneState::Cancelled { .. } => None,
    }
}

/// Ids are made up; each side is one person.
const fn person(side: Side) -> PersonId {
    let id = match side {
        Side::Customer => 3,
        Side::Vendor => 4,
        Side::System => 5,
    };
    PersonId(Uuid::from_u128(id))
}
