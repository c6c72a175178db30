//! Internal requests: people of an account turn to their own administrators, who are the first
//! line (S16).
//!
//! [`open`], [`act`] and [`follow`] take values and the moment and return an [`Outcome`]: the
//! request as it is then, the entries to add to its timeline, who is to be told. An administrator
//! answers it, solves it, or escalates it once; from then on it goes with the case it became. The
//! vendor sees that case and nothing of the request. What the customer's people noted among
//! themselves on a case that is moved to another organisation stays with them as one ([`keep`]).

mod act;
mod checklist;
mod follow;
mod keep;
mod open;
mod refusal;

use serde::{Deserialize, Serialize};

pub use act::{Command, Ctx, act};
pub use checklist::{Category, Check, Checklist, Link};
pub use follow::{concerns, follow};
pub use keep::{KeptNotes, keep};
pub use open::{NewRequest, TRIED_LIMIT, open};
pub use refusal::Refusal;

use crate::Moment;
use crate::edition::Kind;
use crate::ids::{AccountId, CaseId, CaseNumber, InternalId, PersonId};

/// Who somebody is to an internal request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// Whoever asked.
    Requester,
    /// An administrator of their organisation.
    Administrator,
    /// The vendor, as far as whoever asked is told of its case.
    Vendor,
}

impl Party {
    /// The word used in the store.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Requester => "requester",
            Self::Administrator => "administrator",
            Self::Vendor => "vendor",
        }
    }

    /// The party of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Requester, Self::Administrator, Self::Vendor];
        all.into_iter().find(|party| party.code() == code)
    }
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum Status {
    /// The administrators' turn.
    WithAdministrators,
    /// They answered or asked back.
    WithRequester {
        /// Since when.
        since: Moment,
    },
    /// It was escalated, and the case is open.
    WithVendor {
        /// Since when.
        since: Moment,
    },
    /// Solved, withdrawn, or closed with its case.
    Closed {
        /// Since when.
        at: Moment,
    },
}

impl Status {
    /// Whether the matter is still going on.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Closed { .. })
    }

    /// The word used in the store.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WithAdministrators => "with-administrators",
            Self::WithRequester { .. } => "with-requester",
            Self::WithVendor { .. } => "with-vendor",
            Self::Closed { .. } => "closed",
        }
    }
}

/// How far whoever asked is told of the case their request became: as their administrator wishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Informed {
    /// Of every public reply, and of the solution.
    EveryReply,
    /// Of the solution only.
    Solution,
    /// Not of what the vendor says; that it is over they see.
    Nothing,
}

impl Informed {
    /// All of them, the most first.
    pub const ALL: [Self; 3] = [Self::EveryReply, Self::Solution, Self::Nothing];

    /// The word used in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EveryReply => "every-reply",
            Self::Solution => "solution",
            Self::Nothing => "nothing",
        }
    }

    /// The choice of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// The case a request became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Which.
    pub case: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// Its kind of help.
    pub kind: Kind,
    /// The administrator who escalated, in whose name the case is.
    pub by: PersonId,
    /// When.
    pub at: Moment,
    /// How far whoever asked is told of it.
    pub informed: Informed,
}

/// A request of somebody to the administrators of their own organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternalRequest {
    /// Its identity.
    pub id: InternalId,
    /// Whose people they are.
    pub account: AccountId,
    /// Who asked.
    pub requester: PersonId,
    /// The first-line category's id.
    pub category: String,
    /// What it is about, in a line.
    pub subject: String,
    /// When it was asked.
    pub opened_at: Moment,
    /// Whose turn it is.
    pub status: Status,
    /// The administrator who took it on.
    pub taken_by: Option<PersonId>,
    /// The case it became; at most one, for good.
    pub escalation: Option<Escalation>,
    /// The sequence number of its last entry.
    pub revision: u32,
}

/// A line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Counts from 1 within the request.
    pub seq: u32,
    /// When it happened.
    pub at: Moment,
    /// Who did it; nobody where it was the vendor.
    pub person: Option<PersonId>,
    /// Who they were to the request.
    pub party: Party,
    /// What happened.
    pub fact: Fact,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "fact")]
pub enum Fact {
    /// It was asked.
    Opened {
        /// In their own words, Markdown.
        body: String,
        /// What they have checked of the category's list, as it read then.
        checked: Vec<String>,
        /// What else they tried; may be empty.
        tried: String,
    },
    /// One side wrote to the other.
    Reply {
        /// Markdown.
        body: String,
    },
    /// An administrator took it on.
    TakenOn,
    /// An administrator solved it.
    Solved {
        /// Markdown; may be empty when a step says it all.
        body: String,
        /// The step of the list that helped, as it read then.
        helped: Option<String>,
    },
    /// It was escalated to the vendor.
    Escalated {
        /// The case it became.
        number: CaseNumber,
        /// How far whoever asked is told of it.
        informed: Informed,
    },
    /// The administrator chose anew how far whoever asked is told.
    InformedAnew {
        /// How far.
        informed: Informed,
    },
    /// An administrator closed it.
    Closed {
        /// Why; may be empty.
        reason: String,
    },
    /// Whoever asked needs it no more.
    Withdrawn {
        /// Why; may be empty.
        reason: String,
    },
    /// It was taken up again.
    Reopened {
        /// Why.
        reason: String,
    },
    /// The vendor wrote on the case.
    VendorReplied {
        /// Markdown.
        body: String,
    },
    /// The vendor solved the case.
    VendorSolved {
        /// Markdown.
        body: String,
    },
    /// The case was closed, and the request with it.
    CaseClosed,
    /// The case was reopened, and the request with it.
    CaseReopened,
    /// It holds the notes for colleagues of a case that had been opened under the account by
    /// mistake and was moved out of it: what follows are their words.
    NotesKept {
        /// The number the case was known by.
        number: CaseNumber,
    },
}

impl Fact {
    /// The text of the entry, in Markdown, if it has one of its own.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        match self {
            Self::Opened { body, .. }
            | Self::Reply { body }
            | Self::Solved { body, .. }
            | Self::VendorReplied { body }
            | Self::VendorSolved { body } => Some(body),
            Self::Closed { reason } | Self::Withdrawn { reason } | Self::Reopened { reason } => {
                Some(reason)
            }
            Self::TakenOn
            | Self::Escalated { .. }
            | Self::InformedAnew { .. }
            | Self::CaseClosed
            | Self::CaseReopened
            | Self::NotesKept { .. } => None,
        }
    }
}

/// What somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum News {
    /// Somebody asked.
    Asked,
    /// The other side wrote.
    Replied,
    /// It was solved.
    Solved,
    /// It was escalated to the vendor.
    Escalated,
    /// The vendor wrote.
    VendorReplied,
    /// It was closed.
    Closed,
    /// It was withdrawn.
    Withdrawn,
    /// It was taken up again.
    Reopened,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// Whoever asked.
    Requester,
    /// The administrator who took it on; until somebody has, all who serve internal requests.
    Administrators,
}

/// Something to be told, once for its entry and recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Telling {
    /// The entry it is about.
    pub seq: u32,
    /// To whom.
    pub to: Told,
    /// What.
    pub news: News,
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The request as it is now.
    pub request: InternalRequest,
    /// Entries to add to its timeline.
    pub entries: Vec<Entry>,
    /// What is to be told once it is committed.
    pub tellings: Vec<Telling>,
}

impl Outcome {
    /// Nothing has happened yet.
    fn of(request: &InternalRequest) -> Self {
        Self {
            request: request.clone(),
            entries: Vec::new(),
            tellings: Vec::new(),
        }
    }

    /// Adds an entry.
    fn add(&mut self, at: Moment, person: Option<PersonId>, party: Party, fact: Fact) {
        self.request.revision += 1;
        self.entries.push(Entry {
            seq: self.request.revision,
            at,
            person,
            party,
            fact,
        });
    }

    /// Somebody is told of the entry added last.
    fn tell(&mut self, to: Told, news: News) {
        let seq = self.request.revision;
        self.tellings.push(Telling { seq, to, news });
    }
}
