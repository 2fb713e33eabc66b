//! A slot's fields, and what may be done to it by whom.
//!
//! The owner fills a slot and publishes it by its word; from then on the fields stand still until
//! the slot is evicted, nobody pins it, and the owner uses it anew.

use std::sync::atomic::{AtomicU64, Ordering, fence};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::fail::fail_point;
use crate::ids::{Capability, Extent};
use crate::layout::{Exposure, Slot};
use crate::lifetime::{End, Lifetime, Scope};
use crate::protocol::{self, Native, Observed, SlotWord, State};
use crate::sys::{clock, futex};

/// The longest message kept of a failed object.
pub(crate) const MESSAGE_MAX: usize = 4096;

/// Why an object has no bytes and never will.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The producer left a message where the bytes would be.
    Message,
    /// The producer died.
    OwnerDied,
    /// The producer closed its arena. The block may still be in its hands.
    OwnerClosed,
}

const NODE_SCOPE: u32 = 1;
const ENDS_ONCE: u32 = 1 << 1;
const ENDS_BY_LEASE: u32 = 2 << 1;
const END_MASK: u32 = 3 << 1;
const EXPOSED: u32 = 1 << 3;
const OWNER_DIED: u32 = 1 << 4;
const OWNER_CLOSED: u32 = 2 << 4;
const FAILURE_MASK: u32 = 3 << 4;
const NOTE_SHIFT: u32 = 8;
const NOTE_MASK: u32 = 0xff << NOTE_SHIFT;

impl Slot {
    /// Makes a pending object of a slot that nobody uses, and whose extent and birth were set.
    pub(crate) fn begin(
        &self,
        tag: u32,
        generation: u64,
        capability: Capability,
        life: Lifetime,
        note: u8,
    ) {
        let [low, high] = capability.words();
        self.capability[0].store(low, Ordering::Relaxed);
        self.capability[1].store(high, Ordering::Relaxed);
        self.tag.store(tag, Ordering::Relaxed);
        self.kind.store(kind_of(life) | u32::from(note) << NOTE_SHIFT, Ordering::Relaxed);
        self.expiry.store(0, Ordering::Relaxed);
        // Release: pairs with the Acquire loads of whoever resolves the object.
        self.word.store(SlotWord::new(generation, State::Pending).bits(), Ordering::Release);
    }

    /// Publishes a pending object as sealed, and wakes who waits for it, by `ring` if it is watched.
    #[inline]
    pub(crate) fn seal(
        &self,
        generation: u64,
        extent: Extent,
        end: End,
        ring: impl FnOnce(),
    ) -> Result<()> {
        self.set_extent(extent);
        if let End::Lease(time) = end {
            self.expiry.store(expiry_after(time), Ordering::Relaxed);
        }
        store_fence();
        fail_point!("seal.before-word");
        self.settle(generation, State::Sealed, ring)
    }

    /// Publishes a pending object as failed, with a message where its bytes would be.
    pub(crate) fn fail_with_message(
        &self,
        generation: u64,
        message: Extent,
        ring: impl FnOnce(),
    ) -> Result<()> {
        self.set_extent(message);
        self.fail(generation, Failure::Message, ring)
    }

    /// Publishes a pending object as failed, and wakes who waits for it. Where its block is, stays
    /// as it is: its producer may be sealing it at this moment.
    pub(crate) fn fail(
        &self,
        generation: u64,
        failure: Failure,
        ring: impl FnOnce(),
    ) -> Result<()> {
        let why = match failure {
            Failure::Message => 0,
            Failure::OwnerDied => OWNER_DIED,
            Failure::OwnerClosed => OWNER_CLOSED,
        };
        let kind = self.kind.load(Ordering::Relaxed);
        self.kind.store(kind & !FAILURE_MASK | why, Ordering::Relaxed);
        store_fence();
        self.settle(generation, State::Failed, ring)
    }

    /// Takes a pending object from its producer, and tells who waits for it that it is gone.
    pub(crate) fn withdraw(&self, generation: u64, ring: impl FnOnce()) -> Result<()> {
        let found =
            protocol::withdraw::<Native>(&self.word, generation).map_err(|_| Error::Evicted)?;
        fail_point!("withdraw.marked");
        if found.is_awaited() {
            self.wake(found, ring);
        }
        Ok(())
    }

    /// Its producer is done with a withdrawn object's memory; `false` if it is not withdrawn.
    pub(crate) fn let_go(&self, generation: u64) -> bool {
        protocol::let_go::<Native>(&self.word, generation)
    }

    /// Whether the object was withdrawn, and its memory is still its producer's.
    pub(crate) fn is_withdrawn(&self, generation: u64) -> bool {
        let word = self.word();
        word.generation() == generation && word.is_withdrawn()
    }

    /// Ends a pending object that nobody has heard of.
    pub(crate) fn abandon(&self, generation: u64, ring: impl FnOnce()) -> Result<()> {
        self.settle(generation, State::Evicted, ring)
    }

    /// From pending to what it became. Not if it is pending no more.
    #[inline]
    fn settle(&self, generation: u64, state: State, ring: impl FnOnce()) -> Result<()> {
        let found = protocol::settle::<Native>(&self.word, generation, state)
            .map_err(|_| Error::Evicted)?;
        fail_point!("seal.before-wake");
        if found.is_awaited() {
            self.wake(found, ring);
        }
        Ok(())
    }

    #[cold]
    fn wake(&self, found: SlotWord, ring: impl FnOnce()) {
        if found.has_waiters() {
            futex::wake_all(&self.word);
        }
        if found.is_watched() {
            ring();
        }
    }

    #[inline]
    pub(crate) fn word(&self) -> SlotWord {
        // Acquire: pairs with the Release that published what the word says.
        SlotWord::from_bits(self.word.load(Ordering::Acquire))
    }

    #[inline]
    pub(crate) fn is_opened_by(&self, capability: &Capability) -> bool {
        let [low, high] = capability.words();
        let wrong = (self.capability[0].load(Ordering::Relaxed) ^ low)
            | (self.capability[1].load(Ordering::Relaxed) ^ high);
        wrong == 0
    }

    #[inline]
    pub(crate) fn extent(&self) -> Extent {
        Extent {
            segment: self.segment.load(Ordering::Relaxed),
            offset: self.offset.load(Ordering::Relaxed),
            len: self.len.load(Ordering::Relaxed),
        }
    }

    /// Says where the block of an object is that is not sealed yet.
    #[inline]
    pub(crate) fn set_extent(&self, extent: Extent) {
        self.segment.store(extent.segment, Ordering::Relaxed);
        self.offset.store(extent.offset, Ordering::Relaxed);
        self.len.store(extent.len, Ordering::Relaxed);
    }

    /// How many of the extent's last bytes are a note about the object, and not the object's.
    #[inline]
    pub(crate) fn note(&self) -> u8 {
        (self.kind.load(Ordering::Relaxed) >> NOTE_SHIFT) as u8
    }

    /// Says so of an object that was begun without memory. Its owner's alone to do, while it is
    /// pending.
    pub(crate) fn set_note(&self, note: u8) {
        let kind = self.kind.load(Ordering::Relaxed) & !NOTE_MASK;
        self.kind.store(kind | u32::from(note) << NOTE_SHIFT, Ordering::Relaxed);
    }

    /// Says of an object that was begun with memory for an [`Exposure`] that its bytes are memory of
    /// its owner's. Its owner's alone to do, while nobody has heard of it.
    pub(crate) fn set_exposed(&self) {
        let kind = self.kind.load(Ordering::Relaxed);
        self.kind.store(kind | EXPOSED, Ordering::Relaxed);
    }

    /// Whether the object's bytes lie in its owner's own memory, and where they do in the arena.
    #[inline]
    pub(crate) fn is_exposed(&self) -> bool {
        self.kind.load(Ordering::Relaxed) & EXPOSED != 0
    }

    /// What the object takes in the arena, its note included. Of exposed memory, [`Slot::extent`]
    /// has the length of what is exposed, and this that of what says where it is.
    pub(crate) fn taken(&self) -> Extent {
        let extent = self.extent();
        match self.is_exposed() {
            true => Extent { len: (Exposure::SIZE + usize::from(self.note())) as u64, ..extent },
            false => extent,
        }
    }

    /// Says at which second after boot the object was begun. It is known until it is evicted.
    #[inline]
    pub(crate) fn set_born(&self, second: u32) {
        self.link.store(second, Ordering::Relaxed);
    }

    /// How long ago the object was begun, if it is not evicted.
    pub(crate) fn age(&self) -> Duration {
        clock::age(self.link.load(Ordering::Relaxed).into())
    }

    /// The pulse of a pending object without a lease: 0 if it has none.
    pub(crate) fn pulse(&self) -> u64 {
        self.expiry.load(Ordering::Relaxed)
    }

    /// Lets the pulse of such an object beat. Its producer's alone to do.
    pub(crate) fn beat(&self) {
        self.expiry.store(self.pulse() + 1, Ordering::Relaxed);
    }

    /// Notes that an object is in use, of one that has no lease. The caller has it pinned.
    pub(crate) fn touch(&self) {
        let second = clock::second_after_boot();
        let is_leased = self.kind.load(Ordering::Relaxed) & END_MASK == ENDS_BY_LEASE;
        if !is_leased && self.expiry.load(Ordering::Relaxed) != second {
            self.expiry.store(second, Ordering::Relaxed);
        }
    }

    /// How long ago such an object was last in use, or begun.
    pub(crate) fn unused(&self) -> Duration {
        let begun = self.link.load(Ordering::Relaxed).into();
        clock::age(self.expiry.load(Ordering::Relaxed).max(begun))
    }

    pub(crate) fn scope(&self) -> Scope {
        match self.kind.load(Ordering::Relaxed) & NODE_SCOPE {
            0 => Scope::Process,
            _ => Scope::Node,
        }
    }

    /// What ends the object; for a lease, the time that is left of it.
    pub(crate) fn end(&self) -> End {
        match self.kind.load(Ordering::Relaxed) & END_MASK {
            ENDS_ONCE => End::Once,
            ENDS_BY_LEASE => {
                let left = self.expiry.load(Ordering::Relaxed).saturating_sub(clock::since_boot());
                End::Lease(Duration::from_nanos(left))
            }
            _ => End::Evicted,
        }
    }

    pub(crate) fn lifetime(&self) -> Lifetime {
        Lifetime { scope: self.scope(), end: self.end() }
    }

    #[inline]
    pub(crate) fn ends_once(&self) -> bool {
        self.kind.load(Ordering::Relaxed) & END_MASK == ENDS_ONCE
    }

    /// Whether the object is leased and the lease has ended.
    #[inline]
    pub(crate) fn has_expired(&self) -> bool {
        self.kind.load(Ordering::Relaxed) & END_MASK == ENDS_BY_LEASE
            && clock::since_boot() >= self.expiry.load(Ordering::Relaxed)
    }

    /// Sets a lease's end anew; `false` if the object is not leased.
    pub(crate) fn renew(&self, time: Duration) -> bool {
        let leased = self.kind.load(Ordering::Relaxed) & END_MASK == ENDS_BY_LEASE;
        if leased {
            self.expiry.store(expiry_after(time), Ordering::Relaxed);
        }
        leased
    }

    /// Why a failed object failed.
    pub(crate) fn failure(&self) -> Failure {
        match self.kind.load(Ordering::Relaxed) & FAILURE_MASK {
            OWNER_DIED => Failure::OwnerDied,
            OWNER_CLOSED => Failure::OwnerClosed,
            _ => Failure::Message,
        }
    }

    /// Reads fields that another process may be about to use anew: what `read` gives counts only
    /// if the slot is of the same generation before and after.
    pub(crate) fn consistent<T>(
        &self,
        generation: u64,
        read: impl Fn() -> T,
    ) -> Option<(State, T)> {
        let word = self.word();
        let Observed::Is(state) = word.observed(generation) else { return None };
        let value = read();
        // Acquire: the fields are read before the word is looked at again.
        fence(Ordering::Acquire);
        let again = SlotWord::from_bits(self.word.load(Ordering::Relaxed));
        again.is_like(word).then_some((state, value))
    }

    #[inline]
    pub(crate) fn is_pending(&self, generation: u64) -> bool {
        self.word().observed(generation) == Observed::Is(State::Pending)
    }

    /// Whether the object is to be waited for: it is pending, or somebody has claimed it.
    #[inline]
    pub(crate) fn is_unsettled(&self, generation: u64) -> bool {
        self.word().is_unsettled(generation)
    }

    pub(crate) fn is_claimed(&self, generation: u64) -> bool {
        let word = self.word();
        word.generation() == generation && word.is_claimed()
    }

    /// Marks an object evicted that is in this state, and tells who waits for it if it is claimed.
    pub(crate) fn evict(&self, generation: u64, from: State, ring: impl FnOnce()) -> Result<()> {
        let found =
            protocol::evict::<Native>(&self.word, generation, from).map_err(|_| Error::Evicted)?;
        if found.is_awaited() {
            self.wake(found, ring);
        }
        Ok(())
    }

    /// Lets others have an object that is claimed, if it is.
    pub(crate) fn unclaim(&self, generation: u64, ring: impl FnOnce()) {
        if let Ok(found) = protocol::unclaim::<Native>(&self.word, generation) {
            fail_point!("claim.unclaimed");
            if found.is_awaited() {
                self.wake(found, ring);
            }
        }
    }

    /// Sets the bit that makes whoever settles the object wake this word's sleepers; `None` if it
    /// has changed.
    pub(crate) fn announce_waiter(&self, seen: SlotWord) -> Option<SlotWord> {
        let waiting = seen.with_waiters();
        if seen == waiting {
            return Some(waiting);
        }
        // Relaxed: the word is looked at again before anything is read.
        self.word
            .compare_exchange(seen.bits(), waiting.bits(), Ordering::Relaxed, Ordering::Relaxed)
            .ok()
            .map(|_| waiting)
    }

    pub(crate) fn futex(&self) -> &AtomicU64 {
        &self.word
    }
}

fn kind_of(life: Lifetime) -> u32 {
    let scope = match life.scope {
        Scope::Process => 0,
        Scope::Node => NODE_SCOPE,
    };
    let end = match life.end {
        End::Evicted => 0,
        End::Once => ENDS_ONCE,
        End::Lease(_) => ENDS_BY_LEASE,
    };
    scope | end
}

fn expiry_after(time: Duration) -> u64 {
    clock::since_boot().saturating_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
}

/// Orders streaming stores, the caller's or our own, before the word that publishes them: on x86 a
/// Release store alone does not.
#[inline]
fn store_fence() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: SSE is part of x86-64.
    unsafe {
        std::arch::x86_64::_mm_sfence();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot() -> Slot {
        // SAFETY: a slot is atomics only, for which all-zero bytes are valid.
        unsafe { std::mem::zeroed() }
    }

    fn bytes(slot: &Slot) -> [u8; 64] {
        // SAFETY: a slot is 64 bytes without padding, and nobody writes to this one.
        unsafe { std::ptr::from_ref(slot).cast::<[u8; 64]>().read() }
    }

    fn unheard() {
        panic!("nobody watches this object");
    }

    const EXTENT: Extent = Extent { segment: 0x0403_0201, offset: 0x1122_3344_5566, len: 0x0708 };

    #[test]
    fn golden_bytes_of_a_sealed_slot() {
        let slot = slot();
        let once = Lifetime::NODE.ending(End::Once);
        let capability = Capability::from_bytes([0xcc; 16]);
        slot.begin(0xa1b2_c3d5, 0x0001_0203_0405_0607, capability, once, 9);
        slot.seal(0x0001_0203_0405_0607, EXTENT, End::Once, unheard).expect("it was pending");
        let mut golden = [0; 64];
        golden[..8].copy_from_slice(&[0x02, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01]);
        golden[8..14].copy_from_slice(&[0x66, 0x55, 0x44, 0x33, 0x22, 0x11]);
        golden[16..18].copy_from_slice(&[0x08, 0x07]);
        golden[24..28].copy_from_slice(&[0x01, 0x02, 0x03, 0x04]);
        golden[28] = 0x03; // node scope, ends once
        golden[29] = 9; // bytes of note
        golden[32..48].fill(0xcc);
        golden[56..60].copy_from_slice(&[0xd5, 0xc3, 0xb2, 0xa1]);
        assert_eq!(bytes(&slot), golden);
    }

    #[test]
    fn what_is_settled_stays_settled() {
        let slot = slot();
        slot.begin(1, 1, Capability::from_bytes([1; 16]), Lifetime::PROCESS, 0);
        assert!(slot.announce_waiter(slot.word()).is_some());
        slot.fail(1, Failure::OwnerDied, unheard).expect("it was pending");
        assert_eq!(slot.word(), SlotWord::new(1, State::Failed));
        assert_eq!(slot.failure(), Failure::OwnerDied);
        assert!(slot.seal(1, EXTENT, End::Evicted, unheard).is_err());
        assert!(slot.announce_waiter(SlotWord::new(1, State::Pending)).is_none());
        assert_eq!(slot.word(), SlotWord::new(1, State::Failed));
    }

    #[test]
    fn the_bell_is_rung_once_for_a_watched_object_alone() {
        let slot = slot();
        for (generation, watched) in [(1, false), (2, true)] {
            slot.begin(1, generation, Capability::from_bytes([1; 16]), Lifetime::PROCESS, 0);
            for _ in 0..2 {
                assert!(!watched || protocol::watch::<Native>(&slot.word, generation));
            }
            let mut rung = 0;
            slot.seal(generation, EXTENT, End::Evicted, || rung += 1).expect("it was pending");
            assert_eq!(
                (rung, slot.word()),
                (watched.into(), SlotWord::new(generation, State::Sealed))
            );
            assert!(!protocol::watch::<Native>(&slot.word, generation));
        }
    }

    #[test]
    fn a_note_is_kept_apart_from_the_rest() {
        let slot = slot();
        let once = Lifetime::NODE.ending(End::Once);
        slot.begin(1, 1, Capability::from_bytes([1; 16]), once, 255);
        slot.set_note(7);
        assert_eq!((slot.note(), slot.lifetime()), (7, once));
        slot.fail(1, Failure::OwnerDied, unheard).expect("it was pending");
        assert_eq!((slot.note(), slot.failure()), (7, Failure::OwnerDied));
    }

    #[test]
    fn a_lease_ends_and_can_be_renewed() {
        let slot = slot();
        let lease = End::Lease(Duration::from_secs(3600));
        slot.begin(1, 1, Capability::from_bytes([1; 16]), Lifetime::PROCESS.ending(lease), 0);
        slot.seal(1, EXTENT, lease, unheard).expect("it was pending");
        assert!(!slot.has_expired());
        assert!(matches!(slot.end(), End::Lease(left) if left > Duration::from_secs(3500)));
        assert!(slot.renew(Duration::ZERO));
        assert!(slot.has_expired());
        assert!(slot.renew(Duration::MAX) && !slot.has_expired());
    }

    #[test]
    fn fields_of_another_generation_are_not_read() {
        let slot = slot();
        slot.begin(1, 5, Capability::from_bytes([1; 16]), Lifetime::PROCESS, 0);
        assert!(slot.consistent(4, || ()).is_none());
        assert_eq!(slot.consistent(5, || 7), Some((State::Pending, 7)));
        let changing = || slot.begin(1, 6, Capability::from_bytes([2; 16]), Lifetime::PROCESS, 0);
        assert!(slot.consistent(5, changing).is_none());
    }
}
