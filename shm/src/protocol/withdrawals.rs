//! Withdrawals: how an object is taken from a producer that lives, and does not go on.
//!
//! ```text
//! producer                            anybody who has waited too long
//! --------                            -------------------------------
//! … fills its block …                 exchange: pending ▶ withdrawn, and wake who waits
//! exchange: pending ▶ sealed            it is as good as evicted: gone for all, and for good
//!   refused: it was withdrawn
//! … is done with its block …
//! exchange: withdrawn ▶ evicted
//! retire the slot
//! ```
//!
//! A producer that is stopped may go on at any moment, and write: so **a withdrawn object's memory is
//! its producer's**, until he, and he alone, makes *evicted* of *withdrawn*, or dies. Whether an object
//! is sealed or withdrawn, one exchange decides.

use std::sync::atomic::Ordering;

use super::bell::settle_as;
use super::{Rules, SlotWord, State, Word};

/// Withdraws a pending object; gives the word that it had, or the one that was found if it is pending
/// no more.
pub(crate) fn withdraw<R: Rules>(slot: &R::Word, generation: u64) -> Result<SlotWord, SlotWord> {
    settle_as::<R>(slot, generation, SlotWord::withdrawn(generation))
}

/// Makes a withdrawn object one whose memory can be reused; `false` if it is not withdrawn.
pub(crate) fn let_go<R: Rules>(slot: &R::Word, generation: u64) -> bool {
    let withdrawn = SlotWord::withdrawn(generation).bits();
    let evicted = SlotWord::new(generation, State::Evicted).bits();
    // Release: pairs with the Acquire of whoever finds the slot evicted and reuses the memory.
    slot.compare_exchange(withdrawn, evicted, Ordering::Release, Ordering::Relaxed).is_ok()
}
