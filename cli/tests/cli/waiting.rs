//! `wharf wait`: for all, for any, and in vain.

use std::thread;
use std::time::Duration;

use serde_json::json;
use wharf::{Fabric, Options, Promise, Store};

use crate::node::{Node, failed, succeeded, text};

fn store(node: &Node) -> Store {
    let options = Options { directory: Some(node.dir()), ..Default::default() };
    Fabric::open(options).unwrap().store("s", Default::default()).unwrap()
}

fn seal(promise: Promise) {
    promise.alloc(5).unwrap().seal().unwrap();
}

#[test]
fn all_are_waited_for() {
    let node = Node::new();
    let store = store(&node);
    let promises = [0; 3].map(|_| store.promise().unwrap());
    let list: String = promises.iter().map(|promise| format!("{}\n", promise.ticket())).collect();
    let list = format!("@{}", node.file("tickets", list).display());
    failed(
        &node.run(&["wait", "--timeout", "30ms", &list]),
        3,
        &["3 of 3 were not sealed", "still pending at the deadline"],
    );

    let [first, second, third] = promises;
    seal(second);
    let late = node.run(&["wait", "--timeout", "30ms", &list]);
    failed(&late, 3, &["2 of 3 were not sealed", "tickets, line 1", "tickets, line 3"]);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| node.run(&["wait", &list]));
        thread::sleep(Duration::from_millis(100));
        assert!(!waiter.is_finished());
        seal(first);
        seal(third);
        assert_eq!(succeeded(&waiter.join().unwrap()).stdout, b"");
    });
    assert_eq!(node.json(&["wait", &list]), json!({ "done": 3, "errors": [] }));
}

#[test]
fn the_first_of_any_is_told() {
    let node = Node::new();
    let store = store(&node);
    let promises = [0; 3].map(|_| store.promise().unwrap());
    let tickets = promises.each_ref().map(|promise| promise.ticket().to_string());
    let args = [&["wait", "--any"], &tickets.each_ref().map(String::as_str)[..]].concat();
    let late = [&["wait", "--timeout", "30ms"], &args[1..]].concat();
    failed(&node.run(&late), 3, &["still pending at the deadline"]);
    let [_first, second, third] = promises;
    thread::scope(|scope| {
        let waiter = scope.spawn(|| node.run(&args));
        thread::sleep(Duration::from_millis(100));
        assert!(!waiter.is_finished());
        seal(third);
        let output = waiter.join().unwrap();
        assert_eq!(text(&succeeded(&output).stdout), format!("{}\n", tickets[2]));
    });
    let json = node.json(&args);
    assert_eq!(json["index"], 2);
    assert_eq!(
        json["ticket"].as_str().unwrap().parse::<wharf::Ticket>().unwrap().key(),
        tickets[2].parse::<wharf::Ticket>().unwrap().key()
    );
    second.fail("no data today").unwrap();
    failed(&node.run(&args), 1, &["no data today"]);
}

#[test]
fn what_fails_or_is_gone_is_an_error_and_nothing_is_taken() {
    let node = Node::new();
    let once = node.put_with("once", b"bytes");
    for _ in 0..2 {
        succeeded(&node.run(&["wait", &once]));
    }
    assert_eq!(succeeded(&node.get(&once)).stdout, b"bytes");
    failed(&node.run(&["wait", &once]), 1, &["evicted"]);

    let store = store(&node);
    let (failing, abandoned) = (store.promise().unwrap(), store.promise().unwrap());
    let tickets = [failing.ticket().to_string(), abandoned.ticket().to_string()];
    failing.fail("the sensor is broken").unwrap();
    drop(abandoned);
    failed(&node.run(&["wait", &tickets[0]]), 1, &["the sensor is broken"]);
    let output = node.run(&["wait", &tickets[0], &tickets[1], "hello"]);
    failed(&output, 1, &["3 of 3", "sensor is broken", "dropped it", "not a ticket"]);
}

#[test]
fn a_name_that_comes_later_is_waited_for_too() {
    let node = Node::new();
    let store = store(&node);
    failed(&node.run(&["wait", "name:later"]), 1, &["no name \"later\""]);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| node.run(&["wait", "--timeout", "1m", "name:later"]));
        thread::sleep(Duration::from_millis(100));
        let promise = store.promise().unwrap();
        store.publish("later", &promise.ticket()).unwrap();
        thread::sleep(Duration::from_millis(100));
        assert!(!waiter.is_finished());
        seal(promise);
        succeeded(&waiter.join().unwrap());
    });
}
