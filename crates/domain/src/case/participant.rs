//! Participants: who takes part in a case by name, besides its requester (S14).

use serde::{Deserialize, Serialize};

use super::{Case, Side};
use crate::Moment;
use crate::ids::PersonId;

/// Somebody who takes part in a case by name.
///
/// They see its public thread from the moment of adding, no more, unless a role of theirs reads
/// such cases anyway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Who.
    pub person: PersonId,
    /// On whose side: the customer's, its partners' people included, or the vendor's.
    pub side: Side,
    /// The entry that says they were added: the first one they see.
    pub from: u32,
    /// When they were added.
    pub added_at: Moment,
    /// Who added them.
    pub added_by: Option<PersonId>,
}

/// How somebody stands to one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is theirs: they asked, or it was asked for them.
    Requester,
    /// They take part in it by name.
    Participant {
        /// The first entry they see.
        from: u32,
    },
    /// It is neither theirs nor do they take part in it.
    Neither,
}

impl Case {
    /// How somebody stands to it.
    #[must_use]
    pub fn standing(&self, person: PersonId) -> Standing {
        if self.requester == person {
            return Standing::Requester;
        }
        self.find_participant(person)
            .map_or(Standing::Neither, |found| Standing::Participant {
                from: found.from,
            })
    }

    /// The participant a person is, if they are one.
    #[must_use]
    pub fn find_participant(&self, person: PersonId) -> Option<&Participant> {
        self.participants.iter().find(|one| one.person == person)
    }

    /// The case without what was asked in entries before one: what somebody is shown who was added
    /// with that entry.
    #[must_use]
    pub fn asked_from(mut self, from: u32) -> Self {
        self.asked.retain(|item| item.seq >= from);
        self
    }
}
