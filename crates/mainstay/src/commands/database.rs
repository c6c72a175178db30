//! Which database a command works on.

use std::path::PathBuf;

use mainstay_store::db::Options;
use mainstay_store::{Db, MIGRATIONS};

use crate::place::Place;

/// The database a command works on.
#[derive(clap::Args)]
pub struct Database {
    /// The database, a SQLite file or postgres://…; files lie beside a file.
    #[arg(
        long,
        env = "MAINSTAY_DATABASE",
        value_name = "DATABASE",
        default_value = "./mainstay.sqlite",
        hide_env_values = true
    )]
    database: PathBuf,
    /// The folder of uploaded files, where it is not the one beside the database.
    #[arg(long, env = "MAINSTAY_FILES", value_name = "FOLDER")]
    files: Option<PathBuf>,
}

impl Database {
    /// Where everything is kept.
    ///
    /// # Errors
    /// When it is said nowhere where the files of a PostgreSQL database lie.
    pub fn place(&self) -> anyhow::Result<Place> {
        Place::new(&self.database, self.files.as_deref())
    }

    /// Where the database is, for what is done to it alone.
    ///
    /// # Errors
    /// What [`Place::new`] says.
    pub fn place_without_files(&self) -> anyhow::Result<Place> {
        let files = self.files.clone().unwrap_or_default();
        Place::new(&self.database, Some(&files))
    }

    /// Opens it to write, without its files: a SQLite file as the only one, PostgreSQL beside
    /// nodes that run.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the database; one that is not there is not made,
    /// nor one migrated.
    pub async fn open(&self) -> anyhow::Result<Db> {
        let place = self.place_without_files()?;
        place.open_to_read().await?.close().await?;
        place.open(Options::new(MIGRATIONS)).await
    }
}
