//! Pages anybody may read: the published service description, and how to reach us.

pub mod changes;
pub mod description;
mod frame;
pub mod help;
mod mine;
mod tables;

use axum::Router;
use axum::routing::get;

use crate::state::Web;

/// The public routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/description", get(description::in_force))
        .route("/description/{edition}", get(description::show))
        .route("/description/{edition}/changes", get(changes::show))
        .route("/help", get(help::show))
}
