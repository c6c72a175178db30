//! Why something may not be done, as a value and as a sentence.

use super::action::Action;
use super::grant::Obligation;
use crate::Moment;
use crate::edition::Kind;

/// Why something may not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("You may not {}: {because}", .action.words())]
pub struct Denial {
    /// What was asked.
    pub action: Action,
    /// Why not.
    pub because: Because,
}

impl Denial {
    /// A denial because no role of theirs includes it.
    #[must_use]
    pub const fn of_role(action: Action) -> Self {
        Self {
            action,
            because: Because::RoleLacksIt,
        }
    }

    /// The denial as a sentence about somebody: *Dana may not …*.
    #[must_use]
    pub fn said_of(&self, who: &str) -> String {
        format!("{who} may not {}: {}.", self.action.words(), self.because)
    }
}

/// The reason of a denial, the farthest from a grant first: of several, the last is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Because {
    /// Their roles are of another organisation than the one acted for.
    #[error("a role counts only in the organisation acted for")]
    RoleElsewhere,
    /// No role of theirs includes it.
    #[error("no role held here includes it")]
    RoleLacksIt,
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    SignedOut,
    /// A role includes it that does not go with running the machine.
    #[error("whoever runs the machine reads and does nothing of customers, whatever else they are")]
    SeparationPair,
    /// They turn to their own administrators (S15, S16).
    #[error("people ask an administrator of their own organisation, who brings it to support")]
    AskAdministrator,
    /// The edition lets this administrator type open other kinds only.
    #[error("this type of administrator does not open {} requests", .0.code())]
    OtherAdministratorType(Kind),
    /// It lies at another desk.
    #[error("it lies at another desk")]
    OtherDesk,
    /// The customer has not let the partner act for it.
    #[error("the customer has not let this partner act for it")]
    DelegationMissing,
    /// The partner named others to act for the customer.
    #[error("the partner has named others to act for this customer")]
    NotNamed,
    /// What the customer delegated is over.
    #[error("what the customer delegated ended at {0}")]
    DelegationEnded(Moment),
    /// What the customer delegated does not name the kind.
    #[error("what the customer delegated does not name {} requests", .0.code())]
    KindNotDelegated(Kind),
    /// What the customer delegated is for other subscriptions.
    #[error(
        "what the customer delegated is for some subscriptions, and this is about none of them"
    )]
    SubscriptionNotDelegated,
    /// What the customer delegated does not name its people.
    #[error("what the customer delegated does not name its people")]
    PeopleNotDelegated,
    /// The role sees that it exists, its status and its dates.
    #[error("this role sees that it exists, its status and its dates, and no more")]
    MetadataOnly,
    /// The role reads it and changes nothing.
    #[error("this role reads it and changes nothing")]
    ReadOnly,
    /// They do not take part in it by name.
    #[error("only those who take part in it by name may")]
    NotParticipant,
    /// It is about somebody this right spares.
    #[error("it is about an administrator, whom this right does not reach")]
    AboutAdministrator,
    /// It is not about somebody of the vendor's team.
    #[error("this right is for the vendor's own people only")]
    TeamOnly,
    /// It is no part of what is shown to whoever views the portal as a customer does.
    #[error("it is not shown to those who view the portal as a customer does")]
    NotInView,
    /// Something is missing that would make it allowed.
    #[error("it is allowed only {}", .0.words())]
    Needs(Obligation),
    /// The second person is the first.
    #[error("the second person must be somebody else")]
    SecondIsFirst,
    /// The second person does not hold the right themselves.
    #[error("the second person does not hold this right themselves")]
    SecondLacksIt,
    /// A role cannot be given by somebody who holds less.
    #[error("nobody gives what they do not hold")]
    GivesMoreThanHeld,
    /// Nobody gives a role to themselves.
    #[error("nobody gives a role to themselves")]
    ToOneself,
    /// It belongs to another organisation.
    #[error("it belongs to another organisation")]
    NotTheirs,
    /// The person was deactivated.
    #[error("this person was deactivated")]
    Deactivated,
}

impl Because {
    /// The word used in logs and in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::RoleElsewhere => "role-elsewhere",
            Self::RoleLacksIt => "role-lacks-it",
            Self::SeparationPair => "separation-pair",
            Self::AskAdministrator => "ask-administrator",
            Self::OtherAdministratorType(_) => "other-administrator-type",
            Self::OtherDesk => "other-desk",
            Self::DelegationMissing => "delegation-missing",
            Self::NotNamed => "not-named",
            Self::DelegationEnded(_) => "delegation-ended",
            Self::KindNotDelegated(_) => "kind-not-delegated",
            Self::SubscriptionNotDelegated => "subscription-not-delegated",
            Self::PeopleNotDelegated => "people-not-delegated",
            Self::MetadataOnly => "metadata-only",
            Self::ReadOnly => "read-only",
            Self::NotParticipant => "not-a-participant",
            Self::AboutAdministrator => "about-an-administrator",
            Self::TeamOnly => "team-only",
            Self::NotInView => "not-in-view",
            Self::Needs(obligation) => obligation.code_when_missing(),
            Self::SecondIsFirst => "second-is-first",
            Self::SecondLacksIt => "second-lacks-it",
            Self::GivesMoreThanHeld => "gives-more-than-held",
            Self::ToOneself => "to-oneself",
            Self::NotTheirs => "not-theirs",
            Self::Deactivated => "deactivated",
        }
    }
}

impl Obligation {
    const fn code_when_missing(self) -> &'static str {
        match self {
            Self::Reason => "needs-reason",
            Self::SecondPerson => "needs-second-person",
            Self::ElevatedOffer => "needs-elevated-offer",
            Self::VerifiedCaller => "needs-verified-caller",
            Self::DeskLead => "needs-desk-lead",
            _ => "needs-more",
        }
    }
}
