//! Resolved bytes.

use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::arena::map::ArenaMap;
use crate::ids::{Extent, ObjectKey};
use crate::layout::{ARENA_CLOSED, ARENA_DRAINING};

/// An object's bytes, in place, read-only, and pinned until this is dropped.
///
/// They stay valid and unchanged whatever happens to the object, its owner or the directory. In a
/// forked child, dropping a view does nothing: the pin is the parent's.
pub struct View {
    arena: Arc<ArenaMap>,
    key: ObjectKey,
    extent: Extent,
    bytes: NonNull<u8>,
    /// How many bytes after them are the note.
    note: u8,
    /// The entry of the pin table that holds it.
    pin: usize,
}

// SAFETY: the bytes are read-only for everybody as long as the pin stands.
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
        Self { arena, key, extent, bytes, note, pin }
    }

    /// The object's key.
    pub fn key(&self) -> &ObjectKey {
        &self.key
    }

    /// Where the bytes lie in the arena.
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// What its producer noted about the object, see
    /// [`Arena::alloc_with_note`](crate::Arena::alloc_with_note); empty if nothing.
    #[inline]
    pub fn note(&self) -> &[u8] {
        // SAFETY: the resolve checked bytes and note as one range of the mapping, which stays as it
        // is for as long as the pin stands.
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
        // SAFETY: the range is mapped as long as `arena` lives; the pin keeps its owner from
        // changing it; a custodian gives no page of it back.
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
        if !self.arena.record.is_ours() {
            return;
        }
        self.arena.record.unpin(self.pin);
        // The owner is gone: this view may have been all that kept its memory.
        if let Some(ARENA_DRAINING | ARENA_CLOSED) = self.arena.state() {
            self.give_back();
        }
    }
}

impl View {
    #[cold]
    fn give_back(&self) {
        if let Some(node) = self.arena.node.upgrade() {
            node.drain(self.arena.id);
        }
    }
}
