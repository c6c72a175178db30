//! Lines of the timeline as JSON.

use mainstay_domain::case::{Audience, Fact, Side};
use mainstay_domain::ids::PersonId;
use mainstay_store::views::TimelineRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Instant, words};

/// A line of the timeline.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entry)]
pub struct EntryBody<'a> {
    /// Counts from 1 within the case.
    seq: u32,
    /// When it happened.
    at: Instant,
    /// On whose side it was done.
    #[schema(value_type = words::Side)]
    side: Side,
    /// Who did it; the system is nobody.
    #[schema(value_type = Option<Uuid>)]
    actor_id: Option<PersonId>,
    /// Their name.
    actor: Option<&'a str>,
    /// The partner they acted with.
    partner: Option<&'a str>,
    /// Who may read it.
    #[schema(value_type = words::Audience)]
    audience: Audience,
    /// What happened.
    #[serde(flatten)]
    #[schema(value_type = FactSchema)]
    fact: &'a Fact,
}

impl<'a> From<&'a TimelineRow> for EntryBody<'a> {
    fn from(row: &'a TimelineRow) -> Self {
        Self {
            seq: row.entry.seq,
            at: row.entry.at.into(),
            side: row.entry.actor.side,
            actor_id: row.entry.actor.person,
            actor: row.actor.as_deref(),
            partner: row.partner.as_deref(),
            audience: row.entry.audience,
            fact: &row.entry.fact,
        }
    }
}

/// What happened; which members there are depends on `fact`.
#[derive(ToSchema)]
#[schema(as = Fact)]
#[expect(
    dead_code,
    reason = "only describes how the domain's facts are written"
)]
pub struct FactSchema {
    /// What happened.
    fact: words::FactWord,
    /// Its text, Markdown.
    body: Option<String>,
    /// Why.
    reason: Option<String>,
    /// How the request came in.
    channel: Option<words::Channel>,
    /// The severity the case was opened with.
    severity: Option<String>,
    /// The answers it was proposed from.
    impact: Option<super::ImpactBody>,
    /// The number of the case this one follows up.
    follows: Option<String>,
    /// Whether the vendor now waits for the customer.
    awaits_customer: Option<bool>,
    /// What was asked, or the positions of what was ticked off.
    items: Option<Vec<serde_json::Value>>,
    /// The severity before.
    from: Option<String>,
    /// The severity after; the agent assigned; to whom it was escalated; what the case is decided
    /// under from then on, as an object.
    to: Option<serde_json::Value>,
    /// For whom a case is that was moved.
    #[schema(value_type = Option<Uuid>)]
    requester: Option<String>,
    /// The boundary's id.
    boundary: Option<String>,
    /// What is outside the boundary; the name of who was added or removed.
    name: Option<String>,
    /// Who was added or removed.
    #[schema(value_type = Option<Uuid>)]
    person: Option<String>,
    /// Where to go instead.
    referral: Option<String>,
    /// Which milestone was missed.
    metric: Option<words::Metric>,
    /// Names of files.
    names: Option<Vec<String>>,
}
