//! One-time links of no organisation: the first set-up.

#[allow(clippy::wildcard_imports, reason = "a part of its parent")]
use super::*;

/// Keeps a link that can be used once.
///
/// # Errors
/// Whatever the database says.
pub async fn insert_link(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    purpose: &str,
    person: Option<PersonId>,
    now: Moment,
    expires_at: Moment,
) -> Result<(), Error> {
    tx.send(
        sql!(
            "INSERT INTO one_time_links (token_hash, purpose, person_id, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5)"
        ),
        &[
            token.as_slice().into(),
            purpose.into(),
            person.into(),
            now.into(),
            expires_at.into(),
        ],
    )
    .await
}

/// A link that can still be used, with the person it is for, if it is for one.
///
/// # Errors
/// Whatever the database says.
pub async fn find_link(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    purpose: &str,
    now: Moment,
) -> Result<Option<Option<PersonId>>, Error> {
    tx.opt(
        sql!(
            "SELECT person_id FROM one_time_links WHERE token_hash = $1 AND purpose = $2
               AND expires_at > $3 AND used_at IS NULL"
        ),
        &[token.as_slice().into(), purpose.into(), now.into()],
    )
    .await
}

/// Uses a link; `false` when it was used before or has expired.
///
/// # Errors
/// Whatever the database says.
pub async fn use_link(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    purpose: &str,
    now: Moment,
) -> Result<bool, Error> {
    let mark = sql!(
        "UPDATE one_time_links SET used_at = $1
         WHERE token_hash = $2 AND purpose = $3 AND expires_at > $1 AND used_at IS NULL"
    );
    Ok(tx
        .exec(mark, &[now.into(), token.as_slice().into(), purpose.into()])
        .await?
        > 0)
}
