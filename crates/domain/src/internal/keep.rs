//! Keeping the notes for colleagues of a case that is moved to another organisation.

use super::{Fact, InternalRequest, Outcome, Party, Status};
use crate::Moment;
use crate::case;
use crate::ids::{AccountId, CaseNumber, InternalId, PersonId};

/// Of which case the notes are, and for whom they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptNotes<'a> {
    /// The identity of the request that holds them, made by the caller.
    pub id: InternalId,
    /// The organisation the case is moved out of.
    pub account: AccountId,
    /// The case's number.
    pub number: CaseNumber,
    /// The colleague the case was for; nobody, where it was a partner's.
    pub requester: Option<PersonId>,
    /// The case's timeline.
    pub timeline: &'a [case::Entry],
}

/// A closed request that holds the notes in their order, each under the name and the instant it was
/// written; nothing, where there are none. They were never the vendor's, so they do not go with the
/// case, and are not lost. Nobody is told of it here.
#[must_use]
pub fn keep(kept: &KeptNotes<'_>, now: Moment) -> Option<Outcome> {
    let notes: Vec<(Moment, PersonId, &str)> = kept.timeline.iter().filter_map(note_of).collect();
    let &(_, first, _) = notes.first()?;
    let requester = kept.requester.unwrap_or(first);
    let mut outcome = Outcome::of(&InternalRequest {
        id: kept.id,
        account: kept.account,
        requester,
        category: String::new(),
        subject: format!("Notes on request {}, which was moved", kept.number),
        opened_at: now,
        status: Status::Closed { at: now },
        taken_by: None,
        escalation: None,
        revision: 0,
    });
    let number = kept.number;
    outcome.add(now, None, Party::Vendor, Fact::NotesKept { number });
    for (at, person, body) in notes {
        let party = if person == requester {
            Party::Requester
        } else {
            Party::Administrator
        };
        let body = body.to_owned();
        outcome.add(at, Some(person), party, Fact::Reply { body });
    }
    Some(outcome)
}

fn note_of(entry: &case::Entry) -> Option<(Moment, PersonId, &str)> {
    match &entry.fact {
        case::Fact::CustomerNote { body } => Some((entry.at, entry.actor.person?, body)),
        _ => None,
    }
}
