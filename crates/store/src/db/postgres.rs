//! PostgreSQL through tokio-postgres: a pool of connections, a transaction for each job.
//!
//! There a job's future lives in the caller's task, so one that is not `Send` fails to compile:
//!
//! ```compile_fail
//! # use mainstay_store::{db::{Db, Error}, sql};
//! # fn begin(db: Db) {
//! tokio::spawn(async move {
//!     let job = db.write::<_, Error, _>(async |tx| {
//!         let not_send = std::rc::Rc::new(1);
//!         tx.exec(sql!("DELETE FROM notes"), &[]).await?;
//!         Ok(*not_send)
//!     });
//!     job.await
//! });
//! # }
//! ```

mod address;
mod cells;
mod failure;
mod link;
mod presence;
mod schema;
mod signals;
mod tls;
mod upgrade;
mod walls;

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use deadpool_postgres::{
    Hook, HookError, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use futures::FutureExt as _;
use tokio::sync::{Semaphore, SemaphorePermit};

pub(super) use cells::cell;
pub(super) use link::Link;
pub(super) use signals::LONGEST;
pub use upgrade::{Effect, Upgrade};

use super::Options;
use super::error::Error;
use super::inside::Inside;
use super::migrate::Migration;
use super::tx::{Guard, Tx, Watch, ask};
use super::writer::message_of;
use address::Address;
use failure::Rules;

/// How much longer than the server we wait for it ourselves.
const PATIENCE: Duration = Duration::from_secs(5);

/// A pool of connections to PostgreSQL.
pub(super) struct Postgres {
    pool: Pool,
    /// For the connection that listens.
    address: Address,
    /// A permit for each connection: who waits for one, and who still has one at the end.
    permits: Semaphore,
    /// Fewer: whoever waits for a row that is held must not keep others from reading.
    writers: Semaphore,
    connections: u32,
    busy_timeout: Duration,
    answer_timeout: Duration,
    rules: Arc<Rules>,
    watch: Option<Watch>,
    guard: Option<Guard>,
    may_write: bool,
}

/// A connection of the pool, and the right to have it. It goes back only when what was asked on it
/// has come to an end: whoever leaves before knows neither when the answer comes, nor whether.
struct Lease<'p> {
    client: Option<Object>,
    is_sound: bool,
    _permit: SemaphorePermit<'p>,
}

impl Lease<'_> {
    fn client(&self) -> Result<&Object, Error> {
        self.client.as_ref().ok_or(Error::Closed)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(client) = self.client.take().filter(|_| !self.is_sound) {
            drop(Object::take(client));
        }
    }
}

impl Postgres {
    /// Looks whether the server can be used, brings the schema up to date, fills a pool.
    pub(super) async fn connect(url: &str, options: Options) -> Result<Self, Error> {
        let address = Address::parse(url, &options)?;
        let mut told = |step: &Migration| {
            tracing::info!(number = step.number, name = step.name, "migrated");
        };
        let (rules, hold) = schema::prepare(&address, &options, &mut told).await?;
        let filled = Self::fill(&address, rules, options, true).await;
        // Nobody else changes the schema before this program is known to be here.
        drop(hold);
        filled
    }

    /// The same for a database that has the newest schema, to read only.
    pub(super) async fn connect_to_read(url: &str, options: Options) -> Result<Self, Error> {
        let address = Address::parse(url, &options)?;
        let rules = schema::look(&address, options.migrations).await?;
        Self::fill(&address, rules, options, false).await
    }

    async fn fill(
        address: &Address,
        rules: Rules,
        options: Options,
        may_write: bool,
    ) -> Result<Self, Error> {
        let connections = options.connections.max(1);
        let pool = pool(address, &options, connections)
            .map_err(|reason| address.refused(reason, "Check the settings of the connection."))?;
        let postgres = Self {
            pool,
            address: address.clone(),
            permits: Semaphore::new(connections),
            writers: Semaphore::new((connections * 3 / 4).max(1)),
            connections: u32::try_from(connections).unwrap_or(u32::MAX),
            busy_timeout: options.busy_timeout,
            answer_timeout: options.statement_timeout + PATIENCE,
            rules: Arc::new(rules),
            watch: options.on_statement,
            guard: options.guard,
            may_write,
        };
        let lease = postgres.lease().await?;
        postgres.give_back(lease, true);
        Ok(postgres)
    }

    /// Runs a job and commits it.
    pub(super) async fn write<T, E: From<Error>>(
        &self,
        job: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if !self.may_write {
            return Err(Error::ReadOnly.into());
        }
        ask(self.guard.as_ref(), "BEGIN IMMEDIATE")?; // as SQLite calls it
        let _writing = self.admit(&self.writers).await?;
        let lease = self.lease().await?;
        let (answer, is_sound) = self.write_on(lease.client()?, job).await;
        self.give_back(lease, is_sound);
        answer
    }

    /// Does it on a connection, and says whether that can be used again.
    async fn write_on<T, E: From<Error>>(
        &self,
        client: &Object,
        job: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> (Result<T, E>, bool) {
        let link = Link::new(client, link::TO_WRITE, &self.rules, self.answer_timeout);
        let mut tx = Tx::postgres(link, self.watch.as_ref(), self.guard.as_ref()).writing();
        let done = AssertUnwindSafe(attended(job(&mut tx)))
            .catch_unwind()
            .await;
        let answer = match done {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Err(error.into()),
            Err(panic) => Err(Error::Panicked {
                message: message_of(&*panic),
            }
            .into()),
        };
        let fault = tx.fault.take();
        let answer = answer.and_then(|kept| {
            ask(self.guard.as_ref(), "COMMIT")?;
            Ok(kept)
        });
        let Some(link) = tx.into_postgres() else {
            return (answer, true);
        };
        let (ended, is_sound) = link.end(answer.is_ok(), fault).await;
        match ended {
            Ok(()) => (answer, is_sound),
            Err(error) => (Err(error.into()), is_sound),
        }
    }

    /// Runs a job that only reads, on one snapshot.
    pub(super) async fn read<T, E: From<Error>>(
        &self,
        job: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        ask(self.guard.as_ref(), "BEGIN")?;
        let lease = self.lease().await?;
        let (answer, is_sound) = self.read_on(lease.client()?, job).await;
        self.give_back(lease, is_sound);
        answer
    }

    /// Does it on a connection, and says whether that can be used again.
    async fn read_on<T, E: From<Error>>(
        &self,
        client: &Object,
        job: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> (Result<T, E>, bool) {
        let link = Link::new(client, link::TO_READ, &self.rules, self.answer_timeout);
        let mut tx = Tx::postgres(link, self.watch.as_ref(), self.guard.as_ref());
        let answer = attended(job(&mut tx)).await;
        let answer = answer.unwrap_or_else(|error| Err(error.into()));
        match tx.into_postgres() {
            Some(link) if link.leaves_changes() && answer.is_ok() => {
                (Err(Error::ReadOnly.into()), link.is_sound())
            }
            link => (answer, link.is_none_or(|link| link.is_sound())),
        }
    }

    /// Lets the server count what is in the tables, which it would do by itself in a minute or so.
    pub(super) async fn optimize(&self) -> Result<(), Error> {
        let lease = self.lease().await?;
        let client = lease.client()?;
        // With another role and without a limit of time: nobody else gets this connection.
        let become_owner = format!("SET ROLE {}", walls::OWNER);
        for sql in [
            &become_owner,
            "SET statement_timeout = 0",
            "VACUUM (ANALYZE)",
        ] {
            let done = client.batch_execute(sql).await;
            done.map_err(|error| self.rules.failure(&error))?;
        }
        Ok(())
    }

    /// Waits for all jobs, lets nobody in after them, and ends the connections.
    pub(super) async fn close(&self) -> Result<(), Error> {
        let all = self.permits.acquire_many(self.connections).await;
        self.permits.close();
        self.pool.close();
        all.map(drop).map_err(|_| Error::Closed)
    }

    async fn lease(&self) -> Result<Lease<'_>, Error> {
        let permit = self.admit(&self.permits).await?;
        let client = self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(TimeoutType::Wait) => Error::Busy,
            PoolError::Closed => Error::Closed,
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                failure::unreachable(&error)
            }
            other => Error::Unreachable {
                reason: other.to_string(),
            },
        })?;
        Ok(Lease {
            client: Some(client),
            is_sound: false,
            _permit: permit,
        })
    }

    async fn admit<'s>(&self, crowd: &'s Semaphore) -> Result<SemaphorePermit<'s>, Error> {
        tokio::time::timeout(self.busy_timeout, crowd.acquire())
            .await
            .map_err(|_| Error::Busy)?
            .map_err(|_| Error::Closed)
    }

    /// Gives a connection back, or up if it is silent or broken. Then those that lie idle may have
    /// gone the same way, and would each have to be waited for: new ones are made.
    fn give_back(&self, mut lease: Lease<'_>, is_sound: bool) {
        lease.is_sound = is_sound;
        if !is_sound {
            self.pool.retain(|_, _| false);
        }
    }

    async fn in_time<T>(
        &self,
        asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Error> {
        match tokio::time::timeout(self.answer_timeout, asked).await {
            Ok(answer) => answer.map_err(|error| failure::unreachable(&error)),
            Err(_) => Err(failure::silent()),
        }
    }
}

fn pool(address: &Address, options: &Options, connections: usize) -> Result<Pool, String> {
    let manager = address.manager(ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    });
    let settings: Arc<str> = settings(options).into();
    let greet = Hook::async_fn(move |client: &mut deadpool_postgres::ClientWrapper, _| {
        let settings = Arc::clone(&settings);
        Box::pin(async move {
            let greeted = client.batch_execute(&settings).await;
            greeted.map_err(HookError::Backend)
        })
    });
    Pool::builder(manager)
        .max_size(connections)
        .runtime(Runtime::Tokio1)
        .create_timeout(Some(options.connect_timeout + PATIENCE))
        .wait_timeout(Some(options.busy_timeout))
        .recycle_timeout(Some(options.connect_timeout))
        .post_create(greet)
        .build()
        .map_err(|error| error.to_string())
}

/// What every connection is told first. Plans do not follow bound values, as on SQLite: to plan a
/// page of the queue anew took three times as long as to read it.
fn settings(options: &Options) -> String {
    format!(
        "SET statement_timeout = {}; SET lock_timeout = {}; \
         SET idle_in_transaction_session_timeout = {}; SET jit = off; SET plan_cache_mode = force_generic_plan; \
         SET TIME ZONE 'UTC'; \
         {}; SET ROLE {}",
        options.statement_timeout.as_millis(),
        options.busy_timeout.as_millis(),
        (options.statement_timeout * 2).as_millis(),
        presence::announce(options.migrations),
        walls::APP,
    )
}

/// Polls a job, and refuses one that waits for anything but its transaction.
async fn attended<F: Future>(job: F) -> Result<F::Output, Error> {
    let mut job = pin!(job);
    poll_fn(|context| {
        let _inside = Inside::enter();
        match job.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending if Inside::has_asked() => Poll::Pending,
            Poll::Pending => Poll::Ready(Err(Error::PendingInTransaction)),
        }
    })
    .await
}
