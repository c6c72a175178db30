//! The REST API under `/api/v1`, its document, and the pages that explain it.
//!
//! A call carries a bearer token and is answered in JSON; cookies count for nothing. What is not
//! as asked is answered with a [`problem`], whatever it is. Writes are one transaction each.

mod acts;
mod answer;
mod asked;
pub(crate) mod body;
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
use axum::routing::any;
use axum::{Extension, Router};
use mainstay_domain::access::Action;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use crate::routes::{Listed, Needs};
use crate::state::Web;
use caller::{Failures, Uses};
use problem::{Problem, ProblemKind};

pub use document::document;
pub(crate) use page::{show, show_problem};

/// A call that takes longer is broken off, before the layers around would without a word.
const CALL_SECONDS: u64 = 25;

/// The calls, each with what it asks of its caller.
fn calls() -> Vec<(Needs, UtoipaMethodRouter<Web>)> {
    vec![
        (Needs::Either(Action::Read), routes!(listing::list)),
        (Needs::Either(Action::Open), routes!(create::create)),
        (Needs::Either(Action::Read), routes!(cases::get)),
        (Needs::Either(Action::Reply), routes!(acts::reply)),
        (Needs::Either(Action::Close), routes!(acts::close)),
        (Needs::Either(Action::Reopen), routes!(acts::reopen)),
        (Needs::Either(Action::Read), routes!(cases::deadlines)),
        (Needs::Either(Action::Open), routes!(create::judge)),
        (Needs::Public, routes!(document::serve)),
    ]
}

/// The calls as they can be asked for.
pub(crate) fn listed() -> Vec<Listed> {
    let mut listed = Vec::new();
    for (needs, (_, paths, _)) in calls() {
        for (path, item) in &paths.paths {
            listed.extend(document::methods(item).map(|method| Listed {
                method,
                path: path.clone(),
                needs,
            }));
        }
    }
    listed
}

/// The calls, with what the document says of them.
fn documented() -> OpenApiRouter<Web> {
    let document = OpenApiRouter::with_openapi(document::head());
    let calls = calls().into_iter();
    calls.fold(document, |router, (_, call)| router.routes(call))
}

/// The API's routes.
pub fn router() -> Router<Web> {
    let (calls, _) = documented().split_for_parts();
    calls
        .route("/api/{*rest}", any(nothing_here))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(Extension(Arc::new(Failures::default())))
        .layer(Extension(Arc::new(Uses::default())))
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
