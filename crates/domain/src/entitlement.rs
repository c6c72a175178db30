//! What a customer is owed at an instant: the entitlement verdict (S9-S13, S19).

mod promise;
mod verdict;

pub use promise::{Promise, PromiseSource, promise_for_column, promise_for_kind};
pub use verdict::{
    ChannelVerdict, FirstResponse, Holding, Question, Reason, Verdict, VerdictError, assess,
    promise_of,
};

use crate::clock::WindowHours;
use crate::edition::{Edition, Target, WindowKind};

/// The hours behind both windows for one region under one edition.
#[derive(Debug, Clone)]
pub struct RegionHours {
    /// All day, every day, in the region's zone.
    pub anytime: WindowHours,
    /// The region's business hours.
    pub business: WindowHours,
    /// Why *anytime* falls back to business hours in this region, when it does (S11).
    pub exception: Option<String>,
}

impl RegionHours {
    /// The hours a window stands for here.
    #[must_use]
    pub fn of(&self, window: WindowKind) -> &WindowHours {
        match self.effective(window) {
            WindowKind::Anytime => &self.anytime,
            WindowKind::BusinessHours => &self.business,
        }
    }

    /// The target that holds here: where *anytime* falls back to business hours, hours promised
    /// around the clock are opening hours (S11).
    #[must_use]
    pub fn target(&self, window: WindowKind, target: Target) -> Target {
        match target {
            Target::Elapsed { minutes } if self.effective(window) != window => {
                Target::Open { minutes }
            }
            target => target,
        }
    }

    /// The window that holds here: an excepted region has business hours only (S11).
    #[must_use]
    pub fn effective(&self, window: WindowKind) -> WindowKind {
        if self.exception.is_some() {
            WindowKind::BusinessHours
        } else {
            window
        }
    }
}

impl Edition {
    /// Why *anytime* does not hold in a region, if the edition excepts it (S11).
    #[must_use]
    pub fn anytime_exception(&self, region: &str) -> Option<&str> {
        let of_region = |exception: &&crate::edition::AnytimeException| exception.region == region;
        self.anytime_exceptions
            .iter()
            .find(of_region)
            .map(|exception| exception.reason.as_str())
    }
}
