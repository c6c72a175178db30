//! Who said that they have forgotten their password, for whoever may start a reset.

use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::ids::PersonId;

use crate::db::{FromRow, Row};
use crate::people::{Organisation, role};
use crate::{Error, Tx, sql};

/// Notes that the person of an address, if there is one who may sign in, asks for a new password.
/// The statement is the same whether there is one or not.
///
/// # Errors
/// Whatever the database says.
pub async fn ask(
    tx: &mut Tx<'_>,
    email: &str,
    network: Option<&str>,
    now: Moment,
) -> Result<(), Error> {
    let folded = email.trim().to_lowercase();
    let ask = sql!(
        "INSERT INTO reset_requests (person_id, asked_at, network)
         SELECT id, CAST($1 AS bigint), CAST($2 AS text) FROM people
         WHERE email = $3 AND is_active AND NOT is_service AND password_hash IS NOT NULL
         ON CONFLICT (person_id) DO UPDATE
         SET asked_at = excluded.asked_at, network = excluded.network"
    );
    tx.send(ask, &[now.into(), network.into(), folded.as_str().into()])
        .await
}

/// Forgets what somebody asked for: it was done, or is not needed any more.
///
/// # Errors
/// Whatever the database says.
pub async fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    let forget = sql!("DELETE FROM reset_requests WHERE person_id = $1");
    tx.send(forget, &[person.into()]).await
}

/// Forgets what was asked for before an instant.
///
/// # Errors
/// Whatever the database says.
pub async fn forget_before(tx: &mut Tx<'_>, before: Moment) -> Result<(), Error> {
    let forget = sql!("DELETE FROM reset_requests WHERE asked_at < $1");
    tx.send(forget, &[before.into()]).await
}

/// Somebody whose password can be reset, and whether they asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they are in the organisation: one role at least.
    pub roles: Vec<Role>,
    /// When they asked.
    pub asked_at: Option<Moment>,
    /// The network address they asked from.
    pub network: Option<String>,
}

/// As [`Candidate`], of the roles only one.
struct CandidateAs(Candidate);

impl FromRow for CandidateAs {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self(Candidate {
            person: row.get("id")?,
            name: row.get("name")?,
            email: row.get("email")?,
            roles: vec![role(row)?],
            asked_at: row.get("asked_at")?,
            network: row.get("network")?,
        }))
    }
}

fn merged(rows: Vec<CandidateAs>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for CandidateAs(row) in rows {
        match found.last_mut().filter(|last| last.person == row.person) {
            Some(last) => last.roles.extend(row.roles),
            None => found.push(row),
        }
    }
    found
}

/// The people of an organisation who sign in with a password, those who asked first, then by name.
///
/// # Errors
/// Whatever the database says.
pub async fn candidates(
    tx: &mut Tx<'_>,
    organisation: Organisation,
) -> Result<Vec<Candidate>, Error> {
    let (side, id) = organisation.columns();
    let rows = tx
        .all(
            sql!(
                "SELECT p.id, p.name, p.email, m.role, r.asked_at, r.network
                 FROM memberships m JOIN people p ON p.id = m.person_id
                 LEFT JOIN reset_requests r ON r.person_id = p.id
                 WHERE m.organisation_id = $1 AND m.side = $2 AND p.is_active
                   AND NOT p.is_service AND m.deactivated_at IS NULL
                   AND p.password_hash IS NOT NULL
                 ORDER BY r.asked_at DESC NULLS LAST, p.name, p.id, m.role"
            ),
            &[id.into(), side.into()],
        )
        .await?;
    Ok(merged(rows))
}

/// One of them.
///
/// # Errors
/// Whatever the database says.
pub async fn candidate(
    tx: &mut Tx<'_>,
    organisation: Organisation,
    person: PersonId,
) -> Result<Option<Candidate>, Error> {
    let (side, id) = organisation.columns();
    let rows = tx
        .all(
            sql!(
                "SELECT p.id, p.name, p.email, m.role, r.asked_at, r.network
                 FROM memberships m JOIN people p ON p.id = m.person_id
                 LEFT JOIN reset_requests r ON r.person_id = p.id
                 WHERE m.organisation_id = $1 AND m.side = $2 AND p.id = $3 AND p.is_active
                   AND NOT p.is_service AND m.deactivated_at IS NULL
                   AND p.password_hash IS NOT NULL
                 ORDER BY m.role"
            ),
            &[id.into(), side.into(), person.into()],
        )
        .await?;
    Ok(merged(rows).into_iter().next())
}
