//! Callers who were verified: who, how, when, by whom.

use mainstay_domain::Moment;
use mainstay_domain::access::Grant;
use mainstay_domain::ids::{AccountId, PersonId};
use uuid::Uuid;

use crate::db::{FromRow, Row};
use crate::{Error, Tx, reach, sql};

/// How a caller was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// They told the telephone PIN.
    Pin,
    /// They were called back at their verified number.
    CalledBack,
}

impl How {
    /// The word it is kept as.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::CalledBack => "called-back",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Pin, Self::CalledBack]
            .into_iter()
            .find(|how| how.code() == code)
    }
}

/// A caller who was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub person: PersonId,
    /// How.
    pub how: How,
    /// When.
    pub at: Moment,
}

impl FromRow for Caller {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let how: String = row.get("how")?;
        Ok(Self {
            person: row.get("person_id")?,
            how: How::from_code(&how).ok_or_else(|| Error::Decode {
                column: "how".to_owned(),
                wanted: "a word this version knows",
                found: how,
            })?,
            at: row.get("at")?,
        })
    }
}

/// Keeps that whoever holds the right to verify callers verified one.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(
    tx: &mut Tx<'_>,
    grant: &Grant,
    account: AccountId,
    id: Uuid,
    caller: &Caller,
) -> Result<(), Error> {
    reach::scope(tx, grant.scope());
    tx.send(
        sql!(
            "INSERT INTO callers (account_id, id, person_id, how, at, verified_by)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        &[
            account.into(),
            id.into(),
            caller.person.into(),
            caller.how.code().into(),
            caller.at.into(),
            grant.scope().person().into(),
        ],
    )
    .await
}

/// The callers of an account whom somebody verified since an instant, the latest first.
///
/// # Errors
/// Whatever the database says.
pub async fn verified_by(
    tx: &mut Tx<'_>,
    account: AccountId,
    agent: PersonId,
    since: Moment,
) -> Result<Vec<Caller>, Error> {
    tx.all(
        sql!(
            "SELECT person_id, how, at FROM callers
             WHERE account_id = $1 AND verified_by = $2 AND at > $3 ORDER BY at DESC, id DESC"
        ),
        &[account.into(), agent.into(), since.into()],
    )
    .await
}
