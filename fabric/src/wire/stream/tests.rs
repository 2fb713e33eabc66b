//! Streams over real sockets, with peers that do what they like.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use rustix::event::{PollFd, PollFlags, Timespec};

use super::*;
use crate::security::{Identity, Policy, Secret, Token};
use crate::transport::AskId;
use crate::wire::{Hello, Reply, Request};

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
    let mut flags = PollFlags::empty();
    flags.set(PollFlags::IN, stream.wants_read());
    flags.set(PollFlags::OUT, stream.wants_write());
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

#[test]
fn frames_go_both_ways_with_as_many_at_once_as_one_likes() {
    for (name, mut near, mut far) in pairs() {
        let requests: Vec<_> = (0..1000).map(|n| Request::Confirm { read: AskId(n) }).collect();
        for (at, request) in requests.iter().enumerate() {
            request.encode(AskId(at as u64), near.queue());
        }
        for (at, request) in requests.iter().enumerate() {
            near.flush().unwrap();
            let (header, body) = next(&mut far).unwrap();
            assert_eq!(header.id, at as u64, "{name}");
            assert_eq!(Request::parse(&header, &body).as_ref(), Ok(request));
        }
        Reply::Held.encode(AskId(3), far.queue());
        assert!(far.flush().unwrap());
        let (header, body) = next(&mut near).unwrap();
        assert_eq!((header.id, Reply::parse(&header, &body)), (3, Ok(Reply::Held)));
    }
}

#[test]
fn each_side_learns_who_the_other_is() {
    let (client, server) = (identity(), identity());
    let (near, far) = sockets();
    let mut near = Stream::connect_tls(near, client.client(server.public_key())).unwrap();
    let mut far = Stream::accept(far, server.server()).unwrap();
    assert_eq!((near.peer(), near.exporter()), (None, None));
    shake_hands(&mut near, &mut far).unwrap();
    assert_eq!(near.peer(), Some(server.public_key()));
    assert_eq!(far.peer(), Some(client.public_key()));
    assert_eq!(far.token(), None);

    let secret = Secret::new(&[1; 32]).unwrap();
    let proof = secret.prove(&near.exporter().unwrap());
    assert!(secret.verify(&far.exporter().unwrap(), &proof));
    let other = Secret::new(&[2; 32]).unwrap();
    assert!(!other.verify(&far.exporter().unwrap(), &proof));
    // Between the same two, on another connection, it is worth nothing.
    let (again, again_far) = sockets();
    let mut again = Stream::connect_tls(again, client.client(server.public_key())).unwrap();
    let mut again_far = Stream::accept(again_far, server.server()).unwrap();
    shake_hands(&mut again, &mut again_far).unwrap();
    assert!(!secret.verify(&again_far.exporter().unwrap(), &proof));

    let [(_, near, far), _] = pairs();
    assert_eq!((far.token(), near.token()), (Some([7; 16]), Some([7; 16])));
    assert_eq!((far.peer(), far.exporter()), (None, None));
}

#[test]
fn the_wrong_key_is_refused_by_name_and_gets_nothing() {
    let (client, server, expected) = (identity(), identity(), identity());
    let (near, far) = sockets();
    let mut near = Stream::connect_tls(near, client.client(expected.public_key())).unwrap();
    let mut far = Stream::accept(far, server.server()).unwrap();
    Request::Hello(Hello::new(Policy::Auto)).encode(AskId(0), near.queue());
    match shake_hands(&mut near, &mut far) {
        Err(StreamError::WrongKey(wrong)) => {
            assert_eq!((wrong.pinned, wrong.found), (expected.public_key(), server.public_key()));
        }
        other => panic!("{other:?}"),
    }
    // It is told, and never got as far as a frame.
    match far.handshake() {
        Err(StreamError::Handshake(rustls::Error::AlertReceived(_))) => {}
        other => panic!("{other:?}"),
    }
    assert!(far.peer().is_none());
}

#[test]
fn other_protocols_are_turned_away_at_their_first_bytes() {
    let server = identity();
    let accept = |sent: &[u8]| {
        let (mut near, far) = sockets();
        near.write_all(sent).unwrap();
        let mut far = Stream::accept(far, server.server()).unwrap();
        loop {
            match far.handshake() {
                Ok(false) => poll(&far),
                result => break (result, near, far.held()),
            }
        }
    };
    for (sent, first) in
        [(&b"GET / HTTP/1.1\r\n\r\n"[..], b'G'), (b"\0\0\0\0", 0), (b"\xd5XF1", 0xd5)]
    {
        let (result, mut near, _) = accept(sent);
        assert!(
            matches!(result, Err(StreamError::Foreign { first: f }) if f == first),
            "{result:?}"
        );
        let mut heard = Vec::new();
        // Reset, or closed: nothing was said.
        let _ = near.read_to_end(&mut heard);
        assert_eq!(heard, b"");
    }
    let noise = [&[TLS][..], &bytes(40_000)].concat();
    let (result, ..) = accept(&noise);
    assert!(matches!(result, Err(StreamError::Handshake(_))), "{result:?}");
    // A plain TLS record that goes on for ever.
    let mut endless = vec![TLS, 3, 1, 0x3f, 0xff, 1, 0, 0xff, 0xff];
    endless.resize(1 << 20, 0);
    let (result, ..) = accept(&endless);
    assert!(matches!(result, Err(StreamError::Handshake(_))), "{result:?}");
}

#[test]
fn tls_that_is_not_ours_is_turned_away() {
    let server = identity();
    let (near, far) = sockets();
    let mut config = (*identity().client(server.public_key())).clone();
    config.alpn_protocols = Vec::new();
    let mut near = Stream::connect_tls(near, Arc::new(config)).unwrap();
    let mut far = Stream::accept(far, server.server()).unwrap();
    let result = shake_hands(&mut near, &mut far);
    assert!(matches!(result, Err(StreamError::OtherProtocol)), "{result:?}");
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

#[test]
fn bytes_may_come_one_at_a_time() {
    let (client, server) = (identity(), identity());
    for plain in [true, false] {
        let (near, far, [mut there, mut back]) = Relay::between();
        let mut near = match plain {
            true => Stream::connect_plain(near, [9; 16]).unwrap(),
            false => Stream::connect_tls(near, client.client(server.public_key())).unwrap(),
        };
        let mut far = Stream::accept(far, server.server()).unwrap();
        let sent = bytes(300);
        let (mut asked, mut answered, mut carried) = (false, 0, 0);
        let mut landed = vec![0; sent.len()];
        let mut at = None;
        while at != Some(sent.len()) {
            carried += usize::from(there.carry()) + usize::from(back.carry());
            if !asked && near.handshake().unwrap() {
                Request::Tokens { count: 9 }.encode(AskId(1), near.queue());
                asked = true;
            }
            if asked {
                near.flush().unwrap();
            }
            if far.handshake().unwrap() {
                if let Some(Frame { header, body }) = far.receive().unwrap() {
                    assert_eq!(Request::parse(&header, body), Ok(Request::Tokens { count: 9 }));
                    data(sent.len()).encode(AskId(1), far.queue());
                    answered = 1;
                }
                if answered > 0 {
                    answered += far.send_payload(&sent[answered - 1..]).unwrap();
                }
            }
            match &mut at {
                None if asked => at = near.receive().unwrap().map(|_| 0),
                Some(at) => *at += near.receive_payload(&mut landed[*at..]).unwrap(),
                None => {}
            }
        }
        assert_eq!(landed, sent);
        assert!(carried > sent.len() + 50, "{carried}");
    }
}

fn data(len: usize) -> Reply<'static> {
    let len = len as u64;
    Reply::Data { total: len, offset: 0, len, claimed: false, note: b"" }
}

#[test]
fn a_handshake_that_is_cut_at_any_byte_ends() {
    let (client, server) = (identity(), identity());
    let mut cuts = 0;
    for direction in 0..2 {
        for limit in 0.. {
            let (near, far, mut relays) = Relay::between();
            let mut near = Stream::connect_tls(near, client.client(server.public_key())).unwrap();
            let mut far = Stream::accept(far, server.server()).unwrap();
            let (mut carried, mut done) = ([0, 0], [false; 2]);
            let cut = loop {
                done = [step(&mut near, done[0]), step(&mut far, done[1])];
                if done == [true; 2] && carried[direction] < limit {
                    break false;
                }
                // Everything the other way; this way one byte less than it takes.
                while relays[1 - direction].carry() {}
                while carried[direction] < limit && relays[direction].carry() {
                    carried[direction] += 1;
                }
                if carried[direction] == limit {
                    relays[direction].to.shutdown(Shutdown::Write).unwrap();
                    break true;
                }
            };
            if !cut {
                assert!(carried[direction] > 200, "{carried:?}");
                break;
            }
            let victim = if direction == 0 { &mut far } else { &mut near };
            let ended = loop {
                match victim.handshake().and_then(|_| victim.receive().map(drop)) {
                    Ok(()) => poll(victim),
                    Err(ended) => break ended,
                }
            };
            let is_told = match (&ended, limit) {
                (StreamError::Closed, 0) if direction == 0 => true,
                (StreamError::Broken(cause), _) => cause.kind() == ErrorKind::UnexpectedEof,
                _ => false,
            };
            assert!(is_told, "{direction} {limit}: {ended:?}");
            cuts += 1;
        }
    }
    assert!(cuts > 600, "{cuts}");
}

/// Goes on with a side's handshake.
fn step(stream: &mut Stream, done: bool) -> bool {
    let done = done || stream.handshake().unwrap();
    if done {
        stream.flush().unwrap();
    }
    done
}

#[test]
fn an_end_between_frames_is_told_from_one_in_the_middle() {
    for (name, mut near, mut far) in pairs() {
        Request::Tokens { count: 1 }.encode(AskId(1), near.queue());
        near.flush().unwrap();
        near.close();
        next(&mut far).unwrap();
        let ended = next(&mut far).unwrap_err();
        assert!(matches!(ended, StreamError::Closed), "{name}: {ended:?}");
    }
    for (name, mut near, mut far) in pairs() {
        let mut frame = Vec::new();
        Request::Tokens { count: 1 }.encode(AskId(1), &mut frame);
        near.queue().extend_from_slice(&frame[..16]);
        near.flush().unwrap();
        near.close();
        let ended = next(&mut far).unwrap_err();
        assert!(matches!(ended, StreamError::Broken(_)), "{name}: {ended:?}");
    }
    // Inside of an object's bytes.
    for (name, mut near, mut far) in pairs() {
        data(100).encode(AskId(1), far.queue());
        assert_eq!(far.send_payload(&[5; 60]).unwrap(), 60);
        far.close();
        next(&mut near).unwrap();
        let mut landed = [0; 100];
        let mut at = 0;
        let ended = loop {
            match near.receive_payload(&mut landed[at..]) {
                Ok(0) => poll(&near),
                Ok(bytes) => at += bytes,
                Err(ended) => break ended,
            }
        };
        assert_eq!((at, &landed[..60]), (60, &[5; 60][..]), "{name}");
        assert!(matches!(ended, StreamError::Broken(_)), "{name}: {ended:?}");
    }
    // Without a goodbye, TLS cannot tell a peer that is done from one that was cut off.
    let [_, (_, near, mut far)] = pairs();
    near.socket().shutdown(Shutdown::Write).unwrap();
    let ended = next(&mut far).unwrap_err();
    assert!(matches!(ended, StreamError::Broken(_)), "{ended:?}");
}

#[test]
fn what_was_changed_on_the_way_is_noticed() {
    let (client, server) = (identity(), identity());
    let (near, far, [mut there, mut back]) = Relay::between();
    let mut near = Stream::connect_tls(near, client.client(server.public_key())).unwrap();
    let mut far = Stream::accept(far, server.server()).unwrap();
    let mut done = [false; 2];
    while done != [true; 2] {
        done = [step(&mut near, done[0]), step(&mut far, done[1])];
        while there.carry() || back.carry() {}
    }
    Request::Tokens { count: 1 }.encode(AskId(1), near.queue());
    near.flush().unwrap();
    let mut record = [0; 200];
    let len = loop {
        match there.from.read(&mut record) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            read => break read.unwrap(),
        }
    };
    record[len - 1] ^= 1;
    there.to.write_all(&record[..len]).unwrap();
    let ended = next(&mut far).unwrap_err();
    assert!(matches!(ended, StreamError::Tls(rustls::Error::DecryptError)), "{ended:?}");
}

#[test]
fn a_frame_that_is_none_ends_the_connection() {
    for (name, mut near, mut far) in pairs() {
        near.queue().extend_from_slice(&[0xff; HEADER]);
        near.flush().unwrap();
        let ended = next(&mut far).unwrap_err();
        let is_told = matches!(ended, StreamError::Protocol(FrameError::TooLong { .. }));
        assert!(is_told, "{name}: {ended:?}");
    }
}

#[test]
fn large_objects_arrive_as_they_are() {
    let sent = bytes(64 << 20);
    for (name, mut near, mut far) in pairs() {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                data(sent.len()).encode(AskId(5), far.queue());
                let mut at = 0;
                while at < sent.len() || far.wants_write() {
                    at += far.send_payload(&sent[at..]).unwrap();
                    if far.wants_write() || at < sent.len() {
                        wait_to_write(&far);
                    }
                }
                Reply::Held.encode(AskId(6), far.queue());
                assert!(far.flush().unwrap());
            });
            let (header, body) = next(&mut near).unwrap();
            assert_eq!((header.id, Reply::parse(&header, &body)), (5, Ok(data(sent.len()))));
            let mut landed = vec![0; sent.len()];
            let mut at = 0;
            while at < landed.len() {
                let end = landed.len().min(at + (1 << 20));
                match near.receive_payload(&mut landed[at..end]).unwrap() {
                    0 => poll(&near),
                    bytes => at += bytes,
                }
            }
            assert!(landed == sent, "{name}");
            let (header, _) = next(&mut near).unwrap();
            assert_eq!(header.id, 6);
            assert!(near.receive().unwrap().is_none());
            assert!(near.held() <= size_of::<Tls>(), "{name}: {}", near.held());
        });
    }
}

fn wait_to_write(stream: &Stream) {
    let patience = Timespec { tv_sec: 30, tv_nsec: 0 };
    let mut fds = [PollFd::new(stream, PollFlags::OUT)];
    assert_eq!(rustix::event::poll(&mut fds, Some(&patience)).unwrap(), 1);
}

#[test]
fn a_peer_that_reads_nothing_costs_no_more_than_a_bound() {
    let payload = bytes(1 << 20);
    for (name, _near, mut far) in pairs() {
        data(1 << 40).encode(AskId(1), far.queue());
        let mut taken = 0;
        let mut idle = 0;
        // The kernel's buffers fill, and then nothing more is taken.
        while idle < 3 {
            match far.send_payload(&payload).unwrap() {
                0 => idle += 1,
                bytes => (taken, idle) = (taken + bytes, 0),
            }
        }
        assert!(taken > 0 && taken < 64 << 20, "{name}: {taken}");
        assert!(far.wants_write() || far.queued() == 0);
        assert_eq!(far.held() - tls_size(&far), 0, "{name}");
    }
}

fn tls_size(stream: &Stream) -> usize {
    if matches!(stream.kind, Kind::Tls(_)) { size_of::<Tls>() } else { 0 }
}

#[test]
fn a_peer_that_is_gone_raises_no_signal() {
    // The test harness ignores SIGPIPE, as the standard library does: what is checked is that every
    // way to send asks for an error instead.
    for (name, near, mut far) in pairs() {
        drop(near);
        let payload = [0; 1 << 16];
        let ended = loop {
            match far.send_payload(&payload) {
                Ok(_) => {}
                Err(ended) => break ended,
            }
        };
        let StreamError::Broken(cause) = ended else { panic!("{name}: {ended:?}") };
        let expected = [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset];
        assert!(expected.contains(&cause.kind()), "{name}: {cause:?}");
    }
}

#[test]
fn tokens_are_answered_by_their_second_half() {
    let token = Token::random().unwrap();
    assert!(token.is_answered_by(&token.answer));
    assert!(!token.is_answered_by(&token.id));
    let mut almost = token.answer;
    almost[15] ^= 1;
    assert!(!token.is_answered_by(&almost));
}
