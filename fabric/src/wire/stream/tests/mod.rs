//! Streams over real sockets, with peers that do what they like.

mod handshakes;
mod traffic;

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};

use rustix::event::{PollFd, PollFlags, Timespec};

use super::*;
use crate::security::Identity;
use crate::wire::Reply;

/// Both kinds of connections, ready to be used: the connecting side, and the accepted one.
fn pairs() -> [(&'static str, Stream, Stream); 2] {
    let (client, server) = (identity(), identity());
    let (near, far) = sockets();
    let plain = Stream::connect_plain(near, [7; 16]).unwrap();
    let plain_accepted = Stream::accept(far, server.server()).unwrap();
    let (near, far) = sockets();
    let tls = Stream::connect_tls(near, client.client(server.public_key())).unwrap();
    let tls_accepted = Stream::accept(far, server.server()).unwrap();
    [("plain", plain, plain_accepted), ("TLS", tls, tls_accepted)].map(|(name, mut a, mut b)| {
        shake_hands(&mut a, &mut b).unwrap();
        (name, a, b)
    })
}

/// Drives both sides until both are done, or one fails.
fn shake_hands(a: &mut Stream, b: &mut Stream) -> Result<(), StreamError> {
    let (mut done_a, mut done_b) = (false, false);
    while !(done_a && done_b) {
        done_a = a.handshake()?;
        if done_a {
            a.flush()?;
        }
        done_b = b.handshake()?;
        if done_b {
            b.flush()?;
        }
    }
    Ok(())
}

/// Goes on with a side's handshake.
fn step(stream: &mut Stream, done: bool) -> bool {
    let done = done || stream.handshake().unwrap();
    if done {
        stream.flush().unwrap();
    }
    done
}

fn identity() -> Identity {
    Identity::from_pkcs8(&Identity::generate().unwrap()).unwrap()
}

fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (near, listener.accept().unwrap().0)
}

/// Waits as the users of a stream do.
fn poll(stream: &Stream) {
    let writes = if stream.wants_write() { PollFlags::OUT } else { PollFlags::empty() };
    wait_for(stream, PollFlags::IN | writes);
}

fn wait_for(stream: &Stream, flags: PollFlags) {
    let patience = Timespec { tv_sec: 30, tv_nsec: 0 };
    let ready = rustix::event::poll(&mut [PollFd::new(stream, flags)], Some(&patience)).unwrap();
    assert_eq!(ready, 1, "nothing came for half a minute");
}

/// The next frame, however long it takes.
fn next(stream: &mut Stream) -> Result<(Header, Vec<u8>), StreamError> {
    loop {
        if let Some(frame) = stream.receive()? {
            return Ok((frame.header, frame.body.to_vec()));
        }
        poll(stream);
    }
}

fn bytes(len: usize) -> Vec<u8> {
    let mut word = 0x9e37_79b9_7f4a_7c15_u64;
    let next = || {
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        word as u8
    };
    std::iter::repeat_with(next).take(len).collect()
}

fn data(len: usize) -> Reply<'static> {
    let len = len as u64;
    Reply::Data { total: len, offset: 0, len, claimed: false, note: b"" }
}

/// Carries what one side sends to the other, byte by byte or up to a point.
struct Relay {
    from: TcpStream,
    to: TcpStream,
}

impl Relay {
    /// Two streams' sockets, and what lies between them, either way.
    fn between() -> (TcpStream, TcpStream, [Relay; 2]) {
        let (near, near_end) = sockets();
        let (far, far_end) = sockets();
        for end in [&near_end, &far_end] {
            end.set_nonblocking(true).unwrap();
            end.set_nodelay(true).unwrap();
        }
        let there = Relay { from: near_end.try_clone().unwrap(), to: far_end.try_clone().unwrap() };
        let back = Relay { from: far_end, to: near_end };
        (near, far, [there, back])
    }

    /// Carries a byte, if there is one.
    fn carry(&mut self) -> bool {
        let mut byte = [0];
        match self.from.read(&mut byte) {
            Ok(1) => self.to.write_all(&byte).map(|()| true).unwrap_or(false),
            Ok(_) => false,
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            Err(error) => panic!("{error}"),
        }
    }
}
