//! The folders that names stand in, and how files come into them and go.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::Standing;
use super::content::Content;
use super::name::{self, FileName};
use crate::error::{Error, Result, is_missing};
use crate::fail::fail_point;
use crate::node::NodeInner;
use crate::sys::file;
use crate::sys::fork::Window;

/// What names are for. Each kind has a folder of its own; all follow the same rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Folder {
    /// What users have published.
    Names,
    /// What endpoints have announced. These go with their arenas.
    Endpoints,
    /// Copies of other nodes' objects. One that has failed is as good as none.
    Replicas,
}

impl Folder {
    pub(crate) const ALL: [Self; 3] = [Self::Names, Self::Endpoints, Self::Replicas];

    /// What the folder is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Endpoints => "endpoints",
            Self::Replicas => "replicas",
        }
    }
}

/// Which name to remove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remove {
    /// One whose object is gone, or that is damaged.
    Stale,
    /// Any.
    Any,
}

/// What came of a try to remove a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removal {
    /// There is no such name.
    Missing,
    /// Its object stands, so it does as well.
    Stands,
    /// Another process has it in its hands at this moment.
    Busy,
    Removed {
        was_stale: bool,
    },
}

/// What a sweep of the names did.
#[derive(Debug, Default)]
pub(crate) struct SweptNames {
    /// Of the user's names.
    pub(crate) removed: u64,
    pub(crate) kept: u64,
    pub(crate) failed: u64,
    /// What is none of Wharf's.
    pub(crate) strangers: Vec<PathBuf>,
}

/// What stands in the folder.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Files, and the names they stand for.
    pub(super) names: Vec<(PathBuf, String)>,
    /// What is none of Wharf's.
    strangers: Vec<PathBuf>,
}

impl NodeInner {
    pub(crate) fn name_path(&self, folder: Folder, name: &FileName) -> PathBuf {
        self.directory.path().join(folder.name()).join(name.as_str())
    }

    /// The folder, if it is there, and is one.
    pub(super) fn names_folder(&self, folder: Folder) -> Result<Option<PathBuf>> {
        let path = self.directory.path().join(folder.name());
        // In a directory made anew the names are none of this membership's.
        if !self.directory.still_stands() {
            return Err(self.vanished());
        }
        match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_dir() => Ok(Some(path)),
            Ok(_) => Err(not_ours(&path, "it is not a folder")),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(Error::io("look for names in", path, error)),
        }
    }

    fn vanished(&self) -> Error {
        Error::Vanished { path: self.directory.path().into() }
    }

    pub(super) fn make_names_folder(&self, folder: Folder) -> Result<()> {
        let path = self.directory.path().join(folder.name());
        let made = DirBuilder::new().mode(0o700).create(path);
        fail_point!("name.folder");
        match made {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                Err(self.directory.missing_or("make a folder for names in", error))
            }
            _ => Ok(()),
        }
    }

    /// What stands in the folder, of the files only those whose names begin like this.
    pub(super) fn list_names(&self, folder: Folder, prefix: &str) -> Result<Listing> {
        let Some(folder) = self.names_folder(folder)? else { return Ok(Listing::default()) };
        match list(&folder, prefix) {
            // Another process's sweep found it empty.
            Err(error) if is_missing(&error) && self.directory.still_stands() => {
                Ok(Listing::default())
            }
            listed => listed.map_err(|error| self.directory.missing_or("list the names in", error)),
        }
    }

    /// Opens a name's file, if there is one.
    pub(super) fn open_name(
        &self,
        path: &Path,
        open: fn(&Path) -> io::Result<File>,
    ) -> Result<Option<File>> {
        match open(path) {
            Ok(file) => match file.metadata() {
                Ok(meta) if meta.is_file() => Ok(Some(file)),
                Ok(_) => Err(not_ours(path, "it is not a file")),
                Err(error) => Err(Error::io("look at the name", path, error)),
            },
            Err(error) if is_missing(&error) && self.directory.still_stands() => Ok(None),
            Err(error) if is_missing(&error) => Err(self.vanished()),
            Err(error) => match fs::symlink_metadata(path) {
                Ok(meta) if !meta.is_file() => Err(not_ours(path, "it is not a file")),
                _ => Err(Error::io("open the name", path, error)),
            },
        }
    }

    /// Tells whoever depends on what stands in a folder that it has changed, or is about to.
    pub(super) fn has_changed(&self, folder: Folder) {
        match folder {
            Folder::Names => self.directory.bell().ring(),
            Folder::Endpoints => self.directory.announcements_changed(),
            // Nobody waits for these.
            Folder::Replicas => {}
        }
    }

    /// Removes a name from the folder that `standing` is of; a stale one only, if so told.
    pub(crate) fn remove_name(
        &self,
        path: &Path,
        what: Remove,
        standing: &mut Standing<'_>,
    ) -> Result<Removal> {
        let folder = standing.folder();
        // A link in the folder's place must not lead to removals elsewhere.
        self.names_folder(folder)?;
        let Some(seen) = self.open_name(path, file::open_read)? else {
            return Ok(Removal::Missing);
        };
        let is_gone = match Content::read(&seen, path) {
            Ok(content) => standing.is_gone(&content.key),
            Err(Error::Corrupt { .. }) => Ok(true),
            Err(error) => Err(error),
        };
        let was_stale = match what {
            Remove::Stale => is_gone?,
            // What cannot be known of its object keeps nobody from taking the name away.
            Remove::Any => is_gone.unwrap_or(false),
        };
        if what == Remove::Stale && !was_stale {
            return Ok(Removal::Stands);
        }
        // No child may keep the lock that this process takes.
        let _window = Window::open();
        let Some(locked) = self.open_name(path, file::open)? else { return Ok(Removal::Missing) };
        let failed = |error| Error::io("lock the name", path, error);
        if !file::try_lock(&locked).map_err(failed)? {
            return Ok(Removal::Busy);
        }
        fail_point!("name.locked");
        // Only who has this lock can take the name away from this file.
        if !file::stands_at(&seen, path) || !file::stands_at(&locked, path) {
            return Ok(Removal::Busy);
        }
        // Before, too: then whoever lists announcements anew finds a stale one stale, even if this
        // process does not come to tell him afterwards.
        let tell = || {
            if folder == Folder::Endpoints {
                self.has_changed(folder)
            }
        };
        tell();
        file::remove(path).map_err(|error| Error::io("remove the name", path, error))?;
        fail_point!("name.removed");
        tell();
        Ok(Removal::Removed { was_stale })
    }

    /// Removes every stale name, of every kind. What cannot be removed is counted and left.
    pub(crate) fn sweep_names(&self) -> SweptNames {
        let mut all = self.sweep_folder(Folder::Names);
        for folder in [Folder::Endpoints, Folder::Replicas] {
            let swept = self.sweep_folder(folder);
            all.kept += swept.kept;
            all.failed += swept.failed;
            all.strangers.extend(swept.strangers);
        }
        self.directory.names_swept(all.kept + all.failed);
        all
    }

    fn sweep_folder(&self, folder: Folder) -> SweptNames {
        let mut swept = SweptNames::default();
        let mut standing = Standing::of(self, folder);
        let mut sweep = || -> Result<()> {
            let listing = self.list_names(folder, "")?;
            swept.strangers = listing.strangers;
            for (path, _) in listing.names {
                match self.remove_name(&path, Remove::Stale, &mut standing) {
                    Ok(Removal::Removed { .. }) => swept.removed += 1,
                    Ok(Removal::Stands | Removal::Busy) => swept.kept += 1,
                    Ok(Removal::Missing) => {}
                    Err(error @ Error::Vanished { .. }) => return Err(error),
                    Err(error) => {
                        tracing::warn!(%error, path = %path.display(), "could not be swept");
                        swept.failed += 1;
                    }
                }
            }
            Ok(())
        };
        if let Err(error) = sweep() {
            tracing::warn!(%error, folder = folder.name(), "could not be swept");
            swept.failed += 1;
        }
        if swept.kept + swept.failed == 0 {
            // Who publishes makes it again; if it is not empty it stays.
            let _ = fs::remove_dir(self.directory.path().join(folder.name()));
        }
        swept
    }
}

/// Removes all names from a directory that nobody uses.
pub(crate) fn remove_all(directory: &Path) -> io::Result<()> {
    for folder in Folder::ALL.map(|folder| directory.join(folder.name())) {
        if !fs::symlink_metadata(&folder).is_ok_and(|meta| meta.is_dir()) {
            continue;
        }
        for (path, _) in list(&folder, "")?.names {
            file::remove(&path)?;
        }
        // What else is in it is none of ours, and keeps it.
        let _ = fs::remove_dir(folder);
    }
    Ok(())
}

fn list(folder: &Path, prefix: &str) -> io::Result<Listing> {
    let mut listing = Listing::default();
    for item in fs::read_dir(folder)? {
        let item = item?;
        let file_name = item.file_name();
        let name = file_name.to_str().and_then(name::unescape);
        // What is no file is none of ours, whatever it is called.
        match name.filter(|_| item.file_type().is_ok_and(|kind| kind.is_file())) {
            Some(name) if file_name.as_encoded_bytes().starts_with(prefix.as_bytes()) => {
                listing.names.push((item.path(), name));
            }
            Some(_) => {}
            None => listing.strangers.push(item.path()),
        }
    }
    Ok(listing)
}

fn not_ours(path: &Path, why: &'static str) -> Error {
    let why = format!("{why}, and none of Wharf's: remove it");
    Error::io("use for names", path, io::Error::other(why))
}
