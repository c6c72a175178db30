//! One UTC year of a calendar, compiled for counting.
//!
//! Sorted stretches of open time with the open seconds before each, and two bucket tables that
//! lead from an instant, or from an amount of open time, to the stretch to look at. Counting and
//! its inverse are then a table look-up and a step or two.

use jiff::tz::TimeZone;

use super::days::{DayNumber, Days, Stretch};
use super::zone::{DAY, Offsets};

/// Width of a bucket of the table over time: 2^16 s, a little over 18 hours.
const TIME_SHIFT: u32 = 16;
/// Width of a bucket of the table over open time: 2^14 s, about four and a half hours.
const OPEN_SHIFT: u32 = 14;
/// Stretches of the days around a year can reach into it: a shift of the day before, in a zone
/// up to fourteen hours off, or a whole day the zone skips.
const MARGIN_DAYS: i64 = 3;

/// Open time `[from, to)` as seconds from the start of the year.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: u32,
    to: u32,
    /// Open seconds of the year before this span.
    before: u32,
}

impl Span {
    /// Open seconds of the year before the end of this span.
    fn open_until(&self) -> u32 {
        self.before + (self.to - self.from)
    }
}

/// For each bucket up to `last`, the index of the first span not passed by it.
fn buckets(last: u32, spans: &[Span], is_passed: impl Fn(&Span, u32) -> bool) -> Vec<u32> {
    let mut index = 0;
    let first_of = |bucket| {
        while spans.get(index).is_some_and(|span| is_passed(span, bucket)) {
            index += 1;
        }
        u32::try_from(index).unwrap_or(u32::MAX)
    };
    (0..=last).map(first_of).collect()
}

/// One UTC year.
#[derive(Debug)]
pub(crate) struct Year {
    from: i64,
    to: i64,
    spans: Vec<Span>,
    total: u32,
    /// The first span that ends after the start of the bucket.
    by_time: Vec<u32>,
    /// The first span whose open time reaches past the start of the bucket.
    by_open: Vec<u32>,
}

/// The UTC year an instant lies in.
pub(crate) fn year_of(at: i64) -> i64 {
    // Mean Gregorian year; off by at most one at the edges, which `start_of` settles.
    let guess = 1970 + at.div_euclid(31_556_952);
    if at < start_of(guess) {
        guess - 1
    } else if at >= start_of(guess + 1) {
        guess + 1
    } else {
        guess
    }
}

/// The first second of a UTC year.
pub(crate) fn start_of(year: i64) -> i64 {
    let past = year - 1;
    let leap_days = past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
    (past * 365 + leap_days - 719_162) * DAY
}

impl Year {
    pub fn compile(days: &Days, zone: &TimeZone, year: i64) -> Self {
        let (from, to) = (start_of(year), start_of(year + 1));
        let margin = MARGIN_DAYS * DAY;
        let offsets = Offsets::between(zone, from - 2 * margin, to + 2 * margin);
        let mut stretches: Vec<Stretch> = Vec::with_capacity(768);
        for day in (from - margin).div_euclid(DAY)..=(to + margin).div_euclid(DAY) {
            days.each_stretch(day as DayNumber, &offsets, |stretch| {
                stretches.push(stretch)
            });
        }
        stretches.sort_unstable();
        Self::from_sorted(from, to, &stretches)
    }

    /// Merges sorted stretches, clips them to the year and fills the tables.
    fn from_sorted(from: i64, to: i64, stretches: &[Stretch]) -> Self {
        let mut year = Self {
            from,
            to,
            spans: Vec::with_capacity(stretches.len()),
            total: 0,
            by_time: Vec::new(),
            by_open: Vec::new(),
        };
        let mut open: Option<Stretch> = None;
        for &next in stretches {
            match &mut open {
                Some(current) if next.from <= current.to => current.to = current.to.max(next.to),
                _ => {
                    year.push(open);
                    open = Some(next);
                }
            }
        }
        year.push(open);
        year.fill_tables();
        year
    }

    fn push(&mut self, stretch: Option<Stretch>) {
        let Some(stretch) = stretch else { return };
        let (from, to) = (stretch.from.max(self.from), stretch.to.min(self.to));
        if from < to {
            let [from, to] = [from, to].map(|at| offset_in_year(at - self.from));
            self.spans.push(Span {
                from,
                to,
                before: self.total,
            });
            self.total += to - from;
        }
    }

    fn fill_tables(&mut self) {
        let length = offset_in_year(self.to - self.from);
        let spans = &self.spans;
        self.by_time = buckets(length >> TIME_SHIFT, spans, |span, bucket| {
            span.to <= bucket << TIME_SHIFT
        });
        self.by_open = buckets(self.total >> OPEN_SHIFT, spans, |span, bucket| {
            span.open_until() <= bucket << OPEN_SHIFT
        });
    }

    pub fn total(&self) -> u64 {
        self.total.into()
    }

    /// The first span that ends after `at` (seconds from the start of the year).
    fn span_after(&self, at: u32) -> Option<Span> {
        let first = *self.by_time.get((at >> TIME_SHIFT) as usize)? as usize;
        self.spans
            .get(first..)?
            .iter()
            .find(|span| span.to > at)
            .copied()
    }

    /// Open seconds of the year before an instant of it.
    pub fn count(&self, at: i64) -> u64 {
        let at = offset_in_year(at - self.from);
        let open = match self.span_after(at) {
            Some(span) => span.before + at.saturating_sub(span.from),
            None => self.total,
        };
        open.into()
    }

    /// The earliest instant with `open` open seconds of the year before it; `0 < open <= total`.
    pub fn reach(&self, open: u64) -> i64 {
        let open = u32::try_from(open).unwrap_or(u32::MAX).min(self.total);
        let bucket = (open.saturating_sub(1) >> OPEN_SHIFT) as usize;
        let first = self.by_open.get(bucket).map_or(0, |&index| index as usize);
        let span = self.spans[first.min(self.spans.len())..]
            .iter()
            .find(|span| span.open_until() >= open);
        span.map_or(self.to, |span| {
            self.from + i64::from(span.from + (open - span.before))
        })
    }

    /// The first open instant at or after `at`, if the year still has one.
    pub fn next_open(&self, at: i64) -> Option<i64> {
        let span = self.span_after(offset_in_year(at - self.from))?;
        Some(at.max(self.from + i64::from(span.from)))
    }

    /// The open stretches that end after `at`, clipped to the year.
    pub fn stretches_after(&self, at: i64) -> impl Iterator<Item = Stretch> + '_ {
        let first = self
            .spans
            .partition_point(|span| self.from + i64::from(span.to) <= at);
        self.spans[first..].iter().map(|span| Stretch {
            from: self.from + i64::from(span.from),
            to: self.from + i64::from(span.to),
        })
    }
}

/// Seconds from the start of a year; a year has fewer than 2^25 of them.
fn offset_in_year(seconds: i64) -> u32 {
    u32::try_from(seconds).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_start_where_the_calendar_says() {
        for year in [1, 1900, 1969, 1970, 2000, 2026, 2100, 2400, 9998] {
            let date = jiff::civil::date(i16::try_from(year).unwrap(), 1, 1);
            let start = date
                .to_zoned(TimeZone::UTC)
                .unwrap()
                .timestamp()
                .as_second();
            assert_eq!(start_of(year), start);
            assert_eq!(year_of(start), year);
            assert_eq!(year_of(start - 1), year - 1);
        }
    }
}
