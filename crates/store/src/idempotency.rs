//! Answers to API calls that carried a key, written in the transaction of the call itself.

use mainstay_domain::Moment;
use mainstay_domain::ids::PersonId;

use crate::{Error, Tx, sql};

/// An answer given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The SHA-256 of the request it answered.
    pub request_hash: Vec<u8>,
    /// Its HTTP status.
    pub status: u16,
    /// Its body, JSON.
    pub response: String,
}

/// The answer kept for a key.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx<'_>, person: PersonId, key: &str) -> Result<Option<Kept>, Error> {
    let found: Option<(Vec<u8>, u16, String)> = tx
        .opt(
            sql!(
                "SELECT request_hash, status, response FROM idempotency_keys
                 WHERE person_id = $1 AND idempotency_key = $2"
            ),
            &[person.into(), key.into()],
        )
        .await?;
    Ok(found.map(|(request_hash, status, response)| Kept {
        request_hash,
        status,
        response,
    }))
}

/// Keeps an answer.
///
/// # Errors
/// A duplicate when another request with the key was quicker; whatever the database says.
pub async fn insert(
    tx: &mut Tx<'_>,
    person: PersonId,
    key: &str,
    kept: &Kept,
    now: Moment,
) -> Result<(), Error> {
    tx.exec(
        sql!(
            "INSERT INTO idempotency_keys (person_id, idempotency_key, request_hash, status,
                 response, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        &[
            person.into(),
            key.into(),
            kept.request_hash.as_slice().into(),
            kept.status.into(),
            kept.response.as_str().into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Forgets answers older than an instant.
///
/// # Errors
/// Whatever the database says.
pub async fn forget_before(tx: &mut Tx<'_>, before: Moment) -> Result<u64, Error> {
    tx.exec(
        sql!("DELETE FROM idempotency_keys WHERE created_at < $1"),
        &[before.into()],
    )
    .await
}
