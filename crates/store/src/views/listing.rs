//! Cases page by page in an order that does not change, for whoever fetches them all.

use mainstay_domain::Moment;
use mainstay_domain::access::Grant;
use mainstay_domain::ids::CaseNumber;

use super::{CaseRow, case_rows};
use crate::db::V;
use crate::scope::{desk, of_scope, scoped};
use crate::{Error, Tx, reach, sql};

/// Cases of the account, or of the desk, the newest first, from a place on.
///
/// `before` is the number of the last row seen.
///
/// # Errors
/// Whatever the database says.
pub async fn newest_cases(
    tx: &mut Tx<'_>,
    grant: &Grant,
    before: Option<CaseNumber>,
    limit: u32,
) -> Result<Vec<CaseRow>, Error> {
    reach::scope(tx, grant.scope());
    let place = [number_of(before), limit.into()];
    if grant.scope().account().is_none() {
        return tx
            .all(
                sql!(
                    case_rows!(),
                    "WHERE c.kind IN ($1, $2, $3, $4) AND c.number < $5
                     ORDER BY c.number DESC LIMIT $6"
                ),
                &desk(grant.scope(), &place),
            )
            .await;
    }
    tx.all(
        sql!(
            case_rows!(),
            "WHERE c.account_id = $1
               AND ",
            of_scope!(),
            "
               AND c.number < $12
             ORDER BY c.number DESC LIMIT $13"
        ),
        &scoped(grant.scope(), &place),
    )
    .await
}

/// Open cases of the account, the newest first, from a place on.
///
/// `before` is the number of the last row seen.
///
/// # Errors
/// Whatever the database says.
pub async fn newest_open_cases(
    tx: &mut Tx<'_>,
    grant: &Grant,
    before: Option<CaseNumber>,
    limit: u32,
) -> Result<Vec<CaseRow>, Error> {
    reach::scope(tx, grant.scope());
    tx.all(
        sql!(
            case_rows!(),
            "WHERE c.account_id = $1
               AND ",
            of_scope!(),
            "
               AND c.queue_at IS NOT NULL AND c.number < $12
             ORDER BY c.number DESC LIMIT $13"
        ),
        &scoped(grant.scope(), &[number_of(before), limit.into()]),
    )
    .await
}

/// Closed cases of the desk, the latest first, from a place on.
///
/// `before` is the closing and number of the last row seen.
///
/// # Errors
/// Whatever the database says.
pub async fn closed_desk_cases(
    tx: &mut Tx<'_>,
    grant: &Grant,
    before: Option<(Moment, CaseNumber)>,
    limit: u32,
) -> Result<Vec<CaseRow>, Error> {
    reach::scope(tx, grant.scope());
    let at = before.map_or(i64::MAX, |(at, _)| at.as_unix());
    let number = number_of(before.map(|(_, number)| number));
    tx.all(
        sql!(
            case_rows!(),
            "WHERE c.kind IN ($1, $2, $3, $4)
               AND c.closed_at IS NOT NULL AND (c.closed_at, c.number) < ($5, $6)
             ORDER BY c.closed_at DESC, c.number DESC LIMIT $7"
        ),
        &desk(grant.scope(), &[at.into(), number, limit.into()]),
    )
    .await
}

/// A number to be below of; without one every number is.
fn number_of<'a>(before: Option<CaseNumber>) -> V<'a> {
    before.map_or_else(|| i64::MAX.into(), Into::into)
}
