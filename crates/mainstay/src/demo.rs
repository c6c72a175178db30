//! A living vendor to try Mainstay with: who there is, what happened, what happens next.
//!
//! The past is played with the real verbs at its own moments, so every number in the demo is one
//! Mainstay has computed itself. It comes out the same every time, moved to the present.

mod asides;
mod cast;
pub mod chance;
mod civil;
mod clock;
mod first_line;
mod history;
mod life;
mod partners;
mod playbill;
mod plot;
mod publishing;
mod scenes;
mod stage;
pub mod stories;

use std::sync::Arc;

use anyhow::{Context, bail};
use mainstay_app::{App, Clock, Outside, Parts};
use mainstay_description::shipped;
use mainstay_domain::Moment;
use mainstay_domain::case::House;
use mainstay_store::db::Options;
use mainstay_store::{MIGRATIONS, people, system};

pub use life::live_on;
pub use stage::Stage;

use crate::place::{Place, refuse_half_filled};
use cast::Cast;
use clock::{DemoClock, DemoIds};

/// The same story every time.
const SEED: u64 = 20_190_507;

/// Opens a database and makes it a demo's, unless it is a file that is one already.
///
/// # Errors
/// When the database holds something else.
pub async fn build(place: &Place) -> anyhow::Result<Stage> {
    let clock = Arc::new(DemoClock::new());
    let present = clock.now();
    let app = start(place, &clock).await?;
    let mut cast = Cast::read(present)?;
    let has_people = app
        .db()
        .read(async |tx| people::has_vendor_people(tx).await)
        .await?;
    // On a server the connections of waiting verbs would run out, and their locks would cross.
    let is_crowded = place.file().is_some();
    if has_people {
        cast.sign_in(&app, present).await?;
        let stories = stories::all()?;
        return Ok(Stage::new(app, clock, cast, stories, present, is_crowded));
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
            place.shown()
        );
    }
    app.publish(shipped::editions(), shipped::regions()).await?;
    let beginning: Moment = "2018-01-02T08:00:00Z"
        .parse()
        .context("the beginning is an instant")?;
    cast.move_in(&app, beginning, present).await?;
    cast.sign_in(&app, present).await?;
    let mut stage = Stage::new(app, clock, cast, stories::all()?, present, is_crowded);
    stage.think_of_history(present)?;
    stage.set_scenes(present)?;
    stage.think_of_asides(present)?;
    stage.play().await?;
    Ok(stage)
}

async fn start(place: &Place, clock: &Arc<DemoClock>) -> anyhow::Result<App> {
    let db = place.open(Options::new(MIGRATIONS)).await?;
    refuse_half_filled(&db).await?;
    let parts = Parts {
        db,
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        ids: Arc::new(DemoIds::new(Arc::clone(clock), SEED)),
        files: place.file_store(),
        house: House::default(),
        outside: Outside::nowhere(),
    };
    Ok(App::start(parts).await?)
}
