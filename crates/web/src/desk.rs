//! The vendor's pages.

pub mod case;

use axum::Router;

use crate::state::Web;

/// The desk's routes.
pub fn router() -> Router<Web> {
    Router::new()
}
