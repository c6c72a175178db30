//! `mainstay conformance`.

use serde_json::{Value, json};

use crate::{assert_wrong, file, mainstay, repository};

/// A small file of cases over one calendar of office hours.
fn cases(vectors: Value) -> String {
    let office = json!({
        "tz": "UTC",
        "weekly": [{ "days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "17:00" }],
    });
    let odd = json!({ "tz": "UTC", "weekly": [{ "days": ["mon"], "from": "9", "to": "17:00" }] });
    json!({
        "format": "sla-vectors/1",
        "calendars": { "office": office, "odd": odd },
        "vectors": vectors,
    })
    .to_string()
}

#[test]
fn every_vector_and_cell_of_the_repository_passes() {
    let said = mainstay(&["conformance", &repository("vectors/deadlines.json")]);
    assert_eq!(said.out, "250 passed, 0 failed\n");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
}

#[test]
fn one_bad_case_does_not_stop_the_others() {
    let monday = "2026-01-05T09:00:00Z";
    let text = cases(json!([
        { "id": "right", "op": "add", "calendar": "office", "start": monday, "minutes": 60,
          "expect": "2026-01-05T10:00:00Z" },
        { "id": "other-offset", "op": "add", "calendar": "office", "start": monday, "minutes": 60,
          "expect": "2026-01-05T11:00:00+01:00" },
        { "id": "wrong", "op": "diff", "calendar": "office", "from": monday,
          "to": "2026-01-05T10:00:00Z", "expect": 61 },
        { "id": "half", "op": "diff", "calendar": "office", "from": monday,
          "to": "2026-01-05T09:00:30Z", "expect": 0.5 },
        { "id": "no-operation", "op": "multiply", "calendar": "office", "expect": 1 },
        { "id": "no-calendar", "op": "next_open", "calendar": "offise", "start": monday,
          "expect": monday },
        { "id": "odd-calendar", "op": "next_open", "calendar": "odd", "start": monday,
          "expect": monday },
        { "id": "no-instant", "op": "next_open", "calendar": "office", "start": "Monday",
          "expect": monday },
        { "id": "endless", "op": "add", "calendar": "office", "start": monday,
          "minutes": u64::MAX, "expect": monday },
        7,
    ]));
    let (_folder, path) = file("cases.json", &text);
    let said = mainstay(&["conformance", &path]);
    let lines: Vec<_> = said.out.lines().collect();
    let names: Vec<_> = lines
        .iter()
        .filter_map(|line| line.split_once(": expected "))
        .map(|(name, _)| name)
        .collect();
    let failing = [
        "wrong",
        "no-operation",
        "no-calendar",
        "odd-calendar",
        "no-instant",
        "endless",
        "vector 10",
    ];
    assert_eq!(names, failing);
    assert_eq!(lines[0], "wrong: expected 61, found 60");
    assert_eq!(lines.last(), Some(&"3 passed, 7 failed"));
    assert_eq!((said.code, said.err.as_str()), (1, ""));
}

#[test]
fn the_report_can_be_had_as_json() {
    let text = cases(json!([
        { "id": "wrong", "op": "diff", "calendar": "office", "from": "2026-01-05T09:00:00Z",
          "to": "2026-01-05T10:00:00Z", "expect": 61 },
    ]));
    let (_folder, path) = file("cases.json", &text);
    let said = mainstay(&["conformance", &path, "--json"]);
    let report: Value = serde_json::from_str(&said.out).expect("the report is JSON");
    let expected = json!({
        "passed": 0,
        "failed": 1,
        "mismatches": [{ "case": "wrong", "expected": "61", "found": "60" }],
    });
    assert_eq!((said.code, report), (1, expected));
}

#[test]
fn a_file_that_is_none_is_wrong_use() {
    assert_wrong(
        &["conformance", "nowhere.json"],
        &["`nowhere.json` cannot be read"],
    );
    assert_wrong(&["conformance", "."], &["`.` is a folder"]);
    for (text, part) in [
        ("{", "line 1 column"),
        ("[]", "not a file of cases"),
        ("{}", "missing field `calendars`"),
        (r#"{"calendars": {}}"#, "neither `vectors` nor `cells`"),
        (
            r#"{"format": "sla-vectors/2", "calendars": {}}"#,
            "`sla-vectors/2`",
        ),
    ] {
        let (_folder, path) = file("cases.json", text);
        assert_wrong(&["conformance", &path], &["cases.json", part]);
    }
}
