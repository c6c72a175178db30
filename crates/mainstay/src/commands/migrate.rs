//! `mainstay migrate`: brings a database to this program's schema, or tries it first.

mod postgres;

use std::path::{Path, PathBuf};

use anyhow::Context;
use mainstay_store::db::{Migration, Options};
use mainstay_store::system::tables::{self, TABLES};
use mainstay_store::{Db, MIGRATIONS};

use super::database::Database;
use super::progress::size;
use super::{Answer, code, counted, print};
use crate::place::Database as Kept;
use crate::ports::stopwatch;
use crate::server;

/// What to bring to the newest schema.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    database: Database,
    /// Run the migrations on a copy beside the database, on PostgreSQL in a transaction that is
    /// undone, and report; nothing is changed, and an instance may go on running.
    #[arg(long)]
    rehearse: bool,
    /// Also take away what older versions needed; on PostgreSQL when every node is of this version.
    #[arg(long)]
    contract: bool,
}

impl Arguments {
    /// Migrates, or rehearses it.
    pub fn run(self) -> Answer {
        server::run(self.migrate())
    }

    async fn migrate(self) -> Answer {
        let place = self.database.place_without_files()?;
        match &place.database {
            Kept::File(path) => self.migrate_file(path).await,
            Kept::Server(address) => postgres::migrate(address, self.rehearse, self.contract).await,
        }
    }

    async fn migrate_file(&self, path: &Path) -> Answer {
        let pending = Db::pending(path, &Options::new(MIGRATIONS))
            .with_context(|| format!("the database {} cannot be opened", path.display()))?;
        if pending.is_empty() {
            let number = tables::schema_number();
            let path = path.display();
            print(&format!(
                "{path} has schema {number}, the newest; there is nothing to do."
            ))?;
            return Ok(code(true));
        }
        let told = if self.rehearse {
            let copy = Copy::of(path)?;
            let mut told = vec![format!(
                "Copied {} in {:.1} s.",
                size(copy.bytes),
                copy.seconds
            )];
            told.extend(run(&copy.path, pending).await?);
            told.push(effect(&copy.path).await?);
            told.push("Nothing was changed. The upgrade needs as much room and time.".to_owned());
            told
        } else {
            run(path, pending).await?
        };
        print(&told.join("\n"))?;
        Ok(code(true))
    }
}

/// A copy of a database; it goes away with the value.
struct Copy {
    path: PathBuf,
    bytes: u64,
    seconds: f64,
}

impl Copy {
    fn of(database: &Path) -> anyhow::Result<Self> {
        let mut name = database.as_os_str().to_owned();
        name.push(".rehearsal");
        let mut copy = Self {
            path: name.into(),
            bytes: 0,
            seconds: 0.0,
        };
        copy.remove();
        let watch = stopwatch();
        Db::copy(database, &copy.path)
            .with_context(|| format!("{} cannot be made", copy.path.display()))?;
        copy.seconds = watch.elapsed().as_secs_f64();
        copy.bytes = copy.path.metadata().map_or(0, |about| about.len());
        Ok(copy)
    }

    fn remove(&self) {
        for end in ["", "-wal", "-shm", ".lock"] {
            let mut name = self.path.as_os_str().to_owned();
            name.push(end);
            let _ = std::fs::remove_file(name);
        }
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Runs migrations one by one; a line for each.
async fn run(path: &Path, pending: &[Migration]) -> anyhow::Result<Vec<String>> {
    let (all, mut told) = (MIGRATIONS, Vec::with_capacity(pending.len()));
    for migration in pending {
        let until = all
            .iter()
            .position(|known| known.number == migration.number);
        let known = &all[..until.map_or(all.len(), |place| place + 1)];
        let watch = stopwatch();
        Db::open(path, Options::new(known))?.close().await?;
        let seconds = watch.elapsed().as_secs_f64();
        let (number, name) = (migration.number, migration.name);
        told.push(format!("Migration {number} ({name}): {seconds:.1} s."));
    }
    Ok(told)
}

/// What a migrated copy holds.
async fn effect(path: &Path) -> anyhow::Result<String> {
    let db = Db::open_to_read(path, Options::new(MIGRATIONS))?;
    let rows = db
        .read(async |tx| {
            let mut rows = 0;
            for table in TABLES {
                rows += tables::count(tx, table).await?;
            }
            Ok::<_, mainstay_store::Error>(rows)
        })
        .await?;
    let broken = db.broken_structures().await?;
    db.close().await?;
    let tables = counted(TABLES.len(), "table");
    Ok(match broken.first() {
        None => format!("Afterwards it holds {rows} rows in {tables}, and is sound."),
        Some(first) => format!("Afterwards it is not sound: {first}. Do not upgrade."),
    })
}
