//! `put-in-place`: a block taken, sealed, its ticket written as bytes, and the object evicted, so that the next block is a
//! recycled one. The memory is not touched: what a program writes into it is its own time.

use std::hint::black_box;
use std::time::Duration;

use wharf::{Store, Wait};

use super::{GIB, KIB, MIB};
use crate::context::Context;
use crate::error::{Result, refused};
use crate::exchange::open;
use crate::measure::{Case, Plan, ROUNDS, Task, alternate};
use crate::row::Row;

pub(crate) const WORK: &str = "put-in-place";
const SIZES: [u64; 6] = [64, 4 * KIB, 64 * KIB, MIB, 64 * MIB, GIB];
const ROUND: Duration = Duration::from_millis(40);

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    context.room_for(3 * GIB)?;
    let fabric = open(&context.subdirectory(WORK)?, Wait::default())?;
    let mut cases = Vec::new();
    for bytes in SIZES {
        let store = fabric.store(WORK, Default::default()).map_err(refused("wharf"))?;
        let task = Box::new(PutInPlace { store, len: bytes as usize });
        cases.push(Case { subject: "wharf", bytes, plan: Plan::each(100_000, ROUND), task });
    }
    let series = alternate(context, ROUNDS, &mut cases)?;
    Ok(series.iter().map(|series| Row::of(WORK, series)).collect())
}

struct PutInPlace {
    store: Store,
    len: usize,
}

impl Task for PutInPlace {
    fn once(&mut self) -> Result<()> {
        let put = || {
            let ticket = self.store.alloc(self.len)?.seal()?;
            black_box(ticket.to_bytes());
            self.store.evict(&ticket)
        };
        put().map_err(refused("wharf"))
    }
}
