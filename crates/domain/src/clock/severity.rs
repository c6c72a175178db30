//! One clock per severity (R11).
//!
//! A severity's clock runs while the case is at that severity or a stricter one. What is due is
//! the minimum over the clocks of the current severity and all looser ones: toggling cannot gain
//! time, and nothing is breached by the change itself.

use serde::{Deserialize, Serialize};

use super::hole::Hole;
use crate::Moment;

/// From when on a case has had a severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeverityStretch {
    /// Rank of the severity, 0 being the strictest.
    pub rank: usize,
    /// When the case came to it; it stays until the next stretch.
    pub from: Moment,
}

/// How a change of severity bears on the clocks (R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeverityPolicy {
    /// One clock per severity, running while the case is at it or a stricter one.
    #[default]
    PerSeverity,
    /// The current severity's clock alone, counted from the opening.
    FromOpened,
    /// The current severity's clock alone, counted from the latest change.
    FromChange,
}

/// A clock that bears on what is due now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeverityClock {
    /// The severity whose objective it measures.
    pub rank: usize,
    /// Its start: the first moment at that severity or a stricter one.
    pub start: Moment,
    /// When it stood still because the severity was looser.
    pub holes: Vec<Hole>,
}

/// The clocks of the current severity and all looser ones, by rank.
///
/// `history` is in order of time, its first stretch the opening; `ranks` is how many severities
/// the edition has.
#[must_use]
pub fn severity_clocks(
    history: &[SeverityStretch],
    ranks: usize,
    policy: SeverityPolicy,
) -> Vec<SeverityClock> {
    let (Some(opened), Some(current)) = (history.first(), history.last()) else {
        return Vec::new();
    };
    let alone = |start| {
        vec![SeverityClock {
            rank: current.rank,
            start,
            holes: Vec::new(),
        }]
    };
    match policy {
        SeverityPolicy::FromOpened => alone(opened.from),
        SeverityPolicy::FromChange => alone(current.from),
        SeverityPolicy::PerSeverity => (current.rank..ranks)
            .filter_map(|rank| clock_of(rank, history))
            .collect(),
    }
}

/// The clock of one severity; `None` when the case was always looser.
fn clock_of(rank: usize, history: &[SeverityStretch]) -> Option<SeverityClock> {
    let runs = |stretch: &SeverityStretch| stretch.rank <= rank;
    let first = history.iter().position(runs)?;
    let mut holes: Vec<Hole> = Vec::new();
    for stretch in &history[first..] {
        let stopped = holes.last_mut().filter(|hole| hole.to.is_none());
        match (stopped, runs(stretch)) {
            (Some(hole), true) => hole.to = Some(stretch.from),
            (None, false) => holes.push(Hole {
                from: stretch.from,
                to: None,
            }),
            _ => {}
        }
    }
    Some(SeverityClock {
        rank,
        start: history[first].from,
        holes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Due, WindowHours, due};
    use crate::edition::Target;

    const HOUR: i64 = 3600;

    /// The due instant, in hours after opening, of A = 1 h and B = 8 h under a history of ranks.
    fn due_hours(history: &[(usize, f64)]) -> f64 {
        let stretches: Vec<_> = history
            .iter()
            .map(|&(rank, hours)| {
                let from = Moment::from_unix((hours * HOUR as f64) as i64);
                SeverityStretch { rank, from }
            })
            .collect();
        let calendar =
            crate::calendar::Calendar::compile(crate::calendar::CalendarSpec::always("UTC"));
        let hours = WindowHours {
            calendar: calendar.unwrap().into(),
        };
        let targets = [
            Target::Elapsed { minutes: 60 },
            Target::Elapsed { minutes: 480 },
        ];
        severity_clocks(&stretches, 2, SeverityPolicy::PerSeverity)
            .iter()
            .filter_map(|clock| {
                match due(targets[clock.rank], &hours, clock.start, &clock.holes).unwrap() {
                    Due::At(at) => Some(at.as_unix() as f64 / HOUR as f64),
                    _ => None,
                }
            })
            .fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn the_law_s_own_example() {
        assert_eq!(due_hours(&[(1, 0.0)]), 8.0);
        assert_eq!(due_hours(&[(1, 0.0), (0, 3.0)]), 4.0);
        assert_eq!(due_hours(&[(1, 0.0), (0, 3.0), (1, 3.5)]), 8.0);
        assert_eq!(due_hours(&[(1, 0.0), (0, 3.0), (1, 3.5), (0, 5.0)]), 5.5);
    }

    #[test]
    fn a_late_rise_is_bounded_by_the_looser_clock() {
        assert_eq!(due_hours(&[(1, 0.0), (0, 7.5)]), 8.0);
    }
}
