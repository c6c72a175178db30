//! Who may do what (S15): one table, one decision, and scopes as values.
//!
//! [`decide`] turns a principal and an action into a [`Grant`], the only way to a [`Scope`]; a
//! store function takes a scope, never a bare id, so there is no query without a decision.
//! *Not yours* then reads the same as *does not exist*.

mod matrix;

use serde::{Deserialize, Serialize};

pub use matrix::{Action, Reach, Role};

use crate::case::{Actor, Side};
use crate::edition::Kind;
use crate::ids::{AccountId, PartnerId, PersonId};

/// On whose behalf somebody is signed in; a right counts only in the one acted for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "side")]
pub enum ActingFor {
    /// The vendor.
    Vendor,
    /// A customer.
    Account {
        /// Which.
        account: AccountId,
    },
    /// A customer, as its partner: what the customer delegated (S20).
    Delegated {
        /// The customer.
        account: AccountId,
        /// The partner.
        partner: PartnerId,
        /// The kinds the customer delegated.
        kinds: Vec<Kind>,
    },
}

/// Somebody signed in, acting for one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The person.
    pub person: PersonId,
    /// For whom they act.
    pub acting_for: ActingFor,
    /// Their roles there.
    pub roles: Vec<Role>,
}

/// The cases a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    account: Option<AccountId>,
    kinds: Vec<Kind>,
    own_kinds: Vec<Kind>,
    person: PersonId,
    sees_internal: bool,
}

impl Scope {
    /// The one account it is limited to; the vendor's desks reach all.
    #[must_use]
    pub const fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// The kinds of which every case is in reach.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The kinds of which only the person's own cases are in reach.
    #[must_use]
    pub fn own_kinds(&self) -> &[Kind] {
        &self.own_kinds
    }

    /// Who looks.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Whether internal notes are in reach.
    #[must_use]
    pub const fn sees_internal(&self) -> bool {
        self.sees_internal
    }
}

/// The right to do a thing, made by [`decide`] alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    action: Action,
    scope: Scope,
    actor: Actor,
}

impl Grant {
    /// What may be done.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// To which cases.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// As whom it is signed on the timeline.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }
}

/// Why something may not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Your role does not allow this: {}", .action.words())]
pub struct Denial {
    /// What was asked.
    pub action: Action,
}

/// Decides whether a principal may do something, and to which cases.
///
/// # Errors
/// When no role of theirs reaches anything.
pub fn decide(principal: &Principal, action: Action) -> Result<Grant, Denial> {
    let reach_of = |kind: Kind| {
        let reaches = principal
            .roles
            .iter()
            .map(|role| matrix::reach(*role, action, kind));
        let reach = reaches.max().unwrap_or(Reach::None);
        if principal.is_delegated(kind) {
            reach
        } else {
            Reach::None
        }
    };
    let with = |wanted: Reach| {
        Kind::ALL
            .into_iter()
            .filter(move |&kind| reach_of(kind) == wanted)
    };
    let kinds: Vec<Kind> = with(Reach::All).collect();
    let own_kinds: Vec<Kind> = with(Reach::Own).collect();
    if kinds.is_empty() && own_kinds.is_empty() {
        return Err(Denial { action });
    }
    let (account, partner, side) = match &principal.acting_for {
        ActingFor::Vendor => (None, None, Side::Vendor),
        ActingFor::Account { account } => (Some(*account), None, Side::Customer),
        ActingFor::Delegated {
            account, partner, ..
        } => (Some(*account), Some(*partner), Side::Customer),
    };
    Ok(Grant {
        action,
        scope: Scope {
            account,
            kinds,
            own_kinds,
            person: principal.person,
            sees_internal: side == Side::Vendor,
        },
        actor: Actor {
            person: Some(principal.person),
            side,
            partner,
        },
    })
}

impl Principal {
    /// Whether the roles are of the side acted for, and the kind is delegated to a partner.
    fn is_delegated(&self, kind: Kind) -> bool {
        match &self.acting_for {
            ActingFor::Vendor => self.roles.iter().all(|role| role.is_vendor()),
            ActingFor::Account { .. } => self.roles.iter().all(|role| role.is_customer()),
            ActingFor::Delegated { kinds, .. } => kinds.contains(&kind),
        }
    }

    /// Whether they act for the vendor.
    #[must_use]
    pub fn is_vendor(&self) -> bool {
        self.acting_for == ActingFor::Vendor
    }

    /// The account they act for.
    #[must_use]
    pub const fn account(&self) -> Option<AccountId> {
        match &self.acting_for {
            ActingFor::Vendor => None,
            ActingFor::Account { account } | ActingFor::Delegated { account, .. } => Some(*account),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(acting_for: ActingFor, roles: &[Role]) -> Principal {
        Principal {
            person: PersonId(uuid::Uuid::nil()),
            acting_for,
            roles: roles.to_vec(),
        }
    }

    const ACCOUNT: AccountId = AccountId(uuid::Uuid::max());

    #[test]
    fn an_agent_reaches_the_technical_desk_of_every_account() {
        let grant = decide(&principal(ActingFor::Vendor, &[Role::Agent]), Action::Reply).unwrap();
        assert_eq!(grant.scope().account(), None);
        assert_eq!(grant.scope().kinds(), [Kind::Technical]);
        assert!(grant.scope().sees_internal());
    }

    #[test]
    fn an_administrator_reaches_their_own_account_and_no_note() {
        let acting_for = ActingFor::Account { account: ACCOUNT };
        let global = principal(acting_for.clone(), &[Role::GlobalAdmin]);
        let grant = decide(&global, Action::Reply).unwrap();
        assert_eq!(grant.scope().account(), Some(ACCOUNT));
        assert!(!grant.scope().sees_internal());
        assert_eq!(
            decide(&global, Action::Note),
            Err(Denial {
                action: Action::Note
            })
        );
    }

    #[test]
    fn an_end_user_opens_nothing_and_the_system_administrator_reads_nothing() {
        let acting_for = ActingFor::Account { account: ACCOUNT };
        assert!(decide(&principal(acting_for, &[Role::EndUser]), Action::Open).is_err());
        let system = principal(ActingFor::Vendor, &[Role::SystemAdministrator]);
        assert!(decide(&system, Action::Read).is_err());
    }

    #[test]
    fn a_partner_reaches_what_was_delegated() {
        let partner = PartnerId(uuid::Uuid::nil());
        let acting_for = ActingFor::Delegated {
            account: ACCOUNT,
            partner,
            kinds: vec![Kind::Technical],
        };
        let grant = decide(&principal(acting_for, &[Role::PartnerAdmin]), Action::Open).unwrap();
        assert_eq!(grant.scope().kinds(), [Kind::Technical]);
        assert_eq!(grant.actor().partner, Some(partner));
    }

    #[test]
    fn roles_of_another_side_count_for_nothing() {
        let acting_for = ActingFor::Account { account: ACCOUNT };
        assert!(decide(&principal(acting_for, &[Role::Lead]), Action::Read).is_err());
        assert!(
            decide(
                &principal(ActingFor::Vendor, &[Role::GlobalAdmin]),
                Action::Read
            )
            .is_err()
        );
    }
}
