//! The REST API under `/api/v1`, its document, and the pages that explain it.
//!
//! A call carries a bearer token and is answered in JSON; cookies count for nothing. What is not
//! as asked is answered with a [`problem`], whatever it is. Writes are one transaction each.

mod acts;
mod answer;
mod asked;
mod body;
mod caller;
mod cases;
mod create;
mod document;
mod listing;
mod mistakes;
mod page;
pub mod problem;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Web;
use caller::Failures;
use problem::{Problem, ProblemKind};

pub use document::document;

/// A call that takes longer is broken off, before the layers around would without a word.
const CALL_SECONDS: u64 = 25;

/// The calls, with what the document says of them.
fn calls() -> OpenApiRouter<Web> {
    OpenApiRouter::with_openapi(document::head())
        .routes(routes!(listing::list, create::create))
        .routes(routes!(cases::get))
        .routes(routes!(acts::reply))
        .routes(routes!(acts::close))
        .routes(routes!(acts::reopen))
        .routes(routes!(cases::deadlines))
        .routes(routes!(create::judge))
        .routes(routes!(document::serve))
}

/// The API's routes.
pub fn router() -> Router<Web> {
    let (calls, _) = calls().split_for_parts();
    let calls = calls
        .route("/api/{*rest}", any(nothing_here))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(Extension(Arc::new(Failures::default())));
    Router::new()
        .route("/api", get(page::show))
        .route("/api/problems/{slug}", get(page::show_problem))
        .merge(calls)
}

async fn nothing_here() -> Problem {
    let detail = "There is nothing at this address; the calls are listed at /api";
    Problem::new(ProblemKind::NotFound, detail)
}

async fn wrong_method() -> Problem {
    let detail = "This address does not know that method; see `Allow`";
    Problem::new(ProblemKind::MethodNotAllowed, detail)
}

async fn in_time(request: Request, next: Next) -> Response {
    let limit = Duration::from_secs(CALL_SECONDS);
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = "This took too long and was broken off; a write may still be carried out";
            Problem::new(ProblemKind::Unavailable, detail)
                .retry_after(10)
                .into_response()
        }
    }
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("an API call panicked");
    let detail = "Something failed here; nothing was changed";
    Problem::new(ProblemKind::Internal, detail).into_response()
}
