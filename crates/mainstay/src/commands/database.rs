//! Which database a command works on, and how it is opened to read.

use std::path::{Path, PathBuf};

use anyhow::Context;
use mainstay_app::FileStore;
use mainstay_app::files::folder_beside;
use mainstay_store::db::Options;
use mainstay_store::{Db, MIGRATIONS};

/// The database a command works on.
#[derive(clap::Args)]
pub struct Database {
    /// The database, a SQLite file; files lie beside it.
    #[arg(
        long,
        env = "MAINSTAY_DATABASE",
        value_name = "FILE",
        value_parser = file,
        default_value = "./mainstay.sqlite"
    )]
    database: PathBuf,
    /// The folder of uploaded files, where it is not the one beside the database.
    #[arg(long, env = "MAINSTAY_FILES", value_name = "FOLDER")]
    files: Option<PathBuf>,
}

impl Database {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.database
    }

    /// Where the bytes of its files lie.
    pub fn files(&self) -> FileStore {
        let beside = || folder_beside(&self.database);
        FileStore::new(self.files.clone().unwrap_or_else(beside))
    }

    /// Opens it to read, beside an instance that may be running.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the database.
    pub fn open_to_read(&self) -> anyhow::Result<Db> {
        let mut options = Options::new(MIGRATIONS);
        options.readers = 1;
        Db::open_to_read(&self.database, options).with_context(|| self.not_opened())
    }

    /// Opens it to write, as the only one.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the database; one that is not there is not made.
    pub fn open(&self) -> anyhow::Result<Db> {
        drop(self.open_to_read()?);
        Db::open(&self.database, Options::new(MIGRATIONS)).with_context(|| self.not_opened())
    }

    /// The beginning of a sentence about a database that cannot be opened.
    pub fn not_opened(&self) -> String {
        format!("the database {} cannot be opened", self.database.display())
    }
}

/// A SQLite file's name; an address may hold a password and is not repeated.
fn file(name: &str) -> Result<PathBuf, String> {
    if name.starts_with("postgres://") || name.starts_with("postgresql://") {
        let what = "this command works on a SQLite file. Use the tools of PostgreSQL (pg_dump, \
            pg_restore) for a database there";
        return Err(what.to_owned());
    }
    Ok(PathBuf::from(name))
}
