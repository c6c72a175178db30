//! An archive being read, part by part.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;
use mainstay_store::system::tables::TABLES;
use sha2::{Digest, Sha256};

use super::sink::disk;
use super::{Error, Form, manifest};
use crate::files::hex;

/// The longest line: a row is far shorter.
const LINE_LIMIT: u64 = 64 * 1024 * 1024;

/// An archive on the disk.
pub(super) struct Source {
    path: PathBuf,
    form: Form,
}

/// What a part is, by its name.
pub(super) enum PartName<'n> {
    Manifest,
    /// A table's lines.
    Table(&'n str),
    /// The schema of a table's lines.
    Schema(&'n str),
    /// A file's bytes, by their hash.
    File(&'n str),
    /// Nothing that belongs into an archive.
    Strange,
}

impl Source {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let form = match path.metadata() {
            Ok(about) if about.is_dir() => Form::Folder,
            Ok(_) => Form::File,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::Missing(path.to_owned()));
            }
            Err(error) => return Err(disk(path, "read", &error)),
        };
        let source = Self {
            path: path.to_owned(),
            form,
        };
        source.look()?;
        Ok(source)
    }

    /// Refuses what cannot be an archive.
    fn look(&self) -> Result<(), Error> {
        let foreign = |reason: &str| Error::Foreign {
            path: self.path.clone(),
            reason: reason.to_owned(),
        };
        match self.form {
            Form::Folder if self.path.join(manifest::NAME).is_file() => Ok(()),
            Form::Folder => Err(foreign("the folder has no manifest.json")),
            Form::File => {
                let read = |error: std::io::Error| disk(&self.path, "read", &error);
                let mut head = Vec::new();
                let file = File::open(&self.path).map_err(read)?;
                file.take(2).read_to_end(&mut head).map_err(read)?;
                if head == [0x1f, 0x8b] {
                    Ok(())
                } else {
                    Err(foreign("it is not compressed with gzip"))
                }
            }
        }
    }

    /// Shows every part to `visit`: tables in the order in which they can be read in.
    pub(super) async fn walk(
        &self,
        visit: &mut impl AsyncFnMut(&str, &mut dyn Read) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match self.form {
            Form::Folder => self.walk_folder(visit).await,
            Form::File => self.walk_pack(visit).await,
        }
    }

    async fn walk_pack(
        &self,
        visit: &mut impl AsyncFnMut(&str, &mut dyn Read) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let file = File::open(&self.path).map_err(|error| disk(&self.path, "read", &error))?;
        let mut pack = tar::Archive::new(GzDecoder::new(BufReader::new(file)));
        for entry in pack.entries().map_err(|error| broken(&error))? {
            let mut entry = entry.map_err(|error| broken(&error))?;
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            if !entry.header().entry_type().is_file() {
                return Err(Error::Damaged(format!("`{name}` in it is no file")));
            }
            visit(&name, &mut entry).await?;
        }
        let mut rest = pack.into_inner();
        std::io::copy(&mut rest, &mut std::io::sink()).map_err(|error| broken(&error))?;
        let mut behind = rest.into_inner();
        if behind
            .fill_buf()
            .map_err(|error| broken(&error))?
            .is_empty()
        {
            Ok(())
        } else {
            Err(Error::Damaged(
                "there is something behind its end".to_owned(),
            ))
        }
    }

    async fn walk_folder(
        &self,
        visit: &mut impl AsyncFnMut(&str, &mut dyn Read) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut names = Vec::new();
        self.collect("", &mut names)?;
        names.sort_by_key(|name| (rank(name), name.clone()));
        for name in names {
            let path = self.path.join(&name);
            let mut file = File::open(&path).map_err(|error| disk(&path, "read", &error))?;
            visit(&name, &mut file).await?;
        }
        Ok(())
    }

    fn collect(&self, under: &str, names: &mut Vec<String>) -> Result<(), Error> {
        let folder = self.path.join(under);
        let read = |error: std::io::Error| disk(&folder, "read", &error);
        for entry in std::fs::read_dir(&folder).map_err(read)? {
            let entry = entry.map_err(read)?;
            let mut name = entry.file_name().to_string_lossy().into_owned();
            if !under.is_empty() {
                name = format!("{under}/{name}");
            }
            let kind = entry.file_type().map_err(read)?;
            if kind.is_dir() && under.is_empty() {
                self.collect(&name, names)?;
            } else if kind.is_file() {
                names.push(name);
            } else {
                return Err(Error::Damaged(format!("`{name}` in it is no file")));
            }
        }
        Ok(())
    }
}

/// Tables stand first, in their order.
fn rank(name: &str) -> usize {
    match PartName::of(name) {
        PartName::Table(table) => TABLES
            .iter()
            .position(|known| known.name == table)
            .unwrap_or(TABLES.len()),
        _ => TABLES.len() + 1,
    }
}

impl<'n> PartName<'n> {
    pub(super) fn of(name: &'n str) -> Self {
        let between = |head: &str, end: &str| {
            name.strip_prefix(head)
                .and_then(|rest| rest.strip_suffix(end))
                .filter(|rest| !rest.is_empty() && !rest.contains('/'))
        };
        if name == manifest::NAME {
            return Self::Manifest;
        }
        let table = between("tables/", ".jsonl").map(Self::Table);
        let schema = || between("schemas/", ".json").map(Self::Schema);
        let file = || between("files/", "").map(Self::File);
        table.or_else(schema).or_else(file).unwrap_or(Self::Strange)
    }
}

/// The lines of a part, counted and hashed.
pub(super) struct Lines<'r> {
    input: BufReader<&'r mut dyn Read>,
    hasher: Sha256,
    /// Lines so far.
    pub rows: u64,
    /// Bytes so far.
    pub bytes: u64,
}

impl<'r> Lines<'r> {
    pub(super) fn new(input: &'r mut dyn Read) -> Self {
        Self {
            input: BufReader::with_capacity(64 * 1024, input),
            hasher: Sha256::new(),
            rows: 0,
            bytes: 0,
        }
    }

    /// Reads the next line into `line`; whether there was one.
    pub(super) fn next(&mut self, line: &mut Vec<u8>) -> Result<bool, Error> {
        line.clear();
        let mut limited = (&mut self.input).take(LINE_LIMIT);
        let read = limited
            .read_until(b'\n', line)
            .map_err(|error| broken(&error))?;
        if read == 0 {
            return Ok(false);
        }
        if line.last() != Some(&b'\n') {
            let what = format!("line {} does not end", self.rows + 1);
            return Err(Error::Damaged(what));
        }
        self.hasher.update(&line);
        self.rows += 1;
        self.bytes += read as u64;
        Ok(true)
    }

    /// The SHA-256 of all lines, hexadecimal.
    pub(super) fn sha256(self) -> String {
        hex(&self.hasher.finalize())
    }
}

pub(super) fn broken(error: &std::io::Error) -> Error {
    Error::Damaged(format!("it breaks off or cannot be unpacked ({error})"))
}
