//! A transaction on one connection.

use std::future::{poll_fn, ready};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use futures::future::{BoxFuture, maybe_done};
use futures::{FutureExt as _, TryStreamExt as _};
use tokio_postgres::{Row, Statement};

use super::failure::{self, Rules};
use super::walls::SWEEPER;
use crate::db::error::Error;
use crate::db::inside::Inside;
use crate::db::statement::Sql;
use crate::db::tx::Reach;
use crate::db::value::{Change, V};

/// A transaction on one connection; dropping it undoes it.
///
/// What nobody waits for is kept until somebody does, then all is sent one behind the other: a
/// dozen changes cost one way to the server and back. BEGIN goes with the first statement, COMMIT
/// with the last changes.
pub(in crate::db) struct Link<'a> {
    client: &'a ClientWrapper,
    rules: &'a Arc<Rules>,
    answer_timeout: Duration,
    waiting: Vec<Call>,
    state: State,
    /// Whether the server still answers on this connection.
    is_sound: bool,
}

/// How far a transaction has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The server has heard nothing of it.
    Intended,
    Begun,
    /// A statement failed: PostgreSQL keeps nothing of it.
    Doomed,
    Ended,
}

/// What is sent without anybody who waits for the answer.
enum Call {
    Begin(&'static str),
    Reach(&'static str, String),
    Change(Change),
}

/// Reads and writes; each statement sees what others have committed.
pub(super) const TO_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// Reads one snapshot.
pub(super) const TO_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

const SET: &str = "SELECT set_config($1, $2, true)";
/// Changes that are sent together at most: their answers must fit on the way back.
const MOST_WAITING: usize = 64;

impl<'a> Link<'a> {
    pub(super) fn new(
        client: &'a ClientWrapper,
        begin: &'static str,
        rules: &'a Arc<Rules>,
        answer_timeout: Duration,
    ) -> Self {
        Self {
            client,
            rules,
            answer_timeout,
            waiting: vec![Call::Begin(begin)],
            state: State::Intended,
            is_sound: true,
        }
    }

    /// All rows of a query.
    pub(in crate::db) async fn query(
        &mut self,
        sql: Sql,
        parameters: &[V<'_>],
    ) -> Result<Vec<Row>, Error> {
        let client = self.client;
        self.ask(async || {
            let statement = client.prepare_cached(sql.text()).await?;
            Ok(async move {
                let rows = client.query_raw(&statement, parameters.iter().copied());
                rows.await?.try_collect().await
            })
        })
        .await
    }

    /// Runs a change; the number of rows it touched.
    pub(in crate::db) async fn exec(
        &mut self,
        sql: Sql,
        parameters: &[V<'_>],
    ) -> Result<u64, Error> {
        let client = self.client;
        self.ask(async || {
            let statement = client.prepare_cached(sql.text()).await?;
            Ok(async move {
                let changed = client.execute_raw(&statement, parameters.iter().copied());
                changed.await
            })
        })
        .await
    }

    /// Runs a change before the next statement, or before the commit.
    pub(in crate::db) async fn send(&mut self, change: Change) -> Result<(), Error> {
        self.waiting.push(Call::Change(change));
        if self.waiting.len() < MOST_WAITING {
            return Ok(());
        }
        self.ask(async || Ok(ready(Ok(())))).await
    }

    /// Sets how far the transaction reaches; it ends with it.
    pub(in crate::db) fn reach(&mut self, reach: Reach) {
        let (setting, value) = match reach {
            Reach::Account(account) => ("mainstay.reach", account.to_string()),
            Reach::Desk => ("mainstay.reach", "desk".to_owned()),
            Reach::System => ("role", SWEEPER.to_owned()),
            Reach::Delegations(partner) => ("mainstay.partner", partner.to_string()),
        };
        self.waiting.push(Call::Reach(setting, value));
    }

    /// Lets the transaction read cases of these accounts beside its reach; it ends with it.
    pub(in crate::db) fn share(&mut self, accounts: &[uuid::Uuid]) {
        let list: Vec<String> = accounts.iter().map(ToString::to_string).collect();
        let setting = Call::Reach("mainstay.accounts", list.join(","));
        self.waiting.push(setting);
    }

    /// Prepares a statement and looks whether its parameters and columns are of types we know.
    pub(in crate::db) async fn prepare(&mut self, sql: Sql) -> Result<(), Error> {
        let client = self.client;
        let statement = self
            .ask(async || {
                let statement = client.prepare_cached(sql.text()).await?;
                Ok(ready(Ok(statement)))
            })
            .await?;
        check(&statement, sql)
    }

    /// Whether the server still answers on this connection.
    pub(super) const fn is_sound(&self) -> bool {
        self.is_sound
    }

    /// Whether a change was sent that nobody has waited for.
    pub(super) fn leaves_changes(&self) -> bool {
        self.waiting
            .iter()
            .any(|call| matches!(call, Call::Change(_)))
    }

    /// Commits, or undoes what failed; and whether the connection can be used again.
    pub(super) async fn end(
        mut self,
        keep: bool,
        fault: Option<Error>,
    ) -> (Result<(), Error>, bool) {
        let has_failed = self.state == State::Doomed;
        if !keep || has_failed {
            let is_sound = self.is_sound && self.undo().await;
            let fault = fault.unwrap_or_else(|| Error::Statement {
                reason: "an earlier statement of the transaction failed".into(),
            });
            return (if keep { Err(fault) } else { Ok(()) }, is_sound);
        }
        if self.state == State::Intended && !self.leaves_changes() {
            return (Ok(()), true);
        }
        let calls = std::mem::take(&mut self.waiting);
        self.state = State::Ended;
        let (client, limit) = (self.client, self.answer_timeout);
        let commit = in_time(limit, async {
            let calls = prepared(client, &calls).await?;
            Ok(in_order(calls, client.batch_execute("COMMIT")).await)
        });
        let ended = match commit.await {
            Ok(Ok((None, Ok(())))) => Ok(()),
            // Then COMMIT has undone it.
            Ok(Ok((Some(error), _))) if error.as_db_error().is_some() => {
                Err(self.rules.failure(&error))
            }
            Ok(Ok((_, Err(error)) | (Some(error), _))) => Err(self.rules.commit_failure(&error)),
            // It was not even sent.
            Ok(Err(error)) => Err(self.rules.failure(&error)),
            Err(Silent) => Err(failure::unknown("it did not answer in time")),
        };
        let is_sound = !ended.as_ref().is_err_and(leaves_nobody);
        (ended, is_sound)
    }

    /// Undoes it, and says whether the server still answers.
    async fn undo(&mut self) -> bool {
        if self.state == State::Intended {
            return true;
        }
        self.state = State::Ended;
        let rollback = in_time(self.answer_timeout, self.client.batch_execute("ROLLBACK")).await;
        matches!(rollback, Ok(Ok(())))
    }

    /// Sends what waits and a statement behind it, which is prepared first.
    async fn ask<T, F>(
        &mut self,
        statement: impl AsyncFnOnce() -> Result<F, tokio_postgres::Error>,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, tokio_postgres::Error>>,
    {
        let calls = std::mem::take(&mut self.waiting);
        if self.state == State::Intended {
            self.state = State::Begun;
        }
        let client = self.client;
        let result = asking(self.answer_timeout, async {
            let calls = prepared(client, &calls).await?;
            match in_order(calls, statement().await?).await {
                (Some(error), _) => Err(error),
                (None, answer) => answer,
            }
        });
        match result.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                let error = self.rules.failure(&error);
                self.state = State::Doomed;
                self.is_sound &= !leaves_nobody(&error);
                Err(error)
            }
            Err(Silent) => {
                self.state = State::Doomed;
                self.is_sound = false;
                Err(failure::silent())
            }
        }
    }
}

impl Drop for Link<'_> {
    fn drop(&mut self) {
        if matches!(self.state, State::Begun | State::Doomed) {
            // Polled once it is sent; whoever has the connection next comes behind it.
            let _ = self.client.batch_execute("ROLLBACK").now_or_never();
        }
    }
}

/// Whether the server does not answer on this connection any more.
const fn leaves_nobody(error: &Error) -> bool {
    matches!(error, Error::Unreachable { .. } | Error::Unknown { .. })
}

type Answer<'c> = BoxFuture<'c, Result<(), tokio_postgres::Error>>;

/// Calls that are sent when they are polled, in their order.
async fn prepared<'c>(
    client: &'c ClientWrapper,
    calls: &'c [Call],
) -> Result<Vec<Answer<'c>>, tokio_postgres::Error> {
    let mut ready = Vec::with_capacity(calls.len());
    for call in calls {
        ready.push(match call {
            Call::Begin(begin) => client.batch_execute(begin).boxed(),
            Call::Reach(setting, value) => {
                let statement = client.prepare_cached(SET).await?;
                let values = [V::Text(setting), V::Text(value)];
                async move { client.execute_raw(&statement, values).await.map(drop) }.boxed()
            }
            Call::Change(change) => {
                let statement = client.prepare_cached(change.sql.text()).await?;
                let values = change.values();
                async move { client.execute_raw(&statement, values).await.map(drop) }.boxed()
            }
        });
    }
    Ok(ready)
}

/// Polls all in their order until the last is done: what failed first before it, and what it says.
async fn in_order<F: Future>(
    calls: Vec<Answer<'_>>,
    last: F,
) -> (Option<tokio_postgres::Error>, F::Output) {
    let mut calls: Vec<_> = calls.into_iter().map(maybe_done).collect();
    let mut last = pin!(last);
    let answer = poll_fn(|context| {
        for call in &mut calls {
            let _ = call.poll_unpin(context);
        }
        last.as_mut().poll(context)
    })
    .await;
    // The server answers in order.
    let mut answers = calls
        .iter_mut()
        .filter_map(|call| Pin::new(call).take_output());
    (answers.find_map(Result::err), answer)
}

/// The server has not answered in time.
struct Silent;

async fn in_time<T>(limit: Duration, asked: impl Future<Output = T>) -> Result<T, Silent> {
    tokio::time::timeout(limit, asked).await.map_err(|_| Silent)
}

/// Waits for the server, and lets it be known that this is what the job waits for.
async fn asking<T>(limit: Duration, asked: impl Future<Output = T>) -> Result<T, Silent> {
    let mut asked = pin!(in_time(limit, asked));
    poll_fn(|context| {
        let poll = asked.as_mut().poll(context);
        if poll.is_pending() {
            Inside::ask();
        }
        poll
    })
    .await
}

/// What a prepared statement may be made of.
fn check(statement: &Statement, sql: Sql) -> Result<(), Error> {
    let refused = |reason: String| Error::Statement {
        reason: format!("`{}`: {reason}", sql.text()),
    };
    let given = statement.params().len();
    if given != sql.parameters() {
        return Err(refused(format!("it takes {given} parameters")));
    }
    if let Some(kind) = statement
        .params()
        .iter()
        .find(|kind| !super::cells::takes(kind))
    {
        return Err(refused(format!("a parameter is of the type {kind}")));
    }
    match statement
        .columns()
        .iter()
        .find(|column| !super::cells::gives(column.type_()))
    {
        Some(column) => Err(refused(format!(
            "column {} is of the type {}",
            column.name(),
            column.type_()
        ))),
        None => Ok(()),
    }
}
