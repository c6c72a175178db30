//! Promises in plain words.

use mainstay_domain::edition::{Cutoff, Medium, Target, WindowKind};

/// A promise in words: *8 hours around the clock*, *the end of the next business day*.
#[must_use]
pub fn promise_words(window: WindowKind, target: Target) -> String {
    match target {
        Target::None => format!("no commitment; handled {}", window_words(window)),
        Target::Elapsed { minutes } | Target::Open { minutes } => {
            format!("{} {}", duration_words(minutes), window_words(window))
        }
        Target::DayClose { days, cutoff } => {
            format!(
                "the end of {}{}",
                day_words(window, days),
                cutoff_words(cutoff)
            )
        }
    }
}

/// When something is there: *around the clock*, *in business hours*.
#[must_use]
pub const fn window_words(window: WindowKind) -> &'static str {
    match window {
        WindowKind::Anytime => "around the clock",
        WindowKind::BusinessHours => "in business hours",
    }
}

/// A medium as one says it.
#[must_use]
pub const fn medium_words(medium: Medium) -> &'static str {
    match medium {
        Medium::Online => "online",
        Medium::Telephone => "telephone",
    }
}

/// A number of minutes: *8 hours*, *1 hour 30 minutes*.
#[must_use]
pub fn duration_words(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => counted(rest, "minute"),
        (hours, 0) => counted(hours, "hour"),
        (hours, rest) => format!("{} {}", counted(hours, "hour"), counted(rest, "minute")),
    }
}

/// A count with its noun: *1 day*, *14 days*.
pub(crate) fn counted(count: u32, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// A list in words: *A, B and C*.
pub(crate) fn listed(items: &[impl AsRef<str>]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

fn day_words(window: WindowKind, days: u16) -> String {
    let day = match window {
        WindowKind::Anytime => "day",
        WindowKind::BusinessHours => "business day",
    };
    match days {
        0 => format!("the {day} of receipt"),
        1 => format!("the next {day}"),
        _ => format!("the {} after receipt", ordinal(days, day)),
    }
}

fn ordinal(number: u16, noun: &str) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending} {noun}")
}

fn cutoff_words(cutoff: Cutoff) -> String {
    match cutoff {
        Cutoff::None => String::new(),
        Cutoff::Close => ", where a request after closing counts for the next day".to_owned(),
        Cutoff::At(minute) => {
            let (hour, minute) = (minute / 60, minute % 60);
            format!(", where a request from {hour:02}:{minute:02} on counts for the next day")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_promise_has_words() {
        let close = |days, cutoff| Target::DayClose { days, cutoff };
        let (anytime, business) = (WindowKind::Anytime, WindowKind::BusinessHours);
        let cases = [
            (
                anytime,
                Target::Elapsed { minutes: 480 },
                "8 hours around the clock",
            ),
            (
                anytime,
                Target::Elapsed { minutes: 60 },
                "1 hour around the clock",
            ),
            (
                business,
                Target::Open { minutes: 90 },
                "1 hour 30 minutes in business hours",
            ),
            (
                business,
                close(1, Cutoff::None),
                "the end of the next business day",
            ),
            (anytime, close(1, Cutoff::None), "the end of the next day"),
            (
                business,
                close(2, Cutoff::None),
                "the end of the 2nd business day after receipt",
            ),
            (
                business,
                Target::None,
                "no commitment; handled in business hours",
            ),
            (
                anytime,
                Target::None,
                "no commitment; handled around the clock",
            ),
            (
                business,
                close(1, Cutoff::At(900)),
                "the end of the next business day, where a request from 15:00 on counts for the next day",
            ),
        ];
        for (window, target, words) in cases {
            assert_eq!(promise_words(window, target), words);
        }
    }
}
