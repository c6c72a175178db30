//! A calendar that can count: open time between instants, and its inverse (R3-R6).

use std::sync::OnceLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::days::{DayNumber, Days, Stretch, date_of};
use super::spec::CalendarSpec;
use super::year::{Year, start_of, year_of};
use super::zone::{DAY, Offsets};
use crate::Moment;
use crate::edition::Cutoff;

/// The first year whose table is kept; cases are opened in the present.
const FIRST_KEPT: i64 = 1990;
/// How many years are kept.
const KEPT: usize = 128;
/// The last year asked; beyond it a target is out of range.
const LAST_YEAR: i64 = 9998;

/// What is wrong with a calendar, or with what was asked of it (R19).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// There are no opening hours, or none any more.
    #[error("the calendar has no opening hours left after this moment")]
    NeverOpens,
    /// The time-zone database does not know the zone.
    #[error("`{0}` is not a time zone of the IANA database")]
    UnknownZone(String),
    /// Opening and closing are the same minute.
    #[error("opening hours from {0} to {0} say nothing; for all day write 00:00 to 24:00")]
    EmptyHours(String),
    /// Opening after the end of the day.
    #[error("opening at 24:00 belongs to the next date; write 00:00 there")]
    OpensAtEnd,
    /// The answer lies beyond the years Mainstay can name.
    #[error("the answer lies beyond the year 9998")]
    OutOfRange,
}

/// A calendar in its time zone, compiled by year on first use and kept.
#[derive(Debug)]
pub struct Calendar {
    spec: CalendarSpec,
    zone: TimeZone,
    days: Days,
    /// The last day with hours, [`DayNumber::MAX`] when weekly hours go on.
    last_day: DayNumber,
    kept: Box<[OnceLock<Year>]>,
}

impl Calendar {
    /// Checks a calendar and makes it countable.
    ///
    /// # Errors
    /// An unknown zone, hours that say nothing, and a calendar that never opens (R3, R19).
    pub fn compile(spec: CalendarSpec) -> Result<Self, CalendarError> {
        let zone = TimeZone::get(&spec.time_zone)
            .map_err(|_| CalendarError::UnknownZone(spec.time_zone.clone()))?;
        let weekly = spec.weekly.iter().map(|stretch| stretch.hours);
        let own = spec
            .overrides
            .values()
            .flat_map(|own| own.hours.iter().copied());
        for hours in weekly.chain(own) {
            if hours.is_empty() {
                return Err(CalendarError::EmptyHours(hours.from.to_string()));
            }
            if hours.from == super::DayMinute::END {
                return Err(CalendarError::OpensAtEnd);
            }
        }
        let days = Days::new(&spec);
        let last_day = days.last_day().ok_or(CalendarError::NeverOpens)?;
        let kept = (0..KEPT).map(|_| OnceLock::new()).collect();
        Ok(Self {
            spec,
            zone,
            days,
            last_day,
            kept,
        })
    }

    /// The calendar as written.
    #[must_use]
    pub fn spec(&self) -> &CalendarSpec {
        &self.spec
    }

    /// The time zone.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The local date of an instant.
    #[must_use]
    pub fn local_date(&self, at: Moment) -> Date {
        date_of(self.local_day_number(at))
    }

    /// Open seconds in `[from, to)`; negative when `to` is earlier (R6).
    #[must_use]
    pub fn open_seconds(&self, from: Moment, to: Moment) -> i64 {
        if to < from {
            return -self.open_seconds(to, from);
        }
        let (first, last) = (year_of(from.as_unix()), year_of(to.as_unix()));
        let before = self.with_year(first, |year| year.count(from.as_unix()));
        let passed: u64 = (first..last)
            .map(|year| self.with_year(year, Year::total))
            .sum();
        let within = self.with_year(last, |year| year.count(to.as_unix()));
        i64::try_from(passed + within - before).unwrap_or(i64::MAX)
    }

    /// The earliest instant with `seconds` open seconds since `from` (R6). Lands on closing time,
    /// not on the next opening; nothing to wait for is `from` itself.
    ///
    /// # Errors
    /// [`CalendarError::NeverOpens`] when open time runs out, [`CalendarError::OutOfRange`] when
    /// the answer lies too far ahead.
    pub fn add_open(&self, from: Moment, seconds: u64) -> Result<Moment, CalendarError> {
        if seconds == 0 {
            return Ok(from);
        }
        // Open time never outruns real time: a goal larger than the time left is out of reach.
        if seconds > Moment::MAX.seconds_since(from).unsigned_abs() {
            return Err(self.out_of_hours());
        }
        let mut number = year_of(from.as_unix());
        let mut wanted = self.with_year(number, |year| year.count(from.as_unix())) + seconds;
        loop {
            let reached = self.with_year(number, |year| {
                if wanted <= year.total() {
                    Ok(year.reach(wanted))
                } else {
                    Err(year.total())
                }
            });
            match reached {
                Ok(at) => return Ok(Moment::from_unix(at)),
                Err(total) => wanted -= total,
            }
            number = self.next_year(number)?;
        }
    }

    /// The first open instant at or after `from`.
    ///
    /// # Errors
    /// As [`Calendar::add_open`].
    pub fn next_open(&self, from: Moment) -> Result<Moment, CalendarError> {
        let mut number = year_of(from.as_unix());
        let mut at = from.as_unix();
        loop {
            if let Some(open) = self.with_year(number, |year| year.next_open(at)) {
                return Ok(Moment::from_unix(open));
            }
            number = self.next_year(number)?;
            at = start_of(number);
        }
    }

    /// Whether the calendar is open at an instant.
    #[must_use]
    pub fn is_open(&self, at: Moment) -> bool {
        self.next_open(at) == Ok(at)
    }

    /// The close of the `days`-th open day after the day of receipt, and its date.
    ///
    /// An open day is a date on which at least one stretch starts that is not cut away whole; its
    /// close is the end of the last of its stretches.
    ///
    /// # Errors
    /// As [`Calendar::add_open`].
    pub fn day_close(
        &self,
        from: Moment,
        days: u16,
        cutoff: Cutoff,
    ) -> Result<DayClose, CalendarError> {
        let mut receipt = self.day_of_receipt(from, cutoff)?;
        if days == 0 {
            return self.open_day_from(receipt.number);
        }
        for _ in 0..days {
            receipt = self.open_day_from(receipt.number + 1)?;
        }
        Ok(receipt)
    }

    /// The day a request counts as received on; open or not with [`Cutoff::None`].
    fn day_of_receipt(&self, from: Moment, cutoff: Cutoff) -> Result<DayClose, CalendarError> {
        let local = self.local_day_number(from);
        match cutoff {
            Cutoff::None => Ok(DayClose::new(local, from)),
            Cutoff::Close => {
                // A shift of the day before, or of a day the zone skipped, may still be on.
                let mut day = self.open_day_from(local - 2)?;
                while day.close <= from {
                    day = self.open_day_from(day.number + 1)?;
                }
                Ok(day)
            }
            Cutoff::At(minute) => {
                let offsets = self.offsets_around(local);
                let wall = offsets.wall(from.as_unix()) - local * DAY;
                let is_before = wall < i64::from(minute) * 60;
                self.open_day_from(if is_before { local } else { local + 1 })
            }
        }
    }

    /// The first open day on or after a date.
    fn open_day_from(&self, first: DayNumber) -> Result<DayClose, CalendarError> {
        let last = self.last_day.min(start_of(LAST_YEAR + 1) / DAY - 3);
        let mut offsets = None;
        for day in first..=last {
            // One look at the zone serves a month of dates.
            if (day - first) % 30 == 0 {
                offsets = Some(Offsets::between(
                    &self.zone,
                    (day - 4) * DAY,
                    (day + 34) * DAY,
                ));
            }
            let Some(offsets) = &offsets else { break };
            let mut close: Option<i64> = None;
            self.days
                .each_stretch(day, offsets, |stretch| close = close.max(Some(stretch.to)));
            if let Some(close) = close {
                return Ok(DayClose::new(day, Moment::from_unix(close)));
            }
        }
        Err(self.out_of_hours())
    }

    /// Why no opening hours are left: there are no more, or not before the end of time.
    fn out_of_hours(&self) -> CalendarError {
        if self.last_day == DayNumber::MAX {
            CalendarError::OutOfRange
        } else {
            CalendarError::NeverOpens
        }
    }

    /// Open stretches that end after `from`, merged, until `to`.
    pub(crate) fn stretches(&self, from: Moment, to: Moment) -> Vec<Stretch> {
        let mut found: Vec<Stretch> = Vec::new();
        for number in year_of(from.as_unix())..=year_of(to.as_unix()) {
            self.with_year(number, |year| {
                let wanted = year.stretches_after(from.as_unix());
                for next in wanted.take_while(|stretch| stretch.from < to.as_unix()) {
                    match found.last_mut().filter(|last| last.to == next.from) {
                        Some(last) => last.to = next.to,
                        None => found.push(next),
                    }
                }
            });
        }
        found
    }

    /// Whether the date is a holiday, and its name.
    pub(crate) fn holiday(&self, day: DayNumber) -> Option<&str> {
        self.days
            .is_holiday(day)
            .then(|| self.spec.holidays.get(&date_of(day)))?
            .map(String::as_str)
    }

    pub(crate) fn local_day_number(&self, at: Moment) -> DayNumber {
        let offset: i64 = self.zone.to_offset(at.timestamp()).seconds().into();
        (at.as_unix() + offset).div_euclid(DAY)
    }

    pub(crate) fn offsets_between(&self, from: Moment, to: Moment) -> Offsets {
        Offsets::between(&self.zone, from.as_unix() - 4 * DAY, to.as_unix() + 4 * DAY)
    }

    fn offsets_around(&self, day: DayNumber) -> Offsets {
        Offsets::between(&self.zone, (day - 4) * DAY, (day + 4) * DAY)
    }

    fn next_year(&self, number: i64) -> Result<i64, CalendarError> {
        if start_of(number + 1) > self.last_day.saturating_add(3).saturating_mul(DAY) {
            Err(CalendarError::NeverOpens)
        } else if number >= LAST_YEAR {
            Err(CalendarError::OutOfRange)
        } else {
            Ok(number + 1)
        }
    }

    /// Asks the table of a year: the kept one, or for a far year one made for this question.
    fn with_year<T>(&self, number: i64, ask: impl FnOnce(&Year) -> T) -> T {
        let compile = || Year::compile(&self.days, &self.zone, number);
        let kept = usize::try_from(number - FIRST_KEPT)
            .ok()
            .and_then(|index| self.kept.get(index));
        match kept {
            Some(slot) => ask(slot.get_or_init(compile)),
            None => ask(&compile()),
        }
    }
}

/// An open day and its close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayClose {
    number: DayNumber,
    /// The end of the day's last stretch.
    pub close: Moment,
}

impl DayClose {
    const fn new(number: DayNumber, close: Moment) -> Self {
        Self { number, close }
    }

    pub(crate) const fn number(self) -> DayNumber {
        self.number
    }

    /// The date.
    #[must_use]
    pub fn date(self) -> Date {
        date_of(self.number)
    }
}
