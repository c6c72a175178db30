//! Makes committed batches durable, and only then answers them, while the writer is at the next:
//! waiting for the disk takes about as long as the work.
//!
//! SQLite would sync its log within each COMMIT (`synchronous = FULL`) and the writer stand still
//! meanwhile. So the writer commits without (`NORMAL`: SQLite still syncs the log when it begins
//! anew and before it is moved), and the same sync is made here, of all that is in the log by then.

use std::fs::File;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::{JoinHandle, ThreadId};

use super::error::Error;
use super::writer::Job;

/// Batches that may wait for the disk: with more the writer would run ahead of it in small steps.
const WAITING: usize = 1;

/// The thread that syncs and answers. Dropping it waits for the last answer.
pub(super) struct Syncer {
    orders: Option<SyncSender<Order>>,
    thread: Option<JoinHandle<()>>,
    /// Why nothing may be written any more: a sync failed.
    failed: Arc<OnceLock<Error>>,
}

/// Jobs that were committed together.
pub(super) type Batch = Vec<Box<dyn Job>>;

enum Order {
    Batch(Batch),
    /// Wants to know when all before it is answered.
    Rest(SyncSender<()>),
}

impl Syncer {
    /// Starts the thread for the log at `path`, which may not be there yet.
    ///
    /// # Errors
    /// When there can be no thread.
    pub(super) fn start(path: PathBuf) -> Result<Self, Error> {
        let (orders, inbox) = sync_channel(WAITING);
        let failed = Arc::new(OnceLock::new());
        let log = Log { path, file: None };
        let told = Arc::clone(&failed);
        let thread = std::thread::Builder::new()
            .name("mainstay-sync".into())
            .spawn(move || serve(&inbox, log, &told));
        let unavailable = |error: std::io::Error| Error::Unavailable {
            reason: error.to_string(),
        };
        Ok(Self {
            orders: Some(orders),
            thread: Some(thread.map_err(unavailable)?),
            failed,
        })
    }

    /// The thread on which answers are given.
    pub(super) fn thread(&self) -> Option<ThreadId> {
        self.thread.as_ref().map(|thread| thread.thread().id())
    }

    /// Answers a committed batch once it is durable.
    pub(super) fn answer(&self, batch: Batch) {
        self.order(Order::Batch(batch));
    }

    /// Waits until all that was committed is answered.
    pub(super) fn rest(&self) {
        let (rested, is_at_rest) = sync_channel(1);
        self.order(Order::Rest(rested));
        let _ = is_at_rest.recv();
    }

    /// Why nothing may be written any more, if it is so.
    pub(super) fn failure(&self) -> Option<&Error> {
        self.failed.get()
    }

    /// A job whose thread is gone is told so by its channel.
    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            let _ = orders.send(order);
        }
    }
}

impl Drop for Syncer {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(inbox: &Receiver<Order>, mut log: Log, failed: &OnceLock<Error>) {
    while let Ok(order) = inbox.recv() {
        let (mut batches, mut rested) = (Vec::new(), Vec::new());
        for order in std::iter::once(order).chain(inbox.try_iter()) {
            match order {
                Order::Batch(batch) => batches.push(batch),
                Order::Rest(reply) => rested.push(reply),
            }
        }
        let outcome = match failed.get() {
            Some(error) => Err(error.clone()),
            None if batches.is_empty() => Ok(()),
            None => log.sync(),
        };
        if let Err(error) = &outcome {
            let _ = failed.set(error.clone());
        }
        for job in batches.into_iter().flatten() {
            job.answer(outcome.clone());
        }
        for reply in rested {
            let _ = reply.send(());
        }
    }
}

/// SQLite's log, opened beside SQLite.
struct Log {
    path: PathBuf,
    file: Option<File>,
}

impl Log {
    fn sync(&mut self) -> Result<(), Error> {
        let synced = match &self.file {
            Some(file) => file.sync_data(),
            None => File::options()
                .write(true)
                .open(&self.path)
                .and_then(|file| {
                    let synced = file.sync_data();
                    self.file = Some(file);
                    synced
                }),
        };
        synced.map_err(|error| Error::NotDurable {
            reason: error.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;
    use crate::db::tx::Tx;

    struct Committed(Sender<Result<(), Error>>);

    impl Job for Committed {
        fn run(&mut self, _: &mut Tx<'_>) -> bool {
            true
        }

        fn answer(self: Box<Self>, batch: Result<(), Error>) {
            self.0.send(batch).expect("somebody listens");
        }
    }

    #[test]
    fn what_cannot_be_synced_is_told_so_and_nothing_after_it_is_called_durable() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        let syncer = Syncer::start(path.clone()).expect("a thread");
        let (told, tellings) = channel();
        let batch = || vec![Box::new(Committed(told.clone())) as Box<dyn Job>];
        syncer.answer(batch());
        syncer.rest();
        assert!(matches!(syncer.failure(), Some(Error::NotDurable { .. })));
        // A log that is there now is not the one that was written.
        std::fs::write(&path, "frames").expect("a file");
        syncer.answer(batch());
        syncer.rest();
        let told: Vec<_> = tellings.try_iter().collect();
        assert_eq!(told.len(), 2);
        for told in told {
            assert!(matches!(told, Err(Error::NotDurable { .. })), "{told:?}");
        }
    }

    #[test]
    fn a_batch_is_answered_when_its_log_is_synced_and_before_the_thread_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        std::fs::write(&path, "frames").expect("a file");
        let syncer = Syncer::start(path).expect("a thread");
        let (told, tellings) = channel();
        for _ in 0..3 {
            syncer.answer(vec![Box::new(Committed(told.clone()))]);
        }
        drop(syncer);
        assert_eq!(
            tellings.try_iter().collect::<Vec<_>>(),
            [Ok(()), Ok(()), Ok(())]
        );
    }
}
