//! The place of the second engine, which comes with the next change.
//!
//! Nothing can make a `Postgres` yet. It stands here because there a job's future lives in the
//! caller's task: with this arm, a job whose future is not `Send` fails to compile today.
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

use super::error::Error;
use super::tx::Tx;

/// A pool of connections to PostgreSQL.
pub(super) struct Postgres(std::convert::Infallible);

impl Postgres {
    pub(super) async fn run<T, E: From<Error>>(
        &self,
        todo: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tx = self.begin();
        todo(&mut tx).await
    }

    fn begin(&self) -> Tx<'_> {
        match self.0 {}
    }
}
