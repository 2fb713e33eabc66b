//! Resolving exposed memory: copying it out of the process that has it.
//!
//! ```text
//! pin ▶ the lender's witness, as a probe ▶ a block of one's own ▶ piece after piece
//!     ▶ its witness again: was it he? the slot again: is it sealed? ▶ View      else the bytes go
//! ```
//!
//! The copy lands in a block of an arena that this process makes for that at the first time: its
//! pages are warm from the second copy on, they count against the same limits as all of Wharf's
//! memory, and full is an error. The view has the block, and drops it with itself.
//!
//! Between two pieces the reader looks whether the object still stands, and whether its deadline
//! has passed, so that neither its caller nor the owner waits for longer than a piece takes.

use std::io;
use std::sync::atomic::{Ordering, fence};
use std::sync::{Arc, OnceLock};

use super::lender::Lender;
use super::resolve::{PinGuard, Taking, Terms, end};
use super::view::View;
use crate::arena::map::ArenaMap;
use crate::arena::{Arena, ArenaOptions};
use crate::deadline::Deadline;
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
        let options = ArenaOptions { name: NAME.into(), ..ArenaOptions::default() };
        let arena = Arena::create(&node, &options)?;
        // Another thread may have been first; then this one is closed again.
        Ok(self.0.get_or_init(|| arena))
    }
}

/// An object whose bytes lie in its owner's own memory.
pub(super) struct Lent<'a> {
    pub(super) node: &'a NodeInner,
    pub(super) arena: &'a Arc<ArenaMap>,
    pub(super) slot: &'a Slot,
    pub(super) key: &'a ObjectKey,
    pub(super) deadline: Deadline,
}

impl Lent<'_> {
    /// A view of a copy; `None` if the object changed meanwhile. The slot is pinned for as long as
    /// the owner's memory is read.
    #[cold]
    pub(super) fn copy_out<T: Taking>(
        self,
        pin: PinGuard<'_>,
        terms: &mut Terms<'_, T>,
    ) -> Result<Option<View>> {
        let _leaving = Leaving(&self);
        let _pin = pin; // let go of before the other
        if self.slot.has_expired() {
            end(self.node, self.arena, self.slot, self.key)?;
            return Err(Error::Evicted);
        }
        if self.slot.ends_once() && self.slot.is_claimed(self.key.generation) {
            return Ok(None);
        }
        let (exposure, note) = self.description()?;
        let lender = Lender::new(self.node, self.arena, exposure)?;
        // Before memory is taken for all of it.
        lender.check()?;
        let extent = self.slot.extent();
        let align = 1 << exposure.address.trailing_zeros().min(LARGEST_ALIGN);
        let arena = terms.landing.arena(self.node)?;
        let mut block = arena.alloc_with_note(extent.len, align, Lifetime::PROCESS, note)?;
        let all = self.fill(&lender, exposure.address, &mut block)?;
        block.count_copied(block.len());
        fail_point!("attach.copied");
        // Acquire: what was read is read before lender and slot are looked at again.
        fence(Ordering::Acquire);
        lender.check()?;
        // Whoever marks an object that ends once has it for himself.
        let still = match self.slot.ends_once() {
            true => terms.taking.take(self.node, self.arena, self.slot, self.key)?,
            false => self.stands(),
        };
        Ok((all && still).then(|| View::copied(*self.key, extent, block)))
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

    /// Copies all of it, or finds that the object stands no more.
    fn fill(&self, lender: &Lender<'_>, address: u64, to: &mut [u8]) -> Result<bool> {
        // Who asks not to wait gets it all the same, whatever its size.
        let no_end = self.deadline.has_passed();
        let mut done = 0;
        while done < to.len() {
            let end = to.len().min(done + PIECE);
            let at = address.saturating_add(done as u64);
            match attach::read(lender.pid(), at, &mut to[done..end]) {
                Ok(read) => done += read,
                Err(error) => return Err(self.why(error, lender, address, done as u64)),
            }
            fail_point!("attach.piece");
            if done < to.len() {
                if !self.stands() {
                    return Ok(false);
                }
                if !no_end && self.deadline.has_passed() {
                    return Err(Error::Deadline);
                }
            }
        }
        Ok(true)
    }

    fn stands(&self) -> bool {
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
struct Leaving<'a>(&'a Lent<'a>);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        fail_point!("attach.unpinned");
        if !self.0.stands() {
            self.0.arena.ring();
        }
    }
}

/// How much is copied between two looks: some ten milliseconds' worth.
const PIECE: usize = 64 << 20;
/// What is aligned in the owner is in the copy, up to a page.
const LARGEST_ALIGN: u32 = 12;
const NAME: &str = "copies of exposed memory";
