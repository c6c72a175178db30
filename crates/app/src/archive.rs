//! Archives: everything an instance keeps, independent of the engine, in one file or in a folder.
//!
//! An archive holds each table as JSON Lines in the order of its key (`tables/cases.jsonl`) with
//! the JSON Schema of its lines (`schemas/cases.json`), the bytes of files under their SHA-256
//! (`files/…`), and `manifest.json` with every row count and checksum. A *backup* is a tar file
//! under gzip, an *export* the same unpacked. What is derived, the words of the search, is made
//! again when an archive is read in.

mod copy;
mod filler;
mod manifest;
mod restore;
mod sink;
mod source;
mod take;
mod verify;

use std::path::PathBuf;

pub use copy::{Compared, compare, hand_over, same};
pub use manifest::{FileSum, Manifest, MissingFile, TableColumn, TableSum};
pub use restore::{Filled, Restored, fill, restore};
pub use take::{Taken, take};
pub use verify::{Verified, verify};

/// How an archive lies on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One file: tar under gzip.
    File,
    /// A folder.
    Folder,
}

/// How far the making or reading of an archive has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// The part at work: the name of a table, or `files`.
    pub part: String,
    /// Rows done, of all tables so far.
    pub rows: u64,
    /// Bytes done, before they are compressed.
    pub bytes: u64,
}

/// Somebody who looks on.
pub type Onlooker<'a> = &'a mut dyn FnMut(&Progress);

/// Why an archive was not made or read in.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] mainstay_store::Error),
    /// A file could not be read or written.
    #[error("{} cannot be {doing}: {reason}. Check that its folder exists, that Mainstay may use it, and that there is room.", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// `read` or `written`.
        doing: &'static str,
        /// What the system said.
        reason: String,
    },
    /// The name is taken.
    #[error("{} is there already and is left as it is. Give another name.", .0.display())]
    Exists(PathBuf),
    /// There is nothing of that name.
    #[error("There is no archive {}. Name a backup's file or an export's folder.", .0.display())]
    Missing(PathBuf),
    /// It is something else than an archive.
    #[error("{} is no archive of Mainstay: {reason}.", path.display())]
    Foreign {
        /// The file or folder.
        path: PathBuf,
        /// How one can tell.
        reason: String,
    },
    /// Something in it is not as it was written.
    #[error(
        "The archive is damaged: {0}. Nothing was taken from it. `mainstay verify` names everything that is wrong; use another backup."
    )]
    Damaged(String),
    /// It has the tables of another version.
    #[error(
        "The archive was made by Mainstay {version} and has schema {found}; this Mainstay has schema {known}. Restore it with that version, then upgrade the result."
    )]
    Schema {
        /// The archive's schema.
        found: i64,
        /// This program's.
        known: i64,
        /// The version that made it.
        version: String,
    },
    /// The database to be filled holds something.
    #[error(
        "The database holds data already, and nothing was changed. Name a database that is new or empty, or move this one away first."
    )]
    NotEmpty,
    /// The database is being filled, or was when somebody broke it off.
    #[error(
        "The database was filled in part by a restore or a copy that was broken off, and nothing was changed. Run that command again, and it goes on where it was; or make the database anew (DROP DATABASE and CREATE DATABASE on PostgreSQL; another file on SQLite)."
    )]
    HalfFilled,
    /// The database to be filled was begun to be filled from another archive.
    #[error(
        "The database was filled in part from another archive, and nothing was changed. Make it anew (DROP DATABASE and CREATE DATABASE on PostgreSQL; another file on SQLite) and run the command again; or go on with the archive that was begun with."
    )]
    OtherArchive,
    /// Somebody else goes on filling the database.
    #[error(
        "Another restore or copy has gone on filling the database, so this one has ended. Wait for the other."
    )]
    TakenOver,
    /// What was read in is not what the archive holds.
    #[error(
        "What was read in is not what the archive holds, in the tables {0}. The database is not used; make it anew (DROP DATABASE and CREATE DATABASE on PostgreSQL; another file on SQLite), run the command again, and report this if it happens twice."
    )]
    Differs(String),
}
