//! One row of a result, and how a type is made from it.

use std::cell::{Cell as Slot, RefCell};

use super::error::Error;
use super::value::{Cell, Decode};
use super::{postgres, sqlite};

/// One row of a result; its columns are read by position or by name.
#[derive(Debug)]
pub struct Row<'r> {
    source: Source<'r>,
    places: &'r Places,
}

/// Where the columns of a result stand: looked for in its first row, known in all others, which ask
/// for the same names in the same order.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The names a row asks for, in that order.
    known: RefCell<Vec<(&'static str, usize)>>,
    /// Which of them is asked for next.
    turn: Slot<usize>,
}

impl Places {
    /// Where a name stands; `search` looks for it, first in the place given: names are mostly asked
    /// for in their order.
    pub(super) fn find(
        &self,
        name: &'static str,
        search: impl FnOnce(usize) -> Option<usize>,
    ) -> Option<usize> {
        let turn = self.turn.replace(self.turn.get() + 1);
        let mut known = self.known.borrow_mut();
        if let Some((held, at)) = known.get(turn)
            && std::ptr::eq(*held, name)
        {
            return Some(*at);
        }
        let before = turn.checked_sub(1).and_then(|turn| known.get(turn));
        let at = search(before.map_or(0, |(_, at)| at + 1))?;
        match known.get_mut(turn) {
            Some(place) => *place = (name, at),
            None => known.push((name, at)),
        }
        Some(at)
    }
}

/// The engine's own row.
#[derive(Debug)]
enum Source<'r> {
    Lite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

/// Which column: a position from 0, or a name.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    /// Counted from 0.
    At(usize),
    /// By the name the statement gives it.
    Named(&'static str),
}

impl From<usize> for Column {
    fn from(at: usize) -> Self {
        Self::At(at)
    }
}

impl From<&'static str> for Column {
    fn from(name: &'static str) -> Self {
        Self::Named(name)
    }
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::At(at) => write!(f, "{}", at + 1),
            Self::Named(name) => f.write_str(name),
        }
    }
}

impl<'r> Row<'r> {
    pub(super) fn lite(row: &'r rusqlite::Row<'r>, places: &'r Places) -> Self {
        Self::of(Source::Lite(row), places)
    }

    pub(super) fn postgres(row: &'r tokio_postgres::Row, places: &'r Places) -> Self {
        Self::of(Source::Postgres(row), places)
    }

    fn of(source: Source<'r>, places: &'r Places) -> Self {
        places.turn.set(0);
        Self { source, places }
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
    pub fn get<T: Decode>(&self, column: impl Into<Column>) -> Result<T, Error> {
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
    pub fn cell(&self, column: Column) -> Result<Cell<'_>, Error> {
        match self.source {
            Source::Lite(row) => sqlite::cell(row, column, self.places),
            Source::Postgres(row) => postgres::cell(row, column, self.places),
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
