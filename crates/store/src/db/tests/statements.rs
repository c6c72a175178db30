//! Statements, parameters, rows, and the register of all texts.

use std::sync::{Arc, Mutex};

use mainstay_domain::Moment;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::db::{Cell, Constraint, Decode, FromRow, Row, registry, statement};

type Thing = (Uuid, i64, Option<String>, Option<Vec<u8>>, Option<bool>);

fn thing() -> impl Strategy<Value = Thing> {
    let id = any::<u128>().prop_map(Uuid::from_u128);
    (
        id,
        1..i64::MAX,
        any::<Option<String>>(),
        any::<Option<Vec<u8>>>(),
        any::<Option<bool>>(),
    )
}

#[test]
fn what_goes_in_comes_out() {
    let (_folder, db) = fresh();
    comes_back(&runtime(), &db);
}

pub(super) fn comes_back(runtime: &tokio::runtime::Runtime, db: &Db) {
    proptest!(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() }, |(it in thing())| {
        let given = it.clone();
        let back = runtime.block_on(db.write::<_, Error, _>(async move |tx| {
            let (id, number, name, data, is_open) = &it;
            tx.exec(
                sql!("INSERT INTO things (account_id, number, name, data, is_open)
                      VALUES ($1, $2, $3, $4, $5)"),
                &[id.into(), number.into(), name.into(), data.into(), (*is_open).into()],
            ).await?;
            let back: Thing = tx.one(
                sql!("DELETE FROM things WHERE account_id = $1 AND number = $2
                      AND name IS NOT DISTINCT FROM $3 AND is_open IS NOT DISTINCT FROM $4
                      RETURNING account_id, number, name, data, is_open"),
                &[id.into(), number.into(), name.as_deref().into(), V::from(is_open)],
            ).await?;
            Ok(back)
        }));
        prop_assert_eq!(back, Ok(given));
    });
}

#[tokio::test]
async fn rows_are_counted_and_named() {
    let (_folder, db) = fresh();
    counts_and_names(&db).await;
}

pub(super) async fn counts_and_names(db: &Db) {
    let answer = db.write::<_, Error, _>(async |tx| {
        let found = sql!("SELECT id, what FROM journal WHERE id >= $1 ORDER BY id");
        assert_eq!(tx.opt::<(i64, String)>(found, &[int(1)]).await?, None);
        assert!(matches!(
            tx.one::<i64>(found, &[int(1)]).await,
            Err(Error::NotFound { .. })
        ));
        note(tx, "a").await?;
        note(tx, "b").await?;
        assert_eq!(
            tx.opt::<(i64, String)>(found, &[int(2)]).await?,
            Some((2, "b".into()))
        );
        assert!(matches!(
            tx.opt::<i64>(found, &[int(1)]).await,
            Err(Error::Several { .. })
        ));
        assert!(matches!(
            tx.opt::<i64>(found, &[]).await,
            Err(Error::Statement { .. })
        ));
        let wrong = tx.all::<String>(found, &[int(1)]).await.unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "Column 1 holds a whole number where a text was expected."
        );
        assert_eq!(
            tx.exec(sql!("UPDATE journal SET what = what || 'x'"), &[])
                .await?,
            2
        );
        let clock: i64 = tx.one(sql!("SELECT seconds FROM lease_clock"), &[]).await?;
        assert!(clock > 1_700_000_000);
        let like = sql!("SELECT count(*) FROM journal WHERE what LIKE $1");
        assert_eq!(tx.one::<i64>(like, &["A%".into()]).await?, 0);
        assert_eq!(tx.one::<i64>(like, &["a%".into()]).await?, 1);
        Ok(())
    });
    answer.await.unwrap();
}

/// What was noted; a row never asks for the names the one before it asked for, in its order.
#[derive(Debug, PartialEq, Eq)]
struct Noted(i64, String, Option<Error>);

impl FromRow for Noted {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let id: i64 = row.get("id")?;
        Ok(match id % 3 {
            0 => Self(id, row.get("what")?, None),
            1 => {
                let missing = row.get::<i64>("which").err();
                Self(row.get("id")?, row.get("what")?, missing)
            }
            _ => {
                let what = row.get("what")?;
                Self(row.get("id")?, what, None)
            }
        })
    }
}

#[tokio::test]
async fn columns_are_found_in_whatever_order() {
    let (_folder, db) = fresh();
    finds_columns(&db).await;
}

pub(super) async fn finds_columns(db: &Db) {
    let answer = db.write::<_, Error, _>(async |tx| {
        for id in 1..=9 {
            note(tx, &format!("note {id}")).await?;
        }
        let list = sql!("SELECT what, id FROM journal ORDER BY id");
        let noted = tx.all(list, &[]).await?;
        assert_eq!(noted.len(), 9);
        for Noted(id, what, missing) in noted {
            assert_eq!(what, format!("note {id}"));
            let is_missing =
                matches!(&missing, Some(Error::Decode { column, .. }) if column == "which");
            assert_eq!(is_missing, id % 3 == 1, "{missing:?}");
        }
        Ok(())
    });
    answer.await.unwrap();
}

#[test]
fn columns_refuse_what_they_are_not() {
    assert_eq!(bool::decode(Cell::Int(2)), Err("a boolean"));
    assert_eq!(
        u8::decode(Cell::Int(256)),
        Err("a number in the range of u8")
    );
    assert_eq!(Uuid::decode(Cell::Blob(b"short")), Err("a uuid (16 bytes)"));
    assert_eq!(Moment::decode(Cell::Int(0)), Ok(Moment::from_unix(0)));
    assert_eq!(Option::<i64>::decode(Cell::Null), Ok(None));
    assert_eq!(V::from(Some(Moment::from_unix(5))), V::Int(5));
}

#[tokio::test]
async fn broken_rules_are_named() {
    let (_folder, db) = fresh();
    names_rules(&db).await;
    let mistyped = db.write::<_, Error, _>(async |tx| {
        let insert = sql!("INSERT INTO journal (what) VALUES ($1)");
        tx.exec(insert, &[V::Blob(b"x")]).await
    });
    let name = "journal.what".into();
    let kind = Constraint::Type;
    assert_eq!(mistyped.await, Err(Error::Constraint { kind, name }));
}

pub(super) async fn names_rules(db: &Db) {
    let rule = async |sql, parameters: Vec<V<'static>>| {
        let broken = db.write::<_, Error, _>(async move |tx| {
            note(tx, "once").await?;
            tx.exec(sql, &parameters).await
        });
        match broken.await {
            Err(Error::Constraint { kind, name }) => (kind, name),
            other => panic!("{other:?}"),
        }
    };
    let note = sql!("INSERT INTO journal (what) VALUES ($1)");
    assert_eq!(
        rule(note, vec![V::Text("once")]).await,
        (Constraint::Unique, "journal.what".into())
    );
    assert_eq!(
        rule(note, vec![V::Null]).await,
        (Constraint::NotNull, "journal.what".into())
    );
    let part = sql!("INSERT INTO parts (journal_id) VALUES (99)");
    assert_eq!(rule(part, vec![]).await.0, Constraint::ForeignKey);
    let thing = sql!("INSERT INTO things (account_id, number) VALUES ($1, $2)");
    let check = rule(thing, vec![V::Uuid(Uuid::nil()), V::Int(0)]).await;
    assert_eq!(check, (Constraint::Check, "number_is_positive".into()));
    let twice = sql!("INSERT INTO things (account_id, number) VALUES ($1, $2), ($1, $2)");
    let (kind, name) = rule(twice, vec![V::Uuid(Uuid::nil()), V::Int(1)]).await;
    let error = Error::Constraint { kind, name };
    assert!(error.is_duplicate_of("things.number") && !error.is_duplicate_of("number"));
}

#[tokio::test]
async fn every_statement_is_told_to_the_watcher() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let tell = seen.clone();
    let watch = Arc::new(move |sql: &str| tell.lock().unwrap().push(sql.to_owned()));
    let (_folder, db) = fresh_with(Options {
        on_statement: Some(watch),
        ..Options::new(SCHEMA)
    });
    db.write(async |tx| note(tx, "a").await).await.unwrap();
    journal(&db).await;
    assert_eq!(
        *seen.lock().unwrap(),
        [
            "INSERT INTO journal (what) VALUES ($1) RETURNING id",
            "SELECT what FROM journal ORDER BY id"
        ]
    );
}

#[test]
fn texts_are_checked_while_they_compile() {
    for (text, expected) in [
        (
            "SELECT '$9 ? ; it''s' WHERE a = $1 AND b = $2 OR a = $1",
            Some(2),
        ),
        ("SELECT a ->> 'k', \"b?\" FROM t", Some(0)),
        ("SELECT $2, $1", None),
        ("SELECT $1, $3", None),
        ("SELECT $0", None),
        ("SELECT $a", None),
        ("SELECT ?", None),
        ("SELECT a::text", None),
        ("SELECT 1;", None),
        ("SELECT 1 -- why", None),
        ("SELECT /* why */ 1", None),
        ("SELECT 'open", None),
    ] {
        assert_eq!(statement::check(text).ok(), expected, "{text}");
    }
}

/// A source with every way to write a statement, and some that look like one.
const SAMPLE: &str = r###"
// sql!("not this"), nor "that
/// sql!("nor this")
macro_rules! journal { () => { "journal j" }; }
macro_rules! by_id {
    ($head:literal) => { by_id!($head, "") };
    ($head:literal, $tail:literal) => {{ $crate::sql!(concat!($head, " WHERE id = $1", $tail)) }};
}
fn a<'a>(quote: char) {
    let _ = quote == '"' || quote == '\'';
    tx.all(sql!("SELECT id \
                 FROM journal"), &[]);
    sql!(
        r#"SELECT "what" FROM journal"#
    );
    crate::sql!("SELECT id FROM ", journal!(), " WHERE j.id = $1");
    by_id!("SELECT id FROM journal", " AND what = 'now'");
    sql!("SELECT nothing FROM journal"); sql!("SELECT ifnull(id, 1) FROM journal");
    sql!("COMMIT"); sql!("SELECT \"journal_x\" FROM journal");
}
"###;

#[tokio::test]
async fn the_register_finds_and_prepares_every_text() {
    let (folder, db) = fresh();
    let source = folder.path().join("sample.rs");
    std::fs::write(&source, SAMPLE).unwrap();
    let found = registry::read(&[source]);
    let texts: Vec<_> = found.iter().map(|found| found.sql.text()).collect();
    assert_eq!(
        texts[..4],
        [
            "SELECT id FROM journal",
            "SELECT \"what\" FROM journal",
            "SELECT id FROM journal j WHERE j.id = $1",
            "SELECT id FROM journal WHERE id = $1 AND what = 'now'",
        ]
    );
    assert!(
        found[1].place.ends_with("sample.rs:13"),
        "{}",
        found[1].place
    );
    let complaints = registry::complaints(&db, &found).await;
    assert_eq!(complaints.len(), 4, "{complaints:#?}");
    for (complaint, word) in complaints
        .iter()
        .zip(["nothing", "IFNULL", "begins", "journal_x"])
    {
        assert!(complaint.contains(word), "{complaint}");
    }
    // The seam's own tests are texts too, and known to be good.
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/tests");
    let own = registry::read(&[tests.with_extension("rs"), tests.join("writing.rs")]);
    assert!(own.len() > 3);
    assert_eq!(registry::complaints(&db, &own).await, [""; 0]);
}

#[tokio::test]
async fn every_statement_of_the_store_is_understood() {
    let (_folder, db) = fresh_with(Options::new(crate::MIGRATIONS));
    let found = registry::statements();
    assert!(!found.is_empty());
    assert_eq!(registry::complaints(&db, &found).await, [""; 0]);
}
