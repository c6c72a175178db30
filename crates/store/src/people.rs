//! People: who signs in, and what they are to which organisation.

use std::collections::HashMap;

use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId};
use uuid::Uuid;

use crate::db::{FromRow, Row, V};
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

/// Notes that somebody signed in to an organisation of theirs.
///
/// # Errors
/// Whatever the database says.
pub async fn note_seen(
    tx: &mut Tx<'_>,
    person: PersonId,
    organisation: Organisation,
    now: Moment,
) -> Result<(), Error> {
    let (_, id) = organisation.columns();
    let note =
        sql!("UPDATE memberships SET seen_at = $1 WHERE organisation_id = $2 AND person_id = $3");
    tx.send(note, &[now.into(), id.into(), person.into()]).await
}

/// Keeps somebody's name, language and time zone.
///
/// # Errors
/// Whatever the database says.
pub async fn save_particulars(tx: &mut Tx<'_>, person: &Person) -> Result<(), Error> {
    tx.send(
        sql!("UPDATE people SET name = $1, language = $2, time_zone = $3 WHERE id = $4"),
        &[
            person.name.as_str().into(),
            person.language.as_str().into(),
            person.time_zone.as_str().into(),
            person.id.into(),
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

/// Names looked up at once.
const NAMES: usize = 16;

/// The names of some people; of nobody we know, nothing.
///
/// # Errors
/// Whatever the database says.
pub async fn names(
    tx: &mut Tx<'_>,
    people: &[PersonId],
) -> Result<HashMap<PersonId, String>, Error> {
    let mut all = HashMap::new();
    for some in people.chunks(NAMES) {
        let wanted: [V<'_>; NAMES] = std::array::from_fn(|place| some.get(place).copied().into());
        let found: Vec<(PersonId, String)> = tx
            .all(
                sql!(
                    "SELECT id, name FROM people WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9,
                         $10, $11, $12, $13, $14, $15, $16)"
                ),
                &wanted,
            )
            .await?;
        all.extend(found);
    }
    Ok(all)
}

/// What a person is, and where, as far as they are active there.
///
/// # Errors
/// Whatever the database says.
pub async fn memberships(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Membership>, Error> {
    tx.all(
        sql!(
            "SELECT organisation_id, side, role FROM memberships
             WHERE person_id = $1 AND deactivated_at IS NULL
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
                   AND m.deactivated_at IS NULL
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

/// What is known of how somebody signs in, beside their password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether they may sign in at all: active, and no program.
    pub may_enter: bool,
    /// The id of the organisation that answers for how they sign in, if it was settled.
    pub home: Option<Uuid>,
    /// The id of the organisation they chose to act in, if they did.
    pub chosen: Option<Uuid>,
    /// Whether they have accepted an invitation: they chose a password, or signed in otherwise.
    pub is_settled: bool,
}

impl FromRow for Standing {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            may_enter: row.get("may_enter")?,
            home: row.get("home_id")?,
            chosen: row.get("chosen_id")?,
            is_settled: row.get("is_settled")?,
        })
    }
}

/// How somebody stands, held until the transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn standing(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Standing>, Error> {
    tx.opt(
        sql!(
            "SELECT is_active AND NOT is_service AS may_enter, home_id, chosen_id,
                    password_hash IS NOT NULL OR entered_at IS NOT NULL AS is_settled
             FROM people WHERE id = $1 FOR UPDATE"
        ),
        &[person.into()],
    )
    .await
}

/// Whether somebody has accepted an invitation: they chose a password, or signed in otherwise.
///
/// # Errors
/// Whatever the database says.
pub async fn is_settled(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, Error> {
    let settled = sql!(
        "SELECT password_hash IS NOT NULL OR entered_at IS NOT NULL FROM people WHERE id = $1"
    );
    Ok(tx.opt(settled, &[person.into()]).await?.unwrap_or(false))
}

/// Notes that somebody signed in. Their first organisation is the one that answers for how they do.
///
/// # Errors
/// Whatever the database says.
pub async fn note_entry(
    tx: &mut Tx<'_>,
    person: PersonId,
    home: Option<Uuid>,
    now: Moment,
) -> Result<(), Error> {
    let note =
        sql!("UPDATE people SET entered_at = $1, home_id = coalesce(home_id, $2) WHERE id = $3");
    tx.send(note, &[now.into(), home.into(), person.into()])
        .await
}

/// Keeps the organisation somebody chose to act in.
///
/// # Errors
/// Whatever the database says.
pub async fn choose(
    tx: &mut Tx<'_>,
    person: PersonId,
    organisation: Organisation,
) -> Result<(), Error> {
    let (_, id) = organisation.columns();
    let choose = sql!("UPDATE people SET chosen_id = $1 WHERE id = $2");
    tx.send(choose, &[id.into(), person.into()]).await
}

/// Takes all roles of a person in an organisation away.
///
/// # Errors
/// Whatever the database says.
pub async fn delete_memberships(
    tx: &mut Tx<'_>,
    person: PersonId,
    organisation: Uuid,
) -> Result<(), Error> {
    let delete = sql!("DELETE FROM memberships WHERE person_id = $1 AND organisation_id = $2");
    tx.send(delete, &[person.into(), organisation.into()]).await
}

/// The organisations a person belongs to, with their names; the vendor's has none here.
///
/// # Errors
/// Whatever the database says.
pub async fn organisations(
    tx: &mut Tx<'_>,
    person: PersonId,
) -> Result<Vec<(Organisation, Option<String>)>, Error> {
    let rows: Vec<(String, Uuid, Option<String>)> = tx
        .all(
            sql!(
                "SELECT DISTINCT m.side, m.organisation_id, coalesce(a.name, o.name) AS name
                 FROM memberships m
                 LEFT JOIN accounts a ON m.side = 'account' AND a.id = m.organisation_id
                 LEFT JOIN partners o ON m.side = 'partner' AND o.id = m.organisation_id
                 WHERE m.person_id = $1 AND m.deactivated_at IS NULL
                 ORDER BY m.side DESC, name, m.organisation_id"
            ),
            &[person.into()],
        )
        .await?;
    rows.into_iter()
        .map(|(side, id, name)| {
            let organisation = Organisation::from_columns(&side, id);
            let organisation = organisation.ok_or_else(|| unknown("side", side));
            Ok((organisation?, name))
        })
        .collect()
}

/// Whether anybody works for the vendor yet.
///
/// # Errors
/// Whatever the database says.
pub async fn has_vendor_people(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let any: Option<i64> = tx
        .opt(
            sql!("SELECT 1 FROM memberships WHERE organisation_id = $1 LIMIT 1"),
            &[NOBODY.into()],
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
             WHERE m.organisation_id = $1 AND m.role = 'lead' AND p.is_active
               AND NOT p.is_service AND m.deactivated_at IS NULL"
        ),
        &[NOBODY.into()],
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
