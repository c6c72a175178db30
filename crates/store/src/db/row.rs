//! One row of a result, and how a type is made from it.

use super::error::Error;
use super::value::{Cell, Decode};
use super::{postgres, sqlite};

/// One row of a result; its columns are read by position or by name.
#[derive(Debug)]
pub struct Row<'r> {
    source: Source<'r>,
    /// The column after the one read last: names are mostly asked for in their order, and found
    /// there without a search.
    next: std::cell::Cell<usize>,
}

/// The engine's own row.
#[derive(Debug)]
enum Source<'r> {
    Lite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

/// Which column: a position from 0, or a name.
#[derive(Debug, Clone, Copy)]
pub enum Column<'n> {
    /// Counted from 0.
    At(usize),
    /// By the name the statement gives it.
    Named(&'n str),
}

impl From<usize> for Column<'_> {
    fn from(at: usize) -> Self {
        Self::At(at)
    }
}

impl<'n> From<&'n str> for Column<'n> {
    fn from(name: &'n str) -> Self {
        Self::Named(name)
    }
}

impl std::fmt::Display for Column<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::At(at) => write!(f, "{}", at + 1),
            Self::Named(name) => f.write_str(name),
        }
    }
}

impl<'r> Row<'r> {
    pub(super) fn lite(row: &'r rusqlite::Row<'r>) -> Self {
        Self {
            source: Source::Lite(row),
            next: std::cell::Cell::new(0),
        }
    }

    pub(super) fn postgres(row: &'r tokio_postgres::Row) -> Self {
        Self {
            source: Source::Postgres(row),
            next: std::cell::Cell::new(0),
        }
    }

    /// How many columns it has.
    #[must_use]
    pub fn width(&self) -> usize {
        match self.source {
            Source::Lite(row) => row.as_ref().column_count(),
            Source::Postgres(row) => row.len(),
        }
    }

    /// The value of a column.
    ///
    /// # Errors
    /// [`Error::Decode`] if there is no such column or it holds something else.
    pub fn get<'n, T: Decode>(&self, column: impl Into<Column<'n>>) -> Result<T, Error> {
        let column = column.into();
        let cell = self.cell(column)?;
        T::decode(cell).map_err(|wanted| Error::Decode {
            column: column.to_string(),
            wanted,
            found: cell.kind(),
        })
    }

    /// What stands in a column, undecoded.
    ///
    /// # Errors
    /// [`Error::Decode`] if there is no such column, or a text is not UTF-8.
    pub fn cell(&self, column: Column<'_>) -> Result<Cell<'_>, Error> {
        match self.source {
            Source::Lite(row) => sqlite::cell(row, column, &self.next),
            Source::Postgres(row) => postgres::cell(row, column, &self.next),
        }
    }
}

/// A type that can be made from a row: a view's struct, a tuple, or a single column.
pub trait FromRow: Sized {
    /// Reads the row.
    ///
    /// # Errors
    /// [`Error::Decode`] if a column is missing or holds something else.
    fn from_row(row: &Row<'_>) -> Result<Self, Error>;
}

impl<T: Decode> FromRow for T {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        row.get(0)
    }
}

macro_rules! tuple_from_row {
    ($($name:ident $at:literal),+) => {
        impl<$($name: Decode),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self, Error> {
                Ok(($(row.get::<$name>($at)?,)+))
            }
        }
    };
}

tuple_from_row!(A 0);
tuple_from_row!(A 0, B 1);
tuple_from_row!(A 0, B 1, C 2);
tuple_from_row!(A 0, B 1, C 2, D 3);
tuple_from_row!(A 0, B 1, C 2, D 3, E 4);
tuple_from_row!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple_from_row!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple_from_row!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
