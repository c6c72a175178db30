//! Internal requests: what people ask the administrators of their own organisation (S16).
//!
//! Whoever asks finds theirs under `/asked`; the administrators find those of their people under
//! `/inbox`. A request has a page for each of them, drawn from the same view.

pub mod acts;
pub mod ask;
pub mod files;
pub mod keep;
pub mod list;
pub mod page;
mod rail;
mod story;
pub mod words;

use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app::confidential::{self, Held};
use mainstay_app::files::Upload;
use mainstay_app::{self as app, auth};
use mainstay_domain::ids::InternalId;
use mainstay_domain::internal::{InternalRequest, Party};
use mainstay_store::drafts::{self, DraftFor};
use mainstay_store::internal::{self as kept, InternalFile, InternalPage};

use crate::cases::confidential::{FileRow, who};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::portal::words as say;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::Mistakes;
use crate::ui::timeline::Lock;

pub(crate) use rail::informed_field;

/// Where somebody comes from to a request: as whoever asked, or as one of their administrators.
pub(crate) const fn base(party: Party) -> &'static str {
    match party {
        Party::Requester => "/asked",
        Party::Administrator | Party::Vendor => "/inbox",
    }
}

/// The id in a path; a wrong one reads as a request that is not there.
pub(crate) fn id_of(text: &str) -> Result<InternalId, Error> {
    text.parse().map_err(|_| Error::App(app::Error::NotFound))
}

/// The vendor's people have nothing here, whatever the address says.
pub(crate) fn led_away(signed: &Signed) -> Option<Response> {
    signed
        .is_vendor()
        .then(|| Redirect::to("/queue").into_response())
}

/// A request as its page draws it.
pub(crate) struct View {
    /// The request, its timeline and files.
    pub page: InternalPage,
    /// As whom it is read.
    pub party: Party,
    /// The reader's unsent reply.
    pub reply_draft: Incoming,
    /// The reader's unsent solution.
    pub solution_draft: Incoming,
    /// Files of the reader's reply that was refused.
    pub kept_files: Vec<Upload>,
    /// What the reader gets of the confidential files.
    held: Held,
    /// Who gets the others.
    who: String,
    /// What they tried and was refused.
    pub tried: Option<Tried>,
}

/// An act that was refused: the page shows it again with its mistakes.
pub(crate) struct Tried {
    form: &'static str,
    fields: Incoming,
    mistakes: Mistakes,
}

static NO_MISTAKES: Mistakes = Mistakes::none();

impl View {
    /// The request.
    pub const fn request(&self) -> &InternalRequest {
        &self.page.row.request
    }

    /// An address under the request's.
    pub fn at(&self, rest: &str) -> String {
        format!("{}/{}/{rest}", base(self.party), self.request().id)
    }

    /// A file as it is drawn.
    pub fn row<'a>(&'a self, file: &'a InternalFile) -> FileRow<'a> {
        let opening = self.held.opening_within(self.request(), file);
        FileRow {
            name: &file.name,
            href: self.at(&format!("files/{}", file.id)),
            size: say::size(file.size),
            lock: match file.is_confidential {
                false => Lock::Open,
                true if opening.is_ok() => Lock::Mine,
                true => Lock::Others(&self.who),
            },
            mark: None,
        }
    }

    /// Whether a form was refused.
    pub fn was_tried(&self, form: &str) -> bool {
        self.tried.as_ref().is_some_and(|tried| tried.form == form)
    }

    /// The mistakes of a form.
    pub fn mistakes(&self, form: &str) -> &Mistakes {
        let tried = self.tried.as_ref().filter(|tried| tried.form == form);
        tried.map_or(&NO_MISTAKES, |tried| &tried.mistakes)
    }

    /// The text to show in a form's field: what was tried, else the draft's, else nothing.
    pub fn typed(&self, form: &str, field: &str) -> &str {
        let tried = self.tried.as_ref().filter(|tried| tried.form == form);
        match (tried, form) {
            (Some(tried), _) => tried.fields.text(field),
            (None, "reply") => self.reply_draft.text(field),
            (None, "solution") => self.solution_draft.text(field),
            _ => "",
        }
    }
}

/// Reads a request as one of its parties, with the rights they have now.
pub(crate) async fn load(
    web: &Web,
    signed: &Signed,
    (id, party): (InternalId, Party),
    tried: Option<Tried>,
) -> Result<View, Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    let (catalogue, person) = (web.app().catalogue(), signed.session.person.id);
    web.app()
        .db()
        .read(async |tx| {
            let session = auth::session(tx, credential, now).await?;
            let grant = session.grant_as(party, &catalogue, now)?;
            let page = kept::page(tx, &grant, id).await?;
            let page = page.ok_or(app::Error::NotFound)?;
            let reply = drafts::find(tx, person, DraftFor::InternalReply(id)).await?;
            let solution = match party {
                Party::Requester => None,
                _ => drafts::find(tx, person, DraftFor::InternalSolution(id)).await?,
            };
            let draft =
                |kept: Option<(String, _)>| kept.map(|(json, _)| Incoming::from_json(&json));
            let held = Held::by(&session)?;
            let request = &page.row.request;
            let is_closed = |file: &InternalFile| {
                file.is_confidential && held.opening_within(request, file).is_err()
            };
            let mut sentence = String::new();
            if page.files.iter().any(is_closed) {
                let kind = confidential::kind_of(request);
                let of = (request.account, signed.account.as_str(), kind);
                sentence = who(tx, &signed.viewer, &session, of).await?;
            }
            Ok::<_, Error>(View {
                who: sentence,
                held,
                page,
                party,
                reply_draft: draft(reply).unwrap_or_default(),
                solution_draft: draft(solution).unwrap_or_default(),
                kept_files: keep::files(tx, person, Some(id)).await?,
                tried,
            })
        })
        .await
}

/// Shows the page again after an act was refused, or passes the failure on.
pub(crate) async fn again(
    web: &Web,
    signed: &Signed,
    of: (InternalId, Party),
    form: &'static str,
    fields: Incoming,
    error: app::Error,
) -> Result<Response, Error> {
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let status = status_of(&error);
    let tried = Tried {
        form,
        fields,
        mistakes: mistakes_of(&error),
    };
    let view = load(web, signed, of, Some(tried)).await?;
    Ok((status, page::render(web, signed, &view)).into_response())
}
