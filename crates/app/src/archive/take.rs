//! Making an archive, while an instance runs: every table in one snapshot, then the files.

use std::path::Path;

use mainstay_domain::Moment;
use mainstay_store::system::tables::{self, TABLES, Table};
use mainstay_store::{Db, Tx};

use super::manifest::{FileSum, Manifest, MissingFile, NAME, TableSum};
use super::sink::Sink;
use super::{Error, Form, Onlooker, Progress};
use crate::FileStore;
use crate::files::hex;

/// Rows read at once.
pub(super) const PAGE: u32 = 200;

/// What an archive came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What it says of itself.
    pub manifest: Manifest,
}

/// Writes an archive of everything to a new file or folder.
///
/// A file whose bytes are missing or damaged does not stop it: the manifest names it.
///
/// # Errors
/// [`Error`] says what stood in the way; nothing is left then.
pub async fn take(
    db: &Db,
    files: &FileStore,
    target: &Path,
    form: Form,
    now: Moment,
    look: Onlooker<'_>,
) -> Result<Taken, Error> {
    let mut sink = Sink::create(target, form, u64::try_from(now.as_unix()).unwrap_or(0))?;
    let mut manifest = Manifest::new(now.to_string());
    let mut progress = Progress::default();
    let hashes = db
        .read(async |tx| {
            for table in TABLES {
                let sum = take_table(tx, &mut sink, table, &mut progress, look).await?;
                manifest.tables.push(sum);
            }
            Ok::<_, Error>(tables::file_hashes(tx).await?)
        })
        .await?;
    for table in TABLES {
        let name = format!("schemas/{}.json", table.name);
        sink.put(&name, table.json_schema().as_bytes())?;
    }
    "files".clone_into(&mut progress.part);
    for (sha256, _) in hashes {
        let name = hex(&sha256);
        match files.inspect(&sha256) {
            Ok(bytes) => {
                sink.copy(&format!("files/{name}"), &files.path(&sha256), bytes)?;
                progress.bytes += bytes;
                look(&progress);
                manifest.files.push(FileSum {
                    sha256: name,
                    bytes,
                });
            }
            Err(reason) => manifest.missing_files.push(MissingFile {
                sha256: name,
                reason,
            }),
        }
    }
    let mut text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    text.push('\n');
    sink.put(NAME, text.as_bytes())?;
    sink.finish()?;
    Ok(Taken { manifest })
}

async fn take_table(
    tx: &mut Tx<'_>,
    sink: &mut Sink,
    table: &Table,
    progress: &mut Progress,
    look: &mut dyn FnMut(&Progress),
) -> Result<TableSum, Error> {
    table.name.clone_into(&mut progress.part);
    let mut part = sink.begin(&format!("tables/{}.jsonl", table.name))?;
    let (mut rows, mut last) = (0, None);
    loop {
        let page = tables::page(tx, table, last.as_deref(), PAGE).await?;
        let before = part.bytes();
        for row in &page {
            part.write(table.line(row).as_bytes())?;
        }
        rows += page.len() as u64;
        progress.rows += page.len() as u64;
        progress.bytes += part.bytes() - before;
        look(progress);
        match page.into_iter().next_back() {
            Some(row) => last = Some(row),
            None => break,
        }
    }
    let (bytes, sha256) = sink.end(part)?;
    Ok(TableSum::of(table, rows, bytes, sha256))
}
