//! Every table as data, to be carried from one database to another whatever the engines.
//!
//! [`TABLES`] says what there is; [`page`] reads rows in the order of their keys, [`insert`] keeps
//! them, and [`Table::line`] and [`Table::parse`] turn a row into a line of JSON and back. What is
//! derived, the words of the search, is not carried: it is made again.

mod line;
mod list;
mod statements;
#[cfg(test)]
mod tests;

use uuid::Uuid;

use crate::db::{Cell, FromRow, Reach, Row, V};
use crate::{Error, Tx, sql};

pub use line::LineError;
pub use list::TABLES;

use statements::{SET_CASE_NUMBER, statements};

/// What a column holds, in the portable words of migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An id.
    Uuid,
    /// A whole number, or an instant in seconds.
    Whole,
    /// `true` or `false`.
    Truth,
    /// Text, JSON or a local date.
    Text,
    /// Bytes.
    Bytes,
    /// A running number the database gives.
    Running,
}

impl Kind {
    /// The word of migrations and archives.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Whole => "bigint",
            Self::Truth => "boolean",
            Self::Text => "text",
            Self::Bytes => "bytea",
            Self::Running => "identity",
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may hold nothing.
    pub may_be_null: bool,
}

/// A table that is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns of its key, in the order rows are carried in.
    pub key: &'static [&'static str],
    /// All its columns.
    pub columns: &'static [Column],
}

/// One field of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// Nothing.
    Null,
    /// A whole number.
    Whole(i64),
    /// A truth.
    Truth(bool),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An id.
    Uuid(Uuid),
}

impl Field {
    fn value(&self) -> V<'_> {
        match self {
            Self::Null => V::Null,
            Self::Whole(it) => V::Int(*it),
            Self::Truth(it) => V::Bool(*it),
            Self::Text(it) => V::Text(it),
            Self::Bytes(it) => V::Blob(it),
            Self::Uuid(it) => V::Uuid(*it),
        }
    }

    /// What a database gave, as what its column is to hold.
    fn of(column: &Column, found: Self) -> Result<Self, Error> {
        Ok(match (column.kind, found) {
            (_, Self::Null) if column.may_be_null => Self::Null,
            (Kind::Whole | Kind::Running, Self::Whole(it)) => Self::Whole(it),
            (Kind::Truth, Self::Truth(it)) => Self::Truth(it),
            (Kind::Truth, Self::Whole(it @ (0 | 1))) => Self::Truth(it == 1),
            (Kind::Text, Self::Text(it)) => Self::Text(it),
            (Kind::Bytes, Self::Bytes(it)) => Self::Bytes(it),
            (Kind::Uuid, Self::Uuid(it)) => Self::Uuid(it),
            (Kind::Uuid, Self::Bytes(it)) if it.len() == 16 => {
                Self::Uuid(Uuid::from_slice(&it).unwrap_or_default())
            }
            (kind, _) => {
                return Err(Error::Decode {
                    column: column.name.to_owned(),
                    wanted: kind.code(),
                    found: "something else".to_owned(),
                });
            }
        })
    }
}

/// The fields of a row as the database gave them.
struct Raw(Vec<Field>);

impl FromRow for Raw {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let fields = (0..row.width()).map(|at| {
            Ok(match row.cell(at.into())? {
                Cell::Null => Field::Null,
                Cell::Bool(it) => Field::Truth(it),
                Cell::Int(it) => Field::Whole(it),
                Cell::Text(it) => Field::Text(it.to_owned()),
                Cell::Blob(it) => Field::Bytes(it.to_vec()),
                Cell::Uuid(it) => Field::Uuid(it),
                Cell::Real(_) => {
                    return Err(Error::Decode {
                        column: (at + 1).to_string(),
                        wanted: "a field that can be carried",
                        found: "a fraction".to_owned(),
                    });
                }
            })
        });
        fields.collect::<Result<_, _>>().map(Self)
    }
}

/// The table of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

/// The number of the newest migration this program knows: the schema of what it writes.
#[must_use]
pub fn schema_number() -> i64 {
    crate::MIGRATIONS
        .last()
        .map_or(0, |migration| migration.number)
}

/// Rows in the order of their keys, from the first or from after a row.
///
/// # Errors
/// Whatever the database says, or a column that holds what it should not.
pub async fn page(
    tx: &mut Tx<'_>,
    table: &Table,
    after: Option<&[Field]>,
    limit: u32,
) -> Result<Vec<Vec<Field>>, Error> {
    tx.reach(Reach::System);
    let statements = tx.choose(statements(table)?);
    let rows: Vec<Raw> = match after {
        None => tx.all(statements.first_page, &[limit.into()]).await?,
        Some(row) => {
            let mut parameters: Vec<V<'_>> = table.key_of(row).map(Field::value).collect();
            parameters.push(limit.into());
            tx.all(statements.next_page, &parameters).await?
        }
    };
    rows.into_iter().map(|raw| table.shape(raw)).collect()
}

/// Keeps rows, many in one statement.
///
/// # Errors
/// A row that is there already; whatever the database says.
pub async fn insert(tx: &mut Tx<'_>, table: &Table, rows: &[Vec<Field>]) -> Result<(), Error> {
    tx.reach(Reach::System);
    if table.name != "counters" {
        return insert_many(tx, table, rows).await;
    }
    let (mut others, set) = (Vec::new(), tx.choose(SET_CASE_NUMBER));
    for row in rows {
        match case_number(row) {
            Some(last) => {
                tx.one::<i64>(set, &[last.into()]).await?;
            }
            None => others.push(row.clone()),
        }
    }
    insert_many(tx, table, &others).await
}

async fn insert_many(tx: &mut Tx<'_>, table: &Table, rows: &[Vec<Field>]) -> Result<(), Error> {
    let mut rest = rows;
    for (many, insert) in tx.choose(statements(table)?).inserts {
        while let Some((now, later)) = rest.split_at_checked(many) {
            let values: Vec<V<'_>> = now.iter().flatten().map(Field::value).collect();
            tx.send(insert, &values).await?;
            rest = later;
        }
    }
    Ok(())
}

/// The last case number, if a row of `counters` holds it.
fn case_number(row: &[Field]) -> Option<i64> {
    match row {
        [Field::Text(name), Field::Whole(last)] if name == "case" => Some(*last),
        _ => None,
    }
}

/// Lets running numbers go on after the last one kept, once all rows are there.
///
/// # Errors
/// Whatever the database says.
pub async fn advance(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.reach(Reach::System);
    for table in TABLES {
        if let Some(advance) = tx.choose(statements(table)?).advance {
            tx.one::<Option<i64>>(advance, &[]).await?;
        }
    }
    Ok(())
}

/// How many rows a table has.
///
/// # Errors
/// Whatever the database says.
pub async fn count(tx: &mut Tx<'_>, table: &Table) -> Result<u64, Error> {
    tx.reach(Reach::System);
    let count = tx.choose(statements(table)?).count;
    tx.one(count, &[]).await
}

/// Whether no table holds a row.
///
/// # Errors
/// Whatever the database says.
pub async fn are_empty(tx: &mut Tx<'_>) -> Result<bool, Error> {
    for table in TABLES {
        if !page(tx, table, None, 1).await?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The SHA-256 and the size in bytes of every file there is a row for, each once, in order.
///
/// # Errors
/// Whatever the database says.
pub async fn file_hashes(tx: &mut Tx<'_>) -> Result<Vec<(Vec<u8>, u64)>, Error> {
    tx.reach(Reach::System);
    let list = sql!(
        "SELECT sha256, max(size) FROM (
             SELECT sha256, size FROM files UNION ALL SELECT sha256, size FROM internal_files
         ) AS every GROUP BY sha256 ORDER BY sha256"
    );
    tx.all(list, &[]).await
}

impl Table {
    fn key_of<'r>(&self, row: &'r [Field]) -> impl Iterator<Item = &'r Field> {
        let place = |name: &&str| self.columns.iter().position(|column| column.name == *name);
        let places: Vec<usize> = self.key.iter().filter_map(place).collect();
        places.into_iter().filter_map(|place| row.get(place))
    }

    fn shape(&self, Raw(fields): Raw) -> Result<Vec<Field>, Error> {
        let pairs = self.columns.iter().zip(fields);
        pairs
            .map(|(column, field)| Field::of(column, field))
            .collect()
    }
}
