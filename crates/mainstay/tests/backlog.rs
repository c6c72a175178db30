//! The real binary: more cases due than are judged in one transaction.

mod instance;

use instance::{errors, folder, mainstay};
use serde_json::Value;

/// What a command says that went well.
#[track_caller]
fn said(arguments: &[&str], database: &std::path::Path) -> String {
    let mut command = mainstay();
    let output = command.args(arguments).arg("--database").arg(database);
    let output = output.output().expect("the test can go on");
    assert!(output.status.success(), "{}", errors(&output));
    String::from_utf8(output.stdout).expect("the test can go on")
}

#[test]
fn a_backlog_is_judged_to_its_end_each_case_once() {
    let (folder, database) = folder();
    let out = folder.path().join("credentials.json");
    let out = out.to_str().expect("the test can go on");
    let seed = [
        "seed",
        "--cases",
        "2100",
        "--due",
        "2050",
        "--accounts",
        "7",
        "--out",
        out,
    ];
    said(&seed, &database);
    let swept: Value = serde_json::from_str(&said(&["sweep"], &database)).expect("JSON");
    assert_eq!(swept["due"], 2050);
    let swept: Value = serde_json::from_str(&said(&["sweep"], &database)).expect("JSON");
    assert_eq!(swept["due"], 0);
    let looked = said(&["doctor", "--all"], &database);
    assert!(looked.starts_with("2100 cases, "), "{looked}");
    assert!(looked.ends_with(", 0 things wrong\n"), "{looked}");
}
