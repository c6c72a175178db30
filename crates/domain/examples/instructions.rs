//! Runs one operation of the clock a number of times on fixed inputs and prints a checksum.
//!
//! `instructions <add|diff|compile> <n>` under `valgrind --tool=callgrind` with two values of n:
//! the difference of the counts, divided by that of the n, is the cost of one operation. Counts do
//! not depend on how busy the machine is.

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;

use jiff::civil::{Date, date};
use mainstay_domain::Moment;
use mainstay_domain::calendar::{
    Calendar, CalendarSpec, DayMinute, HolidayScope, Hours, WeeklyHours, weekdays,
};

/// 1 January 2026, and the seconds of that year.
const YEAR: (u64, u64) = (1_767_225_600, 31_536_000);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let times: u64 = arguments.next().unwrap_or_default().parse()?;
    let checksum = match what.as_str() {
        "add" => add(times)?,
        "diff" => diff(times)?,
        "compile" => compile(times)?,
        _ => return Err("say add, diff or compile, then how often".into()),
    };
    println!("{checksum:x}");
    Ok(())
}

/// Adds goals of 1 to 40 hours to random starts of a compiled year.
fn add(times: u64) -> Result<i64, Box<dyn Error>> {
    let calendar = Calendar::compile(office()?)?;
    let mut checksum = warm(&calendar)?;
    for (start, goal) in inputs(times) {
        checksum ^= calendar
            .add_open(black_box(start), black_box(goal))?
            .as_unix();
    }
    Ok(checksum)
}

/// Counts between random starts and instants up to a week later.
fn diff(times: u64) -> Result<i64, Box<dyn Error>> {
    let calendar = Calendar::compile(office()?)?;
    let mut checksum = warm(&calendar)?;
    for (start, goal) in inputs(times) {
        let to = start.plus_seconds(i64::try_from(goal)? * 4);
        checksum ^= calendar.open_seconds(black_box(start), black_box(to));
    }
    Ok(checksum)
}

/// Compiles two years of the calendar.
fn compile(times: u64) -> Result<i64, Box<dyn Error>> {
    let mut checksum = 0;
    for _ in 0..times {
        checksum ^= warm(&Calendar::compile(black_box(office()?))?)?;
    }
    Ok(checksum)
}

/// Has the tables of 2026 and 2027 made.
fn warm(calendar: &Calendar) -> Result<i64, Box<dyn Error>> {
    let from = Moment::from_unix(i64::try_from(YEAR.0)?);
    let to = from.plus_seconds(i64::try_from(YEAR.1)? * 3 / 2);
    Ok(calendar.open_seconds(from, to))
}

/// Starts in 2026 with goals in seconds, always the same ones.
fn inputs(times: u64) -> impl Iterator<Item = (Moment, u64)> {
    (0..times).map(|index| {
        let mixed = index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let start = YEAR.0 + (mixed >> 20) % YEAR.1;
        let goal = 3600 * (1 + mixed % 40);
        (Moment::from_unix(i64::try_from(start).unwrap_or(0)), goal)
    })
}

/// A ten-hour office in the United States with eight holidays.
fn office() -> Result<CalendarSpec, Box<dyn Error>> {
    let days = ["mon", "tue", "wed", "thu", "fri"]
        .into_iter()
        .filter_map(weekdays::parse)
        .collect();
    let hours = Hours {
        from: "08:00".parse::<DayMinute>()?,
        to: "18:00".parse::<DayMinute>()?,
    };
    let holidays: BTreeMap<Date, String> = [
        (1, 1),
        (1, 19),
        (5, 25),
        (7, 3),
        (9, 7),
        (11, 11),
        (11, 26),
        (12, 25),
    ]
    .map(|(month, day)| (date(2026, month, day), "holiday".to_owned()))
    .into();
    Ok(CalendarSpec {
        time_zone: "America/New_York".to_owned(),
        weekly: vec![WeeklyHours { days, hours }],
        holidays,
        holiday_scope: HolidayScope::CalendarDay,
        overrides: BTreeMap::new(),
    })
}
