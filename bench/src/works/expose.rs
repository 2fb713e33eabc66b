//! `expose`: memory of another process's own, from ticket bytes to a view of a copy, and the view's release.
//!
//! The other process exposes one piece of its heap for each size, every page written before. The floor reads the very
//! same memory by `process_vm_readv` into shared pages that it has read into before, as Wharf's blocks are by then.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wharf::{Exposed, Fabric, Ticket, Wait};

use super::{KIB, MIB};
use crate::context::Context;
use crate::error::{Result, refused};
use crate::exchange::{PATIENCE, open};
use crate::floors::attach::WarmAttach;
use crate::measure::{Case, Plan, Task, alternate};
use crate::peer::{Link, Peer};
use crate::roles::Role;
use crate::row::{Row, relate};

pub(crate) const WORK: &str = "expose";
const SIZES: [u64; 3] = [4 * KIB, MIB, 64 * MIB];
/// As in `put-copy`: many and short, so that what is compared was measured side by side.
const ROUND: Duration = Duration::from_millis(20);
const ROUNDS: usize = 25;

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    context.room_for(256 * MIB)?;
    let directory = context.subdirectory(WORK)?;
    let pages = context.subdirectory("attached")?;
    let mut owner = Peer::start(context, &Role::Exposer { directory: directory.clone() })?;
    let fabric = open(&directory, Wait::default())?;
    let mut cases = Vec::new();
    for bytes in SIZES {
        let Place { ticket, pid, address } = owner.hear()?;
        let plan = Plan::each(10_000, ROUND);
        let task = Box::new(Read { fabric: &fabric, ticket });
        cases.push(Case { subject: "wharf", bytes, plan, task });
        let task = Box::new(WarmAttach::new(&pages, pid, address, bytes as usize)?);
        cases.push(Case { subject: "attach", bytes, plan, task });
    }
    let series = alternate(context, ROUNDS, &mut cases)?;
    let mut rows: Vec<Row> =
        series.iter().map(|series| Row::of(WORK, series).moving_bytes()).collect();
    relate(&mut rows, "wharf", &["attach"], "bytes_per_s");
    drop(cases);
    owner.finish()?;
    Ok(rows)
}

struct Read<'a> {
    fabric: &'a Fabric,
    ticket: Vec<u8>,
}

impl Task for Read<'_> {
    fn once(&mut self) -> Result<()> {
        let ticket = Ticket::from_bytes(&self.ticket).map_err(refused("wharf"))?;
        let view = self.fabric.resolve(&ticket, PATIENCE).map_err(refused("wharf"))?;
        black_box(view.as_ptr_range());
        Ok(())
    }
}

/// What is exposed, for Wharf and for the floor.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    ticket: Vec<u8>,
    pid: i32,
    address: u64,
}

/// Exposes a piece of memory of each size, and stays until told to end.
pub(crate) fn lend(mut link: Link, directory: &Path) -> Result<()> {
    let fabric = open(directory, Wait::default())?;
    let store = fabric.store(WORK, Default::default()).map_err(refused("wharf"))?;
    let memory: Vec<Vec<u8>> = SIZES.iter().map(|&bytes| vec![7; bytes as usize]).collect();
    let mut exposed: Vec<Exposed> = Vec::new();
    for bytes in &memory {
        // SAFETY: it is dropped before the memory, which nobody changes.
        let object = unsafe { store.expose(bytes.as_ptr(), bytes.len()) };
        let object = object.map_err(refused("wharf"))?;
        let place = Place {
            ticket: object.ticket().to_bytes().to_vec(),
            pid: std::process::id() as i32,
            address: bytes.as_ptr() as u64,
        };
        link.tell(&place)?;
        exposed.push(object);
    }
    link.hear_or_end::<()>().map(|_| ())
}
