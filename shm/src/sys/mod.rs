//! The system calls that node memory needs, each wrapped once as a safe function.

pub(crate) mod attach;
pub(crate) mod clock;
pub(crate) mod file;
pub(crate) mod fork;
pub(crate) mod futex;
pub(crate) mod map;
pub(crate) mod mounts;
pub(crate) mod prefetch;
pub(crate) mod process;
pub(crate) mod random;
pub(crate) mod thread;

use std::io;

/// Turns C's −1 into the error it stands for.
fn check(status: libc::c_int) -> io::Result<libc::c_int> {
    if status == -1 { Err(io::Error::last_os_error()) } else { Ok(status) }
}
