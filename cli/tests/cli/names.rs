//! Names: given, found, waited for, taken away.

use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::node::{Node, failed, succeeded, text, ticket};

fn put_named(node: &Node, name: &str, bytes: &[u8]) -> String {
    ticket(&node.pipe(&["put", "--name", name, "-"], bytes))
}

#[test]
fn a_name_stands_wherever_a_ticket_may() {
    let node = Node::new();
    let first = put_named(&node, "T/000100", b"first");
    let second = put_named(&node, "T/000101", b"second");
    put_named(&node, "other name", b"third");
    assert_eq!(succeeded(&node.get("name:T/000100")).stdout, b"first");
    assert_eq!(succeeded(&node.get("name:other name")).stdout, b"third");
    assert_eq!(node.json(&["stat", "name:T/000101"])["size"], 6);

    let said = text(&succeeded(&node.run(&["names", "T/"])).stdout);
    assert_eq!(said, format!("{first}\tT/000100\n{second}\tT/000101\n"));
    let named = node.json(&["names", "T/000101"]);
    assert_eq!(named, json!([{ "name": "T/000101", "ticket": second, "size": 6 }]));
    assert_eq!(text(&succeeded(&node.run(&["lookup", "T/000100"])).stdout), format!("{first}\n"));
    let found = node.json(&["lookup", "T/000100"]);
    assert_eq!(found, json!({ "name": "T/000100", "ticket": first, "size": 5 }));

    // A listing of names is a list of tickets.
    let list = node.file("names", said);
    succeeded(&node.run(&["evict", &format!("@{}", list.display()), "name:other name"]));
    assert_eq!(succeeded(&node.run(&["names"])).stdout, b"");
    failed(&node.get("name:T/000100"), 1, &["no name \"T/000100\""]);
}

#[test]
fn a_name_is_given_to_what_was_put_before_and_taken_away() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", b"bytes"));
    succeeded(&node.run(&["publish", "one", &ticket]));
    succeeded(&node.run(&["publish", "two", "name:one"]));
    succeeded(&node.run(&["unpublish", "one"]));
    failed(&node.run(&["unpublish", "one"]), 1, &["no name \"one\""]);
    failed(&node.run(&["lookup", "one"]), 1, &["no name \"one\""]);
    assert_eq!(succeeded(&node.get("name:two")).stdout, b"bytes");

    let taken = node.run(&["publish", "two", &ticket]);
    failed(&taken, 1, &["the name \"two\" is taken"]);
    let file = node.file("other", b"other bytes");
    let put = node.run(&["put", "--name", "two", file.to_str().unwrap()]);
    failed(&put, 1, &["other was not put", "\"two\" is taken"]);
    assert_eq!(node.json(&["info"])["node"]["objects"], 1, "what had no name stayed");
    failed(&node.run(&["publish", "", &ticket]), 1, &["cannot be a name"]);
}

#[test]
fn a_name_is_waited_for_from_before_there_is_a_node() {
    let node = Node::new();
    thread::scope(|scope| {
        let readers = [
            &["get", "--timeout", "1m", "name:later"][..],
            &["lookup", "--timeout", "1m", "later"],
        ];
        let readers = readers.map(|args| scope.spawn(|| node.run(args)));
        thread::sleep(Duration::from_millis(300));
        assert!(!node.dir().exists(), "who waits made the directory");
        let ticket = put_named(&node, "later", b"bytes");
        let [got, found] = readers.map(|reader| reader.join().unwrap());
        for output in [&got, &found] {
            assert!(output.status.success(), "{output:?}");
            assert!(text(&output.stderr).contains("Waiting for it"), "{output:?}");
        }
        assert_eq!(text(&got.stdout), "bytes");
        assert_eq!(text(&found.stdout), format!("{ticket}\n"));
    });
}

#[test]
fn a_name_that_never_comes_ends_with_the_deadline() {
    let node = Node::new();
    failed(&node.get("name:never"), 1, &["no shared-memory directory"]);
    for args in [
        &["lookup", "--timeout", "20ms", "never"][..],
        &["wait", "--timeout", "20ms", "name:never"],
    ] {
        failed(&node.run(&[&["--quiet"], args].concat()), 3, &["no shared-memory directory"]);
    }
    // Of a ticket it is known that its node is not here.
    let elsewhere = Node::new();
    let ticket = elsewhere.put(&elsewhere.file("in", b"bytes"));
    for command in ["get", "wait"] {
        let output = node.run(&[command, "--timeout", "1h", &ticket]);
        failed(&output, 1, &["no shared-memory directory"]);
    }
    node.put(&node.file("in", b"bytes"));
    failed(&node.get("name:never"), 1, &["no name \"never\""]);
    for args in
        [["lookup", "--timeout", "20ms", "never"], ["get", "--timeout", "20ms", "name:never"]]
    {
        failed(&node.run(&args), 3, &["no name \"never\""]);
    }
    let late = node.run(&["lookup", "--json", "--timeout", "20ms", "never"]);
    let late: serde_json::Value = serde_json::from_slice(&late.stderr).unwrap();
    assert_eq!(late["kind"], "deadline");
    let none = node.run(&["lookup", "--json", "never"]);
    let none: serde_json::Value = serde_json::from_slice(&none.stderr).unwrap();
    assert_eq!(none["kind"], "no-name");
}
