//! Where an archive is written: beside its name first, in its place when it is whole.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tar::{Builder, Header};

use super::{Error, Form};
use crate::files::hex;

type Pack = Builder<GzEncoder<BufWriter<File>>>;

/// An archive being written. Dropped before [`Sink::finish`], it leaves nothing.
pub(super) struct Sink {
    target: PathBuf,
    partial: PathBuf,
    /// The packed file; nothing, where the archive is a folder.
    pack: Option<Pack>,
    /// Seconds since the epoch that every part carries as its time.
    time: u64,
    is_finished: bool,
    /// Locked while it is written: nobody else takes it for one that was broken off.
    _guard: File,
}

/// A part being written, whose length is known only at its end.
pub(super) struct Part {
    name: String,
    path: PathBuf,
    out: BufWriter<File>,
    hasher: Sha256,
    bytes: u64,
}

impl Sink {
    pub(super) fn create(target: &Path, form: Form, time: u64) -> Result<Self, Error> {
        if target.symlink_metadata().is_ok() {
            return Err(Error::Exists(target.to_owned()));
        }
        let partial = with_end(target, ".partial");
        clear(&partial)?;
        let read = |error: std::io::Error| disk(&partial, "read", &error);
        let (pack, guard) = match form {
            Form::Folder => {
                make_folder(&partial)?;
                (None, File::open(&partial).map_err(read)?)
            }
            Form::File => {
                let file = make_file(&partial)?;
                let guard = file.try_clone().map_err(read)?;
                let out = GzEncoder::new(BufWriter::new(file), Compression::fast());
                (Some(Builder::new(out)), guard)
            }
        };
        // Where the system cannot lock it, two at once are at their own risk.
        let _ = guard.try_lock();
        Ok(Self {
            target: target.to_owned(),
            partial,
            pack,
            time,
            is_finished: false,
            _guard: guard,
        })
    }

    /// Begins a part.
    pub(super) fn begin(&self, name: &str) -> Result<Part, Error> {
        let path = if self.pack.is_some() {
            with_end(&self.partial, ".part")
        } else {
            self.place(name)?
        };
        if self.pack.is_some() {
            remove(&path);
        }
        Ok(Part {
            name: name.to_owned(),
            out: BufWriter::new(make_file(&path)?),
            path,
            hasher: Sha256::new(),
            bytes: 0,
        })
    }

    /// Ends a part; its length in bytes and its SHA-256.
    pub(super) fn end(&mut self, part: Part) -> Result<(u64, String), Error> {
        let path = part.path;
        let sum = (part.bytes, hex(&part.hasher.finalize()));
        let written = |error: std::io::Error| disk(&path, "written", &error);
        let mut file = part
            .out
            .into_inner()
            .map_err(|error| written(error.into_error()))?;
        match &mut self.pack {
            None => file.sync_all().map_err(written)?,
            Some(pack) => {
                file.rewind().map_err(written)?;
                append(pack, &part.name, sum.0, self.time, &mut file).map_err(written)?;
                drop(file);
                remove(&path);
            }
        }
        Ok(sum)
    }

    /// Writes a part that is at hand.
    pub(super) fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let mut part = self.begin(name)?;
        part.write(bytes)?;
        self.end(part).map(drop)
    }

    /// Takes in a file of a known length.
    pub(super) fn copy(&mut self, name: &str, from: &Path, bytes: u64) -> Result<(), Error> {
        let mut file = File::open(from).map_err(|error| disk(from, "read", &error))?;
        let time = self.time;
        if let Some(pack) = &mut self.pack {
            let appended = append(pack, name, bytes, time, &mut file);
            return appended.map_err(|error| disk(&self.partial, "written", &error));
        }
        let path = self.place(name)?;
        let written = |error: std::io::Error| disk(&path, "written", &error);
        let mut to = make_file(&path)?;
        std::io::copy(&mut file, &mut to).map_err(written)?;
        to.sync_all().map_err(written)
    }

    /// Brings everything to the disk and puts the archive in its place.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        let partial = self.partial.clone();
        let written = |error: std::io::Error| disk(&partial, "written", &error);
        match self.pack.take() {
            Some(pack) => {
                let packed = pack.into_inner().map_err(written)?;
                let out = packed.finish().map_err(written)?;
                let file = out
                    .into_inner()
                    .map_err(|error| written(error.into_error()))?;
                file.sync_all().map_err(written)?;
            }
            None => {
                for folder in ["", "tables", "schemas", "files"] {
                    let folder = self.partial.join(folder);
                    if folder.is_dir() {
                        sync_folder(&folder)?;
                    }
                }
            }
        }
        if self.target.symlink_metadata().is_ok() {
            return Err(Error::Exists(self.target.clone()));
        }
        std::fs::rename(&self.partial, &self.target)
            .map_err(|error| disk(&self.target, "written", &error))?;
        self.is_finished = true;
        match self.target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => sync_folder(parent),
            _ => sync_folder(Path::new(".")),
        }
    }

    /// Where a part of a folder lies; its folder is made.
    fn place(&self, name: &str) -> Result<PathBuf, Error> {
        let path = self.partial.join(name);
        if let Some(folder) = path.parent()
            && !folder.is_dir()
        {
            make_folder(folder)?;
        }
        Ok(path)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if !self.is_finished {
            remove(&with_end(&self.partial, ".part"));
            remove(&self.partial);
        }
    }
}

impl Part {
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        let written = self.out.write_all(bytes);
        written.map_err(|error| disk(&self.path, "written", &error))
    }

    /// Bytes written so far.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }
}

fn append(
    pack: &mut Pack,
    name: &str,
    bytes: u64,
    time: u64,
    from: &mut File,
) -> std::io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(time);
    let mut exactly = std::io::Read::take(from, bytes);
    pack.append_data(&mut header, name, &mut exactly)?;
    if exactly.limit() > 0 {
        return Err(std::io::Error::other(format!(
            "{name} became shorter meanwhile"
        )));
    }
    Ok(())
}

/// A path with something at its end.
fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// A new file that only its maker may read: an archive holds everybody's words.
fn make_file(path: &Path) -> Result<File, Error> {
    let mut how = OpenOptions::new();
    how.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    how.open(path)
        .map_err(|error| disk(path, "written", &error))
}

fn make_folder(path: &Path) -> Result<(), Error> {
    let mut how = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut how, 0o700);
    how.create(path)
        .map_err(|error| disk(path, "written", &error))
}

/// Removes what was broken off, unless somebody writes it still.
fn clear(partial: &Path) -> Result<(), Error> {
    if let Ok(left) = File::open(partial)
        && let Err(TryLockError::WouldBlock) = left.try_lock()
    {
        return Err(Error::Exists(partial.to_owned()));
    }
    remove(partial);
    Ok(())
}

fn remove(path: &Path) {
    let _ = if path.is_dir() {
        std::fs::remove_dir_all(path)
    } else {
        std::fs::remove_file(path)
    };
}

fn sync_folder(path: &Path) -> Result<(), Error> {
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(|error| disk(path, "written", &error))
}

pub(super) fn disk(path: &Path, doing: &'static str, error: &std::io::Error) -> Error {
    Error::Disk {
        path: path.to_owned(),
        doing,
        reason: error.to_string(),
    }
}
