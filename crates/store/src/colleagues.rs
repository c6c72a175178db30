//! The vendor's people as a team: their roles, the desks they lead, what they can.

use mainstay_domain::access::Role;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::PersonId;
use serde::de::DeserializeOwned;

use crate::codec::{Json, json};
use crate::db::{FromRow, Row};
use crate::people::{self, Membership, Organisation};
use crate::scope::NOBODY;
use crate::{Error, Tx, sql};

/// What somebody at the vendor can, beside their roles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Abilities {
    /// The kinds whose desk they lead.
    pub leads: Vec<Kind>,
    /// What they are good at, in the vendor's own words.
    pub skills: Vec<String>,
    /// The languages they speak: BCP 47 tags in lower case.
    pub languages: Vec<String>,
}

/// Somebody of the vendor's team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they may sign in.
    pub is_active: bool,
    /// Whether they were invited and have not been here yet.
    pub is_invited: bool,
    /// What they are, in the order of the codes.
    pub roles: Vec<Role>,
    /// What they can.
    pub abilities: Abilities,
}

impl Colleague {
    /// Whether they are here to act: active, and not only invited.
    #[must_use]
    pub const fn is_here(&self) -> bool {
        self.is_active && !self.is_invited
    }
}

/// One role of somebody, with all else about them.
struct OneRole(Colleague);

impl FromRow for OneRole {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self(Colleague {
            person: row.get("id")?,
            name: row.get("name")?,
            email: row.get("email")?,
            is_active: row.get("is_active")?,
            is_invited: row.get("is_invited")?,
            roles: vec![people::role(row)?],
            abilities: Abilities {
                leads: list(row, "leads")?,
                skills: list(row, "skills")?,
                languages: list(row, "languages")?,
            },
        }))
    }
}

/// A list as JSON; nobody has to have said anything yet.
fn list<T: DeserializeOwned>(row: &Row<'_>, column: &'static str) -> Result<Vec<T>, Error> {
    let kept: Option<Json<Vec<T>>> = row.get(column)?;
    Ok(kept.map(|list| list.0).unwrap_or_default())
}

/// The whole team by name, those who were deactivated too.
///
/// # Errors
/// Whatever the database says.
pub async fn team(tx: &mut Tx<'_>) -> Result<Vec<Colleague>, Error> {
    let rows: Vec<OneRole> = tx
        .all(
            sql!(
                "SELECT p.id, p.name, p.email, p.is_active,
                     (p.entered_at IS NULL AND EXISTS (
                         SELECT 1 FROM one_time_links l WHERE l.person_id = p.id
                           AND l.purpose = 'invitation' AND l.used_at IS NULL)) AS is_invited,
                     m.role, s.leads, s.skills, s.languages
                 FROM memberships m JOIN people p ON p.id = m.person_id
                 LEFT JOIN colleagues s ON s.person_id = p.id
                 WHERE m.organisation_id = $1 AND NOT p.is_service ORDER BY p.name, p.id, m.role"
            ),
            &[NOBODY.into()],
        )
        .await?;
    let mut team: Vec<Colleague> = Vec::new();
    for OneRole(one) in rows {
        match team.last_mut().filter(|last| last.person == one.person) {
            Some(last) => last.roles.extend(one.roles),
            None => team.push(one),
        }
    }
    Ok(team)
}

/// Somebody a case can be assigned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The languages they speak.
    pub languages: Vec<String>,
}

impl FromRow for Agent {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            person: row.get("id")?,
            name: row.get("name")?,
            languages: list(row, "languages")?,
        })
    }
}

/// The agents cases can be assigned to, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn agents(tx: &mut Tx<'_>) -> Result<Vec<Agent>, Error> {
    tx.all(
        sql!(
            "SELECT DISTINCT p.id, p.name, s.languages FROM people p
             JOIN memberships m ON m.person_id = p.id
             LEFT JOIN colleagues s ON s.person_id = p.id
             WHERE m.organisation_id = $1 AND p.is_active AND NOT p.is_service
               AND m.role IN ('agent', 'lead', 'billing-agent', 'pre-sales-agent')
             ORDER BY p.name, p.id"
        ),
        &[NOBODY.into()],
    )
    .await
}

/// Makes somebody's roles at the vendor these.
///
/// # Errors
/// Whatever the database says.
pub async fn set_roles(tx: &mut Tx<'_>, person: PersonId, roles: &[Role]) -> Result<(), Error> {
    let (side, id) = Organisation::Vendor.columns();
    let take_all =
        sql!("DELETE FROM memberships WHERE organisation_id = $1 AND person_id = $2 AND side = $3");
    tx.send(take_all, &[id.into(), person.into(), side.into()])
        .await?;
    for role in roles {
        let organisation = Organisation::Vendor;
        let membership = Membership {
            organisation,
            role: *role,
        };
        people::insert_membership(tx, person, membership).await?;
    }
    Ok(())
}

/// Lets somebody sign in, or no more.
///
/// # Errors
/// Whatever the database says.
pub async fn set_active(tx: &mut Tx<'_>, person: PersonId, is_active: bool) -> Result<(), Error> {
    let set = sql!("UPDATE people SET is_active = $1 WHERE id = $2");
    tx.send(set, &[is_active.into(), person.into()]).await
}

/// Keeps what somebody can.
///
/// # Errors
/// Whatever the database says.
pub async fn save_abilities(
    tx: &mut Tx<'_>,
    person: PersonId,
    abilities: &Abilities,
) -> Result<(), Error> {
    let (leads, skills, languages) = (
        json(&abilities.leads),
        json(&abilities.skills),
        json(&abilities.languages),
    );
    let save = sql!(
        "INSERT INTO colleagues (person_id, leads, skills, languages) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id) DO UPDATE SET leads = excluded.leads, skills = excluded.skills,
             languages = excluded.languages"
    );
    let values = [
        person.into(),
        leads.as_str().into(),
        skills.as_str().into(),
        languages.as_str().into(),
    ];
    tx.send(save, &values).await
}
