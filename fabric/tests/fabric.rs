//! What the fabric promises on one node, through its public API.

#![allow(clippy::unwrap_used)] // a helper that fails fails its test

mod common;

use std::thread;
use std::time::Duration;

use wharf::{
    Deadline, End, Error, Fabric, Lifetime, MemoryError, Options, Origin, Result, State,
    StoreOptions, Ticket, View, Wait,
};

use common::Node;

const SOON: Duration = Duration::from_secs(10);

fn waiting(node: &Node, wait: Wait) -> Fabric {
    Fabric::open(Options { wait: Some(wait), ..node.options() }).unwrap()
}

fn evicted(result: Result<View>) -> bool {
    matches!(result, Err(Error::Evicted))
}

#[test]
fn what_is_put_is_resolved_by_its_ticket_in_any_form() {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    assert_eq!(here.node(), there.node());
    let ticket = here.store("s", StoreOptions::default()).unwrap().put(b"bytes");
    // The store is gone, and its object with it.
    assert!(evicted(there.resolve(&ticket.unwrap(), SOON)));

    let store = here.store("s", StoreOptions::default()).unwrap();
    let ticket = store.put(b"bytes").unwrap();
    assert_eq!(ticket.size(), Some(5));
    let binary = Ticket::from_bytes(&ticket.to_bytes()).unwrap();
    let text: Ticket = ticket.to_string().parse().unwrap();
    for ticket in [ticket, binary, text] {
        let view = there.resolve(&ticket, Deadline::NOW).unwrap();
        assert_eq!(&*view, b"bytes");
    }
}

#[test]
fn a_block_is_written_in_place() {
    let node = Node::new();
    let fabric = node.fabric();
    let store = fabric.store("s", StoreOptions::default()).unwrap();
    let mut block = store.alloc(1 << 20).unwrap();
    assert_eq!(block.as_ptr().align_offset(64), 0);
    block.fill(7);
    let address = block.as_ptr();
    let ticket = block.seal().unwrap();
    let view = fabric.resolve(&ticket, SOON).unwrap();
    assert!(view.len() == 1 << 20 && view.iter().all(|&byte| byte == 7));
    // In the process that wrote it, the very same memory: nothing was copied.
    assert_eq!(view.as_ptr(), address);
    assert_eq!(&*fabric.resolve(&store.alloc(0).unwrap().seal().unwrap(), SOON).unwrap(), b"");
}

#[test]
fn a_ticket_can_come_before_the_bytes() {
    for wait in [Wait::Block, Wait::Spin, Wait::Adaptive] {
        let node = Node::new();
        let (here, there) = (node.fabric(), waiting(&node, wait));
        let store = here.store("s", StoreOptions::default()).unwrap();
        let promise = store.promise().unwrap();
        let ticket = promise.ticket();
        assert_eq!((ticket.size(), ticket.extent()), (None, None));
        assert_eq!(there.stat(&ticket).unwrap().state, State::Pending);
        assert!(matches!(there.resolve(&ticket, Deadline::NOW), Err(Error::Deadline)));

        let waiter = thread::spawn(move || there.resolve(&ticket, SOON).unwrap().to_vec());
        thread::sleep(Duration::from_millis(20));
        let mut block = promise.alloc(5).unwrap();
        block.copy_from_slice(b"later");
        assert_eq!(block.ticket().key(), block.seal().unwrap().key());
        assert_eq!(waiter.join().unwrap(), b"later");
    }
}

#[test]
fn whoever_waits_for_an_object_that_fails_is_told() {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let store = here.store("s", StoreOptions::default()).unwrap();
    let why = |ticket: &Ticket| match there.resolve(ticket, SOON) {
        Err(Error::Failed { message }) => message,
        other => panic!("{other:?}"),
    };

    let block = store.alloc(100).unwrap();
    let ticket = block.ticket();
    block.fail("the sensor is broken").unwrap();
    assert_eq!(why(&ticket), "the sensor is broken");
    assert_eq!(there.stat(&ticket).unwrap().state, State::Failed);

    let promise = store.promise().unwrap();
    let ticket = promise.ticket();
    promise.fail("no data today").unwrap();
    assert_eq!(why(&ticket), "no data today");

    let ticket = store.alloc(100).unwrap().ticket();
    assert!(why(&ticket).contains("dropped"));

    let promise = store.promise().unwrap();
    let ticket = promise.ticket();
    store.close().unwrap();
    assert!(why(&ticket).contains("closed"));
}

#[test]
fn evicting_ends_an_object_and_not_its_views() {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let store = here.store("s", StoreOptions::default()).unwrap();
    for by_another in [false, true] {
        let ticket = store.put(&[3; 5000]).unwrap();
        let view = there.resolve(&ticket, SOON).unwrap();
        if by_another { there.evict(&ticket) } else { store.evict(&ticket) }.unwrap();
        assert!(evicted(there.resolve(&ticket, SOON)));
        assert!(matches!(there.stat(&ticket), Err(Error::Evicted)));
        assert!(matches!(there.evict(&ticket), Err(Error::Evicted)));
        assert!(matches!(store.evict(&ticket), Err(Error::Evicted)));
        store.put(&[4; 5000]).unwrap();
        assert_eq!(*view, [3; 5000]);
    }
}

#[test]
fn a_pending_object_is_ended_by_its_producer_alone() {
    let node = Node::new();
    let store = node.fabric().store("s", StoreOptions::default()).unwrap();
    let block = store.alloc(8).unwrap();
    let refusal = node.fabric().evict(&block.ticket()).unwrap_err();
    assert!(matches!(refusal, Error::Memory(MemoryError::StillPending)), "{refusal:?}");
    block.seal().unwrap();
}

#[test]
fn lifetimes_come_from_the_store_unless_given() {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let options = StoreOptions { lifetime: Lifetime::NODE, ..StoreOptions::default() };
    let store = here.store("s", options).unwrap();
    let kept = store.put(b"kept").unwrap();
    let once = store.with_lifetime(Lifetime::NODE.ending(End::Once)).put(b"once").unwrap();
    let lease = End::Lease(Duration::from_millis(50));
    let leased = store.with_lifetime(Lifetime::NODE.ending(lease)).put(b"leased").unwrap();
    let gone = store.with_lifetime(Lifetime::PROCESS).put(b"gone").unwrap();
    let taken = store.with_lifetime(Lifetime::PROCESS).alloc(8).unwrap().seal().unwrap();
    assert_eq!(there.stat(&kept).unwrap().lifetime, Lifetime::NODE);
    assert_eq!(there.stat(&once).unwrap().lifetime.end, End::Once);
    assert_eq!(there.stat(&taken).unwrap().lifetime, Lifetime::PROCESS);
    drop((store, here));

    thread::sleep(Duration::from_millis(60));
    assert!(matches!(there.stat(&leased), Err(Error::Evicted)));
    assert!(evicted(there.resolve(&leased, SOON)));
    assert!(evicted(there.resolve(&gone, SOON)));
    assert_eq!(&*there.resolve(&once, SOON).unwrap(), b"once");
    assert!(evicted(there.resolve(&once, SOON)));
    assert_eq!(&*there.resolve(&kept, SOON).unwrap(), b"kept");
}

#[test]
fn a_closed_store_takes_nothing_more_and_its_views_stay() {
    let node = Node::new();
    let fabric = node.fabric();
    let store = fabric.store("s", StoreOptions::default()).unwrap();
    let ticket = store.put(&[9; 100]).unwrap();
    let view = fabric.resolve(&ticket, SOON).unwrap();
    let block = store.alloc(8).unwrap();
    assert_eq!(store.usage().unwrap().live, 2);
    store.close().unwrap();
    store.close().unwrap();

    let closed = |error| matches!(error, Error::Memory(MemoryError::Closed));
    assert!(closed(store.put(b"late").unwrap_err()));
    assert!(closed(store.promise().unwrap_err()));
    assert!(closed(store.usage().unwrap_err()));
    assert!(closed(block.seal().unwrap_err()));
    assert!(evicted(fabric.resolve(&ticket, SOON)));
    assert_eq!(*view, [9; 100]);
}

#[test]
fn capacity_is_an_error_and_not_a_crash() {
    let node = Node::new();
    let options = StoreOptions { capacity: Some(8 << 20), ..StoreOptions::default() };
    let store = node.fabric().store("small", options).unwrap();
    let large = store.alloc(1 << 30).unwrap_err();
    assert!(matches!(large, Error::Memory(MemoryError::TooLarge { .. })), "{large:?}");
    let mut kept = Vec::new();
    let full = loop {
        match store.put(&[1; 1 << 20]) {
            Ok(ticket) => kept.push(ticket),
            Err(error) => break error,
        }
        assert!(kept.len() <= 8, "more than its capacity was put");
    };
    assert!(matches!(full, Error::Memory(MemoryError::Full { .. })), "{full:?}");
    for ticket in kept {
        store.evict(&ticket).unwrap();
    }
    store.put(&[1; 1 << 20]).unwrap();
}

#[test]
fn a_ticket_of_another_node_is_told_from_an_evicted_one() {
    let (node, other) = (Node::new(), Node::new());
    let (here, there) = (node.fabric(), other.fabric());
    let store = there.store("s", StoreOptions::default()).unwrap();
    let ticket = store.put(b"bytes").unwrap();
    let refusals = [
        here.resolve(&ticket, SOON).map(drop),
        here.stat(&ticket).map(drop),
        here.evict(&ticket),
        here.store("t", StoreOptions::default()).unwrap().evict(&ticket),
    ];
    for refusal in refusals {
        match refusal {
            Err(Error::OtherNode { object, here: at }) => {
                assert_eq!((object, at), (there.node(), here.node()));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_forged_capability_reads_nothing() {
    let node = Node::new();
    let fabric = node.fabric();
    let store = fabric.store("s", StoreOptions::default()).unwrap();
    for ticket in [store.put(b"bytes").unwrap(), store.promise().unwrap().ticket()] {
        let mut bytes = ticket.to_bytes().to_vec();
        bytes[72] ^= 1;
        bytes.truncate(bytes.len() - 4);
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        let forged = Ticket::from_bytes(&bytes).unwrap();
        assert!(matches!(fabric.resolve(&forged, SOON), Err(Error::WrongCapability)));
        assert!(matches!(fabric.stat(&forged), Err(Error::WrongCapability)));
        assert!(matches!(fabric.evict(&forged), Err(Error::WrongCapability)));
    }
}

#[test]
fn what_a_program_holds_goes_to_any_thread() {
    fn travels<T: Send + 'static>() {}
    fn is_shared<T: Send + Sync + Clone + 'static>() {}
    is_shared::<Fabric>();
    is_shared::<wharf::Store>();
    travels::<wharf::Block>();
    travels::<wharf::Promise>();
    travels::<View>();
    travels::<Error>();
}

#[test]
fn a_removed_directory_is_made_again_under_the_same_identity() {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let store = here.store("s", StoreOptions::default()).unwrap();
    let before = store.put(b"before").unwrap();
    let view = there.resolve(&before, SOON).unwrap();
    std::fs::remove_dir_all(here.directory()).unwrap();

    // It is noticed within a second; until then puts go where only the present readers can follow.
    let deadline = std::time::Instant::now() + SOON;
    let after = loop {
        let ticket = store.put(b"after").unwrap();
        if here.directory().join("node").exists() {
            break ticket;
        }
        assert!(std::time::Instant::now() < deadline, "the removal was never noticed");
        thread::yield_now();
    };
    assert_eq!(&*view, b"before");
    assert_eq!(node.fabric().node(), here.node());
    for fabric in [&here, &there, &node.fabric()] {
        assert_eq!(&*fabric.resolve(&after, SOON).unwrap(), b"after");
    }
    assert!(evicted(node.fabric().resolve(&before, SOON)));
    store.evict(&after).unwrap();
    store.close().unwrap();
}

#[test]
fn a_lease_is_renewed_while_it_lasts() {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let store = here.store("s", StoreOptions::default()).unwrap();
    let lease = Lifetime::PROCESS.ending(End::Lease(Duration::from_secs(60)));
    let ticket = store.with_lifetime(lease).put(b"x").unwrap();
    there.renew(&ticket, Duration::ZERO).unwrap();
    assert!(matches!(there.renew(&ticket, SOON), Err(Error::Evicted)));
    assert!(evicted(there.resolve(&ticket, SOON)));

    let kept = store.put(b"x").unwrap();
    let refused = there.renew(&kept, SOON);
    assert!(matches!(refused, Err(Error::Memory(MemoryError::NotLeased))), "{refused:?}");
}

#[test]
fn a_lease_that_runs_out_while_the_object_is_read_ends_nothing_that_is_held() {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let options = StoreOptions { capacity: Some(4 << 20), ..StoreOptions::default() };
    let store = here.store("s", options).unwrap();
    let lease = Lifetime::PROCESS.ending(End::Lease(Duration::from_secs(60)));
    let ticket = store.with_lifetime(lease).put(&[7; 1 << 20]).unwrap();
    let view = there.resolve(&ticket, SOON).unwrap();
    there.renew(&ticket, Duration::ZERO).unwrap();
    assert!(evicted(there.resolve(&ticket, SOON)));
    assert!(evicted(here.resolve(&ticket, SOON)));
    // Whatever is put meanwhile lies elsewhere; with the view's end its memory comes back.
    let mut others = Vec::new();
    while let Ok(other) = store.put(&[1; 1 << 20]) {
        others.push(other);
    }
    assert!((1..4).contains(&others.len()), "{} more fit", others.len());
    assert!(view.iter().all(|byte| *byte == 7));
    drop(view);
    store.put(&[2; 1 << 20]).unwrap();
}

#[test]
fn settings_say_what_holds_and_who_said_so() {
    let node = Node::new();
    let directory = node.options().directory.unwrap();
    let options = Options {
        directory: Some(directory.clone()),
        capacity: Some(8 << 20),
        wait: Some(Wait::Block),
        ..Options::default()
    };
    let fabric = Fabric::open(options).unwrap();
    let settings = fabric.settings();
    let value = |name: &str| {
        let setting = settings.iter().find(|setting| setting.name == name).unwrap();
        (setting.value.as_str(), setting.origin.clone())
    };
    assert_eq!(value("directory"), (directory.to_str().unwrap(), Origin::Code));
    assert_eq!(value("capacity"), ("8388608", Origin::Code));
    assert_eq!(value("wait"), ("block", Origin::Code));
    assert_eq!(value("encrypt"), ("auto", Origin::Default));
    assert_eq!(settings.len(), 10, "{settings:?}");

    let store = fabric.store("s", StoreOptions::default()).unwrap();
    assert_eq!(store.usage().unwrap().capacity, 8 << 20);
    let own = StoreOptions { capacity: Some(1 << 20), ..StoreOptions::default() };
    assert_eq!(fabric.store("s", own).unwrap().usage().unwrap().capacity, 1 << 20);
}

#[test]
fn a_directory_that_must_exist_is_not_made() {
    let node = Node::new();
    let directory = node.options().directory.unwrap();
    let options =
        Options { directory: Some(directory.clone()), must_exist: true, ..Options::default() };
    match Fabric::open(options.clone()) {
        Err(Error::Memory(MemoryError::NoDirectory { path })) => assert_eq!(path, directory),
        other => panic!("{:?}", other.map(|fabric| fabric.node())),
    }
    assert!(!directory.exists());
    let made = node.fabric();
    assert_eq!(Fabric::open(options).unwrap().node(), made.node());
}
