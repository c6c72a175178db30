//! Nothing that can be asked makes the rules panic: the first and last instants, the largest
//! goals, calendars that hardly ever open.

mod common;

use std::collections::BTreeMap;

use common::chance::{Chance, with_seeds};
use jiff::civil::{Date, date};
use mainstay_domain::Moment;
use mainstay_domain::calendar::{
    Calendar, CalendarError, CalendarSpec, DayMinute, HolidayScope, Hours, Override, WeeklyHours,
};
use mainstay_domain::clock::{Due, Explanation, Hole, WarningRule, WindowHours, due, warnings};
use mainstay_domain::edition::{Cutoff, Target};

const CUTOFFS: [Cutoff; 5] = [
    Cutoff::None,
    Cutoff::Close,
    Cutoff::At(0),
    Cutoff::At(900),
    Cutoff::At(u16::MAX),
];

fn hours(from: u16, to: u16) -> Hours {
    let minute = |minutes| DayMinute::new(minutes).expect("a minute of the day");
    Hours {
        from: minute(from),
        to: minute(to),
    }
}

fn weekly(zone: &str, hours: Hours) -> CalendarSpec {
    let always = CalendarSpec::always(zone);
    let days = always.weekly[0].days.clone();
    CalendarSpec {
        weekly: vec![WeeklyHours { days, hours }],
        ..always
    }
}

/// A calendar with hours on one date alone.
fn once(on: Date) -> CalendarSpec {
    let own = Override {
        name: String::new(),
        hours: vec![hours(540, 1020)],
    };
    CalendarSpec {
        time_zone: "Pacific/Apia".to_owned(),
        weekly: Vec::new(),
        holidays: BTreeMap::new(),
        holiday_scope: HolidayScope::CalendarDay,
        overrides: BTreeMap::from([(on, own)]),
    }
}

fn calendars() -> Vec<WindowHours> {
    let rare = CalendarSpec {
        holidays: [date(1, 1, 1), date(9999, 12, 31), Date::MIN, Date::MAX]
            .map(|day| (day, "edge".to_owned()))
            .into(),
        ..weekly("America/New_York", hours(1320, 360))
    };
    let specs = [
        CalendarSpec::always("UTC"),
        CalendarSpec::always("Pacific/Kiritimati"),
        weekly("Asia/Kathmandu", hours(540, 1020)),
        rare,
        once(date(2026, 3, 27)),
        once(date(1, 1, 1)),
        once(Date::MIN),
    ];
    let window = |spec| WindowHours {
        calendar: Calendar::compile(spec)
            .expect("a calendar that opens")
            .into(),
    };
    specs.map(window).into()
}

fn instants() -> [Moment; 6] {
    [
        Moment::from_unix(i64::MIN),
        Moment::from_unix(i64::MAX),
        Moment::MAX.plus_seconds(-1),
        Moment::from_unix(0),
        Moment::from_unix(1_774_600_000),
        "9998-06-01T12:00:00Z".parse().expect("an instant"),
    ]
}

#[test]
fn adding_and_looking_ahead_never_panic() {
    for window in calendars() {
        let calendar = &window.calendar;
        for from in instants() {
            for seconds in [0, 1, 60, u64::MAX / 2, u64::MAX] {
                let _ = calendar.add_open(from, seconds);
            }
            let _ = (
                calendar.next_open(from),
                calendar.is_open(from),
                calendar.local_date(from),
            );
            for cutoff in CUTOFFS {
                let _ = calendar.day_close(from, 0, cutoff);
                let _ = calendar.day_close(from, 3, cutoff);
            }
        }
        let _ = calendar.day_close(Moment::from_unix(0), u16::MAX, Cutoff::Close);
    }
}

#[test]
fn counting_at_both_ends_of_time_is_real_time_around_the_clock() {
    let always = Calendar::compile(CalendarSpec::always("UTC")).unwrap();
    let century = 36_525 * 86_400;
    for (from, to) in [
        (Moment::MIN, Moment::MIN.plus_seconds(century)),
        (Moment::MAX.plus_seconds(-century), Moment::MAX),
    ] {
        assert_eq!(always.open_seconds(from, to), century);
        assert_eq!(always.open_seconds(to, from), -century);
    }
}

#[test]
fn clocks_warnings_and_explanations_never_panic() {
    let rules = [
        WarningRule::Percent(255),
        WarningRule::LeadMinutes(u32::MAX),
    ];
    for window in calendars() {
        for start in instants() {
            // From the year 1 the largest goal is reached, after thousands of years of counting.
            let most = if start == Moment::MIN {
                1_000_000
            } else {
                u32::MAX
            };
            for minutes in [0, 1, most] {
                for target in [Target::Elapsed { minutes }, Target::Open { minutes }] {
                    check_clock(target, &window, start, &rules);
                }
            }
            for cutoff in CUTOFFS {
                check_clock(Target::DayClose { days: 2, cutoff }, &window, start, &rules);
            }
            check_clock(Target::None, &window, start, &rules);
        }
    }
}

fn check_clock(target: Target, window: &WindowHours, start: Moment, rules: &[WarningRule]) {
    let holes = [
        Hole {
            from: Moment::MIN,
            to: Some(Moment::MIN),
        },
        Hole {
            from: start,
            to: Some(start.plus_seconds(i64::MAX)),
        },
        Hole {
            from: start.plus_seconds(i64::MIN),
            to: Some(start),
        },
        Hole {
            from: Moment::MAX,
            to: None,
        },
    ];
    for holes in [&holes[..], &holes[..1], &[]] {
        let Ok(Due::At(at)) = due(target, window, start, holes) else {
            continue;
        };
        let _ = warnings(rules, target, window, start, at);
        // Explaining eight thousand years day by day is nobody's wish.
        if at.seconds_since(start) < 100 * 86_400 {
            let _ = Explanation::of(target, window, start, holes, at);
        }
    }
}

#[test]
fn a_due_instant_before_its_start_is_explained_too() {
    let window = WindowHours {
        calendar: Calendar::compile(CalendarSpec::always("UTC"))
            .unwrap()
            .into(),
    };
    let start = Moment::from_unix(1_774_600_000);
    for target in [
        Target::Elapsed { minutes: 1 },
        Target::Open { minutes: 1 },
        Target::DayClose {
            days: 1,
            cutoff: Cutoff::Close,
        },
        Target::None,
    ] {
        let why = Explanation::of(target, &window, start, &[], start.plus_seconds(-1));
        assert!(why.steps.is_empty(), "{why:?}");
    }
}

#[test]
fn hours_after_the_end_of_time_are_never_reached() {
    let never = Calendar::compile(once(Date::MAX)).unwrap();
    for from in &instants()[1..3] {
        assert!(never.add_open(*from, 1).is_err());
        assert!(never.next_open(*from).is_err());
        assert!(
            CUTOFFS
                .iter()
                .all(|&cutoff| never.day_close(*from, 1, cutoff).is_err())
        );
    }
}

#[test]
fn the_end_of_time_is_out_of_range_and_the_last_hours_are_the_last() {
    let always = Calendar::compile(CalendarSpec::always("UTC")).unwrap();
    assert_eq!(
        always.add_open(Moment::MAX, u64::MAX),
        Err(CalendarError::OutOfRange)
    );
    let once = Calendar::compile(once(date(2026, 3, 27))).unwrap();
    let start = "2026-03-01T00:00:00Z".parse().unwrap();
    assert!(once.add_open(start, 8 * 3600).is_ok());
    assert_eq!(
        once.add_open(start, 8 * 3600 + 1),
        Err(CalendarError::NeverOpens)
    );
    assert_eq!(once.next_open(Moment::MAX), Err(CalendarError::NeverOpens));
}

#[test]
fn random_rubbish_never_panics() {
    with_seeds(|chance| {
        let calendars = calendars();
        for _ in 0..100 {
            let window = chance.pick(&calendars);
            let (from, to) = (near_now(chance), near_now(chance));
            let _ = window
                .calendar
                .add_open(from, chance.next() >> chance.within(32..64));
            let _ = window.calendar.open_seconds(from, to);
            let _ = window.calendar.next_open(to);
        }
    });
}

/// Instants of all magnitudes, before and after 1970.
fn near_now(chance: &mut Chance) -> Moment {
    let seconds = (chance.next() >> chance.within(32..64)) as i64;
    Moment::from_unix(if chance.percent(50) {
        seconds
    } else {
        -seconds
    })
}
