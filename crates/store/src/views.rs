//! Rows that pages are drawn from: each read in one or two statements, each through a scope.

mod customer;
mod desk;
mod export;
mod listing;
mod log;
mod partner;
mod reports;
mod thread;

use mainstay_domain::Moment;
use mainstay_domain::case::{Channel, Metric};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::CaseNumber;

pub use customer::{
    CustomerHome, HOME, KnownCase, OpenPlace, Promised, closed_cases, customer_home,
    known_account_cases, known_case, known_cases, known_closed_cases, open_cases, open_cases_of,
    promises,
};
pub use desk::{
    QueueCounts, QueueFilter, account_cases, next_unassigned, queue, queue_counts, taken_part,
};
pub use export::case_pages;
pub use listing::{closed_desk_cases, newest_cases, newest_open_cases};
pub use log::{LogRow, WantedLines, log_lines};
pub use partner::{PartnerCase, account_of_case, partner_cases};
pub use reports::{DayCount, KeptPromises, kept_promises, opened_and_closed, without_commitment};
pub use thread::{CasePage, TimelineRow, case_page};

use crate::Error;
use crate::db::{FromRow, Row};

/// The columns of a [`CaseRow`] and the tables they come from.
macro_rules! case_rows {
    () => {
        "SELECT c.number, c.subject, c.kind, c.severity, c.status, c.channel, c.opened_at,
                c.last_public_at, c.closed_at, c.reopen_until, c.next_due_at, c.next_metric,
                c.next_is_internal, c.queue_at, a.name AS account, p.name AS assignee,
                r.name AS requester, c.revision,
                CASE WHEN c.queue_at < 1099511627776
                          AND (c.next_due_at IS NULL OR c.queue_at <> c.next_due_at)
                     THEN (SELECT min(CASE WHEN m.is_internal THEN 'i ' ELSE 'c ' END || m.metric)
                           FROM milestones m
                           WHERE m.account_id = c.account_id AND m.case_id = c.id
                             AND m.state = 'breached' AND m.due_at = c.queue_at)
                END AS missed
         FROM cases c
         JOIN accounts a ON a.id = c.account_id
         JOIN people r ON r.id = c.requester_id
         LEFT JOIN people p ON p.id = c.assignee_id "
    };
}
pub(crate) use case_rows;

/// A case as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Its number.
    pub number: CaseNumber,
    /// What it is about.
    pub subject: String,
    /// The kind of help.
    pub kind: Kind,
    /// The severity's code.
    pub severity: Option<String>,
    /// The word of its status: `with-vendor`, `with-customer`, `resolved`, `closed`.
    pub status: String,
    /// How it came in.
    pub channel: Channel,
    /// When it was submitted.
    pub opened_at: Moment,
    /// The last thing both sides can see.
    pub last_public_at: Moment,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// Until when it can be reopened, that instant excluded.
    pub reopen_until: Option<Moment>,
    /// The next running due instant.
    pub next_due_at: Option<Moment>,
    /// Of which metric.
    pub next_metric: Option<Metric>,
    /// Whether that is the vendor's own target and promised to nobody.
    pub next_is_internal: bool,
    /// The metric of the promise or target that was missed and is still owed, and whether it is
    /// the vendor's own.
    pub missed: Option<(Metric, bool)>,
    /// Its place in the order of work; below 2^40 it is a due instant, missed ones included.
    pub queue_at: Option<i64>,
    /// The account's name.
    pub account: String,
    /// The requester's name.
    pub requester: String,
    /// The agent's name.
    pub assignee: Option<String>,
    /// Its revision.
    pub revision: u32,
}

impl CaseRow {
    /// The due instant of a promise or target that was missed and is still owed.
    #[must_use]
    pub fn missed_at(&self) -> Option<Moment> {
        let due = self
            .queue_at
            .filter(|&at| at < 1 << 40)
            .map(Moment::from_unix)?;
        (Some(due) != self.next_due_at).then_some(due)
    }
}

impl FromRow for CaseRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let word = |column: &'static str| -> Result<String, Error> { row.get(column) };
        let unknown = |column: &str, found: &str| Error::Decode {
            column: column.to_owned(),
            wanted: "a word this version knows",
            found: found.to_owned(),
        };
        let (kind, channel) = (word("kind")?, word("channel")?);
        let metric: Option<String> = row.get("next_metric")?;
        let missed: Option<String> = row.get("missed")?;
        let missed = missed.as_deref().and_then(|missed| missed.split_once(' '));
        Ok(Self {
            number: row.get("number")?,
            subject: row.get("subject")?,
            kind: Kind::from_code(&kind).ok_or_else(|| unknown("kind", &kind))?,
            severity: row.get("severity")?,
            status: row.get("status")?,
            channel: Channel::from_code(&channel).ok_or_else(|| unknown("channel", &channel))?,
            opened_at: row.get("opened_at")?,
            last_public_at: row.get("last_public_at")?,
            closed_at: row.get("closed_at")?,
            reopen_until: row.get("reopen_until")?,
            next_due_at: row.get("next_due_at")?,
            next_metric: metric.as_deref().and_then(Metric::from_code),
            next_is_internal: row.get("next_is_internal")?,
            missed: missed.and_then(|(whose, code)| Some((Metric::from_code(code)?, whose == "i"))),
            queue_at: row.get("queue_at")?,
            account: row.get("account")?,
            requester: row.get("requester")?,
            assignee: row.get("assignee")?,
            revision: row.get("revision")?,
        })
    }
}
