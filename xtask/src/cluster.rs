//! A PostgreSQL cluster of our own, for as long as it is needed.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, bail};

use crate::ci::tools::is_root;

/// The account the cluster runs as when we are root, which PostgreSQL refuses.
const ACCOUNT: &str = "postgres";
/// For whatever does not outlive the run.
const CARELESS: &str = "fsync=off\nsynchronous_commit=off\nfull_page_writes=off\n";
/// As one would run it on a small machine.
const CAREFUL: &str = "shared_buffers=512MB\nmax_wal_size=4GB\n";

/// A running cluster; it ends, and its folder goes, with the value.
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    /// Where it listens, on loopback.
    pub port: u16,
}

impl Cluster {
    /// Starts one on a free port of loopback and a socket. A durable one keeps what it has
    /// acknowledged when the power fails; the other is faster.
    ///
    /// # Errors
    /// When a program of the server fails.
    pub fn start(initdb: &Path, is_durable: bool) -> anyhow::Result<Self> {
        // Links to some of the programs may lie elsewhere; all of them lie together.
        let initdb = initdb.canonicalize().context("initdb lies nowhere")?;
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
        cluster.configure(&data, if is_durable { CAREFUL } else { CARELESS })?;
        cluster.run()?;
        Ok(cluster)
    }

    /// Starts its server, and waits until it takes connections.
    ///
    /// # Errors
    /// When it does not come to that.
    pub fn run(&self) -> anyhow::Result<()> {
        let mut start = self.command("pg_ctl");
        start.args(["start", "--wait", "--silent", "--pgdata"]);
        start.arg(self.folder.join("data"));
        quietly(start.arg("--log").arg(self.folder.join("log")))
    }

    /// Stops its server at once, as a crash would: whatever was under way is broken off.
    ///
    /// # Errors
    /// When it goes on.
    pub fn crash(&self) -> anyhow::Result<()> {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--wait", "--mode=immediate", "--silent", "--pgdata"]);
        quietly(stop.arg(self.folder.join("data")))
    }

    fn configure(&self, data: &Path, settings: &str) -> anyhow::Result<()> {
        let settings = format!(
            "{settings}max_connections=300\nlisten_addresses='127.0.0.1'\nport={}\n\
             unix_socket_directories='{}'\n",
            self.port,
            self.folder.display()
        );
        std::fs::OpenOptions::new()
            .append(true)
            .open(data.join("postgresql.conf"))
            .and_then(|mut file| std::io::Write::write_all(&mut file, settings.as_bytes()))
            .context("the cluster's settings cannot be written")
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

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database, and gives its address.
    ///
    /// # Errors
    /// When there is one of that name.
    pub fn make_database(&self, name: &str) -> anyhow::Result<String> {
        let mut make = self.command("createdb");
        quietly(
            make.arg("--maintenance-db")
                .arg(self.url("postgres"))
                .arg(name),
        )?;
        Ok(self.url(name))
    }

    /// Bytes a database takes.
    ///
    /// # Errors
    /// When the server does not tell.
    pub fn size(&self, database: &str) -> anyhow::Result<u64> {
        let told = self.ask(database, "SELECT pg_database_size(current_database())")?;
        told.parse().context("the server tells no size")
    }

    /// Says something to one of its databases as whoever runs the server; the answer, a line for
    /// each row.
    ///
    /// # Errors
    /// What the server says against it.
    pub fn ask(&self, database: &str, sql: &str) -> anyhow::Result<String> {
        let mut ask = Command::new(self.bin.join("psql"));
        ask.arg(self.url(database));
        ask.args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql]);
        let told = ask.output().context("psql does not start")?;
        if !told.status.success() {
            bail!("{}", String::from_utf8_lossy(&told.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&told.stdout).trim().to_owned())
    }

    /// A session of somebody else in one of its databases.
    ///
    /// # Errors
    /// When the server lets nobody in.
    pub fn guest(&self, database: &str) -> anyhow::Result<Guest> {
        let mut psql = Command::new(self.bin.join("psql"))
            .arg(self.url(database))
            .arg("-qAtX")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("psql does not start")?;
        let (words, answers) = (psql.stdin.take(), psql.stdout.take());
        let mut guest = Guest {
            psql,
            words: words.context("psql does not listen")?,
            answers: BufReader::new(answers.context("psql says nothing")?),
        };
        guest.ask("SELECT 1")?;
        Ok(guest)
    }
}

/// What a guest prints after each answer.
const STOP: &str = "nothing-more";

/// A session of somebody else; it ends with the value, and what it had begun is undone.
pub struct Guest {
    psql: Child,
    words: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Guest {
    /// Says something and waits for the answer; statements that fail have none.
    ///
    /// # Errors
    /// When the session is over.
    pub fn ask(&mut self, sql: &str) -> anyhow::Result<String> {
        writeln!(self.words, "{sql};\n\\echo {STOP}").context("the session is over")?;
        let mut answer = String::new();
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line)? == 0 {
                bail!("the session is over");
            }
            if line.trim() == STOP {
                return Ok(answer.trim().to_owned());
            }
            answer.push_str(&line);
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let _ = self.psql.kill();
        let _ = self.psql.wait();
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
    let words = crate::ci::steps::line(command);
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
