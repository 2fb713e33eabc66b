//! How often this process has resolved, counted without slowing it down.
//!
//! ```text
//! thread 1 ── Tally ─┐  each written by its own thread alone: plain loads and stores,
//! thread 2 ── Tally ─┤  on a cache line that no other thread writes
//! ended    ── a sum ─┴─▶ counters()
//! ```

use std::cell::{Cell, RefCell};
use std::ops::AddAssign;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// What this process has resolved, through one membership and its clones.
///
/// Counts only grow. They are exact once the threads that resolve are at rest, and lack at most
/// what is being counted at this moment while they are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeCounters {
    /// Views that were handed out: hits and waits.
    pub resolves: u64,
    /// Those whose objects were sealed when they were asked for.
    pub hits: u64,
    /// Those whose objects were pending then, and had to be waited for.
    pub waits: u64,
    /// Bytes of the views.
    pub bytes_resolved: u64,
    /// Those of them that were copied, out of memory that a process
    /// [exposed](crate::Arena::expose).
    pub bytes_copied: u64,
}

impl AddAssign for NodeCounters {
    fn add_assign(&mut self, other: Self) {
        self.resolves += other.resolves;
        self.hits += other.hits;
        self.waits += other.waits;
        self.bytes_resolved += other.bytes_resolved;
        self.bytes_copied += other.bytes_copied;
    }
}

/// The counts of one membership.
#[derive(Debug)]
pub(crate) struct Tallies {
    /// Which membership this is: never used again in this process.
    number: u64,
    all: Mutex<All>,
}

#[derive(Debug, Default)]
struct All {
    /// Of threads that have ended, or count for another membership now.
    ended: NodeCounters,
    threads: Vec<Arc<Tally>>,
}

/// The counts of one thread, which alone writes them.
#[derive(Debug, Default)]
#[repr(align(128))] // Two lines: processors fetch them in pairs.
struct Tally {
    hits: AtomicU64,
    waits: AtomicU64,
    bytes: AtomicU64,
    copied: AtomicU64,
}

thread_local! {
    /// This thread's tally, and the number of the membership it belongs to. No destructor is run for
    /// it, so that finding it costs next to nothing.
    static OWN: Cell<(u64, *const Tally)> = const { Cell::new((0, std::ptr::null())) };
    /// Keeps what is in `OWN`.
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

#[derive(Debug)]
struct Held {
    _tally: Arc<Tally>,
}

impl Drop for Held {
    fn drop(&mut self) {
        OWN.set((0, std::ptr::null()));
    }
}

impl Default for Tallies {
    fn default() -> Self {
        static MEMBERSHIPS: AtomicU64 = AtomicU64::new(1);
        let number = MEMBERSHIPS.fetch_add(1, Ordering::Relaxed);
        Self { number, all: Mutex::default() }
    }
}

impl Tallies {
    /// Counts a view of so many bytes.
    #[inline]
    pub(crate) fn resolved(&self, bytes: u64, waited: bool) {
        self.count(|tally| {
            add(if waited { &tally.waits } else { &tally.hits }, 1);
            add(&tally.bytes, bytes);
        });
    }

    /// Counts a view of so many bytes that were copied.
    pub(crate) fn copied(&self, bytes: u64, waited: bool) {
        self.resolved(bytes, waited);
        self.count(|tally| add(&tally.copied, bytes));
    }

    #[inline]
    fn count(&self, count: impl Fn(&Tally)) {
        let (number, tally) = OWN.get();
        if number == self.number {
            // SAFETY: this thread's `HELD` has the tally as long as it is in `OWN`.
            count(unsafe { &*tally });
        } else {
            self.count_first(count);
        }
    }

    /// Counts in a tally of this thread's own, that it gets first.
    #[cold]
    fn count_first(&self, count: impl Fn(&Tally)) {
        let tally = Arc::new(Tally::default());
        count(&tally);
        let mut all = self.all();
        let own = Arc::as_ptr(&tally);
        let held = HELD.try_with(|held| held.replace(Some(Held { _tally: tally.clone() })));
        match held {
            Ok(other) => {
                drop(other);
                OWN.set((self.number, own));
                all.let_go_of_the_ended();
                all.threads.push(tally);
            }
            // In its last moments a thread can hold no more.
            Err(_) => all.ended += tally.read(),
        }
    }

    pub(crate) fn read(&self) -> NodeCounters {
        let all = self.all();
        let mut sum = all.ended;
        all.threads.iter().for_each(|tally| sum += tally.read());
        sum
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(|poison| poison.into_inner())
    }
}

impl All {
    fn let_go_of_the_ended(&mut self) {
        let ended = &mut self.ended;
        self.threads.retain_mut(|tally| {
            // The last thing that its thread did to it was to let go of it.
            let of_nobody = Arc::get_mut(tally).is_some();
            if of_nobody {
                *ended += tally.read();
            }
            !of_nobody
        });
    }
}

impl Tally {
    fn read(&self) -> NodeCounters {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let (hits, waits) = (read(&self.hits), read(&self.waits));
        NodeCounters {
            resolves: hits + waits,
            hits,
            waits,
            bytes_resolved: read(&self.bytes),
            bytes_copied: read(&self.copied),
        }
    }
}

/// Adds to a count that only this thread writes.
#[inline]
fn add(count: &AtomicU64, more: u64) {
    count.store(count.load(Ordering::Relaxed).wrapping_add(more), Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counters(hits: u64, waits: u64, bytes_resolved: u64) -> NodeCounters {
        NodeCounters { resolves: hits + waits, hits, waits, bytes_resolved, bytes_copied: 0 }
    }

    #[test]
    fn what_all_threads_counted_is_there_when_they_are_gone() {
        let (one, other) = (Tallies::default(), Tallies::default());
        for round in 1..=3 {
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        for n in 0..1000 {
                            one.resolved(10, n % 4 == 0);
                        }
                    });
                }
            });
            assert_eq!(one.read(), counters(6000 * round, 2000 * round, 80_000 * round));
        }
        assert!(one.all().threads.len() <= 16, "{}", one.all().threads.len());
        // A thread may go back and forth between memberships.
        for _ in 0..100 {
            one.resolved(1, false);
            other.resolved(2, false);
        }
        assert_eq!(other.read(), counters(100, 0, 200));
        assert_eq!(one.read(), counters(18_100, 6000, 240_100));
        assert!(one.all().threads.len() <= 16 && other.all().threads.len() <= 2);
    }

    #[test]
    fn what_a_threads_last_moments_resolve_is_counted() {
        struct Last(Arc<Tallies>);
        impl Drop for Last {
            fn drop(&mut self) {
                self.0.resolved(5, false);
            }
        }
        thread_local!(static LAST: RefCell<Option<Last>> = const { RefCell::new(None) });
        let tallies = Arc::new(Tallies::default());
        for after in [false, true] {
            let tallies = tallies.clone();
            let thread = std::thread::spawn(move || {
                // What is first used last is dropped first.
                if after {
                    LAST.set(Some(Last(tallies.clone())));
                }
                tallies.resolved(5, false);
                LAST.set(Some(Last(tallies)));
            });
            assert!(thread.join().is_ok());
        }
        // In the second thread, the first value of `LAST` was dropped when it was replaced.
        assert_eq!(tallies.read(), counters(5, 0, 25));
    }
}
