//! Editions and regions that are being written: their texts, kept with whatever mistakes they have,
//! until they are published or discarded. A published one stays as the text of what was published.

use mainstay_domain::Moment;
use mainstay_domain::ids::PersonId;
use uuid::Uuid;

use crate::db::{FromRow, Row};
use crate::{Error, Tx, sql};

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescriptionDraft {
    /// Its identity.
    pub id: Uuid,
    /// `edition` or `region`, as far as the text says so.
    pub sort: Option<String>,
    /// The id of the edition or the code of the region; empty where the text says none.
    pub name: String,
    /// The text.
    pub content: String,
    /// Counts the changes of the text, from 1.
    pub revision: u32,
    /// Who made it.
    pub made_by: PersonId,
    /// When.
    pub made_at: Moment,
    /// Who changed it last.
    pub changed_by: PersonId,
    /// Their name; empty when it is kept.
    pub changer: String,
    /// When.
    pub changed_at: Moment,
    /// When it was published.
    pub published_at: Option<Moment>,
}

impl FromRow for DescriptionDraft {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            sort: row.get("sort")?,
            name: row.get("name")?,
            content: row.get("content")?,
            revision: row.get("revision")?,
            made_by: row.get("made_by")?,
            made_at: row.get("made_at")?,
            changed_by: row.get("changed_by")?,
            changer: row.get("changer")?,
            changed_at: row.get("changed_at")?,
            published_at: row.get("published_at")?,
        })
    }
}

/// Keeps a new draft.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(tx: &mut Tx<'_>, draft: &DescriptionDraft) -> Result<(), Error> {
    let insert = sql!(
        "INSERT INTO description_drafts (id, sort, name, content, revision, made_by, made_at,
             changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    let values = [
        draft.id.into(),
        draft.sort.as_deref().into(),
        draft.name.as_str().into(),
        draft.content.as_str().into(),
        draft.revision.into(),
        draft.made_by.into(),
        draft.made_at.into(),
        draft.changed_by.into(),
        draft.changed_at.into(),
    ];
    tx.send(insert, &values).await
}

/// Keeps what a draft became.
///
/// # Errors
/// Whatever the database says.
pub async fn save(tx: &mut Tx<'_>, draft: &DescriptionDraft) -> Result<(), Error> {
    let save = sql!(
        "UPDATE description_drafts SET sort = $1, name = $2, content = $3, revision = $4,
             changed_by = $5, changed_at = $6, published_at = $7 WHERE id = $8"
    );
    let values = [
        draft.sort.as_deref().into(),
        draft.name.as_str().into(),
        draft.content.as_str().into(),
        draft.revision.into(),
        draft.changed_by.into(),
        draft.changed_at.into(),
        draft.published_at.into(),
        draft.id.into(),
    ];
    tx.send(save, &values).await
}

/// One.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<DescriptionDraft>, Error> {
    tx.opt(
        sql!(
            "SELECT d.id, d.sort, d.name, d.content, d.revision, d.made_by, d.made_at,
                 d.changed_by, p.name AS changer, d.changed_at, d.published_at
             FROM description_drafts d JOIN people p ON p.id = d.changed_by WHERE d.id = $1"
        ),
        &[id.into()],
    )
    .await
}

/// One, so that nobody else changes it before this transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn find_to_change(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<DescriptionDraft>, Error> {
    tx.opt(
        sql!(
            "SELECT d.id, d.sort, d.name, d.content, d.revision, d.made_by, d.made_at,
                 d.changed_by, CAST('' AS text) AS changer, d.changed_at, d.published_at
             FROM description_drafts d WHERE d.id = $1 FOR UPDATE"
        ),
        &[id.into()],
    )
    .await
}

/// Those that are not published, the one changed last first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<DescriptionDraft>, Error> {
    tx.all(
        sql!(
            "SELECT d.id, d.sort, d.name, d.content, d.revision, d.made_by, d.made_at,
                 d.changed_by, p.name AS changer, d.changed_at, d.published_at
             FROM description_drafts d JOIN people p ON p.id = d.changed_by
             WHERE d.published_at IS NULL ORDER BY d.changed_at DESC, d.id LIMIT $1"
        ),
        &[limit.into()],
    )
    .await
}

/// The revision a draft is at, unless it is published or gone.
///
/// # Errors
/// Whatever the database says.
pub async fn revision(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<u32>, Error> {
    tx.opt(
        sql!("SELECT revision FROM description_drafts WHERE id = $1 AND published_at IS NULL"),
        &[id.into()],
    )
    .await
}

/// The texts from which an edition or a region was published, the latest first.
///
/// # Errors
/// Whatever the database says.
pub async fn published(tx: &mut Tx<'_>, sort: &str, name: &str) -> Result<Vec<String>, Error> {
    tx.all(
        sql!(
            "SELECT content FROM description_drafts
             WHERE sort = $1 AND name = $2 AND published_at IS NOT NULL
             ORDER BY published_at DESC, id LIMIT 10"
        ),
        &[sort.into(), name.into()],
    )
    .await
}

/// Takes one away.
///
/// # Errors
/// Whatever the database says.
pub async fn delete(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    let delete = sql!("DELETE FROM description_drafts WHERE id = $1");
    tx.send(delete, &[id.into()]).await
}
