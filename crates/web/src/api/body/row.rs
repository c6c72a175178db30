//! Cases in lists as JSON.

use mainstay_domain::case::{Channel, Metric, Side};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::CaseNumber;
use mainstay_store::views::CaseRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Instant, words};

/// A page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseList<'a> {
    /// The cases.
    pub cases: Vec<CaseRowBody<'a>>,
    /// Give it as `cursor` for the next page; there is none on the last.
    pub next_cursor: Option<String>,
}

/// A case as lists show it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseRow)]
pub struct CaseRowBody<'a> {
    /// The number people read.
    #[schema(value_type = String, example = "1000017")]
    number: CaseNumber,
    /// Counts what happened to it; also its ETag.
    revision: u32,
    /// What it is about, in a line.
    subject: &'a str,
    /// The kind of help.
    #[schema(value_type = words::Kind)]
    kind: Kind,
    /// The severity's code.
    severity: Option<&'a str>,
    /// Whose turn it is.
    #[schema(value_type = words::Status)]
    status: &'a str,
    /// How it came in.
    #[schema(value_type = words::Channel)]
    channel: Channel,
    /// The account's name.
    account: &'a str,
    /// The requester's name.
    requester: &'a str,
    /// The agent's name; only the vendor sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<&'a str>,
    /// When it was submitted.
    opened_at: Instant,
    /// When something happened last that both sides see.
    last_public_at: Instant,
    /// The next due instant.
    next_due_at: Option<Instant>,
    /// Of which metric.
    #[schema(value_type = Option<words::Metric>)]
    next_metric: Option<Metric>,
    /// When it was closed.
    closed_at: Option<Instant>,
    /// Until when it can be reopened, that instant excluded.
    reopen_until: Option<Instant>,
}

impl<'a> CaseRowBody<'a> {
    /// A row as a side may see it.
    #[must_use]
    pub fn of(row: &'a CaseRow, side: Side) -> Self {
        let is_vendor = side == Side::Vendor;
        let sees_due = is_vendor || !row.next_is_internal;
        Self {
            number: row.number,
            revision: row.revision,
            subject: &row.subject,
            kind: row.kind,
            severity: row.severity.as_deref(),
            status: &row.status,
            channel: row.channel,
            account: &row.account,
            requester: &row.requester,
            assignee: row.assignee.as_deref().filter(|_| is_vendor),
            opened_at: row.opened_at.into(),
            last_public_at: row.last_public_at.into(),
            next_due_at: row.next_due_at.filter(|_| sees_due).map(Into::into),
            next_metric: row.next_metric.filter(|_| sees_due),
            closed_at: row.closed_at.map(Into::into),
            reopen_until: row.reopen_until.map(Into::into),
        }
    }
}
