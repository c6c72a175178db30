//! What machines ask: whether the process lives, whether it may be sent requests, how it is doing.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use mainstay_app::App;
use mainstay_store::settings;
use tokio::sync::watch;

use crate::metrics::Metrics;

/// A database that takes longer to answer is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the answers are drawn from.
#[derive(Clone)]
pub struct Probes {
    /// The instance.
    pub app: App,
    /// What was counted.
    pub metrics: Arc<Metrics>,
    /// Whether the end was asked for.
    pub stopping: watch::Receiver<bool>,
}

/// `/health` and `/ready`, for whoever distributes requests.
pub fn router(probes: Probes) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .with_state(probes)
}

/// The same and `/metrics`, which are not for everybody.
pub fn own_router(probes: Probes) -> Router {
    let own = Router::new()
        .route("/metrics", get(metrics))
        .with_state(probes.clone());
    own.merge(router(probes))
}

async fn health() -> Response {
    answer(StatusCode::OK, "alive\n")
}

async fn ready(State(probes): State<Probes>) -> Response {
    if *probes.stopping.borrow() {
        return answer(StatusCode::SERVICE_UNAVAILABLE, "ending\n");
    }
    let asked = async |tx: &mut mainstay_store::Tx<'_>| settings::find(tx, "vendor").await;
    match tokio::time::timeout(PATIENCE, probes.app.db().read(asked)).await {
        Ok(Ok(_)) => answer(StatusCode::OK, "ready\n"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the database does not answer");
            answer(
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
        }
        Err(_) => answer(StatusCode::SERVICE_UNAVAILABLE, "the database is slow\n"),
    }
}

async fn metrics(State(probes): State<Probes>) -> Response {
    match probes.metrics.text(&probes.app).await {
        Ok(text) => {
            let kind = "text/plain; version=0.0.4; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => {
            tracing::warn!(%error, "no metrics: the database does not answer");
            answer(
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
        }
    }
}

fn answer(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}
