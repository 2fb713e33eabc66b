//! Many who wait for one, and one who waits for many.

use std::time::Duration;

use crate::Test;
use crate::executor::block_on;
use crate::place::Place;
use crate::puppet::{Puppet, outcome};

pub(crate) fn tests() -> Vec<Test> {
    vec![
        Test::new("crowds::a_thousand_threads_all_wake", a_thousand_threads_all_wake),
        Test::new("crowds::a_thousand_futures_all_wake", a_thousand_futures_all_wake),
        Test::new("crowds::the_first_of_a_thousand_is_found", the_first_of_a_thousand_is_found),
    ]
}

const LONG: Duration = Duration::from_secs(60);

/// In four processes, each in every way there is.
fn a_thousand_threads_all_wake() {
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    let tickets = owner.promise(4);
    let mut waiters: Vec<_> = (0..4).map(|_| Puppet::start(&place)).collect();
    for (number, told, expected) in
        [(0, "seal 0 bytes", "250×bytes"), (1, "fail 1 overflow", "250×failed:overflow")]
    {
        // Those who wait for any have another that never comes.
        let wait = format!("wait 250 {} {}", tickets[number], tickets[3]);
        waiters.iter_mut().for_each(|waiter| assert_eq!(waiter.tell(&wait), "ok"));
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(owner.tell(told), "ok");
        for waiter in &mut waiters {
            assert_eq!(waiter.tell("waited"), expected);
        }
    }
}

/// In one process and on one thread, under an executor that is not ours.
fn a_thousand_futures_all_wake() {
    let place = Place::new();
    let (mut owner, fabric) = (Puppet::start(&place), place.fabric());
    let tickets = owner.promise(2);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (number, told, expected) in
        [(0, "seal 0 bytes", "bytes"), (1, "fail 1 overflow", "failed:overflow")]
    {
        let outcomes = runtime.block_on(async {
            let future = || tokio::spawn(fabric.resolve_async(&tickets[number], LONG));
            let tasks: Vec<_> = (0..1000).map(|_| future()).collect();
            // All of them come to wait before this is polled again.
            tokio::task::yield_now().await;
            assert_eq!(owner.tell(told), "ok");
            let mut outcomes = Vec::new();
            for task in tasks {
                outcomes.push(outcome(task.await.unwrap()));
            }
            outcomes
        });
        assert_eq!(outcomes, vec![expected; 1000]);
    }
}

/// Of four owners, who seal all at once; blocking, and by futures.
fn the_first_of_a_thousand_is_found() {
    let place = Place::new();
    let fabric = place.fabric();
    for by_future in [false, true] {
        let mut owners: Vec<_> = (0..4).map(|_| Puppet::start(&place)).collect();
        let mut left = Vec::new();
        for owner in &mut owners {
            left.extend(owner.promise(250).into_iter().enumerate());
        }
        let mut owners_at_work = false;
        let mut waited = 0;
        while !left.is_empty() {
            let tickets = || left.iter().map(|(_, ticket)| ticket);
            if !owners_at_work {
                let nothing_yet = fabric.wait_any(tickets(), Duration::from_millis(1));
                assert!(matches!(nothing_yet, Err(wharf::Error::Deadline)), "{nothing_yet:?}");
                owners.iter_mut().for_each(|owner| owner.begin("seal-all"));
                owners_at_work = true;
            }
            let index = match by_future {
                false => fabric.wait_any(tickets(), LONG).unwrap(),
                true => block_on(fabric.wait_any_async(tickets(), LONG)).unwrap(),
            };
            let (number, ticket) = left.swap_remove(index);
            let view = fabric.resolve(&ticket, Duration::ZERO).unwrap();
            assert_eq!(&*view, number.to_string().as_bytes());
            waited += 1;
        }
        assert_eq!(waited, 1000);
        owners.iter_mut().for_each(|owner| assert_eq!(owner.answer(), "ok"));
    }
}
