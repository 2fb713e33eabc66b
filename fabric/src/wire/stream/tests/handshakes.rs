//! How connections come about, and how they do not.

use super::*;
use crate::security::{Policy, Secret};
use crate::transport::{AskId, Held};
use crate::wire::{Hello, Request};

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

/// Else the server would wait for more, and the client for an answer.
#[test]
fn what_comes_with_the_end_of_the_handshake_is_there_at_once() {
    let (client, server) = (identity(), identity());
    for plain in [true, false] {
        let (near, far) = sockets();
        let mut near = match plain {
            true => Stream::connect_plain(near, [9; 16]).unwrap(),
            false => Stream::connect_tls(near, client.client(server.public_key())).unwrap(),
        };
        let mut far = Stream::accept(far, server.server()).unwrap();
        while !near.handshake().unwrap() {
            assert!(!far.handshake().unwrap());
        }
        for id in 0..3 {
            Request::Hello(Hello::new(Policy::Auto)).encode(AskId(id), near.queue());
        }
        assert!(near.flush().unwrap());
        poll(&far);
        assert!(far.handshake().unwrap());
        for id in 0..3 {
            assert_eq!(far.receive().unwrap().unwrap().header.id, id);
        }
        assert!(far.receive().unwrap().is_none());
    }
}

/// What is queued too early must not go out in the clear.
#[test]
fn nothing_is_said_before_it_is_known_to_whom() {
    let (near, far) = sockets();
    let mut far = Stream::accept(far, identity().server()).unwrap();
    Reply::Held(Held::Pending).encode(AskId(1), far.queue());
    assert!(!far.flush().unwrap());
    assert_eq!(far.send_payload(b"bytes").unwrap(), 0);
    assert_eq!(far.receive_payload(&mut [0]).unwrap(), 0);
    near.set_nonblocking(true).unwrap();
    let heard = (&near).read(&mut [0; 100]).unwrap_err();
    assert_eq!(heard.kind(), ErrorKind::WouldBlock);
    // And a frame in the clear is none.
    let mut frame = Vec::new();
    Request::Tokens { count: 1 }.encode(AskId(1), &mut frame);
    (&near).write_all(&frame).unwrap();
    wait_for(&far, PollFlags::IN);
    assert!(far.receive().unwrap().is_none());
    assert!(matches!(far.handshake(), Err(StreamError::Foreign { first: 1 })));
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
            assert!(!ended.to_string().contains("http"), "not in our words: {ended}");
            cuts += 1;
        }
    }
    assert!(cuts > 600, "{cuts}");
}

#[test]
fn a_peer_that_vanishes_is_noticed_by_either_side() {
    for (name, one, other) in pairs() {
        for stream in [one, other] {
            let socket = socket2::SockRef::from(stream.socket());
            assert!(socket.keepalive().unwrap(), "{name}");
            assert_eq!(socket.tcp_keepalive_time().unwrap().as_secs(), 10);
            assert_eq!(socket.tcp_keepalive_interval().unwrap().as_secs(), 5);
            assert_eq!(socket.tcp_user_timeout().unwrap(), Some(super::super::SILENT));
        }
    }
}
