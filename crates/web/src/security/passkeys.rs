//! Adding, renaming and removing one's passkeys.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::factors::Challenge;
use mainstay_app::factors::passkeys::RelyingParty;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{HERE, again, go_on, onward};
use crate::error::Error;
use crate::incoming::Incoming;
use crate::signed::{Half, Signed};
use crate::state::Web;

/// Whom passkeys are made for.
///
/// # Errors
/// [`app::Error::NotFound`] where none can be made.
pub(crate) fn party(web: &Web) -> Result<&RelyingParty, app::Error> {
    web.party().ok_or(app::Error::NotFound)
}

/// A challenge as the script reads it.
pub(crate) fn as_json(challenge: Challenge) -> Json<Value> {
    let Challenge { ceremony, options } = challenge;
    Json(json!({ "ceremony": ceremony, "options": options }))
}

/// What a form sends of a ceremony: its word, and what the browser answered.
pub(crate) fn answer(fields: &Incoming) -> (&str, &str) {
    (fields.text("ceremony"), fields.text("credential"))
}

/// `POST /profile/security/passkeys/options`
///
/// # Errors
/// Leads to the proof when the last one is too old.
pub async fn options(State(web): State<Web>, half: Half) -> Result<Json<Value>, Error> {
    let (session, vendor) = (&half.0.session, web.vendor());
    let begun = web.app().begin_passkey(session, party(&web)?, &vendor);
    Ok(as_json(begun.await?))
}

/// `POST /profile/security/passkeys`
///
/// # Errors
/// Leads to the proof when the last one is too old.
pub async fn add(State(web): State<Web>, half: Half, fields: Incoming) -> Result<Response, Error> {
    let (session, name) = (&half.0.session, fields.text("name"));
    let party = party(&web)?;
    let added = web.app().add_passkey(session, party, answer(&fields), name);
    match added.await {
        Ok(added) => Ok(go_on(&web, &half, &added, onward(&half, &fields))),
        Err(error) => again(&web, &half, &fields, error).await,
    }
}

fn id_of(fields: &Incoming) -> Result<Uuid, app::Error> {
    fields.text("id").parse().map_err(|_| app::Error::NotFound)
}

/// `POST /profile/security/passkeys/name`
///
/// # Errors
/// [`app::Error::NotFound`] when it is not theirs.
pub async fn rename(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let (id, name) = (id_of(&fields)?, fields.text("name"));
    match web.app().rename_passkey(&signed.session, id, name).await {
        Ok(()) => Ok(Redirect::to(HERE).into_response()),
        // The name belongs to another form than the one that adds a passkey.
        Err(error) => again(&web, &Half(signed), &Incoming::default(), error).await,
    }
}

/// `POST /profile/security/passkeys/removal`
///
/// # Errors
/// [`app::Error::NotFound`] when it is not theirs.
pub async fn remove(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let id = id_of(&fields)?;
    match web.app().remove_passkey(&signed.session, id).await {
        Ok(()) => Ok(Redirect::to(HERE).into_response()),
        Err(error) => again(&web, &Half(signed), &fields, error).await,
    }
}
