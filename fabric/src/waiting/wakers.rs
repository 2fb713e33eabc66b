//! Those who wait without blocking, and the thread that wakes them.
//!
//! ```text
//! a future's poll                        the thread `wharf-wait`
//! ---------------                        -----------------------
//! put down waker and objects             ┌▶ read the node's bell
//!   start the thread, if there is none   │  whose objects are settled, whose time is up? ▶ wake
//! mark each object watched               └─ sleep, unless the bell has changed
//!   one is settled? ▶ take it back
//! ```
//!
//! Marking comes last, so whoever settles an object afterwards rings when everything is put down;
//! the rules are in shm's `protocol::bell`. The thread starts with the first that waits, and ends
//! when it has twice found nobody, or when the last fabric is dropped.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Waker;
use std::time::{Duration, Instant};

use wharf_shm::{Awaited, Deadline, Node, spawn_unsignalled};

use crate::{Error, Result};

/// Of one membership. Dropped, it ends the thread.
pub(crate) struct Wakers {
    shared: Arc<Shared>,
}

/// One future's place among those who wait. Dropped, it is taken away.
pub(crate) struct Registration {
    shared: Arc<Shared>,
    number: u64,
    objects: Arc<[Awaited]>,
}

/// What futures and thread share.
struct Shared {
    node: Node,
    /// The thread sleeps no longer than this before it looks whether producers live.
    slice: Duration,
    state: Mutex<State>,
}

/// A forked child must not touch it: the lock may be held by a thread that is not there.
struct State {
    waiting: HashMap<u64, Entry>,
    /// Registrations made so far.
    count: u64,
    thread: Thread,
    /// Until when it sleeps, unless the bell rings.
    asleep_until: Instant,
}

/// Somebody who waits.
struct Entry {
    objects: Arc<[Awaited]>,
    deadline: Option<Instant>,
    /// `None` from when he was woken until he asks again.
    waker: Option<Waker>,
    /// Why waiting on is no use.
    error: Option<wharf_shm::Error>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Thread {
    None,
    /// `idle` if it found nobody when it last looked.
    Runs {
        idle: bool,
    },
    /// The fabric is gone.
    MustEnd,
}

const SLICE: Duration = Duration::from_millis(100);

impl Wakers {
    pub(crate) fn new(node: Node) -> Self {
        Self::with_slice(node, SLICE)
    }

    pub(super) fn with_slice(node: Node, slice: Duration) -> Self {
        let state = State {
            waiting: HashMap::new(),
            count: 0,
            thread: Thread::None,
            asleep_until: Instant::now(),
        };
        Self { shared: Arc::new(Shared { node, slice, state: Mutex::new(state) }) }
    }

    /// Has somebody woken when an object is settled, for as long as he keeps what this returns:
    /// `None` if it is already.
    pub(crate) fn watch(&self, object: Awaited, waker: &Waker) -> Result<Option<Registration>> {
        let registration = self.register(Arc::from([object]), Deadline::never(), waker)?;
        let is_pending = registration.objects.iter().all(Awaited::watch);
        Ok(is_pending.then_some(registration))
    }

    /// Puts down who waits for any of these objects. They are still to be marked.
    pub(super) fn register(
        &self,
        objects: Arc<[Awaited]>,
        deadline: Deadline,
        waker: &Waker,
    ) -> Result<Registration> {
        let shared = &self.shared;
        shared.node.check()?;
        let deadline = deadline.remaining().and_then(|left| Instant::now().checked_add(left));
        let waker = Some(waker.clone());
        let entry = Entry { objects: objects.clone(), deadline, waker, error: None };
        let mut state = shared.state();
        if state.thread == Thread::None {
            let theirs = shared.clone();
            spawn_unsignalled("wharf-wait", move || theirs.run())
                .map_err(|source| Error::NoThread { source })?;
            state.thread = Thread::Runs { idle: false };
        }
        state.count += 1;
        let number = state.count;
        state.waiting.insert(number, entry);
        let is_first = deadline.is_some_and(|deadline| deadline < state.asleep_until);
        drop(state);
        if is_first {
            shared.node.ring();
        }
        Ok(Registration { shared: shared.clone(), number, objects })
    }
}

impl Drop for Wakers {
    fn drop(&mut self) {
        if self.shared.node.check().is_err() {
            return;
        }
        let before = std::mem::replace(&mut self.shared.state().thread, Thread::MustEnd);
        if before != Thread::None {
            self.shared.node.ring();
        }
    }
}

impl Registration {
    pub(super) fn objects(&self) -> &[Awaited] {
        &self.objects
    }

    /// Asks to be woken again.
    pub(super) fn renew(&self, waker: &Waker) -> Result<()> {
        self.shared.node.check()?;
        // Neither cloned nor dropped under the lock: a waker is somebody else's code.
        let mut waker = Some(waker.clone());
        let mut state = self.shared.state();
        let Some(entry) = state.waiting.get_mut(&self.number) else { return Ok(()) };
        std::mem::swap(&mut entry.waker, &mut waker);
        let error = entry.error.take();
        drop(state);
        error.map_or(Ok(()), |error| Err(error.into()))
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if self.shared.node.check().is_ok() {
            let entry = self.shared.state().waiting.remove(&self.number);
            // After the lock, see `renew`.
            drop(entry);
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poison| poison.into_inner())
    }

    /// The thread.
    fn run(&self) {
        let (mut goes_on, mut probed) = (true, Instant::now());
        while goes_on {
            self.node.listen(|| {
                if probed.elapsed() >= self.slice {
                    self.look_after_producers();
                    probed = Instant::now();
                }
                let (due, sleep) = self.state().due(self.slice);
                due.into_iter().for_each(wake);
                goes_on = sleep.is_some();
                sleep
            });
        }
    }

    /// Ends what dead producers left pending.
    fn look_after_producers(&self) {
        let objects = |(number, entry): (&u64, &Entry)| (*number, entry.objects.clone());
        let waiting: Vec<_> = self.state().waiting.iter().map(objects).collect();
        let all = waiting.iter().flat_map(|(_, objects)| objects.iter());
        if Awaited::look_after(all).is_ok() {
            return;
        }
        // Whose is it that cannot be looked after?
        for (number, objects) in waiting {
            if let Err(error) = Awaited::look_after(&*objects)
                && let Some(entry) = self.state().waiting.get_mut(&number)
            {
                tracing::warn!(%error, "cannot look after the producer of a pending object");
                entry.error = Some(error);
            }
        }
    }
}

impl State {
    /// Those who are to be woken, and how long to sleep then; `None` if the thread is to end.
    fn due(&mut self, slice: Duration) -> (Vec<Waker>, Option<Duration>) {
        let now = Instant::now();
        let mut due = Vec::new();
        let mut sleep = slice;
        for entry in self.waiting.values_mut().filter(|entry| entry.waker.is_some()) {
            let left = entry.deadline.map(|deadline| deadline.saturating_duration_since(now));
            if left == Some(Duration::ZERO) || entry.is_settled() {
                due.extend(entry.waker.take());
            } else {
                sleep = left.map_or(sleep, |left| left.min(sleep));
            }
        }
        let idle = self.waiting.is_empty();
        self.thread = match self.thread {
            Thread::MustEnd => Thread::MustEnd,
            Thread::Runs { idle: true } if idle => Thread::None,
            _ => Thread::Runs { idle },
        };
        if !matches!(self.thread, Thread::Runs { .. }) {
            // Room for as many as there ever were.
            self.waiting = HashMap::new();
            return (due, None);
        }
        self.asleep_until = now + sleep;
        (due, Some(sleep))
    }
}

impl Entry {
    fn is_settled(&self) -> bool {
        self.error.is_some() || self.objects.iter().any(|object| !object.is_pending())
    }
}

/// Whoever is woken runs code of his own: if that panics, the others are woken all the same.
pub(super) fn wake(waker: Waker) {
    if catch_unwind(AssertUnwindSafe(|| waker.wake())).is_err() {
        tracing::error!("a waker panicked");
    }
}
