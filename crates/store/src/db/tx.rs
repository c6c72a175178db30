//! A transaction on either engine.

use std::sync::Arc;

use super::error::Error;
use super::row::FromRow;
use super::sqlite;
use super::statement::Sql;
use super::value::V;

/// Is told every statement that is executed: see [`Options::on_statement`](super::Options).
pub type Watch = Arc<dyn Fn(&str) + Send + Sync>;

/// Is asked whether a call of the engine may be made: see [`Options::guard`](super::Options).
pub type Guard = Arc<dyn Fn(&str) -> Result<(), Error> + Send + Sync>;

/// Asks the guard, where there is one.
pub(super) fn ask(guard: Option<&Guard>, sql: &str) -> Result<(), Error> {
    guard.map_or(Ok(()), |guard| guard(sql))
}

/// A transaction: what [`Db::write`](super::Db::write) and [`Db::read`](super::Db::read) lend.
///
/// Nothing but its own methods may be awaited while one holds it.
pub struct Tx<'a> {
    link: Link<'a>,
    watch: Option<&'a Watch>,
    guard: Option<&'a Guard>,
    /// The last failure of a statement: the reason when the engine ends the transaction itself.
    pub(super) fault: Option<Error>,
}

/// The engine's own transaction. PostgreSQL becomes the second variant.
enum Link<'a> {
    Lite(&'a mut rusqlite::Connection),
}

impl<'a> Tx<'a> {
    pub(super) fn lite(
        connection: &'a mut rusqlite::Connection,
        watch: Option<&'a Watch>,
        guard: Option<&'a Guard>,
    ) -> Self {
        Self {
            link: Link::Lite(connection),
            watch,
            guard,
            fault: None,
        }
    }

    /// All rows.
    ///
    /// # Errors
    /// What the database or [`FromRow`] says.
    pub async fn all<T: FromRow>(
        &mut self,
        sql: Sql,
        parameters: &[V<'_>],
    ) -> Result<Vec<T>, Error> {
        let mut rows = Vec::new();
        self.query(sql, parameters, |row| {
            rows.push(row);
            true
        })?;
        Ok(rows)
    }

    /// The row, of which there is at most one.
    ///
    /// # Errors
    /// [`Error::Several`] if there are more; else what the database or [`FromRow`] says.
    pub async fn opt<T: FromRow>(
        &mut self,
        sql: Sql,
        parameters: &[V<'_>],
    ) -> Result<Option<T>, Error> {
        let (mut found, mut several) = (None, false);
        self.query(sql, parameters, |row| {
            several = found.is_some();
            found = Some(row);
            !several
        })?;
        if several {
            Err(Error::Several {
                statement: sql.text(),
            })
        } else {
            Ok(found)
        }
    }

    /// The row, which must be there.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, and as [`Tx::opt`].
    pub async fn one<T: FromRow>(&mut self, sql: Sql, parameters: &[V<'_>]) -> Result<T, Error> {
        self.opt(sql, parameters).await?.ok_or(Error::NotFound {
            statement: sql.text(),
        })
    }

    /// Changes rows; says how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn exec(&mut self, sql: Sql, parameters: &[V<'_>]) -> Result<u64, Error> {
        self.announce(sql, parameters)?;
        let result = match &self.link {
            Link::Lite(connection) => sqlite::exec(connection, sql, parameters),
        };
        self.note(result)
    }

    /// Whether the engine understands the statement and its parameters, without running it.
    ///
    /// # Errors
    /// What the engine says against it.
    pub async fn prepare(&mut self, sql: Sql) -> Result<(), Error> {
        match &self.link {
            Link::Lite(connection) => sqlite::prepare(connection, sql),
        }
    }

    fn query<T: FromRow>(
        &mut self,
        sql: Sql,
        parameters: &[V<'_>],
        take: impl FnMut(T) -> bool,
    ) -> Result<(), Error> {
        self.announce(sql, parameters)?;
        let result = match &self.link {
            Link::Lite(connection) => sqlite::query(connection, sql, parameters, take),
        };
        self.note(result)
    }

    fn announce(&self, sql: Sql, parameters: &[V<'_>]) -> Result<(), Error> {
        if let Some(watch) = self.watch {
            watch(sql.text());
        }
        if parameters.len() == sql.parameters() {
            return ask(self.guard, sql.text());
        }
        Err(Error::Statement {
            reason: format!(
                "`{}` takes {} parameters and was given {}",
                sql.text(),
                sql.parameters(),
                parameters.len()
            ),
        })
    }

    fn note<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result {
            self.fault = Some(error.clone());
        }
        result
    }

    #[cfg(test)]
    pub(super) fn connection(&mut self) -> &mut rusqlite::Connection {
        match &mut self.link {
            Link::Lite(connection) => connection,
        }
    }
}
