//! What the API answers when something is not as asked: RFC 9457, `application/problem+json`.

use std::borrow::Cow;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_domain::case::Refusal;
use mainstay_store::Error as StoreError;
use mainstay_store::views::TimelineRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::EntryBody;
use crate::error::status_of;
use crate::text_catalogue::{Texts, text_key};

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The kinds of problems: a closed set, each with an address of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The body is not JSON.
    MalformedJson,
    /// A header is not of its form.
    BadHeader,
    /// No token, or one that stands for nobody.
    Unauthorized,
    /// The role does not allow it.
    Forbidden,
    /// Not there, or not theirs.
    NotFound,
    /// The address does not know the method.
    MethodNotAllowed,
    /// The case is not in a state for it.
    Conflict,
    /// Somebody else has written since.
    Stale,
    /// The body is too large.
    TooLarge,
    /// The body is not of a type that is taken.
    UnsupportedMediaType,
    /// A field is wrong.
    Invalid,
    /// The key stands for another request.
    KeyReused,
    /// Too many tokens that stand for nobody.
    TooManyFailures,
    /// Something failed here.
    Internal,
    /// Nothing can be done just now.
    Unavailable,
}

impl ProblemKind {
    /// All kinds, by status.
    pub const ALL: [Self; 15] = [
        Self::MalformedJson,
        Self::BadHeader,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::Stale,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::Invalid,
        Self::KeyReused,
        Self::TooManyFailures,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The last word of its address.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        self.facts().0
    }

    /// Its HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.facts().1
    }

    /// Its title.
    #[must_use]
    pub fn title(self, texts: Texts) -> &'static str {
        texts.t(self.facts().2)
    }

    /// What it means and what to do.
    #[must_use]
    pub fn advice(self, texts: Texts) -> &'static str {
        texts.t(self.facts().3)
    }

    /// Its address, where it is explained.
    #[must_use]
    pub fn address(self) -> String {
        format!("/api/problems/{}", self.slug())
    }

    /// The kind of a last word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// Slug, status, and the keys of its title and advice.
    const fn facts(self) -> (&'static str, StatusCode, &'static str, &'static str) {
        macro_rules! facts {
            ($slug:literal, $status:ident) => {
                (
                    $slug,
                    StatusCode::$status,
                    text_key(concat!("api-problem-", $slug)),
                    text_key(concat!("api-problem-", $slug, "-advice")),
                )
            };
        }
        match self {
            Self::MalformedJson => facts!("malformed-json", BAD_REQUEST),
            Self::BadHeader => facts!("bad-header", BAD_REQUEST),
            Self::Unauthorized => facts!("unauthorized", UNAUTHORIZED),
            Self::Forbidden => facts!("forbidden", FORBIDDEN),
            Self::NotFound => facts!("not-found", NOT_FOUND),
            Self::MethodNotAllowed => facts!("method-not-allowed", METHOD_NOT_ALLOWED),
            Self::Conflict => facts!("conflict", CONFLICT),
            Self::Stale => facts!("stale", PRECONDITION_FAILED),
            Self::TooLarge => facts!("too-large", PAYLOAD_TOO_LARGE),
            Self::UnsupportedMediaType => {
                facts!("unsupported-media-type", UNSUPPORTED_MEDIA_TYPE)
            }
            Self::Invalid => facts!("invalid", UNPROCESSABLE_ENTITY),
            Self::KeyReused => facts!("key-reused", UNPROCESSABLE_ENTITY),
            Self::TooManyFailures => facts!("too-many-failures", TOO_MANY_REQUESTS),
            Self::Internal => facts!("internal", INTERNAL_SERVER_ERROR),
            Self::Unavailable => facts!("unavailable", SERVICE_UNAVAILABLE),
        }
    }
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FieldMistake)]
pub struct FieldMistake {
    /// Where: a JSON pointer into the body (`/impact/work`), else the name of the parameter or
    /// header.
    #[schema(example = "/subject")]
    pub field: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// A problem (RFC 9457); boxed, so that good calls carry no room for it.
#[derive(Debug)]
pub struct Problem(Box<ProblemBody>);

/// A problem (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// The kind of problem: an address at which it is explained.
    #[serde(rename = "type")]
    #[schema(example = "/api/problems/invalid")]
    kind: String,
    /// The kind in words.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong this time.
    detail: Cow<'static, str>,
    /// The fields that are wrong, each named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldMistake>,
    /// With `stale`: the case's revision now.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u32>,
    /// With `stale`: what was added since, as far as you may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<super::body::EntryBody>>)]
    added: Option<serde_json::Value>,
    #[serde(skip)]
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem of a kind, with what is wrong this time.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(ProblemBody {
            kind: kind.address(),
            title: kind.title(Texts::english()),
            status: kind.status().as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            revision: None,
            added: None,
            headers: Vec::new(),
        }))
    }

    /// Fields that are wrong.
    #[must_use]
    pub fn invalid(errors: Vec<FieldMistake>) -> Self {
        let detail = match errors.as_slice() {
            [only] => Cow::Owned(only.message.clone()),
            _ => Cow::Borrowed("Several fields are wrong; each is named in `errors`"),
        };
        Self::new(ProblemKind::Invalid, detail).naming(errors)
    }

    /// A problem with a header.
    #[must_use]
    pub fn header(kind: ProblemKind, name: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let mistake = FieldMistake {
            field: name.to_owned(),
            message: message.clone(),
        };
        Self::new(kind, message).naming([mistake])
    }

    /// With fields that are wrong.
    fn naming(mut self, errors: impl IntoIterator<Item = FieldMistake>) -> Self {
        self.0.errors.extend(errors);
        self
    }

    /// Somebody has written since: what, and the revision now.
    fn stale(added: &[TimelineRow], revision: u32) -> Self {
        let detail = "Somebody has written since the revision you name; read it and send again";
        let mut problem = Self::new(ProblemKind::Stale, detail);
        let added: Vec<_> = added.iter().map(EntryBody::from).collect();
        problem.0.revision = Some(revision);
        problem.0.added = serde_json::to_value(added).ok();
        problem
    }

    /// No token, or none that stands for anybody; `error` is RFC 6750's word.
    #[must_use]
    pub fn unauthorized(detail: &'static str, error: Option<&'static str>) -> Self {
        let challenge = match error {
            None => "Bearer realm=\"mainstay\"",
            Some(_) => "Bearer realm=\"mainstay\", error=\"invalid_token\"",
        };
        Self::new(ProblemKind::Unauthorized, detail).with(header::WWW_AUTHENTICATE, challenge)
    }

    /// With a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.0.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    /// With the seconds after which to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u16) -> Self {
        self.0.headers.push((header::RETRY_AFTER, seconds.into()));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        let headers = std::mem::take(&mut self.0.headers);
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::BAD_REQUEST);
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        response.headers_mut().extend(headers);
        response
    }
}

/// The fields of request bodies that verbs name.
const BODY_FIELDS: [&str; 12] = [
    "account",
    "body",
    "category",
    "channel",
    "follows",
    "impact",
    "kind",
    "reason",
    "requester",
    "severity",
    "subject",
    "subscription",
];

/// Where a field a verb names stands in a request.
fn place_of(field: &str) -> Option<String> {
    match field {
        "cursor" => Some(field.to_owned()),
        field if BODY_FIELDS.contains(&field) => Some(format!("/{field}")),
        _ => None,
    }
}

impl From<app::Error> for Problem {
    fn from(error: app::Error) -> Self {
        let field = match &error {
            app::Error::Refused(refusal) => refusal.field().map(|field| field.name()),
            app::Error::Field { field, .. } => Some(*field),
            _ => None,
        };
        let kind = kind_of(&error);
        if kind.status().is_server_error() {
            tracing::error!(error = %error, "an API call failed");
        }
        match error {
            app::Error::SignedOut => Self::unauthorized(
                "This token stands for nobody; it may have been revoked",
                Some("invalid_token"),
            ),
            app::Error::KeyReused => Self::header(kind, "Idempotency-Key", error.to_string()),
            app::Error::Stale { added, revision } => Self::stale(&added, revision),
            _ if kind == ProblemKind::Internal => {
                Self::new(kind, "Something failed here; nothing was changed")
            }
            app::Error::Store(error) if error.is_uncertain() => Self::new(
                kind,
                "It is not certain that this was kept; send it again with the same \
                 Idempotency-Key, or look before you do",
            )
            .retry_after(10),
            // What the disk or the engine said is for whoever runs this, not for the caller.
            _ if kind == ProblemKind::Unavailable => Self::new(
                kind,
                "The database cannot be used just now; nothing was changed",
            )
            .retry_after(10),
            _ if kind == ProblemKind::Invalid => {
                let message = error.to_string();
                let mistake = field.and_then(place_of).map(|field| FieldMistake {
                    field,
                    message: message.clone(),
                });
                Self::new(kind, message).naming(mistake)
            }
            _ => Self::new(kind, error.to_string()),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        app::Error::from(error).into()
    }
}

/// The kind of a verb's refusal; statuses are settled in one place, [`status_of`].
fn kind_of(error: &app::Error) -> ProblemKind {
    match error {
        app::Error::KeyReused => return ProblemKind::KeyReused,
        app::Error::Stale { .. } | app::Error::Refused(Refusal::Stale { .. }) => {
            return ProblemKind::Stale;
        }
        _ => {}
    }
    match status_of(error) {
        StatusCode::UNAUTHORIZED => ProblemKind::Unauthorized,
        StatusCode::FORBIDDEN => ProblemKind::Forbidden,
        StatusCode::NOT_FOUND => ProblemKind::NotFound,
        StatusCode::CONFLICT => ProblemKind::Conflict,
        StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::TooLarge,
        StatusCode::UNPROCESSABLE_ENTITY => ProblemKind::Invalid,
        StatusCode::TOO_MANY_REQUESTS => ProblemKind::TooManyFailures,
        StatusCode::SERVICE_UNAVAILABLE => ProblemKind::Unavailable,
        _ => ProblemKind::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_words_and_an_address_of_its_own() {
        let texts = Texts::english();
        for kind in ProblemKind::ALL {
            let (_, status, title, advice) = kind.facts();
            assert!(texts.has(title) && texts.has(advice), "{title}");
            assert!(status.as_u16() >= 400);
            assert_eq!(ProblemKind::from_slug(kind.slug()), Some(kind));
        }
    }
}
