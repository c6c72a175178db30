//! Who takes people in, gives them roles, and reads of it why not: for every set of roles.

use mainstay_domain::access::{
    Action, Administrators, Because, Delegated, Facts, Principal, Receiver, Role, Stand, decide,
    grants_of_role, may_change_roles, may_take_in, may_wholly,
};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::PersonId;
use uuid::Uuid;

use crate::{SOMEBODY, acting_for, delegated, principal};

const OTHER: PersonId = PersonId(Uuid::from_u128(77));

/// Every set of a customer's roles but the empty one.
fn sets() -> Vec<Vec<Role>> {
    let roles: Vec<Role> = Role::ALL
        .into_iter()
        .filter(|role| role.is_customer())
        .collect();
    (1..1_u32 << roles.len())
        .map(|set| {
            let chosen = roles.iter().enumerate();
            let chosen = chosen.filter(|(place, _)| set >> place & 1 == 1);
            chosen.map(|(_, role)| *role).collect()
        })
        .collect()
}

const fn receiver(holds: &[Role]) -> Receiver<'_> {
    Receiver {
        person: OTHER,
        holds,
    }
}

#[test]
fn an_administrator_is_taken_in_by_global_ones_and_an_end_user_by_whoever_manages_people() {
    for giver in sets() {
        let somebody = principal(acting_for(Stand::Account), &giver);
        let is_global = giver.contains(&Role::GlobalAdmin);
        let manages = is_global || giver.contains(&Role::UserManagementAdmin);
        for wanted in sets() {
            let is_plain = wanted == [Role::EndUser];
            let taken = may_take_in(&somebody, &wanted, receiver(&[]));
            let expected = is_global || (manages && is_plain);
            assert_eq!(
                taken.is_ok(),
                expected,
                "{giver:?} takes in {wanted:?}: {taken:?}"
            );
        }
    }
}

#[test]
fn roles_are_changed_by_global_administrators_alone() {
    for giver in sets() {
        let somebody = principal(acting_for(Stand::Account), &giver);
        for held in sets() {
            for wanted in sets() {
                let changed = may_change_roles(&somebody, &wanted, receiver(&held));
                let expected = giver.contains(&Role::GlobalAdmin);
                assert_eq!(
                    changed.is_ok(),
                    expected,
                    "{giver:?}: {held:?} to {wanted:?}"
                );
            }
        }
    }
}

#[test]
fn one_s_own_roles_only_become_fewer() {
    let global = principal(acting_for(Stand::Account), &[Role::GlobalAdmin]);
    for held in sets() {
        for wanted in sets() {
            let own = Receiver {
                person: SOMEBODY,
                holds: &held,
            };
            let is_more = wanted
                .iter()
                .any(|role| role.is_administrator() && !held.contains(role));
            let changed = may_change_roles(&global, &wanted, own);
            assert_eq!(changed.is_err(), is_more, "{held:?} to {wanted:?}");
            if let Err(denial) = changed {
                assert_eq!(denial.because, Because::ToOneself);
            }
        }
    }
}

#[test]
fn nothing_of_another_side_is_given_to_anybody_at_a_customer() {
    let global = principal(acting_for(Stand::Account), &[Role::GlobalAdmin]);
    for role in Role::ALL.into_iter().filter(|role| !role.is_customer()) {
        assert!(
            may_take_in(&global, &[role], receiver(&[])).is_err(),
            "{role:?}"
        );
        let changed = may_change_roles(&global, &[role], receiver(&[Role::EndUser]));
        assert!(changed.is_err(), "{role:?}");
    }
}

#[test]
fn a_partner_takes_in_end_users_where_people_were_named_and_nobody_else() {
    let named = |names_people| {
        delegated(Delegated {
            kinds: Kind::ALL.to_vec(),
            names_people,
            ..Delegated::default()
        })
    };
    let take = |who: &Principal, role| may_take_in(who, &[role], receiver(&[])).is_ok();
    let admin = principal(named(true), &[Role::PartnerAdmin]);
    assert!(take(&admin, Role::EndUser));
    for role in Role::ADMINISTRATORS {
        assert!(!take(&admin, role), "{role:?}");
    }
    assert!(!take(
        &principal(named(false), &[Role::PartnerAdmin]),
        Role::EndUser
    ));
    assert!(!take(
        &principal(named(true), &[Role::PartnerAgent]),
        Role::EndUser
    ));
}

#[test]
fn the_vendor_takes_nobody_in_at_a_customer() {
    for role in Role::ALL.into_iter().filter(|role| role.is_vendor()) {
        let somebody = principal(acting_for(Stand::Vendor), &[role]);
        for wanted in sets() {
            let taken = may_take_in(&somebody, &wanted, receiver(&[]));
            assert!(taken.is_err(), "{role:?} {wanted:?}");
        }
    }
}

#[test]
fn who_was_let_go_does_nothing_with_people() {
    let gone = Principal {
        is_active: false,
        ..principal(acting_for(Stand::Account), &[Role::GlobalAdmin])
    };
    let denial = may_take_in(&gone, &[Role::EndUser], receiver(&[])).unwrap_err();
    assert_eq!(denial.because, Because::Deactivated);
    assert_eq!(
        denial.said_of("Dana"),
        "Dana may not invite or deactivate people: this person was deactivated."
    );
}

#[test]
fn a_grant_says_what_it_owes_and_what_is_only_one_s_own() {
    let said = |role, action, kind| {
        let somebody = principal(acting_for(Stand::Account), &[role]);
        let facts = Facts {
            target: Some(mainstay_domain::access::Target {
                kind: Some(kind),
                is_own: true,
                ..mainstay_domain::access::Target::default()
            }),
            ..Facts::default()
        };
        decide(&somebody, action, &facts).unwrap().said_of("Dana")
    };
    let technical = Kind::Technical;
    assert_eq!(
        said(Role::GlobalAdmin, Action::Open, technical),
        "Dana may open a request."
    );
    assert_eq!(
        said(Role::EndUser, Action::Reply, technical),
        "Dana may reply, where they take part by name."
    );
    assert_eq!(
        said(Role::GlobalAdmin, Action::SetSeverity, technical),
        "Dana may set the severity on opening, while an elevated offer is in force."
    );
    assert_eq!(
        said(Role::UserManagementAdmin, Action::ManagePeople, technical),
        "Dana may invite or deactivate people, not on global, billing or service support \
         administrators."
    );
}

#[test]
fn what_a_role_may_do_is_what_is_decided_of_its_holder() {
    for role in Role::ALL.into_iter().filter(|role| role.is_customer()) {
        let holder = principal(acting_for(Stand::Account), &[role]);
        let facts = Facts {
            administrators: Administrators::WIDE,
            ..Facts::default()
        };
        let told = grants_of_role(role, Administrators::WIDE);
        for action in Action::ALL {
            let decided = decide(&holder, action, &facts);
            let listed = told.iter().find(|grant| grant.action() == action);
            assert_eq!(
                listed.map(|one| one.rights()),
                decided.as_ref().ok().map(|one| one.rights())
            );
            if may_wholly(&holder, action, &facts) {
                assert!(decided.is_ok(), "{role:?}: {action:?}");
            }
        }
    }
}

#[test]
fn the_highest_role_is_what_whoever_manages_people_looks_at() {
    assert_eq!(Role::highest(&[]), None);
    assert_eq!(Role::highest(&[Role::Agent]), None);
    let both = [Role::UserManagementAdmin, Role::BillingAdmin];
    assert_eq!(Role::highest(&both), Some(Role::BillingAdmin));
}
