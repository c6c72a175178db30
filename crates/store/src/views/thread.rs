//! A case with its timeline, as its page shows it.

use mainstay_domain::access::{Grant, Thread};
use mainstay_domain::case::{AskedItem, Audience, Case, Entry, Fact, Side};
use mainstay_domain::ids::CaseNumber;

use crate::cases::shown_from;
use crate::codec::Json;
use crate::db::{FromRow, Row};
use crate::files::{self, StoredFile};
use crate::participants::{self, Named};
use crate::scope::{of_scope, scoped};
use crate::{Error, Tx, reach, sql};

/// A line of the timeline with the names it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineRow {
    /// The entry.
    pub entry: Entry,
    /// Who did it; the system has no name.
    pub actor: Option<String>,
    /// The partner they acted with.
    pub partner: Option<String>,
    /// Whether a program did it, under its own name.
    pub is_service: bool,
}

impl TimelineRow {
    /// Whether it only says, in the place of a note, that there was one.
    pub(super) fn is_left_out(&self) -> bool {
        self.entry.fact == Fact::NoteKept
    }
}

impl CasePage {
    /// Whether somebody of another organisation wrote a line, before the case was moved to this one.
    #[must_use]
    pub fn is_of_another(&self, entry: &Entry) -> bool {
        let moved = self.timeline.iter().rev().map(|row| &row.entry);
        let mut moved = moved.filter(|one| matches!(one.fact, Fact::Moved { .. }));
        let is_before = moved.next().is_some_and(|moved| entry.seq < moved.seq);
        entry.actor.side == Side::Customer && is_before
    }

    /// What the vendor asked for, each with its position in the case, as far as the reader sees
    /// the entries it was asked in.
    pub fn asked(&self) -> impl Iterator<Item = (usize, &AskedItem)> {
        let from = self.thread.from(Audience::Public).unwrap_or(u32::MAX);
        let items = self.case.asked.iter().enumerate();
        items.filter(move |(_, item)| item.seq >= from)
    }
}

impl FromRow for TimelineRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            entry: Entry::from_row(row)?,
            actor: row.get("actor")?,
            partner: row.get("partner")?,
            is_service: row.get("is_service")?,
        })
    }
}

/// A case's page.
#[derive(Debug, Clone)]
pub struct CasePage {
    /// The case.
    pub case: Case,
    /// The account's name.
    pub account: String,
    /// The account's customer number.
    pub customer_number: String,
    /// The requester's name.
    pub requester: String,
    /// The agent's name.
    pub assignee: Option<String>,
    /// Who takes part besides the requester.
    pub participants: Vec<Named>,
    /// The part of the timeline its reader sees.
    pub thread: Thread,
    /// Its timeline, as far as the reader may see it.
    pub timeline: Vec<TimelineRow>,
    /// Its files, as far as the reader may see them.
    pub files: Vec<StoredFile>,
}

/// The case, the account's name and number, the requester's and the agent's names.
pub(super) type Head = (Json<Case>, String, String, String, Option<String>);

/// The page of a case, if the grant reaches it.
///
/// # Errors
/// Whatever the database says.
pub async fn case_page(
    tx: &mut Tx<'_>,
    grant: &Grant,
    number: CaseNumber,
) -> Result<Option<CasePage>, Error> {
    reach::scope(tx, grant.scope());
    let found: Option<Head> = tx
        .opt(
            sql!(
                "SELECT c.data, a.name, a.customer_number, r.name, p.name FROM cases c
                 JOIN accounts a ON a.id = c.account_id
                 JOIN people r ON r.id = c.requester_id
                 LEFT JOIN people p ON p.id = c.assignee_id
                 WHERE (c.account_id = $1 OR $1 IS NULL)
                   AND ",
                of_scope!(),
                "
                   AND c.number = $12"
            ),
            &scoped(grant.scope(), &[number.into()]),
        )
        .await?;
    let Some((Json(case), account, customer_number, requester, assignee)) = found else {
        return Ok(None);
    };
    let Some(thread) = grant.scope().thread(&case) else {
        return Ok(None);
    };
    let [public, internal, colleagues] = shown_from(&thread);
    let mut timeline: Vec<TimelineRow> = tx
        .all(
            sql!(
                "SELECT e.seq, e.at, e.actor_id, e.side, e.partner_id, e.audience, e.fact,
                        p.name AS actor, o.name AS partner,
                        coalesce(p.is_service, FALSE) AS is_service
                 FROM entries e
                 LEFT JOIN people p ON p.id = e.actor_id
                 LEFT JOIN partners o ON o.id = e.partner_id
                 WHERE e.account_id = $1 AND e.case_id = $2
                   AND (e.audience = 'public' AND e.seq >= $3
                        OR e.audience = 'vendor' AND e.seq >= $4
                        OR e.audience = 'customer' AND e.seq >= $5)
                 ORDER BY e.seq"
            ),
            &[
                case.account.into(),
                case.id.into(),
                public,
                internal,
                colleagues,
            ],
        )
        .await?;
    timeline.retain(|row| !row.is_left_out());
    let files = files::list(tx, &case, &thread).await?;
    let participants = participants::list(tx, &case).await?;
    Ok(Some(CasePage {
        case,
        account,
        customer_number,
        requester,
        assignee,
        participants,
        thread,
        timeline,
        files,
    }))
}
