//! `mainstay release`: lets what is held after a restore go out.

use mainstay_store::outbox;

use super::database::Database;
use super::{Answer, code, counted, print};
use crate::server;

/// Of which database.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    database: Database,
}

impl Arguments {
    /// Releases it; an instance that runs on a SQLite file must be stopped first.
    pub fn run(self) -> Answer {
        server::run(self.release())
    }

    async fn release(self) -> Answer {
        let db = self.database.open().await?;
        let (was_held, waiting) = db
            .write(async move |tx| {
                let was_held = outbox::release(tx).await?;
                Ok::<_, mainstay_store::Error>((was_held, outbox::waiting(tx).await?.count))
            })
            .await?;
        db.close().await?;
        let waiting = counted(usize::try_from(waiting).unwrap_or(0), "notice");
        print(&if was_held {
            format!("Released: {waiting} will go out when `mainstay serve` runs.")
        } else {
            format!("Nothing was held; {waiting} will go out when `mainstay serve` runs.")
        })?;
        Ok(code(true))
    }
}
