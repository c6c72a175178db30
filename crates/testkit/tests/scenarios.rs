//! Plays the scenarios of `crates/domain/scenarios`, and tests the reader itself.

use std::fs;
use std::path::PathBuf;

use mainstay_testkit::scenario::{Library, play};

#[test]
fn every_scenario_holds() {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../domain/scenarios"]
        .iter()
        .collect();
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let library = Library::shipped();
    let (mut held, mut failures) = (0, Vec::new());
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "md"))
    {
        let name = file.file_name().unwrap().to_string_lossy();
        let name = format!("crates/domain/scenarios/{name}");
        match play(&name, &fs::read_to_string(file).unwrap(), &library) {
            Ok(count) => held += count,
            Err(mismatches) => failures.extend(mismatches.iter().map(ToString::to_string)),
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    assert!(held > 60, "only {held} expectations: has the folder moved?");
}

/// What the reader says of a block, line by line; the block's header is in line 2.
fn told(rows: &str) -> Vec<String> {
    let text = format!("```\nedition 2014-05-16  plan E3  region de\n{rows}\n```\n");
    match play("x.md", &text, &Library::shipped()) {
        Ok(_) => Vec::new(),
        Err(mismatches) => mismatches.iter().map(ToString::to_string).collect(),
    }
}

const OPENS: &str = "Fri 27 Mar 2026 17:30  admin opens, severity B";

#[test]
fn a_mismatch_names_file_line_expected_and_found() {
    assert_eq!(
        told(&format!(
            "{OPENS} | initial response due Mon 17:00 | status closed"
        )),
        [
            "x.md:3: expected `initial response due Mon 17:00`; found initial response due Sat 28 \
             Mar 2026 01:30",
            "x.md:3: expected `status closed`; found status with-vendor",
        ]
    );
}

#[test]
fn a_time_without_its_date_is_within_a_week() {
    assert_eq!(
        told(&format!("{OPENS} | initial response due Sat 01:30")),
        [""; 0]
    );
    assert_eq!(
        told(&format!("{OPENS} | initial response due Sat 4 Apr 01:30")).len(),
        1
    );
}

#[test]
fn a_refusal_nobody_expected_is_a_mismatch() {
    let rows = format!("{OPENS}\nFri 27 Mar 2026 18:00  admin notes");
    let refused =
        "x.md:4: expected it to be done; found refused: Only the support team can do this";
    assert_eq!(told(&rows), [refused]);
    let rows = format!("{OPENS}\nFri 27 Mar 2026 18:00  agent notes | refused: anything");
    assert_eq!(
        told(&rows),
        ["x.md:4: expected `refused: anything`; found it was done"]
    );
}

#[test]
fn what_cannot_be_read_is_pointed_at() {
    for (row, found) in [
        ("Thu 27 Mar 2026 17:30  admin opens", "2026-03-27 is a Fri"),
        (
            "Sun 29 Mar 2026 02:30  admin opens",
            "2026-03-29T02:30:00, which the clocks skip",
        ),
        ("Fri 27 Mar 2026 17:30  admin dances", "`admin dances`"),
        ("Fri 27 Mar 2026 17:30  admin opens, severity Z", "Z"),
        ("Fri 27 Mar 2026 17:30  admin opens, loudly", "`loudly`"),
        (
            "Fri 27 Mar 2026 17:30  admin opens, severity B | happy",
            "`happy`",
        ),
        (
            "Fri 27 Mar 2026 17:30  agent replies",
            "a scenario without a case",
        ),
        (
            "27 Mar 2026 17:30  agent replies",
            "`27 Mar 2026 17:30  agent replies`",
        ),
        ("Fri 30 Feb 2026 17:30  agent replies", "parameter"),
    ] {
        let told = told(row).join("\n");
        assert!(
            told.starts_with("x.md:3: expected ") && told.contains(found),
            "{told}"
        );
    }
}

#[test]
fn a_header_names_what_is_known() {
    let text =
        "```\nedition 2014-05-16  plan E9  region de\nFri 27 Mar 2026 17:30  admin opens\n```";
    let told = play("x.md", text, &Library::shipped()).unwrap_err();
    assert_eq!((told.len(), told[0].line), (1, 2));
    assert!(
        told[0].expected.contains("e3") && told[0].found == "`E9`",
        "{}",
        told[0]
    );
}

#[test]
fn other_fences_are_left_alone_and_open_ones_are_not() {
    let library = Library::shipped();
    assert_eq!(play("x.md", "```toml\nid = 1\n```\n", &library), Ok(0));
    assert_eq!(
        play("x.md", "text\n```\nedition", &library).unwrap_err()[0].line,
        2
    );
}
