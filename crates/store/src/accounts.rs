//! Customers: accounts, what they hold, and the partners they let act for them.

use jiff::civil::Date;
use mainstay_domain::Moment;
use mainstay_domain::access::Delegated;
use mainstay_domain::access::delegation::{Covered, next_timer};
use mainstay_domain::edition::Kind;
use mainstay_domain::entitlement::Holding;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId, SubscriptionId};

use crate::codec::{Json, json};
use crate::db::{FromRow, Row};
use crate::delegations::covered;
pub use crate::partners::insert as insert_partner;
use crate::scope::NOBODY;
use crate::{Error, Tx, reach, sql};

/// A customer organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its identity.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// The code of its support region.
    pub region: String,
    /// The number it is known by on the telephone.
    pub customer_number: String,
}

impl FromRow for Account {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            region: row.get("region")?,
            customer_number: row.get("customer_number")?,
        })
    }
}

/// An account's plan, its state, seats and term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its identity.
    pub id: SubscriptionId,
    /// Whose it is.
    pub account: AccountId,
    /// What is held: plan, trial or paid, elevated offer, additional service.
    pub holding: Holding,
    /// Seats bought.
    pub seats: u32,
    /// First day.
    pub starts_on: Date,
    /// Last day, if it has one.
    pub ends_on: Option<Date>,
}

impl Subscription {
    /// Whether it is in force on a local date.
    #[must_use]
    pub fn is_in_force(&self, date: Date) -> bool {
        self.starts_on <= date && self.ends_on.is_none_or(|last| date <= last)
    }
}

impl FromRow for Subscription {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let date = |column: &'static str, text: String| {
            text.parse::<Date>().map_err(|_| Error::Decode {
                column: column.to_owned(),
                wanted: "a date",
                found: text,
            })
        };
        let ends_on: Option<String> = row.get("ends_on")?;
        Ok(Self {
            id: row.get("id")?,
            account: row.get("account_id")?,
            holding: Holding {
                plan: row.get("plan")?,
                is_trial: row.get("is_trial")?,
                offer: row.get("offer")?,
                additional_service: row.get("additional_service")?,
            },
            seats: row.get("seats")?,
            starts_on: date("starts_on", row.get("starts_on")?)?,
            ends_on: ends_on.map(|text| date("ends_on", text)).transpose()?,
        })
    }
}

/// Keeps a new account.
///
/// # Errors
/// A duplicate customer number; whatever the database says.
pub async fn insert(tx: &mut Tx<'_>, account: &Account, now: Moment) -> Result<(), Error> {
    let insert = sql!(
        "INSERT INTO accounts (id, name, region, customer_number, created_at)
         VALUES ($1, $2, $3, $4, $5)"
    );
    let (name, region) = (account.name.as_str(), account.region.as_str());
    let number = account.customer_number.as_str();
    let values = [
        account.id.into(),
        name.into(),
        region.into(),
        number.into(),
        now.into(),
    ];
    tx.exec(insert, &values).await?;
    Ok(())
}

/// Keeps a new subscription.
///
/// # Errors
/// Whatever the database says.
pub async fn insert_subscription(
    tx: &mut Tx<'_>,
    subscription: &Subscription,
) -> Result<(), Error> {
    let starts_on = subscription.starts_on.to_string();
    let ends_on = subscription.ends_on.map(|date| date.to_string());
    let holding = &subscription.holding;
    tx.send(
        sql!(
            "INSERT INTO subscriptions (account_id, id, plan, is_trial, offer, additional_service,
                 seats, starts_on, ends_on)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        &[
            subscription.account.into(),
            subscription.id.into(),
            holding.plan.as_str().into(),
            holding.is_trial.into(),
            (&holding.offer).into(),
            (&holding.additional_service).into(),
            subscription.seats.into(),
            starts_on.as_str().into(),
            (&ends_on).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Keeps what a subscription has become: another plan, an offer bought, a trial paid for.
///
/// # Errors
/// Whatever the database says.
pub async fn save_holding(tx: &mut Tx<'_>, subscription: &Subscription) -> Result<(), Error> {
    let holding = &subscription.holding;
    let save = sql!(
        "UPDATE subscriptions SET plan = $1, is_trial = $2, offer = $3, additional_service = $4
         WHERE account_id = $5 AND id = $6"
    );
    let values = [
        holding.plan.as_str().into(),
        holding.is_trial.into(),
        (&holding.offer).into(),
        (&holding.additional_service).into(),
        subscription.account.into(),
        subscription.id.into(),
    ];
    tx.send(save, &values).await
}

/// An account.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Account>, Error> {
    tx.opt(
        sql!("SELECT id, name, region, customer_number FROM accounts WHERE id = $1"),
        &[id.into()],
    )
    .await
}

/// Lets nobody else change who is who at an account before this transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &mut Tx<'_>, id: AccountId) -> Result<(), Error> {
    let hold = sql!("SELECT id FROM accounts WHERE id = $1 FOR UPDATE");
    let _: Option<AccountId> = tx.opt(hold, &[id.into()]).await?;
    Ok(())
}

/// The account of a customer number.
///
/// # Errors
/// Whatever the database says.
pub async fn find_by_number(tx: &mut Tx<'_>, number: &str) -> Result<Option<Account>, Error> {
    tx.opt(
        sql!("SELECT id, name, region, customer_number FROM accounts WHERE customer_number = $1"),
        &[number.into()],
    )
    .await
}

/// How many accounts there are.
///
/// # Errors
/// Whatever the database says.
pub async fn count(tx: &mut Tx<'_>) -> Result<u64, Error> {
    tx.one(sql!("SELECT count(*) FROM accounts"), &[]).await
}

/// How many accounts are in a region.
///
/// # Errors
/// Whatever the database says.
pub async fn count_in(tx: &mut Tx<'_>, region: &str) -> Result<u64, Error> {
    let count = sql!("SELECT count(*) FROM accounts WHERE region = $1");
    tx.one(count, &[region.into()]).await
}

/// Accounts whose name begins with some letters, by name, from the one after `after` on; the one
/// of a customer number stands before them.
///
/// # Errors
/// Whatever the database says.
pub async fn search(
    tx: &mut Tx<'_>,
    letters: &str,
    after: Option<AccountId>,
    limit: u32,
) -> Result<Vec<Account>, Error> {
    let letters = letters.trim().to_ascii_lowercase();
    let mut found: Vec<Account> = Vec::new();
    if after.is_none() {
        found.extend(find_by_number(tx, &letters).await?);
    }
    let last = match after {
        Some(id) => {
            let name = sql!("SELECT lower(name) FROM accounts WHERE id = $1");
            tx.opt::<String>(name, &[id.into()]).await?.zip(Some(id))
        }
        None => None,
    };
    let (from, last) = last.unwrap_or_else(|| (letters.clone(), AccountId(NOBODY)));
    let to = format!("{letters}{}", char::MAX);
    let named = tx
        .all(
            sql!(
                "SELECT id, name, region, customer_number FROM accounts
             WHERE lower(name) >= $1 AND lower(name) < $2 AND (lower(name) > $1 OR id > $3)
             ORDER BY lower(name), id LIMIT $4"
            ),
            &[
                from.as_str().into(),
                to.as_str().into(),
                last.into(),
                limit.into(),
            ],
        )
        .await?;
    let by_number = found.first().map(|one| one.id);
    found.extend(
        named
            .into_iter()
            .filter(|one: &Account| Some(one.id) != by_number),
    );
    Ok(found)
}

/// What an account holds, the latest first.
///
/// # Errors
/// Whatever the database says.
pub async fn subscriptions(
    tx: &mut Tx<'_>,
    account: AccountId,
) -> Result<Vec<Subscription>, Error> {
    tx.all(
        sql!(
            "SELECT account_id, id, plan, is_trial, offer, additional_service, seats, starts_on,
                    ends_on
             FROM subscriptions WHERE account_id = $1 ORDER BY starts_on DESC, id"
        ),
        &[account.into()],
    )
    .await
}

/// A person of an account and what they are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPerson {
    /// Their identity.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The code of their role.
    pub role: String,
}

/// The people of an account who are active there, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn people(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<AccountPerson>, Error> {
    let rows: Vec<(PersonId, String, String, String)> = tx
        .all(
            sql!(
                "SELECT p.id, p.name, p.email, m.role FROM memberships m
                 JOIN people p ON p.id = m.person_id
                 WHERE m.organisation_id = $1 AND m.side = 'account' AND p.is_active
                   AND NOT p.is_service
                   AND m.deactivated_at IS NULL
                 ORDER BY p.name, p.id, m.role"
            ),
            &[account.into()],
        )
        .await?;
    let person = |(id, name, email, role)| AccountPerson {
        id,
        name,
        email,
        role,
    };
    Ok(rows.into_iter().map(person).collect())
}

/// What an account lets a partner do, until when (S20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// The account.
    pub account: AccountId,
    /// The partner.
    pub partner: PartnerId,
    /// The kinds of requests it may make.
    pub kinds: Vec<Kind>,
    /// Who granted it.
    pub granted_by: PersonId,
    /// When it ends.
    pub ends_at: Moment,
}

/// Keeps a delegation under which everybody of the partner may act, as before persons were named.
///
/// # Errors
/// Whatever the database says.
pub async fn save_delegation(
    tx: &mut Tx<'_>,
    delegation: &Delegation,
    now: Moment,
) -> Result<(), Error> {
    let kinds = json(&delegation.kinds);
    tx.send(
        sql!(
            "INSERT INTO delegations (account_id, partner_id, kinds, granted_by, granted_at, ends_at,
                 next_timer_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (account_id, partner_id) DO UPDATE
             SET kinds = excluded.kinds, covers_all = TRUE, granted_by = excluded.granted_by,
                 granted_at = excluded.granted_at, ends_at = excluded.ends_at,
                 next_timer_at = excluded.next_timer_at, removed_at = NULL"
        ),
        &[
            delegation.account.into(),
            delegation.partner.into(),
            kinds.as_str().into(),
            delegation.granted_by.into(),
            now.into(),
            delegation.ends_at.into(),
            next_timer(delegation.ends_at, now).into(),
        ],
    )
    .await
}

/// What an account delegated to a partner, as it is for one of its persons, and when that ended,
/// if it ever did.
///
/// # Errors
/// Whatever the database says.
pub async fn delegated(
    tx: &mut Tx<'_>,
    account: AccountId,
    partner: PartnerId,
    person: PersonId,
    now: Moment,
) -> Result<Option<Delegated>, Error> {
    reach::partner(tx, partner);
    let found: Option<DelegatedRow> = tx
        .opt(
            sql!(
                "SELECT d.account_id, d.kinds, d.covers_all, d.names_people, d.persons, d.ends_at,
                        d.removed_at,
                        EXISTS (SELECT 1 FROM delegation_people n
                                WHERE n.account_id = d.account_id AND n.partner_id = d.partner_id
                                  AND n.person_id = $1) AS is_named
                 FROM delegations d WHERE d.account_id = $2 AND d.partner_id = $3"
            ),
            &[person.into(), account.into(), partner.into()],
        )
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let named = if row.covers_all() {
        Vec::new()
    } else {
        covered::of_one(tx, account, partner).await?
    };
    Ok(Some(row.delegated(named, now)))
}

/// A delegation as it is for one person, but for the subscriptions it names.
#[derive(Debug, Clone)]
pub(crate) struct DelegatedRow {
    pub(crate) account: AccountId,
    kinds: Vec<Kind>,
    covers_all: bool,
    names_people: bool,
    is_limited: bool,
    is_named: bool,
    ends_at: Moment,
    removed_at: Option<Moment>,
}

impl FromRow for DelegatedRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let persons: Option<i64> = row.get("persons")?;
        Ok(Self {
            account: row.get("account_id")?,
            kinds: row.get::<Json<Vec<Kind>>>("kinds")?.0,
            covers_all: row.get("covers_all")?,
            names_people: row.get("names_people")?,
            is_limited: persons.is_some(),
            is_named: row.get("is_named")?,
            ends_at: row.get("ends_at")?,
            removed_at: row.get("removed_at")?,
        })
    }
}

impl DelegatedRow {
    /// Whether it is for every subscription of the account, so that none is named.
    pub(crate) const fn covers_all(&self) -> bool {
        self.covers_all
    }

    /// What it comes to now, with the subscriptions the account named if it named some.
    pub(crate) fn delegated(self, named: Vec<SubscriptionId>, now: Moment) -> Delegated {
        let covered = if self.covers_all {
            Covered::All
        } else {
            Covered::named(named)
        };
        Delegated {
            kinds: self.kinds,
            covered,
            names_people: self.names_people,
            leaves_out: self.is_limited && !self.is_named,
            ends_at: Some(self.ends_at),
            ended_at: self
                .removed_at
                .or_else(|| (self.ends_at <= now).then_some(self.ends_at)),
        }
    }
}

/// The accounts one of a partner's persons acts for now.
///
/// # Errors
/// Whatever the database says.
pub async fn accounts_of_partner(
    tx: &mut Tx<'_>,
    partner: PartnerId,
    person: PersonId,
    now: Moment,
) -> Result<Vec<Account>, Error> {
    reach::partner(tx, partner);
    tx.all(
        sql!(
            "SELECT a.id, a.name, a.region, a.customer_number FROM delegations d
             JOIN accounts a ON a.id = d.account_id
             WHERE d.partner_id = $1 AND d.ends_at > $2 AND d.removed_at IS NULL
               AND (d.persons IS NULL
                    OR EXISTS (SELECT 1 FROM delegation_people n
                               WHERE n.account_id = d.account_id AND n.partner_id = d.partner_id
                                 AND n.person_id = $3))
             ORDER BY a.name"
        ),
        &[partner.into(), now.into(), person.into()],
    )
    .await
}
