//! Rights as values: a grant, its scope, and what is owed for it.

use serde::Serialize;

use super::action::Action;
use super::delegation::Covered;
use crate::case::Actor;
use crate::edition::Kind;
use crate::ids::{AccountId, PartnerId, PersonId, SubscriptionId};

/// The cases a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub(super) account: Option<AccountId>,
    pub(super) covered: Covered,
    pub(super) limited_partner: Option<PartnerId>,
    pub(super) kinds: Vec<Kind>,
    pub(super) own_kinds: Vec<Kind>,
    pub(super) metadata_kinds: Vec<Kind>,
    pub(super) colleague_kinds: Vec<Kind>,
    pub(super) own_colleague_kinds: Vec<Kind>,
    pub(super) person: PersonId,
    pub(super) sees_internal: bool,
}

impl Scope {
    /// The one account it is limited to; the vendor's desks reach all.
    #[must_use]
    pub const fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// Whether cases under a subscription are in reach, or those under none.
    #[must_use]
    pub fn covers(&self, subscription: Option<SubscriptionId>) -> bool {
        self.covered.includes(subscription)
    }

    /// The partner whose delegation names the subscriptions in reach; without one all are.
    #[must_use]
    pub const fn limited_partner(&self) -> Option<PartnerId> {
        self.limited_partner
    }

    /// The kinds of which every case is in reach.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The kinds of which only the person's own cases are in reach.
    #[must_use]
    pub fn own_kinds(&self) -> &[Kind] {
        &self.own_kinds
    }

    /// The kinds of which it is known that a case exists, its status and its dates, and no more.
    #[must_use]
    pub fn metadata_kinds(&self) -> &[Kind] {
        &self.metadata_kinds
    }

    /// The kinds of which every note of the customer's side is in reach.
    #[must_use]
    pub fn colleague_kinds(&self) -> &[Kind] {
        &self.colleague_kinds
    }

    /// The kinds of which the notes of the customer's side are in reach on the person's own cases.
    #[must_use]
    pub fn own_colleague_kinds(&self) -> &[Kind] {
        &self.own_colleague_kinds
    }

    /// Who looks.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Whether internal notes are in reach, of the kinds of which every case is.
    #[must_use]
    pub const fn sees_internal(&self) -> bool {
        self.sees_internal
    }
}

/// How much of a kind a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Breadth {
    /// That a thing exists, its status and its dates.
    Metadata,
    /// What one takes part in by name, or what is one's own.
    Own,
    /// Everything in the organisation or at the desk.
    Whole,
}

/// What comes with a right, and where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Obligation {
    /// A reason, kept in the log.
    Reason,
    /// The customer sees that it was done.
    CustomerSees,
    /// A second person agrees.
    SecondPerson,
    /// A second person agrees to what concerns keys and the team's accounts.
    SecondPersonForSome,
    /// An elevated offer is in force (S9, S19).
    ElevatedOffer,
    /// The caller or sender was verified.
    VerifiedCaller,
    /// The address was confirmed, and not too many ask.
    ConfirmedAddress,
    /// They lead their desk.
    DeskLead,
    /// Not on global, billing and service support administrators.
    SparesHigherAdministrators,
    /// Not on administrators.
    SparesAdministrators,
    /// The vendor's own people only.
    TeamOnly,
    /// Reading only.
    ReadOnly,
    /// Drafts only.
    DraftsOnly,
    /// What is published to everybody only.
    PublicOnly,
    /// Giving it up only.
    RenouncesOnly,
    /// One's own API tokens only.
    OwnTokensOnly,
    /// What one uploaded oneself only.
    OwnUploadsOnly,
}

impl Obligation {
    /// The obligation in words, after a right.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Reason => "with a reason that is kept",
            Self::CustomerSees => "seen by the customer",
            Self::SecondPerson => "with a second person who agrees",
            Self::SecondPersonForSome => {
                "with a second person who agrees where keys and the team's accounts are concerned"
            }
            Self::ElevatedOffer => "while an elevated offer is in force",
            Self::VerifiedCaller => "for a caller or sender who was verified",
            Self::ConfirmedAddress => "with a confirmed address",
            Self::DeskLead => "when they lead their desk",
            Self::SparesHigherAdministrators => {
                "not on global, billing or service support administrators"
            }
            Self::SparesAdministrators => "not on administrators",
            Self::TeamOnly => "for the vendor's own people only",
            Self::ReadOnly => "to read only",
            Self::DraftsOnly => "as a draft",
            Self::PublicOnly => "what is published to everybody only",
            Self::RenouncesOnly => "to give it up only",
            Self::OwnTokensOnly => "for their own API tokens only",
            Self::OwnUploadsOnly => "for what they uploaded themselves only",
        }
    }
}

/// How far a grant goes for one kind of help, and what is owed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    pub(super) kind: Kind,
    pub(super) breadth: Breadth,
    pub(super) obligations: Vec<Obligation>,
}

impl Right {
    /// The kind of help.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// How much of it.
    #[must_use]
    pub const fn breadth(&self) -> Breadth {
        self.breadth
    }

    /// What is owed.
    #[must_use]
    pub fn obligations(&self) -> &[Obligation] {
        &self.obligations
    }

    /// What is owed for it, to stand after what may be done.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = String::new();
        if self.breadth == Breadth::Metadata {
            words.push_str(", but only that it exists, its status and its dates");
        }
        for obligation in &self.obligations {
            words.push_str(", ");
            words.push_str(obligation.words());
        }
        words
    }

    /// As [`Right::words`], of whoever it is in general: what is only their own is said to be.
    fn words_in_general(&self) -> String {
        let own = match self.breadth {
            Breadth::Own => ", where they take part by name",
            Breadth::Metadata | Breadth::Whole => "",
        };
        format!("{own}{}", self.words())
    }

    /// Whether whoever has this right has the other as well: as broad, and owing no more.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        let owes_no_more = self
            .obligations
            .iter()
            .all(|owed| other.obligations.contains(owed));
        // A participant sees less of the list and more of the case: neither includes the other.
        let is_as_broad = self.breadth == other.breadth || self.breadth == Breadth::Whole;
        self.kind == other.kind && is_as_broad && owes_no_more
    }
}

/// The right to do a thing, made by [`decide`](super::decide) alone.
///
/// Nothing else makes one, so what takes a grant cannot be called without a decision:
///
/// ```compile_fail,E0451
/// use mainstay_domain::access::{Action, Grant};
/// fn forge(like: Grant) -> Grant {
///     Grant { action: Action::Read, ..like }
/// }
/// ```
///
/// ```compile_fail,E0451
/// use mainstay_domain::access::Scope;
/// fn widen(like: Scope) -> Scope {
///     Scope { account: None, ..like }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub(super) action: Action,
    pub(super) scope: Scope,
    pub(super) rights: Vec<Right>,
    pub(super) actor: Actor,
}

impl Grant {
    /// What may be done.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// To which cases.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// As whom it is signed on the timeline.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The rights it consists of: any of them suffices for what it covers.
    #[must_use]
    pub fn rights(&self) -> &[Right] {
        &self.rights
    }

    /// The rights for a kind, the broadest first.
    pub fn rights_for(&self, kind: Kind) -> impl Iterator<Item = &Right> {
        self.rights.iter().filter(move |right| right.kind == kind)
    }

    /// The grant as a sentence about somebody: *Dana may …*.
    #[must_use]
    pub fn said_of(&self, who: &str) -> String {
        let mut owed: Vec<String> = Vec::new();
        for right in &self.rights {
            let words = right.words_in_general();
            if !owed.contains(&words) {
                owed.push(words);
            }
        }
        // A right that owes nothing says all there is to say.
        if owed.iter().any(String::is_empty) {
            owed.clear();
        }
        let mut said = owed.into_iter();
        let first = said.next().unwrap_or_default();
        let owed = said.fold(first, |all, words| {
            let words = words.trim_start_matches(", ").trim_start_matches("but ");
            format!("{all}, or {words}")
        });
        format!("{who} may {}{owed}.", self.action.words())
    }

    /// This right of somebody as far as another right of theirs reaches the same cases; nothing
    /// where they have none in common. What is only known to exist is in reach of neither.
    #[must_use]
    pub fn within(mut self, other: &Self) -> Option<Self> {
        let (own, theirs) = (self.scope.clone(), &other.scope);
        if own.account != theirs.account || own.person != theirs.person {
            return None;
        }
        let reach = |scope: &Scope, kind: &Kind| match kind {
            kind if scope.kinds.contains(kind) => Some(Breadth::Whole),
            kind if scope.own_kinds.contains(kind) => Some(Breadth::Own),
            _ => None,
        };
        let both = |kind: &Kind| Some(reach(&own, kind)?.min(reach(theirs, kind)?));
        let of = |breadth| {
            let kinds = Kind::ALL.into_iter();
            kinds.filter(|kind| both(kind) == Some(breadth)).collect()
        };
        let (kinds, own_kinds): (Vec<Kind>, Vec<Kind>) = (of(Breadth::Whole), of(Breadth::Own));
        self.rights.retain_mut(|right| match both(&right.kind) {
            Some(breadth) => {
                right.breadth = right.breadth.min(breadth);
                true
            }
            None => false,
        });
        let is_left = |kind: &Kind| kinds.contains(kind) || own_kinds.contains(kind);
        self.scope.colleague_kinds.retain(is_left);
        self.scope.own_colleague_kinds.retain(is_left);
        self.scope.metadata_kinds.clear();
        (self.scope.kinds, self.scope.own_kinds) = (kinds, own_kinds);
        (!self.rights.is_empty()).then_some(self)
    }

    /// Whether everything another grant allows is allowed by this one.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        let has = |right: &Right| self.rights.iter().any(|own| own.includes(right));
        self.action == other.action && other.rights.iter().all(has)
    }
}
