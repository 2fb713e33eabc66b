//! What an object is, without its bytes.

use std::sync::Arc;

use crate::arena::map::ArenaMap;
use crate::error::{Error, Result};
use crate::ids::ObjectKey;
use crate::layout::Slot;
use crate::node::{Node, NodeInner};
use crate::object::copied::Lent;
use crate::object::resolve::{NOTE_TOO_LONG, failure, pin};
use crate::protocol::{Observed, State};

/// What a sealed object is: see [`Node::glance`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Glance {
    /// Its length in bytes.
    pub len: u64,
    /// Whether it ends with its first resolve.
    pub once: bool,
    /// What its producer noted about it.
    pub note: Box<[u8]>,
}

impl Node {
    /// What a sealed object is. It is neither taken nor waited for, nor copied if it is exposed memory.
    ///
    /// ```
    /// # use wharf_shm::{ArenaOptions, Deadline, End, Error, Lifetime, Node, NodeOptions};
    /// # fn main() -> wharf_shm::Result<()> {
    /// # let directory = std::path::PathBuf::from(format!("/dev/shm/wharf-doc-glance-{}", std::process::id()));
    /// # let options = NodeOptions { directory: Some(directory.clone()), ..Default::default() };
    /// # let node = Node::open(&options)?;
    /// # let arena = node.create_arena(&ArenaOptions::default())?;
    /// let once = Lifetime::PROCESS.ending(End::Once);
    /// let block = arena.alloc_with_note(7, 64, once, b"seven bytes")?;
    /// assert!(matches!(node.glance(&block.key()), Err(Error::Deadline)));
    /// let key = block.seal()?.key;
    /// for _ in 0..2 {
    ///     let glance = node.glance(&key)?;
    ///     assert_eq!((glance.len, glance.once, &glance.note[..]), (7, true, &b"seven bytes"[..]));
    /// }
    /// # drop((arena, node));
    /// # std::fs::remove_dir_all(directory).unwrap();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`resolve`](Node::resolve) with [`Deadline::NOW`](crate::Deadline::NOW); one that is claimed can be glanced at.
    pub fn glance(&self, key: &ObjectKey) -> Result<Glance> {
        let node = self.inner();
        node.check()?;
        let arena = node.arena(key.arena)?;
        let slot = arena.slot(key.slot)?;
        loop {
            match slot.consistent(key.generation, || slot.is_opened_by(&key.capability)) {
                Some((State::Evicted, _)) => return Err(Error::Evicted),
                Some((_, false)) => return Err(Error::WrongCapability),
                Some((State::Pending, true)) => return Err(Error::Deadline),
                Some((State::Failed, true)) => return Err(failure(&arena, slot, key)?),
                Some((State::Sealed, true)) => {
                    if let Some(glance) = glance(node, &arena, slot, key)? {
                        return Ok(glance);
                    }
                }
                None if slot.word().observed(key.generation) == Observed::Gone => {
                    return Err(Error::Evicted);
                }
                // It changed while it was read.
                None => {}
            }
        }
    }
}

/// `None` if it is not sealed any more.
fn glance(
    node: &NodeInner,
    arena: &Arc<ArenaMap>,
    slot: &Slot,
    key: &ObjectKey,
) -> Result<Option<Glance>> {
    let Some(_pin) = pin(arena, slot, key, State::Sealed)? else { return Ok(None) };
    if slot.has_expired() {
        return Err(Error::Evicted);
    }
    let once = slot.ends_once();
    if slot.is_exposed() {
        let lent = Lent { node, arena, slot, key };
        let (_, note) = lent.description()?;
        return Ok(Some(Glance { len: slot.extent().len, once, note: note.into() }));
    }
    let (whole, note) = (slot.extent(), slot.note());
    let at = arena.bytes(whole)?;
    let len = whole.without(note).ok_or_else(|| arena.corrupt(NOTE_TOO_LONG))?.len;
    // SAFETY: `bytes` checked the whole extent, whose last bytes are the note; it is pinned.
    let note = unsafe { std::slice::from_raw_parts(at.as_ptr().add(len as usize), note.into()) };
    Ok(Some(Glance { len, once, note: note.into() }))
}
