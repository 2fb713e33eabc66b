//! A forked child has no thread to wake its futures: it is told so, and nothing hangs.

use std::time::Duration;

use wharf::{Error, MemoryError};

use crate::Test;
use crate::executor::{block_on, poll_each};
use crate::place::Place;

pub(crate) fn tests() -> Vec<Test> {
    vec![Test::alone("forks::a_childs_futures_say_that_it_was_forked", a_childs_futures)]
}

const LONG: Duration = Duration::from_secs(60);

fn a_childs_futures() {
    let place = Place::new();
    let (fabric, store) = (place.fabric(), place.store());
    let promise = store.promise().unwrap();
    let ticket = promise.ticket();
    let mut futures: Vec<_> = (0..10).map(|_| fabric.resolve_async(&ticket, LONG)).collect();
    assert!(poll_each(&mut futures));
    let mut kept = futures.split_off(1);
    in_a_child(|| {
        let forked = |error: &Error| matches!(error, Error::Memory(MemoryError::Forked));
        let mut told = futures.drain(..).all(|future| block_on(future).is_err_and(|e| forked(&e)));
        told &= block_on(fabric.wait_async(&ticket, LONG)).is_err_and(|error| forked(&error));
        told &= fabric.wait(&ticket, LONG).is_err_and(|error| forked(&error));
        told &= fabric.wait_any([&ticket], LONG).is_err_and(|error| forked(&error));
        kept.clear();
        told
    });
    drop(fabric);
    promise.put(b"bytes").unwrap();
    for future in kept.into_iter().chain(futures) {
        assert_eq!(&*block_on(future).unwrap(), b"bytes");
    }
}

/// Forks, and fails unless the child finds what it should.
fn in_a_child(finds: impl FnOnce() -> bool) {
    // SAFETY: the child runs what its parent could, on the one thread that it has, and ends without
    // running anything else of the parent's.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: asks for a signal that ends a child that hangs.
        unsafe { libc::alarm(20) };
        let status = i32::from(!finds());
        // SAFETY: ends this process.
        unsafe { libc::_exit(status) };
    }
    let mut status = 0;
    // SAFETY: waits for the child above, with a place for its status.
    let waited = unsafe { libc::waitpid(child, &mut status, 0) };
    assert_eq!((waited, status), (child, 0), "the child found otherwise");
}
