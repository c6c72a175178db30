//! The customer's pages.

pub mod case;

use axum::Router;

use crate::state::Web;

/// The portal's routes.
pub fn router() -> Router<Web> {
    Router::new()
}

/// The portal's routes that take files.
pub fn upload_router() -> Router<Web> {
    Router::new()
}
