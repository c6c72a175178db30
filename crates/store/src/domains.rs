//! Mail domains of accounts: claimed, proved to be theirs, and where an address leads.

use mainstay_domain::Moment;
use mainstay_domain::ids::AccountId;

use crate::db::{FromRow, Row};
use crate::{Error, Tx, sql};

/// A mail domain an account says is its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its name, in lower case ASCII.
    pub domain: String,
    /// What it has to show.
    pub proof: String,
    /// When it was last seen to show it; not verified without.
    pub verified_at: Option<Moment>,
    /// When that was last looked for.
    pub looked_at: Option<Moment>,
}

impl FromRow for Domain {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            domain: row.get("domain")?,
            proof: row.get("proof")?,
            verified_at: row.get("verified_at")?,
            looked_at: row.get("looked_at")?,
        })
    }
}

/// Claims a domain; `false` when the account has claimed it already.
///
/// # Errors
/// Whatever the database says.
pub async fn claim(
    tx: &mut Tx<'_>,
    account: AccountId,
    domain: &str,
    proof: &str,
    now: Moment,
) -> Result<bool, Error> {
    let insert = sql!(
        "INSERT INTO domains (account_id, domain, proof, claimed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, domain) DO NOTHING"
    );
    let values = [account.into(), domain.into(), proof.into(), now.into()];
    Ok(tx.exec(insert, &values).await? > 0)
}

/// The domains of an account, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Domain>, Error> {
    tx.all(
        sql!(
            "SELECT domain, proof, verified_at, looked_at FROM domains WHERE account_id = $1
             ORDER BY domain"
        ),
        &[account.into()],
    )
    .await
}

/// A domain of an account.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    tx: &mut Tx<'_>,
    account: AccountId,
    domain: &str,
) -> Result<Option<Domain>, Error> {
    tx.opt(
        sql!(
            "SELECT domain, proof, verified_at, looked_at FROM domains
             WHERE account_id = $1 AND domain = $2"
        ),
        &[account.into(), domain.into()],
    )
    .await
}

/// Notes that a domain has shown its proof; `false` when it belongs to another account.
///
/// # Errors
/// Whatever the database says.
pub async fn verify(
    tx: &mut Tx<'_>,
    account: AccountId,
    domain: &str,
    now: Moment,
) -> Result<bool, Error> {
    let lead = sql!(
        "INSERT INTO verified_domains (domain, organisation_id) VALUES ($1, $2)
         ON CONFLICT (domain) DO UPDATE SET organisation_id = verified_domains.organisation_id
         RETURNING organisation_id"
    );
    let holder: AccountId = tx.one(lead, &[domain.into(), account.into()]).await?;
    if holder != account {
        return Ok(false);
    }
    let note = sql!(
        "UPDATE domains SET verified_at = $1, looked_at = $1
         WHERE account_id = $2 AND domain = $3"
    );
    tx.send(note, &[now.into(), account.into(), domain.into()])
        .await?;
    Ok(true)
}

/// Notes that the proof was looked for and could not be asked after.
///
/// # Errors
/// Whatever the database says.
pub async fn looked(
    tx: &mut Tx<'_>,
    account: AccountId,
    domain: &str,
    now: Moment,
) -> Result<(), Error> {
    let note = sql!("UPDATE domains SET looked_at = $1 WHERE account_id = $2 AND domain = $3");
    tx.send(note, &[now.into(), account.into(), domain.into()])
        .await
}

/// An account's domain is not verified any more; addresses of it lead nowhere.
///
/// # Errors
/// Whatever the database says.
pub async fn lapse(
    tx: &mut Tx<'_>,
    account: AccountId,
    domain: &str,
    now: Moment,
) -> Result<(), Error> {
    let note = sql!(
        "UPDATE domains SET verified_at = NULL, looked_at = $1
         WHERE account_id = $2 AND domain = $3"
    );
    tx.send(note, &[now.into(), account.into(), domain.into()])
        .await?;
    leads_nowhere(tx, account, domain).await
}

/// An account gives a domain up.
///
/// # Errors
/// Whatever the database says.
pub async fn delete(tx: &mut Tx<'_>, account: AccountId, domain: &str) -> Result<(), Error> {
    let delete = sql!("DELETE FROM domains WHERE account_id = $1 AND domain = $2");
    tx.send(delete, &[account.into(), domain.into()]).await?;
    leads_nowhere(tx, account, domain).await
}

async fn leads_nowhere(tx: &mut Tx<'_>, account: AccountId, domain: &str) -> Result<(), Error> {
    let delete = sql!("DELETE FROM verified_domains WHERE domain = $1 AND organisation_id = $2");
    tx.send(delete, &[domain.into(), account.into()]).await
}

/// The account an address of a domain leads to, before anybody has signed in.
///
/// # Errors
/// Whatever the database says.
pub async fn holder(tx: &mut Tx<'_>, domain: &str) -> Result<Option<AccountId>, Error> {
    tx.opt(
        sql!("SELECT organisation_id FROM verified_domains WHERE domain = $1"),
        &[domain.into()],
    )
    .await
}
