//! What an arena's owner has done so far.
//!
//! The owner counts under its own lock and stores each count in the arena's header as well, where
//! other processes read it: a plain store each, for nobody else writes there.

use std::ops::AddAssign;
use std::sync::atomic::Ordering;

use crate::layout::ArenaHeader;

/// What an arena's owner has done since the arena was made. Counts are exact, though those read by
/// another process may be a moment old, and only grow, but for the bytes of a block that is
/// truncated.
///
/// `puts - evicted` is what is there, `evicted - reclaimed` what waits for its views to be dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArenaCounters {
    /// Objects that were begun: put, or taken as a block or a promise, however they ended.
    pub puts: u64,
    /// Their bytes.
    pub bytes_put: u64,
    /// Bytes that the library has copied into objects: none where blocks are written in place.
    pub bytes_copied: u64,
    /// Objects that ended: evicted by any process, their lease over, resolved `once`, or dropped
    /// unsealed. Those that others end count when the owner next puts, or asks for its usage.
    pub evicted: u64,
    /// Objects whose memory was given back, after nobody viewed them any more.
    pub reclaimed: u64,
    /// Bytes of that memory, rounded up as it was when it was taken.
    pub bytes_reclaimed: u64,
}

impl ArenaCounters {
    /// What the owner has stored.
    pub(crate) fn read(header: &ArenaHeader) -> Self {
        let [puts, bytes_put, bytes_copied, evicted, reclaimed, bytes_reclaimed] =
            header.counters.each_ref().map(|count| count.load(Ordering::Relaxed));
        Self { puts, bytes_put, bytes_copied, evicted, reclaimed, bytes_reclaimed }
    }

    /// Stores the counts for others.
    #[inline]
    pub(super) fn store(&self, header: &ArenaHeader) {
        let Self { puts, bytes_put, bytes_copied, evicted, reclaimed, bytes_reclaimed } = *self;
        let counts = [puts, bytes_put, bytes_copied, evicted, reclaimed, bytes_reclaimed];
        for (shared, count) in header.counters.iter().zip(counts) {
            shared.store(count, Ordering::Relaxed);
        }
    }
}

impl AddAssign for ArenaCounters {
    /// What was read from damaged memory may be any number.
    fn add_assign(&mut self, other: Self) {
        let add = |sum: &mut u64, more| *sum = sum.saturating_add(more);
        add(&mut self.puts, other.puts);
        add(&mut self.bytes_put, other.bytes_put);
        add(&mut self.bytes_copied, other.bytes_copied);
        add(&mut self.evicted, other.evicted);
        add(&mut self.reclaimed, other.reclaimed);
        add(&mut self.bytes_reclaimed, other.bytes_reclaimed);
    }
}
