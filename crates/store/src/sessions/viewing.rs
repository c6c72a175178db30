//! The portal seen as a customer sees it: what a session says of it.

#[allow(clippy::wildcard_imports, reason = "a part of its parent")]
use super::*;

/// As whom somebody at the vendor sees the portal, to read only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewing {
    /// A person of the account.
    pub person: PersonId,
    /// The account.
    pub account: AccountId,
    /// The first instant at which it is over.
    pub until: Moment,
    /// Why, in the viewer's words.
    pub reason: String,
}

impl Viewing {
    /// What a row says of it, if anything.
    pub(super) fn of(row: &Row<'_>) -> Result<Option<Self>, Error> {
        let (Some(person), Some(account), Some(until)) = (
            row.get("viewing_as")?,
            row.get("viewing_account")?,
            row.get("viewing_until")?,
        ) else {
            return Ok(None);
        };
        let reason: Option<String> = row.get("viewing_reason")?;
        Ok(Some(Self {
            person,
            account,
            until,
            reason: reason.unwrap_or_default(),
        }))
    }
}

/// Gives a session another token, and with it a view or the end of one.
///
/// # Errors
/// Whatever the database says.
pub async fn change_view(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    new_token: &TokenHash,
    viewing: Option<&Viewing>,
) -> Result<(), Error> {
    let change = sql!(
        "UPDATE sessions SET token_hash = $1, viewing_as = $2, viewing_account = $3,
             viewing_until = $4, viewing_reason = $5 WHERE token_hash = $6"
    );
    let values = [
        new_token.as_slice().into(),
        viewing.map(|viewing| viewing.person).into(),
        viewing.map(|viewing| viewing.account).into(),
        viewing.map(|viewing| viewing.until).into(),
        viewing.map(|viewing| viewing.reason.as_str()).into(),
        token.as_slice().into(),
    ];
    tx.send(change, &values).await
}

/// Whether there is a view that was over by an instant.
///
/// # Errors
/// Whatever the database says.
pub async fn is_any_view_over(tx: &mut Tx<'_>, now: Moment) -> Result<bool, Error> {
    let any: Option<i64> = tx
        .opt(
            sql!("SELECT 1 FROM sessions WHERE viewing_until <= $1 LIMIT 1"),
            &[now.into()],
        )
        .await?;
    Ok(any.is_some())
}

/// Views that were over by an instant, with whose they were; their sessions end with this.
///
/// # Errors
/// Whatever the database says.
pub async fn end_views(
    tx: &mut Tx<'_>,
    now: Moment,
) -> Result<Vec<(PersonId, PersonId, AccountId, Moment)>, Error> {
    tx.all(
        sql!(
            "DELETE FROM sessions WHERE viewing_until <= $1
             RETURNING person_id, viewing_as, viewing_account, viewing_until"
        ),
        &[now.into()],
    )
    .await
}
