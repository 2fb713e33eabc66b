//! What every transport does: one suite, run on each.
//!
//! ```text
//! transport::conformance::suite!(TcpRig);    // in the tests of transport::tcp
//! transport::conformance::suite!(SimRig);    // in the tests of transport::sim
//! ```
//!
//! A [`Rig`] is an origin, and readers of it. The suite has one caller: whatever it does to the
//! origin, it does between two calls of [`Transport::next`].

pub(crate) mod faults;
pub(crate) mod objects;
mod reader;

use std::time::Duration;

use wharf_shm::{ArenaId, Capability, NodeId, ObjectKey};

use super::{Peer, Transport};
use crate::ticket::Route;

pub(crate) use reader::{Reader, Sink};

/// An origin, and the way to it by one transport.
pub(crate) trait Rig {
    type Transport: Transport;

    /// How much later than it should a call may return: nothing at all where time is virtual.
    const LATE: Duration;

    /// An origin that has just started, and holds nothing.
    fn start() -> Self;

    /// Whom to reach, and where.
    fn peer(&self) -> (Peer, Route);

    /// The transport for a reader's next call; warm lanes outlive it, if there is such a thing.
    fn transport(&self) -> Self::Transport;

    /// Puts an object.
    fn put(&mut self, body: Body) -> ObjectKey;

    /// Puts an object that ends `once`.
    fn put_once(&mut self, body: Body) -> ObjectKey;

    /// Makes an object that is pending.
    fn promise(&mut self) -> ObjectKey;

    /// Ends an object's pending.
    fn seal(&mut self, key: &ObjectKey, body: Body);

    /// Ends an object's pending otherwise.
    fn fail(&mut self, key: &ObjectKey, why: &str);

    /// Evicts an object.
    fn evict(&mut self, key: &ObjectKey);

    /// Ends the origin at once, without a word to anybody.
    fn kill(&mut self);

    /// Starts the killed origin again, under the same address and key, with nothing in it.
    fn restart(&mut self);

    /// Lets the origin do nothing until it may [go on](Rig::resume). It lives and is connected.
    fn stop(&mut self);

    /// Lets the stopped origin go on.
    fn resume(&mut self);

    /// Bytes that came by the rig's transports so far: of objects, and what goes around them.
    fn carried(&self) -> u64;
}

/// What is in an object: as many bytes as `len`, told by their places and the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) seed: u64,
    pub(crate) len: u64,
}

impl Body {
    /// The object's bytes from `at` on.
    pub(crate) fn fill(self, at: u64, bytes: &mut [u8]) {
        for (n, byte) in (0..).zip(bytes) {
            let place = at + n;
            let word = (self.seed ^ (place >> 3)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            *byte = (word ^ (word >> 29)).to_be_bytes()[(place & 7) as usize];
        }
    }

    /// The object's bytes in a range, as far as they exist.
    pub(crate) fn bytes(self, offset: u64, len: u64) -> Vec<u8> {
        let end = offset.saturating_add(len).min(self.len);
        let mut bytes = vec![0; end.saturating_sub(offset) as usize];
        self.fill(offset, &mut bytes);
        bytes
    }
}

/// A key that no origin has given away.
pub(crate) fn no_such_key() -> ObjectKey {
    ObjectKey {
        arena: ArenaId::from_bytes([0xee; 16]),
        slot: 7,
        generation: 3,
        capability: Capability::from_bytes([0xdd; 16]),
    }
}

/// A node that is nobody's.
pub(crate) const NOWHERE: NodeId = NodeId::from_bytes([0xcc; 16]);

/// The suite's tests, for one kind of rig.
macro_rules! suite {
    ($rig:ty) => {
        mod conformance {
            use super::*;
            use $crate::transport::conformance::{faults, objects};

            $crate::transport::conformance::cases! { $rig, objects:
                sizes_from_nothing_to_beyond_every_piece
                ranges_and_what_is_beyond_the_end
                a_thousand_asks_on_their_way
                several_lanes_at_once
                states_without_bytes
                wrong_capability_and_unknown_arena
                an_evicted_object_stays_evicted
                a_pending_object_is_held_and_then_sent
                a_pending_object_is_held_and_then_fails
                an_ask_is_held_no_longer_than_it_asks_for
                once_is_claimed_and_confirmed
                a_claim_ends_with_its_lane
                what_is_wanted_no_more_loses_the_lane
                a_lane_is_closed_with_asks_on_their_way
                a_later_call_finds_a_warm_lane
            }
            $crate::transport::conformance::cases! { $rig, faults:
                nobody_answers
                a_stranger_answers
                killed_before_an_ask
                killed_while_it_sends
                killed_while_it_holds
                killed_after_an_answer
                stopped_before_a_lane_opens
                stopped_before_an_ask
                stopped_while_it_sends
                stopped_while_it_holds
                restarted_and_asked_anew
                no_time_at_all
            }
        }
    };
}

macro_rules! cases {
    ($rig:ty, $module:ident: $($case:ident)*) => {
        $(#[test] fn $case() { $module::$case::<$rig>() })*
    };
}

pub(crate) use {cases, suite};
