//! Pages anybody may read: the published service description, and how to reach us.

pub mod changes;
pub mod description;
pub(crate) mod frame;
pub mod help;
mod mine;
pub mod partners;
mod tables;
