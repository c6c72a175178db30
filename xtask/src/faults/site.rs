//! A cluster of PostgreSQL with a vendor on it, set up as the manual says, and a way to it on which
//! something may happen.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};

use super::Workshop;
use super::instance::{Instance, Start};
use super::proxy::Proxy;
use super::stage::{Found, Stage};
use super::story::request;
use super::wire::Request;
use crate::ci::tools::INITDB;
use crate::cluster::Cluster;

/// The database.
pub const DATABASE: &str = "desk";
/// The role Mainstay signs in as; it may become the three of the second wall, and nothing else.
const SET_UP: [&str; 5] = [
    "CREATE ROLE mainstay_owner",
    "CREATE ROLE mainstay_app",
    "CREATE ROLE mainstay_sweeper",
    "CREATE ROLE mainstay LOGIN IN ROLE mainstay_owner, mainstay_app, mainstay_sweeper",
    "ALTER DATABASE desk OWNER TO mainstay",
];

/// Where it happens. Ends from the first field to the last.
pub struct Site<'a> {
    /// The vendor, its customer, and a look at what is left.
    pub stage: Stage<'a>,
    /// The way.
    pub proxy: Proxy,
    /// The server.
    pub cluster: Cluster,
}

impl<'a> Site<'a> {
    /// A durable cluster with a vendor.
    ///
    /// # Errors
    /// When it does not come to that.
    pub fn new(workshop: &Workshop<'a>, name: &str) -> anyhow::Result<Self> {
        let cluster = Cluster::start(&INITDB.path()?, true)?;
        cluster.make_database(DATABASE)?;
        for words in SET_UP {
            cluster.ask(DATABASE, words)?;
        }
        let address = address(cluster.port);
        let folder = workshop.folder(name);
        let stage = Stage::on_server(workshop.programs, &folder, &address);
        Ok(Self {
            stage: stage.context("the stage cannot be set")?,
            proxy: Proxy::to(cluster.port)?,
            cluster,
        })
    }

    /// A node that goes its way through the proxy.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_behind(&self) -> anyhow::Result<Instance> {
        let address = address(self.proxy.port);
        let how = Start {
            database: Path::new(&address),
            ..self.stage.how()
        };
        how.run(None)
    }

    /// All clocks are judged, everybody was told once, and the doctor finds nothing either.
    ///
    /// # Errors
    /// What is not so.
    pub fn come_to_rest(&self) -> anyhow::Result<Found> {
        // What was opened last has missed the house's own target two seconds later.
        std::thread::sleep(Duration::from_millis(2100));
        let found = self.stage.come_to_rest()?;
        if found.entries_with("breached") == 0 {
            bail!("nothing has fallen due");
        }
        self.stage.examine()?;
        Ok(found)
    }
}

fn address(port: u16) -> String {
    format!("postgres://mainstay@127.0.0.1:{port}/{DATABASE}")
}

/// Opens a case; its number.
///
/// # Errors
/// When it is refused.
pub fn open_case(site: &Site<'_>, at: SocketAddr) -> anyhow::Result<String> {
    let opened = Request::json("/api/v1/cases", &request("A case to talk about"))
        .bearer(&site.stage.token)
        .send(at)?
        .json()?;
    let number = opened["number"].as_str().map(str::to_owned);
    number.context("a case has no number")
}

/// Waits until an instance says that it is ready.
///
/// # Errors
/// When it does not within a while.
pub fn wait_until_ready(at: SocketAddr) -> anyhow::Result<()> {
    for _ in 0..200 {
        if Request::get("/ready").send(at)?.status == 200 {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("it is not ready after 20 seconds")
}

/// The process lives, and says that its database does not answer.
///
/// # Errors
/// When it says otherwise.
pub fn is_alive_and_not_ready(at: SocketAddr) -> anyhow::Result<()> {
    for (path, status) in [("/health", 200), ("/ready", 503)] {
        let answer = Request::get(path).send(at)?;
        if answer.status != status {
            bail!("{path} was answered {}: {}", answer.status, answer.body);
        }
    }
    Ok(())
}

/// A page and a call of the API that only read: refused, with a time to come again.
///
/// # Errors
/// When they are answered otherwise.
pub fn reads_are_refused(stage: &Stage<'_>, at: SocketAddr) -> anyhow::Result<()> {
    let page = Request::get("/queue").cookie(&stage.lead);
    let call = Request::get("/api/v1/cases").bearer(&stage.token);
    for (what, request) in [("a page", page), ("a call", call)] {
        let answer = request.send(at)?;
        if answer.status != 503 || answer.header("retry-after").is_none() {
            bail!("{what} was answered {}: {}", answer.status, answer.body);
        }
    }
    Ok(())
}

/// It is the process it was, and ends in order.
///
/// # Errors
/// When it is not so.
pub fn end_in_order(mut instance: Instance) -> anyhow::Result<()> {
    if !instance.runs()? {
        bail!("it has ended by itself");
    }
    let status = instance.end()?;
    if !status.success() {
        bail!("it ended with {status}");
    }
    Ok(())
}
