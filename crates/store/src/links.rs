//! Links that can be used once and belong to an organisation: invitations and resets.
//!
//! Who holds one is nobody yet. What the link says of its organisation is what it proves, and a
//! transaction reaches that and no more.

use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::ids::PersonId;

use crate::codec::{Json, json};
use crate::db::{FromRow, Row};
use crate::people::Organisation;
use crate::sessions::TokenHash;
use crate::{Error, Tx, reach, sql};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Joining an organisation.
    Invitation,
    /// Choosing a new password.
    Reset,
}

impl Purpose {
    /// The word it is kept as.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }
}

/// A link to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewLink<'a> {
    /// Its word, hashed.
    pub token: &'a TokenHash,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose it is.
    pub person: PersonId,
    /// The organisation that made it.
    pub organisation: Organisation,
    /// The roles they get there by it.
    pub roles: &'a [Role],
    /// Who made it.
    pub made_by: PersonId,
    /// When it ends.
    pub expires_at: Moment,
}

/// A link as it is found by its word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Whose it is.
    pub person: PersonId,
    /// The organisation that made it; links from before organisations were kept have none.
    pub organisation: Option<Organisation>,
    /// The roles they get there by it.
    pub roles: Vec<Role>,
}

fn organisation(row: &Row<'_>) -> Result<Option<Organisation>, Error> {
    let side: Option<String> = row.get("side")?;
    let id: Option<uuid::Uuid> = row.get("organisation_id")?;
    Ok(side
        .zip(id)
        .and_then(|(side, id)| Organisation::from_columns(&side, id)))
}

fn roles(row: &Row<'_>) -> Result<Vec<Role>, Error> {
    let roles: Option<Json<Vec<Role>>> = row.get("roles")?;
    Ok(roles.map(|Json(roles)| roles).unwrap_or_default())
}

impl FromRow for Link {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            person: row.get("person_id")?,
            organisation: organisation(row)?,
            roles: roles(row)?,
        })
    }
}

/// An invitation that nobody has accepted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Who is invited.
    pub person: PersonId,
    /// Their name; of somebody who belongs elsewhere no more is told than the address.
    pub name: String,
    /// Their address.
    pub email: String,
    /// As what.
    pub roles: Vec<Role>,
    /// When its latest link was made.
    pub made_at: Moment,
    /// When that ends; it may have.
    pub expires_at: Moment,
}

impl FromRow for Open {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            person: row.get("person_id")?,
            name: row.get("name")?,
            email: row.get("email")?,
            roles: roles(row)?,
            made_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

/// Keeps a link; those of the same person, organisation and purpose before it are void.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(tx: &mut Tx<'_>, link: &NewLink<'_>, now: Moment) -> Result<(), Error> {
    void(tx, link.purpose, link.organisation, link.person).await?;
    let (side, organisation) = link.organisation.columns();
    let roles = json(&link.roles);
    tx.send(
        sql!(
            "INSERT INTO one_time_links (token_hash, purpose, person_id, created_at, expires_at,
                 side, organisation_id, roles, made_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        &[
            link.token.as_slice().into(),
            link.purpose.code().into(),
            link.person.into(),
            now.into(),
            link.expires_at.into(),
            side.into(),
            organisation.into(),
            roles.as_str().into(),
            link.made_by.into(),
        ],
    )
    .await
}

/// Makes the open links of a person void; says how many there were.
///
/// # Errors
/// Whatever the database says.
pub async fn void(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    organisation: Organisation,
    person: PersonId,
) -> Result<u64, Error> {
    let (_, organisation) = organisation.columns();
    let void = sql!(
        "DELETE FROM one_time_links
         WHERE person_id = $1 AND purpose = $2 AND organisation_id = $3 AND used_at IS NULL"
    );
    let values = [person.into(), purpose.code().into(), organisation.into()];
    tx.exec(void, &values).await
}

/// Makes every open link of a person void, whoever made it.
///
/// # Errors
/// Whatever the database says.
pub async fn void_all(tx: &mut Tx<'_>, purpose: Purpose, person: PersonId) -> Result<(), Error> {
    let void = sql!(
        "DELETE FROM one_time_links WHERE person_id = $1 AND purpose = $2 AND used_at IS NULL"
    );
    tx.send(void, &[person.into(), purpose.code().into()]).await
}

/// A link that can still be used.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    purpose: Purpose,
    now: Moment,
) -> Result<Option<Link>, Error> {
    tx.opt(
        sql!(
            "SELECT person_id, side, organisation_id, roles FROM one_time_links
             WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3 AND used_at IS NULL
               AND person_id IS NOT NULL"
        ),
        &[token.as_slice().into(), purpose.code().into(), now.into()],
    )
    .await
}

/// Uses a link, and lets the transaction reach the account it proves somebody invited; none when
/// it was used before or has expired.
///
/// # Errors
/// Whatever the database says.
pub async fn take(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    purpose: Purpose,
    now: Moment,
) -> Result<Option<Link>, Error> {
    let used: Option<Link> = tx
        .opt(
            sql!(
                "UPDATE one_time_links SET used_at = $1
                 WHERE token_hash = $2 AND purpose = $3 AND expires_at > $1 AND used_at IS NULL
                   AND person_id IS NOT NULL
                 RETURNING person_id, side, organisation_id, roles"
            ),
            &[now.into(), token.as_slice().into(), purpose.code().into()],
        )
        .await?;
    if let Some(organisation) = used.as_ref().and_then(|link| link.organisation) {
        reach::organisation(tx, organisation);
    }
    Ok(used)
}

/// The invitations to an organisation that nobody has accepted, by name; those that have expired
/// are among them, since they can be sent again.
///
/// # Errors
/// Whatever the database says.
pub async fn invitations(tx: &mut Tx<'_>, organisation: Organisation) -> Result<Vec<Open>, Error> {
    let (side, id) = organisation.columns();
    tx.all(
        sql!(
            "SELECT l.person_id, p.email, l.roles, l.created_at, l.expires_at,
                 CASE WHEN EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = p.id
                                     AND m.organisation_id = $1)
                      THEN p.name ELSE p.email END AS name
             FROM one_time_links l JOIN people p ON p.id = l.person_id
             WHERE l.organisation_id = $1 AND l.side = $2 AND l.purpose = 'invitation'
               AND l.used_at IS NULL
             ORDER BY name, p.id"
        ),
        &[id.into(), side.into()],
    )
    .await
}

/// The open invitation of a person to an organisation.
///
/// # Errors
/// Whatever the database says.
pub async fn invitation_of(
    tx: &mut Tx<'_>,
    organisation: Organisation,
    person: PersonId,
) -> Result<Option<Open>, Error> {
    let all = invitations(tx, organisation).await?;
    Ok(all.into_iter().find(|open| open.person == person))
}

/// The organisations that have invited a person and were not answered.
///
/// # Errors
/// Whatever the database says.
pub async fn inviting(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<uuid::Uuid>, Error> {
    tx.all(
        sql!(
            "SELECT organisation_id FROM one_time_links
             WHERE person_id = $1 AND purpose = 'invitation' AND used_at IS NULL
               AND organisation_id IS NOT NULL"
        ),
        &[person.into()],
    )
    .await
}
