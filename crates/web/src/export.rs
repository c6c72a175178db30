//! What is taken away as a file: CSV for a spreadsheet, JSON Lines for programs, written part by
//! part while it is read, however much it is.

pub mod requests;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{StreamExt, stream};
use mainstay_app as app;
use serde::Deserialize;

use crate::error::Error;

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Rows of cells with a heading.
    #[default]
    Csv,
    /// A JSON object a line.
    Jsonl,
}

impl Form {
    /// The end of a file's name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/jsonl; charset=utf-8",
        }
    }
}

/// Which form somebody asks for.
#[derive(Deserialize, Default)]
pub struct Asked {
    /// The form; a table where nothing is said.
    #[serde(default)]
    pub form: Form,
}

/// What is still to be written.
pub trait Rest: Sized + Send + 'static {
    /// The next part and what is left after it; nothing, once all is written. After a mistake the
    /// connection breaks, so that half a file never looks like a whole one.
    fn next(self) -> impl Future<Output = Option<(Result<Bytes, Error>, Self)>> + Send;
}

/// The answer that holds all of it, under a name without its end.
pub fn answer(name: &str, form: Form, heading: Bytes, rest: impl Rest) -> Response {
    let parts = stream::unfold(rest, Rest::next);
    let all = stream::iter([Ok(heading)]).chain(parts);
    let mut response = Body::from_stream(all).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(form.media_type()),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    let name = format!("attachment; filename=\"{name}.{}\"", form.code());
    if let Ok(value) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// Lines of CSV; a spreadsheet must not take what somebody wrote for a formula.
///
/// # Errors
/// When they cannot be written.
pub fn csv_lines<const N: usize>(
    rows: impl IntoIterator<Item = [String; N]>,
) -> Result<Bytes, Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let failed = |error: &dyn std::fmt::Display| {
        Error::from(app::Error::File(format!("an export as CSV: {error}")))
    };
    for row in rows {
        let written = writer.write_record(row.map(harmless));
        written.map_err(|error| failed(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    Ok(bytes.into())
}

fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell
    }
}

/// Lines of JSON.
///
/// # Errors
/// When one cannot be written.
pub fn json_lines(rows: impl IntoIterator<Item = impl serde::Serialize>) -> Result<Bytes, Error> {
    let mut all = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut all, &row).map_err(|error| {
            Error::from(app::Error::File(format!("an export as JSON: {error}")))
        })?;
        all.push(b'\n');
    }
    Ok(all.into())
}
