//! The service description language: read a file, point at its mistakes, compare two, show one.
//!
//! Editions and regions are written in TOML. [`parse_edition`] and [`parse_region`] read one text
//! and name every mistake in it, [`check_files`] also those between files, [`check_beside`] those
//! beside what is published. [`diff()`] says what a customer gains and loses from one edition to
//! the next, [`show()`] what an edition promises. [`shipped`] holds the editions and regions that
//! come with the program, and what a customer's administrators deal with before the vendor does.

mod check;
mod diff;
mod edition;
mod first_line;
mod mistake;
mod names;
mod nearest;
mod reader;
mod region;
pub mod shipped;
mod show;
mod words;

pub use check::{Checked, Described, Sort, check_beside, check_files};
pub use diff::{Addition, Difference, Effect, additions, diff};
pub use edition::parse_edition;
pub use first_line::parse_first_line;
pub use mistake::Mistake;
pub use region::parse_region;
pub use show::show;
pub use words::{duration_words, medium_words, promise_words, window_words};
