//! Reading an archive into an empty database.

use std::path::Path;

use mainstay_domain::Moment;
use mainstay_store::system::filling::{self, Filling, Found};
use mainstay_store::{Db, Tx, outbox, sessions};

use super::copy::{Compared, compare, same};
use super::filler::Filler;
use super::manifest::Manifest;
use super::{Error, Onlooker, verify};
use crate::FileStore;

/// What was read in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the archive says of itself.
    pub manifest: Manifest,
    /// Rows that an earlier attempt had read in.
    pub rows_before: u64,
    /// Sessions that were ended.
    pub sessions: u64,
    /// Effects that wait and are held until they are released.
    pub held: i64,
}

/// Reads an archive into a database that holds nothing, with the bytes of its files, and compares
/// every table with it. Everybody is signed out, and what is to be done outside is held until it is
/// released.
///
/// The archive is verified first, so that a damaged one changes nothing. What is broken off leaves
/// a database marked as half filled, with which the same call goes on where it was.
///
/// # Errors
/// [`Error`] says what stood in the way.
pub async fn restore(
    path: &Path,
    db: &Db,
    files: &FileStore,
    now: Moment,
    look: Onlooker<'_>,
) -> Result<Restored, Error> {
    let filled = fill(path, db, files, look).await?;
    same(&filled.tables)?;
    let filling = filled.filling;
    let finish = async move |tx: &mut Tx<'_>| {
        own(tx, &filling).await?;
        let ended = sessions::delete_everybodys(tx).await?;
        outbox::hold(tx, now).await?;
        filling::end(tx).await?;
        Ok::<_, Error>((ended, outbox::waiting(tx).await?.count))
    };
    let (sessions, held) = db.write(finish).await?;
    Ok(Restored {
        manifest: filled.manifest,
        rows_before: filled.rows_before,
        sessions,
        held,
    })
}

/// What an archive was read into: a database that is still marked as one that is being filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// What the archive says of itself.
    pub manifest: Manifest,
    /// The mark.
    pub filling: Filling,
    /// Rows that an earlier attempt had read in.
    pub rows_before: u64,
    /// Each table of the archive beside the one that was filled.
    pub tables: Vec<Compared>,
}

/// Reads an archive into a database that holds nothing, or what is missing of it into one that was
/// filled in part, with the bytes of its files, and compares every table with the archive.
///
/// # Errors
/// [`Error`] says what stood in the way.
pub async fn fill(
    path: &Path,
    db: &Db,
    files: &FileStore,
    look: Onlooker<'_>,
) -> Result<Filled, Error> {
    if db.read(async |tx| filling::look(tx).await).await? == Found::Data {
        return Err(Error::NotEmpty);
    }
    let manifest = whole(path, look).await?;
    let archive = manifest.sha256();
    let begin = async move |tx: &mut Tx<'_>| filling::begin(tx, &archive).await;
    let filling = db.write(begin).await?.map_err(|found| match found {
        Found::HalfFilled(_) => Error::OtherArchive,
        Found::Empty | Found::Data => Error::NotEmpty,
    })?;
    let mut filler = Filler::new(db, files, filling, look);
    filler.fill(path).await?;
    let (filling, rows_before) = (filler.filling, filler.rows_before);
    let tables = compare(db, &manifest, look).await?;
    Ok(Filled {
        manifest,
        filling,
        rows_before,
        tables,
    })
}

/// What an archive says of itself, when all of that is so.
async fn whole(path: &Path, look: Onlooker<'_>) -> Result<Manifest, Error> {
    let verified = verify(path, look).await?;
    let [first, rest @ ..] = verified.findings.as_slice() else {
        return Ok(verified.manifest);
    };
    let more = match rest.len() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    Err(Error::Damaged(format!("{first}{more}")))
}

/// Lets a transaction go on, if nobody else has gone on with the filling.
pub(super) async fn own(tx: &mut Tx<'_>, filling: &Filling) -> Result<(), Error> {
    if filling::is_ours(tx, filling).await? {
        Ok(())
    } else {
        Err(Error::TakenOver)
    }
}
