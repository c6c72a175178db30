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

/// Takes a key for a request that is carried out in this transaction; `false` when it was taken
/// before. Whoever asks with the same key meanwhile waits until it is known what came of it.
///
/// # Errors
/// Whatever the database says.
pub async fn take(
    tx: &mut Tx<'_>,
    person: PersonId,
    key: &str,
    request_hash: &[u8],
    now: Moment,
) -> Result<bool, Error> {
    let taken = tx
        .exec(
            sql!(
                "INSERT INTO idempotency_keys (person_id, idempotency_key, request_hash, status,
                     response, created_at)
                 VALUES ($1, $2, $3, 0, '', $4)
                 ON CONFLICT (person_id, idempotency_key) DO NOTHING"
            ),
            &[person.into(), key.into(), request_hash.into(), now.into()],
        )
        .await?;
    Ok(taken > 0)
}

/// Keeps the answer for a key that was taken in this transaction.
///
/// # Errors
/// Whatever the database says.
pub async fn answer(
    tx: &mut Tx<'_>,
    person: PersonId,
    key: &str,
    status: u16,
    response: &str,
) -> Result<(), Error> {
    let answer = sql!(
        "UPDATE idempotency_keys SET status = $1, response = $2
         WHERE person_id = $3 AND idempotency_key = $4"
    );
    let values = [status.into(), response.into(), person.into(), key.into()];
    tx.send(answer, &values).await
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
