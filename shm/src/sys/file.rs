//! Files that appear complete or not at all, their locks, and their pages.

use std::fs::{File, Metadata};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::check;

/// A new file in the directory that has no name yet: it vanishes with its last descriptor.
pub(crate) fn unnamed(directory: &Path) -> io::Result<File> {
    File::options().read(true).write(true).mode(0o600).custom_flags(libc::O_TMPFILE).open(directory)
}

/// Gives an unnamed file its name; fails if the name is taken.
pub(crate) fn link(file: &File, path: &Path) -> io::Result<()> {
    let source = c_path(Path::new(&format!("/proc/self/fd/{}", file.as_raw_fd())))?;
    let target = c_path(path)?;
    // SAFETY: both paths are terminated strings that outlive the call.
    check(unsafe {
        libc::linkat(
            libc::AT_FDCWD,
            source.as_ptr(),
            libc::AT_FDCWD,
            target.as_ptr(),
            libc::AT_SYMLINK_FOLLOW,
        )
    })
    .map(drop)
}

/// Opens an existing file for reading and writing; never follows a link.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    File::options()
        .read(true)
        .write(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)
}

/// Opens an existing file for reading only; never follows a link.
pub(crate) fn open_read(path: &Path) -> io::Result<File> {
    File::options().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)
}

/// Opens a folder itself, not what a link there points to.
pub(crate) fn open_folder(path: &Path) -> io::Result<File> {
    let text = c_path(path)?;
    let flags = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_NOFOLLOW | libc::O_CLOEXEC;
    // SAFETY: the path is a terminated string that outlives the call.
    let fd = check(unsafe { libc::open(text.as_ptr(), flags) })?;
    // SAFETY: the descriptor was just opened and is nobody else's.
    Ok(unsafe { File::from_raw_fd(fd) })
}

/// A file of this virtual length, without any page unless it was there before.
pub(crate) fn sparse(path: &Path, len: u64) -> io::Result<File> {
    let file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW)
        .open(path)?;
    check_size_limit(len)?;
    file.set_len(len)?;
    Ok(file)
}

/// Refuses what this process may not make so long a file of (`ulimit -f`): the system's own answer
/// is a signal that ends the process.
fn check_size_limit(len: u64) -> io::Result<()> {
    let limit = size_limit();
    if len > limit {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!(
                "the limit on file sizes, {limit} bytes, is below the {len} that a data segment needs \
                 (`ulimit -f unlimited` lifts it)"
            ),
        ));
    }
    Ok(())
}

/// How long a file this process may make.
pub(crate) fn size_limit() -> u64 {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is a valid place for the result.
    match check(unsafe { libc::getrlimit(libc::RLIMIT_FSIZE, &mut limit) }) {
        Ok(_) => limit.rlim_cur,
        Err(_) => u64::MAX,
    }
}

/// Removes a file, or finds it gone.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What a file really takes.
pub(crate) fn bytes(meta: &Metadata) -> u64 {
    meta.blocks() * 512
}

/// Whether the open file is the one that stands at this path now.
pub(crate) fn stands_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(a), Ok(b)) => a.ino() == b.ino() && a.dev() == b.dev(),
        _ => false,
    }
}

/// The kind of filesystem the file is on, as `statfs` numbers them.
pub(crate) fn filesystem(file: &File) -> io::Result<Filesystem> {
    // SAFETY: all-zero bytes are a valid value of this plain structure.
    let mut facts: libc::statfs = unsafe { std::mem::zeroed() };
    // SAFETY: a valid descriptor and a valid place for the result.
    check(unsafe { libc::fstatfs(file.as_raw_fd(), &mut facts) })?;
    Ok(Filesystem {
        is_tmpfs: facts.f_type == libc::TMPFS_MAGIC,
        huge_page: (facts.f_type == libc::HUGETLBFS_MAGIC).then_some(facts.f_bsize as u64),
        bytes: facts.f_blocks.saturating_mul(facts.f_bsize as u64),
    })
}

/// Facts about a filesystem.
pub(crate) struct Filesystem {
    pub(crate) is_tmpfs: bool,
    /// The size of its pages, if it is a hugetlbfs.
    pub(crate) huge_page: Option<u64>,
    /// Its size.
    pub(crate) bytes: u64,
}

/// Takes the whole file's lock for this open file, or says `false` if another holds it.
///
/// The lock belongs to the open file description: it ends when the last descriptor and the last
/// mapping made through it are gone, so a mapping can hold it alone.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    let mut lock = whole_file(libc::F_WRLCK);
    // SAFETY: a valid descriptor and a valid lock description.
    match check(unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &mut lock) }) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EACCES)) => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Gives back a lock that [`try_lock`] took, also where others have copies of the descriptor.
pub(crate) fn unlock(file: &File) -> io::Result<()> {
    let mut lock = whole_file(libc::F_UNLCK);
    // SAFETY: a valid descriptor and a valid lock description.
    check(unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &mut lock) }).map(drop)
}

/// Whether somebody holds the file's lock, asked without taking it.
pub(crate) fn is_locked(file: &File) -> io::Result<bool> {
    let mut lock = whole_file(libc::F_WRLCK);
    // SAFETY: a valid descriptor and a valid lock description, which the call fills in.
    check(unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_GETLK, &mut lock) })?;
    Ok(lock.l_type != libc::F_UNLCK as libc::c_short)
}

fn whole_file(kind: libc::c_int) -> libc::flock {
    libc::flock {
        l_type: kind as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    }
}

/// Reserves pages, growing the file if need be: after it succeeds, touching them cannot fail.
pub(crate) fn reserve(file: &File, from: u64, len: u64) -> io::Result<()> {
    fallocate(file, 0, from, len)
}

/// Gives pages back; the range then reads as zeros.
pub(crate) fn punch(file: &File, from: u64, len: u64) -> io::Result<()> {
    fallocate(file, libc::FALLOC_FL_PUNCH_HOLE | libc::FALLOC_FL_KEEP_SIZE, from, len)
}

fn fallocate(file: &File, mode: libc::c_int, from: u64, len: u64) -> io::Result<()> {
    let (from, len) = match (i64::try_from(from), i64::try_from(len)) {
        (Ok(from), Ok(len)) => (from, len),
        _ => return Err(io::ErrorKind::InvalidInput.into()),
    };
    loop {
        // SAFETY: a valid descriptor; the call touches the file only.
        match check(unsafe { libc::fallocate(file.as_raw_fd(), mode, from, len) }) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => return other.map(drop),
        }
    }
}

fn c_path(path: &Path) -> io::Result<std::ffi::CString> {
    std::ffi::CString::new(path.as_os_str().as_bytes())
        .map_err(|_| io::ErrorKind::InvalidInput.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_given_back_is_free_while_others_have_copies() -> io::Result<()> {
        let path = std::env::temp_dir().join(format!("wharf-lock-{}", std::process::id()));
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        let (copy, other) = (file.try_clone()?, open(&path)?);
        remove(&path)?;
        assert!(try_lock(&file)? && is_locked(&other)?);
        drop(file);
        assert!(is_locked(&other)?, "a copy keeps it");
        unlock(&copy)?;
        assert!(!is_locked(&other)? && try_lock(&other)?);
        Ok(())
    }
}
