//! Why an object is gone, as far as what is left of it tells.

use std::fmt;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::ids::ObjectKey;
use crate::lifetime::{End, Lifetime, Scope};
use crate::node::{Node, ObjectStat};
use crate::protocol::State;

/// Why an object is gone. `Display` is the end of a sentence: "it is gone: …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gone {
    /// Somebody evicted it.
    Evicted,
    /// Its lease has ended.
    LeaseEnded,
    /// It was for one resolve, and that has been, if nobody evicted it before.
    Delivered,
    /// It was bound to the process that put it, and that is dead.
    WithItsProcess,
    /// Nothing is left of the arena that held it.
    WithItsArena,
}

impl Node {
    /// Why an object is gone; `None` of one that is not, or if nothing tells any more: its slot may
    /// hold another by now.
    ///
    /// # Errors
    /// As [`stat`](Node::stat), but for [`Error::Evicted`].
    pub fn why_gone(&self, key: &ObjectKey) -> Result<Option<Gone>> {
        match self.stat(key) {
            Ok(ObjectStat { state: State::Sealed, lifetime, .. }) => {
                Ok((lifetime.end == End::Lease(Duration::ZERO)).then_some(Gone::LeaseEnded))
            }
            Ok(ObjectStat { state: State::Evicted, lifetime, owner_alive, .. }) => {
                Ok(Some(Gone::of(lifetime, owner_alive)))
            }
            Ok(_) => Ok(None),
            Err(Error::Evicted) => {
                let is_gone = !self.inner.directory.arena_path(key.arena).exists();
                Ok(is_gone.then_some(Gone::WithItsArena))
            }
            Err(error) => Err(error),
        }
    }
}

impl Gone {
    fn of(lifetime: Lifetime, owner_alive: bool) -> Self {
        match (lifetime.end, lifetime.scope) {
            (End::Lease(Duration::ZERO), _) => Self::LeaseEnded,
            (End::Once, _) => Self::Delivered,
            (_, Scope::Process) if !owner_alive => Self::WithItsProcess,
            _ => Self::Evicted,
        }
    }
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Evicted => "somebody evicted it",
            Self::LeaseEnded => "its lease has ended",
            Self::Delivered => "it was for one reader, and has been delivered or evicted",
            Self::WithItsProcess => "it ended with the process that put it",
            Self::WithItsArena => {
                "nothing is left of the store that held it. Its last object was evicted, its lease \
                 ended, it was delivered once, or it ended with its process"
            }
        })
    }
}
