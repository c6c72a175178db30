//! Clocks: from a target, a start and what interrupted it to a due instant (R6-R11, R17, R20).
//!
//! Nothing here ticks. A due instant is computed when something happens, and a verdict is
//! derived from the times of events.

mod explanation;
mod hole;
mod hours;
mod severity;
mod warning;

pub use explanation::{Explanation, Step, StepKind};
pub use hole::{Hole, merge_holes};
pub use hours::{Due, WindowHours, due};
pub use severity::{SeverityClock, SeverityPolicy, SeverityStretch, severity_clocks};
pub use warning::{WarningRule, warnings};

use crate::Moment;

/// Whether something that happened at `at` keeps a promise due at `due`: due is inclusive (R7).
#[must_use]
pub fn is_met(at: Moment, due: Moment) -> bool {
    at <= due
}
