//! Looks at a database that an instance has left behind, and prints as JSON what is wrong with it
//! and everything it holds. `cargo xtask faults` asks it after each fault.
//!
//! `inspect DATABASE FILES HOUSE SECONDS`: the database, a file or an address, which is only read;
//! the folder of uploaded files; the house rules it was served under; and the instant by which clocks
//! should have been judged, in seconds since 1970.

use std::path::Path;
use std::sync::Arc;

use mainstay_app::{App, Clock, FileStore, Ids, Outside, Parts};
use mainstay_domain::Moment;
use mainstay_store::MIGRATIONS;
use mainstay_store::db::{Db, Error, Options};
use mainstay_store::system::{self, inspect};
use mainstay_testkit::faults;
use uuid::Uuid;

/// Nothing here asks for the time.
struct NoClock;

impl Clock for NoClock {
    fn now(&self) -> Moment {
        Moment::from_unix(0)
    }
}

/// Nothing here makes anything new.
struct NoIds;

impl Ids for NoIds {
    fn id(&self) -> Uuid {
        Uuid::nil()
    }

    fn secret(&self) -> [u8; 32] {
        [0; 32]
    }
}

async fn open(database: &str) -> Result<Db, Error> {
    let options = Options::new(MIGRATIONS);
    if database.starts_with("postgres://") {
        return Db::connect_to_read(database, options).await;
    }
    // It may have been left with a log to recover.
    Db::open(Path::new(database), options)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || {
        arguments
            .next()
            .ok_or("inspect DATABASE FILES HOUSE SECONDS")
    };
    let (database, files, house, by) = (next()?, next()?, next()?, next()?);
    let by = Moment::from_unix(by.parse()?);
    let parts = Parts {
        db: open(&database).await?,
        clock: Arc::new(NoClock),
        ids: Arc::new(NoIds),
        files: FileStore::new(files),
        house: toml::from_str(&std::fs::read_to_string(house)?)?,
        outside: Outside::nowhere(),
    };
    let app = App::start(parts).await?;
    let mut damage = faults::damage(&app).await?;
    damage.extend(app.db().check().await?);
    let contents = app
        .db()
        .read(async |tx| inspect::contents(tx).await)
        .await?;
    let waiting = faults::waiting_effects(&app).await?;
    let gauges = app.db().read(async |tx| system::gauges(tx, by).await);
    let unjudged = gauges.await?.overdue;
    let found = serde_json::json!({
        "damage": damage, "waiting": waiting, "unjudged": unjudged, "contents": contents,
    });
    println!("{found}");
    app.db().close().await?;
    Ok(())
}
