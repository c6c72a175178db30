//! A transaction on one connection.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Transaction;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use super::failure::{self, Rules};
use super::walls::SWEEPER;
use crate::db::error::Error;
use crate::db::inside::Inside;
use crate::db::statement::Sql;
use crate::db::tx::Reach;
use crate::db::value::V;

/// A transaction that was begun; dropping it undoes it.
pub(in crate::db) struct Link<'a> {
    transaction: Transaction<'a>,
    rules: &'a Arc<Rules>,
    answer_timeout: Duration,
    /// Whether a statement failed: PostgreSQL keeps nothing of the transaction then.
    is_doomed: bool,
    /// Whether the server still answers on this connection.
    is_sound: bool,
}

impl<'a> Link<'a> {
    pub(super) const fn new(
        transaction: Transaction<'a>,
        rules: &'a Arc<Rules>,
        answer_timeout: Duration,
    ) -> Self {
        Self {
            transaction,
            rules,
            answer_timeout,
            is_doomed: false,
            is_sound: true,
        }
    }

    /// All rows of a query.
    pub(in crate::db) async fn query(
        &mut self,
        sql: Sql,
        parameters: &[V<'_>],
    ) -> Result<Vec<Row>, Error> {
        let result = asking(self.answer_timeout, async {
            let statement = self.transaction.prepare_cached(sql.text()).await?;
            self.transaction
                .query(&statement, &values(parameters))
                .await
        });
        let result = result.await;
        self.outcome(result)
    }

    /// Runs a change; the number of rows it touched.
    pub(in crate::db) async fn exec(
        &mut self,
        sql: Sql,
        parameters: &[V<'_>],
    ) -> Result<u64, Error> {
        let result = asking(self.answer_timeout, async {
            let statement = self.transaction.prepare_cached(sql.text()).await?;
            self.transaction
                .execute(&statement, &values(parameters))
                .await
        });
        let result = result.await;
        self.outcome(result)
    }

    /// Sets how far the transaction reaches; it ends with it.
    pub(in crate::db) async fn reach(&mut self, reach: Reach) -> Result<(), Error> {
        let (setting, value) = match reach {
            Reach::Account(account) => ("mainstay.reach", account.to_string()),
            Reach::Desk => ("mainstay.reach", "desk".to_owned()),
            Reach::System => ("role", SWEEPER.to_owned()),
            Reach::Delegations(partner) => ("mainstay.partner", partner.to_string()),
        };
        let result = asking(self.answer_timeout, async {
            let set = "SELECT set_config($1, $2, true)";
            let statement = self.transaction.prepare_cached(set).await?;
            self.transaction
                .execute(&statement, &[&setting, &value])
                .await
        });
        let result = result.await;
        self.outcome(result).map(drop)
    }

    /// Prepares a statement and looks whether its parameters and columns are of types we know.
    pub(in crate::db) async fn prepare(&mut self, sql: Sql) -> Result<(), Error> {
        let prepare = self.transaction.prepare_cached(sql.text());
        let result = asking(self.answer_timeout, prepare).await;
        let statement = self.outcome(result)?;
        check(&statement, sql)
    }

    /// Whether the server still answers on this connection.
    pub(super) const fn is_sound(&self) -> bool {
        self.is_sound
    }

    /// Commits, or undoes what failed; and whether the connection can be used again.
    pub(super) async fn end(self, keep: bool, fault: Option<Error>) -> (Result<(), Error>, bool) {
        if !keep && !self.is_sound {
            // Whoever does not answer is not asked to undo: it does so when it notices.
            return (Ok(()), false);
        }
        if !keep {
            let rollback = in_time(self.answer_timeout, self.transaction.rollback()).await;
            let is_sound = self.is_sound && matches!(rollback, Ok(Ok(())));
            return (Ok(()), is_sound);
        }
        if self.is_doomed {
            let fault = fault.unwrap_or_else(|| Error::Statement {
                reason: "an earlier statement of the transaction failed".into(),
            });
            return (Err(fault), self.is_sound);
        }
        match in_time(self.answer_timeout, self.transaction.commit()).await {
            Ok(Ok(())) => (Ok(()), true),
            Ok(Err(error)) => (Err(self.rules.commit_failure(&error)), !error.is_closed()),
            Err(Silent) => (Err(failure::unknown("it did not answer in time")), false),
        }
    }

    fn outcome<T>(
        &mut self,
        result: Result<Result<T, tokio_postgres::Error>, Silent>,
    ) -> Result<T, Error> {
        match result {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                self.is_doomed = true;
                self.is_sound &= !error.is_closed();
                Err(self.rules.failure(&error))
            }
            Err(Silent) => {
                self.is_doomed = true;
                self.is_sound = false;
                Err(failure::silent())
            }
        }
    }
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

fn values<'v>(parameters: &'v [V<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    let value = |value: &'v V<'v>| value as &(dyn ToSql + Sync);
    parameters.iter().map(value).collect()
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
