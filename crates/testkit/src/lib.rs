//! What tests of several crates share: the scenario reader, and a small world with a settable
//! clock and people to be. A dev-dependency only.

pub mod authenticator;
pub mod faults;
pub mod http;
pub mod postgres;
pub mod provider;
pub mod scenario;
pub mod secure;
mod world;

pub use http::ScriptedHttp;
pub use world::{BREACHED_PASSWORDS, Persona, TestClock, TestIds, World, submission};
