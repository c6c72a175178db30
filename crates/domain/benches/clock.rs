//! How fast a deadline is. `cargo bench -p mainstay-domain`.
//!
//! Each pass works through a thousand random starts in one year, goals of 1 to 40 hours; the
//! figure to read is the throughput.

use std::collections::BTreeMap;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use jiff::civil::{Date, date};
use mainstay_domain::Moment;
use mainstay_domain::calendar::{
    Calendar, CalendarSpec, DayMinute, HolidayScope, Hours, WeeklyHours, weekdays,
};
use mainstay_domain::clock::{Explanation, WindowHours};
use mainstay_domain::edition::{Cutoff, Target};

/// 1 January 2026, and the seconds of that year.
const YEAR: (u64, u64) = (1_767_225_600, 31_536_000);
const ITEMS: u64 = 1000;

fn main() {
    divan::main();
}

/// The calendars measured: an office, one with a lunch hour, and around the clock.
const CALENDARS: [&str; 3] = ["office", "lunch", "always"];

fn spec(name: &str) -> CalendarSpec {
    match name {
        "office" => weekly(&[("08:00", "18:00")]),
        "lunch" => weekly(&[("08:00", "12:00"), ("13:00", "18:00")]),
        _ => CalendarSpec::always("America/New_York"),
    }
}

/// A week of these hours, Monday to Friday, in the United States with eight holidays.
fn weekly(hours: &[(&str, &str)]) -> CalendarSpec {
    let minute = |text: &str| text.parse::<DayMinute>().expect("a time of day");
    let days: Vec<_> = ["mon", "tue", "wed", "thu", "fri"]
        .into_iter()
        .filter_map(weekdays::parse)
        .collect();
    let stretch = |&(from, to): &(&str, &str)| WeeklyHours {
        days: days.clone(),
        hours: Hours {
            from: minute(from),
            to: minute(to),
        },
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
    CalendarSpec {
        time_zone: "America/New_York".to_owned(),
        weekly: hours.iter().map(stretch).collect(),
        holidays,
        holiday_scope: HolidayScope::CalendarDay,
        overrides: BTreeMap::new(),
    }
}

/// A calendar with its tables of 2026 and 2027 made.
fn compiled(name: &str) -> Calendar {
    let calendar = Calendar::compile(spec(name)).expect("a calendar that opens");
    let from = moment(YEAR.0);
    black_box(calendar.open_seconds(from, moment(YEAR.0 + YEAR.1 * 3 / 2)));
    calendar
}

fn moment(seconds: u64) -> Moment {
    Moment::from_unix(i64::try_from(seconds).expect("an instant"))
}

/// Starts with goals in seconds, always the same ones.
fn inputs() -> Vec<(Moment, u64)> {
    let input = |index: u64| {
        let mixed = (index + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (
            moment(YEAR.0 + (mixed >> 20) % YEAR.1),
            3600 * (1 + mixed % 40),
        )
    };
    (0..ITEMS).map(input).collect()
}

/// Measures an operation on every input.
fn each<T>(bencher: Bencher<'_, '_>, operation: impl Fn(Moment, u64) -> T + Sync) {
    let inputs = inputs();
    bencher.counter(ItemsCount::new(ITEMS)).bench(|| {
        for &(start, goal) in &inputs {
            black_box(operation(black_box(start), black_box(goal)));
        }
    });
}

#[divan::bench(args = CALENDARS)]
fn add(bencher: Bencher<'_, '_>, name: &str) {
    let calendar = compiled(name);
    each(bencher, |start, goal| calendar.add_open(start, goal));
}

#[divan::bench(args = CALENDARS)]
fn diff(bencher: Bencher<'_, '_>, name: &str) {
    let calendar = compiled(name);
    each(bencher, |start, goal| {
        calendar.open_seconds(start, start.plus_seconds(goal.cast_signed() * 4))
    });
}

#[divan::bench(args = CALENDARS)]
fn day_close(bencher: Bencher<'_, '_>, name: &str) {
    let calendar = compiled(name);
    each(bencher, |start, _| {
        calendar.day_close(start, 1, Cutoff::None)
    });
}

#[divan::bench(args = CALENDARS)]
fn explain(bencher: Bencher<'_, '_>, name: &str) {
    let window = WindowHours {
        calendar: compiled(name).into(),
    };
    each(bencher, |start, goal| {
        let until = window
            .calendar
            .add_open(start, goal)
            .expect("a calendar that goes on");
        let minutes = u32::try_from(goal / 60).expect("a goal of hours");
        Explanation::of(Target::Open { minutes }, &window, start, &[], until)
    });
}

#[divan::bench(args = CALENDARS)]
fn compile_two_years(bencher: Bencher<'_, '_>, name: &str) {
    bencher.with_inputs(|| spec(name)).bench_values(|spec| {
        let calendar = Calendar::compile(spec).expect("a calendar that opens");
        calendar.open_seconds(moment(YEAR.0), moment(YEAR.0 + YEAR.1 * 3 / 2))
    });
}
