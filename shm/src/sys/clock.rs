//! The clocks that shared memory goes by.

use std::time::Duration;

/// Nanoseconds since boot, suspended time included: the same clock for every process of a node.
pub(crate) fn since_boot() -> u64 {
    let now = read(libc::CLOCK_BOOTTIME);
    (now.tv_sec as u64).saturating_mul(1_000_000_000).saturating_add(now.tv_nsec as u64)
}

/// Seconds since boot, suspended time included.
pub(crate) fn second_after_boot() -> u64 {
    since_boot() / 1_000_000_000
}

/// How long ago that second after boot was.
pub(crate) fn age(second: u64) -> Duration {
    Duration::from_nanos(since_boot()).saturating_sub(Duration::from_secs(second))
}

/// Seconds that pass, at the least cost: a few nanoseconds.
pub(crate) fn seconds() -> i64 {
    read(libc::CLOCK_MONOTONIC_COARSE).tv_sec
}

fn read(clock: libc::clockid_t) -> libc::timespec {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is a valid place for the result.
    unsafe { libc::clock_gettime(clock, &mut now) };
    now
}
