//! Moves SQLite's log into its file beside the writer, who would stand still for as long as the
//! disk takes.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::error::Error;
use super::sqlite;

/// Pages of log (32 MiB) that are moved at a time: one changed again and again reaches the file
/// once.
const MANY: i32 = 8 * 1024;
/// Pages of log (128 MiB) from which on the writer moves the rest itself: while it writes, the log
/// never begins anew.
pub(super) const TOO_MANY: i32 = 4 * MANY;

/// The thread that moves pages, and what it needs to be told.
pub(super) struct Checkpointer {
    nudge: SyncSender<()>,
    thread: JoinHandle<()>,
    /// Why nothing may be written any more: a sync failed.
    failed: Arc<OnceLock<Error>>,
    /// How many pages of log are worth the next nudge.
    next: i32,
}

impl Checkpointer {
    /// Starts the thread with a connection of its own.
    ///
    /// # Errors
    /// When there can be no thread.
    pub(super) fn start(beside: Connection) -> Result<Self, Error> {
        let (nudge, nudges) = sync_channel(1);
        let failed = Arc::new(OnceLock::new());
        let told = Arc::clone(&failed);
        let thread = std::thread::Builder::new()
            .name("mainstay-log".into())
            .spawn(move || move_on_nudge(&beside, &nudges, &told));
        let unavailable = |error: std::io::Error| Error::Unavailable {
            reason: error.to_string(),
        };
        Ok(Self {
            nudge,
            thread: thread.map_err(unavailable)?,
            failed,
            next: MANY,
        })
    }

    /// Takes note of the pages the log holds after a commit.
    pub(super) fn look(&mut self, pages: i32) {
        if pages >= self.next {
            // A full channel means that the thread knows already.
            let _ = self.nudge.try_send(());
            self.next = pages + MANY;
        }
        // After the log has begun anew, the count begins anew.
        self.next = self.next.min(pages + MANY);
    }

    /// Why nothing may be written any more, if it is so.
    pub(super) fn failure(&self) -> Option<&Error> {
        self.failed.get()
    }

    /// Waits until nothing is being moved any more.
    ///
    /// # Errors
    /// Why nothing may be written any more, if it is so.
    pub(super) fn stop(self) -> Result<(), Error> {
        drop(self.nudge);
        let _ = self.thread.join();
        self.failed.get().cloned().map_or(Ok(()), Err)
    }
}

fn move_on_nudge(connection: &Connection, nudges: &Receiver<()>, failed: &OnceLock<Error>) {
    for () in nudges {
        // Whatever readers still need stays for the next time.
        match sqlite::move_log(connection) {
            Ok(()) => {}
            Err(error @ Error::NotDurable { .. }) => {
                let _ = failed.set(error);
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "the log of the database could not be moved into its file");
            }
        }
    }
}
