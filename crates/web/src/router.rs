//! The layers around the routes: those of each room, and those all of them share.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::csrf::CsrfLayer;

use crate::routes::{Room, room};
use crate::signed::{MaybeSigned, is_partner};
use crate::state::Web;
use crate::{api, error, refused, uploads};

/// Largest form with files: five of the largest, and a little.
const UPLOAD_LIMIT: usize = 510 * 1024 * 1024;
/// Largest form without.
const FORM_LIMIT: usize = 1024 * 1024;
/// A page that takes longer is broken off; uploads have as long as they need.
const PAGE_SECONDS: u64 = 30;

/// The whole product as one router.
pub fn router(web: Web) -> Router {
    let pages = room(Room::Pages)
        .layer(middleware::from_fn(in_time))
        // Calls have a limit of their own, and other words.
        .merge(api::router())
        .layer(DefaultBodyLimit::max(FORM_LIMIT));
    let uploads = room(Room::Uploads)
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT))
        .layer(middleware::from_fn(uploads::tell_redirects));
    let streams = room(Room::Streams);
    // More effort makes a page a fifth smaller and costs as much as drawing it.
    let gzip = CompressionLayer::new().quality(CompressionLevel::Fastest);
    let explained = middleware::from_fn_with_state(web.clone(), refused::explain);
    let compressed = pages.merge(uploads).layer(explained.clone()).layer(gzip);
    Router::new()
        .merge(compressed)
        .merge(streams.layer(explained))
        .fallback(not_found)
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn(headers))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(web)
}

/// `GET /`: everybody's own start.
pub(crate) async fn start(State(_web): State<Web>, anybody: MaybeSigned) -> Redirect {
    match anybody.signed {
        Some(signed) if signed.is_vendor() => Redirect::to("/queue"),
        Some(signed) if is_partner(&signed.session) => Redirect::to("/partner"),
        Some(_) => Redirect::to("/home"),
        None if anybody.lacks_factor => Redirect::to("/sign-in/factor"),
        None => Redirect::to("/sign-in"),
    }
}

async fn not_found() -> Response {
    error::page(StatusCode::NOT_FOUND, "There is no page at this address")
}

async fn in_time(request: Request, next: Next) -> Response {
    let limit = Duration::from_secs(PAGE_SECONDS);
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("a page took too long and was broken off");
            error::uncertain_page()
        }
    }
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    error::page(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something failed here; nothing was changed",
    )
}

/// Headers of every answer: what a page may load, and that nobody may frame or sniff it.
async fn headers(request: Request, next: Next) -> Response {
    const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
        img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
        frame-ancestors 'none'";
    let mut response = next.run(request).await.into_response();
    let is_unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    if is_unavailable {
        set(header::RETRY_AFTER, "10");
    }
    set(header::CACHE_CONTROL, "no-store");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    );
    response
}
