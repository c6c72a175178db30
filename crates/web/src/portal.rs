//! The customer's pages.

pub mod case;
pub mod customer;
pub mod home;
pub mod hours;
pub mod list;
pub mod new;
pub mod organisation;
pub mod partners;
pub mod readers;
pub mod rows;
pub mod telephone;
pub mod words;
