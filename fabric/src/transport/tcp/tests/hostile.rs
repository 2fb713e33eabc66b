//! Origins that answer what nobody asked, or break off, or never end.
//!
//! A [`Sink`] fails its test if room is asked for outside of what was asked for.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use tempfile::TempDir;
use wharf_shm::{NodeId, State, Wait};

use super::rig::lone_pool;
use crate::security::{Identity, Secret, Token};
use crate::ticket::Route;
use crate::transport::conformance::{NOWHERE, Sink, no_such_key};
use crate::transport::tcp::{Pool, Session};
use crate::transport::{
    Ask, AskId, Event, Failure, FailureKind, Held, Lane, Peer, Purpose, Time, Transport, What,
};
use crate::wire::{Refused, Reply, Request, Stream, StreamError, Welcome};

const NODE: NodeId = NodeId::from_bytes([5; 16]);

/// The origin's end of a connection, that waits for what it needs.
struct End {
    stream: Stream,
}

impl End {
    /// Waits for the handshake, and for what is asked first.
    fn accept(socket: TcpStream, identity: &Identity) -> Result<Self, StreamError> {
        let mut end = Self { stream: Stream::accept(socket, identity.server())? };
        while !end.stream.handshake()? {
            end.wait();
        }
        Ok(end)
    }

    fn wait(&self) {
        let flags = if self.stream.wants_write() { PollFlags::OUT } else { PollFlags::empty() };
        let mut sockets = [PollFd::new(&self.stream, PollFlags::IN | flags)];
        poll(&mut sockets, None).unwrap();
    }

    fn request(&mut self) -> Result<(AskId, Request), StreamError> {
        loop {
            if let Some(frame) = self.stream.receive()? {
                let id = AskId(frame.header.id);
                return Ok((id, Request::parse(&frame.header, frame.body)?));
            }
            self.wait();
        }
    }

    /// The next that is neither a greeting nor for tokens.
    fn ask(&mut self) -> AskId {
        loop {
            match self.request().unwrap() {
                (_, Request::Hello(_)) => {}
                (id, _) => return id,
            }
        }
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.stream.queue().extend_from_slice(bytes);
        // A reader that has had enough closes the connection.
        while let Ok(false) = self.stream.flush() {
            self.wait();
        }
    }

    fn reply(&mut self, id: AskId, reply: &Reply<'_>) {
        let mut bytes = Vec::new();
        reply.encode(id, &mut bytes);
        self.raw(&bytes);
    }

    fn welcome(&mut self, node: NodeId) {
        self.reply(AskId(0), &Reply::Welcome(welcome(node)));
    }

    fn data(&mut self, id: AskId, offset: u64, len: u64) {
        let total = 1 << 20;
        self.reply(id, &Reply::Data { total, offset, len, claimed: false, note: &[] });
    }
}

fn welcome(node: NodeId) -> Welcome {
    let (endpoint, answer) = ([1; 16], [0; 16]);
    let (plain, steady, tokens) = (false, false, Vec::new());
    Welcome { version: 1, plain, steady, idle: 60, node, endpoint, answer, tokens }
}

/// An origin that does the same with each connection, and a reader of it.
struct Stage {
    _node: TempDir,
    pool: Arc<Pool>,
    session: Session,
    sink: Sink,
    peer: Peer,
    address: SocketAddr,
}

impl Stage {
    fn new(play: impl Fn(&mut End) + Send + Sync + 'static) -> Self {
        Self::raw(move |socket, identity| {
            if let Ok(mut end) = End::accept(socket, identity) {
                play(&mut end);
            }
        })
    }

    fn raw(play: impl Fn(TcpStream, &Identity) + Send + Sync + 'static) -> Self {
        let identity = Identity::from_pkcs8(&Identity::generate().unwrap()).unwrap();
        let peer = Peer { node: NODE, key: identity.public_key() };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let playing = Arc::new((play, identity));
        std::thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let playing = playing.clone();
                std::thread::spawn(move || (playing.0)(socket, &playing.1));
            }
        });
        let (node, pool) = lone_pool(Secret::new(SECRET).ok());
        let session = Session::new(&pool, Wait::Block);
        Self { _node: node, pool, session, sink: Sink::default(), peer, address }
    }

    fn after(&self, time: Duration) -> Time {
        Time(self.session.now().0 + time)
    }

    fn open(&mut self, purpose: Purpose) {
        self.open_as(LANE, purpose);
    }

    fn open_as(&mut self, lane: Lane, purpose: Purpose) {
        let by = self.after(Duration::from_secs(10));
        self.session.open(lane, &self.peer, &Route::Tcp(self.address), purpose, by);
    }

    fn next(&mut self, within: Duration) -> Option<Event> {
        let until = self.after(within);
        let event = self.session.next(until, &mut self.sink);
        let late = self.session.now().0.saturating_sub(until.0);
        assert!(late < Duration::from_secs(5), "{late:?} late");
        if let Some(Event::Arrived { ask, bytes, .. }) = event {
            self.sink.arrived(ask, bytes);
        }
        event
    }

    fn ask(&mut self, id: u64, what: What) {
        self.ask_on(LANE, id, what);
    }

    fn ask_on(&mut self, lane: Lane, id: u64, what: What) {
        if let What::Read { offset, len } = what {
            self.sink.expect(AskId(id), offset, len);
        }
        let hold = Duration::ZERO;
        self.session.ask(lane, Ask { id: AskId(id), key: no_such_key(), what, hold });
    }

    /// Asks for a thousand bytes from 100 on; how the lane is lost.
    fn loss(&mut self, purpose: Purpose) -> Failure {
        self.open(purpose);
        loop {
            match self.next(Duration::from_secs(30)) {
                Some(Event::Opened { .. }) => self.ask(7, What::Read { offset: 100, len: 1000 }),
                Some(Event::Lost { lane: LANE, failure }) => return failure,
                Some(Event::Answer { .. } | Event::Arrived { .. }) => {}
                other => panic!("the lane is to be lost, and there came {other:?}"),
            }
        }
    }
}

const LANE: Lane = Lane(1);
const SECRET: &[u8] = &[4; 32];

/// Plays after the greeting, when something was asked; the lane is lost.
fn loses(name: &str, kind: FailureKind, play: impl Fn(&mut End, AskId) + Send + Sync + 'static) {
    let mut stage = Stage::new(move |end| {
        let ask = end.ask();
        end.welcome(NODE);
        play(end, ask);
        // The rest is up to the reader.
        while end.request().is_ok() {}
    });
    let failure = stage.loss(Purpose::Prompt);
    assert_eq!(failure.kind, kind, "{name}: {failure}");
    let none = stage.next(Duration::from_millis(50));
    assert!(none.is_none(), "{name}: {none:?} after the loss");
}

#[test]
fn answers_that_fit_nothing_lose_the_lane() {
    let lost = FailureKind::Broken;
    loses("more than asked for", lost, |end, ask| end.data(ask, 100, 1001));
    loses("from before", lost, |end, ask| end.data(ask, 99, 1000));
    loses("from behind", lost, |end, ask| end.data(ask, 101, 999));
    loses("for nobody", lost, |end, _| end.data(AskId(8), 100, 1000));
    loses("beyond the object", lost, |end, ask| end.data(ask, (1 << 20) - 1, 1000));
    loses("an end beyond all numbers", lost, |end, ask| end.data(ask, u64::MAX, 1000));
    loses("confirmed", lost, |end, ask| end.reply(ask, &Reply::Confirmed));
    loses("held, and was not to be", lost, |end, ask| end.reply(ask, &Reply::Held(Held::Pending)));
    loses("a second greeting", lost, |end, _| end.welcome(NODE));
    loses("the same again", lost, |end, ask| {
        end.data(ask, 100, 0);
        end.data(ask, 100, 1000);
    });
    loses("a state for nobody", lost, |end, _| {
        let state = Reply::State { state: State::Sealed, total: 1, once: false, note: &[] };
        end.reply(AskId(0), &state);
    });
}

#[test]
fn bytes_that_are_no_frame_lose_the_lane() {
    let lost = FailureKind::Broken;
    let header = |length: u32, kind: u8, flags: u8| {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&length.to_le_bytes());
        (bytes[4], bytes[5], bytes[8]) = (kind, flags, 7);
        bytes
    };
    loses("noise", lost, |end, _| end.raw(&[0xa5; 300]));
    loses("too long", lost, move |end, _| end.raw(&header(1 << 20, 66, 0)));
    loses("too short", lost, move |end, _| end.raw(&header(0, 66, 0)));
    loses("unknown", lost, move |end, _| end.raw(&header(0, 99, 0)));
    loses("one's own kind", lost, move |end, _| end.raw(&header(0, 2, 0)));
}

#[test]
fn what_a_newer_origin_adds_is_passed_over() {
    let mut stage = Stage::new(|end| {
        let ask = end.ask();
        end.welcome(NODE);
        let mut newer = [0; 19];
        (newer[0], newer[4], newer[5]) = (3, 99, 1);
        end.raw(&newer);
        end.data(ask, 100, 10);
        end.raw(&[7; 10]);
        while end.request().is_ok() {}
    });
    stage.open(Purpose::Prompt);
    stage.next(Duration::from_secs(10));
    stage.ask(7, What::Read { offset: 100, len: 1000 });
    assert!(matches!(stage.next(Duration::from_secs(10)), Some(Event::Answer { .. })));
    assert!(matches!(stage.next(Duration::from_secs(10)), Some(Event::Arrived { bytes: 10, .. })));
    assert_eq!(stage.sink.take(AskId(7)), [7; 10]);
}

#[test]
fn whoever_proves_nothing_is_refused() {
    let mut stage = Stage::new(|end| {
        end.ask();
        end.welcome(NOWHERE);
        while end.request().is_ok() {}
    });
    assert_eq!(stage.loss(Purpose::Prompt).kind, FailureKind::Refused);
    let mut stage = Stage::new(|end| {
        let ask = end.ask();
        end.data(ask, 100, 1000);
        while end.request().is_ok() {}
    });
    let failure = stage.loss(Purpose::Prompt);
    assert_eq!(failure.kind, FailureKind::Broken, "{failure}");
    for greeting in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b"SSH-2.0-OpenSSH_9.2\r\n", &[0; 99]]
    {
        let mut stage = Stage::raw(move |mut socket, _| {
            let _ = socket.write_all(greeting);
            let _ = socket.read_to_end(&mut Vec::new());
        });
        assert_eq!(stage.loss(Purpose::Prompt).kind, FailureKind::Refused, "{greeting:?}");
    }
}

#[test]
fn the_secret_is_proved_to_each_connection_by_itself() {
    let secret = Secret::new(SECRET).unwrap();
    let mut stage = Stage::new(move |end| {
        let exporter = end.stream.exporter().unwrap();
        let (_, Request::Hello(hello)) = end.request().unwrap() else { return };
        let proof = hello.proof.unwrap();
        if secret.verify(&exporter, &proof) && !secret.verify(&[0; 32], &proof) {
            let ask = end.ask();
            end.welcome(NODE);
            end.data(ask, 100, 0);
        }
        while end.request().is_ok() {}
    });
    stage.open(Purpose::Prompt);
    assert!(matches!(stage.next(Duration::from_secs(10)), Some(Event::Opened { .. })));
    stage.ask(7, What::Read { offset: 100, len: 1000 });
    assert!(matches!(stage.next(Duration::from_secs(10)), Some(Event::Answer { .. })));
}

/// It shows that its peer lives; one that was never heard shows that nothing else may be alive.
#[test]
fn giving_up_a_lane_that_was_heard_leaves_the_others_at_rest() {
    const SOME: u64 = 1;
    const NONE: u64 = 2;
    let mut stage = Stage::new(|end| {
        let ask = end.ask();
        end.welcome(NODE);
        end.data(ask, 100, 0);
        while let Ok((id, request)) = end.request() {
            if let Request::Read { offset: SOME, .. } = request {
                end.data(id, SOME, 1000);
                end.raw(&[1; 10]);
            }
        }
    });
    let both = [LANE, Lane(2)];
    let (at_rest, heard) = (|stage: &Stage| stage.pool.idle(), Duration::from_secs(10));
    for (offset, others) in [(SOME, 1), (NONE, 0)] {
        both.into_iter().for_each(|lane| stage.open_as(lane, Purpose::Prompt));
        while at_rest(&stage) < both.len() {
            match stage.next(heard) {
                Some(Event::Opened { lane, warm: false }) => {
                    let read = What::Read { offset: 100, len: 1000 };
                    stage.ask_on(lane, 7 + u64::from(lane.0), read);
                }
                Some(Event::Opened { lane, .. } | Event::Answer { lane, .. }) => {
                    stage.session.close(lane);
                }
                other => panic!("two lanes are to be opened, and there came {other:?}"),
            }
        }
        stage.open(Purpose::Prompt);
        assert!(matches!(stage.next(heard), Some(Event::Opened { warm: true, .. })));
        stage.ask(7, What::Read { offset, len: 1000 });
        match offset {
            SOME => assert!(matches!(stage.next(heard), Some(Event::Answer { .. }))),
            _ => assert!(stage.next(Duration::from_millis(50)).is_none()),
        }
        stage.session.close(LANE);
        assert_eq!(at_rest(&stage), others);
    }
}

/// By the greeting in the first call, and of the connection that was kept in the second.
#[test]
fn each_call_is_told_once_that_losses_make_no_lane_slower() {
    for steady in [true, false] {
        let mut stage = Stage::new(move |end| {
            let ask = end.ask();
            end.reply(AskId(0), &Reply::Welcome(Welcome { steady, ..welcome(NODE) }));
            end.data(ask, 100, 0);
            while let Ok((ask, _)) = end.request() {
                end.data(ask, 100, 0);
            }
        });
        for call in 0..2 {
            stage.open(Purpose::Prompt);
            let opened = stage.next(Duration::from_secs(10));
            assert!(matches!(opened, Some(Event::Opened { warm, .. }) if warm == (call > 0)));
            stage.ask(7, What::Read { offset: 100, len: 1000 });
            if steady {
                let told = stage.next(Duration::from_secs(10));
                assert!(matches!(told, Some(Event::Steady)), "{call}: {told:?}");
            }
            let answer = stage.next(Duration::from_secs(10));
            assert!(matches!(answer, Some(Event::Answer { .. })), "{call}: {answer:?}");
            stage.session.close(LANE);
        }
    }
}

/// Where tokens are offered and then refused, the encrypted connection does.
#[test]
fn a_lane_does_without_tokens_that_are_refused() {
    let mut stage = Stage::new(|end| {
        let (id, _) = end.request().unwrap();
        end.reply(id, &Reply::Welcome(Welcome { plain: true, ..welcome(NODE) }));
        while let Ok((id, request)) = end.request() {
            match request {
                Request::Tokens { .. } => {
                    let code = Refused::BUSY;
                    end.reply(id, &Reply::Refused(Refused { code, text: "none left" }));
                }
                _ => end.data(id, 100, 0),
            }
        }
    });
    for call in 0..3 {
        stage.open(Purpose::Bulk);
        let opened = stage.next(Duration::from_secs(10));
        assert!(matches!(opened, Some(Event::Opened { .. })), "call {call}: {opened:?}");
        stage.ask(7, What::Read { offset: 100, len: 1000 });
        let answer = stage.next(Duration::from_secs(10));
        assert!(matches!(answer, Some(Event::Answer { .. })), "call {call}: {answer:?}");
        stage.session.close(LANE);
    }
}

/// Gives tokens over TLS, and greets plain connections with another answer.
#[test]
fn a_wrong_answer_to_a_token_is_refused() {
    let token = Token { id: [2; 16], answer: [3; 16] };
    let mut stage = Stage::new(move |end| {
        let is_plain = end.stream.token().is_some();
        if is_plain {
            let ask = end.ask();
            end.welcome(NODE);
            end.data(ask, 100, 1000);
            end.raw(&[1; 1000]);
        } else {
            let (id, _) = end.request().unwrap();
            let greeting = Welcome { plain: true, tokens: vec![token; 3], ..welcome(NODE) };
            end.reply(id, &Reply::Welcome(greeting));
            return; // It is closed, and the tokens are left.
        }
        while end.request().is_ok() {}
    });
    let failure = stage.loss(Purpose::Bulk);
    assert_eq!(failure.kind, FailureKind::Refused, "{failure}");
    assert!(failure.to_string().contains("token"), "{failure}");
}

#[test]
fn what_breaks_off_is_lost_with_what_came_before() {
    for (promised, sent) in [(1000, 0), (1000, 1), (1000, 999), (10, 9)] {
        let mut stage = Stage::new(move |end| {
            let ask = end.ask();
            end.welcome(NODE);
            end.data(ask, 100, promised);
            end.raw(&vec![9; sent]);
        });
        let failure = stage.loss(Purpose::Prompt);
        assert_eq!(failure.kind, FailureKind::Broken, "{failure}");
        assert_eq!(stage.sink.take(AskId(7)), vec![9; sent]);
    }
    let mut frame = Vec::new();
    let data = Reply::Data { total: 9, offset: 0, len: 9, claimed: false, note: b"f64" };
    data.encode(AskId(7), &mut frame);
    for cut in [1, 15, 16, 17, frame.len() - 1] {
        let begun = frame[..cut].to_vec();
        let mut stage = Stage::new(move |end| {
            end.ask();
            end.welcome(NODE);
            end.raw(&begun);
        });
        assert_eq!(stage.loss(Purpose::Prompt).kind, FailureKind::Broken, "cut at {cut}");
    }
}

/// As little as a byte at a time, or without end and meaning: the caller is back in time.
#[test]
fn an_origin_that_never_ends_keeps_nobody() {
    let drips: [fn(&mut End); 2] = [
        |end| {
            let mut frame = Vec::new();
            Reply::Held(Held::Pending).encode(AskId(7), &mut frame);
            for byte in frame.iter().cycle() {
                end.raw(std::slice::from_ref(byte));
                std::thread::sleep(Duration::from_millis(40));
                if end.stream.receive().is_err() {
                    return;
                }
            }
        },
        |end| {
            let mut ignorable = [0; 16];
            (ignorable[4], ignorable[5]) = (99, 1);
            let many = ignorable.repeat(1000);
            while end.stream.receive().is_ok() {
                end.raw(&many);
            }
        },
    ];
    for drip in drips {
        let mut stage = Stage::new(move |end| {
            end.ask();
            end.welcome(NODE);
            drip(end);
        });
        stage.open(Purpose::Prompt);
        assert!(matches!(stage.next(Duration::from_secs(10)), Some(Event::Opened { .. })));
        stage.ask(7, What::Read { offset: 100, len: 1000 });
        for _ in 0..5 {
            let began = Instant::now();
            let event = stage.next(Duration::from_millis(100));
            assert!(event.is_none(), "{event:?}");
            assert!(began.elapsed() >= Duration::from_millis(100));
        }
        stage.session.close(LANE);
    }
}
