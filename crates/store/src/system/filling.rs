//! A database that is being filled from an archive, and must not be taken for an instance before
//! all of it is there.

use super::tables;
use crate::{Error, Tx, settings, sql};

/// The setting that stands while a database is being filled.
pub const MARK: &str = "being-filled";

/// Who fills a database with what; it stands in the database meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filling {
    /// What is filled in, by a hash.
    pub archive: String,
    /// The how many-th attempt it is: whoever goes on ends the one before.
    pub attempt: u32,
}

/// What a database is that is to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It holds nothing.
    Empty,
    /// It was filled in part, and somebody is still at it or broke it off.
    HalfFilled(Filling),
    /// It holds data.
    Data,
}

impl Filling {
    fn of(mark: &str) -> Self {
        let (archive, attempt) = mark.split_once(' ').unwrap_or_default();
        Self {
            archive: archive.to_owned(),
            attempt: attempt.parse().unwrap_or(0),
        }
    }

    fn mark(&self) -> String {
        format!("{} {}", self.archive, self.attempt)
    }
}

/// Looks what a database is that is to be filled.
///
/// # Errors
/// Whatever the database says.
pub async fn look(tx: &mut Tx<'_>) -> Result<Found, Error> {
    if let Some(mark) = settings::find(tx, MARK).await? {
        return Ok(Found::HalfFilled(Filling::of(&mark)));
    }
    Ok(if tables::are_empty(tx).await? {
        Found::Empty
    } else {
        Found::Data
    })
}

/// Begins to fill a database that is empty, or goes on with one that was filled in part from the
/// same archive. Any other is refused with what was found.
///
/// # Errors
/// Whatever the database says.
pub async fn begin(tx: &mut Tx<'_>, archive: &str) -> Result<Result<Filling, Found>, Error> {
    let attempt = match look(tx).await? {
        Found::Empty => 1,
        Found::HalfFilled(before) if before.archive == archive => before.attempt.saturating_add(1),
        other => return Ok(Err(other)),
    };
    let archive = archive.to_owned();
    let filling = Filling { archive, attempt };
    settings::save(tx, MARK, &filling.mark()).await?;
    Ok(Ok(filling))
}

/// Whether nobody else has gone on with it since, nor will before this transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn is_ours(tx: &mut Tx<'_>, filling: &Filling) -> Result<bool, Error> {
    let hold = sql!("SELECT value FROM settings WHERE name = 'being-filled' FOR UPDATE");
    let mark: Option<String> = tx.opt(hold, &[]).await?;
    Ok(mark == Some(filling.mark()))
}

/// Whether a database is being filled, or was when somebody broke it off.
///
/// # Errors
/// Whatever the database says.
pub async fn is_begun(tx: &mut Tx<'_>) -> Result<bool, Error> {
    Ok(settings::find(tx, MARK).await?.is_some())
}

/// Takes the mark away: all is there.
///
/// # Errors
/// Whatever the database says.
pub async fn end(tx: &mut Tx<'_>) -> Result<(), Error> {
    let end = sql!("DELETE FROM settings WHERE name = 'being-filled'");
    tx.exec(end, &[]).await.map(drop)
}

/// Whether the mark stands among the rows of a table.
#[must_use]
pub fn is_marked(table: &tables::Table) -> bool {
    table.name == "settings"
}
