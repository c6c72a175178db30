//! The same promises on PostgreSQL, and those only it must keep.

use std::time::Duration;

use futures::future::join_all;
use mainstay_testkit::postgres::Fresh;
use tokio::sync::oneshot;
use tokio_postgres::NoTls;

use super::*;
use crate::db::{Constraint, registry};

async fn connected(options: Options) -> (Fresh, Db) {
    let fresh = Fresh::empty().await;
    let db = Db::connect(&fresh.url(), options).await;
    let db = db.unwrap_or_else(|error| panic!("{error}"));
    (fresh, db)
}

async fn refusal(url: &str, migrations: &'static [Migration]) -> Error {
    let db = Db::connect(url, Options::new(migrations)).await;
    db.err().expect("a refusal")
}

/// Something done beside us, as whoever runs the server would.
async fn beside(fresh: &Fresh, sql: &str) {
    let (them, connection) = tokio_postgres::connect(&fresh.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    them.batch_execute(sql).await.unwrap();
}

#[test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
fn what_goes_in_comes_out() {
    let runtime = runtime();
    let (_fresh, db) = runtime.block_on(connected(Options::new(SCHEMA)));
    super::statements::comes_back(&runtime, &db);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn rows_are_counted_and_named() {
    let (_fresh, db) = connected(Options::new(SCHEMA)).await;
    super::statements::counts_and_names(&db).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn columns_are_found_in_whatever_order() {
    let (_fresh, db) = connected(Options::new(SCHEMA)).await;
    super::statements::finds_columns(&db).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn broken_rules_are_named() {
    let (_fresh, db) = connected(Options::new(SCHEMA)).await;
    super::statements::names_rules(&db).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn a_read_sees_one_snapshot_and_may_not_write() {
    let (_fresh, db) = connected(Options::new(SCHEMA)).await;
    super::writing::reads_one_snapshot(&db).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn what_is_sent_is_kept_with_the_rest_or_tells_why_not() {
    let (_fresh, db) = connected(Options::new(SCHEMA)).await;
    super::writing::sent_is_kept_or_told(&db).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn every_statement_of_the_store_is_understood() {
    let (_fresh, db) = connected(Options::new(crate::MIGRATIONS)).await;
    let found = registry::statements();
    assert!(
        found
            .iter()
            .any(|it| it.only.as_deref() == Some("postgres"))
    );
    assert_eq!(registry::complaints(&db, &found).await, [""; 0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn a_job_that_fails_panics_or_waits_leaves_nothing() {
    let (_fresh, db) = connected(Options {
        connections: 1,
        ..Options::new(SCHEMA)
    })
    .await;
    let failed: Result<(), Error> = db
        .write(async |tx| {
            note(tx, "a").await?;
            Err(Error::NotFound { statement: "mine" })
        })
        .await;
    assert_eq!(failed, Err(Error::NotFound { statement: "mine" }));
    let panicked: Result<(), Error> = db
        .write(async |tx| {
            note(tx, "b").await?;
            std::panic::resume_unwind(Box::new("on purpose"))
        })
        .await;
    assert!(matches!(&panicked, Err(Error::Panicked { message }) if message == "on purpose"));
    let waited: Result<(), Error> = db
        .write(async |tx| {
            note(tx, "c").await?;
            std::future::pending().await
        })
        .await;
    assert_eq!(waited, Err(Error::PendingInTransaction));
    let read: Result<(), Error> = db.read(async |_| std::future::pending().await).await;
    assert_eq!(read, Err(Error::PendingInTransaction));
    // A job that goes on after a failed statement is told what it missed.
    let went_on: Result<(), Error> = db
        .write(async |tx| {
            note(tx, "d").await?;
            let _ignored = note(tx, "d").await;
            Ok(())
        })
        .await;
    let kind = Constraint::Unique;
    let name = "journal.what".into();
    assert_eq!(went_on, Err(Error::Constraint { kind, name }));
    let inner = db.clone();
    let nested = db.write::<(), Error, _>(async move |_| inner.write(async |_| Ok(())).await);
    assert_eq!(nested.await, Err(Error::Nested));
    assert!(journal(&db).await.is_empty());
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn whoever_leaves_in_the_middle_costs_no_connection() {
    let (_fresh, db) = connected(Options {
        connections: 1,
        ..Options::new(SCHEMA)
    })
    .await;
    let (begun, has_begun) = oneshot::channel();
    let left = db.clone();
    let task = tokio::spawn(async move {
        left.write::<(), Error, _>(async move |tx| {
            note(tx, "half").await?;
            let _ = begun.send(());
            loop {
                tx.one::<i64>(sql!("SELECT count(*) FROM journal"), &[])
                    .await?;
            }
        })
        .await
    });
    has_begun.await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert!(journal(&db).await.is_empty());
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn writes_go_side_by_side_and_locks_are_not_waited_for_for_ever() {
    let (_fresh, db) = connected(Options {
        busy_timeout: Duration::from_millis(200),
        ..Options::new(SCHEMA)
    })
    .await;
    let answers = join_all((0..40).map(|at| {
        let db = db.clone();
        async move {
            db.write(async move |tx| note(tx, &format!("{at}")).await)
                .await
        }
    }));
    assert!(answers.await.iter().all(Result::is_ok));
    let (go, wait) = oneshot::channel::<()>();
    let (begun, has_begun) = oneshot::channel();
    let holder = db.clone();
    let lock = sql!("SELECT id FROM journal WHERE what = '1' FOR UPDATE");
    let held = tokio::spawn(async move {
        holder
            .write::<(), Error, _>(async move |tx| {
                tx.one::<i64>(lock, &[]).await?;
                let _ = begun.send(());
                // Only the database may be waited for, so it is asked until told to stop.
                let mut wait = wait;
                while wait.try_recv() == Err(oneshot::error::TryRecvError::Empty) {
                    tx.one::<i64>(sql!("SELECT count(*) FROM journal"), &[])
                        .await?;
                }
                Ok(())
            })
            .await
    });
    has_begun.await.unwrap();
    let second = db.write::<_, Error, _>(async move |tx| tx.one::<i64>(lock, &[]).await);
    assert_eq!(second.await, Err(Error::Busy));
    let skip = sql!("SELECT id FROM journal WHERE what = '1' FOR UPDATE SKIP LOCKED");
    let third = db.write::<_, Error, _>(async move |tx| tx.opt::<i64>(skip, &[]).await);
    assert_eq!(third.await, Ok(None));
    go.send(()).unwrap();
    held.await.unwrap().unwrap();
    assert_eq!(journal(&db).await.len(), 40);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn writers_that_wait_leave_room_to_read() {
    let (fresh, db) = connected(Options {
        connections: 4,
        busy_timeout: Duration::from_millis(300),
        ..Options::new(SCHEMA)
    })
    .await;
    let (them, connection) = tokio_postgres::connect(&fresh.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    let hold = "BEGIN; LOCK TABLE journal IN EXCLUSIVE MODE";
    them.batch_execute(hold).await.unwrap();
    let writers = join_all((0..8).map(|at| {
        let db = db.clone();
        async move {
            db.write(async move |tx| note(tx, &format!("{at}")).await)
                .await
        }
    }));
    let readers = join_all((0..8).map(|_| journal(&db)));
    let (written, read) = futures::future::join(writers, readers).await;
    assert!(written.iter().all(|it| *it == Err(Error::Busy)));
    assert!(read.iter().all(Vec::is_empty));
    them.batch_execute("ROLLBACK").await.unwrap();
    db.write(async |tx| note(tx, "after").await).await.unwrap();
    assert_eq!(journal(&db).await, ["after"]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn nodes_that_start_together_migrate_once() {
    let fresh = Fresh::empty().await;
    let url = fresh.url();
    let nodes = join_all((0..4).map(|_| Db::connect(&url, Options::new(crate::MIGRATIONS))));
    for node in nodes.await {
        let node = node.unwrap_or_else(|error| panic!("{error}"));
        let count: Result<i64, Error> = node
            .read(async |tx| {
                tx.one(sql!("SELECT count(*) FROM schema_migrations"), &[])
                    .await
            })
            .await;
        assert_eq!(usize::try_from(count.unwrap()), Ok(crate::MIGRATIONS.len()));
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn foreign_newer_and_edited_databases_are_left_alone() {
    let fresh = Fresh::empty().await;
    beside(&fresh, "CREATE TABLE schema_migrations (version text)").await;
    let error = refusal(&fresh.url(), SCHEMA).await;
    assert!(matches!(error, Error::Foreign { .. }), "{error}");
    assert!(!error.to_string().contains("lease_clock"));

    const MORE: &[Migration] = &[
        SCHEMA[0],
        Migration {
            number: 2,
            name: "more",
            sql: "CREATE TABLE more (id identity);",
        },
    ];
    const EDITED: &[Migration] = &[Migration {
        sql: "CREATE TABLE other (id identity);",
        ..SCHEMA[0]
    }];
    const FAILS: &[Migration] = &[
        MORE[0],
        MORE[1],
        Migration {
            number: 3,
            name: "broken",
            sql: "CREATE TABLE half (id identity); INSERT INTO nowhere VALUES (1);",
        },
    ];
    let (fresh, db) = connected(Options::new(MORE)).await;
    drop(db);
    let url = fresh.url();
    assert_eq!(
        refusal(&url, SCHEMA).await,
        Error::Newer { found: 2, known: 1 }
    );
    assert!(matches!(
        refusal(&url, EDITED).await,
        Error::Newer { .. } | Error::Changed { number: 1, .. }
    ));
    let failed = refusal(&url, FAILS).await;
    assert!(
        matches!(failed, Error::Migration { number: 3, .. }),
        "{failed}"
    );
    Db::connect(&url, Options::new(MORE)).await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn what_is_wrong_with_an_address_is_said() {
    let fresh = Fresh::empty().await;
    let nowhere = refusal("postgres://nobody:secret@127.0.0.1:1/x", SCHEMA).await;
    let said = nowhere.to_string();
    assert!(said.contains("127.0.0.1:1/x") && said.contains("Check the address"));
    assert!(!said.contains("secret"), "{said}");
    let said = refusal("mysql://x", SCHEMA).await.to_string();
    assert!(said.contains("postgres://role:password@host"), "{said}");
    let missing = fresh.url().replace(fresh.name(), "mainstay_not_there");
    let said = refusal(&missing, SCHEMA).await.to_string();
    assert!(said.contains("CREATE DATABASE"), "{said}");
    let said = refusal(&fresh.url_as("nobody_there", "x"), SCHEMA).await;
    assert!(said.to_string().contains("Check the role"), "{said}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn a_role_of_its_own_is_enough_and_one_without_the_others_is_refused() {
    let fresh = Fresh::empty().await;
    let role = format!("login_of_{}", fresh.name());
    let make = format!("CREATE ROLE {role} LOGIN");
    beside(&fresh, &make).await;
    let url = fresh.url_as(&role, "any");
    let said = refusal(&url, SCHEMA).await.to_string();
    assert!(said.contains("CREATE ROLE mainstay_owner"), "{said}");
    // Another test may be the first to make them, and each makes them but once.
    drop(connected(Options::new(SCHEMA)).await);
    beside(
        &fresh,
        &format!(
            "GRANT mainstay_owner, mainstay_app, mainstay_sweeper TO {role};
             ALTER DATABASE {} OWNER TO {role}",
            fresh.name()
        ),
    )
    .await;
    let db = Db::connect(&url, Options::new(crate::MIGRATIONS)).await;
    let db = db.unwrap_or_else(|error| panic!("{error}"));
    let role_of = sql!("SELECT CAST(current_user AS text)");
    let who = db.read::<_, Error, _>(async |tx| tx.one::<String>(role_of, &[]).await);
    assert_eq!(who.await, Ok("mainstay_app".to_owned()));
    db.close().await.unwrap();
    beside(
        &fresh,
        &format!("ALTER DATABASE {} OWNER TO CURRENT_USER", fresh.name()),
    )
    .await;
    beside(&fresh, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn without_the_second_wall_nothing_runs() {
    let (fresh, db) = connected(Options::new(crate::MIGRATIONS)).await;
    db.close().await.unwrap();
    for (open, shut) in [
        (
            "ALTER TABLE cases DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE cases ENABLE ROW LEVEL SECURITY",
        ),
        (
            "ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE outbox FORCE ROW LEVEL SECURITY",
        ),
        (
            "INSERT INTO log (account_id, seq, at, act, subject) VALUES (gen_random_uuid(), 1, 1, '', '');
             CREATE POLICY all_of_it ON log USING (true)",
            "DROP POLICY all_of_it ON log",
        ),
        (
            "ALTER TABLE files OWNER TO mainstay_app",
            "ALTER TABLE files OWNER TO mainstay_owner",
        ),
    ] {
        beside(&fresh, open).await;
        let said = refusal(&fresh.url(), crate::MIGRATIONS).await.to_string();
        assert!(said.contains("cannot be used"), "{open}: {said}");
        beside(&fresh, shut).await;
    }
    Db::connect(&fresh.url(), Options::new(crate::MIGRATIONS))
        .await
        .unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn a_commit_without_an_answer_is_unknown() {
    let (fresh, db) = connected(Options::new(SCHEMA)).await;
    beside(
        &fresh,
        "CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
         BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON journal DEFERRABLE
         INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION break_off();",
    )
    .await;
    let wrote = db.write(async |tx| note(tx, "perhaps").await).await;
    assert!(matches!(wrote, Err(Error::Unknown { .. })), "{wrote:?}");
    let wrote = wrote.unwrap_err();
    assert!(wrote.is_passing() && wrote.is_uncertain());
    let said = wrote.to_string();
    assert!(said.contains("did not say whether"), "{said}");
    beside(&fresh, "DROP TRIGGER at_commit ON journal").await;
    db.write(async |tx| note(tx, "again").await).await.unwrap();
    assert_eq!(journal(&db).await, ["again"]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn a_server_that_ends_the_talk_is_found_again() {
    let (fresh, db) = connected(Options {
        connections: 2,
        ..Options::new(SCHEMA)
    })
    .await;
    beside(
        &fresh,
        "CREATE FUNCTION end_it() RETURNS boolean LANGUAGE sql SECURITY DEFINER AS
         'SELECT pg_terminate_backend(pg_backend_pid())'",
    )
    .await;
    let broken = db.write::<_, Error, _>(async move |tx| {
        note(tx, "half").await?;
        let end = sql!("SELECT CAST(count(end_it()) AS bigint)");
        tx.one::<i64>(end, &[]).await
    });
    let broken = broken.await;
    assert!(
        matches!(broken, Err(Error::Unreachable { .. })),
        "{broken:?}"
    );
    let broken = broken.unwrap_err();
    assert!(broken.is_passing() && !broken.is_uncertain());
    db.write(async |tx| note(tx, "whole").await).await.unwrap();
    assert_eq!(journal(&db).await, ["whole"]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn closing_waits_for_what_was_begun() {
    let (_fresh, db) = connected(Options::new(SCHEMA)).await;
    let (begun, has_begun) = oneshot::channel();
    let writer = db.clone();
    let write = tokio::spawn(async move {
        writer
            .write::<_, Error, _>(async move |tx| {
                let _ = begun.send(());
                for at in 0..20 {
                    note(tx, &format!("{at}")).await?;
                }
                Ok(())
            })
            .await
    });
    has_begun.await.unwrap();
    db.close().await.unwrap();
    write.await.unwrap().unwrap();
    assert_eq!(
        db.write(async |tx| note(tx, "late").await).await,
        Err(Error::Closed)
    );
    assert_eq!(db.close().await, Err(Error::Closed));
}
