//! A slot's state and generation in one word.

/// What a slot is at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// It has a ticket, and no bytes yet.
    Pending,
    /// Its bytes are there and will not change.
    Sealed,
    /// Its producer failed it, or died before sealing it.
    Failed,
    /// It is gone for new resolves; its memory may still be viewed.
    Evicted,
}

/// State, generation, and who waits:
/// `generation << 8 | waiters << 7 | watched << 6 | claimed << 5 | state`.
///
/// The low half, which holds the state, all three bits and the generation's low bits, is the futex that
/// *waiters* sleep on. Those who wait for any of many objects have marked each *watched*, and sleep
/// on the node's bell. Both bits stand beside *pending*, and beside a *sealed* that is *claimed*, which
/// is as good as pending for all but its claimant. An *evicted* that is *withdrawn* has the bit of a claimed
/// one: it was pending, and its memory is still its producer's. 56 bits of generation last 1,000 years at two million a second.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SlotWord(u64);

const FREE: u64 = 0;
const PENDING: u64 = 1;
const SEALED: u64 = 2;
const FAILED: u64 = 3;
const EVICTED: u64 = 4;
const CLAIMED: u64 = 0x20 | SEALED;
const WITHDRAWN: u64 = 0x20 | EVICTED;
const STATE_MASK: u64 = 0x3f;
const WATCHED: u64 = 0x40;
const WAITERS: u64 = 0x80;

/// The last generation: a slot that reached it is not used again.
pub(crate) const LAST_GENERATION: u64 = (1 << 56) - 1;

/// What a slot's word says to somebody who asks for one generation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Observed {
    /// The slot is of another generation, or free, or holds no state that exists.
    Gone,
    /// It is of the generation asked for.
    Is(State),
}

impl SlotWord {
    pub(crate) const fn new(generation: u64, state: State) -> Self {
        let state = match state {
            State::Pending => PENDING,
            State::Sealed => SEALED,
            State::Failed => FAILED,
            State::Evicted => EVICTED,
        };
        Self(generation << 8 | state)
    }

    /// A slot that is not in use, after having been in use up to this generation.
    pub(crate) const fn free(generation: u64) -> Self {
        Self(generation << 8 | FREE)
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) const fn generation(self) -> u64 {
        self.0 >> 8
    }

    /// The state, or `None` for a slot that is free or damaged.
    pub(crate) const fn state(self) -> Option<State> {
        match self.0 & STATE_MASK {
            PENDING => Some(State::Pending),
            SEALED | CLAIMED => Some(State::Sealed),
            FAILED => Some(State::Failed),
            EVICTED | WITHDRAWN => Some(State::Evicted),
            _ => None,
        }
    }

    pub(crate) const fn observed(self, generation: u64) -> Observed {
        match self.state() {
            Some(state) if self.generation() == generation => Observed::Is(state),
            _ => Observed::Gone,
        }
    }

    /// Whether both are of one generation and state, whoever waits or has claimed it.
    pub(crate) const fn is_like(self, other: Self) -> bool {
        (self.0 ^ other.0) & !(WAITERS | WATCHED | (CLAIMED ^ SEALED)) == 0
    }

    /// Whether a sealed object is claimed.
    pub(crate) const fn is_claimed(self) -> bool {
        self.0 & STATE_MASK == CLAIMED
    }

    /// A sealed object that somebody has claimed.
    pub(crate) const fn claimed(generation: u64) -> Self {
        Self(generation << 8 | CLAIMED)
    }

    /// An object that was evicted while it was pending, and whose memory its producer still has.
    pub(crate) const fn withdrawn(generation: u64) -> Self {
        Self(generation << 8 | WITHDRAWN)
    }

    /// Whether it is such a one.
    pub(crate) const fn is_withdrawn(self) -> bool {
        self.0 & STATE_MASK == WITHDRAWN
    }

    /// Whether an object of this generation is to be waited for: it is pending, or claimed.
    pub(crate) const fn is_unsettled(self, generation: u64) -> bool {
        let state = self.state();
        self.generation() == generation
            && (matches!(state, Some(State::Pending)) || self.is_claimed())
    }

    pub(crate) const fn has_waiters(self) -> bool {
        self.0 & WAITERS != 0
    }

    pub(crate) const fn with_waiters(self) -> Self {
        Self(self.0 | WAITERS)
    }

    pub(crate) const fn is_watched(self) -> bool {
        self.0 & WATCHED != 0
    }

    pub(crate) const fn with_watched(self) -> Self {
        Self(self.0 | WATCHED)
    }

    /// Whether anybody waits, in either way.
    pub(crate) const fn is_awaited(self) -> bool {
        self.0 & (WAITERS | WATCHED) != 0
    }

    /// The half that a waiter hands to the kernel.
    pub(crate) const fn futex_value(self) -> u32 {
        self.0 as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_laid_out_as_written() {
        assert_eq!(SlotWord::new(1, State::Pending).bits(), 0x101);
        assert_eq!(SlotWord::new(1, State::Sealed).bits(), 0x102);
        assert_eq!(SlotWord::new(1, State::Failed).bits(), 0x103);
        assert_eq!(SlotWord::new(1, State::Evicted).with_waiters().bits(), 0x184);
        assert_eq!(SlotWord::new(1, State::Pending).with_waiters().with_watched().bits(), 0x1c1);
        assert_eq!(SlotWord::claimed(1).bits(), 0x122);
        assert_eq!(SlotWord::withdrawn(1).bits(), 0x124);
        assert_eq!(SlotWord::free(LAST_GENERATION).bits(), 0xffff_ffff_ffff_ff00);
    }

    #[test]
    fn another_generation_is_gone() {
        let word = SlotWord::new(7, State::Sealed);
        assert_eq!(word.observed(7), Observed::Is(State::Sealed));
        assert_eq!(word.observed(6), Observed::Gone);
        assert_eq!(SlotWord::free(7).observed(7), Observed::Gone);
        assert_eq!(SlotWord::from_bits(0x3f | 7 << 8).observed(7), Observed::Gone);
    }

    #[test]
    fn what_is_claimed_is_sealed_and_waited_for() {
        let word = SlotWord::new(7, State::Sealed);
        assert!(!word.is_unsettled(7) && SlotWord::new(7, State::Pending).is_unsettled(7));
        let claimed = SlotWord::claimed(7).with_waiters();
        assert!(claimed.is_like(word) && !claimed.is_like(SlotWord::new(8, State::Sealed)));
        assert!(!claimed.is_like(SlotWord::new(7, State::Pending)));
        assert!(claimed.is_claimed() && claimed.is_unsettled(7) && !claimed.is_unsettled(6));
        assert_eq!(claimed.observed(7), Observed::Is(State::Sealed));
        assert!(!word.is_claimed() && SlotWord::claimed(7).observed(6) == Observed::Gone);
    }

    #[test]
    fn what_is_withdrawn_is_evicted() {
        let word = SlotWord::withdrawn(7);
        assert_eq!(word.observed(7), Observed::Is(State::Evicted));
        assert!(word.is_withdrawn() && !word.is_claimed() && !word.is_unsettled(7));
        assert!(word.is_like(SlotWord::new(7, State::Evicted)));
        assert!(!SlotWord::new(7, State::Evicted).is_withdrawn());
    }
}
