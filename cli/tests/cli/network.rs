//! Two nodes of one machine: what is served on one is got on the other, whatever is killed.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::node::{Node, failed, noise, succeeded, text};

/// A `wharf` in the foreground that has said its first line. It is killed with the test.
pub(crate) struct Running {
    child: Child,
    said: BufReader<ChildStdout>,
    pub(crate) first: String,
}

impl Running {
    fn start(node: &Node, args: &[&str]) -> Self {
        let mut command = node.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        said.read_line(&mut first).unwrap();
        if first.is_empty() {
            let mut stderr = String::new();
            child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
            assert_eq!(stderr, "", "it says nothing, and ends");
        }
        Self { child, said, first: first.trim_end().to_owned() }
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// What it said after its first line, once it has ended by itself.
    fn end(mut self) -> Output {
        let mut stdout = Vec::new();
        self.said.read_to_end(&mut stdout).unwrap();
        let mut stderr = Vec::new();
        self.child.stderr.take().unwrap().read_to_end(&mut stderr).unwrap();
        Output { status: self.child.wait().unwrap(), stdout, stderr }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn serve(node: &Node) -> Running {
    Running::start(node, &["serve", "--listen", "127.0.0.1:0"])
}

/// Puts some bytes on a node that is served: without a warning.
pub(crate) fn put(node: &Node, bytes: &[u8]) -> String {
    let file = node.file("in", bytes);
    let output = node.run(&["put", file.to_str().unwrap()]);
    text(&succeeded(&output).stdout).trim_end().to_owned()
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "in vain: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn what_is_put_on_a_served_node_is_got_on_another() {
    let (origin, reader) = (Node::new(), Node::new());
    let before = origin.put(&origin.file("before", b"no way here"));
    let serving = serve(&origin);
    assert!(serving.first.starts_with("tcp://127.0.0.1:"), "{}", serving.first);
    for length in [0, 1, 100_000, 40 << 20] {
        let bytes = noise(length);
        let ticket = put(&origin, &bytes);
        assert!(succeeded(&reader.get(&ticket)).stdout == bytes, "{length}");
        let out = reader.path("out");
        succeeded(&reader.run(&["get", &ticket, "-o", out.to_str().unwrap()]));
        assert!(fs::read(&out).unwrap() == bytes, "{length}");
        assert!(!reader.path(".out.wharf-part").exists());
        succeeded(&reader.run(&["wait", &ticket]));
        let stat = reader.json(&["stat", &ticket]);
        assert_eq!(
            (&stat["state"], stat["size"].as_u64()),
            (&"sealed".into(), Some(length as u64))
        );
        assert_eq!((&stat["owner"], stat["routes"].as_u64()), (&Value::Null, Some(1)));
        succeeded(&origin.run(&["evict", &ticket]));
        for command in ["get", "wait", "stat"] {
            failed(&reader.run(&[command, &ticket]), 1, &["evicted"]);
        }
    }
    failed(&reader.get(&before), 1, &["lives on node", "no route"]);
    serving.signal("-TERM");
    succeeded(&serving.end());
    // Nothing of it is left, and nothing leads there any more.
    assert_eq!(origin.json(&["info"])["node"]["served_at"], Value::Array(Vec::new()));
    origin.put(&origin.file("after", b"no way here"));
}

#[test]
fn served_again_at_the_same_address_old_tickets_are_good_again() {
    let (origin, reader) = (Node::new(), Node::new());
    let serving = serve(&origin);
    let ticket = put(&origin, b"temperature");
    let address = serving.first.strip_prefix("tcp://").unwrap().to_owned();
    serving.kill();
    failed(&reader.get(&ticket), 1, &["cannot be reached", &address]);
    let refusal = reader.run(&["--json", "get", &ticket]);
    let refusal: Value = serde_json::from_slice(&refusal.stderr).unwrap();
    assert_eq!(refusal["kind"], "unreachable");

    let again = Running::start(&origin, &["serve", "--json", "--listen", &address]);
    let report: Value = serde_json::from_str(&again.first).unwrap();
    assert_eq!(report["routes"], serde_json::json!([format!("tcp://{address}")]));
    assert_eq!(succeeded(&reader.get(&ticket)).stdout, b"temperature");
    again.signal("-INT");
    succeeded(&again.end());
    succeeded(&origin.run(&["sweep", "--all"]));
    let left = origin.files();
    assert!(left.iter().all(|name| ["node", "key"].contains(&name.as_str())), "{left:?}");
}

/// How much of an object a part file says is there: the last of the eight words behind it.
fn done(part: &Path) -> u64 {
    let Ok(file) = fs::File::open(part) else { return 0 };
    let mut word = [0; 8];
    let end = file.metadata().unwrap().len();
    match end.checked_sub(8).map(|at| file.read_exact_at(&mut word, at)) {
        Some(Ok(())) => u64::from_le_bytes(word),
        _ => 0,
    }
}

#[test]
fn a_get_that_was_interrupted_goes_on_from_there() {
    let (origin, reader) = (Node::new(), Node::new());
    let serving = serve(&origin);
    let bytes = noise(400 << 20);
    let ticket = put(&origin, &bytes);
    let address = serving.first.strip_prefix("tcp://").unwrap().to_owned();
    let (out, part) = (reader.path("out"), reader.path(".out.wharf-part"));
    let get = || reader.command(&["get", &ticket, "-o", out.to_str().unwrap()]);

    let mut command = get();
    let getting = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("some of it comes", || done(&part) > 0);
    serving.kill();
    let interrupted = getting.wait_with_output().unwrap();
    failed(&interrupted, 1, &["the same command goes on from there", ".out.wharf-part"]);
    let before = done(&part);
    assert!(before > 0 && before < bytes.len() as u64, "{before}");
    assert!(!out.exists());

    // Bytes that are there are not fetched again: these would be other ones.
    let marked = fs::OpenOptions::new().write(true).open(&part).unwrap();
    marked.write_all_at(b"MARK", 1000).unwrap();
    let again = Running::start(&origin, &["serve", "--listen", &address]);
    succeeded(&get().output().unwrap());
    assert!(!part.exists());
    let got = fs::read(&out).unwrap();
    assert_eq!(&got[1000..1004], b"MARK");
    assert!(
        got.len() == bytes.len() && got[..1000] == bytes[..1000] && got[1004..] == bytes[1004..]
    );

    // What is there of another object is not gone on with.
    fs::write(&part, &bytes[..5000]).unwrap();
    succeeded(&get().output().unwrap());
    assert!(fs::read(&out).unwrap() == bytes && !part.exists());
    drop(again);
}

/// What has come of an object that is gone for good is of no use to anybody.
#[test]
fn a_final_answer_takes_the_part_file_along() {
    let (origin, reader) = (Node::new(), Node::new());
    let serving = serve(&origin);
    let ticket = put(&origin, &noise(400 << 20));
    let (out, part) = (reader.path("out"), reader.path(".out.wharf-part"));
    let get = || reader.command(&["get", &ticket, "-o", out.to_str().unwrap()]);
    let mut getting = get().spawn().unwrap();
    until("some of it comes", || done(&part) > 0);
    getting.kill().unwrap();
    getting.wait().unwrap();
    assert!(part.exists() && !out.exists());

    serving.signal("-STOP");
    let late = get().args(["--timeout", "300ms"]).output().unwrap();
    failed(&late, 3, &["the same command goes on from there"]);
    assert!(done(&part) > 0, "the deadline may be later");
    serving.signal("-CONT");
    succeeded(&origin.run(&["evict", &ticket]));
    let refused = get().output().unwrap();
    failed(&refused, 1, &["evicted"]);
    assert!(!text(&refused.stderr).contains("goes on"), "{}", text(&refused.stderr));
    assert!(!part.exists() && !out.exists());
}

#[test]
fn what_finds_no_room_in_memory_comes_by_parts() {
    let (origin, reader) = (Node::new(), Node::new());
    let _serving = serve(&origin);
    let bytes = noise(8 << 20);
    let ticket = put(&origin, &bytes);
    let out = reader.path("out");
    let to_file = |ticket: &str| reader.command(&["get", ticket, "-o", out.to_str().unwrap()]);
    for room in ["0", "1M"] {
        let mut piped = reader.command(&["get", &ticket]);
        let piped = piped.env("WHARF_REPLICAS", room).output().unwrap();
        assert!(succeeded(&piped).stdout == bytes, "{room}");
        succeeded(&to_file(&ticket).env("WHARF_REPLICAS", room).output().unwrap());
        assert!(fs::read(&out).unwrap() == bytes, "{room}");
        fs::remove_file(&out).unwrap();
        assert!(!reader.path(".out.wharf-part").exists());
    }
    // What ends once goes only whole: it is told so, and is there still.
    let file = origin.file("once", &bytes);
    let put = origin.run(&["put", "--lifetime", "once", file.to_str().unwrap()]);
    let once = text(&succeeded(&put).stdout).trim_end().to_owned();
    let refused = to_file(&once).env("WHARF_REPLICAS", "1M").output().unwrap();
    failed(&refused, 1, &["finds no room", "WHARF_REPLICAS", "ends once"]);
    assert!(!out.exists() && !reader.path(".out.wharf-part").exists());
    succeeded(&to_file(&once).output().unwrap());
    assert!(fs::read(&out).unwrap() == bytes);
}

#[test]
fn a_file_is_shared_from_where_it_lies() {
    let (origin, reader) = (Node::new(), Node::new());
    let bytes = noise(3 << 20);
    let file = origin.file("in", &bytes);
    let args = ["put", "--serve", "--listen", "127.0.0.1:0", file.to_str().unwrap()];
    let sharing = Running::start(&origin, &args);
    let ticket = sharing.first.clone();
    assert!(succeeded(&reader.get(&ticket)).stdout == bytes);
    assert!(succeeded(&origin.get(&ticket)).stdout == bytes, "on the same node");
    assert_eq!(origin.json(&["ls"])["arenas"].as_array().unwrap().len(), 1, "its endpoint's alone");
    thread::sleep(Duration::from_millis(600));
    assert!(succeeded(&reader.run(&["stat", &ticket])).stderr.is_empty());
    thread::sleep(Duration::from_millis(600));
    sharing.signal("-TERM");
    let ended = sharing.end();
    let said = text(&ended.stderr);
    assert_eq!(ended.status.code(), Some(0), "{said}");
    let lines: Vec<_> = said.lines().collect();
    // Those that come at once are told of together.
    let [both @ .., last] = &lines[..] else { panic!("nothing is told") };
    let told =
        |line: &str, what: &str| line.starts_with(&format!("wharf: 127.0.0.1 has read {what}"));
    let together = both.len() == 1 && told(both[0], "6.0 MiB in 2 visits");
    let each = both.len() == 2 && both.iter().all(|line| told(line, "3.0 MiB"));
    assert!(together || each, "{said}");
    assert_eq!(*last, "wharf: 127.0.0.1 has read 0 B");
    failed(&reader.run(&["get", &ticket]), 1, &["cannot be reached"]);
}

#[test]
fn a_shared_file_that_is_changed_is_given_to_nobody() {
    let (origin, reader) = (Node::new(), Node::new());
    let file = origin.file("in", noise(3 << 20));
    let args = ["put", "--serve", "--json", "--listen", "127.0.0.1:0", file.to_str().unwrap()];
    let sharing = Running::start(&origin, &args);
    let report: Value = serde_json::from_str(&sharing.first).unwrap();
    assert_eq!(report["size"], 3 << 20);
    fs::write(&file, "something else").unwrap();
    let output = reader.get(report["ticket"].as_str().unwrap());
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let ended = sharing.end();
    assert_eq!(ended.status.code(), Some(1));
    assert!(text(&ended.stderr).contains("was changed while it was shared"));
    let piped = origin.run(&["put", "--serve", "--listen", "127.0.0.1:0", "-"]);
    failed(&piped, 1, &["standard input cannot be shared"]);
}

#[test]
fn an_object_for_one_reader_is_got_once_from_another_node() {
    let (origin, reader) = (Node::new(), Node::new());
    let _serving = serve(&origin);
    // The larger would come by parts, if it could be had in parts.
    for length in [1000, 40 << 20] {
        let bytes = noise(length);
        let file = origin.file("in", &bytes);
        let put = origin.run(&["put", "--lifetime", "once", file.to_str().unwrap()]);
        let ticket = text(&succeeded(&put).stdout).trim_end().to_owned();
        for command in ["wait", "stat", "explain"] {
            assert!(reader.run(&[command, &ticket]).status.success());
        }
        let out = reader.path("out");
        succeeded(&reader.run(&["get", &ticket, "-o", out.to_str().unwrap()]));
        assert!(fs::read(&out).unwrap() == bytes && !reader.path(".out.wharf-part").exists());
        failed(&reader.get(&ticket), 1, &["evicted"]);
    }
}

#[test]
fn an_object_larger_than_the_readers_memory_goes_into_a_file() {
    let (origin, reader) = (Node::new(), Node::new());
    let _serving = serve(&origin);
    fs::create_dir(reader.dir()).unwrap();
    // Its directory is a small filesystem, in a mount namespace that ends with the command.
    let small = |args: &[&str]| {
        let script = "mount -t tmpfs -o size=24M,mode=700 tmpfs \"$0\" || exit 77; exec \"$@\"";
        let command = reader.command(args);
        let mut alone = Command::new("unshare");
        alone.args(["--mount", "sh", "-c", script]).arg(reader.dir());
        alone.arg(command.get_program()).args(command.get_args());
        crate::node::with_nothing_configured(&mut alone).output()
    };
    match small(&["info"]) {
        Ok(output) if output.status.success() => {}
        _ => return println!("skipped: only root can mount a small filesystem"),
    }
    // The smaller is tried whole first.
    for length in [30 << 20, 120 << 20] {
        let bytes = noise(length);
        let ticket = put(&origin, &bytes);
        assert!(succeeded(&small(&["get", &ticket]).unwrap()).stdout == bytes, "part by part");
        let out = reader.path("out");
        succeeded(&small(&["get", &ticket, "-o", out.to_str().unwrap()]).unwrap());
        assert!(fs::read(&out).unwrap() == bytes);
    }
}

#[test]
fn a_large_object_goes_down_a_pipe_until_nobody_wants_more() {
    let (origin, reader) = (Node::new(), Node::new());
    let _serving = serve(&origin);
    let bytes = noise(80 << 20);
    let ticket = put(&origin, &bytes);
    let mut get = reader.command(&["get", &ticket]);
    let mut get = get.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut head = vec![0; 1000];
    get.stdout.take().unwrap().read_exact(&mut head).unwrap();
    assert!(head == bytes[..1000]);
    let output = get.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert_eq!(succeeded(&reader.run(&["get", &ticket])).stdout.len(), bytes.len());
}

#[test]
fn who_serves_has_as_many_descriptors_as_there_may_be() {
    let node = Node::new();
    let command = node.command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut few = Command::new("sh");
    few.args(["-c", "ulimit -Sn 100; exec \"$0\" \"$@\""]);
    few.arg(command.get_program()).args(command.get_args());
    let few = crate::node::with_nothing_configured(&mut few).stdout(Stdio::piped());
    let mut serving = few.spawn().unwrap();
    let mut first = String::new();
    BufReader::new(serving.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", serving.id())).unwrap();
    serving.kill().unwrap();
    serving.wait().unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let [soft, hard] = [3, 4].map(|at| line.split_whitespace().nth(at).unwrap());
    assert_eq!(soft, hard, "{line}");
    assert_ne!(soft, "100", "there is nothing to raise: {line}");
}

#[test]
fn deadlines_hold_whatever_the_other_side_does() {
    let (origin, reader) = (Node::new(), Node::new());
    let serving = serve(&origin);
    let ticket = put(&origin, &noise(1 << 20));
    serving.signal("-STOP");
    for command in ["get", "wait"] {
        let late = reader.run(&[command, "--timeout", "300ms", &ticket]);
        failed(&late, 3, &["by the deadline", &serving.first]);
    }
    let late = reader.run(&["--json", "stat", "--timeout", "300ms", &ticket]);
    let said: Value = serde_json::from_slice(&late.stderr).unwrap();
    assert_eq!((late.status.code(), &said["kind"]), (Some(3), &"deadline".into()));
    serving.signal("-CONT");
    succeeded(&reader.run(&["wait", &ticket]));
}

/// Who waits without a deadline is told that nothing comes, and gets what he waits for all the same.
#[test]
fn silence_is_told_once_and_waited_out() {
    let (origin, reader) = (Node::new(), Node::new());
    let serving = serve(&origin);
    let bytes = noise(1 << 20);
    let ticket = put(&origin, &bytes);
    serving.signal("-STOP");
    let start = |args: &[&str]| {
        let mut command = reader.command(&[args, &[&ticket]].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        (BufReader::new(child.stderr.take().unwrap()), child)
    };
    let mut waiting = [
        start(&["get"]),
        start(&["wait"]),
        start(&["wait", "--any"]),
        start(&["--json", "get", "--timeout", "1h"]),
        start(&["--quiet", "get"]),
    ];
    let from = format!("nothing came from {} for 5s; ", serving.first);
    for (at, (stderr, _)) in waiting[..4].iter_mut().enumerate() {
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let expected = match at {
            3 => format!("{{\"warning\":\"{from}given up in 59m 5"),
            _ => format!("wharf: warning: {from}--timeout bounds the wait\n"),
        };
        assert!(line.starts_with(&expected), "{line}");
    }
    thread::sleep(Duration::from_millis(1500));
    serving.signal("-CONT");
    for (at, (mut stderr, child)) in waiting.into_iter().enumerate() {
        let output = child.wait_with_output().unwrap();
        let mut said = String::new();
        stderr.read_to_string(&mut said).unwrap();
        assert!(output.status.success(), "{at}: {said}");
        assert!([0, 3, 4].contains(&at) == (output.stdout == bytes), "{at}");
        // That it goes on, if it does not end at once, and how it went.
        said.retain(|c| c != '\n');
        let again = said.is_empty() || said.contains("something comes from");
        assert!(if at == 3 { said.contains("\"tier\":") } else { again }, "{at}: {said}");
    }
}

#[test]
fn what_came_encrypted_and_what_did_not_is_told() {
    let (origin, reader) = (Node::new(), Node::new());
    let _serving = serve(&origin);
    let ticket = put(&origin, &noise(1 << 20));
    let out = reader.path("out");
    let out = out.to_str().unwrap();
    let report = |node: &Node, encrypt: &str| -> Value {
        let mut get = node.command(&["get", "--json", &ticket, "-o", out]);
        serde_json::from_slice(
            &succeeded(&get.env("WHARF_ENCRYPT", encrypt).output().unwrap()).stdout,
        )
        .unwrap()
    };
    for (encrypt, expected) in [("auto", false), ("always", true)] {
        let said = report(&reader, encrypt);
        assert_eq!((&said["file"], &said["size"]), (&out.into(), &(1 << 20).into()), "{said}");
        assert_eq!(
            (&said["tier"], &said["encrypted"]),
            (&"tcp".into(), &expected.into()),
            "{said}"
        );
        assert!(said["received"].as_u64() > Some(1 << 20), "{said}");
        let mut explain = reader.command(&["explain", "--json", &ticket]);
        let explained = explain.env("WHARF_ENCRYPT", encrypt).output().unwrap();
        let explained: Value = serde_json::from_slice(&succeeded(&explained).stdout).unwrap();
        let way = &explained["ways"][2];
        assert_eq!((&way["taken"], &way["encrypted"]), (&true.into(), &expected.into()), "{way}");
        let why = way["encrypted_why"].as_str().unwrap();
        assert!(why.contains(if expected { "WHARF_ENCRYPT" } else { "in the clear" }), "{way}");
    }
    let here = report(&origin, "auto");
    assert_eq!((&here["tier"], &here["received"]), (&"shared".into(), &0.into()), "{here}");
    assert_eq!(here["encrypted"], Value::Null, "{here}");
    // Of what the node has a copy of, only a question crosses.
    let options = wharf::Options { directory: Some(reader.dir()), ..Default::default() };
    let fabric = wharf::Fabric::open(options).unwrap();
    let _copy = fabric.resolve(&ticket.parse().unwrap(), Duration::from_secs(20)).unwrap();
    let copied = report(&reader, "auto");
    assert_eq!(
        (&copied["tier"], &copied["encrypted"]),
        (&"replica".into(), &true.into()),
        "{copied}"
    );
    assert!(copied["received"].as_u64() < Some(10_000), "{copied}");
    // Where the bytes have standard output for themselves, the report goes to the other.
    let piped = reader.run(&["get", "--json", &ticket]);
    assert!(piped.status.success());
    assert_eq!(piped.stdout.len(), 1 << 20);
    let said: Value = serde_json::from_slice(&piped.stderr).unwrap();
    assert_eq!((&said["file"], &said["tier"]), (&Value::Null, &"replica".into()));
}

#[test]
fn a_file_is_reported_as_it_was_given() {
    let (origin, reader) = (Node::new(), Node::new());
    let _serving = serve(&origin);
    let ticket = put(&origin, b"temperature");
    let folder = reader.path("folder");
    fs::create_dir(&folder).unwrap();
    for node in [&reader, &origin] {
        // It is new, and it is replaced.
        for _ in 0..2 {
            let mut get = node.command(&["get", "--json", &ticket, "-o", "./here"]);
            let said = get.current_dir(&folder).output().unwrap();
            let said: Value = serde_json::from_slice(&succeeded(&said).stdout).unwrap();
            assert_eq!(said["file"], "./here");
        }
        fs::remove_file(folder.join("here")).unwrap();
    }
}

#[test]
fn a_secret_that_others_may_read_is_none() {
    let (origin, reader) = (Node::new(), Node::new());
    let _serving = serve(&origin);
    let ticket = put(&origin, b"temperature");
    let secret = reader.file("secret", [7; 32]);
    let get = |mode| {
        fs::set_permissions(&secret, fs::Permissions::from_mode(mode)).unwrap();
        reader.command(&["get", &ticket]).env("WHARF_SECRET", &secret).output().unwrap()
    };
    let advice = format!("chmod 600 {}", secret.display());
    failed(&get(0o644), 1, &["others may read the secret", "644", &advice]);
    // The server has none, and gives to whoever has the ticket.
    assert_eq!(succeeded(&get(0o600)).stdout, b"temperature");
}

/// Nothing stays that is of no use, and it is said what is wrong.
#[test]
fn a_full_disk_is_told_and_keeps_nothing() {
    let (origin, reader) = (Node::new(), Node::new());
    let _serving = serve(&origin);
    let full = reader.path("full");
    fs::create_dir(&full).unwrap();
    // A small filesystem, in a mount namespace that ends with the command; then what is left there.
    let get = |ticket: &str, options: &str| {
        let script = "mount -t tmpfs -o $1 tmpfs \"$0\" || exit 77; shift; \"$@\"; status=$?; \
                      ls -A \"$0\"; exit $status";
        let command = reader.command(&["get", ticket, "-o", full.join("out").to_str().unwrap()]);
        let mut alone = Command::new("unshare");
        alone.args(["--mount", "sh", "-c", script]).arg(&full).arg(options);
        alone.arg(command.get_program()).args(command.get_args());
        crate::node::with_nothing_configured(&mut alone).output().unwrap()
    };
    // By parts; through memory; where another object's part lies in the way of none.
    for (length, options, said) in [
        (40 << 20, "size=9M", "which takes 40.0 MiB where there is room for 9.0 MiB: make room"),
        (4 << 20, "size=1M", "which takes 4.0 MiB where there is room for 1.0 MiB: make room"),
        (40 << 20, "size=90M,nr_inodes=2", "takes no more files: make room"),
        (4 << 20, "size=90M,nr_inodes=1", "takes no more files: make room"),
    ] {
        let output = get(&put(&origin, &noise(length)), options);
        if output.status.code() == Some(77) {
            return println!("skipped: only root can mount a small filesystem");
        }
        failed(&output, 1, &["cannot write", said, "No space left on device"]);
        assert_eq!(text(&output.stdout), "", "{options}: left behind");
    }
}

#[test]
fn a_pending_object_of_another_node_is_waited_for() {
    let (origin, reader) = (Node::new(), Node::new());
    let _serving = serve(&origin);
    let options = wharf::Options { directory: Some(origin.dir()), ..Default::default() };
    let store = wharf::Fabric::open(options).unwrap().store("s", Default::default()).unwrap();
    let promise = store.promise().unwrap();
    let ticket = promise.ticket().to_string();
    failed(&reader.run(&["get", "--timeout", "300ms", &ticket]), 3, &["still pending"]);
    let stat = reader.json(&["stat", "--timeout", "300ms", &ticket]);
    assert_eq!((&stat["state"], &stat["size"]), (&"pending".into(), &Value::Null));
    thread::scope(|scope| {
        let getting = scope.spawn(|| reader.get(&ticket));
        thread::sleep(Duration::from_millis(200));
        assert!(!getting.is_finished());
        promise.put(b"temperature").unwrap();
        assert_eq!(succeeded(&getting.join().unwrap()).stdout, b"temperature");
    });
}

#[test]
fn the_way_to_an_object_is_explained() {
    let (origin, reader) = (Node::new(), Node::new());
    let serving = serve(&origin);
    let ticket = put(&origin, &noise(100_000));
    let said = reader.json(&["explain", &ticket]);
    let way = said["ways"].as_array().unwrap().iter().find(|way| way["taken"] == true).unwrap();
    assert_eq!((&way["tier"], &way["route"]), (&"tcp".into(), &serving.first.as_str().into()));
    assert_eq!((&way["bytes"], &way["error"]), (&100_000.into(), &Value::Null));
    let here = text(&succeeded(&origin.run(&["explain", &ticket])).stdout);
    assert!(here.starts_with("taken shared memory"), "{here}");
    serving.kill();
    let none = reader.run(&["explain", &ticket]);
    assert_eq!(none.status.code(), Some(1));
    assert!(text(&none.stdout).contains("no    tcp://"), "{}", text(&none.stdout));
}

#[test]
fn the_wrong_right_gets_nothing() {
    let (origin, reader) = (Node::new(), Node::new());
    let _serving = serve(&origin);
    let (ticket, other) = (put(&origin, b"temperature"), put(&origin, b"pressure"));
    let [ticket, other] = [ticket, other].map(|line| line.parse::<wharf::Ticket>().unwrap());
    let mut bytes = ticket.to_bytes().to_vec();
    bytes[72..88].copy_from_slice(other.key().capability.as_bytes());
    let body = bytes.len() - 4;
    let crc = crc(&bytes[..body]).to_le_bytes();
    bytes[body..].copy_from_slice(&crc);
    let forged = reader.file("forged", &bytes);
    let at = format!("@{}", forged.display());
    failed(&reader.run(&["get", &at]), 1, &["gives no right"]);
    assert_eq!(succeeded(&reader.get(&ticket.to_string())).stdout, b"temperature");
}

fn crc(bytes: &[u8]) -> u32 {
    let bit = |crc: u32| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc)))
}

#[test]
fn where_one_cannot_listen_one_is_told_what_to_write() {
    let node = Node::new();
    failed(&node.run(&["serve"]), 1, &["--listen 7700", "WHARF_LISTEN"]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    failed(&node.run(&["serve", "--listen", &address]), 1, &[&address, "choose another port"]);
    failed(&node.run(&["serve", "--listen", "host"]), 2, &["10.1.2.3:7700"]);
    // What is configured for all is not for those commands that do not serve.
    let mut command = node.command(&["ls"]);
    assert!(command.env("WHARF_LISTEN", &address).output().unwrap().status.success());
}

#[test]
fn beyond_its_capacity_the_oldest_of_exited_producers_go() {
    let origin = Node::new();
    let _serving =
        Running::start(&origin, &["serve", "--listen", "127.0.0.1:0", "--capacity", "5M"]);
    let options = wharf::Options { directory: Some(origin.dir()), ..Default::default() };
    let store = wharf::Fabric::open(options).unwrap().store("s", Default::default()).unwrap();
    let living = store.put(&noise(8 << 20)).unwrap().to_string();
    let first = put(&origin, &noise(3 << 20));
    // Ages are told to two seconds.
    thread::sleep(Duration::from_secs(5));
    assert!(origin.run(&["stat", &first]).status.success());
    let second = put(&origin, &noise(3 << 20));
    until("the oldest goes", || !origin.run(&["stat", &first]).status.success());
    failed(&origin.run(&["stat", &first]), 1, &["evicted"]);
    thread::sleep(Duration::from_secs(3));
    succeeded(&origin.run(&["stat", &second]));
    succeeded(&origin.run(&["stat", &living]));
}
