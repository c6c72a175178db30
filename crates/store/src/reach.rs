//! How far a transaction reaches: the second wall, which PostgreSQL keeps by itself.
//!
//! A statement without its account finds nothing there, since the rows of an account-owned table
//! exist only for a transaction whose reach was set. It is set from who somebody is, when that is
//! read, and again from every grant; it ends with the transaction. On SQLite it means nothing.

use mainstay_domain::access::{Principal, Scope};
use mainstay_domain::ids::{AccountId, PartnerId};

use crate::Tx;
use crate::db::Reach;
use crate::people::Organisation;
use crate::scope::NOBODY;

/// Lets a transaction reach what somebody acts for.
pub fn of(tx: &mut Tx<'_>, principal: &Principal) {
    one_or_all(tx, principal.account());
}

/// Lets a transaction reach an account that belongs to the organisation somebody proved to belong
/// to just now, by a password or a link; of the vendor's and of partners it reaches none. Also to
/// note in an account's log what befell one of its people.
pub fn organisation(tx: &mut Tx<'_>, organisation: Organisation) {
    if let Organisation::Account(account) = organisation {
        tx.reach(Reach::Account(account.0));
    }
}

/// Lets a transaction reach the organisation that vouches for somebody who is not signed in yet:
/// the account of a provider they were led to or came back from, or the vendor without one.
pub fn signing_in(tx: &mut Tx<'_>, account: Option<AccountId>) {
    tx.reach(Reach::Account(account.map_or(NOBODY, |account| account.0)));
}

/// Lets a transaction see what was delegated to a partner.
pub(crate) fn partner(tx: &mut Tx<'_>, partner: PartnerId) {
    tx.reach(Reach::Delegations(partner.0));
}

/// Lets a transaction reach the one account a partner's ask was made of, which the partner named
/// by its number and name: to note there that it was asked, and to tell who may answer.
pub(crate) fn asked(tx: &mut Tx<'_>, account: AccountId) {
    tx.reach(Reach::Account(account.0));
}

/// Lets a transaction read cases of the accounts of these scopes, on a list that spans them.
pub(crate) fn shared<'a>(tx: &mut Tx<'_>, scopes: impl Iterator<Item = &'a Scope>) {
    let accounts: Vec<_> = scopes
        .filter_map(|scope| scope.account().map(|id| id.0))
        .collect();
    tx.share(&accounts);
}

/// Lets a transaction reach what a scope does.
pub(crate) fn scope(tx: &mut Tx<'_>, scope: &Scope) {
    one_or_all(tx, scope.account());
}

/// Lets a transaction reach one account, or all for the vendor's people.
pub(crate) fn one_or_all(tx: &mut Tx<'_>, account: Option<AccountId>) {
    tx.reach(account.map_or(Reach::Desk, |account| Reach::Account(account.0)));
}
