//! Somebody signed in, and for whom they act.

use serde::{Deserialize, Serialize};

use super::delegation::Covered;
use super::role::{Role, Stand};
use crate::Moment;
use crate::edition::Kind;
use crate::ids::{AccountId, PartnerId, PersonId};

/// Nobody's account: reaching it is reaching nothing.
const NO_ACCOUNT: AccountId = AccountId(uuid::Uuid::nil());

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
    /// For which of the customer's subscriptions.
    pub covered: Covered,
    /// Whether it may manage the customer's people.
    pub names_people: bool,
    /// Whether the partner named others to act for this customer: then nothing of it holds for
    /// this person.
    pub leaves_out: bool,
    /// When it is to end.
    pub ends_at: Option<Moment>,
    /// When it ended; then nothing of it holds.
    pub ended_at: Option<Moment>,
}

impl Delegated {
    /// Whether it lets the partner do anything now.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        self.ended_at.is_none() && !self.leaves_out && self.names_anything()
    }

    /// Whether there is anything in it.
    #[must_use]
    pub const fn names_anything(&self) -> bool {
        self.names_people || !self.kinds.is_empty()
    }

    /// Whether the customer took it away before its time, or the partner gave it up.
    #[must_use]
    pub fn was_removed(&self) -> bool {
        match (self.ended_at, self.ends_at) {
            (Some(ended_at), Some(ends_at)) => ended_at < ends_at,
            _ => false,
        }
    }
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

    /// The one account they reach; the vendor's people reach all, and have none. Of a customer
    /// that no longer lets them, a partner's people reach what is nobody's.
    #[must_use]
    pub const fn account(&self) -> Option<AccountId> {
        match &self.acting_for {
            ActingFor::Vendor => None,
            ActingFor::Account { account } => Some(*account),
            ActingFor::Delegated {
                account, delegated, ..
            } if delegated.is_running() => Some(*account),
            ActingFor::Delegated { .. } | ActingFor::Nobody => Some(NO_ACCOUNT),
        }
    }

    /// For which of the account's subscriptions they act: a partner's people perhaps for some.
    #[must_use]
    pub const fn covered(&self) -> &Covered {
        match &self.acting_for {
            ActingFor::Delegated { delegated, .. } => &delegated.covered,
            ActingFor::Vendor | ActingFor::Account { .. } | ActingFor::Nobody => &Covered::All,
        }
    }

    /// The partner they act for, where the customer lets it act for some of its subscriptions only.
    #[must_use]
    pub const fn limited_partner(&self) -> Option<PartnerId> {
        match (&self.acting_for, self.covered()) {
            (ActingFor::Delegated { partner, .. }, Covered::Named(_)) => Some(*partner),
            _ => None,
        }
    }

    /// The account they say they act for, whether or not it still lets them.
    pub(super) const fn named_account(&self) -> Option<AccountId> {
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
