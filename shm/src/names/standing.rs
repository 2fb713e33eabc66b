//! Whether named objects still stand.

use std::collections::HashMap;

use super::folder::Folder;
use crate::arena::custody::Custody;
use crate::arena::map::ArenaMap;
use crate::error::{Error, Result};
use crate::ids::{ArenaId, ObjectKey};
use crate::layout::{ARENA_CLOSED, ARENA_DRAINING, ARENA_KEPT, Slot};
use crate::lifetime::Scope;
use crate::node::NodeInner;
use crate::object::resolve::end;
use crate::object::slot::Failure;
use crate::protocol::{Observed, State};

/// One look at objects' standing: what it found of an arena's owner it does not ask again.
///
/// An object that is found gone is gone for good: it was evicted, nobody can produce it any more,
/// or it ends with an owner who is no more, though perhaps nobody has cleaned up yet.
pub(crate) struct Standing<'a> {
    node: &'a NodeInner,
    folder: Folder,
    owner_is_gone: HashMap<ArenaId, bool>,
}

impl<'a> Standing<'a> {
    /// Looks for the sake of names in this folder.
    pub(crate) fn of(node: &'a NodeInner, folder: Folder) -> Self {
        Self { node, folder, owner_is_gone: HashMap::new() }
    }

    pub(super) fn folder(&self) -> Folder {
        self.folder
    }

    pub(crate) fn is_gone(&mut self, key: &ObjectKey) -> Result<bool> {
        match self.check(key) {
            Ok(()) => Ok(false),
            Err(Error::Evicted) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Refuses an object that does not stand, or that the key does not open.
    pub(crate) fn check(&mut self, key: &ObjectKey) -> Result<()> {
        let arena = self.node.arena(key.arena)?;
        if arena.is_closed() {
            return Err(Error::Evicted);
        }
        if self.folder == Folder::Endpoints {
            // Of the key only the arena counts.
            return if self.owner_is_gone(&arena)? { Err(Error::Evicted) } else { Ok(()) };
        }
        let slot = arena.slot(key.slot)?;
        loop {
            if slot.word().observed(key.generation) == Observed::Gone {
                return Err(Error::Evicted);
            }
            let read = || (slot.is_opened_by(&key.capability), Facts::of(slot));
            match slot.consistent(key.generation, read) {
                Some((_, (false, _))) => return Err(Error::WrongCapability),
                Some((State::Sealed, (true, facts))) if facts.has_expired => {
                    // A lease that has ended can be renewed no more once it is marked.
                    end(self.node, &arena, slot, key)?;
                }
                Some((state, (true, facts))) => {
                    let stands = match state {
                        State::Sealed if facts.scope == Scope::Node => true,
                        State::Failed if facts.failure != Failure::Message => false,
                        // Another may succeed.
                        State::Failed if self.folder == Folder::Replicas => false,
                        State::Sealed | State::Pending | State::Failed => {
                            !self.owner_is_gone(&arena)?
                        }
                        State::Evicted => false,
                    };
                    return if stands { Ok(()) } else { Err(Error::Evicted) };
                }
                None => {}
            }
        }
    }

    fn owner_is_gone(&mut self, arena: &ArenaMap) -> Result<bool> {
        if let Some(known) = self.owner_is_gone.get(&arena.id) {
            return Ok(*known);
        }
        // A cleaner has the lock as well as an owner, but says that it cleans.
        let ended = matches!(arena.state(), Some(ARENA_DRAINING | ARENA_KEPT | ARENA_CLOSED));
        let gone = ended || !Custody::is_held(&self.node.directory, arena.id)?;
        self.owner_is_gone.insert(arena.id, gone);
        Ok(gone)
    }
}

/// What a slot's fields say.
struct Facts {
    has_expired: bool,
    scope: Scope,
    failure: Failure,
}

impl Facts {
    fn of(slot: &Slot) -> Self {
        Self { has_expired: slot.has_expired(), scope: slot.scope(), failure: slot.failure() }
    }
}
