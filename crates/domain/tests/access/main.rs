//! Who may do what: every cell of the matrix in every relation, and the rules over it.

mod every_cell;
mod laws;
mod lines;
mod people;
mod reasons;
mod tables;

use mainstay_domain::access::{ActingFor, Delegated, Principal, Role, Stand};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId};
use uuid::Uuid;

const ACCOUNT: AccountId = AccountId(Uuid::from_u128(10));
const PARTNER: PartnerId = PartnerId(Uuid::from_u128(11));
const SOMEBODY: PersonId = PersonId(Uuid::from_u128(12));

/// Somebody with these roles, acting for one organisation.
fn principal(acting_for: ActingFor, roles: &[Role]) -> Principal {
    Principal {
        person: SOMEBODY,
        is_active: true,
        acting_for,
        roles: roles.to_vec(),
    }
}

/// A customer that delegated something to a partner.
fn delegated(delegated: Delegated) -> ActingFor {
    ActingFor::Delegated {
        account: ACCOUNT,
        partner: PARTNER,
        delegated,
    }
}

/// For whom somebody of a side acts, partners with everything delegated.
fn acting_for(stand: Stand) -> ActingFor {
    match stand {
        Stand::Vendor => ActingFor::Vendor,
        Stand::Account => ActingFor::Account { account: ACCOUNT },
        Stand::Partner => delegated(Delegated {
            kinds: Kind::ALL.to_vec(),
            names_people: true,
            ..Delegated::default()
        }),
        Stand::Public => ActingFor::Nobody,
    }
}
