//! Objects that are still to come.

use std::time::{Duration, Instant};

use wharf_shm::State;

use super::client::{Got, held};
use super::{LONG, World};
use crate::wire::{Refused, Request};

#[test]
fn a_request_is_held_until_its_object_is_sealed() {
    let world = World::new();
    for mut client in [world.reader(), world.plain_reader()] {
        let promise = world.store.promise().unwrap();
        let key = promise.ticket().key();
        assert_eq!(client.read(key, 0, 1).code(), Some(Refused::STILL_PENDING));
        client.ask(&held(key, LONG));
        let stat = client.ask(&Request::Stat { key, hold: LONG });
        // Others are answered meanwhile.
        let other = world.put(b"other");
        assert_eq!(client.get(other), b"other");
        promise.put(b"at last").unwrap();
        let mut told = [client.answer(), client.answer()];
        told.sort_by_key(|(id, _)| *id);
        assert_eq!(told[0].1.bytes(), Some(&b"at last"[..]));
        assert!(matches!(told[1].1, Got::State { state: State::Sealed, total: 7, .. }));
        assert_eq!(told[1].0, stat);
    }
}

#[test]
fn a_failure_reaches_all_who_wait() {
    let world = World::new();
    let promise = world.store.promise().unwrap();
    let key = promise.ticket().key();
    let mut clients: Vec<_> = (0..8).map(|_| world.reader()).collect();
    for client in &mut clients {
        client.ask(&held(key, LONG));
    }
    std::thread::sleep(Duration::from_millis(20));
    promise.fail("it diverged").unwrap();
    for client in &mut clients {
        let told = Got::Refused { code: Refused::FAILED, text: "it diverged".into() };
        assert_eq!(client.answer().1, told);
    }
}

#[test]
fn a_reader_is_told_at_once_and_every_second_that_its_request_is_held() {
    let world = World::new();
    let promise = world.store.promise().unwrap();
    let mut client = world.reader();
    let began = Instant::now();
    let id = client.ask(&held(promise.ticket().key(), Duration::from_millis(2500)));
    let mut told = Vec::new();
    loop {
        let (of, got) = client.receive().unwrap();
        assert_eq!(of, id);
        match got {
            Got::Held => told.push(began.elapsed()),
            got => {
                assert_eq!(got.code(), Some(Refused::STILL_PENDING));
                break;
            }
        }
    }
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(began.elapsed() >= Duration::from_millis(2500));
    assert_eq!(client.get(world.put(b"then")), b"then");
}

#[test]
fn what_a_reader_waited_for_is_forgotten_with_it() {
    let world = World::new();
    let promise = world.store.promise().unwrap();
    let key = promise.ticket().key();
    let mut client = world.reader();
    client.ask(&held(key, LONG));
    assert_eq!(client.get(world.put(b"asked")), b"asked");
    let mut other = world.reader();
    other.ask(&held(key, LONG));
    drop(client);
    world.soon("the connection is still there", |counters| counters.connections == 1);
    promise.put(b"at last").unwrap();
    assert_eq!(other.answer().1.bytes(), Some(&b"at last"[..]));
}

#[test]
fn many_pending_objects_are_waited_for_at_once() {
    let world = World::limited(|limits| limits.asks = 2000);
    let promises: Vec<_> = (0..1000).map(|_| world.store.promise().unwrap()).collect();
    let mut client = world.plain_reader();
    let ids: Vec<_> =
        promises.iter().map(|promise| client.ask(&held(promise.ticket().key(), LONG))).collect();
    for (number, promise) in promises.into_iter().enumerate() {
        promise.put(&number.to_le_bytes()).unwrap();
    }
    let mut seen = vec![false; ids.len()];
    while seen.contains(&false) {
        let (id, got) = client.answer();
        let number = ids.iter().position(|other| *other == id).unwrap();
        assert_eq!(got.bytes(), Some(&number.to_le_bytes()[..]));
        assert!(!std::mem::replace(&mut seen[number], true), "answered twice");
    }
}

/// Sealed just before, while and just after the request comes.
#[test]
fn no_seal_is_missed_however_it_meets_the_request() {
    let world = World::new();
    let mut client = world.plain_reader();
    for round in 0..2000_u32 {
        let promise = world.store.promise().unwrap();
        let key = promise.ticket().key();
        let id = client.ask(&held(key, LONG));
        (0..round * 13 % 3000).for_each(|_| std::hint::spin_loop());
        promise.put(b"now").unwrap();
        let (of, got) = client.answer();
        assert_eq!((of, got.bytes()), (id, Some(&b"now"[..])), "round {round}");
    }
}
