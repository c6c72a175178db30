//! Publishing what a draft describes. What is agreed to is the text that was seen when it was
//! asked for: a revision of the draft, checked again beside what is published by then.

#[allow(clippy::wildcard_imports, reason = "a part of its parent")]
use super::*;
use crate::descriptions::check_here;
use crate::publish;
use mainstay_description::Described;
use mainstay_store::description_drafts::{self, DescriptionDraft};

/// That a draft is to be published, waiting for somebody who agrees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedFor {
    /// Which draft.
    pub draft: Uuid,
    /// The revision of its text that is to be published.
    pub revision: u32,
    /// Who asked.
    pub asker: String,
    /// When.
    pub asked_at: Moment,
}

/// The drafts somebody asked to have published and nobody has decided about, for those who draft.
///
/// # Errors
/// [`Error::Denied`] for everybody else.
pub async fn asked_for(
    tx: &mut Tx<'_>,
    asked: &Session,
    now: Moment,
) -> Result<Vec<AskedFor>, Error> {
    asked.grant(Action::Publish)?;
    let open = approvals::list(tx, LISTED).await?.into_iter();
    let publications = open.filter(|one| one.is_open(now)).filter_map(|one| {
        let Ok(Proposal::Publish {
            draft, revision, ..
        }) = serde_json::from_str(&one.what)
        else {
            return None;
        };
        Some(AskedFor {
            draft,
            revision,
            asker: one.asker,
            asked_at: one.asked_at,
        })
    });
    Ok(publications.collect())
}

/// Whether a draft can be published as it is at a revision; nobody else publishes before this
/// transaction ends.
pub(super) async fn check(
    tx: &mut Tx<'_>,
    id: Uuid,
    revision: u32,
) -> Result<(DescriptionDraft, Described), Error> {
    publish::hold(tx).await?;
    let found = description_drafts::find_to_change(tx, id).await?;
    let draft = found.ok_or_else(|| {
        Error::Settled("The draft was discarded, so there is nothing to publish".to_owned())
    })?;
    if draft.published_at.is_some() {
        return Err(Error::Settled("This draft is published already".to_owned()));
    }
    if draft.revision != revision {
        return Err(Error::Settled(
            "The text of the draft has changed since: what was asked for is not what it says now. \
             Ask for the new text to be published"
                .to_owned(),
        ));
    }
    let checked = check_here(tx, &draft.content).await?;
    match checked.described {
        Some(described) => Ok((draft, described)),
        None => Err(Error::Settled(format!(
            "The draft has mistakes beside what is published by now ({}); correct them first",
            checked.mistakes.len()
        ))),
    }
}

/// Publishes a draft as it is at a revision, and writes down who asked, who agreed and why.
pub(super) async fn carry_out(
    tx: &mut Tx<'_>,
    (id, revision): (Uuid, u32),
    act: Carried,
) -> Result<Done, Error> {
    let (draft, described) = check(tx, id, revision).await?;
    let (editions, regions) = match described {
        Described::Edition(edition) => (vec![*edition], Vec::new()),
        Described::Region(region) => (Vec::new(), vec![*region]),
    };
    let published = publish::keep(tx, &editions, &regions, act.now).await?;
    for line in published.lines() {
        let line = Line {
            by: act.by.clone(),
            ..line
        };
        let line = line
            .because(act.reason.as_str())
            .became(json!({ "agreed_by": act.second, "draft_revision": revision }));
        log::write(tx, act.now, line).await?;
    }
    let draft = DescriptionDraft {
        published_at: Some(act.now),
        ..draft
    };
    description_drafts::save(tx, &draft).await?;
    Ok(Done {
        is_published: true,
        ..Done::about(act.asker())
    })
}
