//! Who may give what: nobody gives what they do not hold.

use super::action::Action;
use super::decide::decide;
use super::denial::{Because, Denial};
use super::facts::{Facts, Target};
use super::grant::Breadth;
use super::principal::{ActingFor, Principal};
use super::role::{Role, Stand};
use crate::edition::Kind;
use crate::ids::PersonId;

/// Who is to be given a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receiver<'a> {
    /// The person.
    pub person: PersonId,
    /// The roles they hold in the same organisation.
    pub holds: &'a [Role],
}

/// Whether somebody may give a role to somebody in the organisation they act for.
///
/// At an account the giver holds every right of the role. The vendor's team is given its roles by
/// whoever runs the machine, who holds none of them and so may not give one to themselves.
///
/// # Errors
/// Says why not.
pub fn may_give(giver: &Principal, role: Role, to: Receiver<'_>) -> Result<(), Denial> {
    let denied = |because| Denial {
        action: Action::GiveRoles,
        because,
    };
    if giver.stand() != role.stand() {
        return Err(denied(Because::RoleElsewhere));
    }
    if giver.person == to.person {
        return Err(denied(Because::ToOneself));
    }
    if to.holds.iter().any(|held| held.is_apart_from(role)) {
        return Err(denied(Because::SeparationPair));
    }
    if role.stand() == Stand::Vendor {
        return decide(giver, Action::RunMachine, &Facts::default()).map(|_| ());
    }
    decide(giver, Action::GiveRoles, &Facts::default())?;
    if !holds_all_of(giver, role) {
        return Err(denied(Because::GivesMoreThanHeld));
    }
    Ok(())
}

/// Whether somebody may take a person into the organisation they act for, in these roles (S15).
///
/// An end user is taken in by whoever manages people; any other role is given besides, by somebody
/// who holds it.
///
/// # Errors
/// Says why not.
pub fn may_take_in(giver: &Principal, roles: &[Role], to: Receiver<'_>) -> Result<(), Denial> {
    decide(giver, Action::ManagePeople, &about(giver, roles))?;
    check_apart(roles)?;
    given(roles, to).try_for_each(|role| may_give(giver, role, to))
}

/// Whether somebody may make the roles of a person these: what is new is given, and what falls
/// away is taken by somebody who may give.
///
/// # Errors
/// Says why not.
pub fn may_change_roles(
    giver: &Principal,
    wanted: &[Role],
    of: Receiver<'_>,
) -> Result<(), Denial> {
    decide(giver, Action::GiveRoles, &about(giver, of.holds))?;
    check_apart(wanted)?;
    let to = Receiver {
        holds: wanted,
        ..of
    };
    given(wanted, of).try_for_each(|role| may_give(giver, role, to))
}

/// What is known of a person with these roles in the giver's organisation.
fn about(giver: &Principal, roles: &[Role]) -> Facts<'static> {
    Facts {
        target: Some(Target {
            account: giver.account(),
            about: Role::highest(roles),
            ..Target::default()
        }),
        ..Facts::default()
    }
}

/// The roles that are given: whoever belongs to an organisation is its end user without a gift.
fn given<'a>(roles: &'a [Role], to: Receiver<'a>) -> impl Iterator<Item = Role> + 'a {
    let is_new = move |role: &Role| *role != Role::EndUser && !to.holds.contains(role);
    roles.iter().copied().filter(is_new)
}

/// Whether none of these roles must be kept apart from another.
fn check_apart(roles: &[Role]) -> Result<(), Denial> {
    let is_apart = |role: &Role| roles.iter().any(|other| other.is_apart_from(*role));
    if roles.iter().any(is_apart) {
        return Err(Denial {
            action: Action::GiveRoles,
            because: Because::SeparationPair,
        });
    }
    Ok(())
}

/// Whether somebody may do something to every thing of at least one kind: those are named to a
/// colleague who may not.
#[must_use]
pub fn may_wholly(principal: &Principal, action: Action, facts: &Facts<'_>) -> bool {
    let decided = decide(principal, action, facts);
    let is_whole = |right: &super::Right| right.breadth() == Breadth::Whole;
    decided.is_ok_and(|grant| grant.rights().iter().any(is_whole))
}

/// Whether somebody may make somebody else's roles on the vendor's team these, whoever must agree:
/// not their own, one at least, and no separation pair. The facts say whether somebody has agreed.
///
/// # Errors
/// Says why not.
pub fn may_set_team_roles(
    giver: &Principal,
    to: PersonId,
    roles: &[Role],
    facts: &Facts<'_>,
) -> Result<(), Denial> {
    let denied = |because| Denial {
        action: Action::GiveRoles,
        because,
    };
    decide(giver, Action::RunMachine, facts)?;
    if giver.person == to {
        return Err(denied(Because::ToOneself));
    }
    if roles.is_empty() || !roles.iter().all(|role| role.is_vendor()) {
        return Err(denied(Because::RoleElsewhere));
    }
    match Role::apart_in(roles) {
        Some(_) => Err(denied(Because::SeparationPair)),
        None => Ok(()),
    }
}

/// Whether a customer may let a partner act for it in these kinds: all of them its giver's own.
///
/// # Errors
/// Says why not.
pub fn may_delegate(giver: &Principal, kinds: &[Kind], facts: &Facts<'_>) -> Result<(), Denial> {
    decide(giver, Action::DelegateToPartner, facts)?;
    let open = decide(giver, Action::Open, facts)?;
    let is_partner = matches!(giver.acting_for, ActingFor::Delegated { .. });
    if is_partner || !kinds.iter().all(|kind| open.scope().kinds().contains(kind)) {
        return Err(Denial {
            action: Action::DelegateToPartner,
            because: Because::GivesMoreThanHeld,
        });
    }
    Ok(())
}

/// Whether every right of a role is a right of somebody who acts for the same organisation.
fn holds_all_of(giver: &Principal, role: Role) -> bool {
    let receiver = Principal {
        roles: vec![role],
        ..giver.clone()
    };
    let facts = Facts::default();
    Action::ALL.into_iter().all(|action| {
        match (
            decide(&receiver, action, &facts),
            decide(giver, action, &facts),
        ) {
            (Ok(given), Ok(held)) => held.includes(&given),
            (Ok(_), Err(_)) => false,
            (Err(_), _) => true,
        }
    })
}
