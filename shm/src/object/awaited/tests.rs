//! Waiting for any of many, within one process. The slice is an hour here: a ring that is not heard
//! is a wait that does not end.

use std::sync::mpsc::channel;
use std::thread;

use super::*;
use crate::arena::Promise;
use crate::arena::tests::Place;
use crate::ids::Capability;
use crate::lifetime::Lifetime;
use crate::node::Node;

const HOUR: Duration = Duration::from_secs(3600);
/// How long a test waits for what must come.
const LONG: Duration = Duration::from_secs(60);

fn awaited(node: &Node, keys: &[ObjectKey]) -> Vec<Awaited> {
    keys.iter().filter_map(|key| node.awaited(key).expect("it is there")).collect()
}

/// Waits for the objects one after the other, as they come; gives how many came while it waited.
fn collect(node: &Node, keys: &[ObjectKey], wait: Wait) -> usize {
    let mut objects = awaited(node, keys);
    let count = objects.len();
    while !objects.is_empty() {
        let index = wait_any(&objects, Deadline::never(), wait, HOUR).expect("one is settled");
        assert!(!objects.swap_remove(index).is_pending());
    }
    count
}

#[test]
fn every_ring_is_heard_however_seals_and_waits_meet() {
    const ROUNDS: u32 = 10_000;
    const WAITERS: usize = 3;
    let place = Place::new();
    let (node, arena) = place.arena(64 << 20);
    let (all_ended, end) = channel();
    let (waiters, handles): (Vec<_>, Vec<_>) = (0..WAITERS)
        .map(|number| {
            let (send, rounds) = channel::<Vec<ObjectKey>>();
            let (node, all_ended) = (place.node(), all_ended.clone());
            let mode = [Wait::Block, Wait::Adaptive][number % 2];
            let waiter = thread::spawn(move || {
                let caught: usize = rounds.iter().map(|keys| collect(&node, &keys, mode)).sum();
                all_ended.send(()).expect("the test waits");
                caught
            });
            (send, waiter)
        })
        .unzip();
    for round in 0..ROUNDS {
        let promises: Vec<Promise> =
            (0..4).map(|_| arena.promise(Lifetime::PROCESS).expect("room")).collect();
        let keys: Vec<_> = promises.iter().map(Promise::key).collect();
        waiters.iter().for_each(|waiter| waiter.send(keys.clone()).expect("it lives"));
        for (number, promise) in promises.into_iter().enumerate() {
            // Now before they wait, now while they go to sleep, now later.
            (0..(round * 7 + number as u32 * 131) % 400).for_each(|_| std::hint::spin_loop());
            match number {
                0 => promise.fail("it had to be").expect("it is open"),
                1 => drop(promise),
                _ => drop(promise.alloc(8, 1).and_then(|block| block.seal()).expect("room")),
            }
        }
    }
    drop(waiters);
    for _ in 0..WAITERS {
        end.recv_timeout(LONG).expect("a waiter sleeps, and nobody rings any more");
    }
    let caught: usize = handles.into_iter().map(|waiter| waiter.join().expect("no panic")).sum();
    assert!(caught > ROUNDS as usize / 4, "only {caught} objects were waited for at all");
    drop(node);
}

#[test]
fn the_place_of_the_first_that_is_settled_is_given() {
    let place = Place::new();
    let (node, arena) = place.arena(1 << 20);
    let promises: Vec<_> =
        (0..3).map(|_| arena.promise(Lifetime::PROCESS).expect("room")).collect();
    let mut keys: Vec<_> = promises.iter().map(Promise::key).collect();
    for wait in [Wait::Block, Wait::Spin, Wait::Adaptive] {
        let outcome = node.wait_any(&keys, Deadline::after(Duration::from_millis(5)), wait);
        assert!(matches!(outcome, Err(Error::Deadline)), "{outcome:?}");
        let outcome = node.wait_any(&[], Deadline::never(), wait);
        assert!(matches!(outcome, Err(Error::NothingAwaited)), "{outcome:?}");
    }
    let mut promises = promises.into_iter();
    promises.next_back().expect("three").fail("no").expect("it is open");
    assert_eq!(node.wait_any(&keys, Deadline::NOW, Wait::Block).expect("failed"), 2);
    let sealed = arena.put(b"x", Lifetime::PROCESS).expect("room");
    keys.insert(1, sealed.key);
    assert_eq!(node.wait_any(&keys, Deadline::NOW, Wait::Block).expect("sealed"), 1);
    arena.evict(&sealed.key).expect("it is there");
    assert_eq!(node.wait_any(&keys, Deadline::NOW, Wait::Block).expect("evicted"), 1);

    let wrong = ObjectKey { capability: Capability::from_bytes([7; 16]), ..keys[0] };
    let outcome = node.wait_any(&[wrong, keys[3]], Deadline::never(), Wait::Block);
    assert!(matches!(outcome, Err(Error::WrongCapability)), "{outcome:?}");
    let outcome = node.wait(&wrong, Deadline::never(), Wait::Block);
    assert!(matches!(outcome, Err(Error::WrongCapability)), "{outcome:?}");
}

#[test]
fn a_wait_for_one_ends_as_a_resolve_does_and_takes_nothing() {
    let place = Place::new();
    let (node, arena) = place.arena(1 << 20);
    let now = |key| node.wait(key, Deadline::NOW, Wait::Block);
    let once = Lifetime::PROCESS.ending(crate::End::Once);
    let block = arena.alloc(8, 1, once).expect("room");
    let key = block.key();
    assert!(matches!(now(&key), Err(Error::Deadline)));
    block.seal().expect("it is open");
    now(&key).expect("sealed");
    now(&key).expect("still there");
    node.resolve(&key, Deadline::NOW, Wait::Block).expect("for the first time");
    assert!(matches!(now(&key), Err(Error::Evicted)));

    let promise = arena.promise(once).expect("room");
    let key = promise.key();
    promise.fail("no luck").expect("it is open");
    assert!(matches!(now(&key), Err(Error::Failed { message }) if message == "no luck"));
    let lease = Lifetime::PROCESS.ending(crate::End::Lease(Duration::ZERO));
    let ended = arena.put(b"x", lease).expect("room");
    assert!(matches!(now(&ended.key), Err(Error::Evicted)));
}
