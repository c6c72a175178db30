//! Files on cases. The bytes lie in the file store under their SHA-256; a row says whose they are.

use mainstay_domain::Moment;
use mainstay_domain::access::Grant;
use mainstay_domain::case::{Audience, Case};
use mainstay_domain::ids::{CaseNumber, FileId, PersonId};

use crate::db::{FromRow, Row};
use crate::scope::scoped;
use crate::{Error, Tx, reach, sql};

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
}

impl FromRow for StoredFile {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let audience: String = row.get("audience")?;
        Ok(Self {
            id: row.get("id")?,
            seq: row.get("seq")?,
            audience: if audience == "public" {
                Audience::Public
            } else {
                Audience::Vendor
            },
            name: row.get("name")?,
            media_type: row.get("media_type")?,
            size: row.get("size")?,
            sha256: row.get("sha256")?,
            uploaded_by: row.get("uploaded_by")?,
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
    let audience = match file.audience {
        Audience::Public => "public",
        Audience::Vendor => "vendor",
    };
    tx.send(
        sql!(
            "INSERT INTO files (account_id, case_id, id, seq, audience, name, media_type, size,
                 sha256, uploaded_by, uploaded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        &[
            case.account.into(),
            case.id.into(),
            file.id.into(),
            file.seq.into(),
            audience.into(),
            file.name.as_str().into(),
            file.media_type.as_str().into(),
            i64::try_from(file.size).unwrap_or(i64::MAX).into(),
            file.sha256.as_slice().into(),
            file.uploaded_by.into(),
            now.into(),
        ],
    )
    .await
}

/// The files of a case somebody was let to.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    tx: &mut Tx<'_>,
    case: &Case,
    sees_internal: bool,
) -> Result<Vec<StoredFile>, Error> {
    let hidden = if sees_internal { "-" } else { "vendor" };
    tx.all(
        sql!(
            "SELECT id, seq, audience, name, media_type, size, sha256, uploaded_by FROM files
             WHERE account_id = $1 AND case_id = $2 AND audience <> $3 ORDER BY uploaded_at, id"
        ),
        &[case.account.into(), case.id.into(), hidden.into()],
    )
    .await
}

/// A file of a case, if the grant reaches both.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    tx: &mut Tx<'_>,
    grant: &Grant,
    number: CaseNumber,
    id: FileId,
) -> Result<Option<StoredFile>, Error> {
    reach::scope(tx, grant.scope());
    let hidden = if grant.scope().sees_internal() {
        "-"
    } else {
        "vendor"
    };
    tx.opt(
        sql!(
            "SELECT f.id, f.seq, f.audience, f.name, f.media_type, f.size, f.sha256, f.uploaded_by
             FROM cases c
             JOIN files f ON f.account_id = c.account_id AND f.case_id = c.id
             WHERE (c.account_id = $1 OR $1 IS NULL)
               AND (c.kind IN ($2, $3, $4, $5)
                    OR (c.kind IN ($6, $7, $8, $9) AND c.requester_id = $10))
               AND c.number = $11 AND f.id = $12 AND f.audience <> $13"
        ),
        &scoped(grant.scope(), &[number.into(), id.into(), hidden.into()]),
    )
    .await
}
