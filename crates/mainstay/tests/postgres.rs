//! The real binary on PostgreSQL: nodes that share a database, and addresses that are wrong.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use mainstay_testkit::postgres::Fresh;
use tempfile::TempDir;

fn mainstay() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MAINSTAY_")) {
        command.env_remove(name);
    }
    command
}

/// A node on a database; it ends with the value.
struct Node {
    child: Child,
    out: BufReader<ChildStdout>,
    address: String,
}

impl Node {
    fn start(url: &str, files: &Path) -> Self {
        let mut child = mainstay()
            .args(["serve", "--listen", "127.0.0.1:0", "--log-level", "error"])
            .arg("--files")
            .arg(files)
            .env("MAINSTAY_DATABASE", url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).expect("an address");
        let address = address.split(' ').next().unwrap().to_owned();
        Self {
            child,
            out,
            address,
        }
    }

    fn ask(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).unwrap();
        let (host, length) = (&self.address, body.len());
        let request = format!(
            "{head}\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Asks it to end, and waits until it has.
    fn end(mut self) -> String {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(asked.success());
        assert!(self.child.wait().unwrap().success());
        let mut said = String::new();
        self.out.read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A new database, made outside of any runtime.
fn fresh(migrated: bool) -> Fresh {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        if migrated {
            Fresh::migrated().await
        } else {
            Fresh::empty().await
        }
    })
}

fn refused(url: &str, more: &[&str]) -> String {
    let Output { status, stderr, .. } = mainstay()
        .args(["serve", "--listen", "127.0.0.1:0", "--database", url])
        .args(more)
        .output()
        .unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(2), "{said}");
    said
}

/// A customer's API token.
fn seeded(url: &str, folder: &TempDir) -> String {
    let out = folder.path().join("credentials.json");
    let seeded = mainstay()
        .args([
            "seed",
            "--cases",
            "20",
            "--accounts",
            "2",
            "--database",
            url,
        ])
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    let said = String::from_utf8(seeded.stderr).unwrap();
    assert!(seeded.status.success(), "{said}");
    let credentials: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(out).unwrap()).unwrap();
    let token = credentials["customer_tokens"][0].as_str();
    token.unwrap().to_owned()
}

#[test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
fn a_first_start_migrates_and_prints_the_link() {
    let (database, folder) = (fresh(false), tempfile::tempdir().unwrap());
    let node = Node::start(&database.url(), folder.path());
    let page = node.ask("GET / HTTP/1.1", "");
    assert!(page.starts_with("HTTP/1.1 303"), "{page}");
    let said = node.end();
    assert!(said.contains("/setup/"), "{said}");
    assert!(said.ends_with("Mainstay has ended.\n"), "{said}");
}

#[test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
fn what_one_node_acknowledged_the_other_shows_after_a_kill() {
    let (database, folder) = (fresh(false), tempfile::tempdir().unwrap());
    let url = database.url();
    let token = seeded(&url, &folder);
    let first = Node::start(&url, folder.path());
    let second = Node::start(&url, folder.path());
    let body = r#"{"subject": "Kept by the other", "body": "Every word.", "kind": "technical",
        "impact": {"affected": "one", "work": "impaired", "has_workaround": false}}"#;
    let head = format!(
        "POST /api/v1/cases HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\
         Idempotency-Key: kept-by-the-other\r\nContent-Type: application/json"
    );
    let created = first.ask(&head, body);
    assert!(created.starts_with("HTTP/1.1 201"), "{created}");
    drop(first);
    let list = format!("GET /api/v1/cases HTTP/1.1\r\nAuthorization: Bearer {token}");
    let list = second.ask(&list, "");
    assert!(list.contains("Kept by the other"), "{list}");
    let number = |answer: &str| {
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        body["number"].clone()
    };
    let again = second.ask(&head, body);
    assert_eq!(number(&again), number(&created), "{again}");
}

#[test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
fn what_is_wrong_with_a_database_is_said_in_a_sentence() {
    let (database, folder) = (fresh(true), tempfile::tempdir().unwrap());
    let url = database.url();
    let files = folder.path().to_str().unwrap();
    let said = refused(&url, &[]);
    assert!(said.contains("--files FOLDER"), "{said}");
    let with_files = ["--files", files];
    let said = refused("postgres://nobody:hidden@127.0.0.1:1/none", &with_files);
    assert!(said.contains("Check the address"), "{said}");
    assert!(!said.contains("hidden"), "{said}");
    let said = refused(&url.replace(database.name(), "none_there"), &with_files);
    assert!(said.contains("CREATE DATABASE"), "{said}");
    let said = refused(&database.url_as("nobody_there", "x"), &with_files);
    assert!(said.contains("Check the role"), "{said}");
}
