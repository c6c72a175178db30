//! What a customer gains and loses from one edition to the next, in sentences.

mod catalogue;
mod plans;
mod regions;
mod strength;

use mainstay_domain::edition::Edition;

pub use regions::{Addition, additions};

/// Whom a difference is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// The customer is better off.
    Gain,
    /// The customer is worse off.
    Loss,
    /// Different, neither better nor worse.
    Change,
}

impl Effect {
    /// One word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gain => "gain",
            Self::Loss => "loss",
            Self::Change => "change",
        }
    }
}

/// One difference between two editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Whom it is good for.
    pub effect: Effect,
    /// What it is, as a sentence.
    pub sentence: String,
}

impl Difference {
    fn gain(sentence: impl Into<String>) -> Self {
        Self {
            effect: Effect::Gain,
            sentence: sentence.into(),
        }
    }

    fn loss(sentence: impl Into<String>) -> Self {
        Self {
            effect: Effect::Loss,
            sentence: sentence.into(),
        }
    }

    fn change(sentence: impl Into<String>) -> Self {
        Self {
            effect: Effect::Change,
            sentence: sentence.into(),
        }
    }
}

/// Everything that differs between two editions: first for all, then plan by plan, then offers.
#[must_use]
pub fn diff(old: &Edition, new: &Edition) -> Vec<Difference> {
    let mut found = catalogue::general(old, new);
    found.extend(plans::all(old, new));
    found.extend(catalogue::offers(old, new));
    found
}

/// Names both editions have in common, and those only one has.
struct Matched<'a, T> {
    both: Vec<(&'a T, &'a T)>,
    ended: Vec<&'a T>,
    added: Vec<&'a T>,
}

/// Matches two lists by what identifies their items.
fn match_by<'a, T, K: PartialEq>(
    old: &'a [T],
    new: &'a [T],
    key: impl Fn(&'a T) -> K,
) -> Matched<'a, T> {
    let find = |all: &'a [T], wanted: &'a T| all.iter().find(|item| key(item) == key(wanted));
    Matched {
        both: old
            .iter()
            .filter_map(|item| Some((item, find(new, item)?)))
            .collect(),
        ended: old
            .iter()
            .filter(|item| find(new, item).is_none())
            .collect(),
        added: new
            .iter()
            .filter(|item| find(old, item).is_none())
            .collect(),
    }
}
