//! Looks at a database that an instance has left behind, and prints as JSON what is wrong with it
//! and everything it holds. `cargo xtask faults` asks it after each fault.
//!
//! `inspect FILE HOUSE SECONDS`: the database, the house rules it was served under, and the instant
//! by which clocks should have been judged, in seconds since 1970.

use std::path::Path;
use std::sync::Arc;

use mainstay_app::files::folder_beside;
use mainstay_app::{App, Clock, FileStore, Ids, Parts};
use mainstay_domain::Moment;
use mainstay_store::MIGRATIONS;
use mainstay_store::db::{Db, Options};
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(house), Some(by)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("inspect FILE HOUSE SECONDS".into());
    };
    let by = Moment::from_unix(by.parse()?);
    let database = Path::new(&file);
    let parts = Parts {
        db: Db::open(database, Options::new(MIGRATIONS))?,
        clock: Arc::new(NoClock),
        ids: Arc::new(NoIds),
        files: FileStore::new(folder_beside(database)),
        house: toml::from_str(&std::fs::read_to_string(house)?)?,
    };
    let app = App::start(parts).await?;
    let mut damage = faults::damage(&app).await?;
    damage.extend(app.db().check().await?);
    let contents = app
        .db()
        .read(async |tx| inspect::contents(tx).await)
        .await?;
    let waiting = faults::waiting_effects(&app).await?;
    let due = app
        .db()
        .read(async |tx| system::due_cases(tx, by, 1000).await)
        .await?;
    let unjudged = due.len();
    let found = serde_json::json!({
        "damage": damage, "waiting": waiting, "unjudged": unjudged, "contents": contents,
    });
    println!("{found}");
    app.db().close().await?;
    Ok(())
}
