//! The second step of signing in, and signing in by a passkey alone.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::factors::step::NewStep;
use mainstay_store::factors::Held;
use maud::{Markup, html};
use serde_json::Value;

use super::{Back, Door, enter, form as sign_in_form, safe, set_cookie};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::security::parts;
use crate::security::passkeys::{answer, as_json, party};
use crate::signed::{MaybeSigned, cookie};
use crate::state::Web;
use crate::ui::{Button, Form, Frame, Mistakes, Side, Viewer, blocks, page_head};

/// The cookie of somebody who waits at the second step; it is sent to these pages alone.
const STEP: (&str, &str) = ("mainstay_step", "/sign-in");

/// Leads somebody to the second step.
pub(crate) fn lead(web: &Web, step: &NewStep, back: &str) -> Response {
    let query = serde_urlencoded::to_string([("back", safe(back))]).unwrap_or_default();
    let mut response = Redirect::to(&format!("/sign-in/code?{query}")).into_response();
    set_cookie(web, &mut response, STEP, &step.token, step.max_age);
    response
}

/// `POST /sign-in/passkey/options`
///
/// # Errors
/// [`app::Error::TooManyAttempts`].
pub async fn passkey_options(
    State(web): State<Web>,
    Door(visitor): Door,
) -> Result<Json<Value>, Error> {
    let begun = web.app().begin_passkey_sign_in(party(&web)?, visitor);
    Ok(as_json(begun.await?))
}

/// `POST /sign-in/passkey`
///
/// # Errors
/// When the store fails.
pub async fn sign_in_with_passkey(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Door(visitor): Door,
    fields: Incoming,
) -> Result<Response, Error> {
    let back = fields.text("back");
    let party = party(&web)?;
    let signed = web
        .app()
        .sign_in_with_passkey(party, answer(&fields), visitor);
    match signed.await {
        Ok(session) => Ok(enter(&web, &session, safe(back))),
        Err(error) if is_about_form(&error) => {
            let mistakes = mistakes_of(&error);
            let page = sign_in_form(&web, &anybody.viewer, back, "", &mistakes).await?;
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /sign-in/code`
///
/// # Errors
/// When the store fails.
pub async fn show(
    State(web): State<Web>,
    anybody: MaybeSigned,
    headers: HeaderMap,
    Query(Back { back }): Query<Back>,
) -> Result<Response, Error> {
    let Some(step) = cookie(&headers, STEP.0) else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    match web.app().second_step(step).await {
        Ok(held) => {
            let page = form(&web, &anybody.viewer, held, &back, &Mistakes::none());
            Ok(page.into_response())
        }
        Err(error) => over(&web, &anybody.viewer, &back, error).await,
    }
}

/// From the beginning, when a step is over.
async fn over(web: &Web, v: &Viewer, back: &str, error: app::Error) -> Result<Response, Error> {
    if !matches!(error, app::Error::LinkUsed) {
        return Err(error.into());
    }
    let mut mistakes = Mistakes::none();
    mistakes.add("", v.t("second-over"));
    let page = sign_in_form(web, v, back, "", &mistakes).await?;
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn form(web: &Web, v: &Viewer, held: Held, back: &str, mistakes: &Mistakes) -> Markup {
    let vendor = web.vendor();
    let title = v.t("second-title");
    let step = Form::post(v, "/sign-in/code").mistakes(mistakes);
    let body = blocks::narrow(html! {
        (page_head(title, html! { (v.t("second-explained")) }, html! {}))
        @if held.passkeys > 0 && web.party().is_some() {
            (parts::ask_passkey(v, "/sign-in/code", v.t("security-passkey-use"), back))
        }
        (step.render(html! {
            (step.hidden("back", back))
            (parts::code_field(v, &step, held.has_codes))
            (step.actions(Button::primary(v.t("second-confirm")), html! {}))
        }))
    });
    let has_mistakes = !mistakes.is_empty();
    Frame {
        has_mistakes,
        ..Frame::new(&vendor, Side::Public, title)
    }
    .render(v, body)
}

/// `POST /sign-in/code/options`
///
/// # Errors
/// [`app::Error::LinkUsed`] when nobody waits here any more.
pub async fn step_options(
    State(web): State<Web>,
    headers: HeaderMap,
) -> Result<Json<Value>, Error> {
    let step = cookie(&headers, STEP.0).ok_or(app::Error::LinkUsed)?;
    let begun = web.app().begin_step_passkey(step, party(&web)?);
    Ok(as_json(begun.await?))
}

/// `POST /sign-in/code`: with a code, a recovery code or a passkey.
///
/// # Errors
/// When the store fails.
pub async fn pass(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Door(visitor): Door,
    headers: HeaderMap,
    fields: Incoming,
) -> Result<Response, Error> {
    let Some(step) = cookie(&headers, STEP.0) else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let (app, v, back) = (web.app(), &anybody.viewer, fields.text("back"));
    let passed = if fields.text("credential").is_empty() {
        app.pass_with_code(step, fields.text("code"), visitor).await
    } else {
        app.pass_with_passkey(step, party(&web)?, answer(&fields), visitor)
            .await
    };
    match passed {
        Ok(session) => {
            let mut response = enter(&web, &session, safe(back));
            set_cookie(&web, &mut response, STEP, "", 0);
            Ok(response)
        }
        Err(error) if is_about_form(&error) => match app.second_step(step).await {
            Ok(held) => {
                let page = form(&web, v, held, back, &mistakes_of(&error));
                Ok((status_of(&error), page).into_response())
            }
            Err(error) => over(&web, v, back, error).await,
        },
        Err(error) => over(&web, v, back, error).await,
    }
}
