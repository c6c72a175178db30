//! The connections that read, and whose turn it is.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::error::Error;
use super::sqlite::control;
use super::tx::{Guard, ask};

/// The connections that are free, and as many permits.
pub(super) struct Readers {
    free: Mutex<Vec<Connection>>,
    permits: Semaphore,
    count: u32,
}

impl Readers {
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        Self {
            permits: Semaphore::new(connections.len()),
            count: u32::try_from(connections.len()).unwrap_or(u32::MAX),
            free: Mutex::new(connections),
        }
    }

    /// Waits for a connection and begins a transaction on it.
    pub(super) async fn begin(&self, guard: Option<&Guard>) -> Result<Lease<'_>, Error> {
        let permit = self.permits.acquire().await.map_err(|_| Error::Closed)?;
        let connection = self.free().pop().ok_or(Error::Closed)?;
        let lease = Lease {
            readers: self,
            connection: Some(connection),
            _permit: permit,
        };
        ask(guard, "BEGIN")?;
        control(lease.connection.as_ref().ok_or(Error::Closed)?, "BEGIN")?;
        Ok(lease)
    }

    /// Waits for all who read, and lets nobody in after them.
    pub(super) async fn close(&self) {
        let all = self.permits.acquire_many(self.count).await;
        self.permits.close();
        drop(all);
        self.free().clear();
    }

    fn free(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in a read transaction; ends it and gives the connection back when dropped.
pub(super) struct Lease<'r> {
    readers: &'r Readers,
    connection: Option<Connection>,
    _permit: SemaphorePermit<'r>,
}

impl Lease<'_> {
    pub(super) fn connection(&mut self) -> Result<&mut Connection, Error> {
        self.connection.as_mut().ok_or(Error::Closed)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        if !connection.is_autocommit()
            && let Err(error) = control(&connection, "ROLLBACK")
        {
            tracing::error!(%error, "a read transaction could not be ended");
        }
        self.readers.free().push(connection);
    }
}
