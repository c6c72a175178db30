//! Clocks under other terms (R13, R14).

use super::{Clocks, instant_of};
use crate::Moment;
use crate::calendar::CalendarError;
use crate::case::{Milestone, MilestoneState, Terms};
use crate::clock::{SeverityStretch, due};
use crate::edition::Target;

impl Clocks {
    /// From now on the clocks run under other terms; what is settled stays as it was.
    pub(super) fn rebase(&mut self, milestones: &[Milestone], at: Moment) {
        self.milestones = milestones.to_vec();
        self.cap = self.promised_due_at();
        if let Some(current) = self.history.last().copied() {
            self.history = vec![SeverityStretch {
                from: at,
                ..current
            }];
        }
    }

    /// The running due instant of the promised initial response.
    fn promised_due_at(&self) -> Option<Moment> {
        let promised = self.milestones.iter().find(|m| !m.is_internal)?;
        promised.running_due_at()
    }

    /// The milestones as they are from `at` on under other terms (R13, R14).
    ///
    /// A plan bought mid-case starts new clocks, and a due instant never moves later; one calendar
    /// revision replacing another leaves what was counted until then and counts the rest anew.
    ///
    /// # Errors
    /// When a calendar runs out of hours (R19).
    pub(in crate::case) fn under_other_terms(
        &self,
        before: &Terms,
        after: &Terms,
        at: Moment,
    ) -> Result<Vec<Milestone>, CalendarError> {
        let mut milestones = self.milestones.clone();
        let Some(promised) = milestones.iter_mut().find(|m| !m.is_internal) else {
            return self.first_promise_under(after, at);
        };
        let Some(due_at) = promised.running_due_at() else {
            return Ok(milestones);
        };
        let is_same_contract = before.pinned.edition == after.pinned.edition
            && before.pinned.holding == after.pinned.holding;
        let moved = if is_same_contract {
            self.recount(before, after, at)?
        } else {
            let fresh = self.started_at(at).decide_initial_response(after)?;
            fresh
                .and_then(|decider| instant_of(decider.due))
                .map(|fresh| fresh.min(due_at))
        };
        promised.state = MilestoneState::Running {
            due_at: moved.unwrap_or(due_at),
        };
        Ok(milestones)
    }

    /// A promise where there was none before, from `at` on.
    fn first_promise_under(
        &self,
        after: &Terms,
        at: Moment,
    ) -> Result<Vec<Milestone>, CalendarError> {
        let mut fresh = self.started_at(at);
        fresh.milestones.clone_from(&self.milestones);
        fresh.contacted_at = self.contacted_at;
        fresh.arm_initial_response(after)?;
        Ok(fresh.milestones)
    }

    /// Clocks that know the current severity only, from `at` on.
    fn started_at(&self, at: Moment) -> Self {
        let mut fresh = Self::new(self.kind);
        let rank = self.history.last().map_or(0, |stretch| stretch.rank);
        fresh.history.push(SeverityStretch { rank, from: at });
        fresh
    }

    /// What was counted until `at` stays counted, the rest is counted on the new calendar (R14).
    fn recount(
        &self,
        before: &Terms,
        after: &Terms,
        at: Moment,
    ) -> Result<Option<Moment>, CalendarError> {
        let Some(decider) = self.decide_initial_response(before)? else {
            return Ok(None);
        };
        let (Some(due_at), Target::Open { .. }) = (instant_of(decider.due), decider.target) else {
            let hours = after.hours.of(decider.window);
            let again = due(decider.target, hours, decider.start, &decider.holes)?;
            return Ok(instant_of(again));
        };
        let left = before
            .hours
            .of(decider.window)
            .calendar
            .open_seconds(at, due_at);
        let left = u64::try_from(left).unwrap_or(0);
        after
            .hours
            .of(decider.window)
            .calendar
            .add_open(at, left)
            .map(Some)
    }
}
