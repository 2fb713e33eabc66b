//! The node's private key, which all of the user's processes on it share.
//!
//! ```text
//! key   the bytes that whoever came first has made, mode 0600
//! ```
//!
//! The file is complete before it has a name, and is never written again: the first one wins, and
//! all others read it. It goes with the directory only.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use crate::error::{Error, Result, is_missing};
use crate::fail::fail_point;
use crate::node::{Node, NodeInner};
use crate::sys::{file, process};

impl Node {
    /// The node's private key: what the first process that asked for it has made, for as long as
    /// the directory stands.
    ///
    /// # Errors
    /// [`Error::Key`] if what stands there cannot be trusted; [`Error::Io`] if it cannot be made or
    /// read; [`Error::OutOfMemory`]; [`Error::Vanished`]; [`Error::Forked`].
    pub fn key(&self, make: impl FnOnce() -> io::Result<Vec<u8>>) -> Result<Vec<u8>> {
        self.inner().check()?;
        let path = self.directory().join(KEY);
        if let Some(key) = self.inner().read_key(&path)? {
            return Ok(key);
        }
        let key = make().map_err(|error| Error::io("make the key", &path, error))?;
        if !(1..=LEN_MAX).contains(&key.len()) {
            let error = io::Error::other(format!("{} bytes are no key", key.len()));
            return Err(Error::io("make the key", path, error));
        }
        self.inner().link_key(&path, &key)?;
        // Whoever was first, this one or another.
        let missing = || Error::Vanished { path: self.directory().into() };
        self.inner().read_key(&path)?.ok_or_else(missing)
    }
}

impl NodeInner {
    fn read_key(&self, path: &Path) -> Result<Option<Vec<u8>>> {
        // In a directory made anew the key is none of this membership's.
        if !self.directory.still_stands() {
            return Err(Error::Vanished { path: self.directory.path().into() });
        }
        match file::open_read(path) {
            Ok(file) => read(&file, path).map(Some),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => match path.symlink_metadata() {
                Ok(meta) if !meta.is_file() => Err(refused(path, NO_FILE)),
                _ => Err(Error::io("open the key", path, error)),
            },
        }
    }

    fn link_key(&self, path: &Path, key: &[u8]) -> Result<()> {
        let failed = |error| self.directory.missing_or("make a key in", error);
        let file = file::unnamed(self.directory.path()).map_err(failed)?;
        file.write_all_at(key, 0).map_err(failed)?;
        fail_point!("key.written");
        match file::link(&file, path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(error)),
            _ => Ok(()),
        }
    }
}

/// Reads a key that nobody else can have read or written.
fn read(file: &File, path: &Path) -> Result<Vec<u8>> {
    let failed = |error| Error::io("read the key", path, error);
    let meta = file.metadata().map_err(failed)?;
    let user = process::user();
    if !meta.is_file() {
        return Err(refused(path, NO_FILE));
    }
    if meta.uid() != user {
        let reason = format!("it belongs to user {}, and this process runs as {user}", meta.uid());
        return Err(refused(path, &reason));
    }
    if meta.mode() & 0o077 != 0 {
        let reason = format!("its mode is {:04o}, so others may know it", meta.mode() & 0o7777);
        return Err(refused(path, &reason));
    }
    let len = usize::try_from(meta.len()).unwrap_or(usize::MAX);
    if !(1..=LEN_MAX).contains(&len) {
        return Err(refused(path, &format!("it has {len} bytes, which is no key")));
    }
    let mut key = vec![0; len];
    file.read_exact_at(&mut key, 0).map_err(failed)?;
    Ok(key)
}

fn refused(path: &Path, reason: &str) -> Error {
    Error::Key { path: path.into(), reason: reason.into() }
}

/// What the file is called.
pub(crate) const KEY: &str = "key";
const LEN_MAX: usize = 4096;
const NO_FILE: &str = "it is not a file";
