//! HTTP and HTML: the portal, the desk, the API and the public pages.
//!
//! A page parses, calls a verb or reads a view, and renders. [`routes`] names every route.

pub mod api;
pub mod assets;
pub mod cases;
pub mod desk;
pub mod error;
pub mod incoming;
pub mod live;
pub mod partner;
mod portal;
pub mod profile;
pub mod public;
pub mod router;
pub mod routes;
pub mod shell;
pub mod sign_in;
pub mod signed;
pub mod state;
pub mod text_catalogue;
pub mod ui;
pub mod uploads;

pub use router::router;
pub use state::{Config, DemoPerson, Web};
