//! The real binary, asked good and bad questions.

mod access;
mod conformance;
mod description;
mod explain;

use std::process::{Command, Output};

/// What the binary said.
struct Said {
    code: i32,
    out: String,
    err: String,
}

/// Asks the binary.
fn mainstay(arguments: &[&str]) -> Said {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_mainstay"))
        .args(arguments)
        .output()
        .expect("the binary starts");
    let text = |bytes| String::from_utf8(bytes).expect("the binary writes UTF-8");
    Said {
        code: status.code().expect("the binary ends by itself"),
        out: text(stdout),
        err: text(stderr),
    }
}

/// A file of the repository.
fn repository(path: &str) -> String {
    format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))
}

/// A file with a text, in a folder that goes away with it.
fn file(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("there is room for a file");
    let path = path.to_str().expect("the path is text").to_owned();
    (folder, path)
}

/// A wrong question: code 2, nothing printed, and a sentence that says all this.
fn assert_wrong(arguments: &[&str], parts: &[&str]) {
    let said = mainstay(arguments);
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{arguments:?}");
    for part in parts {
        assert!(
            said.err.contains(part),
            "{arguments:?} said {:?}, not {part:?}",
            said.err
        );
    }
    assert!(
        !said.err.contains("panicked"),
        "{arguments:?}: {}",
        said.err
    );
}

#[test]
fn the_version_names_the_time_zone_database() {
    let said = mainstay(&["--version"]);
    assert_eq!(said.code, 0);
    let database = mainstay_domain::calendar::time_zone_version();
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!("mainstay {version} (time-zone database {database})\n");
    assert_eq!(said.out, expected);
}

#[test]
fn a_missing_or_unknown_command_is_wrong_use() {
    assert_eq!(mainstay(&[]).code, 2);
    assert_wrong(&["explian"], &["explian", "explain"]);
}
