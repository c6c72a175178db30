//! Files of an internal request: downloaded as attachments, never shown by the browser.

use axum::extract::{Path, State};
use axum::response::Response;
use mainstay_app as app;
use mainstay_domain::ids::FileId;
use mainstay_domain::internal::Party;

use super::{id_of, led_away};
use crate::cases::files::attachment;
use crate::error::Error;
use crate::signed::Signed;
use crate::state::Web;

async fn download(
    web: &Web,
    signed: &Signed,
    party: Party,
    (id, file): (String, String),
) -> Result<Response, Error> {
    // Who they are decides before what there is.
    let catalogue = web.app().catalogue();
    signed.session.grant_as(party, &catalogue, signed.now())?;
    let file: FileId = file.parse().map_err(|_| app::Error::NotFound)?;
    let of = (id_of(&id)?, party);
    let found = web.app().download_within(&signed.session, of, file).await?;
    let bytes = web.app().files().open(&found.sha256).await?;
    Ok(attachment(bytes, &found.name, found.size))
}

/// `GET /asked/{ask}/files/{file}`
///
/// # Errors
/// [`app::Error::NotFound`] when the request or the file is not theirs.
pub async fn asked(
    State(web): State<Web>,
    signed: Signed,
    Path(of): Path<(String, String)>,
) -> Result<Response, Error> {
    match led_away(&signed) {
        Some(led) => Ok(led),
        None => download(&web, &signed, Party::Requester, of).await,
    }
}

/// `GET /inbox/{ask}/files/{file}`
///
/// # Errors
/// [`app::Error::NotFound`] when the request or the file is not theirs to serve.
pub async fn served(
    State(web): State<Web>,
    signed: Signed,
    Path(of): Path<(String, String)>,
) -> Result<Response, Error> {
    match led_away(&signed) {
        Some(led) => Ok(led),
        None => download(&web, &signed, Party::Administrator, of).await,
    }
}
