//! Access without a scope: for the timers, the outbox and the first start, and nobody else.
//!
//! Callers are the workers of `app` and the binary's commands; a reviewed list.

use mainstay_domain::Moment;
use mainstay_domain::case::Case;
use mainstay_domain::ids::{AccountId, CaseId};

use crate::codec::Json;
use crate::{Error, Tx, sql};

/// Cases whose time has come, the earliest first.
///
/// # Errors
/// Whatever the database says.
pub async fn due_cases(
    tx: &mut Tx<'_>,
    now: Moment,
    limit: u32,
) -> Result<Vec<(AccountId, CaseId)>, Error> {
    tx.all(
        sql!(
            "SELECT account_id, id FROM cases WHERE next_timer_at IS NOT NULL
               AND next_timer_at <= $1 ORDER BY next_timer_at LIMIT $2"
        ),
        &[now.into(), limit.into()],
    )
    .await
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

/// How many cases there are, and how many are open.
///
/// # Errors
/// Whatever the database says.
pub async fn case_counts(tx: &mut Tx<'_>) -> Result<(i64, i64), Error> {
    tx.one(
        sql!("SELECT count(*), count(*) FILTER (WHERE queue_at IS NOT NULL) FROM cases"),
        &[],
    )
    .await
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
    tx.exec(postpone, &[until.into(), account.into(), case.into()])
        .await?;
    Ok(())
}
