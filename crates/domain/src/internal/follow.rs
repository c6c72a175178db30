//! Going with the case: what its timeline means for the request it came from.

use super::{Fact, Informed, InternalRequest, News, Outcome, Party, Status, Told};
use crate::case::{self, Audience, Side};
use crate::ids::PersonId;

/// What entries added to the case mean for the request it came from; nothing for most.
///
/// It closes with the case and is open again with it, whoever did that. Of what the vendor says it
/// takes what whoever asked is to be told, and that is kept on its own timeline: the request is
/// read without the case.
#[must_use]
pub fn follow(request: &InternalRequest, entries: &[case::Entry]) -> Option<Outcome> {
    let escalation = request.escalation.as_ref()?;
    let mut outcome = Outcome::of(request);
    let public = entries.iter().filter(|it| it.audience == Audience::Public);
    for entry in public {
        take(&mut outcome, escalation.informed, entry);
    }
    (!outcome.entries.is_empty()).then_some(outcome)
}

/// Whether entries of a case may mean anything to a request it came from.
#[must_use]
pub fn concerns(entries: &[case::Entry]) -> bool {
    entries.iter().any(|entry| {
        entry.fact.is_contact()
            || matches!(
                entry.fact,
                case::Fact::Closed { .. } | case::Fact::Reopened { .. }
            )
    })
}

fn take(outcome: &mut Outcome, informed: Informed, entry: &case::Entry) {
    let is_vendor = entry.actor.side == Side::Vendor;
    let is_told = informed != Informed::Nothing;
    let (fact, news) = match &entry.fact {
        case::Fact::Closed { .. } if outcome.request.status.is_open() => {
            outcome.request.status = Status::Closed { at: entry.at };
            (Fact::CaseClosed, News::Closed)
        }
        case::Fact::Reopened { .. } => {
            outcome.request.status = Status::WithVendor { since: entry.at };
            (Fact::CaseReopened, News::Reopened)
        }
        case::Fact::Resolved { body } if is_vendor && is_told => {
            let body = body.clone();
            (Fact::VendorSolved { body }, News::Solved)
        }
        fact if is_vendor && fact.is_contact() && informed == Informed::EveryReply => {
            let body = words_of(fact);
            (Fact::VendorReplied { body }, News::VendorReplied)
        }
        _ => return,
    };
    let (person, party) = who(outcome, entry);
    outcome.add(entry.at, person, party, fact);
    if is_told {
        outcome.tell(Told::Requester, news);
    }
}

/// What the vendor wrote, with what it asks for.
fn words_of(fact: &case::Fact) -> String {
    let body = fact.body().unwrap_or_default();
    match fact {
        case::Fact::InformationAsked { items, .. } => {
            let asked: String = items.iter().map(|item| format!("\n- {item}")).collect();
            format!("{body}\n{asked}")
        }
        _ => body.to_owned(),
    }
}

/// Colleagues go by their names; whoever it was at the vendor is the vendor.
fn who(outcome: &Outcome, entry: &case::Entry) -> (Option<PersonId>, Party) {
    match entry.actor.side {
        Side::Customer if entry.actor.partner.is_none() => {
            let is_requester = entry.actor.person == Some(outcome.request.requester);
            let party = if is_requester {
                Party::Requester
            } else {
                Party::Administrator
            };
            (entry.actor.person, party)
        }
        _ => (None, Party::Vendor),
    }
}
