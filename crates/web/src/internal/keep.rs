//! What was typed and not sent, and the files that came with it: kept on the server.
//!
//! The browser names no file, so nobody can claim bytes that somebody else sent.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use mainstay_app::files::{FILES_LIMIT, Upload};
use mainstay_app::{self as app, auth};
use mainstay_domain::access::Action;
use mainstay_domain::ids::{InternalId, PersonId};
use mainstay_domain::internal::Party;
use mainstay_store::drafts::{self, DraftFor};
use mainstay_store::{Tx, internal as kept};

use super::id_of;
use crate::error::Error;
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;

/// The files kept for somebody's unsent request, or for their unsent reply on one.
pub(crate) async fn files(
    tx: &mut Tx<'_>,
    person: PersonId,
    of: Option<InternalId>,
) -> Result<Vec<Upload>, mainstay_store::Error> {
    let kept = drafts::find(tx, person, DraftFor::InternalFiles(of)).await?;
    Ok(kept.map_or_else(Vec::new, |(json, _)| {
        serde_json::from_str(&json).unwrap_or_default()
    }))
}

/// What happens to kept files.
pub(crate) enum Change {
    /// More came.
    Add(Vec<Upload>),
    /// The n-th is taken away.
    Remove(usize),
    /// The n-th is confidential now, or is not any more.
    Mark(usize),
}

/// Changes the files of an unsent request; false when there would be too many.
pub(crate) async fn change_files(
    web: &Web,
    signed: &Signed,
    of: Option<InternalId>,
    change: Change,
) -> Result<bool, Error> {
    let (person, now) = (signed.session.person.id, signed.now());
    let fits = web
        .app()
        .db()
        .write(async move |tx| {
            drafts::hold(tx, person, DraftFor::InternalFiles(of), now).await?;
            let mut all = files(tx, person, of).await?;
            match change {
                Change::Add(more) if all.len() + more.len() > FILES_LIMIT => return Ok(false),
                Change::Add(more) => all.extend(more),
                Change::Remove(index) if index < all.len() => drop(all.remove(index)),
                Change::Mark(index) => {
                    if let Some(upload) = all.get_mut(index) {
                        upload.is_confidential = !upload.is_confidential;
                    }
                }
                Change::Remove(_) => {}
            }
            let json = serde_json::to_string(&all).unwrap_or_default();
            drafts::save(tx, person, DraftFor::InternalFiles(of), &json, now).await?;
            Ok::<_, mainstay_store::Error>(true)
        })
        .await?;
    Ok(fits)
}

/// Keeps what was typed of a request that is not sent yet.
pub(crate) async fn save_ask(web: &Web, signed: &Signed, typed: &Incoming) -> Result<(), Error> {
    let (credential, now, json) = (signed.session.credential, signed.now(), typed.to_json());
    web.app()
        .db()
        .write(async move |tx| {
            let session = auth::session(tx, credential, now).await?;
            session.grant(Action::AskAdministrator)?;
            drafts::save(tx, session.person.id, DraftFor::Ask, &json, now).await?;
            Ok::<_, Error>(())
        })
        .await
}

/// `POST /ask/draft`
///
/// # Errors
/// When they ask nobody; whatever the database says.
pub async fn save_new(
    State(web): State<Web>,
    signed: Signed,
    typed: Incoming,
) -> Result<axum::response::Response, Error> {
    use axum::response::IntoResponse;
    if let Some(led) = super::led_away(&signed) {
        return Ok(led);
    }
    save_ask(&web, &signed, &typed).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Keeps a draft on a request, if it is theirs as that party; an empty text forgets it.
async fn save(
    web: &Web,
    signed: &Signed,
    (id, party): (InternalId, Party),
    audience: &str,
    typed: Incoming,
) -> Result<(), Error> {
    let draft = match (audience, party) {
        ("reply", _) => DraftFor::InternalReply(id),
        ("solution", Party::Administrator) => DraftFor::InternalSolution(id),
        ("escalation", Party::Administrator) => DraftFor::Escalation(id),
        _ => return Err(Error::App(app::Error::NotFound)),
    };
    let (credential, now) = (signed.session.credential, signed.now());
    let catalogue = web.app().catalogue();
    web.app()
        .db()
        .write(async move |tx| {
            let session = auth::session(tx, credential, now).await?;
            let grant = session.grant_as(party, &catalogue, now)?;
            let found = kept::find(tx, &grant, id).await?;
            found.ok_or(app::Error::NotFound)?;
            let person = session.person.id;
            if typed.text("body").trim().is_empty() {
                drafts::delete(tx, person, draft).await?;
            } else {
                drafts::save(tx, person, draft, &typed.to_json(), now).await?;
            }
            Ok::<_, Error>(())
        })
        .await
}

/// Keeps what was typed of what is brought to support.
pub(crate) async fn save_escalation(
    web: &Web,
    signed: &Signed,
    id: InternalId,
    typed: &Incoming,
) -> Result<(), Error> {
    let of = (id, Party::Administrator);
    save(web, signed, of, "escalation", typed.clone()).await
}

macro_rules! savers {
    ($($(#[$doc:meta])* $name:ident: $party:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// When the request is not theirs.
        pub async fn $name(
            State(web): State<Web>,
            signed: Signed,
            Path((id, audience)): Path<(String, String)>,
            typed: Incoming,
        ) -> Result<axum::response::Response, Error> {
            use axum::response::IntoResponse;
            if let Some(led) = super::led_away(&signed) {
                return Ok(led);
            }
            // Who they are decides before what there is.
            let of = (id_or_none(&id), Party::$party);
            save(&web, &signed, of, &audience, typed).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
    )*};
}

/// The id in a path; what is none is the id of no request.
fn id_or_none(text: &str) -> InternalId {
    id_of(text).unwrap_or(InternalId(uuid::Uuid::nil()))
}

savers! {
    /// `POST /asked/{ask}/drafts/{audience}`: keeps what is typed so far.
    save_asked: Requester;
    /// `POST /inbox/{ask}/drafts/{audience}`: keeps what is typed so far.
    save_served: Administrator;
}
