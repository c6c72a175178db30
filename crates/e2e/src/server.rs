//! The program under test.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio_postgres::NoTls;

/// Names the cluster: the address of a database of it, with a role that may make others.
const CLUSTER: &str = "MAINSTAY_TEST_POSTGRES";
/// How long the program may take to say where it is.
const START: Duration = Duration::from_secs(20);

/// The program, serving a database of its own; ends with this value.
pub struct Server {
    child: Child,
    /// Where it is: `http://127.0.0.1:…`.
    pub origin: String,
    /// The one-time link of the first start.
    pub setup_link: String,
}

impl Server {
    /// Starts `mainstay serve` on a new database: in `folder`, or on the cluster of PostgreSQL that
    /// `MAINSTAY_TEST_POSTGRES` names.
    ///
    /// # Errors
    /// When the program is not there, or does not come up.
    pub async fn start(folder: &Path) -> anyhow::Result<Self> {
        Self::start_as("127.0.0.1", folder).await
    }

    /// As [`Server::start`], reached by the name `localhost`: browsers make passkeys for names, and
    /// without encryption for this one alone.
    ///
    /// # Errors
    /// When the program is not there, or does not come up.
    pub async fn start_by_name(folder: &Path) -> anyhow::Result<Self> {
        Self::start_as("localhost", folder).await
    }

    async fn start_as(name: &str, folder: &Path) -> anyhow::Result<Self> {
        let database = match std::env::var(CLUSTER) {
            Ok(cluster) => make_database(&cluster).await?.into(),
            Err(_) => folder.join("mainstay.sqlite"),
        };
        let port = crate::free_port()?;
        let (origin, listen) = (format!("http://{name}:{port}"), format!("127.0.0.1:{port}"));
        let mut child = Command::new(program()?)
            .arg("serve")
            .args(["--listen", &listen, "--origin", &origin])
            // Providers of journeys are on this machine.
            .arg("--allow-private-addresses")
            .arg("--database")
            .arg(database)
            .arg("--files")
            .arg(folder.join("files"))
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .context("mainstay did not start")?;
        let output = child.stdout.take().context("mainstay has no output")?;
        let (found, links) = mpsc::channel();
        // Goes on reading after the link was found, so that the program is never held up.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(at) = line.find("http").filter(|_| line.contains("/setup/")) {
                    let link = line[at..].split_whitespace().next().unwrap_or_default();
                    let _ = found.send(link.to_owned());
                }
            }
        });
        match links.recv_timeout(START) {
            Ok(setup_link) => Ok(Self {
                child,
                origin,
                setup_link,
            }),
            Err(_) => {
                let _ = child.kill();
                bail!(
                    "mainstay printed no set-up link within {} seconds",
                    START.as_secs()
                )
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes an empty database on a cluster and gives its address. It goes with the cluster.
async fn make_database(cluster: &str) -> anyhow::Result<String> {
    let (client, connection) = tokio_postgres::connect(cluster, NoTls)
        .await
        .context("the cluster cannot be reached")?;
    tokio::spawn(connection);
    let name = format!("journey_{}", crate::free_port()?);
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await
        .context("the cluster makes no database")?;
    let (server, _) = cluster.rsplit_once('/').context("no database is named")?;
    Ok(format!("{server}/{name}"))
}

/// The program: named by the workshop, or built beside this test.
fn program() -> anyhow::Result<PathBuf> {
    if let Some(path) = std::env::var_os("MAINSTAY_BIN") {
        return Ok(path.into());
    }
    let test = std::env::current_exe()?;
    let beside = test
        .ancestors()
        .nth(2)
        .map(|folder| folder.join("mainstay"));
    let found = beside.filter(|path| path.exists());
    found.context("build the program first (cargo build -p mainstay) or set MAINSTAY_BIN")
}
