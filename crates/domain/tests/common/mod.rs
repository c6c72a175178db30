//! What the tests of the rules share: chance, a slow oracle, the shipped terms.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod calendars;
pub mod chance;
pub mod oracle;
pub mod shipped;
