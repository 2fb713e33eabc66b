//! The command line, its exit status, and what it says of itself.

use std::fs;
use std::os::unix::fs::symlink;

use crate::node::{Node, failed, succeeded, text, with_nothing_configured};

#[test]
fn wrong_usage_is_status_two() {
    let node = Node::new();
    let wrong: &[(&[&str], &str)] = &[
        (&[], "Usage"),
        (&["frobnicate"], "frobnicate"),
        (&["put"], "FILE"),
        (&["put", "--lifetime", "forever", "-"], "lease=DURATION"),
        (&["put", "--lifetime", "lease=soon", "-"], "lease=15m"),
        (&["put", "--lifetime", "lease=0s", "-"], "nobody could ever get it"),
        (&["put", "--size", "much", "-"], "such as 500M"),
        (&["put", "--name", "n", "a", "b"], "one FILE"),
        (&["put", "--size", "5", "a", "b"], "one FILE"),
        (&["get", "--timeout", "soon", "t"], "soon"),
        (&["evict"], "TICKET"),
    ];
    for (args, word) in wrong {
        failed(&node.run(args), 2, &[word]);
    }
    let mut command = node.command(&["ls"]);
    failed(&command.env("WHARF_LOG", "loud").output().unwrap(), 2, &["WHARF_LOG", "debug"]);
    assert!(!node.dir().exists(), "wrong usage made a directory");
}

#[test]
fn help_teaches_by_example() {
    let node = Node::new();
    let help = |args: &[&str]| text(&succeeded(&node.run(args)).stdout);
    assert!(help(&["--help"]).contains("wharf put big.h5 > ticket"));
    assert!(help(&["put", "--help"]).contains("--lifetime lease=2h"));
    assert!(help(&["get", "--help"]).contains("-o copy.bin"));
    assert!(help(&["--version"]).starts_with("wharf "));
}

#[test]
fn ls_and_stat_say_what_is_there() {
    let node = Node::new();
    assert!(node.ls().starts_with("nothing in "));
    let ticket = node.put(&node.file("in", vec![7; 3 << 20]));
    let lease = node.put_with("lease=1h", b"leased");

    let short = text(&succeeded(&node.run(&["ls"])).stdout);
    assert_eq!(short.lines().count(), 3, "{short}");
    assert!(short.lines().skip(1).all(|line| line.starts_with("wharf put  process ")), "{short}");
    let list = node.ls();
    assert_eq!(list.matches("exited").count(), 2, "{list}");
    let line = list.lines().find(|line| line.contains("  slot ") && line.contains("3.0")).unwrap();
    assert!(line.contains("sealed") && line.contains("node, until evicted"), "{list}");
    assert!(list.contains("lease, 1h left") || list.contains("lease, 59m"), "{list}");

    let stat = text(&succeeded(&node.run(&["stat", &ticket])).stdout);
    let expected =
        ["sealed", "3.0 MiB (3145728 bytes)", "node, until evicted", "exited", "routes    none"];
    for word in expected {
        assert!(stat.contains(word), "{word:?} is missing in {stat}");
    }
    let stat = text(&succeeded(&node.run(&["stat", &lease])).stdout);
    assert!(stat.contains("6 B (6 bytes)") && stat.contains("node, lease, "), "{stat}");
}

#[test]
fn the_directory_is_the_one_that_was_named() {
    let (named, other) = (Node::new(), Node::new());
    let ticket = named.put(&named.file("in", b"bytes"));
    other.put(&other.file("in", b"other bytes"));
    let get = |node: &Node, variable: &Node| {
        let mut command = node.command(&["get", &ticket]);
        command.env("WHARF_SHM_DIR", variable.dir()).output().unwrap()
    };
    // The option is before the variable, and the variable before the default.
    assert_eq!(succeeded(&get(&named, &other)).stdout, b"bytes");
    failed(&get(&other, &named), 1, &["lives on node"]);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wharf"));
    with_nothing_configured(command.args(["get", &ticket]));
    let output = command.env("WHARF_SHM_DIR", named.dir()).output().unwrap();
    assert_eq!(succeeded(&output).stdout, b"bytes");
}

#[test]
fn a_directory_that_cannot_be_trusted_is_refused_by_name() {
    let node = Node::new();
    let real = node.path("real");
    fs::create_dir(&real).unwrap();
    symlink(&real, node.dir()).unwrap();
    failed(&node.run(&["ls"]), 1, &[node.dir().to_str().unwrap(), "symbolic link"]);
}

#[test]
fn wrong_usage_is_told_as_json_where_that_is_spoken() {
    let node = Node::new();
    for wrong in
        [&["get", "--json"][..], &["--json", "no-such-command"], &["--json", "put", "-", "-"]]
    {
        let output = node.run(wrong);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(said["kind"], "usage", "{said}");
        assert!(!said["error"].as_str().unwrap().starts_with("error"), "{said}");
    }
    failed(&node.run(&["put", "-", "-"]), 2, &["standard input can be put once"]);
}

#[test]
fn what_is_no_ticket_is_told_before_anything_is_opened() {
    let node = Node::new();
    let nowhere = node.path("nowhere");
    for command in ["get", "stat"] {
        let mut command = node.command(&[command, "hello", "--dir"]);
        failed(&command.arg(&nowhere).output().unwrap(), 1, &["not a ticket"]);
    }
    failed(&node.run(&["get", "@/"]), 1, &["cannot read a ticket from /"]);
}

#[test]
fn a_file_with_an_odd_name_is_listed_on_one_line() {
    let node = Node::new();
    let odd = node.file("a\tb\nc", b"odd");
    let plain = node.file("plain", b"plain");
    let output = node.run(&["-q".as_ref(), "put".as_ref(), odd.as_os_str(), plain.as_os_str()]);
    succeeded(&output);
    assert_eq!(text(&output.stdout).lines().count(), 2);
    let list = node.file("list", &output.stdout);
    let all = format!("@{}", list.display());
    succeeded(&node.run(&["evict", &all]));
}
