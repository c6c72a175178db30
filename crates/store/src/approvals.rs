//! What waits for a second person, and what became of it.
//!
//! They are the vendor's own papers, whoever they are about: what is done by one stands in the log
//! of whom it concerns.

use mainstay_domain::Moment;
use mainstay_domain::ids::PersonId;
use uuid::Uuid;

use crate::db::{FromRow, Row};
use crate::{Error, Tx, sql};

/// How an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Nobody has decided; after its time it has lapsed.
    Open,
    /// Somebody agreed; whoever asked has yet to do it.
    Agreed,
    /// Somebody agreed, and it was done.
    Done,
    /// Somebody declined.
    Declined,
    /// Whoever asked took it back.
    Withdrawn,
}

impl State {
    /// The word it is kept as.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Agreed => "agreed",
            Self::Done => "done",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        let all = [
            Self::Open,
            Self::Agreed,
            Self::Done,
            Self::Declined,
            Self::Withdrawn,
        ];
        all.into_iter().find(|state| state.code() == code)
    }
}

/// Something that waits for a second person, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Its identity.
    pub id: Uuid,
    /// What is to be done, JSON.
    pub what: String,
    /// Who asks.
    pub asked_by: PersonId,
    /// Their name; empty when it is made.
    pub asker: String,
    /// Why, in their words.
    pub reason: String,
    /// When they asked.
    pub asked_at: Moment,
    /// The first instant at which nobody can agree any more.
    pub expires_at: Moment,
    /// How it stands.
    pub state: State,
    /// Who decided.
    pub decided_by: Option<PersonId>,
    /// Their name.
    pub decider: Option<String>,
    /// When.
    pub decided_at: Option<Moment>,
}

impl Approval {
    /// Whether somebody can still agree.
    #[must_use]
    pub fn is_open(&self, now: Moment) -> bool {
        self.state == State::Open && now < self.expires_at
    }
}

impl FromRow for Approval {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let state: String = row.get("state")?;
        Ok(Self {
            id: row.get("id")?,
            what: row.get("what")?,
            asked_by: row.get("asked_by")?,
            asker: row.get("asker")?,
            reason: row.get("reason")?,
            asked_at: row.get("asked_at")?,
            expires_at: row.get("expires_at")?,
            state: State::from_code(&state).ok_or_else(|| Error::Decode {
                column: "state".to_owned(),
                wanted: "a word this version knows",
                found: state,
            })?,
            decided_by: row.get("decided_by")?,
            decider: row.get("decider")?,
            decided_at: row.get("decided_at")?,
        })
    }
}

/// An approval with both names, all columns of it.
macro_rules! approval_rows {
    () => {
        "SELECT a.id, a.what, a.asked_by, p.name AS asker, a.reason, a.asked_at, a.expires_at,
             a.state, a.decided_by, d.name AS decider, a.decided_at
         FROM approvals a JOIN people p ON p.id = a.asked_by
         LEFT JOIN people d ON d.id = a.decided_by "
    };
}

/// Keeps what somebody asks for.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(tx: &mut Tx<'_>, approval: &Approval) -> Result<(), Error> {
    let insert = sql!(
        "INSERT INTO approvals (id, what, asked_by, reason, asked_at, expires_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    let values = [
        approval.id.into(),
        approval.what.as_str().into(),
        approval.asked_by.into(),
        approval.reason.as_str().into(),
        approval.asked_at.into(),
        approval.expires_at.into(),
        approval.state.code().into(),
    ];
    tx.send(insert, &values).await
}

/// The latest, those nobody has decided first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Approval>, Error> {
    tx.all(
        sql!(
            approval_rows!(),
            "ORDER BY CASE WHEN a.state = 'open' THEN 0 ELSE 1 END, a.asked_at DESC, a.id LIMIT $1"
        ),
        &[limit.into()],
    )
    .await
}

/// One as it is.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Approval>, Error> {
    tx.opt(sql!(approval_rows!(), "WHERE a.id = $1"), &[id.into()])
        .await
}

/// One, so that nobody else decides it before this transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn find_to_change(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Approval>, Error> {
    tx.opt(
        sql!(
            "SELECT a.id, a.what, a.asked_by, p.name AS asker, a.reason, a.asked_at, a.expires_at,
                 a.state, a.decided_by, CAST(NULL AS text) AS decider, a.decided_at
             FROM approvals a JOIN people p ON p.id = a.asked_by WHERE a.id = $1 FOR UPDATE"
        ),
        &[id.into()],
    )
    .await
}

/// Decides one that nobody has decided: `false` when somebody has.
///
/// # Errors
/// Whatever the database says.
pub async fn decide(
    tx: &mut Tx<'_>,
    id: Uuid,
    state: State,
    by: PersonId,
    now: Moment,
) -> Result<bool, Error> {
    let decide = sql!(
        "UPDATE approvals SET state = $1, decided_by = $2, decided_at = $3
         WHERE id = $4 AND state = 'open'"
    );
    let values = [state.code().into(), by.into(), now.into(), id.into()];
    Ok(tx.exec(decide, &values).await? > 0)
}

/// Notes that whoever asked has done what somebody agreed to: `false` when it was done before.
///
/// # Errors
/// Whatever the database says.
pub async fn finish(tx: &mut Tx<'_>, id: Uuid) -> Result<bool, Error> {
    let finish = sql!("UPDATE approvals SET state = 'done' WHERE id = $1 AND state = 'agreed'");
    Ok(tx.exec(finish, &[id.into()]).await? > 0)
}
