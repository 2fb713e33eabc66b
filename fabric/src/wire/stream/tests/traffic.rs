//! Frames and objects on connections that have come about.

use std::io::IoSlice;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use super::*;
use crate::transport::{AskId, Held};
use crate::wire::stream::buffer::Outbound;
use crate::wire::{MAX_BODY, Request};

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
        Reply::Held(Held::Pending).encode(AskId(3), far.queue());
        assert!(far.flush().unwrap());
        let (header, body) = next(&mut near).unwrap();
        assert_eq!((header.id, Reply::parse(&header, &body)), (3, Ok(Reply::Held(Held::Pending))));
    }
}

/// Whoever looks again and again must not take a half frame for news each time.
#[test]
fn a_part_of_a_frame_arrives_once() {
    for (name, mut near, mut far) in pairs() {
        assert!(!far.has_arrived().unwrap(), "{name}");
        let mut frame = Vec::new();
        Request::Confirm { read: AskId(1) }.encode(AskId(2), &mut frame);
        for part in [&frame[..20], &frame[20..]] {
            near.queue().extend_from_slice(part);
            assert!(near.flush().unwrap());
            while !far.has_arrived().unwrap() {}
            assert!((0..10).all(|_| !far.has_arrived().unwrap()), "{name}");
        }
        assert_eq!(next(&mut far).unwrap().0.id, 2, "{name}");
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
                        wait_for(&far, PollFlags::OUT);
                    }
                }
                Reply::Held(Held::Pending).encode(AskId(6), far.queue());
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
            near.rest();
            assert!(near.held() <= size_of::<Tls>(), "{name}: {}", near.held());
        });
    }
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
        assert!(!ended.to_string().contains("http"), "not in our words: {ended}");
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
        assert!(!ended.to_string().contains("http"), "not in our words: {ended}");
    }
    // Without a goodbye, TLS cannot tell a peer that is done from one that was cut off.
    let [_, (_, near, mut far)] = pairs();
    near.socket().shutdown(Shutdown::Write).unwrap();
    let ended = next(&mut far).unwrap_err();
    assert!(matches!(ended, StreamError::Broken(_)), "{ended:?}");
}

/// What came before it is given, and then the error.
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
    let mut records = Vec::new();
    for _ in 0..2 {
        assert_eq!(near.send_payload(b"payload").unwrap(), 7);
        let mut record = [0; 200];
        let len = loop {
            match there.from.read(&mut record) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                read => break read.unwrap(),
            }
        };
        records.extend_from_slice(&record[..len]);
    }
    *records.last_mut().unwrap() ^= 1;
    there.to.write_all(&records).unwrap();
    wait_for(&far, PollFlags::IN);
    let mut landed = [0; 100];
    assert_eq!(far.receive_payload(&mut landed).unwrap(), 7);
    let ended = far.receive_payload(&mut landed).unwrap_err();
    assert!(matches!(ended, StreamError::Tls(rustls::Error::DecryptError)), "{ended:?}");
    assert_eq!(&landed[..8], b"payload\0");
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
        assert!(far.held() - tls_size(&far) <= Outbound::KEPT, "{name}");
    }
}

fn tls_size(stream: &Stream) -> usize {
    if matches!(stream.kind, Kind::Tls(_)) { size_of::<Tls>() } else { 0 }
}

/// In a process of its own, in which a signal would kill.
#[test]
fn a_peer_that_is_gone_raises_no_signal() {
    const HOW: &str = "WHARF_TEST_SEND_TO_NOBODY";
    let name = "wire::stream::tests::traffic::a_peer_that_is_gone_raises_no_signal";
    if let Ok(how) = std::env::var(HOW) {
        // SAFETY: restores what the signal does by default; no handler is set.
        #[allow(unsafe_code)]
        unsafe {
            libc::signal(libc::SIGPIPE, libc::SIG_DFL)
        };
        return if how == "plainly" { send_plainly() } else { send_to_nobody() };
    }
    let run = |how| {
        let mut test = Command::new(std::env::current_exe().unwrap());
        test.args(["--exact", name]).env(HOW, how).output().unwrap().status
    };
    let status = run("by a stream");
    assert!(status.success(), "{status}");
    assert_eq!(run("plainly").signal(), Some(libc::SIGPIPE), "this test could not fail");
}

fn send_to_nobody() {
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
        far.close();
    }
}

fn send_plainly() {
    let (near, mut far) = sockets();
    drop(near);
    while far.write_vectored(&[IoSlice::new(&[0; 1 << 16])]).is_ok() {}
    while far.write_vectored(&[IoSlice::new(&[0; 1 << 16])]).is_ok() {}
}

/// They lie across the ends of every buffer.
#[test]
fn frames_of_every_size_arrive_whole() {
    let content = bytes(MAX_BODY);
    for (name, mut near, mut far) in pairs() {
        let lengths = (0..=MAX_BODY).step_by(37).chain([MAX_BODY; 9]);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for (id, length) in (0..).zip(lengths.clone()) {
                    let header = Header { length, kind: 200, flags: 0, id };
                    near.queue().extend_from_slice(&header.to_bytes());
                    near.queue().extend_from_slice(&content[..length]);
                    while !near.flush().unwrap() {
                        wait_for(&near, PollFlags::OUT);
                    }
                }
            });
            for (id, length) in (0..).zip(lengths.clone()) {
                let (header, body) = next(&mut far).unwrap();
                assert_eq!((header.id, header.length), (id, length), "{name}");
                assert!(body == content[..length], "{name} {id}");
            }
        });
        assert!(far.receive().unwrap().is_none());
        far.rest();
        assert_eq!(far.held(), tls_size(&far));
    }
}
