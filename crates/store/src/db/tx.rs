//! A transaction on either engine.

use std::sync::Arc;

use super::error::Error;
use super::row::{FromRow, Places, Row};
use super::statement::Sql;
use super::value::{Change, V};
use super::{postgres, sqlite};

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
    /// What was set last, so that it is not set again.
    reach: [Option<Reach>; 2],
    guard: Option<&'a Guard>,
    may_write: bool,
    /// The last failure of a statement: the reason when the engine ends the transaction itself.
    pub(super) fault: Option<Error>,
    /// What SQLite is left to do before the commit.
    pub(super) last: Vec<Change>,
}

/// The engine's own transaction. What waits for PostgreSQL is boxed, or it would make every
/// future of the verbs a large one.
enum Link<'a> {
    Lite(&'a mut rusqlite::Connection),
    Postgres(postgres::Link<'a>),
}

/// Whose rows a transaction on PostgreSQL may see and change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Those of one account.
    Account(uuid::Uuid),
    /// Those of all accounts, for the vendor's people.
    Desk,
    /// Those of all accounts, for what works without anybody; another role.
    System,
    /// Beside the others: what accounts have delegated to a partner.
    Delegations(uuid::Uuid),
}

/// What differs between the engines, a statement mostly; see `db/dialect.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Either<T> {
    /// For SQLite.
    pub sqlite: T,
    /// For PostgreSQL.
    pub postgres: T,
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
            reach: [None; 2],
            guard,
            may_write: false,
            fault: None,
            last: Vec::new(),
        }
    }

    pub(super) fn postgres(
        link: postgres::Link<'a>,
        watch: Option<&'a Watch>,
        guard: Option<&'a Guard>,
    ) -> Self {
        Self {
            link: Link::Postgres(link),
            watch,
            reach: [None; 2],
            guard,
            may_write: false,
            fault: None,
            last: Vec::new(),
        }
    }

    /// As one that changes things.
    pub(super) const fn writing(mut self) -> Self {
        self.may_write = true;
        self
    }

    /// Whether it may change things: it was lent by [`Db::write`](super::Db::write).
    #[must_use]
    pub const fn may_write(&self) -> bool {
        self.may_write
    }

    /// The connection to PostgreSQL, when the job is done.
    pub(super) fn into_postgres(self) -> Option<postgres::Link<'a>> {
        match self.link {
            Link::Postgres(link) => Some(link),
            Link::Lite(_) => None,
        }
    }

    /// Lets the transaction reach so far and no further; SQLite has no such wall.
    pub(crate) fn reach(&mut self, reach: Reach) {
        let place = usize::from(matches!(reach, Reach::Delegations(_)));
        if self.reach[place] == Some(reach) {
            return;
        }
        self.reach[place] = Some(reach);
        if let Link::Postgres(link) = &mut self.link {
            link.reach(reach);
        }
    }

    /// Beside its reach, lets the transaction read cases of these accounts, on the one list that
    /// spans a partner's customers; SQLite has no such wall.
    pub(crate) fn share(&mut self, accounts: &[uuid::Uuid]) {
        if let Link::Postgres(link) = &mut self.link {
            link.share(accounts);
        }
    }

    /// What is for the engine at hand.
    #[must_use]
    pub fn choose<T>(&self, either: Either<T>) -> T {
        match self.link {
            Link::Lite(_) => either.sqlite,
            Link::Postgres(_) => either.postgres,
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
        self.announce(sql, parameters)?;
        let result = match &mut self.link {
            Link::Lite(connection) => {
                let mut rows = Vec::new();
                let all = |row| {
                    rows.push(row);
                    true
                };
                sqlite::query(connection, sql, parameters, all).map(|()| rows)
            }
            Link::Postgres(link) => Box::pin(link.query(sql, parameters))
                .await
                .and_then(|rows| {
                    let places = Places::default();
                    let made = |row| T::from_row(&Row::postgres(row, &places));
                    rows.iter().map(made).collect()
                }),
        };
        self.note(result)
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
        self.announce(sql, parameters)?;
        let several = Error::Several {
            statement: sql.text(),
        };
        let result = match &mut self.link {
            Link::Lite(connection) => {
                let (mut found, mut is_several) = (None, false);
                let first = |row| {
                    is_several = found.is_some();
                    found = Some(row);
                    !is_several
                };
                match sqlite::query(connection, sql, parameters, first) {
                    Ok(()) if is_several => return Err(several),
                    result => result.map(|()| found),
                }
            }
            Link::Postgres(link) => match Box::pin(link.query(sql, parameters)).await.as_deref() {
                Ok([]) => Ok(None),
                Ok([row]) => T::from_row(&Row::postgres(row, &Places::default())).map(Some),
                Ok(_) => return Err(several),
                Err(error) => Err(error.clone()),
            },
        };
        self.note(result)
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
        let result = match &mut self.link {
            Link::Lite(connection) => sqlite::exec(connection, sql, parameters),
            Link::Postgres(link) => Box::pin(link.exec(sql, parameters)).await,
        };
        self.note(result)
    }

    /// Changes rows; how many is not asked, so that PostgreSQL's answer need not be waited for.
    ///
    /// # Errors
    /// What the database says, here or at a later statement or the commit.
    pub async fn send(&mut self, sql: Sql, parameters: &[V<'_>]) -> Result<(), Error> {
        self.announce(sql, parameters)?;
        let result = match &mut self.link {
            Link::Lite(connection) => sqlite::exec(connection, sql, parameters).map(drop),
            Link::Postgres(link) => Box::pin(link.send(Change::new(sql, parameters))).await,
        };
        self.note(result)
    }

    /// Changes rows that nobody looks at in this transaction, at its end: what SQLite does better
    /// once for all that commit together.
    ///
    /// # Errors
    /// What the database says, at the commit mostly; on SQLite all that commit together fail then.
    pub async fn send_last(&mut self, sql: Sql, parameters: &[V<'_>]) -> Result<(), Error> {
        if let Link::Postgres(_) = self.link {
            return self.send(sql, parameters).await;
        }
        self.announce(sql, parameters)?;
        self.last.push(Change::new(sql, parameters));
        Ok(())
    }

    /// Whether the engine understands the statement and its parameters, without running it.
    ///
    /// # Errors
    /// What the engine says against it.
    pub async fn prepare(&mut self, sql: Sql) -> Result<(), Error> {
        match &mut self.link {
            Link::Lite(connection) => sqlite::prepare(connection, sql),
            Link::Postgres(link) => Box::pin(link.prepare(sql)).await,
        }
    }

    fn announce(&self, sql: Sql, parameters: &[V<'_>]) -> Result<(), Error> {
        if let Some(watch) = self.watch {
            watch(sql.text());
        }
        #[cfg(debug_assertions)]
        super::whose::admit(sql)?;
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
    pub(crate) fn connection(&mut self) -> &mut rusqlite::Connection {
        match &mut self.link {
            Link::Lite(connection) => connection,
            Link::Postgres(_) => panic!("this is not SQLite"),
        }
    }
}
