//! The laws of R6 and what follows from them, on random calendars.

mod common;

use std::sync::Arc;

use common::calendars::{DAY, Place, date_near, hours, spec, start};
use common::chance::{Chance, with_seeds};
use jiff::civil::Weekday;
use mainstay_domain::Moment;
use mainstay_domain::calendar::{Calendar, CalendarSpec, WeeklyHours};
use mainstay_domain::clock::{Due, Explanation, Hole, WindowHours, due, is_met};
use mainstay_domain::edition::{Cutoff, Target};

/// Calendars that go on for ever and are open some hours a month: a goal of weeks on a calendar
/// open for a minute a week is reached after thousands of years, each of which is counted.
fn endless(chance: &mut Chance, place: &Place) -> CalendarSpec {
    loop {
        let spec = spec(chance, place);
        if spec.weekly.iter().all(|week| week.days.is_empty()) {
            continue;
        }
        let (from, calendar) = (place.hard.plus_seconds(20 * DAY), compiled(spec.clone()));
        if calendar.open_seconds(from, from.plus_seconds(28 * DAY)) > DAY / 2 {
            return spec;
        }
    }
}

fn compiled(spec: CalendarSpec) -> Calendar {
    Calendar::compile(spec).expect("a calendar that opens")
}

/// Goals of minutes, days, and sometimes of months, which cross years.
fn goal(chance: &mut Chance) -> u64 {
    let most = *chance.pick(&[3600, DAY, DAY, 90 * DAY]);
    chance.within(0..most).unsigned_abs()
}

/// Runs a law on random calendars with a start and two goals.
fn for_random_calendars(law: impl Fn(&mut Chance, &Place, &CalendarSpec)) {
    with_seeds(|chance| {
        for _ in 0..100 {
            let place = Place::random(chance);
            let spec = endless(chance, &place);
            law(chance, &place, &spec);
        }
    });
}

#[test]
fn counting_undoes_adding() {
    for_random_calendars(|chance, place, spec| {
        let calendar = compiled(spec.clone());
        for _ in 0..10 {
            let (from, goal) = (start(chance, place), goal(chance));
            let at = calendar.add_open(from, goal).unwrap();
            let counted = calendar.open_seconds(from, at).unsigned_abs();
            assert_eq!(counted, goal, "{from} + {goal} s\n{spec:#?}");
            // The earliest such instant: a second before, less has been counted.
            if goal > 0 {
                let before = calendar
                    .open_seconds(from, at.plus_seconds(-1))
                    .unsigned_abs();
                assert_eq!(before, goal - 1, "{from} + {goal} s\n{spec:#?}");
            }
        }
    });
}

#[test]
fn adding_in_two_steps_is_adding_at_once() {
    for_random_calendars(|chance, place, spec| {
        let calendar = compiled(spec.clone());
        for _ in 0..10 {
            let (from, one, other) = (start(chance, place), goal(chance), goal(chance));
            let between = calendar.add_open(from, one).unwrap();
            let stepwise = calendar.add_open(between, other);
            let at_once = calendar.add_open(from, one + other);
            assert_eq!(stepwise, at_once, "{from} + {one} s + {other} s\n{spec:#?}");
        }
    });
}

#[test]
fn a_later_start_or_a_larger_goal_is_never_due_earlier() {
    for_random_calendars(|chance, place, spec| {
        let calendar = compiled(spec.clone());
        for _ in 0..10 {
            let mut starts = [start(chance, place), start(chance, place)];
            let mut goals = [goal(chance), goal(chance)];
            starts.sort_unstable();
            goals.sort_unstable();
            let due = |from, goal| calendar.add_open(from, goal).unwrap();
            assert!(
                due(starts[0], goals[0]) <= due(starts[1], goals[0]),
                "{spec:#?}"
            );
            assert!(
                due(starts[0], goals[0]) <= due(starts[0], goals[1]),
                "{spec:#?}"
            );
        }
    });
}

#[test]
fn counts_add_up_and_turn_round() {
    for_random_calendars(|chance, place, spec| {
        let calendar = compiled(spec.clone());
        let [a, b, c] = [(); 3].map(|()| start(chance, place).plus_seconds(goal(chance) as i64));
        let whole = calendar.open_seconds(a, c);
        let parts = calendar.open_seconds(a, b) + calendar.open_seconds(b, c);
        assert_eq!(whole, parts, "{a} {b} {c}\n{spec:#?}");
        assert_eq!(whole, -calendar.open_seconds(c, a), "{a} {c}\n{spec:#?}");
    });
}

#[test]
fn a_holiday_never_makes_it_due_earlier() {
    for_random_calendars(|chance, place, spec| {
        let mut with_holiday = spec.clone();
        with_holiday
            .holidays
            .insert(date_near(chance, place), "one more".to_owned());
        let (calendar, with_holiday) = (compiled(spec.clone()), compiled(with_holiday));
        for _ in 0..10 {
            let (from, goal) = (start(chance, place), goal(chance));
            let (due, later) = (
                calendar.add_open(from, goal),
                with_holiday.add_open(from, goal),
            );
            assert!(
                due.unwrap() <= later.unwrap(),
                "{from} + {goal} s\n{spec:#?}"
            );
        }
    });
}

#[test]
fn an_extra_interval_never_makes_it_due_later() {
    for_random_calendars(|chance, place, spec| {
        let mut longer = spec.clone();
        let day = Weekday::from_monday_zero_offset(chance.within(0..7) as i8).unwrap();
        longer.weekly.push(WeeklyHours {
            days: vec![day],
            hours: hours(chance),
        });
        let (calendar, longer) = (compiled(spec.clone()), compiled(longer));
        for _ in 0..10 {
            let (from, goal) = (start(chance, place), goal(chance));
            let (due, sooner) = (calendar.add_open(from, goal), longer.add_open(from, goal));
            assert!(
                due.unwrap() >= sooner.unwrap(),
                "{from} + {goal} s\n{spec:#?}"
            );
        }
    });
}

#[test]
fn around_the_clock_is_real_time() {
    with_seeds(|chance| {
        for _ in 0..60 {
            let place = Place::random(chance);
            let calendar = compiled(CalendarSpec::always(place.zone));
            let window = WindowHours {
                calendar: calendar.into(),
            };
            let from = start(chance, &place);
            let minutes = chance.within(0..600_000) as u32;
            let due_at = Due::At(from.plus_minutes(minutes.into()));
            assert_eq!(
                due(Target::Open { minutes }, &window, from, &[]),
                Ok(due_at)
            );
            assert_eq!(
                due(Target::Elapsed { minutes }, &window, from, &[]),
                Ok(due_at)
            );
        }
    });
}

/// A pause of random length somewhere after the start.
fn pause(chance: &mut Chance, from: Moment) -> Hole {
    let begins = from.plus_seconds(chance.within(-DAY..3 * DAY));
    Hole {
        from: begins,
        to: Some(begins.plus_seconds(chance.within(0..DAY))),
    }
}

#[test]
fn a_pause_never_makes_it_due_earlier_and_costs_what_it_covered() {
    for_random_calendars(|chance, place, spec| {
        let window = WindowHours {
            calendar: compiled(spec.clone()).into(),
        };
        let from = start(chance, place);
        let minutes = chance.within(1..3000) as u32;
        let (one, other) = (pause(chance, from), pause(chance, from));
        let at = |holes: &[Hole]| match due(Target::Open { minutes }, &window, from, holes) {
            Ok(Due::At(at)) => at,
            unexpected => panic!("{unexpected:?}\n{spec:#?}"),
        };
        assert!(at(&[]) <= at(&[one]), "{spec:#?}");
        assert!(at(&[one]) <= at(&[one, other]), "{spec:#?}");
        assert_eq!(at(&[one, other]), at(&[other, one, other]), "{spec:#?}");
        let is_idle = |hole: &Hole| {
            hole.to
                .is_some_and(|to| window.calendar.open_seconds(hole.from, to) == 0)
        };
        if is_idle(&one) {
            assert_eq!(at(&[]), at(&[one]), "{spec:#?}");
        }
    });
}

#[test]
fn an_explanation_of_real_time_adds_up() {
    for_random_calendars(|chance, place, spec| {
        let window = WindowHours {
            calendar: Arc::new(compiled(spec.clone())),
        };
        let from = start(chance, place);
        let minutes = chance.within(1..20_000) as u32;
        let target = Target::Elapsed { minutes };
        let holes = [pause(chance, from), pause(chance, from)];
        let Ok(Due::At(until)) = due(target, &window, from, &holes) else {
            panic!("two pauses with an end leave a due instant")
        };
        let why = Explanation::of(target, &window, from, &holes, until);
        assert_eq!(
            why.counted_seconds(),
            i64::from(minutes) * 60,
            "{from} {holes:?}"
        );
        assert_eq!(why.steps.first().map(|step| step.from), Some(from));
        assert_eq!(why.steps.last().map(|step| step.to), Some(until));
        assert!(why.steps.windows(2).all(|pair| pair[0].to == pair[1].from));
    });
}

#[test]
fn more_days_are_never_due_earlier() {
    for_random_calendars(|chance, place, spec| {
        let calendar = compiled(spec.clone());
        let from = start(chance, place);
        let minute = chance.within(0..1441) as u16;
        for cutoff in [Cutoff::None, Cutoff::Close, Cutoff::At(minute)] {
            let dates: Vec<_> = (1..6)
                .map(|days| calendar.day_close(from, days, cutoff).unwrap().date())
                .collect();
            assert!(
                dates.is_sorted_by(|a, b| a < b),
                "{from} {cutoff:?} {dates:?}\n{spec:#?}"
            );
        }
    });
}

#[test]
fn due_is_inclusive() {
    let due_at = Moment::from_unix(1_774_600_000);
    assert!(is_met(due_at, due_at));
    assert!(!is_met(due_at.plus_seconds(1), due_at));
}
