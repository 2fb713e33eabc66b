//! Two nodes of one machine, as far apart as two directories: objects of one are resolved on the
//! other over loopback.

#![allow(clippy::unwrap_used)] // a helper that fails fails its test

mod common;

use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use common::Node;
use wharf::{
    Deadline, Encrypt, Encryption, End, Error, Fabric, Lifetime, Options, State, Store,
    StoreOptions, Ticket, Tier,
};

const SOON: Duration = Duration::from_secs(20);

/// A node that is served, and one that reads.
struct Two {
    origin: Fabric,
    store: Store,
    reader: Fabric,
    there: Node,
    here: Node,
}

impl Two {
    fn new(options: Options) -> Self {
        Self::at("127.0.0.1:0", options)
    }

    fn at(address: &str, options: Options) -> Self {
        let (there, here) = (Node::new(), Node::new());
        let listen = Some(vec![address.parse().unwrap()]);
        let on = |node: &Node| Options { directory: node.options().directory, ..options.clone() };
        let origin = Fabric::open(Options { listen, ..on(&there) }).unwrap();
        let reader = Fabric::open(on(&here)).unwrap();
        let store = origin.store("fields", StoreOptions::default()).unwrap();
        Self { origin, store, reader, there, here }
    }
}

/// Bytes that differ from place to place.
fn pattern(len: usize) -> Vec<u8> {
    (0..len as u64).map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8).collect()
}

#[test]
fn objects_of_any_size_arrive_as_they_were_put() {
    for encrypt in [Encrypt::Auto, Encrypt::Always] {
        let two = Two::new(Options { encrypt: Some(encrypt), ..Options::default() });
        for len in [0, 1, 64, 16383, 16384, 16385, 65536, (1 << 20) + 1, (64 << 20) + 3] {
            let bytes = pattern(len);
            let ticket = two.store.put(&bytes).unwrap();
            assert!(ticket.to_bytes().len() <= 192);
            let view = two.reader.resolve(&ticket, SOON).unwrap();
            assert!(view[..] == bytes, "{len} bytes, {encrypt}");
        }
        let counters = two.reader.remote_counters();
        assert_eq!((counters.fetches, counters.replica_hits), (9, 0));
        assert!(counters.bytes_received > counters.bytes_fetched);
        assert!(counters.bytes_received < counters.bytes_fetched * 102 / 100);
    }
}

#[test]
fn objects_of_more_than_four_gibibytes() {
    const LEN: u64 = (4 << 30) + 64;
    let free =
        rustix::fs::statvfs("/dev/shm").map(|there| there.f_bavail * there.f_frsize).unwrap();
    if free < LEN + (1 << 30) {
        println!("skipped: needs 5 GiB of shared memory, and {free} bytes are free");
        return;
    }
    // Every 64 MiB, and at the very end, stands what says where it is.
    let marks = || (0..LEN).step_by(64 << 20).chain([(4 << 30) - 8, LEN - 8]);
    let file = tempfile::tempfile().unwrap();
    file.set_len(LEN).unwrap();
    marks().for_each(|at| file.write_all_at(&at.to_le_bytes(), at).unwrap());

    let two = Two::new(Options { replicas: Some(5 << 30), ..Options::default() });
    let ticket = two.origin.share_file(file).unwrap();
    let mut part = [0; 16];
    two.reader.read_at(&ticket, LEN - 16, &mut part, SOON).unwrap();
    assert_eq!(part[8..], (LEN - 8).to_le_bytes());
    let view = two.reader.resolve(&ticket, Duration::from_secs(120)).unwrap();
    assert_eq!(view.len() as u64, LEN);
    for at in marks() {
        assert_eq!(view[at as usize..][..8], at.to_le_bytes(), "{at}");
    }
    assert_eq!(two.reader.remote_counters().bytes_fetched, LEN + 16);
}

#[test]
fn addresses_of_ipv6_are_as_good() {
    for encrypt in [Encrypt::Auto, Encrypt::Always] {
        let two = Two::at("[::1]:0", Options { encrypt: Some(encrypt), ..Options::default() });
        for len in [64, 4 << 20] {
            let ticket = two.store.put(&pattern(len)).unwrap();
            let route = ticket.routes().next().unwrap().to_string();
            assert!(route.starts_with("tcp://[::1]:"), "{route}");
            assert!(two.reader.resolve(&ticket, SOON).unwrap()[..] == pattern(len));
        }
    }
}

#[test]
fn what_an_object_is_goes_with_it() {
    let two = Two::new(Options::default());
    let field: Vec<f64> = (0..10_000).map(f64::from).collect();
    for shape in [[10_000, 1], [100, 100]] {
        let ticket = two.store.put_array(&field, shape).unwrap();
        let view = two.reader.get::<[f64]>(&ticket, SOON).unwrap();
        assert_eq!(view[..], field);
        assert_eq!(view.array().unwrap().shape().dimensions(), shape);
        assert!(matches!(two.reader.get::<[f32]>(&ticket, SOON), Err(Error::WrongType { .. })));
    }
    let names = two.store.put_value(&["north", "south"]).unwrap();
    assert_eq!(two.reader.get::<Vec<String>>(&names, SOON).unwrap(), ["north", "south"]);
}

#[test]
fn a_node_fetches_once_and_shares() {
    let two = Two::new(Options::default());
    let bytes = pattern(1 << 20);
    let ticket = two.store.put(&bytes).unwrap();
    let first = two.reader.resolve(&ticket, SOON).unwrap();
    let sibling = two.here.fabric();
    let second = sibling.resolve(&ticket, SOON).unwrap();
    assert!(first[..] == bytes && second[..] == bytes);
    let counters = sibling.remote_counters();
    assert_eq!((counters.fetches, counters.replica_hits), (0, 1));
    assert!(counters.bytes_received < 4096, "a question, and no bytes: {counters:?}");

    // What its origin has no more, its readers have no more.
    two.store.evict(&ticket).unwrap();
    assert!(matches!(sibling.resolve(&ticket, SOON), Err(Error::Evicted)));
    assert!(matches!(two.reader.resolve(&ticket, SOON), Err(Error::Evicted)));
    assert!(first[..] == bytes, "a view stays");
}

#[test]
fn a_replica_makes_room_for_another() {
    let two = Two::new(Options { replicas: Some(5 << 20), ..Options::default() });
    let tickets: Vec<Ticket> = (0..6).map(|_| two.store.put(&pattern(2 << 20)).unwrap()).collect();
    for ticket in &tickets {
        assert_eq!(two.reader.resolve(ticket, SOON).unwrap().len(), 2 << 20);
    }
    let large = two.store.put(&pattern(6 << 20)).unwrap();
    assert!(matches!(two.reader.resolve(&large, SOON), Err(Error::Memory(_))));
    let mut part = vec![0; 1 << 20];
    two.reader.read_at(&large, 5 << 20, &mut part, SOON).unwrap();
    assert!(part == pattern(6 << 20)[5 << 20..]);
}

#[test]
fn getting_memory_for_a_large_object_ends_by_the_deadline() {
    let two = Two::new(Options::default());
    let file = tempfile::tempfile().unwrap();
    file.set_len(2 << 30).unwrap();
    let ticket = two.origin.share_file(file).unwrap();
    let late = two.reader.resolve(&ticket, Duration::from_millis(1));
    let Err(Error::OutOfTime { attempts, .. }) = late else { panic!("{late:?}") };
    assert!(attempts.to_string().contains("memory"), "{attempts}");
    let taken: u64 = two.reader.arenas().unwrap().iter().map(|arena| arena.reserved).sum();
    assert!(taken < 1 << 30, "{taken}");
}

#[test]
fn a_pending_object_is_waited_for() {
    let two = Two::new(Options::default());
    let promise = two.store.promise().unwrap();
    let ticket = promise.ticket();
    let begun = Instant::now();
    let early = two.reader.resolve(&ticket, Duration::from_millis(100));
    assert!(matches!(early, Err(Error::Deadline)), "{early:?}");
    assert!(begun.elapsed() < SOON);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| two.reader.resolve(&ticket, SOON));
        std::thread::sleep(Duration::from_millis(50));
        promise.put(&pattern(100_000)).unwrap();
        assert!(waiting.join().unwrap().unwrap()[..] == pattern(100_000));
    });

    // Nobody waits who only looks.
    let promise = two.store.promise().unwrap();
    let ticket = promise.ticket();
    let begun = Instant::now();
    assert_eq!(two.reader.size_if_sealed(&ticket, SOON).unwrap(), None);
    let explanation = two.reader.explain(&ticket, SOON).unwrap();
    assert!(matches!(explanation.taken().unwrap().tier, Tier::Route(_)), "{explanation}");
    assert!(begun.elapsed() < SOON / 2);
    promise.fail("the solver diverged").unwrap();
    match two.reader.resolve(&ticket, SOON) {
        Err(Error::Failed { message }) => assert_eq!(message, "the solver diverged"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_object_that_ends_once_is_delivered_once() {
    let two = Two::new(Options::default());
    let once = two.store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
    for len in [100, 1 << 20] {
        let ticket = once.put(&pattern(len)).unwrap();
        assert!(two.reader.resolve(&ticket, SOON).unwrap()[..] == pattern(len));
        assert!(matches!(two.reader.resolve(&ticket, SOON), Err(Error::Evicted)));
        assert!(matches!(two.origin.resolve(&ticket, SOON), Err(Error::Evicted)));
    }
}

#[test]
fn an_object_on_its_way_to_another_is_told_to_be_so() {
    let two = Two::new(Options::default());
    let once = two.store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
    let options = wharf_shm::NodeOptions {
        directory: two.there.options().directory,
        ..wharf_shm::NodeOptions::default()
    };
    let node = wharf_shm::Node::open(&options).unwrap();
    let moment = Duration::from_millis(300);
    for len in [100, 1 << 20] {
        let ticket = once.put(&pattern(len)).unwrap();
        // As an endpoint has it that sends it to somebody.
        let claim = node.claim(&ticket.key(), Deadline::NOW, wharf_shm::Wait::Block).unwrap();
        for fabric in [&two.origin, &two.reader] {
            for _ in 0..2 {
                let outcome = fabric.resolve(&ticket, moment);
                assert!(matches!(outcome, Err(Error::Claimed)), "{len}: {outcome:?}");
            }
        }
        let explanation = two.origin.explain(&ticket, SOON).unwrap();
        assert!(explanation.taken().is_none(), "{explanation}");
        assert!(explanation.to_string().contains("on its way to another reader"), "{explanation}");
        // It did not arrive, so it is there for another.
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| two.reader.resolve(&ticket, SOON));
            std::thread::sleep(moment);
            drop(claim);
            assert!(waiting.join().unwrap().unwrap()[..] == pattern(len));
        });
    }
}

/// What it was fetched into is no copy for others, though its view is held and the node's.
#[test]
fn an_object_that_ends_once_and_tells_no_size_is_delivered_once() {
    let two = Two::new(Options::default());
    let once = two.store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
    let sibling = two.here.fabric();
    for len in [100, 1 << 20] {
        let promise = once.promise().unwrap();
        let ticket = promise.ticket();
        assert_eq!(ticket.size(), None);
        promise.put(&pattern(len)).unwrap();
        let held = two.reader.resolve(&ticket, SOON).unwrap();
        for fabric in [&two.reader, &sibling, &two.origin] {
            let again = fabric.resolve(&ticket, SOON);
            assert!(matches!(again, Err(Error::Evicted)), "{len}: {again:?}");
        }
        assert!(held[..] == pattern(len));
    }
    // Whoever waits at that moment is told by then.
    let promise = once.promise().unwrap();
    let ticket = promise.ticket();
    std::thread::scope(|scope| {
        let both = [&two.reader, &sibling].map(|it| scope.spawn(|| it.resolve(&ticket, SOON)));
        std::thread::sleep(Duration::from_millis(50));
        promise.put(&pattern(5 << 20)).unwrap();
        let outcomes = both.map(|thread| thread.join().unwrap());
        let delivered = outcomes.iter().flatten().filter(|view| view[..] == pattern(5 << 20));
        assert_eq!(delivered.count(), 1, "{outcomes:?}");
        assert!(outcomes.iter().any(|it| matches!(it, Err(Error::Evicted))), "{outcomes:?}");
    });
}

/// A fetch that comes to nothing leaves no memory taken, and no name.
#[test]
fn what_could_not_be_fetched_leaves_nothing() {
    let two = Two::new(Options::default());
    let ticket = two.store.put(&pattern(1 << 20)).unwrap();
    two.store.evict(&ticket).unwrap();
    for _ in 0..3 {
        assert!(matches!(two.reader.resolve(&ticket, SOON), Err(Error::Evicted)));
    }
    let promise = two.store.promise().unwrap();
    let late = two.reader.resolve(&promise.ticket(), Duration::from_millis(100));
    assert!(matches!(late, Err(Error::Deadline)), "{late:?}");
    let arenas = two.reader.arenas().unwrap();
    let left = arenas.iter().flat_map(|arena| &arena.objects);
    assert_eq!(left.filter(|object| object.state != State::Evicted).count(), 0, "{arenas:?}");
}

#[test]
fn small_objects_come_by_one_warm_connection() {
    for encrypt in [Encrypt::Auto, Encrypt::Always] {
        let two = Two::new(Options { encrypt: Some(encrypt), ..Options::default() });
        let fetch = |ticket: &Ticket| two.reader.resolve(ticket, SOON);
        let put = |len: usize| two.store.put(&pattern(len)).unwrap();
        (1..5).for_each(|len| drop(fetch(&put(len)).unwrap()));
        let accepted = || two.origin.endpoint_counters().unwrap().accepted;
        let before = accepted();

        let field = two.store.put_slice(&[1.5, 2.5]).unwrap();
        assert_eq!(two.reader.get::<[f64]>(&field, SOON).unwrap()[..], [1.5, 2.5]);
        for len in [1, 64, 4096, 16383] {
            assert!(fetch(&put(len)).unwrap()[..] == pattern(len));
        }
        let once = two.store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
        let ticket = once.put(&pattern(100)).unwrap();
        assert!(fetch(&ticket).unwrap()[..] == pattern(100));
        assert!(matches!(fetch(&ticket), Err(Error::Evicted)));
        assert!(matches!(two.origin.resolve(&ticket, Deadline::NOW), Err(Error::Evicted)));
        let ticket = put(100);
        two.store.evict(&ticket).unwrap();
        assert!(matches!(fetch(&ticket), Err(Error::Evicted)));
        let block = two.store.alloc(100).unwrap();
        let ticket = block.ticket();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| fetch(&ticket));
            std::thread::sleep(Duration::from_millis(50));
            block.seal().unwrap();
            assert_eq!(waiting.join().unwrap().unwrap().len(), 100);
        });
        let block = two.store.alloc(100).unwrap();
        let ticket = block.ticket();
        block.fail("the solver diverged").unwrap();
        assert!(matches!(fetch(&ticket), Err(Error::Failed { .. })));

        assert_eq!(accepted(), before, "{encrypt}");
    }
}

#[test]
fn parts_are_fetched_alone() {
    let two = Two::new(Options::default());
    let field: Vec<f64> = (0..1_000_000).map(f64::from).collect();
    let ticket = two.store.put_array(&field, [1000, 1000]).unwrap();
    let mut column = vec![0.0; 1000];
    two.reader.read_slab(&ticket, &[0..1000, 7..8], &mut column, SOON).unwrap();
    assert!(column.iter().enumerate().all(|(row, x)| *x == (row * 1000 + 7) as f64));
    let mut bytes = [0; 16];
    two.reader.read_at(&ticket, 80, &mut bytes, SOON).unwrap();
    assert_eq!(bytes, bytemuck::cast::<[f64; 2], [u8; 16]>([10.0, 11.0]));
    assert!(two.reader.remote_counters().bytes_received < 200_000);
    let beyond = two.reader.read_at(&ticket, 8_000_000 - 8, &mut bytes, SOON);
    assert!(matches!(beyond, Err(Error::Beyond { total: 8_000_000 })), "{beyond:?}");
}

#[test]
fn parts_of_what_is_here_already_are_not_fetched() {
    let two = Two::new(Options::default());
    let bytes = pattern(4 << 20);
    let ticket = two.store.put(&bytes).unwrap();
    drop(two.reader.resolve(&ticket, SOON).unwrap());
    let sibling = two.here.fabric();
    let mut part = vec![0; 1 << 20];
    sibling.read_at(&ticket, 1 << 20, &mut part, SOON).unwrap();
    assert!(part == bytes[1 << 20..2 << 20]);
    let counters = sibling.remote_counters();
    assert_eq!((counters.fetches, counters.replica_hits), (0, 1));
    assert!(counters.bytes_received < 4096, "a question, and no bytes: {counters:?}");
    let beyond = sibling.read_at(&ticket, (4 << 20) - 5, &mut part, SOON);
    assert!(matches!(beyond, Err(Error::Beyond { total: 4_194_304 })), "{beyond:?}");
    two.store.evict(&ticket).unwrap();
    let gone = sibling.read_at(&ticket, 0, &mut part, SOON);
    assert!(matches!(gone, Err(Error::Evicted)), "{gone:?}");
}

#[test]
fn many_small_objects_come_together() {
    let two = Two::new(Options::default());
    let mut tickets = two.store.put_many((0..1000_u32).map(u32::to_le_bytes)).unwrap();
    let local = two.reader.store("own", StoreOptions::default()).unwrap();
    tickets.insert(500, local.put(b"here").unwrap());
    two.store.evict(&tickets[3]).unwrap();
    let outcomes = two.reader.resolve_many(&tickets, SOON);
    assert!(matches!(outcomes[3], Err(Error::Evicted)));
    assert_eq!(&outcomes[500].as_ref().unwrap()[..], b"here");
    for (at, outcome) in outcomes.iter().enumerate().filter(|(at, _)| ![3, 500].contains(at)) {
        let number = if at > 500 { at - 1 } else { at } as u32;
        assert_eq!(outcome.as_ref().unwrap()[..], number.to_le_bytes());
    }
}

#[test]
fn many_small_objects_come_by_one_warm_connection_each_with_its_own_outcome() {
    let two = Two::new(Options::default());
    let put = |len: usize| two.store.put(&pattern(len)).unwrap();
    // By the first ones a connection of the right kind becomes warm.
    (1..5).for_each(|len| drop(two.reader.resolve(&put(len), SOON).unwrap()));
    let accepted = || two.origin.endpoint_counters().unwrap().accepted;
    let before = accepted();

    let mut tickets: Vec<Ticket> = (0..200).map(|at| put(1 + at * 7)).collect();
    let once = two.store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
    for at in (0..200).step_by(10) {
        two.store.evict(&tickets[at]).unwrap();
        tickets[at + 1] = once.put(&pattern(1 + (at + 1) * 7)).unwrap();
    }
    let pending = two.store.alloc(100).unwrap();
    tickets.push(pending.ticket());
    tickets.push(two.store.put_slice(&[1.5, 2.5]).unwrap());
    let outcomes = std::thread::scope(|scope| {
        let all = scope.spawn(|| two.reader.resolve_many(&tickets, SOON));
        std::thread::sleep(Duration::from_millis(50));
        pending.seal().unwrap();
        all.join().unwrap()
    });
    for (at, outcome) in outcomes.iter().enumerate() {
        match outcome {
            Err(Error::Evicted) => assert!(at < 200 && at % 10 == 0, "{at}"),
            Ok(view) if at < 200 => assert!(view[..] == pattern(1 + at * 7), "{at}"),
            Ok(view) => assert_eq!(view.len(), if at == 200 { 100 } else { 16 }),
            Err(error) => panic!("{at}: {error}"),
        }
    }
    let again = two.reader.resolve_many(&tickets, SOON);
    for (at, outcome) in again.iter().enumerate() {
        let gone = at < 200 && at % 10 < 2;
        assert_eq!(matches!(outcome, Err(Error::Evicted)), gone, "{at}: {:?}", outcome.is_ok());
    }
    assert_eq!(accepted(), before);
}

#[test]
fn where_nobody_serves_it_is_said_what_was_tried() {
    let two = Two::new(Options::default());
    let ticket = two.store.put(&pattern(100_000)).unwrap();
    let late = two.reader.resolve(&ticket, Deadline::NOW);
    assert!(matches!(late, Err(Error::OutOfTime { .. })), "{late:?}");
    let Two { origin, store, reader, there: _there, here: _here } = two;
    drop((origin, store));
    match reader.resolve(&ticket, SOON) {
        Err(Error::Unreachable { attempts, .. }) => {
            let attempt = attempts.iter().next().unwrap();
            assert_eq!(Some(attempt.route), ticket.routes().next());
            assert!(attempts.to_string().contains("refused"), "{attempts}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_is_explained_which_way_an_object_comes() {
    let two = Two::new(Options::default());
    let ticket = two.store.put(&pattern(100_000)).unwrap();
    let before = two.reader.explain(&ticket, SOON).unwrap();
    assert!(matches!(before.taken().unwrap().tier, Tier::Route(_)), "{before}");
    assert!(
        before.to_string().contains("this node's copy: there is none: nobody has fetched"),
        "{before}"
    );
    let _view = two.reader.resolve(&ticket, SOON).unwrap();
    let after = two.reader.explain(&ticket, SOON).unwrap();
    assert_eq!(after.taken().unwrap().tier, Tier::Replica, "{after}");
    let there = two.origin.explain(&ticket, SOON).unwrap();
    assert_eq!(there.taken().unwrap().tier, Tier::Shared, "{there}");
}

/// It is said before that a fetch may go in the clear, or why not; and counted after how it went.
#[test]
fn it_is_told_what_goes_encrypted_and_why() {
    use Encrypt::{Always, Auto, Never};
    let nowhere = "192.0.2.0/24";
    let here = "127.0.0.0/8";
    for (origin, reader, trusted, expected) in [
        (Auto, Auto, here, Encryption::None),
        (Never, Never, nowhere, Encryption::None),
        (Auto, Auto, nowhere, Encryption::Untrusted),
        (Auto, Always, here, Encryption::Always),
        (Always, Auto, here, Encryption::Demanded),
    ] {
        let case = format!("{origin} {reader} {trusted}");
        let two = Two::new(Options {
            encrypt: Some(origin),
            trusted: Some(here.parse().unwrap()),
            ..Options::default()
        });
        let options = Options {
            encrypt: Some(reader),
            trusted: Some(trusted.parse().unwrap()),
            ..two.here.options()
        };
        let reader = Fabric::open(options).unwrap();
        let ticket = two.store.put(&pattern(4 << 20)).unwrap();
        let explanation = reader.explain(&ticket, SOON).unwrap();
        let cost = explanation.taken().unwrap().verdict.as_ref().unwrap();
        assert_eq!(cost.encryption, Some(expected), "{case}");
        let word = if expected.is_encrypted() { ", encrypted, as " } else { ", in the clear, as " };
        assert!(explanation.to_string().contains(word), "{case}: {explanation}");

        let before = reader.remote_counters();
        assert_eq!(before.bytes_received, before.bytes_encrypted, "{case}: the question");
        let _view = reader.resolve(&ticket, SOON).unwrap();
        let after = reader.remote_counters();
        let clear = after.bytes_received - after.bytes_encrypted;
        match expected {
            Encryption::None => assert!(clear >= 4 << 20, "{case}: {after:?}"),
            _ => assert_eq!(clear, 0, "{case}: {after:?}"),
        }
        let copied = reader.explain(&ticket, SOON).unwrap();
        assert_eq!(copied.taken().unwrap().verdict.as_ref().unwrap().encryption, None, "{case}");
    }
}

#[test]
fn nothing_but_reading_can_be_done_from_elsewhere() {
    let two = Two::new(Options::default());
    let ticket = two.store.put(b"temperature").unwrap();
    assert!(matches!(two.reader.evict(&ticket), Err(Error::OtherNode { .. })));
    assert!(matches!(two.reader.renew(&ticket, SOON), Err(Error::OtherNode { .. })));
    assert_eq!(&two.reader.resolve(&ticket, SOON).unwrap()[..], b"temperature");
}

/// A ticket of a newer writer: sections that nobody here knows, before and behind those that are known.
#[test]
fn what_a_newer_ticket_adds_is_passed_over_and_kept() {
    let two = Two::new(Options::default());
    let ticket = two.store.put_slice(&[1.5_f64, 2.5]).unwrap();
    let old = ticket.to_bytes();
    let (core, sections) = (&old[..88], &old[88..old.len() - 4]);
    let unknown = [&[200, 3, 7, 8, 9][..], &[77, 0]].concat();
    for (before, behind) in [(&unknown[..], &[][..]), (&[], &unknown), (&unknown, &unknown)] {
        let sections = [before, sections, behind].concat();
        let mut newer = [core, &sections].concat();
        newer[6..8].copy_from_slice(&(sections.len() as u16).to_le_bytes());
        newer.extend_from_slice(&crc32fast::hash(&newer).to_le_bytes());
        let newer = Ticket::from_bytes(&newer).unwrap();
        assert_eq!(two.reader.get::<[f64]>(&newer, SOON).unwrap()[..], [1.5, 2.5]);
        let kept: Ticket = newer.to_string().parse().unwrap();
        assert_eq!(kept, newer);
        assert!(kept.sections().any(|section| section.kind == 200 && section.value == [7, 8, 9]));
    }
}
