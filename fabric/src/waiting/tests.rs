//! Futures within one process. The slice is an hour here: a ring that is not heard is a future that
//! is never woken.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::config::Settings;
use crate::membership::Membership;
use crate::network::Network;
use crate::{Options, Promise, Store, StoreOptions};

const HOUR: Duration = Duration::from_secs(3600);
/// How long a test waits for what must come.
const LONG: Duration = Duration::from_secs(60);

/// A fabric whose thread sleeps until it is rung for, and a store of another one.
fn fabric_and_store() -> (TempDir, Fabric, Store) {
    let private = tempfile::Builder::new().prefix("wharf-unit-").tempdir_in("/dev/shm").unwrap();
    let options = Options { directory: Some(private.path().join("node")), ..Options::default() };
    let there = Fabric::open(options.clone()).unwrap();
    let node = Fabric::open(options.clone()).unwrap().membership.node.clone();
    let membership = Membership::with_wakers(node.clone(), Wakers::with_slice(node, HOUR));
    let settings = Arc::new(Settings::load(&options).unwrap());
    let network = Arc::new(Network::open(&membership, &settings).unwrap());
    let fabric = Fabric::of(membership, settings, network);
    (private, fabric, there.store("s", StoreOptions::default()).unwrap())
}

/// A waker that says that it was called.
struct Bell(std::sync::mpsc::Sender<()>, AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.1.fetch_add(1, Ordering::Relaxed);
        let _ = self.0.send(());
    }
}

fn bell() -> (Waker, Arc<Bell>, Receiver<()>) {
    let (send, woken) = channel();
    let bell = Arc::new(Bell(send, AtomicUsize::new(0)));
    (bell.clone().into(), bell, woken)
}

/// Runs a future on this thread, which sleeps until it is woken. How often it was polled in vain.
#[track_caller]
fn run<T>(future: impl Future<Output = T>) -> (T, usize) {
    let (waker, _, woken) = bell();
    let mut future = pin!(future);
    let mut in_vain = 0;
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return (output, in_vain),
            Poll::Pending => woken.recv_timeout(LONG).expect("nobody woke it"),
        }
        in_vain += 1;
    }
}

#[test]
fn every_ring_wakes_however_seals_and_polls_meet() {
    const ROUNDS: usize = 10_000;
    let (_private, fabric, store) = fabric_and_store();
    let (send, rounds) = channel::<Vec<Promise>>();
    let producer = thread::spawn(move || {
        for (round, promises) in rounds.into_iter().enumerate() {
            for (number, promise) in promises.into_iter().enumerate() {
                // Now before the first poll, now while it registers, now later.
                (0..(round * 7 + number * 131) % 1500).for_each(|_| std::hint::spin_loop());
                match number {
                    0 => promise.fail("it had to be").unwrap(),
                    _ => drop(promise.put(b"bytes").unwrap()),
                }
            }
        }
    });
    let mut waited = 0;
    for round in 0..ROUNDS {
        let promises: Vec<_> = (0..3).map(|_| store.promise().unwrap()).collect();
        let mut tickets: Vec<_> = promises.iter().map(Promise::ticket).collect();
        send.send(promises).unwrap();
        if round % 2 == 0 {
            let (any, in_vain) = run(fabric.wait_any_async(&tickets[1..], Deadline::never()));
            assert!(any.unwrap() < 2);
            waited += usize::from(in_vain > 0);
        }
        for ticket in tickets.drain(..).skip(1) {
            let (view, in_vain) = run(fabric.resolve_async(&ticket, Deadline::never()));
            assert_eq!(&*view.unwrap(), b"bytes");
            waited += usize::from(in_vain > 0);
        }
    }
    drop(send);
    producer.join().unwrap();
    assert!(waited > ROUNDS / 4, "only {waited} futures waited at all");
}

#[test]
fn a_near_deadline_is_kept_by_a_thread_that_sleeps_longer() {
    let (_private, fabric, store) = fabric_and_store();
    let promise = store.promise().unwrap();
    let ticket = promise.ticket();
    let (waker, _, _woken) = bell();
    let mut far = fabric.wait_async(&ticket, HOUR);
    assert!(pin!(&mut far).poll(&mut Context::from_waker(&waker)).is_pending());
    thread::sleep(Duration::from_millis(50));
    for time in [40, 20, 1, 0] {
        let (outcome, _) = run(fabric.wait_async(&ticket, Duration::from_millis(time)));
        assert!(matches!(outcome, Err(Error::Deadline)), "{outcome:?}");
    }
    promise.put(b"bytes").unwrap();
    run(far).0.unwrap();
}

#[test]
fn whoever_is_polled_anew_is_woken_by_his_new_waker_alone() {
    let (_private, fabric, store) = fabric_and_store();
    let promise = store.promise().unwrap();
    let mut future = pin!(fabric.resolve_async(&promise.ticket(), Deadline::never()));
    let (first, first_bell, _woken) = bell();
    assert!(future.as_mut().poll(&mut Context::from_waker(&first)).is_pending());
    let (second, _, woken) = bell();
    assert!(future.as_mut().poll(&mut Context::from_waker(&second)).is_pending());
    promise.put(b"bytes").unwrap();
    woken.recv_timeout(LONG).unwrap();
    assert!(future.as_mut().poll(&mut Context::from_waker(&second)).is_ready());
    assert_eq!(first_bell.1.load(Ordering::Relaxed), 0);
}

#[test]
fn a_waker_that_panics_disturbs_nobody() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("as this test wants it");
        }
    }
    let (_private, fabric, store) = fabric_and_store();
    let promise = store.promise().unwrap();
    let ticket = promise.ticket();
    let mut bad = pin!(fabric.wait_async(&ticket, Deadline::never()));
    let waker = Arc::new(Panics).into();
    assert!(bad.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let other = fabric.clone();
    let good = thread::spawn(move || run(other.wait_async(&ticket, Deadline::never())).0);
    thread::sleep(Duration::from_millis(20));
    promise.put(b"bytes").unwrap();
    good.join().unwrap().unwrap();
    assert!(bad.as_mut().poll(&mut Context::from_waker(&waker)).is_ready());
}

#[test]
fn what_cannot_be_waited_for_is_said_at_the_first_poll() {
    let (_private, fabric, store) = fabric_and_store();
    let none = run(fabric.wait_any_async([], Deadline::never())).0;
    let nothing = wharf_shm::Error::NothingAwaited;
    assert_eq!(none.unwrap_err().to_string(), nothing.to_string());
    let elsewhere = fabric_and_store();
    let ticket = elsewhere.2.put(b"bytes").unwrap();
    let refused = run(fabric.resolve_async(&ticket, Deadline::never())).0;
    assert!(matches!(refused, Err(Error::OtherNode { .. })), "{refused:?}");
    let pending = store.promise().unwrap().ticket();
    let refused = run(fabric.wait_any_async([&pending, &ticket], Deadline::never())).0;
    assert!(matches!(refused, Err(Error::OtherNode { .. })), "{refused:?}");
}
