//! Moves SQLite's log into its file beside the writer, who would stand still for as long as the
//! disk takes.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::error::Error;
use super::sqlite::failure;

/// Pages of log (32 MiB) that are moved at a time: one changed again and again reaches the file
/// once.
const MANY: i32 = 8 * 1024;
/// Pages of log (128 MiB) from which on the writer moves the rest itself: while it writes, the log
/// never begins anew.
const TOO_MANY: i32 = 4 * MANY;

/// The thread that moves pages; it ends when the writer's hook is taken away.
pub(super) struct Checkpointer(JoinHandle<()>);

impl Checkpointer {
    /// Watches the log of `writer`, and moves it through `beside`, a connection of its own.
    ///
    /// # Errors
    /// When there can be no thread.
    pub(super) fn start(writer: &mut Connection, beside: Connection) -> Result<Self, Error> {
        let (nudge, nudges) = sync_channel(1);
        let mut next = MANY;
        let watch = move |log: &mut Wal, pages| {
            next = watch(&nudge, log, pages, next);
            Ok(()) // an error here would read as a failed commit
        };
        writer.wal_hook(Some(watch)).map_err(failure)?;
        let thread = std::thread::Builder::new()
            .name("mainstay-log".into())
            .spawn(move || move_on_nudge(&beside, &nudges));
        let unavailable = |error: std::io::Error| Error::Unavailable {
            reason: error.to_string(),
        };
        Ok(Self(thread.map_err(unavailable)?))
    }

    /// Takes the watch away and waits until nothing is being moved.
    pub(super) fn stop(self, writer: &mut Connection) {
        let unwatched = writer.wal_hook(None::<fn(&mut Wal, i32) -> rusqlite::Result<()>>);
        if unwatched.is_ok() {
            let _ = self.0.join();
        }
    }
}

/// After each commit: the pages the log holds now, and how many are worth a nudge; how many are
/// next time.
fn watch(nudge: &SyncSender<()>, log: &mut Wal, pages: i32, next: i32) -> i32 {
    if pages >= TOO_MANY {
        if let Err(error) = log.checkpoint() {
            tracing::warn!(%error, pages, "the log of the database grows and could not be moved");
        }
    } else if pages >= next {
        // A full channel means that the thread knows already.
        let _ = nudge.try_send(());
        return pages + MANY;
    }
    // After the log has begun anew, the count begins anew.
    next.min(pages + MANY)
}

fn move_on_nudge(connection: &Connection, nudges: &Receiver<()>) {
    for () in nudges {
        // Passive: it waits for nobody, and whatever readers still need stays for the next time.
        let moved = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = moved {
            tracing::warn!(%error, "the log of the database could not be moved into its file");
        }
    }
}
