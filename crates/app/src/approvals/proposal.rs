//! What can be asked for that takes two persons.

use mainstay_domain::access::{Action, Facts, Role, Second, Target};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_store::colleagues::Colleague;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::moving::Move;
use crate::team::lacks_system_administrator;

/// Something that takes two persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Proposal {
    /// Invite somebody to the team.
    Invite {
        /// Their name.
        name: String,
        /// Their address.
        email: String,
        /// IANA name of their time zone.
        time_zone: String,
        /// What they are to be.
        roles: Vec<Role>,
    },
    /// Make a colleague's roles these.
    SetRoles {
        /// Who.
        person: PersonId,
        /// What they are to be.
        roles: Vec<Role>,
        /// The kinds whose desk they are to lead.
        leads: Vec<Kind>,
    },
    /// Let a colleague sign in no more.
    Deactivate {
        /// Who.
        person: PersonId,
    },
    /// Let a colleague sign in again.
    Activate {
        /// Who.
        person: PersonId,
    },
    /// Reset how a colleague signs in; done by whoever asked, who hands the link on.
    ResetSignIn {
        /// Who.
        person: PersonId,
        /// Whether their second factors are taken away, too.
        factors: bool,
    },
    /// Read what a customer wrote although everything else failed: `glass`.
    BreakGlass {
        /// The customer.
        account: AccountId,
        /// Its name, for whoever is to agree.
        name: String,
    },
    /// Take the requests of a customer away; done by whoever asked.
    Export {
        /// The customer.
        account: AccountId,
        /// Its name, for whoever is to agree.
        name: String,
    },
    /// Publish the edition or the region that a draft describes.
    Publish {
        /// The draft.
        draft: Uuid,
        /// The revision of its text that was seen: no other is published.
        revision: u32,
        /// `edition` or `region`, for whoever is to agree.
        sort: String,
        /// The edition's id or the region's code.
        name: String,
    },
    /// Move a case that was opened under the wrong organisation to another one.
    MoveCase(Move),
}

impl Proposal {
    /// The right it needs, of whoever asks and of whoever agrees.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Invite { .. }
            | Self::SetRoles { .. }
            | Self::Deactivate { .. }
            | Self::Activate { .. } => Action::RunMachine,
            Self::ResetSignIn { .. } => Action::StartReset,
            Self::BreakGlass { .. } => Action::BreakGlass,
            Self::Export { .. } => Action::ExportMuch,
            Self::Publish { .. } => Action::Publish,
            Self::MoveCase(_) => Action::MoveCase,
        }
    }

    /// The colleague it is about, if there is one yet.
    #[must_use]
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Invite { .. }
            | Self::BreakGlass { .. }
            | Self::Export { .. }
            | Self::Publish { .. }
            | Self::MoveCase(_) => None,
            Self::SetRoles { person, .. }
            | Self::Deactivate { person }
            | Self::Activate { person }
            | Self::ResetSignIn { person, .. } => Some(*person),
        }
    }

    /// Whether it is carried out by whoever asked, once somebody agreed: what comes of it is for
    /// them alone.
    #[must_use]
    pub const fn is_askers_to_do(&self) -> bool {
        matches!(self, Self::ResetSignIn { .. } | Self::Export { .. })
    }

    /// What it is decided by.
    pub(crate) fn facts<'a>(&self, team: &[Colleague], second: Second<'a>) -> Facts<'a> {
        let target = match self {
            Self::BreakGlass { account, .. } | Self::Export { account, .. } => {
                Some((*account, None))
            }
            Self::MoveCase(moving) => Some((moving.from, Some(moving.kind))),
            _ => None,
        };
        Facts {
            target: target.map(|(account, kind)| Target {
                account: Some(account),
                kind,
                ..Target::default()
            }),
            has_reason: Some(true),
            second,
            concerns_team: true,
            takes_effect: matches!(self, Self::Publish { .. }),
            lacks_system_administrator: lacks_system_administrator(team),
            ..Facts::default()
        }
    }

    /// What it is kept as.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
