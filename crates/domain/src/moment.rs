//! Instants and local dates.
//!
//! Inside Mainstay an instant is a whole number of seconds since the Unix epoch, UTC (R1). Wall
//! time exists only in calendars, explanations and on screens.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An instant: whole seconds since 1970-01-01T00:00:00Z (R1). Never rounded, only displayed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

/// The earliest second the time-zone library can name in every zone (year -9999 is not needed).
const EARLIEST: i64 = -62_135_510_400; // 0001-01-02T00:00:00Z
/// The latest second: the end of 9998, so that every local reading still fits a four-digit year.
const LATEST: i64 = 253_370_764_799; // 9998-12-31T23:59:59Z

impl Moment {
    /// The first instant calendars can be asked about.
    pub const MIN: Self = Self(EARLIEST);
    /// The last instant calendars can be asked about.
    pub const MAX: Self = Self(LATEST);

    /// From seconds since the epoch, clamped to the years 1 to 9998.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        if seconds < EARLIEST {
            Self::MIN
        } else if seconds > LATEST {
            Self::MAX
        } else {
            Self(seconds)
        }
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn as_unix(self) -> i64 {
        self.0
    }

    /// This instant moved by real seconds, clamped to the years 1 to 9998.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// This instant moved by real minutes.
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_seconds(minutes.saturating_mul(60))
    }

    /// Real seconds from `earlier` to this instant; negative when `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// The same instant as the time library writes it.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_second(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl From<Timestamp> for Moment {
    /// Drops the fraction of a second: the instant counts from the second it lies in (R1).
    fn from(timestamp: Timestamp) -> Self {
        Self::from_unix(timestamp.as_millisecond().div_euclid(1000))
    }
}

/// A text that is not an RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an instant; write it like 2026-03-27T17:30:00+01:00")]
pub struct NotAnInstant(pub String);

impl FromStr for Moment {
    type Err = NotAnInstant;

    /// Reads RFC 3339. A leap second (`:60`) is refused: the clock we follow never shows one.
    fn from_str(text: &str) -> Result<Self, NotAnInstant> {
        let refused = || NotAnInstant(text.to_owned());
        if text.get(17..19) == Some("60") {
            return Err(refused());
        }
        text.parse::<Timestamp>()
            .map(Self::from)
            .map_err(|_| refused())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_rfc_3339() {
        let moment: Moment = "2026-03-27T17:30:00+01:00".parse().unwrap();
        assert_eq!(moment.to_string(), "2026-03-27T16:30:00Z");
        assert_eq!(Moment::MIN.to_string(), "0001-01-02T00:00:00Z");
        assert_eq!(Moment::MAX.to_string(), "9998-12-31T23:59:59Z");
    }

    #[test]
    fn refuses_leap_seconds_and_rubbish() {
        for text in [
            "2016-12-31T23:59:60Z",
            "tomorrow",
            "2026-03-27",
            "",
            "2026-02-30T00:00:00Z",
        ] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_fraction_belongs_to_its_second() {
        let moment: Moment = "1969-12-31T23:59:59.5Z".parse().unwrap();
        assert_eq!(moment.as_unix(), -1);
    }
}
