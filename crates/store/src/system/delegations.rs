//! Delegations that come to their end, asks that nobody answered, and partners' people to be told.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use mainstay_domain::Moment;
use mainstay_domain::access::{ActingFor, Principal, Role, Target, Under};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId, SubscriptionId};

use crate::accounts::DelegatedRow;
use crate::db::{FromRow, Row};
use crate::delegations::covered;
use crate::people::role;
use crate::{Error, Tx, sql};

/// Rows looked at in one transaction.
const BATCH: i64 = 500;

/// A delegation of which something is to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueDelegation {
    /// The customer.
    pub account: AccountId,
    /// The partner.
    pub partner: PartnerId,
    /// When it ends.
    pub ends_at: Moment,
    /// Since when something is to be said.
    pub due_since: Moment,
}

/// Takes the delegations of which something is to be said, for this transaction.
///
/// # Errors
/// Whatever the database says.
pub async fn due(tx: &mut Tx<'_>, now: Moment) -> Result<Vec<DueDelegation>, Error> {
    let rows: Vec<(AccountId, PartnerId, Moment, Moment)> = tx
        .all(
            sql!(
                "SELECT account_id, partner_id, ends_at, next_timer_at FROM delegations
                 WHERE next_timer_at IS NOT NULL AND next_timer_at <= $1
                 ORDER BY next_timer_at LIMIT $2 FOR UPDATE SKIP LOCKED"
            ),
            &[now.into(), BATCH.into()],
        )
        .await?;
    let due = |(account, partner, ends_at, due_since)| DueDelegation {
        account,
        partner,
        ends_at,
        due_since,
    };
    Ok(rows.into_iter().map(due).collect())
}

/// Sets when something is next to be said of a delegation.
///
/// # Errors
/// Whatever the database says.
pub async fn set_timer(
    tx: &mut Tx<'_>,
    due: &DueDelegation,
    next: Option<Moment>,
) -> Result<(), Error> {
    let set =
        sql!("UPDATE delegations SET next_timer_at = $1 WHERE account_id = $2 AND partner_id = $3");
    tx.send(set, &[next.into(), due.account.into(), due.partner.into()])
        .await
}

/// Lets asks lapse that nobody answered in time: whose they were.
///
/// # Errors
/// Whatever the database says.
pub async fn lapse_asks(
    tx: &mut Tx<'_>,
    now: Moment,
) -> Result<Vec<(AccountId, PartnerId, PersonId)>, Error> {
    tx.all(
        sql!(
            "UPDATE delegation_asks SET outcome = 'lapsed', settled_at = lapses_at
             WHERE outcome IS NULL AND lapses_at <= $1
             RETURNING account_id, partner_id, asked_by"
        ),
        &[now.into()],
    )
    .await
}

/// When the next delegation is to be looked at, or the next ask lapses.
///
/// # Errors
/// Whatever the database says.
pub async fn next_timer_at(tx: &mut Tx<'_>) -> Result<Option<Moment>, Error> {
    let delegations =
        sql!("SELECT min(next_timer_at) FROM delegations WHERE next_timer_at IS NOT NULL");
    let asks = sql!("SELECT min(lapses_at) FROM delegation_asks WHERE outcome IS NULL");
    let delegations: Option<Moment> = tx.one(delegations, &[]).await?;
    let asks: Option<Moment> = tx.one(asks, &[]).await?;
    Ok(match (delegations, asks) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    })
}

/// A partner's person whom something waiting in the outbox is for.
#[derive(Debug, Clone)]
pub struct PartnerRecipient {
    /// Which of the waiting.
    pub effect: i64,
    /// Who they are to the account it is about, were it told now.
    pub principal: Principal,
    /// The case it is about, where it is about one.
    pub target: Target,
}

struct RecipientRow {
    effect: i64,
    account: AccountId,
    person: PersonId,
    partner: PartnerId,
    role: Role,
    is_active: bool,
    delegated: Option<DelegatedRow>,
    kind: Option<Kind>,
    under: Under,
    is_own: bool,
}

impl RecipientRow {
    /// Whether the account named subscriptions for the partner.
    fn is_limited(&self) -> bool {
        let delegated = self.delegated.as_ref();
        delegated.is_some_and(|delegated| !delegated.covers_all())
    }
}

impl FromRow for RecipientRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let kind: Option<String> = row.get("kind")?;
        let ends_at: Option<Moment> = row.get("ends_at")?;
        let delegated = ends_at.map(|_| DelegatedRow::from_row(row)).transpose()?;
        Ok(Self {
            effect: row.get("id")?,
            account: row.get("about")?,
            person: row.get("recipient_id")?,
            partner: row.get("organisation_id")?,
            role: role(row)?,
            is_active: row.get("is_active")?,
            delegated,
            kind: kind.as_deref().and_then(Kind::from_code),
            under: match &kind {
                Some(_) => row.get::<Option<SubscriptionId>>("subscription_id")?.into(),
                None => Under::NotKnown,
            },
            is_own: row.get::<i64>("is_own")? == 1,
        })
    }
}

/// Who belongs to a partner, whatever else they belong to.
///
/// # Errors
/// Whatever the database says.
pub async fn partner_people(tx: &mut Tx<'_>) -> Result<HashSet<PersonId>, Error> {
    let people: Vec<PersonId> = tx
        .all(
            sql!("SELECT DISTINCT person_id FROM memberships WHERE side = 'partner'"),
            &[],
        )
        .await?;
    Ok(people.into_iter().collect())
}

/// As what somebody of a partner would be told of what waits in the outbox, as they stand now; a row
/// for each role. Nothing for those who belong to the customer as well, or to the vendor.
///
/// # Errors
/// Whatever the database says.
pub async fn partner_recipients(
    tx: &mut Tx<'_>,
    effect: i64,
    now: Moment,
) -> Result<Vec<PartnerRecipient>, Error> {
    let rows: Vec<RecipientRow> = tx
        .all(
            sql!(
                "SELECT o.id, o.account_id AS about, o.recipient_id, m.organisation_id, m.role,
                        p.is_active,
                        d.account_id, d.kinds, d.covers_all, d.names_people, d.persons, d.ends_at,
                        d.removed_at,
                        EXISTS (SELECT 1 FROM delegation_people n
                                WHERE n.account_id = o.account_id
                                  AND n.partner_id = m.organisation_id
                                  AND n.person_id = o.recipient_id) AS is_named,
                        c.kind, c.subscription_id,
                        CASE WHEN c.requester_id = o.recipient_id OR EXISTS (
                            SELECT 1 FROM participants t
                            WHERE t.account_id = o.account_id AND t.case_id = o.case_id
                              AND t.person_id = o.recipient_id AND t.removed_at IS NULL)
                        THEN 1 ELSE 0 END AS is_own
                 FROM outbox o
                 JOIN memberships m ON m.person_id = o.recipient_id AND m.side = 'partner'
                 JOIN people p ON p.id = o.recipient_id
                 LEFT JOIN delegations d ON d.account_id = o.account_id
                     AND d.partner_id = m.organisation_id
                 LEFT JOIN cases c ON c.account_id = o.account_id AND c.id = o.case_id
                 WHERE o.id = $1
                   AND NOT EXISTS (SELECT 1 FROM memberships x
                                   WHERE x.person_id = o.recipient_id
                                     AND x.deactivated_at IS NULL
                                     AND (x.side = 'vendor' OR x.organisation_id = o.account_id))
                 ORDER BY m.organisation_id, m.role"
            ),
            &[effect.into()],
        )
        .await?;
    let mut named: HashMap<(AccountId, PartnerId), Vec<SubscriptionId>> = HashMap::new();
    for row in rows.iter().filter(|row| row.is_limited()) {
        let key = (row.account, row.partner);
        if let Entry::Vacant(place) = named.entry(key) {
            place.insert(covered::of_one(tx, row.account, row.partner).await?);
        }
    }
    let recipients = rows.into_iter().map(|row| {
        let key = (row.account, row.partner);
        let named = named.get(&key).cloned().unwrap_or_default();
        recipient(row, named, now)
    });
    Ok(recipients.collect())
}

fn recipient(row: RecipientRow, named: Vec<SubscriptionId>, now: Moment) -> PartnerRecipient {
    let delegated = row.delegated.map(|row| row.delegated(named, now));
    PartnerRecipient {
        effect: row.effect,
        principal: Principal {
            person: row.person,
            is_active: row.is_active,
            acting_for: ActingFor::Delegated {
                account: row.account,
                partner: row.partner,
                delegated: delegated.unwrap_or_default(),
            },
            roles: vec![row.role],
        },
        target: Target {
            account: Some(row.account),
            kind: row.kind,
            under: row.under,
            is_own: row.is_own,
            about: None,
        },
    }
}
