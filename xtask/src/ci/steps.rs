//! The steps, in their order.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};

use super::{Outcome, Step, browser, instructions, postgres, tools};
use crate::tidy;

/// All steps, cheap ones first.
pub const STEPS: [Step; 10] = [
    Step {
        name: "format",
        about: "rustfmt has nothing to say",
        run: format,
    },
    Step {
        name: "clippy",
        about: "the compiler and clippy have nothing to say",
        run: clippy,
    },
    Step {
        name: "docs",
        about: "the documentation builds without warnings",
        run: docs,
    },
    Step {
        name: "tidy",
        about: "the rules of the house hold",
        run: tidy,
    },
    Step {
        name: "tests",
        about: "every test but those in a browser and those of PostgreSQL",
        run: tests,
    },
    Step {
        name: "postgres",
        about: "the stories once more, on PostgreSQL",
        run: postgres::stories,
    },
    Step {
        name: "conformance",
        about: "the vectors and cells of deadlines",
        run: conformance,
    },
    Step {
        name: "instructions",
        about: "the clock stays fast",
        run: instructions::check,
    },
    Step {
        name: "browser",
        about: "the journeys in a real browser",
        run: browser::journeys,
    },
    Step {
        name: "browser-postgres",
        about: "the journeys once more, on PostgreSQL",
        run: browser::journeys_on_postgres,
    },
];

/// Where the steps run.
pub struct Workshop {
    /// The top of the repository.
    pub root: PathBuf,
}

impl Workshop {
    /// A workshop for a repository.
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// A command at the top of the repository, in words separated by spaces.
    pub fn command(&self, words: &str) -> Command {
        let mut words = words.split(' ');
        let program = words.next().unwrap_or_default();
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let mut command = Command::new(if program == "cargo" { &cargo } else { program });
        command.args(words).current_dir(&self.root);
        command
            .env("CARGO_TERM_PROGRESS_WHEN", "never")
            .env("INSTA_UPDATE", "no");
        command
    }

    /// Runs a command with its output shown.
    pub fn run(&self, words: &str) -> anyhow::Result<()> {
        run(self.command(words))
    }

    /// Where cargo puts what it builds.
    pub fn target(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.root.join("target"), |folder| self.root.join(folder))
    }

    /// Whether the workspace has a crate in this folder.
    pub fn has_crate(&self, folder: &str) -> bool {
        self.root.join(folder).join("Cargo.toml").is_file()
    }
}

/// Runs a command; the error names it.
pub fn run(mut command: Command) -> anyhow::Result<()> {
    let status = command
        .status()
        .with_context(|| format!("{} does not start", line(&command)))?;
    if status.success() {
        return Ok(());
    }
    bail!("this command failed, {status}:\n  {}", line(&command))
}

/// A command as one types it.
pub fn line(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let words = command
        .get_args()
        .map(|word| word.to_string_lossy().into_owned());
    std::iter::once(name)
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

fn format(workshop: &Workshop) -> anyhow::Result<Outcome> {
    workshop.run("cargo fmt --all --check")?;
    Ok(Outcome::Passed)
}

fn clippy(workshop: &Workshop) -> anyhow::Result<Outcome> {
    workshop.run("cargo clippy --quiet --workspace --all-targets --locked -- -D warnings")?;
    Ok(Outcome::Passed)
}

fn docs(workshop: &Workshop) -> anyhow::Result<Outcome> {
    let mut command = workshop.command("cargo doc --quiet --workspace --no-deps --locked");
    command.env("RUSTDOCFLAGS", "-D warnings");
    run(command)?;
    Ok(Outcome::Passed)
}

fn tidy(_: &Workshop) -> anyhow::Result<Outcome> {
    if tidy::run()? {
        return Ok(Outcome::Passed);
    }
    bail!("this command failed:\n  cargo xtask tidy")
}

/// The tests of some packages with nextest, where it is installed. The workspace is built as a whole
/// each time, so that every step finds its libraries with the features they were built with before.
pub fn nextest(packages: &str, more: &str) -> Option<String> {
    tools::find("cargo-nextest").map(|_| {
        let quiet = "--cargo-quiet --show-progress none --status-level fail";
        format!("cargo nextest run --workspace --locked {quiet}{more} -E {packages}")
    })
}

/// The binary as the tests have it; a second build would be one with other features.
pub fn binary(workshop: &Workshop) -> anyhow::Result<PathBuf> {
    workshop.run("cargo test --quiet --workspace --locked --no-run")?;
    Ok(workshop.target().join("debug/mainstay"))
}

/// With nextest where it is installed, which is faster, else with what comes with Rust.
fn tests(workshop: &Workshop) -> anyhow::Result<Outcome> {
    if let Some(nextest) = nextest("!package(mainstay-e2e)", "") {
        workshop.run(&nextest)?;
        workshop.run("cargo test --quiet --doc --workspace --locked")?;
    } else {
        let but = if workshop.has_crate("crates/e2e") {
            " --exclude mainstay-e2e"
        } else {
            ""
        };
        workshop.run(&format!("cargo test --quiet --workspace --locked{but}"))?;
    }
    Ok(Outcome::Passed)
}

fn conformance(workshop: &Workshop) -> anyhow::Result<Outcome> {
    let mut command = Command::new(binary(workshop)?);
    command
        .current_dir(&workshop.root)
        .args(["conformance", "vectors/deadlines.json"]);
    run(command)?;
    Ok(Outcome::Passed)
}
