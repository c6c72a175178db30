//! What a person was told, shown behind the bell.

use mainstay_domain::Moment;
use mainstay_domain::case::EffectKind;
use mainstay_domain::ids::{AccountId, CaseNumber, InternalId, PartnerId, PersonId};

use crate::codec::{Json, json};
use crate::db::{FromRow, Row};
use crate::outbox::Taken;
use crate::scope::{NOBODY, is_covered};
use crate::{Error, Tx, reach, sql};

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A case.
    Case(CaseNumber),
    /// An internal request; and whether it is their own.
    Internal {
        /// Which.
        id: InternalId,
        /// Whether they asked it themselves.
        is_own: bool,
    },
    /// No request: the account itself, and its partners.
    Account,
}

/// Something a person was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub about: About,
    /// Its subject.
    pub subject: String,
    /// The account's name.
    pub account: String,
    /// What they were told.
    pub kind: EffectKind,
    /// When it happened.
    pub at: Moment,
    /// When they read it.
    pub read_at: Option<Moment>,
}

impl FromRow for Notice {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let number: Option<CaseNumber> = row.get("number")?;
        let internal: Option<InternalId> = row.get("internal_id")?;
        let about = match (number, internal) {
            (Some(number), _) => About::Case(number),
            (None, Some(id)) => About::Internal {
                id,
                is_own: row.get::<i64>("is_own")? == 1,
            },
            (None, None) => About::Account,
        };
        Ok(Self {
            about,
            subject: row.get("subject")?,
            account: row.get("account")?,
            kind: row.get::<Json<EffectKind>>("kind")?.0,
            at: row.get("at")?,
            read_at: row.get("read_at")?,
        })
    }
}

/// Puts what an effect tells into a person's inbox; a second delivery changes nothing.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(
    tx: &mut Tx<'_>,
    person: PersonId,
    effect: &Taken,
    kind: &EffectKind,
) -> Result<(), Error> {
    let kind = json(kind);
    tx.send(
        sql!(
            "INSERT INTO inbox (person_id, id, account_id, case_id, kind, at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person_id, id) DO NOTHING"
        ),
        &[
            person.into(),
            effect.id.into(),
            effect.account.into(),
            effect.case.into(),
            kind.as_str().into(),
            effect.created_at.into(),
        ],
    )
    .await
}

/// The latest notices of a person about the account they act for; without one, about all. Whoever
/// acts as a partner for some of its subscriptions is told of requests about those alone.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    tx: &mut Tx<'_>,
    person: PersonId,
    account: Option<AccountId>,
    limited_partner: Option<PartnerId>,
) -> Result<Vec<Notice>, Error> {
    reach::one_or_all(tx, account);
    tx.all(
        sql!(
            "SELECT c.number, coalesce(c.subject, r.subject, '') AS subject, a.name AS account, i.kind,
                    i.at, i.read_at, r.id AS internal_id,
                    CASE WHEN r.requester_id = $1 THEN 1 ELSE 0 END AS is_own
             FROM inbox i
             LEFT JOIN cases c ON c.account_id = i.account_id AND c.id = i.case_id
             LEFT JOIN internal_requests r ON r.account_id = i.account_id AND r.id = i.case_id
             JOIN accounts a ON a.id = i.account_id
             WHERE i.person_id = $1 AND (i.account_id = $2 OR $2 IS NULL)
               AND (c.id IS NOT NULL OR r.id IS NOT NULL OR i.case_id = $3)
               AND (c.id IS NULL OR ",
            is_covered!("$4"),
            ")
             ORDER BY i.id DESC LIMIT 100"
        ),
        &[
            person.into(),
            account.into(),
            NOBODY.into(),
            limited_partner.into(),
        ],
    )
    .await
}

/// How many notices about that account a person has not read, of those [`list`] shows; counted up to
/// a hundred.
///
/// # Errors
/// Whatever the database says.
pub async fn unread(
    tx: &mut Tx<'_>,
    person: PersonId,
    account: Option<AccountId>,
    limited_partner: Option<PartnerId>,
) -> Result<i64, Error> {
    reach::one_or_all(tx, account);
    tx.one(
        sql!(
            "SELECT count(*) FROM (
                 SELECT 1 FROM inbox i
                 WHERE i.person_id = $1 AND i.read_at IS NULL
                   AND (i.account_id = $2 OR $2 IS NULL)
                   AND (CAST($3 AS uuid) IS NULL OR NOT EXISTS (
                       SELECT 1 FROM cases c
                       WHERE c.account_id = i.account_id AND c.id = i.case_id AND NOT ",
            is_covered!("$3"),
            ")) LIMIT 100) AS unread"
        ),
        &[person.into(), account.into(), limited_partner.into()],
    )
    .await
}

/// Marks a person's notices about that account read.
///
/// # Errors
/// Whatever the database says.
pub async fn mark_read(
    tx: &mut Tx<'_>,
    person: PersonId,
    account: Option<AccountId>,
    now: Moment,
) -> Result<(), Error> {
    reach::one_or_all(tx, account);
    let mark = sql!(
        "UPDATE inbox SET read_at = $1
         WHERE person_id = $2 AND read_at IS NULL AND (account_id = $3 OR $3 IS NULL)"
    );
    let values = [now.into(), person.into(), account.into()];
    tx.send(mark, &values).await
}
