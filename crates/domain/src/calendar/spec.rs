//! What a calendar is made of: wall time only, before any zone is asked.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// A minute of the day, 00:00 to 24:00 inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayMinute(u16);

impl DayMinute {
    /// The end of the day.
    pub const END: Self = Self(24 * 60);

    /// Minutes since midnight; `None` beyond 24:00.
    #[must_use]
    pub const fn new(minutes: u16) -> Option<Self> {
        if minutes <= Self::END.0 {
            Some(Self(minutes))
        } else {
            None
        }
    }

    /// Minutes since midnight.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

/// A text that is not a time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time of day; write it like 09:00, at most 24:00")]
pub struct NotATimeOfDay(pub String);

impl FromStr for DayMinute {
    type Err = NotATimeOfDay;

    fn from_str(text: &str) -> Result<Self, NotATimeOfDay> {
        let refused = || NotATimeOfDay(text.to_owned());
        let bytes = text.as_bytes();
        let is_shape = bytes.len() == 5
            && bytes[2] == b':'
            && [0, 1, 3, 4]
                .iter()
                .all(|&index| bytes[index].is_ascii_digit());
        if !is_shape {
            return Err(refused());
        }
        let digit = |index: usize| u16::from(bytes[index] - b'0');
        let (hours, minutes) = (digit(0) * 10 + digit(1), digit(3) * 10 + digit(4));
        if minutes > 59 {
            return Err(refused());
        }
        Self::new(hours * 60 + minutes).ok_or_else(refused)
    }
}

impl TryFrom<String> for DayMinute {
    type Error = NotATimeOfDay;

    fn try_from(text: String) -> Result<Self, NotATimeOfDay> {
        text.parse()
    }
}

impl From<DayMinute> for String {
    fn from(minute: DayMinute) -> Self {
        minute.to_string()
    }
}

impl fmt::Display for DayMinute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Opening hours of one stretch: `[from, to)`; `to` at or before `from` ends on the next date (R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hours {
    /// Opening.
    pub from: DayMinute,
    /// Closing.
    pub to: DayMinute,
}

impl Hours {
    /// Minutes from the midnight the stretch starts after to its end, past 24:00 when it runs
    /// into the next date.
    #[must_use]
    pub const fn end_minute(self) -> u16 {
        if self.to.0 > self.from.0 {
            self.to.0
        } else {
            self.to.0 + DayMinute::END.0
        }
    }

    /// Whether opening and closing are the same minute, which says nothing (R3).
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.from.0 == self.to.0
    }
}

/// Hours of some weekdays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyHours {
    /// The weekdays the stretch starts on.
    #[serde(with = "weekdays")]
    pub days: Vec<Weekday>,
    /// The stretch.
    #[serde(flatten)]
    pub hours: Hours,
}

/// What a holiday closes (R4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolidayScope {
    /// The local day, midnight to midnight.
    #[default]
    CalendarDay,
    /// The stretches that start on it.
    ShiftStart,
}

/// Hours that replace the weekly ones of a date and win over a holiday (R5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// What the day is called; may be empty.
    pub name: String,
    /// The hours; empty closes the date.
    pub hours: Vec<Hours>,
}

/// A calendar as written: time zone, weekly hours, holidays, overrides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarSpec {
    /// IANA name of the time zone.
    pub time_zone: String,
    /// Weekly hours; a weekday may have several stretches, overlaps count once.
    pub weekly: Vec<WeeklyHours>,
    /// Holidays by date, with their names.
    pub holidays: BTreeMap<Date, String>,
    /// What a holiday closes.
    pub holiday_scope: HolidayScope,
    /// Dates with hours of their own.
    pub overrides: BTreeMap<Date, Override>,
}

impl CalendarSpec {
    /// A calendar that is always open in a zone.
    #[must_use]
    pub fn always(time_zone: &str) -> Self {
        let all = Hours {
            from: DayMinute(0),
            to: DayMinute::END,
        };
        let days = (1..=7)
            .filter_map(|day| Weekday::from_monday_one_offset(day).ok())
            .collect();
        Self {
            time_zone: time_zone.to_owned(),
            weekly: vec![WeeklyHours { days, hours: all }],
            holidays: BTreeMap::new(),
            holiday_scope: HolidayScope::CalendarDay,
            overrides: BTreeMap::new(),
        }
    }
}

/// Weekdays as three lower-case letters.
pub mod weekdays {
    use jiff::civil::Weekday;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    /// The names, Monday first.
    pub const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// The weekday of a three-letter name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Weekday> {
        let index = NAMES.iter().position(|&known| known == name)?;
        Weekday::from_monday_zero_offset(i8::try_from(index).ok()?).ok()
    }

    /// The three-letter name of a weekday.
    #[must_use]
    pub fn name(day: Weekday) -> &'static str {
        NAMES[usize::from(day.to_monday_zero_offset().unsigned_abs())]
    }

    pub(super) fn serialize<S: Serializer>(days: &[Weekday], to: S) -> Result<S::Ok, S::Error> {
        days.iter()
            .map(|&day| name(day))
            .collect::<Vec<_>>()
            .serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<Weekday>, D::Error> {
        Vec::<String>::deserialize(from)?
            .iter()
            .map(|name| {
                parse(name).ok_or_else(|| D::Error::custom(format!("`{name}` is no weekday")))
            })
            .collect()
    }
}
