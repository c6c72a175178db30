//! Random calendars around hard places: changes of offset, holidays, the turn of a UTC year.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use mainstay_domain::Moment;
use mainstay_domain::calendar::{
    CalendarSpec, DayMinute, HolidayScope, Hours, Override, WeeklyHours,
};

use super::chance::Chance;

/// Zones with the years in which they are interesting.
const ZONES: [(&str, i64, i64); 20] = [
    ("Australia/Lord_Howe", 1982, 2090),
    ("Pacific/Apia", 2010, 2020),
    ("Pacific/Apia", 2011, 2012),
    ("Antarctica/Troll", 2006, 2060),
    ("Africa/Casablanca", 2009, 2060),
    ("America/Sao_Paulo", 1986, 2019),
    ("Africa/Cairo", 1976, 2060),
    ("America/Goose_Bay", 1987, 2012),
    ("Europe/Dublin", 1975, 2090),
    ("America/New_York", 1975, 2090),
    ("Asia/Kathmandu", 1984, 1988),
    ("Europe/Berlin", 1981, 2090),
    ("America/Caracas", 2006, 2017),
    ("Asia/Pyongyang", 2014, 2019),
    ("America/Vancouver", 2024, 2028),
    ("Asia/Tehran", 1992, 2023),
    ("America/St_Johns", 1987, 2060),
    ("Pacific/Kiritimati", 1993, 1996),
    ("Pacific/Chatham", 1990, 2060),
    ("UTC", 1975, 2090),
];
pub const DAY: i64 = 86_400;

/// A zone, and an instant that makes calendars hard there.
pub struct Place {
    pub zone: &'static str,
    pub hard: Moment,
}

impl Place {
    pub fn random(chance: &mut Chance) -> Self {
        let &(zone, first, last) = chance.pick(&ZONES);
        let year = i16::try_from(chance.within(first..last + 1)).expect("a year");
        let hard = hard_moment(chance, zone, year);
        Self { zone, hard }
    }
}

/// Mostly a change of offset, else the turn of the year, else anything.
fn hard_moment(chance: &mut Chance, zone: &str, year: i16) -> Moment {
    let new_year = jiff::civil::date(year, 1, 1)
        .to_zoned(TimeZone::UTC)
        .expect("a year");
    let start = new_year.timestamp();
    let zone = TimeZone::get(zone).expect("a zone");
    if chance.percent(60) {
        let changes: Vec<_> = zone.following(start).take(2).collect();
        if let Some(change) = changes.get(usize::from(chance.percent(50))) {
            return change.timestamp().into();
        }
    }
    if chance.percent(60) {
        return start.into();
    }
    Moment::from(start).plus_seconds(chance.within(0..365 * DAY))
}

/// A minute of the day: near midnight and the small hours more often than not, where zones change.
fn minute(chance: &mut Chance) -> DayMinute {
    let minutes = match chance.within(0..4) {
        0 => chance.within(0..49) * 30,
        1 => chance.within(0..240),
        2 => *chance.pick(&[0, 1, 30, 60, 120, 150, 180, 1380, 1439, 1440]),
        _ => chance.within(0..1441),
    };
    DayMinute::new(u16::try_from(minutes).expect("a minute")).expect("a minute of the day")
}

pub fn hours(chance: &mut Chance) -> Hours {
    loop {
        let hours = Hours {
            from: minute(chance),
            to: minute(chance),
        };
        if !hours.is_empty() && hours.from != DayMinute::END {
            return hours;
        }
    }
}

fn weekdays(chance: &mut Chance) -> Vec<Weekday> {
    let share = *chance.pick(&[20, 70, 100]);
    let week = (1..=7).filter_map(|day| Weekday::from_monday_one_offset(day).ok());
    week.filter(|_| chance.percent(share)).collect()
}

pub fn date_near(chance: &mut Chance, place: &Place) -> Date {
    let zone = TimeZone::get(place.zone).expect("a zone");
    let near = place.hard.plus_seconds(chance.within(-4..7) * DAY);
    zone.to_datetime(near.timestamp()).date()
}

fn random_spec(chance: &mut Chance, place: &Place) -> CalendarSpec {
    let weekly = (0..chance.within(0..4))
        .map(|_| WeeklyHours {
            days: weekdays(chance),
            hours: hours(chance),
        })
        .collect();
    let holidays = (0..chance.within(0..4))
        .map(|index| (date_near(chance, place), format!("holiday {index}")))
        .collect();
    let own = |chance: &mut Chance| {
        let hours = (0..chance.within(0..3)).map(|_| hours(chance)).collect();
        Override {
            name: String::new(),
            hours,
        }
    };
    let overrides: BTreeMap<Date, Override> = (0..chance.within(0..3))
        .map(|_| (date_near(chance, place), own(chance)))
        .collect();
    let scopes = [HolidayScope::CalendarDay, HolidayScope::ShiftStart];
    CalendarSpec {
        time_zone: place.zone.to_owned(),
        weekly,
        holidays,
        holiday_scope: *chance.pick(&scopes),
        overrides,
    }
}

/// Office hours and around the clock belong among the random ones too.
pub fn spec(chance: &mut Chance, place: &Place) -> CalendarSpec {
    let random = random_spec(chance, place);
    match chance.within(0..8) {
        0 => CalendarSpec {
            weekly: CalendarSpec::always(place.zone).weekly,
            ..random
        },
        1 => CalendarSpec::always(place.zone),
        _ => random,
    }
}

pub fn start(chance: &mut Chance, place: &Place) -> Moment {
    let near = place.hard.plus_seconds(match chance.within(0..3) {
        0 => chance.within(-7200..7200),
        1 => chance.within(-30..30) * 3600,
        _ => chance.within(-4 * DAY..6 * DAY),
    });
    // Whole minutes are where off-by-one mistakes live; seconds must survive as well.
    if chance.percent(50) {
        Moment::from_unix(near.as_unix().div_euclid(60) * 60)
    } else {
        near
    }
}
