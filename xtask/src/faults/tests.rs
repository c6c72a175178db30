//! Faults inside one process: the tests that do them, with the seed and the number of rounds asked
//! for.

use std::path::Path;
use std::process::Command;

use anyhow::bail;

use super::{Round, Workshop};

/// Cargo at the top of the repository.
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).env("RUST_BACKTRACE", "0");
    command
}

/// Every call of the database fails once.
pub fn calls(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    tests(workshop, "-p mainstay-app --test faults", "nth::")
}

/// The engine itself fails: SQLite. What PostgreSQL does is told in ci, which starts a cluster.
pub fn engine(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    tests(workshop, "-p mainstay-store --lib", "db::tests::")
}

/// People are in each other's way.
pub fn schedules(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    tests(workshop, "-p mainstay-app --test faults", "schedules::")
}

/// Workers are in each other's way, or panic.
pub fn workers(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    tests(workshop, "-p mainstay-app --test faults", "workers::")
}

/// Runs the tests whose names begin so; a round for each.
fn tests(workshop: &Workshop<'_>, of: &str, names: &str) -> anyhow::Result<Vec<Round>> {
    let mut command = cargo(workshop.root);
    command.args(["test", "--quiet", "--locked"]);
    command.args(of.split(' '));
    command.args(["--", "--format", "pretty"]);
    command.args(names.split(' '));
    command.env("FAULT_SEED", workshop.arguments.seed.to_string());
    if let Some(runs) = workshop.arguments.runs {
        command.env("FAULT_SCHEDULES", runs.max(1000).to_string());
    }
    let output = command.output()?;
    let words = String::from_utf8_lossy(&output.stdout);
    let mut rounds = Vec::new();
    for line in words.lines() {
        let named = line
            .strip_prefix("test ")
            .and_then(|rest| rest.split_once(" ... "));
        let Some((name, result)) = named else {
            continue;
        };
        let outcome = match result.trim() {
            "ok" => Ok(()),
            // It needs what is not there.
            ignored if ignored.starts_with("ignored") => continue,
            _ => Err(anyhow::anyhow!("{}", said(&words, name))),
        };
        rounds.push(Round::of(name, outcome));
    }
    if rounds.is_empty() {
        bail!("no test ran: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(rounds)
}

/// What a test said before it failed.
fn said(words: &str, name: &str) -> String {
    let (_, rest) = words
        .split_once(&format!("---- {name} stdout ----"))
        .unwrap_or_default();
    let end = rest.find("\n---- ").or_else(|| rest.find("\nfailures:"));
    rest[..end.unwrap_or(rest.len())].trim().to_owned()
}
