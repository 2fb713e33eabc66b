//! Standard input and output, where they were closed.
//!
//! Before `main`, Rust opens `/dev/null` in place of a standard stream that is closed (`>&-`), so
//! that what is written there seems to be written. Whether one was is therefore looked at before.

use std::fs::File;
use std::io;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicBool, Ordering};

static NO_INPUT: AtomicBool = AtomicBool::new(false);
static NO_OUTPUT: AtomicBool = AtomicBool::new(false);

/// Runs before `main`, and asks the kernel only.
#[ctor::ctor]
fn look_what_is_closed() {
    let is_closed = |stream: BorrowedFd<'_>| rustix::io::fcntl_getfd(stream).is_err();
    NO_INPUT.store(is_closed(rustix::stdio::stdin()), Ordering::Relaxed);
    NO_OUTPUT.store(is_closed(rustix::stdio::stdout()), Ordering::Relaxed);
}

/// Standard input, not through the standard library's buffer.
pub(crate) fn input() -> io::Result<File> {
    open(&NO_INPUT, rustix::stdio::stdin())
}

/// Standard output, not through the standard library's buffer, which looks for lines in the bytes.
pub(crate) fn output() -> io::Result<File> {
    open(&NO_OUTPUT, rustix::stdio::stdout())
}

fn open(closed: &AtomicBool, stream: BorrowedFd<'_>) -> io::Result<File> {
    if closed.load(Ordering::Relaxed) {
        return Err(io::Error::other("it is closed"));
    }
    stream.try_clone_to_owned().map(File::from)
}
