//! The node's bell: one word that whoever waits for any of many things sleeps on.
//!
//! It is rung when an object is settled that somebody watches, and everybody who listens looks at
//! what he waits for. Nothing is said of what has changed, so nothing can be missed, and a process
//! that is killed leaves nothing to be put right. The rules are in [`crate::protocol`].

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use crate::fail::fail_point;
use crate::protocol::{self, Native};
use crate::sys::futex;

/// See the [module](self).
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct Bell(AtomicU64);

impl Bell {
    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Wakes all who listen, after something that they may be waiting for.
    pub(crate) fn ring(&self) {
        protocol::ring::<Native>(&self.0, || {
            fail_point!("seal.rung");
            futex::wake_all(&self.0);
        });
    }

    /// Calls `look`, and then sleeps for as long as it says, or until the bell rings. A ring since
    /// before the look counts.
    pub(crate) fn listen(&self, look: impl FnOnce() -> Option<Duration>) {
        let sleep = |heard, time| futex::wait(&self.0, heard, time);
        protocol::listen::<Native, _>(&self.0, look, sleep);
    }
}
