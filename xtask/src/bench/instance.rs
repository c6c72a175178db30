//! The instance that is measured: seeded, started, watched, ended.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
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
    /// The file.
    pub database: PathBuf,
    /// How to sign in.
    pub credentials: Credentials,
    /// What the seeding said.
    pub words: String,
}

impl Seeded {
    /// Bytes on disk.
    ///
    /// # Errors
    /// When the file is not there.
    pub fn disk_bytes(&self) -> anyhow::Result<u64> {
        Ok(std::fs::metadata(&self.database)?.len())
    }
}

/// Fills a database.
///
/// # Errors
/// When it fails.
pub fn seed(binary: &Path, folder: &Path, cases: usize) -> anyhow::Result<Seeded> {
    let database = folder.join(format!("{cases}.sqlite"));
    let out = folder.join(format!("{cases}.json"));
    let seeded = Command::new(binary)
        .args(["seed", "--cases", &cases.to_string(), "--database"])
        .arg(&database)
        .arg("--out")
        .arg(&out)
        .output()
        .context("the binary cannot be started")?;
    if !seeded.status.success() {
        bail!(
            "seeding failed: {}",
            String::from_utf8_lossy(&seeded.stderr)
        );
    }
    let credentials = std::fs::read_to_string(&out)?;
    Ok(Seeded {
        database,
        credentials: serde_json::from_str(&credentials)?,
        words: String::from_utf8_lossy(&seeded.stdout).trim().to_owned(),
    })
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
    pub fn start(binary: &Path, database: &Path) -> anyhow::Result<Self> {
        let begun = now();
        let mut child = Command::new(binary)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--log-level",
                "warn",
                "--database",
            ])
            .arg(database)
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
