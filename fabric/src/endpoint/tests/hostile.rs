//! Whoever means harm gets nothing, costs no more than its limit, and keeps nobody from being served.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use wharf_shm::Capability;

use super::client::{Client, GoodReader, Got, held, read};
use super::{LONG, World, identity, pattern};
use crate::security::Token;
use crate::transport::AskId;
use crate::wire::{Refused, Request};

/// What comes back of these bytes until the endpoint closes; fails if it does not.
#[track_caller]
fn answer_to(world: &World, bytes: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(world.address()).unwrap();
    socket.set_read_timeout(Some(LONG)).unwrap();
    let _ = socket.write_all(bytes);
    until_closed(&mut socket)
}

#[track_caller]
fn until_closed(socket: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    match socket.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("it was not closed: {error}"),
    }
    answer
}

fn quick() -> World {
    World::limited(|limits| limits.handshake = Duration::from_millis(300))
}

#[test]
fn other_protocols_get_not_a_byte() {
    let world = quick();
    let good = GoodReader::start(&world);
    for bytes in [
        &b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..],
        b"SSH-2.0-OpenSSH_9.2\r\n",
        &[0; 4096],
        &[0xff; 4096],
        &pattern(77, 4096),
        b"\xd5WF2aaaaaaaaaaaaaaaaaaaaaaaa",
        b"\xd5",
        b"",
    ] {
        assert_eq!(answer_to(&world, bytes), NOTHING, "{bytes:?}");
    }
    world.soon("they are still there", |counters| counters.connections == 1);
    assert!(world.endpoint.counters().refused("foreign protocol") >= 5);
    assert!(good.end() > 1);
}

#[test]
fn what_only_begins_as_tls_gets_no_more_than_an_alert() {
    let world = quick();
    let good = GoodReader::start(&world);
    for seed in 0..50 {
        let mut bytes = vec![0x16, 3, 1, 2, 0];
        bytes.extend(pattern(seed, 512));
        let answer = answer_to(&world, &bytes);
        assert!(answer.len() <= 7, "{answer:?}");
    }
    world.soon("they are still there", |counters| counters.connections == 1);
    assert!(good.end() > 1);
}

/// What a reader sends first, up to the end of its greeting, and one request.
fn recorded(world: &World) -> Vec<u8> {
    let (near, far) = pair();
    let address = world.address();
    let key = world.identity.public_key();
    let forward = std::thread::spawn(move || {
        let origin = TcpStream::connect(address).unwrap();
        let mut recorded = Vec::new();
        let (mut from, mut to) = (far.try_clone().unwrap(), origin.try_clone().unwrap());
        let back = std::thread::spawn(move || {
            let _ = std::io::copy(&mut { origin }, &mut { far });
        });
        let mut buffer = [0; 4096];
        while let Ok(some @ 1..) = from.read(&mut buffer) {
            recorded.extend_from_slice(&buffer[..some]);
            to.write_all(&buffer[..some]).unwrap();
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
        back.join().unwrap();
        recorded
    });
    let mut client = Client::over(near, &identity(), key).unwrap();
    client.send(0, &Request::Hello(crate::wire::Hello::new(Default::default()))).unwrap();
    client.expect_welcome().unwrap();
    assert_eq!(client.get(world.put(b"recorded")), b"recorded");
    drop(client);
    forward.join().unwrap()
}

fn pair() -> (TcpStream, TcpStream) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (near, listener.accept().unwrap().0)
}

/// A handshake cut at every byte, and one that is played again, leave nothing.
#[test]
fn handshakes_that_are_cut_or_replayed_leave_nothing() {
    let world = quick();
    let recorded = recorded(&world);
    let served = world.endpoint.counters().served;
    let good = GoodReader::start(&world);
    for cut in 0..recorded.len() {
        let mut socket = TcpStream::connect(world.address()).unwrap();
        socket.write_all(&recorded[..cut]).unwrap();
    }
    // In full, and waited for: an alert at most comes back after the endpoint's part of a handshake.
    let mut socket = TcpStream::connect(world.address()).unwrap();
    let _ = socket.write_all(&recorded);
    until_closed(&mut socket);
    world.soon("they are still there", |counters| counters.connections == 1);
    assert!(served >= 1 && good.end() > 1);
    world.soon("the good reader is still there", |counters| counters.connections == 0);
    assert!(world.endpoint.readers().iter().all(|reader| reader.connections == 0));
}

#[test]
fn tokens_open_one_connection_each() {
    let world = World::new();
    let good = GoodReader::start(&world);
    let mut client = world.reader();
    let closed = |id: [u8; 16]| {
        let mut bytes = b"\xd5WF1".to_vec();
        bytes.extend_from_slice(&id);
        answer_to(&world, &bytes)
    };
    let token = client.tokens.pop().unwrap();
    let plain = Client::plain(world.address(), token);
    assert_eq!(closed(token.id), NOTHING, "used again, while it is open");
    drop(plain);
    assert_eq!(closed(token.id), NOTHING, "used again");
    let token = client.tokens.pop().unwrap();
    assert_eq!(closed(token.answer), NOTHING, "its second half");
    for _ in 0..1000 {
        assert_eq!(closed(Token::random().unwrap().id), NOTHING, "guessed");
    }
    assert_eq!(world.endpoint.counters().refused("wrong token"), 1003);
    drop(Client::plain(world.address(), token));
    assert!(good.end() > 1);
}

#[test]
fn a_token_is_of_no_use_from_another_address() {
    let world = World::with(|options| options.addresses = vec!["0.0.0.0:0".parse().unwrap()]);
    let port = world.address().port();
    let local = World { ..world };
    let token = {
        let address = ([127, 0, 0, 1], port).into();
        let mut client = Client::tls(address, &identity(), local.identity.public_key()).unwrap();
        let hello = crate::wire::Hello { tokens: 2, ..crate::wire::Hello::new(Default::default()) };
        client.send(0, &Request::Hello(hello)).unwrap();
        client.expect_welcome().unwrap();
        client.tokens.pop().unwrap()
    };
    let mut bytes = b"\xd5WF1".to_vec();
    bytes.extend_from_slice(&token.id);
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&std::net::SocketAddr::from(([127, 0, 0, 2], 0)).into()).unwrap();
    socket.connect(&std::net::SocketAddr::from(([127, 0, 0, 1], port)).into()).unwrap();
    let mut socket = TcpStream::from(socket);
    socket.write_all(&bytes).unwrap();
    assert_eq!(until_closed(&mut socket), NOTHING);
    assert_eq!(local.endpoint.counters().refused("wrong token"), 1);
}

#[test]
fn wrong_capabilities_get_nothing_however_many_are_tried() {
    let world = World::new();
    let key = world.put(b"secret");
    let good = GoodReader::start(&world);
    let mut client = world.reader();
    for n in 0..2000_u64 {
        let mut guess = key;
        let mut capability = *key.capability.as_bytes();
        capability[(n % 16) as usize] ^= 1 + (n / 16) as u8 % 255;
        guess.capability = Capability::from_bytes(capability);
        assert_eq!(client.read(guess, 0, u64::MAX).code(), Some(Refused::WRONG_CAPABILITY));
    }
    assert_eq!(world.endpoint.counters().refused("wrong capability"), 2000);
    assert!(good.end() > 1);
}

#[test]
fn malformed_requests_are_told_so_and_end_the_connection() {
    let world = World::new();
    let good = GoodReader::start(&world);
    let header = |length: u32, kind: u8, reserved: u8| {
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend_from_slice(&[kind, 0, reserved, 0]);
        bytes.extend_from_slice(&[0; 8]);
        bytes
    };
    let hello_again = {
        let mut bytes = Vec::new();
        Request::Hello(crate::wire::Hello::new(Default::default())).encode(AskId(3), &mut bytes);
        bytes
    };
    let short = [header(3, 2, 0), vec![1, 2, 3]].concat();
    for bytes in [header(u32::MAX, 2, 0), header(4097, 2, 0), header(0, 2, 1), short, hello_again] {
        for mut client in [world.reader(), world.plain_reader()] {
            client.stream().queue().extend_from_slice(&bytes);
            client.stream().flush().unwrap();
            assert_eq!(client.receive().unwrap().1.code(), Some(Refused::MALFORMED), "{bytes:?}");
            assert!(client.receive().is_err(), "it goes on");
        }
    }
    let unknown = header(0, 99, 0);
    let mut client = world.reader();
    client.stream().queue().extend_from_slice(&unknown);
    client.stream().flush().unwrap();
    assert_eq!(client.receive().unwrap().1.code(), Some(Refused::UNSUPPORTED));
    assert_eq!(client.get(world.put(b"and")), b"and");
    assert!(good.end() > 1);
}

#[test]
fn a_request_before_the_greeting_is_malformed() {
    let world = World::new();
    let key = world.put(b"bytes");
    let mut client =
        Client::tls(world.address(), &identity(), world.identity.public_key()).unwrap();
    client.ask(&read(key, 0, 5));
    assert_eq!(client.receive().unwrap().1.code(), Some(Refused::MALFORMED));
    assert_eq!(world.endpoint.counters().bytes_sent, 0);
}

#[test]
fn who_sends_a_byte_a_moment_or_nothing_is_closed_in_time() {
    let world = quick();
    let good = GoodReader::start(&world);
    let mut silent: Vec<_> =
        (0..50).map(|_| TcpStream::connect(world.address()).unwrap()).collect();
    let mut slow = TcpStream::connect(world.address()).unwrap();
    slow.set_nonblocking(true).unwrap();
    let recorded = [0x16, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];
    let mut sent = 0;
    while slow.write(&[recorded[sent % recorded.len()]]).is_ok() {
        sent += 1;
        assert!(sent < 200, "it may go on for ever");
        std::thread::sleep(Duration::from_millis(20));
    }
    silent.iter_mut().for_each(|socket| assert_eq!(until_closed(socket), NOTHING));
    world.soon("they are still there", |counters| counters.connections == 1);
    assert_eq!(world.endpoint.counters().refused("no handshake in time"), 51);
    assert!(good.end() > 1);
}

/// Who proved a key and says nothing more is one of the unproven no longer, and is closed all the same.
#[test]
fn who_does_not_greet_is_closed_in_time() {
    let world = quick();
    let mut client =
        Client::tls(world.address(), &identity(), world.identity.public_key()).unwrap();
    assert!(client.receive().is_err());
    assert_eq!(world.endpoint.counters().refused("no handshake in time"), 1);
}

#[test]
fn the_unproven_make_room_for_each_other() {
    let world = World::limited(|limits| {
        limits.unproven = 10;
        limits.handshake = LONG;
    });
    let good = GoodReader::start(&world);
    let mut crowd: Vec<_> =
        (0..200).map(|_| TcpStream::connect(world.address()).unwrap()).collect();
    world.soon("they are all there", |counters| counters.refused("too many connections") >= 190);
    assert_eq!(world.endpoint.counters().connections, 11);
    crowd.iter_mut().take(190).for_each(|socket| assert_eq!(until_closed(socket), NOTHING));
    // A reader gets in, and the next.
    assert_eq!(world.reader().get(world.put(b"bytes")), b"bytes");
    assert!(good.end() > 1);
}

#[test]
fn the_least_used_makes_room_when_there_are_too_many() {
    let world = World::limited(|limits| limits.connections = 20);
    let key = world.put(b"bytes");
    let mut used = world.reader();
    let mut crowd = Vec::new();
    for _ in 0..100 {
        crowd.push(world.reader());
        assert_eq!(used.get(key), b"bytes", "others were used less");
    }
    assert!(world.endpoint.counters().connections <= 20);
    assert!(world.endpoint.counters().refused("too many connections") >= 80);
    assert_eq!(crowd.last_mut().unwrap().get(key), b"bytes");
}

#[test]
fn one_peer_has_no_more_connections_than_its_share() {
    let world = World::limited(|limits| limits.connections_per_peer = 5);
    let good = GoodReader::start(&world);
    let own = identity();
    let mut crowd: Vec<_> = (0..5).map(|_| Client::greeted(&world, &own)).collect();
    let token = crowd[0].tokens.pop().unwrap();
    let hello = crate::wire::Hello::new(Default::default());
    for _ in 0..20 {
        let refused = Client::greets(&world, &own, &hello);
        assert!(refused.is_err_and(|error| error.to_string().contains("as many connections")));
    }
    assert!(Client::by_token(world.address(), token.id).unwrap().expect_welcome().is_err());
    drop(crowd);
    world.soon("they are still there", |counters| counters.connections == 1);
    Client::greeted(&world, &own).get(world.put(b"bytes"));
    assert!(good.end() > 1);
}

#[test]
fn who_asks_without_end_is_read_from_no_further() {
    let world = World::limited(|limits| limits.asks = 10);
    let good = GoodReader::start(&world);
    let promise = world.store.promise().unwrap();
    let key = promise.ticket().key();
    let mut client = world.plain_reader();
    let mut bytes = Vec::new();
    held(key, LONG).encode(AskId(1), &mut bytes);
    let mut socket = client.stream().socket().try_clone().unwrap();
    let mut sent = 0_usize;
    // Until the sockets are full.
    let full = loop {
        match socket.write(&bytes) {
            Ok(some) => sent += some,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                std::thread::sleep(Duration::from_millis(50));
                if socket.write(&[]).is_ok()
                    && matches!(socket.write(&bytes[..1]), Err(error) if error.kind() == ErrorKind::WouldBlock)
                {
                    break true;
                }
            }
            Err(error) => panic!("{error}"),
        }
        if sent > 64 << 20 {
            break false;
        }
    };
    assert!(full, "the endpoint takes in whatever comes");
    assert!(good.end() > 1);
    drop(client);
    drop(socket);
    world.soon("it is still there", |counters| counters.connections == 0);
}

#[test]
fn who_takes_nothing_is_closed_and_holds_nothing() {
    let world = World::limited(|limits| limits.stall = Duration::from_millis(300));
    let good = GoodReader::start(&world);
    let large = world.put(&vec![7; 64 << 20]);
    let small = world.put(&[7; 1000]);
    let mut one = world.plain_reader();
    one.ask(&read(large, 0, u64::MAX));
    let mut two = world.reader();
    one.ask(&read(large, 0, u64::MAX));
    two.ask(&read(large, 0, u64::MAX));
    let mut three = world.plain_reader();
    let socket = three.stream().socket().try_clone().unwrap();
    let mut bytes = Vec::new();
    (0..1000).for_each(|n| read(small, 0, 1000).encode(AskId(n), &mut bytes));
    while (&socket).write(&bytes).is_ok() {}
    world.soon("they are still there", |counters| {
        counters.refused("took nothing for too long") == 3
    });
    // What the good one is being sent is held as well.
    assert!(good.end() > 1);
    assert_eq!(pins(&world), 0, "what it did not take is still held");
}

pub(super) fn pins(world: &World) -> u32 {
    let arenas = world.fabric.arenas().unwrap();
    arenas.iter().flat_map(|arena| &arena.objects).map(|object| object.pins).sum()
}

#[test]
fn huge_ranges_cost_what_is_there() {
    let world = World::new();
    let key = world.put(&[7; 1000]);
    let mut client = world.reader();
    for (offset, len) in [(0, u64::MAX), (u64::MAX, u64::MAX), (u64::MAX - 1, 2), (999, u64::MAX)] {
        let Got::Data { bytes, .. } = client.read(key, offset, len) else { panic!() };
        assert!(bytes.len() <= 1000);
    }
}

#[test]
fn a_thousand_connections_come_and_go() {
    let world = World::new();
    let good = GoodReader::start(&world);
    for _ in 0..1000 {
        drop(TcpStream::connect(world.address()).unwrap());
    }
    world.soon("they are still there", |counters| {
        counters.accepted >= 1001 && counters.connections == 1
    });
    assert!(good.end() > 1);
}

#[test]
fn the_idle_are_closed() {
    let world = World::limited(|limits| limits.idle = Duration::from_millis(200));
    let mut client = world.reader();
    let mut plain = world.plain_reader();
    assert!(client.receive().is_err());
    assert!(plain.receive().is_err());
    world.soon("they are counted", |counters| {
        counters.refused("idle") >= 2 && counters.connections == 0
    });
}

const NOTHING: [u8; 0] = [];
