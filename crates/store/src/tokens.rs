//! API tokens: hashes of random words, known to their holder by an id and a name.

use mainstay_domain::Moment;
use mainstay_domain::ids::PersonId;
use uuid::Uuid;

use crate::db::{FromRow, Row};
use crate::people::Organisation;
use crate::sessions::{Bearer, TokenHash};
use crate::{Error, Tx, sql};

/// A token to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewToken<'a> {
    /// Its word, hashed.
    pub token: &'a TokenHash,
    /// What its holder knows it by.
    pub id: Uuid,
    /// Who it stands for, and for which customer a partner's.
    pub bearer: &'a Bearer,
    /// What it is for.
    pub name: &'a str,
    /// Who made it: its bearer, or whoever looks after the service account.
    pub made_by: PersonId,
    /// When it ends.
    pub expires_at: Moment,
}

/// A token as its holder sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is known by.
    pub id: Uuid,
    /// Who it stands for.
    pub person: PersonId,
    /// What it is for.
    pub name: String,
    /// The customer a partner's is for.
    pub customer: Option<String>,
    /// When it was made.
    pub created_at: Moment,
    /// When it ends, if it does.
    pub expires_at: Option<Moment>,
    /// When it was last used, to the hour.
    pub used_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
}

impl FromRow for Token {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            person: row.get("person_id")?,
            name: row.get("name")?,
            customer: row.get("customer")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            used_at: row.get("used_at")?,
            revoked_at: row.get("revoked_at")?,
        })
    }
}

/// Keeps a new token.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(tx: &mut Tx<'_>, new: &NewToken<'_>, now: Moment) -> Result<(), Error> {
    let (side, organisation) = new.bearer.organisation.columns();
    tx.send(
        sql!(
            "INSERT INTO api_tokens (token_hash, id, person_id, side, organisation_id, name,
                 created_at, made_by, acting_for, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        &[
            new.token.as_slice().into(),
            new.id.into(),
            new.bearer.person.into(),
            side.into(),
            organisation.into(),
            new.name.into(),
            now.into(),
            new.made_by.into(),
            new.bearer.acting_for.into(),
            new.expires_at.into(),
        ],
    )
    .await
}

/// The tokens of a person, the latest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Token>, Error> {
    tx.all(
        sql!(
            "SELECT t.id, t.person_id, t.name, a.name AS customer, t.created_at, t.expires_at,
                    t.used_at, t.revoked_at
             FROM api_tokens t LEFT JOIN accounts a ON a.id = t.acting_for
             WHERE t.person_id = $1 ORDER BY t.created_at DESC, t.name, t.id"
        ),
        &[person.into()],
    )
    .await
}

/// The tokens of an organisation's service accounts, the latest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of_services(tx: &mut Tx<'_>, organisation: Organisation) -> Result<Vec<Token>, Error> {
    let (side, id) = organisation.columns();
    tx.all(
        sql!(
            "SELECT t.id, t.person_id, t.name, CAST(NULL AS text) AS customer, t.created_at,
                    t.expires_at, t.used_at, t.revoked_at
             FROM people p JOIN api_tokens t ON t.person_id = p.id
             WHERE p.home_id = $1 AND p.is_service AND t.organisation_id = $1 AND t.side = $2
             ORDER BY t.created_at DESC, t.name, t.id"
        ),
        &[id.into(), side.into()],
    )
    .await
}

/// Revokes a token of a person; its name, or none when there is none that stands.
///
/// # Errors
/// Whatever the database says.
pub async fn revoke(
    tx: &mut Tx<'_>,
    person: PersonId,
    id: Uuid,
    now: Moment,
) -> Result<Option<String>, Error> {
    tx.opt(
        sql!(
            "UPDATE api_tokens SET revoked_at = $1
             WHERE person_id = $2 AND id = $3 AND revoked_at IS NULL RETURNING name"
        ),
        &[now.into(), person.into(), id.into()],
    )
    .await
}

/// Revokes all tokens of a person.
///
/// # Errors
/// Whatever the database says.
pub async fn revoke_all(tx: &mut Tx<'_>, person: PersonId, now: Moment) -> Result<(), Error> {
    let revoke =
        sql!("UPDATE api_tokens SET revoked_at = $1 WHERE person_id = $2 AND revoked_at IS NULL");
    tx.send(revoke, &[now.into(), person.into()]).await
}

/// Notes that a token was used, unless that was noted since an instant.
///
/// # Errors
/// Whatever the database says.
pub async fn note_use(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    now: Moment,
    since: Moment,
) -> Result<(), Error> {
    let note = sql!(
        "UPDATE api_tokens SET used_at = $1
         WHERE token_hash = $2 AND (used_at IS NULL OR used_at < $3)"
    );
    let values = [now.into(), token.as_slice().into(), since.into()];
    tx.send(note, &values).await
}
