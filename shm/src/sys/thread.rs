//! Threads that stay out of the host program's way.

use std::io;
use std::thread::{Builder, JoinHandle};

/// Starts a thread that no signal is delivered to: the program's signals stay with the threads
/// that the program made for them. The caller's own signals are as before when this returns.
///
/// # Errors
/// If the system has no room for another thread.
pub fn spawn_unsignalled(
    name: &str,
    run: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    // Before it starts, for there must be no moment at which it has them.
    let before = Blocked::all()?;
    let thread = Builder::new().name(name.to_owned()).spawn(run);
    drop(before);
    thread
}

/// All of this thread's signals are blocked, until this is dropped.
struct Blocked {
    before: libc::sigset_t,
}

impl Blocked {
    fn all() -> io::Result<Self> {
        // SAFETY: a signal set is plain memory, for which zeros are valid.
        let (mut all, mut before): (libc::sigset_t, libc::sigset_t) = unsafe { std::mem::zeroed() };
        // SAFETY: both sets are valid memory that the calls fill.
        let refused = unsafe {
            libc::sigfillset(&mut all);
            libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut before)
        };
        match refused {
            0 => Ok(Self { before }),
            error => Err(io::Error::from_raw_os_error(error)),
        }
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        // SAFETY: the set is the one that was in force before.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.before, std::ptr::null_mut()) };
    }
}
