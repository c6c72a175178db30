//! Reading a case, and why its deadlines are when they are.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_domain::ids::CaseNumber;
use mainstay_store::views::{CasePage, KnownCase};
use mainstay_store::{cases, views};

use super::answer::json;
use super::body::{CaseDetail, CaseSeen, DeadlinesBody, KnownBody};
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
/// them. The ETag is its revision. Of kinds of which your role shows only that a case exists, you
/// get its number, kind, status and dates, marked by `is_metadata`.
#[utoipa::path(
    get,
    path = "/api/v1/cases/{number}",
    operation_id = "getCase",
    tag = "cases",
    params(("number" = String, Path, description = "The case's number", example = "1000017")),
    responses((
        status = 200, description = "The case, as far as you may see it", body = CaseSeen<'static>,
        headers(("ETag" = String, description = "Its revision"))
    ))
)]
pub async fn get(
    State(web): State<Web>,
    caller: Caller,
    number: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let (now, number) = (caller.now, number_of(number)?);
    let (seen, side) = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, caller.credential, now).await?;
            let grant = session.grant(Action::Read)?;
            if let Some(page) = views::case_page(tx, &grant, number).await? {
                return Ok((Seen::Whole(Box::new(page)), session.side()));
            }
            let known = views::known_case(tx, &grant, number).await?;
            let known = known.ok_or(app::Error::NotFound)?;
            Ok((Seen::Known(known), session.side()))
        })
        .await
        .map_err(|error| caller.problem(error))?;
    Ok(match seen {
        Seen::Whole(page) => {
            let revision = page.case.revision;
            json(&CaseDetail::of(&page, side, now), Some(revision))
        }
        Seen::Known(known) => json(&KnownBody::from(&known), None),
    })
}

/// How much of a case its reader sees.
enum Seen {
    Whole(Box<CasePage>),
    Known(KnownCase),
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
