//! What the vendor's desks see.

use mainstay_domain::access::Grant;
use mainstay_domain::ids::{AccountId, CaseNumber, PersonId};

use super::{CaseRow, case_rows};
use crate::scope::{desk, of_scope, scoped};
use crate::{Error, Tx, reach, sql};

/// Which cases of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueFilter {
    /// All that are open.
    All,
    /// Those nobody has taken.
    Unassigned,
    /// Those of one agent.
    Of(PersonId),
}

/// Open cases in the order of work, from a place on.
///
/// `after` is the `queue_at` and number of the last row seen.
///
/// # Errors
/// Whatever the database says.
pub async fn queue(
    tx: &mut Tx<'_>,
    grant: &Grant,
    filter: QueueFilter,
    after: Option<(i64, CaseNumber)>,
    limit: u32,
) -> Result<Vec<CaseRow>, Error> {
    reach::scope(tx, grant.scope());
    let (queue_at, number) = after.map_or((i64::MIN, 0), |(at, number)| (at, number.as_u64()));
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let place = [queue_at.into(), number.into(), limit.into()];
    match filter {
        QueueFilter::All => {
            tx.all(
                sql!(
                    case_rows!(),
                    "WHERE c.kind IN ($1, $2, $3, $4) AND c.queue_at IS NOT NULL
                       AND (c.queue_at, c.number) > ($5, $6)
                     ORDER BY c.queue_at, c.number LIMIT $7"
                ),
                &desk(grant.scope(), &place),
            )
            .await
        }
        QueueFilter::Unassigned => {
            tx.all(
                sql!(
                    case_rows!(),
                    "WHERE c.kind IN ($1, $2, $3, $4) AND c.queue_at IS NOT NULL
                       AND c.assignee_id IS NULL AND (c.queue_at, c.number) > ($5, $6)
                     ORDER BY c.queue_at, c.number LIMIT $7"
                ),
                &desk(grant.scope(), &place),
            )
            .await
        }
        QueueFilter::Of(agent) => {
            let place = [agent.into(), queue_at.into(), number.into(), limit.into()];
            tx.all(
                sql!(
                    case_rows!(),
                    "WHERE c.kind IN ($1, $2, $3, $4) AND c.queue_at IS NOT NULL
                       AND c.assignee_id = $5 AND (c.queue_at, c.number) > ($6, $7)
                     ORDER BY c.queue_at, c.number LIMIT $8"
                ),
                &desk(grant.scope(), &place),
            )
            .await
        }
    }
}

/// How many cases of an agent are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueCounts {
    /// Those of the agent, counted up to a hundred.
    pub mine: i64,
    /// Those nobody has taken, counted up to a hundred.
    pub unassigned: i64,
}

/// Counts for the queue's tabs; bounded, so that a long queue costs no more than a short one.
///
/// # Errors
/// Whatever the database says.
pub async fn queue_counts(tx: &mut Tx<'_>, grant: &Grant) -> Result<QueueCounts, Error> {
    reach::scope(tx, grant.scope());
    let me = grant.scope().person();
    let (mine, unassigned) = tx
        .one(
            sql!(
                "SELECT (SELECT count(*) FROM (
                            SELECT 1 FROM cases c WHERE c.kind IN ($1, $2, $3, $4)
                              AND c.queue_at IS NOT NULL AND c.assignee_id = $5 LIMIT 100) AS m),
                        (SELECT count(*) FROM (
                            SELECT 1 FROM cases c WHERE c.kind IN ($1, $2, $3, $4)
                              AND c.queue_at IS NOT NULL AND c.assignee_id IS NULL
                            LIMIT 100) AS u)"
            ),
            &desk(grant.scope(), &[me.into()]),
        )
        .await?;
    Ok(QueueCounts { mine, unassigned })
}

/// The unassigned case that is due first and that nobody is taking just now: what *take next*
/// takes.
///
/// # Errors
/// Whatever the database says.
pub async fn next_unassigned(tx: &mut Tx<'_>, grant: &Grant) -> Result<Option<CaseNumber>, Error> {
    reach::scope(tx, grant.scope());
    tx.opt(
        sql!(
            "SELECT c.number FROM cases c
             WHERE c.kind IN ($1, $2, $3, $4) AND c.queue_at IS NOT NULL
               AND c.assignee_id IS NULL AND c.status = 'with-vendor'
             ORDER BY c.queue_at, c.number LIMIT 1 FOR UPDATE SKIP LOCKED"
        ),
        &desk(grant.scope(), &[]),
    )
    .await
}

/// The cases of an account that were opened last, as the desk sees them.
///
/// # Errors
/// Whatever the database says.
pub async fn account_cases(
    tx: &mut Tx<'_>,
    grant: &Grant,
    account: AccountId,
    limit: u32,
) -> Result<Vec<CaseRow>, Error> {
    reach::scope(tx, grant.scope());
    tx.all(
        sql!(
            case_rows!(),
            "WHERE c.kind IN ($1, $2, $3, $4) AND c.account_id = $5
             ORDER BY c.id DESC LIMIT $6"
        ),
        &desk(grant.scope(), &[account.into(), limit.into()]),
    )
    .await
}

/// The cases of all customers that somebody of the vendor takes part in by name, those still open
/// and changed last first.
///
/// # Errors
/// Whatever the database says.
pub async fn taken_part(tx: &mut Tx<'_>, grant: &Grant, limit: u32) -> Result<Vec<CaseRow>, Error> {
    reach::scope(tx, grant.scope());
    tx.all(
        sql!(
            case_rows!(),
            "WHERE (c.account_id = $1 OR $1 IS NULL) AND ",
            of_scope!(),
            " AND (c.account_id, c.id) IN (
                 SELECT n.account_id, n.case_id FROM participants n
                 WHERE n.person_id = $10 AND n.removed_at IS NULL
                   AND (n.account_id = $1 OR $1 IS NULL))
               AND c.queue_at IS NOT NULL
             ORDER BY c.queue_at, c.number LIMIT $12"
        ),
        &scoped(grant.scope(), &[limit.into()]),
    )
    .await
}
