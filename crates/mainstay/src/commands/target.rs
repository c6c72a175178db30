//! Filling a database that is new or empty.
//!
//! On SQLite a file beside the one that was named is filled, which takes its place when all is
//! there: what is broken off leaves nothing that could be taken for an instance. On PostgreSQL the
//! database itself is filled, and marked until all is there.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use mainstay_app::archive::Error;
use mainstay_store::db::Options;
use mainstay_store::system::filling::{self, Found};
use mainstay_store::{Db, Error as StoreError, MIGRATIONS};

use crate::place::Place;

/// Page cache of the writer, KiB: pages many rows share are written once.
const CACHE_KIB: u32 = 256 * 1024;

/// Fills a database that is new or empty; nothing stays of what `work` gives up.
///
/// # Errors
/// That of `work`, or a sentence that says why the database cannot be filled.
pub async fn fill<T>(
    place: &Place,
    work: impl AsyncFnOnce(&Db) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    look(place).await?;
    let had_files = place.files.exists();
    let filled = match place.file() {
        Some(file) => fill_file(place, file, work).await,
        None => fill_server(place, work).await,
    };
    if filled.is_err() && !had_files {
        let _ = std::fs::remove_dir_all(&place.files);
    }
    filled
}

/// Looks whether a database is new or empty.
///
/// # Errors
/// A sentence, when it is not.
pub async fn look(place: &Place) -> anyhow::Result<()> {
    if let Some(file) = place.file().filter(|file| !is_there(file)) {
        let log = with_end(file, "-wal");
        if is_there(&log) {
            bail!(
                "{} is what is left of another database. Move it away first: SQLite would mix it \
                 into the restored one",
                log.display()
            );
        }
        return Ok(());
    }
    let db = match place.look().await {
        Err(StoreError::Vacant { .. }) => return Ok(()),
        Err(StoreError::Older { .. }) => return Err(Error::NotEmpty.into()),
        other => {
            other.with_context(|| format!("the database {} cannot be opened", place.shown()))?
        }
    };
    let found = db.read(async |tx| filling::look(tx).await).await?;
    db.close().await?;
    match found {
        Found::Empty => Ok(()),
        Found::HalfFilled => Err(Error::HalfFilled.into()),
        Found::Data => Err(Error::NotEmpty.into()),
    }
}

async fn fill_server<T>(
    place: &Place,
    work: impl AsyncFnOnce(&Db) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let db = place.open(Options::new(MIGRATIONS)).await?;
    let filled = work(&db).await;
    let is_begun = db.read(async |tx| filling::is_begun(tx).await).await;
    db.close().await?;
    filled.map_err(|error| match is_begun {
        Ok(false) => error,
        _ => error.context(format!(
            "{} is filled in part and must be made anew, with DROP DATABASE and CREATE DATABASE",
            place.shown()
        )),
    })
}

async fn fill_file<T>(
    place: &Place,
    target: &Path,
    work: impl AsyncFnOnce(&Db) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    // Others are kept out of a file that is there and empty.
    let held = if is_there(target) {
        Some(place.open(Options::new(MIGRATIONS)).await?)
    } else {
        None
    };
    let staged = Staged::open(with_end(target, ".restoring")).await?;
    let filled = match work(&staged.db).await {
        Ok(filled) => filled,
        Err(error) => {
            staged.discard().await;
            return Err(error);
        }
    };
    let is_held = held.is_some();
    if let Some(held) = held {
        held.close().await?;
    }
    if !is_held && is_there(target) {
        staged.discard().await;
        bail!(
            "{} was made by somebody else meanwhile; it is left as it is",
            target.display()
        );
    }
    staged.put_at(target).await?;
    Ok(filled)
}

/// A database that is being filled, beside the place where it will be.
struct Staged {
    path: PathBuf,
    db: Db,
}

impl Staged {
    /// Begins a new one; what an earlier attempt left is thrown away.
    async fn open(path: PathBuf) -> anyhow::Result<Self> {
        let mut options = Options::new(MIGRATIONS);
        options.writer_cache_kib = CACHE_KIB;
        let open = |path: &Path| {
            Db::open(path, options.clone())
                .with_context(|| format!("{} cannot be made", path.display()))
        };
        let mut db = open(&path)?;
        if db.read(async |tx| filling::look(tx).await).await? != Found::Empty {
            db.close().await?;
            remove(&path);
            db = open(&path)?;
        }
        Ok(Self { path, db })
    }

    async fn discard(self) {
        let _ = self.db.close().await;
        remove(&self.path);
    }

    /// Closes it and gives it its name.
    async fn put_at(self, target: &Path) -> anyhow::Result<()> {
        self.db.close().await?;
        // An empty log and its index may be left of a database that was there once.
        for end in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(with_end(target, end));
        }
        let put = std::fs::rename(&self.path, target);
        put.with_context(|| format!("{} cannot take its place", self.path.display()))?;
        remove(&self.path);
        let folder = target
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let synced = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
        synced.with_context(|| format!("{} cannot be brought to the disk", folder.display()))
    }
}

/// Whether a file is there and holds something.
fn is_there(file: &Path) -> bool {
    file.metadata().is_ok_and(|about| about.len() > 0)
}

/// A path with something at its end.
pub fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Removes a closed database with all that stands beside it.
fn remove(path: &Path) {
    for end in ["", "-wal", "-shm", ".lock"] {
        let _ = std::fs::remove_file(with_end(path, end));
    }
}
