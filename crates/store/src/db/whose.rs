//! The first wall: a statement on an account-owned table says whose rows it means.
//!
//! Builds with debug assertions, tests above all, judge every statement when it is executed, those
//! made at run time too, and refuse one that does not say it. A test judges the texts in the
//! sources as well, for what no other test executes. Released programs judge nothing.

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

use super::error::Error;
use super::statement::Sql;

/// What says whose rows are meant: the account itself, or the kinds of a desk, which spans all.
const SAYS_WHOSE: [&str; 3] = ["account_id = $", "(account_id, ", "c.kind IN ($"];

/// Sources whose statements mean everybody's rows: the unscoped module, which is reviewed, and the
/// test that looks what the second wall does with what passes this one.
const FOR_ALL: [&str; 2] = ["src/system", "store/tests/walls.rs"];

/// Statements that need not say it, by their beginning, and why.
const REVIEWED: [(&str, &str); 16] = [
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
    (
        "INSERT INTO log (account_id",
        "names the account it is about",
    ),
    (
        "SELECT a.id, a.name, a.region, a.customer_number FROM delegations d",
        "what was delegated to one partner",
    ),
    (
        "SELECT d.account_id, a.name AS account_name",
        "what was delegated to one partner, or by one account",
    ),
    (
        "SELECT DISTINCT d.account_id, d.partner_id, p.id AS person_id",
        "who of one partner acts for whom, or who acts for one account",
    ),
    (
        "SELECT d.account_id, d.kinds, d.covers_all",
        "what was delegated to one partner",
    ),
    (
        "SELECT s.account_id, s.subscription_id",
        "the subscriptions named for one partner",
    ),
    (
        "SELECT k.account_id, a.name AS account_name",
        "what one partner asked for, or one account was asked for",
    ),
    (
        "DELETE FROM delegation_people WHERE partner_id",
        "one person of one partner",
    ),
    (
        "SELECT c.account_id, c.kind, CASE WHEN c.requester_id = $1",
        "one case, among the customers of one partner",
    ),
];

/// What a statement is to the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Judgement {
    /// It touches no account's rows, stands among those for all, or says whose it means.
    Sound,
    /// It is one of [`REVIEWED`].
    Reviewed(&'static str),
    /// It touches this table and says not whose rows it means.
    Astray(&'static str),
}

/// Refuses a statement that does not say whose rows it means; a text is judged once per place.
pub(super) fn admit(sql: Sql) -> Result<(), Error> {
    type Seen = HashMap<(&'static str, &'static str), Judgement>;
    static SEEN: LazyLock<Mutex<Seen>> = LazyLock::new(Mutex::default);
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let place = sql.place();
    let judgement = seen
        .entry((sql.text(), place))
        .or_insert_with(|| judge(sql.text(), place));
    match judgement {
        Judgement::Astray(table) => Err(Error::Statement {
            reason: format!(
                "`{}` ({place}) touches {table}, whose rows belong to accounts, and says not \
                 whose it means; name the account_id of every such table",
                sql.text()
            ),
        }),
        Judgement::Sound | Judgement::Reviewed(_) => Ok(()),
    }
}

/// What a statement that stands in a source is to the wall.
fn judge(text: &str, source: &str) -> Judgement {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some(table) = OWNED.iter().find(|table| has(&text, table)) else {
        return Judgement::Sound;
    };
    if FOR_ALL.iter().any(|place| source.contains(place)) {
        return Judgement::Sound;
    }
    if let Some((beginning, _)) = REVIEWED.iter().find(|(one, _)| text.starts_with(one)) {
        return Judgement::Reviewed(beginning);
    }
    if !SAYS_WHOSE.iter().any(|words| text.contains(words)) {
        return Judgement::Astray(table);
    }
    let says_whose = |alias: &str| {
        has(&text, &format!("{alias}.account_id")) || text.contains(&format!("{alias}.kind IN ($"))
    };
    match aliased(&text).find(|(_, alias)| !says_whose(alias)) {
        Some((table, _)) => Judgement::Astray(table),
        None => Judgement::Sound,
    }
}

/// The tables whose rows belong to an account, read from the migrations.
static OWNED: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let statements = crate::MIGRATIONS.iter().flat_map(|it| it.sql.split(';'));
    let tables = statements.filter_map(|statement| statement.split_once("CREATE TABLE "));
    tables
        .filter_map(|(_, table)| table.split_once(' '))
        .filter(|(_, columns)| columns.contains("account_id uuid"))
        .map(|(name, _)| name)
        .collect()
});

/// The words of a statement; `c.number` is one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '.')))
        .filter(|word| !word.is_empty())
}

fn has(text: &str, word: &str) -> bool {
    words(text).any(|found| found == word)
}

/// The owned tables that are read under another name, with that name: `cases c`.
fn aliased(text: &str) -> impl Iterator<Item = (&'static str, &str)> {
    let pairs = words(text).zip(words(text).skip(1));
    pairs.filter_map(|(table, alias)| {
        let is_name = alias.starts_with(|first: char| first.is_ascii_lowercase());
        let table = OWNED.get(table).filter(|_| is_name)?;
        text.contains(&format!("{table} {alias}"))
            .then_some((*table, alias))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::registry;
    use crate::{Db, MIGRATIONS, db::Options, sql};

    #[test]
    fn a_statement_says_whose_rows_it_means() {
        assert!(OWNED.contains("cases") && OWNED.contains("log") && OWNED.len() >= 10);
        for (text, table) in [
            ("SELECT name FROM people", None),
            ("SELECT id FROM cases WHERE account_id = $1", None),
            ("SELECT id FROM cases WHERE id = $1", Some("cases")),
            ("DELETE FROM \"entries\"", Some("entries")),
            ("SELECT 1 FROM people, files", Some("files")),
            (
                "SELECT e.body FROM cases c JOIN entries e ON e.case_id = c.id
                 WHERE c.account_id = $1",
                Some("entries"),
            ),
            (
                "SELECT e.body FROM cases c JOIN entries e ON e.account_id = c.account_id
                 WHERE c.account_id = $1",
                None,
            ),
        ] {
            let expected = table.map_or(Judgement::Sound, Judgement::Astray);
            assert_eq!(judge(text, "crates/store/src/cases.rs"), expected, "{text}");
            let judged = judge(text, "crates/store/src/system/check.rs");
            assert_eq!(judged, Judgement::Sound);
        }
    }

    /// What a function does that forgot the account, and one that puts its statement together.
    #[tokio::test]
    async fn a_statement_that_goes_astray_is_refused_when_it_is_executed() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Db::open(folder.path().join("a.sqlite"), Options::new(MIGRATIONS));
        let db = db.expect("a database");
        let table = "milestones";
        let made = format!("SELECT count(*) FROM {table}");
        let made = Sql::new(made.leak(), file!());
        for (sql, table) in [
            (sql!("SELECT count(*) FROM cases"), "cases"),
            (sql!("DELETE FROM outbox"), "outbox"),
            (made, table),
        ] {
            for _ in 0..2 {
                let done = db.write(async move |tx| tx.exec(sql, &[]).await).await;
                let error = done.expect_err("it says not whose").to_string();
                assert!(error.contains("whose.rs"), "{error}");
                assert!(error.contains(&format!("touches {table}, ")), "{error}");
                let read = db.read::<Vec<i64>, _, _>(async |tx| tx.all(sql, &[]).await);
                assert_eq!(read.await.expect_err("the same").to_string(), error);
            }
        }
        let sound = sql!("SELECT count(*) FROM cases WHERE account_id = $1");
        let nobody = uuid::Uuid::nil();
        let counted = db
            .read::<i64, Error, _>(async move |tx| tx.one(sound, &[nobody.into()]).await)
            .await;
        assert_eq!(counted, Ok(0));
    }

    #[test]
    fn every_statement_in_the_sources_says_whose() {
        let (mut used, mut astray) = (BTreeSet::new(), Vec::new());
        for found in registry::statements() {
            match judge(found.sql.text(), &found.place) {
                Judgement::Sound => {}
                Judgement::Reviewed(beginning) => drop(used.insert(beginning)),
                Judgement::Astray(table) => {
                    astray.push(format!("{} ({table}): {}", found.place, found.sql.text()));
                }
            }
        }
        assert_eq!(astray, [""; 0]);
        let stale = REVIEWED.iter().filter(|(one, _)| !used.contains(one));
        assert_eq!(stale.count(), 0, "each is needed by a statement");
    }
}
