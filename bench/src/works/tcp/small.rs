//! `tcp-small`: 64 bytes of another node, fetched on a warm connection. The floor is a bare ping-pong in the same mode.

use std::hint::black_box;
use std::time::Duration;

use wharf::{Fabric, Ticket};

use super::{Ends, Waits};
use crate::context::Context;
use crate::error::{Result, refused};
use crate::exchange::PATIENCE;
use crate::floors::stream::Stream;
use crate::measure::{Case, Plan, ROUNDS, Task, alternate};
use crate::row::{Row, relate};
use crate::works::MIB;

pub(crate) const WORK: &str = "tcp-small";
const BYTES: u64 = 64;

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (spin, subject, floor) in
        [(false, "wharf", "ping-pong"), (true, "wharf-spinning", "ping-pong-spinning")]
    {
        let wait = if spin { Waits::Spinning } else { Waits::Asleep };
        let ends = Ends::new(context, subject, false, wait, vec![BYTES], 64 * MIB)?;
        let pages = context.subdirectory(floor)?;
        let plan = Plan::each(2000, Duration::from_millis(500));
        let fetch = Fetch { fabric: &ends.reader, ticket: &ends.tickets[0] };
        let bare = Stream::new(&pages, ends.floor, 1, BYTES as usize, spin)?;
        let mut cases = [
            Case { subject, bytes: BYTES, plan, task: Box::new(fetch) },
            Case { subject: floor, bytes: BYTES, plan, task: Box::new(bare) },
        ];
        let series = alternate(context, ROUNDS, &mut cases)?;
        drop(cases);
        ends.check_bytes(context, series[0].samples * BYTES)?;
        rows.extend(series.iter().map(|series| Row::of(WORK, series)));
        relate(&mut rows, subject, &[floor], "p50_ns");
    }
    Ok(rows)
}

struct Fetch<'a> {
    fabric: &'a Fabric,
    ticket: &'a Ticket,
}

impl Task for Fetch<'_> {
    fn once(&mut self) -> Result<()> {
        let view = self.fabric.resolve(self.ticket, PATIENCE).map_err(refused("wharf"))?;
        black_box(view.as_ptr_range());
        Ok(())
    }
}
