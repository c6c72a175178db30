//! Where everything is kept: a SQLite file or a PostgreSQL database, and a folder of files.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use mainstay_app::files::folder_beside;
use mainstay_store::Db;
use mainstay_store::db::Options;

/// Where everything is kept.
pub struct Place {
    database: Database,
    /// The folder of uploaded files.
    pub files: PathBuf,
}

enum Database {
    File(PathBuf),
    /// An address, which may hold a password.
    Server(String),
}

impl Place {
    /// Reads what was given on the command line.
    ///
    /// # Errors
    /// When it is said nowhere where the files of a PostgreSQL database lie.
    pub fn new(database: &Path, files: Option<&Path>) -> anyhow::Result<Self> {
        let server = database
            .to_str()
            .filter(|text| text.starts_with("postgres://") || text.starts_with("postgresql://"));
        match (server, files) {
            (None, _) => Ok(Self {
                files: files.map_or_else(|| folder_beside(database), Path::to_owned),
                database: Database::File(database.to_owned()),
            }),
            (Some(address), Some(files)) => Ok(Self {
                database: Database::Server(address.to_owned()),
                files: files.to_owned(),
            }),
            (Some(_), None) => bail!(
                "uploaded files need a folder that every node on this database reaches; name it \
                 with --files FOLDER"
            ),
        }
    }

    /// Opens the database.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it and what would be right.
    pub async fn open(&self, options: Options) -> anyhow::Result<Db> {
        match &self.database {
            Database::File(file) => Db::open(file, options)
                .with_context(|| format!("the database {} cannot be opened", file.display())),
            Database::Server(address) => Ok(Db::connect(address, options).await?),
        }
    }
}
