//! Waiting for one object, on its own slot.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::arena::map::ArenaMap;
use crate::deadline::{Deadline, Wait};
use crate::error::{Error, Result};
use crate::fail::fail_point;
use crate::ids::ObjectKey;
use crate::layout::{ARENA_CLOSED, Slot};
use crate::node::NodeInner;
use crate::object::resolve::failure;
use crate::object::slot::Failure;
use crate::protocol::{Observed, State};
use crate::sys::futex;

/// A waiter sleeps no longer than this before it looks whether the producer lives.
pub(super) const SLICE: Duration = Duration::from_millis(100);
/// How long an adaptive wait spins: less than what sleeping and being woken costs.
const SPIN: Duration = Duration::from_micros(10);

impl NodeInner {
    /// See [`Node::wait`](crate::Node::wait).
    pub(crate) fn wait(&self, key: &ObjectKey, deadline: Deadline, wait: Wait) -> Result<()> {
        self.check()?;
        self.wait_in(&self.arena(key.arena)?, key, deadline, wait)
    }

    pub(super) fn wait_in(
        &self,
        arena: &Arc<ArenaMap>,
        key: &ObjectKey,
        deadline: Deadline,
        wait: Wait,
    ) -> Result<()> {
        let slot = arena.slot(key.slot)?;
        let read = || (slot.is_opened_by(&key.capability), slot.has_expired());
        loop {
            match slot.consistent(key.generation, read) {
                Some((State::Evicted, _)) => return Err(Error::Evicted),
                Some((_, (false, _))) => return Err(Error::WrongCapability),
                Some((State::Pending, _)) => self.wait_for(arena, slot, key, deadline, wait)?,
                Some((State::Sealed, _)) if slot.is_claimed(key.generation) => {
                    self.wait_for(arena, slot, key, deadline, wait)?;
                }
                Some((State::Sealed, (_, expired))) => {
                    return if expired { Err(Error::Evicted) } else { Ok(()) };
                }
                Some((State::Failed, _)) => return Err(failure(arena, slot, key)?),
                // It changed while it was read, or is gone.
                None if slot.word().observed(key.generation) == Observed::Gone => {
                    return Err(Error::Evicted);
                }
                None => {}
            }
        }
    }

    /// Returns when the object is neither pending nor claimed any more.
    #[cold]
    pub(super) fn wait_for(
        &self,
        arena: &Arc<ArenaMap>,
        slot: &Slot,
        key: &ObjectKey,
        deadline: Deadline,
        wait: Wait,
    ) -> Result<()> {
        self.look_after_claim(arena, slot, key);
        let (spin, glances) = patience(wait);
        let mut probed = Instant::now();
        let (began, mut waited) = (probed, false);
        loop {
            for _ in 0..glances {
                if !slot.is_unsettled(key.generation) {
                    return Ok(());
                }
                // Evictors that looked at the pins have taken this one out of the cache.
                arena.record.prefetch_pin();
                // The pause of a spin loop costs as much as a hand-over.
                if wait != Wait::Spin {
                    std::hint::spin_loop();
                }
            }
            let left = deadline.remaining();
            let over = left == Some(Duration::ZERO);
            let now = Instant::now();
            // Also at the end of a short wait: whoever waits again and again learns of a death, too.
            if now - probed >= SLICE || (over && waited) {
                self.look_after(arena)?.settle(arena, slot, key);
                self.look_after_claim(arena, slot, key);
                probed = now;
            }
            if over && slot.is_unsettled(key.generation) {
                let claimed = slot.is_claimed(key.generation);
                return Err(if claimed { Error::Claimed } else { Error::Deadline });
            }
            waited = true;
            if now - began >= spin {
                self.sleep(slot, key, left.map_or(SLICE, |left| left.min(SLICE)));
            }
        }
    }

    fn sleep(&self, slot: &Slot, key: &ObjectKey, time: Duration) {
        let word = slot.word();
        if !word.is_unsettled(key.generation) {
            return;
        }
        if let Some(waiting) = slot.announce_waiter(word) {
            fail_point!("resolve.waiting");
            futex::wait(slot.futex(), waiting.futex_value(), time);
        }
    }

    /// Ends what a dead producer left pending, as far as its arena has files.
    pub(super) fn look_after(&self, arena: &ArenaMap) -> Result<Producer> {
        if arena.state() == Some(ARENA_CLOSED) {
            return Err(Error::OwnerDied);
        }
        if arena.path().exists() {
            return self.clean_if_dead(arena.id).map(|()| Producer::LookedAfter);
        }
        // Its lock cannot be asked any more: all that is left is who the owner was.
        Ok(if arena.owner()?.has_ended() { Producer::Gone } else { Producer::LookedAfter })
    }
}

/// What was found of an object's producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Producer {
    /// He lives, or died, and what he left was seen to.
    LookedAfter,
    /// He died and his arena's files were removed: nobody can have custody of it any more.
    Gone,
}

impl Producer {
    /// Fails an object that nobody else will settle.
    pub(super) fn settle(self, arena: &ArenaMap, slot: &Slot, key: &ObjectKey) {
        if self == Self::Gone && slot.is_pending(key.generation) {
            // Another waiter may be first, with the same.
            let _ = slot.fail(key.generation, Failure::OwnerDied, || arena.ring());
        }
    }
}

/// How long to spin, and how many glances, of a few nanoseconds each, to take before a look at the
/// clock, which takes some tens.
pub(super) fn patience(wait: Wait) -> (Duration, usize) {
    match wait {
        Wait::Block => (Duration::ZERO, 1),
        Wait::Spin => (Duration::MAX, 1024),
        Wait::Adaptive => (SPIN, 64),
    }
}
