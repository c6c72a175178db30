//! Who takes part in a case by name, what they see of it, and notes for colleagues.

mod common;

use common::shipped::{Story, by, customer, moment, person, reply, terms, vendor};
use mainstay_domain::access::delegation::Covered;
use mainstay_domain::access::{
    ActingFor, Action, Delegated, Facts, Principal, Role, Stand, Thread, decide,
};
use mainstay_domain::case::{
    Actor, Audience, Command, Ctx, EffectKind, NextTurn, Recipient, Refusal, Side, Standing, act,
};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId, SubscriptionId};
use uuid::Uuid;

const FRIDAY: &str = "2026-03-27T10:00:00+01:00";
const LATER: &str = "2026-03-27T11:00:00+01:00";
const SOMEBODY: PersonId = PersonId(Uuid::from_u128(0xabc));
const OTHER: PersonId = PersonId(Uuid::from_u128(0xabd));

fn story() -> Story {
    Story::open(&terms("2014-05-16", "e3", "de"), "B", FRIDAY)
}

fn added(who: PersonId, side: Side) -> Command {
    Command::AddParticipant {
        person: who,
        name: "Somebody".to_owned(),
        side,
    }
}

fn note() -> Command {
    Command::CustomerNote {
        body: "Between us.".to_owned(),
    }
}

fn principal(role: Role, who: PersonId, account: AccountId) -> Principal {
    let acting_for = match role.stand() {
        Stand::Vendor => ActingFor::Vendor,
        Stand::Account => ActingFor::Account { account },
        Stand::Partner => ActingFor::Delegated {
            account,
            partner: PartnerId(Uuid::from_u128(9)),
            delegated: Delegated {
                kinds: Kind::ALL.to_vec(),
                names_people: true,
                ..Delegated::default()
            },
        },
        Stand::Public => ActingFor::Nobody,
    };
    Principal {
        person: who,
        is_active: true,
        acting_for,
        roles: vec![role],
    }
}

/// What somebody in a role sees of a story's case.
fn thread(story: &Story, role: Role, who: PersonId) -> Option<Thread> {
    let principal = principal(role, who, story.case.account);
    let grant = decide(&principal, Action::Read, &Facts::default()).ok()?;
    grant.scope().thread(&story.case)
}

#[test]
fn whoever_is_added_sees_the_public_thread_from_then_on_and_no_more() {
    let mut story = story();
    story
        .act(reply(NextTurn::Vendor), &vendor(moment(FRIDAY)))
        .unwrap();
    let from = story.case.revision + 1;
    story
        .act(added(SOMEBODY, Side::Vendor), &vendor(moment(LATER)))
        .unwrap();
    assert_eq!(
        story.case.standing(SOMEBODY),
        Standing::Participant { from }
    );
    // Billing's people see a technical case by name only; engineers read it anyway.
    for (role, first, notes) in [
        (Role::BillingAgent, from, None),
        (Role::PreSalesAgent, from, None),
        (Role::EndUser, from, None),
        (Role::UserManagementAdmin, from, None),
        (Role::PartnerAgent, from, None),
        (Role::Agent, 0, Some(0)),
        (Role::Manager, 0, Some(0)),
        (Role::ServiceSupportAdmin, 0, None),
        (Role::PartnerAdmin, 0, None),
    ] {
        let thread = thread(&story, role, SOMEBODY).expect("theirs to see");
        assert_eq!(thread.from(Audience::Public), Some(first), "{role:?}");
        assert_eq!(thread.from(Audience::Vendor), notes, "{role:?}");
        let shown = story.entries.iter().filter(|entry| thread.shows(entry));
        assert!(shown.count() > 0, "{role:?}");
    }
    assert_eq!(thread(&story, Role::SystemAdministrator, SOMEBODY), None);
    assert_eq!(thread(&story, Role::EndUser, OTHER), None);
    let requester = thread(&story, Role::EndUser, person(Side::Customer)).unwrap();
    assert_eq!(requester.from(Audience::Public), Some(0));
}

/// What somebody sees of a story's case for whom a customer named subscriptions.
fn thread_within(story: &Story, role: Role, named: &[SubscriptionId]) -> Option<Thread> {
    let mut principal = principal(role, SOMEBODY, story.case.account);
    if let ActingFor::Delegated { delegated, .. } = &mut principal.acting_for {
        delegated.covered = Covered::named(named.to_vec());
    }
    let grant = decide(&principal, Action::Read, &Facts::default()).ok()?;
    grant.scope().thread(&story.case)
}

#[test]
fn a_partner_sees_no_request_under_another_subscription_than_those_named() {
    let mut story = story();
    story
        .act(added(SOMEBODY, Side::Customer), &customer(moment(LATER)))
        .unwrap();
    let [one, other] = [1, 2].map(|id| SubscriptionId(Uuid::from_u128(id)));
    for role in [Role::PartnerAdmin, Role::PartnerAgent] {
        // Under none of them: under no subscription at all.
        assert_eq!(story.case.subscription, None);
        assert_eq!(thread_within(&story, role, &[one, other]), None);
        story.case.subscription = Some(one);
        assert!(thread_within(&story, role, &[one]).is_some(), "{role:?}");
        assert_eq!(thread_within(&story, role, &[other]), None);
        assert!(thread(&story, role, SOMEBODY).is_some(), "{role:?}");
        story.case.subscription = None;
    }
}

#[test]
fn notes_for_colleagues_are_for_whom_the_matrix_says() {
    let mut story = story();
    story
        .act(added(SOMEBODY, Side::Customer), &customer(moment(LATER)))
        .unwrap();
    let from = Some(story.case.revision);
    // The line: t GA, o BI, t SS, o UM, o EU, and nobody else.
    for (role, of_others, of_own) in [
        (Role::GlobalAdmin, Some(0), Some(0)),
        (Role::BillingAdmin, None, from),
        (Role::ServiceSupportAdmin, Some(0), Some(0)),
        (Role::UserManagementAdmin, None, from),
        (Role::EndUser, None, from),
        (Role::PartnerAdmin, None, None),
        (Role::PartnerAgent, None, None),
        (Role::Agent, None, None),
        (Role::Lead, None, None),
        (Role::BillingAgent, None, None),
        (Role::Manager, None, None),
    ] {
        let sees = |who| thread(&story, role, who).and_then(|it| it.from(Audience::Customer));
        assert_eq!(sees(OTHER), of_others, "{role:?}");
        assert_eq!(sees(SOMEBODY), of_own, "{role:?}");
    }
}

#[test]
fn a_note_for_colleagues_moves_nothing_and_reaches_nobody_of_the_vendor() {
    let mut story = story();
    story
        .act(added(SOMEBODY, Side::Customer), &customer(moment(FRIDAY)))
        .unwrap();
    story
        .act(added(OTHER, Side::Vendor), &vendor(moment(FRIDAY)))
        .unwrap();
    let to = Some(person(Side::Vendor));
    story
        .act(Command::Assign { to }, &vendor(moment(FRIDAY)))
        .unwrap();
    let before = story.case.clone();
    let outcome = act(&before, note(), &story.terms, &customer(moment(LATER))).unwrap();
    let [entry] = outcome.entries.as_slice() else {
        panic!("one entry")
    };
    assert_eq!(entry.audience, Audience::Customer);
    let expected = mainstay_domain::case::Case {
        revision: before.revision + 1,
        ..before
    };
    assert_eq!(outcome.case, expected);
    let told: Vec<_> = outcome.effects.iter().map(|it| it.recipient).collect();
    assert_eq!(told, [Recipient::Person(SOMEBODY)]);
    assert_eq!(outcome.effects[0].kind, EffectKind::TellColleague);
    // A partner acts on the customer's side and is none of its colleagues.
    let partner = Ctx {
        actor: Actor {
            partner: Some(PartnerId(Uuid::from_u128(9))),
            ..Actor::person(OTHER, Side::Customer)
        },
        now: moment(LATER),
    };
    for ctx in [vendor(moment(LATER)), partner] {
        let refused = act(&story.case, note(), &story.terms, &ctx);
        assert_eq!(refused, Err(Refusal::CustomerOnly));
    }
}

#[test]
fn everybody_who_takes_part_is_told_once_of_what_is_said() {
    let mut story = story();
    for who in [SOMEBODY, OTHER] {
        story
            .act(added(who, Side::Customer), &customer(moment(FRIDAY)))
            .unwrap();
    }
    let now = vendor(moment(LATER));
    let outcome = act(&story.case, reply(NextTurn::Vendor), &story.terms, &now).unwrap();
    let told: Vec<_> = outcome.effects.iter().map(|it| it.recipient).collect();
    let all = [person(Side::Customer), SOMEBODY, OTHER].map(Recipient::Person);
    assert_eq!(told, all);
    // Whoever writes is not told of it.
    let mine = Ctx {
        actor: Actor::person(SOMEBODY, Side::Customer),
        now: moment(LATER),
    };
    let outcome = act(&story.case, reply(NextTurn::Vendor), &story.terms, &mine).unwrap();
    let told: Vec<_> = outcome.effects.iter().map(|it| it.recipient).collect();
    assert_eq!(told, [OTHER, person(Side::Customer)].map(Recipient::Person));
}

#[test]
fn people_are_added_once_and_each_side_keeps_its_own() {
    let mut story = story();
    let (dana, kim) = (customer(moment(LATER)), vendor(moment(LATER)));
    let requester = person(Side::Customer);
    let refused = story.act(added(requester, Side::Customer), &kim);
    assert_eq!(refused, Err(Refusal::TakesPart("Somebody".to_owned())));
    let refused = story.act(added(SOMEBODY, Side::Vendor), &dana);
    assert_eq!(refused, Err(Refusal::OtherSidesPeople));
    story.act(added(SOMEBODY, Side::Vendor), &kim).unwrap();
    let refused = story.act(added(SOMEBODY, Side::Vendor), &kim);
    assert_eq!(refused, Err(Refusal::TakesPart("Somebody".to_owned())));
    let remove = || Command::RemoveParticipant {
        person: SOMEBODY,
        name: "Somebody".to_owned(),
    };
    let refused = story.act(remove(), &dana);
    assert_eq!(refused, Err(Refusal::OtherSidesPeople));
    story.act(remove(), &kim).unwrap();
    assert_eq!(story.case.standing(SOMEBODY), Standing::Neither);
    let refused = story.act(remove(), &kim);
    assert_eq!(refused, Err(Refusal::TakesNoPart("Somebody".to_owned())));
    // Who comes back sees it from then on.
    story.act(added(SOMEBODY, Side::Vendor), &kim).unwrap();
    let from = story.case.revision;
    assert_eq!(
        story.case.standing(SOMEBODY),
        Standing::Participant { from }
    );
    let close = Command::Close {
        reason: "Done".to_owned(),
    };
    story.act(close, &by(Side::Vendor, moment(LATER))).unwrap();
    let refused = story.act(added(OTHER, Side::Vendor), &kim);
    assert_eq!(refused, Err(Refusal::Closed));
    story.act(remove(), &kim).unwrap();
}
