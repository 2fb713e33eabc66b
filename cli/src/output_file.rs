//! Where `wharf get` writes: a file appears complete or not at all, and what stood there stands until
//! it is replaced.
//!
//! ```text
//! a file without a name (O_TMPFILE) ── written ── linked as FILE                       nothing was there
//!                                           └──── linked as .FILE.wharf ── renamed     FILE is replaced
//! .FILE.wharf, locked ── written ── renamed       where the filesystem has no files without a name
//! ```
//!
//! Killed at any moment, the first leaves nothing, unless between its last two system calls. The
//! name `.FILE.wharf` is always the same, and the next get to FILE takes it over.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use rustix::fs::{AtFlags, CWD, FlockOperation, OFlags};
use rustix::io::Errno;
use wharf::Size;

use crate::progress::{Progress, STEP};
use crate::standard;

/// Where the bytes go.
pub(crate) enum Output {
    Stdout(File),
    /// A pipe or device: there is nothing to replace.
    Direct(File, PathBuf),
    Replaced(NewFile),
}

/// A file on its way to take its place.
pub(crate) struct NewFile {
    file: File,
    /// Its name, if it has one yet.
    part: Option<PathBuf>,
    path: PathBuf,
    /// Of the file that it replaces.
    permissions: Option<Permissions>,
}

impl Output {
    /// Makes sure that it can be written.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::Stdout(standard::output().context("cannot write standard output")?));
        }
        let cannot_write = || format!("cannot write {}", path.display());
        match fs::metadata(path) {
            Ok(facts) if facts.is_file() => {
                // Through symbolic links, to the file that they stand for.
                let path = fs::canonicalize(path).with_context(cannot_write)?;
                let file = NewFile::beside(path, Some(facts.permissions()));
                file.map(Self::Replaced).with_context(cannot_write)
            }
            Ok(facts) => {
                ensure!(!facts.is_dir(), "cannot write {}: it is a folder", path.display());
                let file = OpenOptions::new().write(true).open(path).with_context(cannot_write)?;
                Ok(Self::Direct(file, path.to_owned()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                match NewFile::beside(path.to_owned(), None) {
                    Err(error) if error.kind() == io::ErrorKind::StorageFull => {
                        Err(error).with_context(|| no_files(&path.display().to_string()))
                    }
                    file => file.map(Self::Replaced).with_context(cannot_write),
                }
            }
            Err(error) => Err(error).with_context(cannot_write),
        }
    }

    /// The file that it is to become, and of the one that it replaces the permissions, if what takes
    /// long may take its time there.
    pub(crate) fn place(&self) -> Option<(PathBuf, Option<Permissions>)> {
        match self {
            Self::Replaced(new) => Some((new.path.clone(), new.permissions.clone())),
            _ => None,
        }
    }

    /// Writes some bytes to what is no file; `false` if nobody wants more.
    pub(crate) fn pour(&self, bytes: &[u8]) -> io::Result<bool> {
        let (Self::Stdout(file) | Self::Direct(file, _)) = self else { return Ok(false) };
        match { file }.write_all(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            written => written.map(|()| true),
        }
    }

    pub(crate) fn write(mut self, bytes: &[u8], progress: &mut Progress) -> anyhow::Result<()> {
        let written = match &mut self {
            Self::Stdout(stdout) => quiet(copy(stdout, bytes, progress)),
            Self::Direct(file, _) => copy(file, bytes, progress),
            Self::Replaced(new) => new.fill(bytes, progress),
        };
        written.map_err(|error| self.cannot_write(bytes.len() as u64, error))
    }

    /// What to call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdout(_) => "standard output".to_owned(),
            Self::Direct(_, path) | Self::Replaced(NewFile { path, .. }) => {
                path.display().to_string()
            }
        }
    }

    pub(crate) fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout(_))
    }

    /// Why so many bytes cannot be written, and what to do about it.
    pub(crate) fn cannot_write(&self, bytes: u64, error: io::Error) -> anyhow::Error {
        let (name, bytes) = (self.name(), Size(bytes));
        let what = match error.raw_os_error().map(Errno::from_raw_os_error) {
            Some(Errno::NOSPC) => match self.room() {
                Ok(room) if room < bytes.0 => format!(
                    "cannot write {name}, which takes {bytes} where there is room for {}: make room, or \
                     write to another filesystem",
                    Size(room)
                ),
                _ => no_files(&name),
            },
            Some(Errno::DQUOT) => {
                format!("cannot write {name}, which takes {bytes}: make room in your quota")
            }
            _ => format!("cannot write {name}"),
        };
        anyhow::Error::new(error).context(what)
    }

    /// How much its filesystem takes, what it has of it already among that.
    fn room(&self) -> io::Result<u64> {
        let (Self::Stdout(file) | Self::Direct(file, _) | Self::Replaced(NewFile { file, .. })) =
            self;
        let there = rustix::fs::fstatvfs(file)?;
        Ok(there.f_bavail * there.f_frsize + file.metadata()?.blocks() * 512)
    }
}

impl NewFile {
    fn beside(path: PathBuf, permissions: Option<Permissions>) -> io::Result<Self> {
        let (file, part) = match unnamed(folder_of(&path)) {
            Err(error) if has_no_unnamed(&error) => {
                let part = part_of(&path);
                let file = named(&part)?;
                file.set_len(0)?;
                (file, Some(part))
            }
            file => (file?, None),
        };
        Ok(Self { file, part, path, permissions })
    }

    /// The old file stands until the new one is complete, on disk as well: some file systems tell of
    /// a full disk or quota only then.
    fn fill(&mut self, bytes: &[u8], progress: &mut Progress) -> io::Result<()> {
        copy(&self.file, bytes, progress)?;
        if let Some(permissions) = self.permissions.take() {
            self.file.set_permissions(permissions)?;
        }
        self.file.sync_all()?;
        self.take_place()
    }

    fn take_place(&mut self) -> io::Result<()> {
        if let Some(part) = &self.part {
            fs::rename(part, &self.path)?;
            self.part = None;
            return Ok(());
        }
        let part = part_of(&self.path);
        loop {
            // What has this name is complete, or left by one that was killed: whoever is last wins.
            fs::remove_file(&part).or_else(unless_missing)?;
            match link(&self.file, &self.path) {
                Err(error) if is_taken(&error) => {}
                result => return result,
            }
            match link(&self.file, &part) {
                Err(error) if is_taken(&error) => continue,
                result => result?,
            }
            match fs::rename(&part, &self.path) {
                // Another has taken the name over meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                result => return result,
            }
        }
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            let _ = fs::remove_file(part);
        }
    }
}

/// What to say of a filesystem that has room for bytes, or was not asked for any yet, and is full.
fn no_files(name: &str) -> String {
    format!(
        "cannot write {name}, as its filesystem takes no more files: make room, or write to another"
    )
}

/// A file that goes with its descriptor.
pub(crate) fn unnamed(folder: &Path) -> io::Result<File> {
    let flags = OFlags::TMPFILE.bits() as i32;
    OpenOptions::new().write(true).mode(0o666).custom_flags(flags).open(folder)
}

/// Gives a file without a name one that nothing has.
pub(crate) fn link(file: &File, path: &Path) -> io::Result<()> {
    let source = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(rustix::fs::linkat(CWD, source, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

/// A file of this name, for this process alone; one that was left there is taken over, as it is.
pub(crate) fn named(part: &Path) -> io::Result<File> {
    loop {
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(part)?;
        // Without locks, two that write the same file at once are on their own.
        let lock = rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive);
        if lock == Err(Errno::WOULDBLOCK) {
            return Err(is_busy(part));
        }
        let (ours, there) = (file.metadata()?, fs::metadata(part));
        // Else it has just been renamed, and is somebody's result.
        if there.is_ok_and(|there| (there.dev(), there.ino()) == (ours.dev(), ours.ino())) {
            return Ok(file);
        }
    }
}

pub(crate) fn is_busy(part: &Path) -> io::Error {
    io::Error::other(format!("another process is writing {}", part.display()))
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

fn part_of(path: &Path) -> PathBuf {
    beside(path, ".wharf")
}

/// The hidden file beside `path` that has its name and this after it.
pub(crate) fn beside(path: &Path, after: &str) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(after);
    path.with_file_name(name)
}

/// How filesystems say that all their files have names.
pub(crate) fn has_no_unnamed(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(Errno::from_raw_os_error);
    matches!(code, Some(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL))
}

pub(crate) fn is_taken(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AlreadyExists
}

fn unless_missing(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn copy(mut file: impl Write, bytes: &[u8], progress: &mut Progress) -> io::Result<()> {
    for step in bytes.chunks(STEP) {
        file.write_all(step)?;
        progress.advance(step.len());
    }
    Ok(())
}

/// A reader that has seen enough (`wharf get … | head`) is no error.
fn quiet(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::Voice;

    fn progress() -> Progress {
        Progress::new(Voice { json: false, quiet: true }, "x", None)
    }

    /// Filesystems without `O_TMPFILE` are rare where tests run, so their way is taken by hand.
    fn by_name(path: &Path) -> NewFile {
        let part = part_of(path);
        let file = named(&part).unwrap();
        file.set_len(0).unwrap();
        NewFile { file, part: Some(part), path: path.to_owned(), permissions: None }
    }

    #[test]
    fn a_file_takes_its_place_in_either_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let names = || fs::read_dir(folder.path()).unwrap().count();
        fs::write(&path, "old").unwrap();
        // Left by one that was killed.
        fs::write(part_of(&path), "half of something, longer than what comes").unwrap();
        by_name(&path).fill(b"named", &mut progress()).unwrap();
        assert_eq!((fs::read(&path).unwrap(), names()), (b"named".to_vec(), 1));

        fs::write(part_of(&path), "half of something").unwrap();
        NewFile::beside(path.clone(), None).unwrap().fill(b"unnamed", &mut progress()).unwrap();
        assert_eq!((fs::read(&path).unwrap(), names()), (b"unnamed".to_vec(), 1));

        drop(by_name(&path));
        assert_eq!((fs::read(&path).unwrap(), names()), (b"unnamed".to_vec(), 1));
    }

    #[test]
    fn two_do_not_write_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let mut first = by_name(&path);
        let refused = named(&part_of(&path)).unwrap_err().to_string();
        assert!(refused.contains("another process is writing"), "{refused}");
        first.fill(b"first", &mut progress()).unwrap();
        by_name(&path).fill(b"second", &mut progress()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
    }
}
