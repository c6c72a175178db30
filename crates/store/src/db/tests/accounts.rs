//! The lint behind the first wall: a statement on an account-owned table says whose rows it means.

use std::collections::BTreeSet;

use crate::db::registry;

/// What says whose rows are meant: the account itself, or the kinds of a desk, which spans all.
const SAYS_WHOSE: [&str; 3] = ["account_id = $", "(account_id, ", "c.kind IN ($"];

/// Statements that need not say it, by their beginning, and why.
const REVIEWED: [(&str, &str); 9] = [
    (
        "SELECT id, account_id, case_id, recipient_id, kind, created_at FROM outbox",
        "what the worker takes, for all",
    ),
    ("UPDATE outbox SET done_at", "one that the worker has taken"),
    ("UPDATE outbox SET run_at", "one that the worker has taken"),
    ("SELECT min(run_at) FROM outbox", "the worker's alarm clock"),
    (
        "SELECT count(*), min(created_at), count(*) FILTER (WHERE attempts > 0) FROM outbox",
        "how many effects wait, a figure",
    ),
    (
        "SELECT d.id, d.account_id, c.number, c.subject, e.seq",
        "makes the index again, with the reach of the system",
    ),
    (
        "INSERT INTO inbox (person_id",
        "names the account it is about",
    ),
    ("INSERT INTO audit (at", "names the account it is about"),
    (
        "SELECT a.id, a.name, a.region, a.customer_number FROM delegations d",
        "what was delegated to one partner",
    ),
];

/// The tables whose rows belong to an account, read from the migrations.
fn owned() -> BTreeSet<String> {
    let mut owned = BTreeSet::new();
    for migration in crate::MIGRATIONS {
        for statement in migration.sql.split(';') {
            let Some((_, table)) = statement.split_once("CREATE TABLE ") else {
                continue;
            };
            let (name, columns) = table.split_once(' ').unwrap_or((table, ""));
            if columns.contains("account_id uuid") {
                owned.insert(name.to_owned());
            }
        }
    }
    owned
}

/// Whether a statement has this word.
fn has(text: &str, word: &str) -> bool {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .any(|found| found == word)
}

#[test]
fn every_statement_on_an_account_s_rows_says_whose() {
    let owned = owned();
    assert!(owned.contains("cases") && owned.contains("audit") && owned.len() >= 10);
    let mut used = BTreeSet::new();
    let mut astray = Vec::new();
    for found in registry::statements() {
        let text = found.sql.text().split_whitespace().collect::<Vec<_>>();
        let text = text.join(" ");
        let table = owned.iter().find(|table| has(&text, table));
        let Some(table) = table.filter(|_| !found.place.contains("/src/system")) else {
            continue;
        };
        if SAYS_WHOSE.iter().any(|words| text.contains(words)) {
            continue;
        }
        match REVIEWED
            .iter()
            .find(|(beginning, _)| text.starts_with(beginning))
        {
            Some((beginning, _)) => drop(used.insert(*beginning)),
            None => astray.push(format!("{} ({table}): {text}", found.place)),
        }
    }
    assert_eq!(astray, [""; 0]);
    let stale: Vec<_> = REVIEWED
        .iter()
        .filter(|(beginning, _)| !used.contains(beginning))
        .collect();
    assert!(stale.is_empty(), "nothing needs these any more: {stale:?}");
}
