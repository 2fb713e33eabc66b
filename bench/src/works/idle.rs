//! `idle`: a process that has opened a fabric and a store, put an object and resolved it, and then sleeps: how many threads it
//! has, and how much processor time it uses in a second. Beside it, in the same second, one that has opened nothing.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use wharf::Wait;

use crate::context::Context;
use crate::error::{Doing, Result, refused};
use crate::exchange::{PATIENCE, open};
use crate::peer::{Link, Peer};
use crate::roles::Role;
use crate::row::Row;
use crate::stats::median;

pub(crate) const WORK: &str = "idle";
const SECOND: Duration = Duration::from_secs(1);
const ROUNDS: usize = 5;

/// What a sleeping process had and used.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Asleep {
    threads: f64,
    cpu_percent: f64,
}

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    let start = |directory: Option<PathBuf>| Peer::start(context, &Role::Idle { directory });
    let mut sleepers = [
        ("wharf", start(Some(context.subdirectory(WORK)?))?, Vec::new()),
        ("no-fabric", start(None)?, Vec::new()),
    ];
    for _ in 0..ROUNDS {
        context.carry_on()?;
        for (_, peer, _) in &mut sleepers {
            peer.tell(&())?;
        }
        for (_, peer, asleep) in &mut sleepers {
            asleep.push(peer.hear::<Asleep>()?);
        }
    }
    let mut rows = Vec::new();
    for (subject, peer, asleep) in sleepers {
        peer.finish()?;
        let over = |of: fn(&Asleep) -> f64| median(&asleep.iter().map(of).collect::<Vec<_>>());
        let parts = [("threads", over(|a| a.threads)), ("cpu_percent", over(|a| a.cpu_percent))];
        let mut row = Row::new(WORK, subject, 0);
        row.timed = Some(format!("{ROUNDS} seconds"));
        row.more =
            parts.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
        rows.push(row);
    }
    Ok(rows)
}

/// The sleeping process.
pub(crate) fn sleep(mut link: Link, directory: Option<&Path>) -> Result<()> {
    let opened = directory.map(|directory| {
        let fabric = open(directory, Wait::default())?;
        let store = fabric.store(WORK, Default::default()).map_err(refused("wharf"))?;
        let ticket = store.put(b"asleep").map_err(refused("wharf"))?;
        let view = fabric.resolve(&ticket, PATIENCE).map_err(refused("wharf"))?;
        Ok((fabric, store, view))
    });
    let opened = opened.transpose()?;
    while link.hear_or_end::<()>()?.is_some() {
        let (before, start) = (processor_time(), Instant::now());
        std::thread::sleep(SECOND);
        let used = processor_time().saturating_sub(before);
        let cpu_percent = 100.0 * used.as_secs_f64() / start.elapsed().as_secs_f64();
        link.tell(&Asleep { threads: threads()? as f64, cpu_percent })?;
    }
    drop(opened);
    Ok(())
}

/// The threads of this process.
fn threads() -> Result<usize> {
    let entries = std::fs::read_dir("/proc/self/task")
        .doing(|| "counting the threads of a process".to_owned())?;
    Ok(entries.count())
}

/// The processor time that this process has used.
pub(crate) fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}
