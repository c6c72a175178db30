//! The people of an account, as those who manage them see them.
//!
//! Whoever holds a right to people reaches those of the account it is for; which of them it spares
//! is decided person by person.

use mainstay_domain::Moment;
use mainstay_domain::access::{ActingFor, Principal, Role, Scope};
use mainstay_domain::ids::{AccountId, PersonId};

use crate::db::{FromRow, Row};
use crate::people::role;
use crate::telephones::Verified;
use crate::{Error, Tx, reach, sql};

/// A person at an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Their identity.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// BCP 47 tag of their language.
    pub language: String,
    /// IANA name of their time zone.
    pub time_zone: String,
    /// What they are there: one role at least.
    pub roles: Vec<Role>,
    /// Whether they may sign in there.
    pub is_active: bool,
    /// When they were last seen there, roughly; never, while they are only invited.
    pub seen_at: Option<Moment>,
    /// Their number there.
    pub telephone: Option<String>,
    /// How that number was verified.
    pub verified: Option<Verified>,
}

impl Contact {
    /// Them as they act for the account.
    #[must_use]
    pub fn principal(&self, account: AccountId) -> Principal {
        Principal {
            person: self.id,
            is_active: self.is_active,
            acting_for: ActingFor::Account { account },
            roles: self.roles.clone(),
        }
    }

    /// Whether they have ever signed in there.
    #[must_use]
    pub const fn has_joined(&self) -> bool {
        self.seen_at.is_some()
    }

    /// Whether somebody may do everything at the account now and for certain.
    #[must_use]
    pub fn is_global_admin(&self) -> bool {
        self.is_active && self.has_joined() && self.roles.contains(&Role::GlobalAdmin)
    }
}

/// As [`Contact`], of the roles only one.
struct ContactAs {
    contact: Contact,
    role: Role,
}

impl FromRow for ContactAs {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let deactivated_at: Option<Moment> = row.get("deactivated_at")?;
        let signed_in_at: Option<Moment> = row.get("seen_at")?;
        let session_at: Option<Moment> = row.get("session_at")?;
        let is_active: bool = row.get("is_active")?;
        Ok(Self {
            contact: Contact {
                id: row.get("id")?,
                name: row.get("name")?,
                email: row.get("email")?,
                language: row.get("language")?,
                time_zone: row.get("time_zone")?,
                roles: Vec::new(),
                is_active: is_active && deactivated_at.is_none(),
                seen_at: signed_in_at.max(session_at),
                telephone: row.get("number")?,
                verified: Verified::of(row)?,
            },
            role: role(row)?,
        })
    }
}

/// One contact of the rows that follow each other for their roles.
fn together(rows: Vec<ContactAs>) -> Vec<Contact> {
    let mut found: Vec<Contact> = Vec::new();
    for ContactAs { contact, role } in rows {
        match found.last_mut().filter(|last| last.id == contact.id) {
            Some(last) => last.roles.push(role),
            None => found.push(Contact {
                roles: vec![role],
                ..contact
            }),
        }
    }
    for contact in &mut found {
        contact.roles.sort();
    }
    found
}

/// Whether a right to people reaches an account's.
fn reaches(tx: &mut Tx<'_>, scope: &Scope, account: AccountId) -> bool {
    reach::scope(tx, scope);
    scope.account().is_none_or(|own| own == account)
}

macro_rules! contact_rows {
    ($from:literal) => {
        concat!(
            "SELECT p.id, p.name, p.email, p.language, p.time_zone, p.is_active, m.role,
                 m.deactivated_at, m.seen_at, t.number, t.verified_at, t.how, t.verified_by,
                 (SELECT max(s.seen_at) FROM sessions s
                  WHERE s.person_id = p.id AND s.organisation_id = $1) AS session_at
             FROM ",
            $from,
            " JOIN memberships m ON m.organisation_id = $1 AND m.person_id = p.id
                 AND m.side = 'account'
             LEFT JOIN telephones t ON t.account_id = $1 AND t.person_id = p.id "
        )
    };
}

/// Which people of an account are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Those whose name or address holds these letters.
    pub text: String,
    /// Those after this one, by name.
    pub after: Option<PersonId>,
    /// At most as many.
    pub limit: u32,
}

/// People of an account, by name; programs are none.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: AccountId,
    wanted: &Wanted,
) -> Result<Vec<Contact>, Error> {
    if !reaches(tx, scope, account) {
        return Ok(Vec::new());
    }
    let letters = containing(&wanted.text);
    let rows = tx
        .all(
            sql!(
                contact_rows!(
                    "(SELECT DISTINCT w.id, w.name, w.email, w.language, w.time_zone, w.is_active
                      FROM people w JOIN memberships o ON o.person_id = w.id
                      WHERE o.organisation_id = $1 AND o.side = 'account' AND NOT w.is_service
                        AND lower(w.name || ' ' || w.email) LIKE $2 ESCAPE '!'
                        AND ((w.name, w.id) > (SELECT a.name, a.id FROM people a WHERE a.id = $3)
                             OR $3 IS NULL)
                      ORDER BY w.name, w.id LIMIT $4) p"
                ),
                "ORDER BY p.name, p.id, m.role"
            ),
            &[
                account.into(),
                letters.as_str().into(),
                wanted.after.into(),
                wanted.limit.into(),
            ],
        )
        .await?;
    Ok(together(rows))
}

/// A pattern for texts that hold these letters.
fn containing(letters: &str) -> String {
    let letters = letters.trim().to_lowercase();
    let escaped = letters
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    format!("%{escaped}%")
}

/// The administrators of an account, by name: those who were deactivated and who are only invited
/// too.
///
/// # Errors
/// Whatever the database says.
pub async fn administrators(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Contact>, Error> {
    let rows = tx
        .all(
            sql!(
                contact_rows!("people p"),
                "WHERE EXISTS (SELECT 1 FROM memberships o WHERE o.organisation_id = $1
                     AND o.person_id = p.id AND o.role <> 'end-user') AND NOT p.is_service
                 ORDER BY p.name, p.id, m.role"
            ),
            &[account.into()],
        )
        .await?;
    Ok(together(rows))
}

/// A person of an account.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: AccountId,
    person: PersonId,
) -> Result<Option<Contact>, Error> {
    if !reaches(tx, scope, account) {
        return Ok(None);
    }
    let rows = tx
        .all(
            sql!(
                contact_rows!("people p"),
                "WHERE p.id = $2 AND NOT p.is_service ORDER BY m.role"
            ),
            &[account.into(), person.into()],
        )
        .await?;
    Ok(together(rows).pop())
}

/// Whether a person belongs to another organisation as well.
///
/// # Errors
/// Whatever the database says.
pub async fn is_elsewhere(
    tx: &mut Tx<'_>,
    account: AccountId,
    person: PersonId,
) -> Result<bool, Error> {
    let any: Option<i64> = tx
        .opt(
            sql!(
                "SELECT 1 FROM memberships WHERE person_id = $1 AND organisation_id <> $2 LIMIT 1"
            ),
            &[person.into(), account.into()],
        )
        .await?;
    Ok(any.is_some())
}

/// Makes the roles of a person at an account these.
///
/// # Errors
/// Whatever the database says.
pub async fn save_roles(
    tx: &mut Tx<'_>,
    account: AccountId,
    contact: &Contact,
    roles: &[Role],
) -> Result<(), Error> {
    for role in roles {
        // What is known of the membership goes with every role of it.
        let give = sql!(
            "INSERT INTO memberships (organisation_id, person_id, side, role, deactivated_at, seen_at)
             SELECT organisation_id, person_id, side, CAST($1 AS text), max(deactivated_at), max(seen_at)
             FROM memberships
             WHERE organisation_id = $2 AND person_id = $3 AND side = 'account'
             GROUP BY organisation_id, person_id, side
             ON CONFLICT (organisation_id, person_id, role) DO NOTHING"
        );
        tx.exec(
            give,
            &[role.code().into(), account.into(), contact.id.into()],
        )
        .await?;
    }
    for role in contact.roles.iter().filter(|role| !roles.contains(role)) {
        let take = sql!(
            "DELETE FROM memberships
             WHERE organisation_id = $1 AND person_id = $2 AND side = 'account' AND role = $3"
        );
        tx.send(
            take,
            &[account.into(), contact.id.into(), role.code().into()],
        )
        .await?;
    }
    Ok(())
}

/// Lets a person sign in to an account no more, from an instant on, or again without one.
///
/// # Errors
/// Whatever the database says.
pub async fn save_deactivated(
    tx: &mut Tx<'_>,
    account: AccountId,
    person: PersonId,
    deactivated_at: Option<Moment>,
) -> Result<(), Error> {
    let save = sql!(
        "UPDATE memberships SET deactivated_at = $1
         WHERE organisation_id = $2 AND person_id = $3 AND side = 'account'"
    );
    tx.send(
        save,
        &[deactivated_at.into(), account.into(), person.into()],
    )
    .await
}

/// Ends what a person is signed in by at an account: their sessions.
///
/// # Errors
/// Whatever the database says.
pub async fn end_sessions(
    tx: &mut Tx<'_>,
    account: AccountId,
    person: PersonId,
) -> Result<(), Error> {
    let end = sql!("DELETE FROM sessions WHERE person_id = $1 AND organisation_id = $2");
    tx.send(end, &[person.into(), account.into()]).await
}

/// Revokes the API tokens of a person at an account.
///
/// # Errors
/// Whatever the database says.
pub async fn revoke_tokens(
    tx: &mut Tx<'_>,
    account: AccountId,
    person: PersonId,
    now: Moment,
) -> Result<(), Error> {
    let revoke = sql!(
        "UPDATE api_tokens SET revoked_at = $1
         WHERE person_id = $2 AND organisation_id = $3 AND revoked_at IS NULL"
    );
    tx.send(revoke, &[now.into(), person.into(), account.into()])
        .await
}

/// Whether anybody of an account has ever signed in there.
///
/// # Errors
/// Whatever the database says.
pub async fn has_anybody_joined(tx: &mut Tx<'_>, account: AccountId) -> Result<bool, Error> {
    let any: Option<i64> = tx
        .opt(
            sql!(
                "SELECT 1 FROM memberships m WHERE m.organisation_id = $1 AND m.side = 'account'
                   AND (m.seen_at IS NOT NULL
                        OR EXISTS (SELECT 1 FROM sessions s WHERE s.organisation_id = $1
                                   AND s.person_id = m.person_id))
                 LIMIT 1"
            ),
            &[account.into()],
        )
        .await?;
    Ok(any.is_some())
}
