//! The journeys in a real browser: the real binary, real Chromium, on both engines.

use super::Outcome;
use super::steps::{Workshop, binary, nextest, run};
use super::tools::{CHROMEDRIVER, CHROMIUM, INITDB};
use crate::cluster::Cluster;

/// Runs the journeys on SQLite.
pub fn journeys(workshop: &Workshop) -> anyhow::Result<Outcome> {
    on(workshop, None)
}

/// Runs the journeys on PostgreSQL, on a cluster of its own.
pub fn journeys_on_postgres(workshop: &Workshop) -> anyhow::Result<Outcome> {
    let cluster = Cluster::start(&INITDB.path()?, false)?;
    on(workshop, Some(&cluster.url("postgres")))
}

/// Runs the crate of journeys on the binary of this tree; it finds the browser by itself.
fn on(workshop: &Workshop, cluster: Option<&str>) -> anyhow::Result<Outcome> {
    CHROMIUM.path()?;
    CHROMEDRIVER.path()?;
    if !workshop.has_crate("crates/e2e") {
        return Ok(Outcome::LeftOut(
            "there is no crate mainstay-e2e yet".to_owned(),
        ));
    }
    let binary = binary(workshop)?;
    let journeys = nextest("package(mainstay-e2e)", "");
    let journeys =
        journeys.unwrap_or_else(|| "cargo test --quiet --locked -p mainstay-e2e".to_owned());
    let mut command = workshop.command(&journeys);
    command.env("MAINSTAY_BIN", binary);
    match cluster {
        Some(url) => command.env("MAINSTAY_TEST_POSTGRES", url),
        None => command.env_remove("MAINSTAY_TEST_POSTGRES"),
    };
    run(command)?;
    Ok(Outcome::Passed)
}
