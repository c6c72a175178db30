//! A case's clocks: a fold over its timeline.
//!
//! Every change of a milestone follows from an entry, so replaying the entries gives the stored
//! milestones again, whenever ticks happened to run.

mod anew;
mod explain;
mod rebase;

use serde::{Deserialize, Serialize};

use super::entry::{Entry, Fact, Side};
use super::milestone::{Metric, Milestone, MilestoneState};
use super::terms::Terms;
use crate::Moment;
use crate::calendar::CalendarError;
use crate::clock::{Due, Hole, SeverityStretch, due, severity_clocks};
use crate::edition::{Kind, Target, WindowKind};

/// A case's clocks and what they are computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    kind: Kind,
    /// The severities the case has had; a kind without severities stays at rank 0.
    history: Vec<SeverityStretch>,
    /// The first outward contact by a person (R9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contacted_at: Option<Moment>,
    /// Stretches in which the customer's answer was awaited, or the case was closed (R10, R12).
    waits: Vec<Hole>,
    /// The due instant promised before the case was put under other terms: never later than that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cap: Option<Moment>,
    milestones: Vec<Milestone>,
}

/// What decides a milestone's due instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decider {
    /// The target.
    pub target: Target,
    /// The window it runs in.
    pub window: WindowKind,
    /// The severity it belongs to.
    pub severity: Option<String>,
    /// The clock's start.
    pub start: Moment,
    /// What is cut out of the clock.
    pub holes: Vec<Hole>,
    /// When it is due.
    pub due: Due,
}

impl Clocks {
    /// Clocks of a case nothing has happened to yet.
    pub(super) const fn new(kind: Kind) -> Self {
        Self {
            kind,
            history: Vec::new(),
            contacted_at: None,
            waits: Vec::new(),
            cap: None,
            milestones: Vec::new(),
        }
    }

    /// Computes every milestone again from nothing; up to the last move to another organisation as
    /// if the case had been that one's from the beginning.
    ///
    /// # Errors
    /// When a calendar runs out of hours (R19).
    pub fn replay(kind: Kind, entries: &[Entry], terms: &Terms) -> Result<Self, CalendarError> {
        let is_move = |entry: &Entry| matches!(entry.fact, Fact::Moved { .. });
        let since = entries.iter().rposition(is_move).map_or(0, |last| last + 1);
        let (before, after) = entries.split_at(since);
        let mut clocks = Self::anew(kind, before, terms)?;
        for entry in after {
            clocks.apply(entry, terms)?;
        }
        Ok(clocks)
    }

    /// The milestones, in the order they were started.
    #[must_use]
    pub fn milestones(&self) -> &[Milestone] {
        &self.milestones
    }

    /// The latest milestone of a metric; of the initial response, the promised one before an
    /// internal one.
    #[must_use]
    pub fn milestone(&self, metric: Metric) -> Option<&Milestone> {
        let of_metric = |milestone: &&Milestone| milestone.metric == metric;
        let promised = self
            .milestones
            .iter()
            .rev()
            .filter(of_metric)
            .find(|m| !m.is_internal);
        promised.or_else(|| self.milestones.iter().rev().find(of_metric))
    }

    /// The earliest running due instant.
    pub(super) fn next_due_at(&self) -> Option<Moment> {
        self.milestones
            .iter()
            .filter_map(Milestone::running_due_at)
            .min()
    }

    /// Running milestones whose due instant has passed, the earliest first (R7).
    pub(super) fn overdue(&self, now: Moment) -> Vec<(Metric, Moment)> {
        let mut overdue: Vec<_> = self
            .milestones
            .iter()
            .filter_map(|milestone| Some((milestone.metric, milestone.running_due_at()?)))
            .filter(|&(_, due_at)| due_at < now)
            .collect();
        overdue.sort_by_key(|&(metric, due_at)| (due_at, metric));
        overdue.dedup();
        overdue
    }

    /// Takes in an entry.
    pub(super) fn apply(&mut self, entry: &Entry, terms: &Terms) -> Result<(), CalendarError> {
        let at = entry.at;
        if entry.actor.side == Side::Vendor && entry.fact.is_contact() {
            self.contacted(at, terms)?;
        }
        match &entry.fact {
            Fact::Opened { severity, .. } => {
                self.note_severity(severity.as_deref(), at, terms);
                self.arm_initial_response(terms)?;
                self.start_internal(Metric::InitialResponse, at, terms)?;
                self.start_internal(Metric::Resolution, at, terms)?;
            }
            Fact::Reply {
                awaits_customer, ..
            } if entry.actor.side == Side::Vendor => {
                self.set_waiting(*awaits_customer, at, terms)?;
            }
            Fact::Reply { .. } => self.customer_wrote(at, terms)?,
            Fact::InformationAsked { .. } => self.set_waiting(true, at, terms)?,
            Fact::SeverityChanged { to, .. } => {
                self.note_severity(Some(to), at, terms);
                self.rearm(terms)?;
            }
            Fact::Resolved { .. } => {
                self.meet(Metric::Resolution, at);
                self.cancel(Metric::PeriodicUpdate, at);
                self.set_waiting(true, at, terms)?;
            }
            Fact::Closed { .. } => {
                self.milestones
                    .iter_mut()
                    .for_each(|milestone| milestone.cancel(at));
                self.set_waiting(true, at, terms)?;
            }
            Fact::Reopened { .. } => {
                self.resume_resolution(at, terms)?;
                self.start_internal(Metric::NextResponse, at, terms)?;
            }
            Fact::Breached { metric } => {
                let missed = self.milestones.iter_mut().filter(|m| m.metric == *metric);
                missed
                    .filter(|m| m.running_due_at() == Some(at))
                    .for_each(Milestone::breach);
            }
            Fact::Rebased { milestones, .. } => self.rebase(milestones, at),
            Fact::Note { .. }
            | Fact::CustomerNote { .. }
            | Fact::ParticipantAdded { .. }
            | Fact::ParticipantRemoved { .. }
            | Fact::InformationGiven { .. }
            | Fact::Assigned { .. }
            | Fact::Referred { .. }
            | Fact::Escalated { .. }
            | Fact::FilesAdded { .. }
            | Fact::Moved { .. }
            | Fact::NoteKept => {}
        }
        Ok(())
    }

    /// A person of the vendor spoke to the customer (R9).
    fn contacted(&mut self, at: Moment, terms: &Terms) -> Result<(), CalendarError> {
        self.contacted_at.get_or_insert(at);
        self.meet(Metric::InitialResponse, at);
        self.meet(Metric::NextResponse, at);
        self.meet(Metric::PeriodicUpdate, at);
        self.start_internal(Metric::PeriodicUpdate, at, terms)
    }

    /// The customer wrote: a cycle starts with the oldest unanswered message (R18).
    fn customer_wrote(&mut self, at: Moment, terms: &Terms) -> Result<(), CalendarError> {
        let is_resolved = self
            .milestone(Metric::Resolution)
            .is_some_and(|milestone| !milestone.is_pending());
        if is_resolved {
            self.resume_resolution(at, terms)?;
        } else {
            self.set_waiting(false, at, terms)?;
        }
        let is_waiting = self
            .milestones
            .iter()
            .any(|milestone| milestone.metric == Metric::NextResponse && milestone.is_pending());
        if self.contacted_at.is_some() && !is_waiting {
            self.start_internal(Metric::NextResponse, at, terms)?;
        }
        Ok(())
    }

    fn note_severity(&mut self, code: Option<&str>, from: Moment, terms: &Terms) {
        let rank = code
            .and_then(|code| terms.edition.severity_rank(code))
            .unwrap_or(0);
        self.history.push(SeverityStretch { rank, from });
    }

    /// Begins or ends a wait for the customer and moves the clocks that pause for it (R10).
    fn set_waiting(
        &mut self,
        is_waiting: bool,
        at: Moment,
        terms: &Terms,
    ) -> Result<(), CalendarError> {
        let open = self.waits.last_mut().filter(|wait| wait.to.is_none());
        match (open, is_waiting) {
            (Some(wait), false) => wait.to = Some(at),
            (None, true) => self.waits.push(Hole { from: at, to: None }),
            _ => return Ok(()),
        }
        self.rearm(terms)
    }

    /// The resolution clock goes on where it stood; the cycle before stays in the record (R12).
    fn resume_resolution(&mut self, at: Moment, terms: &Terms) -> Result<(), CalendarError> {
        self.set_waiting(false, at, terms)?;
        let Some(start) = self.history.first().map(|opened| opened.from) else {
            return Ok(());
        };
        self.start_internal(Metric::Resolution, start, terms)
    }

    fn meet(&mut self, metric: Metric, at: Moment) {
        let pending = self
            .milestones
            .iter_mut()
            .filter(|m| m.metric == metric && m.is_pending());
        pending.for_each(|milestone| milestone.meet(at));
    }

    fn cancel(&mut self, metric: Metric, at: Moment) {
        let of_metric = self.milestones.iter_mut().filter(|m| m.metric == metric);
        of_metric.for_each(|milestone| milestone.cancel(at));
    }

    /// Computes the due instants of all unsettled clocks again.
    fn rearm(&mut self, terms: &Terms) -> Result<(), CalendarError> {
        self.arm_initial_response(terms)?;
        for index in 0..self.milestones.len() {
            let milestone = &self.milestones[index];
            if !milestone.is_internal {
                continue;
            }
            if let MilestoneState::Running { .. } | MilestoneState::Paused { .. } = milestone.state
                && let Some(decider) =
                    self.decide_internal(milestone.metric, milestone.started_at, terms)?
                && let Some(state) = state_of(decider.due)
            {
                self.milestones[index].state = state;
                self.milestones[index].severity = decider.severity;
            }
        }
        Ok(())
    }

    /// Starts, moves or drops the promised initial response, as long as it is not settled.
    fn arm_initial_response(&mut self, terms: &Terms) -> Result<(), CalendarError> {
        let is_promised = |m: &Milestone| m.metric == Metric::InitialResponse && !m.is_internal;
        let existing = self.milestones.iter().position(is_promised);
        let is_settled =
            existing.is_some_and(|index| self.milestones[index].running_due_at().is_none());
        if is_settled || self.contacted_at.is_some() {
            return Ok(());
        }
        let decider = self.decide_initial_response(terms)?;
        let state = decider.as_ref().and_then(|decider| state_of(decider.due));
        match (existing, decider.zip(state)) {
            (Some(index), Some((decider, state))) => {
                self.milestones[index].state = state;
                self.milestones[index].severity = decider.severity;
            }
            (Some(index), None) => {
                self.milestones.remove(index);
            }
            (None, Some((decider, state))) => self.milestones.insert(
                0,
                Milestone {
                    metric: Metric::InitialResponse,
                    cycle: 1,
                    is_internal: false,
                    severity: decider.severity,
                    started_at: decider.start,
                    state,
                },
            ),
            (None, None) => {}
        }
        Ok(())
    }

    /// The earliest of the clocks of the current severity and all looser ones (R11).
    fn decide_initial_response(&self, terms: &Terms) -> Result<Option<Decider>, CalendarError> {
        let ranks = terms.edition.severities.len().max(1);
        let mut earliest: Option<(Moment, Decider)> = None;
        for clock in severity_clocks(&self.history, ranks, terms.house.severity_policy) {
            let Some(promise) = terms.promise(self.kind, clock.rank) else {
                continue;
            };
            let hours = terms.hours.of(promise.window);
            let target = terms.hours.target(promise.window, promise.target);
            let found = due(target, hours, clock.start, &clock.holes)?;
            let Due::At(at) = found else { continue };
            if earliest.as_ref().is_none_or(|&(due_at, _)| at < due_at) {
                let decider = Decider {
                    target,
                    window: promise.window,
                    severity: terms
                        .severity_code(self.kind, clock.rank)
                        .map(str::to_owned),
                    start: clock.start,
                    holes: clock.holes,
                    due: found,
                };
                earliest = Some((at, decider));
            }
        }
        Ok(earliest.map(|(_, decider)| self.capped(decider)))
    }

    /// A due instant promised before the terms changed is never exceeded (R13).
    fn capped(&self, mut decider: Decider) -> Decider {
        if let (Due::At(at), Some(cap)) = (decider.due, self.cap) {
            decider.due = Due::At(at.min(cap));
        }
        decider
    }

    /// An internal target of the house at the current severity.
    fn decide_internal(
        &self,
        metric: Metric,
        start: Moment,
        terms: &Terms,
    ) -> Result<Option<Decider>, CalendarError> {
        let rank = self.history.last().map_or(0, |stretch| stretch.rank);
        let severity = terms.severity_code(self.kind, rank);
        let Some(objective) = terms.house.objective(metric, severity) else {
            return Ok(None);
        };
        let pauses = objective.pauses_for_customer || metric == Metric::Resolution;
        let holes = if pauses {
            self.waits.clone()
        } else {
            Vec::new()
        };
        let hours = terms.hours.of(objective.window);
        let target = terms.hours.target(objective.window, objective.target);
        let due = due(target, hours, start, &holes)?;
        Ok(Some(Decider {
            target,
            window: objective.window,
            severity: severity.map(str::to_owned),
            start,
            holes,
            due,
        }))
    }

    fn start_internal(
        &mut self,
        metric: Metric,
        start: Moment,
        terms: &Terms,
    ) -> Result<(), CalendarError> {
        let Some(decider) = self.decide_internal(metric, start, terms)? else {
            return Ok(());
        };
        let Some(state) = state_of(decider.due) else {
            return Ok(());
        };
        let earlier = self
            .milestones
            .iter()
            .filter(|m| m.metric == metric && m.is_internal);
        let cycle = earlier.map(|milestone| milestone.cycle).max().unwrap_or(0) + 1;
        self.milestones.push(Milestone {
            metric,
            cycle,
            is_internal: true,
            severity: decider.severity,
            started_at: start,
            state,
        });
        Ok(())
    }
}

/// The instant of a clock that runs.
const fn instant_of(due: Due) -> Option<Moment> {
    match due {
        Due::At(at) => Some(at),
        Due::Paused { .. } | Due::Never => None,
    }
}

/// The state of a clock that has just been computed.
const fn state_of(due: Due) -> Option<MilestoneState> {
    match due {
        Due::At(due_at) => Some(MilestoneState::Running { due_at }),
        Due::Paused { remaining } => Some(MilestoneState::Paused { remaining }),
        Due::Never => None,
    }
}
