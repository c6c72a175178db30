//! What moving a case to another account means to the internal requests of the one it was with.

use mainstay_domain::Moment;
use mainstay_domain::case::{Case, EffectKind};
use mainstay_domain::ids::{AccountId, InternalId, PersonId};
use mainstay_domain::internal::Outcome;

use super::{put, reach_of_case};
use crate::scope::NOBODY;
use crate::{Error, Tx, outbox, reach, sql};

/// Keeps the notes for colleagues of a case that is moved out of an account, for that account
/// alone: the desk does not reach them, so that afterwards the transaction's reach is to be set
/// again.
///
/// # Errors
/// Whatever the database says.
pub async fn insert_kept(tx: &mut Tx<'_>, outcome: &Outcome, now: Moment) -> Result<(), Error> {
    reach::one_or_all(tx, Some(outcome.request.account));
    put(tx, outcome, &[], now).await
}

/// Whether a case came from an internal request; afterwards the transaction reaches the case's
/// account alone.
///
/// # Errors
/// Whatever the database says.
pub async fn is_of_request(tx: &mut Tx<'_>, case: &Case) -> Result<bool, Error> {
    reach_of_case(tx, case);
    let found: Option<i64> = tx
        .opt(
            sql!("SELECT 1 FROM internal_requests WHERE account_id = $1 AND case_id = $2"),
            &[case.account.into(), case.id.into()],
        )
        .await?;
    Ok(found.is_some())
}

/// Writes that somebody is to be told of a case that was moved out of their account; it leads to the
/// notes that were kept, where they read those. The same thing, by its key, is never told twice.
///
/// # Errors
/// Whatever the database says.
pub async fn tell_moved(
    tx: &mut Tx<'_>,
    (account, notes): (AccountId, Option<InternalId>),
    key: &str,
    (person, kind): (PersonId, EffectKind),
    now: Moment,
) -> Result<(), Error> {
    let about = (account, notes.map_or(NOBODY, |notes| notes.0));
    outbox::put(tx, about, key, person.0, &kind, now).await
}
