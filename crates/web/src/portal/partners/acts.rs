//! One handler an act: letting a partner act, changing that, answering it, taking it away.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;

use super::one::{Tried, page};
use super::{elsewhere, grant, partner_of, terms_of};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;

/// Back to the list with what was done; what is gone meanwhile is seen there. A mistake shows the
/// page again.
async fn answer(
    web: &Web,
    signed: &Signed,
    partner: &str,
    (form, fields): (&'static str, Incoming),
    done: Result<&'static str, app::Error>,
) -> Result<Response, Error> {
    let back = |done| Redirect::to(&format!("/organisation/partners?done={done}"));
    match done {
        Ok(done) => Ok(back(done).into_response()),
        Err(app::Error::NotFound) => Ok(back("gone").into_response()),
        Err(error) if is_about_form(&error) => {
            let tried = Tried {
                form,
                fields,
                mistakes: mistakes_of(&error),
            };
            let page = page(web, signed, partner, &tried).await?;
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /organisation/partners/{partner}`: lets it act, or changes what it may do.
///
/// # Errors
/// When the store fails.
pub async fn save(
    State(web): State<Web>,
    signed: Signed,
    Path(partner): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    if let Some(elsewhere) = elsewhere(&signed) {
        return Ok(elsewhere);
    }
    grant(&signed)?;
    let (id, reason) = (partner_of(&partner)?, fields.text("reason"));
    let (app, session) = (web.app(), &signed.session);
    let done = match terms_of(&signed.viewer, &fields) {
        Err(error) => Err(error),
        Ok(terms) if fields.text("mode") == "change" => app
            .change_delegation(session, id, &terms, reason)
            .await
            .map(|()| "changed"),
        Ok(terms) => app
            .delegate(session, id, &terms, reason)
            .await
            .map(|()| "granted"),
    };
    answer(&web, &signed, &partner, ("terms", fields), done).await
}

/// `POST /organisation/partners/{partner}/approval`: gives it what it asked for, or less.
///
/// # Errors
/// When the store fails.
pub async fn approve(
    State(web): State<Web>,
    signed: Signed,
    Path(partner): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    if let Some(elsewhere) = elsewhere(&signed) {
        return Ok(elsewhere);
    }
    grant(&signed)?;
    let id = partner_of(&partner)?;
    let done = match terms_of(&signed.viewer, &fields) {
        Err(error) => Err(error),
        Ok(terms) => web
            .app()
            .approve_ask(&signed.session, id, &terms)
            .await
            .map(|()| "granted"),
    };
    answer(&web, &signed, &partner, ("terms", fields), done).await
}

/// `POST /organisation/partners/{partner}/refusal`
///
/// # Errors
/// When the store fails.
pub async fn decline(
    State(web): State<Web>,
    signed: Signed,
    Path(partner): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    if let Some(elsewhere) = elsewhere(&signed) {
        return Ok(elsewhere);
    }
    grant(&signed)?;
    let (id, reason) = (partner_of(&partner)?, fields.text("reason"));
    let done = web.app().decline_ask(&signed.session, id, reason).await;
    let done = done.map(|()| "declined");
    answer(&web, &signed, &partner, ("refusal", fields), done).await
}

/// `POST /organisation/partners/{partner}/removal`: takes it away at once.
///
/// # Errors
/// When the store fails.
pub async fn remove(
    State(web): State<Web>,
    signed: Signed,
    Path(partner): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    if let Some(elsewhere) = elsewhere(&signed) {
        return Ok(elsewhere);
    }
    grant(&signed)?;
    let (id, reason) = (partner_of(&partner)?, fields.text("reason"));
    let done = web
        .app()
        .remove_delegation(&signed.session, id, reason)
        .await;
    let done = done.map(|()| "removed");
    answer(&web, &signed, &partner, ("removal", fields), done).await
}
