//! `tcp-pipelined`: many fetches of 64 bytes at once. Beside them GETs of Redis, over TCP, as deep in one pipeline.

use std::hint::black_box;
use std::time::Duration;

use wharf::{Fabric, Ticket};

use super::{Ends, Waits};
use crate::context::Context;
use crate::error::{Error, Result, refused};
use crate::exchange::PATIENCE;
use crate::measure::{Case, Plan, ROUNDS, Task, alternate};
use crate::row::{Row, relate};
use crate::works::MIB;

pub(crate) const WORK: &str = "tcp-pipelined";
pub(crate) const BYTES: u64 = 64;
/// Requests on their way at once.
pub(crate) const DEPTH: usize = 64;

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    let ends = Ends::new(context, WORK, false, Waits::AsUsual, vec![BYTES; DEPTH], 64 * MIB)?;
    let plan = Plan { batch: 1, ..Plan::each(2000, Duration::from_millis(500)) };
    let fetch = Fetch { fabric: &ends.reader, tickets: &ends.tickets };
    let mut cases = vec![Case { subject: "wharf", bytes: BYTES, plan, task: Box::new(fetch) }];
    #[cfg(feature = "peers")]
    let missing = match crate::peers::redis::Pipeline::new(context, DEPTH, BYTES as usize) {
        Ok(task) => {
            cases.push(Case { subject: "redis", bytes: BYTES, plan, task: Box::new(task) });
            None
        }
        Err(error) => Some(Row::not_run(WORK, "redis", BYTES, error)),
    };
    #[cfg(not(feature = "peers"))]
    let missing = Some(Row::not_run(WORK, "redis", BYTES, crate::works::NO_PEERS));
    let series = alternate(context, ROUNDS, &mut cases)?;
    drop(cases);
    ends.check_bytes(context, series[0].samples * BYTES * DEPTH as u64)?;
    let mut rows: Vec<Row> = series.iter().map(|series| Row::of(WORK, series)).collect();
    for row in &mut rows {
        // Of each fetch, not of each pipeline.
        row.ops_per_s = row.ops_per_s.map(|pipelines| pipelines * DEPTH as f64);
        row.more.insert("depth".to_owned(), DEPTH as f64);
    }
    relate(&mut rows, "wharf", &["redis"], "p50_ns");
    rows.extend(missing);
    Ok(rows)
}

struct Fetch<'a> {
    fabric: &'a Fabric,
    tickets: &'a [Ticket],
}

impl Task for Fetch<'_> {
    fn once(&mut self) -> Result<()> {
        for outcome in self.fabric.resolve_many(self.tickets, PATIENCE) {
            let view = outcome.map_err(refused("wharf"))?;
            if black_box(view.first()) != Some(&7) {
                let what = format!("read {:?}", view.first());
                return Err(Error::Subject { who: "wharf".to_owned(), what });
            }
        }
        Ok(())
    }
}
