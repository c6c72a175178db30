//! A database that is being filled from an archive, and must not be taken for an instance before
//! all of it is there.

use mainstay_domain::Moment;

use super::tables;
use crate::{Error, Tx, settings, sql};

/// The setting that stands while a database is being filled.
pub const MARK: &str = "being-filled";

/// What a database is that is to be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It holds nothing.
    Empty,
    /// It was filled in part, and nobody went on.
    HalfFilled,
    /// It holds data.
    Data,
}

/// Looks what a database is that is to be filled.
///
/// # Errors
/// Whatever the database says.
pub async fn look(tx: &mut Tx<'_>) -> Result<Found, Error> {
    Ok(if is_begun(tx).await? {
        Found::HalfFilled
    } else if tables::are_empty(tx).await? {
        Found::Empty
    } else {
        Found::Data
    })
}

/// Marks a database as one that is being filled, if it is empty.
///
/// # Errors
/// Whatever the database says.
pub async fn begin(tx: &mut Tx<'_>, now: Moment) -> Result<Found, Error> {
    let found = look(tx).await?;
    if found != Found::Empty {
        return Ok(found);
    }
    let mark = sql!("INSERT INTO settings (name, value) VALUES ('being-filled', $1)");
    tx.exec(mark, &[now.as_unix().to_string().as_str().into()])
        .await?;
    Ok(Found::Empty)
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
