//! Pins: hazard pointers across processes.

use std::sync::atomic::Ordering;

use super::{Rules, SlotWord, State, Word};

/// What a reader holds, in one word: an arena's tag and a slot. Zero is no pin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Pin(u64);

impl Pin {
    /// `tag` is never zero, so neither is a pin.
    pub(crate) const fn new(tag: u32, slot: u32) -> Self {
        Self((tag as u64) << 32 | slot as u64)
    }

    /// The mark of a claim, which stands in the same tables. An arena's tag is odd, a mark's is not.
    pub(crate) const fn claim(tag: u32, slot: u32) -> Self {
        Self::new(Self::claims_of(tag), slot)
    }

    /// What the marks of an arena's claims have for a tag.
    pub(crate) const fn claims_of(tag: u32) -> u32 {
        tag & !1
    }

    /// The slot, if the pin names one of the arena with this tag.
    pub(crate) const fn slot_of(bits: u64, tag: u32) -> Option<u32> {
        if (bits >> 32) as u32 == tag { Some(bits as u32) } else { None }
    }
}

/// Pins a slot in an entry of the reader's own table.
///
/// When it is refused, the entry is as it was before.
#[inline]
pub(crate) fn pin<R: Rules>(
    entry: &R::Word,
    pin: Pin,
    slot: &R::Word,
    expected: impl Fn(SlotWord) -> bool,
) -> Result<(), PinRefused> {
    // Acquire: pairs with the Release in `unpin`, by whichever thread used the entry last.
    if entry.compare_exchange(0, pin.0, Ordering::Acquire, Ordering::Relaxed).is_err() {
        return Err(PinRefused::EntryTaken);
    }
    crate::fail::fail_point!("pin.published");
    if R::READER_FENCE {
        R::fence_after_exchange();
    }
    // Acquire: pairs with the Release that sealed the slot, so its fields and bytes are there.
    let word = SlotWord::from_bits(slot.load(Ordering::Acquire));
    if expected(word) {
        crate::fail::fail_point!("pin.held");
        Ok(())
    } else {
        entry.store(0, Ordering::Release);
        Err(PinRefused::Changed)
    }
}

/// Why a pin was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PinRefused {
    /// The table's entry holds another pin: try another entry.
    EntryTaken,
    /// The slot is not what was expected: look at it again.
    Changed,
}

/// Lets go of a pin. What the caller reads next is read after that: a custodian that still saw the
/// pin has said before that it is looking.
#[inline]
pub(crate) fn unpin<R: Rules>(entry: &R::Word) {
    crate::fail::fail_point!("unpin.before");
    // Release: pairs with the Acquire in `scan`, so all reads of the bytes come before their reuse.
    entry.swap(0, Ordering::Release);
    R::fence_after_exchange();
    crate::fail::fail_point!("unpin.after");
}

/// Marks a slot of this generation and state evicted, and gives the word that it had; `Err` gives
/// the one that was found instead.
#[inline]
pub(crate) fn evict<R: Rules>(
    slot: &R::Word,
    generation: u64,
    from: State,
) -> Result<SlotWord, SlotWord> {
    let mut found = SlotWord::new(generation, from);
    let gone = SlotWord::new(generation, State::Evicted).bits();
    loop {
        // AcqRel: Release pairs with a pin's second look; Acquire with the seal, for the fields.
        match slot.compare_exchange(found.bits(), gone, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return Ok(found),
            Err(bits) => {
                let word = SlotWord::from_bits(bits);
                // Whatever bits stand beside the state.
                if word.generation() != generation || word.state() != Some(from) {
                    return Err(word);
                }
                found = word;
            }
        }
    }
}

/// The pin tables of all processes, as an evictor knows them.
pub(crate) trait Tables<R: Rules> {
    type Error;

    /// The word that grows with each new table.
    fn epoch(&self) -> &R::Word;
    /// Lists all tables there are. `epoch` was read before.
    fn refresh(&mut self, epoch: u64) -> Result<(), Self::Error>;
    /// The epoch of the last refresh.
    fn seen(&self) -> Option<u64>;
    /// Calls `found` with the value of each entry that may hold a pin.
    fn each_pin(&mut self, found: &mut dyn FnMut(u64)) -> Result<(), Self::Error>;
}

/// Reports every pin of every table, for slots that were marked before the call.
pub(crate) fn scan<R: Rules, T: Tables<R>>(
    tables: &mut T,
    found: &mut dyn FnMut(u64),
) -> Result<(), T::Error> {
    if R::EVICTOR_FENCE {
        R::fence();
    }
    let epoch = tables.epoch().load(Ordering::Acquire);
    if tables.seen().is_none() || (R::FRESH_TABLES && tables.seen() != Some(epoch)) {
        tables.refresh(epoch)?;
    }
    tables.each_pin(found)
}
