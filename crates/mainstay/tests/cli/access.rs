//! `mainstay access`.

use mainstay_domain::access::{Action, Relation, Role};
use serde_json::Value;

use crate::{Said, assert_wrong, mainstay};

fn asked<'a>(role: &'a str, action: &'a str, relation: &'a str, more: &[&'a str]) -> Said {
    let mut all = vec![
        "access",
        "--as",
        role,
        "--action",
        action,
        "--relation",
        relation,
    ];
    all.extend(more);
    mainstay(&all)
}

#[test]
fn a_yes_says_what_is_owed() {
    let said = asked("lead", "move-case", "same-organisation", &[]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(
        said.out,
        "Yes: a lead may move a case to another organisation in the organisation they act for, \
         with a second person who agrees.\n"
    );
    let said = asked("billing-admin", "read", "same-organisation", &[]);
    assert_eq!(
        said.out,
        "Yes: a billing administrator may read requests in the organisation they act for, but \
         only that it exists, its status and its dates.\n"
    );
}

#[test]
fn a_no_says_why_and_who_may() {
    let said = asked("end-user", "open", "same-organisation", &[]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    assert_eq!(
        said.out,
        "No: an end user may not open a request in the organisation they act for: people ask an \
         administrator of their own organisation, who brings it to support.\n\
         Who may, in the same organisation: a global administrator, a billing administrator, a \
         service support administrator, a user management administrator.\n"
    );
    let ended = ["--ended", "2026-03-01T00:00:00Z"];
    let said = asked("partner-admin", "reply", "grant-ended", &ended);
    let expected = "what the customer delegated ended at 2026-03-01T00:00:00Z";
    assert!(said.out.contains(expected), "{}", said.out);
}

#[test]
fn the_preset_decides_what_administrator_types_open() {
    let kind = ["--kind", "billing"];
    let narrow = ["--kind", "billing", "--preset", "narrow"];
    let role = "service-support-admin";
    assert_eq!(asked(role, "open", "own", &kind).code, 0);
    let said = asked(role, "open", "own", &narrow);
    assert_eq!(said.code, 1);
    assert!(
        said.out.contains("does not open billing requests"),
        "{}",
        said.out
    );
}

#[test]
fn what_one_right_owes_is_not_said_where_another_owes_nothing() {
    let technical = ["--kind", "technical"];
    let own = asked("billing-admin", "read", "own", &technical);
    assert_eq!(
        own.out.trim(),
        "Yes: a billing administrator may read requests where they take part by name."
    );
    let colleagues = asked("billing-admin", "read", "same-organisation", &technical);
    assert!(colleagues.out.contains(", but only that it exists"));
}

#[test]
fn a_missing_condition_denies() {
    let said = asked("agent", "change-severity", "own", &["--without", "reason"]);
    assert_eq!(said.code, 1);
    assert!(
        said.out
            .contains("it is allowed only with a reason that is kept"),
        "{}",
        said.out
    );
}

#[test]
fn the_answer_can_be_read_by_programs() {
    let said = asked("agent", "reply", "other-desk", &["--json"]);
    assert_eq!(said.code, 1);
    let answer: Value = serde_json::from_str(&said.out).expect("the answer is JSON");
    assert_eq!(answer["is_allowed"], false);
    assert_eq!(answer["because"], "other-desk");
    assert_eq!(answer["kind"], "billing");
    assert_eq!(answer["who_may"], serde_json::json!(["billing-agent"]));
    let said = asked("agent", "change-severity", "own", &["--json"]);
    let answer: Value = serde_json::from_str(&said.out).expect("the answer is JSON");
    let rights = serde_json::json!([
        { "breadth": "whole", "obligations": ["reason", "customer-sees"] }
    ]);
    assert_eq!(answer["rights"], rights);
}

#[test]
fn a_wrong_code_is_answered_with_all_there_are() {
    let roles = Role::ALL.map(Role::code);
    assert_wrong(&["access", "--as", "boss"], &roles);
    let actions = Action::ALL.map(Action::code);
    assert_wrong(&["access", "--action", "sing"], &actions);
    let relations = Relation::ALL.map(Relation::code);
    assert_wrong(&["access", "--relation", "cousin"], &relations);
    let own_desk = [
        "access",
        "--as",
        "agent",
        "--action",
        "reply",
        "--relation",
        "other-desk",
        "--kind",
        "technical",
    ];
    assert_wrong(
        &own_desk,
        &["technical requests lie at the desk of an agent"],
    );
}
