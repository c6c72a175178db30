//! The one thread that writes: takes what waits, commits it together, then answers.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread::JoinHandle;

use futures::FutureExt as _;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::Options;
use super::checkpoint::{Checkpointer, TOO_MANY};
use super::error::Error;
use super::inside::Inside;
use super::sqlite::{self, control};
use super::tx::{Guard, Tx, Watch, ask};
use super::value::Change;

/// The queue to the writer thread, and the thread. Dropping it drains the queue.
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
    thread: Option<JoinHandle<()>>,
}

enum Message {
    Job(Box<dyn Job>),
    Chore(Chore, oneshot::Sender<Result<(), Error>>),
}

/// Work that stands outside transactions.
#[derive(Debug, Clone, Copy)]
pub(super) enum Chore {
    Checkpoint,
    Optimize,
    Close,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(
        mut connection: Connection,
        checkpointer: Checkpointer,
        lock: File,
        options: &Options,
    ) -> Result<Self, Error> {
        let log_pages = Arc::new(AtomicI32::new(0));
        sqlite::count_log(&mut connection, Arc::clone(&log_pages))?;
        let (queue, inbox) = mpsc::channel(options.queue.max(1));
        let desk = Desk {
            connection,
            checkpointer: Some(checkpointer),
            lock,
            inbox,
            most: options.batch.max(1),
            watch: options.on_statement.clone(),
            guard: options.guard.clone(),
            log_pages,
            broken: None,
        };
        let thread = std::thread::Builder::new()
            .name("mainstay-writer".into())
            .spawn(move || desk.serve())
            .map_err(|error| Error::Unavailable {
                reason: error.to_string(),
            })?;
        Ok(Self {
            queue,
            thread: Some(thread),
        })
    }

    /// Queues a job and waits until it is committed, or known not to be.
    pub(super) async fn write<T, E, F>(&self, todo: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let span = tracing::Span::current();
        let job = Box::new(Work {
            todo: Some(todo),
            done: None,
            reply,
            span,
        });
        if self.queue.send(Message::Job(job)).await.is_err() {
            return Err(Error::Closed.into());
        }
        answer.await.unwrap_or_else(|_| Err(Error::Closed.into()))
    }

    /// How many messages wait in the queue.
    pub(super) fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Queues a chore and waits for it.
    pub(super) async fn chore(&self, chore: Chore) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        let message = Message::Chore(chore, reply);
        self.queue.send(message).await.map_err(|_| Error::Closed)?;
        answer.await.unwrap_or(Err(Error::Closed))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(std::mem::replace(&mut self.queue, mpsc::channel(1).0));
        if let Some(thread) = self.thread.take() {
            // The last `Db` may have been dropped by a job, on the thread itself.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

/// A closure with its answer, whatever its types.
trait Job: Send {
    /// Runs it; whether its changes are to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Tells the caller, if it still listens: its own result, or why the batch was not kept.
    fn answer(self: Box<Self>, batch: Result<(), Error>);
}

struct Work<T, E, F> {
    todo: Option<F>,
    done: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
    span: tracing::Span,
}

impl<T, E, F> Job for Work<T, E, F>
where
    F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let Some(todo) = self.todo.take() else {
            return false;
        };
        let _entered = self.span.enter();
        let _inside = Inside::enter();
        let result = match catch_unwind(AssertUnwindSafe(|| todo(tx).now_or_never())) {
            Ok(Some(result)) => result,
            Ok(None) => Err(Error::PendingInTransaction.into()),
            Err(panic) => Err(Error::Panicked {
                message: message_of(&*panic),
            }
            .into()),
        };
        self.done.insert(result).is_ok()
    }

    fn answer(self: Box<Self>, batch: Result<(), Error>) {
        // A job that failed by itself is also told of the batch: what it saw may be undone.
        let result = match (batch, self.done) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(Error::Closed.into()),
            (Err(error), _) => Err(error.into()),
        };
        let _ = self.reply.send(result);
    }
}

pub(super) fn message_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a message".into())
}

/// What the thread owns.
struct Desk {
    connection: Connection,
    /// Nothing, once the end has begun.
    checkpointer: Option<Checkpointer>,
    /// Held until the file is closed: no second process writes it.
    lock: File,
    inbox: mpsc::Receiver<Message>,
    most: usize,
    watch: Option<Watch>,
    guard: Option<Guard>,
    /// Pages of the log after the last commit.
    log_pages: Arc<AtomicI32>,
    /// Why nothing is written any more.
    broken: Option<Error>,
}

impl Desk {
    fn serve(mut self) {
        let mut farewells = Vec::new();
        let mut next = self.inbox.blocking_recv();
        while let Some(message) = next.take() {
            match message {
                Message::Job(job) => next = self.batch(job),
                Message::Chore(Chore::Checkpoint, reply) => {
                    let _ = reply.send(self.unless_broken(sqlite::checkpoint));
                }
                Message::Chore(Chore::Optimize, reply) => {
                    let _ = reply.send(self.unless_broken(sqlite::optimize));
                }
                Message::Chore(Chore::Close, reply) => {
                    self.inbox.close();
                    farewells.push(reply);
                }
            }
            if next.is_none() {
                next = self.inbox.blocking_recv();
            }
        }
        if let Some(checkpointer) = self.checkpointer.take()
            && let Err(error) = checkpointer.stop()
        {
            self.notice(&Err(error));
        }
        let result = self.unless_broken(sqlite::checkpoint);
        if let Err(error) = &result {
            tracing::warn!(%error, "the log of the database could not be emptied at the end");
        }
        drop(self.connection);
        drop(self.lock);
        for reply in farewells {
            let _ = reply.send(result.clone());
        }
    }

    /// Runs a job and all that wait behind it in one transaction; what it took besides is given
    /// back. Nobody is answered before the COMMIT.
    fn batch(&mut self, first: Box<dyn Job>) -> Option<Message> {
        let (mut taken, mut besides) = (vec![first], None);
        let outcome = self.attempt(&mut taken, &mut besides);
        if let Err(error) = &outcome {
            tracing::error!(%error, jobs = taken.len(), "a batch of writes was rolled back");
            if !self.connection.is_autocommit()
                && let Err(error) = self.control("ROLLBACK")
            {
                tracing::error!(%error, "the rollback failed; it is tried again before the next write");
            }
        }
        self.notice(&outcome);
        for job in taken {
            job.answer(outcome.clone());
        }
        self.look_after_log();
        besides
    }

    /// Has the log moved when it has grown.
    fn look_after_log(&mut self) {
        let pages = self.log_pages.load(Ordering::Relaxed);
        if let Some(checkpointer) = &mut self.checkpointer {
            checkpointer.look(pages);
        }
        if pages >= TOO_MANY
            && let Err(error) = self.unless_broken(sqlite::move_log)
        {
            tracing::warn!(%error, "the log of the database grows: it cannot be moved into the file");
        }
    }

    /// Heeds a sync that failed beside the writer.
    fn notice_failure_beside(&mut self) {
        let failure = self.checkpointer.as_ref().and_then(Checkpointer::failure);
        if let Some(error) = failure.cloned() {
            self.notice(&Err(error));
        }
    }

    /// Does something outside transactions, unless nothing may be written any more.
    fn unless_broken(
        &mut self,
        todo: impl FnOnce(&Connection) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.notice_failure_beside();
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        let outcome = todo(&self.connection);
        self.notice(&outcome);
        outcome
    }

    /// After a failed sync nothing is written any more, not even the log moved at the end: the
    /// system may have dropped what it could not write, and would call the next sync a success.
    fn notice(&mut self, outcome: &Result<(), Error>) {
        if self.broken.is_some() {
            return;
        }
        if let Err(error @ Error::NotDurable { .. }) = outcome {
            tracing::error!(%error, "no more writes are taken");
            if let Err(error) = sqlite::keep_log(&self.connection) {
                tracing::error!(%error, "the log may be moved at the end all the same");
            }
            self.broken = Some(error.clone());
        }
    }

    fn control(&self, sql: &str) -> Result<(), Error> {
        ask(self.guard.as_ref(), sql)?;
        control(&self.connection, sql)
    }

    fn attempt(
        &mut self,
        taken: &mut Vec<Box<dyn Job>>,
        besides: &mut Option<Message>,
    ) -> Result<(), Error> {
        self.notice_failure_beside();
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        if !self.connection.is_autocommit() {
            self.control("ROLLBACK")?;
        }
        self.control("BEGIN IMMEDIATE")?;
        let (mut is_first, mut last) = (true, Vec::new());
        while let Some(job) = taken.last_mut() {
            last.append(&mut self.step(&mut **job, is_first)?);
            is_first = false;
            if taken.len() >= self.most {
                break;
            }
            match self.inbox.try_recv() {
                Ok(Message::Job(job)) => taken.push(job),
                Ok(chore) => {
                    *besides = Some(chore);
                    break;
                }
                Err(_) => break,
            }
        }
        for change in last {
            sqlite::exec(&self.connection, change.sql, &change.values())?;
        }
        self.control("COMMIT")
    }

    /// Runs one job so that it can be undone alone, and says what it left to be done before the
    /// commit. An error means that the whole batch is lost.
    ///
    /// The first of a batch needs no savepoint, for which SQLite would copy every page it changes:
    /// to undo it is to begin again.
    fn step(&mut self, job: &mut dyn Job, is_first: bool) -> Result<Vec<Change>, Error> {
        if !is_first {
            self.control("SAVEPOINT job")?;
        }
        let mut tx = Tx::lite(
            &mut self.connection,
            self.watch.as_ref(),
            self.guard.as_ref(),
        )
        .writing();
        let keep = job.run(&mut tx);
        let (fault, last) = (tx.fault.take(), std::mem::take(&mut tx.last));
        drop(tx);
        if self.connection.is_autocommit() {
            // SQLite itself ends the transaction on a full disk and the like.
            return Err(fault.unwrap_or_else(|| Error::Statement {
                reason: "a statement ended the transaction that it shares with others".into(),
            }));
        }
        if let Some(error @ Error::NotDurable { .. }) = fault {
            return Err(error);
        }
        let to_settle: &[_] = match (is_first, keep) {
            (true, true) => &[],
            (true, false) => &["ROLLBACK", "BEGIN IMMEDIATE"],
            (false, true) => &["RELEASE job"],
            (false, false) => &["ROLLBACK TO job", "RELEASE job"],
        };
        for sql in to_settle {
            self.control(sql)?;
        }
        Ok(if keep { last } else { Vec::new() })
    }
}
