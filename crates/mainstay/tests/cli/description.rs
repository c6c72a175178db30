//! `mainstay description`.

use std::fs;

use crate::{assert_wrong, file, mainstay, repository};

fn shipped(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(repository(folder)).expect("the folder is there");
    let path = |entry: std::io::Result<fs::DirEntry>| {
        entry
            .expect("the folder can be read")
            .path()
            .to_string_lossy()
            .into_owned()
    };
    entries.map(path).collect()
}

#[test]
fn everything_shipped_is_without_mistakes() {
    let files = [shipped("editions"), shipped("regions")].concat();
    let mut arguments = vec!["description", "check"];
    arguments.extend(files.iter().map(String::as_str));
    let said = mainstay(&arguments);
    assert_eq!(said.out, format!("{} files, 0 mistakes\n", files.len()));
    assert_eq!(said.code, 0);
}

#[test]
fn every_mistake_is_shown_in_its_place() {
    let text = fs::read_to_string(repository("editions/2014-05-16.toml"))
        .expect("the edition is there")
        .replace("reopen_within_days = 14", "reopen_within_day = 14")
        .replacen("target = \"8 hours\"", "target = \"8 huors\"", 1);
    let (_folder, path) = file("mine.toml", &text);
    let said = mainstay(&["description", "check", &path]);
    assert_eq!(said.code, 1);
    let places: Vec<_> = said
        .out
        .lines()
        .filter(|line| line.contains("mine.toml:"))
        .collect();
    assert!(places.len() >= 2, "{}", said.out);
    for part in ["reopen_within_days", "8 huors", "^^^", "help: "] {
        assert!(said.out.contains(part), "{part} is not in\n{}", said.out);
    }
    let closing = format!("1 file, {} mistakes", places.len());
    assert_eq!(said.out.lines().last(), Some(closing.as_str()));
}

#[test]
fn an_unreadable_file_does_not_hide_the_others() {
    let (_folder, path) = file("mine.toml", "[editoin]\n");
    let said = mainstay(&["description", "check", "nowhere.toml", &path]);
    assert_eq!(said.code, 2);
    assert!(said.out.contains("did you mean [edition]?"), "{}", said.out);
    assert!(
        said.err.contains("`nowhere.toml` cannot be read"),
        "{}",
        said.err
    );
    assert_eq!(mainstay(&["description", "check"]).code, 2);
}

#[test]
fn a_comparison_speaks_in_sentences() {
    let said = mainstay(&["description", "diff", "2014-05-16", "2019-05-07"]);
    assert_eq!(said.code, 0);
    let sentence = "loss    Enterprise E1, severity B: \
                    8 hours around the clock becomes the end of the next day.";
    assert!(
        said.out.lines().any(|line| line == sentence),
        "{}",
        said.out
    );
    let path = repository("editions/2014-05-16.toml");
    let same = mainstay(&["description", "diff", "2014-05-16", &path]);
    assert!(
        same.out.ends_with("Nothing differs for a customer.\n"),
        "{}",
        same.out
    );
}

#[test]
fn a_promise_is_shown_for_all_plans_or_one() {
    let all = mainstay(&["description", "show", "2014-05-16"]);
    assert!(all.out.contains("Midsize Business"), "{}", all.out);
    let one = mainstay(&["description", "show", "2014-05-16", "--plan", "E3"]);
    let line = "  severity B, High: 8 hours around the clock  [8 hours, Anytime]";
    assert!(one.out.lines().any(|one| one == line), "{}", one.out);
    assert!(!one.out.contains("Midsize Business"), "{}", one.out);
}

#[test]
fn names_nothing_has_are_wrong_use() {
    assert_wrong(
        &["description", "show", "2014-05-17"],
        &[
            "no shipped edition `2014-05-17`",
            "did you mean `2014-05-16`?",
        ],
    );
    assert_wrong(
        &["description", "show", "2014-05-16", "--plan", "midsiez"],
        &[
            "edition 2014-05-16 has no plan `midsiez`",
            "did you mean `midsize`?",
        ],
    );
    assert_wrong(
        &["description", "diff", "2014-05-16", "gold"],
        &["`gold`", "`2019-05-07`"],
    );
    let (_folder, path) = file("mine.toml", "[edition]\nid = 3\n");
    assert_wrong(
        &["description", "show", &path],
        &["because of its mistakes", "mine.toml:2:6"],
    );
}
