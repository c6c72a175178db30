//! What is done to a case: replies, closing, reopening.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use mainstay_app::cases::Request;
use mainstay_domain::case::{Command, NextTurn};
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::{Respond, answer, changed, created};
use super::asked::{Asked, RequestBody};
use super::body::CaseBody;
use super::cases::number_of;
use super::problem::Problem;
use crate::state::Web;

/// A reply to the other side.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReply {
    /// Your words, Markdown.
    #[schema(min_length = 1, max_length = 50_000)]
    body: String,
    /// Whether the vendor waits for the customer then; has no effect on a customer's own reply.
    #[serde(default)]
    awaits_customer: bool,
}

/// Closing a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    /// Why; the vendor must say, a customer may.
    #[serde(default)]
    #[schema(max_length = 2_000)]
    reason: String,
}

/// Reopening a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reopening {
    /// Why.
    #[schema(min_length = 1, max_length = 2_000)]
    reason: String,
}

impl RequestBody for NewReply {
    const REQUIRED: &'static [&'static str] = &["body"];
}

impl RequestBody for Closure {
    const REQUIRED: &'static [&'static str] = &[];
}

impl RequestBody for Reopening {
    const REQUIRED: &'static [&'static str] = &["reason"];
}

impl From<NewReply> for Command {
    fn from(reply: NewReply) -> Self {
        let next = if reply.awaits_customer {
            NextTurn::Customer
        } else {
            NextTurn::Vendor
        };
        Self::Reply {
            body: reply.body,
            next,
        }
    }
}

impl From<Closure> for Command {
    fn from(closure: Closure) -> Self {
        Self::Close {
            reason: closure.reason,
        }
    }
}

impl From<Reopening> for Command {
    fn from(reopening: Reopening) -> Self {
        Self::Reopen {
            reason: reopening.reason,
        }
    }
}

/// The path's number, or why there is none.
type Number = Result<Path<String>, PathRejection>;

async fn act<T: Into<Command>>(
    web: &Web,
    number: Number,
    mut asked: Asked<T>,
    respond: Respond,
) -> Result<Response, Problem> {
    let number = number_of(number)?;
    let once = asked.once(respond);
    let request = Request {
        command: asked.body.into(),
        uploads: Vec::new(),
        seen: asked.seen,
        once,
    };
    let done = web
        .app()
        .act_once(&asked.caller, number, request)
        .await
        .map_err(|error| asked.caller.problem(error))?;
    Ok(answer(done, respond))
}

/// Reply
///
/// Writes to the other side. With `If-Match` the reply is held back when somebody else has
/// written since the revision it names; the problem then carries what they wrote.
#[utoipa::path(
    post,
    path = "/api/v1/cases/{number}/replies",
    operation_id = "createReply",
    tag = "cases",
    params(
        ("number" = String, Path, description = "The case's number", example = "1000017"),
        (
            "Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters, kept for a day or longer"
        ),
        (
            "If-Match" = Option<String>, Header,
            description = "The ETag of the case as you last read it", example = "\"3\""
        )
    ),
    request_body(content = NewReply, example = json!({
        "body": "It works again in Aarhus, but not in Odense."
    })),
    responses((
        status = 201, description = "The reply was added; the case as it is then",
        body = CaseBody<'static>,
        headers(
            ("Location" = String, description = "The case's address"),
            ("ETag" = String, description = "Its revision"),
            ("Idempotency-Replayed" = String, description = "`true` when it was done before")
        )
    ))
)]
pub async fn reply(
    State(web): State<Web>,
    number: Number,
    asked: Asked<NewReply>,
) -> Result<Response, Problem> {
    act(&web, number, asked, created).await
}

/// Close
///
/// Ends the case. It can be reopened for as long as its service description says.
#[utoipa::path(
    post,
    path = "/api/v1/cases/{number}/closure",
    operation_id = "createClosure",
    tag = "cases",
    params(
        ("number" = String, Path, description = "The case's number", example = "1000017"),
        (
            "Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters, kept for a day or longer"
        )
    ),
    request_body(content = Closure, example = json!({ "reason": "Solved on our side" })),
    responses((
        status = 200, description = "The case, closed", body = CaseBody<'static>,
        headers(
            ("ETag" = String, description = "Its revision"),
            ("Idempotency-Replayed" = String, description = "`true` when it was done before")
        )
    ))
)]
pub async fn close(
    State(web): State<Web>,
    number: Number,
    asked: Asked<Closure>,
) -> Result<Response, Problem> {
    act(&web, number, asked, changed).await
}

/// Reopen
///
/// Takes a closed case up again, until `reopen_until`. After that, submit a request that names it
/// in `follows`.
#[utoipa::path(
    post,
    path = "/api/v1/cases/{number}/reopening",
    operation_id = "createReopening",
    tag = "cases",
    params(
        ("number" = String, Path, description = "The case's number", example = "1000017"),
        (
            "Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters, kept for a day or longer"
        )
    ),
    request_body(content = Reopening, example = json!({ "reason": "It is back since noon" })),
    responses((
        status = 200, description = "The case, open again", body = CaseBody<'static>,
        headers(
            ("ETag" = String, description = "Its revision"),
            ("Idempotency-Replayed" = String, description = "`true` when it was done before")
        )
    ))
)]
pub async fn reopen(
    State(web): State<Web>,
    number: Number,
    asked: Asked<Reopening>,
) -> Result<Response, Problem> {
    act(&web, number, asked, changed).await
}
