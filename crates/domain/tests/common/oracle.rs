//! A slow second implementation of calendars, written from R2-R6 of the rules.
//!
//! It walks minute by minute and asks the time zone what the wall clock reads; it never adds an
//! offset to anything. It sees a window of some weeks; beyond that it has no answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use mainstay_domain::Moment;
use mainstay_domain::calendar::{CalendarSpec, HolidayScope, Hours};
use mainstay_domain::edition::Cutoff;

const DAY_MINUTES: i64 = 1440;
/// Days at either end of a window that are walked but not answered for: a shift of the day before
/// reaches in, and a zone may skip a day.
const MARGIN_DAYS: i64 = 3;

/// What the wall clock read at every minute of a window.
pub struct Walk {
    zone: TimeZone,
    /// The first minute, in minutes since the epoch.
    first: i64,
    /// For each minute the furthest reading so far, as days since 1970 times 1440 plus minutes.
    /// R2 asks for the earliest instant that reads a time *or later*, so the furthest is enough.
    furthest: Vec<i64>,
}

/// Minutes between two readings do not matter here, only their order and their dates.
fn day_number(day: Date) -> i64 {
    (day - date(1970, 1, 1)).get_days().into()
}

impl Walk {
    /// Walks `days` days in a zone, from the minute `from` lies in.
    pub fn through(zone: &str, from: Moment, days: i64) -> Arc<Self> {
        let zone = TimeZone::get(zone).expect("a zone");
        let first = from.as_unix().div_euclid(60);
        let mut furthest = Vec::new();
        let mut latest = i64::MIN;
        let mut known = (Date::MIN, 0);
        for minute in first..first + days * DAY_MINUTES {
            let wall = zone.to_datetime(Moment::from_unix(minute * 60).timestamp());
            assert_eq!(wall.second(), 0, "the walk is for zones with whole minutes");
            if known.0 != wall.date() {
                known = (wall.date(), day_number(wall.date()));
            }
            let minute_of_day = i64::from(wall.hour()) * 60 + i64::from(wall.minute());
            latest = latest.max(known.1 * DAY_MINUTES + minute_of_day);
            furthest.push(latest);
        }
        Arc::new(Self {
            zone,
            first,
            furthest,
        })
    }

    fn minutes(&self) -> i64 {
        i64::try_from(self.furthest.len()).expect("a window of some weeks")
    }

    /// The earliest minute at which the local clock reads this minute of that day, or later.
    fn first_reach(&self, day: i64, minute: i64) -> usize {
        let wanted = day * DAY_MINUTES + minute;
        self.furthest.partition_point(|&reading| reading < wanted)
    }

    fn local_date(&self, at: Moment) -> Date {
        self.zone.to_datetime(at.timestamp()).date()
    }

    /// The days walked from beginning to end.
    fn whole_days(&self) -> std::ops::Range<i64> {
        let day_of = |reading: &i64| reading.div_euclid(DAY_MINUTES);
        let first = self.furthest.first().map_or(0, day_of);
        let last = self.furthest.last().map_or(0, day_of);
        first + 1..last
    }
}

/// What the oracle says of a paused clock.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    At(Moment),
    Paused { remaining: u64 },
    Beyond,
}

/// A pause `[from, to)`; `None` while it goes on.
pub type Pause = (Moment, Option<Moment>);

/// A calendar on a walked window.
pub struct Oracle {
    walk: Arc<Walk>,
    /// Whether each minute is open.
    open: Vec<bool>,
    /// The close of each open day, as an index of a minute.
    closes: BTreeMap<i64, usize>,
}

impl Oracle {
    pub fn new(spec: &CalendarSpec, walk: &Arc<Walk>) -> Self {
        let mut oracle = Self {
            walk: Arc::clone(walk),
            open: vec![false; walk.furthest.len()],
            closes: BTreeMap::new(),
        };
        let holidays: BTreeSet<i64> = spec.holidays.keys().map(|&day| day_number(day)).collect();
        let is_removed = oracle.removed_minutes(spec, &holidays);
        for day in walk.whole_days() {
            match override_on(spec, day) {
                // R5: wins over the weekly hours and over a holiday.
                Some(own) => oracle.open_hours(day, own, |_| false),
                None if spec.holiday_scope == HolidayScope::ShiftStart
                    && holidays.contains(&day) => {}
                None => {
                    oracle.open_hours(day, &weekly_on(spec, day), |minute| is_removed[minute]);
                }
            }
        }
        oracle
    }

    /// R4: the minutes of the local days that holidays remove.
    fn removed_minutes(&self, spec: &CalendarSpec, holidays: &BTreeSet<i64>) -> Vec<bool> {
        let mut removed = vec![false; self.open.len()];
        if spec.holiday_scope == HolidayScope::CalendarDay {
            for &day in holidays {
                let local = self.walk.first_reach(day, 0)..self.walk.first_reach(day + 1, 0);
                removed[local].fill(true);
            }
        }
        removed
    }

    /// R3: the stretches of a date; what is open twice is open once.
    fn open_hours(&mut self, day: i64, hours: &[Hours], is_removed: impl Fn(usize) -> bool) {
        for stretch in hours {
            let (opens, closes) = (stretch.from.minutes().into(), stretch.to.minutes().into());
            let opening = self.walk.first_reach(day, opens);
            let closing = if closes > opens {
                self.walk.first_reach(day, closes)
            } else {
                self.walk.first_reach(day + 1, closes)
            };
            for minute in (opening..closing).filter(|&minute| !is_removed(minute)) {
                self.open[minute] = true;
                let close = self.closes.entry(day).or_insert(0);
                *close = (*close).max(minute + 1);
            }
        }
    }

    /// The instants the oracle can answer for.
    pub fn range(&self) -> std::ops::Range<Moment> {
        let margin = MARGIN_DAYS * DAY_MINUTES;
        let last = self.walk.first + self.walk.minutes() - margin;
        self.moment(margin)..Moment::from_unix(last * 60)
    }

    fn moment(&self, minute: i64) -> Moment {
        Moment::from_unix((self.walk.first + minute) * 60)
    }

    pub fn is_open(&self, at: Moment) -> bool {
        let minute = at.as_unix().div_euclid(60) - self.walk.first;
        self.open[usize::try_from(minute).expect("inside the window")]
    }

    /// R6: open seconds in `[from, to)`, minute by minute.
    pub fn diff(&self, from: Moment, to: Moment) -> i64 {
        if to < from {
            return -self.diff(to, from);
        }
        let (mut at, mut open) = (from, 0);
        while at < to {
            let next = next_minute(at).min(to);
            if self.is_open(at) {
                open += next.seconds_since(at);
            }
            at = next;
        }
        open
    }

    /// R6: the earliest instant with so many open seconds since `from`.
    pub fn add(&self, from: Moment, seconds: i64) -> Option<Moment> {
        let (mut at, mut left) = (from, seconds);
        while at < self.range().end {
            if left == 0 {
                return Some(at);
            }
            let next = next_minute(at);
            if self.is_open(at) {
                let part = next.seconds_since(at).min(left);
                left -= part;
                if left == 0 {
                    return Some(at.plus_seconds(part));
                }
            }
            at = next;
        }
        None
    }

    pub fn next_open(&self, from: Moment) -> Option<Moment> {
        let mut at = from;
        while at < self.range().end {
            if self.is_open(at) {
                return Some(at);
            }
            at = next_minute(at);
        }
        None
    }

    /// R6 and R10, minute by minute, with a stop wherever a pause begins or ends.
    pub fn add_paused(&self, from: Moment, seconds: i64, pauses: &[Pause]) -> Answer {
        let (mut at, mut left) = (from, seconds);
        while at < self.range().end {
            if left == 0 {
                return Answer::At(at);
            }
            let of_now = |pause: &&Pause| pause.0 <= at && pause.1.is_none_or(|to| at < to);
            let is_paused = pauses.iter().any(|pause| of_now(&pause));
            if pauses.iter().filter(of_now).any(|pause| pause.1.is_none()) {
                return Answer::Paused {
                    remaining: left.unsigned_abs(),
                };
            }
            let edges = pauses
                .iter()
                .flat_map(|pause| [Some(pause.0), pause.1])
                .flatten();
            let next = edges
                .filter(|&edge| edge > at)
                .fold(next_minute(at), Moment::min);
            let part = next.seconds_since(at);
            if !is_paused && self.is_open(at) {
                if part >= left {
                    return Answer::At(at.plus_seconds(left));
                }
                left -= part;
            }
            at = next;
        }
        Answer::Beyond
    }

    /// The close of the n-th open day after the day of receipt.
    pub fn day_close(&self, from: Moment, days: usize, cutoff: Cutoff) -> Option<Moment> {
        let receipt = self.day_of_receipt(from, cutoff)?;
        let mut after = self.closes.range(receipt + 1..);
        let (_, &close) = after.nth(days - 1)?;
        let close = self.moment(i64::try_from(close).expect("a short window"));
        (close < self.range().end).then_some(close)
    }

    fn day_of_receipt(&self, from: Moment, cutoff: Cutoff) -> Option<i64> {
        let local = day_number(self.walk.local_date(from));
        match cutoff {
            Cutoff::None => Some(local),
            Cutoff::Close => {
                let is_later = |(_, close): &(&i64, &usize)| {
                    self.moment(i64::try_from(**close).expect("a short window")) > from
                };
                self.closes.iter().find(is_later).map(|(&day, _)| day)
            }
            Cutoff::At(minute) => {
                let wall = self.walk.zone.to_datetime(from.timestamp());
                let is_before = u16::from(wall.hour().unsigned_abs()) * 60
                    + u16::from(wall.minute().unsigned_abs())
                    < minute;
                if is_before && self.closes.contains_key(&local) {
                    return Some(local);
                }
                self.closes.range(local + 1..).next().map(|(&day, _)| day)
            }
        }
    }
}

fn next_minute(at: Moment) -> Moment {
    Moment::from_unix((at.as_unix().div_euclid(60) + 1) * 60)
}

fn override_on(spec: &CalendarSpec, day: i64) -> Option<&[Hours]> {
    let own = spec.overrides.iter().find(|own| day_number(*own.0) == day);
    own.map(|(_, own)| own.hours.as_slice())
}

fn weekly_on(spec: &CalendarSpec, day: i64) -> Vec<Hours> {
    // 1 January 1970 was a Thursday.
    let monday_zero = (day + 3).rem_euclid(7);
    let is_today =
        |weekday: &jiff::civil::Weekday| i64::from(weekday.to_monday_zero_offset()) == monday_zero;
    let of_today = spec
        .weekly
        .iter()
        .filter(|week| week.days.iter().any(is_today));
    of_today.map(|week| week.hours).collect()
}
