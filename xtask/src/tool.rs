//! Runs another program: its output shown as it comes, kept for counting, and bounded in time.
//!
//! Where nobody watches (CI is set) only the news is shown: which test binary runs, and what came of it. What
//! a failure needs to be understood is printed at its end, so that it is not lost among what went well.
//!
//! Standard error goes where standard output goes, so that the two keep their order: cargo says on
//! one which test binary it starts, and the binary says on the other what it ran.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// One program to run, with what it prints shown or hidden.
pub(crate) struct Tool {
    command: Command,
    shown: fn(&str) -> bool,
    limit: Duration,
    words: Vec<String>,
}

/// What came of it.
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) text: String,
}

impl Tool {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let mut command = Command::new("sh");
        command.args(["-c", r#"exec "$0" "$@" 2>&1"#]).arg(program);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.current_dir(crate::place::root());
        let words = vec![program.to_string_lossy().into_owned()];
        Self { command, shown: |_| true, limit: LIMIT, words }
    }

    /// A `cargo` whose output does not depend on the user's settings.
    pub(crate) fn cargo() -> Self {
        Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_QUIET", "false")
            .env("CARGO_TERM_VERBOSE", "false")
            .env("CARGO_TERM_PROGRESS_WHEN", "never")
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        for arg in args {
            self.words.push(arg.as_ref().to_string_lossy().into_owned());
            self.command.arg(arg);
        }
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn envs<const N: usize>(self, all: [(&str, &str); N]) -> Self {
        all.into_iter().fold(self, |tool, (name, value)| tool.env(name, value))
    }

    pub(crate) fn folder(mut self, folder: impl AsRef<std::path::Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Shows only those lines; all are kept.
    pub(crate) fn show(mut self, shown: fn(&str) -> bool) -> Self {
        self.shown = shown;
        self
    }

    /// Runs to the end. An error means that it could not start or did not end in time.
    pub(crate) fn run(mut self) -> Result<Finished> {
        let name = self.name();
        let mut child = self.command.spawn().with_context(|| format!("cannot start `{name}`"))?;
        let output = child.stdout.take().context("the child's output was not piped")?;
        let shown: &dyn Fn(&str) -> bool = match watched_by_nobody() {
            true => &|line| (self.shown)(line) && is_news(line),
            false => &self.shown,
        };
        let (status, text) = follow(&mut child, &lines_of(output), shown, self.limit)
            .with_context(|| format!("`{name}`"))?;
        if watched_by_nobody() && !status.success() {
            let shown: String =
                text.split_inclusive('\n').filter(|line| (self.shown)(line)).collect();
            println!("{}", what_failed(&shown));
        }
        Ok(Finished { status, text })
    }

    /// Like `run`, where any exit status but 0 is an error that holds what the program said last.
    pub(crate) fn succeed(self) -> Result<String> {
        let name = self.name();
        let Finished { status, text } = self.run()?;
        if !status.success() {
            bail!("`{name}` ended with {status}:\n{}", last_lines(&text));
        }
        Ok(text)
    }

    /// The command line; of a script, the first line.
    fn name(&self) -> String {
        let line = self.words.join(" ");
        line.lines().next().unwrap_or_default().to_owned()
    }
}

/// Whether CI is set: then nobody waits for the output, and no test may be skipped that is not listed.
pub(crate) fn watched_by_nobody() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

/// What tells how far a run has come.
fn is_news(line: &str) -> bool {
    let starts = ["     Running ", "   Doc-tests ", "test result: ", "warning: ", "error"];
    starts.iter().any(|start| line.starts_with(start)) || line.trim_end().ends_with("FAILED")
}

/// What the failed tests said, and the names of them; of anything else, the end.
fn what_failed(text: &str) -> String {
    let (mut told, mut inside) = (Vec::new(), false);
    for line in text.lines() {
        inside = (inside || line == "failures:") && !line.starts_with("test result: ");
        if inside {
            told.push(line);
        }
    }
    if told.is_empty() { last_lines(text) } else { told.join("\n") }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or_default().join("\n")
}

/// Reads in a thread of its own: a process that the child left behind may hold the pipe open
/// for ever, and must not hold us.
fn lines_of(output: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while matches!(output.read_until(b'\n', &mut line), Ok(1..)) {
            if send.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
            line.clear();
        }
    });
    receive
}

fn follow(
    child: &mut Child,
    lines: &Receiver<String>,
    shown: &dyn Fn(&str) -> bool,
    limit: Duration,
) -> Result<(ExitStatus, String)> {
    let started = Instant::now();
    let mut text = String::new();
    let mut quiet_since_exit = None;
    loop {
        match lines.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => {
                if shown(&line) {
                    print!("{line}");
                }
                text.push_str(&line);
                quiet_since_exit = None;
            }
            Err(RecvTimeoutError::Disconnected) => return Ok((child.wait()?, text)),
            Err(RecvTimeoutError::Timeout) => {
                if let Some(status) = child.try_wait()? {
                    let since = *quiet_since_exit.get_or_insert_with(Instant::now);
                    if since.elapsed() > GRACE {
                        println!("note: a process left behind still holds this output open");
                        return Ok((status, text));
                    }
                }
            }
        }
        if started.elapsed() > limit {
            kill_family(child.id());
            child.wait()?;
            let last = last_lines(&text);
            bail!("did not end within {} s, and was killed; it had said\n{last}", limit.as_secs());
        }
    }
}

/// Kills the process and all its living descendants. They are not in a process group of their
/// own, so that an interrupt from the terminal still reaches them.
fn kill_family(parent: u32) {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some(ppid) = parent_of(pid) {
            children.entry(ppid).or_default().push(pid);
        }
    }
    let mut family = vec![parent];
    let mut next = 0;
    while let Some(pid) = family.get(next) {
        family.extend(children.remove(pid).unwrap_or_default());
        next += 1;
    }
    let family: Vec<String> = family.iter().map(u32::to_string).collect();
    if let Err(error) = Command::new("kill").arg("-KILL").args(&family).status() {
        eprintln!("xtask: could not kill {}: {error}", family.join(" "));
    }
}

fn parent_of(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold anything: what follows the last one is regular.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// Far above what any stage needs: only a hang gets here.
const LIMIT: Duration = Duration::from_secs(40 * 60);
/// How long to wait for more output once the program itself has ended.
const GRACE: Duration = Duration::from_secs(2);
const LAST_LINES: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_both_streams_in_order() {
        let text =
            Tool::new("sh").args(["-c", "echo a; echo b >&2; echo c"]).show(|_| false).succeed();
        assert_eq!(text.unwrap(), "a\nb\nc\n");
    }

    #[test]
    fn a_failure_says_what_the_program_said() {
        let error = Tool::new("sh").args(["-c", "echo oh no; exit 3"]).show(|_| false).succeed();
        let message = format!("{:#}", error.unwrap_err());
        assert!(message.contains("oh no") && message.contains("exit status: 3"), "{message}");
    }

    #[test]
    fn tells_of_failures_and_not_of_the_rest() {
        let text = "test a ... ok\n\nsuccesses:\n---- a stdout ----\nfine\n\nfailures:\n\n---- b stdout ----\n\
                    oh no\n\nfailures:\n    b\n\ntest result: FAILED. 1 passed; 1 failed\nRunning c\n";
        assert_eq!(
            what_failed(text),
            "failures:\n\n---- b stdout ----\noh no\n\nfailures:\n    b\n"
        );
        assert_eq!(what_failed("cannot link\n"), "cannot link");
        assert!(is_news("test b ... FAILED\n") && !is_news("test a ... ok\n"));
    }

    #[test]
    fn a_hang_ends_with_its_descendants() {
        let mark = format!("{}", 100_000 + std::process::id());
        let mut tool = Tool::new("sh").args(["-c", &format!("sleep {mark} & sleep {mark}; true")]);
        tool.limit = Duration::from_millis(300);
        let message = format!("{:#}", tool.run().err().unwrap());
        assert!(message.contains("did not end"), "{message}");
        let wanted = format!("sleep\0{mark}\0");
        let alive = || {
            std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
                std::fs::read(entry.path().join("cmdline"))
                    .is_ok_and(|line| line == wanted.as_bytes())
            })
        };
        let patience = Instant::now();
        while alive() && patience.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(!alive(), "a descendant outlived the limit");
    }

    #[test]
    fn an_orphan_that_holds_the_output_does_not_hold_us() {
        let started = Instant::now();
        let text = Tool::new("sh").args(["-c", "sleep 20 & echo done"]).show(|_| false).succeed();
        assert_eq!(text.unwrap(), "done\n");
        assert!(started.elapsed() < Duration::from_secs(15));
    }
}
