//! Memory that a process exposes, read from where it is.

#![allow(unsafe_code)] // exposing is unsafe to call

use std::time::Duration;

use wharf_shm::{End, Lifetime, ObjectKey, State};

use super::client::{Got, held, read};
use super::{LONG, World, lasting};
use crate::Exposed;
use crate::transport::AskId;
use crate::wire::{Refused, Request};

/// Exposes bytes that are there as long as the tests.
fn expose(world: &World, bytes: &'static [u8], end: End) -> (Exposed, ObjectKey) {
    let store = world.store.with_lifetime(Lifetime::PROCESS.ending(end));
    // SAFETY: the bytes are never freed, nor changed.
    let exposed = unsafe { store.expose(bytes.as_ptr(), bytes.len()) }.unwrap();
    let key = exposed.ticket().key();
    (exposed, key)
}

#[test]
fn it_is_read_in_ranges_and_takes_no_memory() {
    let world = World::new();
    let bytes = lasting(3, 3_000_000);
    let (exposed, key) = expose(&world, bytes, End::Evicted);
    let arenas = world.fabric.arenas().unwrap().len();
    for mut client in [world.reader(), world.plain_reader()] {
        let stat = client.call(&Request::Stat { key, hold: Duration::ZERO });
        let Got::State { total: 3_000_000, once: false, note, .. } = stat else {
            panic!("{stat:?}")
        };
        assert!(client.get(key) == bytes);
        for (offset, len) in [(0, 0), (0, 1), (2_999_999, 1), (16_000, 16_385), (5, 999_999)] {
            let got = client.read(key, offset as u64, len as u64);
            assert!(got.bytes() == Some(&bytes[offset..offset + len]), "{offset} {len}");
            assert!(matches!(got, Got::Data { note: told, .. } if told == note));
        }
    }
    assert_eq!(world.fabric.arenas().unwrap().len(), arenas, "there is a copy");
    assert_eq!(world.fabric.counters().bytes_copied, 0);
    exposed.unexpose(LONG).unwrap();
    assert_eq!(world.reader().read(key, 0, 1).code(), Some(Refused::EVICTED));
}

/// The owner waits for no more than a piece, and no byte comes that was not the object's.
#[test]
fn what_ends_while_it_is_sent_breaks_off() {
    let world = World::new();
    let bytes = lasting(4, 64 << 20);
    for mut client in [world.reader(), world.plain_reader()] {
        let (exposed, key) = expose(&world, bytes, End::Evicted);
        let sent = world.endpoint.counters().bytes_sent;
        client.ask(&read(key, 0, u64::MAX));
        world.soon("nothing is sent", |counters| counters.bytes_sent > sent);
        // Nobody takes what is being sent, and the owner does not wait for that.
        exposed.unexpose(LONG).unwrap();
        let mut into = vec![0; bytes.len()];
        let arrived = client.receive_some(&mut into);
        assert!(arrived < bytes.len() && into[..arrived] == bytes[..arrived], "{arrived}");
        assert_eq!(world.reader().read(key, 0, 1).code(), Some(Refused::EVICTED));
    }
}

#[test]
fn it_ends_once_when_its_reader_confirms() {
    let world = World::new();
    let bytes = lasting(5, 3_000_000);
    for (mut client, mut other) in
        [(world.reader(), world.reader()), (world.plain_reader(), world.plain_reader())]
    {
        let (_exposed, key) = expose(&world, bytes, End::Once);
        let stat = other.read(key, 0, 5);
        assert!(matches!(stat, Got::State { state: State::Sealed, once: true, .. }), "{stat:?}");
        // Taken, lost, and there again.
        let mut lost = world.reader();
        assert!(matches!(lost.call(&held(key, LONG)), Got::Data { claimed: true, .. }));
        let id = client.ask(&held(key, LONG));
        assert_eq!(client.receive().unwrap().1, Got::Held);
        drop(lost);
        let (_, got) = client.answer();
        assert!(matches!(got, Got::Data { claimed: true, .. }) && got.bytes() == Some(bytes));
        other.ask(&held(key, LONG));
        assert_eq!(other.receive().unwrap().1, Got::Held);
        assert_eq!(client.call(&Request::Confirm { read: AskId(id) }), Got::Confirmed);
        assert_eq!(other.answer().1.code(), Some(Refused::EVICTED));
    }
}

#[test]
fn a_small_object_does_not_wait_for_it() {
    let world = World::new();
    let bytes = lasting(6, 256 << 20);
    let (_exposed, large) = expose(&world, bytes, End::Evicted);
    let small = world.put(b"small");
    let mut patient = world.plain_reader();
    patient.ask(&read(large, 0, u64::MAX));
    let mut client = world.plain_reader();
    for _ in 0..100 {
        assert_eq!(client.get(small), b"small");
    }
    let sent = world.endpoint.counters().bytes_sent;
    assert!(sent < bytes.len() as u64, "it was sent before, to nobody");
    assert!(patient.receive().unwrap().1.bytes() == Some(bytes));
}
