//! Frames byte by byte, there and back, and what is made of bytes that are none.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use wharf_shm::{ArenaId, Capability, NodeId, ObjectKey, State};

use super::*;
use crate::security::{Policy, Proof, Token};
use crate::transport::{Answer, Ask, AskId, Held, Refusal, What};

/// Each request, and the bytes that it has been since version 1.
fn golden_requests() -> Vec<(Request, &'static str)> {
    let key = ObjectKey {
        arena: ArenaId::from_bytes([0xaa; 16]),
        slot: 0x0403_0201,
        generation: 0x0807_0605_0403_0201,
        capability: Capability::from_bytes([0xcc; 16]),
    };
    let hold = Duration::from_millis(0x1234);
    let hello = Hello {
        version: 1,
        oldest: 1,
        policy: Policy::Never,
        tokens: 3,
        proof: Some(Proof::from_bytes([0xbb; 32])),
    };
    vec![
        (
            Request::Hello(hello),
            "28000000 01 00 0000 0807060504030201 \
             0100 0100 02 03 0000 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        ),
        (
            Request::Read { key, offset: 0x0a, len: u64::MAX, hold, claim: true },
            "48000000 02 00 0000 0807060504030201 \
             aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 01020304 01000000 0102030405060708 \
             cccccccccccccccccccccccccccccccc 0a00000000000000 ffffffffffffffff 34120000 00000000",
        ),
        (
            Request::Stat { key, hold },
            "48000000 03 00 0000 0807060504030201 \
             aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 01020304 00000000 0102030405060708 \
             cccccccccccccccccccccccccccccccc 0000000000000000 0000000000000000 34120000 00000000",
        ),
        (
            Request::Confirm { read: AskId(9) },
            "08000000 04 00 0000 0807060504030201 0900000000000000",
        ),
        (Request::Tokens { count: 7 }, "01000000 05 00 0000 0807060504030201 07"),
    ]
}

fn golden_replies() -> Vec<(Reply<'static>, &'static str)> {
    let tokens = vec![Token { id: [0xdd; 16], answer: [0xee; 16] }];
    let welcome = Welcome {
        version: 1,
        plain: true,
        steady: true,
        idle: 60,
        node: NodeId::from_bytes([0xaa; 16]),
        endpoint: [0xbb; 16],
        answer: [0xcc; 16],
        tokens: tokens.clone(),
    };
    let text = "the link is down";
    vec![
        (
            Reply::Welcome(welcome),
            "59000000 41 00 0000 0807060504030201 0100 0300 3c000000 \
             aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb \
             cccccccccccccccccccccccccccccccc \
             01 dddddddddddddddddddddddddddddddd eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
        ),
        (
            Reply::Data { total: 100, offset: 10, len: 90, claimed: true, note: b"ab" },
            "1f000000 42 00 0000 0807060504030201 \
             6400000000000000 0a00000000000000 5a00000000000000 01000000 02 6162",
        ),
        (
            Reply::State { state: State::Failed, total: 100, once: true, note: b"" },
            "0b000000 43 00 0000 0807060504030201 02 6400000000000000 01 00",
        ),
        (
            Reply::Refused(Refused { code: Refused::FAILED, text }),
            "14000000 44 00 0000 0807060504030201 \
             0300 1000 746865206c696e6b20697320646f776e",
        ),
        (Reply::Held(Held::Pending), "00000000 45 00 0000 0807060504030201"),
        (Reply::Held(Held::Claimed), "01000000 45 00 0000 0807060504030201 01"),
        (
            Reply::Tokens(tokens),
            "21000000 46 00 0000 0807060504030201 \
             01 dddddddddddddddddddddddddddddddd eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
        ),
        (Reply::Confirmed, "00000000 47 00 0000 0807060504030201"),
    ]
}

const ID: AskId = AskId(0x0102_0304_0506_0708);

#[test]
fn frames_are_what_they_always_were() {
    for (request, golden) in golden_requests() {
        let mut bytes = Vec::new();
        request.encode(ID, &mut bytes);
        assert_eq!(hex(&bytes), golden.replace(' ', ""), "{request:?}");
        let (header, body) = split(&bytes);
        assert_eq!(header.id, ID.0);
        assert_eq!(Request::parse(&header, body), Ok(request));
    }
    for (reply, golden) in golden_replies() {
        let mut bytes = Vec::new();
        reply.encode(ID, &mut bytes);
        assert_eq!(hex(&bytes), golden.replace(' ', ""), "{reply:?}");
        let (header, body) = split(&bytes);
        assert_eq!(Reply::parse(&header, body), Ok(reply));
    }
}

#[test]
fn what_newer_peers_append_is_passed_over_and_what_is_cut_is_told() {
    for (request, _) in golden_requests() {
        let mut bytes = Vec::new();
        request.encode(ID, &mut bytes);
        let (header, body) = split(&bytes);
        let longer = [body, b"what version 2 has to say"].concat();
        assert_eq!(Request::parse(&header, &longer), Ok(request));
        for end in 0..body.len() {
            let cut = Request::parse(&header, &body[..end]);
            let is_told = matches!(cut, Err(FrameError::TooShort { found, .. }) if found == end);
            assert!(is_told, "{cut:?}");
        }
    }
    for (reply, _) in golden_replies() {
        let mut bytes = Vec::new();
        reply.encode(ID, &mut bytes);
        let (header, body) = split(&bytes);
        let longer = [body, b"what version 2 has to say"].concat();
        assert_eq!(Reply::parse(&header, &longer), Ok(reply.clone()));
        // Older endpoints do not say why it is held.
        let needed = if matches!(reply, Reply::Held(_)) { 0 } else { body.len() };
        for end in 0..needed {
            let cut = Reply::parse(&header, &body[..end]);
            let is_told = matches!(cut, Err(FrameError::TooShort { found, .. }) if found == end);
            assert!(is_told, "{cut:?}");
        }
    }
}

#[test]
fn what_cannot_be_is_told_apart() {
    let header = |length, kind, flags| Header { length, kind, flags, id: 0 };
    let parse = |header: Header| Header::parse(&header.to_bytes());
    assert_eq!(parse(header(MAX_BODY, 1, 0)), Ok(header(MAX_BODY, 1, 0)));
    assert_eq!(parse(header(MAX_BODY + 1, 1, 0)), Err(FrameError::TooLong { length: 4097 }));
    let mut reserved = header(0, 1, 0).to_bytes();
    reserved[7] = 1;
    let wrong = |frame, field| FrameError::Field { frame, field };
    assert_eq!(Header::parse(&reserved), Err(wrong("header", "reserved bytes")));

    let unknown = |kind, ignorable| Err(FrameError::Unknown { kind, ignorable });
    assert_eq!(Request::parse(&header(0, 65, 0), b""), unknown(65, false));
    assert_eq!(Reply::parse(&header(0, 200, 1), b"").map(drop), unknown(200, true).map(drop));
    assert_eq!(Reply::parse(&header(0, 1, 0), b"").map(drop), unknown(1, false).map(drop));

    let mut hello = Hello::new(Policy::Auto);
    hello.oldest = 2;
    assert_eq!(there_and_back(&Request::Hello(hello)), Err(wrong("HELLO", "version")));
    let beyond = Reply::Data { total: 9, offset: 1, len: 9, claimed: false, note: b"" };
    assert_eq!(reply_error(&beyond), wrong("DATA", "range"));
    let around = Reply::Data { total: 9, offset: u64::MAX, len: 2, claimed: false, note: b"" };
    assert_eq!(reply_error(&around), wrong("DATA", "range"));
    let error = |kind, body: &[u8]| Reply::parse(&header(body.len(), kind, 0), body).unwrap_err();
    assert_eq!(error(67, &[4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), wrong("STATE", "state"));
    assert_eq!(error(68, &[1, 0, 2, 0, 0xff, 0xfe]), wrong("REFUSED", "text"));
    assert_eq!(error(68, &[1, 0, 1, 2]), wrong("REFUSED", "length of text"));
    assert_eq!(error(70, &[65]), wrong("TOKENS", "count of tokens"));
}

#[test]
fn every_refusal_and_answer_arrives_as_it_was_said() {
    let refusals = [
        Refusal::Evicted,
        Refusal::WrongCapability,
        Refusal::Failed("it diverged".into()),
        Refusal::Failed(String::new()),
        Refusal::OwnerDied,
        Refusal::StillPending,
        Refusal::Busy("8 asks at a time".into()),
        Refusal::Changed("the file grew".into()),
        Refusal::Other("no memory".into()),
    ];
    let note: Box<[u8]> = [7; 255].into();
    let more = [
        Answer::Data { total: 5, offset: 0, len: 5, claimed: true, note: note.clone() },
        Answer::State { state: State::Pending, total: 0, once: false, note },
        Answer::Confirmed,
    ];
    for answer in refusals.into_iter().map(Answer::Refused).chain(more) {
        let mut bytes = Vec::new();
        Reply::from(&answer).encode(ID, &mut bytes);
        let (header, body) = split(&bytes);
        assert_eq!(Reply::parse(&header, body).unwrap().answer(), Some(answer));
    }
    let newer = Refused { code: 99, text: "" };
    assert_eq!(Refusal::from(newer), Refusal::Other("for its reason number 99".into()));
}

#[test]
fn texts_and_tokens_are_cut_to_what_fits() {
    let text = "ü".repeat(MAX_TEXT);
    let refusal = Refusal::Failed(format!("x{text}"));
    let mut bytes = Vec::new();
    Reply::Refused((&refusal).into()).encode(ID, &mut bytes);
    let (header, body) = split(&bytes);
    let Ok(Reply::Refused(Refused { text, .. })) = Reply::parse(&header, body) else { panic!() };
    assert_eq!((text.len(), &text[509..]), (511, "ü"));

    let tokens = vec![Token { id: [1; 16], answer: [2; 16] }; MAX_TOKENS + 1];
    let mut bytes = Vec::new();
    Reply::Tokens(tokens.clone()).encode(ID, &mut bytes);
    let (header, body) = split(&bytes);
    assert_eq!(Reply::parse(&header, body), Ok(Reply::Tokens(tokens[1..].to_vec())));
}

#[test]
fn asks_become_requests() {
    let (key, hold) = (key_of([1; 44]), Duration::from_secs(u64::MAX));
    let ask = |what| Request::from(&Ask { id: AskId(3), key, what, hold });
    let all = ask(What::Read { offset: 0, len: u64::MAX });
    assert_eq!(all, Request::Read { key, offset: 0, len: u64::MAX, hold, claim: true });
    let some = ask(What::Read { offset: 0, len: 9 });
    assert_eq!(some, Request::Read { key, offset: 0, len: 9, hold, claim: false });
    let longest = Duration::from_millis(u32::MAX.into());
    assert_eq!(there_and_back(&ask(What::Stat)), Ok(Request::Stat { key, hold: longest }));
    let confirm = ask(What::Confirm { read: AskId(2) });
    assert_eq!(confirm, Request::Confirm { read: AskId(2) });
}

proptest! {
    #[test]
    fn requests_survive_the_way(request in request(), id: u64) {
        let mut bytes = b"before".to_vec();
        request.encode(AskId(id), &mut bytes);
        let (header, body) = split(&bytes[6..]);
        prop_assert_eq!(header.id, id);
        prop_assert_eq!(Request::parse(&header, body), Ok(request));
    }

    #[test]
    fn replies_survive_the_way(owned in reply(), id: u64) {
        let reply = owned.as_reply();
        let mut bytes = b"before".to_vec();
        reply.encode(AskId(id), &mut bytes);
        let (header, body) = split(&bytes[6..]);
        prop_assert_eq!(header.id, id);
        prop_assert_eq!(Reply::parse(&header, body), Ok(reply));
    }

    #[test]
    fn any_bytes_give_a_frame_or_an_error(kind: u8, flags: u8, body in vec(any::<u8>(), 0..200)) {
        let header = Header { length: body.len(), kind, flags, id: 0 };
        let (request, reply) = (Request::parse(&header, &body), Reply::parse(&header, &body));
        prop_assert!(request.is_err() || reply.is_err());
    }
}

/// A reply, with what it borrows.
#[derive(Clone, Debug)]
enum Owned {
    Plain(Reply<'static>),
    Data(u64, u64, u64, bool, Vec<u8>),
    State(State, u64, bool, Vec<u8>),
    Refused(u16, String),
}

impl Owned {
    fn as_reply(&self) -> Reply<'_> {
        match self {
            Owned::Plain(reply) => reply.clone(),
            Owned::Data(total, offset, len, claimed, note) => {
                Reply::Data { total: *total, offset: *offset, len: *len, claimed: *claimed, note }
            }
            Owned::State(state, total, once, note) => {
                Reply::State { state: *state, total: *total, once: *once, note }
            }
            Owned::Refused(code, text) => Reply::Refused(Refused { code: *code, text }),
        }
    }
}

fn reply() -> impl Strategy<Value = Owned> {
    let tokens = || {
        let token = any::<[[u8; 16]; 2]>().prop_map(|[id, answer]| Token { id, answer });
        vec(token, 0..=MAX_TOKENS)
    };
    let note = || vec(any::<u8>(), 0..=255);
    let states = [State::Pending, State::Sealed, State::Failed, State::Evicted];
    let welcome = (1..u16::MAX, any::<[bool; 2]>(), any::<u32>(), any::<[[u8; 16]; 3]>(), tokens());
    prop_oneof![
        welcome.prop_map(|(version, [plain, steady], idle, [node, endpoint, answer], tokens)| {
            let node = NodeId::from_bytes(node);
            let welcome = Welcome { version, plain, steady, idle, node, endpoint, answer, tokens };
            Owned::Plain(Reply::Welcome(welcome))
        }),
        (any::<[u32; 3]>(), any::<bool>(), note()).prop_map(|([a, b, c], claimed, note)| {
            let [offset, len, more] = [a.into(), b.into(), c.into()];
            Owned::Data(offset + len + more, offset, len, claimed, note)
        }),
        (proptest::sample::select(states.to_vec()), any::<u64>(), any::<bool>(), note())
            .prop_map(|(state, total, once, note)| Owned::State(state, total, once, note)),
        (any::<u16>(), ".{0,128}").prop_map(|(code, text)| Owned::Refused(code, text)),
        tokens().prop_map(|tokens| Owned::Plain(Reply::Tokens(tokens))),
        prop_oneof![Just(Held::Pending), Just(Held::Claimed)]
            .prop_map(|why| Owned::Plain(Reply::Held(why))),
        Just(Owned::Plain(Reply::Confirmed)),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let key = || vec(any::<u8>(), 44).prop_map(|bytes| key_of(bytes.try_into().unwrap()));
    let hold = || any::<u32>().prop_map(|ms| Duration::from_millis(ms.into()));
    let policies = [Policy::Auto, Policy::Always, Policy::Never];
    let hello =
        (1..=u16::MAX, proptest::sample::select(policies.to_vec()), any::<u8>(), any::<[u8; 32]>());
    prop_oneof![
        hello.prop_map(|(version, policy, tokens, proof)| {
            let proof = (proof != [0; 32]).then(|| Proof::from_bytes(proof));
            Request::Hello(Hello { version, oldest: 1, policy, tokens, proof })
        }),
        (key(), any::<[u64; 2]>(), hold(), any::<bool>()).prop_map(
            |(key, [offset, len], hold, claim)| Request::Read { key, offset, len, hold, claim }
        ),
        (key(), hold()).prop_map(|(key, hold)| Request::Stat { key, hold }),
        any::<u64>().prop_map(|read| Request::Confirm { read: AskId(read) }),
        any::<u8>().prop_map(|count| Request::Tokens { count }),
    ]
}

fn key_of(bytes: [u8; 44]) -> ObjectKey {
    let array = |at: usize| -> [u8; 16] { bytes[at..at + 16].try_into().unwrap() };
    ObjectKey {
        arena: ArenaId::from_bytes(array(0)),
        slot: u32::from_le_bytes(bytes[16..20].try_into().unwrap()),
        generation: u64::from_le_bytes(bytes[20..28].try_into().unwrap()),
        capability: Capability::from_bytes(array(28)),
    }
}

/// A whole frame's header and body.
fn split(bytes: &[u8]) -> (Header, &[u8]) {
    let (header, body) = bytes.split_first_chunk().unwrap();
    let header = Header::parse(header).unwrap();
    assert_eq!(header.length, body.len());
    (header, body)
}

fn there_and_back(request: &Request) -> Result<Request, FrameError> {
    let mut bytes = Vec::new();
    request.encode(ID, &mut bytes);
    let (header, body) = split(&bytes);
    Request::parse(&header, body)
}

fn reply_error(reply: &Reply<'_>) -> FrameError {
    let mut bytes = Vec::new();
    reply.encode(ID, &mut bytes);
    let (header, body) = split(&bytes);
    Reply::parse(&header, body).map(drop).unwrap_err()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
