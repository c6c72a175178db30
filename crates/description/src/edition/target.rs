//! Reading what is promised: `8 hours`, `close of day 1`, `none`.

use mainstay_domain::calendar::DayMinute;
use mainstay_domain::edition::{Cutoff, Target, WindowKind};

use crate::reader::Table;

/// The longest target, in minutes and in days: a year.
const MOST_MINUTES: u32 = 366 * 24 * 60;
const MOST_DAYS: u16 = 366;

/// A target as written, before the window says whose minutes they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    None,
    Minutes(u32),
    CloseOfDay(u16),
}

/// A message and a hint.
type Refused = (String, String);

/// The keys `target` and `cutoff`.
pub(super) fn read_target(table: &mut Table<'_, '_, '_>, window: WindowKind) -> Option<Target> {
    let named = table.named("target");
    let written = table.parsed(&named, parse_target);
    let cutoff = read_cutoff(table, written);
    Some(match written? {
        Written::None => Target::None,
        Written::Minutes(minutes) if window == WindowKind::Anytime => Target::Elapsed { minutes },
        Written::Minutes(minutes) => Target::Open { minutes },
        Written::CloseOfDay(days) => Target::DayClose { days, cutoff },
    })
}

fn read_cutoff(table: &mut Table<'_, '_, '_>, written: Option<Written>) -> Cutoff {
    if !table.has("cutoff") {
        return table
            .skip::<Option<Cutoff>>("cutoff")
            .unwrap_or(Cutoff::None);
    }
    let named = table.named("cutoff");
    if matches!(written, Some(Written::None | Written::Minutes(_))) {
        let hint = "take it out, or write target = \"close of day 1\"".to_owned();
        table.complain(&named.span, "only a `close of day` has a cutoff", hint);
    }
    table.parsed(&named, parse_cutoff).unwrap_or(Cutoff::None)
}

fn parse_target(text: &str) -> Result<Written, Refused> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let written = match words.as_slice() {
        ["none"] => Some(Written::None),
        ["close", "of", "day", days] => days
            .parse()
            .ok()
            .filter(|days| (1..=MOST_DAYS).contains(days))
            .map(Written::CloseOfDay),
        [count, unit] => minutes_of(count, unit).map(Written::Minutes),
        [hours, hour, minutes, minute] if hour.starts_with('h') && minute.starts_with('m') => {
            let whole = minutes_of(hours, hour).zip(minutes_of(minutes, minute));
            whole.map(|(hours, minutes)| Written::Minutes(hours + minutes))
        }
        _ => None,
    };
    written.ok_or_else(|| {
        let hint = "write it like \"8 hours\", \"90 minutes\", \"close of day 1\" or \"none\"";
        (format!("`{text}` is no target"), hint.to_owned())
    })
}

fn minutes_of(count: &str, unit: &str) -> Option<u32> {
    let count: u32 = count.parse().ok()?;
    let minutes = match unit {
        "minute" | "minutes" => count,
        "hour" | "hours" => count.checked_mul(60)?,
        _ => return None,
    };
    (1..=MOST_MINUTES).contains(&minutes).then_some(minutes)
}

fn parse_cutoff(text: &str) -> Result<Cutoff, Refused> {
    if text == "close" {
        return Ok(Cutoff::Close);
    }
    let minute = minute_of_day(text).map_err(|(message, _)| {
        (
            message,
            "write \"close\", or a time like \"15:00\"".to_owned(),
        )
    })?;
    if (1..DayMinute::END.minutes()).contains(&minute.minutes()) {
        return Ok(Cutoff::At(minute.minutes()));
    }
    let hint = "a cutoff lies between 00:01 and 23:59; without one the whole day counts";
    Err((
        format!("the cutoff `{text}` is out of range"),
        hint.to_owned(),
    ))
}

/// A time of day, `09:00` to `24:00`.
pub(crate) fn minute_of_day(text: &str) -> Result<DayMinute, Refused> {
    text.parse().map_err(|_| {
        let hint = "write it with two digits each, like 09:00, and at most 24:00";
        (format!("`{text}` is not a time of day"), hint.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_in_words() {
        let read = |text| parse_target(text).ok();
        assert_eq!(read("none"), Some(Written::None));
        assert_eq!(read("1 hour"), Some(Written::Minutes(60)));
        assert_eq!(read("90 minutes"), Some(Written::Minutes(90)));
        assert_eq!(read("1 hour 30 minutes"), Some(Written::Minutes(90)));
        assert_eq!(read("close of day 2"), Some(Written::CloseOfDay(2)));
        for wrong in [
            "",
            "soon",
            "8",
            "8 h",
            "0 hours",
            "close of day 0",
            "-1 hours",
            "99999 hours",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn cutoffs_stay_within_the_day() {
        assert_eq!(parse_cutoff("close"), Ok(Cutoff::Close));
        assert_eq!(parse_cutoff("15:00"), Ok(Cutoff::At(900)));
        for wrong in ["00:00", "24:00", "25:00", "9:00", "closing"] {
            assert!(parse_cutoff(wrong).is_err(), "{wrong}");
        }
    }
}
