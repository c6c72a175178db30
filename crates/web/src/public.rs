//! Pages anybody may read: the published service description.

use axum::Router;

use crate::state::Web;

/// The public routes.
pub fn router() -> Router<Web> {
    Router::new()
}
