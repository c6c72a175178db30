//! Calendar dates as day numbers, and the stretches of open time that belong to one date.

use jiff::civil::{Date, date};

use super::spec::{CalendarSpec, HolidayScope, Hours};
use super::zone::{DAY, Offsets};

/// A local date as days since 1970-01-01.
pub(crate) type DayNumber = i64;

/// Open time `[from, to)` in seconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stretch {
    pub from: i64,
    pub to: i64,
}

impl Stretch {
    /// What is left of the stretch outside `hole`: at most one piece before and one after.
    fn without(self, hole: Option<Self>) -> [Option<Self>; 2] {
        let Some(hole) = hole.filter(|hole| hole.to > self.from && hole.from < self.to) else {
            return [Some(self), None];
        };
        let before = (self.from < hole.from).then_some(Self {
            to: hole.from,
            ..self
        });
        let after = (hole.to < self.to).then_some(Self {
            from: hole.to,
            ..self
        });
        [before, after]
    }
}

/// The day number of a date.
pub(crate) fn day_number(day: Date) -> DayNumber {
    (day - date(1970, 1, 1)).get_days().into()
}

/// The date of a day number, clamped to the years the calendar type knows.
pub(crate) fn date_of(number: DayNumber) -> Date {
    jiff::Timestamp::from_second(number.saturating_mul(DAY))
        .map_or(Date::MAX, |at| jiff::tz::Offset::UTC.to_datetime(at).date())
}

/// A calendar's dates, ready to be walked.
#[derive(Debug, Clone)]
pub(crate) struct Days {
    /// Hours by weekday, Monday first.
    weekly: [Vec<Hours>; 7],
    holidays: Vec<DayNumber>,
    overrides: Vec<(DayNumber, Vec<Hours>)>,
    scope: HolidayScope,
}

impl Days {
    pub fn new(spec: &CalendarSpec) -> Self {
        let mut weekly: [Vec<Hours>; 7] = Default::default();
        for stretch in &spec.weekly {
            for day in &stretch.days {
                weekly[usize::from(day.to_monday_zero_offset().unsigned_abs())].push(stretch.hours);
            }
        }
        let overrides = spec
            .overrides
            .iter()
            .map(|(&day, own)| (day_number(day), own.hours.clone()));
        Self {
            weekly,
            holidays: spec.holidays.keys().map(|&day| day_number(day)).collect(),
            overrides: overrides.collect(),
            scope: spec.holiday_scope,
        }
    }

    /// The last date with hours of its own, when there are no weekly hours to go on with.
    pub fn last_day(&self) -> Option<DayNumber> {
        if self.weekly.iter().any(|hours| !hours.is_empty()) {
            return Some(DayNumber::MAX);
        }
        self.overrides
            .iter()
            .rev()
            .find(|(_, hours)| !hours.is_empty())
            .map(|&(day, _)| day)
    }

    pub fn is_holiday(&self, day: DayNumber) -> bool {
        self.holidays.binary_search(&day).is_ok()
    }

    fn own_hours(&self, day: DayNumber) -> Option<&[Hours]> {
        let index = self
            .overrides
            .binary_search_by_key(&day, |&(own, _)| own)
            .ok()?;
        Some(&self.overrides[index].1)
    }

    /// Hands out the open stretches that belong to `day`, neither sorted nor merged (R3-R5).
    pub fn each_stretch(&self, day: DayNumber, offsets: &Offsets, mut emit: impl FnMut(Stretch)) {
        let midnight = day * DAY;
        let stretch = |hours: &Hours| Stretch {
            from: offsets.first_reach(midnight + i64::from(hours.from.minutes()) * 60),
            to: offsets.first_reach(midnight + i64::from(hours.end_minute()) * 60),
        };
        let is_real = |stretch: &Stretch| stretch.from < stretch.to;
        if let Some(own) = self.own_hours(day) {
            own.iter().map(stretch).filter(is_real).for_each(emit);
            return;
        }
        let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
        if self.weekly[weekday].is_empty() {
            return;
        }
        let is_cut_by_day = self.scope == HolidayScope::CalendarDay;
        if self.is_holiday(day) && !is_cut_by_day {
            return;
        }
        let holes = [day, day + 1]
            .map(|day| (is_cut_by_day && self.is_holiday(day)).then(|| local_day(day, offsets)));
        for whole in self.weekly[weekday].iter().map(stretch).filter(is_real) {
            for part in whole.without(holes[0]).into_iter().flatten() {
                part.without(holes[1])
                    .into_iter()
                    .flatten()
                    .for_each(&mut emit);
            }
        }
    }
}

/// A local day, midnight to midnight; empty when the zone skips it.
pub(crate) fn local_day(day: DayNumber, offsets: &Offsets) -> Stretch {
    Stretch {
        from: offsets.first_reach(day * DAY),
        to: offsets.first_reach((day + 1) * DAY),
    }
}
