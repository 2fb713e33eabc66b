//! Sleeping on a word in shared memory, and waking who sleeps.

use std::ptr;
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::time::Duration;

/// Sleeps until somebody wakes this word's sleepers, or `time` has passed, or for no reason. Does
/// not sleep at all if the low half of the word is not `expected`.
pub(crate) fn wait(word: &AtomicU64, expected: u32, time: Duration) {
    let timeout = libc::timespec {
        tv_sec: time.as_secs().min(i64::MAX as u64) as i64,
        tv_nsec: i64::from(time.subsec_nanos()),
    };
    // SAFETY: the word outlives the call, the timeout is valid, and the call only reads both. Every
    // outcome (woken, timed out, changed already, interrupted) sends the caller to look again.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            low_half(word),
            libc::FUTEX_WAIT,
            expected,
            &raw const timeout,
            ptr::null::<u32>(),
            0,
        )
    };
}

/// Wakes all who sleep on the word.
pub(crate) fn wake_all(word: &AtomicU64) {
    // SAFETY: the word is valid memory; waking touches nothing of it.
    unsafe { libc::syscall(libc::SYS_futex, low_half(word), libc::FUTEX_WAKE, i32::MAX) };
}

/// The half that the kernel compares: on a little-endian machine it comes first.
fn low_half(word: &AtomicU64) -> *const AtomicU32 {
    ptr::from_ref(word).cast()
}
