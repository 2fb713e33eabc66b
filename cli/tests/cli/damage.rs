//! What is closed, killed, mistyped or damaged, and what is said of it.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::node::{Node, failed, noise, succeeded, text};

/// Runs the command as a shell does that was told to close one of its streams.
fn closed(node: &Node, arguments: &[&str], redirection: &str) -> std::process::Output {
    let mut shell = Command::new("sh");
    let script = format!(r#""$0" "$@" {redirection}"#);
    shell.args(["-c", &script, env!("CARGO_BIN_EXE_wharf"), "--dir"]).arg(node.dir());
    shell.args(arguments).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn what_is_written_to_a_closed_stream_is_not_written() {
    let node = Node::new();
    let file = node.file("in", b"bytes");
    let ticket = node.put(&file);
    let file = file.to_str().unwrap();
    failed(&closed(&node, &["get", &ticket], ">&-"), 1, &["standard output", "closed"]);
    failed(&closed(&node, &["stat", &ticket], ">&-"), 1, &["standard output", "closed"]);
    failed(&closed(&node, &["put", file], ">&-"), 1, &["standard output", "nothing was put"]);
    failed(&closed(&node, &["put", "-"], "<&-"), 1, &["standard input", "closed"]);
    failed(&closed(&node, &["completions", "bash"], ">&-"), 1, &["standard output", "closed"]);
    assert_eq!(node.json(&["info"])["node"]["objects"], 1);
    // Elsewhere is not closed, and who says nothing needs no stream.
    succeeded(&closed(&node, &["get", &ticket], ">/dev/null"));
    succeeded(&closed(&node, &["get", &ticket, "-o", "/dev/null"], ">&-"));
    succeeded(&closed(&node, &["evict", &ticket], ">&-"));
}

#[test]
fn a_get_that_is_killed_leaves_nothing_behind() {
    let node = Node::new();
    // So large that it takes a moment to write.
    let ticket = node.put(&node.file("in", noise(256 << 20)));
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let names = || fs::read_dir(folder.path()).unwrap().count();
    for old in [None, Some("the old contents")] {
        if let Some(old) = old {
            fs::write(&out, old).unwrap();
        }
        let before = names();
        let mut killed = 0;
        for delay in (0..30).map(|i| Duration::from_millis(4 * i)) {
            let mut command = node.command(&["get", &ticket, "-o", out.to_str().unwrap()]);
            let mut get = command.spawn().unwrap();
            thread::sleep(delay);
            get.kill().unwrap();
            if get.wait().unwrap().success() {
                break;
            }
            killed += 1;
            // Between two system calls at its very end it has a second name, if it is to replace.
            let _ =
                fs::remove_file(folder.path().join(".out.wharf")).map(|()| assert!(old.is_some()));
            assert_eq!(names(), before, "after {delay:?}");
            assert_eq!(fs::read_to_string(&out).ok().as_deref(), old, "after {delay:?}");
        }
        assert!(killed > 0, "it was always done before it was killed");
    }
    succeeded(&node.run(&["get", &ticket, "-o", out.to_str().unwrap()]));
    assert_eq!((names(), fs::metadata(&out).unwrap().len()), (1, 256 << 20));
}

#[test]
fn a_mistyped_directory_is_an_error_and_is_not_made() {
    let node = Node::new();
    let real = Node::new();
    let ticket = real.put(&real.file("in", b"bytes"));
    for command in ["get", "stat", "evict"] {
        failed(
            &node.run(&[command, &ticket]),
            1,
            &["there is no shared-memory directory", "mistyped"],
        );
    }
    for command in ["ls", "info", "sweep"] {
        let said = text(&succeeded(&node.run(&[command])).stdout);
        let nothing = ["no such directory", "nothing was put there", "nothing to sweep"];
        assert!(nothing.iter().any(|words| said.contains(words)), "{said}");
    }
    assert!(!node.dir().exists());
    node.put(&node.file("in", b"bytes"));
    assert!(node.dir().exists());
}

#[test]
fn a_damaged_node_file_is_mended_once_nobody_uses_it() {
    let node = Node::new();
    let options = wharf::Options { directory: Some(node.dir()), ..Default::default() };
    let fabric = wharf::Fabric::open(options).unwrap();
    let ticket = node.put(&node.file("in", b"bytes"));
    let file = File::options().write(true).open(node.dir().join("node")).unwrap();
    file.write_all_at(b"garbage!", 0).unwrap();
    for command in ["ls", "info"] {
        failed(
            &node.run(&[command]),
            1,
            &["node is damaged", "wharf sweep --all", "End the programs"],
        );
    }
    failed(&node.run(&["put", "/proc/version"]), 1, &["node is damaged", "wharf sweep --all"]);
    failed(&node.run(&["sweep"]), 1, &["node is damaged", "wharf sweep --all"]);

    let this = format!("in use by process {}", std::process::id());
    failed(&node.run(&["sweep", "--all"]), 1, &[&this, "end that first"]);
    drop(fabric);
    let said = text(&succeeded(&node.run(&["sweep", "--all"])).stdout);
    assert!(said.contains("removed the damaged file") && said.contains("1 arena"), "{said}");
    assert_eq!(node.files(), [""; 0]);
    node.put(&node.file("in", b"bytes"));
    failed(&node.get(&ticket), 1, &["lives on node"]);
}

#[test]
fn sweep_names_what_is_not_ours() {
    let node = Node::new();
    node.put(&node.file("in", b"bytes"));
    let hex = "00112233445566778899aabbccddeeff";
    fs::create_dir(node.dir().join(format!("a-{hex}"))).unwrap();
    fs::write(node.dir().join("notes.txt"), "mine").unwrap();
    let said = text(&succeeded(&node.run(&["sweep", "--all"])).stdout);
    for name in [format!("a-{hex}"), "notes.txt".into()] {
        let line = format!("left alone {}: it is not Wharf's\n", node.dir().join(name).display());
        assert!(said.contains(&line), "{line:?} is missing in {said}");
    }
    let swept = node.json(&["sweep"]);
    assert_eq!(swept["strangers"].as_array().unwrap().len(), 2, "{swept}");
    assert_eq!(node.files().len(), 3);
}
