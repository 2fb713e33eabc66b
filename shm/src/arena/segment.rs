//! A data segment's file, whatever its pages are.
//!
//! ```text
//! <directory>/a-<arena>.<n>          a file on the tmpfs: ordinary pages
//! <directory>/a-<arena>.<n>  ──►  <hugetlbfs>/wharf-<uid>/a-<arena>.<n>.<device>
//!                                    a link to a file on a hugetlbfs: huge pages
//! ```
//!
//! - A link is made before the file that it leads to, and removed after it: whoever is killed in
//!   between leaves nothing that the directory does not list.
//! - A link is followed only to what Wharf itself would have put there: a regular file of this
//!   user, named as the link is, in a folder of this user alone, on a hugetlbfs. Any other is
//!   refused, and of what it leads to nothing is ever touched.
//! - The device tells the hugetlbfs that holds the file from another one that a container may
//!   show at the same place: there the file is out of reach, not gone.
//!
//! Every program reads and cleans segments of huge pages; only the feature `numa` makes them, see
//! [`placement`](crate::placement).

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result, is_missing};
use crate::fail::fail_point;
use crate::layout::PAGE;
use crate::sys::map::Access;
use crate::sys::{file, process};

/// An open data segment.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) file: File,
    /// The size of its pages: what can be given back at the least.
    pub(crate) page: u64,
}

/// Opens a data segment; `None` if there is none.
pub(crate) fn open(path: &Path, access: Access) -> Result<Option<Segment>> {
    match open_file(path, access) {
        Ok(file) => Ok(Some(Segment { file, page: PAGE as u64 })),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) if error.raw_os_error() == Some(libc::ELOOP) => match Link::read(path)? {
            Some(link) => link.open(access),
            None => Ok(None),
        },
        Err(error) => Err(Error::io("open", path, error)),
    }
}

/// Removes a data segment, or finds it gone.
pub(crate) fn remove(path: &Path) -> Result<()> {
    if is_link(path) {
        match Link::read(path).and_then(|link| link.map_or(Ok(()), |link| link.remove_file())) {
            // What is behind it is none of Wharf's.
            Err(error @ Error::Corrupt { .. }) => {
                tracing::warn!(%error, "only the link is removed")
            }
            removed => removed?,
        }
        fail_point!("clean.huge-removed");
    }
    file::remove(path).map_err(|error| Error::io("remove", path, error))
}

/// What a data segment, or another file of an arena, really takes. One that is gone takes nothing.
pub(crate) fn bytes(path: &Path) -> u64 {
    match is_link(path) {
        true => {
            let segment = open(path, Access::Read).ok().flatten();
            let meta = segment.and_then(|segment| segment.file.metadata().ok());
            meta.map_or(0, |meta| file::bytes(&meta))
        }
        false => fs::symlink_metadata(path).map_or(0, |meta| file::bytes(&meta)),
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink())
}

fn open_file(path: &Path, access: Access) -> io::Result<File> {
    match access {
        Access::Read => file::open_read(path),
        Access::Write => file::open(path),
    }
}

/// A link that leads where Wharf's links lead. The file itself may be missing.
#[derive(Debug)]
struct Link {
    link: PathBuf,
    target: PathBuf,
    folder: Folder,
    name: OsString,
}

impl Link {
    /// Reads a link and looks where it leads; `None` if the link is gone.
    fn read(link: &Path) -> Result<Option<Self>> {
        let target = match fs::read_link(link) {
            Ok(target) => target,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(Error::io("read the link", link, error)),
        };
        let (Some(path), Some(name), Some(own)) =
            (target.parent(), target.file_name(), link.file_name())
        else {
            return Err(refused(link, &target, "that is no file"));
        };
        let is_named_right = path.file_name() == Some(&folder_name())
            && name.as_encoded_bytes().starts_with(&[own.as_encoded_bytes(), b"."].concat());
        if !target.is_absolute() || !is_named_right {
            return Err(refused(link, &target, "Wharf has no huge pages there"));
        }
        let folder = Folder::open(path).map_err(|unusable| match unusable {
            Unusable::Refused(why) => refused(link, &target, &format!("its folder is {why}")),
            Unusable::Unreachable(error) => out_of_reach(&target, &error.to_string()),
        })?;
        if name != folder.name_for(own) {
            return Err(out_of_reach(&target, "another filesystem is mounted there"));
        }
        let name = name.to_owned();
        Ok(Some(Self { link: link.into(), target, folder, name }))
    }

    fn open(&self, access: Access) -> Result<Option<Segment>> {
        let failed = |error| Error::io("open", &self.target, error);
        let file = match open_file(&self.folder.at(&self.name), access) {
            Ok(file) => file,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let meta = file.metadata().map_err(failed)?;
        if !meta.is_file() || meta.uid() != process::user() || meta.dev() != self.folder.device {
            return Err(refused(&self.link, &self.target, "that is no file of Wharf's"));
        }
        Ok(Some(Segment { file, page: self.folder.page }))
    }

    fn remove_file(&self) -> Result<()> {
        file::remove(&self.folder.at(&self.name))
            .map_err(|error| Error::io("remove", &self.target, error))
    }
}

fn refused(link: &Path, target: &Path, why: &str) -> Error {
    let what = format!("it is a link to {}, which is not followed: {why}", target.display());
    Error::Corrupt { path: link.into(), what }
}

/// The hugetlbfs may be mounted for others only, in a container for instance.
fn out_of_reach(target: &Path, why: &str) -> Error {
    let help = "mount this hugetlbfs in the same place wherever the shared-memory directory is";
    Error::io("reach the huge pages at", target, io::Error::other(format!("{why}; {help}")))
}

/// A folder on a hugetlbfs, of this user alone.
#[derive(Debug)]
pub(crate) struct Folder {
    folder: File,
    pub(crate) path: PathBuf,
    /// The filesystem's device number: the same in every container that shows it.
    device: u64,
    /// The filesystem's page size.
    pub(crate) page: u64,
}

/// Why a folder is no place for huge pages.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("cannot be opened ({0})")]
    Unreachable(#[source] io::Error),
    #[error("is {0}")]
    Refused(&'static str),
}

/// The folder's name on every hugetlbfs.
pub(crate) fn folder_name() -> OsString {
    format!("wharf-{}", process::user()).into()
}

impl Folder {
    /// Opens a folder and checks it, as the node's directory is checked.
    pub(crate) fn open(path: &Path) -> Result<Self, Unusable> {
        let refuse = |why| Err(Unusable::Refused(why));
        let folder = match file::open_folder(path) {
            Ok(folder) => folder,
            Err(_) if is_link(path) => return refuse("a symbolic link"),
            Err(error) => return Err(Unusable::Unreachable(error)),
        };
        let meta = folder.metadata().map_err(Unusable::Unreachable)?;
        let facts = file::filesystem(&folder).map_err(Unusable::Unreachable)?;
        let Some(page) = facts.huge_page else { return refuse("not on a hugetlbfs") };
        if meta.uid() != process::user() {
            return refuse("another user's");
        }
        if meta.mode() & 0o077 != 0 {
            return refuse("open to others");
        }
        Ok(Self { folder, path: path.into(), device: meta.dev(), page })
    }

    /// The name here of the file that a link of this name leads to.
    pub(crate) fn name_for(&self, link: &OsStr) -> OsString {
        let mut name = link.to_owned();
        name.push(format!(".{:x}", self.device));
        name
    }

    /// A path to a name in this very folder, whatever stands at its path by now.
    pub(crate) fn at(&self, name: &OsStr) -> PathBuf {
        Path::new("/proc/self/fd").join(self.folder.as_raw_fd().to_string()).join(name)
    }
}
