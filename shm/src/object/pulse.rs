//! Whether a producer goes on, and what others do if it does not.
//!
//! A producer that is dead is found out by its lock; one that is stopped, or swapped out, has it like one
//! that works. So whoever produces for others that could do it as well as he, lets a pulse beat in the
//! object's slot; who finds that it does not any more may [withdraw](Node::withdraw) the object and
//! produce another in its place. How long to wait for a beat is for those who use it to agree on.

use std::fmt;
use std::sync::Arc;

use crate::arena::map::ArenaMap;
use crate::error::{Error, Result};
use crate::ids::ObjectKey;
use crate::node::Node;
use crate::protocol::State;

/// The pulse of a pending object's producer, see [`Promise::pulse`](crate::Promise::pulse).
pub struct Pulse {
    arena: Arc<ArenaMap>,
    slot: u32,
    generation: u64,
}

impl Pulse {
    pub(crate) fn new(arena: Arc<ArenaMap>, slot: u32, generation: u64) -> Self {
        let pulse = Self { arena, slot, generation };
        pulse.beat();
        pulse
    }

    /// Shows that the producer goes on. Costs some nanoseconds; does nothing once the object is settled.
    pub fn beat(&self) {
        if let Ok(slot) = self.arena.slot(self.slot)
            && slot.is_pending(self.generation)
        {
            slot.beat();
        }
    }
}

impl fmt::Debug for Pulse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pulse").field("slot", &self.slot).finish_non_exhaustive()
    }
}

impl Node {
    /// A number that is another after each beat of the [pulse](crate::Promise::pulse) of a pending
    /// object's producer; `None` if it has no pulse, or the object is pending no more.
    ///
    /// # Errors
    /// [`Error::Evicted`] if even its slot is gone, [`Error::WrongCapability`], [`Error::Forked`].
    pub fn pulse(&self, key: &ObjectKey) -> Result<Option<u64>> {
        self.inner().check()?;
        let arena = self.inner().arena(key.arena)?;
        let slot = arena.slot(key.slot)?;
        let read = || (slot.is_opened_by(&key.capability), slot.pulse());
        match slot.consistent(key.generation, read) {
            Some((_, (false, _))) => Err(Error::WrongCapability),
            Some((State::Pending, (true, pulse))) => Ok((pulse > 0).then_some(pulse)),
            Some(_) => Ok(None),
            None => Err(Error::Evicted),
        }
    }

    /// Takes a pending object from a producer whose [pulse](Node::pulse) is still the same: whoever waits
    /// for it is told that it is gone, and its name is free for another.
    ///
    /// The producer keeps the memory, and may go on to fill it. He cannot [seal](crate::Block::seal) it
    /// any more, but [view](crate::Block::into_view) it.
    ///
    /// ```
    /// # use wharf_shm::{ArenaOptions, Deadline, Error, Lifetime, Node, NodeOptions, Wait};
    /// # fn main() -> wharf_shm::Result<()> {
    /// # let directory = std::path::PathBuf::from(format!("/dev/shm/wharf-doc-pulse-{}", std::process::id()));
    /// # let options = NodeOptions { directory: Some(directory.clone()), ..Default::default() };
    /// # let node = Node::open(&options)?;
    /// # let arena = node.create_arena(&ArenaOptions::default())?;
    /// let promise = arena.promise(Lifetime::PROCESS)?;
    /// let (key, pulse) = (promise.key(), promise.pulse());
    /// let seen = node.pulse(&key)?.unwrap();
    /// pulse.beat();
    /// assert!(matches!(node.withdraw(&key, seen), Err(Error::StillPending)));
    /// let mut block = promise.alloc(5, 1)?;
    ///
    /// let seen = node.pulse(&key)?.unwrap(); // and a second later it is the same
    /// node.withdraw(&key, seen)?;
    /// assert!(matches!(node.resolve(&key, Deadline::NOW, Wait::default()), Err(Error::Evicted)));
    /// block.copy_from(b"bytes");
    /// assert_eq!(&block.into_view()[..], b"bytes");
    /// # drop((arena, node));
    /// # std::fs::remove_dir_all(directory).unwrap();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::StillPending`] if it has no pulse, or another by now; [`Error::Evicted`] if it is pending
    /// no more; [`Error::WrongCapability`]; [`Error::Forked`].
    pub fn withdraw(&self, key: &ObjectKey, pulse: u64) -> Result<()> {
        match self.pulse(key)? {
            Some(now) if now == pulse => {}
            Some(_) => return Err(Error::StillPending),
            None => {
                let pending = self.awaited(key)?.is_some();
                return Err(if pending { Error::StillPending } else { Error::Evicted });
            }
        }
        let arena = self.inner().arena(key.arena)?;
        arena.slot(key.slot)?.withdraw(key.generation, || arena.ring())
    }
}
