//! HTTP and HTML: the portal, the desk, the API and the public pages.
//!
//! A page parses, calls a verb or reads a view, and renders. [`routes`] names every route.

pub mod api;
pub mod assets;
pub mod cases;
pub mod connection;
pub mod desk;
pub mod error;
pub mod export;
pub mod identities;
pub mod incoming;
pub mod internal;
pub mod invitations;
pub mod live;
pub mod log;
pub mod particulars;
pub mod partner;
pub mod portal;
pub mod profile;
pub mod provider;
pub mod public;
mod refused;
pub mod resets;
pub mod router;
pub mod routes;
pub mod security;
pub mod services;
pub mod shell;
pub mod sign_in;
pub mod signed;
pub mod state;
pub mod text_catalogue;
pub mod ui;
pub mod uploads;

pub use router::router;
pub use state::{Config, DemoPerson, DemoStand, Web};
