//! What can go wrong between the program and its database, in sentences that say what to do.

use std::path::PathBuf;

/// A failure of the database or of the way it was used.
///
/// It is `Clone` because one failed COMMIT answers every job of its batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Somebody else held the database longer than we wait.
    #[error(
        "The database is busy: another program holds it. Try again; if it stays so, end the other program (a backup, a shell) that has it open."
    )]
    Busy,
    /// The database was shut down, or the program is about to end.
    #[error("The database is closed because Mainstay is shutting down. Try again when it is back.")]
    Closed,
    /// The database cannot be reached: no such folder, no permission, an I/O error.
    #[error(
        "The database cannot be used: {reason}. Check that its folder exists, that Mainstay may write there, and that the disk is sound."
    )]
    Unavailable {
        /// What the engine or the system said.
        reason: String,
    },
    /// The server cannot be reached, or hung up before a change was to be kept.
    #[error(
        "The database cannot be reached: {reason}. Nothing was saved. Check that PostgreSQL runs and that the network to it works; Mainstay goes on by itself when it is back."
    )]
    Unreachable {
        /// What the server or the system said.
        reason: String,
    },
    /// Whether a change was kept is not known: the answer to its COMMIT was lost.
    #[error(
        "The database did not say whether the change was kept: {reason}. Look before you try again; a call with the same key may be repeated at any time."
    )]
    Unknown {
        /// How the answer was lost.
        reason: String,
    },
    /// A server that cannot be used as it is: wrong address, password, role, version, rights.
    #[error("The database at {address} cannot be used: {reason}. {advice}")]
    Refused {
        /// Where it is, without the password.
        address: String,
        /// What is wrong.
        reason: String,
        /// What would be right, a sentence.
        advice: String,
    },
    /// The disk failed while it made something durable; whether it is kept shows after the next
    /// start, and until then nothing is written.
    #[error(
        "The disk could not make a change durable: {reason}. Mainstay writes nothing more until it is started again; check the disk first."
    )]
    NotDurable {
        /// What the engine said.
        reason: String,
    },
    /// No room on the disk; nothing of the transaction was kept.
    #[error(
        "The disk that holds the database is full, so nothing was saved. Make room and try again."
    )]
    Full,
    /// A write was tried inside `Db::read`, or the file may not be written.
    #[error(
        "The database may only be read here. Use `Db::write` for changes, and check that Mainstay may write its file."
    )]
    ReadOnly,
    /// A rule of the schema refused the change.
    #[error("The change breaks a rule of the database: {kind} on {name}.")]
    Constraint {
        /// Which kind of rule.
        kind: Constraint,
        /// `table.column, table.column` of a unique or not-null rule, the name of a check.
        name: String,
    },
    /// The file is damaged.
    #[error(
        "The database file is damaged: {reason}. Stop Mainstay, keep a copy of the file, and restore the last backup."
    )]
    Corrupt {
        /// What the engine said.
        reason: String,
    },
    /// There is no such file, and none is made.
    #[error(
        "There is no database {}. Give its name with --database; `mainstay serve` makes a new one.", path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The database on PostgreSQL is empty.
    #[error(
        "There is no Mainstay in the database at {address} yet. Check its name; `mainstay serve` makes a new instance in an empty database."
    )]
    Vacant {
        /// Where it is, without the password.
        address: String,
    },
    /// The file was written by an older Mainstay.
    #[error(
        "The database has schema {found}, this Mainstay works with schema {known}. Nothing was changed. Try the upgrade with `mainstay migrate --rehearse`, then run `mainstay migrate`; or use the Mainstay that made it."
    )]
    Older {
        /// The newest migration in the file.
        found: i64,
        /// The newest migration this program knows.
        known: i64,
    },
    /// The file was written by a newer Mainstay.
    #[error(
        "The database has schema {found}, this Mainstay knows schemas up to {known}. Nothing was changed. Start the newer Mainstay, or restore a backup made before the upgrade."
    )]
    Newer {
        /// The newest migration in the file.
        found: i64,
        /// The newest migration this program knows.
        known: i64,
    },
    /// What this program calls a migration is not what once ran.
    #[error(
        "Migration {number} ({name}) differs from the one that made this database: {reason}. Nothing was changed. Never edit a released migration; add a new one."
    )]
    Changed {
        /// Its number.
        number: i64,
        /// Its name.
        name: String,
        /// In what it differs.
        reason: String,
    },
    /// Programs are connected that could not work after a migration.
    #[error(
        "Migration {number} ({name}) would break Mainstays that are running on this database and know only schema {schemas}. It was not run. End them, backups and other commands of theirs too, and try again."
    )]
    StillNeeded {
        /// Its number.
        number: i64,
        /// Its name.
        name: String,
        /// The schemas they know, with commas between.
        schemas: String,
    },
    /// A migration could not be run; it was rolled back.
    #[error("Migration {number} ({name}) failed and was rolled back: {reason}.")]
    Migration {
        /// Its number.
        number: i64,
        /// Its name.
        name: String,
        /// What the engine said.
        reason: String,
    },
    /// The file or database belongs to another program.
    #[error(
        "{} is not a Mainstay database ({reason}). Nothing was changed. Name another database, or a new one to start empty.", path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// How one can tell.
        reason: String,
    },
    /// Another process has the database.
    #[error(
        "Another Mainstay is already running on this database (it holds {}). Stop it first, or give this one another database file.", path.display()
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// The closure waited for something other than the database.
    #[error(
        "A transaction waited for something outside the database (a timer, a channel, the network) and was rolled back. Do that before the transaction, or after it through the outbox."
    )]
    PendingInTransaction,
    /// `Db::read` or `Db::write` was called inside a transaction.
    #[error(
        "A transaction opened another one, which would not see its changes. Hand the transaction on instead."
    )]
    Nested,
    /// The closure panicked.
    #[error("A transaction panicked and was rolled back: {message}. Please report this.")]
    Panicked {
        /// What the panic said.
        message: String,
    },
    /// `Tx::one` found no row.
    #[error("A row that must exist is not there (`{statement}`).")]
    NotFound {
        /// The statement.
        statement: &'static str,
    },
    /// `Tx::one` or `Tx::opt` found several rows.
    #[error("One row was expected and several came (`{statement}`).")]
    Several {
        /// The statement.
        statement: &'static str,
    },
    /// A column does not hold what the program expects.
    #[error("Column {column} holds {found} where {wanted} was expected.")]
    Decode {
        /// Its name or position.
        column: String,
        /// What the program asked for.
        wanted: &'static str,
        /// What stood there.
        found: String,
    },
    /// The engine refused the statement itself.
    #[error("The database refused a statement: {reason}.")]
    Statement {
        /// What the engine said.
        reason: String,
    },
}

/// The kinds of rule a schema can state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint {
    /// UNIQUE or PRIMARY KEY.
    Unique,
    /// REFERENCES.
    ForeignKey,
    /// NOT NULL.
    NotNull,
    /// CHECK.
    Check,
    /// A value of another type than the column's.
    Type,
    /// Any other: a trigger, a commit hook.
    Other,
}

impl std::fmt::Display for Constraint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unique => "a value that must be unique",
            Self::ForeignKey => "a reference to a missing or still used row",
            Self::NotNull => "a value that must be given",
            Self::Check => "a check",
            Self::Type => "the type of a column",
            Self::Other => "a rule",
        })
    }
}

impl Error {
    /// Whether the same write may well succeed another time: the fault lies with the disk, the
    /// engine or the moment, not with what was written.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Busy
                | Self::Closed
                | Self::Unavailable { .. }
                | Self::Unreachable { .. }
                | Self::Unknown { .. }
                | Self::NotDurable { .. }
                | Self::Full
                | Self::ReadOnly
        )
    }

    /// Whether nobody knows if the write was kept: it may be, although it was not acknowledged.
    #[must_use]
    pub const fn is_uncertain(&self) -> bool {
        matches!(self, Self::Unknown { .. } | Self::NotDurable { .. })
    }

    /// Whether a unique rule naming `column` (`table.column`) refused the change.
    #[must_use]
    pub fn is_duplicate_of(&self, column: &str) -> bool {
        matches!(self, Self::Constraint { kind: Constraint::Unique, name }
            if name.split(", ").any(|part| part == column))
    }
}
