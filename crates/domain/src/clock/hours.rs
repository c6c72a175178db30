//! Due instants.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::hole::{Hole, merge_holes};
use crate::Moment;
use crate::calendar::{Calendar, CalendarError};
use crate::edition::Target;

/// The hours a window stands for.
#[derive(Debug, Clone)]
pub struct WindowHours {
    /// Its calendar: the region's business hours, or all day every day in the region's zone.
    pub calendar: Arc<Calendar>,
}

/// When a clock is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Due {
    /// At this instant, itself included (R7).
    At(Moment),
    /// Not now: an interruption goes on, and this many seconds of the goal are left.
    Paused {
        /// Seconds left.
        remaining: u64,
    },
    /// There is no commitment.
    Never,
}

/// Counts the seconds a target speaks of: real ones, or those of a calendar.
#[derive(Clone, Copy)]
enum Counter<'a> {
    Real,
    Open(&'a Calendar),
}

impl Counter<'_> {
    fn between(self, from: Moment, to: Moment) -> u64 {
        let seconds = match self {
            Self::Real => to.seconds_since(from),
            Self::Open(calendar) => calendar.open_seconds(from, to),
        };
        u64::try_from(seconds).unwrap_or(0)
    }

    fn add(self, from: Moment, seconds: u64) -> Result<Moment, CalendarError> {
        match self {
            Self::Real => Ok(from.plus_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))),
            Self::Open(calendar) => calendar.add_open(from, seconds),
        }
    }

    /// The earliest instant with the goal counted outside the holes (R6, R10).
    fn due(self, start: Moment, goal: u64, holes: &[Hole]) -> Result<Due, CalendarError> {
        let mut wanted = goal;
        for hole in merge_holes(start, holes) {
            let before = self.between(start, hole.from);
            if before >= wanted {
                break;
            }
            match hole.to {
                Some(to) => wanted += self.between(hole.from, to),
                None => {
                    return Ok(Due::Paused {
                        remaining: wanted - before,
                    });
                }
            }
        }
        self.add(start, wanted).map(Due::At)
    }
}

/// The due instant of a target that starts at `start`, with `holes` cut out of its clock.
///
/// Holes do not move a target that counts days: it is anchored at its start (R11).
///
/// # Errors
/// When the calendar has no opening hours left, or the answer lies too far ahead (R19).
pub fn due(
    target: Target,
    hours: &WindowHours,
    start: Moment,
    holes: &[Hole],
) -> Result<Due, CalendarError> {
    match target {
        Target::Elapsed { minutes } => Counter::Real.due(start, seconds(minutes), holes),
        Target::Open { minutes } => {
            Counter::Open(&hours.calendar).due(start, seconds(minutes), holes)
        }
        Target::DayClose { days, cutoff } => hours
            .calendar
            .day_close(start, days, cutoff)
            .map(|day| Due::At(day.close)),
        Target::None => Ok(Due::Never),
    }
}

/// Minutes as seconds.
fn seconds(minutes: u32) -> u64 {
    u64::from(minutes) * 60
}
