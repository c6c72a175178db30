//! Mainstay: the support desk that keeps its word.
//!
//! The command line: arguments in, one clear sentence out when they are wrong.

mod commands;
mod conformance;
mod demo;
mod hours;
mod http;
mod known;
mod metrics;
mod place;
mod ports;
mod probes;
mod server;
mod sources;
#[cfg(feature = "otlp")]
mod traces;
#[cfg(not(feature = "otlp"))]
#[path = "traces/none.rs"]
mod traces;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;

/// A page is made of many small texts on several threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
