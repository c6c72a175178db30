//! The workshop: everything that is done to Mainstay rather than by it.

mod bench;
mod ci;
mod cluster;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

/// The workshop of Mainstay.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Run every check and test, in one go.
    Ci(ci::Arguments),
    /// Guard the rules the compiler does not.
    Tidy,
    /// Measure a release build with few and with many cases.
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Ci(arguments) => ci::run(&arguments),
        Task::Tidy => tidy::run(),
        Task::Bench(arguments) => bench::run(&arguments),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The top of the repository.
fn root() -> anyhow::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let top = here
        .parent()
        .context("the workshop stands in no repository")?;
    Ok(top.to_owned())
}

/// A count with its noun: *1 file*, *3 files*.
fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}
