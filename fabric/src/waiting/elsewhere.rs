//! Futures of what other nodes have: a thread waits, and wakes.
//!
//! ```text
//! a future's first poll ──▶ Helpers: a queue of errands ──▶ a thread `wharf-far`, one of a few
//!       woken      ◀────────────────  the outcome  ◀───────  blocks, by the errand's deadline
//! ```
//!
//! A thread ends when the queue is empty. An errand whose future was dropped ends at its next look:
//! a tenth of a second, but for the time that its bytes take.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use wharf_shm::spawn_unsignalled;

use crate::{Error, Fabric, Result};

/// The threads of one fabric, and what is left for them to do. A forked child must not touch it.
#[derive(Default)]
pub(crate) struct Helpers {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Box<dyn FnOnce() + Send>>,
    threads: usize,
}

impl Helpers {
    /// Has something done by a thread, at once if there are not too many.
    fn run(self: &Arc<Self>, errand: Box<dyn FnOnce() + Send>) -> Result<()> {
        let mut state = lock(&self.state);
        if state.threads < MOST {
            let helpers = self.clone();
            spawn_unsignalled("wharf-far", move || helpers.work())
                .map_err(|source| Error::NoThread { source })?;
            state.threads += 1;
        }
        state.queue.push_back(errand);
        Ok(())
    }

    fn work(&self) {
        while let Some(errand) = self.next() {
            errand();
        }
    }

    fn next(&self) -> Option<Box<dyn FnOnce() + Send>> {
        let mut state = lock(&self.state);
        let errand = state.queue.pop_front();
        if errand.is_none() {
            state.threads -= 1;
        }
        errand
    }
}

/// Something that is done elsewhere, for a future.
pub(super) struct Errand<T> {
    fabric: Fabric,
    /// Until the first poll; or why there is nothing to wait for.
    task: Option<Result<Task<T>>>,
    shared: Arc<Shared<T>>,
}

/// Blocks until it has the outcome; it ends early once `goes_on` says no.
pub(super) type Task<T> = Box<dyn FnOnce(&Fabric, &dyn Fn() -> bool) -> Result<T> + Send + Sync>;

/// What an errand's future and its thread share.
struct Shared<T> {
    told: Mutex<Told<T>>,
    dropped: AtomicBool,
}

enum Told<T> {
    Nothing(Option<Waker>),
    Outcome(Result<T>),
    /// Nobody asks twice.
    Taken,
}

impl<T: Send + 'static> Errand<T> {
    pub(super) fn new(fabric: &Fabric, task: Result<Task<T>>) -> Self {
        let shared = Shared { told: Mutex::new(Told::Nothing(None)), dropped: false.into() };
        Self { fabric: fabric.clone(), task: Some(task), shared: Arc::new(shared) }
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<T>> {
        self.fabric.check()?;
        if let Some(task) = self.task.take() {
            let task = task.inspect_err(|_| *lock(&self.shared.told) = Told::Taken)?;
            *lock(&self.shared.told) = Told::Nothing(Some(context.waker().clone()));
            let (fabric, shared) = (self.fabric.clone(), self.shared.clone());
            let errand = move || {
                let goes_on = || !shared.dropped.load(Ordering::Relaxed);
                let outcome =
                    if goes_on() { task(&fabric, &goes_on) } else { Err(Error::Deadline) };
                // Before anybody is woken who may look whether the fabric is still in use.
                drop(fabric);
                shared.tell(outcome);
            };
            self.fabric.network().helpers.run(Box::new(errand))?;
            return Poll::Pending;
        }
        let mut waker = Some(context.waker().clone());
        let mut told = lock(&self.shared.told);
        match std::mem::replace(&mut *told, Told::Taken) {
            Told::Nothing(mut before) => {
                std::mem::swap(&mut before, &mut waker);
                *told = Told::Nothing(before);
                // `waker` is the one before: dropped after the lock, for it is somebody else's code.
                drop(told);
                Poll::Pending
            }
            Told::Outcome(outcome) => Poll::Ready(outcome),
            Told::Taken => Poll::Ready(Err(Error::Memory(wharf_shm::Error::NothingAwaited))),
        }
    }
}

impl<T> fmt::Debug for Errand<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "elsewhere, begun: {}", self.task.is_none())
    }
}

impl<T> Drop for Errand<T> {
    fn drop(&mut self) {
        self.shared.dropped.store(true, Ordering::Relaxed);
    }
}

impl<T> Shared<T> {
    fn tell(&self, outcome: Result<T>) {
        let before = std::mem::replace(&mut *lock(&self.told), Told::Outcome(outcome));
        if let Told::Nothing(Some(waker)) = before {
            super::wakers::wake(waker);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poison| poison.into_inner())
}

/// As many threads as one fabric has at once.
const MOST: usize = 64;
