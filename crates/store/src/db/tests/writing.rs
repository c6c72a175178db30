//! The writer: batches, savepoints, failures, the end.

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Waker};

use futures::future::join_all;
use proptest::prelude::*;

use super::*;
use crate::db::Constraint;

/// What a writer of the batch property does after its insert.
#[derive(Debug, Clone, Copy)]
enum Does {
    Well,
    Fails,
    Panics,
    Waits,
    BreaksARule,
    Leaves,
}

async fn act(tx: &mut Tx<'_>, does: Does, what: &str) -> Result<(), Error> {
    note(tx, what).await?;
    match does {
        Does::Well | Does::Leaves => Ok(()),
        Does::Fails => Err(Error::NotFound { statement: "mine" }),
        Does::Panics => resume_unwind(Box::new("on purpose")),
        Does::Waits => {
            tokio::task::yield_now().await;
            Ok(())
        }
        Does::BreaksARule => note(tx, what).await.map(drop),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    #[test]
    fn exactly_the_successful_writes_are_there(
        writers in prop::collection::vec(
            prop_oneof![
                4 => Just(Does::Well), 1 => Just(Does::Fails), 1 => Just(Does::Panics),
                1 => Just(Does::Waits), 1 => Just(Does::BreaksARule), 1 => Just(Does::Leaves),
            ],
            200,
        )
    ) {
        let (folder, db) = fresh();
        let runtime = runtime();
        runtime.block_on(async {
            let tasks = writers.iter().enumerate().map(|(at, does)| {
                let (db, does) = (db.clone(), *does);
                tokio::spawn(async move {
                    let mut write = Box::pin(db.write(async move |tx| {
                        act(tx, does, &at.to_string()).await
                    }));
                    if matches!(does, Does::Leaves) {
                        // Queues the job and goes away without its answer.
                        let _ = write.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                        return;
                    }
                    match (does, write.await) {
                        (Does::Well, Ok(()))
                        | (Does::Fails, Err(Error::NotFound { statement: "mine" }))
                        | (Does::Waits, Err(Error::PendingInTransaction))
                        | (Does::BreaksARule, Err(Error::Constraint { kind: Constraint::Unique, .. })) => {}
                        (Does::Panics, Err(Error::Panicked { message })) => assert_eq!(message, "on purpose"),
                        other => panic!("{other:?}"),
                    }
                })
            });
            for task in join_all(tasks.collect::<Vec<_>>()).await {
                task.unwrap();
            }
        });
        drop(db);
        let db = Db::open(folder.path().join("test.db"), Options::new(SCHEMA)).unwrap();
        let there: BTreeSet<_> = runtime.block_on(journal(&db)).into_iter().collect();
        let expected = writers.iter().enumerate()
            .filter(|(_, does)| matches!(does, Does::Well | Does::Leaves))
            .map(|(at, _)| at.to_string());
        prop_assert_eq!(there, expected.collect::<BTreeSet<_>>());
    }
}

/// Queues a job that holds the writer until the sender is dropped, so that others gather behind.
async fn hold(db: &Db) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), Error>>) {
    let (go, wait) = mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let db = db.clone();
    let held = tokio::spawn(async move {
        db.write(async move |_| {
            begun.send(()).unwrap();
            let _ = wait.recv();
            Ok(())
        })
        .await
    });
    has_begun.await.unwrap();
    (go, held)
}

/// Queues writes in this order behind a held writer, lets it go, and gives all answers.
async fn together(db: &Db, names: &'static [&'static str]) -> Vec<Result<i64, Error>> {
    let (go, held) = hold(db).await;
    let mut writes: Vec<_> = names
        .iter()
        .map(|name| Box::pin(db.write(async |tx| note(tx, name).await)))
        .collect();
    for write in &mut writes {
        assert!(
            write
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
    }
    drop(go);
    let answers = join_all(writes).await;
    let _ = held.await.unwrap();
    answers
}

#[tokio::test]
async fn what_waits_together_is_committed_once_and_in_order() {
    let (_folder, db) = fresh();
    let commits = Arc::new(AtomicUsize::new(0));
    let counter = commits.clone();
    let hook = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        false
    };
    db.write::<_, Error, _>(async move |tx| {
        tx.connection().commit_hook(Some(hook)).unwrap();
        Ok(())
    })
    .await
    .unwrap();
    commits.store(0, Ordering::SeqCst);
    let answers = together(&db, &["e", "d", "a", "c", "b"]).await;
    assert_eq!(answers, [Ok(1), Ok(2), Ok(3), Ok(4), Ok(5)]);
    assert_eq!(commits.load(Ordering::SeqCst), 1);
    assert_eq!(journal(&db).await, ["e", "d", "a", "c", "b"]);
}

#[tokio::test]
async fn a_failed_commit_fails_every_job_and_the_next_ones_go_on() {
    let (_folder, db) = fresh();
    let refuse = |refuses: bool| {
        db.write::<_, Error, _>(async move |tx| {
            tx.connection()
                .commit_hook(refuses.then_some(|| true))
                .unwrap();
            Ok(())
        })
    };
    let refused = Error::Constraint {
        kind: Constraint::Other,
        name: "constraint failed".into(),
    };
    assert_eq!(refuse(true).await, Err(refused.clone()));
    for answer in together(&db, &["a", "b", "a"]).await {
        assert_eq!(
            answer,
            Err(refused.clone()),
            "also the duplicate, whose reason is gone"
        );
    }
    refuse(false).await.unwrap();
    assert_eq!(together(&db, &["c", "b"]).await, [Ok(1), Ok(2)]);
    assert_eq!(journal(&db).await, ["c", "b"]);
}

/// Three writes in one batch on a database that may not grow; the last one is `large`.
async fn on_a_full_disk(
    large: impl AsyncFnOnce(&mut Tx<'_>, &str) -> Result<i64, Error> + Send + 'static,
) -> [bool; 3] {
    let (_folder, db) = fresh();
    let limit = |pages: i64| {
        db.write::<_, Error, _>(async move |tx| {
            let set =
                tx.connection()
                    .pragma_update_and_check(None, "max_page_count", pages, |row| {
                        row.get::<_, i64>(0)
                    });
            set.map(drop).map_err(crate::db::sqlite::failure)
        })
    };
    limit(1).await.unwrap(); // SQLite makes that the pages it has
    let (go, held) = hold(&db).await;
    let text = "x".repeat(200_000);
    let mut small = Box::pin(db.write(async |tx| note(tx, "small").await));
    let mut large = Box::pin(db.write(async move |tx| large(tx, &text).await));
    for write in [
        &mut small as &mut (dyn Future<Output = _> + Unpin),
        &mut large,
    ] {
        let write = std::pin::Pin::new(write);
        assert!(
            write
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
    }
    drop(go);
    let answers = [
        held.await.unwrap(),
        small.await.map(drop),
        large.await.map(drop),
    ];
    let fine = answers.map(|answer| match answer {
        Ok(()) => true,
        Err(Error::Full) => false,
        Err(other) => panic!("{other}"),
    });
    let kept: &[&str] = if fine[1] { &["small"] } else { &[] };
    assert_eq!(journal(&db).await, kept);
    limit(1_000_000).await.unwrap();
    db.write(async |tx| note(tx, "room again").await)
        .await
        .unwrap();
    fine
}

#[tokio::test]
async fn a_full_disk_that_ends_the_transaction_fails_every_job_of_the_batch() {
    let fine = on_a_full_disk(async |tx, text| {
        let insert = sql!("INSERT INTO things (account_id, number, name) VALUES ($1, 1, $2)");
        let _ignored = tx
            .exec(insert, &[uuid::Uuid::nil().into(), text.into()])
            .await;
        Ok(1)
    });
    assert_eq!(fine.await, [false, false, false]);
}

#[tokio::test]
async fn a_full_disk_that_ends_one_statement_fails_its_job() {
    let fine = on_a_full_disk(async |tx, text| note(tx, text).await);
    assert_eq!(fine.await, [true, true, false]);
}

#[tokio::test]
async fn waiting_for_the_outside_is_refused_and_undone() {
    let (_folder, db) = fresh();
    let wrote: Result<(), Error> = db
        .write(async |tx| {
            note(tx, "half").await?;
            std::future::pending().await
        })
        .await;
    assert_eq!(wrote, Err(Error::PendingInTransaction));
    let read: Result<(), Error> = db.read(async |_| std::future::pending().await).await;
    assert_eq!(read, Err(Error::PendingInTransaction));
    assert!(journal(&db).await.is_empty());
}

#[tokio::test]
async fn a_transaction_in_a_transaction_is_refused() {
    let (_folder, db) = fresh();
    let inner = db.clone();
    let nested = db.write::<(), Error, _>(async move |_| {
        let read = inner.read::<(), Error, _>(async |_| Ok(())).await;
        assert_eq!(read, Err(Error::Nested));
        inner.write(async |_| Ok(())).await
    });
    assert_eq!(nested.await, Err(Error::Nested));
    let nested = db.read::<(), Error, _>(async |_| db.read(async |_| Ok(())).await);
    assert_eq!(nested.await, Err(Error::Nested));
    db.read::<(), Error, _>(async |_| Ok(())).await.unwrap();
}

#[tokio::test]
async fn a_job_that_ends_the_transaction_is_found_out() {
    let (_folder, db) = fresh();
    let ended: Result<(), Error> = db
        .write(async |tx| {
            tx.connection().execute_batch("COMMIT").unwrap();
            Ok(())
        })
        .await;
    assert!(matches!(ended, Err(Error::Statement { .. })), "{ended:?}");
    db.write(async |tx| note(tx, "after").await).await.unwrap();
}

#[tokio::test]
async fn closing_does_what_waits_and_refuses_what_comes_later() {
    let (folder, db) = fresh();
    let (go, held) = hold(&db).await;
    let waiting: Vec<_> = (0..20)
        .map(|at| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write(async move |tx| note(tx, &format!("{at}")).await)
                    .await
            })
        })
        .collect();
    tokio::task::yield_now().await;
    let close = tokio::spawn({
        let db = db.clone();
        async move { db.close().await }
    });
    tokio::task::yield_now().await;
    drop(go);
    held.await.unwrap().unwrap();
    close.await.unwrap().unwrap();
    for write in waiting {
        write.await.unwrap().unwrap();
    }
    assert_eq!(
        db.write(async |tx| note(tx, "late").await).await,
        Err(Error::Closed)
    );
    assert_eq!(
        db.read::<(), Error, _>(async |_| Ok(())).await,
        Err(Error::Closed)
    );
    assert_eq!(db.close().await, Err(Error::Closed));
    let wal = folder.path().join("test.db-wal");
    assert!(!wal.exists() || wal.metadata().unwrap().len() == 0);
    drop(db);
    let db = Db::open(folder.path().join("test.db"), Options::new(SCHEMA)).unwrap();
    assert_eq!(journal(&db).await.len(), 20);
}

#[tokio::test]
async fn the_last_handle_may_go_inside_a_job() {
    let (folder, db) = fresh();
    let inner = db.clone();
    let (go, wait) = mpsc::channel::<()>();
    let mut write = Box::pin(db.write(async move |tx| {
        let _ = wait.recv();
        note(tx, "last words").await.map(|_| drop(inner))
    }));
    assert!(
        write
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    drop(write);
    drop(db);
    drop(go);
    let path = folder.path().join("test.db");
    let db = loop {
        match Db::open(&path, Options::new(SCHEMA)) {
            Ok(db) => break db,
            Err(Error::Locked { .. }) => std::thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(journal(&db).await, ["last words"]);
}

#[tokio::test]
async fn a_read_sees_one_snapshot_and_may_not_write() {
    let (_folder, db) = fresh();
    reads_one_snapshot(&db).await;
}

pub(super) async fn reads_one_snapshot(db: &Db) {
    let other = db.clone();
    let counts = db.read::<_, Error, _>(async move |tx| {
        let count = sql!("SELECT count(*) FROM journal");
        let before: i64 = tx.one(count, &[]).await?;
        let write = move || runtime().block_on(other.write(async |tx| note(tx, "meanwhile").await));
        std::thread::spawn(write).join().unwrap()?;
        Ok((before, tx.one::<i64>(count, &[]).await?))
    });
    assert_eq!(counts.await, Ok((0, 0)));
    assert_eq!(journal(db).await, ["meanwhile"]);
    assert_eq!(
        db.read(async |tx| note(tx, "no").await).await,
        Err(Error::ReadOnly)
    );
}

#[tokio::test]
async fn what_is_sent_is_kept_with_the_rest_or_tells_why_not() {
    let (_folder, db) = fresh();
    sent_is_kept_or_told(&db).await;
}

async fn send(tx: &mut Tx<'_>, what: &str) -> Result<(), Error> {
    tx.send(
        sql!("INSERT INTO journal (what) VALUES ($1)"),
        &[what.into()],
    )
    .await
}

async fn send_last(tx: &mut Tx<'_>, what: &str) -> Result<(), Error> {
    tx.send_last(
        sql!("INSERT INTO journal (what) VALUES ($1)"),
        &[what.into()],
    )
    .await
}

pub(super) async fn sent_is_kept_or_told(db: &Db) {
    let seen = db.write(async |tx| {
        for at in 0..70 {
            send(tx, &format!("{at:02}")).await?;
        }
        send_last(tx, "last").await?;
        tx.one::<i64>(sql!("SELECT count(*) FROM journal WHERE what < 'a'"), &[])
            .await
    });
    assert_eq!(seen.await, Ok(70), "a later statement sees them");
    assert_eq!(journal(db).await.len(), 71);
    let twice = Err(Error::Constraint {
        kind: Constraint::Unique,
        name: "journal.what".into(),
    });
    // Nothing is waited for between the mistake and the commit.
    let sent = db.write(async |tx| {
        send(tx, "new").await?;
        send(tx, "00").await
    });
    assert_eq!(sent.await, twice);
    let last = db.write(async |tx| {
        send(tx, "new").await?;
        send_last(tx, "00").await
    });
    assert_eq!(last.await, twice);
    let undone: Result<(), Error> = db
        .write(async |tx| {
            send_last(tx, "undone").await?;
            Err(Error::NotFound { statement: "mine" })
        })
        .await;
    assert_eq!(undone, Err(Error::NotFound { statement: "mine" }));
    for at_end in [false, true] {
        let read = db.read(async move |tx| match at_end {
            false => send(tx, "read").await,
            true => send_last(tx, "read").await,
        });
        assert_eq!(read.await, Err(Error::ReadOnly));
    }
    db.write(async |tx| send(tx, "after").await).await.unwrap();
    let kept = journal(db).await;
    assert_eq!(kept.len(), 72);
    assert_eq!(kept.last().map(String::as_str), Some("after"));
}

#[tokio::test]
async fn a_panic_in_a_read_costs_no_connection() {
    let (_folder, db) = fresh_with(Options {
        readers: 1,
        ..Options::new(SCHEMA)
    });
    for _ in 0..3 {
        let db = db.clone();
        let read = async move {
            db.read::<(), Error, _>(async |tx| {
                tx.one::<i64>(sql!("SELECT count(*) FROM journal"), &[])
                    .await?;
                resume_unwind(Box::new("on purpose"))
            })
            .await
        };
        assert!(tokio::spawn(read).await.unwrap_err().is_panic());
    }
    assert!(journal(&db).await.is_empty());
}

#[tokio::test]
async fn chores_wait_their_turn() {
    let (folder, db) = fresh();
    db.write(async |tx| note(tx, "a").await).await.unwrap();
    db.optimize().await.unwrap();
    db.checkpoint().await.unwrap();
    assert_eq!(
        folder.path().join("test.db-wal").metadata().unwrap().len(),
        0
    );
    db.write(async |tx| note(tx, "b").await).await.unwrap();
    assert_eq!(journal(&db).await, ["a", "b"]);
}

#[tokio::test]
async fn the_log_stays_bounded_while_writes_go_on() {
    const MIB: usize = 1 << 20;
    let (folder, db) = fresh();
    for _ in 0..200 {
        let what = "x".repeat(MIB);
        db.write(async move |tx| {
            tx.exec(sql!("DELETE FROM journal"), &[]).await?;
            note(tx, &what).await
        })
        .await
        .unwrap();
    }
    let log = folder.path().join("test.db-wal").metadata().unwrap().len();
    assert!(log < 192 * MIB as u64, "{log} bytes of log");
}
