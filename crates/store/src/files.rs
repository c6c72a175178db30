//! Files on cases. The bytes lie in the file store under their SHA-256; a row says whose they are.

use mainstay_domain::Moment;
use mainstay_domain::access::{Grant, Thread};
use mainstay_domain::case::{Audience, Case};
use mainstay_domain::ids::{CaseNumber, FileId, PersonId};

use crate::cases::{self, audience_of, audience_word, shown_from};
use crate::db::{FromRow, Row};
use crate::{Error, Tx, sql};

/// A file on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Its identity.
    pub id: FileId,
    /// The entry it came with.
    pub seq: u32,
    /// Who may read it.
    pub audience: Audience,
    /// Its name, as given.
    pub name: String,
    /// Its media type, as claimed; never trusted.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// Who uploaded it.
    pub uploaded_by: Option<PersonId>,
    /// Whether not everybody gets it who sees it.
    pub is_confidential: bool,
}

impl FromRow for StoredFile {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let audience: String = row.get("audience")?;
        Ok(Self {
            id: row.get("id")?,
            seq: row.get("seq")?,
            audience: audience_of(&audience)?,
            name: row.get("name")?,
            media_type: row.get("media_type")?,
            size: row.get("size")?,
            sha256: row.get("sha256")?,
            uploaded_by: row.get("uploaded_by")?,
            is_confidential: row.get("is_confidential")?,
        })
    }
}

/// Keeps a file's row.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(
    tx: &mut Tx<'_>,
    case: &Case,
    file: &StoredFile,
    now: Moment,
) -> Result<(), Error> {
    tx.send(
        sql!(
            "INSERT INTO files (account_id, case_id, id, seq, audience, name, media_type, size,
                 sha256, uploaded_by, uploaded_at, is_confidential)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        &[
            case.account.into(),
            case.id.into(),
            file.id.into(),
            file.seq.into(),
            audience_word(file.audience).into(),
            file.name.as_str().into(),
            file.media_type.as_str().into(),
            i64::try_from(file.size).unwrap_or(i64::MAX).into(),
            file.sha256.as_slice().into(),
            file.uploaded_by.into(),
            now.into(),
            file.is_confidential.into(),
        ],
    )
    .await
}

/// The files of a case that a thread shows.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx<'_>, case: &Case, thread: &Thread) -> Result<Vec<StoredFile>, Error> {
    let [public, internal, colleagues] = shown_from(thread);
    tx.all(
        sql!(
            "SELECT id, seq, audience, name, media_type, size, sha256, uploaded_by,
                 is_confidential
             FROM files
             WHERE account_id = $1 AND case_id = $2
               AND (audience = 'public' AND seq >= $3 OR audience = 'vendor' AND seq >= $4
                    OR audience = 'customer' AND seq >= $5)
             ORDER BY uploaded_at, id"
        ),
        &[
            case.account.into(),
            case.id.into(),
            public,
            internal,
            colleagues,
        ],
    )
    .await
}

/// A file of a case, and the case, if the grant reaches both.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    tx: &mut Tx<'_>,
    grant: &Grant,
    number: CaseNumber,
    id: FileId,
) -> Result<Option<(Case, StoredFile)>, Error> {
    let Some(case) = cases::find(tx, grant, number).await? else {
        return Ok(None);
    };
    let Some(thread) = grant.scope().thread(&case) else {
        return Ok(None);
    };
    let [public, internal, colleagues] = shown_from(&thread);
    let file = tx
        .opt(
            sql!(
                "SELECT id, seq, audience, name, media_type, size, sha256, uploaded_by,
                 is_confidential
             FROM files
             WHERE account_id = $1 AND case_id = $2 AND id = $3
               AND (audience = 'public' AND seq >= $4 OR audience = 'vendor' AND seq >= $5
                    OR audience = 'customer' AND seq >= $6)"
            ),
            &[
                case.account.into(),
                case.id.into(),
                id.into(),
                public,
                internal,
                colleagues,
            ],
        )
        .await?;
    Ok(file.map(|file| (case, file)))
}

/// Marks a file of a case that was found as confidential; false when it is so already. Nobody takes
/// that back.
///
/// # Errors
/// Whatever the database says.
pub async fn mark_confidential(tx: &mut Tx<'_>, case: &Case, id: FileId) -> Result<bool, Error> {
    let mark = sql!(
        "UPDATE files SET is_confidential = TRUE
         WHERE account_id = $1 AND case_id = $2 AND id = $3 AND NOT is_confidential"
    );
    let of = [case.account.into(), case.id.into(), id.into()];
    Ok(tx.exec(mark, &of).await? > 0)
}
