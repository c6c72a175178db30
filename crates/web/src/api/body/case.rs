//! A case as JSON: what it is, and with its timeline.

use mainstay_domain::Moment;
use mainstay_domain::case::{
    AskedItem, Case, Channel, EscalationTarget, Referral, SeverityBasis, Side, Status,
};
use mainstay_domain::edition::{Affected, Impact, Kind, WorkState};
use mainstay_domain::ids::{AccountId, CaseNumber, PersonId, SubscriptionId};
use mainstay_store::files::StoredFile;
use mainstay_store::participants::Named;
use mainstay_store::views::{CasePage, KnownCase};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{EntryBody, Instant, MilestoneBody, VerdictBody, words};

/// A case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Case)]
pub struct CaseBody<'a> {
    /// The number people read; its last digit guards the others.
    #[schema(value_type = String, example = "1000017")]
    number: CaseNumber,
    /// Counts what happened to it; also its ETag.
    revision: u32,
    /// What it is about, in a line.
    subject: &'a str,
    /// The kind of help.
    #[schema(value_type = words::Kind)]
    kind: Kind,
    /// The support category's id.
    category: Option<&'a str>,
    /// How it came in.
    #[schema(value_type = words::Channel)]
    channel: Channel,
    /// Whose case it is.
    #[schema(value_type = Uuid)]
    account: AccountId,
    /// The subscription it is about.
    #[schema(value_type = Option<Uuid>)]
    subscription: Option<SubscriptionId>,
    /// The customer's person it is for.
    #[schema(value_type = Uuid)]
    requester: PersonId,
    /// The agent who works it; only the vendor sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    assignee: Option<PersonId>,
    /// To whom it was escalated; only the vendor sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::EscalationTarget>)]
    escalated_to: Option<EscalationTarget>,
    /// The severity's code; kinds other than technical have none.
    #[schema(example = "B")]
    severity: Option<&'a str>,
    /// Who settled the severity.
    #[schema(value_type = words::SeverityBasis)]
    severity_basis: SeverityBasis,
    /// The answers the severity was proposed from.
    #[schema(value_type = Option<ImpactBody>)]
    impact: Option<Impact>,
    /// Whose turn it is.
    #[schema(value_type = words::Status)]
    status: &'static str,
    /// Since when the customer's answer is awaited, or the solution given.
    waiting_since: Option<Instant>,
    /// When a resolved case closes by itself.
    closes_at: Option<Instant>,
    /// When it was closed.
    closed_at: Option<Instant>,
    /// Until when it can be reopened, that instant excluded.
    reopen_until: Option<Instant>,
    /// When it was submitted.
    opened_at: Instant,
    /// The region whose hours count.
    region: &'a str,
    /// The verdict as it was given on submission.
    verdict: VerdictBody<'a>,
    /// Its clocks, in the order they were started.
    milestones: Vec<MilestoneBody<'a>>,
    /// What the vendor asked for, item by item.
    asked: Vec<AskedBody<'a>>,
    /// Where it was sent when it is outside support.
    #[schema(value_type = Option<ReferralSchema>)]
    referral: Option<&'a Referral>,
    /// The case this one follows up.
    #[schema(value_type = Option<String>)]
    follows: Option<CaseNumber>,
}

/// Something the vendor asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AskedItem)]
struct AskedBody<'a> {
    /// What is asked.
    text: &'a str,
    /// When it was answered.
    answered_at: Option<Instant>,
}

/// The answers about impact, from which the severity is proposed.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Impact)]
pub struct ImpactBody {
    /// Who is affected.
    #[schema(value_type = words::Affected)]
    affected: Affected,
    /// What the trouble does to their work.
    #[schema(value_type = words::Work)]
    work: WorkState,
    /// Whether there is an acceptable workaround.
    has_workaround: bool,
}

impl From<ImpactBody> for Impact {
    fn from(body: ImpactBody) -> Self {
        Self {
            affected: body.affected,
            work: body.work,
            has_workaround: body.has_workaround,
        }
    }
}

/// Where a case outside the support boundary was sent.
#[derive(ToSchema)]
#[schema(as = Referral)]
#[expect(
    dead_code,
    reason = "only describes how the domain's referral is written"
)]
struct ReferralSchema {
    /// The boundary's id in the edition.
    boundary: String,
    /// What is outside.
    name: String,
    /// Where to go instead.
    referral: String,
    /// Why.
    reason: String,
}

impl<'a> From<&'a AskedItem> for AskedBody<'a> {
    fn from(item: &'a AskedItem) -> Self {
        Self {
            text: &item.text,
            answered_at: item.answered_at.map(Into::into),
        }
    }
}

impl<'a> CaseBody<'a> {
    /// A case as a side may see it at `now`.
    #[must_use]
    pub fn of(case: &'a Case, side: Side, now: Moment) -> Self {
        let (waiting_since, closes_at, closed_at, reopen_until) = match case.status {
            Status::WithVendor => (None, None, None, None),
            Status::WithCustomer { since } => (Some(since), None, None, None),
            Status::Resolved { since, closes_at } => (Some(since), Some(closes_at), None, None),
            Status::Closed { at, reopen_until } => (None, None, Some(at), Some(reopen_until)),
        };
        let is_vendor = side == Side::Vendor;
        Self {
            number: case.number,
            revision: case.revision,
            subject: &case.subject,
            kind: case.kind,
            category: case.category.as_deref(),
            channel: case.channel,
            account: case.account,
            subscription: case.subscription,
            requester: case.requester,
            assignee: case.assignee.filter(|_| is_vendor),
            escalated_to: case.escalated_to.filter(|_| is_vendor),
            severity: case.severity.as_deref(),
            severity_basis: case.severity_basis,
            impact: case.impact,
            status: case.status.code(),
            waiting_since: waiting_since.map(Into::into),
            closes_at: closes_at.map(Into::into),
            closed_at: closed_at.map(Into::into),
            reopen_until: reopen_until.map(Into::into),
            opened_at: case.opened_at.into(),
            region: &case.terms.region,
            verdict: (&case.verdict).into(),
            milestones: MilestoneBody::all(case, side, now),
            asked: case.asked.iter().map(Into::into).collect(),
            referral: case.referral.as_ref(),
            follows: case.follows,
        }
    }
}

/// A case with the names it shows, its timeline and files, as far as you may see them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseDetail)]
pub struct CaseDetail<'a> {
    #[serde(flatten)]
    case: CaseBody<'a>,
    /// The names behind the ids.
    names: NamesBody<'a>,
    /// The timeline, the oldest line first.
    entries: Vec<EntryBody<'a>>,
    /// Who takes part by name besides the requester, in the order they were added.
    participants: Vec<ParticipantBody<'a>>,
    /// Files that came with it.
    files: Vec<FileBody<'a>>,
}

/// Somebody who takes part by name: they see what both sides write from the moment of adding.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Participant)]
struct ParticipantBody<'a> {
    /// Who.
    #[schema(value_type = Uuid)]
    person: PersonId,
    /// Their name.
    name: &'a str,
    /// On whose side.
    #[schema(value_type = words::Side)]
    side: Side,
}

impl<'a> From<&'a Named> for ParticipantBody<'a> {
    fn from(one: &'a Named) -> Self {
        Self {
            person: one.person,
            name: &one.name,
            side: one.side,
        }
    }
}

/// What somebody sees of a case whose role shows that it exists, its status and its dates, and no
/// more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseMetadata)]
pub struct KnownBody<'a> {
    /// The number people read.
    #[schema(value_type = String, example = "1000017")]
    number: CaseNumber,
    /// The kind of help.
    #[schema(value_type = words::Kind)]
    kind: Kind,
    /// Whose turn it is.
    #[schema(value_type = words::Status)]
    status: &'a str,
    /// When it was submitted.
    opened_at: Instant,
    /// When something happened last that both sides see.
    last_public_at: Instant,
    /// When it was closed.
    closed_at: Option<Instant>,
    /// Always true: there is more to this case than you may see.
    is_metadata: bool,
}

impl<'a> From<&'a KnownCase> for KnownBody<'a> {
    fn from(case: &'a KnownCase) -> Self {
        Self {
            number: case.number,
            kind: case.kind,
            status: &case.status,
            opened_at: case.opened_at.into(),
            last_public_at: case.last_public_at.into(),
            closed_at: case.closed_at.map(Into::into),
            is_metadata: true,
        }
    }
}

/// Names behind ids.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Names)]
struct NamesBody<'a> {
    /// The account's.
    account: &'a str,
    /// The account's customer number.
    customer_number: &'a str,
    /// The requester's.
    requester: &'a str,
    /// The agent's; only the vendor sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<&'a str>,
}

/// A file on a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = File)]
struct FileBody<'a> {
    /// Its identity.
    #[schema(value_type = Uuid)]
    id: mainstay_domain::ids::FileId,
    /// The entry it came with.
    seq: u32,
    /// Its name, as given.
    name: &'a str,
    /// Its media type, as claimed.
    media_type: &'a str,
    /// Its size in bytes.
    size: u64,
    /// Whether only some who see it may download it: each time is logged.
    is_confidential: bool,
}

impl<'a> From<&'a StoredFile> for FileBody<'a> {
    fn from(file: &'a StoredFile) -> Self {
        Self {
            id: file.id,
            seq: file.seq,
            name: &file.name,
            media_type: &file.media_type,
            size: file.size,
            is_confidential: file.is_confidential,
        }
    }
}

impl<'a> CaseDetail<'a> {
    /// A case's page as a side may see it at `now`.
    #[must_use]
    pub fn of(page: &'a CasePage, side: Side, now: Moment) -> Self {
        Self {
            case: CaseBody {
                asked: page.asked().map(|(_, item)| item.into()).collect(),
                ..CaseBody::of(&page.case, side, now)
            },
            names: NamesBody {
                account: &page.account,
                customer_number: &page.customer_number,
                requester: &page.requester,
                assignee: page.assignee.as_deref().filter(|_| side == Side::Vendor),
            },
            entries: page.timeline.iter().map(Into::into).collect(),
            participants: page.participants.iter().map(Into::into).collect(),
            files: page.files.iter().map(Into::into).collect(),
        }
    }
}

/// A case as far as its reader sees it.
#[derive(ToSchema)]
#[schema(as = CaseSeen)]
#[expect(dead_code, reason = "only describes which of the two is answered")]
#[serde(untagged)]
pub enum CaseSeen<'a> {
    /// All of it that is theirs.
    Detail(Box<CaseDetail<'a>>),
    /// That it exists, its status and its dates.
    Metadata(KnownBody<'a>),
}
