//! `mainstay restore` and `mainstay import`: an archive into a database that is new or empty.

use std::path::PathBuf;

use mainstay_app::Clock;
use mainstay_app::archive::{Restored, restore};

use super::backup::contents;
use super::database::Database;
use super::progress::Teller;
use super::target::{self, rows_before};
use super::{Answer, code, counted, print};
use crate::ports::SystemClock;
use crate::server;

/// What to read into which database.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    database: Database,
    /// A backup's file or an export's folder.
    #[arg(long, value_name = "PATH")]
    from: PathBuf,
}

impl Arguments {
    /// Reads it in.
    pub fn run(self) -> Answer {
        server::run(self.restore())
    }

    async fn restore(self) -> Answer {
        let mut teller = Teller::new("restoring");
        let place = self.database.place()?;
        let (files, now) = (place.file_store(), SystemClock.now());
        let mut look = |progress: &_| teller.tell(progress);
        let restored = target::fill(&place, async |db| {
            Ok(restore(&self.from, db, &files, now, &mut look).await?)
        });
        let restored = restored.await?;
        let seconds = teller.end();
        let Restored {
            manifest,
            rows_before: before,
            sessions,
            held,
        } = restored;
        let (database, what) = (place.shown(), contents(&manifest));
        let sessions = counted(usize::try_from(sessions).unwrap_or(usize::MAX), "session");
        let held = counted(usize::try_from(held).unwrap_or(0), "notice");
        let before = rows_before(before);
        print(&format!(
            "{database}: {what}, as of {}, in {seconds:.1} s{before}; every table is the same.\n\
             {sessions} ended: everybody signs in again. What goes out is held, {held} for now: \
             look around with `mainstay serve`, then let it go with `mainstay release`.",
            manifest.taken_at
        ))?;
        Ok(code(true))
    }
}
