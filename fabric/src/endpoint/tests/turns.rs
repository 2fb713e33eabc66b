//! Whose turn it is, round by round: by hand, so that no clock has a say.

#![allow(unsafe_code)] // exposing is unsafe to call

use std::net::TcpStream;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::client::{Client, read};
use super::{Server, World, identity, lasting};
use crate::wire::Stream;

/// What a reader does, while the server has its rounds; `look` is called after each of them.
fn meanwhile<T: Send + 'static>(
    world: &World,
    server: &mut Server,
    look: impl FnMut(),
    act: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (bell, mut look) = (world.endpoint.control.bell.clone(), look);
    let done = Arc::new(AtomicBool::new(false));
    let told = done.clone();
    let thread = std::thread::spawn(move || {
        let outcome = act();
        told.store(true, Ordering::Release);
        bell.ring();
        outcome
    });
    while !done.load(Ordering::Acquire) {
        server.round();
        look();
    }
    thread.join().unwrap()
}

/// A reader that was welcomed.
fn reader(world: &World, server: &mut Server) -> Client {
    let (address, key) = (world.address(), world.identity.public_key());
    meanwhile(
        world,
        server,
        || {},
        move || {
            let mut client = Client::tls(address, &identity(), key).unwrap();
            let hello = crate::wire::Hello::new(Default::default());
            client.send(0, &crate::wire::Request::Hello(hello)).unwrap();
            client.expect_welcome().unwrap();
            client
        },
    )
}

fn has_come(stream: &impl AsFd) -> bool {
    let mut fds = [PollFd::new(stream, PollFlags::IN)];
    poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).unwrap() > 0
}

/// While 150 handshakes are to be done, more than are taken on at once, a reader that asks again and
/// again is answered about as often as one of them is gone on with.
#[test]
fn a_storm_of_handshakes_leaves_every_other_turn_to_readers() {
    const STORM: usize = 150;
    let (world, mut server) = World::by_hand();
    let key = world.put(b"bytes");
    let mut good = reader(&world, &mut server);
    let own = identity();
    let mut storm: Vec<_> = (0..STORM)
        .map(|_| {
            let socket = TcpStream::connect(world.address()).unwrap();
            let config = own.client(world.identity.public_key());
            let mut stream = Stream::connect_tls(socket, config).unwrap();
            assert!(!stream.handshake().unwrap());
            stream
        })
        .collect();
    let (mut asked, mut reads) = (false, 0);
    while !storm.is_empty() {
        if !std::mem::replace(&mut asked, true) {
            good.ask(&read(key, 0, 5));
        }
        server.round();
        storm.retain(|stream| !has_come(stream));
        if has_come(good.stream()) {
            assert_eq!(good.answer().1.bytes(), Some(&b"bytes"[..]));
            (asked, reads) = (false, reads + 1);
        }
    }
    assert!(reads >= STORM / 2, "{reads} answers while {STORM} handshakes began");
}

/// A round sends little more than a mebibyte of a large object, wherever it lies, and then others have
/// theirs.
#[test]
fn a_round_sends_a_bounded_piece() {
    const SIZE: usize = 32 << 20;
    let (world, mut server) = World::by_hand();
    let bytes = lasting(8, SIZE);
    // SAFETY: the bytes are never freed, nor changed.
    let exposed = unsafe { world.store.expose(bytes.as_ptr(), bytes.len()) }.unwrap();
    let put = world.put(bytes);
    for key in [exposed.ticket().key(), put] {
        let mut client = reader(&world, &mut server);
        let before = world.endpoint.counters().bytes_sent;
        let (mut rounds, mut sent) = (0, before);
        let look = || {
            let now = world.endpoint.counters().bytes_sent;
            assert!(now - sent <= (1 << 20) + (64 << 10), "{} bytes in a round", now - sent);
            rounds += usize::from(now > sent);
            sent = now;
        };
        let got = meanwhile(&world, &mut server, look, move || client.get(key));
        assert!(got == bytes);
        assert!(rounds >= 30, "{rounds}");
        assert_eq!(sent - before, SIZE as u64);
    }
}
