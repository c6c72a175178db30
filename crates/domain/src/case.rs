//! Cases: the whole matter, from submission to closure.
//!
//! [`open`], [`act`] and [`tick`] take values and the moment and return an [`Outcome`]: the case
//! as it is then, the entries to add to its timeline, the effects to carry out. Entries are facts
//! that suffice to compute every milestone again from nothing ([`Clocks::replay`]).

mod act;
mod clocks;
mod effect;
mod entry;
mod house;
mod milestone;
mod open;
mod participant;
mod refusal;
mod terms;
mod tick;

use serde::{Deserialize, Serialize};

pub use act::{Command, NextTurn, Relocation, act};
pub use clocks::{Clocks, Decider};
pub use effect::{Effect, EffectKind, PartnerNews, Recipient};
pub use entry::{Actor, Audience, Entry, Fact, Side};
pub use house::{House, HouseObjective};
pub use milestone::{Metric, Milestone, MilestoneState};
pub use open::{BODY_LIMIT, NewCase, OpenedBy, REASON_LIMIT, SUBJECT_LIMIT, open};
pub use participant::{Participant, Standing};
pub use refusal::{Field, Refusal};
pub use terms::{PinnedTerms, Terms};
pub use tick::tick;

use crate::Moment;
use crate::edition::{Impact, Kind, Medium};
use crate::entitlement::Verdict;
use crate::ids::{AccountId, CaseId, CaseNumber, PersonId, SubscriptionId};

/// How a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The portal.
    Portal,
    /// E-mail.
    Email,
    /// The telephone.
    Telephone,
    /// The API.
    Api,
}

impl Channel {
    /// All channels.
    pub const ALL: [Self; 4] = [Self::Portal, Self::Email, Self::Telephone, Self::Api];

    /// What editions call it: everything in writing is online (S2).
    #[must_use]
    pub const fn medium(self) -> Medium {
        match self {
            Self::Telephone => Medium::Telephone,
            Self::Portal | Self::Email | Self::Api => Medium::Online,
        }
    }

    /// The word used in files, URLs and the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Email => "email",
            Self::Telephone => "telephone",
            Self::Api => "api",
        }
    }

    /// The channel of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

/// Who settled the severity (S9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeverityBasis {
    /// Proposed from the customer's answers; the vendor may correct it.
    Proposed,
    /// Set by a customer whose offer grants it.
    SetByCustomer,
    /// Assessed by the vendor.
    AssessedByVendor,
}

/// Whose turn it is (S17: every issue stays in motion).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum Status {
    /// The vendor's turn.
    WithVendor,
    /// The customer's turn: an answer is awaited.
    WithCustomer {
        /// Since when.
        since: Moment,
    },
    /// A solution was given; the case closes by itself unless the customer objects.
    Resolved {
        /// Since when.
        since: Moment,
        /// When it closes by itself.
        closes_at: Moment,
    },
    /// Closed.
    Closed {
        /// Since when.
        at: Moment,
        /// Until when it can be reopened, that instant excluded (S3, R12).
        reopen_until: Moment,
    },
}

impl Status {
    /// Whether the matter is still going on.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Closed { .. })
    }

    /// The word used in files, URLs and the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WithVendor => "with-vendor",
            Self::WithCustomer { .. } => "with-customer",
            Self::Resolved { .. } => "resolved",
            Self::Closed { .. } => "closed",
        }
    }
}

/// Where a case outside the support boundary was sent, and why (S4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// The boundary's id in the edition.
    pub boundary: String,
    /// What is outside.
    pub name: String,
    /// Where to go instead.
    pub referral: String,
    /// Why this case is outside.
    pub reason: String,
}

/// Something the vendor asked for, to be ticked off (S17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedItem {
    /// What is asked.
    pub text: String,
    /// The entry it was asked in; 0 in cases that did not keep it.
    #[serde(default)]
    pub seq: u32,
    /// When it was answered.
    pub answered_at: Option<Moment>,
}

/// A case. It is kept as JSON, without what it does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its identity.
    pub id: CaseId,
    /// The number people read.
    pub number: CaseNumber,
    /// Whose case it is.
    pub account: AccountId,
    /// The subscription it is about; pre-sales enquiries have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<SubscriptionId>,
    /// What it is about, in a line.
    pub subject: String,
    /// The kind of help.
    pub kind: Kind,
    /// The support category's id in the edition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// How it came in.
    pub channel: Channel,
    /// The customer's person it is for.
    pub requester: PersonId,
    /// When it was submitted (R8).
    pub opened_at: Moment,
    /// What it is decided under, for good (S1, R13).
    pub terms: PinnedTerms,
    /// The verdict as it was shown on submission.
    pub verdict: Verdict,
    /// The severity's code; kinds other than technical have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// Who settled the severity.
    pub severity_basis: SeverityBasis,
    /// The answers the severity was proposed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
    /// Whose turn it is.
    pub status: Status,
    /// The agent who works it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<PersonId>,
    /// Whether it was escalated and to whom; the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated_to: Option<EscalationTarget>,
    /// What the vendor asked for.
    pub asked: Vec<AskedItem>,
    /// Who takes part by name besides the requester, in the order they were added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<Participant>,
    /// Where it was sent when it is outside support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
    /// The case this one follows up after its reopening window (S3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<CaseNumber>,
    /// Its clocks.
    pub clocks: Clocks,
    /// Keys of the warnings sent, so that each is sent once (R17).
    pub warned: Vec<String>,
    /// The sequence number of its last entry: its revision.
    pub revision: u32,
}

/// To whom a case is escalated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EscalationTarget {
    /// To other expertise.
    Expertise,
    /// To management.
    Management,
}

/// Who acts, and when.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// The moment of the request or tick.
    pub now: Moment,
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The case as it is now.
    pub case: Case,
    /// Entries to add to its timeline.
    pub entries: Vec<Entry>,
    /// Outside effects to carry out once it is committed.
    pub effects: Vec<Effect>,
}

impl Case {
    /// The instant of the next running promise or internal target, contract and internal alike:
    /// what queues sort by (R18).
    #[must_use]
    pub fn next_due_at(&self) -> Option<Moment> {
        if self.status.is_open() {
            self.clocks.next_due_at()
        } else {
            None
        }
    }

    /// When the case must be looked at again: a warning, the instant after a due one, closing.
    #[must_use]
    pub fn next_timer_at(&self, terms: &Terms) -> Option<Moment> {
        tick::next_timer_at(self, terms)
    }
}
