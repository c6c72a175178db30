//! The promises of the seam, each as a test.

mod failing;
mod opening;
mod plans;
mod postgres;
mod statements;
mod tls;
mod upgrade;
mod writing;

use tempfile::TempDir;

use super::{Db, Error, Migration, Options, Tx, V};
use crate::sql;

const SCHEMA: &[Migration] = &[Migration {
    number: 1,
    name: "things",
    sql: THINGS,
}];

const THINGS: &str = "
    -- A table with every type.
    CREATE TABLE things (
        account_id uuid NOT NULL,
        number bigint NOT NULL,
        name text,
        data bytea,
        is_open boolean,
        CONSTRAINT number_is_positive CHECK (number > 0),
        PRIMARY KEY (account_id, number)
    ) WITHOUT ROWID;
    CREATE TABLE journal (id identity, what text NOT NULL UNIQUE);
    CREATE TABLE parts (journal_id bigint NOT NULL REFERENCES journal (id));
    --@ sqlite
    CREATE VIRTUAL TABLE found USING fts5(text, content='');
    --@ postgres
    CREATE TABLE found (words tsvector);
    ALTER TABLE things ENABLE ROW LEVEL SECURITY;
    ALTER TABLE things FORCE ROW LEVEL SECURITY;
    CREATE POLICY everybody ON things USING (true);
    --@ both
";

fn fresh() -> (TempDir, Db) {
    fresh_with(Options::new(SCHEMA))
}

fn fresh_with(options: Options) -> (TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path().join("test.db"), options).unwrap();
    (folder, db)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap()
}

async fn note(tx: &mut Tx<'_>, what: &str) -> Result<i64, Error> {
    tx.one(
        sql!("INSERT INTO journal (what) VALUES ($1) RETURNING id"),
        &[what.into()],
    )
    .await
}

async fn journal(db: &Db) -> Vec<String> {
    db.read(async |tx| {
        tx.all(sql!("SELECT what FROM journal ORDER BY id"), &[])
            .await
    })
    .await
    .unwrap_or_else(|error: Error| panic!("{error}"))
}

fn int(it: i64) -> V<'static> {
    V::Int(it)
}
