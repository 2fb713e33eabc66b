//! Resolved bytes.

use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::arena::Block;
use crate::arena::map::ArenaMap;
use crate::ids::{Extent, ObjectKey};
use crate::layout::{ARENA_CLOSED, ARENA_DRAINING};

/// An object's bytes, read-only, in place but for a [copy](View::is_copy), and pinned until this is
/// dropped.
///
/// They stay valid and unchanged whatever happens to the object, its owner or the directory. In a
/// forked child, dropping a view does nothing: the pin is the parent's.
pub struct View {
    key: ObjectKey,
    extent: Extent,
    bytes: NonNull<u8>,
    /// How many bytes after them are the note.
    note: u8,
    hold: Hold,
}

/// What keeps a view's bytes.
enum Hold {
    /// The entry of the pin table that names the object.
    Pin { arena: Arc<ArenaMap>, index: usize },
    /// They are a copy, in a block of this process's own.
    Copy(#[allow(dead_code, reason = "it is held, and dropped")] Box<Block>),
}

// SAFETY: the bytes are read-only for everybody as long as they are held.
unsafe impl Send for View {}
// SAFETY: as above.
unsafe impl Sync for View {}

impl View {
    /// Takes over a pin on bytes that `ArenaMap::bytes` found inside their segment, the note after
    /// them included.
    #[inline]
    pub(crate) fn new(
        arena: Arc<ArenaMap>,
        key: ObjectKey,
        extent: Extent,
        bytes: NonNull<u8>,
        note: u8,
        pin: usize,
    ) -> Self {
        Self { key, extent, bytes, note, hold: Hold::Pin { arena, index: pin } }
    }

    /// A view of what was copied into a block, with the object's note.
    pub(crate) fn copied(key: ObjectKey, extent: Extent, block: Block) -> Self {
        let note = block.note().len() as u8;
        let bytes = block.start();
        Self { key, extent, bytes, note, hold: Hold::Copy(Box::new(block)) }
    }

    /// Whether the bytes are a copy: those of exposed memory are.
    #[inline]
    pub fn is_copy(&self) -> bool {
        matches!(self.hold, Hold::Copy(_))
    }

    /// Notes that the object is in use at this second, for those who [evict](crate::Replica) what
    /// has not been used for the longest time. Says nothing of a leased object, or of a
    /// [copy](View::is_copy).
    pub fn touch(&self) {
        if let Hold::Pin { arena, .. } = &self.hold
            && let Ok(slot) = arena.slot(self.key.slot)
        {
            slot.touch();
        }
    }

    /// The object's key.
    pub fn key(&self) -> &ObjectKey {
        &self.key
    }

    /// Where the bytes lie in the arena; of a [copy](View::is_copy), only the length means anything.
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// What its producer noted about the object, see
    /// [`Arena::alloc_with_note`](crate::Arena::alloc_with_note); empty if nothing.
    #[inline]
    pub fn note(&self) -> &[u8] {
        // SAFETY: the resolve checked bytes and note as one range of the mapping, or took them as one
        // block; either stays as it is for as long as it is held.
        unsafe {
            let note = self.bytes.as_ptr().add(self.extent.len as usize);
            std::slice::from_raw_parts(note, self.note.into())
        }
    }
}

impl Deref for View {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: the range is mapped as long as the arena, or the block, is held; the pin keeps its
        // owner from changing it, and a custodian from giving it back; nobody writes to a copy.
        unsafe { std::slice::from_raw_parts(self.bytes.as_ptr(), self.extent.len as usize) }
    }
}

impl AsRef<[u8]> for View {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("key", &self.key).field("extent", &self.extent).finish()
    }
}

impl Drop for View {
    #[inline]
    fn drop(&mut self) {
        let Hold::Pin { arena, index } = &self.hold else { return };
        if !arena.record.is_ours() {
            return;
        }
        arena.record.unpin(*index);
        // The owner is gone: this view may have been all that kept its memory.
        if let Some(ARENA_DRAINING | ARENA_CLOSED) = arena.state() {
            give_back(arena);
        }
    }
}

#[cold]
fn give_back(arena: &ArenaMap) {
    if let Some(node) = arena.node.upgrade() {
        node.drain(arena.id);
    }
}

// A copy's block stands where a pin's index does.
const _: () = assert!(size_of::<Hold>() == 16);
