//! Who works on the database: each connection of a program holds, for as long as it lasts, a shared
//! lock under the number of the schema the program knows.

use tokio_postgres::{Client, Error};

use crate::db::migrate::Migration;

/// The kind of these locks: "Mnsv".
const CLASS: i32 = 0x4d6e_7376;

/// The statement by which a connection says which schema its program knows.
pub(super) fn announce(migrations: &[Migration]) -> String {
    let known = migrations.last().map_or(0, key);
    format!("SELECT pg_advisory_lock_shared({CLASS}, {known})")
}

/// The schemas below what a migration needs that connected programs know; if there are none,
/// nobody who knows one of them connects before this connection has ended.
pub(super) async fn keep_out_older(
    client: &Client,
    migration: &Migration,
    known: &[Migration],
) -> Result<Vec<i32>, Error> {
    let needs = migration.needs();
    let older = known.iter().filter(|step| step.number < needs).map(key);
    let older: Vec<i32> = [0].into_iter().chain(older).collect();
    let ask = "SELECT it FROM unnest($2::integer[]) AS it
               WHERE NOT pg_try_advisory_lock($1, it) ORDER BY it";
    let rows = client.query(ask, &[&CLASS, &older]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

fn key(migration: &Migration) -> i32 {
    i32::try_from(migration.number).unwrap_or(i32::MAX)
}
