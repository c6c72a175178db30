//! Why a clock is due when it is: contiguous steps from start to due (R20).

use serde::{Deserialize, Serialize};

use super::hole::{Hole, merge_holes};
use super::hours::WindowHours;
use crate::Moment;
use crate::calendar::{Calendar, Transition, local_day};
use crate::edition::{Cutoff, Target};

/// What a stretch of time did to the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum StepKind {
    /// It counted.
    Counted,
    /// Outside opening hours.
    Closed,
    /// A holiday.
    Holiday {
        /// Its name.
        name: String,
    },
    /// The clock was stopped.
    Paused,
    /// The rest of the day of receipt, which a target in days does not count.
    DayOfReceipt,
    /// The wall clock jumped forward; takes no time.
    Gap {
        /// Minutes of wall time that did not exist.
        skipped_minutes: i64,
    },
    /// The wall clock went back; takes no time.
    Fold {
        /// Minutes of wall time that happened twice.
        repeated_minutes: i64,
    },
}

/// A step of an explanation: `[from, to)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its beginning.
    pub from: Moment,
    /// Its end; the next step begins there.
    pub to: Moment,
    /// What it did to the clock.
    #[serde(flatten)]
    pub kind: StepKind,
    /// Seconds counted towards a goal in time; 0 for anything but [`StepKind::Counted`].
    pub counted_seconds: i64,
    /// Days counted towards a goal in days.
    pub counted_days: u16,
}

/// The steps from a clock's start to its due instant, or to `until` while there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Contiguous, in order.
    pub steps: Vec<Step>,
}

impl Explanation {
    /// Explains a clock that runs from `start` to `until`, its due instant.
    #[must_use]
    pub fn of(
        target: Target,
        hours: &WindowHours,
        start: Moment,
        holes: &[Hole],
        until: Moment,
    ) -> Self {
        let calendar = hours.calendar.as_ref();
        // Where shifts of two dates overlap, a day can close before the request came in.
        let until = until.max(start);
        let steps = match target {
            Target::Elapsed { .. } => vec![counted(start, until)],
            Target::Open { .. } => open_steps(calendar, start, until),
            Target::DayClose { days, cutoff } => day_steps(calendar, start, until, days, cutoff),
            Target::None => vec![step(start, until, StepKind::Closed)],
        };
        let is_in_days = matches!(target, Target::DayClose { .. });
        let holes = if is_in_days {
            Vec::new()
        } else {
            merge_holes(start, holes)
        };
        let steps = with_pauses(steps, &holes);
        let offsets = calendar.offsets_between(start, until);
        let transitions = offsets.transitions(start.as_unix(), until.as_unix());
        Self {
            steps: with_transitions(steps, transitions),
        }
    }

    /// Seconds counted in all: equals the goal of a target in time.
    #[must_use]
    pub fn counted_seconds(&self) -> i64 {
        self.steps.iter().map(|step| step.counted_seconds).sum()
    }

    /// Days counted in all: equals the goal of a target in days.
    #[must_use]
    pub fn counted_days(&self) -> u16 {
        self.steps.iter().map(|step| step.counted_days).sum()
    }
}

fn step(from: Moment, to: Moment, kind: StepKind) -> Step {
    Step {
        from,
        to,
        kind,
        counted_seconds: 0,
        counted_days: 0,
    }
}

fn counted(from: Moment, to: Moment) -> Step {
    Step {
        counted_seconds: to.seconds_since(from),
        ..step(from, to, StepKind::Counted)
    }
}

/// Opening hours count; what lies between them is closed, by date and with the holiday's name.
fn open_steps(calendar: &Calendar, start: Moment, until: Moment) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = start;
    for stretch in calendar.stretches(start, until) {
        let from = Moment::from_unix(stretch.from).max(start);
        let to = Moment::from_unix(stretch.to).min(until);
        closed_steps(calendar, at, from, &mut steps);
        steps.push(counted(from, to));
        at = to;
    }
    closed_steps(calendar, at, until, &mut steps);
    steps
}

/// Closed time from `from` to `to`, holidays apart from the rest.
fn closed_steps(calendar: &Calendar, from: Moment, to: Moment, steps: &mut Vec<Step>) {
    let offsets = calendar.offsets_between(from, to);
    let mut at = from;
    for day in calendar.local_day_number(from).. {
        if at >= to {
            break;
        }
        let end = Moment::from_unix(local_day(day, &offsets).to).min(to);
        if end <= at {
            continue;
        }
        let kind = match calendar.holiday(day) {
            Some(name) => StepKind::Holiday {
                name: name.to_owned(),
            },
            None => StepKind::Closed,
        };
        match steps
            .last_mut()
            .filter(|last| last.kind == kind && last.to == at)
        {
            Some(last) => last.to = end,
            None => steps.push(step(at, end, kind)),
        }
        at = end;
    }
}

/// The day of receipt, then date by date what counted and what did not.
fn day_steps(
    calendar: &Calendar,
    start: Moment,
    until: Moment,
    days: u16,
    cutoff: Cutoff,
) -> Vec<Step> {
    let mut open_days = (1..=days).filter_map(|n| calendar.day_close(start, n, cutoff).ok());
    let mut next = open_days.next();
    let offsets = calendar.offsets_between(start, until);
    let midnight = |day| Moment::from_unix(local_day(day, &offsets).from);
    let receipt = match calendar.day_close(start, 0, cutoff) {
        Ok(day) if cutoff != Cutoff::None => day.number(),
        _ => calendar.local_day_number(start),
    };
    let first = midnight(receipt + 1).clamp(start, until);
    let mut steps = vec![step(start, first, StepKind::DayOfReceipt)];
    let mut at = first;
    // A date the zone skips takes no time; if it has a shift, that counts with the next step.
    let mut counted_days = 0;
    for day in receipt + 1.. {
        if at >= until {
            break;
        }
        let is_counted = next.is_some_and(|open| open.number() == day);
        let following = if is_counted { open_days.next() } else { next };
        let is_last = is_counted && following.is_none();
        let end = if is_last {
            until
        } else {
            midnight(day + 1).clamp(at, until)
        };
        counted_days += u16::from(is_counted);
        if end > at {
            let kind = match (counted_days, calendar.holiday(day)) {
                (0, Some(name)) => StepKind::Holiday {
                    name: name.to_owned(),
                },
                (0, None) => StepKind::Closed,
                _ => StepKind::Counted,
            };
            steps.push(Step {
                counted_days,
                ..step(at, end, kind)
            });
            counted_days = 0;
        }
        next = following;
        at = end;
    }
    steps
}

/// Cuts pauses out of the steps.
fn with_pauses(steps: Vec<Step>, holes: &[Hole]) -> Vec<Step> {
    let mut cut: Vec<Step> = Vec::with_capacity(steps.len() + 2 * holes.len());
    for whole in steps {
        let mut at = whole.from;
        for hole in holes {
            let from = hole.from.clamp(at, whole.to);
            let to = hole.to.map_or(whole.to, |to| to.clamp(from, whole.to));
            if to > from {
                push_part(&mut cut, &whole, at, from);
                match cut.last_mut().filter(|last| last.kind == StepKind::Paused) {
                    Some(last) if last.to == from => last.to = to,
                    _ => cut.push(step(from, to, StepKind::Paused)),
                }
                at = to;
            }
        }
        push_part(&mut cut, &whole, at, whole.to);
    }
    cut
}

/// Notes each jump of the wall clock where it happens.
fn with_transitions(steps: Vec<Step>, transitions: impl Iterator<Item = Transition>) -> Vec<Step> {
    let mut transitions = transitions.peekable();
    let mut noted = Vec::with_capacity(steps.len() + 2);
    for whole in steps {
        let mut at = whole.from;
        let within = |transition: &Transition| transition.at < whole.to.as_unix();
        while let Some(transition) = transitions.next_if(within) {
            let jump = Moment::from_unix(transition.at);
            push_part(&mut noted, &whole, at, jump);
            let minutes = transition.jump / 60;
            let kind = if minutes > 0 {
                StepKind::Gap {
                    skipped_minutes: minutes,
                }
            } else {
                StepKind::Fold {
                    repeated_minutes: -minutes,
                }
            };
            noted.push(step(jump, jump, kind));
            at = jump;
        }
        push_part(&mut noted, &whole, at, whole.to);
    }
    noted
}

/// Adds the part `[from, to)` of a step; a counted day counts with its last part.
fn push_part(steps: &mut Vec<Step>, whole: &Step, from: Moment, to: Moment) {
    if to <= from {
        return;
    }
    let is_last = to == whole.to;
    let mut part = step(from, to, whole.kind.clone());
    part.counted_days = if is_last { whole.counted_days } else { 0 };
    part.counted_seconds = if whole.counted_seconds > 0 {
        to.seconds_since(from)
    } else {
        0
    };
    steps.push(part);
}
