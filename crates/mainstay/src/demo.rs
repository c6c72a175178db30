//! A living vendor to try Mainstay with: who there is, what happened, what happens next.
//!
//! The past is played with the real verbs at its own moments, so every number in the demo is one
//! Mainstay has computed itself. It comes out the same every time, moved to the present.

mod cast;
pub mod chance;
mod civil;
mod clock;
mod history;
mod life;
mod plot;
mod scenes;
mod stage;
pub mod stories;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use mainstay_app::files::folder_beside;
use mainstay_app::{App, Clock, FileStore, Parts};
use mainstay_description::shipped;
use mainstay_domain::Moment;
use mainstay_domain::case::House;
use mainstay_store::db::Options;
use mainstay_store::{Db, MIGRATIONS, people, system};

pub use life::live_on;
pub use stage::Stage;

use cast::Cast;
use clock::{DemoClock, DemoIds};

/// The same story every time.
const SEED: u64 = 20_190_507;

/// Opens a database and makes it a demo's, unless it is one already.
///
/// # Errors
/// When the database holds something else.
pub async fn build(database: &Path) -> anyhow::Result<Stage> {
    let clock = Arc::new(DemoClock::new());
    let present = clock.now();
    let app = start(database, &clock).await?;
    let mut cast = Cast::read(present)?;
    let has_people = app
        .db()
        .read(async |tx| people::has_vendor_people(tx).await)
        .await?;
    if has_people {
        cast.sign_in(&app, present).await?;
        return Ok(Stage::new(app, clock, cast, stories::all()?, present));
    }
    if app
        .db()
        .read(async |tx| system::case_counts(tx).await)
        .await?
        .0
        > 0
    {
        bail!(
            "{} holds cases already, but no demo; name a new file",
            database.display()
        );
    }
    app.publish(shipped::editions(), shipped::regions()).await?;
    let beginning: Moment = "2018-01-02T08:00:00Z"
        .parse()
        .context("the beginning is an instant")?;
    cast.move_in(&app, beginning, present).await?;
    cast.sign_in(&app, present).await?;
    let mut stage = Stage::new(app, clock, cast, stories::all()?, present);
    stage.think_of_history(present)?;
    stage.set_scenes(present)?;
    stage.play().await?;
    Ok(stage)
}

async fn start(database: &Path, clock: &Arc<DemoClock>) -> anyhow::Result<App> {
    let db = Db::open(database, Options::new(MIGRATIONS))
        .with_context(|| format!("the database {} cannot be opened", database.display()))?;
    let parts = Parts {
        db,
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        ids: Arc::new(DemoIds::new(Arc::clone(clock), SEED)),
        files: FileStore::new(folder_beside(database)),
        house: House::default(),
    };
    Ok(App::start(parts).await?)
}
