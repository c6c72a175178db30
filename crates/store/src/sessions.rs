//! Sessions: hashes of random words, looked up at every request, dead at once when ended; and who
//! an API token stands for. One-time links stand beside them.

mod viewing;
mod words;

pub use viewing::{Viewing, change_view, end_views, is_any_view_over};
pub use words::{find_link, insert_link, use_link};

use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::ids::{AccountId, PersonId};
use uuid::Uuid;

use crate::db::{FromRow, Row};
use crate::people::{self, Organisation, Person};
use crate::scope::NOBODY;
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

    /// The way of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Password,
            Self::Passkey,
            Self::Provider,
            Self::Link,
            Self::Demo,
        ]
        .into_iter()
        .find(|how| how.code() == code)
    }
}

/// How a session came to be, so that whoever began it knows it again.
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

impl FromRow for Entrance {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let how: String = row.get("how")?;
        Ok(Self {
            how: How::from_code(&how).ok_or_else(|| Error::Decode {
                column: "how".to_owned(),
                wanted: "a way to sign in",
                found: how,
            })?,
            is_strong: row.get("is_strong")?,
            network: row.get("network")?,
            agent: row.get("agent")?,
        })
    }
}

/// A session to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    /// Its token, hashed.
    pub token: &'a TokenHash,
    /// What it is known by on the screen.
    pub id: Uuid,
    /// Who it stands for.
    pub bearer: &'a Bearer,
    /// How it came to be.
    pub entrance: &'a Entrance,
    /// When its bearer last proved who they are.
    pub proved_at: Option<Moment>,
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

/// How well the bearer of a token has shown who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether by two factors.
    pub is_strong: bool,
    /// When they last did; never by a token of a program.
    pub proved_at: Option<Moment>,
    /// Whether a second factor is asked of them that they have not shown: one they have, or one
    /// that their role needs.
    pub lacks_factor: bool,
}

impl FromRow for Standing {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            is_strong: row.get("is_strong")?,
            proved_at: row.get("proved_at")?,
            lacks_factor: row.get("lacks_factor")?,
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
    /// When the session was last noted to be used; of a token it is not said.
    pub seen_at: Option<Moment>,
    /// How well they have shown it.
    pub standing: Standing,
    /// As whom they see the portal just now, to read only.
    pub viewing: Option<Viewing>,
}

/// As [`Found`], of the roles only one.
struct FoundAs {
    bearer: Bearer,
    person: Person,
    role: Role,
    seen_at: Option<Moment>,
    standing: Standing,
    viewing: Option<Viewing>,
}

impl FromRow for FoundAs {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            bearer: Bearer::from_row(row)?,
            person: Person::from_row(row)?,
            role: people::role(row)?,
            seen_at: row.get("seen_at")?,
            standing: Standing::from_row(row)?,
            viewing: Viewing::of(row)?,
        })
    }
}

impl Found {
    /// Of rows that differ in the role, and in what it needs, alone.
    fn of(rows: Vec<FoundAs>) -> Option<Self> {
        let roles = rows.iter().map(|row| row.role).collect();
        // One role that needs a factor is enough.
        let lacks_factor = rows.iter().any(|row| row.standing.lacks_factor);
        let FoundAs {
            bearer,
            person,
            seen_at,
            viewing,
            standing,
            ..
        } = rows.into_iter().next()?;
        Some(Self {
            bearer,
            person,
            roles,
            seen_at,
            viewing,
            standing: Standing {
                lacks_factor,
                ..standing
            },
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
                 how, is_strong, network, agent, created_at, seen_at, proved_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13)"
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
            session.proved_at.into(),
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
            "SELECT s.side, s.organisation_id, s.person_id, s.acting_for, s.seen_at, p.id, p.email,
                 p.name, p.language, p.time_zone, p.theme, p.password_hash, p.is_active, m.role,
                 s.viewing_as, s.viewing_account, s.viewing_until, s.viewing_reason,
                 s.is_strong, s.proved_at, NOT s.is_strong AND (
                     EXISTS (SELECT 1 FROM required_factors r
                         WHERE r.organisation_id IN (m.organisation_id, $1) AND r.role = m.role)
                     OR s.how <> 'demo' AND (
                         EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = s.person_id)
                         OR EXISTS (SELECT 1 FROM code_apps a WHERE a.person_id = s.person_id)
                     )) AS lacks_factor
             FROM sessions s JOIN people p ON p.id = s.person_id
             JOIN memberships m ON m.organisation_id = s.organisation_id
                 AND m.person_id = s.person_id
             WHERE s.token_hash = $2 AND s.expires_at > $3 AND p.is_active
               AND m.deactivated_at IS NULL
             ORDER BY m.role"
            ),
            &[NOBODY.into(), token.as_slice().into(), now.into()],
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

/// Ends all sessions of a person but one.
///
/// # Errors
/// Whatever the database says.
pub async fn delete_others(
    tx: &mut Tx<'_>,
    person: PersonId,
    token: &TokenHash,
) -> Result<u64, Error> {
    let end = sql!("DELETE FROM sessions WHERE person_id = $1 AND token_hash <> $2");
    tx.exec(end, &[person.into(), token.as_slice().into()])
        .await
}

/// Keeps that the bearer of a session has proved again who they are. What the session can do may
/// be more than before, so it goes on under a new token.
///
/// # Errors
/// Whatever the database says.
pub async fn prove(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    renewed: &TokenHash,
    is_strong: bool,
    now: Moment,
) -> Result<(), Error> {
    let save = sql!(
        "UPDATE sessions SET token_hash = $1, is_strong = $2, proved_at = $3
         WHERE token_hash = $4"
    );
    tx.send(
        save,
        &[
            renewed.as_slice().into(),
            is_strong.into(),
            now.into(),
            token.as_slice().into(),
        ],
    )
    .await
}

/// Ends one session of a person; whether there was one.
///
/// # Errors
/// Whatever the database says.
pub async fn delete_one(tx: &mut Tx<'_>, person: PersonId, id: Uuid) -> Result<bool, Error> {
    let end = sql!("DELETE FROM sessions WHERE person_id = $1 AND id = $2");
    Ok(tx.exec(end, &[person.into(), id.into()]).await? > 0)
}

/// A session as its holder sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What it is known by.
    pub id: Uuid,
    /// The word of how they proved who they are, a [`How`]'s code.
    pub how: String,
    /// Whether by two factors.
    pub is_strong: bool,
    /// The network address it began from.
    pub network: Option<String>,
    /// What the browser called itself.
    pub agent: Option<String>,
    /// When it began.
    pub created_at: Moment,
    /// When it was last used, roughly.
    pub seen_at: Moment,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

impl FromRow for Listed {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            how: row.get("how")?,
            is_strong: row.get("is_strong")?,
            network: row.get("network")?,
            agent: row.get("agent")?,
            created_at: row.get("created_at")?,
            seen_at: row.get("seen_at")?,
            is_this: row.get("is_this")?,
        })
    }
}

/// The sessions of a person that have not ended, the last used first; `token` is the one that asks.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    tx: &mut Tx<'_>,
    person: PersonId,
    token: &TokenHash,
    now: Moment,
) -> Result<Vec<Listed>, Error> {
    tx.all(
        sql!(
            "SELECT id, how, is_strong, network, agent, created_at, seen_at,
                    token_hash = $1 AS is_this
             FROM sessions WHERE person_id = $2 AND expires_at > $3
             ORDER BY seen_at DESC, created_at DESC, id"
        ),
        &[token.as_slice().into(), person.into(), now.into()],
    )
    .await
}

/// How a session came to be.
///
/// # Errors
/// Whatever the database says.
pub async fn entrance(tx: &mut Tx<'_>, token: &TokenHash) -> Result<Option<Entrance>, Error> {
    tx.opt(
        sql!("SELECT how, is_strong, network, agent FROM sessions WHERE token_hash = $1"),
        &[token.as_slice().into()],
    )
    .await
}

/// Notes that a session was used, unless that was noted since an instant.
///
/// # Errors
/// Whatever the database says.
pub async fn note_use(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    now: Moment,
    since: Moment,
) -> Result<(), Error> {
    let note = sql!("UPDATE sessions SET seen_at = $1 WHERE token_hash = $2 AND seen_at <= $3");
    let values = [now.into(), token.as_slice().into(), since.into()];
    tx.send(note, &values).await
}

/// Forgets sessions that have ended by themselves.
///
/// # Errors
/// Whatever the database says.
pub async fn forget_ended(tx: &mut Tx<'_>, now: Moment) -> Result<(), Error> {
    let forget = sql!("DELETE FROM sessions WHERE expires_at <= $1");
    tx.send(forget, &[now.into()]).await
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

/// The bearer of an API token that neither ended nor was revoked, if the person is still active
/// and belongs there.
///
/// # Errors
/// Whatever the database says.
pub async fn find_token(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    now: Moment,
) -> Result<Option<Found>, Error> {
    let rows = tx
        .all(
            sql!(
                "SELECT t.side, t.organisation_id, t.person_id, t.acting_for,
                 CAST(NULL AS bigint) AS seen_at, p.id, p.email, p.name, p.language,
                 p.time_zone, p.theme, p.password_hash, p.is_active, m.role,
                 CAST(NULL AS bytea) AS viewing_as, CAST(NULL AS bytea) AS viewing_account,
                 CAST(NULL AS bigint) AS viewing_until, CAST(NULL AS text) AS viewing_reason,
                 FALSE AS is_strong, CAST(NULL AS bigint) AS proved_at,
                 NOT p.is_service AND EXISTS (SELECT 1 FROM required_factors r
                     WHERE r.organisation_id IN (m.organisation_id, $1) AND r.role = m.role)
                 AND NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = t.person_id)
                 AND NOT EXISTS (SELECT 1 FROM code_apps a WHERE a.person_id = t.person_id)
                     AS lacks_factor
             FROM api_tokens t JOIN people p ON p.id = t.person_id
             JOIN memberships m ON m.organisation_id = t.organisation_id
                 AND m.person_id = t.person_id
             WHERE t.token_hash = $2 AND t.revoked_at IS NULL AND p.is_active
               AND (t.expires_at IS NULL OR t.expires_at > $3)
               AND m.deactivated_at IS NULL
             ORDER BY m.role"
            ),
            &[NOBODY.into(), token.as_slice().into(), now.into()],
        )
        .await?;
    Ok(Found::of(rows))
}
