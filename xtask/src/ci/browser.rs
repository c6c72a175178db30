//! The journeys in a real browser: the real binary, real Chromium.

use super::Outcome;
use super::steps::{Workshop, run};
use super::tools::{CHROMEDRIVER, CHROMIUM};

/// Runs the crate of journeys on the binary of this tree; it finds the browser by itself.
pub fn journeys(workshop: &Workshop) -> anyhow::Result<Outcome> {
    CHROMIUM.path()?;
    CHROMEDRIVER.path()?;
    if !workshop.has_crate("crates/e2e") {
        return Ok(Outcome::LeftOut(
            "there is no crate mainstay-e2e yet".to_owned(),
        ));
    }
    workshop.run("cargo build --quiet --locked -p mainstay")?;
    let mut command = workshop.command("cargo test --quiet --locked -p mainstay-e2e");
    command.env("MAINSTAY_BIN", workshop.target().join("debug/mainstay"));
    run(command)?;
    Ok(Outcome::Passed)
}
