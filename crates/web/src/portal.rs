//! The customer's pages.

pub mod case;
pub mod customer;
pub mod home;
pub mod hours;
pub mod list;
pub mod new;
mod rows;
pub mod telephone;
pub mod words;

use axum::Router;
use axum::routing::{get, post};

use crate::state::Web;

/// The portal's routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/home", get(home::show))
        .route("/cases", get(list::show))
        .route("/cases/new", get(new::show_kind).post(new::take_kind))
        .route("/cases/new/details", get(new::show_details))
        .route("/cases/new/review", get(new::show_review))
        .route("/cases/new/send", post(new::send))
        .route("/cases/new/discard", post(new::discard))
        .route("/telephone", get(telephone::show))
}

/// The portal's routes that take files.
pub fn upload_router() -> Router<Web> {
    Router::new().route("/cases/new/details", post(new::take_details))
}
