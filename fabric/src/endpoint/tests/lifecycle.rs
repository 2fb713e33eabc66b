//! Endpoints begin and end, readers die, objects are evicted while they are sent.

use std::time::Duration;

use wharf_shm::Wait;

use super::client::{Client, GoodReader, read};
use super::{World, pattern};
use crate::endpoint::{Endpoint, ListenError};
use crate::wire::Refused;

#[test]
fn closing_ends_everything_even_in_the_middle() {
    let world = World::new();
    let large = world.put(&vec![7; 64 << 20]);
    let mut clients: Vec<_> = (0..4).map(|_| world.plain_reader()).collect();
    for client in &mut clients {
        client.ask(&read(large, 0, u64::MAX));
    }
    let mut idle = world.reader();
    world.endpoint.close();
    world.endpoint.close();
    assert_eq!(world.endpoint.counters().connections, 0);
    assert!(idle.receive().is_err());
    assert!(clients.iter_mut().all(|client| client.receive().is_err()));
    assert!(std::net::TcpStream::connect(world.address()).is_err(), "somebody listens");
    assert_eq!(super::hostile::pins(&world), 0);
}

#[test]
fn a_port_is_free_again_at_once() {
    let world = World::new();
    let address = world.address();
    let mut client = world.reader();
    client.get(world.put(b"bytes"));
    drop(world);
    let again = World::with(|options| options.addresses = vec![address]);
    assert_eq!(again.address(), address);
    assert_eq!(again.reader().get(again.put(b"again")), b"again");
}

#[test]
fn nowhere_to_listen_is_an_error_that_helps() {
    let world = World::new();
    let mut options = None;
    let other = World::with(|given| {
        options = Some((given.identity.clone(), given.limits.clone()));
    });
    let (identity, limits) = options.unwrap();
    let listen = |addresses| {
        Endpoint::listen(
            &other.fabric.membership,
            crate::endpoint::EndpointOptions {
                addresses,
                identity: identity.clone(),
                policy: Default::default(),
                trusted: Default::default(),
                secret: None,
                limits: limits.clone(),
                wait: Wait::Block,
            },
        )
    };
    assert!(matches!(listen(vec![]), Err(ListenError::NoAddress)));
    let error = listen(vec![world.address()]).err().unwrap().to_string();
    assert!(error.contains(&world.address().to_string()), "{error}");
    assert!(error.contains("choose another port"), "{error}");
}

#[test]
fn every_way_of_waiting_serves() {
    for wait in [Wait::Block, Wait::Adaptive, Wait::Spin] {
        let world = World::with(|options| options.wait = wait);
        let mut client = world.plain_reader();
        let key = world.put(b"bytes");
        (0..1000).for_each(|_| assert_eq!(client.get(key), b"bytes"));
    }
}

#[test]
fn several_addresses_are_several_routes() {
    let world = World::with(|options| {
        let addresses = ["127.0.0.1:0", "127.0.0.2:0", "[::1]:0"];
        options.addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
    });
    let key = world.put(b"bytes");
    let routes = world.endpoint.routes().to_vec();
    assert_eq!(routes.len(), 3);
    for crate::ticket::Route::Tcp(address) in routes {
        let own = super::identity();
        let mut client = Client::tls(address, &own, world.identity.public_key()).unwrap();
        let hello = crate::wire::Hello::new(Default::default());
        client.send(0, &crate::wire::Request::Hello(hello)).unwrap();
        client.expect_welcome().unwrap();
        assert_eq!(client.get(key), b"bytes", "{address}");
    }
}

/// Objects come and go in the same few blocks while they are read: what is read is what the key
/// names, or it is evicted.
#[test]
fn what_is_evicted_while_it_is_sent_is_right_or_evicted() {
    const ROUNDS: u64 = 20_000;
    const SIZE: usize = 60_000;
    let world = World::new();
    let (give, take) = std::sync::mpsc::sync_channel(4);
    let producer = {
        let store = world.store.clone();
        std::thread::spawn(move || {
            for round in 0..ROUNDS {
                let bytes = vec![(round % 251) as u8; SIZE];
                let ticket = store.put(&bytes).unwrap();
                if give.send((round, ticket.key())).is_err() {
                    return;
                }
                (0..round * 17 % 20_000).for_each(|_| std::hint::spin_loop());
                store.evict(&ticket).unwrap();
            }
        })
    };
    let mut client = world.plain_reader();
    let (mut right, mut evicted) = (0, 0);
    for (round, key) in take {
        let got = client.read(key, 0, u64::MAX);
        match got.bytes() {
            Some(bytes) => {
                assert!(
                    bytes.len() == SIZE && bytes.iter().all(|byte| *byte == (round % 251) as u8)
                );
                right += 1;
            }
            None => {
                assert_eq!(got.code(), Some(Refused::EVICTED));
                evicted += 1;
            }
        }
    }
    producer.join().unwrap();
    assert_eq!(right + evicted, ROUNDS);
    assert!(right > 100 && evicted > 100, "{right} right, {evicted} evicted");
}

/// An answer of many pieces, whose object is evicted, and its memory wanted, after the first.
#[test]
fn what_is_evicted_in_the_middle_arrives_whole() {
    const SIZE: usize = 32 << 20;
    let world = World::new();
    for round in 0..20 {
        let bytes = pattern(round, SIZE);
        let ticket = world.store.put(&bytes).unwrap();
        let before = world.endpoint.counters().bytes_sent;
        let mut client = world.plain_reader();
        client.ask(&read(ticket.key(), 0, u64::MAX));
        world.soon("nothing is sent", |counters| counters.bytes_sent > before);
        world.store.evict(&ticket).unwrap();
        let other = world.store.put(&vec![0; SIZE]).unwrap();
        let (_, got) = client.receive().unwrap();
        assert!(got.bytes() == Some(&bytes[..]), "round {round}");
        world.store.evict(&other).unwrap();
    }
}

/// Readers that end without a word leave no pin, no descriptor and no connection.
#[test]
fn killed_readers_leave_nothing() {
    let world = World::new();
    let good = GoodReader::start(&world);
    let large = world.put(&vec![7; 64 << 20]);
    let pending = world.store.promise().unwrap();
    GoodReader::goes_on(&world);
    let before = descriptors();
    for round in 0..20 {
        let mut clients: Vec<_> = (0..5)
            .map(|n| if n % 2 == 0 { world.reader() } else { world.plain_reader() })
            .collect();
        for client in &mut clients {
            client.ask(&super::client::held(pending.ticket().key(), super::LONG));
            client.ask(&read(large, 0, u64::MAX));
        }
        if round % 2 == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        for client in &mut clients {
            // As the system does for a process that is killed with unread bytes.
            let socket = socket2::SockRef::from(client.stream().socket());
            socket.set_linger(Some(Duration::ZERO)).unwrap();
        }
    }
    world.soon("they are still there", |counters| counters.connections == 1);
    assert!(good.end() > 1);
    assert_eq!(super::hostile::pins(&world), 0);
    assert!(descriptors() <= before, "{} and {before} before", descriptors());
}

fn descriptors() -> usize {
    let sockets = std::fs::read_dir("/proc/self/fd").unwrap();
    sockets.filter(|entry| entry.is_ok()).count()
}
