//! What a case is decided under.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::House;
use crate::edition::{Edition, Kind};
use crate::entitlement::{Holding, Promise, RegionHours, promise_of};

/// What a case keeps for good (S1, R13, R14): by name, so that it can be found again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedTerms {
    /// The edition in force when it was opened.
    pub edition: String,
    /// The region whose hours are local to the customer.
    pub region: String,
    /// The revision of the region's calendar.
    pub calendar_revision: u32,
    /// The version of the time-zone database (R15).
    pub time_zone_version: String,
    /// What the customer held.
    pub holding: Holding,
}

/// The values behind [`PinnedTerms`], with the vendor's own rules beside them.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The edition.
    pub edition: Arc<Edition>,
    /// The region's hours.
    pub hours: RegionHours,
    /// The vendor's own rules.
    pub house: Arc<House>,
    /// What the case keeps.
    pub pinned: PinnedTerms,
}

impl Terms {
    /// What is promised to a kind of request at a severity's rank.
    #[must_use]
    pub fn promise(&self, kind: Kind, rank: usize) -> Option<Promise> {
        let severity = self.severity_code(kind, rank);
        promise_of(&self.edition, &self.pinned.holding, kind, severity).ok()
    }

    /// The code of a severity's rank; kinds other than technical have none.
    #[must_use]
    pub fn severity_code(&self, kind: Kind, rank: usize) -> Option<&str> {
        let severity = self
            .edition
            .severities
            .get(rank)
            .filter(|_| kind == Kind::Technical)?;
        Some(&severity.code)
    }
}
