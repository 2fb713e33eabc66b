//! Objects that end once: with the last byte that a reader has confirmed, and not before.

use std::time::Duration;

use wharf_shm::{Deadline, End, Error, Lifetime, ObjectKey, State};

use super::client::{Client, Got, held, read};
use super::{LONG, World, pattern};
use crate::transport::AskId;
use crate::wire::{Refused, Request};

fn put_once(world: &World, bytes: &[u8]) -> ObjectKey {
    let once = world.store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
    once.put(bytes).unwrap().key()
}

fn is_here(world: &World, key: ObjectKey) -> Result<(), Error> {
    world.fabric.membership.node.wait(&key, Deadline::NOW, wharf_shm::Wait::Block)
}

/// Reads it all, and says nothing of whether it arrived.
#[track_caller]
fn take(client: &mut Client, key: ObjectKey, bytes: &[u8]) -> AskId {
    let id = client.ask(&held(key, LONG));
    match client.answer() {
        (of, Got::Data { claimed: true, bytes: got, .. }) => assert!(of == id && got == bytes),
        other => panic!("{other:?}"),
    }
    AskId(id)
}

#[test]
fn it_ends_when_its_reader_confirms() {
    let world = World::new();
    for mut client in [world.reader(), world.plain_reader()] {
        for size in [0, 5, 5_000_000] {
            let bytes = pattern(size as u64, size);
            let key = put_once(&world, &bytes);
            let read = take(&mut client, key, &bytes);
            assert!(matches!(is_here(&world, key), Err(Error::Claimed)), "it is not held back");
            assert_eq!(client.call(&Request::Confirm { read }), Got::Confirmed);
            assert!(matches!(is_here(&world, key), Err(Error::Evicted)));
            assert_eq!(client.read(key, 0, u64::MAX).code(), Some(Refused::EVICTED));
            let again = client.call(&Request::Confirm { read });
            assert_eq!(again.code(), Some(Refused::MALFORMED));
        }
    }
}

#[test]
fn it_is_there_for_another_when_its_reader_is_lost() {
    let world = World::new();
    let bytes = pattern(1, 3_000_000);
    let key = put_once(&world, &bytes);
    for round in 0..20 {
        let (mut one, mut two) = (world.reader(), world.plain_reader());
        if round % 2 == 0 {
            take(&mut one, key, &bytes);
        } else {
            // In the middle of it.
            one.ask(&read(key, 0, u64::MAX));
        }
        world.soon("nothing is sent", |_| is_here(&world, key).is_err());
        two.ask(&held(key, LONG));
        drop(one);
        let (_, got) = two.answer();
        assert!(got.bytes() == Some(&bytes[..]), "round {round}");
    }
    world.soon("they are still there", |counters| counters.connections == 0);
    is_here(&world, key).unwrap();
}

#[test]
fn who_does_not_confirm_in_time_has_not_had_it() {
    let world = World::limited(|limits| limits.stall = Duration::from_millis(200));
    let key = put_once(&world, b"for one");
    let mut client = world.reader();
    take(&mut client, key, b"for one");
    assert!(client.receive().is_err());
    is_here(&world, key).unwrap();
}

#[test]
fn parts_and_states_take_nothing() {
    let world = World::new();
    let key = put_once(&world, b"for one");
    let mut client = world.reader();
    for request in [
        read(key, 0, 7),
        read(key, 1, u64::MAX),
        Request::Stat { key, hold: Duration::ZERO },
        Request::Read { key, offset: 0, len: u64::MAX, hold: Duration::ZERO, claim: false },
    ] {
        let got = client.call(&request);
        let told = matches!(got, Got::State { state: State::Sealed, total: 7, once: true, .. });
        assert!(told, "{got:?}");
        is_here(&world, key).unwrap();
    }
    assert_eq!(world.endpoint.counters().bytes_sent, 0);
}

#[test]
fn many_race_and_one_has_it() {
    let world = World::new();
    for _ in 0..20 {
        let key = put_once(&world, b"for one");
        let race = |mut client: Client| match client.call(&held(key, LONG)) {
            Got::Data { claimed: true, .. } => {
                let read = AskId(client.asked());
                assert_eq!(client.call(&Request::Confirm { read }), Got::Confirmed);
                1
            }
            got => {
                assert_eq!(got.code(), Some(Refused::EVICTED));
                0
            }
        };
        let clients: Vec<_> = (0..6).map(|_| world.plain_reader()).collect();
        let had: usize = std::thread::scope(|scope| {
            let racers: Vec<_> =
                clients.into_iter().map(|client| scope.spawn(move || race(client))).collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).sum()
        });
        assert_eq!(had, 1);
    }
}

#[test]
fn claims_of_one_connection_are_bounded() {
    let world = World::limited(|limits| limits.asks = 3);
    let mut client = world.reader();
    let keys: Vec<_> = (0..4).map(|_| put_once(&world, b"for one")).collect();
    let reads: Vec<_> = keys[..3].iter().map(|key| take(&mut client, *key, b"for one")).collect();
    assert_eq!(client.read(keys[3], 0, u64::MAX).code(), Some(Refused::BUSY));
    assert_eq!(client.call(&Request::Confirm { read: reads[1] }), Got::Confirmed);
    take(&mut client, keys[3], b"for one");
}
