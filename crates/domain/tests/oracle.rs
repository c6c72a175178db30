//! Calendars and clocks against a slow oracle, on random calendars around hard places.

mod common;

use std::fmt::Debug;
use std::sync::Arc;

use common::calendars::{DAY, Place, spec, start};
use common::chance::{Chance, with_seeds};
use common::oracle::{Answer, Oracle, Pause, Walk};
use mainstay_domain::Moment;
use mainstay_domain::calendar::{Calendar, CalendarError, CalendarSpec, DayMinute, Hours};
use mainstay_domain::clock::{Due, Explanation, Hole, StepKind, WindowHours, due};
use mainstay_domain::edition::{Cutoff, Target};

/// Days the oracle walks; a week of them before the hard instant.
const WINDOW_DAYS: i64 = 30;

/// A calendar, the oracle's view of it, and what to say when the two differ.
struct Bout {
    calendar: Arc<Calendar>,
    oracle: Oracle,
}

impl Bout {
    fn new(spec: CalendarSpec, walk: &Arc<Walk>) -> Option<Self> {
        let oracle = Oracle::new(&spec, walk);
        match Calendar::compile(spec) {
            Ok(calendar) => Some(Self {
                calendar: calendar.into(),
                oracle,
            }),
            Err(error) => {
                assert_eq!(error, CalendarError::NeverOpens);
                None
            }
        }
    }

    fn window(&self) -> WindowHours {
        WindowHours {
            calendar: Arc::clone(&self.calendar),
        }
    }

    fn agree<T: PartialEq + Debug>(&self, what: &str, found: &T, expected: &T) {
        assert_eq!(found, expected, "{what}\n{:#?}", self.calendar.spec());
    }

    /// The oracle's `None` means: not within its window.
    fn agree_on_moment(
        &self,
        what: &str,
        found: &Result<Moment, CalendarError>,
        expected: Option<Moment>,
    ) {
        match expected {
            Some(at) => self.agree(what, found, &Ok(at)),
            None => {
                let is_beyond = found
                    .as_ref()
                    .map_or(true, |&at| at >= self.oracle.range().end);
                assert!(is_beyond, "{what}: {found:?}\n{:#?}", self.calendar.spec());
            }
        }
    }

    fn compare_add(&self, from: Moment, seconds: i64) {
        let found = self.calendar.add_open(from, seconds.unsigned_abs());
        let expected = self.oracle.add(from, seconds);
        self.agree_on_moment(&format!("{from} + {seconds} s"), &found, expected);
    }

    fn compare_diff(&self, from: Moment, to: Moment) {
        let what = format!("open between {from} and {to}");
        let expected = self.oracle.diff(from, to);
        self.agree(&what, &self.calendar.open_seconds(from, to), &expected);
    }

    fn compare_next_open(&self, from: Moment) {
        let found = self.calendar.next_open(from);
        let expected = self.oracle.next_open(from);
        self.agree_on_moment(&format!("next open from {from}"), &found, expected);
        self.agree(
            "is open",
            &self.calendar.is_open(from),
            &self.oracle.is_open(from),
        );
    }

    fn compare_day_close(&self, from: Moment, days: u16, cutoff: Cutoff) {
        let what = format!("close of open day {days} after {from}, {cutoff:?}");
        let found = self
            .calendar
            .day_close(from, days, cutoff)
            .map(|day| day.close);
        let expected = self.oracle.day_close(from, days.into(), cutoff);
        self.agree_on_moment(&what, &found, expected);
        if let Some(until) = expected {
            let target = Target::DayClose { days, cutoff };
            let why = Explanation::of(target, &self.window(), from, &[], until);
            self.check_contiguous(&what, &why, from, until.max(from));
            if until > from {
                self.agree(&what, &why.counted_days(), &days);
            }
        }
    }

    fn compare_paused(&self, from: Moment, minutes: u32, pauses: &[Pause]) {
        let what = format!("{from} + {minutes} min with {pauses:?}");
        let holes: Vec<Hole> = pauses.iter().map(|&(from, to)| Hole { from, to }).collect();
        let target = Target::Open { minutes };
        let found = due(target, &self.window(), from, &holes);
        match self
            .oracle
            .add_paused(from, i64::from(minutes) * 60, pauses)
        {
            Answer::At(at) => {
                self.agree(&what, &found, &Ok(Due::At(at)));
                let why = Explanation::of(target, &self.window(), from, &holes, at);
                self.check_contiguous(&what, &why, from, at);
                self.agree(&what, &why.counted_seconds(), &(i64::from(minutes) * 60));
                self.check_kinds(&what, &why, pauses);
            }
            Answer::Paused { remaining } => {
                self.agree(&what, &found, &Ok(Due::Paused { remaining }));
            }
            Answer::Beyond => {
                let end = self.oracle.range().end;
                let is_soon = |due: &Due| matches!(due, Due::At(at) if *at < end);
                assert!(!found.as_ref().is_ok_and(is_soon), "{what}: {found:?}");
            }
        }
    }

    /// R20: the steps leave no hole between start and due, and only jumps take no time.
    fn check_contiguous(&self, what: &str, why: &Explanation, from: Moment, until: Moment) {
        let mut at = from;
        for step in &why.steps {
            self.agree(what, &step.from, &at);
            let is_jump = matches!(step.kind, StepKind::Gap { .. } | StepKind::Fold { .. });
            self.agree(what, &(step.to == step.from), &is_jump);
            assert!(step.to >= step.from, "{what}: {step:?}");
            at = step.to;
        }
        self.agree(what, &at, &until);
    }

    /// What is said to count was open and not paused; what is said to be closed was not open.
    fn check_kinds(&self, what: &str, why: &Explanation, pauses: &[Pause]) {
        for step in why.steps.iter().filter(|step| step.to > step.from) {
            let is_paused =
                |&(from, to): &Pause| from <= step.from && to.is_none_or(|to| step.to <= to);
            let open = self.oracle.diff(step.from, step.to);
            match &step.kind {
                StepKind::Counted => {
                    self.agree(what, &open, &step.to.seconds_since(step.from));
                    self.agree(what, &step.counted_seconds, &open);
                    assert!(!pauses.iter().any(is_paused), "{what}: {step:?}");
                }
                StepKind::Closed | StepKind::Holiday { .. } => self.agree(what, &open, &0),
                _ => self.agree(what, &step.counted_seconds, &0),
            }
        }
    }

    fn compare_all(&self, chance: &mut Chance, place: &Place) {
        for _ in 0..10 {
            let (from, to) = (start(chance, place), start(chance, place));
            self.compare_add(from, chance.within(0..3 * DAY));
            self.compare_add(from, chance.within(0..40) * 1800);
            self.compare_diff(from, to);
            self.compare_next_open(from);
            let days = u16::try_from(chance.within(1..4)).expect("few days");
            for cutoff in cutoffs(chance) {
                self.compare_day_close(from, days, cutoff);
            }
        }
        for _ in 0..3 {
            let minutes = u32::try_from(chance.within(1..1200)).expect("some minutes");
            let from = start(chance, place);
            self.compare_paused(from, minutes, &pauses(chance, place));
        }
    }
}

fn cutoffs(chance: &mut Chance) -> [Cutoff; 3] {
    let minute = u16::try_from(chance.within(0..1441)).expect("a minute");
    [Cutoff::None, Cutoff::Close, Cutoff::At(minute)]
}

/// Overlapping, touching, empty, before the start, without an end.
fn pauses(chance: &mut Chance, place: &Place) -> Vec<Pause> {
    let pause = |chance: &mut Chance| {
        let from = start(chance, place);
        let to = from.plus_seconds(chance.within(0..DAY));
        (from, (!chance.percent(10)).then_some(to))
    };
    (0..chance.within(0..5)).map(|_| pause(chance)).collect()
}

#[test]
fn agrees_with_the_oracle() {
    with_seeds(|chance| {
        for _ in 0..36 {
            let place = Place::random(chance);
            let walk = Walk::through(place.zone, place.hard.plus_seconds(-8 * DAY), WINDOW_DAYS);
            for _ in 0..5 {
                let spec = spec(chance, &place);
                if let Some(bout) = Bout::new(spec, &walk) {
                    bout.compare_all(chance, &place);
                }
            }
        }
    });
}

/// Friday 30 December 2011 does not exist in Apia. Its night shift does: it starts when the clocks
/// have passed it, at midnight, and ends on Saturday morning. It counts as a day that takes no time.
#[test]
fn the_shift_of_a_skipped_date_counts_as_a_day() {
    let minute = |minutes| DayMinute::new(minutes).expect("a minute of the day");
    let mut night = CalendarSpec::always("Pacific/Apia");
    night.weekly[0].hours = Hours {
        from: minute(1320),
        to: minute(360),
    };
    let from: Moment = "2011-12-28T12:00:00-10:00".parse().unwrap();
    let walk = Walk::through("Pacific/Apia", from.plus_seconds(-8 * DAY), WINDOW_DAYS);
    let bout = Bout::new(night, &walk).unwrap();
    for days in 1..6 {
        bout.compare_day_close(from, days, Cutoff::None);
    }
    let third = bout.calendar.day_close(from, 3, Cutoff::None).unwrap();
    assert_eq!(third.close, "2012-01-01T06:00:00+14:00".parse().unwrap());
}
