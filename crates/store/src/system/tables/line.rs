//! A row as a line of JSON, and back; and the JSON Schema of such lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Column, Field, Kind, Table};

/// Why a line is no row of its table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It is no JSON object.
    #[error("it is no JSON object: {0}")]
    Json(String),
    /// A column is not there.
    #[error("it has no `{0}`")]
    Missing(&'static str),
    /// There is something the table has no column for.
    #[error("the table has no column `{0}`")]
    Unknown(String),
    /// A column holds something else.
    #[error("`{column}` is no {kind}")]
    Kind {
        /// Its name.
        column: &'static str,
        /// What it should be.
        kind: &'static str,
    },
}

impl Table {
    /// A row as a line of JSON with its end: ids as text, bytes in Base64, columns in their order.
    #[must_use]
    pub fn line(&self, row: &[Field]) -> String {
        let mut line = String::from("{");
        for (column, field) in self.columns.iter().zip(row) {
            if line.len() > 1 {
                line.push(',');
            }
            line.push('"');
            line.push_str(column.name);
            line.push_str("\":");
            push(&mut line, field);
        }
        line.push_str("}\n");
        line
    }

    /// The row of a line.
    ///
    /// # Errors
    /// [`LineError`] says what is wrong with it.
    pub fn parse(&self, line: &[u8]) -> Result<Vec<Field>, LineError> {
        let mut object: Map<String, Value> =
            serde_json::from_slice(line).map_err(|error| LineError::Json(error.to_string()))?;
        let mut row = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            let value = object
                .remove(column.name)
                .ok_or(LineError::Missing(column.name))?;
            row.push(field(column, value)?);
        }
        match object.into_iter().next() {
            Some((name, _)) => Err(LineError::Unknown(name)),
            None => Ok(row),
        }
    }

    /// The JSON Schema of its lines.
    #[must_use]
    pub fn json_schema(&self) -> String {
        let properties: Map<String, Value> = self
            .columns
            .iter()
            .map(|column| (column.name.to_owned(), property(column)))
            .collect();
        let required: Vec<_> = self.columns.iter().map(|column| column.name).collect();
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.name,
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        });
        format!("{schema:#}\n")
    }
}

fn push(line: &mut String, field: &Field) {
    match field {
        Field::Null => line.push_str("null"),
        Field::Whole(it) => line.push_str(&it.to_string()),
        Field::Truth(it) => line.push_str(if *it { "true" } else { "false" }),
        Field::Text(it) => line.push_str(&Value::from(it.as_str()).to_string()),
        Field::Bytes(it) => {
            line.push('"');
            STANDARD.encode_string(it, line);
            line.push('"');
        }
        Field::Uuid(it) => {
            line.push('"');
            line.push_str(&it.to_string());
            line.push('"');
        }
    }
}

fn field(column: &Column, value: Value) -> Result<Field, LineError> {
    let found = match (column.kind, value) {
        (_, Value::Null) => column.may_be_null.then_some(Field::Null),
        (Kind::Whole | Kind::Running, Value::Number(it)) => it.as_i64().map(Field::Whole),
        (Kind::Truth, Value::Bool(it)) => Some(Field::Truth(it)),
        (Kind::Text, Value::String(it)) => Some(Field::Text(it)),
        (Kind::Bytes, Value::String(it)) => STANDARD.decode(it).ok().map(Field::Bytes),
        (Kind::Uuid, Value::String(it)) => Uuid::try_parse(&it).ok().map(Field::Uuid),
        _ => None,
    };
    found.ok_or(LineError::Kind {
        column: column.name,
        kind: column.kind.code(),
    })
}

fn property(column: &Column) -> Value {
    let kind = match column.kind {
        Kind::Uuid | Kind::Text | Kind::Bytes => "string",
        Kind::Whole | Kind::Running => "integer",
        Kind::Truth => "boolean",
    };
    let mut property = if column.may_be_null {
        json!({ "type": [kind, "null"] })
    } else {
        json!({ "type": kind })
    };
    match column.kind {
        Kind::Uuid => property["format"] = "uuid".into(),
        Kind::Bytes => property["contentEncoding"] = "base64".into(),
        _ => {}
    }
    property
}
