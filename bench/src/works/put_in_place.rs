//! `put-in-place`: a block taken, sealed, its ticket written as bytes, and the object evicted, so that the next block is a
//! recycled one. The memory is not touched: what a program writes into it is its own time. Beside it the same with arrays.

use std::hint::black_box;
use std::time::Duration;

use wharf::{Block, Store, Wait};

use super::{GIB, KIB, MIB};
use crate::context::Context;
use crate::error::{Result, refused};
use crate::exchange::open;
use crate::measure::{Case, Plan, ROUNDS, Task, alternate};
use crate::row::{Row, relate};

pub(crate) const WORK: &str = "put-in-place";
const SIZES: [u64; 6] = [64, 4 * KIB, 64 * KIB, MIB, 64 * MIB, GIB];
const ARRAYS: [u64; 2] = [64, MIB];
const ROUND: Duration = Duration::from_millis(40);

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    context.room_for(3 * GIB)?;
    let fabric = open(&context.subdirectory(WORK)?, Wait::default())?;
    let mut cases = Vec::new();
    for bytes in SIZES {
        let store = fabric.store(WORK, Default::default()).map_err(refused("wharf"))?;
        let alloc = move |store: &Store| store.alloc(bytes as usize);
        let task = Box::new(PutInPlace { store, alloc });
        cases.push(Case { subject: "wharf", bytes, plan: Plan::each(100_000, ROUND), task });
    }
    for bytes in ARRAYS {
        let store = fabric.store(WORK, Default::default()).map_err(refused("wharf"))?;
        let alloc = move |store: &Store| store.alloc_array::<f64>([2, bytes as usize / 16]);
        let task = Box::new(PutInPlace { store, alloc });
        cases.push(Case { subject: "wharf-array", bytes, plan: Plan::each(100_000, ROUND), task });
    }
    let series = alternate(context, ROUNDS, &mut cases)?;
    let mut rows: Vec<Row> = series.iter().map(|series| Row::of(WORK, series)).collect();
    relate(&mut rows, "wharf-array", &["wharf"], "p50_ns");
    Ok(rows)
}

struct PutInPlace<A> {
    store: Store,
    alloc: A,
}

impl<T, A: Fn(&Store) -> wharf::Result<Block<T>>> Task for PutInPlace<A> {
    fn once(&mut self) -> Result<()> {
        let put = || {
            let ticket = (self.alloc)(&self.store)?.seal()?;
            black_box(ticket.to_bytes());
            self.store.evict(&ticket)
        };
        put().map_err(refused("wharf"))
    }
}
