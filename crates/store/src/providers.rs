//! Sign-in providers of organisations, the identities people have there, and sign-ins that have
//! left for one and not come back yet.

use mainstay_domain::Moment;
use mainstay_domain::ids::{AccountId, PersonId};
use uuid::Uuid;

use crate::db::{FromRow, Row};
use crate::people::Organisation;
use crate::scope::NOBODY;
use crate::sessions::{How, TokenHash};
use crate::{Error, Tx, sql};

/// Whose a provider is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The vendor's, for its own people; it may have several.
    Vendor,
    /// An account's, which has one at most.
    Account(AccountId),
}

impl Holder {
    /// The holder of an organisation's providers; partners have none.
    #[must_use]
    pub const fn of(organisation: Organisation) -> Option<Self> {
        match organisation {
            Organisation::Vendor => Some(Self::Vendor),
            Organisation::Account(account) => Some(Self::Account(account)),
            Organisation::Partner(_) => None,
        }
    }

    /// The account; none for the vendor.
    #[must_use]
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Self::Vendor => None,
            Self::Account(account) => Some(account),
        }
    }

    /// The organisation its people belong to.
    #[must_use]
    pub const fn organisation(self) -> Organisation {
        match self {
            Self::Vendor => Organisation::Vendor,
            Self::Account(account) => Organisation::Account(account),
        }
    }

    /// What stands in `account_id`: nil for the vendor.
    #[must_use]
    pub(crate) const fn id(self) -> Uuid {
        match self {
            Self::Vendor => NOBODY,
            Self::Account(account) => account.0,
        }
    }

    fn read(id: Uuid) -> Self {
        if id == NOBODY {
            Self::Vendor
        } else {
            Self::Account(AccountId(id))
        }
    }
}

/// A sign-in provider: where an organisation's people sign in, by OpenID Connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Whose it is.
    pub holder: Holder,
    /// Its identity; an account's has the account's.
    pub id: Uuid,
    /// What people know it by.
    pub name: String,
    /// The address it calls itself, exactly.
    pub issuer: String,
    /// What it knows this instance by.
    pub client_id: String,
    /// By what it knows that this instance asks; never shown.
    pub client_secret: String,
    /// Whether it is believed when it says that somebody has shown two factors.
    pub trusts_factors: bool,
    /// Whether people of the account sign in with it alone.
    pub is_only: bool,
    /// Whether people can sign in with it.
    pub is_enabled: bool,
    /// When somebody last signed in with it as it is now, to see whether it works.
    pub tested_at: Option<Moment>,
}

impl FromRow for Provider {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            holder: Holder::read(row.get("account_id")?),
            id: row.get("id")?,
            name: row.get("name")?,
            issuer: row.get("issuer")?,
            client_id: row.get("client_id")?,
            client_secret: row.get("client_secret")?,
            trusts_factors: row.get("trusts_factors")?,
            is_only: row.get("is_only")?,
            is_enabled: row.get("is_enabled")?,
            tested_at: row.get("tested_at")?,
        })
    }
}

/// Keeps a provider, new or changed.
///
/// # Errors
/// Whatever the database says.
pub async fn save(tx: &mut Tx<'_>, provider: &Provider, now: Moment) -> Result<(), Error> {
    tx.send(
        sql!(
            "INSERT INTO providers (account_id, id, name, issuer, client_id, client_secret,
                 trusts_factors, is_only, is_enabled, tested_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (account_id, id) DO UPDATE SET name = excluded.name,
                 issuer = excluded.issuer, client_id = excluded.client_id,
                 client_secret = excluded.client_secret,
                 trusts_factors = excluded.trusts_factors, is_only = excluded.is_only,
                 is_enabled = excluded.is_enabled, tested_at = excluded.tested_at"
        ),
        &[
            provider.holder.id().into(),
            provider.id.into(),
            provider.name.as_str().into(),
            provider.issuer.as_str().into(),
            provider.client_id.as_str().into(),
            provider.client_secret.as_str().into(),
            provider.trusts_factors.into(),
            provider.is_only.into(),
            provider.is_enabled.into(),
            provider.tested_at.into(),
            now.into(),
        ],
    )
    .await
}

/// The providers of an organisation, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx<'_>, holder: Holder) -> Result<Vec<Provider>, Error> {
    tx.all(
        sql!(
            "SELECT account_id, id, name, issuer, client_id, client_secret, trusts_factors,
                 is_only, is_enabled, tested_at
             FROM providers WHERE account_id = $1 ORDER BY name, id"
        ),
        &[holder.id().into()],
    )
    .await
}

/// A provider of an organisation.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx<'_>, holder: Holder, id: Uuid) -> Result<Option<Provider>, Error> {
    tx.opt(
        sql!(
            "SELECT account_id, id, name, issuer, client_id, client_secret, trusts_factors,
                 is_only, is_enabled, tested_at
             FROM providers WHERE account_id = $1 AND id = $2"
        ),
        &[holder.id().into(), id.into()],
    )
    .await
}

/// A provider of an organisation, held until the transaction that changes it ends.
///
/// # Errors
/// Whatever the database says.
pub async fn find_to_change(
    tx: &mut Tx<'_>,
    holder: Holder,
    id: Uuid,
) -> Result<Option<Provider>, Error> {
    tx.opt(
        sql!(
            "SELECT account_id, id, name, issuer, client_id, client_secret, trusts_factors,
                 is_only, is_enabled, tested_at
             FROM providers WHERE account_id = $1 AND id = $2 FOR UPDATE"
        ),
        &[holder.id().into(), id.into()],
    )
    .await
}

/// Removes a provider, with the identities of its issuer that nobody can sign in with any more.
///
/// # Errors
/// Whatever the database says.
pub async fn delete(tx: &mut Tx<'_>, provider: &Provider) -> Result<(), Error> {
    let holder = provider.holder.id();
    tx.send(
        sql!("DELETE FROM providers WHERE account_id = $1 AND id = $2"),
        &[holder.into(), provider.id.into()],
    )
    .await?;
    tx.send(
        sql!(
            "DELETE FROM identities WHERE account_id = $1 AND issuer = $2 AND NOT EXISTS (
                 SELECT 1 FROM providers p WHERE p.account_id = $1 AND p.issuer = $2)"
        ),
        &[holder.into(), provider.issuer.as_str().into()],
    )
    .await
}

/// Ends the sessions that an organisation's providers vouched for, but for the one at hand.
///
/// # Errors
/// Whatever the database says.
pub async fn end_sessions(
    tx: &mut Tx<'_>,
    holder: Holder,
    person: Option<PersonId>,
    but: &[u8],
) -> Result<Vec<PersonId>, Error> {
    let (side, organisation) = holder.organisation().columns();
    tx.all(
        sql!(
            "DELETE FROM sessions WHERE side = $1 AND organisation_id = $2 AND how = $3
               AND token_hash <> $4 AND (person_id = $5 OR $5 IS NULL)
             RETURNING person_id"
        ),
        &[
            side.into(),
            organisation.into(),
            How::Provider.code().into(),
            but.into(),
            person.into(),
        ],
    )
    .await
}

/// Who somebody is at a provider, and whose identity that is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// What its holder knows it by.
    pub id: Uuid,
    /// The provider's issuer.
    pub issuer: String,
    /// Who they are there.
    pub subject: String,
    /// Who they are here.
    pub person: PersonId,
    /// What the provider calls them; says nothing about who they are.
    pub name: String,
    /// When it was linked.
    pub linked_at: Moment,
    /// When somebody last signed in with it.
    pub used_at: Option<Moment>,
}

impl FromRow for Identity {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            issuer: row.get("issuer")?,
            subject: row.get("subject")?,
            person: row.get("person_id")?,
            name: row.get("name")?,
            linked_at: row.get("linked_at")?,
            used_at: row.get("used_at")?,
        })
    }
}

/// Links an identity; `false` when it is linked already, to whomever.
///
/// # Errors
/// Whatever the database says.
pub async fn link(tx: &mut Tx<'_>, holder: Holder, identity: &Identity) -> Result<bool, Error> {
    let insert = sql!(
        "INSERT INTO identities (account_id, issuer, subject, id, person_id, name, linked_at,
             used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (account_id, issuer, subject) DO NOTHING"
    );
    let linked = tx
        .exec(
            insert,
            &[
                holder.id().into(),
                identity.issuer.as_str().into(),
                identity.subject.as_str().into(),
                identity.id.into(),
                identity.person.into(),
                identity.name.as_str().into(),
                identity.linked_at.into(),
                identity.used_at.into(),
            ],
        )
        .await?;
    Ok(linked > 0)
}

/// The identity of an issuer and subject in an organisation.
///
/// # Errors
/// Whatever the database says.
pub async fn identity(
    tx: &mut Tx<'_>,
    holder: Holder,
    issuer: &str,
    subject: &str,
) -> Result<Option<Identity>, Error> {
    tx.opt(
        sql!(
            "SELECT id, issuer, subject, person_id, name, linked_at, used_at FROM identities
             WHERE account_id = $1 AND issuer = $2 AND subject = $3"
        ),
        &[holder.id().into(), issuer.into(), subject.into()],
    )
    .await
}

/// The identities of a person in an organisation, the first linked first.
///
/// # Errors
/// Whatever the database says.
pub async fn identities(
    tx: &mut Tx<'_>,
    holder: Holder,
    person: PersonId,
) -> Result<Vec<Identity>, Error> {
    tx.all(
        sql!(
            "SELECT id, issuer, subject, person_id, name, linked_at, used_at FROM identities
             WHERE account_id = $1 AND person_id = $2 ORDER BY linked_at, id"
        ),
        &[holder.id().into(), person.into()],
    )
    .await
}

/// Notes that somebody signed in with an identity.
///
/// # Errors
/// Whatever the database says.
pub async fn mark_used(
    tx: &mut Tx<'_>,
    holder: Holder,
    identity: &Identity,
    now: Moment,
) -> Result<(), Error> {
    tx.send(
        sql!(
            "UPDATE identities SET used_at = $1
             WHERE account_id = $2 AND issuer = $3 AND subject = $4"
        ),
        &[
            now.into(),
            holder.id().into(),
            identity.issuer.as_str().into(),
            identity.subject.as_str().into(),
        ],
    )
    .await
}

/// Takes an identity away.
///
/// # Errors
/// Whatever the database says.
pub async fn unlink(tx: &mut Tx<'_>, holder: Holder, identity: &Identity) -> Result<(), Error> {
    tx.send(
        sql!("DELETE FROM identities WHERE account_id = $1 AND issuer = $2 AND subject = $3"),
        &[
            holder.id().into(),
            identity.issuer.as_str().into(),
            identity.subject.as_str().into(),
        ],
    )
    .await
}

/// What somebody goes to a provider for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To link who they are there, from a session here.
    Link,
    /// To see whether it works, as who sets it up; links as well.
    Test,
    /// To accept an invitation.
    Accept,
}

impl Purpose {
    const ALL: [Self; 4] = [Self::SignIn, Self::Link, Self::Test, Self::Accept];

    /// The word it is kept as.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Link => "link",
            Self::Test => "test",
            Self::Accept => "accept",
        }
    }
}

/// A sign-in that has left for a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Whose the provider is.
    pub holder: Holder,
    /// Which.
    pub provider: Uuid,
    /// What for.
    pub purpose: Purpose,
    /// Who links, tests or was invited; nobody yet who signs in.
    pub person: Option<PersonId>,
    /// The invitation, hashed.
    pub link: Option<TokenHash>,
    /// What the provider's answer has to carry.
    pub nonce: String,
    /// What proves to the provider that whoever left comes back.
    pub verifier: String,
    /// Where to go afterwards, on this instance.
    pub back: String,
}

impl FromRow for Attempt {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let purpose: String = row.get("purpose")?;
        let link: Option<Vec<u8>> = row.get("link_hash")?;
        let wrong = |column: &str, found: String| Error::Decode {
            column: column.to_owned(),
            wanted: "what this version knows",
            found,
        };
        let link = link.map(|hash| {
            TokenHash::try_from(hash).map_err(|hash| wrong("link_hash", hash.len().to_string()))
        });
        Ok(Self {
            holder: Holder::read(row.get("organisation_id")?),
            provider: row.get("provider_id")?,
            purpose: Purpose::ALL
                .into_iter()
                .find(|one| one.code() == purpose)
                .ok_or_else(|| wrong("purpose", purpose))?,
            person: row.get("person_id")?,
            link: link.transpose()?,
            nonce: row.get("nonce")?,
            verifier: row.get("verifier")?,
            back: row.get("back")?,
        })
    }
}

/// By what a sign-in that comes back is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return<'a> {
    /// The state that went with it, hashed.
    pub state: &'a TokenHash,
    /// The cookie of the browser it left from, hashed.
    pub browser: &'a TokenHash,
}

/// Keeps a sign-in that leaves, and forgets those that are too late.
///
/// # Errors
/// Whatever the database says.
pub async fn insert_attempt(
    tx: &mut Tx<'_>,
    known_by: Return<'_>,
    attempt: &Attempt,
    now: Moment,
    expires_at: Moment,
) -> Result<(), Error> {
    let forget = sql!("DELETE FROM provider_attempts WHERE expires_at <= $1");
    tx.send(forget, &[now.into()]).await?;
    tx.send(
        sql!(
            "INSERT INTO provider_attempts (state_hash, browser_hash, organisation_id,
                 provider_id, purpose, person_id, link_hash, nonce, verifier, back, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        &[
            known_by.state.as_slice().into(),
            known_by.browser.as_slice().into(),
            attempt.holder.id().into(),
            attempt.provider.into(),
            attempt.purpose.code().into(),
            attempt.person.into(),
            attempt.link.as_ref().map(|hash| hash.as_slice()).into(),
            attempt.nonce.as_str().into(),
            attempt.verifier.as_str().into(),
            attempt.back.as_str().into(),
            expires_at.into(),
        ],
    )
    .await
}

/// Takes a sign-in that comes back in time, to the browser it left from: once.
///
/// # Errors
/// Whatever the database says.
pub async fn take_attempt(
    tx: &mut Tx<'_>,
    known_by: Return<'_>,
    provider: Uuid,
    now: Moment,
) -> Result<Option<Attempt>, Error> {
    tx.opt(
        sql!(
            "DELETE FROM provider_attempts
             WHERE state_hash = $1 AND browser_hash = $2 AND provider_id = $3 AND expires_at > $4
             RETURNING organisation_id, provider_id, purpose, person_id, link_hash, nonce,
                 verifier, back"
        ),
        &[
            known_by.state.as_slice().into(),
            known_by.browser.as_slice().into(),
            provider.into(),
            now.into(),
        ],
    )
    .await
}
