//! `mainstay demo`: a living vendor on a throw-away database.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use axum::Router;
use axum::extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use mainstay_store::system;
use mainstay_web::ui::{Viewer, guide};
use mainstay_web::{Config, DemoPerson, DemoStand, Web};
use tokio::net::TcpListener;

use super::{Answer, print, target};
use crate::demo::{Stage, build, live_on};
use crate::place::Place;
use crate::ports::{SystemClock, stopwatch};
use crate::server::{self, Log};

/// The option that gives the address.
const LISTEN: &str = "--listen";

/// Where a demo is shown.
#[derive(clap::Args)]
pub struct Arguments {
    /// The address to listen at; 127.0.0.1:8080 if it is free, else any free port.
    #[arg(long, env = "MAINSTAY_LISTEN", value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Keep the demo in this database, a file or an empty one on postgres://…; otherwise it is gone
    /// when the demo ends.
    #[arg(long, value_name = "DATABASE")]
    database: Option<PathBuf>,
    /// Keep files uploaded to a demo on postgres://… in this folder; otherwise they go with its end.
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
    /// Let nothing happen by itself.
    #[arg(long)]
    still: bool,
    /// What is logged: error, warn, info, debug (every request) or a finer filter.
    #[arg(
        long,
        env = "MAINSTAY_LOG_LEVEL",
        value_name = "LEVEL",
        default_value = "warn"
    )]
    log_level: String,
}

impl Arguments {
    /// Builds the demo and shows it until it is asked to end.
    pub fn run(self) -> Answer {
        server::start_log(Log::Human, &self.log_level, None)?;
        server::run(self.show())
    }

    async fn show(self) -> Answer {
        let listener = listen(self.listen).await?;
        let address = listener.local_addr()?;
        let folder = tempfile::Builder::new()
            .prefix("mainstay-demo-")
            .tempdir()
            .context("no folder for the demo can be made")?;
        let place = self.place(folder.path())?;
        if place.file().is_none() {
            target::look(&place).await?;
        }
        print("Building a living vendor: accounts, people, and what they have been writing …")?;
        let watch = stopwatch();
        let stage = build(&place).await?;
        let (cases, open) = stage
            .app
            .db()
            .read(async |tx| system::case_counts(tx).await)
            .await?;
        let vendor = stage.cast.vendor.clone();
        let seconds = watch.elapsed().as_secs_f64();
        print(&format!(
            "{vendor} is there: {cases} cases, {open} of them open, in {seconds:.1} s."
        ))?;
        let origin = origin(address);
        let people = stage.cast.demo_people();
        print(&welcome(&origin, &people))?;
        let config = Config {
            origin,
            demo_people: people,
        };
        let web = Web::new(stage.app.clone(), config, vendor);
        self.go_on(listener, &web, stage).await?;
        print(&match self.database {
            Some(_) => format!("The demo has ended; it is kept in {}.", place.shown()),
            None => "The demo has ended and is gone.".to_owned(),
        })?;
        Ok(ExitCode::SUCCESS)
    }

    /// Where the demo is kept: what is not named lies in a folder that goes with its end.
    fn place(&self, folder: &Path) -> anyhow::Result<Place> {
        let (database, files) = (folder.join("demo.sqlite"), folder.join("files"));
        let database = self.database.as_deref().unwrap_or(&database);
        Place::new(database, self.files.as_deref()).or_else(|_| Place::new(database, Some(&files)))
    }

    async fn go_on(&self, listener: TcpListener, web: &Web, stage: Stage) -> anyhow::Result<()> {
        let life = (!self.still).then(|| tokio::spawn(live_on(stage)));
        let router = mainstay_web::router(web.clone()).merge(guide_router());
        let served = server::serve(listener, None, web, router).await;
        if let Some(life) = life {
            life.abort();
        }
        served
    }
}

/// The address asked for; without one, the usual port or any free one.
async fn listen(wanted: Option<SocketAddr>) -> anyhow::Result<TcpListener> {
    if let Some(wanted) = wanted {
        return server::listen(wanted, LISTEN).await;
    }
    match server::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)), LISTEN).await {
        Ok(listener) => Ok(listener),
        Err(_) => server::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), LISTEN).await,
    }
}

/// Where it is to a browser: on this machine by its name, since passkeys are made for names alone.
fn origin(address: SocketAddr) -> String {
    if address.ip() == Ipv4Addr::LOCALHOST {
        return format!("http://localhost:{}", address.port());
    }
    format!("http://{address}")
}

/// Where it is, and whom one can be.
fn welcome(origin: &str, people: &[DemoPerson]) -> String {
    let lines = |stand: DemoStand| {
        let side = people.iter().filter(move |person| person.stand == stand);
        side.map(|person| {
            let who = if stand == DemoStand::Vendor {
                person.name.clone()
            } else {
                format!("{}, {}", person.name, person.organisation)
            };
            format!("    {who}: {}", person.about)
        })
        .collect::<Vec<_>>()
        .join("\n")
    };
    format!(
        "\nOpen {origin} and be one of these, by one click:\n\n  At the vendor\n{}\n\n  At customers\n{}\n\n  At partners\n{}\n\n\
         Nothing leaves this machine. Ctrl-C ends the demo.\n",
        lines(DemoStand::Vendor),
        lines(DemoStand::Customer),
        lines(DemoStand::Partner)
    )
}

/// The components of the pages, to look at.
fn guide_router() -> Router {
    let viewer = || Viewer::new(mainstay_app::Clock::now(&SystemClock));
    Router::new()
        .route("/guide", get(move || async move { guide::page(&viewer()) }))
        .route(
            "/guide/{name}",
            get(
                move |extract::Path(name): extract::Path<String>| async move {
                    sample(&viewer(), &name)
                },
            ),
        )
}

fn sample(viewer: &Viewer, name: &str) -> Response {
    match guide::sample(viewer, name) {
        Some(page) => page.into_response(),
        None => (StatusCode::NOT_FOUND, "There is no such sample").into_response(),
    }
}
