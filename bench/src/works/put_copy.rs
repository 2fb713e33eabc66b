//! `put-copy`: bytes copied from ordinary memory into an object.
//!
//! | subject | copies | into |
//! | --- | --- | --- |
//! | `wharf` | `put`, then evict | recycled blocks |
//! | `memcpy`, `streaming` | the floors | shared pages of the same file system, touched before |
//! | `memcpy-anonymous` | memcpy | ordinary memory, touched before |
//! | `wharf-cold`, `memcpy-cold` | `put`; reserve, map and memcpy | memory that nobody has used yet |
//! | `redis` | `SET` over a unix socket | the server's memory |
//!
//! All read the same source. The ratio is of speeds, to the faster of the two floors.

use std::time::Duration;

use wharf::{Fabric, Store, Wait};

use super::{GIB, MIB};
use crate::context::Context;
use crate::error::{Error, Result, refused};
use crate::exchange::open;
use crate::floors::copy::{ColdCopy, WarmCopy};
use crate::measure::{Case, Plan, Task, alternate};
use crate::row::{Row, relate};

pub(crate) const WORK: &str = "put-copy";
const SIZES: [u64; 3] = [MIB, 64 * MIB, GIB];
/// A long copy's rounds are many and short, so that what is compared was measured side by side.
const ROUND: Duration = Duration::from_millis(10);
const ROUNDS: usize = 25;
const ROUNDS_OF_A_GIB: usize = 9;

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for bytes in SIZES {
        match measure(context, bytes) {
            Ok(measured) => rows.extend(measured),
            Err(Error::Unavailable(why)) => rows.push(Row::not_run(WORK, "wharf", bytes, why)),
            Err(error) => return Err(error),
        }
    }
    Ok(rows)
}

fn measure(context: &Context, bytes: u64) -> Result<Vec<Row>> {
    // The source, four destinations, Wharf's recycled and its fresh blocks.
    context.room_for(8 * bytes)?;
    let source = vec![7_u8; bytes as usize];
    let pages = context.subdirectory("pages")?;
    let directory = context.subdirectory(WORK)?;
    let fabric = open(&directory, Wait::default())?;
    let store = fabric.store(WORK, Default::default()).map_err(refused("wharf"))?;
    let warm = Plan::each(1000, ROUND);
    let cold = Plan { warm: 0, ..Plan::each(8, ROUND) };
    let mut cases = Vec::new();
    let mut add = |subject, plan, task| cases.push(Case { subject, bytes, plan, task });
    add("wharf", warm, Box::new(Put { store, from: &source }) as Box<dyn Task + '_>);
    add("memcpy", warm, Box::new(WarmCopy::memcpy(&pages, &source)?));
    add("streaming", warm, Box::new(WarmCopy::streaming(&pages, &source)?));
    add("memcpy-anonymous", warm, Box::new(WarmCopy::anonymous(&source)));
    add("wharf-cold", cold, Box::new(ColdPut { fabric: &fabric, from: &source, store: None }));
    add("memcpy-cold", cold, Box::new(ColdCopy::new(&pages, &source)));
    let refused = add_redis(context, &source, &mut cases);
    let series =
        alternate(context, if bytes < GIB { ROUNDS } else { ROUNDS_OF_A_GIB }, &mut cases)?;
    let mut rows: Vec<Row> =
        series.iter().map(|series| Row::of(WORK, series).moving_bytes()).collect();
    relate_to_the_faster(&mut rows);
    rows.extend(refused);
    Ok(rows)
}

/// The floor is whichever of the two copies was the faster here.
fn relate_to_the_faster(rows: &mut [Row]) {
    let speed =
        |name: &str| rows.iter().find(|row| row.subject == name).and_then(|row| row.bytes_per_s);
    let floor = if speed("streaming") > speed("memcpy") { "streaming" } else { "memcpy" };
    relate(rows, "wharf", &[floor], "bytes_per_s");
    relate(rows, "wharf-cold", &["memcpy-cold"], "bytes_per_s");
}

struct Put<'a> {
    store: Store,
    from: &'a [u8],
}

impl Task for Put<'_> {
    fn once(&mut self) -> Result<()> {
        let put = || self.store.evict(&self.store.put(self.from)?);
        put().map_err(refused("wharf"))
    }
}

/// The first put into a store that was just opened.
struct ColdPut<'a> {
    fabric: &'a Fabric,
    from: &'a [u8],
    store: Option<Store>,
}

impl ColdPut<'_> {
    fn fresh_store(&mut self) -> Result<()> {
        self.store = None;
        self.store = Some(self.fabric.store("cold", Default::default()).map_err(refused("wharf"))?);
        Ok(())
    }
}

impl Task for ColdPut<'_> {
    fn begin(&mut self, _operations: u32) -> Result<()> {
        self.fresh_store()
    }

    fn once(&mut self) -> Result<()> {
        let Some(store) = &self.store else {
            return Err(crate::exchange::out_of_turn("wharf-cold"));
        };
        store.put(self.from).map(|_| ()).map_err(refused("wharf"))
    }

    fn between(&mut self) -> Result<()> {
        self.fresh_store()
    }

    fn end(&mut self) -> Result<()> {
        self.store = None;
        Ok(())
    }
}

#[cfg(feature = "peers")]
fn add_redis<'a>(context: &Context, source: &'a [u8], cases: &mut Vec<Case<'a>>) -> Option<Row> {
    use crate::peers::redis::{Redis, Set};
    let bytes = source.len() as u64;
    // Redis takes no value over 512 MiB.
    if bytes > 512 * MIB {
        return Some(Row::not_run(WORK, "redis", bytes, "Redis takes no value over 512 MiB"));
    }
    match Redis::start(context).and_then(|redis| Set::new(&redis, source)) {
        Ok(set) => cases.push(Case {
            subject: "redis",
            bytes,
            plan: Plan::each(1000, ROUND),
            task: Box::new(set),
        }),
        Err(error) => return Some(Row::not_run(WORK, "redis", bytes, error)),
    }
    None
}

#[cfg(not(feature = "peers"))]
fn add_redis<'a>(_context: &Context, source: &'a [u8], _cases: &mut Vec<Case<'a>>) -> Option<Row> {
    Some(Row::not_run(WORK, "redis", source.len() as u64, super::NO_PEERS))
}
