//! Where faults happen: a database with a vendor and a customer, made through the same pages that
//! people use, and a look at what a fault has left.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use serde::Deserialize;

use super::instance::{Injection, Instance, Start};
use super::wire::Request;

/// The password of everybody here.
const PASSWORD: &str = "correct horse battery";
/// House rules under which something falls due at once.
const HOUSE: &str = r#"warnings = []
severity_policy = "per-severity"
close_resolved_after_days = 7

[[objectives]]
metric = "resolution"
severities = []
window = "anytime"
target = { elapsed = { minutes = 0 } }
pauses_for_customer = false
"#;

/// The programs faults are done with.
pub struct Programs {
    /// The instance.
    pub binary: PathBuf,
    /// Looks at what is left.
    pub inspect: PathBuf,
}

/// A database, its people, and their words.
pub struct Stage<'a> {
    programs: &'a Programs,
    /// The database: a file, or an address.
    pub database: PathBuf,
    /// The folder of uploaded files, where the database is an address.
    files: Option<PathBuf>,
    house: PathBuf,
    /// The session of the vendor's lead.
    pub lead: String,
    /// The token of the same.
    pub lead_token: String,
    /// The session of the customer's administrator.
    pub customer: String,
    /// The token of the same.
    pub token: String,
}

/// What is found in a database.
#[derive(Deserialize)]
pub struct Found {
    /// What is wrong.
    pub damage: Vec<String>,
    /// Effects nobody has carried out.
    pub waiting: usize,
    /// Cases whose clocks should have been judged by now.
    pub unjudged: usize,
    /// Every row.
    pub contents: Vec<String>,
}

impl<'a> Stage<'a> {
    /// A vendor with a customer in a new folder.
    ///
    /// # Errors
    /// When a page does not do what it should.
    pub fn new(programs: &'a Programs, folder: &Path) -> anyhow::Result<Self> {
        Self::set(programs, folder, folder.join("mainstay.sqlite"), None)
    }

    /// A vendor with a customer in an empty database of PostgreSQL, its files in a new folder.
    ///
    /// # Errors
    /// When a page does not do what it should.
    pub fn on_server(programs: &'a Programs, folder: &Path, address: &str) -> anyhow::Result<Self> {
        let files = folder.join("files");
        Self::set(programs, folder, PathBuf::from(address), Some(files))
    }

    fn set(
        programs: &'a Programs,
        folder: &Path,
        database: PathBuf,
        files: Option<PathBuf>,
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let house = folder.join("house.toml");
        std::fs::write(&house, HOUSE)?;
        let mut stage = Self {
            programs,
            database,
            files,
            house,
            lead: String::new(),
            lead_token: String::new(),
            customer: String::new(),
            token: String::new(),
        };
        let mut instance = stage.start()?;
        instance.line()?;
        let link = instance.line()?;
        let (_, path) = link.split_once("/setup/").context("no set-up link")?;
        stage.move_in(instance.address, path)?;
        instance.end()?;
        Ok(stage)
    }

    fn move_in(&mut self, at: SocketAddr, word: &str) -> anyhow::Result<()> {
        let person = |name, email| {
            [
                ("name", name),
                ("email", email),
                ("time_zone", "Europe/Berlin"),
                ("password", PASSWORD),
            ]
        };
        let mut fields = vec![("vendor", "Faulty")];
        fields.extend(person("Lou", "lou@example.com"));
        let made = Request::form(&format!("/setup/{word}"), &fields).send(at)?;
        self.lead = made.session()?;
        let mut fields = vec![
            ("account", "Fabrikam"),
            ("region", "de"),
            ("plan", "e3"),
            ("seats", "25"),
        ];
        fields.extend(person("Dana", "dana@example.com"));
        let made = Request::form("/accounts/new", &fields)
            .cookie(&self.lead)
            .send(at)?;
        let word = made.word_after("/invitation/")?;
        let path = format!("/invitation/{word}");
        let entered = Request::form(&path, &[("password", PASSWORD)]).send(at)?;
        self.customer = entered.session()?;
        self.lead_token = make_token(at, &self.lead)?;
        self.token = make_token(at, &self.customer)?;
        Ok(())
    }

    /// How its instance is started.
    pub fn how(&self) -> Start<'_> {
        Start {
            binary: &self.programs.binary,
            database: &self.database,
            files: self.files.as_deref(),
            house: &self.house,
        }
    }

    /// Starts an instance on it.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(&self) -> anyhow::Result<Instance> {
        self.how().run(None)
    }

    /// Starts one to which the system does something; `None` when that was its end already.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_with(&self, injection: &Injection) -> anyhow::Result<Option<Instance>> {
        self.how().try_run(Some(injection))
    }

    /// The file of the log.
    pub fn log(&self) -> PathBuf {
        PathBuf::from(format!("{}-wal", self.database.display()))
    }

    /// Looks at what is left: at a copy of a file, which stays as the fault has left it; at a
    /// server's as it is, to read only.
    ///
    /// # Errors
    /// When it cannot be opened, or anything in it is wrong.
    pub fn look(&self) -> anyhow::Result<Found> {
        let found = match &self.files {
            Some(files) => self.inspect(&self.database, files)?,
            None => self.look_at_copy()?,
        };
        if !found.damage.is_empty() {
            bail!(
                "what was kept is damaged:\n    {}",
                found.damage.join("\n    ")
            );
        }
        Ok(found)
    }

    /// Waits until every clock is judged and everybody was told; an instance must be running.
    ///
    /// # Errors
    /// When it does not come to that within a while.
    pub fn come_to_rest(&self) -> anyhow::Result<Found> {
        let mut found = self.look()?;
        for _ in 0..60 {
            if found.waiting + found.unjudged == 0 {
                return Ok(found);
            }
            std::thread::sleep(Duration::from_millis(250));
            found = self.look()?;
        }
        bail!(
            "{} effects wait and {} cases are not judged",
            found.waiting,
            found.unjudged
        )
    }

    fn look_at_copy(&self) -> anyhow::Result<Found> {
        let parent = self.database.parent().context("a folder")?;
        let copies = parent.with_extension("copy");
        let looked = copy(parent, &copies).and_then(|()| {
            let database = copies.join("mainstay.sqlite");
            self.inspect(&database, &copies.join("mainstay.sqlite.files"))
        });
        std::fs::remove_dir_all(&copies)?;
        looked
    }

    fn inspect(&self, database: &Path, files: &Path) -> anyhow::Result<Found> {
        let output = Command::new(&self.programs.inspect)
            .args([database, files, &self.house])
            .arg(seconds()?.to_string())
            .output()
            .context("the database cannot be looked at")?;
        if !output.status.success() {
            bail!(
                "the database cannot be opened: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Lets the doctor look at everything.
    ///
    /// # Errors
    /// What it finds.
    pub fn examine(&self) -> anyhow::Result<()> {
        let how = self.how();
        let mut doctor = Command::new(how.binary);
        doctor
            .args(["doctor", "--all", "--database"])
            .arg(how.database);
        doctor.arg("--house").arg(how.house);
        if let Some(files) = how.files {
            doctor.arg("--files").arg(files);
        }
        let output = doctor.output().context("the doctor does not come")?;
        if output.status.success() {
            return Ok(());
        }
        let (said, against) = (output.stdout, output.stderr);
        bail!(
            "the doctor says: {}{}",
            String::from_utf8_lossy(&said),
            String::from_utf8_lossy(&against)
        )
    }
}

impl Found {
    /// How many entries hold a mark.
    pub fn entries_with(&self, mark: &str) -> usize {
        let entries = self
            .contents
            .iter()
            .filter(|row| row.starts_with("SELECT * FROM entries|"));
        entries.filter(|row| row.contains(mark)).count()
    }

    /// How many people have a mark in their address.
    pub fn people_with(&self, mark: &str) -> usize {
        let people = self
            .contents
            .iter()
            .filter(|row| row.starts_with("SELECT * FROM people|"));
        people.filter(|row| row.contains(mark)).count()
    }
}

/// Seconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "what should have been judged by now"
)]
fn seconds() -> anyhow::Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}

fn make_token(at: SocketAddr, session: &str) -> anyhow::Result<String> {
    let made = Request::form("/profile/tokens", &[("name", "faults")])
        .cookie(session)
        .send(at)?;
    Ok(format!("mst_{}", made.word_after("mst_")?))
}

/// Copies a folder, and what is in it.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
