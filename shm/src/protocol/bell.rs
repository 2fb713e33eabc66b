//! The bell: how to wait for any of many objects without asking each again and again.
//!
//! ```text
//! waiter                              whoever settles an object
//! ------                              -------------------------
//! mark each object watched            exchange its word: was it watched?
//! ┌▶ read the bell                      then add one to the bell,
//! │  is one of them settled? ▶ done         and wake who sleeps on it
//! └─ sleep, unless the bell has changed
//! ```
//!
//! An object that is settled before it could be marked is seen at once, for the mark is refused.
//! After the mark, whoever settles it rings: either before the bell is read, and then the look that
//! follows sees it settled, or after, and then the sleep does not begin, or is ended.
//!
//! Who lets another thread wait in his place puts down what is awaited first, and marks it then:
//! the ring that comes of the mark finds it there.

use std::sync::atomic::Ordering;

use super::{Observed, Rules, SlotWord, State, Word};

/// Marks a pending object, or a claimed one: whoever settles it rings. `false` if it is settled.
pub(crate) fn watch<R: Rules>(slot: &R::Word, generation: u64) -> bool {
    // Acquire, here and below: who is told that it is settled reads what was settled.
    let mut seen = SlotWord::from_bits(slot.load(Ordering::Acquire));
    loop {
        if !seen.is_unsettled(generation) {
            return false;
        }
        let marked = seen.with_watched();
        if marked == seen {
            return true;
        }
        // Relaxed on success: the exchange that settles the object reads this one's value.
        match slot.compare_exchange(
            seen.bits(),
            marked.bits(),
            Ordering::Relaxed,
            Ordering::Acquire,
        ) {
            Ok(_) => return true,
            Err(bits) => seen = SlotWord::from_bits(bits),
        }
    }
}

/// Turns a pending object into what it became; gives the word that it had, or the one that was
/// found if it is pending no more.
#[inline]
pub(crate) fn settle<R: Rules>(
    slot: &R::Word,
    generation: u64,
    state: State,
) -> Result<SlotWord, SlotWord> {
    settle_as::<R>(slot, generation, SlotWord::new(generation, state))
}

/// The same, to a word of its own.
#[inline]
pub(super) fn settle_as<R: Rules>(
    slot: &R::Word,
    generation: u64,
    new: SlotWord,
) -> Result<SlotWord, SlotWord> {
    let new = new.bits();
    let mut found = SlotWord::new(generation, State::Pending);
    loop {
        // Release: pairs with the Acquire of a resolve; all fields and bytes come before.
        match slot.compare_exchange(found.bits(), new, Ordering::AcqRel, Ordering::Relaxed) {
            Ok(_) => return Ok(found),
            Err(bits) => found = SlotWord::from_bits(bits),
        }
        if found.observed(generation) != Observed::Is(State::Pending) {
            return Err(found);
        }
    }
}

/// Tells everyone who listens that something has changed. `wake` wakes who sleeps on the bell.
pub(crate) fn ring<R: Rules>(bell: &R::Word, wake: impl FnOnce()) {
    // Release: pairs with the Acquire in `listen`, so that what has changed is seen.
    bell.fetch_add(1, Ordering::Release);
    wake();
}

/// Looks, and then sleeps if `look` says so. `sleep` gets the bell's low half as it was before the
/// look, and must not sleep if it is another by then.
pub(crate) fn listen<R: Rules, T>(
    bell: &R::Word,
    look: impl FnOnce() -> Option<T>,
    sleep: impl FnOnce(u32, T),
) {
    // Acquire: pairs with the Release in `ring`.
    let read = || bell.load(Ordering::Acquire) as u32;
    let mut heard = read();
    let Some(how) = look() else { return };
    if !R::BELL_FIRST {
        heard = read();
    }
    sleep(heard, how);
}
