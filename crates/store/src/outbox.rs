//! Intended outside actions: written with the change, carried out after it.

use mainstay_domain::Moment;
use mainstay_domain::case::{Case, Effect, EffectKind, Recipient};
use mainstay_domain::ids::{AccountId, CaseId, PersonId};
use uuid::Uuid;

use crate::codec::json;
use crate::db::{self, FromRow, Row};
use crate::scope::NOBODY;
use crate::{Error, Tx, settings, sql, system};

/// The setting that holds all actions: since when, in seconds.
const HELD: &str = "effects-held";
/// Actions taken at once.
const BATCH: i64 = 500;

/// Writes an effect; the same thing is never told twice.
pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    case: &Case,
    effect: &Effect,
    now: Moment,
) -> Result<(), Error> {
    let recipient = match effect.recipient {
        Recipient::Person(person) => person.0,
        Recipient::Leads => NOBODY,
    };
    let about = (case.account, case.id.0);
    put(tx, about, &effect.key, recipient, &effect.kind, now).await
}

/// Writes an effect about a case or an internal request.
pub(crate) async fn put(
    tx: &mut Tx<'_>,
    (account, about): (AccountId, Uuid),
    key: &str,
    recipient: Uuid,
    kind: &EffectKind,
    now: Moment,
) -> Result<(), Error> {
    let kind = json(kind);
    tx.send(
        sql!(
            "INSERT INTO outbox (account_id, case_id, effect_key, recipient_id, kind, created_at,
                 run_at, attempts, fence)
             VALUES ($1, $2, $3, $4, $5, $6, $6, 0, 0)
             ON CONFLICT (account_id, case_id, effect_key, recipient_id) DO NOTHING"
        ),
        &[
            account.into(),
            about.into(),
            key.into(),
            recipient.into(),
            kind.as_str().into(),
            now.into(),
        ],
    )
    .await
}

/// Writes something to be told that is about an account and none of its cases; the same thing, by
/// its key, is never told twice.
///
/// # Errors
/// Whatever the database says.
pub async fn insert_notice(
    tx: &mut Tx<'_>,
    account: AccountId,
    key: &str,
    recipient: PersonId,
    kind: EffectKind,
    now: Moment,
) -> Result<(), Error> {
    let kind = json(&kind);
    tx.send(
        sql!(
            "INSERT INTO outbox (account_id, case_id, effect_key, recipient_id, kind, created_at,
                 run_at, attempts, fence)
             VALUES ($1, $2, $3, $4, $5, $6, $6, 0, 0)
             ON CONFLICT (account_id, case_id, effect_key, recipient_id) DO NOTHING"
        ),
        &[
            account.into(),
            NOBODY.into(),
            key.into(),
            recipient.into(),
            kind.as_str().into(),
            now.into(),
        ],
    )
    .await
}

/// An action whose time has come.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Its identity.
    pub id: i64,
    /// Whose case it is about.
    pub account: AccountId,
    /// Which case; or the id of an internal request.
    pub case: CaseId,
    /// Who is told; `None` means the leads.
    pub recipient: Option<PersonId>,
    /// What they are told; `None` is a word of another version.
    pub kind: Option<EffectKind>,
    /// When the change was made.
    pub created_at: Moment,
}

impl FromRow for Taken {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let recipient: Uuid = row.get("recipient_id")?;
        let kind: String = row.get("kind")?;
        Ok(Self {
            id: row.get("id")?,
            account: row.get("account_id")?,
            case: row.get("case_id")?,
            recipient: (recipient != NOBODY).then_some(PersonId(recipient)),
            kind: serde_json::from_str(&kind).ok(),
            created_at: row.get("created_at")?,
        })
    }
}

/// Takes waiting actions for this transaction, in which they are done: until it ends no other
/// worker has them, and with a worker that dies they wait again.
///
/// # Errors
/// Whatever the database says.
pub async fn take(tx: &mut Tx<'_>, now: Moment) -> Result<Vec<Taken>, Error> {
    tx.all(
        sql!(
            "SELECT id, account_id, case_id, recipient_id, kind, created_at FROM outbox
             WHERE done_at IS NULL AND run_at <= $1
               AND NOT EXISTS (SELECT 1 FROM settings WHERE name = 'effects-held')
             ORDER BY run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED"
        ),
        &[now.into(), BATCH.into()],
    )
    .await
}

/// Marks an action done.
///
/// # Errors
/// Whatever the database says.
pub async fn done(tx: &mut Tx<'_>, taken: &Taken, now: Moment) -> Result<(), Error> {
    let done = sql!("UPDATE outbox SET done_at = $1 WHERE id = $2");
    tx.send(done, &[now.into(), taken.id.into()]).await
}

/// Leaves an action that cannot be done for later, and says why.
///
/// # Errors
/// Whatever the database says.
pub async fn postpone(
    tx: &mut Tx<'_>,
    taken: &Taken,
    until: Moment,
    why: &str,
) -> Result<(), Error> {
    let postpone = sql!(
        "UPDATE outbox SET run_at = $1, attempts = attempts + 1, last_error = $2 WHERE id = $3"
    );
    tx.send(postpone, &[until.into(), why.into(), taken.id.into()])
        .await
}

/// When the next action waits to be done; never, while all are held.
///
/// # Errors
/// Whatever the database says.
pub async fn next_run_at(tx: &mut Tx<'_>) -> Result<Option<Moment>, Error> {
    let next: Option<i64> = tx
        .one(
            sql!(
                "SELECT min(run_at) FROM outbox WHERE done_at IS NULL
                   AND NOT EXISTS (SELECT 1 FROM settings WHERE name = 'effects-held')"
            ),
            &[],
        )
        .await?;
    Ok(next.map(Moment::from_unix))
}

/// Holds all actions from now on: they are kept, and none is claimed until [`release`].
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &mut Tx<'_>, now: Moment) -> Result<(), Error> {
    settings::save(tx, HELD, &now.as_unix().to_string()).await
}

/// Since when actions are held, if they are.
///
/// # Errors
/// Whatever the database says.
pub async fn held_since(tx: &mut Tx<'_>) -> Result<Option<Moment>, Error> {
    let since = settings::find(tx, HELD).await?;
    Ok(since.map(|since| Moment::from_unix(since.parse().unwrap_or(0))))
}

/// Lets held actions go; whether they were held.
///
/// # Errors
/// Whatever the database says.
pub async fn release(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let release = sql!("DELETE FROM settings WHERE name = 'effects-held'");
    Ok(tx.exec(release, &[]).await? > 0)
}

/// What waits to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How many actions.
    pub count: i64,
    /// When the oldest of them was written.
    pub oldest_at: Option<Moment>,
    /// How many of them were tried in vain.
    pub tried: i64,
}

impl FromRow for Waiting {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Self {
            count: row.get(0)?,
            oldest_at: row.get(1)?,
            tried: row.get(2)?,
        })
    }
}

/// How many actions wait, since when, and how many of them failed before.
///
/// # Errors
/// Whatever the database says.
pub async fn waiting(tx: &mut Tx<'_>) -> Result<Waiting, Error> {
    system::reach(tx);
    let waiting = sql!(
        "SELECT count(*), min(created_at), count(*) FILTER (WHERE attempts > 0)
         FROM outbox WHERE done_at IS NULL"
    );
    tx.one(waiting, &[]).await
}
