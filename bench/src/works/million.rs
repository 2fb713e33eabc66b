//! `small-objects`, its second row: what each of a million 64-byte objects takes, all told, while they are alive.
//!
//! A fresh process puts them and keeps none of their tickets. Counted are the shared memory that the file system lost
//! meanwhile (`statvfs`), and what the process grew by: its own memory and its page tables. Somebody else's file in the same
//! file system would be counted too, so it is done in several fresh processes and the median is reported.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wharf::Wait;

use super::small_objects::{BYTES, WORK};
use crate::context::{Context, free_bytes, kib_of};
use crate::error::{Doing, Result, refused};
use crate::exchange::open;
use crate::peer::{Link, Peer};
use crate::roles::Role;
use crate::row::Row;
use crate::stats::{median, spread};

const COUNT: u64 = 1_000_000;
const PROCESSES: usize = 5;

/// What the objects took, in bytes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Taken {
    shared: f64,
    private: f64,
}

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    context.room_for(256 * COUNT)?;
    let mut taken = Vec::with_capacity(PROCESSES);
    for number in 0..PROCESSES {
        context.carry_on()?;
        let directory = context.subdirectory(&format!("million-{number}"))?;
        let mut keeper = Peer::start(context, &Role::Million { directory, count: COUNT })?;
        taken.push(keeper.hear::<Taken>()?);
        keeper.finish()?;
    }
    let each = |of: fn(&Taken) -> f64| {
        taken.iter().map(|taken| of(taken) / COUNT as f64).collect::<Vec<f64>>()
    };
    let all = each(|taken| taken.shared + taken.private);
    let mut row = Row::new(WORK, "wharf-million", BYTES as u64);
    row.timed = Some(format!("{PROCESSES} processes, {COUNT} objects each"));
    let [least, most] = spread(&all).unwrap_or_default();
    let shared = median(&each(|taken| taken.shared));
    let private = median(&each(|taken| taken.private));
    let parts = [("bytes_each", median(&all)), ("shared_each", shared), ("private_each", private)];
    let parts = parts
        .into_iter()
        .chain([("bytes_each_least", Some(least)), ("bytes_each_most", Some(most))]);
    row.more = parts.filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    Ok(vec![row])
}

/// Puts the objects, says what they took, and ends with them.
pub(crate) fn keep_alive(mut link: Link, directory: &Path, count: u64) -> Result<()> {
    let fabric = open(directory, Wait::default())?;
    let store = fabric.store(WORK, Default::default()).map_err(refused("wharf"))?;
    let before = Memory::now(directory)?;
    for _ in 0..count {
        store.put(&[7; BYTES]).map_err(refused("wharf"))?;
    }
    let after = Memory::now(directory)?;
    link.tell(&Taken {
        shared: before.free_shared as f64 - after.free_shared as f64,
        private: after.private as f64 - before.private as f64,
    })?;
    link.hear_or_end::<()>().map(|_| ())
}

struct Memory {
    free_shared: u64,
    private: u64,
}

impl Memory {
    fn now(directory: &Path) -> Result<Memory> {
        let path = PathBuf::from("/proc/self/status");
        let status =
            std::fs::read_to_string(&path).doing(|| format!("reading {}", path.display()))?;
        let bytes = |name| kib_of(&status, name).unwrap_or(0) * 1024;
        Ok(Memory {
            free_shared: free_bytes(directory)?,
            private: bytes("RssAnon:") + bytes("VmPTE:"),
        })
    }
}
