//! Delegations: what accounts let partners do, who of a partner does it, and what partners ask for.

mod asks;
pub(crate) mod covered;

use std::collections::HashMap;

use mainstay_domain::Moment;
use mainstay_domain::access::delegation::{Covered, Terms, next_timer};
use mainstay_domain::access::{Delegated, Grant};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId};

use crate::accounts::DelegatedRow;
use crate::codec::{Json, json};
use crate::db::{FromRow, Row};
use crate::log::Act;
use crate::scope::NOBODY;
use crate::{Error, Tx, reach, sql};

pub use asks::{
    Ask, NewAsk, Outcome, asks_of_account, asks_of_partner, save_ask, settle_ask, withdraw_ask,
};
pub use covered::{NamedSubscription, named_subscriptions};

/// The account of a grant to let partners act for it; nobody's where there is none.
fn account_of(tx: &mut Tx<'_>, grant: &Grant) -> AccountId {
    reach::scope(tx, grant.scope());
    grant.scope().account().unwrap_or(AccountId(NOBODY))
}

/// The terms a row holds, but for the subscriptions: those stand in rows of their own.
fn terms(row: &Row<'_>) -> Result<Terms, Error> {
    Ok(Terms {
        kinds: row.get::<Json<Vec<Kind>>>("kinds")?.0,
        covered: if row.get("covers_all")? {
            Covered::All
        } else {
            Covered::named(Vec::new())
        },
        names_people: row.get("names_people")?,
        persons: row.get("persons")?,
        ends_at: row.get("ends_at")?,
    })
}

/// What an account lets a partner do, with what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub account_name: String,
    /// The partner.
    pub partner: PartnerId,
    /// Its name.
    pub partner_name: String,
    /// What it may do, until when.
    pub terms: Terms,
    /// Who granted it or changed it last.
    pub granted_by: String,
    /// When.
    pub granted_at: Moment,
    /// When it was removed or given up, if it was.
    pub removed_at: Option<Moment>,
}

impl Delegation {
    /// When it ended, if it has.
    #[must_use]
    pub fn ended_at(&self, now: Moment) -> Option<Moment> {
        let ends_at = self.terms.ends_at;
        self.removed_at.or((ends_at <= now).then_some(ends_at))
    }
}

impl FromRow for Delegation {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            account: row.get("account_id")?,
            account_name: row.get("account_name")?,
            partner: row.get("partner_id")?,
            partner_name: row.get("partner_name")?,
            terms: terms(row)?,
            granted_by: row.get("granted_by")?,
            granted_at: row.get("granted_at")?,
            removed_at: row.get("removed_at")?,
        })
    }
}

macro_rules! delegation_rows {
    () => {
        "SELECT d.account_id, a.name AS account_name, d.partner_id, o.name AS partner_name, d.kinds,
                d.covers_all, d.names_people, d.persons, d.ends_at, g.name AS granted_by,
                d.granted_at, d.removed_at
         FROM delegations d
         JOIN accounts a ON a.id = d.account_id
         JOIN partners o ON o.id = d.partner_id
         JOIN people g ON g.id = d.granted_by "
    };
}

/// What the account of a grant lets its partners do or let them do, by their names.
///
/// # Errors
/// Whatever the database says.
pub async fn list_of_account(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<Delegation>, Error> {
    let account = account_of(tx, grant);
    let mut found = tx
        .all(
            sql!(
                delegation_rows!(),
                "WHERE d.account_id = $1 ORDER BY o.name, d.partner_id"
            ),
            &[account.into()],
        )
        .await?;
    covered::fill_of_account(tx, grant, &mut found).await?;
    Ok(found)
}

/// What the account of a grant lets a partner do, or let it do.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    tx: &mut Tx<'_>,
    grant: &Grant,
    partner: PartnerId,
) -> Result<Option<Delegation>, Error> {
    let account = account_of(tx, grant);
    let mut found: Option<Delegation> = tx
        .opt(
            sql!(
                delegation_rows!(),
                "WHERE d.account_id = $1 AND d.partner_id = $2"
            ),
            &[account.into(), partner.into()],
        )
        .await?;
    covered::fill_of_account(tx, grant, found.as_mut_slice()).await?;
    Ok(found)
}

/// What customers let a partner do or let it do, by their names.
///
/// # Errors
/// Whatever the database says.
pub async fn list_of_partner(
    tx: &mut Tx<'_>,
    partner: PartnerId,
) -> Result<Vec<Delegation>, Error> {
    reach::partner(tx, partner);
    let mut found = tx
        .all(
            sql!(
                delegation_rows!(),
                "WHERE d.partner_id = $1 ORDER BY a.name, d.account_id"
            ),
            &[partner.into()],
        )
        .await?;
    covered::fill_of_partner(tx, partner, &mut found).await?;
    Ok(found)
}

/// Keeps what the account of a grant lets a partner do from now on.
///
/// # Errors
/// Whatever the database says.
pub async fn save(
    tx: &mut Tx<'_>,
    grant: &Grant,
    partner: PartnerId,
    terms: &Terms,
    now: Moment,
) -> Result<(), Error> {
    let account = account_of(tx, grant);
    let kinds = json(&terms.kinds);
    tx.send(
        sql!(
            "INSERT INTO delegations (account_id, partner_id, kinds, covers_all, names_people,
                 persons, granted_by, granted_at, ends_at, next_timer_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (account_id, partner_id) DO UPDATE
             SET kinds = excluded.kinds, covers_all = excluded.covers_all,
                 names_people = excluded.names_people, persons = excluded.persons, granted_by = excluded.granted_by,
                 granted_at = excluded.granted_at, ends_at = excluded.ends_at,
                 next_timer_at = excluded.next_timer_at, removed_at = NULL"
        ),
        &[
            account.into(),
            partner.into(),
            kinds.as_str().into(),
            terms.covered.limit().is_none().into(),
            terms.names_people.into(),
            terms.persons.into(),
            grant.scope().person().into(),
            now.into(),
            terms.ends_at.into(),
            next_timer(terms.ends_at, now).into(),
        ],
    )
    .await?;
    covered::save(tx, (account, partner), &terms.covered).await
}

/// Ends what the account of a grant lets a partner do, and with it who and which subscriptions were
/// named; whether there was anything to end. The grant is the account's, or a partner's to give up.
///
/// # Errors
/// Whatever the database says.
pub async fn remove(
    tx: &mut Tx<'_>,
    grant: &Grant,
    partner: PartnerId,
    now: Moment,
) -> Result<bool, Error> {
    let account = account_of(tx, grant);
    let remove = sql!(
        "UPDATE delegations SET removed_at = $1, next_timer_at = NULL
         WHERE account_id = $2 AND partner_id = $3 AND removed_at IS NULL AND ends_at > $1"
    );
    let values = [now.into(), account.into(), partner.into()];
    let removed = tx.exec(remove, &values).await?;
    let forget = sql!("DELETE FROM delegation_people WHERE account_id = $1 AND partner_id = $2");
    tx.send(forget, &[account.into(), partner.into()]).await?;
    covered::save(tx, (account, partner), &Covered::All).await?;
    Ok(removed > 0)
}

/// Somebody of a partner who acts for a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The customer.
    pub account: AccountId,
    /// The partner.
    pub partner: PartnerId,
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: String,
}

impl FromRow for Named {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            account: row.get("account_id")?,
            partner: row.get("partner_id")?,
            person: row.get("person_id")?,
            name: row.get("name")?,
        })
    }
}

macro_rules! named_rows {
    () => {
        "SELECT DISTINCT d.account_id, d.partner_id, p.id AS person_id, p.name
         FROM delegations d
         JOIN memberships m ON m.organisation_id = d.partner_id AND m.side = 'partner'
         JOIN people p ON p.id = m.person_id AND p.is_active
         WHERE d.removed_at IS NULL
           AND (d.persons IS NULL
                OR EXISTS (SELECT 1 FROM delegation_people n
                           WHERE n.account_id = d.account_id AND n.partner_id = d.partner_id
                             AND n.person_id = p.id)) "
    };
}

/// Who acts for the account of a grant, partner by partner.
///
/// # Errors
/// Whatever the database says.
pub async fn named_of_account(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<Named>, Error> {
    let account = account_of(tx, grant);
    tx.all(
        sql!(
            named_rows!(),
            "AND d.account_id = $1 ORDER BY d.partner_id, p.name, p.id"
        ),
        &[account.into()],
    )
    .await
}

/// Who of a partner acts for which of its customers.
///
/// # Errors
/// Whatever the database says.
pub async fn named_of_partner(tx: &mut Tx<'_>, partner: PartnerId) -> Result<Vec<Named>, Error> {
    reach::partner(tx, partner);
    tx.all(
        sql!(
            named_rows!(),
            "AND d.partner_id = $1 ORDER BY d.account_id, p.name, p.id"
        ),
        &[partner.into()],
    )
    .await
}

/// Names who of a partner acts for a customer, instead of whoever was named before. The
/// transaction reaches the customer.
///
/// # Errors
/// Whatever the database says.
pub async fn name_people(
    tx: &mut Tx<'_>,
    (account, partner): (AccountId, PartnerId),
    people: &[PersonId],
    named_by: PersonId,
    now: Moment,
) -> Result<(), Error> {
    let forget = sql!("DELETE FROM delegation_people WHERE account_id = $1 AND partner_id = $2");
    tx.send(forget, &[account.into(), partner.into()]).await?;
    for person in people {
        let name = sql!(
            "INSERT INTO delegation_people (account_id, partner_id, person_id, named_by, named_at)
             VALUES ($1, $2, $3, $4, $5)"
        );
        let values = [
            account.into(),
            partner.into(),
            (*person).into(),
            named_by.into(),
            now.into(),
        ];
        tx.send(name, &values).await?;
    }
    Ok(())
}

/// Somebody of a partner acts for its customers no longer; for which they did.
///
/// # Errors
/// Whatever the database says.
pub async fn unname(
    tx: &mut Tx<'_>,
    partner: PartnerId,
    person: PersonId,
) -> Result<Vec<AccountId>, Error> {
    reach::partner(tx, partner);
    let unname = sql!(
        "DELETE FROM delegation_people WHERE partner_id = $1 AND person_id = $2
         RETURNING account_id"
    );
    tx.all(unname, &[partner.into(), person.into()]).await
}

/// Keeps those who were named first, at most so many: the rest act no longer.
///
/// # Errors
/// Whatever the database says.
pub async fn keep_named(
    tx: &mut Tx<'_>,
    grant: &Grant,
    partner: PartnerId,
    most: u32,
) -> Result<(), Error> {
    let account = account_of(tx, grant);
    let trim = sql!(
        "DELETE FROM delegation_people WHERE account_id = $1 AND partner_id = $2
           AND person_id NOT IN (SELECT k.person_id FROM delegation_people k
                                 WHERE k.account_id = $1 AND k.partner_id = $2
                                 ORDER BY k.named_at, k.person_id LIMIT $3)"
    );
    tx.send(trim, &[account.into(), partner.into(), most.into()])
        .await
}

/// Something that became of a delegation, from the customer's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// When.
    pub at: Moment,
    /// What; nothing for a word of another version.
    pub act: Option<Act>,
    /// Who, if it was somebody.
    pub person: Option<String>,
    /// Whether they did it as the partner.
    pub is_partner: bool,
    /// What it was since, JSON.
    pub became: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl FromRow for Past {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let (act, partner): (String, Option<PartnerId>) = (row.get("act")?, row.get("partner_id")?);
        Ok(Self {
            at: row.get("at")?,
            act: Act::from_code(&act),
            person: row.get("person")?,
            is_partner: partner.is_some(),
            became: row.get("became")?,
            reason: row.get("reason")?,
        })
    }
}

/// What became of a partner's delegation by the account of a grant, the latest first.
///
/// # Errors
/// Whatever the database says.
pub async fn history(
    tx: &mut Tx<'_>,
    grant: &Grant,
    partner: PartnerId,
) -> Result<Vec<Past>, Error> {
    let account = account_of(tx, grant);
    tx.all(
        sql!(
            "SELECT l.at, l.act, l.partner_id, l.became, l.reason, p.name AS person
             FROM log l LEFT JOIN people p ON p.id = l.person_id
             WHERE l.account_id = $1 AND l.subject_id = $2 AND l.subject = 'partner'
             ORDER BY l.seq DESC LIMIT 100"
        ),
        &[account.into(), partner.into()],
    )
    .await
}

/// When each partner last did something for the account of a grant, and who of it.
///
/// # Errors
/// Whatever the database says.
pub async fn last_acts(
    tx: &mut Tx<'_>,
    grant: &Grant,
) -> Result<Vec<(PartnerId, Moment, Option<String>)>, Error> {
    let account = account_of(tx, grant);
    tx.all(
        sql!(
            "SELECT l.partner_id, l.at, p.name FROM delegations d
             JOIN log l ON l.account_id = d.account_id AND l.partner_id = d.partner_id
                 AND l.seq = (SELECT max(x.seq) FROM log x
                              WHERE x.account_id = d.account_id AND x.partner_id = d.partner_id)
             LEFT JOIN people p ON p.id = l.person_id
             WHERE d.account_id = $1"
        ),
        &[account.into()],
    )
    .await
}

/// The customers of a partner with what each delegated, as it is for one of its persons.
///
/// # Errors
/// Whatever the database says.
pub async fn delegated_to(
    tx: &mut Tx<'_>,
    partner: PartnerId,
    person: PersonId,
    now: Moment,
) -> Result<Vec<(AccountId, Delegated)>, Error> {
    reach::partner(tx, partner);
    let rows: Vec<DelegatedRow> = tx
        .all(
            sql!(
                "SELECT d.account_id, d.kinds, d.covers_all, d.names_people, d.persons, d.ends_at,
                        d.removed_at,
                        EXISTS (SELECT 1 FROM delegation_people n
                                WHERE n.account_id = d.account_id AND n.partner_id = d.partner_id
                                  AND n.person_id = $1) AS is_named
                 FROM delegations d
                 WHERE d.partner_id = $2 AND d.removed_at IS NULL AND d.ends_at > $3"
            ),
            &[person.into(), partner.into(), now.into()],
        )
        .await?;
    let mut named = if rows.iter().all(DelegatedRow::covers_all) {
        HashMap::new()
    } else {
        covered::of_partner(tx, partner).await?
    };
    let each = rows.into_iter().map(|row| {
        let named = named.remove(&row.account).unwrap_or_default();
        (row.account, row.delegated(named, now))
    });
    Ok(each.collect())
}
