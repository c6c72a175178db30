//! Whether an archive is whole, and could be read in here.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use mainstay_store::system::tables::{self, Field, TABLES, Table};
use sha2::{Digest, Sha256};

use super::manifest::{FORMAT_VERSION, Manifest, TableSum};
use super::source::{Lines, PartName, Source, broken};
use super::{Error, Onlooker, Progress};
use crate::files::{HashWriter, hex};

/// Largest manifest.
const MANIFEST_LIMIT: u64 = 1 << 30;
/// Largest schema of a table.
const SCHEMA_LIMIT: u64 = 1 << 20;
/// Lines of a table that are named when they are wrong; the rest is counted with its checksum.
const NAMED_LINES: usize = 3;

/// What was found of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// What it says of itself.
    pub manifest: Manifest,
    /// What is wrong with it, a sentence for each; nothing, when it is whole.
    pub findings: Vec<String>,
}

/// Reads an archive to its end and compares it with what it says of itself.
///
/// # Errors
/// [`Error`] when it is no archive, cannot be read, or has the tables of another version.
pub async fn verify(path: &Path, look: Onlooker<'_>) -> Result<Verified, Error> {
    let source = Source::open(path)?;
    let mut seen = Seen::default();
    let mut progress = Progress::default();
    let walked = source
        .walk(&mut async |name: &str, input: &mut dyn Read| {
            seen.take_in(name, input, &mut progress, look)
        })
        .await;
    match walked {
        Err(Error::Damaged(what)) => seen.findings.push(what),
        other => other?,
    }
    let Some(manifest) = seen.manifest.take() else {
        let all = seen.findings.join("; ");
        let what = if all.is_empty() {
            "it has no manifest".to_owned()
        } else {
            all
        };
        return Err(Error::Damaged(what));
    };
    if !manifest.is_ours() || manifest.format_version != FORMAT_VERSION {
        return Err(Error::Foreign {
            path: path.to_owned(),
            reason: format!(
                "it calls itself {} {}",
                manifest.format, manifest.format_version
            ),
        });
    }
    let known = tables::schema_number();
    if manifest.schema != known {
        return Err(Error::Schema {
            found: manifest.schema,
            known,
            version: manifest.mainstay_version,
        });
    }
    seen.compare(&manifest);
    Ok(Verified {
        manifest,
        findings: seen.findings,
    })
}

/// What was seen of an archive.
#[derive(Default)]
struct Seen {
    manifest: Option<Manifest>,
    tables: BTreeMap<String, Counted>,
    schemas: BTreeSet<String>,
    files: BTreeMap<String, u64>,
    /// Hashes of files that rows name.
    named: BTreeSet<String>,
    findings: Vec<String>,
}

struct Counted {
    rows: u64,
    bytes: u64,
    sha256: String,
}

impl Seen {
    fn take_in(
        &mut self,
        name: &str,
        input: &mut dyn Read,
        progress: &mut Progress,
        look: &mut dyn FnMut(&Progress),
    ) -> Result<(), Error> {
        name.clone_into(&mut progress.part);
        match PartName::of(name) {
            PartName::Manifest => self.manifest = Some(read_manifest(input)?),
            PartName::Table(table) => self.take_in_table(table, input, progress, look)?,
            PartName::Schema(table) => self.take_in_schema(table, input)?,
            PartName::File(hash) => {
                let mut hasher = Sha256::new();
                let bytes = std::io::copy(input, &mut HashWriter(&mut hasher))
                    .map_err(|error| broken(&error))?;
                if hex(&hasher.finalize()) != hash {
                    let finding = format!("`{name}` does not hold the bytes it is named after");
                    self.findings.push(finding);
                }
                self.files.insert(hash.to_owned(), bytes);
                progress.bytes += bytes;
            }
            PartName::Strange => self
                .findings
                .push(format!("`{name}` does not belong into an archive")),
        }
        look(progress);
        Ok(())
    }

    fn take_in_table(
        &mut self,
        name: &str,
        input: &mut dyn Read,
        progress: &mut Progress,
        look: &mut dyn FnMut(&Progress),
    ) -> Result<(), Error> {
        let table = tables::find(name);
        let (mut lines, mut line, mut wrong) = (Lines::new(input), Vec::new(), 0);
        while lines.next(&mut line)? {
            progress.rows += 1;
            progress.bytes += line.len() as u64;
            if lines.rows % 1000 == 0 {
                look(progress);
            }
            match table.map(|table| (table, table.parse(&line))) {
                Some((table, Ok(row))) => self.note_file(table, &row),
                Some((_, Err(error))) => {
                    wrong += 1;
                    if wrong <= NAMED_LINES {
                        let at = lines.rows;
                        let finding = format!("line {at} of table {name} is no row: {error}");
                        self.findings.push(finding);
                    }
                }
                None => {}
            }
        }
        let counted = Counted {
            rows: lines.rows,
            bytes: lines.bytes,
            sha256: lines.sha256(),
        };
        if self.tables.insert(name.to_owned(), counted).is_some() {
            self.findings.push(format!("table {name} is there twice"));
        }
        Ok(())
    }

    fn note_file(&mut self, table: &Table, row: &[Field]) {
        if table.name != "files" {
            return;
        }
        let place = table
            .columns
            .iter()
            .position(|column| column.name == "sha256");
        if let Some(Field::Bytes(sha256)) = place.and_then(|place| row.get(place)) {
            self.named.insert(hex(sha256));
        }
    }

    fn take_in_schema(&mut self, name: &str, input: &mut dyn Read) -> Result<(), Error> {
        let mut text = String::new();
        let read = input.take(SCHEMA_LIMIT).read_to_string(&mut text);
        read.map_err(|error| broken(&error))?;
        let is_known = tables::find(name).is_none_or(|table| table.json_schema() == text);
        // Another version's tables are told apart by its schema number, not here.
        if !is_known {
            self.schemas.insert(name.to_owned());
        }
        Ok(())
    }

    /// Says where an archive is not what its manifest says.
    fn compare(&mut self, manifest: &Manifest) {
        let mut findings = std::mem::take(&mut self.findings);
        for name in &self.schemas {
            findings.push(format!("the schema of table {name} was changed"));
        }
        for table in TABLES {
            let of_name = manifest.tables.iter().find(|sum| sum.name == table.name);
            match (of_name, self.tables.remove(table.name)) {
                (None, _) => findings.push(format!("its manifest has no table {}", table.name)),
                (Some(sum), None) => findings.push(format!("table {} is missing", sum.name)),
                (Some(sum), Some(counted)) => findings.extend(difference(table, sum, &counted)),
            }
        }
        for name in self.tables.keys() {
            findings.push(format!("table {name} does not belong into an archive"));
        }
        for file in &manifest.files {
            match self.files.remove(&file.sha256) {
                None => findings.push(format!("file {} is missing", file.sha256)),
                Some(bytes) if bytes != file.bytes => {
                    findings.push(format!("file {} has another length", file.sha256));
                }
                Some(_) => {
                    self.named.remove(&file.sha256);
                }
            }
        }
        for name in self.files.keys() {
            findings.push(format!("file {name} is not in the manifest"));
        }
        for missing in &manifest.missing_files {
            self.named.remove(&missing.sha256);
        }
        for name in &self.named {
            if !findings.iter().any(|finding| finding.contains(name)) {
                findings.push(format!(
                    "a row names file {name}, which is not in the archive"
                ));
            }
        }
        self.findings = findings;
    }
}

fn difference(table: &Table, sum: &TableSum, counted: &Counted) -> Option<String> {
    let name = table.name;
    if TableSum::of(table, sum.rows, sum.bytes, sum.sha256.clone()) != *sum {
        return Some(format!(
            "table {name} has other columns than this Mainstay's"
        ));
    }
    if sum.rows != counted.rows {
        let (expected, found) = (sum.rows, counted.rows);
        return Some(format!(
            "table {name} has {found} rows where there were {expected}"
        ));
    }
    let is_same = (sum.bytes, &sum.sha256) == (counted.bytes, &counted.sha256);
    (!is_same).then(|| format!("the checksum of table {name} is wrong: its rows were changed"))
}

fn read_manifest(input: &mut dyn Read) -> Result<Manifest, Error> {
    let mut text = Vec::new();
    let read = input.take(MANIFEST_LIMIT).read_to_end(&mut text);
    read.map_err(|error| broken(&error))?;
    serde_json::from_slice(&text)
        .map_err(|error| Error::Damaged(format!("its manifest cannot be read ({error})")))
}
