//! The seam to the database: one SQL text, business functions written once, whatever the engine.
//!
//! ```
//! use mainstay_store::db::{self, Db, FromRow, Migration, Options, Row, Tx};
//! use mainstay_store::sql;
//! use uuid::Uuid;
//!
//! struct Note { number: i64, text: String }
//!
//! impl FromRow for Note {
//!     fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
//!         Ok(Self { number: row.get("number")?, text: row.get("text")? })
//!     }
//! }
//!
//! async fn insert(tx: &mut Tx<'_>, account: Uuid, text: &str) -> Result<i64, db::Error> {
//!     let last: Option<i64> = tx
//!         .one(sql!("SELECT max(number) FROM notes WHERE account_id = $1"), &[account.into()])
//!         .await?;
//!     let number = last.unwrap_or(0) + 1;
//!     let insert = sql!("INSERT INTO notes (account_id, number, text) VALUES ($1, $2, $3)");
//!     tx.exec(insert, &[account.into(), number.into(), text.into()]).await?;
//!     Ok(number)
//! }
//!
//! async fn list(tx: &mut Tx<'_>, account: Uuid) -> Result<Vec<Note>, db::Error> {
//!     let list = sql!("SELECT number, text FROM notes WHERE account_id = $1 ORDER BY number");
//!     tx.all(list, &[account.into()]).await
//! }
//!
//! const MIGRATIONS: &[Migration] = &[Migration {
//!     number: 1,
//!     name: "notes",
//!     sql: "CREATE TABLE notes (
//!               account_id uuid NOT NULL, number bigint NOT NULL, \"text\" text NOT NULL,
//!               PRIMARY KEY (account_id, number)) WITHOUT ROWID;",
//! }];
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), db::Error> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("mainstay.db");
//! let db = Db::open(&path, Options::new(MIGRATIONS))?;
//! let account = Uuid::from_u128(7);
//! let text = String::from("moved out of here");
//! let number = db.write(async move |tx| insert(tx, account, &text).await).await?;
//! let notes = db.read(async |tx| list(tx, account).await).await?;
//! assert_eq!((number, notes[0].number, notes[0].text.as_str()), (1, 1, "moved out of here"));
//! # db.close().await }
//! ```
//!
//! * `write` takes what it needs with it (`async move`, owned values); `read` may borrow.
//! * A closure of several statements needs to be told its error once: `Ok::<_, Error>(…)`.
//! * Inside, only the transaction is awaited. On SQLite a write runs on the one writer thread and
//!   is polled once; anything still pending is rolled back with [`Error::PendingInTransaction`].
//! * Writes that wait together are committed together, in the order they were queued, each in its
//!   own savepoint: one that fails or panics is undone alone. Nobody is answered before COMMIT. A
//!   COMMIT that fails (disk full) fails all of them.
//! * Once the disk has failed to make something durable, nothing more is written until the next
//!   start: what a second try would report as safe may be lost already ([`Error::NotDurable`]).
//! * A write whose caller has gone is still done, if it was queued: it is *unknown*, not failed.
//! * On PostgreSQL a write is a transaction of its own connection, awaited by its caller: whoever
//!   leaves before the COMMIT was sent undoes it. It sees what others commit meanwhile, so rows
//!   that are read in order to change them are locked (`db/dialect.rs`). A COMMIT whose answer is
//!   lost is [`Error::Unknown`]. A statement that fails undoes the whole job there, even if the
//!   job goes on.
//! * A read sees one snapshot from its first statement on.

mod checkpoint;
mod dialect;
mod error;
mod inside;
mod migrate;
mod postgres;
mod readers;
#[cfg(test)]
pub(crate) mod registry;
mod row;
mod signals;
mod sqlite;
mod statement;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tokens;
mod tx;
mod value;
#[cfg(debug_assertions)]
mod whose;
mod writer;

use std::fs::{File, TryLockError};
use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tracing::Instrument as _;

pub use error::{Constraint, Error};
pub use migrate::{Kind, Migration};
pub use postgres::{Effect, Upgrade};
pub use row::{Column, FromRow, Row};
pub use signals::{Signal, Signals};
pub use statement::Sql;
pub use tx::{Either, Guard, Reach, Tx, Watch};
pub use value::{Cell, Decode, V};

use checkpoint::Checkpointer;
use inside::Inside;
use readers::Readers;
use writer::{Chore, Writer};

/// How a database is opened.
#[derive(Clone)]
pub struct Options {
    /// The schema, oldest step first.
    pub migrations: &'static [Migration],
    /// Whether to work on a schema that newer programs have added to, so long as they say that it
    /// breaks nothing.
    pub beside_newer: bool,
    /// Whether to take away what older programs needed; SQLite, which has no nodes, always does.
    pub contract: bool,
    /// Connections that read; by default one per core, four at least.
    pub readers: usize,
    /// Writes that may wait before callers wait to queue theirs.
    pub queue: usize,
    /// Writes committed together, at most.
    pub batch: usize,
    /// How long to wait for whoever holds the file, the row or all connections.
    pub busy_timeout: Duration,
    /// Connections to PostgreSQL, at most.
    pub connections: usize,
    /// How long a connection to PostgreSQL may take.
    pub connect_timeout: Duration,
    /// How long one statement may take on PostgreSQL.
    pub statement_timeout: Duration,
    /// Prepared statements kept per connection.
    pub statements: usize,
    /// Page cache of the writer, KiB.
    pub writer_cache_kib: u32,
    /// Page cache of each reader, KiB.
    pub reader_cache_kib: u32,
    /// Is told the text of every statement a transaction executes; for tests.
    pub on_statement: Option<Watch>,
    /// Is asked before every call of the engine, BEGIN, SAVEPOINT and COMMIT among them, and may
    /// refuse it; for tests of what a failing database leaves behind.
    pub guard: Option<Guard>,
}

impl Options {
    /// The usual settings: some 20 MiB of caches in all on a small machine.
    #[must_use]
    pub fn new(migrations: &'static [Migration]) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            migrations,
            beside_newer: false,
            contract: false,
            readers: cores.max(4),
            queue: 1024,
            batch: 256,
            busy_timeout: Duration::from_secs(5),
            connections: 16,
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            statements: 256,
            writer_cache_kib: 32 * 1024,
            reader_cache_kib: 2 * 1024,
            on_statement: None,
            guard: None,
        }
    }
}

/// The database. Clones are handles to the same one; the last to go shuts it down.
#[derive(Clone)]
pub struct Db(Arc<Engine>);

enum Engine {
    Lite(Lite),
    Postgres(Box<postgres::Postgres>),
}

/// A SQLite file. The order of the fields is the order in which they end.
struct Lite {
    readers: Readers,
    /// Nothing, where it was opened to read.
    writer: Option<Writer>,
    watch: Option<Watch>,
    guard: Option<Guard>,
}

impl Lite {
    async fn read<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
        E: From<Error>,
    {
        let guard = self.guard.as_ref();
        let mut lease = self.readers.begin(guard).await?;
        let mut tx = Tx::lite(lease.connection()?, self.watch.as_ref(), guard);
        let answer = at_once(job(&mut tx)).await?;
        if tx.last.is_empty() {
            answer
        } else {
            Err(Error::ReadOnly.into())
        }
    }
}

impl Db {
    /// Opens a SQLite file, makes it if it is not there, and brings its schema up to date.
    /// Blocks while it does.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Foreign`], [`Error::Newer`] and [`Error::Changed`] leave the
    /// file as it was; [`Error::Migration`] leaves it at the last migration that went through.
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self, Error> {
        let path = path.as_ref();
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let lock = lock(&path)?;
        let writer = sqlite::open_writer(&path, &options)?;
        let checkpointer = Checkpointer::start(sqlite::open_checkpointer(&path, &options)?)?;
        let readers = open_readers(&path, &options)?;
        let writer = Some(Writer::start(writer, checkpointer, lock, &options)?);
        Ok(Self(Arc::new(Engine::Lite(Lite {
            readers,
            writer,
            watch: options.on_statement,
            guard: options.guard,
        }))))
    }

    /// Connects to PostgreSQL, 15 or later, and brings the schema up to date as far as this program
    /// needs it; of several nodes that do so at once one does it and the others wait.
    ///
    /// `url` is `postgres://role:password@host:port/database`, or with `?host=/folder` a socket;
    /// `sslmode` and `sslrootcert` say how it is encrypted.
    ///
    /// # Errors
    /// [`Error::Refused`] for whatever whoever set it up can mend; [`Error::Foreign`],
    /// [`Error::Newer`], [`Error::Changed`] and [`Error::Migration`] as for [`Db::open`];
    /// [`Error::StillNeeded`] where older programs are connected that could not work any more.
    pub async fn connect(url: &str, options: Options) -> Result<Self, Error> {
        let postgres = postgres::Postgres::connect(url, options).await?;
        Ok(Self(Arc::new(Engine::Postgres(Box::new(postgres)))))
    }

    /// Connects to a PostgreSQL database that has the newest schema, to read only, without changing
    /// anything.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Vacant`], [`Error::Foreign`], [`Error::Older`],
    /// [`Error::Newer`] and [`Error::Changed`]; [`Error::ReadOnly`] to whoever writes all the same.
    pub async fn connect_to_read(url: &str, options: Options) -> Result<Self, Error> {
        let postgres = postgres::Postgres::connect_to_read(url, options).await?;
        Ok(Self(Arc::new(Engine::Postgres(Box::new(postgres)))))
    }

    /// Opens a SQLite file that is there and has the newest schema, to read only: beside another
    /// process that writes it, without its lock, and without changing anything.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Foreign`], [`Error::Older`], [`Error::Newer`] and
    /// [`Error::Changed`]; [`Error::ReadOnly`] to whoever writes all the same.
    pub fn open_to_read(path: impl AsRef<Path>, options: Options) -> Result<Self, Error> {
        let path = path.as_ref();
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let pending = sqlite::pending(&path, &options)?;
        if let (Some(first), Some(last)) = (pending.first(), options.migrations.last()) {
            let before = options.migrations.iter().map(|known| known.number);
            let found = before.take_while(|number| *number < first.number).last();
            return Err(Error::Older {
                found: found.unwrap_or(0),
                known: last.number,
            });
        }
        let readers = open_readers(&path, &options)?;
        Ok(Self(Arc::new(Engine::Lite(Lite {
            readers,
            writer: None,
            watch: options.on_statement,
            guard: options.guard,
        }))))
    }

    /// The migrations a SQLite file still needs; nothing is changed.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Foreign`], [`Error::Newer`] and [`Error::Changed`].
    pub fn pending(
        path: impl AsRef<Path>,
        options: &Options,
    ) -> Result<&'static [Migration], Error> {
        sqlite::pending(path.as_ref(), options)
    }

    /// Copies a SQLite file as it stands now, whoever writes it meanwhile, to a new file.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Foreign`]; a new file that is there already, a full disk.
    pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<(), Error> {
        sqlite::copy(from.as_ref(), to.as_ref())
    }

    /// What the engine finds broken in its own structures, a sentence for each; reads everything.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn broken_structures(&self) -> Result<Vec<String>, Error> {
        match &*self.0 {
            Engine::Lite(lite) => {
                let mut lease = lite.readers.begin(lite.guard.as_ref()).await?;
                sqlite::broken_structures(lease.connection()?)
            }
            Engine::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// How many writes wait to be begun.
    #[must_use]
    pub fn waiting_writes(&self) -> usize {
        match &*self.0 {
            Engine::Lite(lite) => lite.writer.as_ref().map_or(0, Writer::waiting),
            Engine::Postgres(_) => 0,
        }
    }

    /// Runs `job` in a transaction and waits until it is durable. An `Err` undoes it.
    ///
    /// # Errors
    /// The job's own, or [`Error`] in its clothes when the database failed.
    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        if Inside::stands() {
            return Err(Error::Nested.into());
        }
        let span = self.span("write");
        match &*self.0 {
            Engine::Lite(Lite {
                writer: Some(writer),
                ..
            }) => writer.write(job).instrument(span).await,
            Engine::Lite(_) => Err(Error::ReadOnly.into()),
            Engine::Postgres(postgres) => postgres.write(job).instrument(span).await,
        }
    }

    /// A transaction as it is traced, the wait for its turn included.
    fn span(&self, what: &'static str) -> tracing::Span {
        let system = match &*self.0 {
            Engine::Lite(_) => "sqlite",
            Engine::Postgres(_) => "postgresql",
        };
        tracing::trace_span!(
            target: "spans",
            "transaction",
            otel.name = what,
            otel.kind = "client",
            db.system.name = system,
        )
    }

    /// Runs `job` in a transaction that only reads, on one snapshot.
    ///
    /// # Errors
    /// The job's own, or [`Error`] in its clothes when the database failed;
    /// [`Error::ReadOnly`] if it tries to write.
    pub async fn read<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
        E: From<Error>,
    {
        if Inside::stands() {
            return Err(Error::Nested.into());
        }
        let span = self.span("read");
        match &*self.0 {
            Engine::Lite(lite) => lite.read(job).instrument(span).await,
            Engine::Postgres(postgres) => postgres.read(job).instrument(span).await,
        }
    }

    /// Tells all nodes on this database a text of at most [`Db::LONGEST_SIGNAL`] bytes. Whoever does
    /// not listen just now never hears it. On SQLite there are no others.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn tell(&self, what: &str) -> Result<(), Error> {
        match &*self.0 {
            Engine::Lite(_) => Ok(()),
            Engine::Postgres(postgres) => postgres.tell(what).await,
        }
    }

    /// The longest text of [`Db::tell`], bytes.
    pub const LONGEST_SIGNAL: usize = postgres::LONGEST;

    /// What is told from now on; `None` on SQLite, where there are no other nodes.
    #[must_use]
    pub fn listen(&self) -> Option<Signals> {
        match &*self.0 {
            Engine::Lite(_) => None,
            Engine::Postgres(postgres) => Some(postgres.listen()),
        }
    }

    /// Moves SQLite's log into its file and empties it; a job for quiet hours and backups.
    ///
    /// # Errors
    /// [`Error::Busy`] if somebody reads for long; whatever the disk says.
    pub async fn checkpoint(&self) -> Result<(), Error> {
        self.chore(Chore::Checkpoint).await
    }

    /// Lets the engine renew what it knows of its tables, after many rows were brought in.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn optimize(&self) -> Result<(), Error> {
        match &*self.0 {
            Engine::Lite(_) => self.chore(Chore::Optimize).await,
            Engine::Postgres(postgres) => postgres.optimize().await,
        }
    }

    /// Lets the engine examine its file, every page and index of it; what is wrong with it, in the
    /// engine's words. Takes as long as reading the whole file.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn check(&self) -> Result<Vec<String>, Error> {
        match &*self.0 {
            Engine::Lite(lite) => {
                let mut lease = lite.readers.begin(lite.guard.as_ref()).await?;
                sqlite::check(lease.connection()?)
            }
            Engine::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// Ends reads, does all writes that wait, empties the log and closes the file. Whoever asks
    /// later gets [`Error::Closed`]. Dropping the last handle does the same, blocking.
    ///
    /// # Errors
    /// Whatever the disk says; everything that was answered is kept all the same.
    pub async fn close(&self) -> Result<(), Error> {
        match &*self.0 {
            Engine::Lite(lite) => lite.readers.close().await,
            Engine::Postgres(postgres) => return postgres.close().await,
        }
        self.chore(Chore::Close).await
    }

    async fn chore(&self, chore: Chore) -> Result<(), Error> {
        match &*self.0 {
            Engine::Lite(Lite {
                writer: Some(writer),
                ..
            }) => writer.chore(chore).await,
            Engine::Lite(_) | Engine::Postgres(_) => Ok(()),
        }
    }
}

fn open_readers(path: &Path, options: &Options) -> Result<Readers, Error> {
    let readers = (0..options.readers.max(1)).map(|_| sqlite::open_reader(path, options));
    Ok(Readers::new(readers.collect::<Result<_, _>>()?))
}

/// Polls a future once.
async fn at_once<F: Future>(future: F) -> Result<F::Output, Error> {
    let mut future = pin!(future);
    poll_fn(|context| {
        let _inside = Inside::enter();
        Poll::Ready(match future.as_mut().poll(context) {
            Poll::Ready(output) => Ok(output),
            Poll::Pending => Err(Error::PendingInTransaction),
        })
    })
    .await
}

/// Takes the lock file beside the database.
fn lock(path: &Path) -> Result<File, Error> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let unavailable = |error: std::io::Error| Error::Unavailable {
        reason: format!("{}: {error}", Path::new(&name).display()),
    };
    let mut how = File::options();
    let file = how
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(unavailable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked { path: name.into() }),
        Err(TryLockError::Error(error)) => Err(unavailable(error)),
    }
}
