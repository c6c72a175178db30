//! Times in words. Every instant on a page is a `<time datetime=…>` made here.
//!
//! Display only: nothing is decided here. The script words the same things again as time passes
//! (`assets/mainstay.js`, `duration`); keep the two alike.

use jiff::Zoned;
use mainstay_domain::Moment;
use maud::{Markup, html};

use super::viewer::Viewer;
use crate::text_catalogue::text_key;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A length of time: `45 s`, `12 min`, `2 h 05 min`, `3 d 4 h`, `18 d`. Seconds show only under two
/// minutes. Always rounded down.
#[must_use]
pub fn duration(v: &Viewer, seconds: i64) -> String {
    let s = seconds.abs();
    let (d, h, m) = (v.t("unit-day"), v.t("unit-hour"), v.t("unit-minute"));
    if s < MINUTE {
        format!("{s} {}", v.t("unit-second"))
    } else if s < 2 * MINUTE {
        format!("1 {m} {:02} {}", s % MINUTE, v.t("unit-second"))
    } else if s < HOUR {
        format!("{} {m}", s / MINUTE)
    } else if s < DAY {
        match (s % HOUR) / MINUTE {
            0 => format!("{} {h}", s / HOUR),
            minutes => format!("{} {h} {minutes:02} {m}", s / HOUR),
        }
    } else {
        match (s / DAY, (s % DAY) / HOUR) {
            (days, hours) if days < 14 && hours > 0 => format!("{days} {d} {hours} {h}"),
            (days, _) => format!("{days} {d}"),
        }
    }
}

/// An instant from now: `in 2 h 05 min`, `12 min ago`, `just now`.
#[must_use]
pub fn relative(v: &Viewer, at: Moment) -> String {
    match at.seconds_since(v.now) {
        ahead if ahead > 0 => v.t_args("time-in", &[("d", duration(v, ahead).into())]),
        behind if behind > -MINUTE => v.t("time-just-now").to_owned(),
        behind => v.t_args("time-ago", &[("d", coarse(v, -behind).into())]),
    }
}

/// A length of time past, in one unit: nobody needs the minutes of yesterday.
fn coarse(v: &Viewer, s: i64) -> String {
    match s {
        s if s < HOUR => format!("{} {}", s / MINUTE, v.t("unit-minute")),
        s if s < DAY => format!("{} {}", s / HOUR, v.t("unit-hour")),
        s => format!("{} {}", s / DAY, v.t("unit-day")),
    }
}

/// What is left until a promise is due: `in 2 h 05 min`.
#[must_use]
pub fn left(v: &Viewer, due: Moment) -> String {
    v.t_args(
        "time-in",
        &[("d", duration(v, due.seconds_since(v.now)).into())],
    )
}

/// How late a missed promise is: `breached 12 min ago`.
#[must_use]
pub fn breached(v: &Viewer, due: Moment) -> String {
    let late = duration(v, v.now.seconds_since(due));
    v.t_args("time-breached-ago", &[("d", late.into())])
}

/// An instant in the reader's zone, in full: `Sat 28 Mar 2026, 01:30 CET`.
#[must_use]
pub fn absolute(v: &Viewer, at: Moment) -> String {
    let local = local(v, at);
    format!(
        "{}, {} {}",
        date_of(v, &local),
        local.strftime("%H:%M"),
        local.strftime("%Z")
    )
}

/// An instant in the reader's zone, as short as it stays clear: `15:40` today, `Sat 01:30` within
/// six days, else `28 Mar 2026, 01:30`.
#[must_use]
pub fn short(v: &Viewer, at: Moment) -> String {
    let local = local(v, at);
    let today = v.now.timestamp().to_zoned(v.zone.clone()).date();
    let clock = local.strftime("%H:%M");
    let days = (local.date() - today).get_days();
    if days == 0 {
        clock.to_string()
    } else if days.abs() < 7 {
        format!("{} {clock}", weekday(v, &local))
    } else {
        format!(
            "{} {} {}, {clock}",
            local.day(),
            month(v, &local),
            local.year()
        )
    }
}

/// The time of day of an instant in the reader's zone: `15:40`.
#[must_use]
pub fn time_of_day(v: &Viewer, at: Moment) -> String {
    local(v, at).strftime("%H:%M").to_string()
}

/// The day of an instant in the reader's zone: `Sat 28 Mar 2026`.
#[must_use]
pub fn date(v: &Viewer, at: Moment) -> String {
    date_of(v, &local(v, at))
}

/// `<time>` reading relative, absolute on hover and in print.
#[must_use]
pub fn ago(v: &Viewer, at: Moment) -> Markup {
    html! { time datetime=(at) title=(absolute(v, at)) { (relative(v, at)) } }
}

/// `<time>` reading absolute in full.
#[must_use]
pub fn moment(v: &Viewer, at: Moment) -> Markup {
    html! { time datetime=(at) { (absolute(v, at)) } }
}

/// `<time>` reading as short as it stays clear, in full on hover.
#[must_use]
pub fn brief(v: &Viewer, at: Moment) -> Markup {
    html! { time datetime=(at) title=(absolute(v, at)) { (short(v, at)) } }
}

/// `<time>` reading both: `in 2 h 05 min` and, muted, `Sat 28 Mar 2026, 01:30 CET`.
#[must_use]
pub fn both(v: &Viewer, at: Moment) -> Markup {
    html! {
        time datetime=(at) { (relative(v, at)) " " span.muted { "· " (absolute(v, at)) } }
    }
}

fn local(v: &Viewer, at: Moment) -> Zoned {
    at.timestamp().to_zoned(v.zone.clone())
}

fn date_of(v: &Viewer, local: &Zoned) -> String {
    format!(
        "{} {} {} {}",
        weekday(v, local),
        local.day(),
        month(v, local),
        local.year()
    )
}

fn weekday(v: &Viewer, local: &Zoned) -> &'static str {
    const NAMES: [&str; 7] = [
        text_key("weekday-1"),
        text_key("weekday-2"),
        text_key("weekday-3"),
        text_key("weekday-4"),
        text_key("weekday-5"),
        text_key("weekday-6"),
        text_key("weekday-7"),
    ];
    let index = local.weekday().to_monday_zero_offset();
    v.t(NAMES[usize::try_from(index).unwrap_or(0) % 7])
}

fn month(v: &Viewer, local: &Zoned) -> &'static str {
    const NAMES: [&str; 12] = [
        text_key("month-1"),
        text_key("month-2"),
        text_key("month-3"),
        text_key("month-4"),
        text_key("month-5"),
        text_key("month-6"),
        text_key("month-7"),
        text_key("month-8"),
        text_key("month-9"),
        text_key("month-10"),
        text_key("month-11"),
        text_key("month-12"),
    ];
    v.t(NAMES[usize::try_from(local.month() - 1).unwrap_or(0) % 12])
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    fn viewer() -> Viewer {
        Viewer {
            zone: TimeZone::get("Europe/Berlin").unwrap(),
            ..Viewer::new("2026-03-27T17:30:00+01:00".parse().unwrap())
        }
    }

    #[test]
    fn durations_round_down_and_show_seconds_only_when_near() {
        let v = viewer();
        for (seconds, words) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min 00 s"),
            (119, "1 min 59 s"),
            (120, "2 min"),
            (3599, "59 min"),
            (3600, "1 h"),
            (7500, "2 h 05 min"),
            (-7500, "2 h 05 min"),
            (86_400, "1 d"),
            (273_600, "3 d 4 h"),
            (14 * 86_400 + 7200, "14 d"),
        ] {
            assert_eq!(duration(&v, seconds), words, "{seconds}");
        }
    }

    #[test]
    fn relative_and_breached() {
        let v = viewer();
        assert_eq!(relative(&v, v.now.plus_minutes(125)), "in 2 h 05 min");
        assert_eq!(relative(&v, v.now.plus_seconds(-30)), "just now");
        assert_eq!(relative(&v, v.now.plus_minutes(-12)), "12 min ago");
        assert_eq!(relative(&v, v.now.plus_minutes(-125)), "2 h ago");
        assert_eq!(breached(&v, v.now.plus_minutes(-12)), "breached 12 min ago");
    }

    #[test]
    fn absolute_is_in_the_readers_zone() {
        let v = viewer();
        let at: Moment = "2026-03-28T00:30:00Z".parse().unwrap();
        assert_eq!(absolute(&v, at), "Sat 28 Mar 2026, 01:30 CET");
        assert_eq!(
            absolute(&v, at.plus_minutes(24 * 60 + 60)),
            "Sun 29 Mar 2026, 03:30 CEST"
        );
        assert_eq!(short(&v, v.now.plus_minutes(10)), "17:40");
        assert_eq!(short(&v, at), "Sat 01:30");
        assert_eq!(short(&v, at.plus_minutes(20 * 1440)), "17 Apr 2026, 02:30");
        assert!(
            ago(&v, at)
                .into_string()
                .contains("datetime=\"2026-03-28T00:30:00Z\"")
        );
    }
}
