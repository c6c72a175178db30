//! The promise of one cell.

use serde::{Deserialize, Serialize};

use super::RegionHours;
use crate::Moment;
use crate::calendar::CalendarError;
use crate::clock::{Due, due};
use crate::edition::{Edition, Kind, Target, WindowKind};

/// Where a promise was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "from")]
pub enum PromiseSource {
    /// A cell of the matrix (S10).
    Cell {
        /// The column's heading.
        column: String,
    },
    /// What the edition says of a kind of help that has no severities (S6, S7).
    Kind,
    /// Support without commitment: a trial of a plan whose objectives are for paid ones (S13).
    TrialOfPaidOnly,
}

/// What is promised for the initial response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// When it is handled, as the edition says.
    pub window: WindowKind,
    /// By when.
    pub target: Target,
    /// The edition's own words.
    pub cell: String,
    /// How unclear words are read, and why; empty when they are clear.
    pub reading: String,
    /// Texts of the footnotes that bear on it.
    pub footnotes: Vec<String>,
    /// Where it was taken from.
    pub source: PromiseSource,
}

impl Promise {
    /// The due instant of the initial response to a request submitted at `opened` (R8).
    ///
    /// # Errors
    /// When the region's calendar runs out of hours (R19).
    pub fn due(&self, hours: &RegionHours, opened: Moment) -> Result<Due, CalendarError> {
        let target = hours.target(self.window, self.target);
        due(target, hours.of(self.window), opened, &[])
    }

    /// When a request submitted at `opened` comes into opening hours.
    ///
    /// # Errors
    /// When the region's calendar runs out of hours (R19).
    pub fn handled_from(
        &self,
        hours: &RegionHours,
        opened: Moment,
    ) -> Result<Moment, CalendarError> {
        hours.of(self.window).calendar.next_open(opened)
    }
}

/// The promise of a cell of the matrix (S10).
#[must_use]
pub fn promise_for_column(edition: &Edition, column: &str, severity: &str) -> Option<Promise> {
    let objective = edition.find_objective(column, severity)?;
    let heading = edition.find_column(column)?;
    let notes = [heading.footnotes.as_slice(), objective.footnotes.as_slice()].concat();
    Some(Promise {
        window: objective.window,
        target: objective.target,
        cell: objective.cell.clone(),
        reading: objective.reading.clone(),
        footnotes: edition
            .footnote_texts(&notes)
            .map(|note| note.text.clone())
            .collect(),
        source: PromiseSource::Cell {
            column: heading.heading.clone(),
        },
    })
}

/// The promise of a kind without severities: availability, no clock (S6, S7).
#[must_use]
pub fn promise_for_kind(edition: &Edition, kind: Kind) -> Option<Promise> {
    let terms = edition.find_kind(kind)?;
    Some(Promise {
        window: terms.window?,
        target: Target::None,
        cell: terms.words.clone(),
        reading: String::new(),
        footnotes: Vec::new(),
        source: PromiseSource::Kind,
    })
}
