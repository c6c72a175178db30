//! The chains of the log as the doctor reads them: all of them, line by line.

use mainstay_domain::Moment;
use uuid::Uuid;

use crate::db::{FromRow, Reach, Row};
use crate::log::Kept;
use crate::{Error, Tx, sql};

/// The end of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Whose it is: an account's id, or the nil id for the vendor's.
    pub chain: Uuid,
    /// How many lines it has.
    pub seq: i64,
    /// The hash of the last of them; empty while none has one.
    pub hash: Vec<u8>,
}

impl FromRow for Head {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            chain: row.get("chain")?,
            seq: row.get("seq")?,
            hash: row.get("hash")?,
        })
    }
}

/// The chains after one, in the order of their ids.
///
/// # Errors
/// Whatever the database says.
pub async fn heads(tx: &mut Tx<'_>, after: Option<Uuid>, limit: u32) -> Result<Vec<Head>, Error> {
    tx.all(
        sql!(
            "SELECT chain, seq, hash FROM log_heads WHERE chain > $1 OR $1 IS NULL
             ORDER BY chain LIMIT $2"
        ),
        &[after.into(), limit.into()],
    )
    .await
}

/// Chains that have lines and no end: their end was taken away.
///
/// # Errors
/// Whatever the database says.
pub async fn endless(tx: &mut Tx<'_>) -> Result<Vec<Uuid>, Error> {
    tx.reach(Reach::System);
    let lost = sql!(
        "SELECT l.account_id FROM log l
         WHERE l.seq = 1 AND NOT EXISTS (SELECT 1 FROM log_heads h WHERE h.chain = l.account_id)
         ORDER BY l.account_id"
    );
    tx.all(lost, &[]).await
}

/// Lines of a chain after one of them, in their order.
///
/// # Errors
/// Whatever the database says.
pub async fn lines(
    tx: &mut Tx<'_>,
    chain: Uuid,
    after: i64,
    limit: u32,
) -> Result<Vec<Kept>, Error> {
    tx.reach(Reach::System);
    tx.all(
        sql!(
            "SELECT seq, at, person_id, partner_id, network, act, subject, subject_id,
                 subject_name, was, became, reason, hash
             FROM log WHERE account_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"
        ),
        &[chain.into(), after.into(), limit.into()],
    )
    .await
}

/// When the last line of any chain was written.
///
/// # Errors
/// Whatever the database says.
pub async fn last_at(tx: &mut Tx<'_>) -> Result<Option<Moment>, Error> {
    tx.reach(Reach::System);
    let last = sql!(
        "SELECT max(l.at) FROM log_heads h
         JOIN log l ON l.account_id = h.chain AND l.seq = h.seq"
    );
    tx.one(last, &[]).await
}
