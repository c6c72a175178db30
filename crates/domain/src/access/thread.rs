//! The part of a case's timeline that somebody reads.

use super::grant::Scope;
use crate::case::{Audience, Case, Entry, Standing};

/// The part of one case's timeline somebody reads: for each audience the first entry they see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thread {
    public: u32,
    internal: Option<u32>,
    colleagues: Option<u32>,
}

impl Scope {
    /// The part of a case's timeline that is in reach; nothing, if the case is not.
    ///
    /// Whoever reads all cases of the kind, and the requester, see it from its beginning; a
    /// participant from the entry that added them, and of internal notes nothing (S14).
    #[must_use]
    pub fn thread(&self, case: &Case) -> Option<Thread> {
        let kind = case.kind;
        if self
            .account()
            .is_some_and(|account| account != case.account)
            || !self.covers(case.subscription)
        {
            return None;
        }
        let own = match case.standing(self.person()) {
            Standing::Requester => Some(0),
            Standing::Participant { from } => Some(from),
            Standing::Neither => None,
        };
        let is_whole = self.kinds().contains(&kind);
        let of_own = own.filter(|_| self.own_kinds().contains(&kind));
        let public = if is_whole { Some(0) } else { of_own }?;
        let colleagues = if self.colleague_kinds().contains(&kind) {
            Some(public)
        } else {
            own.filter(|_| self.own_colleague_kinds().contains(&kind))
        };
        Some(Thread {
            public,
            internal: (is_whole && self.sees_internal()).then_some(0),
            colleagues,
        })
    }
}

impl Thread {
    /// The first entry they see of an audience; nothing, if they see none.
    #[must_use]
    pub const fn from(&self, audience: Audience) -> Option<u32> {
        match audience {
            Audience::Public => Some(self.public),
            Audience::Vendor => self.internal,
            Audience::Customer => self.colleagues,
        }
    }

    /// Whether they see an entry.
    #[must_use]
    pub fn shows(&self, entry: &Entry) -> bool {
        self.shows_of(entry.audience, entry.seq)
    }

    /// Whether they see what came with an entry for an audience.
    #[must_use]
    pub fn shows_of(&self, audience: Audience, seq: u32) -> bool {
        self.from(audience).is_some_and(|from| seq >= from)
    }

    /// Whether they see the vendor's internal notes.
    #[must_use]
    pub const fn sees_internal(&self) -> bool {
        self.internal.is_some()
    }

    /// Whether they see the notes of the customer's side.
    #[must_use]
    pub const fn sees_colleagues(&self) -> bool {
        self.colleagues.is_some()
    }
}
