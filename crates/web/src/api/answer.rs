//! Answers to writes: the case as it is then, given again word for word when its key comes again.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_app::intake::Answer;
use mainstay_domain::Moment;
use mainstay_domain::case::{Case, Side};
use serde::{Deserialize, Serialize};

use super::body::CaseBody;

/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A writer of answers, as the verbs keep it.
pub type Respond = fn(&Case) -> (u16, String);

/// Something was added: 201 with the case.
#[must_use]
pub fn created(case: &Case) -> (u16, String) {
    (201, written(case))
}

/// Something was changed: 200 with the case.
#[must_use]
pub fn changed(case: &Case) -> (u16, String) {
    (200, written(case))
}

/// The case as both sides see it: what is kept for a key does not depend on who reads it. It was
/// just decided on, so that no clock has run out unnoticed.
fn written(case: &Case) -> String {
    serde_json::to_string(&CaseBody::of(case, Side::Customer, Moment::MIN)).unwrap_or_default()
}

/// The answer to a write.
#[must_use]
pub fn answer(answer: Answer, respond: Respond) -> Response {
    match answer {
        Answer::Fresh(case) => {
            let (status, json) = respond(&case);
            let number = case.number.to_string();
            with_headers(status, json, &number, case.revision)
        }
        Answer::Kept(kept) => {
            #[derive(Deserialize)]
            struct Stub<'a> {
                number: &'a str,
                revision: u32,
            }
            let (number, revision) = match serde_json::from_str::<Stub<'_>>(&kept.response) {
                Ok(stub) => (stub.number.to_owned(), stub.revision),
                Err(_) => (String::new(), 0),
            };
            let mut response = with_headers(kept.status, kept.response, &number, revision);
            let yes = HeaderValue::from_static("true");
            response.headers_mut().insert(REPLAYED, yes);
            response
        }
    }
}

fn with_headers(status: u16, json: String, number: &str, revision: u32) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, json).into_response();
    let headers = response.headers_mut();
    tag(headers, revision);
    if status == StatusCode::CREATED
        && let Ok(location) = HeaderValue::try_from(format!("/api/v1/cases/{number}"))
    {
        headers.insert(header::LOCATION, location);
    }
    response
}

/// The answer to a read.
///
/// A revision, when there is one, becomes the ETag.
#[must_use]
pub fn json(body: &impl Serialize, revision: Option<u32>) -> Response {
    let mut response = serde_json::to_string(body)
        .unwrap_or_default()
        .into_response();
    let headers = response.headers_mut();
    match revision {
        Some(revision) => tag(headers, revision),
        None => typed(headers),
    }
    response
}

fn tag(headers: &mut HeaderMap, revision: u32) {
    typed(headers);
    if let Ok(tag) = HeaderValue::try_from(format!("\"{revision}\"")) {
        headers.insert(header::ETAG, tag);
    }
}

fn typed(headers: &mut HeaderMap) {
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
}
