//! Effects: intended outside actions, written with the change that caused them.

use serde::{Deserialize, Serialize};

use super::Metric;
use crate::Moment;
use crate::ids::{CaseNumber, PersonId};
use crate::internal::News;

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "to", content = "person")]
pub enum Recipient {
    /// A person.
    Person(PersonId),
    /// Whoever leads the desk the case is on.
    Leads,
}

/// What they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum EffectKind {
    /// The request was received, with its number and promise.
    Acknowledge,
    /// A case was assigned to them, or something was added to it.
    TellAssignee,
    /// The vendor did something the requester should know.
    TellRequester,
    /// They were made a participant.
    TellAdded,
    /// Something was said on a case in which they take part.
    TellParticipant,
    /// A colleague wrote a note that the vendor does not see.
    TellColleague,
    /// A milestone is about to be missed.
    Warn {
        /// Which.
        metric: Metric,
        /// When it is due.
        due_at: Moment,
    },
    /// A milestone was missed.
    Breach {
        /// Which.
        metric: Metric,
        /// When it was due.
        due_at: Moment,
    },
    /// Something happened to an internal request of theirs, or of their people (S16).
    Internal {
        /// What.
        news: News,
    },
    /// A request of theirs had been opened under their organisation by mistake, and was moved out of
    /// it; it is about no case any more.
    MovedAway {
        /// The number it was known by.
        number: CaseNumber,
    },
    /// Something became of what a customer lets a partner do (S20); it is about no case.
    Partner {
        /// What.
        what: PartnerNews,
        /// When it ends, or ended.
        at: Moment,
    },
}

/// What became of what a customer lets a partner do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartnerNews {
    /// A partner asks to act for the customer.
    Asked,
    /// A partner may act for the customer.
    Granted,
    /// What it may do was changed.
    Changed,
    /// What it asked for was declined.
    Declined,
    /// It comes to its end.
    EndsSoon,
    /// It came to its end.
    Ended,
    /// The partner gave it up.
    Renounced,
}

/// An intended outside action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Unique within the case and recipient: the same thing is never told twice.
    pub key: String,
    /// Who is told.
    pub recipient: Recipient,
    /// What they are told.
    pub kind: EffectKind,
}

impl Effect {
    /// An effect of a timeline entry.
    pub(super) fn of_entry(seq: u32, recipient: Recipient, kind: EffectKind) -> Self {
        Self {
            key: format!("entry-{seq}"),
            recipient,
            kind,
        }
    }
}
