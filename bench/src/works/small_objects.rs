//! `small-objects`: 64 bytes put, and those put a thousand puts ago evicted, on one core. Timed a thousand at a time, so that
//! the batches in which memory is reclaimed are in every sample.

use std::collections::VecDeque;
use std::time::Duration;

use wharf::{Store, Ticket, Wait};

use crate::context::Context;
use crate::error::{Result, refused};
use crate::exchange::open;
use crate::measure::{Case, Plan, ROUNDS, Task, alternate};
use crate::row::Row;

pub(crate) const WORK: &str = "small-objects";
pub(super) const BYTES: usize = 64;
const BATCH: u32 = 1000;
const ALIVE: usize = 1000;

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    let fabric = open(&context.subdirectory(WORK)?, Wait::default())?;
    let store = fabric.store(WORK, Default::default()).map_err(refused("wharf"))?;
    let task = Box::new(PutAndEvict { store, alive: VecDeque::with_capacity(ALIVE + 1) });
    let plan = Plan::batches(400, BATCH, Duration::from_millis(200));
    let series = alternate(
        context,
        ROUNDS,
        &mut [Case { subject: "wharf", bytes: BYTES as u64, plan, task }],
    )?;
    Ok(series.iter().map(|series| Row::of(WORK, series).moving_bytes()).collect())
}

struct PutAndEvict {
    store: Store,
    alive: VecDeque<Ticket>,
}

impl Task for PutAndEvict {
    fn once(&mut self) -> Result<()> {
        let mut turn = || {
            self.alive.push_back(self.store.put(&[7; BYTES])?);
            match self.alive.len() > ALIVE {
                true => self.alive.pop_front().map_or(Ok(()), |oldest| self.store.evict(&oldest)),
                false => Ok(()),
            }
        };
        turn().map_err(refused("wharf"))
    }
}
