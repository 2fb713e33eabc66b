//! Producers that are killed or stopped, and a directory that goes away.

use std::time::Duration;

use wharf::{Error, Ticket};

use crate::Test;
use crate::place::Place;
use crate::puppet::{Puppet, Way};

pub(crate) fn tests() -> Vec<Test> {
    vec![
        Test::new("deaths::a_killed_owner_ends_every_wait", a_killed_owner_ends_every_wait),
        Test::new("deaths::a_stopped_owner_does_not", a_stopped_owner_does_not),
        Test::new("deaths::a_removed_directory_hangs_nobody", a_removed_directory_hangs_nobody),
        Test::new("deaths::exists_says_whether_it_can_still_come", exists_says),
    ]
}

/// Longer than it may take to see that somebody died.
const PATIENCE: Duration = Duration::from_secs(5);

/// What each way of waiting comes to, while `meanwhile` happens.
fn in_every_way(place: &Place, tickets: &[Ticket], meanwhile: impl FnOnce()) -> Vec<String> {
    let fabric = place.fabric();
    std::thread::scope(|scope| {
        let follow = |way: Way| {
            let fabric = &fabric;
            scope.spawn(move || way.follow(fabric, tickets, PATIENCE))
        };
        let threads = Way::ALL.map(follow);
        std::thread::sleep(Duration::from_millis(50));
        meanwhile();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn a_killed_owner_ends_every_wait() {
    let place = Place::new();
    let (mut owner, mut other) = (Puppet::start(&place), Puppet::start(&place));
    let tickets = [owner.promise(1).remove(0), other.promise(1).remove(0)];
    let outcomes = in_every_way(&place, &tickets, || owner.kill());
    for (way, outcome) in Way::ALL.into_iter().zip(outcomes) {
        // Who is told that it is settled, and asks then why, may find that all of it is gone.
        let any = matches!(way, Way::WaitAny | Way::WaitAnyAsync);
        assert!(outcome == "OwnerDied" || any && outcome == "Evicted", "{way:?}: {outcome}");
    }
    assert_eq!(in_every_way(&place, &tickets, || {}), ["Evicted"; 6]);
}

fn a_stopped_owner_does_not() {
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    let tickets = owner.promise(2);
    owner.signal(libc::SIGSTOP);
    let fabric = place.fabric();
    for way in Way::ALL {
        let outcome = way.follow(&fabric, &tickets, Duration::from_millis(250));
        assert_eq!(outcome, "Deadline", "{way:?}");
    }
    let outcomes = in_every_way(&place, &tickets, || {
        owner.signal(libc::SIGCONT);
        assert_eq!(owner.tell("seal 0 late"), "ok");
    });
    assert_eq!(outcomes, ["late"; 6]);
}

/// Those who waited before it was removed are told; those who come later cannot get there.
fn a_removed_directory_hangs_nobody() {
    for kill in [false, true] {
        let place = Place::new();
        let (mut owner, store) = (Puppet::start(&place), place.store());
        let tickets = owner.promise(2);
        let outcomes = in_every_way(&place, &tickets, || {
            std::fs::remove_dir_all(place.directory()).unwrap();
            // Somebody makes it anew.
            while !place.directory().join("node").exists() {
                store.put(b"other").unwrap();
            }
            match kill {
                true => owner.kill(),
                false => assert_eq!(owner.tell("seal 0 late"), "ok"),
            }
        });
        for outcome in outcomes {
            assert_eq!(outcome, if kill { "OwnerDied" } else { "late" });
        }
        assert_eq!(in_every_way(&place, &tickets, || {}), ["Evicted"; 6]);
    }
}

fn exists_says() {
    let place = Place::new();
    let (mut owner, fabric) = (Puppet::start(&place), place.fabric());
    let tickets: [Ticket; 3] = owner.promise(3).try_into().unwrap();
    assert_eq!(owner.tell("seal 0 bytes"), "ok");
    assert_eq!(owner.tell("fail 1 overflow"), "ok");
    let exist = |expected: [bool; 3]| {
        let found = tickets.each_ref().map(|ticket| fabric.exists(ticket).unwrap());
        assert_eq!(found, expected);
    };
    exist([true, false, true]);
    owner.kill();
    exist([true, false, false]);
    fabric.sweep(wharf::Sweep::Dead).unwrap();
    exist([false, false, false]);
    let elsewhere = Place::new().store().put(b"x").unwrap();
    assert!(matches!(fabric.exists(&elsewhere), Err(Error::OtherNode { .. })));
}
