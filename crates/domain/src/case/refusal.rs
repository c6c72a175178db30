//! Why an act was refused: each a sentence its reader understands.

use crate::Moment;
use crate::calendar::CalendarError;
use crate::edition::Kind;
use crate::entitlement::VerdictError;

/// A field of a form or API call that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The subject.
    Subject,
    /// The text.
    Body,
    /// The reason.
    Reason,
    /// The list of what is asked.
    Items,
    /// The severity.
    Severity,
    /// The answers about impact.
    Impact,
    /// The category.
    Category,
    /// The subscription.
    Subscription,
    /// The boundary.
    Boundary,
    /// The person.
    Person,
    /// The organisation.
    Account,
}

impl Field {
    /// The field's name in forms and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Body => "body",
            Self::Reason => "reason",
            Self::Items => "items",
            Self::Severity => "severity",
            Self::Impact => "impact",
            Self::Category => "category",
            Self::Subscription => "subscription",
            Self::Boundary => "boundary",
            Self::Person => "person",
            Self::Account => "account",
        }
    }
}

/// Why an act was refused. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A field that must be filled in is empty.
    #[error("{} is empty; write something there", capital(.0.name()))]
    Missing(Field),
    /// A text is too long.
    #[error("{} has {found} characters; at most {limit} fit", capital(.field.name()))]
    TooLong {
        /// Which.
        field: Field,
        /// Characters found.
        found: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// The edition does not know what was named.
    #[error("{} `{value}` is not in the service description this request is held under",
        capital(.field.name()))]
    Unknown {
        /// Which field.
        field: Field,
        /// What was given.
        value: String,
    },
    /// A technical request needs the three answers.
    #[error("Say who is affected, whether work is stopped and whether there is a workaround")]
    ImpactMissing,
    /// Kinds other than technical have no severity.
    #[error("A {} request has no severity", .0.code())]
    NoSeverity(Kind),
    /// The customer may not set the severity (S9).
    #[error("Your plan leaves the severity to us: describe the impact, and we assess it")]
    SeverityNotYours,
    /// The severity is what it was.
    #[error("The severity is {0} already")]
    SeverityUnchanged(String),
    /// The case is closed.
    #[error("This request is closed; reopen it first")]
    Closed,
    /// The case is not closed.
    #[error("This request is open; there is nothing to reopen")]
    NotClosed,
    /// The reopening window is over (S3).
    #[error("This request could be reopened until {until}; open a follow-up request instead")]
    ReopeningOver {
        /// When it ended.
        until: Moment,
    },
    /// The case is already with this agent.
    #[error("This case is assigned that way already")]
    AssignmentUnchanged,
    /// The case is under these terms already.
    #[error("This case is held under these terms already")]
    TermsUnchanged,
    /// The case is this organisation's already.
    #[error("This request is with this organisation already; choose another one")]
    SameOrganisation,
    /// Only the vendor does this.
    #[error("Only the support team can do this")]
    VendorOnly,
    /// Only the customer does this.
    #[error("Only the customer's own people can do this")]
    CustomerOnly,
    /// They take part already, or it is their own request.
    #[error("{0} takes part in this request already")]
    TakesPart(String),
    /// They do not take part.
    #[error("{0} does not take part in this request")]
    TakesNoPart(String),
    /// The other side's people are added and removed by the other side.
    #[error("Only the support team adds and removes its own people")]
    OtherSidesPeople,
    /// No more people fit.
    #[error("At most {0} people take part in a request besides the one who asked")]
    TooManyParticipants(usize),
    /// What is to be ticked off was never asked, or is answered already.
    #[error("There is no open question with that number")]
    NothingAsked,
    /// Another entry was added since the page was drawn.
    #[error("Something was added to this request since you opened it")]
    Stale {
        /// The revision the page was drawn from.
        seen: u32,
        /// The revision now.
        now: u32,
    },
    /// The edition has no answer.
    #[error(transparent)]
    Verdict(#[from] VerdictError),
    /// The calendar has no answer.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

impl Refusal {
    /// The field to point at, if the refusal is about one.
    #[must_use]
    pub const fn field(&self) -> Option<Field> {
        match self {
            Self::Missing(field) | Self::TooLong { field, .. } | Self::Unknown { field, .. } => {
                Some(*field)
            }
            Self::ImpactMissing => Some(Field::Impact),
            Self::NoSeverity(_) | Self::SeverityNotYours | Self::SeverityUnchanged(_) => {
                Some(Field::Severity)
            }
            Self::NothingAsked => Some(Field::Items),
            Self::SameOrganisation => Some(Field::Account),
            Self::TakesPart(_)
            | Self::TakesNoPart(_)
            | Self::OtherSidesPeople
            | Self::TooManyParticipants(_) => Some(Field::Person),
            _ => None,
        }
    }
}

/// A word with a capital first letter.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
