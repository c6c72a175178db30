//! The real binary: backups while it runs, restores, exports, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod instance;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use mainstay_store::db::{Migration, Options};
use mainstay_store::{Db, MIGRATIONS};
use sha2::{Digest, Sha256};

use instance::{Instance, demo, errors, folder, mainstay, seeded, token};

/// Runs a command on a database.
fn run(command: &str, database: &Path, more: &[&Path]) -> Output {
    let option = match command {
        "backup" | "export" => Some("--to"),
        "restore" | "import" => Some("--from"),
        _ => None,
    };
    let mut asked = mainstay();
    asked.arg(command).arg("--database").arg(database);
    asked.args(option).args(more).output().unwrap()
}

fn verify(archive: &Path) -> Output {
    mainstay().arg("verify").arg(archive).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn assert_done(output: &Output) {
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        said(output),
        errors(output)
    );
}

/// Wrong use, with a sentence that says this.
fn assert_refused(output: &Output, part: &str) {
    let words = errors(output);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(words.contains(part), "{words}");
    assert!(!words.contains("panicked"), "{words}");
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_demo_vendor_goes_away_and_comes_back() {
    let (folder, database) = folder();
    let at = |name: &str| folder.path().join(name);
    demo(&database);
    assert_done(&run("backup", &database, &[&at("a.backup")]));
    assert_done(&run("export", &database, &[&at("a")]));
    assert_done(&verify(&at("a.backup")));
    assert_done(&verify(&at("a")));
    assert_done(&run("restore", &at("b.sqlite"), &[&at("a.backup")]));
    assert_done(&run("import", &at("c.sqlite"), &[&at("a")]));
    for restored in ["b", "c"] {
        let again = at(restored);
        assert_done(&run(
            "export",
            &at(&format!("{restored}.sqlite")),
            &[&again],
        ));
        for name in names(&at("a/tables")) {
            let of = |archive: &Path| {
                std::fs::read_to_string(archive.join("tables").join(&name)).unwrap()
            };
            let (before, after) = (of(&at("a")), of(&again));
            match name.as_str() {
                "sessions.jsonl" => assert_eq!(after, ""),
                "settings.jsonl" => {
                    let kept = after.lines().filter(|line| !line.contains("effects-held"));
                    assert_eq!(kept.collect::<Vec<_>>(), before.lines().collect::<Vec<_>>());
                }
                _ => assert!(before == after, "{name} came back otherwise"),
            }
        }
    }
    let left = names(folder.path());
    let half_done = |name: &String| name.contains("partial") || name.contains("restoring");
    assert!(!left.iter().any(half_done), "{left:?}");
}

#[test]
fn a_backup_holds_what_was_acknowledged_before_it_although_writes_go_on() {
    let (folder, database) = folder();
    let token = token(&database);
    let instance = Instance::start(&database);
    let head = format!(
        "POST /api/v1/cases HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json"
    );
    let open = |subject: &str| {
        let body = format!(
            r#"{{"subject": "{subject}", "body": "Every word.", "kind": "technical",
            "impact": {{"affected": "one", "work": "impaired", "has_workaround": false}}}}"#
        );
        let created = instance.ask(&head, &body);
        assert!(created.starts_with("HTTP/1.1 201"), "{created}");
    };
    for number in 0..5 {
        open(&format!("before {number}"));
    }
    let (is_over, archive) = (AtomicBool::new(false), folder.path().join("hot.backup"));
    let during = std::thread::scope(|scope| {
        let (has_begun, begun) = std::sync::mpsc::channel();
        let is_over = &is_over;
        let writing = scope.spawn(move || {
            let mut number = 0;
            while !is_over.load(Ordering::SeqCst) {
                open(&format!("during {number}"));
                number += 1;
                let _ = has_begun.send(());
            }
            number
        });
        begun.recv().unwrap();
        let taken = run("backup", &database, &[&archive]);
        is_over.store(true, Ordering::SeqCst);
        assert_done(&taken);
        writing.join().unwrap()
    });
    assert!(during > 1, "nothing was written meanwhile");
    open("after");
    assert_done(&verify(&archive));
    let restored = folder.path().join("b.sqlite");
    assert_done(&run("restore", &restored, &[&archive]));
    let export = folder.path().join("b");
    assert_done(&run("export", &restored, &[&export]));
    let cases = std::fs::read_to_string(export.join("tables/cases.jsonl")).unwrap();
    for number in 0..5 {
        assert!(cases.contains(&format!("\"before {number}\"")), "{number}");
    }
    assert!(!cases.contains("\"after\""));
    let entries = std::fs::read_to_string(export.join("tables/entries.jsonl")).unwrap();
    let opened = entries.lines().filter(|line| line.contains("\"seq\":1,"));
    assert_eq!(
        opened.count(),
        cases.lines().count(),
        "a case is there with its entries"
    );
}

#[test]
fn a_restored_instance_serves_and_holds_what_goes_out_until_its_release() {
    let (folder, database) = folder();
    let credentials = seeded(&database);
    let archive = folder.path().join("a.backup");
    assert_done(&run("backup", &database, &[&archive]));
    let restored = folder.path().join("b.sqlite");
    let told = run("restore", &restored, &[&archive]);
    assert_done(&told);
    assert!(said(&told).contains("mainstay release"), "{}", said(&told));
    let session = |instance: &Instance| {
        let session = credentials["agent_session"].as_str().unwrap();
        instance.ask(
            &format!("GET /queue HTTP/1.1\r\nCookie: mainstay={session}"),
            "",
        )
    };
    let instance = Instance::start(&restored);
    assert!(
        session(&instance).starts_with("HTTP/1.1 303"),
        "sessions are ended"
    );
    assert_refused(
        &run("release", &restored, &[]),
        "Another Mainstay is already running",
    );
    drop(instance);
    let released = run("release", &restored, &[]);
    assert_done(&released);
    assert!(
        said(&released).starts_with("Released"),
        "{}",
        said(&released)
    );
    assert!(said(&run("release", &restored, &[])).starts_with("Nothing was held"));
    let before = Instance::start(&database);
    assert!(
        session(&before).starts_with("HTTP/1.1 200"),
        "the first one is as it was"
    );
}

#[test]
fn what_cannot_be_backed_up_or_restored_is_named_and_left_alone() {
    let (folder, database) = folder();
    let at = |name: &str| folder.path().join(name);
    assert_refused(
        &run("backup", &database, &[&at("a.backup")]),
        "There is no database",
    );
    std::fs::write(&database, "SQLite format 3? No: somebody's diary.").unwrap();
    assert_refused(
        &run("backup", &database, &[&at("a.backup")]),
        "is not a Mainstay database",
    );
    let before = std::fs::read(&database).unwrap();
    seeded(&at("s.sqlite"));
    assert_done(&run("backup", &at("s.sqlite"), &[&at("a.backup")]));
    assert_refused(
        &run("backup", &at("s.sqlite"), &[&at("a.backup")]),
        "is there already",
    );
    assert_refused(
        &run("backup", &at("s.sqlite"), &[&at("none/a.backup")]),
        "Check that its folder exists",
    );
    assert_refused(
        &run("restore", &database, &[&at("a.backup")]),
        "is not a Mainstay database",
    );
    assert_eq!(std::fs::read(&database).unwrap(), before);
    assert_refused(
        &run("restore", &at("s.sqlite"), &[&at("a.backup")]),
        "holds data already",
    );
    assert_refused(
        &run("restore", &at("t.sqlite"), &[&at("none")]),
        "There is no archive",
    );
    assert_refused(
        &run("restore", &at("t.sqlite"), &[&database]),
        "is no archive of Mainstay",
    );
    let mut bytes = std::fs::read(at("a.backup")).unwrap();
    bytes.truncate(bytes.len() / 2);
    std::fs::write(at("half.backup"), bytes).unwrap();
    assert_eq!(verify(&at("half.backup")).status.code(), Some(1));
    assert_refused(
        &run("restore", &at("t.sqlite"), &[&at("half.backup")]),
        "The archive is damaged",
    );
    std::fs::write(at("u.sqlite-wal"), "a log").unwrap();
    assert_refused(
        &run("restore", &at("u.sqlite"), &[&at("a.backup")]),
        "what is left of another database",
    );
    let left = names(folder.path());
    assert!(
        !left
            .iter()
            .any(|name| name.starts_with("t.") || name.contains("partial")),
        "{left:?}"
    );
}

/// The lines of a plain answer.
fn ask_at(address: &str, path: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn machines_are_told_how_it_is_doing_at_an_address_of_their_own() {
    let (_folder, database) = folder();
    let token = token(&database);
    let mut instance = Instance::start_with(&database, &["--metrics", "127.0.0.1:0"]);
    let line = instance.line();
    let own = line.split("http://").nth(1).unwrap();
    let own = own.split('/').next().unwrap().to_owned();
    let list = format!("GET /api/v1/cases HTTP/1.1\r\nAuthorization: Bearer {token}");
    assert!(instance.ask(&list, "").starts_with("HTTP/1.1 200"));
    assert!(
        instance
            .ask("GET /nowhere HTTP/1.1", "")
            .starts_with("HTTP/1.1 404")
    );
    for address in [&own, &instance.address] {
        assert!(ask_at(address, "/health").ends_with("alive\n"));
        assert!(ask_at(address, "/ready").ends_with("ready\n"));
    }
    let metrics = ask_at(&own, "/metrics");
    for line in [
        "mainstay_requests_total{route=\"/api/v1/cases\",method=\"GET\",status=\"2xx\"} 1",
        "mainstay_request_seconds_count{route=\"/api/v1/cases\",method=\"GET\"} 1",
        "mainstay_open_cases 20",
        "mainstay_outbox_waiting 0",
        "mainstay_outbox_held 0",
        "mainstay_timers_overdue 0",
        "mainstay_writer_queue 0",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    assert!(
        instance
            .ask("GET /metrics HTTP/1.1", "")
            .starts_with("HTTP/1.1 404")
    );
}

#[test]
fn an_answer_carries_the_id_that_stands_in_the_log() {
    let (folder, database) = folder();
    let log = folder.path().join("log");
    let mut child = mainstay()
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log",
            "json",
            "--log-level",
            "debug",
        ])
        .arg("--database")
        .arg(&database)
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).unwrap();
    let address = address.split(' ').next().unwrap().to_owned();
    let mut instance = Instance {
        child,
        out,
        address,
    };
    let id = |answer: &str| {
        let line = answer
            .lines()
            .find(|line| line.starts_with("x-request-id: "));
        line.unwrap().split(' ').nth(1).unwrap().to_owned()
    };
    let own = id(&instance.ask("GET /sign-in HTTP/1.1", ""));
    let given = id(&instance.ask(
        "GET /sign-in HTTP/1.1\r\nX-Request-Id: from-the-proxy.7",
        "",
    ));
    assert_eq!(given, "from-the-proxy.7");
    let odd = id(&instance.ask("GET /sign-in HTTP/1.1\r\nX-Request-Id: \"; drop", ""));
    assert!(!odd.contains('"'), "{odd}");
    instance.signal("-TERM");
    assert!(instance.child.wait().unwrap().success());
    let log = std::fs::read_to_string(&log).unwrap();
    for id in [own, given, odd] {
        let line = log.lines().find(|line| line.contains(&id)).expect("a line");
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["span"]["id"], id.as_str(), "{line}");
        assert_eq!(line["fields"]["status"], 200, "{line}");
    }
}

/// A database of another schema: what ran on it.
fn of_schema(database: &Path, migrations: &'static [Migration]) {
    drop(Db::open(database, Options::new(migrations)).unwrap());
}

const NEWER: &[Migration] = &[
    MIGRATIONS[0],
    Migration {
        number: 1_000_000,
        name: "from the future",
        sql: "",
    },
];

#[test]
fn an_upgrade_is_rehearsed_on_a_copy_before_it_is_done() {
    let (folder, database) = folder();
    of_schema(&database, &[]);
    let (before, beside) = (std::fs::read(&database).unwrap(), names(folder.path()));
    let rehearse = || {
        mainstay()
            .args(["migrate", "--rehearse", "--database"])
            .arg(&database)
            .output()
            .unwrap()
    };
    let rehearsed = rehearse();
    assert_done(&rehearsed);
    let told = said(&rehearsed);
    for part in [
        "Copied ",
        "Migration 1 (spine): ",
        "0 rows in",
        "is sound",
        "Nothing was changed",
    ] {
        assert!(told.contains(part), "{told}");
    }
    assert_eq!(std::fs::read(&database).unwrap(), before);
    let mut left = names(folder.path());
    left.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    assert_eq!(left, beside);
    let migrated = run("migrate", &database, &[]);
    assert_done(&migrated);
    assert!(said(&migrated).contains("Migration 1 (spine): "));
    assert!(said(&rehearse()).contains("there is nothing to do"));
}

#[test]
fn an_older_a_newer_and_a_damaged_database_are_told_apart_and_left_alone() {
    let (folder, database) = folder();
    let at = |name: &str| folder.path().join(name);
    of_schema(&database, &[]);
    of_schema(&at("new.sqlite"), NEWER);
    seeded(&at("torn.sqlite"));
    let mut torn = std::fs::read(at("torn.sqlite")).unwrap();
    torn[4096..40960].fill(0xa5);
    std::fs::write(at("torn.sqlite"), torn).unwrap();
    for (database, part) in [
        (
            &database,
            "Nothing was changed. Try the upgrade with `mainstay migrate --rehearse`",
        ),
        (&at("new.sqlite"), "Start the newer Mainstay"),
        (&at("torn.sqlite"), "damaged"),
        (&at("none.sqlite"), "There is no database"),
    ] {
        let before = std::fs::read(database).ok();
        assert_refused(&run("backup", database, &[&at("a.backup")]), part);
        assert_refused(&run("doctor", database, &[]), part);
        assert_refused(&run("release", database, &[]), part);
        assert_eq!(std::fs::read(database).ok(), before);
        assert!(!at("a.backup").exists());
    }
    assert_refused(
        &run("migrate", &at("new.sqlite"), &[]),
        "Start the newer Mainstay",
    );
    assert_refused(
        &run("migrate", &at("none.sqlite"), &[]),
        "There is no database",
    );
}

#[test]
fn the_doctor_says_what_is_wrong_and_ends_with_one() {
    let (folder, database) = folder();
    let credentials = seeded(&database);
    let _instance = Instance::start(&database);
    let well = mainstay()
        .args(["doctor", "--all", "--database"])
        .arg(&database)
        .output()
        .unwrap();
    assert_done(&well);
    assert_eq!(
        said(&well),
        "20 cases, 0 files and 41 log lines looked at, 0 things wrong\n"
    );
    // Somebody edits an export by hand, checksums and all, and reads it in.
    let (export, forged) = (folder.path().join("a"), folder.path().join("b.sqlite"));
    assert_done(&run("export", &database, &[&export]));
    let number = credentials["case_numbers"][0].as_str().unwrap();
    forge(&export, number);
    assert_done(&run("import", &forged, &[&export]));
    let ill = mainstay()
        .args(["doctor", "--json", "--sample", "50", "--database"])
        .arg(&forged)
        .output()
        .unwrap();
    assert_eq!(ill.status.code(), Some(1), "{}", said(&ill));
    let found: serde_json::Value = serde_json::from_str(&said(&ill)).unwrap();
    let wrong = found["findings"].as_array().unwrap().iter();
    let wrong: Vec<_> = wrong
        .filter(|finding| finding["is_wrong"] == true)
        .collect();
    assert_eq!(wrong.len(), 1, "{found}");
    let message = wrong[0]["message"].as_str().unwrap();
    let expected = format!("Case {number}: revision is kept as 77 and should be");
    assert!(message.starts_with(&expected), "{message}");
}

/// Gives a case of an export another revision, and the table the checksum that belongs to it.
fn forge(export: &Path, number: &str) {
    let path = export.join("tables/cases.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let is_it = |line: &str| line.contains(&format!("\"number\":{},", number));
    let edited = text.lines().map(|line| {
        let mut line = line.to_owned();
        if is_it(&line) {
            let place = line.rfind("\"revision\":").unwrap();
            let place = line[..place].find("\"revision\":").unwrap_or(place) + 11;
            let length = line[place..].find(',').unwrap();
            line.replace_range(place..place + length, "77");
        }
        line + "\n"
    });
    let edited: String = edited.collect();
    std::fs::write(&path, &edited).unwrap();
    let path = export.join("manifest.json");
    let mut manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let sums = manifest["tables"].as_array_mut().unwrap().iter_mut();
    for sum in sums.filter(|sum| sum["name"] == "cases") {
        sum["sha256"] = mainstay_app::files::hex(&Sha256::digest(&edited)).into();
        sum["bytes"] = edited.len().into();
    }
    std::fs::write(&path, manifest.to_string()).unwrap();
}
