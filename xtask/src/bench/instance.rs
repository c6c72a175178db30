//! The instance that is measured: seeded, started, watched, ended.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::Deserialize;

use super::wire::{Connection, Request};

/// Ticks of the kernel's clock in a second, as `/proc` counts them on Linux.
const TICKS: f64 = 100.0;

/// What a load generator needs to sign in.
#[derive(Deserialize)]
pub struct Credentials {
    /// Cookie values of customers' administrators.
    pub customer_sessions: Vec<String>,
    /// Bearer tokens of the same.
    pub customer_tokens: Vec<String>,
    /// The cookie value of an agent.
    pub agent_session: String,
    /// Numbers of cases.
    pub case_numbers: Vec<String>,
    /// A word that stands in three cases.
    pub rare_word: String,
}

/// A database to measure with.
pub struct Seeded {
    /// The file, or the address.
    pub database: String,
    /// How to sign in.
    pub credentials: Credentials,
    /// What the seeding said.
    pub words: String,
}

/// How long a sweep took.
#[derive(Deserialize)]
pub struct Swept {
    /// Cases that were due.
    pub due: usize,
    /// How long judging them took, seconds.
    pub seconds: f64,
    /// How long looking takes when nothing is due, milliseconds.
    pub idle_ms: f64,
}

/// Fills a new database with cases, of which some are due.
///
/// # Errors
/// When it fails.
pub fn seed(
    binary: &Path,
    folder: &Path,
    database: &str,
    cases: usize,
    due: usize,
) -> anyhow::Result<Seeded> {
    let out = folder.join("credentials.json");
    let mut seed = Command::new(binary);
    seed.args(["seed", "--database", database]);
    seed.args(["--cases", &cases.to_string(), "--due", &due.to_string()]);
    let words = told(seed.arg("--out").arg(&out), "seeding")?;
    let credentials = std::fs::read_to_string(&out)?;
    Ok(Seeded {
        database: database.to_owned(),
        credentials: serde_json::from_str(&credentials)?,
        words,
    })
}

/// Judges what is due.
///
/// # Errors
/// When it fails.
pub fn sweep(binary: &Path, database: &str) -> anyhow::Result<Swept> {
    let mut sweep = Command::new(binary);
    let words = told(sweep.args(["sweep", "--database", database]), "the sweep")?;
    serde_json::from_str(&words).context("the sweep does not say how long it took")
}

/// What a command prints.
fn told(command: &mut Command, what: &str) -> anyhow::Result<String> {
    let output = command.output().context("the binary cannot be started")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{what} failed: {said}");
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A running instance; it ends with the value.
pub struct Instance {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start to its first answer.
    pub start_ms: f64,
}

#[expect(clippy::disallowed_methods, reason = "the start is measured")]
fn now() -> Instant {
    Instant::now()
}

impl Instance {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(binary: &Path, database: &str, files: &Path) -> anyhow::Result<Self> {
        let begun = now();
        let mut child = Command::new(binary)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--log-level",
                "warn",
                "--database",
                database,
                "--files",
            ])
            .arg(files)
            .stdout(Stdio::piped())
            .spawn()
            .context("the binary cannot be started")?;
        let out = child.stdout.take().context("the instance has no output")?;
        let mut line = String::new();
        let read = BufReader::new(out).read_line(&mut line);
        let mut instance = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            start_ms: 0.0,
        };
        read?;
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        instance.address = address.context("the instance did not start")?.parse()?;
        let mut connection = Connection::open(instance.address)?;
        let answer = connection.exchange(&Request::get("/sign-in"), false)?;
        instance.start_ms = begun.elapsed().as_secs_f64() * 1000.0;
        if answer.status != 200 {
            bail!("the first answer is {}", answer.status);
        }
        Ok(instance)
    }

    /// Its memory now, KiB.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn memory_kib(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.context("no memory is told")?.parse()?)
    }

    /// The computing time it has used, milliseconds.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn cpu_ms(&self) -> anyhow::Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let rest = stat.rsplit_once(')').context("no name is told")?.1;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |place: usize| -> anyhow::Result<f64> {
            Ok(fields.get(place).context("no time is told")?.parse()?)
        };
        Ok((ticks(11)? + ticks(12)?) * 1000.0 / TICKS)
    }

    /// Asks it to end, and waits; after a while it is ended.
    ///
    /// # Errors
    /// When it does not end well.
    pub fn stop(mut self) -> anyhow::Result<()> {
        let id = self.child.id().to_string();
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .context("there is no `kill`")?;
        for _ in 0..150 {
            if let Some(status) = self.child.try_wait()? {
                if status.success() {
                    return Ok(());
                }
                bail!("the instance ended with {status}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("the instance did not end within 15 seconds")
    }
}

impl Drop for Instance {
    /// Whatever happened, nothing stays behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
