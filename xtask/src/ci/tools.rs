//! What the steps need beyond Rust: found, installed, or named.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use super::steps::run;

/// A program some step needs.
pub struct Tool {
    /// The names it goes by, the usual one first.
    pub programs: &'static [&'static str],
    /// The Debian package it comes in.
    pub package: &'static str,
}

/// Counts instructions.
pub const VALGRIND: Tool = Tool {
    programs: &["valgrind"],
    package: "valgrind",
};
/// Makes a cluster of databases; Debian keeps it and its kin off the search path.
pub const INITDB: Tool = Tool {
    programs: &["initdb"],
    package: "postgresql",
};
/// The browser.
pub const CHROMIUM: Tool = Tool {
    programs: &["chromium", "chromium-browser", "google-chrome"],
    package: "chromium",
};
/// Drives the browser.
pub const CHROMEDRIVER: Tool = Tool {
    programs: &["chromedriver"],
    package: "chromium-driver",
};

impl Tool {
    /// Where the tool is; as root on Debian it is installed first if it is missing.
    pub fn path(&self) -> anyhow::Result<PathBuf> {
        if let Some(path) = self.found() {
            return Ok(path);
        }
        let (name, package) = (self.programs[0], self.package);
        if !may_install() {
            bail!("{name} is missing: install the package `{package}`, then run this again");
        }
        println!("      {name} is missing; installing the package {package}");
        install(package)
            .with_context(|| format!("{name} is missing: install the package `{package}`"))?;
        self.found()
            .with_context(|| format!("the package `{package}` has brought no {name}"))
    }

    fn found(&self) -> Option<PathBuf> {
        let anywhere = |program: &&str| find(program).or_else(|| find_versioned(program));
        self.programs.iter().find_map(anywhere)
    }
}

/// A program on the search path.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// A program of the newest PostgreSQL on Debian.
fn find_versioned(program: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let version = |entry: std::io::Result<std::fs::DirEntry>| {
        let folder = entry.ok()?.path();
        let number: u32 = folder.file_name()?.to_str()?.parse().ok()?;
        let path = folder.join("bin").join(program);
        path.is_file().then_some((number, path))
    };
    let newest = versions.filter_map(version).max()?;
    Some(newest.1)
}

/// Whether we are root.
pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Whether this is Debian and we are root.
fn may_install() -> bool {
    Path::new("/etc/debian_version").is_file() && find("apt-get").is_some() && is_root()
}

fn install(package: &str) -> anyhow::Result<()> {
    let apt = |words: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        run(command)
    };
    apt(&["update", "-qq"])?;
    apt(&["install", "-y", "-qq", "--no-install-recommends", package])
}
