//! Somebody signed in, and for whom they act.

use serde::{Deserialize, Serialize};

use super::role::{Role, Stand};
use crate::Moment;
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
        /// What it delegated.
        delegated: Delegated,
    },
    /// Nobody: not signed in.
    Nobody,
}

/// What a customer lets a partner do, as it is now. Without anything in it there is no grant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Delegated {
    /// The kinds of requests it may make and follow.
    pub kinds: Vec<Kind>,
    /// Whether it may manage the customer's people.
    pub names_people: bool,
    /// When it ended; then nothing of it holds.
    pub ended_at: Option<Moment>,
}

/// Somebody, acting for one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The person.
    pub person: PersonId,
    /// Whether the person is active; one who was deactivated may do nothing.
    pub is_active: bool,
    /// For whom they act.
    pub acting_for: ActingFor,
    /// Their roles there.
    pub roles: Vec<Role>,
}

impl Principal {
    /// Somebody who is not signed in.
    pub const NOBODY: Self = Self {
        person: PersonId(uuid::Uuid::nil()),
        is_active: true,
        acting_for: ActingFor::Nobody,
        roles: Vec::new(),
    };

    /// Whether they act for the vendor.
    #[must_use]
    pub fn is_vendor(&self) -> bool {
        self.acting_for == ActingFor::Vendor
    }

    /// The account they act for.
    #[must_use]
    pub const fn account(&self) -> Option<AccountId> {
        match &self.acting_for {
            ActingFor::Vendor | ActingFor::Nobody => None,
            ActingFor::Account { account } | ActingFor::Delegated { account, .. } => Some(*account),
        }
    }

    /// On which side they stand.
    pub(super) const fn stand(&self) -> Stand {
        match self.acting_for {
            ActingFor::Vendor => Stand::Vendor,
            ActingFor::Account { .. } => Stand::Account,
            ActingFor::Delegated { .. } => Stand::Partner,
            ActingFor::Nobody => Stand::Public,
        }
    }

    /// The roles that count: those of the side acted for. Whoever runs the machine has no other,
    /// and nobody is anything but the public when not signed in.
    pub(super) fn counting_roles(&self) -> Vec<Role> {
        let stand = self.stand();
        if stand == Stand::Public {
            return vec![Role::Public];
        }
        let runs_machine = self.roles.contains(&Role::SystemAdministrator);
        let counts = |role: &Role| {
            let is_apart = runs_machine && role.is_apart_from(Role::SystemAdministrator);
            role.stand() == stand && !is_apart
        };
        self.roles.iter().copied().filter(counts).collect()
    }
}
