//! The vendor's pages.

pub mod account;
pub mod accounts;
pub mod case;
pub mod intake;
pub mod new_account;
pub mod queue;
pub mod reports;
pub mod search;
pub mod team;
mod words;

use axum::Router;
use axum::routing::{get, post};
use mainstay_app as app;
use mainstay_domain::access::{Action, Denial, Grant};
use mainstay_domain::edition::Kind;

use crate::error::Error;
use crate::signed::Signed;
use crate::state::Web;

/// The desk's routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/queue", get(queue::show))
        .route("/queue/next", post(queue::take_next))
        .route("/search", get(search::show))
        .route("/accounts", get(accounts::show))
        .route(
            "/accounts/new",
            get(new_account::show).post(new_account::create),
        )
        .route("/accounts/{id}", get(account::show))
        .route("/accounts/{id}/people", post(account::people::invite))
        .route("/team", get(team::show).post(team::invite))
        .route("/desk/new-case", get(intake::show).post(intake::submit))
        .route("/desk/new-case/verdict", post(intake::verdict))
        .route("/reports", get(reports::show))
        .route(
            "/cases/{number}/severity/preview",
            get(case::severity::show).post(case::severity::preview),
        )
}

/// The right of somebody at the vendor. A customer's is none: the desks' lists reach all accounts.
fn desk_grant(signed: &Signed, action: Action) -> Result<Grant, Error> {
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
