//! Waiting for objects of several nodes of one machine, as far apart as their directories.

#![allow(clippy::unwrap_used)] // a helper that fails fails its test

mod common;

use std::fs;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use common::Node;
use wharf::{
    Deadline, End, Error, Fabric, Lifetime, Options, Promise, Store, StoreOptions, Ticket,
};

const SOON: Duration = Duration::from_secs(20);
const MOMENT: Duration = Duration::from_millis(100);

/// A node, served or not.
struct Place {
    fabric: Fabric,
    store: Store,
    _node: Node,
}

impl Place {
    fn new(served: bool) -> Self {
        let node = Node::new();
        let listen = Some(vec!["127.0.0.1:0".parse().unwrap()]);
        let fabric = match served {
            true => Fabric::open(Options { listen, ..node.options() }).unwrap(),
            false => node.fabric(),
        };
        let store = fabric.store("fields", StoreOptions::default()).unwrap();
        Self { fabric, store, _node: node }
    }

    fn promise(&self) -> (Promise, Ticket) {
        let promise = self.store.promise().unwrap();
        let ticket = promise.ticket();
        (promise, ticket)
    }
}

/// Runs something while another thread does something else, a moment later.
fn meanwhile<T>(then: impl FnOnce() + Send, wait: impl FnOnce() -> T) -> T {
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(MOMENT);
            then();
        });
        wait()
    })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[test]
fn the_first_of_any_node_is_found() {
    let (north, south, here) = (Place::new(true), Place::new(true), Place::new(false));
    for settled in 0..3 {
        let promises = [&north, &south, &here].map(Place::promise);
        let (promises, tickets): (Vec<_>, Vec<_>) = promises.into_iter().unzip();
        let early = here.fabric.wait_any(&tickets, MOMENT);
        assert!(matches!(early, Err(Error::Deadline)), "{early:?}");
        let mut promises: Vec<_> = promises.into_iter().map(Some).collect();
        let chosen = promises[settled].take().unwrap();
        let first = meanwhile(
            || drop(chosen.put(b"temperature").unwrap()),
            || here.fabric.wait_any(&tickets, SOON).unwrap(),
        );
        assert_eq!(first, settled);
        assert_eq!(here.fabric.wait_any(&tickets, SOON).unwrap(), settled);
        assert_eq!(&here.fabric.resolve(&tickets[first], SOON).unwrap()[..], b"temperature");
    }
}

#[test]
fn many_of_one_node_are_found_one_after_the_other() {
    let (there, here) = (Place::new(true), Place::new(false));
    let (mut promises, mut tickets): (Vec<_>, Vec<_>) = (0..300).map(|_| there.promise()).unzip();
    for round in 0..20 {
        let at = (round * 131) % promises.len();
        let promise = promises.swap_remove(at);
        let first = meanwhile(
            || drop(promise.put(b"temperature").unwrap()),
            || here.fabric.wait_any(&tickets, SOON).unwrap(),
        );
        assert_eq!(first, at);
        tickets.swap_remove(at);
    }
}

#[test]
fn what_fails_or_is_gone_is_pending_no_more() {
    let (there, here) = (Place::new(true), Place::new(false));
    let ((failing, a), (_pending, b)) = (there.promise(), there.promise());
    let tickets = [b, a];
    let first = meanwhile(
        || failing.fail("the solver diverged").unwrap(),
        || here.fabric.wait_any(&tickets, SOON).unwrap(),
    );
    assert_eq!(first, 1);
    let failed = here.fabric.resolve(&tickets[1], SOON);
    assert!(matches!(failed, Err(Error::Failed { .. })), "{failed:?}");

    let evicted = there.store.put(b"temperature").unwrap();
    there.store.evict(&evicted).unwrap();
    assert_eq!(here.fabric.wait_any([&tickets[0], &evicted], SOON).unwrap(), 1);

    let never = here.fabric.wait_any([], SOON);
    assert!(matches!(never, Err(Error::Memory(_))), "{never:?}");
    let late = here.fabric.wait_any(&tickets[..1], Deadline::NOW);
    assert!(matches!(late, Err(Error::OutOfTime { .. })), "nobody was asked: {late:?}");
}

#[test]
fn what_ends_once_is_left_for_a_resolve() {
    let (there, here) = (Place::new(true), Place::new(false));
    let once = there.store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
    let promise = once.promise().unwrap();
    let ticket = promise.ticket();
    let first = meanwhile(
        || drop(promise.put(b"temperature").unwrap()),
        || here.fabric.wait_any([&ticket], SOON).unwrap(),
    );
    assert_eq!(first, 0);
    here.fabric.wait(&ticket, SOON).unwrap();
    block_on(here.fabric.wait_async(&ticket, SOON)).unwrap();
    let delivered = block_on(here.fabric.resolve_async(&ticket, SOON));
    assert_eq!(&delivered.unwrap()[..], b"temperature");
    let again = here.fabric.resolve(&ticket, SOON);
    assert!(matches!(again, Err(Error::Evicted)), "{again:?}");
}

#[test]
fn who_cannot_be_reached_is_told_by_a_resolve() {
    let (gone, there, here) = (Place::new(true), Place::new(true), Place::new(false));
    let (_kept, pending) = there.promise();
    let lost = gone.store.put(b"temperature").unwrap();
    drop(gone);
    let tickets = [pending, lost];
    assert_eq!(here.fabric.wait_any(&tickets, SOON).unwrap(), 1);
    assert_eq!(block_on(here.fabric.wait_any_async(&tickets, SOON)).unwrap(), 1);
    let why = block_on(here.fabric.resolve_async(&tickets[1], SOON));
    assert!(matches!(why, Err(Error::Unreachable { .. })), "{why:?}");
}

#[test]
fn no_route_is_told_at_once() {
    let (there, here) = (Place::new(false), Place::new(false));
    let ticket = there.store.put(b"temperature").unwrap();
    for outcome in [
        here.fabric.wait_any([&ticket], Deadline::never()),
        block_on(here.fabric.wait_any_async([&ticket], Deadline::never())),
    ] {
        assert!(matches!(outcome, Err(Error::OtherNode { .. })), "{outcome:?}");
    }
}

/// Those who count threads, and those who start some, take turns.
static THREADS: Mutex<()> = Mutex::new(());

/// Threads that wait for other nodes.
fn helpers() -> usize {
    let names = fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    names
        .filter(|task| {
            fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "wharf-far")
        })
        .count()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < SOON, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn futures_of_other_nodes_are_woken() {
    let _turn = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    let (there, here) = (Place::new(true), Place::new(false));
    let ((large, l), (values, v), (own, o)) = (there.promise(), there.promise(), here.promise());
    let bytes = vec![7; 3 << 20];
    let (resolving, waiting) =
        (here.fabric.resolve_async(&l, SOON), here.fabric.wait_async(&l, SOON));
    let getting = here.fabric.get_async::<Vec<String>>(&v, SOON);
    let any = here.fabric.wait_any_async([&o, &l, &v], SOON);
    let late = here.fabric.resolve_async(&o, Duration::ZERO);
    meanwhile(
        || {
            values.put_value(&["north", "south"]).unwrap();
            std::thread::sleep(MOMENT);
            large.put(&bytes).unwrap();
        },
        || {
            block_on(async {
                assert_eq!(any.await.unwrap(), 2);
                assert_eq!(getting.await.unwrap(), ["north", "south"]);
                waiting.await.unwrap();
                assert!(resolving.await.unwrap()[..] == bytes);
                assert!(matches!(late.await, Err(Error::Deadline)));
            });
        },
    );
    drop(own);
    wait_until("the threads' end", || helpers() == 0);
}

#[test]
fn threads_are_few_and_end_with_their_futures() {
    let _turn = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    let (there, here) = (Place::new(true), Place::new(false));
    let (promises, tickets): (Vec<_>, Vec<_>) = (0..100).map(|_| there.promise()).unzip();
    let begin = || {
        let all = tickets.iter().map(|ticket| here.fabric.resolve_async(ticket, Deadline::never()));
        let mut all: Vec<_> = all.map(Box::pin).collect();
        let mut nobody = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(all.iter_mut().all(|future| future.as_mut().poll(&mut nobody).is_pending()));
        all
    };
    let dropped = begin();
    wait_until("64 threads", || helpers() == 64);
    assert_eq!(here.fabric.remote_counters().fetches, 0);
    drop(dropped);
    wait_until("the threads' end", || helpers() == 0);

    let awaited = begin();
    wait_until("64 threads", || helpers() == 64);
    promises.into_iter().for_each(|promise| drop(promise.put(b"temperature").unwrap()));
    for future in awaited {
        assert_eq!(&block_on(future).unwrap()[..], b"temperature");
    }
    wait_until("the threads' end", || helpers() == 0);
    assert_eq!(here.fabric.remote_counters().fetches, 100);
}
