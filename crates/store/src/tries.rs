//! Tries to sign in that failed, and the browsers somebody has signed in with before.

use mainstay_domain::Moment;
use mainstay_domain::ids::PersonId;

use crate::sessions::TokenHash;
use crate::{Error, Tx, sql};

/// What is judged together, hashed: nobody needs to read which addresses were tried.
pub type Subject = TokenHash;

/// Counts a try as failed until it is forgiven, so that of many at once none goes uncounted.
/// Failures before `forget_before` are forgotten. How many have failed now, this one included, and
/// the instant the subject has to wait for, which may have passed.
///
/// # Errors
/// Whatever the database says.
pub async fn count(
    tx: &mut Tx<'_>,
    subject: &Subject,
    now: Moment,
    forget_before: Moment,
) -> Result<(u32, Moment), Error> {
    tx.one(
        sql!(
            "INSERT INTO sign_in_tries (subject, failed, last_at, open_at) VALUES ($1, 1, $2, $2)
             ON CONFLICT (subject) DO UPDATE SET last_at = $2,
                 failed = CASE WHEN sign_in_tries.last_at < $3 THEN 1
                               ELSE sign_in_tries.failed + 1 END
             RETURNING failed, open_at"
        ),
        &[subject.as_slice().into(), now.into(), forget_before.into()],
    )
    .await
}

/// Lets a subject wait.
///
/// # Errors
/// Whatever the database says.
pub async fn wait_until(tx: &mut Tx<'_>, subject: &Subject, open_at: Moment) -> Result<(), Error> {
    let wait = sql!("UPDATE sign_in_tries SET open_at = $1 WHERE subject = $2");
    tx.send(wait, &[open_at.into(), subject.as_slice().into()])
        .await
}

/// Takes a try back that had not failed after all.
///
/// # Errors
/// Whatever the database says.
pub async fn take_back(tx: &mut Tx<'_>, subject: &Subject) -> Result<(), Error> {
    let less = sql!(
        "UPDATE sign_in_tries SET failed = failed - 1, open_at = last_at
         WHERE subject = $1 AND failed > 0"
    );
    tx.send(less, &[subject.as_slice().into()]).await?;
    let none = sql!("DELETE FROM sign_in_tries WHERE subject = $1 AND failed = 0");
    tx.send(none, &[subject.as_slice().into()]).await
}

/// Forgets the failures of a subject.
///
/// # Errors
/// Whatever the database says.
pub async fn forget(tx: &mut Tx<'_>, subject: &Subject) -> Result<(), Error> {
    let forget = sql!("DELETE FROM sign_in_tries WHERE subject = $1");
    tx.send(forget, &[subject.as_slice().into()]).await
}

/// Forgets what failed before an instant, and browsers not seen since another.
///
/// # Errors
/// Whatever the database says.
pub async fn forget_before(
    tx: &mut Tx<'_>,
    failures: Moment,
    devices: Moment,
) -> Result<(), Error> {
    let tries = sql!("DELETE FROM sign_in_tries WHERE last_at < $1");
    tx.send(tries, &[failures.into()]).await?;
    let known = sql!("DELETE FROM known_devices WHERE seen_at < $1");
    tx.send(known, &[devices.into()]).await
}

/// Whether the person of an address, whatever its case, has signed in with a browser before.
///
/// # Errors
/// Whatever the database says.
pub async fn is_known(tx: &mut Tx<'_>, device: &TokenHash, email: &str) -> Result<bool, Error> {
    let folded = email.trim().to_lowercase();
    let known = sql!(
        "SELECT 1 FROM known_devices d JOIN people p ON p.id = d.person_id
         WHERE d.device_hash = $1 AND p.email = $2"
    );
    let found: Option<i64> = tx
        .opt(known, &[device.as_slice().into(), folded.as_str().into()])
        .await?;
    Ok(found.is_some())
}

/// Whether somebody has signed in with a browser before.
///
/// # Errors
/// Whatever the database says.
pub async fn knows(tx: &mut Tx<'_>, device: &TokenHash, person: PersonId) -> Result<bool, Error> {
    let known = sql!("SELECT 1 FROM known_devices WHERE device_hash = $1 AND person_id = $2");
    let found: Option<i64> = tx
        .opt(known, &[device.as_slice().into(), person.into()])
        .await?;
    Ok(found.is_some())
}

/// Remembers a browser somebody has signed in with.
///
/// # Errors
/// Whatever the database says.
pub async fn remember(
    tx: &mut Tx<'_>,
    device: &TokenHash,
    person: PersonId,
    now: Moment,
) -> Result<(), Error> {
    let remember = sql!(
        "INSERT INTO known_devices (device_hash, person_id, seen_at) VALUES ($1, $2, $3)
         ON CONFLICT (device_hash, person_id) DO UPDATE SET seen_at = excluded.seen_at"
    );
    tx.send(
        remember,
        &[device.as_slice().into(), person.into(), now.into()],
    )
    .await
}

/// Forgets all browsers of a person: they are strangers again.
///
/// # Errors
/// Whatever the database says.
pub async fn forget_devices(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    let forget = sql!("DELETE FROM known_devices WHERE person_id = $1");
    tx.send(forget, &[person.into()]).await
}
