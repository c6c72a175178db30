//! Our names for what PostgreSQL and the way to it report.

use std::collections::HashMap;
use std::error::Error as _;

use tokio_postgres::Error as PgError;
use tokio_postgres::error::{DbError, SqlState};

use super::tls;
use crate::db::error::{Constraint, Error};

/// The unique rules of the schema by name, as `table.column, table.column`.
#[derive(Debug, Default)]
pub(super) struct Rules(pub(super) HashMap<String, String>);

/// What it can be that ends a connection from the other side.
fn is_farewell(code: &SqlState) -> bool {
    code.code().starts_with("57P")
        || code.code().starts_with("08")
        || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
}

impl Rules {
    /// Why a statement failed.
    pub(super) fn failure(&self, error: &PgError) -> Error {
        let reason = reason(error);
        let Some(told) = error.as_db_error() else {
            return if is_broken(error) {
                Error::Unreachable { reason }
            } else {
                Error::Statement { reason }
            };
        };
        let code = told.code();
        match code.code() {
            "40001" | "40P01" | "55P03" | "57014" | "53300" => Error::Busy,
            "53100" => Error::Full,
            "25006" => Error::ReadOnly,
            "XX001" | "XX002" => Error::Corrupt { reason },
            state if state.starts_with("23") => self.constraint(told, reason),
            state if state.starts_with("53") || state.starts_with("58") => {
                Error::Unreachable { reason }
            }
            _ if is_farewell(code) => Error::Unreachable { reason },
            _ => Error::Statement { reason },
        }
    }

    /// Why a COMMIT failed, or that nobody knows whether it did.
    pub(super) fn commit_failure(&self, error: &PgError) -> Error {
        match error.as_db_error() {
            Some(told) if !is_farewell(told.code()) => self.failure(error),
            _ => unknown(&reason(error)),
        }
    }

    fn constraint(&self, told: &DbError, reason: String) -> Error {
        let kind = match told.code().code() {
            "23505" => Constraint::Unique,
            "23503" => Constraint::ForeignKey,
            "23502" => Constraint::NotNull,
            "23514" => Constraint::Check,
            _ => Constraint::Other,
        };
        let rule = told.constraint().unwrap_or_default();
        let name = match (kind, told.table(), told.column()) {
            (Constraint::NotNull, Some(table), Some(column)) => format!("{table}.{column}"),
            (Constraint::Unique, ..) => self.0.get(rule).map_or(rule, String::as_str).to_owned(),
            _ if rule.is_empty() => reason,
            _ => rule.to_owned(),
        };
        Error::Constraint { kind, name }
    }
}

/// Why a connection could not be had or used at all.
pub(super) fn unreachable(error: &PgError) -> Error {
    match error.as_db_error().map(|told| told.code().code()) {
        Some("53300") => Error::Busy,
        _ => Error::Unreachable {
            reason: reason(error),
        },
    }
}

/// The server says nothing any more.
pub(super) fn silent() -> Error {
    Error::Unreachable {
        reason: "it did not answer in time".into(),
    }
}

/// The answer to a COMMIT was lost.
pub(super) fn unknown(reason: &str) -> Error {
    Error::Unknown {
        reason: reason.into(),
    }
}

/// Whether it is the way that is broken, not the statement that is wrong.
fn is_broken(error: &PgError) -> bool {
    error.is_closed()
        || error
            .source()
            .is_some_and(|source| source.downcast_ref::<std::io::Error>().is_some())
}

/// What was said, without values: the details of a message may hold what is private.
pub(super) fn reason(error: &PgError) -> String {
    if let Some(told) = error.as_db_error() {
        return format!("{} ({})", told.message(), told.code().code());
    }
    if let Some((reason, _)) = tls::fault(error) {
        return reason;
    }
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
