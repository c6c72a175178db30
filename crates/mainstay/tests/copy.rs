//! The real binary: a vendor that moves between databases, and archives on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod instance;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use mainstay_store::db::Options;
use mainstay_store::system::{self, filling};
use mainstay_store::{Db, Error, MIGRATIONS};
use mainstay_testkit::postgres::Fresh;
use tempfile::TempDir;

use instance::{Instance, demo, errors, folder, mainstay, many, seeded, token};

/// Runs a command with these words.
fn run(words: &[&dyn AsRef<std::ffi::OsStr>]) -> Output {
    mainstay().args(words).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it said, when it went well.
fn done(output: &Output) -> String {
    let words = format!("{}{}", said(output), errors(output));
    assert_eq!(output.status.code(), Some(0), "{words}");
    said(output)
}

/// Wrong use, with a sentence that says this.
fn assert_refused(output: &Output, part: &str) {
    let words = errors(output);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(words.contains(part), "{words}");
    assert!(!words.contains("panicked"), "{words}");
}

/// Every part of an export but what says that notices are held.
fn parts(export: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut parts = BTreeMap::new();
    for under in ["tables", "schemas", "files"] {
        for part in std::fs::read_dir(export.join(under)).into_iter().flatten() {
            let path = part.expect("a part").path();
            let mut bytes = std::fs::read(&path).expect("a part");
            if path.ends_with("settings.jsonl") {
                let text = String::from_utf8(bytes).expect("lines");
                let kept = text.lines().filter(|line| !line.contains("effects-held"));
                bytes = kept.collect::<String>().into_bytes();
            }
            let name = path.strip_prefix(export).expect("a part").to_owned();
            parts.insert(name, bytes);
        }
    }
    parts
}

/// The names of the parts in which two exports differ.
fn differences(one: &Path, other: &Path) -> Vec<PathBuf> {
    let (one, other) = (parts(one), parts(other));
    assert!(!one.is_empty());
    let names = one.keys().chain(other.keys());
    let differ = names.filter(|name| one.get(*name) != other.get(*name));
    differ.cloned().collect()
}

/// A new database on PostgreSQL, and something done with it, outside of any runtime.
fn fresh(is_half_filled: bool) -> Fresh {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        if !is_half_filled {
            return Fresh::empty().await;
        }
        let fresh = Fresh::migrated().await;
        let db = fresh.connect().await;
        let begin = db.write::<_, Error, _>(async |tx| filling::begin(tx, "another").await);
        begin.await.expect("a database").expect("an empty one");
        db.close().await.expect("an end");
        fresh
    })
}

/// An instance on PostgreSQL.
fn start(url: &str, files: &Path) -> Instance {
    let files = files.to_str().expect("a name");
    Instance::start_with(Path::new(url), &["--files", files])
}

/// The number of a new case, without its check digit.
fn open_case(instance: &Instance, token: &str) -> u64 {
    let head = format!(
        "POST /api/v1/cases HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json"
    );
    let body = r#"{"subject": "After the move", "body": "Every word.", "kind": "technical",
        "impact": {"affected": "one", "work": "impaired", "has_workaround": false}}"#;
    let answer = instance.ask(&head, body);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let case: serde_json::Value = serde_json::from_str(body).expect("a case");
    let number = case["number"].to_string();
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    digits.parse::<u64>().expect("a number") / 10
}

#[test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
fn the_demo_vendor_moves_to_postgresql_and_back_unchanged() {
    let (folder, database) = folder();
    let at = |name: &str| folder.path().join(name);
    let (server, files) = (fresh(false), at("files"));
    let url = server.url();
    demo(&database);
    let from = format!("sqlite:{}", database.display());
    let told = done(&run(&[
        &"copy",
        &"--from",
        &from,
        &"--to",
        &url,
        &"--to-files",
        &files,
    ]));
    assert!(told.contains("same   cases: "), "{told}");
    assert!(told.contains("every table is the same"), "{told}");
    let doctor = ["doctor", "--all", "--database", &url, "--files"];
    let looked = done(&mainstay().args(doctor).arg(&files).output().unwrap());
    assert!(looked.contains(" 0 things wrong"), "{looked}");
    let back = at("back.sqlite");
    done(&run(&[
        &"copy",
        &"--from",
        &url,
        &"--from-files",
        &files,
        &"--to",
        &back,
    ]));
    done(&run(&[
        &"export",
        &"--database",
        &database,
        &"--to",
        &at("a"),
    ]));
    done(&run(&[
        &"export",
        &"--database",
        &url,
        &"--files",
        &files,
        &"--to",
        &at("b"),
    ]));
    done(&run(&[&"export", &"--database", &back, &"--to", &at("c")]));
    assert_eq!(differences(&at("a"), &at("b")), Vec::<PathBuf>::new());
    assert_eq!(differences(&at("a"), &at("c")), Vec::<PathBuf>::new());
    let left = std::fs::read_dir(folder.path()).unwrap();
    let names: Vec<_> = left.map(|it| it.unwrap().file_name()).collect();
    let is_left = |end: &str| names.iter().any(|it| it.to_string_lossy().ends_with(end));
    assert!(!is_left(".copying") && !is_left(".restoring"), "{names:?}");
    let again = run(&[
        &"copy",
        &"--from",
        &from,
        &"--to",
        &url,
        &"--to-files",
        &files,
    ]);
    assert_refused(&again, "holds data already");
}

#[test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
fn a_backup_is_taken_from_postgresql_and_goes_on_with_its_numbers() {
    let (folder, database) = folder();
    let at = |name: &str| folder.path().join(name);
    let token = token(&database);
    let (first, second) = (fresh(false), fresh(false));
    let (files, others) = (at("files"), at("others"));
    done(&run(&[
        &"copy",
        &"--from",
        &database,
        &"--to",
        &first.url(),
        &"--to-files",
        &files,
    ]));
    let instance = start(&first.url(), &files);
    let number = open_case(&instance, &token);
    let sqlite = Instance::start(&database);
    assert_eq!(
        open_case(&sqlite, &token),
        number,
        "the number after the last"
    );
    let backup = at("a.backup");
    done(&run(&[
        &"backup",
        &"--database",
        &first.url(),
        &"--files",
        &files,
        &"--to",
        &backup,
    ]));
    done(&run(&[&"verify", &backup]));
    drop(instance);
    let on_second: [&dyn AsRef<std::ffi::OsStr>; 4] =
        [&"--database", &second.url(), &"--files", &others];
    let with = |command: &'static str, more: &[&dyn AsRef<std::ffi::OsStr>]| {
        let mut asked = mainstay();
        asked.arg(command).args(on_second).args(more);
        asked.output().expect("the program")
    };
    assert_refused(
        &with("backup", &[&"--to", &at("b.backup")]),
        "There is no Mainstay",
    );
    let told = done(&with("restore", &[&"--from", &backup]));
    assert!(told.contains("everybody signs in again"), "{told}");
    let looked = done(&with("doctor", &[&"--all"]));
    assert!(looked.contains("21 cases"), "{looked}");
    assert!(looked.contains(" 0 things wrong"), "{looked}");
    assert!(done(&with("release", &[])).starts_with("Released"));
    let restored = start(&second.url(), &others);
    assert_eq!(open_case(&restored, &token), number + 1);
    assert_refused(
        &with("restore", &[&"--from", &backup]),
        "holds data already",
    );
    assert_refused(
        &run(&[&"backup", &"--database", &second.url(), &"--to", &at("c")]),
        "--files FOLDER",
    );
    assert!(done(&with("migrate", &[])).contains("there is nothing to do"));
}

#[test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
fn a_database_that_was_filled_in_part_is_never_taken_for_an_instance() {
    let (folder, database) = folder();
    let at = |name: &str| folder.path().join(name);
    let (server, files) = (fresh(true), at("files"));
    seeded(&database);
    done(&run(&[
        &"export",
        &"--database",
        &database,
        &"--to",
        &at("a"),
    ]));
    let url = server.url();
    let on: [&dyn AsRef<std::ffi::OsStr>; 4] = [&"--database", &url, &"--files", &files];
    for words in [
        &[
            &"serve" as &dyn AsRef<std::ffi::OsStr>,
            &"--listen",
            &"127.0.0.1:0",
        ][..],
        &[&"doctor"],
        &[&"backup", &"--to", &at("b")],
        &[&"import", &"--from", &at("a")],
    ] {
        let refused = mainstay().args(words).args(on).output().unwrap();
        assert_refused(&refused, "filled in part");
    }
    let refused = run(&[
        &"copy",
        &"--from",
        &database,
        &"--to",
        &url,
        &"--to-files",
        &files,
    ]);
    assert_refused(&refused, "Make it anew");
}

/// Kills a command with SIGKILL as soon as there are cases in the database it fills.
fn kill_amid(words: &[&dyn AsRef<std::ffi::OsStr>], filled: &Path) {
    let mut child = mainstay().args(words).spawn().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        while cases_in(filled).await.unwrap_or(0) == 0 {
            assert_eq!(child.try_wait().unwrap(), None, "it ended too early");
        }
    });
    child.kill().unwrap();
    assert!(child.wait().unwrap().code().is_none(), "it was killed");
}

async fn cases_in(filled: &Path) -> Result<i64, Error> {
    let options = Options::new(MIGRATIONS);
    let db = match filled.to_str() {
        Some(url) if url.starts_with("postgres:") => Db::connect_to_read(url, options).await?,
        _ => Db::open_to_read(filled, options)?,
    };
    let (cases, _) = db.read(async |tx| system::case_counts(tx).await).await?;
    db.close().await?;
    Ok(cases)
}

/// How many rows an attempt before had read in, as a command says it.
fn rows_before(told: &str) -> usize {
    let words = told.split_once(" rows were there from before");
    let number = words.and_then(|(before, _)| before.rsplit(['(', ' ']).next());
    number.and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// Copies, is killed in the middle, copies again, and comes to the same.
fn a_copy_that_is_killed_goes_on(to: &Path, filled: &Path, at: &Path, database: &Path) {
    let (files, by) = (at.join("files"), at.join("by"));
    many(database);
    let words: [&dyn AsRef<std::ffi::OsStr>; 9] = [
        &"copy",
        &"--from",
        &database,
        &"--to",
        &to,
        &"--to-files",
        &files,
        &"--by",
        &by,
    ];
    kill_amid(&words, filled);
    let refused = mainstay()
        .args(["doctor", "--database"])
        .arg(to)
        .arg("--files")
        .arg(&files)
        .output();
    assert_eq!(refused.unwrap().status.code(), Some(2), "no instance yet");
    let told = done(&run(&words));
    assert!(told.contains("every table is the same"), "{told}");
    assert!(rows_before(&told) > 600, "{told}");
    let (one, other) = (at.join("one"), at.join("other"));
    done(&run(&[&"export", &"--database", &database, &"--to", &one]));
    let export: [&dyn AsRef<std::ffi::OsStr>; 7] = [
        &"export",
        &"--database",
        &to,
        &"--files",
        &files,
        &"--to",
        &other,
    ];
    done(&run(&export));
    assert_eq!(differences(&one, &other), Vec::<PathBuf>::new());
    assert!(!by.exists());
}

#[test]
fn a_copy_to_a_file_that_is_killed_goes_on_where_it_was() {
    let (folder, database) = folder();
    let to = folder.path().join("b.sqlite");
    let filled = folder.path().join("b.sqlite.restoring");
    a_copy_that_is_killed_goes_on(&to, &filled, folder.path(), &database);
    assert!(!filled.exists());
}

#[test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
fn a_copy_to_postgresql_that_is_killed_goes_on_where_it_was() {
    let (folder, database) = folder();
    let server = fresh(false);
    let url = PathBuf::from(server.url());
    a_copy_that_is_killed_goes_on(&url, &url, folder.path(), &database);
}

#[test]
fn a_restore_of_another_archive_makes_room_for_itself() {
    let (folder, database) = folder();
    let at = |name: &str| folder.path().join(name);
    let (first, second, to) = (at("first"), at("second"), at("b.sqlite"));
    many(&database);
    done(&run(&[
        &"export",
        &"--database",
        &database,
        &"--to",
        &first,
    ]));
    done(&run(&[
        &"export",
        &"--database",
        &database,
        &"--to",
        &second,
    ]));
    let manifest = second.join("manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(
        &manifest,
        text.replacen("\"taken_at\": \"2", "\"taken_at\": \"1", 1),
    )
    .unwrap();
    let import = |from| -> [&dyn AsRef<std::ffi::OsStr>; 5] {
        [&"import", &"--database", &to, &"--from", from]
    };
    kill_amid(&import(&first), &at("b.sqlite.restoring"));
    let told = done(&run(&import(&second)));
    assert!(!told.contains("from before"), "{told}");
    assert_eq!(rows_before(&told), 0);
}

/// A copy that was broken off after its archive was made.
fn broken_off() -> (TempDir, PathBuf, PathBuf) {
    let (folder, database) = folder();
    seeded(&database);
    let by = folder.path().join("by");
    done(&run(&[&"export", &"--database", &database, &"--to", &by]));
    (folder, database, by)
}

#[test]
fn a_copy_goes_on_with_the_archive_that_was_made() {
    let (folder, database, by) = broken_off();
    let to = folder.path().join("b.sqlite");
    let copy: [&dyn AsRef<std::ffi::OsStr>; 7] =
        [&"copy", &"--from", &database, &"--to", &to, &"--by", &by];
    let told = done(&run(&copy));
    assert!(told.contains("is not made again"), "{told}");
    assert!(!by.exists());
    assert_refused(&run(&copy), "holds data already");
    assert!(!by.exists(), "nothing was read");
    let told = done(&run(&[&"release", &"--database", &to]));
    assert!(told.starts_with("Released"), "{told}");
}

#[test]
fn an_archive_that_is_damaged_or_of_an_earlier_state_is_not_gone_on_with() {
    let (folder, database, by) = broken_off();
    let to = folder.path().join("b.sqlite");
    let copy: [&dyn AsRef<std::ffi::OsStr>; 7] =
        [&"copy", &"--from", &database, &"--to", &to, &"--by", &by];
    let cases = by.join("tables/cases.jsonl");
    let whole = std::fs::read(&cases).unwrap();
    std::fs::write(&cases, &whole[..whole.len() / 2]).unwrap();
    assert_refused(&run(&copy), "is no whole archive");
    std::fs::write(&cases, whole).unwrap();
    let instance = Instance::start(&database);
    let page = instance.ask("GET /health HTTP/1.1", "");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    drop(instance);
    let other = folder.path().join("c.sqlite");
    seeded(&other);
    let mut of_other = copy;
    of_other[2] = &other;
    assert_refused(&run(&of_other), "since then there were changes in");
    assert!(!to.exists() && by.exists());
    let same = run(&[&"copy", &"--from", &database, &"--to", &database]);
    assert_refused(&same, "holds data already");
    let nowhere = run(&[
        &"copy",
        &"--from",
        &database,
        &"--to",
        &"postgres://127.0.0.1:1/a",
    ]);
    assert_refused(&nowhere, "--to-files");
}
