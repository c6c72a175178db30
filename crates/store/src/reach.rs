//! How far a transaction reaches: the second wall, which PostgreSQL keeps by itself.
//!
//! A statement without its account finds nothing there, since the rows of an account-owned table
//! exist only for a transaction whose reach was set. It is set from who somebody is, when that is
//! read, and again from every grant; it ends with the transaction. On SQLite it means nothing.

use mainstay_domain::access::{Principal, Scope};
use mainstay_domain::ids::{AccountId, PartnerId};

use crate::db::Reach;
use crate::{Error, Tx};

/// Lets a transaction reach what somebody acts for.
///
/// # Errors
/// Whatever the database says.
pub async fn of(tx: &mut Tx<'_>, principal: &Principal) -> Result<(), Error> {
    one_or_all(tx, principal.account()).await
}

/// Lets a transaction see what was delegated to a partner.
pub(crate) async fn partner(tx: &mut Tx<'_>, partner: PartnerId) -> Result<(), Error> {
    tx.reach(Reach::Delegations(partner.0)).await
}

/// Lets a transaction reach what a scope does.
pub(crate) async fn scope(tx: &mut Tx<'_>, scope: &Scope) -> Result<(), Error> {
    one_or_all(tx, scope.account()).await
}

/// Lets a transaction reach one account, or all for the vendor's people.
pub(crate) async fn one_or_all(tx: &mut Tx<'_>, account: Option<AccountId>) -> Result<(), Error> {
    tx.reach(account.map_or(Reach::Desk, |account| Reach::Account(account.0)))
        .await
}
