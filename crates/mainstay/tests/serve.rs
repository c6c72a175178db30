//! The real binary: how an instance starts, refuses to start, ends, and what it keeps.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod instance;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Output;

use instance::{Instance, errors, folder, mainstay, seeded, token};

/// What `mainstay serve` says when it does not start.
fn refused(database: &Path, more: &[&str]) -> Output {
    mainstay()
        .args(["serve", "--listen", "127.0.0.1:0", "--database"])
        .arg(database)
        .args(more)
        .output()
        .unwrap()
}

#[test]
fn the_first_start_prints_a_link_that_sets_the_instance_up() {
    let (_folder, database) = folder();
    let mut instance = Instance::start(&database);
    let explained = instance.line();
    assert!(explained.contains("first start"), "{explained}");
    let link = instance.line();
    let path = link
        .trim()
        .strip_prefix(&format!("http://{}", instance.address))
        .unwrap();
    assert!(path.starts_with("/setup/"), "{link}");
    let page = instance.ask(&format!("GET {path} HTTP/1.1"), "");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    let start = instance.ask("GET / HTTP/1.1", "");
    assert!(start.starts_with("HTTP/1.1 303"), "{start}");
}

#[test]
fn a_second_process_on_the_same_database_is_refused() {
    let (_folder, database) = folder();
    let _first = Instance::start(&database);
    let second = refused(&database, &[]);
    assert_eq!(second.status.code(), Some(2));
    let words = errors(&second);
    assert!(
        words.contains("Another Mainstay is already running"),
        "{words}"
    );
}

#[test]
fn an_address_in_use_is_named() {
    let (_folder, database) = folder();
    let first = Instance::start(&database);
    let other = database.with_file_name("other.sqlite");
    let second = mainstay()
        .args(["serve", "--listen", &first.address, "--database"])
        .arg(&other)
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(2));
    let words = errors(&second);
    assert!(words.contains("is in use"), "{words}");
    assert!(!other.exists());
}

#[test]
fn a_broken_description_stops_the_start_with_all_its_mistakes_and_leaves_the_data() {
    let (folder, database) = folder();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editions/2019-05-07.toml");
    let broken = std::fs::read_to_string(shipped).unwrap();
    let broken = broken
        .replacen("column = \"frontline\"", "column = \"frontlin\"", 1)
        .replacen("reopen_within_days", "reopen_witin_days", 1);
    let file = folder.path().join("broken.toml");
    std::fs::write(&file, broken).unwrap();
    let stopped = refused(&database, &["--description", file.to_str().unwrap()]);
    assert_eq!(stopped.status.code(), Some(1));
    let words = errors(&stopped);
    assert!(
        words.contains("frontlin`") && words.contains("reopen_witin_days"),
        "{words}"
    );
    assert!(!database.exists(), "nothing was opened");
}

#[test]
fn a_published_edition_is_not_changed_by_a_file() {
    let (folder, database) = folder();
    drop(Instance::start(&database));
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editions/2019-05-07.toml");
    let other = std::fs::read_to_string(shipped).unwrap();
    let other = other.replacen("reopen_within_days = 14", "reopen_within_days = 7", 1);
    let file = folder.path().join("other.toml");
    std::fs::write(&file, other).unwrap();
    let stopped = refused(&database, &["--description", file.to_str().unwrap()]);
    assert_eq!(stopped.status.code(), Some(1));
    let words = errors(&stopped);
    assert!(words.contains("published already"), "{words}");
    drop(Instance::start(&database));
}

#[test]
fn a_file_of_another_program_is_refused_and_left_alone() {
    let (_folder, database) = folder();
    std::fs::write(&database, "SQLite format 3? No: somebody's diary.").unwrap();
    let before = std::fs::read(&database).unwrap();
    let stopped = refused(&database, &[]);
    assert_eq!(stopped.status.code(), Some(2));
    let words = errors(&stopped);
    assert!(words.contains("is not a Mainstay database"), "{words}");
    assert_eq!(std::fs::read(&database).unwrap(), before);
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let (folder, _) = folder();
    let stopped = refused(&folder.path().join("nowhere/mainstay.sqlite"), &[]);
    assert_eq!(stopped.status.code(), Some(2));
    let words = errors(&stopped);
    assert!(words.contains("Check that its folder exists"), "{words}");
}

#[test]
fn asked_to_terminate_it_ends_although_somebody_listens() {
    let (_folder, database) = folder();
    let credentials = seeded(&database);
    let agent = credentials["agent_session"].as_str().unwrap();
    let mut instance = Instance::start(&database);
    let mut listening = TcpStream::connect(&instance.address).unwrap();
    let listen =
        format!("GET /live?topics=queue HTTP/1.1\r\nHost: a\r\nCookie: mainstay={agent}\r\n\r\n");
    listening.write_all(listen.as_bytes()).unwrap();
    let mut head = String::new();
    let mut lines = BufReader::new(&listening);
    while !head.ends_with("\r\n\r\n") {
        assert!(lines.read_line(&mut head).unwrap() > 0, "{head}");
    }
    assert!(head.contains("text/event-stream"), "{head}");
    instance.signal("-TERM");
    let status = instance.child.wait().unwrap();
    assert!(status.success(), "{status}");
    assert_eq!(instance.line(), "Mainstay has ended.\n");
    let left = std::fs::read_dir(database.parent().unwrap()).unwrap();
    let names: Vec<_> = left.map(|file| file.unwrap().file_name()).collect();
    let has_log = names
        .iter()
        .any(|name| name.to_string_lossy().ends_with("-wal"));
    assert!(!has_log, "{names:?}");
}

fn list_head(token: &str) -> String {
    format!("GET /api/v1/cases HTTP/1.1\r\nAuthorization: Bearer {token}")
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let (_folder, database) = folder();
    let token = token(&database);
    let instance = Instance::start(&database);
    let body = r#"{"subject": "Kept through a crash", "body": "Every word.", "kind": "technical",
        "impact": {"affected": "one", "work": "impaired", "has_workaround": false}}"#;
    let head = format!(
        "POST /api/v1/cases HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json"
    );
    let created = instance.ask(&head, body);
    assert!(created.starts_with("HTTP/1.1 201"), "{created}");
    instance.signal("-KILL");
    drop(instance);
    let again = Instance::start(&database);
    let list = again.ask(&list_head(&token), "");
    assert!(list.contains("Kept through a crash"), "{list}");
}
