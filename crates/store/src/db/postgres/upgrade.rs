//! Upgrades of a PostgreSQL database: what is needed, doing it, and rehearsing it.

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use tokio_postgres::{Client, Transaction};

use super::address::Address;
use super::schema::{self, Stuck};
use crate::db::Options;
use crate::db::error::Error;
use crate::db::migrate::{Migration, split};

/// How long a rehearsal may hold the tables it changes: nodes wait longer before they tell people
/// that the database is busy.
const HOLD: Duration = Duration::from_secs(3);

/// What a database on PostgreSQL needs to have this program's schema.
pub struct Upgrade {
    address: Address,
    options: Options,
    pending: &'static [Migration],
}

/// What migrations do to the tables, such as `table colours` and `column cases.shade`, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// What is there afterwards that was not.
    pub added: Vec<String>,
    /// What is there no more.
    pub removed: Vec<String>,
}

impl Upgrade {
    /// Looks at a database that holds an instance; nothing is changed.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Vacant`], [`Error::Foreign`], [`Error::Newer`] and
    /// [`Error::Changed`].
    pub async fn look(url: &str, options: Options) -> Result<Self, Error> {
        let address = Address::parse(url, &options)?;
        let client = address.connect().await?;
        let pending = schema::pending(&address, &client, options.migrations).await?;
        Ok(Self {
            address,
            options,
            pending,
        })
    }

    /// What is to be run: what a start would run, and what it leaves where that is wanted.
    #[must_use]
    pub fn steps(&self) -> &'static [Migration] {
        if self.options.contract {
            self.pending
        } else {
            split(self.pending).0
        }
    }

    /// The contracts that are left for later.
    #[must_use]
    pub fn left(&self) -> &'static [Migration] {
        &self.pending[self.steps().len()..]
    }

    /// Runs the steps, each in its own transaction, and tells of each.
    ///
    /// # Errors
    /// [`Error::Migration`] and [`Error::StillNeeded`]; what was told of has been done.
    pub async fn run(&self, mut told: impl FnMut(&Migration) + Send) -> Result<(), Error> {
        let done = schema::prepare(&self.address, &self.options, &mut told).await;
        done.map(drop)
    }

    /// Runs the steps in one transaction beside nodes that go on, and undoes it. It is broken off
    /// before somebody has waited too long for a table.
    ///
    /// # Errors
    /// [`Error::Migration`] for a step that fails or takes too long.
    pub async fn rehearse(&self, told: impl FnMut(&Migration) + Send) -> Result<Effect, Error> {
        let mut client = self.address.connect().await?;
        let explain = |error: tokio_postgres::Error| self.address.explain(&error);
        schema::lock(&client).await.map_err(explain)?;
        schema::become_owner(&client).await.map_err(explain)?;
        let before = shape(&client).await.map_err(explain)?;
        let transaction = client.transaction().await.map_err(explain)?;
        transaction
            .batch_execute(schema::NOTE_NEEDS)
            .await
            .map_err(explain)?;
        self.run_in(&transaction, told).await?;
        let after = shape(transaction.client()).await.map_err(explain)?;
        transaction.rollback().await.map_err(explain)?;
        Ok(effect(&before, &after))
    }

    async fn run_in(
        &self,
        transaction: &Transaction<'_>,
        mut told: impl FnMut(&Migration) + Send,
    ) -> Result<(), Error> {
        let mut patience = pin!(tokio::time::sleep(HOLD));
        for migration in self.steps() {
            let why = tokio::select! {
                ran = schema::step(transaction, migration) => match ran {
                    Ok(()) => {
                        told(migration);
                        continue;
                    }
                    Err(Stuck::Held) => "others hold its tables just now; try again".to_owned(),
                    Err(Stuck::Wrong(reason)) => reason,
                },
                () = &mut patience => {
                    self.address.cancel(transaction).await;
                    format!(
                        "after {} seconds it still held its tables, for which nodes would wait in \
                         vain. Rehearse on a copy, and upgrade while nobody works",
                        HOLD.as_secs()
                    )
                }
            };
            return Err(schema::failed(migration, why));
        }
        Ok(())
    }
}

/// The tables, columns and indexes of the schema.
async fn shape(client: &Client) -> Result<BTreeSet<String>, tokio_postgres::Error> {
    let ask = "WITH ours AS (
             SELECT c.oid, c.relname, c.relkind FROM pg_class c
             JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'i')
               AND c.relname <> 'schema_migrations')
         SELECT CASE relkind WHEN 'i' THEN 'index ' ELSE 'table ' END || relname FROM ours
         UNION ALL
         SELECT 'column ' || relname || '.' || attname FROM ours
         JOIN pg_attribute ON attrelid = oid
         WHERE relkind <> 'i' AND attnum > 0 AND NOT attisdropped";
    let rows = client.query(ask, &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

fn effect(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Effect {
    Effect {
        added: beyond(after, before),
        removed: beyond(before, after),
    }
}

/// What one has beyond another; the columns of a whole table go without saying.
fn beyond(one: &BTreeSet<String>, other: &BTreeSet<String>) -> Vec<String> {
    let more: BTreeSet<_> = one.difference(other).collect();
    let is_of_table = |name: &str| {
        let table = name
            .strip_prefix("column ")
            .and_then(|it| it.split_once('.'));
        table.is_some_and(|(table, _)| more.contains(&format!("table {table}")))
    };
    let told = more.iter().filter(|name| !is_of_table(name));
    told.map(|name| (*name).clone()).collect()
}
