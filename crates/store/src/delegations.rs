//! Delegations: what accounts let partners do, who of a partner does it, and what partners ask for.

use mainstay_domain::Moment;
use mainstay_domain::access::delegation::{Terms, ask_lapses_at, next_timer};
use mainstay_domain::access::{Delegated, Grant};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId};

use crate::accounts::DelegatedRow;
use crate::codec::{Json, json};
use crate::db::{FromRow, Row};
use crate::log::Act;
use crate::scope::NOBODY;
use crate::{Error, Tx, reach, sql};

/// The account of a grant to let partners act for it; nobody's where there is none.
fn account_of(tx: &mut Tx<'_>, grant: &Grant) -> AccountId {
    reach::scope(tx, grant.scope());
    grant.scope().account().unwrap_or(AccountId(NOBODY))
}

/// The terms a row holds.
fn terms(row: &Row<'_>) -> Result<Terms, Error> {
    Ok(Terms {
        kinds: row.get::<Json<Vec<Kind>>>("kinds")?.0,
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
                d.names_people, d.persons, d.ends_at, g.name AS granted_by, d.granted_at,
                d.removed_at
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
    tx.all(
        sql!(
            delegation_rows!(),
            "WHERE d.account_id = $1 ORDER BY o.name, d.partner_id"
        ),
        &[account.into()],
    )
    .await
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
    tx.opt(
        sql!(
            delegation_rows!(),
            "WHERE d.account_id = $1 AND d.partner_id = $2"
        ),
        &[account.into(), partner.into()],
    )
    .await
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
    tx.all(
        sql!(
            delegation_rows!(),
            "WHERE d.partner_id = $1 ORDER BY a.name, d.account_id"
        ),
        &[partner.into()],
    )
    .await
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
            "INSERT INTO delegations (account_id, partner_id, kinds, names_people, persons,
                 granted_by, granted_at, ends_at, next_timer_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (account_id, partner_id) DO UPDATE
             SET kinds = excluded.kinds, names_people = excluded.names_people,
                 persons = excluded.persons, granted_by = excluded.granted_by,
                 granted_at = excluded.granted_at, ends_at = excluded.ends_at,
                 next_timer_at = excluded.next_timer_at, removed_at = NULL"
        ),
        &[
            account.into(),
            partner.into(),
            kinds.as_str().into(),
            terms.names_people.into(),
            terms.persons.into(),
            grant.scope().person().into(),
            now.into(),
            terms.ends_at.into(),
            next_timer(terms.ends_at, now).into(),
        ],
    )
    .await
}

/// Ends what the account of a grant lets a partner do, and with it who was named; whether there
/// was anything to end. The grant is the account's, or a partner's to give up.
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
                "SELECT d.account_id, d.kinds, d.names_people, d.persons, d.ends_at, d.removed_at,
                        EXISTS (SELECT 1 FROM delegation_people n
                                WHERE n.account_id = d.account_id AND n.partner_id = d.partner_id
                                  AND n.person_id = $1) AS is_named
                 FROM delegations d
                 WHERE d.partner_id = $2 AND d.removed_at IS NULL AND d.ends_at > $3"
            ),
            &[person.into(), partner.into(), now.into()],
        )
        .await?;
    let each = rows.into_iter();
    Ok(each.map(|row| (row.account, row.delegated(now))).collect())
}
