//! Why a milestone is due when it is, when to warn of it, and what a change would do to it.

use super::{Clocks, Decider};
use crate::Moment;
use crate::calendar::CalendarError;
use crate::case::{Metric, Milestone, MilestoneState, Terms};
use crate::clock::{Due, Explanation, SeverityStretch, WindowHours, warnings};

/// A warning to be sent (R17).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::case) struct PlannedWarning {
    /// Unique per milestone, threshold and due instant.
    pub key: String,
    pub at: Moment,
    pub metric: Metric,
    pub due_at: Moment,
}

impl Clocks {
    /// What decides, or decided, a milestone's due instant.
    ///
    /// # Errors
    /// When a calendar runs out of hours (R19).
    pub fn decider(
        &self,
        milestone: &Milestone,
        terms: &Terms,
    ) -> Result<Option<Decider>, CalendarError> {
        match milestone.state {
            MilestoneState::Running { .. } | MilestoneState::Paused { .. } => {
                self.decide(milestone, terms)
            }
            MilestoneState::Met { at, due_at } => {
                self.decided(milestone, at, |found| found == Due::At(due_at), terms)
            }
            MilestoneState::Breached { due_at, .. } => {
                self.decided(milestone, due_at, |found| found == Due::At(due_at), terms)
            }
            MilestoneState::Cancelled { at } => self.decided(milestone, at, |_| true, terms),
        }
    }

    /// What decided a settled milestone: what came later no longer bears on it.
    ///
    /// The moment alone does not tell which changes of severity came later: one may be of the same
    /// second, or have brought back a day that was over already. So the ones nearest to the moment
    /// are tried until they give the instant on record.
    fn decided(
        &self,
        milestone: &Milestone,
        settled_at: Moment,
        is_on_record: impl Fn(Due) -> bool,
        terms: &Terms,
    ) -> Result<Option<Decider>, CalendarError> {
        let mut then = self.clone();
        then.waits.retain(|wait| wait.from < settled_at);
        let is_known = |stretch: &SeverityStretch| stretch.from <= settled_at;
        let known = self.history.partition_point(is_known);
        for changes in (1..=known).rev().chain(known + 1..=self.history.len()) {
            then.history = self.history[..changes].to_vec();
            let decider = then.decide(milestone, terms)?;
            if decider
                .as_ref()
                .is_some_and(|decider| is_on_record(decider.due))
            {
                return Ok(decider);
            }
        }
        Ok(None)
    }

    fn decide(
        &self,
        milestone: &Milestone,
        terms: &Terms,
    ) -> Result<Option<Decider>, CalendarError> {
        if milestone.is_internal {
            self.decide_internal(milestone.metric, milestone.started_at, terms)
        } else {
            self.decide_initial_response(terms)
        }
    }

    /// Why a milestone is due when it is (R20); `None` while its clock has no due instant.
    ///
    /// # Errors
    /// When a calendar runs out of hours (R19).
    pub fn explain(
        &self,
        milestone: &Milestone,
        terms: &Terms,
    ) -> Result<Option<(Decider, Explanation)>, CalendarError> {
        let Some(decider) = self.decider(milestone, terms)? else {
            return Ok(None);
        };
        let Due::At(due_at) = decider.due else {
            return Ok(None);
        };
        let hours = terms.hours.of(decider.window);
        let explanation =
            Explanation::of(decider.target, hours, decider.start, &decider.holes, due_at);
        Ok(Some((decider, explanation)))
    }

    /// The warnings of all running clocks (R17).
    pub(in crate::case) fn warnings(
        &self,
        terms: &Terms,
    ) -> Result<Vec<PlannedWarning>, CalendarError> {
        let mut planned = Vec::new();
        for milestone in &self.milestones {
            let Some(due_at) = milestone.running_due_at() else {
                continue;
            };
            let Some(decider) = self.decider(milestone, terms)? else {
                continue;
            };
            let hours: &WindowHours = terms.hours.of(decider.window);
            let rules = &terms.house.warnings;
            let instants = warnings(rules, decider.target, hours, decider.start, due_at)?;
            let metric = milestone.metric;
            planned.extend(instants.into_iter().enumerate().map(|(threshold, at)| {
                let code = metric.code();
                let (cycle, due) = (milestone.cycle, due_at.as_unix());
                let kind = if milestone.is_internal {
                    "internal"
                } else {
                    "promise"
                };
                let key = format!("warn-{code}-{kind}-{cycle}-{threshold}-{due}");
                PlannedWarning {
                    key,
                    at,
                    metric,
                    due_at,
                }
            }));
        }
        Ok(planned)
    }

    /// When the first response would be due if the severity changed now: the effect of a change
    /// before it is saved.
    ///
    /// # Errors
    /// When a calendar runs out of hours (R19).
    pub fn preview_severity(
        &self,
        code: &str,
        now: Moment,
        terms: &Terms,
    ) -> Result<Option<Moment>, CalendarError> {
        let mut changed = self.clone();
        changed.note_severity(Some(code), now, terms);
        changed.rearm(terms)?;
        Ok(changed.next_due_at())
    }
}
