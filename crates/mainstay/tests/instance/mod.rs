//! A running instance of the real binary, and databases for it.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

pub fn mainstay() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MAINSTAY_")) {
        command.env_remove(name);
    }
    command
}

/// A running instance; it ends with the value.
pub struct Instance {
    pub child: Child,
    pub out: BufReader<ChildStdout>,
    pub address: String,
}

impl Instance {
    pub fn start(database: &Path) -> Self {
        Self::start_with(database, &[])
    }

    /// Starts it with further arguments.
    pub fn start_with(database: &Path, more: &[&str]) -> Self {
        let mut child = mainstay()
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--log-level",
                "error",
                "--database",
            ])
            .arg(database)
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the test can go on");
        let mut out = BufReader::new(child.stdout.take().expect("the test can go on"));
        let mut line = String::new();
        out.read_line(&mut line).expect("the test can go on");
        let address = line.split("http://").nth(1).expect("an address");
        let address = address
            .split(' ')
            .next()
            .expect("the test can go on")
            .to_owned();
        Self {
            child,
            out,
            address,
        }
    }

    /// The next line it prints.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("the test can go on");
        line
    }

    /// Sends a request of its own connection and returns the whole answer.
    pub fn ask(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("the test can go on");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("the test can go on");
        let (host, length) = (&self.address, body.len());
        let request = format!(
            "{head}\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream
            .write_all(request.as_bytes())
            .expect("the test can go on");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("the test can go on");
        answer
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([name, &id])
                .status()
                .expect("the test can go on")
                .success()
        );
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("the test can go on")
}

pub fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("the test can go on");
    let database = folder.path().join("mainstay.sqlite");
    (folder, database)
}

/// A database with a few cases, and how to sign in.
pub fn seeded(database: &Path) -> serde_json::Value {
    seeded_with(database, "20")
}

/// A database with more cases than are kept at once.
pub fn many(database: &Path) {
    seeded_with(database, "700");
}

fn seeded_with(database: &Path, cases: &str) -> serde_json::Value {
    let out = database.with_extension("json");
    let seeded = mainstay()
        .args(["seed", "--cases", cases, "--accounts", "2", "--database"])
        .arg(database)
        .arg("--out")
        .arg(&out)
        .output()
        .expect("the test can go on");
    assert!(seeded.status.success(), "{}", errors(&seeded));
    serde_json::from_str(&std::fs::read_to_string(out).expect("the test can go on"))
        .expect("the test can go on")
}

/// A customer's API token.
pub fn token(database: &Path) -> String {
    let credentials = seeded(database);
    credentials["customer_tokens"][0]
        .as_str()
        .expect("the test can go on")
        .to_owned()
}

/// A demo that was shown once, in a database of its own.
pub fn demo(database: &Path) {
    let mut child = mainstay()
        .args(["demo", "--still", "--listen", "127.0.0.1:0", "--database"])
        .arg(database)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the test can go on");
    let mut out = BufReader::new(child.stdout.take().expect("the test can go on"));
    let mut told = String::new();
    while !told.contains("Ctrl-C") {
        assert!(
            out.read_line(&mut told).expect("the test can go on") > 0,
            "{told}"
        );
    }
    let address = told.split("http://").nth(1).expect("the test can go on");
    let address = address
        .split(' ')
        .next()
        .expect("the test can go on")
        .to_owned();
    let mut shown = Instance {
        child,
        out,
        address,
    };
    // Only who answers can be asked to end.
    let answer = shown.ask("GET /health HTTP/1.1", "");
    assert!(answer.ends_with("alive\n"), "{answer}");
    shown.signal("-INT");
    assert!(shown.child.wait().expect("the test can go on").success());
}
