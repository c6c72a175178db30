//! What was typed so far, and its files: kept on the server, one draft a person.
//!
//! Fields come back from the browser with each page. Files never do: the browser names none of
//! them, so nobody can claim bytes that somebody else sent.

use mainstay_app::files::{FILES_LIMIT, Upload};
use mainstay_domain::Moment;
use mainstay_domain::ids::PersonId;
use mainstay_store::Tx;
use mainstay_store::drafts::{self, DraftFor};

use crate::error::Error;
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;

/// Requests whose files are kept at a time, one a token.
const REQUESTS: usize = 5;

/// An unsent request.
#[derive(Default)]
pub struct Draft {
    /// What was typed.
    pub fields: Incoming,
    /// When it was kept; none when nothing is.
    pub saved_at: Option<Moment>,
    files: Files,
}

/// The files of unsent requests, by token.
type Files = Vec<(String, Vec<Upload>)>;

impl Draft {
    /// What was typed on another page than the wizard's, whose files lie elsewhere.
    pub const fn of(fields: Incoming, saved_at: Option<Moment>) -> Self {
        Self {
            fields,
            saved_at,
            files: Vec::new(),
        }
    }

    /// A person's draft.
    pub async fn load(tx: &mut Tx<'_>, person: PersonId) -> Result<Self, mainstay_store::Error> {
        let kept = drafts::find(tx, person, DraftFor::NewCase).await?;
        let files = files(tx, person).await?;
        Ok(match kept {
            Some((json, at)) => Self {
                fields: Incoming::from_json(&json),
                saved_at: Some(at),
                files,
            },
            None => Self {
                files,
                ..Self::default()
            },
        })
    }

    /// The files that came with a request.
    pub fn uploads(&self, token: &str) -> &[Upload] {
        let found = self.files.iter().find(|(own, _)| own == token);
        found.map_or(&[], |(_, uploads)| uploads.as_slice())
    }
}

async fn files(tx: &mut Tx<'_>, person: PersonId) -> Result<Files, mainstay_store::Error> {
    let kept = drafts::find(tx, person, DraftFor::NewCaseFiles).await?;
    let files = kept.and_then(|(json, _)| serde_json::from_str(&json).ok());
    Ok(files.unwrap_or_default())
}

/// Keeps what was typed.
pub async fn save(web: &Web, signed: &Signed, typed: &Incoming) -> Result<(), Error> {
    let (person, now, json) = (signed.session.person.id, signed.now(), typed.to_json());
    let save =
        async move |tx: &mut Tx<'_>| drafts::save(tx, person, DraftFor::NewCase, &json, now).await;
    Ok(web.app().db().write(save).await?)
}

/// What happens to the files of a request.
pub enum Change {
    /// More came.
    Add(Vec<Upload>),
    /// The n-th is taken away.
    Remove(usize),
    /// The n-th is confidential now, or is not any more.
    Mark(usize),
    /// The request was sent.
    Clear,
}

impl Change {
    /// Whether it fits.
    fn apply(self, uploads: &mut Vec<Upload>) -> bool {
        match self {
            Self::Add(more) if uploads.len() + more.len() > FILES_LIMIT => return false,
            Self::Add(more) => uploads.extend(more),
            Self::Remove(index) if index < uploads.len() => drop(uploads.remove(index)),
            Self::Mark(index) => {
                if let Some(upload) = uploads.get_mut(index) {
                    upload.is_confidential = !upload.is_confidential;
                }
            }
            Self::Remove(_) => {}
            Self::Clear => uploads.clear(),
        }
        true
    }
}

/// Changes the files of a request; false when there would be too many, and nothing changed.
pub async fn change_files(
    web: &Web,
    signed: &Signed,
    token: &str,
    change: Change,
) -> Result<bool, Error> {
    let (person, now, token) = (signed.session.person.id, signed.now(), token.to_owned());
    let fits = web
        .app()
        .db()
        .write(async move |tx| {
            drafts::hold(tx, person, DraftFor::NewCaseFiles, now).await?;
            let mut all = files(tx, person).await?;
            let at = all.iter().position(|(own, _)| *own == token);
            let mut own = at.map_or_else(Vec::new, |at| all.remove(at).1);
            let fits = change.apply(&mut own);
            if !own.is_empty() {
                all.push((token, own));
            }
            let surplus = all.len().saturating_sub(REQUESTS);
            all.drain(..surplus);
            let json = serde_json::to_string(&all).unwrap_or_default();
            drafts::save(tx, person, DraftFor::NewCaseFiles, &json, now).await?;
            Ok::<_, mainstay_store::Error>(fits)
        })
        .await?;
    Ok(fits)
}

/// Forgets the draft and its files.
pub async fn forget(web: &Web, signed: &Signed) -> Result<(), Error> {
    let person = signed.session.person.id;
    let forget = async move |tx: &mut Tx<'_>| {
        drafts::delete(tx, person, DraftFor::NewCase).await?;
        drafts::delete(tx, person, DraftFor::NewCaseFiles).await
    };
    Ok(web.app().db().write(forget).await?)
}
