//! `mainstay serve`: one instance, on SQLite by itself or as one of several nodes on PostgreSQL.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use mainstay_app::publish::read_files;
use mainstay_app::{App, Error, Outside, Parts};
use mainstay_description::shipped;
use mainstay_domain::case::House;
use mainstay_domain::edition::Edition;
use mainstay_domain::region::Region;
use mainstay_store::db::Options;
use mainstay_store::{MIGRATIONS, outbox, settings};
use mainstay_web::{Config, Web};

use super::{Answer, print};
use crate::http::Outbound;
use crate::place::{Place, refuse_half_filled};
use crate::ports::{SystemClock, SystemIds};
use crate::server::{self, Log};
use crate::sources;

/// What to serve, and where.
#[derive(clap::Args)]
pub struct Arguments {
    /// The database: a SQLite file, made when it is not there, or postgres://role@host/database,
    /// which several nodes may share. A password is better given in the variable.
    #[arg(
        long,
        env = "MAINSTAY_DATABASE",
        value_name = "FILE|URL",
        default_value = "./mainstay.sqlite",
        hide_env_values = true
    )]
    database: PathBuf,
    /// Where uploaded files lie; beside a SQLite file when it is not said. Nodes share it.
    #[arg(long, env = "MAINSTAY_FILES", value_name = "FOLDER")]
    files: Option<PathBuf>,
    /// The address to listen at; port 0 takes any free one.
    #[arg(
        long,
        env = "MAINSTAY_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080"
    )]
    listen: SocketAddr,
    /// A second address, of this machine alone, where /metrics says how the instance is doing.
    #[arg(long, env = "MAINSTAY_METRICS", value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// The one address people reach this instance at, from which links are made.
    #[arg(long, env = "MAINSTAY_ORIGIN", value_name = "URL", value_parser = origin)]
    origin: Option<String>,
    /// Service descriptions and regions to publish; the shipped ones when there are none.
    #[arg(
        long,
        env = "MAINSTAY_DESCRIPTION",
        value_name = "FILE",
        value_delimiter = ',',
        num_args = 1..
    )]
    description: Vec<String>,
    /// The vendor's own rules beside the contract, as TOML: internal targets, warnings, closing.
    #[arg(long, env = "MAINSTAY_HOUSE", value_name = "FILE")]
    house: Option<String>,
    /// Where new passwords are looked up among those known from breaches, as Have I Been Pwned does
    /// it (five digits of a hash leave this machine): `https://api.pwnedpasswords.com/range/` for
    /// example. Without it nobody is asked.
    #[arg(
        long,
        env = "MAINSTAY_BREACHED_PASSWORDS",
        value_name = "URL",
        value_parser = range
    )]
    breached_passwords: Option<String>,
    /// Lets this instance ask machines at private and loopback addresses, and without encryption:
    /// sign-in providers in an own network. Whoever sets one up could then reach that network.
    #[arg(long, env = "MAINSTAY_ALLOW_PRIVATE_ADDRESSES")]
    allow_private_addresses: bool,
    /// How log lines are written.
    #[arg(
        long,
        env = "MAINSTAY_LOG",
        value_name = "FORM",
        value_enum,
        default_value = "human"
    )]
    log: Log,
    /// What is logged: error, warn, info, debug (every request) or a finer filter.
    #[arg(
        long,
        env = "MAINSTAY_LOG_LEVEL",
        value_name = "LEVEL",
        default_value = "info"
    )]
    log_level: String,
    /// Where traces are sent, over HTTP in OpenTelemetry's protocol; without it, and without
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`, nothing is traced.
    #[arg(long, env = "MAINSTAY_OTLP_ENDPOINT", value_name = "URL")]
    otlp_endpoint: Option<String>,
}

/// How long a statement of somebody who waits for a page may take on PostgreSQL: less than pages and
/// calls are waited for, so that the store still says what has failed.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(12);

/// Editions and regions.
type Descriptions = (Vec<Edition>, Vec<Region>);

/// An address without a slash at its end.
fn origin(text: &str) -> Result<String, String> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .map(|rest| rest.trim_end_matches('/'));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("write it like https://support.example.com".to_owned()),
    }
}

/// An address five digits are put after.
fn range(text: &str) -> Result<String, String> {
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    if is_address && text.ends_with('/') && !text.contains([' ', '?', '#']) {
        Ok(text.to_owned())
    } else {
        Err("write it like https://api.pwnedpasswords.com/range/, with the slash".to_owned())
    }
}

impl Arguments {
    /// Serves until it is asked to end.
    pub fn run(self) -> Answer {
        let collector = self.otlp_endpoint.as_deref();
        let traces = server::start_log(self.log, &self.log_level, collector)?;
        // Nothing is opened before the files are known to be good.
        let described = match read_descriptions(&self.description)? {
            Ok(described) => described,
            Err(mistakes) => {
                eprintln!("{mistakes}");
                eprintln!("mainstay: not started: the description files have mistakes");
                return Ok(ExitCode::FAILURE);
            }
        };
        let house = match &self.house {
            Some(file) => read_house(file)?,
            None => House::default(),
        };
        let served = server::run(self.serve(described, house));
        traces.end();
        served
    }

    /// Where everything is kept.
    fn place(&self) -> anyhow::Result<Place> {
        Place::new(&self.database, self.files.as_deref())
    }

    /// How other machines are reached.
    fn outside(&self) -> anyhow::Result<Outside> {
        Ok(Outside {
            http: Arc::new(Outbound::new(self.allow_private_addresses)?),
            breached_passwords: self.breached_passwords.clone(),
        })
    }

    async fn serve(self, described: Descriptions, house: House) -> Answer {
        let listener = server::listen(self.listen, "--listen").await?;
        let address = listener.local_addr()?;
        let own = match self.metrics {
            Some(at) => Some(server::listen(at, "--metrics").await?),
            None => None,
        };
        let options = Options {
            beside_newer: true,
            statement_timeout: STATEMENT_TIMEOUT,
            ..Options::new(MIGRATIONS)
        };
        let app = start_within(&self.place()?, options, house, self.outside()?).await?;
        if let Err(error) = publish(&app, described).await {
            eprintln!("{error}");
            eprintln!("mainstay: not started: the description files cannot be published");
            app.db().close().await?;
            return Ok(ExitCode::FAILURE);
        }
        let origin = self.origin.unwrap_or_else(|| format!("http://{address}"));
        warn_if_open(address, &origin);
        warn_if_held(&app).await?;
        let (vendor, link) = (vendor(&app).await?, app.setup_link().await?);
        print(&format!(
            "Mainstay is at {origin} (it listens at {address})."
        ))?;
        if let Some(word) = link {
            print(&format!(
                "This is the first start. Open this link to name your organisation and its first \
                 administrator; it works once, within a day:\n  {origin}/setup/{word}"
            ))?;
        }
        if let Some(own) = &own {
            let at = own.local_addr()?;
            warn_if_known(at);
            print(&format!("Metrics are at http://{at}/metrics."))?;
        }
        let demo_people = Vec::new();
        let web = Web::new(
            app,
            Config {
                origin,
                demo_people,
            },
            vendor,
        );
        server::serve(listener, own, &web, mainstay_web::router(web.clone())).await?;
        print("Mainstay has ended.")?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads description files; the inner error lists every mistake.
fn read_descriptions(names: &[String]) -> anyhow::Result<Result<Descriptions, Error>> {
    let mut files = Vec::with_capacity(names.len());
    for name in names {
        files.push((name.clone(), sources::read(name)?));
    }
    Ok(read_files(&files))
}

/// Reads the vendor's own rules.
///
/// # Errors
/// A sentence that says what is wrong with the file.
pub(super) fn read_house(file: &str) -> anyhow::Result<House> {
    toml::from_str(&sources::read(file)?)
        .map_err(|error| anyhow::anyhow!("`{file}` does not hold the vendor's own rules: {error}"))
}

/// Opens the database and puts the verbs together, for a command that asks no other machine.
///
/// # Errors
/// A sentence that says what is wrong with the database.
pub(super) async fn start(place: &Place, options: Options, house: House) -> anyhow::Result<App> {
    start_within(place, options, house, Outside::nowhere()).await
}

async fn start_within(
    place: &Place,
    options: Options,
    house: House,
    outside: Outside,
) -> anyhow::Result<App> {
    let db = place.open(options).await?;
    refuse_half_filled(&db).await?;
    let parts = Parts {
        db,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        files: place.file_store(),
        house,
        outside,
    };
    Ok(App::start(parts).await?)
}

/// Publishes what was given, and the shipped editions or regions where there are none at all.
async fn publish(app: &App, (editions, regions): Descriptions) -> Result<(), Error> {
    let catalogue = app.catalogue();
    let (mut editions, mut regions) = (editions, regions);
    if editions.is_empty() && catalogue.editions().is_empty() {
        editions = shipped::editions();
    }
    if regions.is_empty() && catalogue.regions().is_empty() {
        regions = shipped::regions();
    }
    if editions.is_empty() && regions.is_empty() {
        return Ok(());
    }
    let published = app.publish(editions, regions).await?;
    for edition in &published.editions {
        tracing::info!(edition, "published");
    }
    if !published.regions.is_empty() {
        tracing::info!(regions = published.regions.join(" "), "published");
    }
    Ok(())
}

/// The vendor's name; until the set-up it has none.
async fn vendor(app: &App) -> anyhow::Result<String> {
    let find = app
        .db()
        .read(async |tx| settings::find(tx, "vendor").await)
        .await?;
    Ok(find.unwrap_or_else(|| "Mainstay".to_owned()))
}

/// Metrics are for whoever runs the machine.
fn warn_if_known(at: SocketAddr) {
    if !at.ip().is_loopback() {
        tracing::warn!(
            "{at} can be reached from other machines, and tells anybody how busy this instance \
             is. Give an address of this machine alone, for example 127.0.0.1:9090, or keep others \
             out"
        );
    }
}

/// After a restore nothing goes out until somebody lets it.
async fn warn_if_held(app: &App) -> anyhow::Result<()> {
    let since = app
        .db()
        .read(async |tx| outbox::held_since(tx).await)
        .await?;
    if let Some(since) = since {
        tracing::warn!(
            "notices are held since the restore of {since}: nobody is told anything. End this              instance and run `mainstay release` to let them go"
        );
    }
    Ok(())
}

/// Whoever listens beyond this machine without encryption is told so.
fn warn_if_open(address: SocketAddr, origin: &str) {
    if !address.ip().is_loopback() && !origin.starts_with("https://") {
        tracing::warn!(
            "{address} can be reached from other machines, and {origin} is not encrypted: \
             passwords and requests can be read on the way. Put a proxy with TLS before it and \
             give its address with --origin https://…"
        );
    }
}
