//! The real binary in the real browser: what the journeys under `tests/` stand on.
//!
//! `journey` is the main job between a customer and an engineer, `internal` what stays within a
//! customer until it is brought to support, `partner` somebody who acts for two, `passkey` the way
//! from an invitation to a request without a password, `provider` signing in by OpenID Connect.
//!
//! Needs `chromedriver` and `chromium`, and the program itself: its path is in `MAINSTAY_BIN`, or
//! it is found beside the test in the target folder. `cargo xtask ci` sees to all three.

mod browser;
pub mod provider;
mod server;
pub mod steps;

pub use browser::{Browser, Window};
pub use server::Server;

use std::net::TcpListener;

/// A port of the loopback that was free a moment ago.
///
/// # Errors
/// When no port is free.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
