//! Names that processes find each other's objects by.
//!
//! ```text
//! names/T%2F000100   "WHARFnam", an object's key, the publisher's own bytes, a check
//! endpoints/…        the same, for what endpoints announce (`announced`)
//! replicas/…         the same, for copies of other nodes' objects (`replicas`)
//! ```
//!
//! A name is one file in a folder of its own, so that nothing that lists the node's directory, and
//! opening a node least of all, gets slower by how many names there are. The file's name is the
//! name, escaped byte by byte (`name`), so that a listing by prefix reads only what it gives.
//! The file is complete before it is linked in, and taken names are refused by the kernel.
//!
//! # Names go with their objects
//!
//! A name whose object is gone is *stale*: it is as if it were not there, and whoever publishes it
//! anew takes its place. Staleness is for good (`standing`) and a file never changes, so what was
//! found stale may be removed later, as long as it is still the same file. Hence the rule:
//!
//! > Whoever removes a name's file holds its lock, and has seen afterwards that it still has the
//! > name.
//!
//! Then no good name is ever removed in a stale one's stead. A process that is stopped with the
//! lock in its hands keeps others from that one name only, and they are told.
//!
//! Nothing stays behind for long: an arena remembers what it published (`published`), a closing
//! one counts what it leaves, and a sweep removes every stale name.

mod announced;
mod content;
pub(crate) mod folder;
mod name;
pub(crate) mod published;
mod replicas;
mod standing;

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use crate::deadline::Deadline;
use crate::error::{Error, Result, is_missing};
use crate::fail::fail_point;
use crate::ids::ObjectKey;
use crate::node::{Node, NodeInner};
use crate::sys::file;
pub use announced::Announcement;
use content::Content;
use folder::{Folder, Removal, Remove};
pub(crate) use name::FileName;
pub use replicas::Replica;
pub(crate) use standing::Standing;

/// What stands under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Named {
    /// The name.
    pub name: String,
    /// The object it was given to.
    pub key: ObjectKey,
    /// What was published beside it.
    pub value: Vec<u8>,
}

impl Node {
    /// The longest value that can be published under a name, in bytes.
    pub const NAMED_VALUE_MAX: usize = content::VALUE_MAX;

    /// What was [published](crate::Arena::publish) under a name. Waits until somebody publishes it,
    /// or until the deadline.
    ///
    /// # Errors
    /// [`Error::NoSuchName`] if there was none by the deadline; [`Error::InvalidName`];
    /// [`Error::Corrupt`] or [`Error::Io`] if what stands there is damaged, or none of Wharf's;
    /// [`Error::Vanished`]; [`Error::Forked`].
    pub fn lookup(&self, name: &str, deadline: Deadline) -> Result<Named> {
        self.inner().lookup(name, deadline)
    }

    /// Everything whose name begins with `prefix`, in the order of names. What is damaged is left
    /// out.
    ///
    /// # Errors
    /// [`Error::Vanished`]; [`Error::Forked`].
    pub fn names(&self, prefix: &str) -> Result<Vec<Named>> {
        self.inner().names(prefix)
    }

    /// Takes a name away, whichever process of this user published it. Its object stays.
    ///
    /// # Errors
    /// [`Error::NoSuchName`]; [`Error::NameBusy`]; and as [`lookup`](Node::lookup).
    pub fn unpublish(&self, name: &str) -> Result<()> {
        self.inner().unpublish(name)
    }
}

/// How often to look at a name that another process is removing: in all for far longer than one
/// that runs takes for it.
const LOOKS: usize = 1000;
/// How long to wait between the looks.
const PAUSE: Duration = Duration::from_millis(1);
/// A lookup sleeps no longer than this before it looks again.
const SLICE: Duration = Duration::from_millis(100);

impl NodeInner {
    /// See [`Arena::publish`](crate::Arena::publish).
    pub(crate) fn publish(
        &self,
        folder: Folder,
        name: &FileName,
        key: &ObjectKey,
        value: &[u8],
    ) -> Result<()> {
        self.names_folder(folder)?;
        Standing::of(self, folder).check(key)?;
        let failed = |error| self.directory.missing_or("make a name in", error);
        let file = file::unnamed(self.directory.path()).map_err(failed)?;
        Content::new(key, value)?.write(&file).map_err(failed)?;
        fail_point!("name.written");
        self.link_name(&file, folder, name)?;
        fail_point!("name.linked");
        self.has_changed(folder);
        Ok(())
    }

    /// Gives a complete file its name, in the place of a stale one.
    fn link_name(&self, file: &File, folder: Folder, name: &FileName) -> Result<()> {
        let path = self.name_path(folder, name);
        for _ in 0..LOOKS {
            match file::link(file, &path) {
                Ok(()) => return Ok(()),
                Err(error) if is_missing(&error) => self.make_names_folder(folder)?,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    let standing = &mut Standing::of(self, folder);
                    match self.remove_name(&path, Remove::Stale, standing)? {
                        Removal::Stands => return Err(Error::NameTaken { name: name.name() }),
                        Removal::Busy => std::thread::sleep(PAUSE),
                        Removal::Missing | Removal::Removed { .. } => {}
                    }
                }
                Err(error) => return Err(self.directory.missing_or("make a name in", error)),
            }
        }
        Err(Error::NameBusy { name: name.name() })
    }

    fn lookup(&self, name: &str, deadline: Deadline) -> Result<Named> {
        self.check()?;
        let name = FileName::new(name)?;
        let path = self.name_path(Folder::Names, &name);
        loop {
            let mut outcome = Ok(None);
            // Whoever publishes rings, and a ring since before the look ends the sleep after it.
            self.directory.bell().listen(|| {
                outcome = self.read_name(&path, &mut Standing::of(self, Folder::Names));
                match (&outcome, deadline.remaining()) {
                    (Ok(None), Some(Duration::ZERO)) => {
                        outcome = Err(Error::NoSuchName { name: name.name() });
                        None
                    }
                    (Ok(None), left) => Some(left.map_or(SLICE, |left| left.min(SLICE))),
                    _ => None,
                }
            });
            if let Some(content) = outcome? {
                return Ok(content.named(name.name()));
            }
        }
    }

    fn names(&self, prefix: &str) -> Result<Vec<Named>> {
        self.check()?;
        let mut standing = Standing::of(self, Folder::Names);
        let mut names = Vec::new();
        for (path, name) in self.list_names(Folder::Names, &name::escape(prefix))?.names {
            match self.read_name(&path, &mut standing) {
                Ok(content) => names.extend(content.map(|content| content.named(name))),
                Err(error @ Error::Vanished { .. }) => return Err(error),
                Err(error) => tracing::warn!(%error, path = %path.display(), "left out"),
            }
        }
        names.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(names)
    }

    /// What stands in a name's file, unless there is none or it is stale.
    fn read_name(&self, path: &Path, standing: &mut Standing<'_>) -> Result<Option<Content>> {
        let Some(file) = self.open_name(path, file::open_read)? else { return Ok(None) };
        let content = Content::read(&file, path)?;
        Ok(if standing.is_gone(&content.key)? { None } else { Some(content) })
    }

    fn unpublish(&self, name: &str) -> Result<()> {
        self.take_away(Folder::Names, &FileName::new(name)?)
    }

    fn take_away(&self, folder: Folder, name: &FileName) -> Result<()> {
        self.check()?;
        let path = self.name_path(folder, name);
        for _ in 0..LOOKS {
            match self.remove_name(&path, Remove::Any, &mut Standing::of(self, folder))? {
                Removal::Removed { was_stale: false } => return Ok(()),
                Removal::Removed { was_stale: true } | Removal::Missing => {
                    return Err(Error::NoSuchName { name: name.name() });
                }
                Removal::Busy | Removal::Stands => std::thread::sleep(PAUSE),
            }
        }
        Err(Error::NameBusy { name: name.name() })
    }
}
