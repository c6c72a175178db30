//! Chance one can repeat: every random test says its seed, and `SEED=…` runs that one again.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

/// SplitMix64: small, fast, the same everywhere.
pub struct Chance(u64);

impl Chance {
    pub const fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn within(&mut self, range: Range<i64>) -> i64 {
        let width = u64::try_from(range.end - range.start).expect("a range with something in it");
        range.start + i64::try_from(self.next() % width).expect("less than its width")
    }

    pub fn percent(&mut self, share: i64) -> bool {
        self.within(0..100) < share
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let count = i64::try_from(from.len()).expect("a short list");
        &from[usize::try_from(self.within(0..count)).expect("an index")]
    }
}

/// A seed that never changes, so that a red run is red again, and a fresh one, so that every run
/// looks somewhere new. `SEED` asks for one seed alone.
pub fn seeds() -> Vec<u64> {
    if let Ok(text) = std::env::var("SEED") {
        return vec![text.parse().expect("SEED is a number")];
    }
    vec![
        20_140_516,
        RandomState::new().hash_one("fresh") % 1_000_000_007,
    ]
}

/// Runs a random test for each seed; the seed is printed, and shown when the test fails.
pub fn with_seeds(test: impl Fn(&mut Chance)) {
    for seed in seeds() {
        eprintln!("seed {seed} (repeat with SEED={seed})");
        test(&mut Chance::of(seed));
    }
}
