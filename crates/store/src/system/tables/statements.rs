//! The statements of a table, made from its description.
//!
//! They are the same for every table but one: on PostgreSQL the last case number stands in a
//! sequence, and is carried as the row `case` of `counters` that it is on SQLite.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Kind, TABLES, Table};
use crate::db::{Either, Sql};
use crate::{Error, sql};

/// The rows of `counters` with the last case number among them.
const COUNTERS: &str = "(SELECT name, value FROM counters UNION ALL
     SELECT CAST('case' AS text) COLLATE \"C\", last_value FROM pg_sequences
     WHERE schemaname = current_schema() AND sequencename = 'case_numbers'
       AND last_value IS NOT NULL) AS counters";

/// Keeps the last case number.
pub(super) const SET_CASE_NUMBER: Either<Sql> = Either {
    sqlite: sql!("INSERT INTO counters (name, value) VALUES ('case', $1) RETURNING value"),
    postgres: sql!("SELECT setval('case_numbers', $1)"),
};

/// The statements of one table for one engine.
pub(super) struct Statements {
    pub first_page: Sql,
    pub next_page: Sql,
    /// For so many rows at once, the most first, one last. (COPY is no way: PostgreSQL refuses it
    /// on tables with row security.)
    pub inserts: [(usize, Sql); 3],
    pub count: Sql,
    /// Lets the table's running number go on after the last one, where it does not by itself.
    pub advance: Option<Sql>,
}

impl Statements {
    fn of(table: &Table) -> Either<&'static Self> {
        let sqlite = Self::reading(table, table.name);
        let mut postgres = Self::reading(
            table,
            match table.name {
                "counters" => COUNTERS,
                name => name,
            },
        );
        let mut running = table.columns.iter().filter(|it| it.kind == Kind::Running);
        postgres.advance = running.next().map(|column| {
            let (table, column) = (table.name, column.name);
            let text = format!(
                "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}"
            );
            Sql::new(text.leak(), file!())
        });
        Either {
            sqlite: Box::leak(Box::new(sqlite)),
            postgres: Box::leak(Box::new(postgres)),
        }
    }

    fn reading(table: &Table, rows: &str) -> Self {
        let (name, key) = (table.name, table.key.join(", "));
        let columns: Vec<_> = table.columns.iter().map(|column| column.name).collect();
        let columns = columns.join(", ");
        let parameters = |first: usize, count: usize| {
            let all: Vec<_> = (first..first + count).map(|at| format!("${at}")).collect();
            all.join(", ")
        };
        let (depth, limit) = (parameters(1, table.key.len()), table.key.len() + 1);
        let width = table.columns.len();
        let values = |rows: usize| {
            let all: Vec<_> = (0..rows)
                .map(|row| format!("({})", parameters(row * width + 1, width)))
                .collect();
            all.join(", ")
        };
        let statement = |text: String| Sql::new(text.leak(), file!());
        Self {
            first_page: statement(format!(
                "SELECT {columns} FROM {rows} ORDER BY {key} LIMIT $1"
            )),
            next_page: statement(format!(
                "SELECT {columns} FROM {rows} WHERE ({key}) > ({depth}) ORDER BY {key} LIMIT ${limit}"
            )),
            inserts: [64, 8, 1].map(|rows| {
                let values = values(rows);
                let insert = format!("INSERT INTO {name} ({columns}) VALUES {values}");
                (rows, statement(insert))
            }),
            count: statement(format!("SELECT count(*) FROM {rows}")),
            advance: None,
        }
    }
}

static STATEMENTS: LazyLock<HashMap<&'static str, Either<&'static Statements>>> =
    LazyLock::new(|| {
        let of = |table: &Table| (table.name, Statements::of(table));
        TABLES.iter().map(of).collect()
    });

/// The statements of a table.
///
/// # Errors
/// When it is not one that is carried.
pub(super) fn statements(table: &Table) -> Result<Either<&'static Statements>, Error> {
    let found = STATEMENTS.get(table.name).copied();
    found.ok_or_else(|| Error::Statement {
        reason: format!("table {} is not one that is carried", table.name),
    })
}
