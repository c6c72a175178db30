//! The schema: whose database it is, which migrations it lacks, and running them once.

use std::collections::HashMap;
use std::time::Duration;

use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Transaction};

use super::address::Address;
use super::failure::{Rules, reason};
use super::{presence, walls};
use crate::db::error::Error;
use crate::db::migrate::{Applied, Kind, Migration, plan, split};
use crate::db::{Options, dialect};

/// The oldest server.
const OLDEST: i32 = 150_000;
/// Whoever migrates holds this lock: "Mnst", the mark of our files.
const LOCK: i64 = 0x4d6e_7374;

/// How long a migration waits for a table, and whoever comes after it behind it.
const WAIT: Duration = Duration::from_secs(1);
/// How often a migration is tried whose tables somebody holds.
const TRIES: u32 = 30;

/// Gives databases that were made before it the column that says what programs must know.
pub(super) const NOTE_NEEDS: &str =
    "ALTER TABLE schema_migrations ADD COLUMN IF NOT EXISTS needs bigint";

/// Is told of each migration that was run.
pub(super) type Told<'t> = &'t mut (dyn FnMut(&Migration) + Send);

/// Brings the schema up to date; of several nodes one does it while the others wait, for as long
/// as the connection lasts that is given back.
///
/// Until it is certain that the database is ours and not newer, nothing in it is changed.
pub(super) async fn prepare(
    address: &Address,
    options: &Options,
    told: Told<'_>,
) -> Result<(Rules, Client), Error> {
    let mut client = address.connect().await?;
    let explain = |error: tokio_postgres::Error| address.explain(&error);
    refuse_old(address, &client).await?;
    lock(&client).await.map_err(explain)?;
    let fresh = is_fresh(address, &client).await?;
    let missing = missing(address, &client, options, fresh).await?;
    walls::raise(address, &client).await?;
    become_owner(&client).await.map_err(explain)?;
    if fresh {
        found(&mut client).await.map_err(explain)?;
    } else {
        client.batch_execute(NOTE_NEEDS).await.map_err(explain)?;
    }
    for migration in missing {
        if !fresh && migration.kind() != Kind::Expand {
            refuse_if_needed(address, &client, migration, options.migrations).await?;
        }
        migrate(&mut client, migration)
            .await
            .map_err(|reason| failed(migration, reason))?;
        told(migration);
    }
    walls::open(address, &client).await?;
    let rules = rules(&client).await.map_err(explain)?;
    walls::check(address, &client).await?;
    Ok((rules, client))
}

/// What is to be run now: all of it in a new database or where that is wanted, else what this
/// program needs.
async fn missing(
    address: &Address,
    client: &Client,
    options: &Options,
    fresh: bool,
) -> Result<&'static [Migration], Error> {
    if fresh {
        return plan(&[], options.migrations, false);
    }
    let applied = applied(client)
        .await
        .map_err(|error| address.explain(&error))?;
    let pending = plan(&applied, options.migrations, options.beside_newer)?;
    Ok(if options.contract {
        pending
    } else {
        split(pending).0
    })
}

/// Holds the lock of whoever changes the schema; it goes with the connection.
pub(super) async fn lock(client: &Client) -> Result<(), tokio_postgres::Error> {
    let locked = client
        .execute("SELECT pg_advisory_lock($1)", &[&LOCK])
        .await;
    locked.map(drop)
}

pub(super) async fn become_owner(client: &Client) -> Result<(), tokio_postgres::Error> {
    client
        .batch_execute(&format!("SET ROLE {}", walls::OWNER))
        .await
}

/// Refuses a migration that programs which are connected could not work after.
async fn refuse_if_needed(
    address: &Address,
    client: &Client,
    migration: &Migration,
    known: &[Migration],
) -> Result<(), Error> {
    let asked = presence::keep_out_older(client, migration, known).await;
    let older = asked.map_err(|error| address.explain(&error))?;
    if older.is_empty() {
        return Ok(());
    }
    let schemas: Vec<_> = older.iter().map(ToString::to_string).collect();
    Err(Error::StillNeeded {
        number: migration.number,
        name: migration.name.into(),
        schemas: schemas.join(", "),
    })
}

/// A migration that could not be run.
pub(super) fn failed(migration: &Migration, reason: String) -> Error {
    Error::Migration {
        number: migration.number,
        name: migration.name.into(),
        reason,
    }
}

/// What an existing database that is ours still needs; nothing in it is changed.
pub(super) async fn pending(
    address: &Address,
    client: &Client,
    migrations: &'static [Migration],
) -> Result<&'static [Migration], Error> {
    refuse_old(address, client).await?;
    if is_fresh(address, client).await? {
        return Err(Error::Vacant {
            address: address.shown().into(),
        });
    }
    let applied = applied(client)
        .await
        .map_err(|error| address.explain(&error))?;
    plan(&applied, migrations, false)
}

/// Looks whether the database is one that can be read as it is; nothing in it is changed.
pub(super) async fn look(
    address: &Address,
    migrations: &'static [Migration],
) -> Result<Rules, Error> {
    let client = address.connect().await?;
    let (needed, _) = split(pending(address, &client, migrations).await?);
    if let (Some(first), Some(last)) = (needed.first(), migrations.last()) {
        let before = migrations
            .iter()
            .take_while(|step| step.number < first.number);
        return Err(Error::Older {
            found: before.last().map_or(0, |step| step.number),
            known: last.number,
        });
    }
    let explain = |error: tokio_postgres::Error| address.explain(&error);
    let rules = rules(&client).await.map_err(explain)?;
    walls::check(address, &client).await?;
    Ok(rules)
}

async fn refuse_old(address: &Address, client: &Client) -> Result<(), Error> {
    let explain = |error: tokio_postgres::Error| address.explain(&error);
    let version = "SELECT CAST(current_setting('server_version_num') AS integer), version()";
    let row = client.query_one(version, &[]).await.map_err(explain)?;
    let (number, name): (i32, String) = (row.get(0), row.get(1));
    if number >= OLDEST {
        return Ok(());
    }
    let name = name.split(" on ").next().unwrap_or_default().to_owned();
    Err(address.refused(
        format!("its server is {name}"),
        "Mainstay needs PostgreSQL 15 or later.",
    ))
}

/// Whether the database is new; one of somebody else's is refused.
async fn is_fresh(address: &Address, client: &Client) -> Result<bool, Error> {
    let ask = "SELECT current_schema() IS NOT NULL,
            (SELECT count(*) = 3 FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = 'schema_migrations'
               AND column_name IN ('number', 'name', 'checksum'))
            AND to_regclass('lease_clock') IS NOT NULL,
            NOT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = current_schema()
                          AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
                          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid
                                          AND d.deptype = 'e'))";
    let row = client
        .query_one(ask, &[])
        .await
        .map_err(|error| address.explain(&error))?;
    match (row.get(0), row.get(1), row.get(2)) {
        (false, _, _) => Err(address.refused(
            "the role sees no schema in it".into(),
            "Give it one: CREATE SCHEMA mainstay, and ALTER ROLE … SET search_path = mainstay.",
        )),
        (_, true, _) => Ok(false),
        (_, _, true) => Ok(true),
        _ => Err(Error::Foreign {
            path: address.shown().into(),
            reason: "another program made its tables".into(),
        }),
    }
}

async fn applied(client: &Client) -> Result<Vec<Applied>, tokio_postgres::Error> {
    // Databases that were made before the last of these columns go without it until they migrate.
    let sql = "SELECT number, name, checksum, CAST(to_jsonb(ran) ->> 'needs' AS bigint)
               FROM schema_migrations ran ORDER BY number";
    let rows = client.query(sql, &[]).await?;
    let applied = |row: tokio_postgres::Row| Applied {
        number: row.get(0),
        name: row.get(1),
        checksum: row.get(2),
        needs: row.get(3),
    };
    Ok(rows.into_iter().map(applied).collect())
}

async fn found(client: &mut Client) -> Result<(), tokio_postgres::Error> {
    let transaction = client.transaction().await?;
    transaction
        .batch_execute(dialect::POSTGRES_FOUNDATION)
        .await?;
    transaction.commit().await
}

/// Runs a migration, and never waits for its tables so long that whoever waits behind it is told
/// that the database is busy.
async fn migrate(client: &mut Client, migration: &Migration) -> Result<(), String> {
    for _ in 1..TRIES {
        let transaction = client.transaction().await.map_err(|error| reason(&error))?;
        match step(&transaction, migration).await {
            Ok(()) => return transaction.commit().await.map_err(|error| reason(&error)),
            Err(Stuck::Held) => drop(transaction),
            Err(Stuck::Wrong(reason)) => return Err(reason),
        }
        tokio::time::sleep(WAIT).await;
    }
    Err("others held its tables all the while; wait for the end of backups, or end them".into())
}

/// Why a migration could not be run.
pub(super) enum Stuck {
    /// Somebody holds one of its tables.
    Held,
    /// What the engine said.
    Wrong(String),
}

/// Runs a migration in a transaction and notes that it ran.
pub(super) async fn step(
    transaction: &Transaction<'_>,
    migration: &Migration,
) -> Result<(), Stuck> {
    let ddl = dialect::postgres_ddl(migration.sql).map_err(Stuck::Wrong)?;
    let wait = format!("SET LOCAL lock_timeout = {}", WAIT.as_millis());
    let run = async {
        transaction.batch_execute(&wait).await?;
        transaction.batch_execute(&ddl).await?;
        let note = "INSERT INTO schema_migrations (number, name, checksum, needs)
                    VALUES ($1, $2, $3, $4)";
        let (checksum, needs) = (migration.checksum(), migration.needs());
        let row: [&(dyn ToSql + Sync); 4] = [&migration.number, &migration.name, &checksum, &needs];
        transaction.execute(note, &row).await
    };
    let ran = run.await.map(drop);
    ran.map_err(|error| match error.code() {
        Some(&SqlState::LOCK_NOT_AVAILABLE) => Stuck::Held,
        _ => Stuck::Wrong(reason(&error)),
    })
}

/// The unique rules by name: what is told of a duplicate hides its columns from whoever may not
/// see all rows.
async fn rules(client: &Client) -> Result<Rules, tokio_postgres::Error> {
    let ask =
        "SELECT i.relname::text, string_agg(t.relname || '.' || a.attname, ', ' ORDER BY k.at)
         FROM pg_index x
         JOIN pg_class i ON i.oid = x.indexrelid
         JOIN pg_class t ON t.oid = x.indrelid
         JOIN pg_namespace n ON n.oid = t.relnamespace
         CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k (attribute, at)
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attribute
         WHERE x.indisunique AND n.nspname = current_schema()
         GROUP BY i.relname";
    let rows = client.query(ask, &[]).await?;
    let rule = |row: tokio_postgres::Row| (row.get::<_, String>(0), row.get::<_, String>(1));
    Ok(Rules(rows.into_iter().map(rule).collect::<HashMap<_, _>>()))
}
