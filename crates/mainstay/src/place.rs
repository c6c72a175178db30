//! Where everything is kept: a SQLite file or a PostgreSQL database, and a folder of files.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use mainstay_app::FileStore;
use mainstay_app::archive::Error;
use mainstay_app::files::folder_beside;
use mainstay_store::db::Options;
use mainstay_store::system::filling;
use mainstay_store::{Db, MIGRATIONS};

/// Where everything is kept.
pub struct Place {
    /// The database.
    pub database: Database,
    /// The folder of uploaded files.
    pub files: PathBuf,
}

/// A database of one engine or the other.
pub enum Database {
    /// A SQLite file.
    File(PathBuf),
    /// An address on PostgreSQL, which may hold a password.
    Server(String),
}

impl Place {
    /// Reads what was given on the command line.
    ///
    /// # Errors
    /// When it is said nowhere where the files of a PostgreSQL database lie.
    pub fn new(database: &Path, files: Option<&Path>) -> anyhow::Result<Self> {
        match (server(database), files) {
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

    /// The SQLite file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match &self.database {
            Database::File(file) => Some(file),
            Database::Server(_) => None,
        }
    }

    /// Its name as one may show it: without a password.
    pub fn shown(&self) -> String {
        match &self.database {
            Database::File(file) => file.display().to_string(),
            Database::Server(address) => shown(address),
        }
    }

    /// Where the bytes of its files lie.
    pub fn file_store(&self) -> FileStore {
        FileStore::new(self.files.clone())
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

    /// Opens the database as it is to read, beside instances that may be running.
    ///
    /// # Errors
    /// What the store says of it: one of another schema, for instance.
    pub async fn look(&self) -> Result<Db, mainstay_store::Error> {
        let mut options = Options::new(MIGRATIONS);
        (options.readers, options.connections) = (1, 2);
        match &self.database {
            Database::File(file) => Db::open_to_read(file, options),
            Database::Server(address) => Db::connect_to_read(address, options).await,
        }
    }

    /// Opens an instance's database to read, beside nodes that may be running.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it and what would be right.
    pub async fn open_to_read(&self) -> anyhow::Result<Db> {
        let db = match (self.look().await, self.file()) {
            (Ok(db), _) => db,
            (Err(error), None) => return Err(error.into()),
            (Err(error), Some(file)) => {
                let what = format!("the database {} cannot be opened", file.display());
                return Err(anyhow::Error::new(error).context(what));
            }
        };
        refuse_half_filled(&db).await?;
        Ok(db)
    }
}

/// Refuses a database that is being filled, or was when somebody broke it off.
///
/// # Errors
/// A sentence that says so.
pub async fn refuse_half_filled(db: &Db) -> anyhow::Result<()> {
    if db.read(async |tx| filling::is_begun(tx).await).await? {
        db.close().await?;
        return Err(Error::HalfFilled.into());
    }
    Ok(())
}

/// The address of a server, if it is one.
fn server(database: &Path) -> Option<&str> {
    let text = database.to_str()?;
    let is_address = text.starts_with("postgres://") || text.starts_with("postgresql://");
    is_address.then_some(text)
}

/// An address without role, password and settings.
fn shown(address: &str) -> String {
    let place = address.split('?').next().unwrap_or_default();
    let place = place.split_once("://").map_or(place, |(_, place)| place);
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    format!("postgres://{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        assert_eq!(
            shown("postgres://a:b@c@host:5432/desk?password=d"),
            "postgres://host:5432/desk"
        );
        assert_eq!(shown("postgresql:///desk?user=a"), "postgres:///desk");
    }
}
