//! Opening: whose file it is, which schema it has, who else uses it.

use std::path::Path;

use super::*;
use crate::db::dialect::sqlite_ddl;
use crate::db::migrate::{Applied, plan};

fn refusal(path: &Path, migrations: &'static [Migration]) -> Error {
    let before = std::fs::read(path).unwrap();
    let error = Db::open(path, Options::new(migrations))
        .err()
        .expect("a refusal");
    assert!(
        std::fs::read(path).unwrap() == before,
        "the file was changed"
    );
    error
}

#[test]
fn a_second_process_is_refused_until_the_first_has_ended() {
    let (folder, db) = fresh();
    let path = folder.path().join("test.db");
    let error = Db::open(&path, Options::new(SCHEMA))
        .err()
        .expect("a refusal");
    assert!(matches!(&error, Error::Locked { path } if path.ends_with("test.db.lock")));
    assert!(error.to_string().contains("Stop it first"), "{error}");
    drop(db);
    Db::open(&path, Options::new(SCHEMA)).unwrap();
}

#[test]
fn a_link_to_the_file_is_the_file() {
    let (folder, _db) = fresh();
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(folder.path().join("test.db"), &link).unwrap();
    assert!(matches!(
        Db::open(&link, Options::new(SCHEMA)),
        Err(Error::Locked { .. })
    ));
}

#[test]
fn a_foreign_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("theirs.db");
    let theirs = rusqlite::Connection::open(&path).unwrap();
    theirs.execute_batch("CREATE TABLE a (b)").unwrap();
    drop(theirs);
    assert!(matches!(refusal(&path, SCHEMA), Error::Foreign { .. }));
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear Sir or Madam, ".repeat(500)).unwrap();
    assert!(matches!(refusal(&path, SCHEMA), Error::Foreign { .. }));
}

#[test]
fn a_missing_folder_is_named() {
    let error = Db::open("/nonexistent/x.db", Options::new(SCHEMA))
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("/nonexistent/x.db") && error.contains("folder exists"),
        "{error}"
    );
}

const SECOND: Migration = Migration {
    number: 3,
    name: "more",
    sql: "CREATE TABLE more (id identity);",
};
const BROKEN: Migration = Migration {
    number: 4,
    name: "broken",
    sql: "CREATE TABLE half (id identity); INSERT INTO nowhere VALUES (1);",
};

#[test]
fn schemas_grow_and_never_go_back() {
    const MORE: &[Migration] = &[SCHEMA[0], SECOND];
    const EDITED: &[Migration] = &[
        SCHEMA[0],
        Migration {
            sql: "CREATE TABLE more (id identity, x text);",
            ..SECOND
        },
    ];
    const SLIPPED_IN: &[Migration] = &[
        SCHEMA[0],
        Migration {
            number: 2,
            ..SECOND
        },
        SECOND,
    ];
    const SWAPPED: &[Migration] = &[SECOND, SCHEMA[0]];
    const FAILS: &[Migration] = &[SCHEMA[0], SECOND, BROKEN];

    let (folder, db) = fresh();
    let path = folder.path().join("test.db");
    runtime()
        .block_on(db.write(async |tx| note(tx, "kept").await))
        .unwrap();
    drop(db);
    drop(Db::open(&path, Options::new(MORE)).unwrap());

    assert_eq!(refusal(&path, SCHEMA), Error::Newer { found: 3, known: 1 });
    assert!(matches!(
        refusal(&path, EDITED),
        Error::Changed { number: 3, .. }
    ));
    assert!(matches!(
        refusal(&path, SLIPPED_IN),
        Error::Changed { number: 2, .. }
    ));
    assert!(matches!(
        refusal(&path, &[SECOND]),
        Error::Changed { number: 1, .. }
    ));
    assert!(matches!(
        refusal(&path, SWAPPED),
        Error::Changed { number: 1, .. }
    ));
    let error = refusal(&path, FAILS);
    assert!(
        matches!(&error, Error::Migration { number: 4, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("nowhere"), "{error}");

    let db = Db::open(&path, Options::new(MORE)).unwrap();
    assert_eq!(runtime().block_on(journal(&db)), ["kept"]);
}

#[test]
fn a_migration_that_leaves_dangling_references_is_undone() {
    const DANGLING: &[Migration] = &[
        SCHEMA[0],
        Migration {
            number: 2,
            name: "dangling",
            sql: "INSERT INTO parts VALUES (7);",
        },
    ];
    let (folder, db) = fresh();
    drop(db);
    let error = refusal(&folder.path().join("test.db"), DANGLING);
    assert!(error.to_string().contains("references"), "{error}");
}

#[test]
fn line_endings_are_no_change() {
    let windows: &'static str = THINGS.replace('\n', "\r\n").leak();
    let ran = Applied {
        number: 1,
        name: "things".into(),
        checksum: SCHEMA[0].checksum(),
        needs: None,
    };
    assert_eq!(
        plan(
            &[ran],
            &[Migration {
                sql: windows,
                ..SCHEMA[0]
            }],
            false
        ),
        Ok(&[][..])
    );
}

#[test]
fn portable_words_become_those_of_sqlite() {
    let portable = "-- text of a uuid; in a comment\nCREATE TABLE IF NOT EXISTS a (\n\
        id identity, b uuid DEFAULT 'uuid text;', \"text\" text, c BOOLEAN NOT NULL, d bytea, \
        e real);\nCREATE INDEX f ON a (b);\n--@ sqlite\nCREATE TABLE g (h uuid);\n--@ postgres\n\
        no;\n--@ both\nCREATE TABLE i (j bigint PRIMARY KEY) WITHOUT ROWID;";
    assert_eq!(
        sqlite_ddl(portable).unwrap(),
        "-- text of a uuid; in a comment\nCREATE TABLE IF NOT EXISTS a (\n\
        id INTEGER PRIMARY KEY, b BLOB DEFAULT 'uuid text;', \"text\" TEXT, c INTEGER NOT NULL, \
        d BLOB, e REAL) STRICT;\nCREATE INDEX f ON a (b);\nCREATE TABLE g (h uuid);\n\
        CREATE TABLE i (j INTEGER PRIMARY KEY) WITHOUT ROWID, STRICT;\n",
    );
    assert!(sqlite_ddl("CREATE TABLE a (b bigint REFERENCES c DEFERRABLE);").is_err());
    assert!(sqlite_ddl("CREATE TABLE a (b bigint)").is_err());
    assert!(sqlite_ddl("--@ oracle").is_err());
}

#[tokio::test]
async fn somebody_who_reads_stands_beside_the_one_who_writes_and_changes_nothing() {
    let (folder, db) = fresh();
    let path = folder.path().join("test.db");
    db.write(async |tx| note(tx, "one").await).await.unwrap();
    let beside = Db::open_to_read(&path, Options::new(SCHEMA)).unwrap();
    assert_eq!(journal(&beside).await, ["one"]);
    db.write(async |tx| note(tx, "two").await).await.unwrap();
    assert_eq!(journal(&beside).await, ["one", "two"]);
    let written = beside.write(async |tx| note(tx, "three").await).await;
    assert_eq!(written.unwrap_err(), Error::ReadOnly);
    assert_eq!(beside.broken_structures().await.unwrap(), [""; 0]);
    beside.close().await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn what_a_killed_process_left_in_its_log_is_read() {
    let (folder, db) = fresh();
    let path = folder.path().join("test.db");
    db.write(async |tx| note(tx, "kept").await).await.unwrap();
    let killed = folder.path().join("killed.db");
    for end in ["", "-wal"] {
        let name = |stem: &Path| format!("{}{end}", stem.display());
        std::fs::copy(name(&path), name(&killed)).unwrap();
    }
    let reader = Db::open_to_read(&killed, Options::new(SCHEMA)).unwrap();
    assert_eq!(journal(&reader).await, ["kept"]);
}

#[test]
fn a_reader_wants_a_file_of_this_schema() {
    const MORE: &[Migration] = &[
        SCHEMA[0],
        Migration {
            number: 2,
            name: "more",
            sql: "CREATE TABLE more (id identity);",
        },
    ];
    let (folder, db) = fresh();
    let path = folder.path().join("test.db");
    drop(db);
    let refused = |migrations| {
        let before = std::fs::read(&path).unwrap();
        let refused = Db::open_to_read(&path, Options::new(migrations)).err();
        assert_eq!(std::fs::read(&path).unwrap(), before);
        refused
    };
    assert_eq!(refused(MORE), Some(Error::Older { found: 1, known: 2 }));
    assert_eq!(refused(&[]), Some(Error::Newer { found: 1, known: 0 }));
    let missing = folder.path().join("none.db");
    let refused = Db::open_to_read(&missing, Options::new(SCHEMA)).err();
    assert!(matches!(refused, Some(Error::Missing { .. })));
    assert!(!missing.exists());
    assert_eq!(Db::pending(&path, &Options::new(MORE)).unwrap().len(), 1);
}

#[tokio::test]
async fn a_copy_holds_what_the_log_holds() {
    let (folder, db) = fresh();
    db.write(async |tx| note(tx, "kept").await).await.unwrap();
    let copy = folder.path().join("copy.db");
    Db::copy(folder.path().join("test.db"), &copy).unwrap();
    assert!(Db::copy(folder.path().join("test.db"), &copy).is_err());
    let copied = Db::open(&copy, Options::new(SCHEMA)).unwrap();
    assert_eq!(journal(&copied).await, ["kept"]);
}
