//! `mainstay backup` and `mainstay export`: everything an instance keeps, in a file or a folder.

use std::path::PathBuf;

use mainstay_app::Clock;
use mainstay_app::archive::{Form, Manifest, Taken, take};

use super::database::Database;
use super::progress::{Teller, size};
use super::{Answer, code, counted, print};
use crate::ports::SystemClock;
use crate::server;

/// What to write where.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    database: Database,
    /// The new file or folder to write.
    #[arg(long, value_name = "PATH")]
    to: PathBuf,
}

impl Arguments {
    /// Writes it, also while an instance runs; the answer is no when files' bytes were missing.
    pub fn run(self, form: Form) -> Answer {
        server::run(self.take(form))
    }

    async fn take(self, form: Form) -> Answer {
        let place = self.database.place()?;
        let (db, files) = (place.open_to_read().await?, place.file_store());
        let mut teller = Teller::new(match form {
            Form::File => "backing up",
            Form::Folder => "exporting",
        });
        let now = SystemClock.now();
        let look = &mut |progress: &_| teller.tell(progress);
        let Taken { manifest } = take(&db, &files, &self.to, form, now, look).await?;
        db.close().await?;
        let seconds = teller.end();
        for missing in &manifest.missing_files {
            eprintln!("file {}: {}", missing.sha256, missing.reason);
        }
        let (to, what) = (self.to.display(), contents(&manifest));
        print(&format!("{to}: {what}, in {seconds:.1} s."))?;
        let is_whole = manifest.missing_files.is_empty();
        if !is_whole {
            let missing = counted(manifest.missing_files.len(), "file");
            eprintln!(
                "mainstay: the bytes of {missing} could not be included. Everything else is \
                 there; put them back from an earlier backup."
            );
        }
        Ok(code(is_whole))
    }
}

/// What an archive holds, in a few words.
pub fn contents(manifest: &Manifest) -> String {
    let table_bytes: u64 = manifest.tables.iter().map(|table| table.bytes).sum();
    let file_bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    format!(
        "{} rows of {} and {}, {}",
        manifest.rows(),
        counted(manifest.tables.len(), "table"),
        counted(manifest.files.len(), "file"),
        size(table_bytes + file_bytes)
    )
}
