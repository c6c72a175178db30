//! What partners ask customers for, until it is answered, withdrawn or lapses.

use mainstay_domain::Moment;
use mainstay_domain::access::Grant;
use mainstay_domain::access::delegation::ask_lapses_at;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId};

use super::account_of;
use crate::codec::{Json, json};
use crate::db::{FromRow, Row};
use crate::{Error, Tx, reach, sql};

/// What a partner asks a customer for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The customer.
    pub account: AccountId,
    /// Its name.
    pub account_name: String,
    /// The partner.
    pub partner: PartnerId,
    /// Its name.
    pub partner_name: String,
    /// Who of it asked.
    pub asked_by: PersonId,
    /// Their name.
    pub asked_by_name: String,
    /// When.
    pub asked_at: Moment,
    /// For which kinds of requests.
    pub kinds: Vec<Kind>,
    /// Whether to manage the customer's people.
    pub names_people: bool,
    /// How many persons are to act.
    pub persons: u32,
    /// Why, in their words.
    pub reason: String,
    /// When it lapses.
    pub lapses_at: Moment,
    /// The word for how it was settled: `approved`, `declined`, `withdrawn`, `lapsed`.
    pub outcome: Option<String>,
}

impl Ask {
    /// Whether it can be answered.
    #[must_use]
    pub fn is_open(&self, now: Moment) -> bool {
        self.outcome.is_none() && now < self.lapses_at
    }
}

impl FromRow for Ask {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            account: row.get("account_id")?,
            account_name: row.get("account_name")?,
            partner: row.get("partner_id")?,
            partner_name: row.get("partner_name")?,
            asked_by: row.get("asked_by")?,
            asked_by_name: row.get("asked_by_name")?,
            asked_at: row.get("asked_at")?,
            kinds: row.get::<Json<Vec<Kind>>>("kinds")?.0,
            names_people: row.get("names_people")?,
            persons: row.get("persons")?,
            reason: row.get("reason")?,
            lapses_at: row.get("lapses_at")?,
            outcome: row.get("outcome")?,
        })
    }
}

macro_rules! ask_rows {
    () => {
        "SELECT k.account_id, a.name AS account_name, k.partner_id, o.name AS partner_name,
                k.asked_by, p.name AS asked_by_name, k.asked_at, k.kinds, k.names_people,
                k.persons, k.reason, k.lapses_at, k.outcome
         FROM delegation_asks k
         JOIN accounts a ON a.id = k.account_id
         JOIN partners o ON o.id = k.partner_id
         JOIN people p ON p.id = k.asked_by "
    };
}

/// What partners ask the account of a grant for, the oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn asks_of_account(
    tx: &mut Tx<'_>,
    grant: &Grant,
    now: Moment,
) -> Result<Vec<Ask>, Error> {
    let account = account_of(tx, grant);
    tx.all(
        sql!(
            ask_rows!(),
            "WHERE k.account_id = $1 AND k.outcome IS NULL AND k.lapses_at > $2
             ORDER BY k.asked_at, k.partner_id"
        ),
        &[account.into(), now.into()],
    )
    .await
}

/// What a partner asked its customers-to-be for, the latest first, settled or not.
///
/// # Errors
/// Whatever the database says.
pub async fn asks_of_partner(tx: &mut Tx<'_>, partner: PartnerId) -> Result<Vec<Ask>, Error> {
    reach::partner(tx, partner);
    tx.all(
        sql!(
            ask_rows!(),
            "WHERE k.partner_id = $1 ORDER BY k.asked_at DESC, k.account_id LIMIT 100"
        ),
        &[partner.into()],
    )
    .await
}

/// What a partner asks to be let do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAsk {
    /// The customer.
    pub account: AccountId,
    /// The partner.
    pub partner: PartnerId,
    /// Who of it asks.
    pub asked_by: PersonId,
    /// For which kinds of requests.
    pub kinds: Vec<Kind>,
    /// Whether to manage the customer's people.
    pub names_people: bool,
    /// How many persons are to act.
    pub persons: u32,
    /// Why.
    pub reason: String,
}

/// Keeps what a partner asks for, and lets the transaction reach the customer it asks, to note it
/// there. Another ask of the same customer takes its place.
///
/// # Errors
/// Whatever the database says.
pub async fn save_ask(tx: &mut Tx<'_>, ask: &NewAsk, now: Moment) -> Result<(), Error> {
    reach::asked(tx, ask.account);
    let kinds = json(&ask.kinds);
    tx.send(
        sql!(
            "INSERT INTO delegation_asks (account_id, partner_id, asked_by, asked_at, kinds,
                 names_people, persons, reason, lapses_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (account_id, partner_id) DO UPDATE
             SET asked_by = excluded.asked_by, asked_at = excluded.asked_at,
                 kinds = excluded.kinds, names_people = excluded.names_people,
                 persons = excluded.persons, reason = excluded.reason,
                 lapses_at = excluded.lapses_at, outcome = NULL, settled_at = NULL"
        ),
        &[
            ask.account.into(),
            ask.partner.into(),
            ask.asked_by.into(),
            now.into(),
            kinds.as_str().into(),
            ask.names_people.into(),
            ask.persons.into(),
            ask.reason.as_str().into(),
            ask_lapses_at(now).into(),
        ],
    )
    .await
}

/// How an ask ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The customer gave it, perhaps less.
    Approved,
    /// The customer declined.
    Declined,
    /// The partner withdrew it.
    Withdrawn,
    /// Nobody answered.
    Lapsed,
}

impl Outcome {
    /// The word it is kept as.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }
}

/// Settles what a partner asked the account of a grant for; whether it could still be.
///
/// # Errors
/// Whatever the database says.
pub async fn settle_ask(
    tx: &mut Tx<'_>,
    grant: &Grant,
    partner: PartnerId,
    outcome: Outcome,
    now: Moment,
) -> Result<bool, Error> {
    let account = account_of(tx, grant);
    settle(tx, account, partner, outcome, now).await
}

/// Withdraws what a partner asked for, and lets the transaction reach the customer it asked, to
/// note it there; whether it could still be.
///
/// # Errors
/// Whatever the database says.
pub async fn withdraw_ask(
    tx: &mut Tx<'_>,
    account: AccountId,
    partner: PartnerId,
    now: Moment,
) -> Result<bool, Error> {
    reach::partner(tx, partner);
    let is_withdrawn = settle(tx, account, partner, Outcome::Withdrawn, now).await?;
    if is_withdrawn {
        reach::asked(tx, account);
    }
    Ok(is_withdrawn)
}

async fn settle(
    tx: &mut Tx<'_>,
    account: AccountId,
    partner: PartnerId,
    outcome: Outcome,
    now: Moment,
) -> Result<bool, Error> {
    let settle = sql!(
        "UPDATE delegation_asks SET outcome = $1, settled_at = $2
         WHERE account_id = $3 AND partner_id = $4 AND outcome IS NULL AND lapses_at > $2"
    );
    let values = [
        outcome.code().into(),
        now.into(),
        account.into(),
        partner.into(),
    ];
    Ok(tx.exec(settle, &values).await? > 0)
}
