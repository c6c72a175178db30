//! Requests to take away: every one as the API shows it, or a row for each.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use mainstay_app as app;
use mainstay_app::exports::Export;
use mainstay_domain::Moment;
use mainstay_domain::access::Action;
use mainstay_domain::case::{Case, Metric, Status};
use mainstay_domain::ids::CaseId;
use mainstay_store::views::CasePage;

use super::{Asked, Form, Rest, answer, csv_lines, json_lines};
use crate::api::body::{CaseDetail, MilestoneBody};
use crate::desk::desk_grant;
use crate::error::Error;
use crate::portal::organisation::FOR_VENDOR;
use crate::signed::Signed;
use crate::state::Web;

/// Requests read at once.
const CHUNK: u32 = 50;

/// The heading of the table; instants are RFC 3339 in UTC.
const COLUMNS: [&str; 19] = [
    "number",
    "subject",
    "kind",
    "category",
    "severity",
    "status",
    "channel",
    "requester",
    "region",
    "edition",
    "plan",
    "opened_at",
    "first_response",
    "first_response_due_at",
    "first_response_at",
    "closed_at",
    "entries",
    "files",
    "follows",
];

/// `GET /organisation/export/requests`
///
/// # Errors
/// [`app::Error::Denied`] for those who may not.
pub async fn of_own(
    State(web): State<Web>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    export(&web, signed, Export::Own, asked.form).await
}

/// `GET /approvals/{id}/export`: what somebody else agreed to, for whoever asked.
///
/// # Errors
/// [`app::Error::NotFound`] for everybody else, [`app::Error::Settled`] when its time is over.
pub async fn of_agreed(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::ExportMuch)?;
    let id = id.parse().map_err(|_| app::Error::NotFound)?;
    export(&web, signed, Export::Agreed(id), asked.form).await
}

async fn export(web: &Web, signed: Signed, export: Export, form: Form) -> Result<Response, Error> {
    let app = web.app();
    let account = app
        .begin_export(&signed.session, export, form.code())
        .await?;
    let heading = match form {
        Form::Csv => csv_lines([COLUMNS.map(str::to_owned)])?,
        Form::Jsonl => Bytes::new(),
    };
    let name = format!("requests-{}", account.customer_number);
    let rest = Requests {
        web: web.clone(),
        signed,
        export,
        form,
        before: None,
        is_over: false,
    };
    Ok(answer(&name, form, heading, rest))
}

/// The requests still to be written.
struct Requests {
    web: Web,
    signed: Signed,
    export: Export,
    form: Form,
    before: Option<CaseId>,
    is_over: bool,
}

impl Rest for Requests {
    async fn next(mut self) -> Option<(Result<Bytes, Error>, Self)> {
        if self.is_over {
            return None;
        }
        let app = self.web.app();
        let session = &self.signed.session;
        let read = app
            .export_page(session, self.export, self.before, CHUNK)
            .await;
        let (side, now) = (session.side(), app.now());
        let written = read.map_err(Error::from).and_then(|pages| {
            self.before = pages.last().map(|page| page.case.id);
            self.is_over = pages.is_empty();
            match self.form {
                Form::Csv => csv_lines(pages.iter().map(|page| cells(page, now))),
                Form::Jsonl => json_lines(pages.iter().map(|page| CaseDetail::of(page, side, now))),
            }
        });
        self.is_over |= written.is_err();
        Some((written, self))
    }
}

/// What a row says, in the order of [`COLUMNS`].
fn cells(page: &CasePage, now: Moment) -> [String; 19] {
    let case = &page.case;
    let [response, due_at, met_at] = first_response(case, now);
    let closed_at = match case.status {
        Status::Closed { at, .. } => at.to_string(),
        _ => String::new(),
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        case.number.to_string(),
        case.subject.clone(),
        case.kind.code().to_owned(),
        text(&case.category),
        text(&case.severity),
        case.status.code().to_owned(),
        case.channel.code().to_owned(),
        page.requester.clone(),
        case.terms.region.clone(),
        case.terms.edition.to_string(),
        case.terms.holding.plan.clone(),
        case.opened_at.to_string(),
        response,
        due_at,
        met_at,
        closed_at,
        page.timeline.len().to_string(),
        page.files.len().to_string(),
        case.follows
            .map(|number| number.to_string())
            .unwrap_or_default(),
    ]
}

/// How the promised first response stands, when it is or was due, and when it came; empty where
/// none is promised.
fn first_response(case: &Case, now: Moment) -> [String; 3] {
    let milestone = case.clocks.milestone(Metric::InitialResponse);
    let Some(milestone) = milestone.filter(|one| !one.is_internal) else {
        return Default::default();
    };
    let body = MilestoneBody::of(milestone, now);
    let said = |at: Option<Moment>| at.map(|at| at.to_string()).unwrap_or_default();
    [
        body.state().to_owned(),
        said(body.due_at()),
        said(body.met_at()),
    ]
}
