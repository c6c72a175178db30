//! Sessions and API tokens: hashes of random words, looked up at every request, dead at once when
//! revoked. One-time links and the count of failed sign-ins stand beside them.

use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::ids::{AccountId, PersonId};
use uuid::Uuid;

use crate::db::{FromRow, Row};
use crate::people::{self, Organisation, Person};
use crate::{Error, Tx, sql};

/// The SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// Who a token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// The person.
    pub person: PersonId,
    /// For whom they act.
    pub organisation: Organisation,
    /// The customer a partner's person acts for just now.
    pub acting_for: Option<AccountId>,
}

/// How somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By a password.
    Password,
    /// By a passkey.
    Passkey,
    /// By a sign-in provider of their organisation.
    Provider,
    /// By a link that can be used once: an invitation, a reset, the set-up.
    Link,
    /// Not at all: in a demo anybody may be anybody, and tests need no proof.
    Demo,
}

impl How {
    /// The word it is kept as.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::Provider => "provider",
            Self::Link => "link",
            Self::Demo => "demo",
        }
    }
}

/// How a session came to be, so that its owner knows it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrance {
    /// How they proved who they are.
    pub how: How,
    /// Whether by two factors.
    pub is_strong: bool,
    /// The network address they came from.
    pub network: Option<String>,
    /// What the browser calls itself.
    pub agent: Option<String>,
}

impl Entrance {
    /// By one factor, from nobody knows where.
    #[must_use]
    pub const fn by(how: How) -> Self {
        Self {
            how,
            is_strong: false,
            network: None,
            agent: None,
        }
    }
}

/// A session to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    /// Its token, hashed.
    pub token: &'a TokenHash,
    /// What its owner knows it by.
    pub id: Uuid,
    /// Who it stands for.
    pub bearer: &'a Bearer,
    /// How it came to be.
    pub entrance: &'a Entrance,
    /// When it ends.
    pub expires_at: Moment,
}

impl FromRow for Bearer {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let side: String = row.get("side")?;
        let organisation = Organisation::from_columns(&side, row.get("organisation_id")?);
        Ok(Self {
            person: row.get("person_id")?,
            organisation: organisation.ok_or_else(|| Error::Decode {
                column: "side".to_owned(),
                wanted: "a side",
                found: side,
            })?,
            acting_for: row.get("acting_for")?,
        })
    }
}

/// Who a token stands for, and what is known of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// For whom they act.
    pub bearer: Bearer,
    /// The person.
    pub person: Person,
    /// What they are there: one role at least.
    pub roles: Vec<Role>,
}

/// As [`Found`], of the roles only one.
struct FoundAs {
    bearer: Bearer,
    person: Person,
    role: Role,
}

impl FromRow for FoundAs {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            bearer: Bearer::from_row(row)?,
            person: Person::from_row(row)?,
            role: people::role(row)?,
        })
    }
}

impl Found {
    /// Of rows that differ in the role alone.
    fn of(rows: Vec<FoundAs>) -> Option<Self> {
        let roles = rows.iter().map(|row| row.role).collect();
        let FoundAs { bearer, person, .. } = rows.into_iter().next()?;
        Some(Self {
            bearer,
            person,
            roles,
        })
    }
}

/// Keeps a new session.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(tx: &mut Tx<'_>, session: &NewSession<'_>, now: Moment) -> Result<(), Error> {
    let (bearer, entrance) = (session.bearer, session.entrance);
    let (side, organisation) = bearer.organisation.columns();
    tx.send(
        sql!(
            "INSERT INTO sessions (token_hash, id, person_id, side, organisation_id, acting_for,
                 how, is_strong, network, agent, created_at, seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)"
        ),
        &[
            session.token.as_slice().into(),
            session.id.into(),
            bearer.person.into(),
            side.into(),
            organisation.into(),
            bearer.acting_for.into(),
            entrance.how.code().into(),
            entrance.is_strong.into(),
            (&entrance.network).into(),
            (&entrance.agent).into(),
            now.into(),
            session.expires_at.into(),
        ],
    )
    .await
}

/// The bearer of a session that has not ended, if the person is still active and belongs there.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx<'_>, token: &TokenHash, now: Moment) -> Result<Option<Found>, Error> {
    let rows = tx
        .all(
            sql!(
            "SELECT s.side, s.organisation_id, s.person_id, s.acting_for, p.id, p.email, p.name,
                 p.language, p.time_zone, p.theme, p.password_hash, p.is_active, m.role
             FROM sessions s JOIN people p ON p.id = s.person_id
             JOIN memberships m ON m.organisation_id = s.organisation_id
                 AND m.person_id = s.person_id
             WHERE s.token_hash = $1 AND s.expires_at > $2 AND p.is_active
             ORDER BY m.role"
        ),
            &[token.as_slice().into(), now.into()],
        )
        .await?;
    Ok(Found::of(rows))
}

/// Ends a session.
///
/// # Errors
/// Whatever the database says.
pub async fn delete(tx: &mut Tx<'_>, token: &TokenHash) -> Result<(), Error> {
    tx.send(
        sql!("DELETE FROM sessions WHERE token_hash = $1"),
        &[token.as_slice().into()],
    )
    .await
}

/// Ends all sessions of a person.
///
/// # Errors
/// Whatever the database says.
pub async fn delete_all(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    tx.send(
        sql!("DELETE FROM sessions WHERE person_id = $1"),
        &[person.into()],
    )
    .await
}

/// Ends every session there is.
///
/// # Errors
/// Whatever the database says.
pub async fn delete_everybodys(tx: &mut Tx<'_>) -> Result<u64, Error> {
    tx.exec(sql!("DELETE FROM sessions"), &[]).await
}

/// Chooses the customer a partner's person acts for.
///
/// # Errors
/// Whatever the database says.
pub async fn act_for(tx: &mut Tx<'_>, token: &TokenHash, account: AccountId) -> Result<(), Error> {
    let choose = sql!("UPDATE sessions SET acting_for = $1 WHERE token_hash = $2");
    tx.send(choose, &[account.into(), token.as_slice().into()])
        .await
}

/// Keeps a new API token.
///
/// # Errors
/// Whatever the database says.
pub async fn insert_token(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    bearer: &Bearer,
    name: &str,
    now: Moment,
) -> Result<(), Error> {
    let (side, organisation) = bearer.organisation.columns();
    tx.send(
        sql!(
            "INSERT INTO api_tokens (token_hash, person_id, side, organisation_id, name, created_at,
                 acting_for)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &[
            token.as_slice().into(),
            bearer.person.into(),
            side.into(),
            organisation.into(),
            name.into(),
            now.into(),
            bearer.acting_for.into(),
        ],
    )
    .await
}

/// The bearer of an API token that was not revoked, if the person is still active and belongs
/// there.
///
/// # Errors
/// Whatever the database says.
pub async fn find_token(tx: &mut Tx<'_>, token: &TokenHash) -> Result<Option<Found>, Error> {
    let rows = tx
        .all(
            sql!(
                "SELECT t.side, t.organisation_id, t.person_id, t.acting_for,
                 p.id, p.email, p.name, p.language, p.time_zone, p.theme, p.password_hash,
                 p.is_active, m.role
             FROM api_tokens t JOIN people p ON p.id = t.person_id
             JOIN memberships m ON m.organisation_id = t.organisation_id
                 AND m.person_id = t.person_id
             WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND p.is_active
             ORDER BY m.role"
            ),
            &[token.as_slice().into()],
        )
        .await?;
    Ok(Found::of(rows))
}

/// The API tokens of a person: name, when made, when revoked.
///
/// # Errors
/// Whatever the database says.
pub async fn tokens(
    tx: &mut Tx<'_>,
    person: PersonId,
) -> Result<Vec<(String, Moment, Option<Moment>)>, Error> {
    tx.all(
        sql!(
            "SELECT name, created_at, revoked_at FROM api_tokens WHERE person_id = $1
             ORDER BY created_at DESC, name"
        ),
        &[person.into()],
    )
    .await
}

/// Revokes the tokens of a name.
///
/// # Errors
/// Whatever the database says.
pub async fn revoke_token(
    tx: &mut Tx<'_>,
    person: PersonId,
    name: &str,
    now: Moment,
) -> Result<(), Error> {
    let revoke = sql!(
        "UPDATE api_tokens SET revoked_at = $1
         WHERE person_id = $2 AND name = $3 AND revoked_at IS NULL"
    );
    tx.send(revoke, &[now.into(), person.into(), name.into()])
        .await
}

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

/// Notes a failed sign-in for a subject (an address, a network) and forgets old ones.
///
/// # Errors
/// Whatever the database says.
pub async fn note_failure(
    tx: &mut Tx<'_>,
    subject: &str,
    now: Moment,
    forget_before: Moment,
) -> Result<(), Error> {
    let forget = sql!("DELETE FROM sign_in_failures WHERE subject = $1 AND at < $2");
    tx.exec(forget, &[subject.into(), forget_before.into()])
        .await?;
    let insert = sql!(
        "INSERT INTO sign_in_failures (subject, at, number) VALUES ($1, $2, 1)
         ON CONFLICT (subject, at) DO UPDATE SET number = sign_in_failures.number + 1"
    );
    tx.send(insert, &[subject.into(), now.into()]).await
}

/// Failed sign-ins of a subject since an instant.
///
/// # Errors
/// Whatever the database says.
pub async fn failures(tx: &mut Tx<'_>, subject: &str, since: Moment) -> Result<i64, Error> {
    let count = sql!(
        "SELECT CAST(coalesce(sum(number), 0) AS bigint) FROM sign_in_failures
         WHERE subject = $1 AND at >= $2"
    );
    tx.one(count, &[subject.into(), since.into()]).await
}
