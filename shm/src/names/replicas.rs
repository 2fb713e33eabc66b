//! The node's own copies of other nodes' objects.
//!
//! ```text
//! replicas/<hash>   in the form of a name: the copy's key
//! ```
//!
//! Who fetches an object publishes its copy while that is still pending; who comes second finds it,
//! waits for it like for any object, and learns in the same way that it failed or that its fetcher
//! died. A replica that was evicted, failed, or lost its fetcher is as good as none: the next to
//! publish takes its place.

use std::time::Duration;

use super::folder::Folder;
use super::name::FileName;
use super::standing::Standing;
use crate::arena::Arena;
use crate::error::Result;
use crate::ids::ObjectKey;
use crate::node::Node;

/// A copy of another node's object, as its arena lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replica {
    /// The copy.
    pub key: ObjectKey,
    /// Its bytes.
    pub len: u64,
    /// How long it has not been [used](crate::View::touch), or up to two seconds more.
    pub unused: Duration,
}

impl Arena {
    /// Makes an object, pending as a rule, the node's copy of another node's object: of whichever
    /// one the caller means by `hash`. It is that until it is evicted or fails, or its process ends.
    ///
    /// # Errors
    /// [`Error::NameTaken`](crate::Error::NameTaken) if there is one already; and as
    /// [`publish`](Arena::publish).
    pub fn publish_replica(&self, hash: &[u8; 16], key: &ObjectKey) -> Result<()> {
        self.publish_in(Folder::Replicas, FileName::of_id(hash), key, &[])
    }

    /// The copies that were published through this arena and are in it, sealed: the one that has
    /// not been used for the longest time first.
    ///
    /// # Errors
    /// [`Error::Closed`](crate::Error::Closed); [`Error::Forked`](crate::Error::Forked).
    pub fn replicas(&self) -> Result<Vec<Replica>> {
        let mut replicas = Vec::new();
        for key in self.published_in(Folder::Replicas)? {
            replicas.extend(self.replica_of(&key)?);
        }
        replicas.sort_by_key(|replica| std::cmp::Reverse(replica.unused));
        Ok(replicas)
    }
}

impl Node {
    /// The node's copy of another node's object, see [`Arena::publish_replica`]: it may be pending.
    ///
    /// # Errors
    /// [`Error::Vanished`](crate::Error::Vanished); [`Error::Forked`](crate::Error::Forked);
    /// [`Error::Corrupt`](crate::Error::Corrupt) or [`Error::Io`](crate::Error::Io) if what stands
    /// there is damaged, or none of Wharf's.
    pub fn replica(&self, hash: &[u8; 16]) -> Result<Option<ObjectKey>> {
        let node = self.inner();
        node.check()?;
        let path = node.name_path(Folder::Replicas, &FileName::of_id(hash));
        let content = node.read_name(&path, &mut Standing::of(node, Folder::Replicas))?;
        Ok(content.map(|content| content.key))
    }
}
