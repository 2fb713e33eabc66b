//! The processes of the demonstration: this program, started again with another subcommand.
//!
//! None outlives the demonstration: each is killed when its [`Process`] is dropped, and ends by itself
//! when its pipes close, as they do when the demonstration is killed.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A child, and how to send it lines.
pub(super) struct Process {
    name: &'static str,
    child: Child,
    lines: Sender<String>,
}

/// What a child writes to its standard output.
pub(super) type Pipe = BufReader<ChildStdout>;

impl Process {
    /// Starts what will be called by this name.
    pub(super) fn start(name: &'static str, mut command: Command) -> Result<(Self, Pipe)> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {name}: {command:?}"))?;
        let output = child.stdout.take().context("no pipe from the child")?;
        let mut input = child.stdin.take().context("no pipe to the child")?;
        let (lines, to_send): (_, Receiver<String>) = channel();
        // A child that is slow to read holds up this thread, and nobody else.
        std::thread::spawn(move || {
            for line in to_send {
                if input.write_all(line.as_bytes()).is_err() {
                    return; // it has ended, and its exit status will tell why
                }
            }
        });
        Ok((Self { name, child, lines }, BufReader::new(output)))
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a line as soon as the child reads it; if it has ended, never.
    pub(super) fn send(&self, line: &str) {
        let _ = self.lines.send(line.to_owned());
    }

    /// Kills it with SIGKILL.
    pub(super) fn kill(&mut self) -> Result<()> {
        self.child.kill().with_context(|| format!("cannot kill {}", self.name))
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits for its end, which has to be near.
    pub(super) fn wait(&mut self) -> Result<ExitStatus> {
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        bail!("{} did not end within {} s, and was killed", self.name, GRACE.as_secs())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already, most often: then neither call has anything to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Passes a child's lines to `tell`, as long as it answers that it wants more, and `None` at their end.
/// This is done in a thread, which gives back the pipe: until it is joined, the pipe stays open.
pub(super) fn listen(
    mut pipe: Pipe,
    tell: impl Fn(Option<String>) -> bool + Send + 'static,
) -> JoinHandle<Pipe> {
    std::thread::spawn(move || {
        loop {
            let mut line = String::new();
            // A child that writes no text is none of ours, and is taken for one that has ended.
            let ended = !matches!(pipe.read_line(&mut line), Ok(1..));
            let more = tell((!ended).then_some(line));
            if ended || !more {
                return pipe;
            }
        }
    })
}

/// How long a child may take to end.
const GRACE: Duration = Duration::from_secs(10);
