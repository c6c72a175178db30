//! The REST API under `/api/v1`.

use axum::Router;

use crate::state::Web;

/// The API's routes.
pub fn router() -> Router<Web> {
    Router::new()
}
