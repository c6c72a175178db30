//! Mainstay: the support desk that keeps its word.
//!
//! The command line: arguments in, one clear sentence out when they are wrong.

mod commands;
mod conformance;
mod demo;
mod hours;
mod known;
mod metrics;
mod ports;
mod probes;
mod server;
mod sources;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;

/// The support desk that keeps its word.
#[derive(Parser)]
#[command(name = "mainstay", version = commands::version(), max_term_width = 100)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    line.command.run().unwrap_or_else(|error| {
        eprintln!("mainstay: {error:#}");
        ExitCode::from(2)
    })
}
