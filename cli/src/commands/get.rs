//! `wharf get`: an object's bytes, to standard output or into a file.
//!
//! ```text
//! on this node           view ──────────────────────────────────────────► output
//! on another, small      fetched into this node's memory: view ─────────► output
//! on another, to a file  two at a time: a part is fetched, written down ► .FILE.wharf-part ─► FILE
//! on another, to a pipe  part by part, the next while one is written ───► output
//! ```
//!
//! What is small and finds no room in this node's memory comes by parts, too.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde::Serialize;
use wharf::{Deadline, Error, Fabric, MemoryError, Ticket, View};

use crate::args::Get;
use crate::far::Far;
use crate::output_file::Output;
use crate::part_file::PartFile;
use crate::progress::{Progress, deadlines, patiently};
use crate::session::Session;
use crate::tickets;

/// How the object came.
#[derive(Serialize)]
struct Report {
    /// As it was given; null for standard output.
    file: Option<String>,
    size: u64,
    /// shared, replica or tcp.
    tier: &'static str,
    /// Bytes that came over the network, with everything around them.
    received: u64,
    /// Whether all of those were encrypted; null if there were none.
    encrypted: Option<bool>,
    seconds: f64,
}

pub(crate) fn run(session: &Session, args: &Get) -> anyhow::Result<()> {
    let begun = Instant::now();
    let given = tickets::one(&args.ticket)?;
    let (for_names, deadline) = deadlines(args.timeout);
    let fabric = match given.is_name() {
        true => session.open_by(for_names)?,
        false => session.open_for(&given)?,
    };
    let ticket = given.find(&fabric, session.voice, for_names)?;
    // Before the resolve: an object that is delivered once must not be lost to a mistyped path.
    let output = Output::open(&args.output)?;
    let far = Far::new(&fabric, std::slice::from_ref(&ticket), deadline);
    let came = match &far {
        Some(far) => {
            Fetch { session, fabric: &fabric, ticket: &ticket, deadline, far }.fetch(&output)?
        }
        None => Came::Here(near(session, &fabric, &ticket, deadline)?),
    };
    let file = (!output.is_stdout()).then(|| args.output.display().to_string());
    let size = match came {
        Came::Here(view) => {
            let size = view.len() as u64;
            let name = format!("{} from memory", output.name());
            output.write(&view, &mut Progress::new(session.voice, &name, Some(size)))?;
            size
        }
        Came::Written(size) => size,
    };
    let report = Report::new(&fabric, far.as_ref(), file, size, begun);
    if report.file.is_some() {
        return session.voice.say(&report);
    }
    session.voice.add(&report);
    Ok(())
}

/// What has become of the object.
enum Came {
    /// It is in this node's memory.
    Here(View),
    /// So many bytes are where they are wanted.
    Written(u64),
}

fn near(
    session: &Session,
    fabric: &Fabric,
    ticket: &Ticket,
    deadline: Deadline,
) -> anyhow::Result<View> {
    let resolve = |deadline| fabric.resolve(ticket, deadline);
    let resolve = || patiently(session.voice, "the producer", None, deadline, resolve);
    tickets::with(fabric, ticket, resolve)
}

/// An object of another node.
struct Fetch<'a> {
    session: &'a Session,
    fabric: &'a Fabric,
    ticket: &'a Ticket,
    deadline: Deadline,
    far: &'a Far<'a>,
}

impl Fetch<'_> {
    fn fetch(&self, output: &Output) -> anyhow::Result<Came> {
        let ask = |deadline| self.fabric.size(self.ticket, deadline);
        let (voice, far) = (self.session.voice, Some(self.far));
        let total = match self.ticket.size() {
            Some(total) => total,
            None => patiently(voice, "the producer", far, self.deadline, ask)?,
        };
        if total > PART {
            match self.past_memory(output, total) {
                Err(error) if is_only_whole(&error) => {}
                outcome => return outcome,
            }
        }
        match self.whole(output) {
            Err(
                error @ Error::Memory(
                    MemoryError::TooLarge { .. }
                    | MemoryError::Full { .. }
                    | MemoryError::OutOfMemory { .. },
                ),
            ) => match self.past_memory(output, total) {
                Err(only_whole) if is_only_whole(&only_whole) => Err(error).context(
                    "it finds no room in this node's memory (WHARF_REPLICAS limits it), and ends \
                     once: it does not come by parts",
                ),
                outcome => outcome,
            },
            outcome => Ok(Came::Here(outcome?)),
        }
    }

    /// Into this node's memory.
    fn whole(&self, output: &Output) -> wharf::Result<View> {
        let mut progress = self.progress(output, self.ticket.size());
        let resolve = || self.far.ask(|| self.fabric.resolve(self.ticket, self.deadline));
        progress.watch(self.far, resolve)
    }

    /// To where it is wanted, by parts.
    fn past_memory(&self, output: &Output, total: u64) -> anyhow::Result<Came> {
        let Some((path, permissions)) = output.place() else {
            return self.pour(output, total).map(|()| Came::Written(total));
        };
        let part = PartFile::open(path, permissions, self.ticket, total);
        let part = part.map_err(|error| output.cannot_write(total, error))?;
        match self.by_parts(output, &part, total) {
            Ok(()) => {
                part.finish().map_err(|error| output.cannot_write(total, error))?;
                Ok(Came::Written(total))
            }
            Err(error) if is_final(&error) => {
                part.abandon();
                Err(error)
            }
            Err(error) => match part.interrupted() {
                Some(advice) => Err(error.context(advice)),
                None => Err(error),
            },
        }
    }

    /// Part by part, in their order.
    fn pour(&self, output: &Output, total: u64) -> anyhow::Result<()> {
        let (give, take) = mpsc::sync_channel(1);
        let bring = move || {
            for at in (0..total).step_by(PART as usize) {
                if give.send(self.read(at, PART.min(total - at))?).is_err() {
                    break; // nobody wants more
                }
            }
            Ok(())
        };
        let both = || {
            thread::scope(|scope| {
                let bring = scope.spawn(bring);
                for bytes in take {
                    let poured = output.pour(&bytes);
                    if !poured.map_err(|error| output.cannot_write(total, error))? {
                        break;
                    }
                }
                bring.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
        };
        self.progress(output, Some(total)).watch(self.far, both)
    }

    /// What comes while a part is written down is the next.
    fn by_parts(&self, output: &Output, part: &PartFile, total: u64) -> anyhow::Result<()> {
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
                let brought = self.read(at, len.min(total - at)).and_then(|bytes| {
                    let written = part.write(at, &bytes);
                    written.map_err(|error| output.cannot_write(total, error))
                });
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
        let mut progress = self.progress(output, Some(total));
        progress.advance(done as usize);
        progress.watch(self.far, both)
    }

    /// One part. To the library it is a call of its own: a server that has brought others, and is being
    /// started anew, is waited for here.
    fn read(&self, at: u64, len: u64) -> anyhow::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(len)?];
        let mut lost = None;
        loop {
            let read = || self.fabric.read_at(self.ticket, at, &mut bytes, self.deadline);
            match self.far.ask(read) {
                Err(Error::Unreachable { .. })
                    if self.far.received() > 0
                        && lost.get_or_insert_with(Instant::now).elapsed() < RESTART
                        && !self.deadline.has_passed() =>
                {
                    thread::sleep(PAUSE);
                }
                read => return Ok(read.map(|()| bytes)?),
            }
        }
    }

    fn progress(&self, output: &Output, total: Option<u64>) -> Progress {
        Progress::new(self.session.voice, &format!("{} by tcp", output.name()), total)
    }
}

impl Report {
    fn new(
        fabric: &Fabric,
        far: Option<&Far<'_>>,
        file: Option<String>,
        size: u64,
        begun: Instant,
    ) -> Self {
        let counters = fabric.remote_counters();
        let tier = match far {
            None => "shared",
            Some(_) if counters.fetches == 0 && counters.replica_hits > 0 => "replica",
            Some(_) => "tcp",
        };
        let encrypted = far.and_then(Far::encrypted);
        let seconds = begun.elapsed().as_secs_f64();
        Self { file, size, tier, received: counters.bytes_received, encrypted, seconds }
    }
}

/// To people the bytes are enough.
impl fmt::Display for Report {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

fn is_only_whole(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(Error::OnlyWhole))
}

/// Whether the same will be said of the object whenever it is asked for: what came of it is of no use.
fn is_final(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref(),
        Some(
            Error::Evicted
                | Error::WrongCapability
                | Error::Failed { .. }
                | Error::OwnerDied
                | Error::Refused { .. }
                | Error::OnlyWhole
                | Error::Beyond { .. }
        )
    )
}

/// As much is fetched at once, and no less is worth a file of its own.
const PART: u64 = 32 << 20;
/// What comes first, and by a slow way: an interruption costs what has come of a part.
const FIRST: u64 = 2 << 20;
/// How long a part may take to be followed by a larger one, and by one as large.
const QUICK: Duration = Duration::from_millis(250);
const SLOW: Duration = Duration::from_secs(1);
/// How long a server takes to be there again, at most, and when to look whether it is.
const RESTART: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(50);
