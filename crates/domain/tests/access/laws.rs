//! The rules over the matrix, for every set of roles somebody can have.

use mainstay_domain::Moment;
use mainstay_domain::access::delegation::Covered;
use mainstay_domain::access::{
    ActingFor, Action, Because, Breadth, Delegated, Facts, Grant, Obligation, Principal, Receiver,
    Right, Role, Second, Stand, Target, decide, decide_in_view, may_delegate, may_give,
    may_set_team_roles,
};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{PersonId, SubscriptionId};
use uuid::Uuid;

use crate::{ACCOUNT, PARTNER, SOMEBODY, acting_for, delegated, principal};

const SIDES: [Stand; 3] = [Stand::Vendor, Stand::Account, Stand::Partner];

fn roles_of(stand: Stand) -> Vec<Role> {
    let is_there = |role: &Role| role.stand() == stand;
    Role::ALL.into_iter().filter(is_there).collect()
}

/// Every set of roles of a side.
fn sets(stand: Stand) -> Vec<Vec<Role>> {
    let roles = roles_of(stand);
    (0..1_u32 << roles.len())
        .map(|set| {
            let is_in = |place: usize| set >> place & 1 == 1;
            let chosen = roles.iter().enumerate().filter(|(place, _)| is_in(*place));
            chosen.map(|(_, role)| *role).collect()
        })
        .collect()
}

/// Facts of every sort: nothing known, everything missing, a thing of one's own or of another.
fn facts() -> Vec<Facts<'static>> {
    let missing = Facts {
        has_reason: Some(false),
        second: Second::Nobody,
        has_elevated_offer: Some(false),
        is_caller_verified: Some(false),
        leads_desk: Some(false),
        ..Facts::default()
    };
    let about = |is_own, about| Facts {
        target: Some(Target {
            account: Some(ACCOUNT),
            is_own,
            about,
            ..Target::default()
        }),
        ..Facts::default()
    };
    vec![
        Facts::default(),
        missing,
        about(true, None),
        about(false, None),
        about(false, Some(Role::BillingAdmin)),
    ]
}

fn includes(wide: &Result<Grant, impl Sized>, narrow: &Result<Grant, impl Sized>) -> bool {
    match (wide, narrow) {
        (Ok(wide), Ok(narrow)) => wide.includes(narrow),
        (Err(_), narrow) => narrow.is_err(),
        (Ok(_), Err(_)) => true,
    }
}

#[test]
fn a_role_more_never_takes_a_right_away() {
    for stand in SIDES {
        for set in sets(stand) {
            let less = principal(acting_for(stand), &set);
            for role in roles_of(stand) {
                if set.iter().any(|held| held.is_apart_from(role)) {
                    continue;
                }
                let more = principal(acting_for(stand), &[set.clone(), vec![role]].concat());
                for facts in facts() {
                    for action in Action::ALL {
                        let before = decide(&less, action, &facts);
                        let after = decide(&more, action, &facts);
                        assert!(includes(&after, &before), "{set:?} + {role:?}: {action:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn who_runs_the_machine_reads_nothing_whatever_else_they_are() {
    let alone = principal(ActingFor::Vendor, &[Role::SystemAdministrator]);
    for set in sets(Stand::Vendor) {
        let roles = [set, vec![Role::SystemAdministrator]].concat();
        let both = principal(ActingFor::Vendor, &roles);
        for action in Action::ALL {
            let (both, alone) = (
                decide(&both, action, &Facts::default()),
                decide(&alone, action, &Facts::default()),
            );
            assert_eq!(both.is_ok(), alone.is_ok(), "{roles:?}: {action:?}");
        }
        let denied = decide(&both, Action::Reply, &Facts::default()).unwrap_err();
        let works_cases = |role: &Role| !role.desk().is_empty();
        let expected = if roles.iter().any(works_cases) {
            Because::SeparationPair
        } else {
            Because::RoleLacksIt
        };
        assert_eq!(denied.because, expected, "{roles:?}");
    }
}

#[test]
fn a_grant_that_ended_is_no_grant() {
    let ended = Delegated {
        kinds: Kind::ALL.to_vec(),
        names_people: true,
        ended_at: Some(Moment::from_unix(0)),
        ..Delegated::default()
    };
    for set in sets(Stand::Partner) {
        let ended = principal(delegated(ended.clone()), &set);
        let none = principal(delegated(Delegated::default()), &set);
        for facts in facts() {
            for action in Action::ALL {
                let (ended, none) = (
                    decide(&ended, action, &facts),
                    decide(&none, action, &facts),
                );
                assert_eq!(ended.ok(), none.ok(), "{set:?}: {action:?}");
            }
        }
    }
}

#[test]
fn whoever_the_partner_has_not_named_has_nothing_but_may_give_it_up() {
    let left_out = Delegated {
        kinds: Kind::ALL.to_vec(),
        names_people: true,
        leaves_out: true,
        ..Delegated::default()
    };
    for set in sets(Stand::Partner) {
        let left_out = principal(delegated(left_out.clone()), &set);
        let none = principal(delegated(Delegated::default()), &set);
        assert_ne!(left_out.account(), Some(ACCOUNT));
        for action in Action::ALL {
            let left_out = decide(&left_out, action, &Facts::default());
            if action == Action::DelegateToPartner {
                assert_eq!(left_out.is_ok(), set.contains(&Role::PartnerAdmin));
                continue;
            }
            let none = decide(&none, action, &Facts::default());
            assert_eq!(left_out.ok(), none.ok(), "{set:?}: {action:?}");
        }
    }
}

#[test]
fn a_partner_reaches_what_was_granted_and_their_role_has() {
    for kinds in [
        &[][..],
        &[Kind::Technical],
        &[Kind::Billing, Kind::PreSales],
    ] {
        let granted = Delegated {
            kinds: kinds.to_vec(),
            ..Delegated::default()
        };
        for set in sets(Stand::Partner) {
            let some = principal(delegated(granted.clone()), &set);
            let all = principal(acting_for(Stand::Partner), &set);
            for action in Action::ALL.into_iter().filter(|one| one.needs_delegation()) {
                let all = decide(&all, action, &Facts::default());
                let some = decide(&some, action, &Facts::default());
                assert!(includes(&all, &some), "{set:?}: {action:?}");
                if let Ok(grant) = some {
                    assert_eq!(grant.scope().account(), Some(ACCOUNT));
                    let is_granted = |right: &&_| {
                        let right: &mainstay_domain::access::Right = right;
                        kinds.contains(&right.kind())
                    };
                    let is_of_case = action.is_on_case() || action == Action::Read;
                    let outside = grant.rights().iter().filter(|right| !is_granted(right));
                    assert!(!is_of_case || outside.count() == 0, "{set:?}: {action:?}");
                }
            }
        }
    }
}

/// The facts of a thing under a subscription, or under none.
fn under(subscription: Option<SubscriptionId>) -> Facts<'static> {
    Facts {
        target: Some(Target {
            is_own: true,
            under: subscription.into(),
            ..Target::default()
        }),
        ..Facts::default()
    }
}

#[test]
fn a_grant_for_one_subscription_is_none_for_another_and_as_good_for_that_one() {
    let [named, other] = [1, 2].map(|id| SubscriptionId(Uuid::from_u128(id)));
    let limited = Delegated {
        kinds: Kind::ALL.to_vec(),
        names_people: true,
        covered: Covered::named(vec![named]),
        ..Delegated::default()
    };
    for set in sets(Stand::Partner) {
        let some = principal(delegated(limited.clone()), &set);
        let all = principal(acting_for(Stand::Partner), &set);
        for action in Action::ALL.into_iter().filter(|one| one.needs_delegation()) {
            for subscription in [None, Some(named), Some(other)] {
                let facts = under(subscription);
                let (some, all) = (decide(&some, action, &facts), decide(&all, action, &facts));
                if subscription == Some(named) {
                    let rights = |grant: Grant| grant.rights().to_vec();
                    assert_eq!(some.map(rights), all.map(rights), "{set:?}: {action:?}");
                } else if all.is_ok() {
                    let because = some.unwrap_err().because;
                    assert_eq!(because, Because::SubscriptionNotDelegated, "{action:?}");
                }
            }
            let Ok(grant) = decide(&some, action, &Facts::default()) else {
                continue;
            };
            let scope = grant.scope();
            assert_eq!(scope.limited_partner(), Some(PARTNER), "{action:?}");
            assert!(scope.covers(Some(named)), "{action:?}");
            assert!(
                !scope.covers(Some(other)) && !scope.covers(None),
                "{action:?}"
            );
        }
        for action in Action::ALL {
            if let Ok(grant) = decide(&all, action, &Facts::default()) {
                assert_eq!(grant.scope().limited_partner(), None);
                assert!(grant.scope().covers(None) && grant.scope().covers(Some(other)));
            }
        }
    }
}

#[test]
fn nobody_but_the_vendor_sees_an_internal_note() {
    for stand in [Stand::Account, Stand::Partner, Stand::Public] {
        for set in sets(stand) {
            let somebody = principal(acting_for(stand), &set);
            for action in Action::ALL {
                if let Ok(grant) = decide(&somebody, action, &Facts::default()) {
                    assert!(!grant.scope().sees_internal(), "{set:?}: {action:?}");
                }
            }
        }
    }
}

#[test]
fn nobody_but_the_vendor_reaches_more_than_one_account() {
    for stand in [Stand::Account, Stand::Partner, Stand::Public] {
        for role in Role::ALL {
            let somebody = principal(acting_for(stand), &[role]);
            for action in Action::ALL {
                if let Ok(grant) = decide(&somebody, action, &Facts::default()) {
                    assert!(grant.scope().account().is_some(), "{role:?}: {action:?}");
                }
            }
        }
    }
}

#[test]
fn a_right_that_is_not_about_cases_reaches_none() {
    for role in Role::ALL {
        let somebody = principal(acting_for(role.stand()), &[role]);
        let others = Action::ALL.into_iter().filter(|one| !one.is_about_cases());
        for action in others {
            if let Ok(grant) = decide(&somebody, action, &Facts::default()) {
                let scope = grant.scope();
                let reached = [scope.kinds(), scope.own_kinds(), scope.metadata_kinds()];
                assert_eq!(reached.concat(), [], "{role:?}: {action:?}");
            }
        }
    }
}

#[test]
fn nobody_gives_what_they_do_not_hold() {
    let other = PersonId(Uuid::from_u128(77));
    let to = |holds| Receiver {
        person: other,
        holds,
    };
    for set in sets(Stand::Account) {
        let giver = principal(acting_for(Stand::Account), &set);
        for role in Role::ALL {
            let given = may_give(&giver, role, to(&[]));
            let is_expected = set.contains(&Role::GlobalAdmin) && role.is_customer();
            assert_eq!(given.is_ok(), is_expected, "{set:?} gives {role:?}");
            if given.is_err() {
                continue;
            }
            let receiver = principal(acting_for(Stand::Account), &[role]);
            for action in Action::ALL {
                let held = decide(&giver, action, &Facts::default());
                let received = decide(&receiver, action, &Facts::default());
                assert!(
                    includes(&held, &received),
                    "{set:?} gives {role:?}: {action:?}"
                );
            }
        }
    }
    let global = principal(acting_for(Stand::Account), &[Role::GlobalAdmin]);
    let oneself = Receiver {
        person: SOMEBODY,
        holds: &[],
    };
    let denied = may_give(&global, Role::EndUser, oneself).unwrap_err();
    assert_eq!(denied.because, Because::ToOneself);
}

#[test]
fn roles_that_must_not_meet_are_not_given_to_one_person() {
    let machine = principal(ActingFor::Vendor, &[Role::SystemAdministrator]);
    let person = PersonId(Uuid::from_u128(77));
    for held in roles_of(Stand::Vendor) {
        for role in roles_of(Stand::Vendor) {
            let holds = &[held];
            let given = may_give(&machine, role, Receiver { person, holds });
            let is_machine = |role| role == Role::SystemAdministrator;
            assert_eq!(
                given.is_ok(),
                is_machine(held) == is_machine(role),
                "{held:?} {role:?}"
            );
        }
    }
}

#[test]
fn a_customer_delegates_what_they_may_open_and_a_partner_nothing() {
    let global = principal(acting_for(Stand::Account), &[Role::GlobalAdmin]);
    assert!(may_delegate(&global, &Kind::ALL, &Facts::default()).is_ok());
    let support = principal(acting_for(Stand::Account), &[Role::ServiceSupportAdmin]);
    assert!(may_delegate(&support, &[Kind::Technical], &Facts::default()).is_err());
    let partner = principal(acting_for(Stand::Partner), &[Role::PartnerAdmin]);
    let denied = may_delegate(&partner, &[Kind::Technical], &Facts::default()).unwrap_err();
    assert_eq!(denied.because, Because::GivesMoreThanHeld);
    let renounce = decide(&partner, Action::DelegateToPartner, &Facts::default()).unwrap();
    assert_eq!(renounce.rights()[0].breadth(), Breadth::Whole);
}

#[test]
fn the_second_person_is_another_who_holds_the_right() {
    let billing = principal(ActingFor::Vendor, &[Role::BillingAgent]);
    let with = |second: &Principal| {
        let facts = Facts {
            second: Second::Agreed(second),
            ..Facts::default()
        };
        decide(&billing, Action::Credit, &facts).map_err(|denial| denial.because)
    };
    let other = |roles: &[Role]| Principal {
        person: PersonId(Uuid::from_u128(77)),
        ..principal(ActingFor::Vendor, roles)
    };
    assert!(with(&other(&[Role::Manager])).is_ok());
    assert_eq!(with(&billing).unwrap_err(), Because::SecondIsFirst);
    let agent = with(&other(&[Role::Agent])).unwrap_err();
    assert_eq!(agent, Because::SecondLacksIt);
    let gone = Principal {
        is_active: false,
        ..other(&[Role::Manager])
    };
    assert_eq!(with(&gone).unwrap_err(), Because::SecondLacksIt);
    let elsewhere = Principal {
        acting_for: acting_for(Stand::Account),
        ..other(&[Role::Manager])
    };
    assert_eq!(with(&elsewhere).unwrap_err(), Because::SecondLacksIt);
}

#[test]
fn where_the_team_is_concerned_running_the_machine_takes_two() {
    let first = principal(ActingFor::Vendor, &[Role::SystemAdministrator]);
    let second = Principal {
        person: PersonId(Uuid::from_u128(77)),
        ..first.clone()
    };
    let with = |concerns_team, second| {
        let facts = Facts {
            second,
            concerns_team,
            ..Facts::default()
        };
        decide(&first, Action::RunMachine, &facts).map_err(|denial| denial.because)
    };
    assert!(with(false, Second::Nobody).is_ok());
    let missing = with(true, Second::Nobody).unwrap_err();
    assert_eq!(missing, Because::Needs(Obligation::SecondPerson));
    assert!(with(true, Second::Agreed(&second)).is_ok());
    let same = with(true, Second::Agreed(&first)).unwrap_err();
    assert_eq!(same, Because::SecondIsFirst);
    let manager = Principal {
        roles: vec![Role::Manager],
        ..second.clone()
    };
    let lacks = with(true, Second::Agreed(&manager)).unwrap_err();
    assert_eq!(lacks, Because::SecondLacksIt);
    assert!(with(true, Second::NoneToAsk).is_ok());
}

#[test]
fn only_the_team_s_own_accounts_are_ever_kept_by_one_person() {
    let facts = Facts {
        second: Second::NoneToAsk,
        concerns_team: true,
        has_reason: Some(true),
        ..Facts::default()
    };
    for role in roles_of(Stand::Vendor) {
        let alone = principal(ActingFor::Vendor, &[role]);
        for action in Action::ALL {
            let is_kept = matches!(action, Action::RunMachine | Action::StartReset);
            let Ok(grant) = decide(&alone, action, &facts) else {
                continue;
            };
            let takes_two = |right: &Right| right.obligations().contains(&Obligation::SecondPerson);
            assert!(
                is_kept || !grant.rights().iter().any(takes_two),
                "{role:?}: {action:?}"
            );
        }
    }
}

#[test]
fn a_lead_drafts_what_is_promised_and_two_managers_publish_it() {
    let at = |role, person| Principal {
        person: PersonId(Uuid::from_u128(person)),
        ..principal(ActingFor::Vendor, &[role])
    };
    let (lead, manager, other) = (
        at(Role::Lead, 1),
        at(Role::Manager, 2),
        at(Role::Manager, 3),
    );
    let with = |who: &Principal, takes_effect, second| {
        let facts = Facts {
            takes_effect,
            second,
            ..Facts::default()
        };
        let decided = decide(who, Action::Publish, &facts);
        decided.map(drop).map_err(|denial| denial.because)
    };
    assert_eq!(with(&lead, false, Second::NotAsked), Ok(()));
    let drafts_only = Err(Because::Needs(Obligation::DraftsOnly));
    for second in [
        Second::NotAsked,
        Second::Agreed(&manager),
        Second::NoneToAsk,
    ] {
        assert_eq!(with(&lead, true, second), drafts_only);
    }
    assert_eq!(with(&manager, true, Second::NotAsked), Ok(()));
    assert_eq!(with(&manager, true, Second::Agreed(&other)), Ok(()));
    let lacks = Err(Because::SecondLacksIt);
    assert_eq!(with(&manager, true, Second::Agreed(&lead)), lacks);
    let same = Err(Because::SecondIsFirst);
    assert_eq!(with(&manager, true, Second::Agreed(&manager)), same);
    let nobody = Err(Because::Needs(Obligation::SecondPerson));
    assert_eq!(with(&manager, true, Second::NoneToAsk), nobody);
    let both = Principal {
        roles: vec![Role::Lead, Role::Manager],
        ..manager.clone()
    };
    assert_eq!(with(&both, true, Second::Agreed(&other)), Ok(()));
    assert_eq!(with(&both, true, Second::NotAsked), Ok(()));
    assert!([nobody, drafts_only].contains(&with(&both, true, Second::Nobody)));
}

#[test]
fn until_somebody_runs_the_machine_managers_keep_the_team_and_nothing_else_of_it() {
    let facts = Facts {
        lacks_system_administrator: true,
        ..Facts::default()
    };
    for set in sets(Stand::Vendor) {
        let somebody = principal(ActingFor::Vendor, &set);
        for action in Action::ALL {
            let (with, without) = (
                decide(&somebody, action, &facts),
                decide(&somebody, action, &Facts::default()),
            );
            let is_kept = action == Action::RunMachine && set.contains(&Role::Manager);
            assert_eq!(
                with.is_ok(),
                without.is_ok() || is_kept,
                "{set:?}: {action:?}"
            );
        }
    }
}

#[test]
fn team_roles_are_given_by_who_runs_the_machine_to_others_and_never_a_pair() {
    let other = PersonId(Uuid::from_u128(77));
    let facts = Facts::default();
    for set in sets(Stand::Vendor) {
        let giver = principal(ActingFor::Vendor, &set);
        for roles in sets(Stand::Vendor) {
            let given = may_set_team_roles(&giver, other, &roles, &facts);
            let is_pair = Role::apart_in(&roles).is_some();
            let may = set.contains(&Role::SystemAdministrator) && !roles.is_empty() && !is_pair;
            assert_eq!(given.is_ok(), may, "{set:?} gives {roles:?}");
            let own = may_set_team_roles(&giver, SOMEBODY, &roles, &facts);
            assert!(own.is_err(), "{set:?} gives {roles:?} to themselves");
        }
    }
    let machine = principal(ActingFor::Vendor, &[Role::SystemAdministrator]);
    let customers = may_set_team_roles(&machine, other, &[Role::GlobalAdmin], &facts);
    assert_eq!(customers.unwrap_err().because, Because::RoleElsewhere);
}

#[test]
fn a_view_shows_no_more_than_the_customer_sees_and_the_viewer_s_desk_holds() {
    for viewer_roles in sets(Stand::Vendor) {
        let viewer = principal(ActingFor::Vendor, &viewer_roles);
        for role in roles_of(Stand::Account) {
            let viewed = Principal {
                person: PersonId(Uuid::from_u128(78)),
                ..principal(acting_for(Stand::Account), &[role])
            };
            for action in Action::ALL {
                let Ok(shown) = decide_in_view(&viewer, &viewed, action, &Facts::default()) else {
                    continue;
                };
                let own = decide(&viewed, action, &Facts::default()).unwrap();
                let desk = decide(&viewer, Action::ViewAsCustomer, &Facts::default()).unwrap();
                assert_eq!(shown.scope().account(), Some(ACCOUNT));
                assert!(!shown.scope().sees_internal());
                for (kinds, theirs) in [
                    (shown.scope().kinds(), own.scope().kinds()),
                    (shown.scope().own_kinds(), own.scope().own_kinds()),
                    (shown.scope().metadata_kinds(), own.scope().metadata_kinds()),
                ] {
                    let is_both =
                        |kind: &Kind| theirs.contains(kind) && desk.scope().kinds().contains(kind);
                    assert!(kinds.iter().all(is_both), "{viewer_roles:?}: {action:?}");
                }
                let reads = |right: &Right| right.obligations().contains(&Obligation::ReadOnly);
                assert!(shown.rights().iter().all(reads), "{action:?}");
            }
        }
    }
}

#[test]
fn secrets_and_the_customer_s_own_notes_are_no_part_of_a_view() {
    let viewer = principal(ActingFor::Vendor, &[Role::Agent]);
    let viewed = principal(acting_for(Stand::Account), &[Role::GlobalAdmin]);
    for action in [
        Action::DownloadSecret,
        Action::ShowLicenceKeys,
        Action::CustomerNote,
        Action::ReadInvoices,
        Action::ReadLog,
        Action::ConnectOrganisation,
        Action::ManagePeople,
        Action::GiveRoles,
        Action::StartReset,
        Action::DelegateToPartner,
        Action::ExportMuch,
    ] {
        let denied = decide_in_view(&viewer, &viewed, action, &Facts::default()).unwrap_err();
        assert_eq!(denied.because, Because::NotInView, "{action:?}");
    }
}

/// The cases of a kind somebody reads and may take away as well.
fn takes_away(who: &Principal, second: Second<'_>) -> Option<Grant> {
    let facts = Facts {
        second,
        ..Facts::default()
    };
    let export = decide(who, Action::ExportMuch, &facts).ok()?;
    let read = decide(who, Action::Read, &Facts::default()).ok()?;
    read.within(&export)
}

#[test]
fn nobody_takes_away_what_they_do_not_read_or_may_not_take() {
    for stand in SIDES {
        for roles in sets(stand) {
            let who = principal(acting_for(stand), &roles);
            let second = principal(acting_for(Stand::Vendor), &[Role::Manager]);
            let second = Principal {
                person: PersonId(Uuid::from_u128(77)),
                ..second
            };
            let Some(taken) = takes_away(&who, Second::Agreed(&second)) else {
                continue;
            };
            let reach = |action| {
                let facts = Facts {
                    second: Second::Agreed(&second),
                    ..Facts::default()
                };
                decide(&who, action, &facts).unwrap()
            };
            let (read, export) = (reach(Action::Read), reach(Action::ExportMuch));
            assert!(read.includes(&taken), "{roles:?}");
            let whole = taken.scope().kinds().iter();
            let own = taken.scope().own_kinds().iter();
            let covers = |grant: &Grant, kind| grant.scope().kinds().contains(kind);
            for kind in whole.clone() {
                assert!(covers(&read, kind) && covers(&export, kind), "{roles:?}");
            }
            for kind in own.clone() {
                let is_own = read.scope().own_kinds().contains(kind);
                assert!(is_own && covers(&export, kind), "{roles:?}");
            }
            assert_ne!(whole.count() + own.count(), 0, "{roles:?}");
            assert_eq!(taken.scope().metadata_kinds(), [], "{roles:?}");
        }
    }
}

#[test]
fn who_answers_for_bills_takes_away_bills() {
    let who = principal(acting_for(Stand::Account), &[Role::BillingAdmin]);
    let taken = takes_away(&who, Second::NotAsked).unwrap();
    let kinds = [Kind::Billing, Kind::Subscription, Kind::PreSales];
    assert_eq!(taken.scope().kinds(), kinds);
    // What they submitted or take part in is theirs, whatever it is.
    assert_eq!(taken.scope().own_kinds(), [Kind::Technical]);

    // A lead takes what lies at their desk, whoever of those who may agrees.
    let lead = principal(ActingFor::Vendor, &[Role::Lead]);
    for role in [Role::Manager, Role::BillingAgent] {
        let second = Principal {
            person: PersonId(Uuid::from_u128(77)),
            ..principal(ActingFor::Vendor, &[role])
        };
        let taken = takes_away(&lead, Second::Agreed(&second)).unwrap();
        assert_eq!(taken.scope().kinds(), [Kind::Technical], "{role:?}");
    }
    let agent = Principal {
        person: PersonId(Uuid::from_u128(77)),
        ..principal(ActingFor::Vendor, &[Role::Agent])
    };
    for second in [
        Second::Nobody,
        Second::NoneToAsk,
        Second::Agreed(&agent),
        Second::Agreed(&lead),
    ] {
        assert_eq!(takes_away(&lead, second), None, "{second:?}");
    }
}
