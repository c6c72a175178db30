//! Warnings ahead of a due instant (R17).

use serde::{Deserialize, Serialize};

use super::hours::WindowHours;
use crate::Moment;
use crate::calendar::CalendarError;
use crate::edition::Target;

/// When to warn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarningRule {
    /// When this share of the goal is used up, in the clock's own time.
    Percent(u8),
    /// This many real minutes before it is due.
    LeadMinutes(u32),
}

/// The instants at which to warn that a clock, started at `start` and due at `due_at`, runs out.
///
/// In the order of the rules, each clamped between start and due. A warning that is already past
/// is for the caller to send now, once per target, threshold and due instant.
///
/// # Errors
/// The calendar may run out of hours (R19).
pub fn warnings(
    rules: &[WarningRule],
    target: Target,
    hours: &WindowHours,
    start: Moment,
    due_at: Moment,
) -> Result<Vec<Moment>, CalendarError> {
    let warn_at = |rule: &WarningRule| {
        let at = match *rule {
            WarningRule::LeadMinutes(minutes) => due_at.plus_minutes(-i64::from(minutes)),
            WarningRule::Percent(percent) => share_used(percent, target, hours, start, due_at)?,
        };
        Ok(at.clamp(start, due_at.max(start)))
    };
    rules.iter().map(warn_at).collect()
}

/// When `percent` of the clock's time between start and due has passed.
fn share_used(
    percent: u8,
    target: Target,
    hours: &WindowHours,
    start: Moment,
    due_at: Moment,
) -> Result<Moment, CalendarError> {
    let share =
        |seconds: i64| u64::try_from(seconds.max(0)).unwrap_or(0) * u64::from(percent) / 100;
    match target {
        Target::Elapsed { .. } | Target::None => {
            let seconds = share(due_at.seconds_since(start));
            Ok(start.plus_seconds(i64::try_from(seconds).unwrap_or(i64::MAX)))
        }
        Target::Open { .. } | Target::DayClose { .. } => {
            let seconds = share(hours.calendar.open_seconds(start, due_at));
            hours.calendar.add_open(start, seconds)
        }
    }
}
