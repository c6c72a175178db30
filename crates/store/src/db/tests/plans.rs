//! No statement walks through all rows of a table that grows: SQLite's own plans say so.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::collections::BTreeSet;

use super::fresh_with;
use crate::db::{Options, dialect, registry};

/// What looks at everything there is, since that is what it is for.
const FOR_ALL: [&str; 4] = [
    "system/chains.rs",
    "system/check.rs",
    "system/inspect.rs",
    "system/tables.rs",
];

/// Tables that stay small, whatever a vendor does.
const SMALL: [&str; 3] = ["editions", "regions", "lease_clock"];

/// Two leads move a case once in a while; an index for it would cost every case something.
const MOVE: &str = "when a case is moved to another organisation";

/// Statements that may, by their beginning, and why.
const REVIEWED: [(&str, &str); 17] = [
    (
        "SELECT count(*) FROM accounts",
        "how many customers a draft concerns, on its page, by index",
    ),
    (
        "SELECT d.id, d.",
        "a page of the drafts of editions and calendars, by index",
    ),
    (
        "SELECT content FROM description_drafts",
        "drafts of editions and calendars are few",
    ),
    (
        "DELETE FROM inbox WHERE account_id = $1 AND case_id = $2",
        MOVE,
    ),
    ("UPDATE inbox SET account_id = $1", MOVE),
    ("DELETE FROM drafts WHERE case_id = $1 AND (audience", MOVE),
    ("SELECT id, seq FROM search_documents", MOVE),
    (
        "DELETE FROM ceremonies WHERE person_id",
        "what was begun in the last minutes, when factors are taken away",
    ),
    (
        "SELECT a.id, a.what, a.asked_by",
        "what waits for two persons is the team's, and few",
    ),
    (
        "DELETE FROM sessions WHERE side",
        "when an organisation's provider is changed, and who came by it goes",
    ),
    (
        "SELECT count(*), min(created_at), count(*) FILTER",
        "walks an index of what waits, and nothing waits for long",
    ),
    (
        "SELECT id, name, about, contact, regions",
        "a page of the partners",
    ),
    (
        "DELETE FROM reset_requests WHERE asked_at",
        "housekeeping, once an hour",
    ),
    (
        "DELETE FROM known_devices WHERE seen_at",
        "housekeeping, once an hour",
    ),
    (
        "SELECT id FROM people WHERE is_service",
        "walks an index of the programs alone",
    ),
    (
        "SELECT DISTINCT person_id FROM memberships WHERE side = 'partner'",
        "walks an index of partners' people alone",
    ),
    (
        "SELECT count(*), count(*) FILTER (WHERE queue_at IS NOT NULL) FROM cases",
        "commands that count what they have done",
    ),
];

/// The tables of the schema, and what a statement may call them.
fn walked<'a>(step: &'a str, text: &str, tables: &BTreeSet<String>) -> Option<&'a str> {
    let name = step.strip_prefix("SCAN ")?.split(' ').next()?;
    let is_table = |table: &String| {
        table == name
            || [" ", " AS "].iter().any(|between| {
                let called = format!("{table}{between}{name}");
                let ends = text.match_indices(&called).map(|(at, _)| at + called.len());
                ends.into_iter()
                    .any(|end| !text[end..].starts_with(char::is_alphanumeric))
            })
    };
    tables.iter().any(is_table).then_some(name)
}

#[tokio::test]
async fn nothing_walks_all_rows() {
    let (folder, _db) = fresh_with(Options::new(crate::MIGRATIONS));
    let connection = rusqlite::Connection::open(folder.path().join("test.db")).unwrap();
    let mut names = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
        .unwrap();
    let names = names.query_map([], |row| row.get(0)).unwrap();
    let mut tables: BTreeSet<String> = names.map(Result::unwrap).collect();
    tables.retain(|table| !SMALL.contains(&table.as_str()));
    let (mut walks, mut used) = (Vec::new(), BTreeSet::new());
    for found in registry::statements() {
        let is_ours = found.only.as_deref().is_none_or(|only| only == "sqlite");
        if !is_ours || FOR_ALL.iter().any(|source| found.place.contains(source)) {
            continue;
        }
        let text = found
            .sql
            .text()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let explain = format!("EXPLAIN QUERY PLAN {}", dialect::for_sqlite(&text));
        let mut plan = connection.prepare(&explain).unwrap();
        let mut steps = plan.raw_query();
        while let Some(step) = steps.next().unwrap() {
            let step: String = step.get(3).unwrap();
            if step.contains("VIRTUAL TABLE") || walked(&step, &text, &tables).is_none() {
                continue;
            }
            match REVIEWED.iter().find(|(one, _)| text.starts_with(one)) {
                Some((one, _)) => drop(used.insert(*one)),
                None => walks.push(format!("{}: {step}: {text}", found.place)),
            }
        }
    }
    assert_eq!(walks, [""; 0]);
    let stale: Vec<_> = REVIEWED
        .iter()
        .filter(|(one, _)| !used.contains(one))
        .collect();
    assert!(stale.is_empty(), "each is needed by a statement: {stale:?}");
}
