//! What goes into a statement ([`V`]) and what comes out of a column ([`Cell`], [`Decode`]).

use mainstay_domain::Moment;
use uuid::Uuid;

use super::statement::Sql;

/// A parameter of a statement.
///
/// Uuids are `BLOB(16)` on SQLite, instants whole seconds, booleans 0 and 1, JSON is text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum V<'a> {
    /// NULL.
    Null,
    /// A whole number or an instant.
    Int(i64),
    /// Text or JSON.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// A uuid.
    Uuid(Uuid),
    /// A boolean.
    Bool(bool),
}

macro_rules! into_v {
    ($($from:ty => |$it:ident| $to:expr;)+) => {$(
        impl<'a> From<$from> for V<'a> {
            fn from($it: $from) -> Self { $to }
        }
    )+};
}

into_v! {
    i64 => |it| V::Int(it);
    i32 => |it| V::Int(it.into());
    u32 => |it| V::Int(it.into());
    u16 => |it| V::Int(it.into());
    u8 => |it| V::Int(it.into());
    bool => |it| V::Bool(it);
    Uuid => |it| V::Uuid(it);
    Moment => |it| V::Int(it.as_unix());
    &'a i64 => |it| V::Int(*it);
    &'a u32 => |it| V::Int((*it).into());
    &'a bool => |it| V::Bool(*it);
    &'a Uuid => |it| V::Uuid(*it);
    &'a Moment => |it| V::Int(it.as_unix());
    &'a str => |it| V::Text(it);
    &'a String => |it| V::Text(it);
    &'a [u8] => |it| V::Blob(it);
    &'a Vec<u8> => |it| V::Blob(it);
}

impl<'a, T: Into<V<'a>>> From<Option<T>> for V<'a> {
    fn from(it: Option<T>) -> Self {
        it.map_or(V::Null, Into::into)
    }
}

// One by one: a generic `&Option<T>` sends the compiler round in circles.
into_v! {
    &'a Option<i64> => |it| (*it).into();
    &'a Option<u32> => |it| (*it).into();
    &'a Option<bool> => |it| (*it).into();
    &'a Option<Uuid> => |it| (*it).into();
    &'a Option<Moment> => |it| (*it).into();
    &'a Option<String> => |it| it.as_deref().into();
    &'a Option<Vec<u8>> => |it| it.as_deref().into();
}

/// A parameter that outlives the call it was given to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kept {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
    Uuid(Uuid),
    Bool(bool),
}

impl From<V<'_>> for Kept {
    fn from(value: V<'_>) -> Self {
        match value {
            V::Null => Self::Null,
            V::Int(it) => Self::Int(it),
            V::Text(it) => Self::Text(it.to_owned()),
            V::Blob(it) => Self::Blob(it.to_owned()),
            V::Uuid(it) => Self::Uuid(it),
            V::Bool(it) => Self::Bool(it),
        }
    }
}

impl Kept {
    pub(super) fn value(&self) -> V<'_> {
        match self {
            Self::Null => V::Null,
            Self::Int(it) => V::Int(*it),
            Self::Text(it) => V::Text(it),
            Self::Blob(it) => V::Blob(it),
            Self::Uuid(it) => V::Uuid(*it),
            Self::Bool(it) => V::Bool(*it),
        }
    }
}

/// A change whose outcome nobody waits for.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) sql: Sql,
    parameters: Vec<Kept>,
}

impl Change {
    pub(super) fn new(sql: Sql, parameters: &[V<'_>]) -> Self {
        let parameters = parameters.iter().map(|value| Kept::from(*value)).collect();
        Self { sql, parameters }
    }

    pub(super) fn values(&self) -> Vec<V<'_>> {
        self.parameters.iter().map(Kept::value).collect()
    }
}

/// What stands in one column of one row, whatever the engine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'r> {
    /// NULL.
    Null,
    /// A boolean, from an engine that has them; SQLite gives `Int`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction (a rank, an average).
    Real(f64),
    /// Text.
    Text(&'r str),
    /// Bytes.
    Blob(&'r [u8]),
    /// A uuid, from an engine that has them; SQLite gives `Blob`.
    Uuid(Uuid),
}

impl Cell<'_> {
    /// The kind of the value, without the value: it may be private.
    pub(super) fn kind(&self) -> String {
        match self {
            Cell::Null => "nothing (NULL)".into(),
            Cell::Bool(_) => "a boolean".into(),
            Cell::Int(_) => "a whole number".into(),
            Cell::Real(_) => "a fraction".into(),
            Cell::Text(_) => "a text".into(),
            Cell::Blob(bytes) => format!("{} bytes", bytes.len()),
            Cell::Uuid(_) => "a uuid".into(),
        }
    }
}

/// A type that can be read from a column.
///
/// Own types implement it by decoding what they are stored as:
/// `Ok(Self::from_code(String::decode(cell)?.as_str()).ok_or("a severity")?)`.
pub trait Decode: Sized {
    /// The value, or the name of what was expected.
    fn decode(cell: Cell<'_>) -> Result<Self, &'static str>;
}

impl Decode for i64 {
    fn decode(cell: Cell<'_>) -> Result<Self, &'static str> {
        match cell {
            Cell::Int(it) => Ok(it),
            _ => Err("a whole number"),
        }
    }
}

macro_rules! decode_narrow {
    ($($to:ty),+) => {$(
        impl Decode for $to {
            fn decode(cell: Cell<'_>) -> Result<Self, &'static str> {
                i64::decode(cell)?.try_into().map_err(|_| concat!("a number in the range of ", stringify!($to)))
            }
        }
    )+};
}
decode_narrow!(i32, u64, u32, u16, u8, usize);

impl Decode for f64 {
    fn decode(cell: Cell<'_>) -> Result<Self, &'static str> {
        match cell {
            Cell::Real(it) => Ok(it),
            _ => Err("a fraction"),
        }
    }
}

impl Decode for bool {
    fn decode(cell: Cell<'_>) -> Result<Self, &'static str> {
        match cell {
            Cell::Bool(it) => Ok(it),
            Cell::Int(0) => Ok(false),
            Cell::Int(1) => Ok(true),
            _ => Err("a boolean"),
        }
    }
}

impl Decode for String {
    fn decode(cell: Cell<'_>) -> Result<Self, &'static str> {
        match cell {
            Cell::Text(it) => Ok(it.to_owned()),
            _ => Err("a text"),
        }
    }
}

impl Decode for Vec<u8> {
    fn decode(cell: Cell<'_>) -> Result<Self, &'static str> {
        match cell {
            Cell::Blob(it) => Ok(it.to_vec()),
            _ => Err("bytes"),
        }
    }
}

impl Decode for Uuid {
    fn decode(cell: Cell<'_>) -> Result<Self, &'static str> {
        match cell {
            Cell::Uuid(it) => Ok(it),
            Cell::Blob(it) => Uuid::from_slice(it).map_err(|_| "a uuid (16 bytes)"),
            _ => Err("a uuid"),
        }
    }
}

impl Decode for Moment {
    fn decode(cell: Cell<'_>) -> Result<Self, &'static str> {
        i64::decode(cell)
            .map(Moment::from_unix)
            .map_err(|_| "an instant (seconds)")
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(cell: Cell<'_>) -> Result<Self, &'static str> {
        if cell == Cell::Null {
            Ok(None)
        } else {
            T::decode(cell).map(Some)
        }
    }
}
