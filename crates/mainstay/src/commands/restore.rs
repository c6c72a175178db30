//! `mainstay restore` and `mainstay import`: an archive into a database that is new or empty.
//!
//! It is read into a database beside the one that was named, which takes its place when all is
//! there: what is broken off leaves nothing that could be taken for an instance.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use mainstay_app::Clock;
use mainstay_app::archive::{Error, Restored, restore};
use mainstay_store::db::Options;
use mainstay_store::system::tables;
use mainstay_store::{Db, Error as StoreError, MIGRATIONS};

use super::backup::contents;
use super::database::Database;
use super::progress::Teller;
use super::{Answer, code, counted, print};
use crate::ports::SystemClock;
use crate::server;

/// Page cache of the writer, KiB: pages many rows share are written once.
const CACHE_KIB: u32 = 256 * 1024;

/// What to read into which database.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    database: Database,
    /// A backup's file or an export's folder.
    #[arg(long, value_name = "PATH")]
    from: PathBuf,
}

impl Arguments {
    /// Reads it in.
    pub fn run(self) -> Answer {
        server::run(self.restore())
    }

    async fn restore(self) -> Answer {
        let mut teller = Teller::new("restoring");
        let restored = self.fill(&mut teller).await?;
        let seconds = teller.end();
        let Restored {
            manifest,
            sessions,
            held,
        } = restored;
        let (database, what) = (self.database.path().display(), contents(&manifest));
        let sessions = counted(usize::try_from(sessions).unwrap_or(usize::MAX), "session");
        let held = counted(usize::try_from(held).unwrap_or(0), "notice");
        print(&format!(
            "{database}: {what}, as of {}, in {seconds:.1} s.\n\
             {sessions} ended: everybody signs in again. What goes out is held, {held} for now: \
             look around with `mainstay serve`, then let it go with `mainstay release`.",
            manifest.taken_at
        ))?;
        Ok(code(true))
    }

    async fn fill(&self, teller: &mut Teller) -> anyhow::Result<Restored> {
        let target = self.database.path();
        let held = self.hold_empty().await?;
        let files = self.database.files();
        let had_files = files.folder().exists();
        let staged = Staged::open(with_end(target, ".restoring")).await?;
        let look = &mut |progress: &_| teller.tell(progress);
        let restored = restore(&self.from, &staged.db, &files, SystemClock.now(), look).await;
        let restored = match restored {
            Ok(restored) => restored,
            Err(error) => {
                staged.discard().await;
                if !had_files {
                    let _ = std::fs::remove_dir_all(files.folder());
                }
                return Err(error.into());
            }
        };
        let is_held = held.is_some();
        if let Some(held) = held {
            held.close().await?;
        }
        if !is_held && target.metadata().is_ok_and(|about| about.len() > 0) {
            staged.discard().await;
            bail!(
                "{} was made by somebody else meanwhile; it is left as it is",
                target.display()
            );
        }
        staged.put_at(target).await?;
        Ok(restored)
    }

    /// Looks whether the database is missing or empty, and keeps others out of an empty one.
    async fn hold_empty(&self) -> anyhow::Result<Option<Db>> {
        let target = self.database.path();
        if !target.metadata().is_ok_and(|about| about.len() > 0) {
            let log = with_end(target, "-wal");
            if log.metadata().is_ok_and(|about| about.len() > 0) {
                bail!(
                    "{} is what is left of another database. Move it away first: SQLite would \
                     mix it into the restored one",
                    log.display()
                );
            }
            return Ok(None);
        }
        let db = match Db::open_to_read(target, Options::new(MIGRATIONS)) {
            Err(StoreError::Older { .. }) => return Err(Error::NotEmpty.into()),
            other => other.with_context(|| self.database.not_opened())?,
        };
        let is_empty = db.read(async |tx| tables::are_empty(tx).await).await?;
        db.close().await?;
        if !is_empty {
            return Err(Error::NotEmpty.into());
        }
        self.database.open().map(Some)
    }
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
        if !db.read(async |tx| tables::are_empty(tx).await).await? {
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

/// A path with something at its end.
fn with_end(path: &Path, end: &str) -> PathBuf {
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
