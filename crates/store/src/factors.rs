//! Second factors: passkeys, apps that make codes, recovery codes; ceremonies that were begun and
//! can be ended once; and of which roles a factor is required. All of it is a person's own, not an
//! account's.

use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::ids::PersonId;
use uuid::Uuid;

use crate::db::{FromRow, Row};
use crate::people::{self, Organisation};
use crate::sessions::TokenHash;
use crate::{Error, Tx, sql};

/// A passkey of somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// What its authenticator calls it.
    pub credential_id: Vec<u8>,
    /// What its holder's forms call it.
    pub id: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// The name its holder gave it.
    pub name: String,
    /// Public key, counter and what else the ceremonies need, JSON.
    pub credential: String,
    /// When it was added.
    pub made_at: Moment,
    /// When it was last used.
    pub used_at: Option<Moment>,
}

impl FromRow for Passkey {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            credential_id: row.get("credential_id")?,
            id: row.get("id")?,
            person: row.get("person_id")?,
            name: row.get("name")?,
            credential: row.get("credential")?,
            made_at: row.get("made_at")?,
            used_at: row.get("used_at")?,
        })
    }
}

/// An app that makes codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeApp {
    /// The secret it shares with us.
    pub secret: Vec<u8>,
    /// The step of the last code that was taken.
    pub last_step: i64,
    /// When it was added.
    pub made_at: Moment,
}

impl FromRow for CodeApp {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            secret: row.get("secret")?,
            last_step: row.get("last_step")?,
            made_at: row.get("made_at")?,
        })
    }
}

/// How many factors of each sort somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Passkeys.
    pub passkeys: u32,
    /// Whether there is an app that makes codes.
    pub has_codes: bool,
    /// Recovery codes that were not used yet; no factor by themselves.
    pub recovery_codes: u32,
}

impl Held {
    /// Whether there is a factor at all.
    #[must_use]
    pub const fn any(self) -> bool {
        self.passkeys > 0 || self.has_codes
    }

    /// Whether there is exactly one.
    #[must_use]
    pub const fn is_last(self) -> bool {
        self.passkeys + self.has_codes as u32 == 1
    }
}

impl FromRow for Held {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            passkeys: row.get("passkeys")?,
            has_codes: row.get("has_codes")?,
            recovery_codes: row.get("recovery_codes")?,
        })
    }
}

/// Somebody of an organisation in one of their roles, with what factors they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The role.
    pub role: Role,
    /// Whether they have a passkey.
    pub has_passkey: bool,
    /// Whether they have an app that makes codes.
    pub has_codes: bool,
}

impl FromRow for Holder {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            person: row.get("id")?,
            name: row.get("name")?,
            email: row.get("email")?,
            role: people::role(row)?,
            has_passkey: row.get("has_passkey")?,
            has_codes: row.get("has_codes")?,
        })
    }
}

/// Lets nobody else change somebody's factors before this transaction ends: who removes one looks
/// first whether it is the last.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    let hold = sql!("SELECT id FROM people WHERE id = $1 FOR UPDATE");
    tx.opt::<PersonId>(hold, &[person.into()]).await.map(drop)
}

/// What factors somebody has.
///
/// # Errors
/// Whatever the database says.
pub async fn held(tx: &mut Tx<'_>, person: PersonId) -> Result<Held, Error> {
    tx.one(
        sql!(
            "SELECT (SELECT count(*) FROM passkeys WHERE person_id = $1) AS passkeys,
                 EXISTS (SELECT 1 FROM code_apps WHERE person_id = $1) AS has_codes,
                 (SELECT count(*) FROM recovery_codes WHERE person_id = $1 AND used_at IS NULL)
                     AS recovery_codes"
        ),
        &[person.into()],
    )
    .await
}

/// Somebody's passkeys, the oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn passkeys(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Passkey>, Error> {
    tx.all(
        sql!(
            "SELECT credential_id, id, person_id, name, credential, made_at, used_at
             FROM passkeys WHERE person_id = $1 ORDER BY made_at, id"
        ),
        &[person.into()],
    )
    .await
}

/// The passkey of a credential, in order to use it.
///
/// # Errors
/// Whatever the database says.
pub async fn find_passkey_to_change(
    tx: &mut Tx<'_>,
    credential_id: &[u8],
) -> Result<Option<Passkey>, Error> {
    tx.opt(
        sql!(
            "SELECT credential_id, id, person_id, name, credential, made_at, used_at
             FROM passkeys WHERE credential_id = $1 FOR UPDATE"
        ),
        &[credential_id.into()],
    )
    .await
}

/// Keeps a new passkey.
///
/// # Errors
/// A duplicate credential; whatever the database says.
pub async fn insert_passkey(tx: &mut Tx<'_>, passkey: &Passkey) -> Result<(), Error> {
    let insert = sql!(
        "INSERT INTO passkeys (credential_id, id, person_id, name, credential, made_at, used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    tx.exec(
        insert,
        &[
            (&passkey.credential_id).into(),
            passkey.id.into(),
            passkey.person.into(),
            (&passkey.name).into(),
            (&passkey.credential).into(),
            passkey.made_at.into(),
            passkey.used_at.into(),
        ],
    )
    .await
    .map(drop)
}

/// Keeps what a passkey is after it was used.
///
/// # Errors
/// Whatever the database says.
pub async fn save_use(
    tx: &mut Tx<'_>,
    credential_id: &[u8],
    credential: &str,
    now: Moment,
) -> Result<(), Error> {
    let save = sql!("UPDATE passkeys SET credential = $1, used_at = $2 WHERE credential_id = $3");
    tx.send(save, &[credential.into(), now.into(), credential_id.into()])
        .await
}

/// Renames a passkey of somebody's and gives the name it had; nothing if it is not theirs.
///
/// # Errors
/// Whatever the database says.
pub async fn rename_passkey(
    tx: &mut Tx<'_>,
    person: PersonId,
    id: Uuid,
    name: &str,
) -> Result<Option<String>, Error> {
    let find = sql!("SELECT name FROM passkeys WHERE person_id = $1 AND id = $2 FOR UPDATE");
    let was: Option<String> = tx.opt(find, &[person.into(), id.into()]).await?;
    if was.is_some() {
        let save = sql!("UPDATE passkeys SET name = $1 WHERE person_id = $2 AND id = $3");
        tx.send(save, &[name.into(), person.into(), id.into()])
            .await?;
    }
    Ok(was)
}

/// Removes a passkey of somebody's and gives its name; nothing if it is not theirs.
///
/// # Errors
/// Whatever the database says.
pub async fn delete_passkey(
    tx: &mut Tx<'_>,
    person: PersonId,
    id: Uuid,
) -> Result<Option<String>, Error> {
    let delete = sql!("DELETE FROM passkeys WHERE person_id = $1 AND id = $2 RETURNING name");
    tx.opt(delete, &[person.into(), id.into()]).await
}

/// Somebody's app that makes codes.
///
/// # Errors
/// Whatever the database says.
pub async fn find_code_app(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<CodeApp>, Error> {
    let find = sql!("SELECT secret, last_step, made_at FROM code_apps WHERE person_id = $1");
    tx.opt(find, &[person.into()]).await
}

/// Keeps an app that makes codes, in place of the one before.
///
/// # Errors
/// Whatever the database says.
pub async fn save_code_app(tx: &mut Tx<'_>, person: PersonId, app: &CodeApp) -> Result<(), Error> {
    let save = sql!(
        "INSERT INTO code_apps (person_id, secret, last_step, made_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id) DO UPDATE SET secret = excluded.secret,
             last_step = excluded.last_step, made_at = excluded.made_at"
    );
    tx.send(
        save,
        &[
            person.into(),
            (&app.secret).into(),
            app.last_step.into(),
            app.made_at.into(),
        ],
    )
    .await
}

/// Takes the code of a step; `false` when one of this step or a later one was taken before, by
/// whichever node.
///
/// # Errors
/// Whatever the database says.
pub async fn use_step(tx: &mut Tx<'_>, person: PersonId, step: i64) -> Result<bool, Error> {
    let take = sql!("UPDATE code_apps SET last_step = $1 WHERE person_id = $2 AND last_step < $1");
    Ok(tx.exec(take, &[step.into(), person.into()]).await? > 0)
}

/// Removes somebody's app that makes codes; whether there was one.
///
/// # Errors
/// Whatever the database says.
pub async fn delete_code_app(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, Error> {
    let delete = sql!("DELETE FROM code_apps WHERE person_id = $1");
    Ok(tx.exec(delete, &[person.into()]).await? > 0)
}

/// Keeps new recovery codes, hashed; those from before are void.
///
/// # Errors
/// Whatever the database says.
pub async fn replace_recovery_codes(
    tx: &mut Tx<'_>,
    person: PersonId,
    hashes: &[TokenHash],
    now: Moment,
) -> Result<(), Error> {
    let void = sql!("DELETE FROM recovery_codes WHERE person_id = $1");
    tx.send(void, &[person.into()]).await?;
    for hash in hashes {
        let insert =
            sql!("INSERT INTO recovery_codes (person_id, code_hash, made_at) VALUES ($1, $2, $3)");
        tx.send(insert, &[person.into(), hash.as_slice().into(), now.into()])
            .await?;
    }
    Ok(())
}

/// Uses a recovery code; `false` when it is none, or was used before.
///
/// # Errors
/// Whatever the database says.
pub async fn use_recovery_code(
    tx: &mut Tx<'_>,
    person: PersonId,
    hash: &TokenHash,
    now: Moment,
) -> Result<bool, Error> {
    let mark = sql!(
        "UPDATE recovery_codes SET used_at = $1
         WHERE person_id = $2 AND code_hash = $3 AND used_at IS NULL"
    );
    let marked = tx
        .exec(mark, &[now.into(), person.into(), hash.as_slice().into()])
        .await?;
    Ok(marked > 0)
}

/// Takes every factor of somebody's away: for a reset that somebody else has started.
///
/// # Errors
/// Whatever the database says.
pub async fn delete_all(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    for delete in [
        sql!("DELETE FROM passkeys WHERE person_id = $1"),
        sql!("DELETE FROM code_apps WHERE person_id = $1"),
        sql!("DELETE FROM recovery_codes WHERE person_id = $1"),
        sql!("DELETE FROM ceremonies WHERE person_id = $1"),
    ] {
        tx.send(delete, &[person.into()]).await?;
    }
    Ok(())
}

/// What was begun and can be ended once.
#[derive(Debug, Clone, Copy)]
pub struct Ceremony<'a> {
    /// The word its bearer ends it with, hashed.
    pub token: &'a TokenHash,
    /// What it is for: it can be ended as nothing else.
    pub purpose: &'a str,
    /// Whose it is, if that is known yet.
    pub person: Option<PersonId>,
    /// What is needed at its end.
    pub state: &'a str,
    /// From when on it cannot be ended any more.
    pub expires_at: Moment,
}

/// Keeps a ceremony, and forgets those that were never ended.
///
/// # Errors
/// Whatever the database says.
pub async fn begin(tx: &mut Tx<'_>, ceremony: &Ceremony<'_>, now: Moment) -> Result<(), Error> {
    let forget = sql!("DELETE FROM ceremonies WHERE expires_at <= $1");
    tx.send(forget, &[now.into()]).await?;
    let insert = sql!(
        "INSERT INTO ceremonies (token_hash, purpose, person_id, state, expires_at)
         VALUES ($1, $2, $3, $4, $5)"
    );
    tx.send(
        insert,
        &[
            ceremony.token.as_slice().into(),
            ceremony.purpose.into(),
            ceremony.person.into(),
            ceremony.state.into(),
            ceremony.expires_at.into(),
        ],
    )
    .await
}

/// Looks at a ceremony that can still be ended: whose it is, and its state.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    purpose: &str,
    now: Moment,
) -> Result<Option<(Option<PersonId>, String)>, Error> {
    let find = sql!(
        "SELECT person_id, state FROM ceremonies
         WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3"
    );
    tx.opt(find, &[token.as_slice().into(), purpose.into(), now.into()])
        .await
}

/// Ends a ceremony: whose it was, and its state; nothing when it was ended before, has expired or
/// is for something else.
///
/// # Errors
/// Whatever the database says.
pub async fn end(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    purpose: &str,
    now: Moment,
) -> Result<Option<(Option<PersonId>, String)>, Error> {
    let end = sql!(
        "DELETE FROM ceremonies WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3
         RETURNING person_id, state"
    );
    tx.opt(end, &[token.as_slice().into(), purpose.into(), now.into()])
        .await
}

/// The roles of an organisation that need a second factor.
///
/// # Errors
/// Whatever the database says.
pub async fn required(tx: &mut Tx<'_>, organisation: Organisation) -> Result<Vec<Role>, Error> {
    let (_, id) = organisation.columns();
    let list = sql!("SELECT role FROM required_factors WHERE organisation_id = $1 ORDER BY role");
    let codes: Vec<String> = tx.all(list, &[id.into()]).await?;
    Ok(codes
        .iter()
        .filter_map(|code| Role::from_code(code))
        .collect())
}

/// Keeps which roles of an organisation need a second factor.
///
/// # Errors
/// Whatever the database says.
pub async fn save_required(
    tx: &mut Tx<'_>,
    organisation: Organisation,
    roles: &[Role],
) -> Result<(), Error> {
    let (_, id) = organisation.columns();
    let forget = sql!("DELETE FROM required_factors WHERE organisation_id = $1");
    tx.send(forget, &[id.into()]).await?;
    for role in roles {
        let insert = sql!("INSERT INTO required_factors (organisation_id, role) VALUES ($1, $2)");
        tx.send(insert, &[id.into(), role.code().into()]).await?;
    }
    Ok(())
}

/// People of an organisation who may sign in, a row for each role, at most `limit` rows: those
/// without a factor first, then by name.
///
/// # Errors
/// Whatever the database says.
pub async fn holders(
    tx: &mut Tx<'_>,
    organisation: Organisation,
    limit: u32,
) -> Result<Vec<Holder>, Error> {
    let (_, id) = organisation.columns();
    tx.all(
        sql!(
            "SELECT p.id, p.name, p.email, m.role,
                 EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = p.id) AS has_passkey,
                 EXISTS (SELECT 1 FROM code_apps a WHERE a.person_id = p.id) AS has_codes
             FROM memberships m JOIN people p ON p.id = m.person_id
             WHERE m.organisation_id = $1 AND m.deactivated_at IS NULL AND p.is_active
               AND NOT p.is_service
             ORDER BY CASE WHEN EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = p.id)
                 OR EXISTS (SELECT 1 FROM code_apps a WHERE a.person_id = p.id) THEN 1 ELSE 0 END,
                 p.name, p.id, m.role
             LIMIT $2"
        ),
        &[id.into(), limit.into()],
    )
    .await
}
