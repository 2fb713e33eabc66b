//! Memory on its way to become an object, and the promise of it.

use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{ArenaInner, Begun, Gathering, Sealed, note_len};
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::fail::fail_point;
use crate::ids::{Extent, ObjectKey};
use crate::lifetime::Lifetime;
use crate::object::{Pulse, View};

/// Writable memory of an arena. Sealing it makes it an immutable object.
///
/// Dropped unsealed, it is freed if its key was never asked for; else the object fails, and
/// whoever waits for it is told.
#[derive(Debug)]
pub struct Block {
    pending: Pending,
    bytes: NonNull<u8>,
}

/// A pending object that has no memory yet.
///
/// Dropped, it fails, and whoever waits for it is told.
#[derive(Debug)]
pub struct Promise {
    pending: Pending,
}

/// An object that is neither sealed nor failed yet.
#[derive(Debug)]
struct Pending {
    arena: Arc<ArenaInner>,
    slot: u32,
    /// How many of its memory's last bytes are the note.
    note: u8,
    begun: Begun,
    lifetime: Lifetime,
    /// Somebody may be waiting for it.
    key_given: AtomicBool,
    settled: bool,
}

// SAFETY: the memory behind `bytes` is this block's alone, and mapped as long as `pending` holds
// the arena.
unsafe impl Send for Block {}
// SAFETY: a shared block only gives shared slices.
unsafe impl Sync for Block {}

impl Block {
    pub(super) fn new(
        arena: Arc<ArenaInner>,
        slot: u32,
        begun: Begun,
        lifetime: Lifetime,
        note: &[u8],
    ) -> Result<Self> {
        Self::of(Pending::new(arena, slot, begun, lifetime), note)
    }

    /// The block of a pending object whose memory ends with room for the note.
    #[inline]
    fn of(mut pending: Pending, note: &[u8]) -> Result<Self> {
        let extent = pending.begun.extent;
        let bytes = pending.arena.map.bytes(extent)?;
        if !note.is_empty() {
            pending.note = note.len() as u8;
            // SAFETY: `bytes` checked the whole extent, of which the note is the end; nobody else
            // has this memory yet.
            unsafe {
                let end = bytes.add(extent.len as usize - note.len());
                end.as_ptr().copy_from_nonoverlapping(note.as_ptr(), note.len());
            }
        }
        Ok(Self { pending, bytes })
    }

    /// The object's key: it can be given away, and waited for, before the block is sealed.
    pub fn key(&self) -> ObjectKey {
        self.pending.key()
    }

    /// Where the bytes lie.
    pub fn extent(&self) -> Extent {
        let Pending { begun: Begun { extent, .. }, note, .. } = self.pending;
        Extent { len: extent.len - u64::from(note), ..extent }
    }

    /// What was noted about the object when its memory was taken.
    pub fn note(&self) -> &[u8] {
        let len = self.extent().len as usize;
        // SAFETY: `ArenaMap::bytes` checked the whole extent, of which the note is the end; it was
        // written when the block was made and is never changed.
        unsafe {
            let note = self.bytes.add(len).as_ptr();
            std::slice::from_raw_parts(note, self.pending.note.into())
        }
    }

    /// Copies `bytes` to the block's beginning, as fast as the machine does it: large ones past
    /// the caches. Those that do not fit are left out; says how many were copied.
    pub fn copy_from(&mut self, bytes: &[u8]) -> usize {
        let len = bytes.len().min(self.len());
        crate::copy::copy(&mut self[..len], &bytes[..len]);
        self.count_copied(len);
        len
    }

    /// Counts bytes that were copied to it.
    pub(crate) fn count_copied(&self, len: usize) {
        // An arena that was closed meanwhile counts no more.
        if let Ok(mut owner) = self.pending.arena.owner() {
            owner.count_bytes(0, len as u64);
        }
    }

    /// A view of the bytes, for this process alone: there is no object, and the memory is free again
    /// when the view is dropped. Whoever waits for the object is told that it is gone.
    pub fn into_view(mut self) -> View {
        self.pending.withdraw();
        View::copied(self.pending.peek_key(), self.extent(), self)
    }

    /// Makes the block longer by `more` bytes where it is, if the memory behind it is free; says
    /// whether it was. That is likely while nothing else is allocated. A block that does not fill its
    /// pages, one of at most 16 KiB, or one with a note is never extended.
    ///
    /// # Errors
    /// As [`Arena::alloc`](super::Arena::alloc).
    pub fn extend(&mut self, more: u64) -> Result<bool> {
        let Pending { slot, note, begun: Begun { extent, .. }, .. } = self.pending;
        if note > 0 {
            return Ok(false);
        }
        let Some(longer) = self.pending.arena.owner()?.extend(slot, extent, more)? else {
            return Ok(false);
        };
        self.bytes = self.pending.arena.map.bytes(longer)?;
        self.pending.begun.extent = longer;
        Ok(true)
    }

    /// Makes the block shorter, and gives back the memory that it needs no more. Does nothing to
    /// one that is no longer than `len`, or has a note.
    ///
    /// # Errors
    /// [`Error::Closed`] if the arena was closed meanwhile, [`Error::Forked`] in a child.
    pub fn truncate(&mut self, len: u64) -> Result<()> {
        let Pending { slot, note, begun: Begun { extent, .. }, .. } = self.pending;
        if note == 0 && len < extent.len {
            let shorter = Extent { len, ..extent };
            self.pending.arena.owner()?.shorten(slot, extent.len, shorter)?;
            self.pending.begun.extent = shorter;
        }
        Ok(())
    }

    /// Makes the bytes an object that will never change, and wakes who waits for it.
    ///
    /// # Errors
    /// [`Error::Closed`] if the arena was closed meanwhile, [`Error::Forked`] in a child;
    /// [`Error::Evicted`] if the object was [withdrawn](crate::Node::withdraw).
    pub fn seal(mut self) -> Result<Sealed> {
        let whole = self.pending.begun.extent;
        let key = self.pending.seal(whole)?;
        Ok(Sealed { key, extent: self.extent() })
    }

    /// Whether the object was [withdrawn](crate::Node::withdraw). The bytes are this block's all the
    /// same, and can still be [viewed](Block::into_view).
    pub fn is_withdrawn(&self) -> bool {
        self.pending.is_withdrawn()
    }

    /// Where its bytes are, followed by the note.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.bytes
    }

    /// Makes an object of so many bytes that lie where the block says, and not in it.
    pub(super) fn seal_exposed(mut self, len: u64) -> Result<ObjectKey> {
        let exposed = Extent { len, ..self.pending.begun.extent };
        self.pending.seal(exposed)
    }

    /// Fails the object: whoever waits for it, now or later, gets the message.
    ///
    /// # Errors
    /// As [`seal`](Block::seal).
    pub fn fail(mut self, message: &str) -> Result<()> {
        self.pending.fail(message)
    }
}

impl Promise {
    pub(super) fn new(arena: Arc<ArenaInner>, slot: u32, begun: Begun, life: Lifetime) -> Self {
        Self { pending: Pending::new(arena, slot, begun, life) }
    }

    /// The object's key.
    pub fn key(&self) -> ObjectKey {
        self.pending.key()
    }

    /// What shows that its producer goes on: from here on whoever waits for the object looks for it, and
    /// may [withdraw](crate::Node::withdraw) the object if it does not beat.
    pub fn pulse(&self) -> Pulse {
        let Pending { arena, slot, begun, .. } = &self.pending;
        Pulse::new(arena.map.clone(), *slot, begun.generation)
    }

    /// Takes memory for the promised object.
    ///
    /// # Errors
    /// As [`Arena::alloc`](super::Arena::alloc); the object has then failed.
    pub fn alloc(self, len: u64, align: u64) -> Result<Block> {
        self.alloc_with_note(len, align, &[])
    }

    /// Takes memory for the promised object, and notes something about it.
    ///
    /// # Errors
    /// As [`Arena::alloc_with_note`](super::Arena::alloc_with_note); the object has then failed.
    pub fn alloc_with_note(mut self, len: u64, align: u64, note: &[u8]) -> Result<Block> {
        self.try_alloc_with_note(len, align, note, Deadline::never()).inspect_err(|error| {
            // What closed the arena meanwhile has ended the object as well.
            let failed = format!("its producer could get no memory for it: {error}");
            let _ = self.pending.fail(&failed);
        })
    }

    /// [`alloc_with_note`](Promise::alloc_with_note), but if there is no memory the object goes on being
    /// pending: there may be some later.
    ///
    /// # Errors
    /// As [`Arena::alloc_with_note`](super::Arena::alloc_with_note); [`Error::Closed`] if the promise has
    /// got its memory, [`Error::Deadline`] if the system takes longer to give so much.
    pub fn try_alloc_with_note(
        &mut self,
        len: u64,
        align: u64,
        note: &[u8],
        deadline: Deadline,
    ) -> Result<Block> {
        let pending = &mut self.pending;
        if pending.settled {
            return Err(Error::Closed);
        }
        let note_len = note_len(note)?;
        let whole = len.saturating_add(note_len.into());
        pending.make_room(whole, align, deadline)?;
        let extent = pending.arena.owner()?.place_for(pending.slot, whole, align, note_len)?;
        let arena = pending.arena.clone();
        let begun = Begun { extent, ..pending.begun };
        pending.settled = true;
        let mut taken = Pending::new(arena, pending.slot, begun, pending.lifetime);
        taken.key_given = AtomicBool::new(true);
        Block::of(taken, note)
    }

    /// Fails the object: whoever waits for it, now or later, gets the message.
    ///
    /// # Errors
    /// [`Error::Closed`] if the arena was closed meanwhile, [`Error::Forked`] in a child.
    pub fn fail(mut self, message: &str) -> Result<()> {
        self.pending.fail(message)
    }
}

impl Pending {
    fn new(arena: Arc<ArenaInner>, slot: u32, begun: Begun, lifetime: Lifetime) -> Self {
        let key_given = AtomicBool::new(false);
        Self { arena, slot, note: 0, begun, lifetime, key_given, settled: false }
    }

    fn key(&self) -> ObjectKey {
        self.key_given.store(true, Ordering::Relaxed);
        self.peek_key()
    }

    fn peek_key(&self) -> ObjectKey {
        ObjectKey {
            arena: self.arena.map.id,
            slot: self.slot,
            generation: self.begun.generation,
            capability: self.begun.capability,
        }
    }

    /// Gets memory step by step where it takes long, so that a pulse beats on the way, and it ends in time.
    fn make_room(&self, len: u64, align: u64, deadline: Deadline) -> Result<()> {
        let slot = self.arena.map.slot(self.slot)?;
        let beats = slot.pulse() > 0;
        if len <= STEP || (!beats && deadline.remaining().is_none()) {
            return Ok(());
        }
        let arena = &self.arena;
        arena.owner()?.begin_gathering();
        let _gathering = Gathering(arena.clone());
        while !arena.owner()?.make_room(len, align, STEP)? {
            if beats {
                slot.beat();
            }
            if deadline.has_passed() {
                return Err(Error::Deadline);
            }
        }
        Ok(())
    }

    fn is_withdrawn(&self) -> bool {
        let slot = self.arena.map.slot(self.slot);
        slot.is_ok_and(|slot| slot.is_withdrawn(self.begun.generation))
    }

    /// Tells whoever waits for it that there will be no object.
    fn withdraw(&mut self) {
        let map = &self.arena.map;
        if *self.key_given.get_mut()
            && self.arena.node.record.is_ours()
            && let Ok(slot) = map.slot(self.slot)
        {
            // It may be settled already.
            let _ = slot.withdraw(self.begun.generation, || map.ring());
        }
    }

    /// Gives back the memory of an object that was withdrawn; `false` if it was not.
    fn let_go(&mut self) -> Result<bool> {
        let Begun { generation, .. } = self.begun;
        if !self.arena.map.slot(self.slot)?.let_go(generation) {
            return Ok(false);
        }
        self.settled = true;
        fail_point!("withdraw.let-go");
        self.arena.owner()?.retire(self.slot, generation);
        Ok(true)
    }

    fn seal(&mut self, extent: Extent) -> Result<ObjectKey> {
        self.arena.node.check()?;
        fail_point!("seal.begin");
        let map = &self.arena.map;
        map.slot(self.slot)?
            .seal(self.begun.generation, extent, self.lifetime.end, || map.ring())
            .map_err(|_| if self.is_withdrawn() { Error::Evicted } else { Error::Closed })?;
        self.settled = true;
        Ok(self.peek_key())
    }

    fn fail(&mut self, message: &str) -> Result<()> {
        if self.is_withdrawn() {
            return self.let_go().map(drop);
        }
        let mut owner = self.arena.owner()?;
        let extent = owner.place_message(self.slot, message);
        fail_point!("fail.placed");
        let map = &self.arena.map;
        let failed =
            map.slot(self.slot)?.fail_with_message(self.begun.generation, extent, || map.ring());
        drop(owner);
        match failed {
            Ok(()) => self.settled = true,
            // Withdrawn in this moment: there is nobody to tell.
            Err(_) if self.let_go()? => {}
            Err(_) => return Err(Error::Closed),
        }
        Ok(())
    }

    /// Ends an object that nobody will produce any more.
    fn abandon(&mut self) -> Result<()> {
        if *self.key_given.get_mut() {
            return self.fail("its producer dropped it before sealing it");
        }
        let mut owner = self.arena.owner()?;
        let map = &self.arena.map;
        map.slot(self.slot)?.abandon(self.begun.generation, || map.ring())?;
        owner.retire(self.slot, self.begun.generation);
        self.settled = true;
        Ok(())
    }
}

/// Memory that is taken in steps is taken so many bytes at a time: in some tens of milliseconds.
const STEP: u64 = 64 << 20;

impl Drop for Pending {
    fn drop(&mut self) {
        if self.settled || !self.arena.node.record.is_ours() {
            return;
        }
        match self.abandon() {
            // What closed the arena has ended the object as well.
            Ok(()) | Err(Error::Closed) => {}
            Err(error) => tracing::warn!(%error, "a block that was not sealed could not be freed"),
        }
    }
}

impl Deref for Block {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: `ArenaMap::bytes` checked that the extent lies in the mapping, whose pages are
        // reserved and initialised, and nobody else writes there until the object is reclaimed.
        unsafe { std::slice::from_raw_parts(self.bytes.as_ptr(), self.extent().len as usize) }
    }
}

impl DerefMut for Block {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and the block is borrowed mutably.
        unsafe { std::slice::from_raw_parts_mut(self.bytes.as_ptr(), self.extent().len as usize) }
    }
}
