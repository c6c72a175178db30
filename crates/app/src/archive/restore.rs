//! Reading an archive into an empty database.

use std::io::Read;
use std::path::Path;

use mainstay_domain::Moment;
use mainstay_store::system::filling::{self, Found};
use mainstay_store::system::tables::{self, Field, Table};
use mainstay_store::{Db, Tx, outbox, search, sessions};
use uuid::Uuid;

use super::manifest::Manifest;
use super::source::{Lines, PartName, Source, broken};
use super::{Error, Onlooker, Progress, verify};
use crate::FileStore;
use crate::files::hex;

/// Rows kept in one transaction.
const BATCH: usize = 1000;
/// Bytes of lines kept in one transaction, at most about.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// What was read in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the archive says of itself.
    pub manifest: Manifest,
    /// Sessions that were ended.
    pub sessions: u64,
    /// Effects that wait and are held until they are released.
    pub held: i64,
}

/// Reads an archive into a database that holds nothing, with the bytes of its files. Everybody is
/// signed out, and what is to be done outside is held until it is released.
///
/// The archive is verified first, so that a damaged one changes nothing. When reading it in fails
/// all the same, the database is marked as half filled and must be thrown away.
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
    let manifest = fill(path, db, files, now, look).await?;
    let (sessions, held) = db
        .write(async move |tx| {
            let ended = sessions::delete_everybodys(tx).await?;
            outbox::hold(tx, now).await?;
            filling::end(tx).await?;
            Ok::<_, mainstay_store::Error>((ended, outbox::waiting(tx).await?.count))
        })
        .await?;
    Ok(Restored {
        manifest,
        sessions,
        held,
    })
}

/// Reads an archive in, and leaves the database marked as one that is being filled.
pub(super) async fn fill(
    path: &Path,
    db: &Db,
    files: &FileStore,
    now: Moment,
    look: Onlooker<'_>,
) -> Result<Manifest, Error> {
    allow(db.read(async |tx| filling::look(tx).await).await?)?;
    let verified = verify(path, look).await?;
    if let [first, rest @ ..] = verified.findings.as_slice() {
        let more = match rest.len() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        return Err(Error::Damaged(format!("{first}{more}")));
    }
    allow(
        db.write(async move |tx| filling::begin(tx, now).await)
            .await?,
    )?;
    let mut progress = Progress::default();
    let mut place = 0_u128;
    Source::open(path)?
        .walk(&mut async |name: &str, input: &mut dyn Read| {
            name.clone_into(&mut progress.part);
            match PartName::of(name) {
                PartName::Table(name) => match tables::find(name) {
                    Some(table) => fill_table(db, table, input, &mut progress, look).await,
                    None => Ok(()),
                },
                PartName::File(hash) => {
                    place += 1;
                    let id = Uuid::from_u128(place);
                    progress.bytes += keep(files, id, hash, input).await?;
                    look(&progress);
                    Ok(())
                }
                _ => Ok(()),
            }
        })
        .await?;
    "search".clone_into(&mut progress.part);
    look(&progress);
    rebuild_search(db).await?;
    db.write(async |tx| tables::advance(tx).await).await?;
    db.optimize().await?;
    Ok(verified.manifest)
}

/// Lets only an empty database be filled.
fn allow(found: Found) -> Result<(), Error> {
    match found {
        Found::Empty => Ok(()),
        Found::HalfFilled => Err(Error::HalfFilled),
        Found::Data => Err(Error::NotEmpty),
    }
}

async fn fill_table(
    db: &Db,
    table: &'static Table,
    input: &mut dyn Read,
    progress: &mut Progress,
    look: &mut dyn FnMut(&Progress),
) -> Result<(), Error> {
    let (mut lines, mut line) = (Lines::new(input), Vec::new());
    let (mut batch, mut bytes) = (Vec::new(), 0);
    loop {
        let is_there = lines.next(&mut line)?;
        if is_there {
            let row = table.parse(&line);
            batch.push(row.map_err(|error| Error::Damaged(error.to_string()))?);
            bytes += line.len();
        }
        if batch.len() == BATCH || bytes > BATCH_BYTES || (!is_there && !batch.is_empty()) {
            progress.rows += batch.len() as u64;
            progress.bytes += bytes as u64;
            keep_rows(db, table, std::mem::take(&mut batch)).await?;
            bytes = 0;
            look(progress);
        }
        if !is_there {
            return Ok(());
        }
    }
}

async fn keep_rows(db: &Db, table: &'static Table, rows: Vec<Vec<Field>>) -> Result<(), Error> {
    let keep = async move |tx: &mut Tx<'_>| {
        for row in &rows {
            tables::insert(tx, table, row).await?;
        }
        Ok::<_, mainstay_store::Error>(())
    };
    Ok(db.write(keep).await?)
}

/// Keeps the bytes of a file; how many they are.
async fn keep(files: &FileStore, id: Uuid, hash: &str, input: &mut dyn Read) -> Result<u64, Error> {
    let refused = |error: crate::Error| Error::Disk {
        path: files.folder().to_owned(),
        doing: "written",
        reason: error.to_string(),
    };
    let mut receiving = files.receive(id).await.map_err(refused)?;
    let mut bytes = vec![0; 256 * 1024];
    loop {
        let read = input.read(&mut bytes).map_err(|error| broken(&error))?;
        if read == 0 {
            break;
        }
        receiving.write(&bytes[..read]).await.map_err(refused)?;
    }
    let kept = files.keep(receiving, hash, "").await.map_err(refused)?;
    if hex(&kept.sha256) == hash {
        Ok(kept.size)
    } else {
        Err(Error::Damaged(format!("file {hash} was changed meanwhile")))
    }
}

async fn rebuild_search(db: &Db) -> Result<(), Error> {
    let mut after = 0;
    loop {
        let rebuilt = db
            .write(async move |tx| search::rebuild(tx, after).await)
            .await?;
        match rebuilt {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}
