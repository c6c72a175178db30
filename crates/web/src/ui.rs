//! The shared building blocks of every page: layout, chips, forms, timeline, lists, charts.
//!
//! Each component is a function or a small struct of plain values that renders to [`maud::Markup`].
//! What they need to know about the reader (language, zone, the request's `now`, theme) comes with
//! a [`Viewer`]. Start at [`Frame`]; see every component in every state in [`guide`].

pub mod blocks;
pub mod button;
pub mod chart;
pub mod chips;
pub mod facts;
pub mod field;
pub mod form;
pub mod frame;
pub mod guide;
pub mod icon;
pub mod ledger;
pub mod list;
pub mod matrix;
pub mod text;
pub mod timeline;
pub mod viewer;
pub mod words;

pub use blocks::{Flash, Health, dialog, empty, flash, page_head, panel, section, steps};
pub use button::{Button, Look};
pub use chips::{Channel, ClockFace, Severity, Tone, Turn, clock, severity, tag, turn};
pub use facts::{Fact, facts};
pub use field::{CONFIDENTIAL, Choice, Field};
pub use form::{Form, Mistakes};
pub use frame::{Crumb, Frame, NavItem, Side, SignedIn, split};
pub use icon::{Icon, icon};
pub use list::{List, Row};
pub use text::markdown;
pub use viewer::{Theme, Viewer};
