//! The stories on PostgreSQL: a cluster of its own for as long as they take.

use super::Outcome;
use super::steps::{Workshop, nextest, run};
use super::tools::INITDB;
use crate::cluster::Cluster;

/// The crates whose tests know PostgreSQL.
const CRATES: [&str; 4] = ["mainstay-store", "mainstay-app", "mainstay-web", "mainstay"];

/// Runs the tests once more with worlds that live on PostgreSQL, and those of PostgreSQL alone.
pub fn stories(workshop: &Workshop) -> anyhow::Result<Outcome> {
    let cluster = Cluster::start(&INITDB.path()?, false)?;
    let packages = CRATES.map(|name| format!("package({name})")).join("|");
    let mut command = if let Some(nextest) = nextest(&packages, " --run-ignored all") {
        workshop.command(&nextest)
    } else {
        let crates: String = CRATES.iter().map(|name| format!(" -p {name}")).collect();
        let tests = "--lib --bins --tests";
        workshop.command(&format!(
            "cargo test --quiet --locked {tests}{crates} -- --include-ignored"
        ))
    };
    command.env("MAINSTAY_TEST_POSTGRES", cluster.url("postgres"));
    run(command)?;
    Ok(Outcome::Passed)
}
