//! For which subscriptions delegations hold, where the customer named some.

use std::collections::HashMap;
use std::hash::Hash;

use mainstay_domain::Moment;
use mainstay_domain::access::Grant;
use mainstay_domain::access::delegation::Covered;
use mainstay_domain::ids::{AccountId, PartnerId, SubscriptionId};

use super::{Delegation, account_of};
use crate::accounts::Subscription;
use crate::db::{FromRow, Row};
use crate::{Error, Tx, reach, sql};

/// Keeps for which subscriptions of an account a partner acts, instead of those before. The
/// transaction reaches the account.
pub(super) async fn save(
    tx: &mut Tx<'_>,
    (account, partner): (AccountId, PartnerId),
    covered: &Covered,
) -> Result<(), Error> {
    let forget =
        sql!("DELETE FROM delegation_subscriptions WHERE account_id = $1 AND partner_id = $2");
    tx.send(forget, &[account.into(), partner.into()]).await?;
    for subscription in covered.limit().unwrap_or_default() {
        let name = sql!(
            "INSERT INTO delegation_subscriptions (account_id, partner_id, subscription_id)
             VALUES ($1, $2, $3)"
        );
        let values = [account.into(), partner.into(), (*subscription).into()];
        tx.send(name, &values).await?;
    }
    Ok(())
}

/// The subscriptions an account named for a partner, for a transaction that reaches either.
pub(crate) async fn of_one(
    tx: &mut Tx<'_>,
    account: AccountId,
    partner: PartnerId,
) -> Result<Vec<SubscriptionId>, Error> {
    let list = sql!(
        "SELECT subscription_id FROM delegation_subscriptions
         WHERE account_id = $1 AND partner_id = $2"
    );
    tx.all(list, &[account.into(), partner.into()]).await
}

/// The subscriptions each customer named for a partner.
pub(super) async fn of_partner(
    tx: &mut Tx<'_>,
    partner: PartnerId,
) -> Result<HashMap<AccountId, Vec<SubscriptionId>>, Error> {
    let list = sql!(
        "SELECT s.account_id, s.subscription_id FROM delegation_subscriptions s
         WHERE s.partner_id = $1"
    );
    Ok(by_key(tx.all(list, &[partner.into()]).await?))
}

/// The subscriptions the account of a grant named for each of its partners.
async fn of_account(
    tx: &mut Tx<'_>,
    grant: &Grant,
) -> Result<HashMap<PartnerId, Vec<SubscriptionId>>, Error> {
    let account = account_of(tx, grant);
    let list = sql!(
        "SELECT partner_id, subscription_id FROM delegation_subscriptions WHERE account_id = $1"
    );
    Ok(by_key(tx.all(list, &[account.into()]).await?))
}

fn by_key<K: Eq + Hash>(rows: Vec<(K, SubscriptionId)>) -> HashMap<K, Vec<SubscriptionId>> {
    let mut found: HashMap<K, Vec<SubscriptionId>> = HashMap::new();
    for (key, subscription) in rows {
        found.entry(key).or_default().push(subscription);
    }
    found
}

/// Whether a row was read whose subscriptions are still to be.
fn is_limited(one: &Delegation) -> bool {
    one.terms.covered.limit().is_some()
}

/// Adds the subscriptions to delegations of the account of a grant.
pub(super) async fn fill_of_account(
    tx: &mut Tx<'_>,
    grant: &Grant,
    delegations: &mut [Delegation],
) -> Result<(), Error> {
    if !delegations.iter().any(is_limited) {
        return Ok(());
    }
    let mut named = of_account(tx, grant).await?;
    for one in delegations.iter_mut().filter(|one| is_limited(one)) {
        one.terms.covered = Covered::named(named.remove(&one.partner).unwrap_or_default());
    }
    Ok(())
}

/// Adds the subscriptions to delegations of a partner's customers.
pub(super) async fn fill_of_partner(
    tx: &mut Tx<'_>,
    partner: PartnerId,
    delegations: &mut [Delegation],
) -> Result<(), Error> {
    if !delegations.iter().any(is_limited) {
        return Ok(());
    }
    let mut named = of_partner(tx, partner).await?;
    for one in delegations.iter_mut().filter(|one| is_limited(one)) {
        one.terms.covered = Covered::named(named.remove(&one.account).unwrap_or_default());
    }
    Ok(())
}

/// A subscription a customer named for a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSubscription {
    /// The subscription.
    pub subscription: Subscription,
    /// The code of its customer's support region.
    pub region: String,
}

impl FromRow for NamedSubscription {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            subscription: Subscription::from_row(row)?,
            region: row.get("region")?,
        })
    }
}

/// The subscriptions for which customers let a partner act now, the latest first.
///
/// # Errors
/// Whatever the database says.
pub async fn named_subscriptions(
    tx: &mut Tx<'_>,
    partner: PartnerId,
    now: Moment,
) -> Result<Vec<NamedSubscription>, Error> {
    reach::partner(tx, partner);
    tx.all(
        sql!(
            "SELECT s.account_id, s.subscription_id AS id, u.plan, u.is_trial, u.offer,
                    u.additional_service, u.seats, u.starts_on, u.ends_on, a.region
             FROM delegation_subscriptions s
             JOIN delegations d ON d.account_id = s.account_id AND d.partner_id = s.partner_id
             JOIN subscriptions u ON u.account_id = s.account_id AND u.id = s.subscription_id
             JOIN accounts a ON a.id = s.account_id
             WHERE s.partner_id = $1 AND d.removed_at IS NULL AND d.ends_at > $2
             ORDER BY u.starts_on DESC, u.id"
        ),
        &[partner.into(), now.into()],
    )
    .await
}
