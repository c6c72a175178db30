//! What is asked: a JSON body read strictly, with the key that guards it against being done twice.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use mainstay_app::intake::Once;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::answer::Respond;
use super::caller::Caller;
use super::mistakes;
use super::problem::{Problem, ProblemKind};
use crate::state::Web;

/// The header of the key.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Longest key.
const KEY_LIMIT: usize = 255;

/// A body the API reads.
pub trait RequestBody: DeserializeOwned + Send {
    /// The fields that must be there.
    const REQUIRED: &'static [&'static str];
}

/// A call with a body.
pub struct Asked<T> {
    /// Whoever calls.
    pub caller: Caller,
    /// What they ask for.
    pub body: T,
    /// The revision they name with `If-Match`.
    pub seen: Option<u32>,
    key: Option<String>,
    request_hash: [u8; 32],
}

impl<T> Asked<T> {
    /// The guard against doing it twice, if the caller wants one.
    pub fn once(&mut self, respond: Respond) -> Option<Once> {
        self.key.take().map(|key| Once {
            key,
            request_hash: self.request_hash.to_vec(),
            respond,
        })
    }
}

impl<T: RequestBody> FromRequest<Web> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, web).await?;
        let request = Request::from_parts(parts, body);
        match read(request, web).await {
            Ok(read) => Ok(Self {
                caller,
                body: read.body,
                seen: read.seen,
                key: read.key,
                request_hash: read.request_hash,
            }),
            // A stranger hears that first; asked only now, so that good calls need no extra read.
            Err(problem) => {
                caller.check(web).await?;
                Err(problem)
            }
        }
    }
}

struct Read<T> {
    body: T,
    seen: Option<u32>,
    key: Option<String>,
    request_hash: [u8; 32],
}

async fn read<T: RequestBody>(request: Request, web: &Web) -> Result<Read<T>, Problem> {
    check_media_type(request.headers())?;
    let key = key_of(request.headers())?;
    let seen = seen_of(request.headers())?;
    let mut hasher = Sha256::new();
    for part in [request.method().as_str(), request.uri().path()] {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let bytes = Bytes::from_request(request, web).await.map_err(|refused| {
        if refused.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::new(ProblemKind::TooLarge, "A body has at most 1 MB")
        } else {
            Problem::new(ProblemKind::MalformedJson, "The body broke off")
        }
    })?;
    hasher.update(&bytes);
    Ok(Read {
        body: parse(&bytes)?,
        seen,
        key,
        request_hash: hasher.finalize().into(),
    })
}

/// Reads a body; when it cannot be read, everything that is wrong with it is named.
fn parse<T: RequestBody>(bytes: &[u8]) -> Result<T, Problem> {
    let is_object = bytes.trim_ascii_start().first() == Some(&b'{');
    match serde_json::from_slice(bytes) {
        Ok(body) if is_object => Ok(body),
        Ok(_) => Err(mistakes::explain::<T>(
            bytes,
            &serde::de::Error::custom("send one JSON object"),
            T::REQUIRED,
        )),
        Err(error) => Err(mistakes::explain::<T>(bytes, &error, T::REQUIRED)),
    }
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let unsupported = |detail: &'static str| {
        Problem::new(ProblemKind::UnsupportedMediaType, detail)
            .with(header::ACCEPT, "application/json")
    };
    let coding = headers.get(header::CONTENT_ENCODING);
    if coding.is_some_and(|coding| coding != "identity") {
        return Err(unsupported("Send the body uncompressed"));
    }
    let given = headers.get(header::CONTENT_TYPE);
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = given.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(unsupported(
            "Send JSON, with `Content-Type: application/json`",
        ))
    }
}

/// The one value of a header, if it is there.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a [u8]>, Problem> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().map(|value| value.as_bytes());
    if values.next().is_some() {
        let message = format!("Send `{name}` once");
        return Err(Problem::header(
            ProblemKind::BadHeader,
            name.as_str(),
            message,
        ));
    }
    Ok(first)
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = only(headers, &KEY)? else {
        return Ok(None);
    };
    let is_key = (1..=KEY_LIMIT).contains(&value.len()) && value.iter().all(u8::is_ascii_graphic);
    match std::str::from_utf8(value) {
        Ok(key) if is_key => Ok(Some(key.to_owned())),
        _ => Err(Problem::header(
            ProblemKind::BadHeader,
            "Idempotency-Key",
            "An Idempotency-Key has 1 to 255 visible ASCII characters, a UUID for example",
        )),
    }
}

/// The revision `If-Match` names; `*` matches whatever there is.
fn seen_of(headers: &HeaderMap) -> Result<Option<u32>, Problem> {
    let value = match only(headers, &header::IF_MATCH)? {
        None | Some(b"*") => return Ok(None),
        Some(value) => std::str::from_utf8(value).unwrap_or(""),
    };
    // Proxies that compress mark a tag as weak; it names the same revision.
    let tag = value.strip_prefix("W/").unwrap_or(value);
    let revision = tag
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .and_then(|digits| digits.parse().ok());
    revision.map(Some).ok_or_else(|| {
        Problem::header(
            ProblemKind::BadHeader,
            "If-Match",
            "`If-Match` takes one ETag as GET gave it, like \"3\"",
        )
    })
}
