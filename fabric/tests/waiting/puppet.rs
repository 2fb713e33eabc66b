//! A process that does what it is told, one line at a time.
//!
//! ```text
//! promise COUNT       → tickets      of so many objects; they are called by their numbers
//! seal NUMBER TEXT    → ok
//! fail NUMBER TEXT    → ok
//! seal-all            → ok           every one that is left, in no order, each with its number
//! wait WAYS TICKET…   → ok           starts a thread for each way of waiting, see [`Way`]
//! waited              → outcomes     of those threads, sorted, each with its count
//! ```

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use wharf::{Error, Fabric, Lifetime, Options, Promise, StoreOptions, Ticket, Wait};

use crate::executor::block_on;
use crate::place::Place;

pub(crate) const ROLE: &str = "WHARF_TEST_ROLE";

/// The test's end of a puppet's strings. Dropping it kills the process.
pub(crate) struct Puppet {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Puppet {
    pub(crate) fn start(place: &Place) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(ROLE, "puppet")
            .env("WHARF_SHM_DIR", place.directory())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut puppet = Self { child, input, output };
        assert_eq!(puppet.tell("hello"), "ok");
        puppet
    }

    /// Tells it to do something; its answer.
    #[track_caller]
    pub(crate) fn tell(&mut self, line: &str) -> String {
        self.begin(line);
        self.answer()
    }

    /// Tells it to do something; the answer is for later.
    pub(crate) fn begin(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }

    #[track_caller]
    pub(crate) fn answer(&mut self) -> String {
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        assert!(answer.ends_with('\n'), "the puppet ended: {:?}", self.child.wait());
        answer.trim_end().to_owned()
    }

    pub(crate) fn promise(&mut self, count: usize) -> Vec<Ticket> {
        let answer = self.tell(&format!("promise {count}"));
        answer.split(' ').map(|ticket| ticket.parse().unwrap()).collect()
    }

    pub(crate) fn signal(&self, signal: libc::c_int) {
        // SAFETY: a signal to this test's own child, which has not been waited for.
        unsafe { libc::kill(self.child.id() as libc::pid_t, signal) };
    }

    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Puppet {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A way to wait for the first of some objects, and to learn what became of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    Resolve,
    Wait,
    WaitAny,
    ResolveAsync,
    WaitAsync,
    WaitAnyAsync,
}

impl Way {
    pub(crate) const ALL: [Self; 6] = [
        Self::Resolve,
        Self::Wait,
        Self::WaitAny,
        Self::ResolveAsync,
        Self::WaitAsync,
        Self::WaitAnyAsync,
    ];

    /// The object's text, or the error's name.
    pub(crate) fn follow(self, fabric: &Fabric, tickets: &[Ticket], time: Duration) -> String {
        let first = &tickets[0];
        let waited = match self {
            Self::Resolve => return outcome(fabric.resolve(first, time)),
            Self::ResolveAsync => return outcome(block_on(fabric.resolve_async(first, time))),
            Self::Wait => fabric.wait(first, time).map(|()| 0),
            Self::WaitAsync => block_on(fabric.wait_async(first, time)).map(|()| 0),
            Self::WaitAny => fabric.wait_any(tickets, time),
            Self::WaitAnyAsync => block_on(fabric.wait_any_async(tickets, time)),
        };
        outcome(waited.and_then(|index| fabric.resolve(&tickets[index], Duration::ZERO)))
    }
}

pub(crate) fn outcome(outcome: Result<wharf::View, Error>) -> String {
    match outcome {
        Ok(view) => String::from_utf8_lossy(&view).into_owned(),
        Err(Error::Failed { message }) => format!("failed:{message}"),
        Err(error) => format!("{error:?}"),
    }
}

/// The puppet's side.
pub(crate) fn play() -> ExitCode {
    // Whoever starts puppets may be killed himself; nobody must be left behind.
    // SAFETY: asks for a signal, touches no memory.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    let fabric = Fabric::open(Options { wait: Some(Wait::Block), ..Options::default() }).unwrap();
    let store = fabric.store("puppet", StoreOptions::default()).unwrap();
    let once = store.with_lifetime(Lifetime::PROCESS.ending(wharf::End::Once));
    let mut promises: Vec<Option<Promise>> = Vec::new();
    let mut threads: Vec<JoinHandle<String>> = Vec::new();
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let words: Vec<_> = line.split(' ').collect();
        let answer = match *words {
            ["hello"] => "ok".into(),
            ["promise", count] => {
                let made: Vec<_> = (0..number(count)).map(|_| store.promise().unwrap()).collect();
                let tickets: Vec<_> = made.iter().map(|made| made.ticket().to_string()).collect();
                promises.extend(made.into_iter().map(Some));
                tickets.join(" ")
            }
            ["promise-once"] => {
                let made = once.promise().unwrap();
                let ticket = made.ticket().to_string();
                promises.push(Some(made));
                ticket
            }
            ["seal", which, text] => {
                let promise = promises[number(which)].take().unwrap();
                promise.put(text.as_bytes()).unwrap();
                "ok".into()
            }
            ["fail", which, text] => {
                promises[number(which)].take().unwrap().fail(text).unwrap();
                "ok".into()
            }
            ["seal-all"] => {
                let count = promises.len();
                // Three has no factor in common with the counts that are used.
                for which in (0..count).map(|n| n * 3 % count) {
                    let promise = promises[which].take().unwrap();
                    promise.put(which.to_string().as_bytes()).unwrap();
                }
                "ok".into()
            }
            ["wait", count, ref tickets @ ..] => {
                let tickets: Vec<Ticket> =
                    tickets.iter().map(|ticket| ticket.parse().unwrap()).collect();
                for way in Way::ALL.into_iter().cycle().take(number(count)) {
                    let (fabric, tickets) = (fabric.clone(), tickets.clone());
                    threads.push(std::thread::spawn(move || {
                        way.follow(&fabric, &tickets, Duration::from_secs(60))
                    }));
                }
                "ok".into()
            }
            ["waited"] => {
                let mut outcomes = BTreeMap::<String, usize>::new();
                for thread in threads.drain(..) {
                    *outcomes.entry(thread.join().unwrap()).or_default() += 1;
                }
                let each = outcomes.iter().map(|(outcome, count)| format!("{count}×{outcome}"));
                each.collect::<Vec<_>>().join(" ")
            }
            ref other => panic!("a puppet does not know how to {other:?}"),
        };
        println!("{answer}");
    }
    // As a program that simply returns from main, with everything open.
    std::process::exit(0);
}

fn number(text: &str) -> usize {
    text.parse().unwrap()
}
