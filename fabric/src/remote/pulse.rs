//! Whether the process that fetches an object for its node goes on with it.
//!
//! ```text
//! fetcher   beat ── beat ── beat ─ ✕ stopped          …          goes on ─▶ has the bytes for itself
//! waiter    look ── look ── look ── look ── look ── … ─▶ withdraws the replica
//!                    moved   moved   still   still       └▶ whoever is first to publish another fetches,
//!                                                           the others wait for that one
//! ```
//!
//! A fetcher beats ([`Heart`]) as often as every [`BEAT`] while it has bytes to handle, waits for the
//! network, or gets memory. So it is the *process* that is looked at and not the bytes: an origin that is
//! slow, or silent, does not make a node's readers all fetch. The beat is one store to the replica's slot
//! in shared memory; a fetch that is never idle for so long makes no system call for it.
//!
//! A waiter looks every [`LOOK`], and counts the looks that found the pulse as it was: time alone proves
//! nothing, for where a whole node is stopped for a while it stops fetcher and waiters alike. After
//! [`MOST`] such looks in a row, or as many as make a fourth of the time that the call had left, but never
//! fewer than [`FEWEST`], it withdraws the replica. That costs one fetch more, and is right even if it was
//! wrong: the fetcher keeps its memory, and gets the object when it goes on, though for itself alone.

use std::cell::RefCell;
use std::time::Duration;

use wharf_shm::Pulse;

use crate::ticket::Route;
use crate::transport::{Ask, Event, Landing, Lane, Peer, Purpose, Time, Transport};

/// What beats, from when there is a replica on.
#[derive(Default)]
pub(super) struct Heart(RefCell<Option<Pulse>>);

impl Heart {
    /// Beats for another replica from here on.
    pub(super) fn set(&self, pulse: Pulse) {
        self.0.replace(Some(pulse));
    }

    fn beat(&self) {
        if let Some(pulse) = &*self.0.borrow() {
            pulse.beat();
        }
    }
}

/// A transport whose caller's heart beats.
pub(super) struct Alive<'a, T> {
    transport: T,
    heart: &'a Heart,
    beaten: Time,
}

impl<'a, T: Transport> Alive<'a, T> {
    pub(super) fn new(transport: T, heart: &'a Heart) -> Self {
        let beaten = transport.now();
        Self { transport, heart, beaten }
    }
}

impl<T: Transport> Transport for Alive<'_, T> {
    fn now(&self) -> Time {
        self.transport.now()
    }

    fn open(&mut self, lane: Lane, to: &Peer, route: &Route, purpose: Purpose, by: Time) {
        self.transport.open(lane, to, route, purpose, by);
    }

    fn ask(&mut self, lane: Lane, ask: Ask) {
        self.transport.ask(lane, ask);
    }

    fn close(&mut self, lane: Lane) {
        self.transport.close(lane);
    }

    fn next(&mut self, until: Time, landing: &mut dyn Landing) -> Option<Event> {
        loop {
            let now = self.transport.now();
            if now.since(self.beaten) >= BEAT {
                self.heart.beat();
                self.beaten = now;
            }
            let due = self.beaten + BEAT;
            let event = self.transport.next(until.min(due), landing);
            if event.is_some() || until <= due {
                return event;
            }
        }
    }
}

/// What a waiter saw of the fetcher's pulse.
pub(super) struct Looks {
    pulse: Option<u64>,
    /// How often in a row it was the same.
    still: u32,
    /// As often as it may be.
    patience: u32,
}

impl Looks {
    /// Looks on behalf of a call that has so much time left.
    pub(super) fn new(left: Option<Duration>) -> Self {
        let share = left.map_or(u128::MAX, |left| left.as_nanos() / 4 / LOOK.as_nanos());
        let patience = share.clamp(FEWEST.into(), MOST.into()) as u32;
        Self { pulse: None, still: 0, patience }
    }

    /// One more look: the pulse, if it has stood still for too long. Who has none, as builds that know
    /// of no pulse, is waited for.
    pub(super) fn look(&mut self, pulse: Option<u64>) -> Option<u64> {
        if pulse != self.pulse {
            (self.pulse, self.still) = (pulse, 0);
            return None;
        }
        self.still += 1;
        pulse.filter(|_| self.still >= self.patience)
    }
}

/// A fetcher that goes on beats no later than this after the last time.
const BEAT: Duration = Duration::from_millis(100);
/// How often a waiter looks.
pub(super) const LOOK: Duration = Duration::from_millis(100);
/// After so many looks at the most, and ...
const MOST: u32 = 15;
/// ... so many at the least a pulse has stood still.
const FEWEST: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_little_time_is_less_patient() {
        let patience = |ms| Looks::new(Some(Duration::from_millis(ms))).patience;
        assert_eq!([0, 100, 2_000, 4_000, 6_000, 600_000].map(patience), [5, 5, 5, 10, 15, 15]);
        assert_eq!(Looks::new(None).patience, MOST);
    }

    #[test]
    fn only_what_stands_still_for_long_enough_has_stopped() {
        let mut looks = Looks::new(Some(Duration::ZERO));
        for beat in 1..=20 {
            assert!((0..5).all(|_| looks.look(Some(beat)).is_none()), "it goes on");
        }
        assert_eq!(looks.look(Some(20)), Some(20));
        let mut looks = Looks::new(Some(Duration::ZERO));
        assert!((0..100).all(|_| looks.look(None).is_none()), "it has no pulse");
    }
}
