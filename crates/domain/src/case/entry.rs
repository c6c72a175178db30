//! The timeline: facts in order.

use serde::{Deserialize, Serialize};

use super::{Channel, EscalationTarget, Metric, Milestone, PinnedTerms};
use crate::Moment;
use crate::edition::Impact;
use crate::ids::{CaseNumber, PartnerId, PersonId};

/// On whose side an actor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The customer's.
    Customer,
    /// The vendor's.
    Vendor,
    /// The system's.
    System,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The person; the system is nobody.
    pub person: Option<PersonId>,
    /// On whose side they acted.
    pub side: Side,
    /// The partner they acted for the customer with (S20).
    pub partner: Option<PartnerId>,
}

impl Actor {
    /// The system itself.
    pub const SYSTEM: Self = Self {
        person: None,
        side: Side::System,
        partner: None,
    };

    /// A person on a side.
    #[must_use]
    pub const fn person(person: PersonId, side: Side) -> Self {
        Self {
            person: Some(person),
            side,
            partner: None,
        }
    }
}

/// Who may read an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Both sides.
    Public,
    /// The vendor only.
    Vendor,
    /// The customer's own people only: neither the vendor nor a partner.
    Customer,
}

/// A line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Counts from 1 within the case.
    pub seq: u32,
    /// When it happened.
    pub at: Moment,
    /// Who did it.
    pub actor: Actor,
    /// Who may read it.
    pub audience: Audience,
    /// What happened.
    pub fact: Fact,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "fact")]
pub enum Fact {
    /// The case was submitted.
    Opened {
        /// The customer's words.
        body: String,
        /// How it came in.
        channel: Channel,
        /// The severity it was opened with.
        severity: Option<String>,
        /// The answers it was proposed from.
        impact: Option<Impact>,
        /// The case it follows up.
        follows: Option<CaseNumber>,
    },
    /// Somebody wrote to the other side.
    Reply {
        /// Markdown.
        body: String,
        /// Whether the vendor now waits for the customer.
        awaits_customer: bool,
    },
    /// An internal note.
    Note {
        /// Markdown.
        body: String,
    },
    /// A note for colleagues, which the vendor never sees.
    CustomerNote {
        /// Markdown.
        body: String,
    },
    /// Somebody was made a participant.
    ParticipantAdded {
        /// Who.
        person: PersonId,
        /// Their name then.
        name: String,
    },
    /// Somebody is no participant any more.
    ParticipantRemoved {
        /// Who.
        person: PersonId,
        /// Their name then.
        name: String,
    },
    /// The vendor asked for information.
    InformationAsked {
        /// Markdown.
        body: String,
        /// What is asked, one by one.
        items: Vec<String>,
    },
    /// Asked items were ticked off.
    InformationGiven {
        /// Their positions in the case's list.
        items: Vec<usize>,
    },
    /// An agent took or was given the case, or laid it down.
    Assigned {
        /// The agent.
        to: Option<PersonId>,
    },
    /// The severity was changed (R11).
    SeverityChanged {
        /// Before.
        from: String,
        /// After.
        to: String,
        /// Why.
        reason: String,
    },
    /// The case is outside the support boundary (S4).
    Referred {
        /// The boundary's id.
        boundary: String,
        /// What is outside.
        name: String,
        /// Where to go instead.
        referral: String,
        /// Why.
        reason: String,
    },
    /// The case was escalated.
    Escalated {
        /// To whom.
        to: EscalationTarget,
        /// Why.
        reason: String,
    },
    /// A solution was given.
    Resolved {
        /// Markdown.
        body: String,
    },
    /// The case was closed.
    Closed {
        /// Why; may be empty when the customer closes.
        reason: String,
    },
    /// The case was reopened (S3).
    Reopened {
        /// Why.
        reason: String,
    },
    /// A milestone was missed; `at` is its due instant.
    Breached {
        /// Which.
        metric: Metric,
    },
    /// The case was put under other terms (R13, R14).
    Rebased {
        /// What it is decided under from now on.
        to: PinnedTerms,
        /// Why.
        reason: String,
        /// The milestones as they stood under the terms before, with the first response's due
        /// instant as it is from now on: a record, so that nothing has to be computed again under
        /// terms that are gone.
        milestones: Vec<Milestone>,
    },
    /// Files were added to the timeline.
    FilesAdded {
        /// Their names.
        names: Vec<String>,
    },
    /// The case was moved here from another organisation, under which it had been opened. Why
    /// stands in the vendor's log, since it may name that one.
    Moved {
        /// What it is decided under, from its opening on.
        to: PinnedTerms,
        /// Whom it is for now.
        requester: PersonId,
    },
    /// Here stood a note for colleagues of an organisation the case was moved out of. That
    /// organisation keeps it; nobody sees that it was here.
    NoteKept,
}

impl Fact {
    /// Why it was done, in the words of whoever did it, for what asks for a reason.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Referred { reason, .. }
            | Self::Escalated { reason, .. }
            | Self::Closed { reason }
            | Self::Reopened { reason }
            | Self::Rebased { reason, .. }
            | Self::SeverityChanged { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// The text of the entry, in Markdown, if it has one of its own.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        match self {
            Self::Opened { body, .. }
            | Self::Reply { body, .. }
            | Self::Note { body }
            | Self::CustomerNote { body }
            | Self::InformationAsked { body, .. }
            | Self::Resolved { body } => Some(body),
            Self::Referred { reason, .. }
            | Self::Escalated { reason, .. }
            | Self::Closed { reason }
            | Self::Reopened { reason }
            | Self::Rebased { reason, .. }
            | Self::SeverityChanged { reason, .. } => Some(reason),
            Self::InformationGiven { .. }
            | Self::Assigned { .. }
            | Self::ParticipantAdded { .. }
            | Self::ParticipantRemoved { .. }
            | Self::Breached { .. }
            | Self::FilesAdded { .. }
            | Self::Moved { .. }
            | Self::NoteKept => None,
        }
    }

    /// The word that names the fact in the store and the API.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Reply { .. } => "reply",
            Self::Note { .. } => "note",
            Self::CustomerNote { .. } => "customer-note",
            Self::ParticipantAdded { .. } => "participant-added",
            Self::ParticipantRemoved { .. } => "participant-removed",
            Self::InformationAsked { .. } => "information-asked",
            Self::InformationGiven { .. } => "information-given",
            Self::Assigned { .. } => "assigned",
            Self::SeverityChanged { .. } => "severity-changed",
            Self::Referred { .. } => "referred",
            Self::Escalated { .. } => "escalated",
            Self::Resolved { .. } => "resolved",
            Self::Closed { .. } => "closed",
            Self::Reopened { .. } => "reopened",
            Self::Breached { .. } => "breached",
            Self::Rebased { .. } => "rebased",
            Self::FilesAdded { .. } => "files-added",
            Self::Moved { .. } => "moved",
            Self::NoteKept => "note-kept",
        }
    }

    /// Whether this is an outward contact when a person of the vendor does it (R9).
    #[must_use]
    pub const fn is_contact(&self) -> bool {
        matches!(
            self,
            Self::Reply { .. }
                | Self::InformationAsked { .. }
                | Self::Resolved { .. }
                | Self::Referred { .. }
        )
    }
}
