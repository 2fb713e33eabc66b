//! The demonstration as its user runs it: real processes, killed for real.

#![allow(clippy::unwrap_used)] // a helper that fails fails its test

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use wharf::{Fabric, Options, Store, StoreOptions, Ticket};

const SMALL: &[&str] = &["--size", "64", "--steps", "40", "--iterations", "40", "--keep", "4"];
const STATE: u64 = 2 * 64 * 64 * 8;
/// What a node leaves in its directory.
const IDENTITY: [&str; 3] = ["endpoints", "key", "node"];

#[test]
fn a_killed_follower_goes_on_and_nothing_is_copied() {
    let out = tempfile::tempdir().unwrap();
    let text = demonstrate(out.path(), &["--one-host"]);
    assert_eq!(cell(&text, "bytes copied"), ["0"], "{text}");
    assert_eq!(cell(&text, "steps shared"), ["41"], "{text}");
    assert!(text.contains("frames      was killed with SIGKILL after step"), "{text}");
    assert!(text.contains("frames      started again, as process"), "{text}");
    assert!(text.contains("left in shared memory: node\n"), "{text}");

    let [statistics, frames] = cell(&text, "steps seen")[..] else { panic!("{text}") };
    let [not_counted, not_drawn] = cell(&text, "steps skipped")[..] else { panic!("{text}") };
    let number = |text: &str| text.parse::<usize>().unwrap();
    assert_eq!(number(statistics) + number(not_counted), 41, "{text}");
    assert_eq!(number(frames) + number(not_drawn), 41, "{text}");
    assert!(number(not_drawn) >= 4, "it came back too early to have missed anything: {text}");
    let rows = fs::read_to_string(out.path().join("statistics.csv")).unwrap().lines().count();
    assert_eq!(rows, 1 + number(statistics));
    let drawn = fs::read_dir(out.path().join("frames")).unwrap().count();
    // The killed one may have drawn one more than it came to report.
    assert!((0..=1).contains(&(drawn - number(frames))), "{drawn} files: {text}");
    let (width, height) = size(&out.path().join("frames/000040.png"));
    assert_eq!((width, height), (64, 64));
    assert!(size(&out.path().join("gray-scott.png")).0 > 1000);
}

#[test]
fn either_follower_can_be_killed_or_none() {
    for (whom, killed) in [("statistics", "statistics  was killed"), ("nobody", "")] {
        let out = tempfile::tempdir().unwrap();
        let text = demonstrate(out.path(), &["--one-host", "--kill", whom]);
        assert!(text.contains(killed), "{text}");
        assert_eq!(text.contains("SIGKILL"), whom != "nobody", "{text}");
        assert!(text.contains("network, tcp         left out: --one-host was given\n"), "{text}");
    }
}

#[test]
fn a_follower_on_another_host_fetches_what_the_others_read_in_place() {
    if let Some(why) = wharf_cluster_tests::missing_for_hosts() {
        println!("skipped: {why}");
        return;
    }
    for whom in ["frames", "elsewhere"] {
        let out = tempfile::tempdir().unwrap();
        let text = demonstrate(out.path(), &["--kill", whom]);
        let killed = format!("{whom:11} was killed with SIGKILL after step");
        assert!(text.contains(&killed), "{text}");
        assert!(text.contains("elsewhere   started as process"), "{text}");
        assert!(text.contains("left in shared memory: endpoints, key, node\n"), "{text}");
        assert_eq!(cell(&text, "bytes copied"), ["0"], "{text}");

        let [statistics, frames, elsewhere] = cell(&text, "steps seen")[..] else {
            panic!("{text}")
        };
        let number = |text: &str| text.parse::<u64>().unwrap();
        let node = cell(&text, "node, memory");
        assert_eq!(number(node[0]), number(statistics) + number(frames), "{text}");
        // Fetched, on the wire, copied.
        assert_eq!(node[3..6], ["0", "0", "0"], "{text}");
        let network = cell(&text, "network, tcp");
        assert_eq!(network[..2], [elsewhere, "-"], "{text}");
        let mebibytes = |figure: &str, unit: &str| match unit {
            "KiB" => figure.parse::<f64>().unwrap() / 1024.0,
            "MiB" => figure.parse::<f64>().unwrap(),
            unit => panic!("{unit}: {text}"),
        };
        let fetched = (number(elsewhere) * STATE) as f64 / f64::from(1 << 20);
        assert!((mebibytes(network[2], network[3]) - fetched).abs() <= 0.5, "{fetched}: {text}");
        assert!(mebibytes(network[4], network[5]) + 0.5 >= fetched, "{text}");
    }
}

#[test]
fn where_no_host_can_be_made_the_table_says_why() {
    let out = tempfile::tempdir().unwrap();
    let text = demonstrate_with(out.path(), |command| command.env("PATH", out.path()));
    let row = text.lines().find_map(|line| line.strip_prefix("network, tcp")).unwrap();
    let why = row.trim().strip_prefix("left out: ").unwrap();
    assert!(why.contains("root") || why.contains("install iproute2"), "{why}");
    assert_eq!(cell(&text, "steps shared"), ["41"], "{text}");
}

#[test]
fn copying_is_counted() {
    let out = tempfile::tempdir().unwrap();
    let text = demonstrate(out.path(), &["--one-host", "--copy", "--pattern", "maze"]);
    let seen: u64 = cell(&text, "steps seen").iter().map(|seen| seen.parse::<u64>().unwrap()).sum();
    // Once by the simulation, and once by each follower that saw it.
    let mebibytes = (41 + seen) * STATE / (1 << 20);
    let [copied, "MiB"] = cell(&text, "bytes copied")[..] else { panic!("{text}") };
    assert!(copied.parse::<u64>().unwrap().abs_diff(mebibytes) <= 1, "{mebibytes}: {text}");
}

#[test]
fn nothing_outlives_a_killed_demonstration() {
    for signal in ["KILL", "TERM"] {
        let out = tempfile::tempdir().unwrap();
        let mut play = Running::start(out.path());
        let children: Vec<u32> = play.children.iter().map(|(_, pid)| *pid).collect();
        assert!(children.iter().all(|&pid| is_running(pid)), "{children:?}");
        kill(signal, play.demonstration.id());
        play.ends();
        wait_until("the other processes' end", || !children.iter().any(|&pid| is_running(pid)));
        if signal == "TERM" {
            assert!(!play.memory.exists());
        } else {
            // Whoever is killed cleans up nothing. What is left is the node's identity.
            let left: Vec<_> = fs::read_dir(&play.memory).unwrap().flatten().collect();
            assert!(
                left.iter().all(|entry| IDENTITY.iter().any(|name| entry.file_name() == *name)),
                "{left:?}"
            );
            fs::remove_dir_all(&play.memory).unwrap();
        }
    }
}

#[test]
fn the_death_of_any_other_process_is_told() {
    for whom in ["simulate", "statistics"] {
        let out = tempfile::tempdir().unwrap();
        let mut play = Running::start(out.path());
        let (_, victim) = *play.children.iter().find(|(name, _)| name == whom).unwrap();
        kill("KILL", victim);
        let (status, said) = play.ends();
        assert_eq!(status, Some(1), "{said}");
        assert!(said.contains("signal: 9"), "{said}");
        assert!(!play.children.iter().any(|&(_, pid)| is_running(pid)));
        assert!(!play.memory.exists());
    }
}

#[test]
fn an_evicted_step_is_skipped_and_the_next_one_is_seen() {
    let node = Node::new();
    let [gone, there] = [0.25, 0.5].map(|value| node.state(value));
    node.store.evict(&gone).unwrap();
    let lines = [step(0, &gone, 0.25), step(1, &there, 0.5), json!({ "end": end() })];
    let output = node.follow("statistics", &lines);
    assert!(output.status.success(), "{output:?}");
    let reports: Vec<Value> = lines_of(&output.stdout);
    assert_eq!(reports.len(), 2, "{reports:?}");
    assert_eq!(reports[0]["seen"], Value::Null);
    let seen = &reports[1]["seen"];
    assert_eq!(seen["bytes_copied"], 0);
    assert_eq!(seen["statistics"]["v_mean"], 0.5);
    assert_eq!(seen["statistics"]["v_variance"], 0.0);
}

#[test]
fn what_is_wrong_with_a_step_is_told() {
    let node = Node::new();
    let ticket = node.state(0.5);
    let flat = node.store.put_slice(&[0.5; 8]).unwrap();
    let damaged = node.state(1.5);
    let other = node.store.put_array(&[1u32; 32], [2, 4, 4]).unwrap();
    for (line, complaint) in [
        (step(0, &ticket, 0.25), "wrong bytes"),
        (step(0, &flat, 0.5), "no state of the simulation: f64[8]"),
        (step(0, &damaged, 1.5), "a concentration of"),
        (step(0, &other, 0.5), "u32"),
        (json!("hello"), "no line of `gray-scott simulate`"),
    ] {
        let output = node.follow("statistics", &[line]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(complaint), "{said}");
    }
    let cut = node.follow("frames", &[step(0, &ticket, 0.5)]);
    assert_eq!(cut.status.code(), Some(1), "the lines ended too early: {cut:?}");
}

#[test]
fn the_parts_work_by_hand_through_a_pipe() {
    let node = Node::new();
    let mut simulation = program(&node.directory)
        .arg("simulate")
        .args(SMALL)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pipe = simulation.stdout.take().unwrap();
    let follower = program(&node.directory)
        .arg("statistics")
        .stdin(pipe)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let output = follower.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let reports: Vec<Value> = lines_of(&output.stdout);
    assert_eq!(reports.len(), 41);
    assert!(reports[40]["seen"]["statistics"]["v_mean"].is_number(), "{:?}", reports[40]);
    // The pipe has no reader any more, which is what the simulation has waited for.
    assert!(simulation.wait().unwrap().success());
}

#[test]
fn wrong_usage_is_told_from_failure() {
    let folder = tempfile::tempdir().unwrap();
    for words in [&["run", "--size", "3"][..], &["run", "--pattern", "plaid"], &["walk"], &[]] {
        let output = program(folder.path()).args(words).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {output:?}");
    }
    let blocked = folder.path().join("file");
    fs::write(&blocked, "").unwrap();
    let output = program(folder.path()).args(["run", "--out"]).arg(&blocked).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

/// Runs the whole demonstration, small; it has to succeed, and to leave nothing.
fn demonstrate(out: &Path, words: &[&str]) -> String {
    demonstrate_with(out, |command| command.args(words))
}

fn demonstrate_with(out: &Path, with: impl FnOnce(&mut Command) -> &mut Command) -> String {
    let mut command = program(out);
    with(command.args(["run", "--out"]).arg(out).args(SMALL));
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(!memory_of(text.lines().next().unwrap()).exists(), "{text}");
    text
}

/// What the table says after a title.
fn cell<'a>(text: &'a str, title: &str) -> Vec<&'a str> {
    let row = text.lines().find_map(|line| line.strip_prefix(title)).unwrap();
    row.split_whitespace().collect()
}

/// A demonstration that would go on for hours.
struct Running {
    demonstration: Child,
    memory: PathBuf,
    children: Vec<(String, u32)>,
}

impl Running {
    fn start(out: &Path) -> Self {
        let endless = ["--size", "64", "--steps", "100000000", "--iterations", "200"];
        let mut demonstration = program(out)
            .args(["run", "--out"])
            .arg(out)
            .args(endless)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(demonstration.stdout.as_mut().unwrap()).lines();
        let memory = memory_of(&lines.next().unwrap().unwrap());
        let all = if wharf_cluster_tests::missing_for_hosts().is_none() { 4 } else { 3 };
        let started = lines.map(Result::unwrap).filter(|line| !line.is_empty()).take(all);
        let children = started
            .map(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                (words[0].to_owned(), words.last().unwrap().parse().unwrap())
            })
            .collect();
        // It is in the middle of its work once the first pictures are there.
        wait_until("the first frame", || fs::read_dir(out.join("frames")).unwrap().count() > 3);
        Self { demonstration, memory, children }
    }

    /// Waits for the end: the exit status, and what was said about it.
    fn ends(&mut self) -> (Option<i32>, String) {
        let mut status = None;
        wait_until("its end", || {
            status = self.demonstration.try_wait().unwrap();
            status.is_some()
        });
        let mut said = String::new();
        self.demonstration.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (status.unwrap().code(), said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.demonstration.kill();
        let _ = self.demonstration.wait();
    }
}

/// A store of the test's own, to make steps for a follower.
struct Node {
    directory: PathBuf,
    store: Store,
    _folder: TempDir,
}

impl Node {
    fn new() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let directory = folder.path().to_owned();
        let options = Options { directory: Some(directory.clone()), ..Options::default() };
        let store = Fabric::open(options).unwrap().store("test", StoreOptions::default()).unwrap();
        Self { directory, store, _folder: folder }
    }

    /// A state with one value everywhere.
    fn state(&self, value: f64) -> Ticket {
        self.store.put_array(&[value; 32], [2, 4, 4]).unwrap()
    }

    fn follow(&self, role: &str, lines: &[Value]) -> Output {
        let mut follower = program(&self.directory)
            .arg(role)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = follower.stdin.take().unwrap();
        for line in lines {
            // It may have ended at an earlier line.
            let _ = writeln!(input, "{line}");
        }
        drop(input);
        follower.wait_with_output().unwrap()
    }
}

/// A line of a simulation that wrote this value everywhere.
fn step(number: u64, ticket: &Ticket, value: f64) -> Value {
    let crc = crc32fast::hash(wharf::bytemuck::cast_slice(&[value; 32]));
    json!({ "step": { "step": number, "iteration": 0, "ticket": ticket, "crc": crc } })
}

fn end() -> Value {
    json!({ "steps": 2, "bytes_shared": 512, "bytes_copied": 0, "evicted": 1 })
}

fn lines_of(output: &[u8]) -> Vec<Value> {
    output.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
}

/// The program, in a folder where it may write, with this shared memory.
fn program(memory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gray-scott"));
    command.env("WHARF_SHM_DIR", memory).current_dir(memory).stdin(Stdio::null());
    command
}

fn memory_of(first_line: &str) -> PathBuf {
    first_line.strip_prefix("in the private shared memory ").unwrap().into()
}

fn size(picture: &Path) -> (u32, u32) {
    let file = BufReader::new(fs::File::open(picture).unwrap());
    png::Decoder::new(file).read_info().unwrap().info().size()
}

fn kill(signal: &str, pid: u32) {
    let status = Command::new("kill").args([format!("-{signal}"), pid.to_string()]).status();
    assert!(status.unwrap().success());
}

/// Whether it is there, and no zombie whom nobody has waited for yet.
fn is_running(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
