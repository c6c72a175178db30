//! Reading a case, and why its deadlines are when they are.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_domain::ids::CaseNumber;
use mainstay_store::{cases, views};

use super::answer::json;
use super::body::{CaseDetail, DeadlinesBody};
use super::caller::Caller;
use super::problem::Problem;
use crate::state::Web;

/// The number in a path; a wrong one reads as a case that is not there.
///
/// # Errors
/// The problem `not-found`.
pub fn number_of(path: Result<Path<String>, PathRejection>) -> Result<CaseNumber, Problem> {
    let number = path.ok().and_then(|Path(text)| text.parse().ok());
    number.ok_or_else(|| app::Error::NotFound.into())
}

/// Read a case
///
/// The case with its verdict, status and clocks, its timeline and files, as far as you may see
/// them. The ETag is its revision.
#[utoipa::path(
    get,
    path = "/api/v1/cases/{number}",
    operation_id = "getCase",
    tag = "cases",
    params(("number" = String, Path, description = "The case's number", example = "1000017")),
    responses((
        status = 200, description = "The case", body = CaseDetail<'static>,
        headers(("ETag" = String, description = "Its revision"))
    ))
)]
pub async fn get(
    State(web): State<Web>,
    caller: Caller,
    number: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let (now, number) = (caller.now, number_of(number)?);
    let (page, side) = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, caller.credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let page = views::case_page(tx, &grant, number).await?;
            Ok((page.ok_or(app::Error::NotFound)?, session.side()))
        })
        .await
        .map_err(|error| caller.problem(error))?;
    let revision = page.case.revision;
    Ok(json(&CaseDetail::of(&page, side, now), Some(revision)))
}

/// Explain deadlines
///
/// For each clock of the case: rule, window, target, the cell of the service description it was
/// read from, and the steps from start to due, which follow one another and add up. The vendor
/// sees its own internal targets too.
#[utoipa::path(
    get,
    path = "/api/v1/cases/{number}/deadlines",
    operation_id = "listDeadlines",
    tag = "cases",
    params(("number" = String, Path, description = "The case's number", example = "1000017")),
    responses((status = 200, description = "The deadlines", body = DeadlinesBody<'static>))
)]
pub async fn deadlines(
    State(web): State<Web>,
    caller: Caller,
    number: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let (now, number) = (caller.now, number_of(number)?);
    let (case, side) = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, caller.credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let case = cases::find(tx, &grant, number).await?;
            Ok((case.ok_or(app::Error::NotFound)?, session.side()))
        })
        .await
        .map_err(|error| caller.problem(error))?;
    let terms = web.app().catalogue().terms_of(&case.terms)?;
    Ok(json(&DeadlinesBody::of(&case, &terms, side, now)?, None))
}
