//! Reading the parts of an archive into a database, from where an earlier attempt was broken off.
//!
//! Rows are kept in the order of the archive, a batch in one transaction, so the first rows of a
//! table are there or they are not: how many says where to go on.

use std::io::Read;
use std::path::Path;

use mainstay_domain::Moment;
use mainstay_store::system::filling::{self, Filling};
use mainstay_store::system::tables::{self, Field, Table};
use mainstay_store::{Db, Tx, search};
use uuid::Uuid;

use super::restore::own;
use super::source::{Lines, PartName, Source, broken};
use super::{Error, Progress};
use crate::FileStore;
use crate::files::hex;

/// Rows kept in one transaction.
const BATCH: usize = 1000;
/// Bytes of lines kept in one transaction, at most about.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Reads parts in.
pub(super) struct Filler<'a> {
    db: &'a Db,
    files: &'a FileStore,
    pub filling: Filling,
    /// Rows that were there already.
    pub rows_before: u64,
    /// Files so far.
    files_seen: u128,
    progress: Progress,
    look: &'a mut dyn FnMut(&Progress),
}

impl<'a> Filler<'a> {
    pub(super) fn new(
        db: &'a Db,
        files: &'a FileStore,
        filling: Filling,
        look: &'a mut dyn FnMut(&Progress),
    ) -> Self {
        Self {
            db,
            files,
            filling,
            rows_before: 0,
            files_seen: 0,
            progress: Progress::default(),
            look,
        }
    }

    /// Reads in what is missing of an archive.
    pub(super) async fn fill(&mut self, path: &Path) -> Result<(), Error> {
        let forgotten = self.files.forget_incoming(Moment::MAX).await;
        forgotten.map_err(|error| refused(self.files, &error))?;
        let source = Source::open(path)?;
        source
            .walk(&mut async |name: &str, input: &mut dyn Read| self.take_in(name, input).await)
            .await?;
        "search".clone_into(&mut self.progress.part);
        (self.look)(&self.progress);
        self.rebuild_search().await?;
        self.db.write(async |tx| tables::advance(tx).await).await?;
        Ok(self.db.optimize().await?)
    }

    async fn take_in(&mut self, name: &str, input: &mut dyn Read) -> Result<(), Error> {
        name.clone_into(&mut self.progress.part);
        match PartName::of(name) {
            PartName::Table(name) => match tables::find(name) {
                Some(table) => self.take_in_table(table, input).await,
                None => Ok(()),
            },
            PartName::File(hash) => {
                self.files_seen += 1;
                self.progress.bytes += keep(self.files, self.files_seen, hash, input).await?;
                (self.look)(&self.progress);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn take_in_table(
        &mut self,
        table: &'static Table,
        input: &mut dyn Read,
    ) -> Result<(), Error> {
        let before = self.rows_of(table).await?;
        self.rows_before += before;
        let (mut lines, mut line) = (Lines::new(input), Vec::new());
        let (mut batch, mut bytes) = (Vec::new(), 0);
        loop {
            let is_there = lines.next(&mut line)?;
            if is_there && lines.rows <= before {
                self.progress.rows += 1;
                self.progress.bytes += line.len() as u64;
                continue;
            }
            if is_there {
                let row = table.parse(&line);
                batch.push(row.map_err(|error| Error::Damaged(error.to_string()))?);
                bytes += line.len();
            }
            if batch.len() == BATCH || bytes > BATCH_BYTES || (!is_there && !batch.is_empty()) {
                self.progress.rows += batch.len() as u64;
                self.progress.bytes += bytes as u64;
                self.keep_rows(table, std::mem::take(&mut batch)).await?;
                bytes = 0;
                (self.look)(&self.progress);
            }
            if !is_there {
                return Ok(());
            }
        }
    }

    /// How many rows of an archive's table are there.
    async fn rows_of(&self, table: &'static Table) -> Result<u64, Error> {
        let count = async |tx: &mut Tx<'_>| tables::count(tx, table).await;
        let count: u64 = self.db.read(count).await?;
        let marks = u64::from(filling::is_marked(table));
        Ok(count.saturating_sub(marks))
    }

    async fn keep_rows(&self, table: &'static Table, rows: Vec<Vec<Field>>) -> Result<(), Error> {
        let filling = self.filling.clone();
        let keep = async move |tx: &mut Tx<'_>| {
            own(tx, &filling).await?;
            Ok(tables::insert(tx, table, &rows).await?)
        };
        self.db.write(keep).await
    }

    async fn rebuild_search(&self) -> Result<(), Error> {
        loop {
            let gathered = self.db.read(async |tx| search::gather(tx).await).await?;
            if gathered.is_empty() {
                return Ok(());
            }
            let filling = self.filling.clone();
            let take_in = async move |tx: &mut Tx<'_>| {
                own(tx, &filling).await?;
                Ok::<_, Error>(search::take_in(tx, &gathered).await?)
            };
            self.db.write(take_in).await?;
        }
    }
}

/// Keeps the bytes of a file, if they are not there already; how many they are.
async fn keep(
    files: &FileStore,
    place: u128,
    hash: &str,
    input: &mut dyn Read,
) -> Result<u64, Error> {
    if let Some(Ok(size)) = unhex(hash).map(|sha256| files.inspect(&sha256)) {
        return Ok(size);
    }
    let mut receiving = files
        .receive(Uuid::from_u128(place))
        .await
        .map_err(|error| refused(files, &error))?;
    let mut bytes = vec![0; 256 * 1024];
    loop {
        let read = input.read(&mut bytes).map_err(|error| broken(&error))?;
        if read == 0 {
            break;
        }
        let written = receiving.write(&bytes[..read]).await;
        written.map_err(|error| refused(files, &error))?;
    }
    let kept = files.keep(receiving, hash, "").await;
    let kept = kept.map_err(|error| refused(files, &error))?;
    if hex(&kept.sha256) == hash {
        Ok(kept.size)
    } else {
        Err(Error::Damaged(format!("file {hash} was changed meanwhile")))
    }
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    let pairs = (0..hex.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
        .collect()
}

fn refused(files: &FileStore, error: &crate::Error) -> Error {
    Error::Disk {
        path: files.folder().to_owned(),
        doing: "written",
        reason: error.to_string(),
    }
}
