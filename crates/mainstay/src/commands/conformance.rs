//! `mainstay conformance FILE`: runs cases with expected results against the engine.

use mainstay_description::shipped;

use super::{Answer, code, print};
use crate::conformance::{Cases, Report, run};
use crate::sources;

/// What to run.
#[derive(clap::Args)]
pub struct Arguments {
    /// The cases: calendars, vectors and cells as JSON.
    file: String,
    /// Print the report as one JSON object.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Runs them all and prints one line for each that fails.
    pub fn run(self) -> Answer {
        let cases = Cases::read(&sources::read(&self.file)?)
            .map_err(|error| anyhow::anyhow!("`{}` is not a file of cases: {error}", self.file))?;
        let report = run(cases, &shipped::editions());
        if self.json {
            print(&serde_json::to_string_pretty(&report)?)?;
        } else {
            print(&lines(&report).join("\n"))?;
        }
        Ok(code(report.failed == 0))
    }
}

fn lines(report: &Report) -> Vec<String> {
    let mismatch = |one: &crate::conformance::Mismatch| {
        format!(
            "{}: expected {}, found {}",
            one.case, one.expected, one.found
        )
    };
    let closing = format!("{} passed, {} failed", report.passed, report.failed);
    report
        .mismatches
        .iter()
        .map(mismatch)
        .chain([closing])
        .collect()
}
