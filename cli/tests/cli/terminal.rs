//! What people see: progress on a terminal, and nothing of it anywhere else.

use std::io::{Read, Write};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::node::{Node, text};

/// Puts what arrives slowly through a pipe; says what was on standard error, a terminal or not.
fn slow_put(node: &Node, options: &[&str], terminal: bool) -> String {
    let control = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&control).unwrap();
    unlockpt(&control).unwrap();
    let name = ptsname(&control, Vec::new()).unwrap();
    let screen = std::fs::File::options().read(true).write(true).open(name.to_str().unwrap());
    let mut command = node.command(&[&["put"], options, &["-"]].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).env("TERM", "xterm");
    command.stderr(if terminal { Stdio::from(screen.unwrap()) } else { Stdio::piped() });
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
    if !terminal {
        return text(&output.stderr);
    }
    let (mut shown, mut bytes) = (Vec::new(), [0; 4096]);
    let mut control = std::fs::File::from(control);
    // Ends with an error once nobody has the other side open.
    while let Ok(read @ 1..) = control.read(&mut bytes) {
        shown.extend_from_slice(&bytes[..read]);
    }
    String::from_utf8_lossy(&shown).into_owned()
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
