//! Holes in a clock: stretches of real time that do not count (R10).

use serde::{Deserialize, Serialize};

use crate::Moment;

/// A stretch that does not count; `to` is `None` while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hole {
    /// When it began.
    pub from: Moment,
    /// When it ended.
    pub to: Option<Moment>,
}

impl Hole {
    /// Whether an instant lies in the hole.
    #[must_use]
    pub fn contains(&self, at: Moment) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

/// The union of holes, clipped to what lies after `start`, in order (R10).
#[must_use]
pub fn merge_holes(start: Moment, holes: &[Hole]) -> Vec<Hole> {
    let is_real = |hole: &Hole| hole.to.is_none_or(|to| to > hole.from);
    let clip = |hole: &Hole| Hole {
        from: hole.from.max(start),
        to: hole.to,
    };
    let mut sorted: Vec<Hole> = holes.iter().map(clip).filter(is_real).collect();
    sorted.sort_by_key(|hole| hole.from);
    let mut merged: Vec<Hole> = Vec::with_capacity(sorted.len());
    for hole in sorted {
        match merged.last_mut() {
            Some(last) if last.to.is_none_or(|to| hole.from <= to) => {
                last.to = last.to.zip(hole.to).map(|(one, other)| one.max(other));
            }
            _ => merged.push(hole),
        }
    }
    merged
}
