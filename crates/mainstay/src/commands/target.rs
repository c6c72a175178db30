//! Filling a database that is new or empty.
//!
//! On SQLite a file beside the one that was named is filled, which takes its place when all is
//! there: what is broken off leaves nothing that could be taken for an instance. On PostgreSQL the
//! database itself is filled, and marked until all is there. The same command goes on with either.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use mainstay_app::archive::Error;
use mainstay_store::db::Options;
use mainstay_store::system::filling::{self, Found};
use mainstay_store::{Db, Error as StoreError, MIGRATIONS};

use crate::place::Place;

/// Page cache of the writer, KiB: pages many rows share are written once.
const CACHE_KIB: u32 = 256 * 1024;

/// Fills a database that is new or empty, or was filled in part by the same `work`, which is told
/// once more when what another left had to make room. Nothing stays of what it gives up before it
/// has begun to fill.
///
/// # Errors
/// That of `work`, or a sentence that says why the database cannot be filled.
pub async fn fill<T>(
    place: &Place,
    work: impl AsyncFnMut(&Db) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    look(place).await?;
    let had_files = place.files.exists();
    let filled = match place.file() {
        Some(file) => fill_file(place, file, work).await,
        None => fill_server(place, work).await,
    };
    filled.map_err(|(error, is_begun)| {
        if !is_begun && !had_files {
            let _ = std::fs::remove_dir_all(&place.files);
        }
        error
    })
}

/// Why a database was not filled, and whether the same command can go on with it.
type Broken = (anyhow::Error, bool);

/// Looks whether a database is new or empty, or a server's was filled in part.
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
        Found::HalfFilled(_) if place.file().is_none() => Ok(()),
        Found::HalfFilled(_) => Err(Error::HalfFilled.into()),
        Found::Data => Err(Error::NotEmpty.into()),
    }
}

async fn fill_server<T>(
    place: &Place,
    mut work: impl AsyncFnMut(&Db) -> anyhow::Result<T>,
) -> Result<T, Broken> {
    let unopened = |error| (error, false);
    let db = place
        .open(Options::new(MIGRATIONS))
        .await
        .map_err(unopened)?;
    let filled = work(&db).await;
    let is_begun = is_begun(&db).await;
    let closed = db.close().await;
    match filled {
        Ok(filled) => closed
            .map(|()| filled)
            .map_err(|error| (error.into(), true)),
        Err(error) => Err(if is_begun {
            (going_on(error, &place.shown()), true)
        } else {
            (error, false)
        }),
    }
}

/// Says of an error that what there is of the database is kept.
fn going_on(error: anyhow::Error, what: &str) -> anyhow::Error {
    if is_in_vain(&error) {
        return error;
    }
    let how = "is filled in part; run the same command again, and it goes on where it was";
    error.context(format!("{what} {how}"))
}

fn is_of_another(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(Error::OtherArchive))
}

/// Whether the same command would fail again.
fn is_in_vain(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref(),
        Some(Error::OtherArchive | Error::TakenOver | Error::Differs(_))
    )
}

/// Whether a database is filled in part; if that cannot be found out, it may be.
async fn is_begun(db: &Db) -> bool {
    let asked = db.read(async |tx| filling::is_begun(tx).await).await;
    asked.unwrap_or(true)
}

async fn fill_file<T>(
    place: &Place,
    target: &Path,
    mut work: impl AsyncFnMut(&Db) -> anyhow::Result<T>,
) -> Result<T, Broken> {
    let unbegun = |error| (error, false);
    // Others are kept out of a file that is there and empty.
    let held = if is_there(target) {
        let options = Options::new(MIGRATIONS);
        Some(place.open(options).await.map_err(unbegun)?)
    } else {
        None
    };
    let (staged, filled) = stage(target, &mut work).await?;
    let is_held = held.is_some();
    let put = async {
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
        staged.put_at(target).await
    };
    put.await.map(|()| filled).map_err(unbegun)
}

/// Fills a file beside the place where it will be, or goes on with what an earlier attempt left.
async fn stage<T>(
    target: &Path,
    work: &mut impl AsyncFnMut(&Db) -> anyhow::Result<T>,
) -> Result<(Staged, T), Broken> {
    let unbegun = |error| (error, false);
    let path = with_end(target, ".restoring");
    let mut staged = Staged::open(path.clone()).await.map_err(unbegun)?;
    let mut filled = work(&staged.db).await;
    if filled.as_ref().is_err_and(is_of_another) {
        staged.discard().await;
        staged = Staged::open(path.clone()).await.map_err(unbegun)?;
        filled = work(&staged.db).await;
    }
    match filled {
        Ok(filled) => Ok((staged, filled)),
        Err(error) if !is_in_vain(&error) && is_begun(&staged.db).await => {
            let _ = staged.db.close().await;
            Err((going_on(error, &path.display().to_string()), true))
        }
        Err(error) => {
            staged.discard().await;
            Err((error, false))
        }
    }
}

/// A database that is being filled, beside the place where it will be.
struct Staged {
    path: PathBuf,
    db: Db,
}

impl Staged {
    /// Opens what an earlier attempt left half filled, or begins a new one.
    async fn open(path: PathBuf) -> anyhow::Result<Self> {
        let mut options = Options::new(MIGRATIONS);
        options.writer_cache_kib = CACHE_KIB;
        let open = |path: &Path| {
            Db::open(path, options.clone())
                .with_context(|| format!("{} cannot be made", path.display()))
        };
        let mut db = open(&path)?;
        if db.read(async |tx| filling::look(tx).await).await? == Found::Data {
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

/// What a command says at its end of what an earlier attempt had done.
pub fn rows_before(rows: u64) -> String {
    match rows {
        0 => String::new(),
        1 => " (1 row was there from before)".to_owned(),
        rows => format!(" ({rows} rows were there from before)"),
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
