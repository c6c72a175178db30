//! Drafts of editions and regions: leads and managers write them, and they are kept with whatever
//! mistakes they have, until a manager has one published ([`crate::approvals`]) or somebody
//! discards it.

use std::sync::Arc;

use mainstay_description::{Checked, Sort, check_beside, parse_edition, parse_region, shipped};
use mainstay_domain::access::{Action, Facts};
use mainstay_domain::edition::Edition;
use mainstay_domain::region::Region;
use mainstay_store::description_drafts::{self, DescriptionDraft};
use mainstay_store::log::{self, Act, Line, Subject};
use mainstay_store::{Tx, catalogue};
use serde_json::json;
use uuid::Uuid;

use crate::approvals::{Came, Proposal};
use crate::auth::{self, Session};
use crate::{App, Catalogue, Error};

/// The longest text, bytes.
pub const LONGEST: usize = 256 * 1024;

/// What the log calls a draft.
const DRAFT: &str = "description-draft";

/// Whether somebody may have editions and calendars published, and not only draft them.
#[must_use]
pub fn may_publish(asked: &Session) -> bool {
    let facts = Facts {
        takes_effect: true,
        ..Facts::default()
    };
    asked.principal.is_vendor() && asked.grant_for(Action::Publish, &facts).is_ok()
}

/// Checks a text beside what is published, as this node knows it.
#[must_use]
pub fn check(catalogue: &Catalogue, text: &str) -> Checked {
    let editions: Vec<&Edition> = catalogue.editions().iter().map(Arc::as_ref).collect();
    check_beside(text, &editions, &catalogue.regions())
}

/// Checks a text beside what is published, as the transaction sees it.
pub(crate) async fn check_here(tx: &mut Tx<'_>, text: &str) -> Result<Checked, Error> {
    let (editions, regions) = (
        catalogue::editions(tx).await?,
        catalogue::regions(tx).await?,
    );
    let (editions, regions): (Vec<&Edition>, Vec<&Region>) =
        (editions.iter().collect(), regions.iter().collect());
    Ok(check_beside(text, &editions, &regions))
}

/// The text of what is published, to begin a draft from: that of the draft it was published from,
/// or the shipped file. What was published otherwise has none here.
///
/// # Errors
/// Whatever the database says.
pub async fn text_of(
    tx: &mut Tx<'_>,
    known: &Catalogue,
    sort: Sort,
    name: &str,
) -> Result<Option<String>, Error> {
    let says_it = |text: &str| match sort {
        Sort::Edition => {
            let edition = known.edition(name).map(Arc::as_ref);
            edition.is_some() && parse_edition(text).ok().as_ref() == edition
        }
        Sort::Region => {
            let region = known.region(name);
            region.is_some() && parse_region(text).ok().as_ref() == region
        }
    };
    let kept = description_drafts::published(tx, sort.code(), name).await?;
    if let Some(text) = kept.into_iter().find(|text| says_it(text)) {
        return Ok(Some(text));
    }
    let files = match sort {
        Sort::Edition => shipped::EDITIONS,
        Sort::Region => shipped::REGIONS,
    };
    let file = files.iter().find(|(_, text)| says_it(text));
    Ok(file.map(|(_, text)| (*text).to_owned()))
}

/// A text as it is kept.
fn content_of(text: &str) -> Result<String, Error> {
    let wrong = |message: String| Error::Field {
        field: "content",
        message,
    };
    // What a form brings back unchanged: a text area loses empty lines at its beginning.
    let text = text
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\0', "\u{fffd}");
    let text = text.trim_start_matches('\n').to_owned();
    if text.trim().is_empty() {
        return Err(wrong(
            "Write or paste an edition or a region, or choose a file with one".to_owned(),
        ));
    }
    if text.len() > LONGEST {
        return Err(wrong(format!(
            "A draft holds up to {} KB; this text has {}",
            LONGEST / 1024,
            text.len() / 1024 + 1
        )));
    }
    Ok(text)
}

/// What the log calls a draft: *edition 2027-01-01*, or its id where the text says no name.
fn subject_of(draft: &DescriptionDraft) -> Subject {
    let name = match &draft.sort {
        Some(sort) if !draft.name.is_empty() => format!("{sort} {}", draft.name),
        _ => draft.id.to_string(),
    };
    Subject::Thing(DRAFT, name)
}

fn drafted(session: &Session, draft: &DescriptionDraft) -> Line {
    let became = json!({ "revision": draft.revision });
    let line = session.line(Act::DescriptionDrafted);
    line.about(subject_of(draft)).became(became)
}

/// A draft that can still be changed, as somebody has seen it.
async fn find_open(tx: &mut Tx<'_>, id: Uuid, revision: u32) -> Result<DescriptionDraft, Error> {
    let found = description_drafts::find_to_change(tx, id).await?;
    let draft = found.ok_or(Error::NotFound)?;
    if draft.published_at.is_some() {
        return Err(Error::Settled(
            "This draft was published and stays as it is; begin a new one from it".to_owned(),
        ));
    }
    if draft.revision != revision {
        return Err(Error::Settled(format!(
            "This draft was changed since you opened it: it is at revision {}, and you saw \
             revision {revision}",
            draft.revision
        )));
    }
    Ok(draft)
}

impl App {
    /// Keeps the text of an edition or a region as a draft, whatever its mistakes.
    ///
    /// # Errors
    /// [`Error::Denied`] for those who draft none, [`Error::Field`] for no text or too much.
    pub async fn draft_description(&self, asked: &Session, text: &str) -> Result<Uuid, Error> {
        let (now, credential, id) = (self.now(), asked.credential, self.ids().id());
        let content = content_of(text);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::Publish)?;
                let content = content?;
                let checked = check_here(tx, &content).await?;
                let draft = DescriptionDraft {
                    id,
                    sort: checked.sort.map(|sort| sort.code().to_owned()),
                    name: checked.name,
                    content,
                    revision: 1,
                    made_by: session.person.id,
                    made_at: now,
                    changed_by: session.person.id,
                    changer: String::new(),
                    changed_at: now,
                    published_at: None,
                };
                description_drafts::insert(tx, &draft).await?;
                log::write(tx, now, drafted(&session, &draft)).await?;
                Ok::<_, Error>(id)
            })
            .await
    }

    /// Changes the text of a draft that somebody has seen at a revision. The same text changes
    /// nothing.
    ///
    /// # Errors
    /// [`Error::Denied`] for those who draft none, [`Error::NotFound`] for a draft that is gone,
    /// [`Error::Settled`] when it was published, or changed meanwhile.
    pub async fn redraft_description(
        &self,
        asked: &Session,
        id: Uuid,
        revision: u32,
        text: &str,
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let content = content_of(text);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::Publish)?;
                let draft = find_open(tx, id, revision).await?;
                let content = content?;
                if draft.content == content {
                    return Ok(());
                }
                let checked = check_here(tx, &content).await?;
                let draft = DescriptionDraft {
                    sort: checked.sort.map(|sort| sort.code().to_owned()),
                    name: checked.name,
                    content,
                    revision: revision + 1,
                    changed_by: session.person.id,
                    changed_at: now,
                    ..draft
                };
                description_drafts::save(tx, &draft).await?;
                log::write(tx, now, drafted(&session, &draft)).await?;
                Ok::<_, Error>(())
            })
            .await
    }

    /// Takes a draft away that somebody has seen at a revision.
    ///
    /// # Errors
    /// As [`App::redraft_description`].
    pub async fn discard_description(
        &self,
        asked: &Session,
        id: Uuid,
        revision: u32,
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::Publish)?;
                let draft = find_open(tx, id, revision).await?;
                description_drafts::delete(tx, id).await?;
                let line = session.line(Act::DescriptionDiscarded);
                let was = json!({ "revision": revision });
                log::write(tx, now, line.about(subject_of(&draft)).was(was)).await?;
                Ok::<_, Error>(())
            })
            .await
    }

    /// Asks that a draft be published as it is at a revision ([`App::propose`]).
    ///
    /// # Errors
    /// As [`App::propose`]; [`Error::NotFound`] for a draft that is gone.
    pub async fn ask_to_publish(
        &self,
        asked: &Session,
        id: Uuid,
        revision: u32,
        reason: &str,
    ) -> Result<Came, Error> {
        asked.grant(Action::Publish)?;
        let find = async |tx: &mut Tx<'_>| description_drafts::find(tx, id).await;
        let found: Option<DescriptionDraft> = self.db().read(find).await?;
        let draft = found.ok_or(Error::NotFound)?;
        let proposal = Proposal::Publish {
            draft: id,
            revision,
            sort: draft.sort.unwrap_or_default(),
            name: draft.name,
        };
        self.propose(asked, proposal, reason).await
    }
}
