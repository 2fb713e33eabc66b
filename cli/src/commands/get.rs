//! `wharf get`: an object's bytes, to standard output or into a file.
//!
//! ```text
//! on this node           view ──────────────────────────────────────────► output
//! on another, small      fetched into this node's memory: view ─────────► output
//! on another, to a file  two at a time: a part is fetched, written down ► .FILE.wharf-part ─► FILE
//! on another, to a pipe  part by part, the next while one is written ───► output
//! ```

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use wharf::{Deadline, Error, Fabric, MemoryError, Ticket, View};

use crate::args::Get;
use crate::output_file::Output;
use crate::part_file::PartFile;
use crate::progress::{Progress, deadlines, patiently};
use crate::session::Session;
use crate::tickets;

pub(crate) fn run(session: &Session, args: &Get) -> anyhow::Result<()> {
    let given = tickets::one(&args.ticket)?;
    let (for_names, deadline) = deadlines(args.timeout);
    let fabric = match given.is_name() {
        true => session.open_by(for_names)?,
        false => session.open_for(&given)?,
    };
    let ticket = given.find(&fabric, session.voice, for_names)?;
    // Before the resolve: an object that is delivered once must not be lost to a mistyped path.
    let output = Output::open(&args.output)?;
    let get = Fetch { session, args, fabric: &fabric, ticket: &ticket, deadline };
    let view = match fabric.is_elsewhere(&ticket) {
        true => match get.far(&output)? {
            Some(view) => view,
            None => return Ok(()),
        },
        false => get.near()?,
    };
    let mut progress = get.progress("from memory", Some(view.len() as u64));
    output.write(&view, &mut progress)
}

/// What was asked for.
struct Fetch<'a> {
    session: &'a Session,
    args: &'a Get,
    fabric: &'a Fabric,
    ticket: &'a Ticket,
    deadline: Deadline,
}

impl Fetch<'_> {
    fn near(&self) -> anyhow::Result<View> {
        let resolve = |deadline| self.fabric.resolve(self.ticket, deadline);
        let voice = self.session.voice;
        let resolve = || patiently(voice, "the producer", self.deadline, resolve);
        tickets::with(self.fabric, self.ticket, resolve)
    }

    /// From another node; `None` if it is in its file already.
    fn far(&self, output: &Output) -> anyhow::Result<Option<View>> {
        let ask = |deadline| self.fabric.size(self.ticket, deadline);
        let total = match self.ticket.size() {
            Some(total) => total,
            None => patiently(self.session.voice, "the producer", self.deadline, ask)?,
        };
        if total > PART && output.is_stream() {
            match self.pour(output, total) {
                Err(error) if is_only_whole(&error) => {}
                poured => return poured.map(|()| None),
            }
        }
        if total > PART
            && let Some((path, permissions)) = output.place()
        {
            let part = PartFile::open(path, permissions, self.ticket, total);
            let part = part.with_context(|| self.cannot_write())?;
            match self.by_parts(&part, total) {
                Ok(()) => {
                    part.finish().with_context(|| self.cannot_write())?;
                    return Ok(None);
                }
                Err(error) if is_only_whole(&error) => drop(part.interrupted()),
                Err(error) => match part.interrupted() {
                    Some(advice) => return Err(error.context(advice)),
                    None => return Err(error),
                },
            }
        }
        let mut progress = self.progress("by tcp", self.ticket.size());
        let resolve = || self.fabric.resolve(self.ticket, self.deadline);
        match progress.watch(|| self.received(), resolve) {
            Err(error @ Error::Memory(MemoryError::TooLarge { .. } | MemoryError::Full { .. })) => {
                Err(error).context("it finds no room in this node's memory (WHARF_REPLICAS limits it): get it with -o FILE")
            }
            outcome => Ok(Some(outcome?)),
        }
    }

    /// Part by part, in their order.
    fn pour(&self, output: &Output, total: u64) -> anyhow::Result<()> {
        let (give, take) = mpsc::sync_channel(1);
        let bring = move || {
            for at in (0..total).step_by(PART as usize) {
                let mut bytes = vec![0; usize::try_from(PART.min(total - at))?];
                self.fabric.read_at(self.ticket, at, &mut bytes, self.deadline)?;
                if give.send(bytes).is_err() {
                    break; // nobody wants more
                }
            }
            Ok(())
        };
        let both = || {
            thread::scope(|scope| {
                let bring = scope.spawn(bring);
                for bytes in take {
                    if !output.pour(&bytes).with_context(|| self.cannot_write())? {
                        break;
                    }
                }
                bring.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
        };
        let mut progress = self.progress("by tcp", Some(total));
        progress.watch(|| self.received(), both)
    }

    /// What comes while a part is written down is the next.
    fn by_parts(&self, part: &PartFile, total: u64) -> anyhow::Result<()> {
        let done = part.done();
        let next = AtomicU64::new(done);
        let bring = || {
            let mut len = FIRST;
            loop {
                // Relaxed: each takes a part of its own, and nothing else hangs on it.
                let at = next.fetch_add(len, Ordering::Relaxed);
                if at >= total {
                    return Ok(());
                }
                let begun = Instant::now();
                let brought = self.bring(part, at, len.min(total - at));
                if brought.is_err() {
                    next.store(total, Ordering::Relaxed);
                    return brought;
                }
                len = match begun.elapsed() {
                    took if took < QUICK => PART.min(len * 2),
                    took if took > SLOW => FIRST.max(len / 2),
                    _ => len,
                };
            }
        };
        let both = || {
            thread::scope(|scope| {
                let other = scope.spawn(bring);
                let own = bring();
                let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                own.and(other)
            })
        };
        let mut progress = self.progress("by tcp", Some(total));
        progress.watch(|| done + self.received(), both)
    }

    fn bring(&self, part: &PartFile, at: u64, len: u64) -> anyhow::Result<()> {
        let mut bytes = vec![0; usize::try_from(len)?];
        self.fabric.read_at(self.ticket, at, &mut bytes, self.deadline)?;
        part.write(at, &bytes).with_context(|| self.cannot_write())
    }

    fn received(&self) -> u64 {
        self.fabric.remote_counters().bytes_received
    }

    fn progress(&self, how: &str, total: Option<u64>) -> Progress {
        let name = format!("{} {how}", self.args.output.display());
        Progress::new(self.session.voice, &name, total)
    }

    fn cannot_write(&self) -> String {
        format!("cannot write {}", self.args.output.display())
    }
}

fn is_only_whole(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(Error::OnlyWhole))
}

/// As much is fetched at once, and no less is worth a file of its own.
const PART: u64 = 32 << 20;
/// What comes first, and by a slow way: an interruption costs what has come of a part.
const FIRST: u64 = 2 << 20;
/// How long a part may take to be followed by a larger one, and by one as large.
const QUICK: Duration = Duration::from_millis(250);
const SLOW: Duration = Duration::from_secs(1);
