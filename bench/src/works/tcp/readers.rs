//! `tcp-shared`: 32 processes of one node resolve the same object of another node at once, and each reads every byte.
//!
//! The object lives here, the processes on the other host of a pair: what goes to them is counted by the kernel, where it
//! leaves this one. `wire_times` is that, as a multiple of the object; packets are counted as this host hands them to the
//! link, which is up to 64 KiB at once.

use std::fs::read_to_string;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use wharf::{Encrypt, Fabric, Options, StoreOptions, Ticket};

use crate::context::{Context, make_directory};
use crate::error::{Doing, Error, Result, refused};
use crate::hosts;
use crate::measure::{Plan, Series, nanoseconds};
use crate::peer::{Link, Peer};
use crate::roles::Role;
use crate::row::Row;
use crate::stats::{Round, median};
use crate::works::{GIB, MIB};

pub(crate) const WORK: &str = "tcp-shared";
const BYTES: u64 = 256 * MIB;
const PROCESSES: usize = 32;
const ROUNDS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(25);

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    context.room_for(2 * GIB)?;
    hosts::between(context, WORK, measure)
}

fn measure(context: &Context, work: &'static str) -> Result<Vec<Row>> {
    let options = Options {
        directory: Some(context.subdirectory("origin")?),
        listen: Some(vec![SocketAddr::new(context.near_address(), 0)]),
        encrypt: Some(Encrypt::Never),
        ..Options::default()
    };
    let fabric = Fabric::open(options).map_err(refused("wharf"))?;
    let store = fabric.store("origin", StoreOptions::default()).map_err(refused("wharf"))?;
    let directory = context.path("readers");
    let sharer = || Peer::start(context, &Role::Sharer(Sharer { directory: directory.clone() }));
    let mut peers = (0..PROCESSES).map(|_| sharer()).collect::<Result<Vec<_>>>()?;
    peers.iter_mut().try_for_each(Peer::hear::<()>)?;
    let (mut rounds, mut times) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        context.carry_on()?;
        let mut block = store.alloc(BYTES as usize).map_err(refused("wharf"))?;
        block.fill(round as u8 + 1);
        let ticket = block.seal().map_err(refused("wharf"))?;
        let (before, began) = (sent()?, Instant::now());
        peers.iter_mut().try_for_each(|peer| peer.tell(&ticket.to_bytes().to_vec()))?;
        for peer in &mut peers {
            let sum: u64 = peer.hear()?;
            if sum != (round as u64 + 1) * BYTES {
                let what = format!("the bytes of a copy add up to {sum}");
                return Err(Error::Subject { who: "wharf".to_owned(), what });
            }
        }
        rounds.extend(Round::of(&mut [nanoseconds(began.elapsed())], 1));
        times.push((sent()? - before) as f64 / BYTES as f64);
        store.evict(&ticket).map_err(refused("wharf"))?;
    }
    peers.into_iter().try_for_each(Peer::finish)?;
    let times = median(&times).unwrap_or_default();
    if times < 1.0 {
        let what = format!("only {times} times the object went by the network");
        return Err(Error::Subject { who: "wharf".to_owned(), what });
    }
    let plan = Plan { warm: 0, samples: 1, batch: 1, legs: 1, budget: None };
    let series = Series { subject: "wharf", bytes: BYTES, plan, rounds, samples: ROUNDS as u64 };
    let mut row = Row::of(work, &series);
    row.more.insert("processes".to_owned(), PROCESSES as f64);
    row.more.insert("wire_times".to_owned(), times);
    Ok(vec![row])
}

/// Bytes that this thread's host has sent, but for those to itself.
fn sent() -> Result<u64> {
    let counts = "/proc/thread-self/net/dev";
    let text = read_to_string(counts).doing(|| format!("reading {counts}"))?;
    let devices = text.lines().filter_map(|line| line.trim().split_once(':'));
    let others = devices.filter(|(name, _)| *name != "lo");
    Ok(others.filter_map(|(_, counts)| counts.split_whitespace().nth(8)?.parse::<u64>().ok()).sum())
}

/// One of many processes of a node.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Sharer {
    directory: PathBuf,
}

/// Resolves what it is told to, and adds up its bytes.
pub(crate) fn share(mut link: Link, sharer: &Sharer) -> Result<()> {
    make_directory(&sharer.directory)?;
    let options = Options {
        directory: Some(sharer.directory.clone()),
        replicas: Some(2 * BYTES),
        encrypt: Some(Encrypt::Never),
        ..Options::default()
    };
    let fabric = Fabric::open(options).map_err(refused("wharf"))?;
    link.tell(&())?;
    while let Some(ticket) = link.hear_or_end::<Vec<u8>>()? {
        let ticket = Ticket::from_bytes(&ticket).map_err(refused("wharf"))?;
        let view = fabric.resolve(&ticket, PATIENCE).map_err(refused("wharf"))?;
        link.tell(&view.iter().map(|byte| u64::from(*byte)).sum::<u64>())?;
    }
    Ok(())
}
