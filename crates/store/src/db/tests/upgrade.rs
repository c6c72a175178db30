//! Upgrades beside programs that know only the schema before: what may run when, and what fits.

use std::collections::BTreeSet;

use futures::future::join_all;
use mainstay_testkit::postgres::Fresh;
use tokio_postgres::NoTls;

use super::*;
use crate::MIGRATIONS;
use crate::db::migrate::{Applied, plan, split};
use crate::db::{Effect, Kind, Upgrade};

/// Adds to what the first one made, as the next version would.
const EXPAND: Migration = Migration {
    number: 2,
    name: "shades",
    sql: "-- expand\nALTER TABLE journal ADD COLUMN shade bigint NOT NULL DEFAULT 0;
          CREATE TABLE shades (id identity);",
};
/// Takes away what the version after that looks at no more.
const CONTRACT: Migration = Migration {
    number: 3,
    name: "no parts",
    sql: "-- contract since 2\nDROP TABLE parts;",
};
/// Changes what everybody relies on.
const ALONE: Migration = Migration {
    number: 4,
    name: "deeds",
    sql: "-- alone\nALTER TABLE journal RENAME COLUMN what TO deed;",
};
const OLD: &[Migration] = SCHEMA;
const NEXT: &[Migration] = &[SCHEMA[0], EXPAND];
const AFTER: &[Migration] = &[SCHEMA[0], EXPAND, CONTRACT];
const LAST: &[Migration] = &[SCHEMA[0], EXPAND, CONTRACT, ALONE];

fn ran(migrations: &[Migration]) -> Vec<Applied> {
    let applied = migrations.iter().map(|migration| Applied {
        number: migration.number,
        name: migration.name.into(),
        checksum: migration.checksum(),
        needs: Some(migration.needs()),
    });
    applied.collect()
}

#[test]
fn an_older_program_works_on_what_was_only_added_to() {
    let newer = |found, known| Err(Error::Newer { found, known });
    assert_eq!(plan(&ran(NEXT), OLD, true), Ok(&[][..]));
    assert_eq!(plan(&ran(NEXT), OLD, false), newer(2, 1));
    assert_eq!(plan(&ran(AFTER), NEXT, true), Ok(&[][..]));
    assert_eq!(plan(&ran(AFTER), OLD, true), newer(3, 1));
    assert_eq!(plan(&ran(LAST), AFTER, true), newer(4, 3));
    let unknown = Applied {
        needs: None,
        ..ran(NEXT).remove(1)
    };
    assert_eq!(
        plan(&[ran(OLD), vec![unknown]].concat(), OLD, true),
        newer(2, 1)
    );
    let skipped = [ran(OLD), ran(&[CONTRACT])].concat();
    let error = plan(&skipped, NEXT, true).unwrap_err();
    assert!(matches!(error, Error::Changed { number: 2, .. }), "{error}");
}

#[test]
fn only_contracts_at_the_end_can_wait() {
    assert_eq!(split(&AFTER[1..]), (&[EXPAND][..], &[CONTRACT][..]));
    assert_eq!(split(&AFTER[2..]), (&[][..], &[CONTRACT][..]));
    assert_eq!(split(LAST), (LAST, &[][..]));
}

#[test]
fn what_a_migration_is_stands_outside_its_checksum() {
    let is = |sql| Migration { sql, ..EXPAND };
    assert_eq!(is("-- expand\nA;").kind(), Kind::Expand);
    assert_eq!(is("-- expand\r\nA;").kind(), Kind::Expand);
    assert_eq!(
        is("-- contract since 7\nA;").kind(),
        Kind::Contract { since: 7 }
    );
    assert_eq!(is("-- alone\nA;").kind(), Kind::Alone);
    assert_eq!(is("-- expanded\nA;").kind(), Kind::Alone);
    assert_eq!(is("-- contract since then\nA;").kind(), Kind::Alone);
    assert_eq!(is("-- expand\nA;").checksum(), is("A;").checksum());
    assert_ne!(is("-- expand\nB;").checksum(), is("A;").checksum());
}

#[test]
fn every_migration_says_what_it_is_and_expands_only_add() {
    for migration in MIGRATIONS {
        let (number, first) = (migration.number, migration.sql.lines().next().unwrap());
        match migration.kind() {
            Kind::Expand => assert_eq!(more_than_adding(migration.sql), [""; 0], "{number}"),
            Kind::Contract { since } => assert!(since <= number, "{number} needs {since}"),
            Kind::Alone => assert_eq!(first, "-- alone", "{number}"),
        }
    }
}

#[test]
fn what_does_more_than_add_is_found() {
    for wrong in [
        "DROP TABLE a;",
        "ALTER TABLE a RENAME COLUMN b TO c;",
        "ALTER TABLE a ADD COLUMN b text NOT NULL;",
        "ALTER TABLE a ADD COLUMN b text REFERENCES c (d);",
        "ALTER TABLE a DROP COLUMN b;",
        "CREATE UNIQUE INDEX b ON a (c);",
        "DELETE FROM a;",
    ] {
        assert_eq!(more_than_adding(wrong).len(), 1, "{wrong}");
    }
    let fine = "CREATE TABLE a (b text NOT NULL UNIQUE);\nCREATE UNIQUE INDEX c ON a (b);
                CREATE INDEX d ON e (f);\nALTER TABLE e ADD COLUMN g bigint NOT NULL DEFAULT 0;
                ALTER TABLE e ADD COLUMN h text;\nUPDATE e SET h = ';';";
    assert_eq!(more_than_adding(fine), [""; 0]);
}

/// The statements of a migration that older programs would notice.
fn more_than_adding(sql: &str) -> Vec<String> {
    let lines = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join(" ").replace("';'", "''");
    let (mut made, mut wrong) = (BTreeSet::new(), Vec::new());
    for statement in text.split(';') {
        let words: Vec<_> = statement.split_whitespace().collect();
        let has = |word: &str| words.iter().any(|it| it.eq_ignore_ascii_case(word));
        let adds = match words.as_slice() {
            [] | ["UPDATE" | "INSERT" | "GRANT", ..] => true,
            ["CREATE", "TABLE", name, ..] | ["CREATE", "VIRTUAL", "TABLE", name, ..] => {
                made.insert(*name);
                true
            }
            ["CREATE", "UNIQUE", "INDEX", _, "ON", table, ..] => made.contains(table),
            ["CREATE", "POLICY", _, "ON", table, ..]
            | ["ALTER", "TABLE", table, "ENABLE" | "FORCE", ..] => made.contains(table),
            ["CREATE", "INDEX" | "VIEW" | "SEQUENCE" | "FUNCTION", ..] => true,
            ["ALTER", "TABLE", _, "ADD", "COLUMN", ..] => {
                (!has("NOT") || has("DEFAULT"))
                    && !has("UNIQUE")
                    && !has("REFERENCES")
                    && !has("CHECK")
            }
            _ => false,
        };
        if !adds {
            wrong.push(words.join(" "));
        }
    }
    wrong
}

#[tokio::test]
async fn a_file_that_was_only_added_to_opens_in_the_version_before() {
    let (folder, db) = fresh();
    let path = folder.path().join("test.db");
    drop(db);
    drop(Db::open(&path, Options::new(NEXT)).unwrap());
    let newer = Some(Error::Newer { found: 2, known: 1 });
    assert_eq!(Db::open(&path, Options::new(OLD)).err(), newer);
    assert_eq!(Db::open_to_read(&path, Options::new(OLD)).err(), newer);
    let beside = Options {
        beside_newer: true,
        ..Options::new(OLD)
    };
    let db = Db::open(&path, beside.clone()).unwrap();
    db.write(async |tx| note(tx, "kept").await).await.unwrap();
    drop(db);
    // On SQLite nobody stands beside, so nothing waits.
    let db = Db::open(&path, Options::new(AFTER)).unwrap();
    assert_eq!(journal(&db).await, ["kept"]);
    drop(db);
    let error = Db::open(&path, beside).err().unwrap();
    assert_eq!(error, Error::Newer { found: 3, known: 1 });
}

#[test]
fn a_file_from_before_the_column_of_needs_is_given_it() {
    let (folder, db) = fresh();
    let path = folder.path().join("test.db");
    drop(db);
    let bare = rusqlite::Connection::open(&path).unwrap();
    bare.execute_batch("ALTER TABLE schema_migrations DROP COLUMN needs")
        .unwrap();
    drop(bare);
    Db::open_to_read(&path, Options::new(OLD)).unwrap();
    drop(Db::open(&path, Options::new(NEXT)).unwrap());
    let options = Options {
        beside_newer: true,
        ..Options::new(OLD)
    };
    Db::open(&path, options).unwrap();
}

async fn connect(fresh: &Fresh, migrations: &'static [Migration]) -> Result<Db, Error> {
    let options = Options {
        beside_newer: true,
        connections: 2,
        ..Options::new(migrations)
    };
    Db::connect(&fresh.url(), options).await
}

fn expect(db: Result<Db, Error>) -> Db {
    db.unwrap_or_else(|error| panic!("{error}"))
}

async fn upgrade(fresh: &Fresh, migrations: &'static [Migration], contract: bool) -> Upgrade {
    let options = Options {
        contract,
        ..Options::new(migrations)
    };
    let upgrade = Upgrade::look(&fresh.url(), options).await;
    upgrade.unwrap_or_else(|error| panic!("{error}"))
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn a_contract_waits_until_it_is_asked_for_and_nobody_needs_it() {
    let fresh = Fresh::empty().await;
    let old = expect(connect(&fresh, OLD).await);
    let new = expect(connect(&fresh, AFTER).await);
    old.write(async |tx| note(tx, "old").await).await.unwrap();
    assert_eq!(journal(&new).await, ["old"]);
    // A second old node starts on what the new one has added to.
    drop(expect(connect(&fresh, OLD).await));
    // Whoever only reads knows that nothing is missing.
    let reader = Db::connect_to_read(&fresh.url(), Options::new(AFTER)).await;
    drop(expect(reader));
    let asked = upgrade(&fresh, AFTER, true).await;
    assert_eq!((asked.steps(), asked.left()), (&[CONTRACT][..], &[][..]));
    let refused = asked.run(|_| panic!("nothing runs")).await;
    let still = |number, name: &str, schemas: &str| Error::StillNeeded {
        number,
        name: name.into(),
        schemas: schemas.into(),
    };
    assert_eq!(refused, Err(still(3, "no parts", "1")));
    // What changes everything waits for the same, and then runs at a start.
    let refused = connect(&fresh, LAST).await.err();
    assert_eq!(refused, Some(still(3, "no parts", "1")));
    old.close().await.unwrap();
    assert_eq!(upgrade(&fresh, AFTER, false).await.left(), [CONTRACT]);
    let mut told = Vec::new();
    asked.run(|step| told.push(step.number)).await.unwrap();
    assert_eq!(told, [3]);
    let newer = connect(&fresh, OLD).await.err();
    assert_eq!(newer, Some(Error::Newer { found: 3, known: 1 }));
    drop(expect(connect(&fresh, NEXT).await));
    let refused = connect(&fresh, LAST).await.err();
    assert_eq!(refused, Some(still(4, "deeds", "3")));
    new.close().await.unwrap();
    drop(expect(connect(&fresh, LAST).await));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn a_start_runs_a_contract_that_stands_before_what_it_needs() {
    let fresh = Fresh::empty().await;
    drop(expect(connect(&fresh, OLD).await));
    drop(expect(connect(&fresh, LAST).await));
    assert!(upgrade(&fresh, LAST, true).await.steps().is_empty());
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn a_rehearsal_tells_what_would_come_and_changes_nothing() {
    let fresh = Fresh::empty().await;
    let old = expect(connect(&fresh, OLD).await);
    old.write(async |tx| note(tx, "kept").await).await.unwrap();
    let mut told = Vec::new();
    let effect = upgrade(&fresh, AFTER, true).await;
    let effect = effect.rehearse(|step| told.push(step.number)).await;
    assert_eq!(told, [2, 3]);
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        effect,
        Ok(Effect {
            added: words(&["column journal.shade", "index shades_pkey", "table shades"]),
            removed: words(&["table parts"]),
        })
    );
    const SLOW: &[Migration] = &[
        SCHEMA[0],
        Migration {
            number: 2,
            name: "slow",
            sql: "-- expand\nALTER TABLE journal ADD COLUMN x text; SELECT pg_sleep(60);",
        },
    ];
    let slow = upgrade(&fresh, SLOW, false).await;
    let (slow, others) = tokio::join!(
        slow.rehearse(|_| panic!("it takes too long")),
        join_all((0..20).map(|at| {
            let old = old.clone();
            async move {
                old.write(async move |tx| note(tx, &format!("{at}")).await)
                    .await
            }
        }))
    );
    let said = slow.unwrap_err().to_string();
    assert!(
        said.contains("after 3 seconds it still held its tables"),
        "{said}"
    );
    assert!(others.iter().all(Result::is_ok), "{others:?}");
    assert_eq!(journal(&old).await.len(), 21);
    assert_eq!(upgrade(&fresh, AFTER, false).await.steps(), [EXPAND]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn nobody_is_kept_waiting_behind_a_migration_that_waits_for_a_backup() {
    let fresh = Fresh::empty().await;
    let old = expect(connect(&fresh, OLD).await);
    let (mut backup, connection) = tokio_postgres::connect(&fresh.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    let reading = backup.transaction().await.unwrap();
    let read = "LOCK TABLE journal IN ACCESS SHARE MODE";
    reading.batch_execute(read).await.unwrap();
    let url = fresh.url();
    let new = tokio::spawn(async move { Db::connect(&url, Options::new(NEXT)).await });
    let waits = "SELECT count(*) FROM pg_locks
                 WHERE relation = CAST('journal' AS regclass) AND NOT granted";
    for what in ["one", "two"] {
        while reading
            .query_one(waits, &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
            == 0
        {}
        old.write(async move |tx| note(tx, what).await)
            .await
            .unwrap();
    }
    assert!(!new.is_finished());
    reading.rollback().await.unwrap();
    let new = expect(new.await.unwrap());
    assert_eq!(journal(&new).await, ["one", "two"]);
}
