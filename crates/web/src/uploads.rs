//! Redirects after an upload, told to the script instead of followed by it.
//!
//! The script sends files with `XMLHttpRequest` to show progress. That follows redirects silently,
//! and the page it lands on (with its flash) would be fetched twice. So a request with `X-Upload`
//! gets its redirect as `200` with `X-Location`.

use axum::extract::Request;
use axum::http::{HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const UPLOAD: HeaderName = HeaderName::from_static("x-upload");
const LOCATION: HeaderName = HeaderName::from_static("x-location");

/// Turns redirects into `X-Location` for requests with `X-Upload`; a layer around all pages.
pub async fn tell_redirects(request: Request, next: Next) -> Response {
    let by_script = request.headers().contains_key(UPLOAD);
    let mut answer = next.run(request).await;
    if !by_script || !answer.status().is_redirection() {
        return answer;
    }
    let Some(location) = answer.headers_mut().remove(header::LOCATION) else {
        return answer;
    };
    let mut told = StatusCode::OK.into_response();
    // Cookies and the like stay; only where to go is said differently.
    *told.headers_mut() = answer.headers().clone();
    told.headers_mut().remove(header::CONTENT_LENGTH);
    told.headers_mut().insert(LOCATION, location);
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::response::Redirect;
    use axum::routing::post;
    use tower::ServiceExt;

    #[tokio::test]
    async fn only_uploads_by_script_are_told() {
        let app = || {
            Router::new()
                .route("/files", post(async || Redirect::to("/cases/7")))
                .layer(axum::middleware::from_fn(tell_redirects))
        };
        let plain = Request::post("/files").body(Body::empty()).unwrap();
        assert_eq!(
            app().oneshot(plain).await.unwrap().status(),
            StatusCode::SEE_OTHER
        );
        let script = Request::post("/files")
            .header(UPLOAD, "1")
            .body(Body::empty())
            .unwrap();
        let answer = app().oneshot(script).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[LOCATION], "/cases/7");
    }
}
