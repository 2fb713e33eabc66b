//! `first-resolve`: what the first resolve from an arena costs, when nothing of it is mapped yet.
//!
//! This process owns two arenas, one with a small object and one with a large. Each sample is a fresh process's: it opens its
//! fabric, is sent the ticket's bytes, and times its one and only resolve, release included. So every page of code and
//! memory that a first resolve needs is in it.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use wharf::{Ticket, Wait};

use super::GIB;
use crate::context::Context;
use crate::error::{Result, refused};
use crate::exchange::{PATIENCE, open};
use crate::measure::{Plan, ROUNDS, Series, nanoseconds};
use crate::peer::{Link, Peer};
use crate::roles::Role;
use crate::row::Row;
use crate::stats::Round;

pub(crate) const WORK: &str = "first-resolve";
const SIZES: [u64; 2] = [64, GIB];
const PROCESSES: u32 = 16;

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    context.room_for(2 * GIB)?;
    let directory = context.subdirectory(WORK)?;
    let fabric = open(&directory, Wait::default())?;
    let plan = Plan { warm: 0, ..Plan::each(PROCESSES, Duration::MAX) };
    let mut owned = Vec::new();
    for bytes in SIZES {
        let store = fabric.store(WORK, Default::default()).map_err(refused("wharf"))?;
        let ticket =
            store.alloc(bytes as usize).and_then(wharf::Block::seal).map_err(refused("wharf"))?;
        let series = Series { subject: "wharf", bytes, plan, rounds: Vec::new(), samples: 0 };
        owned.push((store, ticket, series));
    }
    for _ in 0..ROUNDS {
        for (_store, ticket, series) in &mut owned {
            let mut samples = Vec::with_capacity(PROCESSES as usize);
            for _ in 0..PROCESSES {
                context.carry_on()?;
                samples.push(one_process(context, &directory, ticket)?);
            }
            series.samples += samples.len() as u64;
            series.rounds.extend(Round::of(&mut samples, 1));
        }
    }
    Ok(owned.iter().map(|(_, _, series)| Row::of(WORK, series)).collect())
}

fn one_process(context: &Context, directory: &Path, ticket: &Ticket) -> Result<u64> {
    let mut reader =
        Peer::start(context, &Role::FirstResolve { directory: PathBuf::from(directory) })?;
    reader.hear::<()>()?;
    reader.send_all(&[ticket.to_bytes().to_vec()])?;
    let took = reader.hear()?;
    reader.finish()?;
    Ok(took)
}

/// The fresh process: resolves once, and says how long that took.
pub(crate) fn resolve_first(mut link: Link, directory: &Path) -> Result<()> {
    let fabric = open(directory, Wait::default())?;
    link.tell(&())?;
    for bytes in link.receive_all()? {
        let start = Instant::now();
        let ticket = Ticket::from_bytes(&bytes).map_err(refused("wharf"))?;
        let view = fabric.resolve(&ticket, PATIENCE).map_err(refused("wharf"))?;
        black_box(view.as_ref().as_ptr_range());
        drop(view);
        link.tell(&nanoseconds(start.elapsed()))?;
    }
    Ok(())
}
