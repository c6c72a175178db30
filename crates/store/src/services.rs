//! Service accounts: people that are programs. They have a name, roles and tokens, and neither
//! password nor sign-in nor notices.

use mainstay_domain::Moment;
use mainstay_domain::ids::PersonId;

use crate::people::Organisation;
use crate::{Error, Tx, sql};

/// A service account: who, its name, whether it is active, a role's code; a row for each role.
pub type ServiceRow = (PersonId, String, bool, String);

/// Keeps a new service account of an organisation. Its address is nobody's: `.invalid` is promised
/// to lead nowhere (RFC 6761).
///
/// # Errors
/// Whatever the database says.
pub async fn insert(
    tx: &mut Tx<'_>,
    id: PersonId,
    name: &str,
    time_zone: &str,
    organisation: Organisation,
    now: Moment,
) -> Result<(), Error> {
    let email = format!("{}@service.invalid", id.0.simple());
    let (_, home) = organisation.columns();
    tx.exec(
        sql!(
            "INSERT INTO people (id, email, name, language, time_zone, theme, is_active,
                 created_at, is_service, home_id)
             VALUES ($1, $2, $3, 'en', $4, 'system', TRUE, $5, TRUE, $6)"
        ),
        &[
            id.into(),
            email.as_str().into(),
            name.into(),
            time_zone.into(),
            now.into(),
            home.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The service accounts of an organisation, those at work first, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx<'_>, organisation: Organisation) -> Result<Vec<ServiceRow>, Error> {
    let (side, id) = organisation.columns();
    tx.all(
        sql!(
            "SELECT p.id, p.name, p.is_active, m.role
             FROM memberships m JOIN people p ON p.id = m.person_id
             WHERE m.organisation_id = $1 AND m.side = $2 AND p.is_service
             ORDER BY p.is_active DESC, p.name, p.id, m.role"
        ),
        &[id.into(), side.into()],
    )
    .await
}

/// Every service account of everybody: those who are told nothing.
///
/// # Errors
/// Whatever the database says.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<PersonId>, Error> {
    tx.all(sql!("SELECT id FROM people WHERE is_service"), &[])
        .await
}

/// The name of an organisation's service account that is active, held until the transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn find_to_change(
    tx: &mut Tx<'_>,
    organisation: Organisation,
    id: PersonId,
) -> Result<Option<String>, Error> {
    let (_, home) = organisation.columns();
    tx.opt(
        sql!(
            "SELECT name FROM people
             WHERE id = $1 AND home_id = $2 AND is_service AND is_active FOR UPDATE"
        ),
        &[id.into(), home.into()],
    )
    .await
}

/// Deactivates a service account.
///
/// # Errors
/// Whatever the database says.
pub async fn deactivate(tx: &mut Tx<'_>, id: PersonId) -> Result<(), Error> {
    let end = sql!("UPDATE people SET is_active = FALSE WHERE id = $1 AND is_service");
    tx.send(end, &[id.into()]).await
}
