//! The program under test.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, bail};

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
    /// Starts `mainstay serve` on a new database in `folder`.
    ///
    /// # Errors
    /// When the program is not there, or does not come up.
    pub fn start(folder: &Path) -> anyhow::Result<Self> {
        let origin = format!("http://127.0.0.1:{}", crate::free_port()?);
        let listen = origin.trim_start_matches("http://").to_owned();
        let mut child = Command::new(program()?)
            .arg("serve")
            .args(["--listen", &listen, "--origin", &origin])
            .arg("--database")
            .arg(folder.join("mainstay.sqlite"))
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
