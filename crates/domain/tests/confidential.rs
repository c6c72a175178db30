//! Who gets a confidential file, and what they owe for it: every role, on every kind of request,
//! however they stand to it.

mod common;

use common::shipped::{Story, moment, terms, vendor};
use mainstay_domain::access::confidential::{Confidential, Opening, opening, opening_within};
use mainstay_domain::access::{
    ActingFor, Action, Because, Delegated, Denial, Facts, Grant, Principal, Role, Stand, decide,
};
use mainstay_domain::case::{Audience, Command, Side};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId};
use uuid::Uuid;

const FRIDAY: &str = "2026-03-27T10:00:00+01:00";
const SOMEBODY: PersonId = PersonId(Uuid::from_u128(0xabc));
const OTHER: PersonId = PersonId(Uuid::from_u128(0xabd));
const THIRD: PersonId = PersonId(Uuid::from_u128(0xabe));

fn story(kind: Kind) -> Story {
    let mut story = Story::open(&terms("2014-05-16", "e3", "de"), "B", FRIDAY);
    story.case.kind = kind;
    story
}

fn granted(roles: &[Role], who: PersonId, account: AccountId) -> Result<Grant, Denial> {
    let acting_for = match roles[0].stand() {
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
    let principal = Principal {
        person: who,
        is_active: true,
        acting_for,
        roles: roles.to_vec(),
    };
    decide(&principal, Action::DownloadSecret, &Facts::default())
}

/// A file that somebody else uploaded with an entry.
const fn file(seq: u32) -> Confidential {
    Confidential {
        seq,
        audience: Audience::Public,
        uploaded_by: Some(OTHER),
    }
}

/// What somebody with roles gets of a file of somebody else's.
fn gets(story: &Story, roles: &[Role], who: PersonId) -> Option<Opening> {
    let granted = granted(roles, who, story.case.account);
    opening(&granted, &story.case, file(1), Some(who)).ok()
}

#[test]
fn the_matrix_says_who_gets_one_and_engineers_of_the_desk_owe_a_reason() {
    for kind in Kind::ALL {
        let story = story(kind);
        for role in Role::ALL {
            let expected = match (role, kind) {
                (Role::Agent | Role::Lead, Kind::Technical) => Some(Opening::WithReason),
                (Role::GlobalAdmin, _) | (Role::ServiceSupportAdmin, Kind::Technical) => {
                    Some(Opening::Freely)
                }
                _ => None,
            };
            assert_eq!(
                gets(&story, &[role], SOMEBODY),
                expected,
                "{role:?}, {kind:?}"
            );
        }
    }
}

#[test]
fn taking_part_by_name_gives_it_to_none_but_service_support_administrators() {
    for kind in Kind::ALL {
        let mut story = story(kind);
        let add = Command::AddParticipant {
            person: SOMEBODY,
            name: "Somebody".to_owned(),
            side: Side::Customer,
        };
        story.act(add, &vendor(moment(FRIDAY))).unwrap();
        let from = story.case.revision;
        for role in Role::ALL {
            let is_alone = gets(&story, &[role], THIRD).is_some();
            let granted = granted(&[role], SOMEBODY, story.case.account);
            let at = |seq| opening(&granted, &story.case, file(seq), Some(SOMEBODY)).ok();
            let is_theirs = is_alone || role == Role::ServiceSupportAdmin;
            assert_eq!(at(from).is_some(), is_theirs, "{role:?}, {kind:?}");
            assert_eq!(at(from - 1).is_some(), is_alone, "{role:?}, {kind:?}");
        }
    }
}

#[test]
fn rights_are_a_union_of_roles_and_do_not_reach_another_account() {
    let story = story(Kind::Technical);
    let both = [Role::BillingAgent, Role::Agent];
    assert_eq!(gets(&story, &both, SOMEBODY), Some(Opening::WithReason));
    let both = [Role::BillingAdmin, Role::ServiceSupportAdmin];
    assert_eq!(gets(&story, &both, SOMEBODY), Some(Opening::Freely));
    let machine = [Role::SystemAdministrator, Role::Agent];
    assert_eq!(gets(&story, &machine, SOMEBODY), None);
    let elsewhere = AccountId(Uuid::from_u128(0x77));
    let granted = granted(&[Role::GlobalAdmin], SOMEBODY, elsewhere);
    let denied = opening(&granted, &story.case, file(1), Some(SOMEBODY));
    assert_eq!(denied.unwrap_err().because, Because::NotParticipant);
}

#[test]
fn whoever_uploaded_it_gets_it_back_but_not_in_a_view() {
    let story = story(Kind::Technical);
    for role in Role::ALL {
        let granted = granted(&[role], OTHER, story.case.account);
        let own = opening(&granted, &story.case, file(1), Some(OTHER));
        assert_eq!(own, Ok(Opening::Freely), "{role:?}");
        let in_view = opening(&granted, &story.case, file(1), None).ok();
        assert_eq!(in_view, gets(&story, &[role], SOMEBODY), "{role:?}");
    }
    // Nobody is not whoever uploaded a file of nobody's.
    let granted = granted(&[Role::EndUser], SOMEBODY, story.case.account);
    let of_nobody = Confidential {
        uploaded_by: None,
        ..file(1)
    };
    assert!(opening(&granted, &story.case, of_nobody, None).is_err());
}

#[test]
fn within_an_account_those_get_it_who_would_on_the_request_it_becomes() {
    let account = story(Kind::Technical).case.account;
    for kind in Kind::ALL {
        for role in Role::ALL.into_iter().filter(|role| role.is_customer()) {
            let granted = granted(&[role], SOMEBODY, account);
            let expected = gets(&story(kind), &[role], SOMEBODY);
            let found = opening_within(&granted, kind, Some(OTHER), Some(SOMEBODY)).ok();
            assert_eq!(found, expected, "{role:?}, {kind:?}");
            let own = opening_within(&granted, kind, Some(SOMEBODY), Some(SOMEBODY));
            assert_eq!(own, Ok(Opening::Freely), "{role:?}");
        }
    }
}
