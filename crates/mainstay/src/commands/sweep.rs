//! `mainstay sweep`: judges what is due, once, and says how long it took.

use std::path::PathBuf;
use std::process::ExitCode;

use mainstay_app::App;
use mainstay_domain::case::House;
use mainstay_store::MIGRATIONS;
use mainstay_store::db::Options;
use serde::Serialize;

use super::{Answer, print, serve};
use crate::place::Place;
use crate::ports::stopwatch;
use crate::server;

/// Sweeps of nothing, of which the middle one counts.
const IDLE: usize = 101;

/// Where to sweep.
#[derive(clap::Args)]
pub struct Arguments {
    /// The database.
    #[arg(long, value_name = "FILE")]
    database: PathBuf,
}

/// How long it took.
#[derive(Serialize)]
struct Swept {
    /// Cases that were due.
    due: usize,
    /// How long judging them took, seconds.
    seconds: f64,
    /// How long looking takes when nothing is due, milliseconds.
    idle_ms: f64,
}

impl Arguments {
    /// Sweeps.
    pub fn run(self) -> Answer {
        server::run(async move {
            let files = std::env::temp_dir(); // no file is looked at
            let place = Place::new(&self.database, Some(&files))?;
            let app = serve::start(&place, Options::new(MIGRATIONS), House::default()).await?;
            let swept = measure(&app).await?;
            app.db().close().await?;
            print(&serde_json::to_string(&swept)?)?;
            Ok(ExitCode::SUCCESS)
        })
    }
}

async fn measure(app: &App) -> anyhow::Result<Swept> {
    let (mut due, watch) = (0, stopwatch());
    loop {
        match app.sweep().await? {
            0 => break,
            judged => due += judged,
        }
    }
    let seconds = watch.elapsed().as_secs_f64();
    let mut idle = Vec::with_capacity(IDLE);
    for _ in 0..IDLE {
        let watch = stopwatch();
        app.sweep().await?;
        idle.push(watch.elapsed());
    }
    idle.sort();
    let idle_ms = idle[IDLE / 2].as_secs_f64() * 1000.0;
    Ok(Swept {
        due,
        seconds,
        idle_ms,
    })
}
