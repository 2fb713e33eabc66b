//! `tcp-fetch`: a large object of another node, resolved into recycled memory of this one, and released.
//!
//! Two objects take turns, and there is room for one copy: each resolve fetches. The floor moves as many bytes by one bare
//! connection, from warm shared pages to warm shared pages.

use std::hint::black_box;
use std::time::Duration;

use wharf::{Fabric, Ticket};

use super::Ends;
use crate::context::Context;
use crate::error::{Error, Result, refused};
use crate::exchange::PATIENCE;
use crate::floors::stream::Stream;
use crate::measure::{Case, Plan, Task, alternate};
use crate::row::{Row, relate};
use crate::works::{GIB, MIB};

pub(crate) const WORK: &str = "tcp-fetch";
pub(crate) const ENCRYPTED: &str = "tcp-encrypted";
const SIZES: [u64; 3] = [MIB, 64 * MIB, GIB];
const ROUNDS: usize = 5;

pub(crate) fn run(context: &Context, encrypted: bool) -> Result<Vec<Row>> {
    context.room_for(5 * GIB)?;
    let work = if encrypted { ENCRYPTED } else { WORK };
    let mut rows = Vec::new();
    for bytes in SIZES {
        let name = format!("{work}-{bytes}");
        let room = bytes + bytes / 2;
        let ends = Ends::new(context, &name, encrypted, false, vec![bytes; 2], room)?;
        let plan = Plan::each(if bytes == GIB { 1 } else { 200 }, Duration::from_millis(500));
        let pages = context.subdirectory(&format!("{name}-floor"))?;
        let fetch = Fetch { fabric: &ends.reader, tickets: &ends.tickets, next: 0 };
        let floor = Stream::new(&pages, ends.floor, bytes as usize, false)?;
        let mut cases = [
            Case { subject: "wharf", bytes, plan, task: Box::new(fetch) },
            Case { subject: "stream", bytes, plan, task: Box::new(floor) },
        ];
        let series = alternate(context, ROUNDS, &mut cases)?;
        drop(cases);
        ends.check_bytes(series[0].samples * bytes)?;
        rows.extend(series.iter().map(|series| Row::of(work, series).moving_bytes()));
    }
    relate(&mut rows, "wharf", &["stream"], "bytes_per_s");
    Ok(rows)
}

struct Fetch<'a> {
    fabric: &'a Fabric,
    tickets: &'a [Ticket],
    next: usize,
}

impl Task for Fetch<'_> {
    fn once(&mut self) -> Result<()> {
        let ticket = &self.tickets[self.next % self.tickets.len()];
        self.next += 1;
        let view = self.fabric.resolve(ticket, PATIENCE).map_err(refused("wharf"))?;
        let ends = [view.first(), view.last()].map(|byte| byte.copied());
        if black_box(ends) != [Some(7); 2] {
            return Err(Error::Subject { who: "wharf".into(), what: format!("read {ends:?}") });
        }
        Ok(())
    }
}
