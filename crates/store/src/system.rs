//! Access without a scope: for the timers, the outbox and the first start, and nobody else.
//!
//! Callers are the workers of `app` and the binary's commands; a reviewed list.

pub mod chains;
pub mod check;
pub mod delegations;
pub mod filling;
pub mod inspect;
pub mod tables;

use mainstay_domain::Moment;
use mainstay_domain::case::Case;
use mainstay_domain::ids::{AccountId, CaseId};

use crate::codec::Json;
use crate::db::{Cell, Decode as _, Either, FromRow, Reach, Row};
use crate::{Error, Tx, outbox, sql};

/// Lets a transaction reach all accounts, on the engine that keeps them apart by itself.
pub fn reach(tx: &mut Tx<'_>) {
    tx.reach(Reach::System);
}

/// Whether a case's time has come.
///
/// # Errors
/// Whatever the database says.
pub async fn is_any_due(tx: &mut Tx<'_>, now: Moment) -> Result<bool, Error> {
    let any: Option<i64> = tx
        .opt(
            sql!(
                "SELECT 1 FROM cases WHERE next_timer_at IS NOT NULL AND next_timer_at <= $1
                 LIMIT 1"
            ),
            &[now.into()],
        )
        .await?;
    Ok(any.is_some())
}

/// A case whose time has come.
#[derive(Debug, Clone)]
pub struct Due {
    /// Whose it is.
    pub account: AccountId,
    /// Which.
    pub id: CaseId,
    data: String,
}

impl Due {
    /// The case itself.
    ///
    /// # Errors
    /// When what is kept cannot be read.
    pub fn case(&self) -> Result<Case, Error> {
        let decoded = Json::decode(Cell::Text(&self.data));
        decoded
            .map(|Json(case)| case)
            .map_err(|wanted| Error::Decode {
                column: "data".to_owned(),
                wanted,
                found: "another text".to_owned(),
            })
    }
}

impl FromRow for Due {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            account: row.get("account_id")?,
            id: row.get("id")?,
            data: row.get("data")?,
        })
    }
}

/// Cases whose time has come, the earliest first, for whoever judges them in this transaction.
/// Those somebody else holds, to judge them or to act on them, are left for later.
///
/// # Errors
/// Whatever the database says.
pub async fn due_cases(tx: &mut Tx<'_>, now: Moment, limit: u32) -> Result<Vec<Due>, Error> {
    tx.all(
        sql!(
            "SELECT account_id, id, data FROM cases WHERE next_timer_at IS NOT NULL
               AND next_timer_at <= $1 ORDER BY next_timer_at LIMIT $2 FOR UPDATE SKIP LOCKED"
        ),
        &[now.into(), limit.into()],
    )
    .await
}

/// The keys of cases whose time has come, the earliest first, where one process judges them all;
/// of several each takes what it can hold, by [`due_cases`], and there are none here.
///
/// # Errors
/// Whatever the database says.
pub async fn backlog(
    tx: &mut Tx<'_>,
    now: Moment,
    limit: usize,
) -> Result<Vec<(AccountId, CaseId)>, Error> {
    let is_alone = tx.choose(Either {
        sqlite: true,
        postgres: false,
    });
    if !is_alone {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tx.all(
        sql!(
            "SELECT account_id, id FROM cases WHERE next_timer_at IS NOT NULL
               AND next_timer_at <= $1 ORDER BY next_timer_at LIMIT $2"
        ),
        &[now.into(), limit.into()],
    )
    .await
}

/// The cases of these keys whose time has come, for whoever judges them in this transaction.
///
/// # Errors
/// Whatever the database says.
pub async fn due_of(
    tx: &mut Tx<'_>,
    keys: &[(AccountId, CaseId)],
    now: Moment,
) -> Result<Vec<Due>, Error> {
    let mut due = Vec::with_capacity(keys.len());
    for &(account, id) in keys {
        let found: Option<Due> = tx
            .opt(
                sql!(
                    "SELECT account_id, id, data FROM cases WHERE account_id = $1 AND id = $2
                       AND next_timer_at <= $3 FOR UPDATE SKIP LOCKED"
                ),
                &[account.into(), id.into(), now.into()],
            )
            .await?;
        due.extend(found);
    }
    Ok(due)
}

/// When the next case's time comes.
///
/// # Errors
/// Whatever the database says.
pub async fn next_timer_at(tx: &mut Tx<'_>) -> Result<Option<Moment>, Error> {
    let next = sql!("SELECT min(next_timer_at) FROM cases WHERE next_timer_at IS NOT NULL");
    let next: Option<i64> = tx.one(next, &[]).await?;
    Ok(next.map(Moment::from_unix))
}

/// A case by its key.
///
/// # Errors
/// Whatever the database says.
pub async fn find_case(
    tx: &mut Tx<'_>,
    account: AccountId,
    case: CaseId,
) -> Result<Option<Case>, Error> {
    let found: Option<Json<Case>> = tx
        .opt(
            sql!("SELECT data FROM cases WHERE account_id = $1 AND id = $2"),
            &[account.into(), case.into()],
        )
        .await?;
    Ok(found.map(|Json(case)| case))
}

/// A case by its key, held until the end of the transaction: nobody else changes it meanwhile.
///
/// # Errors
/// Whatever the database says.
pub async fn hold_case(
    tx: &mut Tx<'_>,
    account: AccountId,
    case: CaseId,
) -> Result<Option<Case>, Error> {
    let found: Option<Json<Case>> = tx
        .opt(
            sql!("SELECT data FROM cases WHERE account_id = $1 AND id = $2 FOR UPDATE"),
            &[account.into(), case.into()],
        )
        .await?;
    Ok(found.map(|Json(case)| case))
}

/// How many cases there are, and how many are open.
///
/// # Errors
/// Whatever the database says.
pub async fn case_counts(tx: &mut Tx<'_>) -> Result<(i64, i64), Error> {
    reach(tx);
    tx.one(
        sql!("SELECT count(*), count(*) FILTER (WHERE queue_at IS NOT NULL) FROM cases"),
        &[],
    )
    .await
}

/// How many cases are open; reads an index entry for each.
///
/// # Errors
/// Whatever the database says.
pub async fn open_cases(tx: &mut Tx<'_>) -> Result<i64, Error> {
    reach(tx);
    let count = sql!("SELECT count(*) FROM cases WHERE queue_at IS NOT NULL");
    tx.one(count, &[]).await
}

/// How much waits, at no more cost than what waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gauges {
    /// Effects that wait.
    pub outbox: outbox::Waiting,
    /// Whether they are held.
    pub is_held: bool,
    /// Cases whose time has come and that were not judged yet.
    pub overdue: i64,
    /// When the first of them should have been judged.
    pub overdue_since: Option<Moment>,
}

/// How much waits.
///
/// # Errors
/// Whatever the database says.
pub async fn gauges(tx: &mut Tx<'_>, now: Moment) -> Result<Gauges, Error> {
    reach(tx);
    let (overdue, overdue_since) = tx
        .one(
            sql!(
                "SELECT count(*), min(next_timer_at) FROM cases WHERE next_timer_at IS NOT NULL
                   AND next_timer_at <= $1"
            ),
            &[now.into()],
        )
        .await?;
    Ok(Gauges {
        outbox: outbox::waiting(tx).await?,
        is_held: outbox::held_since(tx).await?.is_some(),
        overdue,
        overdue_since,
    })
}

/// Leaves a case alone until an instant.
///
/// # Errors
/// Whatever the database says.
pub async fn postpone(
    tx: &mut Tx<'_>,
    account: AccountId,
    case: CaseId,
    until: Moment,
) -> Result<(), Error> {
    let postpone = sql!("UPDATE cases SET next_timer_at = $1 WHERE account_id = $2 AND id = $3");
    tx.send(postpone, &[until.into(), account.into(), case.into()])
        .await
}
