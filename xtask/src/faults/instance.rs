//! The instance that things are done to: started, killed, asked to end.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

/// What the system does to an instance, as the tracer takes it.
#[derive(Clone)]
pub struct Injection {
    /// What is done, to which calls: `fsync,pwrite64:signal=KILL:when=7`.
    pub what: String,
    /// Only calls on this file.
    pub path: Option<PathBuf>,
}

/// A running instance; it ends with the value.
pub struct Instance {
    child: Child,
    /// The instance itself; the tracer's child when there is one.
    id: u32,
    out: BufReader<ChildStdout>,
    /// Where it listens.
    pub address: SocketAddr,
}

/// How an instance is started.
pub struct Start<'a> {
    /// The program.
    pub binary: &'a Path,
    /// Its database: a file, or an address.
    pub database: &'a Path,
    /// The folder of uploaded files, when they do not lie beside it.
    pub files: Option<&'a Path>,
    /// The house rules.
    pub house: &'a Path,
}

impl Start<'_> {
    fn command(&self, injection: Option<&Injection>) -> Command {
        let mut command = match injection {
            None => Command::new(self.binary),
            Some(injection) => {
                let calls = injection.what.split(':').next().unwrap_or_default();
                let mut tracer = Command::new("strace");
                tracer.args(["-f", "-qq", "-o", "/dev/null"]);
                tracer.args(["-e", &format!("trace={calls}")]);
                tracer.args(["-e", &format!("inject={}", injection.what)]);
                if let Some(path) = &injection.path {
                    tracer.arg("-P").arg(path);
                }
                tracer.arg(self.binary);
                tracer
            }
        };
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-level", "off"]);
        command.arg("--database").arg(self.database);
        if let Some(files) = self.files {
            command.arg("--files").arg(files);
        }
        command.arg("--house").arg(self.house);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts one; `None` when it ended before it listened.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn try_run(&self, injection: Option<&Injection>) -> anyhow::Result<Option<Instance>> {
        let mut child = self
            .command(injection)
            .spawn()
            .context("the binary, or strace, cannot be started")?;
        let out = child.stdout.take().context("the instance has no output")?;
        let mut out = BufReader::new(out);
        let mut line = String::new();
        out.read_line(&mut line)?;
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split(' ').next())
            .and_then(|address| address.parse().ok());
        let Some(address) = address else {
            child.wait()?;
            return Ok(None);
        };
        let id = if injection.is_some() {
            child_of(child.id()).unwrap_or_else(|| child.id())
        } else {
            child.id()
        };
        Ok(Some(Instance {
            child,
            id,
            out,
            address,
        }))
    }

    /// Starts one that listens.
    ///
    /// # Errors
    /// When it does not.
    pub fn run(&self, injection: Option<&Injection>) -> anyhow::Result<Instance> {
        self.try_run(injection)?
            .context("the instance did not start")
    }

    /// What it says when it does not start, and its exit code.
    ///
    /// # Errors
    /// When it cannot be asked, or starts all the same.
    pub fn refused(&self) -> anyhow::Result<(Option<i32>, String)> {
        let mut child = self.command(None).spawn()?;
        for _ in 0..100 {
            if let Some(status) = child.try_wait()? {
                let mut words = String::new();
                if let Some(mut stream) = child.stderr.take() {
                    stream.read_to_string(&mut words)?;
                }
                return Ok((status.code(), words));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        child.kill()?;
        child.wait()?;
        bail!("it started all the same")
    }
}

/// The one child of a process.
fn child_of(id: u32) -> Option<u32> {
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}

impl Instance {
    /// The next line it prints.
    ///
    /// # Errors
    /// When its output cannot be read.
    pub fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.out.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }

    /// Whether it still runs.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn runs(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    fn signal(&self, name: &str) {
        // A process that has just ended cannot be told anything, and need not be.
        let told = Command::new("kill")
            .args([name, &self.id.to_string()])
            .stderr(Stdio::null())
            .status();
        drop(told);
    }

    /// Stops it in the midst of whatever it does.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    /// Kills it at once.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.signal("-KILL");
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, and waits; how it ended.
    ///
    /// # Errors
    /// When it does not within a while.
    pub fn end(mut self) -> anyhow::Result<ExitStatus> {
        self.signal("-TERM");
        for _ in 0..300 {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("it did not end within 15 seconds")
    }

    /// Asks it to end without waiting.
    pub fn ask_to_end(&self) {
        self.signal("-TERM");
    }
}

impl Drop for Instance {
    /// Whatever happened, nothing stays behind.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.signal("-KILL");
            let _ = self.child.wait();
        }
    }
}
