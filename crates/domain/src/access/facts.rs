//! What a decision is made about, as far as it is known.

use super::administrators::Administrators;
use super::principal::Principal;
use super::role::Role;
use crate::edition::Kind;
use crate::ids::{AccountId, SubscriptionId};

/// What is known of the thing somebody wants to act on, and of the circumstances.
///
/// What is not known yet (`None`) becomes an obligation of the grant; what is known to be missing
/// denies it. So a page can ask before a form is filled in, and a verb when it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The thing; without it the decision is about everything in reach, and the scope says what
    /// that is.
    pub target: Option<Target>,
    /// Which kinds the administrator types may open, from the edition in force.
    pub administrators: Administrators,
    /// Whether a reason is given.
    pub has_reason: Option<bool>,
    /// Who else agreed.
    pub second: Second<'a>,
    /// Whether an elevated offer is in force.
    pub has_elevated_offer: Option<bool>,
    /// Whether the caller or sender on whose behalf it is done was verified.
    pub is_caller_verified: Option<bool>,
    /// Whether they lead their desk.
    pub leads_desk: Option<bool>,
    /// Whether it concerns keys or the team's accounts, where running the machine takes two.
    pub concerns_team: bool,
    /// Whether it is to hold from now on, and not to be kept as a draft.
    pub takes_effect: bool,
    /// Whether nobody runs the machine yet: until somebody does, managers keep the team's accounts.
    pub lacks_system_administrator: bool,
}

/// Who else agreed.
#[derive(Debug, Clone, Copy, Default)]
pub enum Second<'a> {
    /// Nobody was asked yet.
    #[default]
    NotAsked,
    /// Nobody did.
    Nobody,
    /// Nobody could: nobody else holds the right. The team's own accounts are then kept by one
    /// person, or a vendor that begins with one would never have a second.
    NoneToAsk,
    /// Somebody, as they are now.
    Agreed(&'a Principal),
}

/// Under which subscription a thing is, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Under {
    /// Nobody has said yet; or it is nothing that is under one.
    #[default]
    NotKnown,
    /// Under none.
    Nothing,
    /// Under this one.
    Subscription(SubscriptionId),
}

impl From<Option<SubscriptionId>> for Under {
    fn from(known: Option<SubscriptionId>) -> Self {
        known.map_or(Self::Nothing, Self::Subscription)
    }
}

/// One thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Target {
    /// The account it belongs to; what belongs to the vendor or to everybody has none.
    pub account: Option<AccountId>,
    /// The kind of help, if it is a case or about to be one.
    pub kind: Option<Kind>,
    /// Under which subscription it is.
    pub under: Under,
    /// Whether they take part in it by name, or it is their own.
    pub is_own: bool,
    /// The highest role of the person it is about.
    pub about: Option<Role>,
}
