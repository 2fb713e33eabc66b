//! `gray-scott simulate`: computes, and shares a state every so many iterations.
//!
//! ```text
//!  shared step i ──▶ buffer ──▶ buffer ──▶ … ──▶ shared step i+1
//!  (a view of it)    the program's own            (a block, then sealed)
//! ```
//!
//! The first kernel of a step reads the last shared state where it lies, and the last kernel writes the
//! next one where others will read it. No byte is moved for the sake of sharing.
//!
//! Only the last few steps are kept. The simulation waits for nobody: a follower that is too slow
//! finds a step evicted, and goes on with the next.

use std::collections::VecDeque;
use std::io::Stdout;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wharf::{Deadline, Fabric, Store, StoreOptions, Ticket, View, bytemuck};

use crate::args::SimulationArgs;
use crate::model::Model;
use crate::words::{End, Step, Word, say};

pub(crate) fn simulate(args: &SimulationArgs) -> Result<()> {
    let model = args.model();
    let mut out = std::io::stdout();
    let mut shared = Shared::open(args, &model)?;
    let mut buffers = [vec![0.0; model.len()], vec![0.0; model.len()]];

    let (step, mut last) = shared.step(0, |into| model.start(args.seed, into))?;
    say(&mut out, &Word::Step(step))?;
    for number in 1..=args.steps {
        let (step, view) = shared.step(number * args.iterations, |into| {
            run(&model, args.iterations, &last, &mut buffers, into);
        })?;
        say(&mut out, &Word::Step(step))?;
        last = view;
    }
    say(&mut out, &Word::End(shared.end()?))?;
    // What is shared ends with this process: it stays as long as somebody may want to look.
    wait_for_readers(&out)
}

/// So many iterations from one state to another, by way of two buffers.
fn run(
    model: &Model,
    iterations: u64,
    from: &[f64],
    buffers: &mut [Vec<f64>; 2],
    into: &mut [f64],
) {
    let [here, there] = buffers;
    if iterations == 1 {
        return model.advance(from, into);
    }
    model.advance(from, here);
    for _ in 2..iterations {
        model.advance(here, there);
        std::mem::swap(here, there);
    }
    model.advance(here, into);
}

/// The steps that are shared, the last few of them alive.
struct Shared {
    fabric: Fabric,
    store: Store,
    alive: VecDeque<Ticket>,
    keep: usize,
    /// For `--copy`: where a state is computed before it is copied.
    own: Option<Vec<f64>>,
    shape: [usize; 3],
    /// Shared so far.
    steps: u64,
}

impl Shared {
    fn open(args: &SimulationArgs, model: &Model) -> Result<Self> {
        let fabric = Fabric::new()?;
        let store = fabric.store("gray-scott", StoreOptions::default())?;
        Ok(Self {
            fabric,
            store,
            alive: VecDeque::new(),
            keep: args.keep as usize,
            own: args.copy.then(|| vec![0.0; model.len()]),
            shape: [2, model.n, model.n],
            steps: 0,
        })
    }

    /// Shares what `write` writes; evicts the oldest step if there are too many.
    fn step(
        &mut self,
        iteration: u64,
        write: impl FnOnce(&mut [f64]),
    ) -> Result<(Step, View<f64>)> {
        let ticket = match &mut self.own {
            None => {
                let mut block = self.store.alloc_array::<f64>(self.shape)?;
                write(&mut block);
                block.seal()?
            }
            Some(own) => {
                write(own);
                self.store.put_array(own, self.shape)?
            }
        };
        self.alive.push_back(ticket.clone());
        if self.alive.len() > self.keep
            && let Some(oldest) = self.alive.pop_front()
        {
            self.store.evict(&oldest)?;
        }
        // This process reads its own object as any other does.
        let view = self.fabric.get::<[f64]>(&ticket, Deadline::NOW)?;
        let step = Step {
            step: self.steps,
            iteration,
            ticket,
            crc: crc32fast::hash(bytemuck::cast_slice(&view)),
        };
        self.steps += 1;
        Ok((step, view))
    }

    /// What the library counted of all that was shared.
    fn end(&self) -> Result<End> {
        let counted = self.store.counters()?;
        Ok(End {
            steps: self.steps,
            bytes_shared: counted.bytes_put,
            bytes_copied: counted.bytes_copied,
            evicted: counted.evicted,
        })
    }
}

/// Waits until the other end of the pipe is closed; a file or a terminal has none.
fn wait_for_readers(out: &Stdout) -> Result<()> {
    let is_pipe = rustix::fs::FileType::from_raw_mode(rustix::fs::fstat(out)?.st_mode)
        == rustix::fs::FileType::Fifo;
    if !is_pipe {
        eprintln!("gray-scott: standard output is no pipe: what was shared ends here");
        return Ok(());
    }
    let second = Timespec { tv_sec: 1, tv_nsec: 0 };
    let deadline = Instant::now() + LINGER;
    while Instant::now() < deadline {
        // No event is asked for: that the reader has gone is said unasked.
        let mut pipe = [PollFd::new(out, PollFlags::empty())];
        match poll(&mut pipe, Some(&second)) {
            Err(rustix::io::Errno::INTR) => {}
            outcome => drop(outcome.context("cannot wait for the readers")?),
        }
        if pipe[0].revents().contains(PollFlags::ERR) {
            return Ok(());
        }
    }
    eprintln!("gray-scott: gave up waiting for the readers after {} s", LINGER.as_secs());
    Ok(())
}

const LINGER: Duration = Duration::from_secs(60);
