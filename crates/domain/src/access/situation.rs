//! Situations one can ask about: a role, how it stands to a thing, and the thing.

use super::action::Action;
use super::administrators::Administrators;
use super::decide::decide;
use super::facts::{Facts, Target};
use super::grant::Breadth;
use super::principal::{ActingFor, Delegated, Principal};
use super::role::{Role, Stand};
use crate::Moment;
use crate::edition::Kind;
use crate::ids::{AccountId, PartnerId, PersonId};

/// How somebody stands to the thing they want to act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// They take part in it by name, or it is their own.
    Own,
    /// It belongs to the organisation they act for, but not to them.
    SameOrganisation,
    /// A customer granted it to the partner they act with.
    Granted,
    /// A customer had granted it, and that is over.
    GrantEnded,
    /// It belongs to another organisation.
    Foreign,
    /// As in their own organisation, but they were deactivated.
    Deactivated,
    /// They are not signed in.
    Anonymous,
    /// It lies at another of the vendor's desks.
    OtherDesk,
}

impl Relation {
    /// All relations.
    pub const ALL: [Self; 8] = [
        Self::Own,
        Self::SameOrganisation,
        Self::Granted,
        Self::GrantEnded,
        Self::Foreign,
        Self::Deactivated,
        Self::Anonymous,
        Self::OtherDesk,
    ];

    /// The word used on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::SameOrganisation => "same-organisation",
            Self::Granted => "granted",
            Self::GrantEnded => "grant-ended",
            Self::Foreign => "foreign",
            Self::Deactivated => "deactivated",
            Self::Anonymous => "anonymous",
            Self::OtherDesk => "other-desk",
        }
    }

    /// The relation of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|relation| relation.code() == code)
    }
}

const HERE: AccountId = AccountId(uuid::Uuid::from_u128(1));
const ELSEWHERE: AccountId = AccountId(uuid::Uuid::from_u128(2));
const PARTNER: PartnerId = PartnerId(uuid::Uuid::from_u128(3));
const PERSON: PersonId = PersonId(uuid::Uuid::from_u128(4));

/// Somebody and a thing as a role and a relation describe them; `ended_at` is when a grant ended
/// that did. A relation that a role cannot be in reads as a role held elsewhere.
#[must_use]
pub fn situation(
    role: Role,
    relation: Relation,
    action: Action,
    kind: Kind,
    ended_at: Moment,
) -> (Principal, Target) {
    let principal = Principal {
        person: PERSON,
        is_active: relation != Relation::Deactivated,
        acting_for: acting_for(role.stand(), relation, ended_at),
        roles: vec![role],
    };
    let is_of_nobody = matches!(
        action,
        Action::ReadKnowledge | Action::Contribute | Action::WriteKnowledge | Action::Publish
    );
    let is_teams = role.is_vendor() && action == Action::StartReset;
    let account = match relation {
        _ if is_of_nobody || is_teams => None,
        Relation::Foreign => Some(ELSEWHERE),
        _ => Some(HERE),
    };
    let target = Target {
        account,
        kind: Some(kind),
        is_own: relation == Relation::Own,
        ..Target::default()
    };
    (principal, target)
}

fn acting_for(stand: Stand, relation: Relation, ended_at: Moment) -> ActingFor {
    let delegated = |delegated| ActingFor::Delegated {
        account: HERE,
        partner: PARTNER,
        delegated,
    };
    let all = Delegated {
        kinds: Kind::ALL.to_vec(),
        names_people: true,
        ..Delegated::default()
    };
    match (relation, stand) {
        (Relation::Anonymous, _) | (_, Stand::Public) => ActingFor::Nobody,
        (Relation::Granted, _) => delegated(all),
        (Relation::GrantEnded, _) => delegated(Delegated {
            ended_at: Some(ended_at),
            ..all
        }),
        (Relation::SameOrganisation, Stand::Partner) => delegated(Delegated::default()),
        (_, Stand::Partner) => delegated(all),
        (Relation::Foreign, Stand::Vendor) | (_, Stand::Account) => {
            ActingFor::Account { account: HERE }
        }
        (_, Stand::Vendor) => ActingFor::Vendor,
    }
}

/// What a role of a customer may do there, action by action: what its holder can be told.
#[must_use]
pub fn grants_of_role(role: Role, administrators: Administrators) -> Vec<super::Grant> {
    let principal = Principal {
        person: PERSON,
        is_active: true,
        acting_for: acting_for(role.stand(), Relation::SameOrganisation, Moment::MIN),
        roles: vec![role],
    };
    let facts = Facts {
        administrators,
        ..Facts::default()
    };
    Action::ALL
        .into_iter()
        .filter_map(|action| decide(&principal, action, &facts).ok())
        .collect()
}

/// The roles of the same organisation whose holders may do something to every thing of a kind.
#[must_use]
pub fn roles_that_may(
    stand: Stand,
    action: Action,
    kind: Kind,
    administrators: Administrators,
) -> Vec<Role> {
    let relation = match stand {
        Stand::Partner => Relation::Granted,
        _ => Relation::SameOrganisation,
    };
    let may = |role: &Role| {
        let (principal, target) = situation(*role, relation, action, kind, Moment::MIN);
        let facts = Facts {
            target: Some(target),
            administrators,
            ..Facts::default()
        };
        let is_whole = |right: &super::Right| right.breadth() == Breadth::Whole;
        decide(&principal, action, &facts).is_ok_and(|grant| grant.rights().iter().any(is_whole))
    };
    let here = Role::ALL.into_iter().filter(|role| role.stand() == stand);
    here.filter(may).collect()
}
