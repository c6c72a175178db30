//! The schema: whose database it is, which migrations it lacks, and running them once.

use std::collections::HashMap;

use tokio_postgres::Client;

use super::address::Address;
use super::failure::{Rules, reason};
use super::walls;
use crate::db::dialect;
use crate::db::error::Error;
use crate::db::migrate::{Applied, Migration, plan};

/// The oldest server.
const OLDEST: i32 = 150_000;
/// Whoever migrates holds this lock: "Mnst", the mark of our files.
const LOCK: i64 = 0x4d6e_7374;

/// Brings the schema up to date; of several nodes one does it while the others wait.
///
/// Until it is certain that the database is ours and not newer, nothing in it is changed.
pub(super) async fn prepare(
    address: &Address,
    migrations: &'static [Migration],
) -> Result<Rules, Error> {
    let mut client = address.connect().await?;
    refuse_old(address, &client).await?;
    let explain = |error: tokio_postgres::Error| address.explain(&error);
    client
        .execute("SELECT pg_advisory_lock($1)", &[&LOCK])
        .await
        .map_err(explain)?;
    let fresh = is_fresh(address, &client).await?;
    let applied = if fresh {
        Vec::new()
    } else {
        applied(&client).await.map_err(explain)?
    };
    let missing = plan(&applied, migrations)?;
    walls::raise(address, &client).await?;
    let become_owner = format!("SET ROLE {}", walls::OWNER);
    client.batch_execute(&become_owner).await.map_err(explain)?;
    if fresh {
        found(&mut client).await.map_err(explain)?;
    }
    for migration in missing {
        migrate(&mut client, migration)
            .await
            .map_err(|reason| Error::Migration {
                number: migration.number,
                name: migration.name.into(),
                reason,
            })?;
    }
    walls::open(address, &client).await?;
    let rules = rules(&client).await.map_err(explain)?;
    walls::check(address, &client).await?;
    // The lock goes with the connection.
    Ok(rules)
}

/// Looks whether the database is one that can be read as it is; nothing in it is changed.
pub(super) async fn look(
    address: &Address,
    migrations: &'static [Migration],
) -> Result<Rules, Error> {
    let client = address.connect().await?;
    refuse_old(address, &client).await?;
    if is_fresh(address, &client).await? {
        return Err(Error::Vacant {
            address: address.shown().into(),
        });
    }
    let explain = |error: tokio_postgres::Error| address.explain(&error);
    let applied = applied(&client).await.map_err(explain)?;
    if let (false, Some(last)) = (plan(&applied, migrations)?.is_empty(), migrations.last()) {
        return Err(Error::Older {
            found: applied.last().map_or(0, |ran| ran.number),
            known: last.number,
        });
    }
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
    let sql = "SELECT number, name, checksum FROM schema_migrations ORDER BY number";
    let rows = client.query(sql, &[]).await?;
    let applied = |row: tokio_postgres::Row| Applied {
        number: row.get(0),
        name: row.get(1),
        checksum: row.get(2),
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

async fn migrate(client: &mut Client, migration: &Migration) -> Result<(), String> {
    let ddl = dialect::postgres_ddl(migration.sql)?;
    let run = async {
        let transaction = client.transaction().await?;
        transaction.batch_execute(&ddl).await?;
        let note = "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)";
        let row: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
            [&migration.number, &migration.name, &migration.checksum()];
        transaction.execute(note, &row).await?;
        transaction.commit().await
    };
    run.await
        .map_err(|error: tokio_postgres::Error| reason(&error))
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
