//! Partners: organisations that act for customers, their people, and what the directory says.

use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::ids::{PartnerId, PersonId};

use crate::codec::{Json, json};
use crate::db::{FromRow, Row};
use crate::people::role;
use crate::{Error, Tx, sql};

/// Most partners a list shows.
const MOST: i64 = 500;

/// What the directory says of a partner (S6).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// In a few sentences.
    pub about: String,
    /// How to reach it: an address, a number, a site.
    pub contact: String,
    /// The codes of the support regions it works in.
    pub regions: Vec<String>,
    /// BCP 47 tags of the languages it speaks.
    pub languages: Vec<String>,
    /// What it is good at, in its own words.
    pub specialities: Vec<String>,
    /// Whether the directory shows it.
    pub is_listed: bool,
}

/// A partner organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Its identity.
    pub id: PartnerId,
    /// Its name.
    pub name: String,
    /// Its entry in the directory.
    pub entry: Entry,
}

impl FromRow for Partner {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let list = |column: &'static str| row.get::<Json<Vec<String>>>(column).map(|json| json.0);
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            entry: Entry {
                about: row.get("about")?,
                contact: row.get("contact")?,
                regions: list("regions")?,
                languages: list("languages")?,
                specialities: list("specialities")?,
                is_listed: row.get("is_listed")?,
            },
        })
    }
}

/// Keeps a new partner.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(
    tx: &mut Tx<'_>,
    partner: PartnerId,
    name: &str,
    now: Moment,
) -> Result<(), Error> {
    let insert = sql!("INSERT INTO partners (id, name, created_at) VALUES ($1, $2, $3)");
    tx.send(insert, &[partner.into(), name.into(), now.into()])
        .await
}

/// Keeps what the directory says of a partner.
///
/// # Errors
/// Whatever the database says.
pub async fn save_entry(tx: &mut Tx<'_>, partner: PartnerId, entry: &Entry) -> Result<(), Error> {
    let (regions, languages) = (json(&entry.regions), json(&entry.languages));
    let specialities = json(&entry.specialities);
    let save = sql!(
        "UPDATE partners SET about = $1, contact = $2, regions = $3, languages = $4,
             specialities = $5, is_listed = $6
         WHERE id = $7"
    );
    let values = [
        entry.about.as_str().into(),
        entry.contact.as_str().into(),
        regions.as_str().into(),
        languages.as_str().into(),
        specialities.as_str().into(),
        entry.is_listed.into(),
        partner.into(),
    ];
    tx.send(save, &values).await
}

/// A partner.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx<'_>, partner: PartnerId) -> Result<Option<Partner>, Error> {
    tx.opt(
        sql!(
            "SELECT id, name, about, contact, regions, languages, specialities, is_listed
             FROM partners WHERE id = $1"
        ),
        &[partner.into()],
    )
    .await
}

/// Lets nobody else change a partner, its people or its delegations before this transaction ends;
/// whether there is such a partner.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &mut Tx<'_>, partner: PartnerId) -> Result<bool, Error> {
    let hold = sql!("SELECT id FROM partners WHERE id = $1 FOR UPDATE");
    let found: Option<PartnerId> = tx.opt(hold, &[partner.into()]).await?;
    Ok(found.is_some())
}

/// All partners, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<Partner>, Error> {
    tx.all(
        sql!(
            "SELECT id, name, about, contact, regions, languages, specialities, is_listed
             FROM partners ORDER BY name, id LIMIT $1"
        ),
        &[MOST.into()],
    )
    .await
}

/// The partners the directory shows, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn directory(tx: &mut Tx<'_>) -> Result<Vec<Partner>, Error> {
    tx.all(
        sql!(
            "SELECT id, name, about, contact, regions, languages, specialities, is_listed
             FROM partners WHERE is_listed ORDER BY name, id LIMIT $1"
        ),
        &[MOST.into()],
    )
    .await
}

/// Somebody of a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerPerson {
    /// Their identity.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they are there.
    pub role: Role,
    /// Whether they may sign in.
    pub is_active: bool,
}

impl FromRow for PartnerPerson {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            email: row.get("email")?,
            role: role(row)?,
            is_active: row.get("is_active")?,
        })
    }
}

/// The people of a partner, by name, those who may not sign in any more too; a row for each role.
///
/// # Errors
/// Whatever the database says.
pub async fn people(tx: &mut Tx<'_>, partner: PartnerId) -> Result<Vec<PartnerPerson>, Error> {
    tx.all(
        sql!(
            "SELECT p.id, p.name, p.email, m.role, p.is_active FROM memberships m
             JOIN people p ON p.id = m.person_id
             WHERE m.organisation_id = $1 AND m.side = 'partner' ORDER BY p.name, p.id, m.role"
        ),
        &[partner.into()],
    )
    .await
}

/// Lets a person of a partner sign in, or no longer: then their sessions end as well.
///
/// # Errors
/// Whatever the database says.
pub async fn set_active(tx: &mut Tx<'_>, person: PersonId, is_active: bool) -> Result<(), Error> {
    let set = sql!("UPDATE people SET is_active = $1 WHERE id = $2");
    tx.send(set, &[is_active.into(), person.into()]).await?;
    if !is_active {
        crate::sessions::delete_all(tx, person).await?;
    }
    Ok(())
}

/// The administrators of an account, or of a partner, who may sign in.
///
/// # Errors
/// Whatever the database says.
pub async fn administrators(
    tx: &mut Tx<'_>,
    organisation: uuid::Uuid,
) -> Result<Vec<PersonId>, Error> {
    tx.all(
        sql!(
            "SELECT DISTINCT m.person_id FROM memberships m JOIN people p ON p.id = m.person_id
             WHERE m.organisation_id = $1 AND m.role IN ('global-admin', 'partner-admin')
               AND p.is_active AND NOT p.is_service AND m.deactivated_at IS NULL"
        ),
        &[organisation.into()],
    )
    .await
}
