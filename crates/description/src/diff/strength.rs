//! Which of two promises is worth more to a customer.

use mainstay_domain::edition::{Cutoff, Target, WindowKind};

use super::Effect;

/// A promise: when it is handled, and by when.
pub(super) type Promise = (WindowKind, Target);

/// Minutes of a day.
const DAY: u32 = 24 * 60;

/// What it means for a customer that one promise becomes another, different one.
pub(super) fn effect_of(old: Promise, new: Promise) -> Effect {
    match (bounds(old), bounds(new)) {
        (Some(old_bounds), Some(new_bounds)) => compare_committed(old, new, old_bounds, new_bounds),
        (None, None) => effect_of_window(old.0, new.0),
        (None, Some(_)) if effect_of_window(old.0, new.0) != Effect::Loss => Effect::Gain,
        (Some(_), None) if effect_of_window(old.0, new.0) != Effect::Gain => Effect::Loss,
        _ => Effect::Change,
    }
}

/// What it means that something is there at other hours.
pub(super) fn effect_of_window(old: WindowKind, new: WindowKind) -> Effect {
    match (old, new) {
        (WindowKind::BusinessHours, WindowKind::Anytime) => Effect::Gain,
        (WindowKind::Anytime, WindowKind::BusinessHours) => Effect::Loss,
        _ => Effect::Change,
    }
}

/// The least and the most minutes that can pass until the promise is due; `None` when nothing is
/// committed. Business hours can be closed for any time, so they have no most.
fn bounds((window, target): Promise) -> Option<(u32, u32)> {
    let is_anytime = window == WindowKind::Anytime;
    Some(match target {
        Target::None => return None,
        Target::Elapsed { minutes } => (minutes, minutes),
        Target::Open { minutes } => (minutes, if is_anytime { minutes } else { u32::MAX }),
        Target::DayClose { days, .. } => {
            let days = u32::from(days);
            let least = days.saturating_sub(u32::from(!is_anytime)) * DAY;
            (
                least,
                if is_anytime {
                    (days + 1) * DAY
                } else {
                    u32::MAX
                },
            )
        }
    })
}

fn compare_committed(
    old: Promise,
    new: Promise,
    (old_least, old_most): (u32, u32),
    (new_least, new_most): (u32, u32),
) -> Effect {
    if let (
        Target::DayClose {
            days: before,
            cutoff: from,
        },
        Target::DayClose { days, cutoff },
    ) = (old.1, new.1)
        && old.0 == new.0
    {
        return effect_of_size((before, lateness(from)), (days, lateness(cutoff)));
    }
    if let (Target::Open { minutes: before }, Target::Open { minutes }) = (old.1, new.1)
        && old.0 == new.0
    {
        return effect_of_size(before, minutes);
    }
    if old_most <= new_least {
        Effect::Loss
    } else if new_most <= old_least {
        Effect::Gain
    } else {
        Effect::Change
    }
}

/// Less waiting is better.
fn effect_of_size<T: Ord>(old: T, new: T) -> Effect {
    match new.cmp(&old) {
        std::cmp::Ordering::Less => Effect::Gain,
        std::cmp::Ordering::Greater => Effect::Loss,
        std::cmp::Ordering::Equal => Effect::Change,
    }
}

/// An earlier cutoff moves more requests to the next day; none moves none.
const fn lateness(cutoff: Cutoff) -> u16 {
    match cutoff {
        Cutoff::None => 0,
        Cutoff::Close => 1,
        Cutoff::At(minute) => u16::MAX - minute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_are_weighed() {
        let (anytime, business) = (WindowKind::Anytime, WindowKind::BusinessHours);
        let elapsed = |hours: u32| {
            (
                anytime,
                Target::Elapsed {
                    minutes: hours * 60,
                },
            )
        };
        let open = |hours: u32| {
            (
                business,
                Target::Open {
                    minutes: hours * 60,
                },
            )
        };
        let close = |window, days| {
            (
                window,
                Target::DayClose {
                    days,
                    cutoff: Cutoff::None,
                },
            )
        };
        let none = |window| (window, Target::None);
        let cases = [
            (elapsed(8), close(anytime, 1), Effect::Loss),
            (close(anytime, 1), elapsed(8), Effect::Gain),
            (elapsed(8), elapsed(4), Effect::Gain),
            (elapsed(4), open(4), Effect::Loss),
            (open(4), elapsed(4), Effect::Gain),
            (open(4), open(8), Effect::Loss),
            (elapsed(30), close(anytime, 1), Effect::Change),
            (close(business, 1), none(business), Effect::Loss),
            (none(business), close(business, 1), Effect::Gain),
            (close(business, 1), none(anytime), Effect::Change),
            (none(anytime), close(business, 1), Effect::Change),
            (none(anytime), elapsed(8), Effect::Gain),
            (none(business), none(anytime), Effect::Gain),
            (none(anytime), none(business), Effect::Loss),
            (close(business, 2), close(business, 1), Effect::Gain),
        ];
        for (old, new, effect) in cases {
            assert_eq!(effect_of(old, new), effect, "{old:?} to {new:?}");
        }
    }
}
