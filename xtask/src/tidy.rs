//! `cargo xtask tidy`: the rules of the house that the compiler does not know.
//!
//! Each rule is a function from the tree to findings. Taste that is not a failing test is taken
//! up anew in every review.

mod arrows;
mod lexer;
mod manners;
mod places;
mod tree;
mod words;

use std::fmt;

pub use tree::{Source, Tree};

use crate::{counted, root};

/// Something that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    path: String,
    line: usize,
    what: String,
    why: &'static str,
}

impl Finding {
    fn new(path: &str, line: usize, what: impl Into<String>, why: &'static str) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
            why,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            what,
            why,
        } = self;
        write!(f, "{path}:{line}: {what}: {why}")
    }
}

/// Prints what breaks a rule; whether nothing does.
pub fn run() -> anyhow::Result<bool> {
    let root = root()?;
    let tree = Tree::read(&root)?;
    let mut findings = findings(&tree);
    findings.extend(arrows::findings(&root)?);
    findings.sort();
    findings.iter().for_each(|finding| println!("{finding}"));
    let (files, found) = (tree.sources.len(), findings.len());
    println!("{}, {}", counted(files, "file"), counted(found, "finding"));
    Ok(findings.is_empty())
}

/// What single files break.
fn findings(tree: &Tree) -> Vec<Finding> {
    let rules = [manners::findings, places::findings, words::findings];
    let each = |source| rules.iter().flat_map(move |rule| rule(source));
    tree.sources.iter().flat_map(each).collect()
}
