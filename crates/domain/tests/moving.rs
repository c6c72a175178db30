//! A case that was opened under the wrong organisation is moved to the one it belongs to: what is
//! promised then, who has a part in it, and what stays behind.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod common;

use common::shipped::{Story, by, customer, moment, new_case, person, reply, terms, vendor};
use mainstay_domain::Moment;
use mainstay_domain::case::{
    Actor, Audience, Clocks, Command, EffectKind, Entry, Fact, Metric, MilestoneState, NextTurn,
    Outcome, Recipient, Refusal, Relocation, SeverityBasis, Side, Status, Terms, act,
};
use mainstay_domain::entitlement::FirstResponse;
use mainstay_domain::ids::{AccountId, InternalId, PartnerId, PersonId, SubscriptionId};
use mainstay_domain::internal::{self, KeptNotes, Party, keep};
use uuid::Uuid;

const FRIDAY: &str = "2026-03-27T10:00:00+01:00";
const EVENING: &str = "2026-03-27T20:00:00+01:00";
const SATURDAY: &str = "2026-03-28T09:00:00+01:00";
const THERE: AccountId = AccountId(Uuid::from_u128(0x77));
const OMAR: PersonId = PersonId(Uuid::from_u128(0x78));
const PAT: PersonId = PersonId(Uuid::from_u128(0x79));
const TRANSLATOR: PersonId = PersonId(Uuid::from_u128(0x7a));

fn to(terms: &Terms, story: &Story) -> Relocation {
    Relocation {
        account: THERE,
        subscription: Some(SubscriptionId(Uuid::from_u128(0x7b))),
        requester: OMAR,
        terms: terms.clone(),
        timeline: story.entries.clone(),
    }
}

fn moving(terms: &Terms, story: &Story) -> Command {
    Command::Move {
        to: Box::new(to(terms, story)),
        reason: "Kim chose the wrong Contoso".to_owned(),
    }
}

/// Moves a case at an instant, and reads on as those do it is with then.
fn moved(story: &mut Story, terms: &Terms, at: &str) -> Outcome {
    let command = moving(terms, story);
    let outcome = act(&story.case, command, &story.terms, &vendor(moment(at))).unwrap();
    story.case = outcome.case.clone();
    story.terms = terms.clone();
    story.entries = story.entries.iter().map(Entry::moved).collect();
    story.entries.extend(outcome.entries.iter().cloned());
    let replayed = Clocks::replay(story.case.kind, &story.entries, terms).unwrap();
    assert_eq!(replayed, story.case.clocks, "the timeline says it all");
    outcome
}

fn first(story: &Story) -> Option<MilestoneState> {
    let milestones = story.case.clocks.milestones().iter();
    let mut promised = milestones.filter(|one| !one.is_internal);
    promised.next().map(|one| one.state)
}

fn added(who: PersonId, side: Side) -> Command {
    Command::AddParticipant {
        person: who,
        name: "Somebody".to_owned(),
        side,
    }
}

fn codes(entries: &[Entry]) -> Vec<&'static str> {
    entries.iter().map(|entry| entry.fact.code()).collect()
}

#[test]
fn what_was_promised_elsewhere_is_not_promised_here() {
    // Enterprise: eight hours. Small Business: no commitment at severity B.
    let mut story = Story::open(&terms("2014-05-16", "e3", "de"), "B", FRIDAY);
    let due_at = moment("2026-03-27T18:00:00+01:00");
    assert_eq!(first(&story), Some(MilestoneState::Running { due_at }));
    let there = terms("2014-05-16", "small-business", "de");
    moved(&mut story, &there, "2026-03-27T11:00:00+01:00");
    assert_eq!(first(&story), None);
    let verdict = &story.case.verdict;
    assert_eq!(verdict.holding.plan, "small-business");
    assert!(matches!(
        verdict.first_response,
        FirstResponse::NoCommitment { .. }
    ));
    assert_eq!(story.case.account, THERE);
    assert_eq!(story.case.terms, there.pinned);
}

#[test]
fn an_answer_that_was_late_by_the_right_promise_was_late() {
    // Nothing was promised where it was. Where it belongs it was due on Friday at 18:00.
    let mut story = Story::open(&terms("2014-05-16", "small-business", "de"), "B", FRIDAY);
    story
        .act(reply(NextTurn::Customer), &vendor(moment(EVENING)))
        .unwrap();
    let there = terms("2014-05-16", "e3", "de");
    let outcome = moved(&mut story, &there, SATURDAY);
    let due_at = moment("2026-03-27T18:00:00+01:00");
    let late = MilestoneState::Breached {
        due_at,
        met_at: Some(moment(EVENING)),
    };
    assert_eq!(first(&story), Some(late));
    assert_eq!(codes(&outcome.entries), ["moved", "note", "breached"]);
    assert_eq!(outcome.entries[2].at, due_at);
    let metric = Metric::InitialResponse;
    let told = EffectKind::Breach { metric, due_at };
    assert!(
        outcome
            .effects
            .iter()
            .any(|effect| effect.recipient == Recipient::Leads && effect.kind == told)
    );
}

#[test]
fn an_answer_that_was_late_elsewhere_only_is_in_time() {
    // Two hours with the premier offer, eight without it; answered after three.
    let mut here = terms("2014-05-16", "e3", "de");
    here.pinned.holding.offer = Some("premier".to_owned());
    let mut story = Story::open(&here, "B", FRIDAY);
    let answered = moment("2026-03-27T13:00:00+01:00");
    story
        .act(reply(NextTurn::Customer), &vendor(answered))
        .unwrap();
    assert!(matches!(
        first(&story),
        Some(MilestoneState::Breached { .. })
    ));
    moved(&mut story, &terms("2014-05-16", "e3", "de"), SATURDAY);
    let met = MilestoneState::Met {
        at: answered,
        due_at: moment("2026-03-27T18:00:00+01:00"),
    };
    assert_eq!(first(&story), Some(met));
    // What was missed there stays on the timeline before the move, and counts no more.
    assert_eq!(
        codes(&story.entries),
        ["opened", "breached", "reply", "moved", "note"]
    );
}

#[test]
fn terms_that_were_changed_there_are_not_heard_of_here() {
    let mut story = Story::open(&terms("2014-05-16", "small-business", "de"), "B", FRIDAY);
    let rebase = Command::Rebase {
        to: Box::new(terms("2019-05-07", "e3", "de")),
        reason: "They bought more".to_owned(),
    };
    let at = moment("2026-03-27T12:00:00+01:00");
    story.act(rebase, &vendor(at)).unwrap();
    let there = terms("2014-05-16", "e3", "de");
    moved(&mut story, &there, "2026-03-27T13:00:00+01:00");
    let due_at = moment("2026-03-27T18:00:00+01:00");
    assert_eq!(first(&story), Some(MilestoneState::Running { due_at }));
    let rebased = &story.entries[1];
    assert_eq!(rebased.fact.code(), "rebased");
    assert_eq!(rebased.audience, Audience::Vendor, "their plan is theirs");
}

#[test]
fn a_closed_case_is_moved_and_stays_closed() {
    let mut story = Story::open(&terms("2014-05-16", "e3", "de"), "B", FRIDAY);
    let close = Command::Close {
        reason: "Solved on the telephone".to_owned(),
    };
    story.act(close, &vendor(moment(EVENING))).unwrap();
    moved(
        &mut story,
        &terms("2014-05-16", "e3", "us-east"),
        "2026-04-20T09:00:00+02:00",
    );
    let closed = Status::Closed {
        at: moment(EVENING),
        // The end of the 14th day where they are.
        reopen_until: moment("2026-04-11T00:00:00-04:00"),
    };
    assert_eq!(story.case.status, closed);
    assert_eq!(story.case.next_timer_at(&story.terms), None);
}

#[test]
fn who_reads_a_solution_for_the_first_time_has_all_the_days_to_object() {
    let mut story = Story::open(&terms("2014-05-16", "e3", "de"), "B", FRIDAY);
    let resolve = Command::Resolve {
        body: "Restart it.".to_owned(),
    };
    story.act(resolve, &vendor(moment(EVENING))).unwrap();
    let days = story.terms.house.close_resolved_after_days;
    moved(&mut story, &terms("2014-05-16", "e3", "de"), SATURDAY);
    let Status::Resolved { since, closes_at } = story.case.status else {
        panic!("{:?}", story.case.status)
    };
    assert_eq!(since, moment(EVENING));
    let days_left = closes_at.seconds_since(moment(SATURDAY)) / 86_400;
    assert_eq!(days_left, i64::from(days));
}

#[test]
fn nobody_of_the_other_organisation_has_a_part_in_it_or_is_told() {
    let mut story = Story::open(&terms("2014-05-16", "e3", "de"), "B", FRIDAY);
    let at = |minutes| moment(FRIDAY).plus_minutes(minutes);
    let agent = person(Side::Vendor);
    story
        .act(added(PAT, Side::Customer), &customer(at(1)))
        .unwrap();
    story
        .act(added(TRANSLATOR, Side::Vendor), &vendor(at(2)))
        .unwrap();
    let assign = Command::Assign {
        to: Some(TRANSLATOR),
    };
    story.act(assign, &vendor(at(3))).unwrap();
    let resolve = Command::Resolve {
        body: "Restart it.".to_owned(),
    };
    story.act(resolve, &vendor(at(4))).unwrap();
    // By now it has closed by itself, of which those it was with would be told.
    let outcome = moved(
        &mut story,
        &terms("2014-05-16", "e3", "de"),
        "2026-04-20T09:00:00+02:00",
    );
    assert_eq!(codes(&outcome.entries), ["closed", "moved", "note"]);
    let people: Vec<PersonId> = story
        .case
        .participants
        .iter()
        .map(|one| one.person)
        .collect();
    assert_eq!(people, [TRANSLATOR]);
    assert_eq!(story.case.requester, OMAR);
    let mut told: Vec<PersonId> = outcome
        .effects
        .iter()
        .filter_map(|effect| match effect.recipient {
            Recipient::Person(person) => Some(person),
            Recipient::Leads => None,
        })
        .collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told, [OMAR, TRANSLATOR]);
    assert!(!told.contains(&agent));
}

#[test]
fn the_reason_is_the_vendors_and_the_timeline_names_no_other_organisation() {
    let mut story = Story::open(&terms("2014-05-16", "e3", "de"), "B", FRIDAY);
    let there = terms("2014-05-16", "e3", "gb");
    let outcome = moved(&mut story, &there, SATURDAY);
    let entry = &outcome.entries[1];
    assert_eq!(entry.audience, Audience::Public);
    assert_eq!(entry.fact.reason(), None);
    let expected = Fact::Moved {
        to: there.pinned.clone(),
        requester: OMAR,
    };
    assert_eq!(entry.fact, expected);
    let note = &outcome.entries[2];
    assert_eq!(note.audience, Audience::Vendor);
    assert_eq!(note.fact.body(), Some("Kim chose the wrong Contoso"));
}

#[test]
fn a_severity_that_they_set_is_not_one_these_have_set() {
    let mut here = terms("2014-05-16", "e3", "de");
    here.pinned.holding.offer = Some("premier".to_owned());
    let new = new_case(Some("B"));
    let mut story = Story::try_open(&here, new, &customer(moment(FRIDAY))).unwrap();
    assert_eq!(story.case.severity_basis, SeverityBasis::SetByCustomer);
    moved(&mut story, &here, SATURDAY);
    assert_eq!(story.case.severity_basis, SeverityBasis::AssessedByVendor);
    assert_eq!(story.case.severity.as_deref(), Some("B"));
}

#[test]
fn what_they_noted_among_themselves_stays_with_them() {
    let mut story = Story::open(&terms("2014-05-16", "e3", "de"), "B", FRIDAY);
    let note = |body: &str| Command::CustomerNote {
        body: body.to_owned(),
    };
    let at = |minutes| moment(FRIDAY).plus_minutes(minutes);
    story.act(note("Do we pay?"), &customer(at(1))).unwrap();
    let mut colleague = customer(at(2));
    colleague.actor.person = Some(PAT);
    story.act(note("We do."), &colleague).unwrap();
    let timeline = story.entries.clone();
    let now = moment(SATURDAY);
    let kept = KeptNotes {
        id: InternalId(Uuid::from_u128(5)),
        account: story.case.account,
        number: story.case.number,
        requester: Some(story.case.requester),
        timeline: &timeline,
    };
    let kept = keep(&kept, now).unwrap();
    let said: Vec<(Moment, Option<PersonId>, Party, Option<&str>)> = kept.entries[1..]
        .iter()
        .map(|entry| (entry.at, entry.person, entry.party, entry.fact.body()))
        .collect();
    let dana = person(Side::Customer);
    assert_eq!(
        said,
        [
            (at(1), Some(dana), Party::Requester, Some("Do we pay?")),
            (at(2), Some(PAT), Party::Administrator, Some("We do.")),
        ]
    );
    assert_eq!(kept.request.status, internal::Status::Closed { at: now });
    assert_eq!(kept.request.revision, 3);
    assert_eq!(kept.tellings, [], "they are told of the move alone");
    let there = terms("2014-05-16", "e3", "de");
    moved(&mut story, &there, "2026-03-27T11:00:00+01:00");
    assert_eq!(
        codes(&story.entries),
        ["opened", "note-kept", "note-kept", "moved", "note"]
    );
    for entry in &story.entries[1..3] {
        assert_eq!(entry.actor, Actor::SYSTEM);
        assert_eq!(entry.fact.body(), None);
    }
    let nothing = KeptNotes {
        id: InternalId(Uuid::from_u128(5)),
        account: story.case.account,
        number: story.case.number,
        requester: None,
        timeline: &story.entries,
    };
    assert_eq!(keep(&nothing, now), None);
}

#[test]
fn a_partner_and_a_case_of_theirs_are_not_named() {
    let followed = mainstay_domain::ids::CaseNumber::from_counter(9);
    let new = mainstay_domain::case::NewCase {
        follows: Some(followed),
        ..new_case(Some("B"))
    };
    let here = terms("2014-05-16", "e3", "de");
    let mut helper = by(Side::Customer, moment(FRIDAY));
    helper.actor.partner = Some(PartnerId(Uuid::from_u128(9)));
    let new = mainstay_domain::case::NewCase {
        severity: None,
        impact: Some(common::shipped::impact_for(&here.edition, "B")),
        ..new
    };
    let mut story = Story::try_open(&here, new, &helper).unwrap();
    assert_eq!(story.case.follows, Some(followed));
    moved(&mut story, &here, SATURDAY);
    assert_eq!(story.case.follows, None);
    let opened = &story.entries[0];
    assert_eq!(opened.actor.partner, None);
    assert_eq!(
        opened.actor.person, helper.actor.person,
        "who wrote it stays"
    );
    assert!(matches!(opened.fact, Fact::Opened { follows: None, .. }));
}

#[test]
fn a_case_is_moved_by_the_vendor_to_another_organisation() {
    let here = terms("2014-05-16", "e3", "de");
    let story = Story::open(&here, "B", FRIDAY);
    let by_customer = act(
        &story.case,
        moving(&here, &story),
        &here,
        &customer(moment(SATURDAY)),
    );
    assert_eq!(by_customer.unwrap_err(), Refusal::VendorOnly);
    let same = Command::Move {
        to: Box::new(Relocation {
            account: story.case.account,
            ..to(&here, &story)
        }),
        reason: String::new(),
    };
    let nowhere = act(&story.case, same, &here, &vendor(moment(SATURDAY)));
    assert_eq!(nowhere.unwrap_err(), Refusal::SameOrganisation);
}
