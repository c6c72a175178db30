//! `cargo xtask faults`: what is left when something fails.
//!
//! Each scenario does something to the program or to what it stands on, again and again, and looks
//! each time at what is left: every acknowledged write is there, every other one is absent or found
//! by its key, nobody was told twice, every deadline was judged with its due instant as its time,
//! and clocks computed again are those that are kept. Same seed, same run.

mod chance;
mod disk;
mod instance;
mod kill;
mod load;
mod locks;
mod nodes;
mod proxy;
mod server;
mod site;
mod stage;
mod story;
mod tests;
mod wire;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};

use crate::ci::tools::{INITDB, is_root};
use crate::root;
use chance::Chance;
use stage::{Programs, Stage};

/// What to let fail.
#[derive(clap::Args)]
pub struct Arguments {
    /// Rounds of each scenario instead of the usual few; more of them look closer.
    #[arg(long)]
    runs: Option<u64>,
    /// Only scenarios with this in their name.
    #[arg(long, default_value = "", value_name = "NAME")]
    only: String,
    /// Another seed: other instants, other orders.
    #[arg(long, default_value_t = 20_140_516)]
    seed: u64,
    /// Name the scenarios and what each does, and end.
    #[arg(long)]
    list: bool,
}

/// Something that fails, and what must hold then.
struct Scenario {
    name: &'static str,
    about: &'static str,
    /// What it needs beyond the program.
    needs: Need,
    run: fn(&Workshop<'_>) -> anyhow::Result<Vec<Round>>,
}

/// What a scenario needs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Nothing,
    /// `strace`, which lets the system calls of a program fail.
    Tracer,
    /// To be root: small disks are mounted.
    Root,
    /// Both.
    RootAndTracer,
    /// The programs of PostgreSQL.
    Postgres,
}

/// One thing done and looked at.
pub struct Round {
    what: String,
    outcome: Result<(), String>,
}

impl Round {
    /// A round and what came of it.
    pub fn of<T>(what: impl Into<String>, outcome: anyhow::Result<T>) -> Self {
        Self {
            what: what.into(),
            outcome: outcome.map(drop).map_err(|error| format!("{error:#}")),
        }
    }
}

/// All scenarios, quick ones first.
const SCENARIOS: [Scenario; 17] = [
    Scenario {
        name: "calls",
        about: "every call of the database fails once, in every core story",
        needs: Need::Nothing,
        run: tests::calls,
    },
    Scenario {
        name: "engine",
        about: "batches, commits, rollbacks and syncs fail",
        needs: Need::Nothing,
        run: tests::engine,
    },
    Scenario {
        name: "schedules",
        about: "the same submission 20 times, two agents on one case, closing against a reply",
        needs: Need::Nothing,
        run: tests::schedules,
    },
    Scenario {
        name: "workers",
        about: "two workers over a thousand due instants, a worker that panics",
        needs: Need::Nothing,
        run: tests::workers,
    },
    Scenario {
        name: "terminate",
        about: "asked to end under load",
        needs: Need::Nothing,
        run: kill::asked_to_end,
    },
    Scenario {
        name: "kill-instants",
        about: "killed at any instant",
        needs: Need::Nothing,
        run: kill::at_instants,
    },
    Scenario {
        name: "kill-writes",
        about: "killed before any write, sync or rename",
        needs: Need::Tracer,
        run: kill::at_writes,
    },
    Scenario {
        name: "kill-start",
        about: "killed in every step of the first start, migrations included",
        needs: Need::Tracer,
        run: kill::at_start,
    },
    Scenario {
        name: "disk-full",
        about: "the disk is full, and has room again",
        needs: Need::Root,
        run: disk::full,
    },
    Scenario {
        name: "read-only",
        about: "the disk may only be read",
        needs: Need::RootAndTracer,
        run: disk::read_only,
    },
    Scenario {
        name: "sync-error",
        about: "the disk cannot make anything durable",
        needs: Need::Tracer,
        run: disk::unsynced,
    },
    Scenario {
        name: "pg-crash",
        about: "PostgreSQL crashes under load, and is started again",
        needs: Need::Postgres,
        run: server::crashed,
    },
    Scenario {
        name: "pg-commit",
        about: "the line is cut before a COMMIT arrives, or before its answer does",
        needs: Need::Postgres,
        run: server::commits_lost,
    },
    Scenario {
        name: "pg-full",
        about: "others have all connections of PostgreSQL, or it takes none",
        needs: Need::Postgres,
        run: server::full,
    },
    Scenario {
        name: "pg-silence",
        about: "PostgreSQL says nothing any more, and nobody hangs up",
        needs: Need::Postgres,
        run: server::silent,
    },
    Scenario {
        name: "pg-locks",
        about: "many writers on one case, one that is held, deadlocks, serialization failures",
        needs: Need::Postgres,
        run: locks::storms,
    },
    Scenario {
        name: "pg-pause",
        about: "one of two nodes stands still in the midst of its work, and wakes",
        needs: Need::Postgres,
        run: nodes::paused,
    },
];

/// As much of a reason as is shown, characters.
const LONGEST_REASON: usize = 1000;

/// Where scenarios run.
pub struct Workshop<'a> {
    arguments: &'a Arguments,
    programs: &'a Programs,
    folder: &'a Path,
    /// The top of the repository.
    root: &'a Path,
}

impl<'a> Workshop<'a> {
    /// How many rounds: what was asked for, or the usual number.
    fn runs(&self, usual: u64) -> u64 {
        self.arguments.runs.unwrap_or(usual).max(1)
    }

    /// Whether more than the usual rounds were asked for.
    fn is_thorough(&self) -> bool {
        self.arguments.runs.is_some_and(|runs| runs > 50)
    }

    /// Chance for one scenario, from the seed of the run.
    const fn chance(&self, scenario: u64) -> Chance {
        Chance::of(self.arguments.seed.wrapping_add(scenario << 32))
    }

    /// A folder of a scenario's own.
    fn folder(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn stage(&self, name: &str) -> anyhow::Result<Stage<'a>> {
        self.stage_in(&self.folder(name))
    }

    fn stage_in(&self, folder: &Path) -> anyhow::Result<Stage<'a>> {
        Stage::new(self.programs, folder).context("the stage cannot be set")
    }
}

/// Runs the scenarios; whether nothing failed.
pub fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    if arguments.list {
        for scenario in &SCENARIOS {
            println!("{:14} {}", scenario.name, scenario.about);
        }
        return Ok(true);
    }
    let root = root()?;
    let programs = build(&root)?;
    let folder = std::env::temp_dir().join(format!("mainstay-faults-{}", std::process::id()));
    std::fs::create_dir_all(&folder).context("no folder for the databases can be made")?;
    let workshop = Workshop {
        arguments,
        programs: &programs,
        folder: &folder,
        root: &root,
    };
    let tally = play(&workshop);
    std::fs::remove_dir_all(&folder).context("the databases cannot be removed")?;
    let (passed, failed) = tally?;
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}

/// Plays all scenarios that were asked for; how many rounds passed and failed.
fn play(workshop: &Workshop<'_>) -> anyhow::Result<(usize, usize)> {
    let (mut passed, mut failed) = (0, 0);
    let only = &workshop.arguments.only;
    let wanted: Vec<&Scenario> = SCENARIOS
        .iter()
        .filter(|one| one.name.contains(only.as_str()))
        .collect();
    if wanted.is_empty() {
        bail!("no scenario has `{only}` in its name; --list names them");
    }
    for scenario in wanted {
        if let Some(missing) = missing(scenario.needs) {
            // What was not looked at is not sound: it counts as failed.
            println!("{}: NOT RUN, {missing}", scenario.name);
            failed += 1;
            continue;
        }
        println!("{}: {}", scenario.name, scenario.about);
        let begun = now();
        let rounds = (scenario.run)(workshop)
            .unwrap_or_else(|error| vec![Round::of("its beginning", Err::<(), _>(error))]);
        let broken = rounds.iter().filter(|round| round.outcome.is_err()).count();
        for round in &rounds {
            if let Err(why) = &round.outcome {
                // Some answers are whole pages.
                let why: String = why.chars().take(LONGEST_REASON).collect();
                println!("  FAILED {}: {why}", round.what);
            }
        }
        let (fine, seconds) = (rounds.len() - broken, begun.elapsed().as_secs_f64());
        println!("  {fine} passed, {broken} failed, in {seconds:.1} s");
        passed += fine;
        failed += broken;
    }
    Ok((passed, failed))
}

#[expect(clippy::disallowed_methods, reason = "how long a scenario took")]
fn now() -> Instant {
    Instant::now()
}

/// What a scenario needs and has not.
fn missing(need: Need) -> Option<&'static str> {
    let needs_tracer = matches!(need, Need::Tracer | Need::RootAndTracer);
    let needs_root = matches!(need, Need::Root | Need::RootAndTracer);
    if needs_tracer && !succeeds("strace", "-V") {
        return Some("strace is missing: install the package `strace`");
    }
    if needs_root && !is_root() {
        return Some("only root may mount a small disk: run this as root");
    }
    if need == Need::Postgres && INITDB.path().is_err() {
        return Some("PostgreSQL is missing: install the package `postgresql`");
    }
    None
}

fn succeeds(program: &str, argument: &str) -> bool {
    let output = Command::new(program).arg(argument).output();
    output.is_ok_and(|output| output.status.success())
}

/// Builds the program, and what looks at what it leaves.
fn build(root: &Path) -> anyhow::Result<Programs> {
    println!("building");
    for words in [
        "build --quiet --locked -p mainstay",
        "build --quiet --locked -p mainstay-testkit --example inspect",
    ] {
        let built = tests::cargo(root).args(words.split(' ')).status()?;
        if !built.success() {
            bail!("cargo {words} failed");
        }
    }
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |folder| root.join(folder));
    Ok(Programs {
        binary: target.join("debug/mainstay"),
        inspect: target.join("debug/examples/inspect"),
    })
}
