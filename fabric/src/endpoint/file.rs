//! A file that is shared from where it is.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::thread;
use std::time::{Duration, SystemTime};

/// An open file whose bytes are served as long as it is not changed. It is read, never mapped: a
/// file that is truncated meanwhile is an error, and not a signal.
pub(super) struct SharedFile {
    file: File,
    stamp: Stamp,
}

/// What changes with a file's content, all of it by the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: (i64, i64),
    /// Cannot be set back, as the time of modification can.
    changed: (i64, i64),
}

/// Why a piece of a file cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    #[error("the file was changed while it was shared: {what}. Share it again")]
    Changed { what: &'static str },
    #[error("the file cannot be read: {0}")]
    Read(#[from] io::Error),
}

impl SharedFile {
    /// # Errors
    ///
    /// If it is no file of bytes at places, such as a folder or a pipe.
    pub(super) fn open(file: File) -> io::Result<Self> {
        let mut found = file.metadata()?;
        if !found.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "only a regular file has bytes that can be shared",
            ));
        }
        // A change within the same tick of the clock could not be seen.
        for _ in 0..GLANCES {
            if is_fresh(&found) {
                thread::sleep(TICK);
                found = file.metadata()?;
            }
        }
        Ok(Self { file, stamp: Stamp::of(&found) })
    }

    pub(super) fn len(&self) -> u64 {
        self.stamp.len
    }

    /// Whether it is what it was when it was shared.
    pub(super) fn check(&self) -> Result<(), FileError> {
        let now = Stamp::of(&self.file.metadata()?);
        if now == self.stamp {
            return Ok(());
        }
        let what = match now.len == self.stamp.len {
            true => "it was written to",
            false => "its size is another",
        };
        Err(FileError::Changed { what })
    }

    /// Fills `to` with the bytes at `at`, all of them as they were when the file was shared.
    pub(super) fn read(&self, at: u64, to: &mut [u8]) -> Result<(), FileError> {
        self.check()?;
        match self.file.read_exact_at(to, at) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(FileError::Changed { what: "its size is another" })
            }
            outcome => Ok(outcome?),
        }?;
        self.check()
    }
}

impl Stamp {
    fn of(found: &Metadata) -> Self {
        Self {
            len: found.size(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
        }
    }
}

/// Whether it was changed so lately that a further change might leave the same time.
fn is_fresh(found: &Metadata) -> bool {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let changed = Duration::new(found.ctime().max(0) as u64, found.ctime_nsec() as u32);
    // A time to come is a clock that was set, and no reason to wait.
    now.checked_sub(changed).is_some_and(|age| age < 2 * TICK)
}

/// The coarsest clock that filesystems here take times from.
const TICK: Duration = Duration::from_millis(10);

/// Whoever writes for longer than these is noticed when the file is read.
const GLANCES: usize = 10;

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};

    use super::*;

    fn shared(bytes: &[u8]) -> (File, SharedFile) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        (file.try_clone().unwrap(), SharedFile::open(file).unwrap())
    }

    #[test]
    fn pieces_are_read_as_they_are() {
        let (_file, shared) = shared(b"temperature");
        let mut piece = [0; 4];
        shared.read(7, &mut piece).unwrap();
        assert_eq!((&piece, shared.len()), (b"ture", 11));
        shared.read(11, &mut []).unwrap();
    }

    #[test]
    fn every_change_is_noticed() {
        type Change = fn(&mut File);
        let changes: [(Change, &str); 4] = [
            (|file| file.write_all_at(b"T", 0).unwrap(), "written to"),
            (|file| file.set_len(5).unwrap(), "size"),
            (|file| file.write_all(b"s").unwrap(), "size"),
            // Written, and its time of modification put back to what it was.
            (
                |file| {
                    let before = file.metadata().unwrap().modified().unwrap();
                    file.rewind().unwrap();
                    file.write_all(b"T").unwrap();
                    file.set_modified(before).unwrap();
                },
                "written to",
            ),
        ];
        for (change, words) in changes {
            let (mut file, shared) = shared(b"temperature");
            shared.read(0, &mut [0; 4]).unwrap();
            change(&mut file);
            let error = shared.read(0, &mut [0; 4]).unwrap_err();
            assert!(matches!(error, FileError::Changed { .. }), "{error}");
            assert!(error.to_string().contains(words), "{error}");
        }
    }

    #[test]
    fn what_is_no_file_is_refused() {
        assert!(SharedFile::open(File::open("/dev/shm").unwrap()).is_err());
        assert!(SharedFile::open(File::open("/dev/zero").unwrap()).is_err());
    }
}
