//! Internal requests: what the first line does, and how a request goes with the case it became.

mod common;

use common::chance::{Chance, with_seeds};
use mainstay_domain::Moment;
use mainstay_domain::case::{self, Actor, Audience, Field, Side};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseId, CaseNumber, InternalId, PartnerId, PersonId};
use mainstay_domain::internal::{
    Category, Check, Checklist, Command, Ctx, Fact, Informed, InternalRequest, NewRequest, News,
    Outcome, Party, Refusal, Status, Told, act, follow, open,
};
use uuid::Uuid;

const UWE: PersonId = PersonId(Uuid::from_u128(1));
const DANA: PersonId = PersonId(Uuid::from_u128(2));
const SAM: PersonId = PersonId(Uuid::from_u128(3));
const MARA: PersonId = PersonId(Uuid::from_u128(4));

fn at(minute: i64) -> Moment {
    Moment::from_unix(1_774_000_000 + minute * 60)
}

fn checklist() -> Checklist {
    Checklist {
        categories: vec![Category {
            id: "connectivity".to_owned(),
            name: "Connection".to_owned(),
            about: "Pages do not load.".to_owned(),
            checks: vec![Check {
                id: "vpn".to_owned(),
                text: "Leave the VPN and connect again.".to_owned(),
                link: None,
            }],
        }],
    }
}

fn question() -> NewRequest {
    NewRequest {
        id: InternalId(Uuid::from_u128(9)),
        account: AccountId(Uuid::from_u128(8)),
        requester: UWE,
        category: "connectivity".to_owned(),
        subject: "The wiki does not load".to_owned(),
        body: "Since *this morning*.".to_owned(),
        checked: vec!["vpn".to_owned()],
        tried: "Another browser".to_owned(),
    }
}

fn asked() -> InternalRequest {
    let outcome = open(question(), &checklist(), at(0));
    outcome.expect("a question").request
}

const fn uwe(minute: i64) -> Ctx {
    Ctx {
        person: UWE,
        party: Party::Requester,
        now: Moment::from_unix(1_774_000_000 + minute * 60),
    }
}

const fn dana(minute: i64) -> Ctx {
    Ctx {
        person: DANA,
        party: Party::Administrator,
        ..uwe(minute)
    }
}

fn reply() -> Command {
    Command::Reply {
        body: "Have you tried the other network?".to_owned(),
    }
}

fn escalate(informed: Informed) -> Command {
    Command::Escalate {
        case: CaseId(Uuid::from_u128(7)),
        number: CaseNumber::from_counter(100_001),
        kind: Kind::Technical,
        informed,
    }
}

fn close() -> Command {
    Command::Close {
        reason: String::new(),
    }
}

fn withdraw() -> Command {
    Command::Withdraw {
        reason: String::new(),
    }
}

fn solve() -> Command {
    Command::Solve {
        body: String::new(),
        helped: Some("Leave the VPN and connect again.".to_owned()),
    }
}

fn reopen() -> Command {
    Command::Reopen {
        reason: "It is back".to_owned(),
    }
}

fn entry(fact: case::Fact, side: Side, audience: Audience) -> case::Entry {
    let person = match side {
        Side::Customer => Some(DANA),
        Side::Vendor => Some(MARA),
        Side::System => None,
    };
    case::Entry {
        seq: 2,
        at: at(50),
        actor: Actor {
            person,
            side,
            partner: None,
        },
        audience,
        fact,
    }
}

fn said(body: &str, side: Side) -> case::Entry {
    let fact = case::Fact::Reply {
        body: body.to_owned(),
        awaits_customer: false,
    };
    entry(fact, side, Audience::Public)
}

fn solution() -> case::Entry {
    let body = "The proxy was wrong.".to_owned();
    entry(
        case::Fact::Resolved { body },
        Side::Vendor,
        Audience::Public,
    )
}

fn closing(side: Side) -> case::Entry {
    let reason = String::new();
    entry(case::Fact::Closed { reason }, side, Audience::Public)
}

fn reopening() -> case::Entry {
    let reason = "Again".to_owned();
    let fact = case::Fact::Reopened { reason };
    entry(fact, Side::Customer, Audience::Public)
}

fn with_vendor(informed: Informed) -> InternalRequest {
    let outcome = act(&asked(), escalate(informed), &dana(1));
    outcome.expect("an escalation").request
}

#[test]
fn what_is_asked_is_kept_as_it_read_and_the_administrators_are_told() {
    let outcome = open(question(), &checklist(), at(0)).unwrap();
    assert_eq!(outcome.request.status, Status::WithAdministrators);
    let Fact::Opened { checked, tried, .. } = &outcome.entries[0].fact else {
        panic!("{:?}", outcome.entries);
    };
    assert_eq!(checked, &["Leave the VPN and connect again."]);
    assert_eq!(tried, "Another browser");
    assert_eq!(outcome.tellings[0].to, Told::Administrators);
    assert_eq!(outcome.tellings[0].news, News::Asked);
}

#[test]
fn a_question_says_what_it_is_about() {
    let refused = |change: fn(&mut NewRequest)| {
        let mut new = question();
        change(&mut new);
        open(new, &checklist(), at(0)).unwrap_err()
    };
    assert_eq!(
        refused(|new| new.subject = "  ".to_owned()),
        Refusal::Missing(Field::Subject)
    );
    assert_eq!(
        refused(|new| new.body = String::new()),
        Refusal::Missing(Field::Body)
    );
    assert_eq!(
        refused(|new| new.category = "weather".to_owned()),
        Refusal::UnknownCategory
    );
    assert_eq!(
        refused(|new| new.checked = vec!["moon".to_owned()]),
        Refusal::UnknownStep
    );
    let too_long = refused(|new| new.subject = "x".repeat(201));
    assert!(matches!(too_long, Refusal::TooLong { found: 201, .. }));
}

#[test]
fn a_reply_hands_the_turn_over_and_takes_the_request_on() {
    let answered = act(&asked(), reply(), &dana(1)).unwrap();
    assert_eq!(
        answered.request.status,
        Status::WithRequester { since: at(1) }
    );
    assert_eq!(answered.request.taken_by, Some(DANA));
    assert_eq!(answered.tellings[0].to, Told::Requester);
    let back = act(&answered.request, reply(), &uwe(2)).unwrap();
    assert_eq!(back.request.status, Status::WithAdministrators);
    assert_eq!(back.tellings[0].to, Told::Administrators);
    let sam = Ctx {
        person: SAM,
        ..dana(3)
    };
    let taken = act(&back.request, Command::TakeOn, &sam).unwrap();
    assert_eq!(taken.request.taken_by, Some(SAM));
    let again = act(&taken.request, Command::TakeOn, &sam).unwrap_err();
    assert_eq!(again, Refusal::TakenAlready);
    let helped = act(&taken.request, reply(), &dana(4)).unwrap();
    assert_eq!(
        helped.request.taken_by,
        Some(SAM),
        "helping takes nothing away"
    );
}

#[test]
fn each_party_does_its_own_part() {
    let request = asked();
    for command in [
        Command::TakeOn,
        solve(),
        escalate(Informed::Nothing),
        close(),
        Command::Inform {
            informed: Informed::Nothing,
        },
    ] {
        let refused = act(&request, command, &uwe(1)).unwrap_err();
        assert_eq!(refused, Refusal::AdministratorsOnly);
    }
    let refused = act(&request, withdraw(), &dana(1)).unwrap_err();
    assert_eq!(refused, Refusal::RequesterOnly);
}

#[test]
fn what_is_solved_is_closed_and_may_be_taken_up_again() {
    let solved = act(&asked(), solve(), &dana(1)).unwrap();
    assert_eq!(solved.request.status, Status::Closed { at: at(1) });
    assert_eq!(solved.tellings[0].news, News::Solved);
    assert_eq!(
        act(&solved.request, reply(), &uwe(2)).unwrap_err(),
        Refusal::Closed
    );
    let again = act(&solved.request, reopen(), &uwe(3)).unwrap();
    assert_eq!(again.request.status, Status::WithAdministrators);
    assert_eq!(
        act(&again.request, reopen(), &uwe(4)).unwrap_err(),
        Refusal::NotClosed
    );
    let silent = Command::Solve {
        body: " ".to_owned(),
        helped: None,
    };
    assert_eq!(
        act(&again.request, silent, &dana(5)).unwrap_err(),
        Refusal::Missing(Field::Body)
    );
}

#[test]
fn it_is_escalated_once_and_then_closes_with_its_case_alone() {
    let escalated = act(&asked(), escalate(Informed::Solution), &dana(1)).unwrap();
    let request = escalated.request;
    assert_eq!(request.status, Status::WithVendor { since: at(1) });
    assert_eq!(escalated.tellings[0].news, News::Escalated);
    let number = CaseNumber::from_counter(100_001);
    for (command, ctx) in [(solve(), dana(2)), (close(), dana(2)), (withdraw(), uwe(2))] {
        let refused = act(&request, command, &ctx).unwrap_err();
        assert_eq!(refused, Refusal::WithVendor(number));
    }
    let twice = act(&request, escalate(Informed::Solution), &dana(2)).unwrap_err();
    assert_eq!(twice, Refusal::EscalatedBefore(number));
    let spoken = act(&request, reply(), &uwe(2)).unwrap().request;
    assert_eq!(spoken.status, request.status, "it stays with the vendor");
    let closed = follow(&spoken, &[closing(Side::System)]).unwrap();
    assert_eq!(closed.request.status, Status::Closed { at: at(50) });
    assert_eq!(closed.entries[0].fact, Fact::CaseClosed);
    let reopened = follow(&closed.request, &[reopening()]).unwrap();
    assert_eq!(
        reopened.request.status,
        Status::WithVendor { since: at(50) }
    );
    assert_eq!(reopened.entries[0].person, Some(DANA));
    // Taken up again within the organisation, it still goes with the case.
    let within = act(&closed.request, reopen(), &uwe(60)).unwrap().request;
    assert_eq!(within.status, Status::WithAdministrators);
    let with = follow(&within, &[reopening()]).unwrap();
    assert_eq!(with.request.status, Status::WithVendor { since: at(50) });
}

#[test]
fn whoever_asked_is_told_as_far_as_was_chosen() {
    let entries = [
        said("We look into it.", Side::Vendor),
        said("Thank you.", Side::Customer),
        solution(),
        closing(Side::Vendor),
    ];
    let facts = |informed| {
        let outcome = follow(&with_vendor(informed), &entries).unwrap();
        let facts: Vec<Fact> = outcome.entries.into_iter().map(|one| one.fact).collect();
        (facts, outcome.tellings.len())
    };
    let replied = Fact::VendorReplied {
        body: "We look into it.".to_owned(),
    };
    let solved = Fact::VendorSolved {
        body: "The proxy was wrong.".to_owned(),
    };
    let all = vec![replied, solved.clone(), Fact::CaseClosed];
    assert_eq!(facts(Informed::EveryReply), (all, 3));
    assert_eq!(
        facts(Informed::Solution),
        (vec![solved, Fact::CaseClosed], 2)
    );
    assert_eq!(facts(Informed::Nothing), (vec![Fact::CaseClosed], 0));
}

#[test]
fn what_the_vendor_asks_for_is_read_with_its_items() {
    let fact = case::Fact::InformationAsked {
        body: "Please send us:".to_owned(),
        items: vec!["the log".to_owned(), "the time".to_owned()],
    };
    let asked = entry(fact, Side::Vendor, Audience::Public);
    let outcome = follow(&with_vendor(Informed::EveryReply), &[asked]).unwrap();
    let body = outcome.entries[0].fact.body().unwrap();
    assert_eq!(body, "Please send us:\n\n- the log\n- the time");
}

#[test]
fn an_internal_note_and_a_colleague_s_reply_never_reach_whoever_asked() {
    let note = case::Fact::Note {
        body: "Their rule 17".to_owned(),
    };
    let hidden = case::Fact::Resolved {
        body: "not yet".to_owned(),
    };
    let entries = [
        entry(note, Side::Vendor, Audience::Vendor),
        entry(hidden, Side::Vendor, Audience::Vendor),
        said("From Dana to support", Side::Customer),
    ];
    assert_eq!(follow(&with_vendor(Informed::EveryReply), &entries), None);
    assert_eq!(follow(&asked(), &[closing(Side::Vendor)]), None);
}

#[test]
fn a_partner_who_closes_the_case_is_not_named() {
    let mut by_partner = closing(Side::Customer);
    by_partner.actor.partner = Some(PartnerId(Uuid::from_u128(5)));
    let outcome = follow(&with_vendor(Informed::EveryReply), &[by_partner]).unwrap();
    let entry = &outcome.entries[0];
    assert_eq!((entry.person, entry.party), (None, Party::Vendor));
}

/// What may happen next: an act within the organisation, or something on the case.
fn step(
    chance: &mut Chance,
    request: &InternalRequest,
    is_case_open: &mut bool,
) -> Option<Outcome> {
    let minute = chance.within(0..1000);
    let informed = *chance.pick(&Informed::ALL);
    if request.escalation.is_some() && chance.percent(40) {
        let side = *chance.pick(&[Side::Customer, Side::Vendor, Side::System]);
        let one = match (chance.within(0..4), *is_case_open) {
            (0, true) => {
                *is_case_open = false;
                closing(side)
            }
            (0, false) => {
                *is_case_open = true;
                reopening()
            }
            (_, false) => return None,
            (1, true) => solution(),
            (2, true) => said("a reply", side),
            (_, true) => {
                let body = "secret".to_owned();
                entry(case::Fact::Note { body }, Side::Vendor, Audience::Vendor)
            }
        };
        return follow(request, &[one]);
    }
    let commands = [
        reply(),
        Command::TakeOn,
        solve(),
        escalate(informed),
        Command::Inform { informed },
        close(),
        withdraw(),
        reopen(),
    ];
    let command = chance.pick(&commands).clone();
    let is_escalation = matches!(command, Command::Escalate { .. });
    let ctx = *chance.pick(&[uwe(minute), dana(minute)]);
    let outcome = act(request, command, &ctx).ok()?;
    *is_case_open |= is_escalation;
    Some(outcome)
}

#[test]
fn in_every_history_it_is_with_the_vendor_while_its_case_is_open() {
    with_seeds(|chance| {
        for _ in 0..300 {
            let (mut request, mut is_case_open) = (asked(), false);
            for _ in 0..40 {
                let before = request.clone();
                let Some(outcome) = step(chance, &request, &mut is_case_open) else {
                    continue;
                };
                request = outcome.request;
                let is_with_vendor = matches!(request.status, Status::WithVendor { .. });
                assert_eq!(is_with_vendor, is_case_open, "{request:?}");
                let seqs: Vec<u32> = outcome.entries.iter().map(|one| one.seq).collect();
                let expected: Vec<u32> = (before.revision + 1..=request.revision).collect();
                assert_eq!(seqs, expected, "a timeline without a gap");
                for telling in outcome.tellings {
                    assert!(seqs.contains(&telling.seq));
                }
                let case =
                    |request: &InternalRequest| request.escalation.as_ref().map(|it| it.case);
                assert!(case(&before).is_none() || case(&before) == case(&request));
                let secret =
                    |one: &mainstay_domain::internal::Entry| one.fact.body() == Some("secret");
                assert!(!outcome.entries.iter().any(secret));
            }
        }
    });
}
