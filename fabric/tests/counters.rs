//! What is counted, by every way in and out.

#![allow(clippy::unwrap_used)] // a helper that fails fails its test

mod common;

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread;
use std::time::Duration;

use wharf::{Deadline, Error, Fabric, Shape, StoreCounters, StoreOptions};

use common::Node;

const SOON: Duration = Duration::from_secs(10);

fn numbers(c: StoreCounters) -> [u64; 4] {
    [c.puts, c.bytes_put, c.bytes_copied, c.evicted]
}

#[test]
fn every_way_to_put_is_counted_and_every_copy() {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let store = here.store("counted", StoreOptions::default()).unwrap();
    let mut expected = [0; 4];
    let mut step = |what: &str, puts: u64, bytes: u64, copied: u64, evicted: u64| {
        let more = [puts, bytes, copied, evicted];
        expected.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        assert_eq!(numbers(store.counters().unwrap()), expected, "{what}");
    };
    step("nothing yet", 0, 0, 0, 0);
    let bytes = store.put(&[1; 1000]).unwrap();
    step("put", 1, 1000, 1000, 0);
    store.put(&[]).unwrap();
    step("put of nothing", 1, 0, 0, 0);
    store.put_slice(&[1.0_f64; 10]).unwrap();
    step("put_slice", 1, 80, 80, 0);
    store.put_array(&[1_u16; 6], Shape::fortran([2, 3])).unwrap();
    step("put_array", 1, 12, 12, 0);
    let value = store.put_value("words").unwrap();
    let len = value.size().unwrap();
    assert!(len > 5);
    step("put_value", 1, len, len, 0);
    store.put_many([[1; 30], [2; 30]]).unwrap();
    step("put_many", 2, 60, 60, 0);

    // In place nothing is copied, unless one asks for it.
    let mut block = store.alloc_slice::<u32>(100).unwrap();
    step("alloc_slice", 1, 400, 0, 0);
    block.fill(7);
    assert_eq!(block.copy_from(&[1; 20]), 20);
    assert_eq!(block.copy_from(&[1; 200]), 100);
    step("copy_from", 0, 0, 480, 0);
    block.seal().unwrap();
    step("seal", 0, 0, 0, 0);
    drop(store.alloc(50).unwrap());
    step("a block nobody heard of", 1, 50, 0, 1);
    let promise = store.promise().unwrap();
    step("promise", 1, 0, 0, 0);
    promise.put(&[1; 70]).unwrap();
    step("promise kept by a copy", 0, 70, 70, 0);
    store.promise().unwrap().alloc_slice::<f32>(5).unwrap().seal().unwrap();
    step("promise kept in place", 1, 20, 0, 0);
    store.promise().unwrap().fail("no").unwrap();
    step("promise broken", 1, 0, 0, 0);
    assert!(matches!(store.put_array(&[1, 2, 3], [2, 2]), Err(Error::Shape { .. })));
    assert!(store.alloc(1 << 60).is_err());
    step("refused", 0, 0, 0, 0);

    store.evict(&bytes).unwrap();
    there.evict(&value).unwrap();
    step("evicted, by another as well", 0, 0, 0, 2);
    assert_eq!(store.usage().unwrap().live, 12 - 3);
    // Another process sees the same.
    let seen = there.arenas().unwrap();
    let told = store.counters().unwrap();
    assert_eq!(seen[0].counters, told);
    assert!(seen[0].age < Duration::from_secs(60));
    store.close().unwrap();
    assert_eq!(store.counters().unwrap(), told);
}

#[test]
fn many_threads_are_counted_together() {
    let node = Node::new();
    let fabric = node.fabric();
    let store = fabric.store("s", StoreOptions::default()).unwrap();
    let ticket = store.put(&[1; 100]).unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..500 {
                    let mut block = store.alloc(10).unwrap();
                    block.copy_from(&[1; 10]);
                    fabric.clone().resolve(&ticket, Deadline::NOW).unwrap();
                    store.evict(&block.seal().unwrap()).unwrap();
                }
            });
        }
    });
    let counters = store.counters().unwrap();
    assert_eq!(numbers(counters), [4001, 40_100, 40_100, 4000]);
    let usage = store.usage().unwrap();
    assert_eq!(counters.evicted - counters.reclaimed, usage.retired);
    let counters = fabric.counters();
    assert_eq!((counters.resolves, counters.hits, counters.waits), (4000, 4000, 0));
    assert_eq!(counters.bytes_resolved, 400_000);
    assert_eq!(node.fabric().counters().resolves, 0, "each fabric has its own");
}

#[test]
fn what_was_waited_for_is_no_hit() {
    struct Unpark(thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    fn block_on<F: Future>(future: F) -> F::Output {
        let waker = Arc::new(Unpark(thread::current())).into();
        let mut future = std::pin::pin!(future);
        loop {
            match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park_timeout(SOON),
            }
        }
    }
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let store = here.store("s", StoreOptions::default()).unwrap();
    let counters = |fabric: &Fabric| {
        let c = fabric.counters();
        (c.resolves, c.hits, c.waits, c.bytes_resolved)
    };
    let promise = store.promise().unwrap();
    let ticket = promise.ticket();
    assert!(matches!(there.resolve(&ticket, Deadline::NOW), Err(Error::Deadline)));
    assert_eq!(counters(&there), (0, 0, 0, 0));
    thread::scope(|scope| {
        let blocked = scope.spawn(|| there.resolve(&ticket, SOON).map(drop));
        let polled = scope.spawn(|| block_on(there.resolve_async(&ticket, SOON)).map(drop));
        // Long enough for both to find it pending.
        thread::sleep(Duration::from_millis(100));
        promise.put(&[1; 40]).unwrap();
        blocked.join().unwrap().unwrap();
        polled.join().unwrap().unwrap();
    });
    assert_eq!(counters(&there), (2, 0, 2, 80));
    block_on(there.resolve_async(&ticket, SOON)).unwrap();
    assert_eq!(counters(&there), (3, 1, 2, 120));
    // Neither to wait without taking, nor to fail, is to resolve.
    there.wait(&ticket, SOON).unwrap();
    store.evict(&ticket).unwrap();
    assert!(there.resolve(&ticket, SOON).is_err());
    assert_eq!(counters(&there), (3, 1, 2, 120));
    assert_eq!(counters(&here), (0, 0, 0, 0));
}

#[test]
fn counts_go_on_in_a_directory_that_is_made_again() {
    let node = Node::new();
    let fabric = node.fabric();
    let store = fabric.store("s", StoreOptions::default()).unwrap();
    let before = store.put(&[1; 10]).unwrap();
    fabric.resolve(&before, Deadline::NOW).unwrap();
    std::fs::remove_dir_all(fabric.directory()).unwrap();
    let deadline = std::time::Instant::now() + SOON;
    let mut puts = 1;
    while !fabric.directory().join("node").exists() {
        store.put(&[1; 10]).unwrap();
        puts += 1;
        assert!(std::time::Instant::now() < deadline, "the removal was never noticed");
        thread::sleep(Duration::from_millis(1));
    }
    let after = store.put(&[1; 10]).unwrap();
    fabric.resolve(&after, Deadline::NOW).unwrap();
    assert_eq!(numbers(store.counters().unwrap()), [puts + 1, 10 * (puts + 1), 10 * (puts + 1), 0]);
    assert_eq!(fabric.counters().resolves, 2);
    let last = fabric.arenas().unwrap().remove(0).counters.puts;
    assert!(last < puts, "{last} puts of {puts} were into the new directory");
}
