//! An upgrade of nodes one after the other, under load: no request fails.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod instance;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use instance::{Instance, errors, mainstay};
use mainstay_store::db::{Error, Migration, Options, Upgrade};
use mainstay_store::{Db, MIGRATIONS};
use mainstay_testkit::postgres::{CONTRACT, EXPAND, Fresh};

/// Answers between two steps of the upgrade.
const ANSWERS: usize = 40;

/// The schema of this version with more steps.
fn schema(more: &[Migration]) -> &'static [Migration] {
    [MIGRATIONS, more].concat().leak()
}

fn runtime() -> tokio::runtime::Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap()
}

fn node(url: &str, files: &str) -> Instance {
    Instance::start_with(Path::new(url), &["--files", files])
}

/// A customer's API token.
fn seeded(url: &str, folder: &Path) -> String {
    let out = folder.join("credentials.json");
    let seed = [
        "seed",
        "--cases",
        "20",
        "--accounts",
        "2",
        "--database",
        url,
        "--out",
    ];
    let seeded = mainstay().args(seed).arg(&out).output().unwrap();
    assert!(seeded.status.success(), "{}", errors(&seeded));
    let credentials = std::fs::read_to_string(out).unwrap();
    let credentials: serde_json::Value = serde_json::from_str(&credentials).unwrap();
    credentials["customer_tokens"][0]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Asks a node over and over, reading and writing in turn; what did not succeed.
fn load(node: &Instance, token: &str, end: &AtomicBool, done: &Sender<()>) -> Vec<String> {
    let mut failed = Vec::new();
    let bearer = format!("HTTP/1.1\r\nAuthorization: Bearer {token}");
    let body = r#"{"subject": "Under load", "body": "Every word.", "kind": "technical",
        "impact": {"affected": "one", "work": "impaired", "has_workaround": false}}"#;
    let mut number = 0;
    while !end.load(Ordering::Relaxed) {
        number += 1;
        let key = format!("{}-{number}-{:?}", node.address, thread::current().id());
        let key: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
        let create = format!(
            "POST /api/v1/cases {bearer}\r\nIdempotency-Key: {key}\r\n\
             Content-Type: application/json"
        );
        let created = node.ask(&create, body);
        let listed = node.ask(&format!("GET /api/v1/cases {bearer}"), "");
        let answers = [(created, "HTTP/1.1 201"), (listed, "HTTP/1.1 200")];
        failed.extend(
            answers
                .into_iter()
                .filter(|(answer, well)| !answer.starts_with(well)),
        );
        let _ = done.send(());
    }
    failed.into_iter().map(|(answer, _)| answer).collect()
}

fn wait(answers: &Receiver<()>) {
    answers.try_iter().for_each(drop);
    answers.iter().take(ANSWERS).for_each(drop);
}

async fn upgrade(url: &str, migrations: &'static [Migration], contract: bool) -> Result<(), Error> {
    let options = Options {
        contract,
        ..Options::new(migrations)
    };
    let upgrade = Upgrade::look(url, options).await?;
    upgrade.run(|_| {}).await
}

/// What the next version does to a database while nodes of this one go on.
fn roll(url: &str, files: &str, answers: &Receiver<()>) {
    let (next, after) = (schema(&[EXPAND]), schema(&[EXPAND, CONTRACT]));
    wait(answers);
    let newer = runtime().block_on(async {
        let newer = Db::connect(url, Options::new(next)).await;
        newer.unwrap_or_else(|error| panic!("{error}"))
    });
    wait(answers);
    // One of this version that was away comes back to what was added to.
    let back = node(url, files);
    let ready = back.ask("GET /ready HTTP/1.1", "");
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    drop(back);
    let refused = runtime().block_on(upgrade(url, after, true)).unwrap_err();
    assert!(matches!(refused, Error::StillNeeded { .. }), "{refused}");
    wait(answers);
    drop(newer);
}

#[test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
fn nodes_are_upgraded_one_after_the_other_and_no_request_fails() {
    let (database, folder) = (
        runtime().block_on(Fresh::empty()),
        tempfile::tempdir().unwrap(),
    );
    let (url, files) = (database.url(), folder.path().to_str().unwrap());
    let token = seeded(&url, folder.path());
    let (first, second) = (node(&url, files), node(&url, files));
    let (end, (done, answers)) = (AtomicBool::new(false), channel());
    let failed: Vec<String> = thread::scope(|threads| {
        let nodes = [&first, &second, &first, &second];
        let loads = nodes.map(|node| {
            let (token, end, done) = (&token, &end, done.clone());
            threads.spawn(move || load(node, token, end, &done))
        });
        roll(&url, files, &answers);
        end.store(true, Ordering::Relaxed);
        loads
            .into_iter()
            .flat_map(|load| load.join().unwrap())
            .collect()
    });
    assert_eq!(failed, [""; 0]);
    drop((first, second));
    let after = schema(&[EXPAND, CONTRACT]);
    runtime().block_on(upgrade(&url, after, true)).unwrap();
    let serve = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--files",
        files,
        "--database",
        &url,
    ];
    let refused = mainstay().args(serve).output().unwrap();
    let said = errors(&refused);
    assert!(said.contains("Start the newer Mainstay"), "{said}");
}

#[test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
fn an_upgrade_is_rehearsed_beside_nodes() {
    let database = runtime().block_on(Fresh::empty());
    let url = database.url();
    let migrate = |more: &[&str]| {
        let ran = mainstay()
            .args(["migrate", "--database", &url])
            .args(more)
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", errors(&ran));
        String::from_utf8(ran.stdout).unwrap()
    };
    runtime().block_on(async { drop(Db::connect(&url, Options::new(&[])).await.unwrap()) });
    let told = migrate(&["--rehearse"]);
    for part in [
        "Migration 1 (spine): ",
        "It adds ",
        "table cases",
        "nothing was changed",
    ] {
        assert!(told.contains(part), "{told}");
    }
    let told = migrate(&[]);
    assert!(told.contains("Migration 1 (spine): "), "{told}");
    assert!(migrate(&["--rehearse"]).contains("there is nothing to do"));
    assert!(migrate(&["--contract"]).contains("there is nothing to do"));
}
