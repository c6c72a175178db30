//! What an archive says of itself.

use mainstay_store::system::tables::{self, TABLES, Table};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::files::hex;

/// The word an archive is known by.
const FORMAT: &str = "mainstay-archive";
/// How the parts of an archive are written.
pub(super) const FORMAT_VERSION: u32 = 1;
/// The manifest's name in an archive.
pub(super) const NAME: &str = "manifest.json";

/// What an archive says of itself: what it holds, and how to tell that it is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `mainstay-archive`.
    pub format: String,
    /// How its parts are written.
    pub format_version: u32,
    /// The version of Mainstay that made it.
    pub mainstay_version: String,
    /// The number of the newest migration of its schema.
    pub schema: i64,
    /// When it was begun, in UTC.
    pub taken_at: String,
    /// Its tables, in the order in which they can be read in.
    pub tables: Vec<TableSum>,
    /// The files whose bytes it holds.
    pub files: Vec<FileSum>,
    /// Files whose bytes were missing or damaged when it was made.
    pub missing_files: Vec<MissingFile>,
}

/// A table in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSum {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
    /// The length of its lines in bytes.
    pub bytes: u64,
    /// The SHA-256 of its lines, hexadecimal.
    pub sha256: String,
    /// The columns that order its rows.
    pub key: Vec<String>,
    /// Its columns.
    pub columns: Vec<TableColumn>,
}

/// A column of a table in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// What it holds, in the portable words of migrations.
    pub kind: String,
    /// Whether it may hold nothing.
    pub may_be_null: bool,
}

/// The bytes of a file in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSum {
    /// Their SHA-256, hexadecimal.
    pub sha256: String,
    /// How many they are.
    pub bytes: u64,
}

/// A file whose bytes could not be archived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingFile {
    /// The SHA-256 it should have, hexadecimal.
    pub sha256: String,
    /// What was wrong.
    pub reason: String,
}

impl Manifest {
    /// That of an archive that holds nothing yet.
    pub(super) fn new(taken_at: String) -> Self {
        Self {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION,
            mainstay_version: env!("CARGO_PKG_VERSION").to_owned(),
            schema: tables::schema_number(),
            taken_at,
            tables: Vec::with_capacity(TABLES.len()),
            files: Vec::new(),
            missing_files: Vec::new(),
        }
    }

    /// Whether it is of the kind it says.
    pub(super) fn is_ours(&self) -> bool {
        self.format == FORMAT
    }

    /// The SHA-256 of it as JSON, hexadecimal: archives of other states have others.
    pub(super) fn sha256(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        hex(&Sha256::digest(text))
    }

    /// How many rows its tables have.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

impl TableSum {
    /// A table with what was counted of it.
    pub(super) fn of(table: &Table, rows: u64, bytes: u64, sha256: String) -> Self {
        let column = |column: &tables::Column| TableColumn {
            name: column.name.to_owned(),
            kind: column.kind.code().to_owned(),
            may_be_null: column.may_be_null,
        };
        Self {
            name: table.name.to_owned(),
            rows,
            bytes,
            sha256,
            key: table.key.iter().map(|name| (*name).to_owned()).collect(),
            columns: table.columns.iter().map(column).collect(),
        }
    }
}
