//! Support regions: where a customer is, and the hours that are local there (S11, R16).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::CalendarSpec;

/// A support region with its dated calendar revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Its identity: `de`, `us-east`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2 country.
    pub country: String,
    /// Languages support is offered in, the main one first (S14).
    pub languages: Vec<String>,
    /// Business hours, the oldest revision first (R14).
    pub revisions: Vec<CalendarRevision>,
}

/// One published state of a region's calendar (R14, R15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarRevision {
    /// Counts from 1.
    pub number: u32,
    /// The date from which cases are opened under it.
    pub published_on: Date,
    /// Where the holidays were taken from.
    pub source: String,
    /// The calendar.
    pub calendar: CalendarSpec,
}

impl Region {
    /// The revision in force on a local date: the newest published on or before it, else the
    /// oldest.
    #[must_use]
    pub fn revision_on(&self, date: Date) -> Option<&CalendarRevision> {
        let published = |revision: &&CalendarRevision| revision.published_on <= date;
        self.revisions
            .iter()
            .rev()
            .find(published)
            .or_else(|| self.revisions.first())
    }

    /// The IANA time zone of the newest revision.
    #[must_use]
    pub fn time_zone(&self) -> &str {
        self.revisions
            .last()
            .map_or("UTC", |revision| revision.calendar.time_zone.as_str())
    }
}
