//! The rules by which processes share memory, free of any memory.
//!
//! Everything here is generic over its atomics, so that the very code that runs between processes
//! also runs under loom, which tries all interleavings (`model.rs`), sound and weakened.
//!
//! ```text
//! reader                              evictor
//! ------                              -------
//! publish the pin in its own table    mark the slot evicted
//! SeqCst fence                        SeqCst fence
//! look at the slot again              read the epoch; list the tables anew if it changed
//! still sealed, same generation?      scan all tables for the pin
//!   then the bytes stay                 found none: the bytes may be reused
//! ```
//!
//! Whichever fence comes first in the single order of all such fences, at least one side sees the
//! other: the reader the mark, or the evictor the pin. A process makes its table visible and adds
//! to the epoch before its first pin, so the same argument covers tables never seen before.
//! Nothing is counted, so a process killed at any instruction leaves nothing to be put right.

mod bell;
mod claims;
mod pins;
mod slot_word;
mod withdrawals;

#[cfg(test)]
mod model;

pub(crate) use bell::{listen, ring, settle, watch};
pub(crate) use claims::{claim, take, unclaim};
pub(crate) use pins::{Pin, PinRefused, Tables, evict, pin, scan, unpin};
pub use slot_word::State;
pub(crate) use slot_word::{LAST_GENERATION, Observed, SlotWord};
pub(crate) use withdrawals::{let_go, withdraw};

use std::sync::atomic::{AtomicU64, Ordering, compiler_fence, fence};

/// A shared 64-bit word.
pub(crate) trait Word {
    fn load(&self, order: Ordering) -> u64;
    fn store(&self, value: u64, order: Ordering);
    fn swap(&self, value: u64, order: Ordering) -> u64;
    fn fetch_add(&self, value: u64, order: Ordering) -> u64;
    fn compare_exchange(
        &self,
        current: u64,
        new: u64,
        success: Ordering,
        failure: Ordering,
    ) -> Result<u64, u64>;
}

impl Word for AtomicU64 {
    #[inline]
    fn load(&self, order: Ordering) -> u64 {
        self.load(order)
    }

    #[inline]
    fn store(&self, value: u64, order: Ordering) {
        self.store(value, order);
    }

    #[inline]
    fn swap(&self, value: u64, order: Ordering) -> u64 {
        self.swap(value, order)
    }

    #[inline]
    fn fetch_add(&self, value: u64, order: Ordering) -> u64 {
        self.fetch_add(value, order)
    }

    #[inline]
    fn compare_exchange(
        &self,
        current: u64,
        new: u64,
        success: Ordering,
        failure: Ordering,
    ) -> Result<u64, u64> {
        self.compare_exchange(current, new, success, failure)
    }
}

/// Which atomics the rules run on, and which of the rules are kept: all, outside of tests.
pub(crate) trait Rules {
    type Word: Word;

    /// A fence between publishing a pin and looking at the slot again.
    const READER_FENCE: bool = true;
    /// A fence between marking a slot and scanning the pins.
    const EVICTOR_FENCE: bool = true;
    /// The list of tables is made anew when the epoch has changed.
    const FRESH_TABLES: bool = true;
    /// The bell is read before the objects are looked at.
    const BELL_FIRST: bool = true;

    /// The reader's fence, which follows an exchange of its own.
    fn fence_after_exchange();
    /// The evictor's fence.
    fn fence();
}

/// The rules as they run between processes.
pub(crate) struct Native;

impl Rules for Native {
    type Word = AtomicU64;

    #[inline]
    fn fence_after_exchange() {
        // On x86 the exchange is a locked instruction, which no load may pass (Intel SDM 3A,
        // 8.2.3.9): only the compiler has to be held back.
        if cfg!(target_arch = "x86_64") {
            compiler_fence(Ordering::SeqCst);
        } else {
            fence(Ordering::SeqCst);
        }
    }

    #[inline]
    fn fence() {
        fence(Ordering::SeqCst);
    }
}
