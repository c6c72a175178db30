//! When people of the demo are at their desks.

use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use mainstay_domain::Moment;

/// The first moment from `at` on at which somebody in a zone is at work: Monday to Friday, eight
/// to half past five. The minute is kept, so that not everybody writes at eight sharp.
pub fn at_work(at: Moment, zone: &TimeZone) -> Moment {
    let local = zone.to_datetime(at.timestamp());
    let mut day = local.date();
    let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
    let mut moved = local;
    if !(8 * 60..17 * 60 + 30).contains(&minute) {
        if minute >= 17 * 60 + 30 {
            day = day.tomorrow().unwrap_or(day);
        }
        moved = DateTime::from_parts(day, local.time())
            .with()
            .hour(8)
            .build()
            .unwrap_or(local);
    }
    while matches!(moved.weekday(), Weekday::Saturday | Weekday::Sunday) {
        let Ok(next) = moved.date().tomorrow() else {
            break;
        };
        moved = DateTime::from_parts(next, moved.time())
            .with()
            .hour(8)
            .build()
            .unwrap_or(moved);
    }
    if moved == local {
        return at;
    }
    zone.to_timestamp(moved).map_or(at, Moment::from)
}

/// Whether a moment is on a working day in UTC.
pub fn is_working_day(at: Moment) -> bool {
    let day = jiff::tz::Offset::UTC.to_datetime(at.timestamp()).weekday();
    !matches!(day, Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_writes_at_night_or_at_the_weekend() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let moved = |text: &str| at_work(text.parse().unwrap(), &zone).to_string();
        assert_eq!(moved("2026-03-27T16:40:00Z"), "2026-03-30T06:40:00Z");
        assert_eq!(moved("2026-03-26T10:15:00Z"), "2026-03-26T10:15:00Z");
        assert_eq!(moved("2026-03-26T02:20:00Z"), "2026-03-26T07:20:00Z");
    }
}
