//! What is behind a request: a future, and whoever wants to know that it has something to say.
//!
//! ```text
//! the library's thread ─ wake ─▶ Bell ─┬─ wake ──▶ calls of wharf_request_wait …
//!                                      └─ write ─▶ the descriptor, if one was asked for
//! ```
//!
//! A wake may come for nothing: who hears the bell polls the future. The descriptor is emptied before a
//! poll and filled when one is done, so that it is readable whenever there is something to find out.

use std::fs::File;
use std::future::Future;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, RawFd};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use wharf::{Deadline, Resolving, View};

use crate::error::{Failure, wharf_status};

/// A resolve under way, or its outcome.
pub(crate) struct Pending {
    state: Mutex<State>,
    bell: Arc<Bell>,
}

enum State {
    Waiting(Pin<Box<Resolving>>),
    Done(Result<View, Failure>),
}

impl Pending {
    /// Starts it: from here on, the bell rings when there is something to find out.
    pub(crate) fn start(resolving: Resolving) -> Self {
        let state = Mutex::new(State::Waiting(Box::pin(resolving)));
        let pending = Self { state, bell: Arc::default() };
        pending.poll();
        pending
    }

    /// Whether there is an outcome.
    pub(crate) fn poll(&self) -> bool {
        let mut state = lock(&self.state);
        let State::Waiting(future) = &mut *state else { return true };
        self.bell.quiet();
        let waker = Waker::from(self.bell.clone());
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Pending => false,
            Poll::Ready(outcome) => {
                *state = State::Done(outcome.map_err(Failure::from));
                self.bell.ring();
                true
            }
        }
    }

    /// A descriptor that is readable when there is something to find out. It stays this request's.
    pub(crate) fn descriptor(&self) -> Result<RawFd, Failure> {
        let descriptor = match self.bell.descriptor.get() {
            Some(descriptor) => descriptor,
            None => {
                let made = event_descriptor()?;
                // Another thread may have been first.
                self.bell.descriptor.get_or_init(|| made)
            }
        };
        // It may have rung while there was no descriptor to tell.
        self.bell.ring();
        Ok(descriptor.as_raw_fd())
    }

    /// The outcome, of one that has it.
    pub(crate) fn outcome(self) -> Result<View, Failure> {
        match self.state.into_inner().unwrap_or_else(|poison| poison.into_inner()) {
            State::Done(outcome) => outcome,
            State::Waiting(_) => Err(not_done()),
        }
    }

    /// The first of some that has an outcome. Waits for one until the deadline.
    pub(crate) fn first(list: &[Option<&Self>], deadline: Deadline) -> Result<usize, Failure> {
        let done = || list.iter().position(|one| one.is_some_and(Self::poll));
        // Before anything else: in a forked child it is all there may be done.
        if let Some(index) = done() {
            return Ok(index);
        }
        let bed = Arc::new(Bed::default());
        let _sleepers: Vec<Sleeper<'_>> =
            list.iter().flatten().map(|one| Sleeper::new(&one.bell, &bed)).collect();
        loop {
            if let Some(index) = done() {
                return Ok(index);
            }
            match deadline.remaining() {
                Some(time) if time.is_zero() => return Err(not_done()),
                time => bed.sleep(time),
            }
        }
    }
}

/// Nobody knows yet what becomes of it.
#[cold]
fn not_done() -> Failure {
    let message = "the request is not done yet: wait longer, or cancel it";
    Failure::new(wharf_status::WHARF_ERROR_NOT_DONE, message)
}

/// Told when the future may have something to say.
#[derive(Default)]
struct Bell {
    sleepers: Mutex<Vec<Arc<Bed>>>,
    descriptor: OnceLock<File>,
}

impl Bell {
    fn ring(&self) {
        for sleeper in &*lock(&self.sleepers) {
            sleeper.wake();
        }
        if let Some(mut descriptor) = self.descriptor.get() {
            // It fails only where it is as full as can be, and so is readable.
            let _ = descriptor.write(&1_u64.to_ne_bytes());
        }
    }

    fn quiet(&self) {
        if let Some(mut descriptor) = self.descriptor.get() {
            // It fails only where it is empty.
            let _ = descriptor.read(&mut [0; 8]);
        }
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.ring();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ring();
    }
}

/// Where one call sleeps. (A parked thread would do, but that leaves a block of memory with each thread
/// of the program's own.)
#[derive(Default)]
struct Bed {
    is_woken: Mutex<bool>,
    changed: Condvar,
}

impl Bed {
    fn wake(&self) {
        *lock(&self.is_woken) = true;
        self.changed.notify_one();
    }

    /// Sleeps until it is woken, or was since the last time.
    fn sleep(&self, time: Option<Duration>) {
        let asleep = |is_woken: &mut bool| !*is_woken;
        let is_woken = lock(&self.is_woken);
        let mut is_woken = match time {
            Some(time) => {
                let slept = self.changed.wait_timeout_while(is_woken, time, asleep);
                slept.unwrap_or_else(PoisonError::into_inner).0
            }
            None => {
                self.changed.wait_while(is_woken, asleep).unwrap_or_else(PoisonError::into_inner)
            }
        };
        *is_woken = false;
    }
}

/// A call, in the list of a bell's sleepers.
struct Sleeper<'a> {
    bell: &'a Bell,
    bed: Arc<Bed>,
}

impl<'a> Sleeper<'a> {
    fn new(bell: &'a Bell, bed: &Arc<Bed>) -> Self {
        lock(&bell.sleepers).push(bed.clone());
        Self { bell, bed: bed.clone() }
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        let mut sleepers = lock(&self.bell.sleepers);
        if let Some(place) = sleepers.iter().position(|other| Arc::ptr_eq(other, &self.bed)) {
            sleepers.swap_remove(place);
        }
    }
}

/// What a lock guards here is changed in one step, and so is whole even after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poison| poison.into_inner())
}

fn event_descriptor() -> Result<File, Failure> {
    // SAFETY: the call takes numbers alone.
    let descriptor = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
    if descriptor < 0 {
        let message = format!(
            "cannot make a descriptor: {}. Close some, or let the process have more",
            io::Error::last_os_error()
        );
        return Err(Failure::new(wharf_status::WHARF_ERROR_SYSTEM, message));
    }
    // SAFETY: the descriptor was just made, and is owned by nothing else.
    Ok(unsafe { File::from_raw_fd(descriptor) })
}
