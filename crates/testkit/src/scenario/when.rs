//! Times as people write them: `Fri 27 Mar 2026 17:30`, or just `Sat 01:30` in an expectation.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Zoned};
use mainstay_domain::Moment;

use super::Trouble;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const FORM: &str = "a time like `Fri 27 Mar 2026 17:30`";

/// A time with as much of its date as was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    weekday: Weekday,
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
    /// `None` is 24:00, the end of the day.
    time: Option<Time>,
}

/// Reads a time from the front of a text, and returns the rest of it.
pub fn read(text: &str) -> Result<(When, &str), Trouble> {
    let wrong = || Trouble::new(FORM, format!("`{}`", text.trim()));
    let mut rest = text;
    let weekday = index_of(word(&mut rest), &DAYS).ok_or_else(wrong)?;
    let weekday = Weekday::from_monday_zero_offset(weekday).map_err(|_| wrong())?;
    let mut when = When {
        weekday,
        day: None,
        month: None,
        year: None,
        time: None,
    };
    let mut next = word(&mut rest);
    if let Ok(day) = next.parse() {
        when.day = Some(day);
        when.month = Some(index_of(word(&mut rest), &MONTHS).ok_or_else(wrong)? + 1);
        next = word(&mut rest);
    }
    if let Ok(year) = next.parse() {
        when.year = Some(year);
        next = word(&mut rest);
    }
    if next != "24:00" {
        when.time = Some(next.parse().map_err(|_| wrong())?);
    }
    Ok((when, rest.trim()))
}

/// Reads a time that makes up the whole text.
pub fn read_all(text: &str) -> Result<When, Trouble> {
    match read(text)? {
        (when, "") => Ok(when),
        (_, rest) => Err(Trouble::new(FORM, format!("`{rest}` after it"))),
    }
}

fn word<'a>(rest: &mut &'a str) -> &'a str {
    let text = rest.trim_start();
    let (word, after) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    *rest = after;
    word
}

fn index_of(name: &str, among: &[&str]) -> Option<i8> {
    let index = among.iter().position(|known| *known == name)?;
    i8::try_from(index).ok()
}

impl When {
    /// The instant, for a time written in full. A time that comes twice is the first of the two.
    pub fn moment(self, zone: &TimeZone) -> Result<Moment, Trouble> {
        let in_full = || Trouble::new(FORM, "a time without its date");
        let date = match (self.year, self.month, self.day) {
            (Some(year), Some(month), Some(day)) => Date::new(year, month, day),
            _ => return Err(in_full()),
        };
        let date = date.map_err(|error| Trouble::new(FORM, error.to_string()))?;
        if date.weekday() != self.weekday {
            let weekday = DAYS[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
            return Err(Trouble::new(
                "the weekday of that date",
                format!("{date} is a {weekday}"),
            ));
        }
        let wall = DateTime::from_parts(date, self.time.ok_or_else(in_full)?);
        let ambiguous = zone.to_ambiguous_timestamp(wall);
        if let AmbiguousOffset::Gap { .. } = ambiguous.offset() {
            let found = format!("{wall}, which the clocks skip");
            return Err(Trouble::new("a time that exists there", found));
        }
        let found = ambiguous.earlier();
        found
            .map(Moment::from)
            .map_err(|error| Trouble::new(FORM, error.to_string()))
    }

    /// Whether an instant reads like this there. Without its date it is within a week of `now`.
    pub fn is(self, at: Moment, zone: &TimeZone, now: Moment) -> bool {
        let mut wall = zone.to_datetime(at.timestamp());
        if self.time.is_none() {
            wall = wall.checked_sub(Span::new().days(1)).unwrap_or(wall);
        }
        let is_time = wall.time() == self.time.unwrap_or(Time::midnight());
        let is_date = wall.weekday() == self.weekday
            && self.day.is_none_or(|day| day == wall.day())
            && self.month.is_none_or(|month| month == wall.month())
            && self.year.is_none_or(|year| year == wall.year());
        let is_near = self.day.is_some() || at.seconds_since(now).abs() <= 7 * 86_400;
        is_time && is_date && is_near
    }
}

/// An instant as these texts write it.
pub fn write(at: Moment, zone: &TimeZone) -> String {
    let zoned: Zoned = at.timestamp().to_zoned(zone.clone());
    let form = if zoned.second() == 0 {
        "%a %-d %b %Y %H:%M"
    } else {
        "%a %-d %b %Y %H:%M:%S"
    };
    zoned.strftime(form).to_string()
}
