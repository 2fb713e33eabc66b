//! How objects end: evicted, delivered once, by lease, swept.

use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::node::{Node, failed, noise, succeeded, text};

#[test]
fn an_evicted_object_is_reported_as_evicted() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", b"bytes"));
    assert_eq!(succeeded(&node.run(&["evict", &ticket])).stdout, b"");
    for command in ["get", "stat", "evict"] {
        failed(&node.run(&[command, &ticket]), 1, &["the object was evicted"]);
    }
}

/// Not even one that cannot find out anything about the system it runs on.
#[test]
fn a_process_without_descriptors_ends_nobodys_object() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", b"bytes"));
    let mut refused = 0;
    for descriptors in 3..12 {
        let command = node.command(&["stat", &ticket]);
        let mut limited = Command::new("bash");
        limited.args(["-c", "ulimit -n $0; exec \"$@\""]).arg(descriptors.to_string());
        limited.arg(command.get_program()).args(command.get_args());
        refused += u32::from(!limited.output().unwrap().status.success());
        assert_eq!(succeeded(&node.get(&ticket)).stdout, b"bytes", "at {descriptors}");
    }
    assert!((1..9).contains(&refused), "{refused} of 9 were refused");
}

#[test]
fn one_bad_ticket_does_not_keep_the_others() {
    let node = Node::new();
    let tickets: Vec<_> = (0..3).map(|i| node.put_with("evicted", &[i])).collect();
    let output = node.run(&["evict", &tickets[0], "hello", &tickets[2]]);
    failed(&output, 1, &["1 of 3 were not evicted", "hello: this is not a ticket"]);
    failed(&node.get(&tickets[0]), 1, &["evicted"]);
    assert_eq!(succeeded(&node.get(&tickets[1])).stdout, [1]);
    failed(&node.get(&tickets[2]), 1, &["evicted"]);
}

#[test]
fn once_is_delivered_once() {
    let node = Node::new();
    let ticket = node.put_with("once", b"bytes");
    // Neither a look nor a mistyped path is a delivery.
    let stat = text(&succeeded(&node.run(&["stat", &ticket])).stdout);
    assert!(stat.contains("node, once"), "{stat}");
    failed(&node.run(&["get", &ticket, "-o", "/no/such/folder/out"]), 1, &["cannot write"]);

    assert_eq!(succeeded(&node.get(&ticket)).stdout, b"bytes");
    failed(&node.get(&ticket), 1, &["evicted", "delivered once"]);
}

#[test]
fn a_lease_ends() {
    const LEASE: Duration = Duration::from_secs(2);
    let node = Node::new();
    let begun = Instant::now();
    let ticket = node.put_with("lease=2s", b"bytes");
    let first = node.get(&ticket);
    // On a machine so busy that two commands take two seconds, this says nothing.
    if begun.elapsed() < LEASE {
        assert_eq!(succeeded(&first).stdout, b"bytes");
    }
    thread::sleep((LEASE + Duration::from_millis(100)).saturating_sub(begun.elapsed()));
    // It runs from the seal, a little after `begun`.
    while begun.elapsed() < LEASE * 5 && node.get(&ticket).status.success() {
        thread::sleep(Duration::from_millis(100));
    }
    failed(&node.get(&ticket), 1, &["evicted", "lease"]);
    failed(&node.run(&["stat", &ticket]), 1, &["evicted"]);
}

#[test]
fn why_an_object_is_gone_is_said_where_it_is_known() {
    let node = Node::new();
    let options = wharf::Options { directory: Some(node.dir()), ..Default::default() };
    let fabric = wharf::Fabric::open(options).unwrap();
    let store = fabric.store("s", Default::default()).unwrap();
    let put = |end| {
        let store = store.with_lifetime(wharf::Lifetime::PROCESS.ending(end));
        store.put(b"bytes").unwrap().to_string()
    };
    let (plain, once) = (put(wharf::End::Evicted), put(wharf::End::Once));
    let leased = put(wharf::End::Lease(Duration::from_millis(1)));
    succeeded(&node.run(&["evict", &plain]));
    succeeded(&node.get(&once));
    thread::sleep(Duration::from_millis(5));
    for _ in 0..2 {
        for command in ["get", "stat", "wait", "evict"] {
            failed(&node.run(&[command, &plain]), 1, &["evicted: somebody evicted it"]);
            failed(&node.run(&[command, &once]), 1, &["evicted: it was for one reader"]);
            failed(&node.run(&[command, &leased]), 1, &["evicted: its lease has ended"]);
        }
    }
    drop((store, fabric));
    failed(&node.get(&plain), 1, &["evicted: nothing is left of the store"]);
    let alone = node.put_with("lease=1ms", b"bytes");
    thread::sleep(Duration::from_millis(5));
    failed(&node.get(&alone), 1, &["evicted", "its lease"]);
}

#[test]
fn sweep_keeps_what_is_to_outlive_its_process() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", b"bytes"));
    let gone = node.put_with("evicted", b"more bytes");
    succeeded(&node.run(&["evict", &gone]));
    for _ in 0..2 {
        succeeded(&node.run(&["sweep"]));
        assert_eq!(succeeded(&node.get(&ticket)).stdout, b"bytes");
    }
    assert_eq!(node.ls().matches("  slot ").count(), 1, "{}", node.ls());
}

#[test]
fn sweep_says_what_it_freed_after_a_put_that_was_killed() {
    let node = Node::new();
    let mut command = node.command(&["put", "-"]);
    let mut put = command.stdin(Stdio::piped()).spawn().unwrap();
    put.stdin.as_mut().unwrap().write_all(&noise(3 << 20)).unwrap();
    while !node.ls().contains("pending") {
        thread::sleep(Duration::from_millis(10));
    }
    put.kill().unwrap();
    put.wait().unwrap();

    let said = text(&succeeded(&node.run(&["sweep"])).stdout);
    for word in ["removed 1 record of", "removed 1 arena", "freed ", " MiB"] {
        assert!(said.contains(word), "{word:?} is missing in {said:?}");
    }
    assert_eq!(node.files(), ["node"]);
    assert_eq!(text(&succeeded(&node.run(&["sweep"])).stdout), "nothing to sweep\n");
}

#[test]
fn sweep_all_leaves_the_node_id_and_nothing_else() {
    let node = Node::new();
    let tickets = [node.put(&node.file("in", vec![1; 1 << 20])), node.put_with("once", b"more")];
    assert!(node.files().len() > 1);

    let said = text(&succeeded(&node.run(&["sweep", "--all"])).stdout);
    assert!(said.contains("evicted 2 objects") && said.contains("freed "), "{said}");
    assert_eq!(node.files(), ["node"]);
    for ticket in &tickets {
        failed(&node.get(ticket), 1, &["evicted"]);
    }
    let again = text(&succeeded(&node.run(&["sweep", "--all"])).stdout);
    assert_eq!(again, "nothing to sweep\n");
    assert_eq!(node.files(), ["node"]);
}
