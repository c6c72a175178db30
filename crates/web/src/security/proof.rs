//! Showing once more that it is oneself.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::auth::NewSession;
use serde_json::Value;

use super::passkeys::{answer, as_json, party};
use super::{again, onward};
use crate::error::Error;
use crate::incoming::Incoming;
use crate::sign_in::enter;
use crate::signed::Half;
use crate::state::Web;

/// `POST /profile/security/proof/options`
///
/// # Errors
/// When the store fails.
pub async fn options(State(web): State<Web>, half: Half) -> Result<Json<Value>, Error> {
    let begun = web.app().begin_passkey_proof(&half.0.session, party(&web)?);
    Ok(as_json(begun.await?))
}

/// `POST /profile/security/proof`: by a password, a code or a passkey.
///
/// # Errors
/// When the store fails.
pub async fn prove(
    State(web): State<Web>,
    half: Half,
    fields: Incoming,
) -> Result<Response, Error> {
    let to = onward(&half, &fields);
    match take(&web, &half, &fields).await {
        Ok(Some(session)) => Ok(enter(&web, &session, to)),
        Ok(None) => Ok(Redirect::to(to).into_response()),
        Err(error) => again(&web, &half, &fields, error).await,
    }
}

/// The session under its new token, if it can do more now.
async fn take(web: &Web, half: &Half, fields: &Incoming) -> Result<Option<NewSession>, app::Error> {
    let (app, session) = (web.app(), &half.0.session);
    if !fields.text("credential").is_empty() {
        return app
            .prove_by_passkey(session, party(web)?, answer(fields))
            .await;
    }
    if !fields.text("code").is_empty() {
        return app.prove_by_code(session, fields.text("code")).await;
    }
    app.prove_by_password(session, fields.text("password"))
        .await
        .map(|()| None)
}
