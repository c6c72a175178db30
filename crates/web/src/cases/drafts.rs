//! Drafts are kept on the server as they are typed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_store::cases as kept;
use mainstay_store::drafts::{self, DraftFor};

use super::number_of;
use crate::error::Error;
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;

/// `POST /cases/{number}/drafts/{audience}`: keeps what is typed so far; an empty text forgets it.
///
/// # Errors
/// When the case is not theirs.
pub async fn save(
    State(web): State<Web>,
    signed: Signed,
    Path((number, audience)): Path<(String, String)>,
    fields: Incoming,
) -> Result<StatusCode, Error> {
    let number = number_of(&number)?;
    let (credential, now) = (signed.session.credential, signed.now());
    web.app()
        .db()
        .write(async move |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let case = kept::find(tx, &grant, number)
                .await?
                .ok_or(app::Error::NotFound)?;
            let thread = grant.scope().thread(&case);
            let (draft, text) = match audience.as_str() {
                "reply" => (DraftFor::Reply(case.id), fields.text("body")),
                "note" if thread.is_some_and(|thread| thread.sees_internal()) => {
                    (DraftFor::Note(case.id), fields.text("note"))
                }
                "colleagues" if thread.is_some_and(|thread| thread.sees_colleagues()) => {
                    (DraftFor::CustomerNote(case.id), fields.text("note"))
                }
                _ => return Err(app::Error::NotFound),
            };
            let person = session.person.id;
            if text.trim().is_empty() {
                drafts::delete(tx, person, draft).await?;
            } else {
                drafts::save(tx, person, draft, &fields.to_json(), now).await?;
            }
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /cases/new/draft`: keeps a request that is not sent yet.
///
/// # Errors
/// Whatever the database says.
pub async fn save_new(
    State(web): State<Web>,
    signed: Signed,
    mut fields: Incoming,
) -> Result<StatusCode, Error> {
    let (person, now) = (signed.session.person.id, signed.now());
    fields.forget("pin");
    let json = fields.to_json();
    let save = async move |tx: &mut mainstay_store::Tx<'_>| {
        drafts::save(tx, person, DraftFor::NewCase, &json, now).await
    };
    web.app().db().write(save).await?;
    Ok(StatusCode::NO_CONTENT)
}
