//! The hours that are local to a customer, under one edition (R16).

use std::sync::Arc;

use anyhow::{Context, anyhow};
use jiff::tz::TimeZone;
use mainstay_domain::Moment;
use mainstay_domain::calendar::{Calendar, CalendarSpec};
use mainstay_domain::clock::WindowHours;
use mainstay_domain::edition::Edition;
use mainstay_domain::entitlement::RegionHours;
use mainstay_domain::region::{CalendarRevision, Region};

/// The hours of a region for a request opened at an instant, and the calendar revision in force
/// on that day there (R13, R14).
///
/// # Errors
/// A region without a calendar, or with one that never opens (R19).
pub fn hours_of<'a>(
    edition: &Edition,
    region: &'a Region,
    opened: Moment,
) -> anyhow::Result<(RegionHours, &'a CalendarRevision)> {
    let zone = TimeZone::get(region.time_zone())
        .with_context(|| format!("region `{}` has an unknown time zone", region.code))?;
    let opened_on = opened.timestamp().to_zoned(zone).date();
    let revision = region
        .revision_on(opened_on)
        .ok_or_else(|| anyhow!("region `{}` has no calendar", region.code))?;
    let window = |calendar: CalendarSpec| -> anyhow::Result<WindowHours> {
        Ok(WindowHours {
            calendar: Arc::new(Calendar::compile(calendar)?),
        })
    };
    let hours = RegionHours {
        anytime: window(CalendarSpec::always(&revision.calendar.time_zone))?,
        business: window(revision.calendar.clone())?,
        exception: edition.anytime_exception(&region.code).map(str::to_owned),
    };
    Ok((hours, revision))
}
