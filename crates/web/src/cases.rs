//! What both sides do to a case: the acts, and the page they are done on.
//!
//! An act that is refused shows the same page again, with everything that was typed and the
//! mistakes named at their fields.

pub mod acts;
pub mod confidential;
pub mod drafts;
pub mod files;
pub mod kept_files;
pub mod known;
pub mod participants;
pub mod view;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_domain::ids::CaseNumber;
use mainstay_store::drafts::{self as kept, DraftFor};
use mainstay_store::{colleagues, views};

use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::Mistakes;
use crate::{desk, partner, portal};

pub use confidential::Confidential;
pub use view::{CaseView, Tried};

/// The number in a path; a wrong one reads as a case that is not there.
pub(crate) fn number_of(text: &str) -> Result<CaseNumber, Error> {
    text.parse().map_err(|_| Error::App(app::Error::NotFound))
}

/// `GET /cases/{number}`: the workspace for the vendor, the timeline for the customer.
///
/// # Errors
/// [`app::Error::NotFound`] when it is not theirs.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let number = number_of(&number)?;
    match page(&web, &signed, number, None).await {
        Err(Error::App(error @ (app::Error::NotFound | app::Error::Denied(_)))) => {
            // A partner's person may act for another customer just now than the case's.
            match partner::cut_off::other_customer(&web, &signed, number).await? {
                Some(other) => Ok(other),
                None if matches!(error, app::Error::NotFound) => {
                    known::page(&web, &signed, number).await
                }
                None => Err(Error::App(error)),
            }
        }
        answer => answer,
    }
}

/// A case's page, with what was tried on it if that was refused.
pub(crate) async fn page(
    web: &Web,
    signed: &Signed,
    number: CaseNumber,
    tried: Option<Tried>,
) -> Result<Response, Error> {
    let view = load(web, signed, number, tried).await?;
    let status = view
        .tried
        .as_ref()
        .map_or(StatusCode::OK, |tried| tried.status);
    let markup = if signed.is_vendor() {
        desk::case::render(web, signed, &view)?
    } else {
        portal::case::render(web, signed, &view)?
    };
    Ok((status, markup).into_response())
}

async fn load(
    web: &Web,
    signed: &Signed,
    number: CaseNumber,
    tried: Option<Tried>,
) -> Result<CaseView, Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    let person = signed.session.person.id;
    web.app()
        .db()
        .read(async |tx| {
            // Rights as they are now, not as they were when the request came in.
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let page = views::case_page(tx, &grant, number).await?;
            let page = page.ok_or(app::Error::NotFound)?;
            let (mut reply, mut kept_files) = (None, Vec::new());
            // What somebody is writing themselves is no part of what a customer sees.
            if session.view.is_none() {
                reply = kept::find(tx, person, DraftFor::Reply(page.case.id)).await?;
                kept_files = kept_files::of_case(tx, &session, page.case.id).await?;
            }
            let (mut note, mut agents, mut others) = (None, Vec::new(), Vec::new());
            let mut colleagues = None;
            if page.thread.sees_colleagues() {
                colleagues = kept::find(tx, person, DraftFor::CustomerNote(page.case.id)).await?;
            }
            if page.thread.sees_internal() {
                note = kept::find(tx, person, DraftFor::Note(page.case.id)).await?;
                agents = colleagues::agents(tx).await?;
                others = views::account_cases(tx, &grant, page.case.account, 20).await?;
                others.retain(|other| other.number != page.case.number);
            }
            let of = (&page.case, page.account.as_str(), page.files.as_slice());
            let confidential = Confidential::of(tx, &signed.viewer, &session, of).await?;
            let draft =
                |kept: Option<(String, _)>| kept.map(|(json, _)| Incoming::from_json(&json));
            Ok::<_, Error>(CaseView {
                page,
                agents,
                others,
                reply_draft: draft(reply).unwrap_or_default(),
                note_draft: draft(note).unwrap_or_default(),
                colleagues_draft: draft(colleagues).unwrap_or_default(),
                kept_files,
                confidential,
                tried,
            })
        })
        .await
}

/// Shows the page again after an act was refused, or passes the failure on.
pub(crate) async fn again(
    web: &Web,
    signed: &Signed,
    number: CaseNumber,
    form: &'static str,
    fields: Incoming,
    error: app::Error,
) -> Result<Response, Error> {
    if matches!(error, app::Error::NotFound | app::Error::Denied(_)) {
        let kept = partner::cut_off::page(web, signed, Some(number), &fields).await?;
        return kept.ok_or_else(|| error.into());
    }
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let status = status_of(&error);
    let (mistakes, stale) = match error {
        app::Error::Stale { added, revision } => (Mistakes::none(), Some((added, revision))),
        error => (mistakes_of(&error), None),
    };
    let tried = Tried {
        form,
        fields,
        mistakes,
        stale,
        status,
    };
    page(web, signed, number, Some(tried)).await
}
