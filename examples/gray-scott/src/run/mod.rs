//! `gray-scott run`: the demonstration.
//!
//! ```text
//!              its lines              the same lines
//!  simulate ─────────────▶ run ─┬─────────────────────▶ statistics ─▶ reports ─┐
//!                           ▲   └─────────────────────▶ frames ─────▶ reports ─┤
//!                           └──────────────────────────────────────────────────┘
//! ```
//!
//! * This process passes lines on, and never touches the fields. It remembers the lines, which are
//!   short: a follower that is started again gets those that the killed one has not reported on.
//! * The killed one stays away until the simulation has evicted some of the steps that it missed. It
//!   has to skip these, and says so.
//! * If another host can be made, a third follower is there, and fetches what the others read in place.
//! * Every wait is bounded, and every count is checked at the end.

mod follower;
mod outcome;
mod process;
mod stage;

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use self::follower::Follower;
pub(crate) use self::follower::{Record, Role, Tier};
pub(crate) use self::outcome::{Outcome, bytes, time};
use self::process::{Pipe, Process, listen};
use self::stage::Stage;
use crate::args::RunArgs;
use crate::words::{End, Word};
use crate::{frames, picture};

pub(crate) fn run(args: &RunArgs) -> Result<()> {
    let started = Instant::now();
    let frames = prepare(&args.out)?;
    let memory = tempfile::Builder::new()
        .prefix("wharf-demo-")
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir_in("/dev/shm")
        .context("cannot make a private directory in /dev/shm")?;
    say(&format!("in the private shared memory {}\n", memory.path().display()))?;
    let stage = Stage::new(args, memory.path());
    let mut play = Play::start(args, &stage, &frames)?;
    play.watch()?;
    let (end, followers) = play.finish()?;
    let outcome = Outcome {
        end,
        followers,
        left_out: stage.left_out().map(ToOwned::to_owned),
        bytes_sent: stage.bytes_sent()?,
        left_elsewhere: stage.left_elsewhere()?,
        frames: names_in(&frames)?.into_iter().filter(|name| frames::is_name(name)).collect(),
        left: names_in(memory.path())?,
        time: started.elapsed(),
    };
    let picture = args.out.join("gray-scott.png");
    picture::draw(&args.simulation, &outcome, &frames, &picture)?;
    let table = args.out.join("statistics.csv");
    fs::write(&table, outcome.csv())
        .with_context(|| format!("cannot write {}", table.display()))?;

    say(&format!("\n{outcome}"))?;
    say(&format!("{}\n{}\n{}/", picture.display(), table.display(), frames.display()))?;
    let faults = outcome.faults(args);
    ensure!(faults.is_empty(), "not everything is as it should be:\n  {}", faults.join("\n  "));
    Ok(())
}

/// The processes, and what has been heard of them.
struct Play<'a> {
    args: &'a RunArgs,
    stage: &'a Stage<'a>,
    events: Receiver<Event>,
    tell: Sender<Event>,
    simulation: Process,
    /// As long as this has not been joined, the simulation has a reader, and keeps its last steps.
    reader: JoinHandle<Pipe>,
    followers: Vec<Follower>,
    /// The lines of all steps so far, by their number, and that of the end.
    lines: Vec<String>,
    end: Option<End>,
    interrupted: Arc<AtomicBool>,
}

/// A line, or the end of a process's lines.
enum Event {
    Simulation(Option<String>),
    Follower(usize, Option<String>),
}

impl<'a> Play<'a> {
    fn start(args: &'a RunArgs, stage: &'a Stage<'a>, frames: &Path) -> Result<Self> {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&interrupted))?;
        }
        let (tell, events) = channel();
        let mut command = stage.simulation()?;
        command.args(args.simulation.words());
        let (simulation, pipe) = Process::start("simulate", command)?;
        say(&format!("simulate    started as process {}", simulation.id()))?;
        let to_us = tell.clone();
        let reader = listen(pipe, move |line| {
            let is_step =
                line.as_deref().is_some_and(|line| matches!(parse(line), Ok(Word::Step(_))));
            to_us.send(Event::Simulation(line)).is_ok() && is_step
        });
        let followers = followers(args, stage, frames);
        let (lines, end) = (Vec::new(), None);
        let mut play = Self {
            args,
            stage,
            events,
            tell,
            simulation,
            reader,
            followers,
            lines,
            end,
            interrupted,
        };
        (0..play.followers.len()).try_for_each(|index| play.start_follower(index))?;
        Ok(play)
    }

    fn start_follower(&mut self, index: usize) -> Result<()> {
        let command = self.stage.follower(self.followers[index].role());
        let pipe = self.followers[index].start(command, &self.lines)?;
        let tell = self.tell.clone();
        listen(pipe, move |line| tell.send(Event::Follower(index, line)).is_ok());
        Ok(())
    }

    /// Does what is to be done until all followers have come to the end.
    fn watch(&mut self) -> Result<()> {
        while !self.followers.iter().all(Follower::has_ended) {
            match self.next_event()? {
                Event::Simulation(Some(line)) => self.pass_on(line)?,
                Event::Simulation(None) => {
                    bail!("the simulation ended too early: {}", self.simulation.wait()?)
                }
                Event::Follower(index, Some(line)) => self.followers[index].hear(&line)?,
                Event::Follower(index, None) => {
                    let closed = self.followers[index].closed();
                    closed.or_else(|error| self.blame(error))?;
                }
            }
            // Once there is nothing more to miss, it is time as well.
            let evicted = self.lines.len().saturating_sub(self.args.simulation.keep as usize);
            let evicted = if self.end.is_some() { usize::MAX } else { evicted };
            for index in 0..self.followers.len() {
                if self.followers[index].is_due(evicted) {
                    self.start_follower(index)?;
                }
            }
        }
        Ok(())
    }

    /// A follower's failure. Where the simulation died, that is why: who is elsewhere may have noticed
    /// first.
    fn blame(&mut self, error: anyhow::Error) -> Result<()> {
        match self.simulation.ended()? {
            Some(status) if !status.success() => {
                Err(error.context(format!("the simulation ended too early: {status}")))
            }
            _ => Err(error),
        }
    }

    /// The next event, if there is one before everybody's patience is at its end.
    fn next_event(&self) -> Result<Event> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            ensure!(!self.interrupted.load(Ordering::Relaxed), "interrupted");
            match self.events.recv_timeout(Duration::from_millis(100)) {
                Err(RecvTimeoutError::Timeout) => {}
                event => return Ok(event?),
            }
        }
        bail!("nothing was heard of any process for {} s", PATIENCE.as_secs())
    }

    fn pass_on(&mut self, line: String) -> Result<()> {
        match parse(&line).with_context(|| format!("the simulation says: {line}"))? {
            Word::Step(step) => {
                let expected = self.lines.len() as u64;
                ensure!(step.step == expected, "step {} came instead of {expected}", step.step);
            }
            Word::End(end) => self.end = Some(end),
        }
        for follower in &self.followers {
            follower.send(self.lines.len(), &line);
        }
        self.lines.push(line);
        Ok(())
    }

    /// Lets the simulation end, now that nobody needs its last steps any more.
    fn finish(mut self) -> Result<(End, Vec<Record>)> {
        let end = self.end.context("the simulation has not come to its end")?;
        drop(self.reader.join());
        let status = self.simulation.wait()?;
        ensure!(status.success(), "the simulation ended with {status}");
        Ok((end, self.followers.into_iter().map(|follower| follower.record).collect()))
    }
}

/// Those who will follow, none of them started.
fn followers(args: &RunArgs, stage: &Stage<'_>, frames: &Path) -> Vec<Follower> {
    let copy: &[&str] = if args.simulation.copy { &["--copy"] } else { &[] };
    let out = frames.to_string_lossy();
    let to_frames = [&["--out", &out], copy].concat();
    let mut roles = vec![(Role::Statistics, copy), (Role::Frames, &to_frames)];
    if stage.left_out().is_none() {
        roles.push((Role::Elsewhere, copy));
    }
    let follower = |(role, words): (Role, &[&str])| {
        Follower::new(role, words, args.simulation.steps, args.kill.is(role))
    };
    roles.into_iter().map(follower).collect()
}

fn parse(line: &str) -> serde_json::Result<Word> {
    serde_json::from_str(line)
}

/// Makes the folders, and takes away an earlier demonstration's frames.
fn prepare(out: &Path) -> Result<PathBuf> {
    let folder = out.join("frames");
    let preparing = || format!("cannot prepare {}", folder.display());
    fs::create_dir_all(&folder).with_context(preparing)?;
    for name in names_in(&folder)? {
        if frames::is_name(&name) || name == frames::UNFINISHED {
            fs::remove_file(folder.join(name)).with_context(preparing)?;
        }
    }
    Ok(folder)
}

fn names_in(folder: &Path) -> Result<Vec<String>> {
    let listing = || format!("cannot list {}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(listing)? {
        names.push(entry.with_context(listing)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Prints a line. Where nobody reads it any more, the demonstration ends.
fn say(line: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot write to standard output")
}

/// How long all processes may be silent: far longer than the largest step takes.
const PATIENCE: Duration = Duration::from_secs(120);
