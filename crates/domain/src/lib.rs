//! The rules of Mainstay: what is promised, by when, to whom, and what happens to a case.
//!
//! Values in, values out: nothing here reads a clock, a file, a network or a database.

pub mod access;
pub mod calendar;
pub mod case;
pub mod clock;
pub mod e164;
pub mod edition;
pub mod entitlement;
pub mod ids;
pub mod internal;
pub mod moment;
pub mod pin;
pub mod region;

pub use moment::Moment;
