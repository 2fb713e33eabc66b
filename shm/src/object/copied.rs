//! Resolving exposed memory: copying it out of the process that has it.
//!
//! ```text
//! a step:  pin ▶ the lender's witness, as a probe ▶ some memory, or a piece of the copy
//!              ▶ its witness again: was it he? the slot again: is it sealed? ▶ unpin
//! the last one is whole ▶ View                                      one that failed: the bytes go
//! ```
//!
//! The copy lands in a block of an arena that this process makes for that at the first time: its
//! pages are warm from the second copy on, up to [`WARM`] bytes of them, they count against the same
//! limits as all of Wharf's memory, and full is an error. The view has the block, and drops it with
//! itself.
//!
//! A step takes milliseconds, whether it takes memory or copies. Between two the reader looks whether
//! its deadline has passed, or does something else; so neither its caller nor the owner waits for
//! longer than a step takes. That the object is sealed when it is pinned again says that it was all
//! the time, and so that its bytes are the same.

use std::fmt;
use std::io;
use std::sync::atomic::{Ordering, fence};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::lender::Lender;
use super::resolve::{Ending, Taking, end, pin};
use super::view::View;
use crate::arena::map::ArenaMap;
use crate::arena::{Arena, ArenaOptions, Block, Gathering};
use crate::deadline::{Deadline, Wait};
use crate::error::{Error, Result};
use crate::fail::fail_point;
use crate::ids::ObjectKey;
use crate::layout::{Exposure, Slot};
use crate::lifetime::Lifetime;
use crate::node::NodeInner;
use crate::protocol::{Observed, State};
use crate::sys::attach;

/// Where a process copies to: an arena of its own, made when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Landing(OnceLock<Arena>);

impl Landing {
    fn arena(&self, node: &NodeInner) -> Result<&Arena> {
        if let Some(arena) = self.0.get() {
            return Ok(arena);
        }
        let node = node.this.upgrade().ok_or(Error::Closed)?;
        let options =
            ArenaOptions { name: NAME.into(), warm: Some(WARM), ..ArenaOptions::default() };
        let arena = Arena::create(&node, &options)?;
        // Another thread may have been first; then this one is closed again.
        Ok(self.0.get_or_init(|| arena))
    }
}

/// A resolve of exposed memory under way: a copy of it, made piece by piece.
///
/// Nothing is pinned between two [steps](Copying::step), so that whoever exposed the memory waits for
/// one at the most. Dropped, it gives back what it took.
pub struct Copying {
    node: Arc<NodeInner>,
    landing: Arc<Landing>,
    arena: Arc<ArenaMap>,
    key: ObjectKey,
    waited: bool,
    /// While memory for it is taken.
    gathering: Option<Gathering>,
    /// Once there is memory for all of it.
    block: Option<Block>,
    /// How much of it is copied.
    done: usize,
}

impl Copying {
    /// `waited` says whether the object was pending when it was asked for.
    #[cold]
    pub(super) fn new(
        node: &NodeInner,
        landing: &Arc<Landing>,
        arena: Arc<ArenaMap>,
        key: ObjectKey,
        waited: bool,
    ) -> Result<Self> {
        let node = node.this.upgrade().ok_or(Error::Closed)?;
        let landing = landing.clone();
        Ok(Self { node, landing, arena, key, waited, gathering: None, block: None, done: 0 })
    }

    /// Takes some of the memory for the copy, or copies a piece of 16 MiB; a view once that was the
    /// last.
    ///
    /// # Errors
    /// As [`Node::resolve`](crate::Node::resolve) of exposed memory. Then, and after the view, there
    /// is no next step.
    pub fn step(&mut self) -> Result<Option<View>> {
        self.step_by(&mut Ending)
    }

    /// One step, of which the last takes an object that ends once.
    fn step_by(&mut self, taking: &mut impl Taking) -> Result<Option<View>> {
        let was_whole = self.is_whole();
        if was_whole {
            // Somebody has claimed it: perhaps it is there again, with the same bytes.
            let (slot, by) = (self.arena.slot(self.key.slot)?, Deadline::after(STEP));
            match self.node.wait_for(&self.arena, slot, &self.key, by, Wait::Block) {
                Err(Error::Deadline | Error::Claimed) => return Ok(None),
                outcome => outcome?,
            }
        }
        self.node.check()?;
        let (node, arena, key) = (&*self.node, &self.arena, &self.key);
        let slot = arena.slot(key.slot)?;
        let lent = Lent { node, arena, slot, key };
        let _leaving = Leaving(&lent);
        // Let go of before the other.
        let Some(_pin) = pin(arena, slot, key, State::Sealed)? else { return Err(Error::Evicted) };
        let (exposure, note) = lent.description()?;
        let lender = Lender::new(node, arena, exposure)?;
        // Before memory is taken for it.
        lender.check()?;
        if self.block.is_none() {
            let landing = self.landing.arena(node)?;
            self.block = lent.take_memory(landing, exposure, note)?;
            self.gathering = match self.gathering.take() {
                _ if self.block.is_some() => None,
                None => Some(landing.gather()?),
                gathering => gathering,
            };
        }
        let Some(block) = &mut self.block else { return Ok(None) };
        self.done += lent.copy_piece(&lender, exposure.address, block, self.done)?;
        let is_whole = self.done == block.len();
        if is_whole && !was_whole {
            block.count_copied(block.len());
            fail_point!("attach.copied");
        }
        // Acquire: what was read is read before lender and slot are looked at again.
        fence(Ordering::Acquire);
        lender.check()?;
        // Whoever marks an object that ends once has it for himself.
        let still = match is_whole && slot.ends_once() {
            true => taking.take(node, arena, slot, key)?,
            false => lent.stands(),
        };
        if !still {
            let is_claimed = is_whole && slot.is_claimed(key.generation);
            return if is_claimed { Ok(None) } else { Err(Error::Evicted) };
        }
        Ok(self.block.take_if(|_| is_whole).map(|block| {
            node.tallies.copied(block.len() as u64, self.waited);
            View::copied(*key, slot.extent(), block)
        }))
    }

    /// Whether all is copied, and only the object is not to be had yet.
    fn is_whole(&self) -> bool {
        self.block.as_ref().is_some_and(|block| block.len() == self.done)
    }

    /// All steps, by a deadline; whoever asks not to wait gets all of it too, whatever its size.
    pub(super) fn finish(mut self, deadline: Deadline, taking: &mut impl Taking) -> Result<View> {
        loop {
            if (deadline != Deadline::NOW || self.is_whole()) && deadline.has_passed() {
                // All that a whole copy waits for is what becomes of another's claim.
                return Err(if self.is_whole() { Error::Claimed } else { Error::Deadline });
            }
            if let Some(view) = self.step_by(taking)? {
                return Ok(view);
            }
        }
    }
}

impl fmt::Debug for Copying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Copying").field("key", &self.key).field("done", &self.done).finish()
    }
}

/// An object whose bytes lie in its owner's own memory. It is pinned while that is read.
pub(super) struct Lent<'a> {
    pub(super) node: &'a NodeInner,
    pub(super) arena: &'a Arc<ArenaMap>,
    pub(super) slot: &'a Slot,
    pub(super) key: &'a ObjectKey,
}

impl Lent<'_> {
    /// A block for the whole copy; `None` if memory for a part of it was taken.
    fn take_memory(&self, arena: &Arena, exposure: Exposure, note: &[u8]) -> Result<Option<Block>> {
        if self.slot.has_expired() {
            end(self.node, self.arena, self.slot, self.key)?;
            return Err(Error::Evicted);
        }
        let align = 1 << exposure.address.trailing_zeros().min(LARGEST_ALIGN);
        let len = self.slot.extent().len;
        arena.alloc_by_steps(len, align, Lifetime::PROCESS, note).map_err(|error| {
            let (wanted, taken, capacity) = match error {
                Error::Full { wanted, in_use, capacity } => (wanted, in_use, capacity),
                Error::TooLarge { len, capacity } => (len, 0, capacity),
                error => return error,
            };
            // Nobody chose that capacity: it is the filesystem's.
            let path = self.node.directory.path().display();
            let bound = format!(
                "the copy of exposed memory lands on the filesystem of {path}, which has {capacity} \
                 bytes in all, and {taken} are taken by copies that this process views"
            );
            Error::OutOfMemory { wanted, bound }
        })
    }

    /// Where the memory is, and the note beside that.
    pub(super) fn description(&self) -> Result<(Exposure, &[u8])> {
        let taken = self.slot.taken();
        let at = self.arena.bytes(taken)?;
        // SAFETY: `bytes` checked the range; the owner does not change it while the slot is pinned,
        // which it is for as long as this is borrowed.
        let bytes = unsafe { std::slice::from_raw_parts(at.as_ptr(), taken.len as usize) };
        match bytes.split_first_chunk() {
            Some((exposure, note)) => Ok((Exposure::from_bytes(exposure), note)),
            None => Err(self.arena.corrupt("exposed memory is not described")),
        }
    }

    /// Copies the piece that begins at `done`; says how much that was.
    fn copy_piece(
        &self,
        lender: &Lender<'_>,
        address: u64,
        to: &mut [u8],
        done: usize,
    ) -> Result<usize> {
        let end = to.len().min(done + PIECE);
        self.copy(lender, address, done as u64, &mut to[done..end])?;
        fail_point!("attach.piece");
        Ok(end - done)
    }

    /// Fills `to` with the bytes at `at` of the memory at `address`.
    pub(super) fn copy(
        &self,
        lender: &Lender<'_>,
        address: u64,
        at: u64,
        mut to: &mut [u8],
    ) -> Result<()> {
        let mut at = at;
        while !to.is_empty() {
            match attach::read(lender.pid(), address.saturating_add(at), to) {
                Ok(read) => {
                    at += read as u64;
                    to = &mut to[read..];
                }
                Err(error) => return Err(self.why(error, lender, address, at)),
            }
        }
        Ok(())
    }

    pub(super) fn stands(&self) -> bool {
        self.slot.word().observed(self.key.generation) == Observed::Is(State::Sealed)
    }

    /// The error for a byte that could not be read.
    #[cold]
    fn why(&self, error: io::Error, lender: &Lender<'_>, address: u64, at: u64) -> Error {
        if let Err(another) = lender.check() {
            return another;
        }
        if !self.stands() {
            return Error::Evicted;
        }
        let (pid, len) = (lender.pid(), self.slot.extent().len);
        let error = match error.raw_os_error() {
            Some(libc::EFAULT) => Error::Unreadable { pid, address, len, at },
            _ => Error::attach(pid, error),
        };
        tracing::debug!(%error, arena = %self.arena.id, "could not read exposed memory");
        error
    }
}

/// Tells an owner who waits that a reader is done. Comes after the pin is let go of: then either
/// the owner's scan missed the pin, or the reader sees the owner's mark.
pub(super) struct Leaving<'a>(pub(super) &'a Lent<'a>);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        fail_point!("attach.unpinned");
        if !self.0.stands() {
            self.0.arena.ring();
        }
    }
}

/// How long a step waits at the most for what somebody has claimed.
const STEP: Duration = Duration::from_millis(5);
/// How much is copied between two looks: some milliseconds' worth.
const PIECE: usize = 16 << 20;
/// How much memory is kept for the next copies.
const WARM: u64 = 128 << 20;
/// What is aligned in the owner is in the copy, up to a page.
const LARGEST_ALIGN: u32 = 12;
const NAME: &str = "copies of exposed memory";
