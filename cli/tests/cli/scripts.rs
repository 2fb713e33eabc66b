//! What scripts rely on: JSON, its fields, and exit statuses.

use serde_json::{Value, json};

use crate::node::{Node, failed, succeeded, text, ticket};

/// The one JSON document that was said on standard error.
fn complaint(node: &Node, args: &[&str], status: i32) -> Value {
    let output = node.run(args);
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    assert_eq!(text(&output.stdout), "");
    serde_json::from_slice(&output.stderr).unwrap()
}

#[test]
fn put_and_stat_speak_json() {
    let node = Node::new();
    let file = node.file("in", vec![7; 3 << 20]);
    let output = node.run(&["put", "--json", file.to_str().unwrap()]);
    let warned: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert!(warned["warning"].as_str().unwrap().contains("no route"), "{warned}");
    let put: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&put["size"], &put["file"]), (&json!(3 << 20), &json!(file)));

    let stat = node.json(&["stat", put["ticket"].as_str().unwrap()]);
    let sure = json!({
        "state": stat["state"], "size": stat["size"], "form": stat["form"], "routes": stat["routes"],
        "lifetime": stat["lifetime"], "alive": stat["owner"]["alive"],
    });
    let expected = json!({
        "state": "sealed", "size": 3 << 20, "form": "bytes", "routes": 0,
        "lifetime": { "scope": "node", "end": "evicted" }, "alive": false,
    });
    assert_eq!(sure, expected);
    assert!(stat["owner"]["pid"].as_u64() > Some(1) && stat["generation"].is_u64(), "{stat}");

    let lease = node.json(&["stat", &node.put_with("lease=1h", b"x")]);
    let left = lease["lifetime"]["left_seconds"].as_f64().unwrap();
    assert!((3000.0..=3600.0).contains(&left), "{lease}");
}

#[test]
fn ls_speaks_json() {
    let node = Node::new();
    let nothing = node.json(&["ls"]);
    assert_eq!((&nothing["exists"], &nothing["arenas"]), (&json!(false), &json!([])));

    let stat = node.json(&["stat", &node.put(&node.file("in", b"bytes"))]);
    let list = node.json(&["ls", "-l"]);
    let arena = &list["arenas"][0];
    assert_eq!(list["directory"], json!(node.dir()));
    assert_eq!((&arena["id"], &arena["store"]), (&stat["arena"], &json!("wharf put")));
    assert_eq!((&arena["owner"], &arena["objects"]), (&stat["owner"], &json!(1)));
    assert!(arena["taken"].as_u64() >= Some(4096) && arena["capacity"].is_u64(), "{arena}");
    let object = &arena["listed"][0];
    for field in ["slot", "generation", "state", "size", "lifetime"] {
        assert_eq!(object[field], stat[field], "{field}");
    }
    assert!(node.json(&["ls"])["arenas"][0].get("listed").is_none());
}

#[test]
fn ls_tells_ages_and_who_views_what() {
    let node = Node::new();
    let options = wharf::Options { directory: Some(node.dir()), ..Default::default() };
    let fabric = wharf::Fabric::open(options).unwrap();
    let store = fabric.store("s", Default::default()).unwrap();
    let ticket = store.put(&[7; 100_000]).unwrap();
    let exposed = &node.json(&["stat", &ticket.to_string()])["exposed"];
    assert_eq!(exposed, &json!(false));
    let views = [0; 2].map(|_| fabric.resolve(&ticket, wharf::Deadline::NOW).unwrap());
    let this = std::process::id();
    for state in ["sealed", "evicted"] {
        let arena = &node.json(&["ls", "-l"])["arenas"][0];
        assert_eq!(
            (&arena["pins"], &arena["objects"]),
            (&json!(2), &json!(u8::from(state == "sealed")))
        );
        assert!(arena["age_seconds"].as_u64() < Some(600), "{arena}");
        let object = &arena["listed"][0];
        assert_eq!((&object["state"], &object["pins"]), (&json!(state), &json!(2)));
        assert_eq!(object["pinned_by"], json!([this]));
        assert_eq!(object["age_seconds"].is_u64(), state == "sealed", "{object}");
        assert!(node.ls().contains(&format!(", 2 views of process {this}\n")), "{}", node.ls());
        if state == "sealed" {
            let age = node.json(&["stat", &ticket.to_string()])["age_seconds"].as_u64();
            assert!(age < Some(600), "{age:?}");
            fabric.evict(&ticket).unwrap();
        }
    }
    drop(views);
    store.put(&[8; 100_000]).unwrap();
    let counters = &node.json(&["ls"])["arenas"][0]["counters"];
    assert_eq!((&counters["puts"], &counters["bytes_put"]), (&json!(2), &json!(200_000)));
    assert_eq!((&counters["bytes_copied"], &counters["evicted"]), (&json!(200_000), &json!(1)));
    let list = node.ls();
    assert!(list.contains("s      process ") && !list.contains("view"), "{list}");
}

#[test]
fn evict_and_sweep_speak_json() {
    let node = Node::new();
    let nothing = node.json(&["sweep"]);
    assert_eq!((&nothing["processes"], &nothing["mended"]), (&json!(0), &json!(false)));

    let tickets = [node.put_with("evicted", b"1"), node.put_with("evicted", b"2")];
    assert_eq!(node.json(&["evict", &tickets[0]]), json!({ "done": 1, "errors": [] }));
    let output = node.run(&["evict", "--json", &tickets[0], &tickets[1], "hello"]);
    assert_eq!(output.status.code(), Some(1));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["done"], json!(1));
    let errors = said["errors"].as_array().unwrap();
    let kinds: Vec<_> = errors.iter().map(|error| (&error["ticket"], &error["kind"])).collect();
    let expected =
        [(&json!(tickets[0]), &json!("evicted")), (&json!("hello"), &json!("no-ticket"))];
    assert_eq!(kinds, expected);

    node.put_with("evicted", b"3");
    let swept = node.json(&["sweep", "--all"]);
    assert_eq!(swept["objects_evicted"], json!(1), "{swept}");
    assert!(swept["bytes_freed"].as_u64() > Some(0), "{swept}");
}

#[test]
fn errors_have_a_kind() {
    let node = Node::new();
    let gone = node.put(&node.file("in", b"bytes"));
    assert_eq!(complaint(&node, &["get", "--json", "hello"], 1)["kind"], "no-ticket");
    succeeded(&node.run(&["evict", &gone]));
    let evicted = complaint(&node, &["stat", "--json", &gone], 1);
    assert_eq!(evicted["kind"], "evicted");
    assert!(evicted["error"].as_str().unwrap().contains("evicted"), "{evicted}");
    let (other, ticket) = (Node::new(), node.put(&node.file("in", b"bytes")));
    assert_eq!(complaint(&other, &["get", "--json", &ticket], 1)["kind"], "no-directory");
    other.put(&other.file("in", b"bytes"));
    assert_eq!(complaint(&other, &["get", "--json", &ticket], 1)["kind"], "other-node");
    let mut command = node.command(&["put", "--json", "/proc/version"]);
    let output = command.env("WHARF_CAPACITY", "0").output().unwrap();
    let full: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(full["kind"], "full", "{full}");
}

#[test]
fn a_deadline_has_an_exit_status_of_its_own() {
    let node = Node::new();
    // Pending as long as this process lives.
    let options = wharf::Options { directory: Some(node.dir()), ..Default::default() };
    let store = wharf::Fabric::open(options).unwrap().store("s", Default::default()).unwrap();
    let promise = store.promise().unwrap();
    let ticket = promise.ticket().to_string();
    failed(
        &node.run(&["get", "--timeout", "50ms", &ticket]),
        3,
        &["still pending at the deadline"],
    );
    failed(&node.run(&["get", "--timeout", "0s", &ticket]), 3, &["still pending at the deadline"]);
    let late = complaint(&node, &["get", "--json", "--timeout", "10ms", &ticket], 3);
    assert_eq!(late["kind"], "deadline");
    promise.alloc(2).unwrap().seal().unwrap();
    assert_eq!(succeeded(&node.run(&["get", "--timeout", "1m", &ticket])).stdout.len(), 2);
}

#[test]
fn quiet_silences_the_warning_that_no_route_leads_here() {
    let node = Node::new();
    let file = node.file("in", b"bytes");
    let loud = node.run(&["put", file.to_str().unwrap()]);
    assert!(text(&loud.stderr).contains("on this node only"), "{loud:?}");
    ticket(&loud);
    succeeded(&node.run(&["put", "--quiet", file.to_str().unwrap()]));
}

#[test]
fn what_lies_in_its_producers_memory_is_said_to() {
    static BYTES: [u8; 5000] = [7; 5000];
    let node = Node::new();
    let options = wharf::Options { directory: Some(node.dir()), ..Default::default() };
    let store = wharf::Fabric::open(options).unwrap().store("s", Default::default()).unwrap();
    // SAFETY: it is that long, and is never changed or freed.
    let exposed = unsafe { store.expose(BYTES.as_ptr(), 5000) }.unwrap();
    let ticket = exposed.ticket().to_string();
    let stat = node.json(&["stat", &ticket]);
    assert_eq!((&stat["exposed"], &stat["size"]), (&json!(true), &json!(5000)));
    let said = text(&succeeded(&node.run(&["stat", &ticket])).stdout);
    assert!(said.contains("its producer's own"), "{said}");
    assert!(node.ls().contains("in its producer's memory"), "{}", node.ls());
    assert_eq!(succeeded(&node.get(&ticket)).stdout, BYTES);
}
