//! People: who signs in, and what they are to which organisation.

use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId};
use uuid::Uuid;

use crate::db::{FromRow, Row};
use crate::scope::NOBODY;
use crate::{Error, Tx, sql};

/// Someone who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their identity.
    pub id: PersonId,
    /// Their address, in lower case.
    pub email: String,
    /// Their name.
    pub name: String,
    /// BCP 47 tag of the language of their screens.
    pub language: String,
    /// IANA name of their time zone.
    pub time_zone: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// Argon2 hash of their password, if they have one.
    pub password_hash: Option<String>,
    /// Whether they may sign in.
    pub is_active: bool,
}

impl FromRow for Person {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            email: row.get("email")?,
            name: row.get("name")?,
            language: row.get("language")?,
            time_zone: row.get("time_zone")?,
            theme: row.get("theme")?,
            password_hash: row.get("password_hash")?,
            is_active: row.get("is_active")?,
        })
    }
}

/// The organisation of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Organisation {
    /// The vendor.
    Vendor,
    /// A customer.
    Account(AccountId),
    /// A partner.
    Partner(PartnerId),
}

impl Organisation {
    /// The word of its side and its id; the vendor's is nil.
    #[must_use]
    pub const fn columns(self) -> (&'static str, Uuid) {
        match self {
            Self::Vendor => ("vendor", NOBODY),
            Self::Account(account) => ("account", account.0),
            Self::Partner(partner) => ("partner", partner.0),
        }
    }

    /// The organisation of two columns.
    #[must_use]
    pub fn from_columns(side: &str, id: Uuid) -> Option<Self> {
        match side {
            "vendor" => Some(Self::Vendor),
            "account" => Some(Self::Account(AccountId(id))),
            "partner" => Some(Self::Partner(PartnerId(id))),
            _ => None,
        }
    }
}

/// A role somebody holds in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Where.
    pub organisation: Organisation,
    /// As what.
    pub role: Role,
}

/// The role a row names.
pub(crate) fn role(row: &Row<'_>) -> Result<Role, Error> {
    let role: String = row.get("role")?;
    Role::from_code(&role).ok_or_else(|| unknown("role", role))
}

fn unknown(column: &str, found: String) -> Error {
    Error::Decode {
        column: column.to_owned(),
        wanted: "a word this version knows",
        found,
    }
}

impl FromRow for Membership {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let side: String = row.get("side")?;
        let organisation = Organisation::from_columns(&side, row.get("organisation_id")?);
        Ok(Self {
            organisation: organisation.ok_or_else(|| unknown("side", side))?,
            role: role(row)?,
        })
    }
}

/// Keeps a new person.
///
/// # Errors
/// A duplicate address; whatever the database says.
pub async fn insert(tx: &mut Tx<'_>, person: &Person, now: Moment) -> Result<(), Error> {
    tx.exec(
        sql!(
            "INSERT INTO people (id, email, name, language, time_zone, theme, password_hash,
                 is_active, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        &[
            person.id.into(),
            person.email.as_str().into(),
            person.name.as_str().into(),
            person.language.as_str().into(),
            person.time_zone.as_str().into(),
            person.theme.as_str().into(),
            (&person.password_hash).into(),
            person.is_active.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Gives a person a role.
///
/// # Errors
/// Whatever the database says.
pub async fn insert_membership(
    tx: &mut Tx<'_>,
    person: PersonId,
    membership: Membership,
) -> Result<(), Error> {
    let (side, id) = membership.organisation.columns();
    let insert = sql!(
        "INSERT INTO memberships (organisation_id, person_id, side, role) VALUES ($1, $2, $3, $4)
         ON CONFLICT (organisation_id, person_id, role) DO NOTHING"
    );
    tx.send(
        insert,
        &[
            id.into(),
            person.into(),
            side.into(),
            membership.role.code().into(),
        ],
    )
    .await
}

/// The person of an address, whatever its case.
///
/// # Errors
/// Whatever the database says.
pub async fn find_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<Person>, Error> {
    let folded = email.trim().to_lowercase();
    tx.opt(
        sql!(
            "SELECT id, email, name, language, time_zone, theme, password_hash, is_active
             FROM people WHERE email = $1"
        ),
        &[folded.as_str().into()],
    )
    .await
}

/// A person.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Person>, Error> {
    tx.opt(
        sql!(
            "SELECT id, email, name, language, time_zone, theme, password_hash, is_active
             FROM people WHERE id = $1"
        ),
        &[id.into()],
    )
    .await
}

/// What a person is, and where.
///
/// # Errors
/// Whatever the database says.
pub async fn memberships(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Membership>, Error> {
    tx.all(
        sql!(
            "SELECT organisation_id, side, role FROM memberships WHERE person_id = $1
             ORDER BY side DESC, organisation_id, role"
        ),
        &[person.into()],
    )
    .await
}

/// A person as a member of an organisation, with their roles there; `None` when they are none.
///
/// # Errors
/// Whatever the database says.
pub async fn member(
    tx: &mut Tx<'_>,
    organisation: Organisation,
    person: PersonId,
) -> Result<Option<(Person, Vec<Role>)>, Error> {
    let (side, id) = organisation.columns();
    let rows: Vec<Member> = tx
        .all(
            sql!(
                "SELECT p.id, p.email, p.name, p.language, p.time_zone, p.theme, p.password_hash,
                     p.is_active, m.role
                 FROM memberships m JOIN people p ON p.id = m.person_id
                 WHERE m.organisation_id = $1 AND m.person_id = $2 AND m.side = $3
                 ORDER BY m.role"
            ),
            &[id.into(), person.into(), side.into()],
        )
        .await?;
    let roles = rows.iter().map(|row| row.role).collect();
    Ok(rows.into_iter().next().map(|row| (row.person, roles)))
}

/// A person in one of their roles.
struct Member {
    person: Person,
    role: Role,
}

impl FromRow for Member {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            person: Person::from_row(row)?,
            role: role(row)?,
        })
    }
}

/// Whether anybody works for the vendor yet.
///
/// # Errors
/// Whatever the database says.
pub async fn has_vendor_people(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let any: Option<i64> = tx
        .opt(
            sql!("SELECT 1 FROM memberships WHERE side = 'vendor' LIMIT 1"),
            &[],
        )
        .await?;
    Ok(any.is_some())
}

/// Those who are told when the desk must act.
///
/// # Errors
/// Whatever the database says.
pub async fn leads(tx: &mut Tx<'_>) -> Result<Vec<PersonId>, Error> {
    tx.all(
        sql!(
            "SELECT DISTINCT m.person_id FROM memberships m JOIN people p ON p.id = m.person_id
             WHERE m.side = 'vendor' AND m.role = 'lead' AND p.is_active"
        ),
        &[],
    )
    .await
}

/// Keeps somebody's theme.
///
/// # Errors
/// Whatever the database says.
pub async fn save_theme(tx: &mut Tx<'_>, person: PersonId, theme: &str) -> Result<(), Error> {
    let save = sql!("UPDATE people SET theme = $1 WHERE id = $2");
    tx.send(save, &[theme.into(), person.into()]).await
}

/// Keeps somebody's password.
///
/// # Errors
/// Whatever the database says.
pub async fn save_password(tx: &mut Tx<'_>, person: PersonId, hash: &str) -> Result<(), Error> {
    let save = sql!("UPDATE people SET password_hash = $1 WHERE id = $2");
    tx.send(save, &[hash.into(), person.into()]).await
}
