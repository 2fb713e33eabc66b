//! The thread that wakes futures: when there is one, what it is like, and what it leaves behind.

use std::fs;
use std::time::{Duration, Instant};

use wharf::{Deadline, Error, Fabric, StoreOptions, Ticket};

use crate::Test;
use crate::executor::{block_on, poll_each};
use crate::memory;
use crate::place::Place;

pub(crate) fn tests() -> Vec<Test> {
    vec![
        Test::alone("thread::there_is_none_for_what_need_not_wait", there_is_none),
        Test::alone("thread::it_is_one_and_gets_no_signals", it_is_one_and_gets_no_signals),
        Test::alone("thread::it_ends_with_the_fabric", it_ends_with_the_fabric),
        Test::alone("thread::dropped_futures_leave_nothing_behind", dropped_futures),
    ]
}

const LONG: Duration = Duration::from_secs(60);

/// The numbers of this process's threads that wake futures.
fn wakers() -> Vec<String> {
    let names = fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let ours = names.filter(|task| {
        // It may have ended since it was listed.
        fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "wharf-wait")
    });
    ours.map(|task| task.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

/// A thread's or the process's blocked signals.
fn blocked(status: &str) -> u64 {
    let status = fs::read_to_string(status).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("SigBlk:")).unwrap();
    u64::from_str_radix(line.trim(), 16).unwrap()
}

#[track_caller]
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < LONG, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn thousand(fabric: &Fabric, ticket: &Ticket) -> Vec<wharf::Resolving> {
    let mut futures: Vec<_> = (0..1000).map(|_| fabric.resolve_async(ticket, LONG)).collect();
    assert!(poll_each(&mut futures));
    futures
}

fn there_is_none() {
    let place = Place::new();
    let (fabric, store) = (place.fabric(), place.store());
    let (sealed, promise) = (store.put(b"bytes").unwrap(), store.promise().unwrap());
    let (ticket, failed) = (promise.ticket(), store.promise().unwrap());
    let failed_ticket = failed.ticket();
    failed.fail("overflow").unwrap();
    let before = threads();
    let unpolled = fabric.resolve_async(&ticket, LONG);
    assert_eq!(&*block_on(fabric.resolve_async(&sealed, LONG)).unwrap(), b"bytes");
    assert!(block_on(fabric.resolve_async(&failed_ticket, LONG)).is_err());
    assert_eq!(block_on(fabric.wait_any_async([&ticket, &sealed], LONG)).unwrap(), 1);
    let late = block_on(fabric.resolve_async(&ticket, Deadline::NOW));
    assert!(matches!(late, Err(Error::Deadline)), "{late:?}");
    assert!(fabric.wait_any([&ticket], Duration::from_millis(150)).is_err());
    assert_eq!((threads(), wakers().len()), (before, 0));
    promise.put(b"bytes").unwrap();
    block_on(unpolled).unwrap();
    assert_eq!(threads(), before);
}

fn it_is_one_and_gets_no_signals() {
    let place = Place::new();
    let (fabric, store) = (place.fabric(), place.store());
    let promise = store.promise().unwrap();
    let own = blocked("/proc/thread-self/status");
    let mut futures = thousand(&fabric, &promise.ticket());
    wait_until("the thread has its name", || wakers().len() == 1);
    let thread = wakers().remove(0);
    let missing = !blocked(&format!("/proc/self/task/{thread}/status"));
    // Nobody can block SIGKILL and SIGSTOP, nor the two that glibc keeps for itself.
    let cannot_be = [9, 19, 32, 33].iter().fold(0, |set, signal| set | 1 << (signal - 1));
    assert_eq!(missing & !cannot_be, 0, "not blocked: {missing:016x}");
    assert_eq!(blocked("/proc/thread-self/status"), own);

    // It lives while anything is waited for, and no longer.
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(wakers(), [&*thread]);
    promise.put(b"bytes").unwrap();
    for future in futures.drain(..) {
        assert_eq!(&*block_on(future).unwrap(), b"bytes");
    }
    wait_until("the thread ends", || wakers().is_empty());
    // And comes back.
    let promise = store.promise().unwrap();
    let futures = thousand(&fabric, &promise.ticket());
    promise.put(b"again").unwrap();
    for future in futures {
        assert_eq!(&*block_on(future).unwrap(), b"again");
    }
}

fn it_ends_with_the_fabric() {
    let place = Place::new();
    let (fabric, store) = (place.fabric(), place.store());
    let promise = store.promise().unwrap();
    let futures = thousand(&fabric, &promise.ticket());
    drop(fabric);
    wait_until("there is the thread, for the futures", || wakers().len() == 1);
    drop(futures);
    wait_until("the thread ends", || wakers().is_empty());
}

fn dropped_futures() {
    const LEN: usize = 5 << 20;
    let place = Place::new();
    let fabric = place.fabric();
    let options = StoreOptions { capacity: Some(8 << 20), ..StoreOptions::default() };
    let store = place.fabric().store("s", options).unwrap();
    let mut after_each = Vec::new();
    for _ in 0..4 {
        let promise = store.promise().unwrap();
        let ticket = promise.ticket();
        let futures = thousand(&fabric, &ticket);
        let mut any: Vec<_> =
            (0..100).map(|_| fabric.wait_any_async([&ticket; 100], LONG)).collect();
        assert!(poll_each(&mut any));
        // One that has not begun yet has no name to be found by.
        wait_until("the thread starts", || !wakers().is_empty());
        let meanwhile = memory::taken();
        drop((futures, any));
        wait_until("the thread ends", || wakers().is_empty());
        after_each.push(memory::taken());
        assert!(meanwhile > after_each[0] + 100_000, "nothing was taken: {meanwhile}");
        // If one of them had pinned it, the second would be one too many.
        drop(promise.alloc(LEN).unwrap().seal().unwrap());
        store.evict(&ticket).unwrap();
    }
    let last = after_each.len() - 1;
    assert!(after_each[last] <= after_each[1] + 1000, "memory is not given back: {after_each:?}");
}
