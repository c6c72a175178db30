//! `mainstay copy`: a living vendor to another database, of the same engine or the other.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use mainstay_app::Clock;
use mainstay_app::archive::{
    Compared, Filled, Form, Manifest, MissingFile, Verified, compare, fill, hand_over, same, take,
    verify,
};
use mainstay_store::Db;

use super::backup::contents;
use super::progress::Teller;
use super::target::{self, rows_before, with_end};
use super::{Answer, code, counted, print};
use crate::place::Place;
use crate::ports::SystemClock;
use crate::server;

/// What to copy where.
#[derive(clap::Args)]
pub struct Arguments {
    /// The database to copy: sqlite:FILE, FILE or postgres://…; end its instances first.
    #[arg(long, value_name = "DATABASE")]
    from: PathBuf,
    /// The new or empty database to fill.
    #[arg(long, value_name = "DATABASE")]
    to: PathBuf,
    /// The folder of uploaded files to copy, where it is not the one beside the database.
    #[arg(long, value_name = "FOLDER")]
    from_files: Option<PathBuf>,
    /// The folder for the copied files, where it is not the one beside the new database.
    #[arg(long, value_name = "FOLDER")]
    to_files: Option<PathBuf>,
    /// The folder of the archive that is made on the way; a whole one is used again.
    #[arg(long, value_name = "FOLDER")]
    by: Option<PathBuf>,
}

impl Arguments {
    /// Copies; the answer is no when files' bytes were missing, or the source has gone on.
    pub fn run(self) -> Answer {
        server::run(self.copy())
    }

    async fn copy(self) -> Answer {
        let from = place(&self.from, self.from_files.as_deref(), "--from-files")?;
        let to = place(&self.to, self.to_files.as_deref(), "--to-files")?;
        let beside = || with_end(from.file().unwrap_or(&from.files), ".copying");
        let by = self.by.unwrap_or_else(beside);
        target::look(&to).await?;
        let source = from.open_to_read().await?;
        if by.symlink_metadata().is_ok() {
            go_on(&source, &by).await?;
        } else {
            archive(&source, &from, &by).await?;
        }
        let mut teller = Teller::new("copying");
        let (files, now) = (to.file_store(), SystemClock.now());
        let mut look = |progress: &_| teller.tell(progress);
        let filled = target::fill(&to, async |db| {
            let filled = fill(&by, db, &files, &mut look).await?;
            print(&lines(&filled.tables))?;
            let stays = || format!("the archive stays in {}", by.display());
            same(&filled.tables).with_context(stays)?;
            let later = differing(&source, &filled.manifest).await?;
            let held = hand_over(db, &filled, now).await?;
            Ok((filled, later, held))
        });
        let (filled, later, held) = filled.await?;
        let seconds = teller.end();
        source.close().await?;
        std::fs::remove_dir_all(&by)
            .with_context(|| format!("{} cannot be removed", by.display()))?;
        print(&summary(&to, &filled, held, seconds))?;
        let missing = &filled.manifest.missing_files;
        Ok(code(
            tell_missing(missing) & tell_later(&later, &filled.manifest),
        ))
    }
}

/// Where a vendor is kept, or is to be kept.
fn place(database: &Path, files: Option<&Path>, option: &str) -> anyhow::Result<Place> {
    let file = database
        .to_str()
        .and_then(|name| name.strip_prefix("sqlite:"));
    let database = file.map_or(database, Path::new);
    Place::new(database, files).map_err(|_| {
        anyhow::anyhow!(
            "the files of a database on PostgreSQL need a folder; name it with {option}"
        )
    })
}

/// Takes the archive that goes on the way.
async fn archive(source: &Db, from: &Place, by: &Path) -> anyhow::Result<()> {
    print(&format!("The archive on the way is {}.", by.display()))?;
    let mut teller = Teller::new("reading");
    let (files, now) = (from.file_store(), SystemClock.now());
    let look = &mut |progress: &_| teller.tell(progress);
    take(source, &files, by, Form::Folder, now, look).await?;
    Ok(())
}

/// Goes on with the archive of a copy that was broken off, if it is whole and nothing happened
/// since.
async fn go_on(source: &Db, by: &Path) -> anyhow::Result<()> {
    let mut teller = Teller::new("verifying");
    let broken = || {
        let by = by.display();
        format!("{by} is no whole archive; remove it, or name another folder with --by")
    };
    let verified = verify(by, &mut |progress| teller.tell(progress)).await;
    let Verified { manifest, findings } = verified.with_context(broken)?;
    drop(teller);
    if let Some(first) = findings.first() {
        bail!("{}: {first}", broken());
    }
    let by = by.display();
    let later = differing(source, &manifest).await?;
    if !later.is_empty() {
        bail!(
            "{by} holds the state of {}; since then there were changes in {}. Remove it, or name \
             another folder with --by",
            manifest.taken_at,
            later.join(", ")
        );
    }
    print(&format!(
        "{by} is a whole archive of {} and is not made again.",
        manifest.taken_at
    ))
}

/// The tables in which a database is not as in an archive.
async fn differing(source: &Db, manifest: &Manifest) -> anyhow::Result<Vec<&'static str>> {
    let mut teller = Teller::new("comparing");
    let compared = compare(source, manifest, &mut |progress| teller.tell(progress)).await?;
    let differ = compared.iter().filter(|table| !table.is_same());
    Ok(differ.map(|table| table.name).collect())
}

/// A line for each table.
fn lines(tables: &[Compared]) -> String {
    let line = |table: &Compared| {
        let (rows, sha256) = &table.archived;
        let name = table.name;
        if table.is_same() {
            return format!("same   {name}: {rows} rows, SHA-256 {sha256}");
        }
        let (found, other) = &table.found;
        format!("OTHER  {name}: {rows} rows, SHA-256 {sha256}; now {found} rows, {other}")
    };
    let lines: Vec<_> = tables.iter().map(line).collect();
    lines.join("\n")
}

fn summary(to: &Place, filled: &Filled, held: i64, seconds: f64) -> String {
    let (to, what, taken_at) = (
        to.shown(),
        contents(&filled.manifest),
        &filled.manifest.taken_at,
    );
    let before = rows_before(filled.rows_before);
    let held = counted(usize::try_from(held).unwrap_or(0), "notice");
    format!(
        "{to}: {what}, as of {taken_at}, in {seconds:.1} s{before}; every table is the same.\n\
         People stay signed in. What goes out is held, {held} for now: look around with \
         `mainstay serve`, and let it go with `mainstay release` when the old instance runs no \
         more."
    )
}

/// Names files without bytes; whether there are none.
fn tell_missing(missing: &[MissingFile]) -> bool {
    for file in missing {
        eprintln!("file {}: {}", file.sha256, file.reason);
    }
    if !missing.is_empty() {
        let count = counted(missing.len(), "file");
        eprintln!("mainstay: the bytes of {count} were missing and could not be copied.");
    }
    missing.is_empty()
}

/// Says where the source has gone on meanwhile; whether it has not.
fn tell_later(later: &[&str], manifest: &Manifest) -> bool {
    if !later.is_empty() {
        eprintln!(
            "mainstay: the old instance has gone on: since {} there were changes in {}, which \
             are not in the copy. End it, make the new database anew, and copy again.",
            manifest.taken_at,
            later.join(", ")
        );
    }
    later.is_empty()
}
