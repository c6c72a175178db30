//! The files of the repository.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use super::lexer::{self, Line};

/// The text files of the repository.
pub struct Tree {
    /// In the order of their paths.
    pub sources: Vec<Source>,
}

/// A text file.
pub struct Source {
    /// Its path from the top, with slashes.
    pub path: String,
    /// Its text.
    pub text: String,
    /// A Rust text taken apart, else empty.
    pub rust: Vec<RustLine>,
}

/// A line of a Rust file.
pub struct RustLine {
    /// Its parts.
    pub parts: Line,
    /// Whether it is only compiled for tests.
    pub is_test: bool,
}

impl Tree {
    /// Reads every file that is tracked or would be.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let mut paths = match listed(root) {
            Some(paths) => paths,
            None => walked(root, root)?,
        };
        paths.sort();
        let read = |path: String| {
            let text = fs::read(root.join(&path))
                .ok()
                .map(String::from_utf8)?
                .ok()?;
            Some(Source::new(&path, text))
        };
        Ok(Self {
            sources: paths.into_iter().filter_map(read).collect(),
        })
    }
}

impl Source {
    /// A file.
    pub fn new(path: &str, text: String) -> Self {
        let rust = if path.ends_with(".rs") {
            rust_lines(path, &text)
        } else {
            Vec::new()
        };
        Self {
            path: path.to_owned(),
            text,
            rust,
        }
    }

    /// Whether it is Rust.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether it stands in a folder, or is this file.
    pub fn is_in(&self, folder: &str) -> bool {
        self.path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Rust lines with their numbers, from 1.
    pub fn numbered(&self) -> impl Iterator<Item = (usize, &RustLine)> {
        (1..).zip(&self.rust)
    }
}

/// What git knows or would take; `None` without git.
fn listed(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let names = String::from_utf8(output.stdout).ok()?;
    Some(names.split_terminator('\0').map(str::to_owned).collect())
}

/// Everything but what is built or hidden.
fn walked(root: &Path, folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if matches!(name.as_str(), "target" | ".git" | "node_modules") {
            continue;
        }
        if path.is_dir() {
            found.extend(walked(root, &path)?);
        } else if let Ok(relative) = path.strip_prefix(root) {
            found.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(found)
}

/// Takes a Rust text apart and tells tests from the rest.
fn rust_lines(path: &str, text: &str) -> Vec<RustLine> {
    let is_test_file = path
        .split(['/', '.'])
        .any(|part| matches!(part, "tests" | "benches"));
    let mut is_test = is_test_file;
    let mut is_marked = false;
    let mut end: Option<String> = None;
    let mut lines = Vec::new();
    for parts in lexer::lines(text) {
        let code = parts.code.trim_end();
        let indent = &code[..code.len() - code.trim_start().len()];
        if end.is_none() && is_marked && code.ends_with('{') {
            end = Some(format!("{indent}}}"));
        }
        is_test |= is_marked;
        // The mark holds for the item under it, other marks between.
        let is_mark = code.trim_start() == "#[cfg(test)]";
        is_marked = is_mark || (is_marked && code.trim_start().starts_with("#["));
        let is_last = end.as_deref() == Some(code);
        lines.push(RustLine {
            is_test: is_test || is_mark,
            parts,
        });
        if is_last || (end.is_none() && !is_marked) {
            is_test = is_test_file;
            end = None;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(path: &str, text: &str) -> String {
        let lines = rust_lines(path, text);
        lines
            .iter()
            .map(|line| if line.is_test { 't' } else { '.' })
            .collect()
    }

    #[test]
    fn tests_are_told_from_the_rest() {
        let text = "fn a() {\n}\n#[cfg(test)]\nmod tests {\n    x\n}\nfn b() {}";
        assert_eq!(marks("crates/a/src/lib.rs", text), "..tttt.");
        assert_eq!(
            marks("crates/a/src/lib.rs", "#[cfg(test)]\nmod tests;\nfn b() {}"),
            "tt."
        );
        assert_eq!(marks("crates/a/tests/a.rs", "x\ny"), "tt");
        assert_eq!(marks("crates/a/src/db/tests.rs", "x"), "t");
    }

    #[test]
    fn a_folder_is_no_prefix() {
        let source = Source::new("crates/app/src/lib.rs", String::new());
        assert!(source.is_in("crates/app") && !source.is_in("crates/ap"));
    }
}
