//! A process that does what it is told, one line at a time.
//!
//! ```text
//! put LEN SEED LIFE            → key          LIFE: process, node, once, or a lease in ms: lease=500,
//!                                             or a scope and an end: node+once
//! alloc LEN SEED LIFE          → key          a pending block, filled with the pattern
//! seal | fail MESSAGE          → ok           the last block
//! resolve LEN SEED KEY MS      → ok           compares the bytes, and holds the view
//! start LEN SEED KEY MS        → ok           the same in a thread of its own; `join` has its answer
//! join                         → ok           of the last started
//! check                        → ok           compares all views that are held
//! drop | evict KEY | close     → ok
//! peek KEY OFFSET              → number       the eight bytes there
//! address KEY                  → number       where its bytes lie
//! everything KEY…              → ok           every call there is, whatever each gives
//! node                         → id
//! close-descriptors            → ok           all but the first three
//! ```
//!
//! There are more in [`acts`](crate::acts), [`network`](crate::network::acts) and
//! [`exposed`](crate::exposed::acts). An answer is one line; an error is `err` and the error's name and text. At the end of its input
//! the process exits without closing anything.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use wharf_shm::{
    Arena, ArenaId, ArenaOptions, Block, Capability, Deadline, End, Exposed, Lifetime, Node,
    NodeOptions, ObjectKey, Placement, Promise, Scope, View, Wait,
};

use crate::exposed::acts::Memory;
use crate::pattern;
use crate::place::Place;

/// No answer takes longer than this.
const PATIENCE: Duration = Duration::from_secs(30);

/// The test's end of a puppet's strings. Dropping it kills the process.
pub(crate) struct Puppet {
    child: Child,
    input: Option<ChildStdin>,
    answers: Receiver<String>,
    /// What it has said on its standard error.
    #[cfg_attr(not(feature = "fail-points"), allow(dead_code))]
    said: Arc<Mutex<Vec<String>>>,
}

impl Puppet {
    /// Starts a puppet on a test's directory, and waits until it has joined the node: it sweeps then,
    /// and would be taken for somebody that notices what happens later.
    #[track_caller]
    pub(crate) fn start(place: &Place) -> Self {
        let mut puppet = Self::start_with(place, &[]);
        puppet.must("check");
        puppet
    }

    /// Starts a puppet with environment variables, a fail point for instance, and waits for nothing.
    pub(crate) fn start_with(place: &Place, variables: &[(&str, &str)]) -> Self {
        let program = std::env::current_exe().expect("this program has a path");
        let mut child = Command::new(program)
            .env("WHARF_TEST_ROLE", "puppet")
            .env("WHARF_SHM_DIR", place.path())
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a puppet starts");
        let output = child.stdout.take().expect("piped");
        let (send, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        let said = hear(child.stderr.take().expect("piped"));
        let input = child.stdin.take();
        Self { child, input, answers, said }
    }

    /// Tells it to do something; the answer, or `None` if it ended instead.
    pub(crate) fn try_tell(&mut self, line: &str) -> Option<String> {
        self.begin(line);
        self.answer(line)
    }

    /// Tells it to do something; [`answer`](Self::answer) has what comes of it.
    pub(crate) fn begin(&mut self, line: &str) {
        if let Some(input) = &mut self.input {
            // It may have ended already: then there is no answer either.
            let _ = writeln!(input, "{line}").and_then(|()| input.flush());
        }
    }

    /// The answer to a line, or `None` if it ended instead.
    pub(crate) fn answer(&mut self, line: &str) -> Option<String> {
        match self.answers.recv_timeout(PATIENCE) {
            Ok(answer) => Some(answer),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => None,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                panic!("a puppet hangs: {line}")
            }
        }
    }

    /// Tells it to do something that it must be able to answer.
    #[track_caller]
    pub(crate) fn tell(&mut self, line: &str) -> String {
        let answer = self.try_tell(line);
        answer.unwrap_or_else(|| panic!("the puppet ended, {}: {line}", self.wait()))
    }

    /// Tells it to do something that must succeed.
    #[track_caller]
    pub(crate) fn must(&mut self, line: &str) -> String {
        let answer = self.tell(line);
        assert!(!answer.starts_with("err "), "{line}: {answer}");
        answer
    }

    /// Whether it says this line on its standard error, at the latest in a moment.
    #[cfg_attr(not(feature = "fail-points"), allow(dead_code))]
    pub(crate) fn says(&self, line: &str) -> bool {
        let start = Instant::now();
        loop {
            let said = self.said.lock().expect("no panic").iter().any(|said| said == line);
            if said || start.elapsed() > Duration::from_secs(5) {
                return said;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: libc::c_int) {
        // SAFETY: a signal to this test's own child, which has not been waited for.
        unsafe { libc::kill(self.child.id() as libc::pid_t, signal) };
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it where it stands, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Lets it exit without closing anything; how it ended.
    pub(crate) fn finish(&mut self) -> ExitStatus {
        self.input = None;
        self.wait()
    }

    /// Waits until it has ended by itself.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "a puppet does not end");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Puppet {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Collects what a puppet says, and passes it on.
fn hear(from: std::process::ChildStderr) -> Arc<Mutex<Vec<String>>> {
    let said = Arc::new(Mutex::new(Vec::new()));
    let hearing = said.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if !line.starts_with("fail point ") && !line.starts_with("stop point ") {
                eprintln!("{line}");
            }
            hearing.lock().expect("no panic").push(line);
        }
    });
    said
}

/// A key as one word.
pub(crate) fn key_text(key: &ObjectKey) -> String {
    let capability = u128::from_be_bytes(*key.capability.as_bytes());
    format!("{}:{}:{}:{capability:032x}", key.arena, key.slot, key.generation)
}

/// A key from its word.
pub(crate) fn parse_key(text: &str) -> ObjectKey {
    let parts: Vec<_> = text.trim().split(':').collect();
    let hex = |text| u128::from_str_radix(text, 16).expect("hexadecimal").to_be_bytes();
    ObjectKey {
        arena: ArenaId::from_bytes(hex(parts[0])),
        slot: parts[1].parse().expect("a number"),
        generation: parts[2].parse().expect("a number"),
        capability: Capability::from_bytes(hex(parts[3])),
    }
}

/// The puppet's side.
pub(crate) fn play(role: &str) -> ExitCode {
    assert_eq!(role, "puppet");
    // Whoever starts puppets may be killed himself; nobody must be left behind.
    // SAFETY: asks for a signal, touches no memory.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    if std::env::var_os("WHARF_TEST_PID_NAMESPACE").is_some() {
        crate::exposed::powers::enter_pid_namespace();
    }
    if let Some(gate) = std::env::var_os("WHARF_TEST_GATE") {
        while !std::path::Path::new(&gate).exists() {
            std::thread::yield_now();
        }
    }
    let mut stage = match Stage::open() {
        Ok(stage) => stage,
        Err(error) => {
            println!("{}", error_text(&error));
            return ExitCode::FAILURE;
        }
    };
    for line in std::io::stdin().lines().map_while(Result::ok) {
        if line == "leave" {
            drop(stage);
            println!("ok");
            break;
        }
        let words: Vec<_> = line.split(' ').collect();
        let answer = stage.act(&words).unwrap_or_else(|error| error_text(&error));
        println!("{answer}");
    }
    // As a program that simply returns from main, with everything open.
    std::process::exit(0);
}

/// `err`, the variant's name, and what it says.
pub(crate) fn error_text(error: &wharf_shm::Error) -> String {
    let name = format!("{error:?}");
    let name = name.split([' ', '{', '(']).next().unwrap_or_default();
    format!("err {name} {}", error.to_string().replace('\n', " "))
}

pub(crate) struct Stage {
    pub(crate) node: Node,
    pub(crate) arena: Option<Arena>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) promises: Vec<Promise>,
    pub(crate) views: Vec<(View, u64)>,
    pub(crate) exposed: Vec<(Exposed, Memory)>,
    pub(crate) network: crate::network::acts::Held,
    threads: Vec<JoinHandle<wharf_shm::Result<(View, u64)>>>,
    pub(crate) waits: HashMap<String, JoinHandle<wharf_shm::Result<(View, u64)>>>,
    pub(crate) any_waits: HashMap<String, JoinHandle<wharf_shm::Result<usize>>>,
}

impl Stage {
    fn open() -> wharf_shm::Result<Self> {
        let node = Node::open(&NodeOptions::default())?;
        let capacity = std::env::var("WHARF_TEST_CAPACITY").ok().map(|text| number(&text));
        let huge_pages = std::env::var_os("WHARF_TEST_HUGE_PAGES").is_some();
        let arena = node.create_arena(&ArenaOptions {
            name: "puppet".into(),
            capacity,
            placement: Placement { huge_pages, ..Default::default() },
            ..Default::default()
        })?;
        let (blocks, promises, views, exposed, threads, waits, any_waits) = Default::default();
        let arena = Some(arena);
        let network = Default::default();
        Ok(Self {
            node,
            arena,
            blocks,
            promises,
            views,
            exposed,
            network,
            threads,
            waits,
            any_waits,
        })
    }

    pub(crate) fn arena(&self) -> &Arena {
        self.arena.as_ref().expect("open")
    }

    fn act(&mut self, words: &[&str]) -> wharf_shm::Result<String> {
        let arena = self.arena.as_ref();
        match *words {
            ["put", len, seed, life] => {
                let mut block = arena.expect("open").alloc(number(len), 1, lifetime(life))?;
                pattern::fill(&mut block, number(seed));
                Ok(key_text(&block.seal()?.key))
            }
            ["alloc", len, seed, life] => {
                let mut block = arena.expect("open").alloc(number(len), 1, lifetime(life))?;
                pattern::fill(&mut block, number(seed));
                let key = key_text(&block.key());
                self.blocks.push(block);
                Ok(key)
            }
            ["seal"] => self.blocks.pop().expect("a block").seal().map(|_| "ok".into()),
            ["fail", ref message @ ..] => {
                self.blocks.pop().expect("a block").fail(&message.join(" ")).map(|()| "ok".into())
            }
            ["resolve", len, seed, key, ms] => {
                let (len, seed, ms) = (number(len), number(seed), number(ms));
                let held = resolve(&self.node, len, seed, key, ms, Wait::Adaptive)?;
                self.views.push(held);
                Ok("ok".into())
            }
            ["start", len, seed, key, ms] => {
                let (node, key) = (self.node.clone(), key.to_owned());
                let (len, seed, ms) = (number(len), number(seed), number(ms));
                self.threads.push(std::thread::spawn(move || {
                    resolve(&node, len, seed, &key, ms, Wait::Adaptive)
                }));
                Ok("ok".into())
            }
            ["join"] => {
                let thread = self.threads.pop().expect("started");
                self.views.push(thread.join().expect("no panic")?);
                Ok("ok".into())
            }
            ["check"] => {
                self.views.iter().for_each(|(view, seed)| compare(view, *seed));
                Ok("ok".into())
            }
            ["drop"] => {
                self.views.clear();
                Ok("ok".into())
            }
            ["peek", key, offset] => {
                let view = self.node.resolve(&parse_key(key), Deadline::NOW, Wait::Block)?;
                let at = number(offset) as usize;
                let bytes = view[at..at + 8].try_into().expect("eight bytes");
                Ok(u64::from_le_bytes(bytes).to_string())
            }
            ["address", key] => {
                let view = self.node.resolve(&parse_key(key), Deadline::NOW, Wait::Block)?;
                Ok((view.as_ptr() as usize).to_string())
            }
            ["everything", ref keys @ ..] => {
                let keys: Vec<_> = keys.iter().map(|key| parse_key(key)).collect();
                crate::hostile::everything(&self.node, arena, &keys);
                Ok("ok".into())
            }
            ["node"] => Ok(self.node.id().to_string()),
            ["evict", key] => self.node.evict(&parse_key(key)).map(|()| "ok".into()),
            ["close"] => {
                let arena = self.arena.take().expect("open");
                arena.close().map(|()| "ok".into())
            }
            ["close-descriptors"] => {
                // SAFETY: this program uses no descriptor beyond the first three.
                unsafe { libc::syscall(libc::SYS_close_range, 3, u32::MAX, 0) };
                Ok("ok".into())
            }
            _ => self.act_further(words),
        }
    }
}

pub(crate) fn resolve(
    node: &Node,
    len: u64,
    seed: u64,
    key: &str,
    ms: u64,
    wait: Wait,
) -> wharf_shm::Result<(View, u64)> {
    let deadline = Deadline::after(Duration::from_millis(ms));
    let view = node.resolve(&parse_key(key), deadline, wait)?;
    assert_eq!(view.len() as u64, len, "a view of the wrong length");
    compare(&view, seed);
    Ok((view, seed))
}

pub(crate) fn compare(view: &View, seed: u64) {
    if let Some(word) = pattern::first_difference(view, seed) {
        // The test must see this even though only this process knows of it.
        println!("torn: word {word} of {} bytes", view.len());
        std::process::abort();
    }
}

pub(crate) fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| panic!("not a number: {text}"))
}

pub(crate) fn lifetime(text: &str) -> Lifetime {
    text.split('+').fold(Lifetime::default(), |life, word| match word.split_once('=') {
        Some(("lease", ms)) => life.ending(End::Lease(Duration::from_millis(number(ms)))),
        _ => match word {
            "process" => Lifetime { scope: Scope::Process, ..life },
            "node" => Lifetime { scope: Scope::Node, ..life },
            "once" => life.ending(End::Once),
            other => panic!("no such lifetime: {other}"),
        },
    })
}
