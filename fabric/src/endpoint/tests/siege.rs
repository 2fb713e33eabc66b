//! Everything hostile at once, while real readers go on: other nodes, through the public interface.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Scope;
use std::time::Duration;

use wharf_shm::{Capability, ObjectKey};

use super::client::{Client, read};
use super::{LONG, identity, pattern};
use crate::network;
use crate::security::{PublicKey, Secret, Token};
use crate::wire::{Hello, Refused, Request, Stream};
use crate::{Encrypt, Fabric, Options, Route, StoreOptions, Ticket};

/// Whom it is about.
#[derive(Clone, Copy)]
struct Target<'a> {
    address: SocketAddr,
    key: PublicKey,
    object: ObjectKey,
    over: &'a AtomicBool,
}

#[test]
fn real_readers_go_on_under_everything_hostile_at_once() {
    const LARGE: usize = 4 << 20;
    let private = tempfile::Builder::new().prefix("wharf-unit-").tempdir_in("/dev/shm").unwrap();
    let open = |name: &str, options: Options| {
        Fabric::open(Options { directory: Some(private.path().join(name)), ..options }).unwrap()
    };
    let secret = private.path().join("secret");
    std::fs::write(&secret, [7; 32]).unwrap();
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let listen = Some(vec!["127.0.0.1:0".parse().unwrap()]);
    let ours = Options { secret: Some(secret.clone()), ..Options::default() };
    let origin = open("origin", Options { listen, ..ours.clone() });
    let store = origin.store("s", StoreOptions::default()).unwrap();
    let (small, large) = (store.put(b"small").unwrap(), store.put(&pattern(1, LARGE)).unwrap());
    let Route::Tcp(address) = origin.routes()[0];
    let key = network::identity(&origin.membership).unwrap().public_key();
    let over = AtomicBool::new(false);
    let target = Target { address, key, object: small.key(), over: &over };

    let (rounds, counts) = std::thread::scope(|scope| {
        let hostile = besiege(scope, target);
        let readers: Vec<_> = [Encrypt::Auto, Encrypt::Always]
            .map(|encrypt| {
                let reader =
                    open(&encrypt.to_string(), Options { encrypt: Some(encrypt), ..ours.clone() });
                let (small, large) = (&small, &large);
                scope.spawn(move || go_on(&reader, small, large, target.over))
            })
            .into();
        // The one who says a byte a second is closed by then, as all are who came before.
        std::thread::sleep(Duration::from_secs(7));
        over.store(true, Ordering::Release);
        let rounds: Vec<usize> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
        (rounds, hostile.map(|(name, thread)| (name, thread.join().unwrap())))
    });
    println!("{rounds:?} rounds of readers; {counts:?}");
    assert!(rounds.iter().all(|rounds| *rounds > 10), "{rounds:?}");
    for (name, count) in counts {
        assert!(count > 0, "no {name}");
    }
    let counters = origin.endpoint_counters().unwrap();
    for reason in [
        "foreign protocol",
        "failed handshake",
        "wrong token",
        "no handshake in time",
        "wrong capability",
    ] {
        assert!(counters.refused(reason) > 0, "nobody was refused for {reason}: {counters:?}");
    }
    // Nobody had a byte of an object but the two, who may be counted no more: so many keys came since.
    let readers = origin.readers();
    let had = readers.iter().filter(|reader| reader.bytes_sent > 0).count();
    assert!(had <= 2 && readers.len() > 100, "{had} of {}", readers.len());
    let wanted: usize = rounds.iter().map(|rounds| rounds * (5 + (1 << 20))).sum();
    assert!(counters.bytes_sent >= wanted as u64);
}

/// Until it is over, and once more: what went on meanwhile has kept nobody from that.
fn go_on(reader: &Fabric, small: &Ticket, large: &Ticket, over: &AtomicBool) -> usize {
    let bytes = pattern(1, 4 << 20);
    let mut part = vec![0; 1 << 20];
    for round in 1.. {
        let last = over.load(Ordering::Acquire);
        assert_eq!(&reader.resolve(small, LONG).unwrap()[..], b"small");
        let at = round % 3 * 1_000_000;
        reader.read_at(large, at as u64, &mut part, LONG).unwrap();
        assert!(part == bytes[at..at + part.len()]);
        if last {
            return round;
        }
    }
    unreachable!()
}

type Attack = fn(Target<'_>) -> usize;

const ATTACKS: [(&str, Attack); 8] = [
    ("foreign protocols", foreign),
    ("half-open connections", half_open),
    ("bytes a second", a_byte_a_second),
    ("handshakes that are cut or replayed", cut),
    ("handshakes, one after the other", handshakes),
    ("tokens that are guessed or reused", tokens),
    ("wrong capabilities", capabilities),
    ("wrong secrets", secrets),
];

/// Each in a thread of its own, with how often it was done.
fn besiege<'scope, 'env>(
    scope: &'scope Scope<'scope, 'env>,
    target: Target<'scope>,
) -> [(&'static str, std::thread::ScopedJoinHandle<'scope, usize>); 8] {
    ATTACKS.map(|(name, attack)| {
        let repeat = move || {
            let mut count = 0;
            while !target.over.load(Ordering::Acquire) {
                count += attack(target);
                std::thread::sleep(Duration::from_millis(2));
            }
            count
        };
        (name, scope.spawn(repeat))
    })
}

/// What comes back; one that is closed as others need the room is closed too.
fn answer(target: Target<'_>, bytes: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(target.address).unwrap();
    socket.set_read_timeout(Some(LONG)).unwrap();
    let _ = socket.write_all(bytes);
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    answer
}

fn foreign(target: Target<'_>) -> usize {
    let all = [&b"GET / HTTP/1.1\r\n\r\n"[..], b"SSH-2.0-x\r\n", &[0; 4096], &pattern(77, 4096)];
    all.iter().for_each(|bytes| assert!(answer(target, bytes).is_empty()));
    all.len()
}

fn half_open(target: Target<'_>) -> usize {
    let crowd: Vec<_> = (0..40).map(|_| TcpStream::connect(target.address).unwrap()).collect();
    std::thread::sleep(Duration::from_millis(200));
    crowd.len()
}

fn a_byte_a_second(target: Target<'_>) -> usize {
    let mut socket = TcpStream::connect(target.address).unwrap();
    let mut said = 0;
    // As a handshake begins.
    let begins = [0x16, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];
    while !target.over.load(Ordering::Acquire) && socket.write(&[begins[said]]).is_ok() {
        said += 1;
        std::thread::sleep(Duration::from_secs(1));
    }
    assert!(said <= 8, "it may go on for ever");
    said
}

/// How a reader begins.
fn hello(target: Target<'_>) -> Vec<u8> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let mut far = listener.accept().unwrap().0;
    let mut stream = Stream::connect_tls(near, identity().client(target.key)).unwrap();
    assert!(!stream.handshake().unwrap());
    let mut bytes = vec![0; 4096];
    let some = far.read(&mut bytes).unwrap();
    bytes.truncate(some);
    bytes
}

fn cut(target: Target<'_>) -> usize {
    let hello = hello(target);
    for cut in (1..hello.len()).step_by(20) {
        let mut socket = TcpStream::connect(target.address).unwrap();
        let _ = socket.write_all(&hello[..cut]);
    }
    for _ in 0..10 {
        // Again and again the same, with an end that fits nothing.
        answer(target, &[&hello[..], &[0x17, 3, 3, 0, 20], &[9; 20]].concat());
    }
    hello.len() / 20 + 10
}

fn handshakes(target: Target<'_>) -> usize {
    let own = identity();
    (0..20).filter(|_| Client::tls(target.address, &own, target.key).is_ok()).count()
}

fn greeted(target: Target<'_>, secret: Option<&Secret>) -> Option<Client> {
    let mut client = Client::tls(target.address, &identity(), target.key).ok()?;
    let exporter = client.stream().exporter()?;
    let proof = secret.map(|secret| secret.prove(&exporter));
    let hello = Hello { tokens: 4, proof, ..Hello::new(Default::default()) };
    client.send(0, &Request::Hello(hello)).ok()?;
    Some(client)
}

fn tokens(target: Target<'_>) -> usize {
    let plain = |id: [u8; 16]| [&b"\xd5WF1"[..], &id].concat();
    let guessed = Token::random().unwrap().id;
    assert!(answer(target, &plain(guessed)).is_empty());
    let Some(mut client) = greeted(target, None) else { return 1 };
    if client.expect_welcome().is_err() {
        return 1;
    }
    let token = client.tokens.pop().unwrap();
    drop(Client::by_token(target.address, token.id).map(|mut client| client.expect_welcome()));
    assert!(answer(target, &plain(token.id)).is_empty(), "used again");
    2
}

fn capabilities(target: Target<'_>) -> usize {
    let Some(mut client) = greeted(target, None) else { return 0 };
    if client.expect_welcome().is_err() {
        return 0;
    }
    for n in 0..100 {
        let capability = Capability::from_bytes([n; 16]);
        let guess = ObjectKey { capability, ..target.object };
        assert_eq!(client.read(guess, 0, u64::MAX).code(), Some(Refused::WRONG_CAPABILITY));
    }
    // The right one, before the greeting.
    if let Ok(mut early) = Client::tls(target.address, &identity(), target.key)
        && early.send(1, &read(target.object, 0, u64::MAX)).is_ok()
        && let Ok((_, got)) = early.receive()
    {
        assert_eq!(got.code(), Some(Refused::MALFORMED));
    }
    100
}

fn secrets(target: Target<'_>) -> usize {
    let wrong = Secret::new(&[8; 32]).unwrap();
    let Some(mut client) = greeted(target, Some(&wrong)) else { return 0 };
    let Ok((_, got)) = client.receive() else { return 0 };
    assert_eq!(got.code(), Some(Refused::FORBIDDEN), "{got:?}");
    1
}
