//! What people are told when they may not, and who may instead.

use mainstay_domain::Moment;
use mainstay_domain::access::delegation::Covered;
use mainstay_domain::access::{
    ActingFor, Action, Administrators, Because, Delegated, Facts, Obligation, Principal, Relation,
    Role, Second, Stand, Target, Under, decide, roles_that_may, situation,
};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::SubscriptionId;

use crate::{acting_for, delegated, principal};

fn because(role: Role, relation: Relation, action: Action, kind: Kind) -> Because {
    let ended_at = Moment::from_unix(1_774_000_000);
    let (principal, target) = situation(role, relation, action, kind, ended_at);
    let facts = Facts {
        target: Some(target),
        has_reason: Some(false),
        has_elevated_offer: Some(false),
        second: Second::Nobody,
        ..Facts::default()
    };
    decide(&principal, action, &facts)
        .expect_err("a denial")
        .because
}

#[test]
fn every_denial_says_why() {
    use {Action as A, Kind as K, Relation as R, Role as W};
    let ended = Because::DelegationEnded(Moment::from_unix(1_774_000_000));
    let told = [
        (
            W::EndUser,
            R::Own,
            A::Open,
            K::Technical,
            Because::AskAdministrator,
        ),
        (
            W::EndUser,
            R::SameOrganisation,
            A::Read,
            K::Technical,
            Because::NotParticipant,
        ),
        (
            W::EndUser,
            R::Own,
            A::Read,
            K::Billing,
            Because::RoleLacksIt,
        ),
        (
            W::BillingAdmin,
            R::SameOrganisation,
            A::Reply,
            K::Technical,
            Because::NotParticipant,
        ),
        (
            W::BillingAdmin,
            R::SameOrganisation,
            A::Open,
            K::Technical,
            Because::OtherAdministratorType(K::Technical),
        ),
        (
            W::GlobalAdmin,
            R::Foreign,
            A::Read,
            K::Technical,
            Because::NotTheirs,
        ),
        (
            W::GlobalAdmin,
            R::Deactivated,
            A::Read,
            K::Technical,
            Because::Deactivated,
        ),
        (
            W::GlobalAdmin,
            R::Anonymous,
            A::Read,
            K::Technical,
            Because::SignedOut,
        ),
        (
            W::GlobalAdmin,
            R::Granted,
            A::Read,
            K::Technical,
            Because::RoleElsewhere,
        ),
        (
            W::GlobalAdmin,
            R::Own,
            A::ChangeSeverity,
            K::Technical,
            Because::Needs(Obligation::ElevatedOffer),
        ),
        (
            W::Agent,
            R::SameOrganisation,
            A::ChangeSeverity,
            K::Technical,
            Because::Needs(Obligation::Reason),
        ),
        (
            W::Lead,
            R::SameOrganisation,
            A::MoveCase,
            K::Technical,
            Because::Needs(Obligation::SecondPerson),
        ),
        (
            W::Agent,
            R::OtherDesk,
            A::Reply,
            K::Billing,
            Because::OtherDesk,
        ),
        (
            W::Agent,
            R::OtherDesk,
            A::Reply,
            K::PreSales,
            Because::OtherDesk,
        ),
        (
            W::Manager,
            R::SameOrganisation,
            A::Note,
            K::Technical,
            Because::ReadOnly,
        ),
        (
            W::SystemAdministrator,
            R::Own,
            A::Read,
            K::Technical,
            Because::RoleLacksIt,
        ),
        (W::PartnerAdmin, R::GrantEnded, A::Read, K::Technical, ended),
        (
            W::PartnerAgent,
            R::Granted,
            A::Read,
            K::Technical,
            Because::NotParticipant,
        ),
        (
            W::Public,
            R::SameOrganisation,
            A::Read,
            K::PreSales,
            Because::NotParticipant,
        ),
    ];
    for (role, relation, action, kind, expected) in told {
        let said = because(role, relation, action, kind);
        assert_eq!(said, expected, "{role:?} {relation:?} {action:?} {kind:?}");
    }
}

#[test]
fn a_grant_that_does_not_name_a_thing_says_which() {
    let granted = Delegated {
        kinds: vec![Kind::Technical],
        ..Delegated::default()
    };
    let partner = principal(delegated(granted), &[Role::PartnerAdmin]);
    let about = |kind| Facts {
        target: Some(Target {
            kind: Some(kind),
            ..Target::default()
        }),
        ..Facts::default()
    };
    let denied = |action, kind| decide(&partner, action, &about(kind)).unwrap_err().because;
    let billing = Because::KindNotDelegated(Kind::Billing);
    assert_eq!(denied(Action::Read, Kind::Billing), billing);
    assert_eq!(denied(Action::ReadInvoices, Kind::Technical), billing);
    assert_eq!(
        denied(Action::ManagePeople, Kind::Technical),
        Because::PeopleNotDelegated
    );
    assert!(decide(&partner, Action::Reply, &about(Kind::Technical)).is_ok());
}

#[test]
fn higher_administrators_are_spared() {
    let uma = principal(acting_for(Stand::Account), &[Role::UserManagementAdmin]);
    let partner = principal(acting_for(Stand::Partner), &[Role::PartnerAdmin]);
    let manages = |who: &Principal, about| {
        let facts = Facts {
            target: Some(Target {
                about: Some(about),
                ..Target::default()
            }),
            ..Facts::default()
        };
        decide(who, Action::ManagePeople, &facts).is_ok()
    };
    let spared = Role::ALL.map(|role| (manages(&uma, role), manages(&partner, role)));
    for (role, managed) in Role::ALL.into_iter().zip(spared) {
        let expected = match role {
            Role::GlobalAdmin | Role::BillingAdmin | Role::ServiceSupportAdmin => (false, false),
            Role::UserManagementAdmin => (true, false),
            _ => (true, true),
        };
        assert_eq!(managed, expected, "{role:?}");
    }
}

#[test]
fn a_denial_reads_as_a_sentence() {
    let acting_for = ActingFor::Account {
        account: crate::ACCOUNT,
    };
    let end_user = principal(acting_for, &[Role::EndUser]);
    let denied = decide(&end_user, Action::Open, &Facts::default()).unwrap_err();
    assert_eq!(
        denied.to_string(),
        "You may not open a request: people ask an administrator of their own organisation, who \
         brings it to support"
    );
    assert_eq!(
        denied.said_of("Dana"),
        "Dana may not open a request: people ask an administrator of their own organisation, who \
         brings it to support."
    );
}

#[test]
fn a_request_under_another_subscription_is_denied_in_a_sentence() {
    let named = SubscriptionId(uuid::Uuid::from_u128(1));
    let granted = Delegated {
        kinds: Kind::ALL.to_vec(),
        covered: Covered::named(vec![named]),
        ..Delegated::default()
    };
    let partner = principal(delegated(granted), &[Role::PartnerAdmin]);
    let opens = |under: Under| {
        let facts = Facts {
            target: Some(Target {
                under,
                ..Target::default()
            }),
            ..Facts::default()
        };
        decide(&partner, Action::Open, &facts)
    };
    assert!(opens(Under::NotKnown).is_ok() && opens(Some(named).into()).is_ok());
    assert_eq!(
        opens(Under::Nothing).unwrap_err().to_string(),
        "You may not open a request: what the customer delegated is for some subscriptions, and \
         this is about none of them"
    );
}

#[test]
fn who_may_instead_is_known() {
    let may =
        |action, kind, administrators| roles_that_may(Stand::Account, action, kind, administrators);
    let narrow = may(Action::Open, Kind::Billing, Administrators::NARROW);
    assert_eq!(narrow, [Role::GlobalAdmin, Role::BillingAdmin]);
    let wide = may(Action::Open, Kind::Billing, Administrators::WIDE);
    assert_eq!(wide, Role::ADMINISTRATORS);
    let read = may(Action::Read, Kind::Technical, Administrators::NARROW);
    assert_eq!(read, [Role::GlobalAdmin, Role::ServiceSupportAdmin]);
}
