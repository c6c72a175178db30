//! The bytes of files, on disk under their SHA-256, beside the database.
//!
//! A file is written and synced before the row that names it is committed, so a row never names
//! bytes that are not there; bytes nobody names are harmless.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use mainstay_domain::Moment;
use mainstay_domain::ids::PersonId;
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use crate::Error;

/// Largest file: 100 MB.
pub const FILE_LIMIT: u64 = 100 * 1024 * 1024;
/// Most files at once.
pub const FILES_LIMIT: usize = 20;

/// Where the bytes of files lie.
#[derive(Debug, Clone)]
pub struct FileStore {
    folder: PathBuf,
}

/// A file whose bytes are kept; a row may name it now.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Upload {
    /// Its name, as given, without folders.
    pub name: String,
    /// Its media type, as claimed.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// Whether not everybody is to get it who sees it.
    #[serde(default)]
    pub is_confidential: bool,
    /// Who uploaded it, if that is another than whoever sends it now.
    #[serde(default)]
    pub uploaded_by: Option<PersonId>,
}

/// A file being received.
pub struct Receiving {
    file: tokio::fs::File,
    path: PathBuf,
    hasher: Sha256,
    size: u64,
    is_kept: bool,
}

impl FileStore {
    /// Files under a folder, which is made when the first one comes.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The folder the bytes lie in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Begins to receive a file.
    ///
    /// # Errors
    /// [`Error::Disk`] when the disk refuses.
    pub async fn receive(&self, id: Uuid) -> Result<Receiving, Error> {
        let folder = self.folder.join("incoming");
        tokio::fs::create_dir_all(&folder).await.map_err(disk)?;
        let path = folder.join(id.to_string());
        let file = tokio::fs::File::create_new(&path).await.map_err(disk)?;
        Ok(Receiving {
            file,
            path,
            hasher: Sha256::new(),
            size: 0,
            is_kept: false,
        })
    }

    /// Keeps a received file for good.
    ///
    /// # Errors
    /// [`Error::Disk`] when the disk refuses.
    pub async fn keep(
        &self,
        mut receiving: Receiving,
        name: &str,
        media_type: &str,
    ) -> Result<Upload, Error> {
        receiving.file.flush().await.map_err(disk)?;
        receiving.file.sync_all().await.map_err(disk)?;
        let sha256 = std::mem::take(&mut receiving.hasher).finalize().to_vec();
        let path = self.path(&sha256);
        let parent = path.parent().unwrap_or(&self.folder).to_owned();
        tokio::fs::create_dir_all(&parent).await.map_err(disk)?;
        tokio::fs::rename(&receiving.path, &path)
            .await
            .map_err(disk)?;
        receiving.is_kept = true;
        // The name in its folder, the folder in the one above, and that beside the database.
        for folder in parent.ancestors().take(3) {
            sync_folder(folder).await?;
        }
        Ok(Upload {
            name: plain_name(name),
            media_type: media_type.chars().take(100).collect(),
            size: receiving.size,
            sha256,
            is_confidential: false,
            uploaded_by: None,
        })
    }

    /// Removes what uploads left behind when the program ended in their midst, if it is older than
    /// an instant; how many there were.
    ///
    /// # Errors
    /// [`Error::Disk`] when the disk refuses.
    pub async fn forget_incoming(&self, before: Moment) -> Result<usize, Error> {
        let mut left = match tokio::fs::read_dir(self.folder.join("incoming")).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
            other => other.map_err(disk)?,
        };
        let mut count = 0;
        while let Some(entry) = left.next_entry().await.map_err(disk)? {
            let written = entry.metadata().await.and_then(|data| data.modified());
            let written = written.map_err(disk)?.duration_since(UNIX_EPOCH);
            let seconds = written.map_or(0, |since| since.as_secs());
            if i64::try_from(seconds).is_ok_and(|seconds| Moment::from_unix(seconds) < before) {
                tokio::fs::remove_file(entry.path()).await.map_err(disk)?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Opens a kept file.
    ///
    /// # Errors
    /// [`Error::Disk`] when its bytes are not there.
    pub async fn open(&self, sha256: &[u8]) -> Result<tokio::fs::File, Error> {
        tokio::fs::File::open(self.path(sha256)).await.map_err(disk)
    }

    /// Looks whether a kept file's bytes are those that were received, reading all of them; its
    /// size in bytes.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn inspect(&self, sha256: &[u8]) -> Result<u64, String> {
        let unreadable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => "its bytes are not there".to_owned(),
            _ => format!("its bytes cannot be read: {error}"),
        };
        let mut file = std::fs::File::open(self.path(sha256)).map_err(unreadable)?;
        let mut hasher = Sha256::new();
        let size = std::io::copy(&mut file, &mut HashWriter(&mut hasher)).map_err(unreadable)?;
        if hasher.finalize().as_slice() == sha256 {
            Ok(size)
        } else {
            Err("its bytes are not those that were uploaded".to_owned())
        }
    }

    /// Where the bytes of a hash lie.
    #[must_use]
    pub fn path(&self, sha256: &[u8]) -> PathBuf {
        let hex = hex(sha256);
        let (head, tail) = hex.split_at(hex.len().min(2));
        self.folder.join(head).join(tail)
    }
}

impl Receiving {
    /// Takes in some bytes.
    ///
    /// # Errors
    /// [`Error::File`] when the file grows too large, [`Error::Disk`] when the disk refuses.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.size += bytes.len() as u64;
        if self.size > FILE_LIMIT {
            return Err(Error::File("it is larger than 100 MB".to_owned()));
        }
        self.hasher.update(bytes);
        self.file.write_all(bytes).await.map_err(disk)
    }

    /// Bytes received so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }
}

impl Drop for Receiving {
    /// What was broken off leaves nothing behind.
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Bytes that are written here only change a hash.
pub(crate) struct HashWriter<'h>(pub &'h mut Sha256);

impl std::io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Bytes in hexadecimal, small letters.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

async fn sync_folder(folder: &Path) -> Result<(), Error> {
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let folder = tokio::fs::File::open(here).await.map_err(disk)?;
    folder.sync_all().await.map_err(disk)
}

fn disk(error: std::io::Error) -> Error {
    Error::Disk {
        is_full: matches!(
            error.kind(),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded
        ),
        reason: error.to_string(),
    }
}

/// A name without folders and control characters, at most 120 characters.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|letter| !letter.is_control())
        .take(120)
        .collect();
    let is_empty = plain.trim_matches(['.', ' ']).is_empty();
    if is_empty { "file".to_owned() } else { plain }
}

/// The folder of files that belongs to a database file.
#[must_use]
pub fn folder_beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".files");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_folders() {
        assert_eq!(plain_name("C:\\temp\\log.txt"), "log.txt");
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name(".."), "file");
        assert_eq!(plain_name("a\r\nb"), "ab");
    }

    #[tokio::test]
    async fn bytes_are_kept_under_their_hash_and_a_broken_upload_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::new(folder.path());
        let mut receiving = store.receive(Uuid::from_u128(1)).await.unwrap();
        receiving.write(b"abc").await.unwrap();
        let upload = store.keep(receiving, "a.txt", "text/plain").await.unwrap();
        assert_eq!((upload.size, upload.sha256[0]), (3, 0xba));
        assert!(store.open(&upload.sha256).await.is_ok());
        drop(store.receive(Uuid::from_u128(2)).await.unwrap());
        let left = std::fs::read_dir(folder.path().join("incoming"))
            .unwrap()
            .count();
        assert_eq!(left, 0);
    }

    #[tokio::test]
    async fn what_a_crash_left_behind_is_removed_once_it_is_old() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::new(folder.path());
        let early = Moment::from_unix(1_000_000_000);
        let late = Moment::from_unix(100_000_000_000);
        assert_eq!(
            store.forget_incoming(late).await.unwrap(),
            0,
            "no folder yet"
        );
        let receiving = store.receive(Uuid::from_u128(1)).await.unwrap();
        std::mem::forget(receiving);
        assert_eq!(store.forget_incoming(early).await.unwrap(), 0);
        assert_eq!(store.forget_incoming(late).await.unwrap(), 1);
        assert_eq!(store.forget_incoming(late).await.unwrap(), 0);
    }
}
