//! How connections come about: what goes back and forth, what is encrypted, what is kept.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use wharf_shm::{ObjectKey, Wait};

use super::relay::{PLAIN, Relay, TLS};
use super::rig::{TcpRig, lone_pool};
use crate::security::Policy;
use crate::ticket::Route;
use crate::transport::conformance::{Body, Reader, Rig};
use crate::transport::tcp::Session;
use crate::transport::{Event, Lane, Peer, Purpose, Transport, What};

/// A rig whose reader goes through a relay.
struct Relayed {
    rig: TcpRig,
    relay: Relay,
    body: Body,
    key: ObjectKey,
}

impl Relayed {
    fn new(origins: Policy, readers: Policy) -> Self {
        let mut rig = TcpRig::with(origins, readers);
        let relay = Relay::to(rig.address);
        let body = Body { seed: 1, len: 64 };
        let key = rig.put(body);
        rig.address = relay.address;
        Self { rig, relay, body, key }
    }

    /// A call that reads the object on so many lanes; whether each was warm.
    fn call(&self, purpose: Purpose, lanes: usize) -> Vec<bool> {
        let mut reader = Reader::new(&self.rig);
        let soon = Duration::from_secs(30);
        let begun: Vec<_> = (0..lanes).map(|_| reader.begin(&self.rig, purpose, soon)).collect();
        let mut opened = Vec::new();
        while opened.len() < lanes {
            match reader.event(soon) {
                Some(Event::Opened { lane, warm }) => opened.push((lane, warm)),
                other => panic!("{other:?}"),
            }
        }
        for lane in begun {
            reader.check(lane, &self.key, self.body, 0, u64::MAX);
        }
        opened.into_iter().map(|(_, warm)| warm).collect()
    }
}

/// Beside the round trip that opens a TCP connection, each of the reader's turns is one.
#[test]
fn the_first_object_comes_after_three_round_trips_and_the_next_after_one() {
    let relayed = Relayed::new(Policy::Auto, Policy::Auto);
    assert_eq!(relayed.call(Purpose::Prompt, 1), [false]);
    let [first] = &relayed.relay.seen()[..] else { panic!("more than one connection") };
    assert_eq!((first.first, &first.turns[..]), (TLS, "roro"));
    assert_eq!(relayed.call(Purpose::Prompt, 1), [true]);
    let [same] = &relayed.relay.seen()[..] else { panic!("more than one connection") };
    assert_eq!(same.turns, "rororo");
}

#[test]
fn a_plain_connection_gives_an_object_after_two_round_trips() {
    let relayed = Relayed::new(Policy::Auto, Policy::Auto);
    relayed.call(Purpose::Bulk, 1);
    let [control, plain] = &relayed.relay.seen()[..] else { panic!("not two connections") };
    assert_eq!((control.first, &control.turns[..]), (TLS, "roro"));
    // Its greeting may come before what is asked first: the reader does not wait for it.
    assert_eq!(plain.first, PLAIN);
    assert!(plain.turns.len() <= 4, "{plain:?}");
}

#[test]
fn connections_that_are_used_often_are_plain_where_they_may_be() {
    let relayed = Relayed::new(Policy::Auto, Policy::Auto);
    for _ in 0..10 {
        relayed.call(Purpose::Prompt, 1);
    }
    assert_eq!(relayed.relay.kinds(), [TLS, PLAIN]);
    let [control, plain] = &relayed.relay.seen()[..] else { panic!("{:?}", relayed.relay.seen()) };
    assert!(plain.turns.len() > control.turns.len(), "{control:?} {plain:?}");
}

#[test]
fn lanes_that_open_together_get_their_tokens_from_one_connection() {
    let relayed = Relayed::new(Policy::Never, Policy::Never);
    relayed.call(Purpose::Bulk, 12);
    let kinds = relayed.relay.kinds();
    assert_eq!(kinds.iter().filter(|kind| **kind == TLS).count(), 1, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| **kind == PLAIN).count(), 12, "{kinds:?}");
    assert_eq!(relayed.call(Purpose::Bulk, 12), [true; 12]);
    assert_eq!(relayed.relay.kinds().len(), 13);
    // More than come with one greeting.
    relayed.call(Purpose::Bulk, 40);
    let kinds = relayed.relay.kinds();
    assert_eq!(kinds.iter().filter(|kind| **kind == TLS).count(), 1, "{kinds:?}");
    assert_eq!(kinds.len(), 41);
}

#[test]
fn whoever_wants_everything_encrypted_has_it() {
    for (origins, readers) in [(Policy::Always, Policy::Auto), (Policy::Auto, Policy::Always)] {
        let relayed = Relayed::new(origins, readers);
        for _ in 0..4 {
            relayed.call(Purpose::Prompt, 1);
            relayed.call(Purpose::Bulk, 3);
        }
        assert_eq!(relayed.relay.kinds(), [TLS; 3], "{origins:?} {readers:?}");
    }
}

#[test]
fn what_rests_is_bounded() {
    let relayed = Relayed::new(Policy::Auto, Policy::Auto);
    relayed.call(Purpose::Bulk, 100);
    assert_eq!(relayed.rig.pool.idle(), super::super::pool::MOST_IDLE);
}

#[test]
fn the_connection_that_gets_tokens_outlasts_the_many_that_use_them() {
    let relayed = Relayed::new(Policy::Never, Policy::Never);
    for _ in 0..2 {
        assert_eq!(relayed.call(Purpose::Bulk, 200).len(), 200);
        let kinds = relayed.relay.kinds();
        assert_eq!(kinds.iter().filter(|kind| **kind == TLS).count(), 1);
        assert_eq!(relayed.rig.pool.idle(), super::super::pool::MOST_IDLE);
    }
}

/// It has the parent's descriptors, and what the parent is told on them is not for it.
#[test]
#[allow(unsafe_code)]
fn a_forked_child_opens_connections_of_its_own() {
    let relayed = Relayed::new(Policy::Auto, Policy::Auto);
    relayed.call(Purpose::Prompt, 1);
    // SAFETY: the child does what its parent could, on the one thread that it has, and ends without
    // running anything else of the parent's.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let call = AssertUnwindSafe(|| relayed.call(Purpose::Prompt, 1) == [false]);
        let fresh = std::panic::catch_unwind(call);
        // SAFETY: ends this process.
        unsafe { libc::_exit(i32::from(!matches!(fresh, Ok(true)))) };
    }
    let mut status = 0;
    // SAFETY: waits for the child above, with a place for its status.
    let waited = unsafe { libc::waitpid(child, &mut status, 0) };
    assert_eq!((waited, status), (child, 0), "the child used what is its parent's");
    assert_eq!(relayed.call(Purpose::Prompt, 1), [true]);
    assert_eq!(relayed.relay.kinds(), [TLS; 2]);
}

#[test]
fn an_address_that_no_network_leads_to_is_lost_at_once_or_in_time() {
    let (_node, pool) = lone_pool(None);
    let mut session = Session::new(&pool, Wait::Block);
    let peer = Peer {
        node: crate::transport::conformance::NOWHERE,
        key: crate::security::PublicKey([3; 32]),
    };
    // Kept free for examples: nobody answers there.
    let route = Route::Tcp("192.0.2.1:9".parse().unwrap());
    let by = crate::transport::Time(session.now().0 + Duration::from_millis(200));
    session.open(Lane(1), &peer, &route, Purpose::Prompt, by);
    let mut sink = crate::transport::conformance::Sink::default();
    let until = crate::transport::Time(by.0 + Duration::from_secs(10));
    match session.next(until, &mut sink) {
        Some(Event::Lost { lane: Lane(1), failure }) => assert!(!failure.to_string().is_empty()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn asks_for_a_state_wait_behind_no_other_lane() {
    let mut relayed = Relayed::new(Policy::Auto, Policy::Auto);
    let large = Body { seed: 2, len: 32 << 20 };
    let key = relayed.rig.put(large);
    let mut reader = Reader::new(&relayed.rig);
    let (bulk, _) = reader.open(&relayed.rig, Purpose::Bulk);
    let (prompt, _) = reader.open(&relayed.rig, Purpose::Bulk);
    let read = reader.ask_for(bulk, &key, 0, u64::MAX);
    assert_eq!(reader.answer().0, read);
    let stat = reader.ask(prompt, &key, What::Stat, Duration::ZERO);
    assert_eq!(reader.answer().0, stat);
    assert!(reader.settle_data(read, large.len) == large.bytes(0, large.len));
}
