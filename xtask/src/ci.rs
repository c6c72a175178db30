//! `cargo xtask ci`: every check and test, in one go, with progress.
//!
//! Steps run in order and the first that fails ends the run. What is left out is named in the
//! closing lines, never skipped in silence.

mod browser;
mod instructions;
mod postgres;
mod progress;
pub mod steps;
pub mod tools;

use std::time::Duration;

use crate::{counted, root};
use progress::Watch;
use steps::STEPS;

/// What to leave out.
#[derive(clap::Args)]
pub struct Arguments {
    /// Leave a part out; the closing lines say so.
    #[arg(long, value_enum, value_name = "PART")]
    without: Vec<Part>,
    /// Run only these steps; the closing lines say what that leaves out.
    #[arg(long, value_name = "STEP", value_parser = step_name())]
    only: Vec<String>,
}

/// What can be left out.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The journeys in a real browser.
    Browser,
    /// The stories and journeys on PostgreSQL.
    Postgres,
}

/// What came of a step.
enum Outcome {
    /// It passed.
    Passed,
    /// There was nothing to run, and why.
    LeftOut(String),
}

/// A step of the run.
pub struct Step {
    name: &'static str,
    /// What it holds together, in a few words.
    about: &'static str,
    run: fn(&steps::Workshop) -> anyhow::Result<Outcome>,
}

fn step_name() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(STEPS.iter().map(|step| step.name))
}

impl Arguments {
    /// Why a step is left out, if it is.
    fn reason(&self, step: &Step) -> Option<&'static str> {
        let is_of = |part: &str| step.name.split('-').any(|word| word == part);
        if is_of("browser") && self.without.contains(&Part::Browser) {
            Some("--without browser")
        } else if is_of("postgres") && self.without.contains(&Part::Postgres) {
            Some("--without postgres")
        } else if !self.only.is_empty() && !self.only.iter().any(|name| name == step.name) {
            Some("--only")
        } else {
            None
        }
    }
}

/// What has come of the steps so far.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: Option<&'static str>,
    not_run: usize,
    left_out: Vec<String>,
}

/// Runs the steps; whether all passed.
pub fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    let workshop = steps::Workshop::new(root()?);
    let whole = Watch::start();
    let mut tally = Tally::default();
    for (index, step) in STEPS.iter().enumerate() {
        let place = format!("[{}/{}] {}", index + 1, STEPS.len(), step.name);
        if let Some(reason) = arguments.reason(step) {
            tally.leave_out(step, reason);
        } else if tally.failed.is_some() {
            tally.not_run += 1;
        } else {
            tally.run(step, &place, &workshop);
        }
    }
    tally.close(whole.elapsed());
    Ok(tally.failed.is_none())
}

impl Tally {
    fn run(&mut self, step: &Step, place: &str, workshop: &steps::Workshop) {
        println!("{place}: {}", step.about);
        let watch = Watch::start();
        let outcome = watch.beat(step.name, || (step.run)(workshop));
        let took = seconds(watch.elapsed());
        match outcome {
            Ok(Outcome::Passed) => {
                println!("{place}: passed in {took}");
                self.passed += 1;
            }
            Ok(Outcome::LeftOut(why)) => {
                println!("{place}: left out, {why}");
                self.leave_out(step, &why);
            }
            Err(error) => {
                println!("{place}: FAILED after {took}\n{error:#}");
                self.failed = Some(step.name);
            }
        }
    }

    fn leave_out(&mut self, step: &Step, why: &str) {
        self.left_out
            .push(format!("{}, {} ({why})", step.name, step.about));
    }

    /// The closing lines.
    fn close(&self, took: Duration) {
        self.left_out
            .iter()
            .for_each(|one| println!("left out: {one}"));
        let (passed, took) = (self.passed, seconds(took));
        match self.failed {
            None => println!(
                "{}: {passed} passed, 0 failed, in {took}",
                counted(passed, "step")
            ),
            Some(name) => {
                let steps = counted(passed + 1 + self.not_run, "step");
                let not_run = self.not_run;
                println!("{steps}: {passed} passed, 1 failed, {not_run} not run, in {took}");
                println!("failed: {name}");
            }
        }
    }
}

fn seconds(span: Duration) -> String {
    match span.as_secs() {
        0..=59 => format!("{:.1} s", span.as_secs_f64()),
        whole => format!("{} min {} s", whole / 60, whole % 60),
    }
}
