//! What people see: progress on a terminal, and nothing of it anywhere else.

use std::fs::File;
use std::io::{Read, Write};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::network;
use crate::node::{Node, noise, text};

/// A terminal: the side that shows, and the side that a program writes to.
fn terminal() -> (File, File) {
    let control = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&control).unwrap();
    unlockpt(&control).unwrap();
    let name = ptsname(&control, Vec::new()).unwrap();
    let screen = File::options().read(true).write(true).open(name.to_str().unwrap());
    (control.into(), screen.unwrap())
}

/// What is shown, until a text is, or until nobody has the other side open.
fn shown(control: &mut File, until: Option<&str>) -> String {
    let (mut shown, mut bytes) = (Vec::new(), [0; 4096]);
    // Ends with an error once nobody has the other side open.
    while let Ok(read @ 1..) = control.read(&mut bytes) {
        shown.extend_from_slice(&bytes[..read]);
        let text = String::from_utf8_lossy(&shown);
        if until.is_some_and(|until| text.contains(until)) {
            break;
        }
    }
    String::from_utf8_lossy(&shown).into_owned()
}

/// Puts what arrives slowly through a pipe; says what was on standard error, a terminal or not.
fn slow_put(node: &Node, options: &[&str], on_terminal: bool) -> String {
    let (mut control, screen) = terminal();
    let mut command = node.command(&[&["put"], options, &["-"]].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).env("TERM", "xterm");
    command.stderr(if on_terminal { Stdio::from(screen) } else { Stdio::piped() });
    let mut put = command.spawn().unwrap();
    // The terminal is to end with the command.
    drop(command);
    let mut stdin = put.stdin.take().unwrap();
    for _ in 0..8 {
        stdin.write_all(&[7; 100_000]).unwrap();
        thread::sleep(Duration::from_millis(100));
    }
    drop(stdin);
    let output = put.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stdout.starts_with(b"wharf1_"), "{output:?}");
    if on_terminal { shown(&mut control, None) } else { text(&output.stderr) }
}

#[test]
fn long_work_shows_its_progress_on_a_terminal_and_nowhere_else() {
    let node = Node::new();
    let shown = slow_put(&node, &["--quiet"], true);
    assert_eq!(shown, "");
    let shown = slow_put(&node, &[], true);
    assert!(shown.contains("standard input") && shown.contains("KiB"), "{shown:?}");
    let sized = slow_put(&node, &["--size", "800000"], true);
    assert!(sized.contains("of 781.25 KiB"), "{sized:?}");
    let piped = slow_put(&node, &[], false);
    assert!(piped.starts_with("wharf: warning") && piped.lines().count() == 1, "{piped:?}");
}

/// It stands where the bar was, for as long as it lasts.
#[test]
fn silence_of_another_node_is_shown_on_a_terminal() {
    let (origin, reader) = (Node::new(), Node::new());
    let serving = network::serve(&origin);
    let ticket = network::put(&origin, &noise(40 << 20));
    serving.signal("-STOP");
    let (mut control, screen) = terminal();
    let out = reader.path("out");
    let mut command = reader.command(&["get", &ticket, "-o", out.to_str().unwrap()]);
    command.env("TERM", "xterm").env("COLUMNS", "200").stderr(screen);
    let mut get = command.spawn().unwrap();
    // The terminal is to end with the command.
    drop(command);
    let expected = format!("out by tcp: nothing came from {} for 6s; --timeout", serving.first);
    let seen = shown(&mut control, Some(&expected));
    assert!(seen.contains(&expected), "{seen:?}");
    serving.signal("-CONT");
    assert!(get.wait().unwrap().success());
    let seen = shown(&mut control, None);
    assert!(!seen.contains("warning"), "{seen:?}");
}

#[test]
fn completions_and_manual_pages_are_there() {
    let node = Node::new();
    for (shell, word) in
        [("bash", "_wharf()"), ("zsh", "#compdef wharf"), ("fish", "complete -c wharf")]
    {
        let script = text(&crate::node::succeeded(&node.run(&["completions", shell])).stdout);
        assert!(script.contains(word) && script.contains("lifetime"), "{shell}: {script}");
    }
    let out = node.path("man/man1");
    crate::node::succeeded(&node.run(&["man", "--out", out.to_str().unwrap()]));
    let page = std::fs::read_to_string(out.join("wharf-put.1")).unwrap();
    assert!(
        page.contains(".SH EXAMPLES") && page.contains("wharf put \\-\\-lifetime once"),
        "{page}"
    );
    assert!(out.join("wharf.1").exists());
    assert!(!node.dir().exists(), "neither needs a node");
}
