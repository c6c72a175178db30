//! What a customer's administrators see.

use std::collections::HashMap;

use mainstay_domain::Moment;
use mainstay_domain::access::Grant;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{CaseNumber, PersonId};

use super::{CaseRow, case_rows};
use crate::db::{FromRow, Row};
use crate::scope::{known, scoped};
use crate::{Error, Tx, reach, sql};

/// Open requests of the account, those that wait for the customer first.
///
/// # Errors
/// Whatever the database says.
pub async fn open_cases(tx: &mut Tx<'_>, grant: &Grant, limit: u32) -> Result<Vec<CaseRow>, Error> {
    reach::scope(tx, grant.scope());
    tx.all(
        sql!(
            case_rows!(),
            "WHERE c.account_id = $1
               AND (c.kind IN ($2, $3, $4, $5)
                    OR (c.kind IN ($6, $7, $8, $9) AND c.requester_id = $10))
               AND c.queue_at IS NOT NULL
             ORDER BY CASE c.status WHEN 'with-customer' THEN 0 WHEN 'resolved' THEN 1 ELSE 2 END,
                      c.queue_at, c.number
             LIMIT $11"
        ),
        &scoped(grant.scope(), &[limit.into()]),
    )
    .await
}

/// Open requests of one person of an account, as far as the grant reaches them.
///
/// # Errors
/// Whatever the database says.
pub async fn open_cases_of(
    tx: &mut Tx<'_>,
    grant: &Grant,
    person: PersonId,
    limit: u32,
) -> Result<Vec<CaseRow>, Error> {
    reach::scope(tx, grant.scope());
    tx.all(
        sql!(
            case_rows!(),
            "WHERE c.account_id = $1
               AND (c.kind IN ($2, $3, $4, $5)
                    OR (c.kind IN ($6, $7, $8, $9) AND c.requester_id = $10))
               AND c.queue_at IS NOT NULL AND c.requester_id = $11
             ORDER BY c.queue_at, c.number LIMIT $12"
        ),
        &scoped(grant.scope(), &[person.into(), limit.into()]),
    )
    .await
}

/// A request of which somebody sees that it exists, its status and its dates, and no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCase {
    /// Its number.
    pub number: CaseNumber,
    /// The kind of help.
    pub kind: Kind,
    /// The word of its status.
    pub status: String,
    /// When it was submitted.
    pub opened_at: Moment,
    /// The last thing both sides can see.
    pub last_public_at: Moment,
}

impl FromRow for KnownCase {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let kind: String = row.get("kind")?;
        Ok(Self {
            number: row.get("number")?,
            kind: Kind::from_code(&kind).ok_or_else(|| Error::Decode {
                column: "kind".to_owned(),
                wanted: "a word this version knows",
                found: kind,
            })?,
            status: row.get("status")?,
            opened_at: row.get("opened_at")?,
            last_public_at: row.get("last_public_at")?,
        })
    }
}

/// Open requests of the account that others submitted, of the kinds somebody knows of without
/// reading them, the oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn known_cases(
    tx: &mut Tx<'_>,
    grant: &Grant,
    limit: u32,
) -> Result<Vec<KnownCase>, Error> {
    reach::scope(tx, grant.scope());
    tx.all(
        sql!(
            "SELECT c.number, c.kind, c.status, c.opened_at, c.last_public_at FROM cases c
             WHERE c.account_id = $1 AND c.kind IN ($2, $3, $4, $5) AND c.requester_id <> $6
               AND c.queue_at IS NOT NULL
             ORDER BY c.opened_at, c.number LIMIT $7"
        ),
        &known(grant.scope(), &[limit.into()]),
    )
    .await
}

/// Closed requests of the account, the latest first, from a place on.
///
/// `before` is the closing and number of the last row seen.
///
/// # Errors
/// Whatever the database says.
pub async fn closed_cases(
    tx: &mut Tx<'_>,
    grant: &Grant,
    before: Option<(Moment, CaseNumber)>,
    limit: u32,
) -> Result<Vec<CaseRow>, Error> {
    reach::scope(tx, grant.scope());
    let (at, number) = before.map_or((i64::MAX, i64::MAX), |(at, number)| {
        (
            at.as_unix(),
            i64::try_from(number.as_u64()).unwrap_or(i64::MAX),
        )
    });
    tx.all(
        sql!(
            case_rows!(),
            "WHERE c.account_id = $1
               AND (c.kind IN ($2, $3, $4, $5)
                    OR (c.kind IN ($6, $7, $8, $9) AND c.requester_id = $10))
               AND c.closed_at IS NOT NULL AND (c.closed_at, c.number) < ($11, $12)
             ORDER BY c.closed_at DESC, c.number DESC LIMIT $13"
        ),
        &scoped(grant.scope(), &[at.into(), number.into(), limit.into()]),
    )
    .await
}

/// What a customer's home shows.
#[derive(Debug, Clone)]
pub struct CustomerHome {
    /// Open requests, those that wait for the customer first.
    pub open: Vec<CaseRow>,
    /// Requests closed lately that can still be reopened.
    pub reopenable: Vec<CaseRow>,
}

/// The home of an account.
///
/// # Errors
/// Whatever the database says.
pub async fn customer_home(
    tx: &mut Tx<'_>,
    grant: &Grant,
    now: Moment,
) -> Result<CustomerHome, Error> {
    reach::scope(tx, grant.scope());
    let open = open_cases(tx, grant, 50).await?;
    let mut reopenable = closed_cases(tx, grant, None, 10).await?;
    reopenable.retain(|case| case.reopen_until.is_some_and(|until| now < until));
    Ok(CustomerHome { open, reopenable })
}

/// How the promised initial response of an open request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promised {
    /// The clock runs.
    Running(Moment),
    /// It was missed; when it was due.
    Missed(Moment),
    /// It was kept.
    Kept,
}

/// The promised initial responses of the account's open requests, the vendor's own targets left
/// out. Requests without commitment have none.
///
/// # Errors
/// Whatever the database says.
pub async fn promises(
    tx: &mut Tx<'_>,
    grant: &Grant,
) -> Result<HashMap<CaseNumber, Promised>, Error> {
    reach::scope(tx, grant.scope());
    let rows: Vec<(CaseNumber, String, Option<Moment>)> = tx
        .all(
            sql!(
                "SELECT c.number, m.state, m.due_at FROM cases c
                 JOIN milestones m ON m.account_id = c.account_id AND m.case_id = c.id
                 WHERE c.account_id = $1
                   AND (c.kind IN ($2, $3, $4, $5)
                        OR (c.kind IN ($6, $7, $8, $9) AND c.requester_id = $10))
                   AND c.queue_at IS NOT NULL
                   AND m.metric = 'initial-response' AND NOT m.is_internal"
            ),
            &scoped(grant.scope(), &[]),
        )
        .await?;
    let promised = |(number, state, due_at): (CaseNumber, String, Option<Moment>)| {
        let promised = match (state.as_str(), due_at) {
            ("running", Some(due_at)) => Promised::Running(due_at),
            ("breached", Some(due_at)) => Promised::Missed(due_at),
            ("met", _) => Promised::Kept,
            _ => return None,
        };
        Some((number, promised))
    };
    Ok(rows.into_iter().filter_map(promised).collect())
}
