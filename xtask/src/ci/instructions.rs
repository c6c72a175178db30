//! The clock stays fast: instructions counted under valgrind, which a busy machine does not sway.
//!
//! A run of few operations is taken from a run of many, so that what remains is the operations
//! alone. What was measured comes to some 40 ns for an `add` or a `diff` and 18 µs to compile two
//! years, on two cores that do other things as well; 60 ns and 100 µs are what must be kept.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use super::Outcome;
use super::steps::{Workshop, line};
use super::tools::VALGRIND;

/// An operation of the clock and what it may cost.
struct Limit {
    operation: &'static str,
    /// Operations in the two runs.
    runs: [u64; 2],
    /// Instructions an operation may take: what was measured, with a quarter of room.
    at_most: u64,
}

/// Measured on x86-64: add 324, diff 409, compile 271,943.
const LIMITS: [Limit; 3] = [
    Limit {
        operation: "add",
        runs: [20_000, 120_000],
        at_most: 405,
    },
    Limit {
        operation: "diff",
        runs: [20_000, 120_000],
        at_most: 510,
    },
    Limit {
        operation: "compile",
        runs: [20, 120],
        at_most: 340_000,
    },
];

/// Counts each operation and compares it with its limit.
pub fn check(workshop: &Workshop) -> anyhow::Result<Outcome> {
    let valgrind = VALGRIND.path()?;
    workshop
        .run("cargo build --quiet --locked --release -p mainstay-domain --example instructions")?;
    let program = workshop.target().join("release/examples/instructions");
    let mut failed = 0;
    for limit in &LIMITS {
        let [few, many] = limit.runs;
        let count = |runs| instructions(workshop, &valgrind, &program, limit.operation, runs);
        let each = (count(many)?.saturating_sub(count(few)?)) / (many - few);
        let Limit {
            operation, at_most, ..
        } = limit;
        println!("      {operation}: {each} instructions, at most {at_most}");
        failed += usize::from(each > *at_most);
    }
    println!("{} passed, {failed} failed", LIMITS.len() - failed);
    if failed > 0 {
        bail!("the clock has become slower; make it fast again, or say why in LIMITS");
    }
    Ok(Outcome::Passed)
}

/// The instructions of one run.
fn instructions(
    workshop: &Workshop,
    valgrind: &Path,
    program: &Path,
    operation: &str,
    runs: u64,
) -> anyhow::Result<u64> {
    let mut command = Command::new(valgrind);
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([operation, &runs.to_string()])
        .current_dir(&workshop.root);
    let output = command
        .output()
        .with_context(|| format!("{} does not start", line(&command)))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!(
            "this command failed, {}:\n  {}\n{said}",
            output.status,
            line(&command)
        );
    }
    collected(&said).with_context(|| format!("no instruction count in what valgrind said:\n{said}"))
}

/// The count in valgrind's closing lines: `==1== Collected : 123`.
fn collected(said: &str) -> Option<u64> {
    let line = said.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_the_closing_lines() {
        let said = "==7== Events    : Ir\n==7== Collected : 51234\n==7==";
        assert_eq!(collected(said), Some(51_234));
        assert_eq!(collected("nothing"), None);
    }
}
