//! What readers get.

use std::time::Duration;

use wharf_shm::{Capability, End, Lifetime, State};

use super::client::{Client, Got, read};
use super::{World, identity, pattern};
use crate::security::{Policy, Secret};
use crate::wire::{Hello, Refused, Request};

/// Below, at and beyond every size at which something is done otherwise.
const SIZES: [usize; 10] =
    [0, 1, 63, 16 << 10, (16 << 10) + 1, 48 << 10, 65_537, 1 << 20, (1 << 20) + 1, 5_000_000];

#[test]
fn objects_of_every_size_are_read_encrypted_and_plain() {
    let world = World::new();
    for mut client in [world.reader(), world.plain_reader()] {
        for size in SIZES {
            let bytes = pattern(size as u64, size);
            let key = world.put(&bytes);
            assert!(client.get(key) == bytes, "{size} bytes");
        }
    }
    let all: usize = SIZES.iter().sum();
    let counters = world.endpoint.counters();
    assert_eq!(counters.bytes_sent, 2 * all as u64);
    assert_eq!(counters.served, 2 * SIZES.len() as u64);
    assert_eq!(counters.refused, []);
}

#[test]
fn ranges_are_what_there_is_of_them() {
    let world = World::new();
    let bytes = pattern(1, 100_000);
    let key = world.put(&bytes);
    let mut client = world.reader();
    for (offset, len) in
        [(0, 10), (10, 0), (50_000, 20_000), (99_999, 1), (99_999, 2), (1, u64::MAX)]
    {
        let end = (offset as usize).saturating_add(len as usize).min(bytes.len());
        let got = client.read(key, offset, len);
        assert_eq!(got.bytes(), Some(&bytes[offset as usize..end]), "{offset} {len}");
    }
    for offset in [100_000, 100_001, u64::MAX] {
        let got = client.read(key, offset, u64::MAX);
        let Got::Data { total: 100_000, offset: at, bytes, .. } = got else { panic!("{got:?}") };
        assert_eq!((at, bytes.len()), (offset, 0));
    }
}

#[test]
fn many_requests_at_once_are_answered_in_their_order() {
    let world = World::new();
    let objects: Vec<_> = (0..1000_u64).map(|n| pattern(n, (n as usize * 37) % 5000)).collect();
    let keys: Vec<_> = objects.iter().map(|bytes| world.put(bytes)).collect();
    for mut client in [world.reader(), world.plain_reader()] {
        let first = client.ask(&read(keys[0], 0, u64::MAX));
        for key in &keys[1..] {
            let request = read(*key, 0, u64::MAX);
            request.encode(crate::transport::AskId(7), client.stream().queue());
        }
        client.stream().flush().unwrap();
        assert_eq!(client.receive().unwrap().0, first);
        for bytes in &objects[1..] {
            assert_eq!(client.receive().unwrap().1.bytes(), Some(&bytes[..]));
        }
    }
}

#[test]
fn a_large_answer_does_not_keep_small_ones_waiting() {
    let world = World::new();
    let large = world.put(&vec![7; 256 << 20]);
    let small = world.put(b"small");
    let mut patient = world.plain_reader();
    patient.ask(&read(large, 0, u64::MAX));
    let mut client = world.plain_reader();
    for _ in 0..100 {
        assert_eq!(client.get(small), b"small");
    }
    let Got::Data { bytes, .. } = patient.receive().unwrap().1 else { panic!() };
    assert!(bytes.len() == 256 << 20 && bytes.iter().all(|byte| *byte == 7));
}

#[test]
fn notes_and_states_are_told() {
    let world = World::new();
    let ticket = world.store.put_slice(&[1.5_f64, 2.5]).unwrap();
    let note = world.fabric.membership.node.resolve(
        &ticket.key(),
        Duration::ZERO.into(),
        wharf_shm::Wait::Block,
    );
    let note = note.unwrap().note().to_vec();
    assert!(!note.is_empty());
    let mut client = world.reader();
    let Got::Data { note: told, .. } = client.read(ticket.key(), 0, u64::MAX) else { panic!() };
    assert_eq!(told, note);
    let stat = client.call(&Request::Stat { key: ticket.key(), hold: Duration::ZERO });
    assert_eq!(stat, Got::State { state: State::Sealed, total: 16, once: false, note });
}

#[test]
fn what_cannot_be_read_is_refused_by_its_reason() {
    let world = World::new();
    let key = world.put(b"temperature");
    let mut client = world.reader();
    let mut wrong = key;
    wrong.capability = Capability::from_bytes([0; 16]);
    assert_eq!(client.read(wrong, 0, u64::MAX).code(), Some(Refused::WRONG_CAPABILITY));
    let mut elsewhere = key;
    elsewhere.slot = 9_999_999;
    assert_eq!(client.read(elsewhere, 0, u64::MAX).code(), Some(Refused::WRONG_CAPABILITY));
    let mut later = key;
    later.generation += 1;
    assert_eq!(client.read(later, 0, u64::MAX).code(), Some(Refused::EVICTED));
    world.fabric.membership.node.evict(&key).unwrap();
    assert_eq!(client.read(key, 0, u64::MAX).code(), Some(Refused::EVICTED));
    let promise = world.store.promise().unwrap();
    let failed = promise.ticket().key();
    promise.fail("the solver diverged").unwrap();
    let text = "the solver diverged".to_owned();
    let told = Got::Refused { code: Refused::FAILED, text };
    assert_eq!(client.read(failed, 0, u64::MAX), told);
    let counters = world.endpoint.counters();
    assert_eq!((counters.refused("wrong capability"), counters.refused("evicted")), (2, 2));
    assert_eq!(counters.bytes_sent, 0);
}

#[test]
fn a_lease_that_has_ended_is_evicted() {
    let world = World::new();
    let leased = Lifetime::PROCESS.ending(End::Lease(Duration::from_millis(20)));
    let key = world.store.with_lifetime(leased).put(b"for now").unwrap().key();
    std::thread::sleep(Duration::from_millis(40));
    assert_eq!(world.reader().read(key, 0, u64::MAX).code(), Some(Refused::EVICTED));
}

#[test]
fn plain_connections_are_offered_where_both_sides_agree() {
    use Policy::{Always, Auto, Never};
    let trust = |text: &str| text.parse().unwrap();
    for (ours, trusted, theirs, plain) in [
        (Auto, "127.0.0.0/8", Auto, true),
        (Auto, "127.0.0.0/8", Always, false),
        (Auto, "10.0.0.0/8", Auto, false),
        (Auto, "10.0.0.0/8", Never, false),
        (Always, "127.0.0.0/8", Never, false),
        (Never, "none", Auto, true),
    ] {
        let world = World::with(|options| {
            options.policy = ours;
            options.trusted = trust(trusted);
        });
        let hello = Hello { tokens: 3, ..Hello::new(theirs) };
        let mut client = Client::greets(&world, &identity(), &hello).unwrap();
        let welcome = client.welcome.clone().unwrap();
        let told = (welcome.plain, welcome.tokens.len());
        assert_eq!(told, (plain, if plain { 3 } else { 0 }), "{ours:?} {trusted} {theirs:?}");
        let more = client.call(&Request::Tokens { count: 1 });
        assert_eq!(matches!(more, Got::Tokens(_)), plain, "{ours:?} {trusted} {theirs:?}");
    }
}

#[test]
fn a_welcome_tells_who_it_is() {
    let world = World::new();
    let first = world.reader().welcome.unwrap();
    let second = world.plain_reader().welcome.unwrap();
    assert_eq!((first.node, first.idle, first.version), (world.fabric.node(), 60, 1));
    assert_eq!((second.node, second.endpoint), (first.node, first.endpoint));
    assert_ne!(first.endpoint, World::new().reader().welcome.unwrap().endpoint);
}

#[test]
fn more_tokens_are_given_on_request_inside_tls_alone() {
    let world = World::new();
    let mut client = world.reader();
    let Got::Tokens(tokens) = client.call(&Request::Tokens { count: 5 }) else { panic!() };
    assert_eq!(tokens.len(), 5);
    let mut plain = Client::plain(world.address(), tokens[4]);
    assert_eq!(plain.call(&Request::Tokens { count: 5 }).code(), Some(Refused::FORBIDDEN));
}

#[test]
fn a_secret_is_checked_where_it_is_shown() {
    let ours = Secret::new(&[7; 32]).unwrap();
    let world = World::with(|options| options.secret = Some(ours.clone()));
    let greet = |secret: Option<&Secret>| {
        let mut client =
            Client::tls(world.address(), &identity(), world.identity.public_key()).unwrap();
        let exporter = client.stream().exporter().unwrap();
        let proof = secret.map(|secret| secret.prove(&exporter));
        client.ask(&Request::Hello(Hello { proof, ..Hello::new(Policy::Auto) }));
        client.receive().unwrap().1
    };
    assert!(matches!(greet(Some(&ours)), Got::Welcome(_)));
    assert!(matches!(greet(None), Got::Welcome(_)), "a ticket is right enough");
    let wrong = greet(Some(&Secret::new(&[8; 32]).unwrap()));
    assert_eq!(wrong.code(), Some(Refused::FORBIDDEN), "{wrong:?}");
}

#[test]
fn readers_are_counted_by_their_keys() {
    let world = World::new();
    let key = world.put(&[7; 1000]);
    let own = identity();
    let (mut one, mut two) = (Client::greeted(&world, &own), Client::greeted(&world, &own));
    one.get(key);
    two.get(key);
    world.reader().get(key);
    let readers = world.endpoint.readers();
    assert_eq!(readers.len(), 2);
    assert_eq!((readers[0].bytes_sent, readers[0].connections), (2000, 2));
    assert_eq!(readers[1].bytes_sent, 1000);
}
