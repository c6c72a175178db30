//! `mainstay description`: check, compare and show service descriptions.

use anyhow::bail;
use mainstay_description::{Difference, check_files, diff, show};

use super::{Answer, code, counted, print};
use crate::known::unknown;
use crate::sources;

/// What to do with service descriptions.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Name every mistake in editions and regions, and between them.
    Check {
        /// Files to check together.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<String>,
    },
    /// Tell what a customer gains and loses from one edition to another.
    Diff {
        /// A file, or the id of a shipped edition.
        old: String,
        /// A file, or the id of a shipped edition.
        new: String,
    },
    /// Print what an edition promises.
    Show {
        /// A file, or the id of a shipped edition.
        file: String,
        /// One plan only, by id or name.
        #[arg(long)]
        plan: Option<String>,
    },
}

impl Command {
    /// Carries it out.
    pub fn run(self) -> Answer {
        match self {
            Self::Check { files } => check(&files),
            Self::Diff { old, new } => compare(&old, &new),
            Self::Show { file, plan } => print_promise(&file, plan.as_deref()),
        }
    }
}

fn check(names: &[String]) -> Answer {
    let mut files = Vec::new();
    let mut unreadable = Vec::new();
    for name in names {
        match sources::read(name) {
            Ok(text) => files.push((name, text)),
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    let mut lines = Vec::new();
    let checked = check_files(&files);
    for ((_, text), (name, mistakes)) in files.iter().zip(&checked) {
        lines.extend(mistakes.iter().map(|mistake| mistake.render(name, text)));
    }
    let mistakes = lines.len();
    lines.push(format!(
        "{}, {}",
        counted(files.len(), "file"),
        counted(mistakes, "mistake")
    ));
    print(&lines.join("\n"))?;
    if !unreadable.is_empty() {
        bail!("{}", unreadable.join("\nmainstay: "));
    }
    Ok(code(mistakes == 0))
}

fn compare(old: &str, new: &str) -> Answer {
    let (old, new) = (sources::edition(old)?, sources::edition(new)?);
    let found = diff(&old, &new);
    let line = |one: &Difference| format!("{:<6}  {}", one.effect.word(), one.sentence);
    let mut lines = vec![format!("From edition {} to edition {}:", old.id, new.id)];
    lines.extend(found.iter().map(line));
    if found.is_empty() {
        lines.push("Nothing differs for a customer.".to_owned());
    }
    print(&lines.join("\n"))?;
    Ok(code(true))
}

fn print_promise(file: &str, plan: Option<&str>) -> Answer {
    let edition = sources::edition(file)?;
    let plan = match plan {
        None => None,
        Some(name) => Some(edition.find_plan(name).ok_or_else(|| {
            let ids: Vec<_> = edition.plans.iter().map(|plan| plan.id.as_str()).collect();
            unknown(&format!("edition {} has no plan", edition.id), name, &ids)
        })?),
    };
    print(&show(&edition, plan))?;
    Ok(code(true))
}
