//! Names of tickets, through the public API. What becomes of them between processes that are
//! killed, stopped and lied to is tested where they are kept, in `wharf-shm`.

#![allow(clippy::unwrap_used)] // a helper that fails fails its test

mod common;

use std::thread;
use std::time::Duration;

use wharf::{
    ArrayType, Deadline, End, Error, Fabric, Form, Lifetime, MemoryError, Store, StoreOptions,
};

use common::Node;

const SOON: Duration = Duration::from_secs(10);

fn store(fabric: &Fabric) -> Store {
    fabric.store("s", StoreOptions::default()).unwrap()
}

#[track_caller]
fn assert_free(fabric: &Fabric, name: &str) {
    let found = fabric.lookup(name, Deadline::NOW);
    assert!(matches!(found, Err(Error::NoSuchName { .. })), "{found:?}");
}

#[test]
fn a_name_leads_to_the_very_ticket() {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let store = store(&here);
    let field = store.put_array(&[1.0_f32, 2.0, 3.0, 4.0], [2, 2]).unwrap();
    store.publish("T/000100", &field).unwrap();
    let found = there.lookup("T/000100", Deadline::NOW).unwrap();
    assert_eq!(found, field);
    assert_eq!(found.form(), Form::Array(ArrayType::of::<f32>([2, 2]).unwrap()));
    assert_eq!(there.get::<[f32]>(&found, SOON).unwrap()[3], 4.0);

    // Another store may name it too, and pending objects have names as well.
    let other = there.store("other", StoreOptions::default()).unwrap();
    other.publish("also", &found).unwrap();
    let promise = store.promise().unwrap();
    other.publish("later", &promise.ticket()).unwrap();
    let names = here.names("").unwrap();
    let expected = [("T/000100", &field), ("also", &field), ("later", &promise.ticket())];
    assert_eq!(names, expected.map(|(name, ticket)| (name.to_owned(), ticket.clone())));
    assert_eq!(here.names("T/").unwrap().len(), 1);

    let waiter = thread::spawn(move || {
        let found = there.lookup("later", SOON)?;
        there.get::<String>(&found, SOON)
    });
    promise.put_value("at last").unwrap();
    assert_eq!(waiter.join().unwrap().unwrap(), "at last");
}

#[test]
fn a_taken_name_is_refused_until_it_is_free() {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let (store, others) = (store(&here), store(&there));
    let (first, second) = (store.put(b"first").unwrap(), others.put(b"second").unwrap());
    store.publish("name", &first).unwrap();
    for store in [&store, &others] {
        for ticket in [&first, &second] {
            let refused = store.publish("name", ticket).unwrap_err();
            assert!(matches!(&refused, Error::NameTaken { name } if name == "name"), "{refused}");
            assert!(refused.to_string().contains("\"name\""), "{refused}");
        }
    }
    there.evict(&first).unwrap();
    assert_free(&here, "name");
    others.publish("name", &second).unwrap();
    assert_eq!(here.lookup("name", SOON).unwrap(), second);
    store.unpublish("name").unwrap();
    assert_free(&here, "name");
    for outcome in [here.unpublish("name"), others.unpublish("name")] {
        assert!(matches!(outcome, Err(Error::NoSuchName { .. })), "{outcome:?}");
    }
    assert_eq!(&*here.resolve(&second, SOON).unwrap(), b"second");
}

#[test]
fn a_name_lives_as_long_as_its_object() {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let store = store(&here);
    let lifetimes = [
        ("process", Lifetime::PROCESS, false),
        ("node", Lifetime::NODE, true),
        ("once", Lifetime::NODE.ending(End::Once), true),
        ("lease", Lifetime::NODE.ending(End::Lease(Duration::from_millis(50))), false),
    ];
    for (name, lifetime, _) in lifetimes {
        let ticket = store.with_lifetime(lifetime).put(b"bytes").unwrap();
        store.publish(name, &ticket).unwrap();
    }
    store.close().unwrap();
    thread::sleep(Duration::from_millis(60));
    for (name, _, stays) in lifetimes {
        assert_eq!(there.lookup(name, Deadline::NOW).is_ok(), stays, "{name}");
    }
    let once = there.lookup("once", Deadline::NOW).unwrap();
    there.resolve(&once, SOON).unwrap();
    assert_free(&there, "once");
    let refused = store.publish("late", &there.lookup("node", SOON).unwrap());
    assert!(matches!(refused, Err(Error::Memory(MemoryError::Closed))), "{refused:?}");
}

#[test]
fn what_cannot_be_published_is_refused_with_a_reason() {
    let (node, elsewhere) = (Node::new(), Node::new());
    let fabric = node.fabric();
    let store = store(&fabric);
    let ticket = store.put(b"bytes").unwrap();
    let foreign = elsewhere.fabric().store("s", StoreOptions::default()).unwrap();
    let foreign = foreign.put(b"bytes").unwrap();
    let refused = store.publish("name", &foreign).unwrap_err();
    assert!(matches!(refused, Error::OtherNode { .. }), "{refused:?}");
    let gone = store.put(b"bytes").unwrap();
    store.evict(&gone).unwrap();
    assert!(matches!(store.publish("name", &gone), Err(Error::Evicted)));
    for (name, reason) in [("", "empty"), (&"é".repeat(43), "258 bytes of the 255")] {
        let refusals = [
            store.publish(name, &ticket).unwrap_err(),
            fabric.lookup(name, SOON).unwrap_err(),
            fabric.unpublish(name).unwrap_err(),
        ];
        for refused in refusals {
            assert!(matches!(refused, Error::InvalidName { .. }), "{refused:?}");
            assert!(refused.to_string().contains(reason), "{refused}");
        }
    }
    assert_eq!(fabric.names("").unwrap(), []);
}

#[test]
fn names_follow_a_directory_that_is_made_again() {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let store = store(&here);
    let before = store.put(b"before").unwrap();
    store.publish("before", &before).unwrap();
    let waiter = thread::spawn(move || there.lookup("after", SOON));
    thread::sleep(Duration::from_millis(20));
    std::fs::remove_dir_all(here.directory()).unwrap();

    // The first object that lies in the new directory can be named there.
    let deadline = std::time::Instant::now() + SOON;
    let after = loop {
        let ticket = store.put(b"after").unwrap();
        match store.publish("after", &ticket) {
            Ok(()) => break ticket,
            Err(Error::Evicted) => assert!(std::time::Instant::now() < deadline),
            Err(other) => panic!("{other:?}"),
        }
    };
    assert_eq!(waiter.join().unwrap().unwrap(), after);
    assert_free(&here, "before");
    assert_eq!(here.names("").unwrap(), [("after".to_owned(), after)]);
}
