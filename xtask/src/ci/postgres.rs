//! The stories on PostgreSQL: a cluster of its own for as long as they take.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use super::Outcome;
use super::steps::{Workshop, run};
use super::tools::{INITDB, find, is_root};

/// The account the cluster runs as when we are root, which PostgreSQL refuses.
const ACCOUNT: &str = "postgres";
/// The crates whose tests know PostgreSQL.
const CRATES: [&str; 4] = ["mainstay-store", "mainstay-app", "mainstay-web", "mainstay"];
/// Nothing here outlives the run, so nothing is synced.
const SETTINGS: &str = "fsync=off\nsynchronous_commit=off\nfull_page_writes=off\n\
    max_connections=300\nlisten_addresses='127.0.0.1'\n";

/// Runs the tests once more with worlds that live on PostgreSQL, and those of PostgreSQL alone.
pub fn stories(workshop: &Workshop) -> anyhow::Result<Outcome> {
    let cluster = Cluster::start(&INITDB.path()?)?;
    let crates: String = CRATES.iter().map(|name| format!(" -p {name}")).collect();
    let mut command = if find("cargo-nextest").is_some() {
        let quiet = "--cargo-quiet --show-progress none --status-level fail";
        let all = "--run-ignored all";
        workshop.command(&format!("cargo nextest run --locked {quiet} {all}{crates}"))
    } else {
        let tests = "--lib --bins --tests";
        workshop.command(&format!(
            "cargo test --quiet --locked {tests}{crates} -- --include-ignored"
        ))
    };
    command.env("MAINSTAY_TEST_POSTGRES", cluster.url());
    run(command)?;
    Ok(Outcome::Passed)
}

/// A running cluster; it ends, and its folder goes, with the value.
struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    fn start(initdb: &Path) -> anyhow::Result<Self> {
        let bin = initdb.parent().context("initdb lies nowhere")?.to_owned();
        let name = format!("mainstay-postgres-{}", std::process::id());
        // A socket's path is short, so the folder is not one of the repository.
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
        // Nobody has the port between this look and the start, one hopes; else the start says so.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let cluster = Self { bin, folder, port };
        if is_root() {
            quietly(Command::new("chown").arg(ACCOUNT).arg(&cluster.folder))?;
        }
        let data = cluster.folder.join("data");
        let mut make = cluster.command("initdb");
        make.args(["--auth=trust", "--username=postgres", "--no-sync"]);
        make.args(["--encoding=UTF8", "--locale=C", "--pgdata"]);
        quietly(make.arg(&data))?;
        let settings = format!(
            "{SETTINGS}port={port}\nunix_socket_directories='{}'\n",
            cluster.folder.display()
        );
        std::fs::OpenOptions::new()
            .append(true)
            .open(data.join("postgresql.conf"))
            .and_then(|mut file| std::io::Write::write_all(&mut file, settings.as_bytes()))
            .context("the cluster's settings cannot be written")?;
        let mut start = cluster.command("pg_ctl");
        start
            .args(["start", "--wait", "--silent", "--pgdata"])
            .arg(&data);
        quietly(start.arg("--log").arg(cluster.folder.join("log")))?;
        Ok(cluster)
    }

    /// A program of the server, as an account it accepts.
    fn command(&self, program: &str) -> Command {
        let path = self.bin.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", ACCOUNT, "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(&self.folder);
        command
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--mode=immediate", "--silent", "--pgdata"]);
        if let Err(error) = quietly(stop.arg(self.folder.join("data"))) {
            println!("      {error:#}");
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Runs a command and shows what it says only if it fails. The server keeps what its starter
/// leaves open, so it is given nothing to hold.
fn quietly(command: &mut Command) -> anyhow::Result<()> {
    let words = super::steps::line(command);
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("{words} does not start"))?;
    if status.success() {
        return Ok(());
    }
    bail!("this command failed, {status}:\n  {words}")
}
