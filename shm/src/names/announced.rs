//! What endpoints tell the processes of their node about themselves.
//!
//! ```text
//! endpoints/<id>   in the form of a name: the endpoint's arena, and what it announces
//! node             a word that grows whenever an announcement comes or goes
//! ```
//!
//! Who caches announcements reads the word before he lists them, and lists them anew when it is
//! another. An announcement ends with its arena, and so with its process; that this changes the word
//! is seen to by whoever notices the death first, before the file goes.

use super::folder::Folder;
use super::name::FileName;
use super::standing::Standing;
use crate::arena::Arena;
use crate::error::{Error, Result};
use crate::ids::{ArenaId, Capability, ObjectKey};
use crate::node::{Node, NodeInner};
use crate::sys::process::Identity;
use crate::sys::random;

/// Something that a process tells all processes of the node, until this is dropped or the process
/// ends, see [`Arena::announce`].
#[derive(Debug)]
pub struct Announcement {
    arena: Arena,
    name: FileName,
}

impl Arena {
    /// Tells every process of the node at most 1 KiB, see [`Node::announcements`]. It ends with the
    /// arena at the latest.
    ///
    /// # Errors
    /// [`Error::ValueTooLong`]; [`Error::OutOfMemory`]; [`Error::Closed`]; [`Error::Vanished`];
    /// [`Error::Forked`].
    pub fn announce(&self, value: &[u8]) -> Result<Announcement> {
        let id = random::name()
            .map_err(|error| Error::io("get random bytes from", "the kernel", error))?;
        let name = FileName::of_id(&id);
        self.publish_in(Folder::Endpoints, name.clone(), &key_of(self.id()), value)?;
        Ok(Announcement { arena: self.clone(), name })
    }
}

impl Node {
    /// What the living processes of the node [announce](Arena::announce), this process first.
    ///
    /// # Errors
    /// [`Error::Vanished`]; [`Error::Forked`].
    pub fn announcements(&self) -> Result<Vec<Vec<u8>>> {
        self.inner().announcements()
    }

    /// A number that changes when an [announcement](Node::announcements) comes or goes. Who has
    /// listed them after he read it knows them for as long as it stays the same; that a process has
    /// died is seen when somebody sweeps, or cleans up after it.
    #[inline]
    pub fn announcements_epoch(&self) -> u64 {
        self.inner().directory.announcements_epoch()
    }
}

impl NodeInner {
    fn announcements(&self) -> Result<Vec<Vec<u8>>> {
        self.check()?;
        let own = Identity::own();
        let mut standing = Standing::of(self, Folder::Endpoints);
        let mut found = Vec::new();
        for (path, name) in self.list_names(Folder::Endpoints, "")?.names {
            match self.read_name(&path, &mut standing) {
                Ok(Some(content)) => {
                    let owner = self.arena(content.key.arena).and_then(|arena| arena.owner());
                    let is_own = owner.is_ok_and(|owner| owner == own);
                    found.push((!is_own, name, content.value));
                }
                Ok(None) => {}
                Err(error @ Error::Vanished { .. }) => return Err(error),
                Err(error) => tracing::warn!(%error, path = %path.display(), "left out"),
            }
        }
        found.sort_unstable();
        Ok(found.into_iter().map(|(.., value)| value).collect())
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        match self.arena.node().take_away(Folder::Endpoints, &self.name) {
            // It ended with its arena, or is the parent's.
            Ok(()) | Err(Error::NoSuchName { .. } | Error::Vanished { .. } | Error::Forked) => {}
            Err(error) => tracing::warn!(%error, "an announcement was left standing"),
        }
    }
}

/// An announcement is an arena's, and no object's.
fn key_of(arena: ArenaId) -> ObjectKey {
    ObjectKey { arena, slot: 0, generation: 0, capability: Capability::from_bytes([0; 16]) }
}
