//! `mainstay explain`.

use serde_json::Value;

use crate::{Said, assert_wrong, mainstay, repository};

/// Friday 27 March 2026, 17:30 in Berlin, after closing, before a night that is an hour short.
const FRIDAY: &str = "2026-03-27T17:30:00+01:00";

fn arguments<'a>(plan: &'a str, severity: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["explain", "--edition", "2014-05-16", "--plan", plan];
    all.extend(["--severity", severity, "--region", "de", "--opened", FRIDAY]);
    all.extend(more);
    all
}

fn explain(plan: &str, severity: &str, more: &[&str]) -> Said {
    let said = mainstay(&arguments(plan, severity, more));
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    said
}

fn explain_json(plan: &str, severity: &str, more: &[&str]) -> Value {
    let more = [more, &["--json"]].concat();
    serde_json::from_str(&explain(plan, severity, &more).out).expect("the explanation is JSON")
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"database \d{4}[a-z]", "database [version]");
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn eight_hours_around_the_clock_end_in_the_night() {
    snapshot("enterprise_b", &explain("E3", "B", &[]).out);
}

#[test]
fn the_next_business_day_ends_on_monday() {
    snapshot("midsize_b", &explain("midsize", "B", &[]).out);
}

#[test]
fn no_commitment_is_said_in_words() {
    let more = ["--channel", "telephone"];
    snapshot(
        "small_business_c",
        &explain("small-business", "C", &more).out,
    );
}

#[test]
fn each_severity_has_its_clock() {
    let more = ["--severity-at", "2026-03-27T20:00:00+01:00=A"];
    snapshot("raised", &explain("E3", "B", &more).out);
    let toggled = [
        "--severity-at",
        "2026-03-27T20:30:00+01:00=B",
        "--severity-at",
        "2026-03-27T20:00:00+01:00=A",
    ];
    let report = explain_json("E3", "B", &toggled);
    assert_eq!(report["due"], "2026-03-28T00:30:00Z");
}

#[test]
fn pauses_are_cut_out_and_called_a_demonstration() {
    let pause = "2026-03-27T18:00:00+01:00/2026-03-27T19:00:00+01:00";
    let overlapping = "2026-03-27T18:30:00+01:00/2026-03-27T19:30:00+01:00";
    let report = explain_json("E3", "B", &["--paused", pause, "--paused", overlapping]);
    assert_eq!(report["due"], "2026-03-28T02:00:00Z");
    let note = report["notes"][0].as_str().expect("there is a note");
    assert!(
        note.contains("the initial response itself is never paused"),
        "{note}"
    );
    assert!(note.contains("01:30 CET"), "{note}");
    let open = explain_json("E3", "B", &["--paused", "2026-03-27T18:00:00+01:00/"]);
    assert_eq!(open["due"], Value::Null);
    assert_eq!(open["first_response"]["state"], "paused");
    assert_eq!(open["first_response"]["remaining_seconds"], 27_000);
}

#[test]
fn the_ledger_is_contiguous_and_adds_up() {
    let report = explain_json("midsize", "B", &[]);
    let steps = report["clocks"][0]["steps"]
        .as_array()
        .expect("there is a ledger");
    assert!(
        steps
            .windows(2)
            .all(|pair| pair[0]["to"] == pair[1]["from"])
    );
    let last = steps.last().expect("the ledger has lines");
    assert_eq!(
        (&last["sum_days"], &last["to"]["utc"]),
        (&1.into(), &report["due"])
    );
}

#[test]
fn an_offer_overrides_the_column_and_grants_the_severity() {
    let report = explain_json("midsize", "C", &["--offer", "Premier"]);
    assert_eq!(report["due"], "2026-03-27T20:30:00Z");
    assert_eq!(report["verdict"]["may_set_severity"], true);
    let elsewhere = explain("E3", "C", &["--offer", "professional-direct"]).out;
    assert!(elsewhere.contains("this region is in DE"), "{elsewhere}");
}

#[test]
fn other_kinds_have_business_hours_and_no_severity() {
    let report = explain_json("E3", "A", &["--kind", "billing"]);
    assert_eq!(report["severity"], Value::Null);
    assert_eq!(report["due"], Value::Null);
    let from = &report["first_response"]["handled_from"]["utc"];
    assert_eq!(from, "2026-03-30T07:00:00Z");
    let note = report["notes"][0].as_str().expect("there is a note");
    assert!(note.contains("plays no part"), "{note}");
}

#[test]
fn a_trial_of_a_paid_plan_has_no_commitment() {
    let mut all = vec![
        "explain",
        "--edition",
        "2019-05-07",
        "--plan",
        "sharepoint-online",
    ];
    all.extend([
        "--severity",
        "A",
        "--region",
        "us-east",
        "--opened",
        FRIDAY,
        "--trial",
    ]);
    let said = mainstay(&all);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out.contains("a trial has no commitment"),
        "{}",
        said.out
    );
}

#[test]
fn editions_and_regions_may_be_files() {
    let (edition, region) = (
        repository("editions/2014-05-16.toml"),
        repository("regions/de.toml"),
    );
    let mut all = vec![
        "explain",
        "--edition",
        &edition,
        "--plan",
        "E3",
        "--severity",
        "b",
    ];
    all.extend(["--region", &region, "--opened", FRIDAY]);
    assert_eq!(mainstay(&all).out, explain("E3", "B", &[]).out);
}

#[test]
fn what_is_not_known_is_named_with_what_is() {
    for (name, value, parts) in [
        ("--edition", "2014-05-61", ["`2014-05-61`", "`2014-05-16`"]),
        ("--plan", "E33", ["has no plan `E33`", "did you mean `e3`?"]),
        (
            "--severity",
            "D",
            ["has no severity `D`", "`A`, `B` and `C`"],
        ),
        (
            "--region",
            "us-esat",
            ["`us-esat`", "did you mean `us-east`?"],
        ),
        (
            "--offer",
            "premiere",
            ["`premiere`", "did you mean `premier`?"],
        ),
        (
            "--kind",
            "bililng",
            ["`bililng`", "did you mean `billing`?"],
        ),
        ("--channel", "fax", ["`fax`", "`telephone`"]),
        (
            "--opened",
            "Friday",
            ["--opened", "2026-03-27T17:30:00+01:00"],
        ),
        (
            "--opened",
            "2016-12-31T23:59:60Z",
            ["23:59:60", "not an instant"],
        ),
        ("--paused", "now", ["--paused", "FROM/TO"]),
        (
            "--severity-at",
            "2026-03-27T20:00:00Z",
            ["--severity-at", "INSTANT=SEVERITY"],
        ),
        (
            "--severity-at",
            "2026-03-27T20:00:00Z=Z",
            ["has no severity `Z`", "`A`"],
        ),
        (
            "--severity-at",
            "2026-03-26T20:00:00Z=A",
            ["--severity-at", "not after"],
        ),
    ] {
        let mut all = arguments("E3", "B", &[]);
        match all.iter().position(|&one| one == name) {
            Some(index) => all[index + 1] = value,
            None => all.extend([name, value]),
        }
        assert_wrong(&all, &parts);
    }
    let mut all = vec!["explain", "--edition", "2014-05-16", "--plan", "E3"];
    all.extend(["--region", "de", "--opened", FRIDAY]);
    assert_wrong(
        &all,
        &["a technical request has a severity", "A (Critical)"],
    );
}
