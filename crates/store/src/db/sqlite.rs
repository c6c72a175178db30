//! SQLite through rusqlite: opening a file, running a statement, naming a failure.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::hooks::Wal;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, ffi, params_from_iter};

use super::Options;
use super::dialect;
use super::error::{Constraint, Error};
use super::migrate::{Applied, Migration, plan};
use super::row::{Column, FromRow, Places, Row};
use super::statement::Sql;
use super::value::{Cell, V};

/// Opens the one connection that writes, and brings the schema up to date.
///
/// Until it is certain that the file is ours and not newer, nothing in it is changed.
pub(super) fn open_writer(path: &Path, options: &Options) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut connection = open(path, flags, options)?;
    let fresh = is_fresh(&connection, path)?;
    let applied = if fresh {
        Vec::new()
    } else {
        applied(&connection)?
    };
    let missing = plan(&applied, options.migrations, options.beside_newer)?;

    set(&connection, "journal_mode", "WAL")?;
    set(&connection, "synchronous", "FULL")?;
    set(&connection, "foreign_keys", "OFF")?; // while tables are rebuilt; each migration checks
    if fresh {
        let transaction = connection.transaction().map_err(failure)?;
        transaction
            .execute_batch(dialect::FOUNDATION)
            .map_err(failure)?;
        set(&transaction, "application_id", dialect::APPLICATION_ID)?;
        transaction.commit().map_err(failure)?;
    } else if !notes_needs(&connection)? {
        let add = "ALTER TABLE schema_migrations ADD COLUMN needs INTEGER";
        connection.execute_batch(add).map_err(failure)?;
    }
    for migration in missing {
        migrate(&mut connection, migration).map_err(|error| match error {
            Error::Full
            | Error::NotDurable { .. }
            | Error::Unavailable { .. }
            | Error::Corrupt { .. }
            | Error::Busy => error,
            other => Error::Migration {
                number: migration.number,
                name: migration.name.into(),
                reason: other.to_string(),
            },
        })?;
    }
    set(&connection, "foreign_keys", "ON")?;
    // As long as the log ever gets while it is moved in time: cutting it and growing it again costs.
    set(&connection, "journal_size_limit", 128 << 20)?;
    // What a savepoint would undo stays in memory: every job of a batch but the first changes more
    // than the 64 KiB after which it would go to a file.
    set(&connection, "temp_store", "MEMORY")?;
    // The writer moves the log itself: a checkpoint of SQLite's own keeps its failure to itself.
    set(&connection, "wal_autocheckpoint", 0)?;
    set(
        &connection,
        "cache_size",
        -(options.writer_cache_kib.cast_signed()),
    )?;
    Ok(connection)
}

/// The migrations a file that is there still needs; it is looked at and nothing else.
pub(super) fn pending(path: &Path, options: &Options) -> Result<&'static [Migration], Error> {
    let connection = look_at(path, options)?;
    let applied = if is_fresh(&connection, path)? {
        Vec::new()
    } else {
        applied(&connection)?
    };
    plan(&applied, options.migrations, options.beside_newer)
}

/// Copies a file as it stands in one snapshot.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let connection = look_at(from, &Options::new(&[]))?;
    is_fresh(&connection, from)?;
    let name = to.to_str().ok_or_else(|| Error::Unavailable {
        reason: format!("{} is not written in Unicode", to.display()),
    })?;
    let copied = connection.execute("VACUUM INTO ?1", [name]);
    copied.map(drop).map_err(failure)
}

/// A connection that reads a file which must be there.
fn look_at(path: &Path, options: &Options) -> Result<Connection, Error> {
    if !path.is_file() {
        return Err(Error::Missing {
            path: path.to_owned(),
        });
    }
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, options)
}

/// What SQLite finds wrong with a file: its pages, its indexes, its references.
pub(super) fn broken_structures(connection: &Connection) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for (sql, fine) in [
        ("PRAGMA integrity_check(20)", "ok"),
        (
            "SELECT 'a row of ' || \"table\" || ' refers to a row of ' || parent || ' that is not there'
             FROM pragma_foreign_key_check LIMIT 20",
            "",
        ),
    ] {
        let mut statement = connection.prepare(sql).map_err(failure)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0));
        let lines: Vec<String> = rows.and_then(Iterator::collect).map_err(failure)?;
        found.extend(lines.into_iter().filter(|line| line != fine));
    }
    Ok(found)
}

/// Opens the connection that moves the log into the file; after [`open_writer`].
pub(super) fn open_checkpointer(path: &Path, options: &Options) -> Result<Connection, Error> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, options)?;
    set(&connection, "synchronous", "FULL")?;
    // The writer decides what becomes of the log at the end.
    keep_log(&connection)?;
    Ok(connection)
}

/// Opens a connection that only reads; after [`open_writer`].
pub(super) fn open_reader(path: &Path, options: &Options) -> Result<Connection, Error> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, options)?;
    set(&connection, "query_only", true)?;
    set(
        &connection,
        "cache_size",
        -(options.reader_cache_kib.cast_signed()),
    )?;
    Ok(connection)
}

/// What both kinds of connection have in common; nothing here touches the file.
fn open(path: &Path, flags: OpenFlags, options: &Options) -> Result<Connection, Error> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failure)?;
    connection
        .busy_timeout(options.busy_timeout)
        .map_err(failure)?;
    connection.set_prepared_statement_cache_capacity(options.statements);
    for (setting, value) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        // Plans do not follow bound values; else a kept statement is planned anew at each use.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    ] {
        connection.set_db_config(setting, value).map_err(failure)?;
    }
    // A part of a mapped file that cannot be read ends the program; read, it is an error.
    set(&connection, "mmap_size", 0)?;
    set(&connection, "case_sensitive_like", true)?; // as on PostgreSQL
    Ok(connection)
}

fn set(connection: &Connection, pragma: &str, value: impl ToSql) -> Result<(), Error> {
    connection
        .pragma_update(None, pragma, value)
        .map_err(failure)
}

/// Whether the file is new; a file of somebody else's is refused.
fn is_fresh(connection: &Connection, path: &Path) -> Result<bool, Error> {
    let foreign = |reason: &str| Error::Foreign {
        path: path.to_owned(),
        reason: reason.into(),
    };
    let ask = |sql: &str| {
        connection
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .map_err(|error| match error.sqlite_error_code() {
                Some(ErrorCode::NotADatabase) => foreign("it is no SQLite file"),
                _ => failure(error),
            })
    };
    match ask("PRAGMA application_id")? {
        id if id == i64::from(dialect::APPLICATION_ID) => Ok(false),
        0 if ask("SELECT count(*) FROM sqlite_schema")? == 0 => Ok(true),
        _ => Err(foreign("another program made it")),
    }
}

/// Whether the table of migrations has the column that says what programs must know.
fn notes_needs(connection: &Connection) -> Result<bool, Error> {
    let ask = "SELECT count(*) FROM pragma_table_info('schema_migrations') WHERE name = 'needs'";
    let asked = connection.query_row(ask, [], |row| row.get(0));
    asked.map_err(failure)
}

fn applied(connection: &Connection) -> Result<Vec<Applied>, Error> {
    let sql = if notes_needs(connection)? {
        "SELECT number, name, checksum, needs FROM schema_migrations ORDER BY number"
    } else {
        "SELECT number, name, checksum, NULL FROM schema_migrations ORDER BY number"
    };
    let mut statement = connection.prepare(sql).map_err(failure)?;
    let rows = statement.query_map([], |row| {
        Ok(Applied {
            number: row.get(0)?,
            name: row.get(1)?,
            checksum: row.get(2)?,
            needs: row.get(3)?,
        })
    });
    rows.and_then(Iterator::collect).map_err(failure)
}

fn migrate(connection: &mut Connection, migration: &Migration) -> Result<(), Error> {
    let refused = |reason| Error::Statement { reason };
    let ddl = dialect::sqlite_ddl(migration.sql).map_err(refused)?;
    let transaction = connection.transaction().map_err(failure)?;
    transaction.execute_batch(&ddl).map_err(failure)?;
    let sql = "SELECT count(*) FROM pragma_foreign_key_check";
    if transaction
        .query_row(sql, [], |row| row.get::<_, i64>(0))
        .map_err(failure)?
        > 0
    {
        return Err(refused(
            "it leaves references to rows that do not exist".into(),
        ));
    }
    let sql =
        "INSERT INTO schema_migrations (number, name, checksum, needs) VALUES (?1, ?2, ?3, ?4)";
    let row = (
        migration.number,
        migration.name,
        migration.checksum(),
        migration.needs(),
    );
    transaction.execute(sql, row).map_err(failure)?;
    transaction.commit().map_err(failure)
}

/// Runs one of the seam's own statements (BEGIN, SAVEPOINT, …).
pub(super) fn control(connection: &Connection, sql: &str) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(sql).map_err(failure)?;
    statement.execute([]).map(drop).map_err(failure)
}

/// Moves the whole log into the database file and empties it.
pub(super) fn checkpoint(connection: &Connection) -> Result<(), Error> {
    let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
    let held = connection
        .query_row(sql, [], |row| row.get::<_, bool>(0))
        .map_err(failure)?;
    if held { Err(Error::Busy) } else { Ok(()) }
}

/// What is wrong with the file, page by page.
pub(super) fn check(connection: &Connection) -> Result<Vec<String>, Error> {
    let mut statement = connection
        .prepare("PRAGMA integrity_check")
        .map_err(failure)?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0));
    let lines: Vec<String> = lines.and_then(Iterator::collect).map_err(failure)?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// Moves of the log what nobody reads any more into the database file.
pub(super) fn move_log(connection: &Connection) -> Result<(), Error> {
    connection
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        .map_err(failure)
}

/// Counts the pages of the log into `pages`, after each commit.
pub(super) fn count_log(connection: &mut Connection, pages: Arc<AtomicI32>) -> Result<(), Error> {
    let count = move |_: &mut Wal, count| {
        pages.store(count, Ordering::Relaxed);
        Ok(())
    };
    connection.wal_hook(Some(count)).map_err(failure)
}

/// Leaves the log where it is when the connection is closed.
pub(super) fn keep_log(connection: &Connection) -> Result<(), Error> {
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map(drop)
        .map_err(failure)
}

/// Lets SQLite look at its tables again where its guesses have aged.
pub(super) fn optimize(connection: &Connection) -> Result<(), Error> {
    connection.execute_batch("PRAGMA optimize").map_err(failure)
}

/// Runs a query until `take` wants no more rows.
pub(super) fn query<T: FromRow>(
    connection: &Connection,
    sql: Sql,
    parameters: &[V<'_>],
    mut take: impl FnMut(T) -> bool,
) -> Result<(), Error> {
    let mut statement = connection
        .prepare_cached(&sql.for_sqlite())
        .map_err(failure)?;
    let mut rows = statement
        .query(params_from_iter(parameters))
        .map_err(failure)?;
    let places = Places::default();
    while let Some(row) = rows.next().map_err(failure)? {
        if !take(T::from_row(&Row::lite(row, &places))?) {
            break;
        }
    }
    Ok(())
}

/// Runs a change; the number of rows it touched.
pub(super) fn exec(connection: &Connection, sql: Sql, parameters: &[V<'_>]) -> Result<u64, Error> {
    let mut statement = connection
        .prepare_cached(&sql.for_sqlite())
        .map_err(failure)?;
    let changed = statement
        .execute(params_from_iter(parameters))
        .map_err(failure)?;
    Ok(changed as u64)
}

/// Prepares a statement and looks whether `$1`, `$2`, … stand where we bind them.
pub(super) fn prepare(connection: &Connection, sql: Sql) -> Result<(), Error> {
    let statement = connection
        .prepare_cached(&sql.for_sqlite())
        .map_err(failure)?;
    for at in 1..=statement.parameter_count().max(sql.parameters()) {
        if statement.parameter_name(at) != Some(&format!("${at}")) {
            return Err(Error::Statement {
                reason: format!("`{}`: parameter {at} is not ${at}", sql.text()),
            });
        }
    }
    Ok(())
}

/// A column of a row.
pub(super) fn cell<'r>(
    row: &'r rusqlite::Row<'_>,
    column: Column,
    places: &Places,
) -> Result<Cell<'r>, Error> {
    let at = match column {
        Column::At(at) => Some(at),
        Column::Named(name) => places.find(name, |expected| position(row, name, expected)),
    };
    let value = at.and_then(|at| row.get_ref(at).ok());
    let decode = |wanted, found: &str| Error::Decode {
        column: column.to_string(),
        wanted,
        found: found.into(),
    };
    Ok(
        match value.ok_or_else(|| decode("a value", "no such column"))? {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(it) => Cell::Int(it),
            ValueRef::Real(it) => Cell::Real(it),
            ValueRef::Text(it) => Cell::Text(
                str::from_utf8(it).map_err(|_| decode("a text in UTF-8", "other bytes"))?,
            ),
            ValueRef::Blob(it) => Cell::Blob(it),
        },
    )
}

/// Where the column of a name stands.
fn position(row: &rusqlite::Row<'_>, name: &str, expected: usize) -> Option<usize> {
    let statement = row.as_ref();
    match statement.column_name(expected) {
        Ok(found) if found == name => Some(expected),
        _ => statement.column_index(name).ok(),
    }
}

impl ToSql for V<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            V::Null => ValueRef::Null,
            V::Int(it) => ValueRef::Integer(*it),
            V::Text(it) => ValueRef::Text(it.as_bytes()),
            V::Blob(it) => ValueRef::Blob(it),
            V::Uuid(it) => ValueRef::Blob(it.as_bytes()),
            V::Bool(it) => ValueRef::Integer((*it).into()),
        }))
    }
}

/// Our name for what SQLite reports.
pub(super) fn failure(error: rusqlite::Error) -> Error {
    let reason = error.to_string();
    if is_failed_sync(&error) {
        return Error::NotDurable { reason };
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy,
        Some(ErrorCode::DiskFull) => Error::Full,
        Some(ErrorCode::ReadOnly) => Error::ReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Corrupt { reason },
        Some(ErrorCode::ConstraintViolation) => constraint(&error, reason),
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OutOfMemory
            | ErrorCode::NoLargeFileSupport,
        ) => Error::Unavailable { reason },
        _ => Error::Statement { reason },
    }
}

/// Whether the disk was asked to make something durable and failed.
fn is_failed_sync(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| {
        matches!(
            error.extended_code,
            ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC
        )
    })
}

/// Finds the columns in sentences such as `UNIQUE constraint failed: people.email`.
fn constraint(error: &rusqlite::Error, reason: String) -> Error {
    let kind = match error.sqlite_error().map_or(0, |code| code.extended_code) {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => Constraint::Unique,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Constraint::ForeignKey,
        ffi::SQLITE_CONSTRAINT_NOTNULL => Constraint::NotNull,
        ffi::SQLITE_CONSTRAINT_CHECK => Constraint::Check,
        ffi::SQLITE_CONSTRAINT_DATATYPE => Constraint::Type,
        _ => Constraint::Other,
    };
    let named = ["constraint failed: ", " column "]
        .iter()
        .find_map(|before| reason.split_once(before).map(|(_, name)| name.to_owned()));
    Error::Constraint {
        kind,
        name: named.unwrap_or(reason),
    }
}
