//! Databases that are thrown away, on the PostgreSQL cluster that `MAINSTAY_TEST_POSTGRES` names.
//!
//! With the variable set, worlds live there instead of in a SQLite file: the same stories, told
//! on the other engine. Tests of PostgreSQL alone are marked `#[ignore]` and are run by
//! `cargo xtask ci`, which starts a cluster.

use std::sync::atomic::{AtomicU32, Ordering};

use mainstay_store::MIGRATIONS;
use mainstay_store::db::{Db, Migration, Options};
use tokio_postgres::{Client, Config, NoTls};

/// Names the cluster: the address of a database of it, with a role that may make others.
pub const VARIABLE: &str = "MAINSTAY_TEST_POSTGRES";
/// What a next version might add to the schema.
pub const EXPAND: Migration = Migration {
    number: 1_000_000,
    name: "shades",
    sql: "-- expand
          ALTER TABLE cases ADD COLUMN shade bigint NOT NULL DEFAULT 0;
          CREATE INDEX cases_shade ON cases (account_id, shade);
          CREATE TABLE shades (id identity, name text NOT NULL);",
};
/// What the version after that might take away.
pub const CONTRACT: Migration = Migration {
    number: 1_000_001,
    name: "no shades",
    sql: "-- contract since 1000000\nDROP TABLE shades;",
};
/// Whoever makes the template holds this lock.
const LOCK: i64 = 0x4d6e_7375;

/// The address of the cluster, if the stories are to be told on PostgreSQL.
#[must_use]
pub fn cluster() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

/// The folder of the cluster's own programs.
pub(crate) async fn programs() -> String {
    let client = connect(&demanded()).await;
    let ask = "SELECT setting FROM pg_config WHERE name = 'BINDIR'";
    let row = client
        .query_one(ask, &[])
        .await
        .expect("a role that may know");
    row.get(0)
}

/// A database of its own; it goes with the value.
#[derive(Debug)]
pub struct Fresh {
    cluster: String,
    name: String,
}

impl Fresh {
    /// One without tables.
    ///
    /// # Panics
    /// When there is no cluster, or it makes none.
    pub async fn empty() -> Self {
        Self::make("template0").await
    }

    /// One with the newest schema, copied from one that is migrated once.
    ///
    /// # Panics
    /// When there is no cluster, or it makes none.
    pub async fn migrated() -> Self {
        let template = template(&demanded()).await;
        Self::make(&template).await
    }

    async fn make(template: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let cluster = demanded();
        let number = MADE.fetch_add(1, Ordering::SeqCst);
        let name = format!("mainstay_test_{}_{number}", std::process::id());
        let client = connect(&cluster).await;
        // One of the same name may be left of a test that was killed.
        run(
            &client,
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        )
        .await;
        run(
            &client,
            &format!("CREATE DATABASE {name} TEMPLATE {template}"),
        )
        .await;
        Self { cluster, name }
    }

    /// A few connections to it.
    ///
    /// # Panics
    /// When it cannot be reached.
    pub async fn connect(&self) -> Db {
        self.connect_with(Options::new(MIGRATIONS)).await
    }

    /// A few connections to it, with the rest of the settings as given.
    ///
    /// # Panics
    /// When it cannot be reached.
    pub async fn connect_with(&self, options: Options) -> Db {
        let options = Options {
            connections: 6,
            ..options
        };
        let db = Db::connect(&self.url(), options).await;
        db.expect("a database")
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        url_of(&self.cluster, &self.name)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its address for another role, with a password.
    ///
    /// # Panics
    /// When the address of the cluster has no host.
    #[must_use]
    pub fn url_as(&self, role: &str, password: &str) -> String {
        let url = self.url();
        let (scheme, rest) = url.split_once("://").expect("an address");
        let place = rest.split_once('@').map_or(rest, |(_, place)| place);
        format!("{scheme}://{role}:{password}@{place}")
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let (cluster, name) = (self.cluster.clone(), self.name.clone());
        // Whoever drops it is inside a runtime of its own.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let client = connect(&cluster).await;
                run(&client, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
            });
        });
        let _ = dropped.join();
    }
}

fn demanded() -> String {
    cluster().unwrap_or_else(|| {
        panic!("this test needs PostgreSQL: run `cargo xtask ci`, or set {VARIABLE} to a cluster")
    })
}

/// The same address with another database.
fn url_of(cluster: &str, name: &str) -> String {
    let (place, settings) = match cluster.split_once('?') {
        Some((place, settings)) => (place, format!("?{settings}")),
        None => (cluster, String::new()),
    };
    let (scheme, rest) = place.split_once("://").expect("an address");
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    format!("{scheme}://{host}/{name}{settings}")
}

async fn connect(url: &str) -> Client {
    let config: Config = url.parse().expect("an address of PostgreSQL");
    let (client, connection) = config.connect(NoTls).await.expect("a cluster that answers");
    tokio::spawn(connection);
    client
}

async fn run(client: &Client, sql: &str) {
    let done = client.batch_execute(sql).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

/// The name of the database with the newest schema; the first test makes it.
async fn template(cluster: &str) -> String {
    let schema = MIGRATIONS
        .iter()
        .flat_map(|migration| migration.sql.bytes());
    let print = schema.fold(0xcbf2_9ce4_8422_2325_u64, |print, byte| {
        (print ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let name = format!("mainstay_template_{print:016x}");
    let client = connect(cluster).await;
    run(&client, &format!("SELECT pg_advisory_lock({LOCK})")).await;
    let ask = "SELECT 1 FROM pg_database WHERE datname = $1";
    let made = client.query_opt(ask, &[&name]).await.expect("an answer");
    if made.is_none() {
        let unfinished = format!("{name}_unfinished");
        let drop = format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)");
        run(&client, &drop).await;
        run(
            &client,
            &format!("CREATE DATABASE {unfinished} TEMPLATE template0"),
        )
        .await;
        let url = url_of(cluster, &unfinished);
        let db = Db::connect(&url, Options::new(MIGRATIONS)).await;
        db.expect("a schema").close().await.expect("an end");
        let evict = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{unfinished}'"
        );
        run(&client, &evict).await;
        run(
            &client,
            &format!("ALTER DATABASE {unfinished} RENAME TO {name}"),
        )
        .await;
    }
    run(&client, &format!("SELECT pg_advisory_unlock({LOCK})")).await;
    name
}

/// A database for a world, of the engine the stories are told on; the file lies in `folder`.
///
/// # Panics
/// When it cannot be had.
pub async fn database(folder: &std::path::Path, options: Options) -> (Db, Option<Fresh>) {
    if cluster().is_none() {
        let db = Db::open(folder.join("mainstay.sqlite"), options);
        return (db.expect("a database"), None);
    }
    let fresh = Fresh::migrated().await;
    (fresh.connect_with(options).await, Some(fresh))
}
