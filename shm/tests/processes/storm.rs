//! Many processes doing everything at once, killed and stopped at random for a while.
//!
//! ```text
//! parent ── starts 10 workers, kills or stops one every few milliseconds, starts another
//!   │
//!   └── board: a shared file with a stop flag, counters, signs of life, and the keys that
//!       workers share with each other: see [`board`]
//! ```
//!
//! Workers (see [`worker`]) compare every byte when they resolve an object and again before they
//! drop the view. The first that sees anything that must not be says so and stops the storm.
//!
//! `WHARF_STORM_SECONDS` says how long (15 by default), `WHARF_STORM_SEED` repeats a storm's
//! dice, though not the kernel's.

mod board;
pub(crate) mod dice;
pub(crate) mod worker;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use wharf_shm::{ArenaStat, State, Sweep};

use crate::place::Place;
use crate::{Outcome, test};
use board::{Board, Count};
use dice::Dice;

pub(crate) fn tests() -> Vec<Trial> {
    vec![test("storm::leaves_nothing_wrong_and_nothing_behind", storm)]
}

const WORKERS: usize = 10;
/// A worker that does nothing for so long hangs.
const PATIENCE: Duration = Duration::from_secs(20);

fn storm() -> Outcome {
    let seconds = number_from("WHARF_STORM_SECONDS").unwrap_or(15);
    let seed = number_from("WHARF_STORM_SEED").unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(1, |now| now.as_nanos() as u64 % 1_000_000_000)
    });
    println!("storm: {seconds} s, {WORKERS} workers, WHARF_STORM_SEED={seed}");
    let place = Place::new();
    let mut storm = Storm::begin(&place, seed)?;
    let outcome = storm.rage(Duration::from_secs(seconds));
    let outcome = outcome.and_then(|()| storm.calm_down());
    outcome.map_err(|error| format!("storm with seed {seed}: {error}"))?;
    println!("storm: {}", storm.board.summary());
    storm.did_something(seconds)?;
    only_what_has_node_scope_is_left(&place)?;
    place.assert_empty_after_sweep();
    Ok(())
}

fn number_from(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}

struct Storm<'a> {
    place: &'a Place,
    board: Board,
    seed: u64,
    dice: Dice,
    started: u64,
    workers: Vec<Worker>,
}

/// A worker as its parent sees it.
struct Worker {
    child: Child,
    seed: u64,
    /// Signs of life of its threads, and when they last changed.
    signs: [u64; worker::THREADS],
    changed: Instant,
}

impl<'a> Storm<'a> {
    fn begin(place: &'a Place, seed: u64) -> std::io::Result<Self> {
        let path = place.path().with_extension("board");
        let board = Board::create(&path)?;
        let dice = Dice::new(seed);
        let mut storm = Self { place, board, seed, dice, started: 0, workers: Vec::new() };
        for number in 0..WORKERS {
            let worker = storm.start(number)?;
            storm.workers.push(worker);
        }
        Ok(storm)
    }

    fn start(&mut self, number: usize) -> std::io::Result<Worker> {
        self.started += 1;
        let seed = crate::pattern::mix(self.seed, self.started);
        let child = Command::new(std::env::current_exe()?)
            .env("WHARF_TEST_ROLE", "storm")
            .env("WHARF_SHM_DIR", self.place.path())
            .env("WHARF_STORM_BOARD", self.board.path())
            .env("WHARF_STORM_WORKER", format!("{number} {} {seed}", self.started))
            .stdin(Stdio::null())
            .spawn()?;
        let signs = self.board.signs(number);
        Ok(Worker { child, seed, signs, changed: Instant::now() })
    }

    fn rage(&mut self, time: Duration) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < time {
            std::thread::sleep(Duration::from_millis(self.dice.below(60)));
            let number = self.dice.below(WORKERS as u64) as usize;
            if self.dice.one_in(6) {
                self.signal(number, libc::SIGSTOP);
                std::thread::sleep(Duration::from_millis(self.dice.below(40)));
                self.signal(number, libc::SIGCONT);
            } else {
                self.replace(number)?;
            }
            self.look_after()?;
        }
        Ok(())
    }

    fn replace(&mut self, number: usize) -> Result<(), String> {
        let worker = &mut self.workers[number];
        // Had it ended by itself, that would be seen now.
        let ended = worker.child.try_wait().map_err(|error| error.to_string())?;
        if ended.is_none() {
            worker.child.kill().map_err(|error| error.to_string())?;
            worker.child.wait().map_err(|error| error.to_string())?;
            self.board.count(Count::Kill);
            self.workers[number] = self.start(number).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn signal(&self, number: usize, signal: libc::c_int) {
        let pid = self.workers[number].child.id() as libc::pid_t;
        // SAFETY: a signal to this test's own child, which has not been waited for.
        unsafe { libc::kill(pid, signal) };
    }

    /// Nobody has ended by itself, and nobody hangs.
    fn look_after(&mut self) -> Result<(), String> {
        for (number, worker) in self.workers.iter_mut().enumerate() {
            if let Some(status) = worker.child.try_wait().map_err(|error| error.to_string())? {
                let said = self.board.complaint().unwrap_or("it said nothing".into());
                return Err(format!("worker with seed {} ended, {status}: {said}", worker.seed));
            }
            let signs = self.board.signs(number);
            // Each thread for itself: one that hangs must not hide behind the other.
            let all_live = signs.iter().zip(&worker.signs).all(|(now, before)| now != before);
            if all_live {
                (worker.signs, worker.changed) = (signs, Instant::now());
            } else if worker.changed.elapsed() > PATIENCE {
                let what = self.board.last_acts(number);
                return Err(format!("worker with seed {} hangs in {what}", worker.seed));
            }
        }
        Ok(())
    }

    /// Lets all workers finish what they do, look at what they hold, and leave.
    fn calm_down(&mut self) -> Result<(), String> {
        self.board.stop();
        let start = Instant::now();
        for (number, worker) in self.workers.iter_mut().enumerate() {
            loop {
                match worker.child.try_wait().map_err(|error| error.to_string())? {
                    Some(status) if status.success() => break,
                    Some(status) => {
                        let said = self.board.complaint().unwrap_or("it said nothing".into());
                        let seed = worker.seed;
                        return Err(format!("worker with seed {seed} ended, {status}: {said}"));
                    }
                    None if start.elapsed() > PATIENCE => {
                        let what = self.board.last_acts(number);
                        return Err(format!("worker {} does not end, in {what}", worker.seed));
                    }
                    None => std::thread::sleep(Duration::from_millis(2)),
                }
            }
        }
        match self.board.complaint() {
            Some(complaint) => Err(complaint),
            None => Ok(()),
        }
    }

    /// A storm that did next to nothing proves nothing.
    fn did_something(&self, seconds: u64) -> Outcome {
        for (count, per_second) in board::LEAST {
            let (least, done) = (per_second * seconds / 10, self.board.counted(count));
            if done < least {
                return Err(format!("only {done} × {count:?}, at least {least} expected").into());
            }
        }
        Ok(())
    }
}

impl Drop for Storm<'_> {
    fn drop(&mut self) {
        for worker in &mut self.workers {
            let _ = worker.child.kill();
            let _ = worker.child.wait();
        }
    }
}

/// With all processes gone, memory is what the objects of node scope take.
fn only_what_has_node_scope_is_left(place: &Place) -> Outcome {
    let node = place.node()?;
    let report = node.sweep(Sweep::Dead)?;
    assert_eq!(report.failed, 0, "{report:?}");
    for arena in node.arenas()? {
        let allowed: u64 =
            arena.objects.iter().map(|object| allowance(object.state, object.extent)).sum();
        let sealed = arena.objects.iter().filter(|object| object.state == State::Sealed).count();
        let (id, reserved) = (arena.id, arena.reserved);
        assert!(!arena.owner_alive && sealed > 0, "{arena:?}");
        assert!(
            reserved <= allowed + table(&arena),
            "{id} has {reserved} bytes for {sealed} objects that take {allowed}, and a table"
        );
    }
    Ok(())
}

/// Pages that an object's bytes, or its message's, touch.
fn allowance(state: State, extent: Option<wharf_shm::Extent>) -> u64 {
    const PAGE: u64 = 4096;
    match (state, extent) {
        (State::Sealed, Some(extent)) => extent.len.next_multiple_of(PAGE) + PAGE,
        (State::Failed, _) => 2 * PAGE,
        _ => 0,
    }
}

/// The table grows by doubling.
fn table(arena: &ArenaStat) -> u64 {
    let last = arena.objects.iter().map(|object| u64::from(object.slot)).max().unwrap_or(0);
    (last + 1) * 64 * 2 + (64 << 10)
}
