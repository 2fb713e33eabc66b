//! An object that ends with its first resolve, and several who come at the same moment.

use std::time::Duration;

use wharf::{Deadline, End, Error, Lifetime};

use crate::Test;
use crate::executor::{block_on, poll_each};
use crate::place::Place;
use crate::puppet::{Puppet, outcome};

pub(crate) fn tests() -> Vec<Test> {
    vec![
        Test::new("once::exactly_one_thread_gets_it", exactly_one_thread_gets_it),
        Test::new("once::exactly_one_process_gets_it", exactly_one_process_gets_it),
        Test::new("once::a_dropped_future_has_taken_nothing", a_dropped_future_has_taken_nothing),
    ]
}

const LONG: Duration = Duration::from_secs(60);

fn exactly_one_thread_gets_it() {
    const ROUNDS: usize = 300;
    let place = Place::new();
    let (fabric, store) = (place.fabric(), place.store());
    let store = store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
    for round in 0..ROUNDS {
        let promise = store.promise().unwrap();
        let ticket = promise.ticket();
        let mut outcomes: Vec<_> = std::thread::scope(|scope| {
            let resolve = |number: usize| {
                let (fabric, ticket) = (&fabric, &ticket);
                scope.spawn(move || match number % 2 {
                    0 => outcome(fabric.resolve(ticket, LONG)),
                    _ => outcome(block_on(fabric.resolve_async(ticket, LONG))),
                })
            };
            let threads: Vec<_> = (0..4).map(resolve).collect();
            // Every other round it is there when they come.
            if round % 2 == 0 {
                std::thread::sleep(Duration::from_millis(2));
            }
            promise.put(b"bytes").unwrap();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        outcomes.sort();
        assert_eq!(outcomes, ["Evicted", "Evicted", "Evicted", "bytes"], "round {round}");
    }
}

fn exactly_one_process_gets_it() {
    const ROUNDS: usize = 20;
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    let mut others: Vec<_> = (0..3).map(|_| Puppet::start(&place)).collect();
    for round in 0..ROUNDS {
        let ticket = owner.tell("promise-once");
        // Of the six ways to wait, all resolve in the end.
        others
            .iter_mut()
            .for_each(|other| assert_eq!(other.tell(&format!("wait 6 {ticket}")), "ok"));
        assert_eq!(owner.tell(&format!("seal {round} bytes")), "ok");
        let mut outcomes: Vec<_> = others.iter_mut().map(|other| other.tell("waited")).collect();
        outcomes.sort();
        assert_eq!(outcomes, ["5×Evicted 1×bytes", "6×Evicted", "6×Evicted"], "round {round}");
    }
}

fn a_dropped_future_has_taken_nothing() {
    let place = Place::new();
    let (fabric, store) = (place.fabric(), place.store());
    let store = store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
    let promise = store.promise().unwrap();
    let ticket = promise.ticket();
    let mut futures: Vec<_> = (0..10).map(|_| fabric.resolve_async(&ticket, LONG)).collect();
    assert!(poll_each(&mut futures));
    promise.put(b"bytes").unwrap();
    // They are woken, and never polled again.
    std::thread::sleep(Duration::from_millis(20));
    drop(futures);
    assert_eq!(&*block_on(fabric.resolve_async(&ticket, Deadline::NOW)).unwrap(), b"bytes");
    let again = block_on(fabric.resolve_async(&ticket, Deadline::NOW));
    assert!(matches!(again, Err(Error::Evicted)), "{again:?}");
}
