//! Values on their way to PostgreSQL and back.

use std::error::Error as StdError;

use bytes::BytesMut;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::db::error::Error;
use crate::db::row::{Column, Places};
use crate::db::value::{Cell, V};

type Mistake = Box<dyn StdError + Sync + Send>;

/// Whether a parameter may be of this type.
pub(super) fn takes(kind: &Type) -> bool {
    matches!(
        *kind,
        Type::BOOL
            | Type::INT2
            | Type::INT4
            | Type::INT8
            | Type::FLOAT8
            | Type::TEXT
            | Type::VARCHAR
            | Type::BYTEA
            | Type::UUID
    )
}

/// Whether a column may be of this type.
pub(super) fn gives(kind: &Type) -> bool {
    takes(kind) || matches!(*kind, Type::FLOAT4 | Type::NAME)
}

impl ToSql for V<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Mistake> {
        match (self, kind) {
            (V::Null, _) => Ok(IsNull::Yes),
            (V::Int(it), &Type::INT8) => it.to_sql(kind, out),
            (V::Int(it), &Type::INT4) => i32::try_from(*it)?.to_sql(kind, out),
            (V::Int(it), &Type::INT2) => i16::try_from(*it)?.to_sql(kind, out),
            (V::Text(it), &(Type::TEXT | Type::VARCHAR)) if it.contains('\0') => {
                it.replace('\0', "\u{fffd}").to_sql(kind, out)
            }
            (V::Text(it), &(Type::TEXT | Type::VARCHAR)) => it.to_sql(kind, out),
            (V::Blob(it), &Type::BYTEA) => it.to_sql(kind, out),
            (V::Uuid(it), &Type::UUID) => it.to_sql(kind, out),
            (V::Bool(it), &Type::BOOL) => it.to_sql(kind, out),
            _ => Err(format!("{} is not for the type {kind}", self.kind()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl V<'_> {
    /// The kind of the value, without the value: it may be private.
    const fn kind(&self) -> &'static str {
        match self {
            V::Null => "nothing",
            V::Int(_) => "a whole number",
            V::Text(_) => "a text",
            V::Blob(_) => "bytes",
            V::Uuid(_) => "a uuid",
            V::Bool(_) => "a boolean",
        }
    }
}

/// What stands in a column.
struct Found<'r>(Cell<'r>);

impl<'r> FromSql<'r> for Found<'r> {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Self, Mistake> {
        Ok(Self(match *kind {
            Type::BOOL => Cell::Bool(FromSql::from_sql(kind, raw)?),
            Type::INT2 => Cell::Int(i16::from_sql(kind, raw)?.into()),
            Type::INT4 => Cell::Int(i32::from_sql(kind, raw)?.into()),
            Type::INT8 => Cell::Int(FromSql::from_sql(kind, raw)?),
            Type::FLOAT4 => Cell::Real(f32::from_sql(kind, raw)?.into()),
            Type::FLOAT8 => Cell::Real(FromSql::from_sql(kind, raw)?),
            Type::BYTEA => Cell::Blob(raw),
            Type::UUID => Cell::Uuid(FromSql::from_sql(kind, raw)?),
            _ => Cell::Text(str::from_utf8(raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Mistake> {
        Ok(Self(Cell::Null))
    }

    fn accepts(kind: &Type) -> bool {
        gives(kind)
    }
}

/// A column of a row; `next` is where a name is looked for first.
pub(in crate::db) fn cell<'r>(
    row: &'r Row,
    column: Column,
    places: &Places,
) -> Result<Cell<'r>, Error> {
    let decode = |found: &str| Error::Decode {
        column: column.to_string(),
        wanted: "a value",
        found: found.into(),
    };
    let at = match column {
        Column::At(at) => at,
        Column::Named(name) => places
            .find(name, |expected| position(row, name, expected))
            .ok_or_else(|| decode("no such column"))?,
    };
    if at >= row.len() {
        return Err(decode("no such column"));
    }
    row.try_get(at)
        .map(|Found(cell)| cell)
        .map_err(|_| decode("another type"))
}

/// Where the column of a name stands.
fn position(row: &Row, name: &str, expected: usize) -> Option<usize> {
    let columns = row.columns();
    match columns.get(expected) {
        Some(column) if column.name() == name => Some(expected),
        _ => columns.iter().position(|column| column.name() == name),
    }
}
