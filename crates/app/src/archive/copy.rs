//! Moving a living vendor to another database: what was read in is compared with the archive before
//! it may be taken for an instance.

use mainstay_domain::Moment;
use mainstay_store::system::filling;
use mainstay_store::system::tables::{self, Field, TABLES, Table};
use mainstay_store::{Db, Tx, outbox};
use sha2::{Digest, Sha256};

use super::manifest::Manifest;
use super::restore::{Filled, own};
use super::take::PAGE;
use super::{Error, Onlooker, Progress};
use crate::files::hex;

/// A table of an archive beside that of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Its name.
    pub name: &'static str,
    /// How many rows the archive has, and the SHA-256 of their lines, hexadecimal.
    pub archived: (u64, String),
    /// The same of the database.
    pub found: (u64, String),
}

impl Compared {
    /// Whether the database holds what the archive does.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.archived == self.found
    }
}

/// Lets a database that holds all of an archive be the instance; how many effects wait.
///
/// It is the same vendor that goes on elsewhere: people stay signed in. What is to be done outside
/// is held until it is released, since the one it came from may be running yet.
///
/// # Errors
/// [`Error::Differs`] when it does not hold all; [`Error`] says what else stood in the way.
pub async fn hand_over(db: &Db, filled: &Filled, now: Moment) -> Result<i64, Error> {
    same(&filled.tables)?;
    let filling = filled.filling.clone();
    let hand_over = async move |tx: &mut Tx<'_>| {
        own(tx, &filling).await?;
        if outbox::held_since(tx).await?.is_none() {
            outbox::hold(tx, now).await?;
        }
        filling::end(tx).await?;
        Ok(outbox::waiting(tx).await?.count)
    };
    db.write(hand_over).await
}

/// Refuses tables that are not as in their archive.
///
/// # Errors
/// [`Error::Differs`] names them.
pub fn same(tables: &[Compared]) -> Result<(), Error> {
    let differ = tables.iter().filter(|table| !table.is_same());
    let names: Vec<_> = differ.map(|table| table.name).collect();
    if names.is_empty() {
        Ok(())
    } else {
        Err(Error::Differs(names.join(", ")))
    }
}

/// Compares every table of a database with an archive, in one snapshot.
///
/// # Errors
/// [`Error`] when the database cannot be read.
pub async fn compare(
    db: &Db,
    manifest: &Manifest,
    look: Onlooker<'_>,
) -> Result<Vec<Compared>, Error> {
    let mut progress = Progress::default();
    db.read(async |tx| {
        let mut all = Vec::with_capacity(TABLES.len());
        for table in TABLES {
            let of_name = manifest.tables.iter().find(|sum| sum.name == table.name);
            let archived = of_name.map(|sum| (sum.rows, sum.sha256.clone()));
            all.push(Compared {
                name: table.name,
                archived: archived.unwrap_or_default(),
                found: sum(tx, table, &mut progress, look).await?,
            });
        }
        Ok(all)
    })
    .await
}

/// How many rows a table has, and the SHA-256 of their lines. The mark of a database that is being
/// filled does not count.
async fn sum(
    tx: &mut Tx<'_>,
    table: &Table,
    progress: &mut Progress,
    look: &mut dyn FnMut(&Progress),
) -> Result<(u64, String), Error> {
    table.name.clone_into(&mut progress.part);
    let (mut rows, mut hasher, mut last) = (0, Sha256::new(), None);
    loop {
        let page = tables::page(tx, table, last.as_deref(), PAGE).await?;
        for row in page.iter().filter(|row| !is_mark(table, row)) {
            let line = table.line(row);
            rows += 1;
            progress.rows += 1;
            progress.bytes += line.len() as u64;
            hasher.update(line.as_bytes());
        }
        look(progress);
        match page.into_iter().next_back() {
            Some(row) => last = Some(row),
            None => return Ok((rows, hex(&hasher.finalize()))),
        }
    }
}

fn is_mark(table: &Table, row: &[Field]) -> bool {
    filling::is_marked(table)
        && matches!(row.first(), Some(Field::Text(name)) if name == filling::MARK)
}
