//! What a customer's administrators see.

use std::collections::HashMap;

use mainstay_domain::Moment;
use mainstay_domain::access::Grant;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseNumber, PersonId};

use super::{CaseRow, case_rows};
use crate::db::{FromRow, Row};
use crate::scope::{is_covered, known, of_scope, scoped};
use crate::{Error, Tx, reach, sql};

/// A place in the order of a customer's open requests: those that wait for the customer first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenPlace {
    /// Whose turn it is: 0 the customer's, 1 the customer's too, to say whether it is solved, 2
    /// somebody else's.
    pub turn: i64,
    /// The place in the order of work.
    pub queue_at: i64,
    /// The request.
    pub number: CaseNumber,
}

impl OpenPlace {
    /// The place of a row; none for one that is not open.
    #[must_use]
    pub fn of(row: &CaseRow) -> Option<Self> {
        Some(Self {
            turn: match row.status.as_str() {
                "with-customer" => 0,
                "resolved" => 1,
                _ => 2,
            },
            queue_at: row.queue_at?,
            number: row.number,
        })
    }

    /// Three values that stand before every row where nothing was seen yet.
    fn values(place: Option<Self>) -> [i64; 3] {
        place.map_or([-1, 0, 0], |place| {
            let number = i64::try_from(place.number.as_u64()).unwrap_or(i64::MAX);
            [place.turn, place.queue_at, number]
        })
    }
}

/// Which of a customer's open requests are meant: those after $12, $13 and $14, in their order, at
/// most $15. The words are those of the index.
macro_rules! open_page {
    () => {
        " c.queue_at IS NOT NULL
          AND CASE c.status WHEN 'with-customer' THEN 0 WHEN 'resolved' THEN 1 ELSE 2 END >= $12
          AND (CASE c.status WHEN 'with-customer' THEN 0 WHEN 'resolved' THEN 1 ELSE 2 END,
               c.queue_at, c.number) > ($12, $13, $14)
          ORDER BY CASE c.status WHEN 'with-customer' THEN 0 WHEN 'resolved' THEN 1 ELSE 2 END,
                   c.queue_at, c.number
          LIMIT $15"
    };
}

/// Open requests of the account, those that wait for the customer first, from the one after
/// `after` on.
///
/// # Errors
/// Whatever the database says.
pub async fn open_cases(
    tx: &mut Tx<'_>,
    grant: &Grant,
    after: Option<OpenPlace>,
    limit: u32,
) -> Result<Vec<CaseRow>, Error> {
    reach::scope(tx, grant.scope());
    let [turn, queue_at, number] = OpenPlace::values(after);
    tx.all(
        sql!(
            case_rows!(),
            "WHERE c.account_id = $1 AND ",
            of_scope!(),
            " AND ",
            open_page!()
        ),
        &scoped(
            grant.scope(),
            &[turn.into(), queue_at.into(), number.into(), limit.into()],
        ),
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
               AND ",
            is_covered!("$11"),
            " AND c.queue_at IS NOT NULL AND c.requester_id = $12
             ORDER BY c.queue_at, c.number LIMIT $13"
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
    /// When it was closed.
    pub closed_at: Option<Moment>,
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
            closed_at: row.get("closed_at")?,
        })
    }
}

/// The columns of a [`KnownCase`].
macro_rules! known_rows {
    () => {
        "SELECT c.number, c.kind, c.status, c.opened_at, c.last_public_at, c.closed_at
         FROM cases c "
    };
}

/// That `cases c` is not the person's of $6, nor do they take part in it, and that $7 reaches its
/// subscription.
macro_rules! is_others {
    () => {
        concat!(
            "c.requester_id <> $6 AND NOT EXISTS (
                 SELECT 1 FROM participants n WHERE n.account_id = c.account_id AND n.case_id = c.id
                   AND n.person_id = $6 AND n.removed_at IS NULL)
             AND ",
            is_covered!("$7")
        )
    };
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
    // None of all the account's would be found by walking through them.
    if grant.scope().metadata_kinds().is_empty() {
        return Ok(Vec::new());
    }
    tx.all(
        sql!(
            known_rows!(),
            "WHERE c.account_id = $1 AND c.kind IN ($2, $3, $4, $5) AND ",
            is_others!(),
            " AND c.queue_at IS NOT NULL
             ORDER BY c.opened_at, c.number LIMIT $8"
        ),
        &known(grant.scope(), &[limit.into()]),
    )
    .await
}

/// Closed requests of the account that others submitted, of the kinds somebody knows of without
/// reading them, the latest first.
///
/// # Errors
/// Whatever the database says.
pub async fn known_closed_cases(
    tx: &mut Tx<'_>,
    grant: &Grant,
    limit: u32,
) -> Result<Vec<KnownCase>, Error> {
    reach::scope(tx, grant.scope());
    // None of all the account's would be found by walking through them.
    if grant.scope().metadata_kinds().is_empty() {
        return Ok(Vec::new());
    }
    tx.all(
        sql!(
            known_rows!(),
            "WHERE c.account_id = $1 AND c.kind IN ($2, $3, $4, $5) AND ",
            is_others!(),
            " AND c.closed_at IS NOT NULL
             ORDER BY c.closed_at DESC, c.number DESC LIMIT $8"
        ),
        &known(grant.scope(), &[limit.into()]),
    )
    .await
}

/// The request of a number, if the grant reaches that it exists and no more of it.
///
/// # Errors
/// Whatever the database says.
pub async fn known_case(
    tx: &mut Tx<'_>,
    grant: &Grant,
    number: CaseNumber,
) -> Result<Option<KnownCase>, Error> {
    reach::scope(tx, grant.scope());
    if grant.scope().metadata_kinds().is_empty() {
        return Ok(None);
    }
    tx.opt(
        sql!(
            known_rows!(),
            "WHERE (c.account_id = $1 OR $1 IS NULL) AND c.kind IN ($2, $3, $4, $5) AND ",
            is_others!(),
            " AND c.number = $8"
        ),
        &known(grant.scope(), &[number.into()]),
    )
    .await
}

/// The cases of an account of which a desk knows that they exist and no more, opened last first.
///
/// # Errors
/// Whatever the database says.
pub async fn known_account_cases(
    tx: &mut Tx<'_>,
    grant: &Grant,
    account: AccountId,
    limit: u32,
) -> Result<Vec<KnownCase>, Error> {
    reach::scope(tx, grant.scope());
    if grant.scope().metadata_kinds().is_empty() {
        return Ok(Vec::new());
    }
    tx.all(
        sql!(
            known_rows!(),
            "WHERE (c.account_id = $1 OR $1 IS NULL) AND c.kind IN ($2, $3, $4, $5) AND ",
            is_others!(),
            " AND c.account_id = $8 ORDER BY c.id DESC LIMIT $9"
        ),
        &known(grant.scope(), &[account.into(), limit.into()]),
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
               AND ",
            of_scope!(),
            "
               AND c.closed_at IS NOT NULL AND (c.closed_at, c.number) < ($12, $13)
             ORDER BY c.closed_at DESC, c.number DESC LIMIT $14"
        ),
        &scoped(grant.scope(), &[at.into(), number.into(), limit.into()]),
    )
    .await
}

/// Open requests on a customer's home.
pub const HOME: u32 = 50;

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
    let open = open_cases(tx, grant, None, HOME).await?;
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

/// The promised initial responses of a page of the account's open requests, as [`open_cases`] reads
/// it, the vendor's own targets left out. Requests without commitment have none.
///
/// # Errors
/// Whatever the database says.
pub async fn promises(
    tx: &mut Tx<'_>,
    grant: &Grant,
    after: Option<OpenPlace>,
    limit: u32,
) -> Result<HashMap<CaseNumber, Promised>, Error> {
    reach::scope(tx, grant.scope());
    let [turn, queue_at, number] = OpenPlace::values(after);
    let rows: Vec<(CaseNumber, String, Option<Moment>)> = tx
        .all(
            sql!(
                "SELECT o.number, m.state, m.due_at
                 FROM (SELECT c.account_id, c.id, c.number FROM cases c WHERE c.account_id = $1 AND ",
                of_scope!(),
                " AND ",
                open_page!(),
                ") o
                 JOIN milestones m ON m.account_id = o.account_id AND m.case_id = o.id
                 WHERE m.metric = 'initial-response' AND NOT m.is_internal"
            ),
            &scoped(
                grant.scope(),
                &[turn.into(), queue_at.into(), number.into(), limit.into()],
            ),
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
