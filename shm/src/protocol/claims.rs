//! Claims: how an object that ends once is handed to somebody far away, who may not arrive.
//!
//! ```text
//! claimant                            anybody who finds the object claimed
//! --------                            ------------------------------------
//! publish a mark in its own table     scan all tables for the mark
//! exchange: sealed ▶ claimed            none of a living process ▶ exchange: claimed ▶ sealed
//! … hand it over …
//! exchange: ▶ evicted, or ▶ sealed
//! take the mark away
//! ```
//!
//! The mark stands before the word says *claimed*, and until it does not any more: who reads *claimed*
//! and then finds no mark knows that the claimant is dead. Between his scan and his exchange the
//! object may have been freed and claimed anew by another; then he frees it of a claim that is good.
//! That is rare, and all that comes of it is that two hand the same object over: **whose it is, the
//! exchange to *evicted* decides alone**, which only one can win, claimed or not.

use std::sync::atomic::Ordering;

use super::{Observed, Rules, SlotWord, State, Word};

/// Claims a sealed object for somebody whose mark is published; `false` if it cannot be had.
pub(crate) fn claim<R: Rules>(slot: &R::Word, generation: u64) -> bool {
    // AcqRel: Release pairs with whoever sees the claim, for the mark; Acquire with the seal.
    exchange::<R>(slot, generation, false, SlotWord::claimed(generation)).is_ok()
}

/// Lets others have a claimed object; gives the word that it had, or the one that was found if it
/// is not claimed.
pub(crate) fn unclaim<R: Rules>(slot: &R::Word, generation: u64) -> Result<SlotWord, SlotWord> {
    exchange::<R>(slot, generation, true, SlotWord::new(generation, State::Sealed))
}

/// Marks a sealed object evicted that nobody has claimed.
#[inline]
pub(crate) fn take<R: Rules>(slot: &R::Word, generation: u64) -> Result<SlotWord, SlotWord> {
    exchange::<R>(slot, generation, false, SlotWord::new(generation, State::Evicted))
}

/// Exchanges the word of a sealed object that is claimed, or not, whatever other bits it has.
#[inline]
fn exchange<R: Rules>(
    slot: &R::Word,
    generation: u64,
    claimed: bool,
    new: SlotWord,
) -> Result<SlotWord, SlotWord> {
    let mut found = match claimed {
        true => SlotWord::claimed(generation),
        false => SlotWord::new(generation, State::Sealed),
    };
    loop {
        // AcqRel: as in `evict`.
        match slot.compare_exchange(found.bits(), new.bits(), Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return Ok(found),
            Err(bits) => found = SlotWord::from_bits(bits),
        }
        let is_sealed = found.observed(generation) == Observed::Is(State::Sealed);
        if !is_sealed || found.is_claimed() != claimed {
            return Err(found);
        }
    }
}
