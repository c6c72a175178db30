//! Calls of the engine that fail: what is answered, what is kept, and that the next one works.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::db::Guard;

/// A guard that refuses the `nth` call from now on, once.
fn refuses(nth: u64) -> (Guard, Arc<AtomicU64>) {
    let left = Arc::new(AtomicU64::new(nth));
    let counter = Arc::clone(&left);
    let guard = move |sql: &str| {
        let before = counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        });
        match before {
            Ok(1) => Err(Error::Unavailable {
                reason: sql.to_owned(),
            }),
            _ => Ok(()),
        }
    };
    (Arc::new(guard), left)
}

#[tokio::test]
async fn every_call_may_fail_once_and_nothing_half_is_kept() {
    let (guard, left) = refuses(0);
    let (_folder, db) = fresh_with(Options {
        guard: Some(guard),
        ..Options::new(SCHEMA)
    });
    let mut kept = Vec::new();
    for nth in 1.. {
        let (one, two) = (format!("a{nth}"), format!("b{nth}"));
        let texts = [one.clone(), two.clone()];
        left.store(nth, Ordering::SeqCst);
        let wrote: Result<(), Error> = db
            .write(async move |tx| {
                note(tx, &one).await?;
                note(tx, &two).await.map(drop)
            })
            .await;
        let fired = left.swap(0, Ordering::SeqCst) == 0;
        if wrote.is_ok() {
            kept.extend(texts);
        }
        assert_eq!(wrote.is_ok(), !fired, "call {nth}: {wrote:?}");
        assert_eq!(journal(&db).await, kept, "call {nth}");
        if !fired {
            // BEGIN, two statements, COMMIT.
            assert_eq!(nth, 5);
            return;
        }
    }
}

#[tokio::test]
async fn a_rollback_that_fails_with_its_commit_is_made_up_for() {
    let failing = Arc::new(AtomicU64::new(0));
    let wanted = Arc::clone(&failing);
    let guard: Guard = Arc::new(move |sql| {
        let is_end = matches!(sql, "COMMIT" | "ROLLBACK");
        let left = |left: u64| left.checked_sub(1);
        if is_end
            && wanted
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, left)
                .is_ok()
        {
            return Err(Error::Full);
        }
        Ok(())
    });
    let (_folder, db) = fresh_with(Options {
        guard: Some(guard),
        ..Options::new(SCHEMA)
    });
    // COMMIT, the ROLLBACK after it, and the one before the next write.
    failing.store(3, Ordering::SeqCst);
    let first = db.write(async |tx| note(tx, "first").await).await;
    let second = db.write(async |tx| note(tx, "second").await).await;
    assert_eq!((first, second), (Err(Error::Full), Err(Error::Full)));
    db.write(async |tx| note(tx, "third").await).await.unwrap();
    assert_eq!(journal(&db).await, ["third"]);
}

#[tokio::test]
async fn after_a_failed_sync_nothing_is_written_until_the_next_start() {
    let failed = Error::NotDurable {
        reason: "disk I/O error".into(),
    };
    let (guard, is_failing) = (failed.clone(), Arc::new(AtomicU64::new(0)));
    let wanted = Arc::clone(&is_failing);
    let guard: Guard = Arc::new(move |sql| {
        if sql == "COMMIT" && wanted.swap(0, Ordering::SeqCst) == 1 {
            return Err(guard.clone());
        }
        Ok(())
    });
    let (folder, db) = fresh_with(Options {
        guard: Some(guard),
        ..Options::new(SCHEMA)
    });
    db.write(async |tx| note(tx, "kept").await).await.unwrap();
    is_failing.store(1, Ordering::SeqCst);
    for text in ["lost", "refused"] {
        let wrote = db.write(async move |tx| note(tx, text).await).await;
        assert_eq!(wrote, Err(failed.clone()), "{text}");
    }
    assert_eq!(journal(&db).await, ["kept"], "reads go on");
    assert_eq!(db.checkpoint().await, Err(failed.clone()));
    assert_eq!(db.close().await, Err(failed));
    drop(db);
    let log = folder.path().join("test.db-wal");
    assert!(log.metadata().unwrap().len() > 0, "the log was left alone");
    let db = Db::open(folder.path().join("test.db"), Options::new(SCHEMA)).unwrap();
    db.write(async |tx| note(tx, "again").await).await.unwrap();
    assert_eq!(journal(&db).await, ["kept", "again"]);
}
