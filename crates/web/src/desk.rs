//! The vendor's pages.

pub mod account;
pub mod accounts;
pub mod approvals;
pub mod case;
pub mod descriptions;
pub mod intake;
pub mod machine;
pub mod moving;
pub mod new_account;
pub mod partners;
pub mod queue;
pub mod reports;
pub mod search;
pub mod team;
pub mod view;
mod words;

use mainstay_app as app;
use mainstay_domain::access::{Action, Denial, Grant};
use mainstay_domain::edition::Kind;

use crate::error::Error;
use crate::signed::Signed;

/// The parts of invitations that other pages have too.
pub(crate) mod invitations {
    pub(crate) use super::account::{link, link_notice, person_fields};
}

/// The right of somebody at the vendor. A customer's is none: the desks' lists reach all accounts.
pub(crate) fn desk_grant(signed: &Signed, action: Action) -> Result<Grant, Error> {
    if signed.is_vendor() {
        Ok(signed.session.grant(action)?)
    } else {
        Err(app::Error::Denied(Denial::of_role(action)).into())
    }
}

/// Whether somebody may do something to cases of a kind.
fn may(signed: &Signed, action: Action, kind: Kind) -> bool {
    signed
        .session
        .grant(action)
        .is_ok_and(|grant| grant.scope().kinds().contains(&kind))
}

/// A value of the address of the page somebody reads.
fn asked(signed: &Signed, name: &str) -> Option<String> {
    let (_, query) = signed.viewer.here.split_once('?')?;
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    pairs
        .into_iter()
        .find_map(|(key, value)| (key == name).then_some(value))
}
