//! By which number somebody of an account is called back, and the account's telephone PIN.

use mainstay_domain::Moment;
use mainstay_domain::ids::{AccountId, PersonId};

use crate::db::{FromRow, Row};
use crate::{Error, Tx, sql};

/// How a number was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The vendor called it, and who answered read out a code that their profile showed.
    Code,
    /// Somebody who manages the account's people vouched for it.
    Vouched,
}

impl How {
    /// The word it is kept as.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Vouched => "vouched",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Code, Self::Vouched]
            .into_iter()
            .find(|how| how.code() == code)
    }
}

/// That a number was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// When.
    pub at: Moment,
    /// How.
    pub how: How,
    /// By whom.
    pub by: PersonId,
}

impl Verified {
    /// Of the columns `verified_at`, `how` and `verified_by`.
    pub(crate) fn of(row: &Row<'_>) -> Result<Option<Self>, Error> {
        let (at, how, by): (Option<Moment>, Option<String>, Option<PersonId>) = (
            row.get("verified_at")?,
            row.get("how")?,
            row.get("verified_by")?,
        );
        let (Some(at), Some(how), Some(by)) = (at, how, by) else {
            return Ok(None);
        };
        let Some(known) = How::from_code(&how) else {
            return Err(Error::Decode {
                column: "how".to_owned(),
                wanted: "a word this version knows",
                found: how,
            });
        };
        Ok(Some(Self { at, how: known, by }))
    }
}

/// Somebody's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telephone {
    /// The number, E.164.
    pub number: String,
    /// How it was verified.
    pub verified: Option<Verified>,
    /// The hash of the code that waits to be read out, and until when.
    pub code: Option<(String, Moment)>,
    /// How often that code was wrong.
    pub code_tries: u32,
}

impl FromRow for Telephone {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let hash: Option<String> = row.get("code_hash")?;
        let until: Option<Moment> = row.get("code_until")?;
        Ok(Self {
            number: row.get("number")?,
            verified: Verified::of(row)?,
            code: hash.zip(until),
            code_tries: row.get("code_tries")?,
        })
    }
}

/// The number of a person at an account.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    tx: &mut Tx<'_>,
    account: AccountId,
    person: PersonId,
) -> Result<Option<Telephone>, Error> {
    tx.opt(
        sql!(
            "SELECT number, verified_at, how, verified_by, code_hash, code_until, code_tries
             FROM telephones WHERE account_id = $1 AND person_id = $2"
        ),
        &[account.into(), person.into()],
    )
    .await
}

/// As [`find`], for whoever changes it in this transaction.
///
/// # Errors
/// Whatever the database says.
pub async fn find_to_change(
    tx: &mut Tx<'_>,
    account: AccountId,
    person: PersonId,
) -> Result<Option<Telephone>, Error> {
    tx.opt(
        sql!(
            "SELECT number, verified_at, how, verified_by, code_hash, code_until, code_tries
             FROM telephones WHERE account_id = $1 AND person_id = $2 FOR UPDATE"
        ),
        &[account.into(), person.into()],
    )
    .await
}

/// Keeps another number, which nobody has verified.
///
/// # Errors
/// Whatever the database says.
pub async fn save(
    tx: &mut Tx<'_>,
    account: AccountId,
    person: PersonId,
    number: &str,
    now: Moment,
) -> Result<(), Error> {
    tx.send(
        sql!(
            "INSERT INTO telephones (account_id, person_id, number, changed_at, code_tries)
             VALUES ($1, $2, $3, $4, 0)
             ON CONFLICT (account_id, person_id) DO UPDATE
             SET number = excluded.number, changed_at = excluded.changed_at, verified_at = NULL,
                 how = NULL, verified_by = NULL, code_hash = NULL, code_until = NULL,
                 code_tries = 0"
        ),
        &[account.into(), person.into(), number.into(), now.into()],
    )
    .await
}

/// Forgets a number.
///
/// # Errors
/// Whatever the database says.
pub async fn delete(tx: &mut Tx<'_>, account: AccountId, person: PersonId) -> Result<(), Error> {
    tx.send(
        sql!("DELETE FROM telephones WHERE account_id = $1 AND person_id = $2"),
        &[account.into(), person.into()],
    )
    .await
}

/// Keeps that a number was verified; the code it was verified by is used up.
///
/// # Errors
/// Whatever the database says.
pub async fn save_verified(
    tx: &mut Tx<'_>,
    account: AccountId,
    person: PersonId,
    verified: &Verified,
) -> Result<(), Error> {
    tx.send(
        sql!(
            "UPDATE telephones SET verified_at = $1, how = $2, verified_by = $3, code_hash = NULL,
                 code_until = NULL, code_tries = 0
             WHERE account_id = $4 AND person_id = $5"
        ),
        &[
            verified.at.into(),
            verified.how.code().into(),
            verified.by.into(),
            account.into(),
            person.into(),
        ],
    )
    .await
}

/// Keeps the hash of a code that may be read out until an instant.
///
/// # Errors
/// Whatever the database says.
pub async fn save_code(
    tx: &mut Tx<'_>,
    account: AccountId,
    person: PersonId,
    hash: &str,
    until: Moment,
) -> Result<(), Error> {
    tx.send(
        sql!(
            "UPDATE telephones SET code_hash = $1, code_until = $2, code_tries = 0
             WHERE account_id = $3 AND person_id = $4"
        ),
        &[hash.into(), until.into(), account.into(), person.into()],
    )
    .await
}

/// Counts a try at a code.
///
/// # Errors
/// Whatever the database says.
pub async fn count_code_try(
    tx: &mut Tx<'_>,
    account: AccountId,
    person: PersonId,
) -> Result<(), Error> {
    tx.send(
        sql!(
            "UPDATE telephones SET code_tries = code_tries + 1
             WHERE account_id = $1 AND person_id = $2"
        ),
        &[account.into(), person.into()],
    )
    .await
}

/// An account's telephone PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Its hash.
    pub hash: String,
    /// When it was made.
    pub made_at: Moment,
    /// By whom.
    pub made_by: PersonId,
    /// How often a wrong one was told since the last right one.
    pub failures: u32,
    /// Before when no other is listened to.
    pub wait_until: Option<Moment>,
}

impl FromRow for Pin {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            hash: row.get("hash")?,
            made_at: row.get("made_at")?,
            made_by: row.get("made_by")?,
            failures: row.get("failures")?,
            wait_until: row.get("wait_until")?,
        })
    }
}

/// The PIN of an account.
///
/// # Errors
/// Whatever the database says.
pub async fn find_pin(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Pin>, Error> {
    tx.opt(
        sql!(
            "SELECT hash, made_at, made_by, failures, wait_until FROM telephone_pins
             WHERE account_id = $1"
        ),
        &[account.into()],
    )
    .await
}

/// As [`find_pin`], for whoever counts a try in this transaction.
///
/// # Errors
/// Whatever the database says.
pub async fn find_pin_to_change(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Pin>, Error> {
    tx.opt(
        sql!(
            "SELECT hash, made_at, made_by, failures, wait_until FROM telephone_pins
             WHERE account_id = $1 FOR UPDATE"
        ),
        &[account.into()],
    )
    .await
}

/// Keeps another PIN; tries begin anew.
///
/// # Errors
/// Whatever the database says.
pub async fn save_pin(
    tx: &mut Tx<'_>,
    account: AccountId,
    hash: &str,
    by: PersonId,
    now: Moment,
) -> Result<(), Error> {
    tx.send(
        sql!(
            "INSERT INTO telephone_pins (account_id, hash, made_at, made_by, failures)
             VALUES ($1, $2, $3, $4, 0)
             ON CONFLICT (account_id) DO UPDATE
             SET hash = excluded.hash, made_at = excluded.made_at, made_by = excluded.made_by,
                 failures = 0, wait_until = NULL"
        ),
        &[account.into(), hash.into(), now.into(), by.into()],
    )
    .await
}

/// Keeps how often a wrong PIN was told in a row, and before when no other is listened to.
///
/// # Errors
/// Whatever the database says.
pub async fn save_tries(
    tx: &mut Tx<'_>,
    account: AccountId,
    failures: u32,
    wait_until: Option<Moment>,
) -> Result<(), Error> {
    let save =
        sql!("UPDATE telephone_pins SET failures = $1, wait_until = $2 WHERE account_id = $3");
    tx.send(save, &[failures.into(), wait_until.into(), account.into()])
        .await
}
