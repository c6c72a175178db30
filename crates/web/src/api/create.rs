//! Submitting a request, and the verdict before it is submitted.

use axum::extract::State;
use axum::response::Response;
use mainstay_app::intake::Submission;
use mainstay_domain::case::{Case, Channel, SeverityBasis, Side};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseNumber, PersonId, SubscriptionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{answer, created, json};
use super::asked::{Asked, RequestBody};
use super::body::{CaseBody, ImpactBody, MilestoneBody, VerdictBody, words};
use super::problem::Problem;
use crate::state::Web;

/// A request to submit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCase {
    /// What it is about, in a line.
    #[schema(min_length = 1, max_length = 200)]
    subject: String,
    /// Your words, Markdown.
    #[schema(min_length = 1, max_length = 50_000)]
    body: String,
    /// The kind of help.
    #[schema(value_type = words::Kind)]
    kind: Kind,
    /// The answers about impact; a technical request needs them unless it names a severity.
    impact: Option<ImpactBody>,
    /// The severity's code; only where your offer lets you set it, and for the vendor.
    #[schema(example = "B")]
    severity: Option<String>,
    /// The support category's id in the service description.
    category: Option<String>,
    /// The subscription it is about; needed when the account has several.
    #[schema(value_type = Option<Uuid>)]
    subscription: Option<SubscriptionId>,
    /// The number of a closed case this one follows up.
    #[schema(value_type = Option<String>)]
    follows: Option<CaseNumber>,
    /// The customer; only the vendor names one, and must.
    #[schema(value_type = Option<Uuid>)]
    account: Option<AccountId>,
    /// The customer's person it is for; only the vendor names one, and must.
    #[schema(value_type = Option<Uuid>)]
    requester: Option<PersonId>,
    /// How it came in, `api` when left out; only the vendor says otherwise.
    channel: Option<NewChannel>,
}

/// How a request came in to whoever calls the API.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NewChannel {
    /// Through this API.
    Api,
    /// By telephone: whoever calls was verified at the desk within the last hour.
    Telephone,
    /// By e-mail.
    Email,
}

impl RequestBody for NewCase {
    const REQUIRED: &'static [&'static str] = &["subject", "body", "kind"];
}

impl From<NewCase> for Submission {
    fn from(new: NewCase) -> Self {
        Self {
            account: new.account,
            requester: new.requester,
            subscription: new.subscription,
            subject: new.subject,
            body: new.body,
            kind: new.kind,
            category: new.category,
            channel: match new.channel {
                None | Some(NewChannel::Api) => Channel::Api,
                Some(NewChannel::Telephone) => Channel::Telephone,
                Some(NewChannel::Email) => Channel::Email,
            },
            impact: new.impact.map(Into::into),
            severity: new.severity,
            follows: new.follows,
            uploads: Vec::new(),
        }
    }
}

/// Submit a request
///
/// Opens a case under the service description in force. The answer is the case as both sides see
/// it, with its number, verdict and promise. With an `Idempotency-Key` the same request is carried out once
/// however often it is sent, and answered the same.
#[utoipa::path(
    post,
    path = "/api/v1/cases",
    operation_id = "createCase",
    tag = "cases",
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "1 to 255 visible ASCII characters, kept for a day or longer",
        example = "6b0f1d6e-9b1c-4f5e-8b59-1c0a5d2f6a11"
    )),
    request_body(content = NewCase, example = json!({
        "subject": "Mail is not delivered",
        "body": "Since 8 o'clock nobody in Aarhus receives mail from outside.",
        "kind": "technical",
        "impact": { "affected": "several", "work": "stopped", "has_workaround": false }
    })),
    responses((
        status = 201, description = "The case was opened", body = CaseBody<'static>,
        headers(
            ("Location" = String, description = "The case's address"),
            ("ETag" = String, description = "Its revision"),
            ("Idempotency-Replayed" = String, description = "`true` when it was done before")
        )
    ))
)]
pub async fn create(
    State(web): State<Web>,
    mut asked: Asked<NewCase>,
) -> Result<Response, Problem> {
    let once = asked.once(created);
    let done = web
        .app()
        .submit_once(&asked.caller, asked.body.into(), once)
        .await
        .map_err(|error| asked.caller.problem(error))?;
    Ok(answer(done, created))
}

/// What a request would be promised.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Judgement)]
pub struct JudgementBody<'a> {
    /// The severity it would be opened with.
    severity: Option<&'a str>,
    /// Who would have settled it.
    #[schema(value_type = words::SeverityBasis)]
    severity_basis: SeverityBasis,
    /// The region whose hours count.
    region: &'a str,
    /// The revision of its calendar.
    calendar_revision: u32,
    /// The version of the time-zone database.
    time_zone_version: &'a str,
    /// The verdict.
    verdict: VerdictBody<'a>,
    /// The clocks that would start now.
    milestones: Vec<MilestoneBody<'a>>,
}

impl<'a> JudgementBody<'a> {
    fn of(case: &'a Case, side: Side) -> Self {
        Self {
            severity: case.severity.as_deref(),
            severity_basis: case.severity_basis,
            region: &case.terms.region,
            calendar_revision: case.terms.calendar_revision,
            time_zone_version: &case.terms.time_zone_version,
            verdict: (&case.verdict).into(),
            milestones: MilestoneBody::all(case, side, case.opened_at),
        }
    }
}

/// Ask for a verdict
///
/// A dry run: takes what *Submit a request* takes, refuses what it refuses, says what would be
/// promised, and keeps nothing.
#[utoipa::path(
    post,
    path = "/api/v1/verdicts",
    operation_id = "createVerdict",
    tag = "verdicts",
    request_body(content = NewCase, example = json!({
        "subject": "Mail is not delivered",
        "body": "Since 8 o'clock nobody in Aarhus receives mail from outside.",
        "kind": "technical",
        "impact": { "affected": "several", "work": "stopped", "has_workaround": false }
    })),
    responses((status = 200, description = "The verdict", body = JudgementBody<'static>))
)]
pub async fn judge(State(web): State<Web>, asked: Asked<NewCase>) -> Result<Response, Problem> {
    let form = asked.body.into();
    let (case, side) = web
        .app()
        .rehearse(&asked.caller, &form)
        .await
        .map_err(|error| asked.caller.problem(error))?;
    Ok(json(&JudgementBody::of(&case, side), None))
}
