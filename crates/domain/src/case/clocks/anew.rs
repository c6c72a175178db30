//! Clocks of a case that was opened under the wrong organisation.

use super::Clocks;
use crate::Moment;
use crate::calendar::CalendarError;
use crate::case::entry::{Entry, Fact};
use crate::case::{Milestone, Terms};
use crate::edition::Kind;

impl Clocks {
    /// The clocks of a case as if it had been opened under these terms (S1): what people did counts
    /// as they did it, when they did it. What was judged under other terms is judged anew, since
    /// whom the case is with now was never promised that: a breach there need be none here, and
    /// what was in time there may be late here, whoever could have known.
    pub(in crate::case) fn anew(
        kind: Kind,
        entries: &[Entry],
        terms: &Terms,
    ) -> Result<Self, CalendarError> {
        let mut clocks = Self::new(kind);
        for entry in entries {
            if matches!(entry.fact, Fact::Breached { .. } | Fact::Rebased { .. }) {
                continue;
            }
            clocks.pass(entry.at);
            clocks.apply(entry, terms)?;
        }
        Ok(clocks)
    }

    /// Time passes until `now`: what was due before is missed (R7).
    fn pass(&mut self, now: Moment) {
        let is_missed = |one: &&mut Milestone| one.running_due_at().is_some_and(|due| due < now);
        let missed = self.milestones.iter_mut().filter(is_missed);
        missed.for_each(Milestone::breach);
    }
}
