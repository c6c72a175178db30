//! The commands, one module each.
//!
//! A command ends with code 0, with 1 when its answer is no, and with 2 when it cannot be asked.

mod access;
mod backup;
mod conformance;
mod copy;
mod database;
mod demo;
mod description;
mod doctor;
mod explain;
mod migrate;
mod progress;
mod release;
mod restore;
mod seed;
mod serve;
mod sweep;
mod target;
mod verify;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;
use std::sync::LazyLock;

use mainstay_app::archive::Form;
use mainstay_domain::calendar::time_zone_version;

/// What a command comes to; an error is the sentence to print, and code 2.
type Answer = anyhow::Result<ExitCode>;

/// What can be asked.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Run an instance: the portal, the desk and the API.
    Serve(Box<serve::Arguments>),
    /// Write everything an instance keeps to one file, also while it runs.
    Backup(backup::Arguments),
    /// Read a backup into a database that is new or empty.
    Restore(restore::Arguments),
    /// Write everything an instance keeps to a folder: JSON Lines, their schemas, files.
    Export(backup::Arguments),
    /// Read an export into a database that is new or empty.
    Import(restore::Arguments),
    /// Copy a vendor to another database, from SQLite to PostgreSQL or back, and compare.
    Copy(copy::Arguments),
    /// Tell whether a backup or an export is whole and could be restored.
    Verify(verify::Arguments),
    /// Let notices go out that are held after a restore.
    Release(release::Arguments),
    /// Look for what is wrong: settings, clocks, effects, files, and every promise again.
    Doctor(doctor::Arguments),
    /// Bring a database to this program's schema, or rehearse it on a copy.
    Migrate(migrate::Arguments),
    /// Show a living vendor on a throw-away database.
    Demo(demo::Arguments),
    /// Fill a new database with open cases, for measuring.
    #[command(hide = true)]
    Seed(seed::Arguments),
    /// Judge what is due, once, and say how long it took, for measuring.
    #[command(hide = true)]
    Sweep(sweep::Arguments),
    /// Check, compare and show service descriptions.
    Description {
        #[command(subcommand)]
        command: description::Command,
    },
    /// Run cases with expected results against the engine.
    Conformance(conformance::Arguments),
    /// Explain whether a role may do something to a thing, and why.
    Access(access::Arguments),
    /// Explain what is promised to a request, by when, and why.
    Explain(Box<explain::Arguments>),
}

impl Command {
    /// Carries it out.
    pub fn run(self) -> Answer {
        match self {
            Self::Serve(arguments) => arguments.run(),
            Self::Backup(arguments) => arguments.run(Form::File),
            Self::Export(arguments) => arguments.run(Form::Folder),
            Self::Restore(arguments) | Self::Import(arguments) => arguments.run(),
            Self::Copy(arguments) => arguments.run(),
            Self::Verify(arguments) => arguments.run(),
            Self::Release(arguments) => arguments.run(),
            Self::Doctor(arguments) => arguments.run(),
            Self::Migrate(arguments) => arguments.run(),
            Self::Demo(arguments) => arguments.run(),
            Self::Seed(arguments) => arguments.run(),
            Self::Sweep(arguments) => arguments.run(),
            Self::Description { command } => command.run(),
            Self::Conformance(arguments) => arguments.run(),
            Self::Access(arguments) => arguments.run(),
            Self::Explain(arguments) => arguments.run(),
        }
    }
}

/// The program's version and that of the time-zone database it carries (R15).
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let own = env!("CARGO_PKG_VERSION");
        format!("{own} (time-zone database {})", time_zone_version())
    });
    &VERSION
}

/// The code of a yes or a no.
const fn code(is_yes: bool) -> ExitCode {
    if is_yes {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints a text; a reader who has seen enough and closed the pipe is no error.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let written = out
        .write_all(text.as_bytes())
        .and_then(|()| out.write_all(end.as_bytes()));
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(anyhow::anyhow!("the output cannot be written: {error}"))
        }
        _ => Ok(()),
    }
}

/// A count with its noun: *1 file*, *3 files*.
fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}
