//! `tcp-fetch`: a large object of another node, resolved into recycled memory of this one, and released.
//!
//! Two objects take turns, and there is room for one copy: each resolve fetches. The floor moves as many bytes by as many
//! bare connections as Wharf used, from warm shared pages to warm shared pages.

use std::hint::black_box;
use std::time::Duration;

use wharf::{Fabric, Ticket};

use super::Ends;
use crate::context::Context;
use crate::error::{Error, Result, refused};
use crate::floors::stream::Stream;
use crate::measure::{Case, Plan, Task, alternate};
use crate::row::{Row, relate};
use crate::works::{GIB, MIB};

pub(crate) const WORK: &str = "tcp-fetch";
pub(crate) const VETH: &str = "tcp-fetch-veth";
const SIZES: [u64; 3] = [MIB, 64 * MIB, GIB];
const ROUNDS: usize = 5;
/// On a machine that does much else, too.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn run(context: &Context, work: &'static str) -> Result<Vec<Row>> {
    context.room_for(5 * GIB)?;
    let mut rows = Vec::new();
    for bytes in SIZES {
        rows.extend(compare(context, work, bytes)?);
    }
    relate(&mut rows, "wharf", &["stream"], "bytes_per_s");
    Ok(rows)
}

fn compare(context: &Context, work: &'static str, bytes: u64) -> Result<Vec<Row>> {
    let name = format!("{work}-{bytes}");
    let ends = Ends::for_turns(context, &name, false, bytes)?;
    let connections = warm_up(&ends)?;
    let plan = plan(bytes);
    let pages = context.subdirectory(&format!("{name}-floor"))?;
    let floor = Stream::new(&pages, ends.floor, connections, bytes as usize, false)?;
    let mut cases = vec![
        Case { subject: "wharf", bytes, plan, task: Box::new(Fetch::new(&ends)) },
        Case { subject: "stream", bytes, plan, task: Box::new(floor) },
    ];
    let missing = peers(context, work, bytes, connections, &mut cases);
    let series = alternate(context, ROUNDS, &mut cases)?;
    drop(cases);
    ends.check_bytes(context, series[0].samples * bytes)?;
    let rows = series.iter().map(|series| Row::of(work, series).moving_bytes());
    Ok(note_connections(rows.collect(), &ends, connections).into_iter().chain(missing).collect())
}

/// What is reached for instead, as far as it is here; rows for what is not.
#[cfg(feature = "peers")]
fn peers<'a>(
    context: &'a Context,
    work: &str,
    bytes: u64,
    connections: u64,
    cases: &mut Vec<Case<'a>>,
) -> Vec<Row> {
    use crate::peers::{iperf3::Iperf3, ucx::Get};
    let mut tasks: Vec<(_, Result<Box<dyn Task + 'a>>)> = Vec::new();
    tasks.push(("ucx", Get::new(context, bytes).map(|get| Box::new(get) as _)));
    if bytes > MIB {
        let iperf3 = Iperf3::new(context, bytes, connections);
        tasks.push(("iperf3", iperf3.map(|iperf3| Box::new(iperf3) as _)));
    }
    let mut missing = Vec::new();
    for (subject, task) in tasks {
        match task {
            Ok(task) => cases.push(Case { subject, bytes, plan: plan(bytes), task }),
            Err(error) => missing.push(Row::not_run(work, subject, bytes, error)),
        }
    }
    missing
}

#[cfg(not(feature = "peers"))]
fn peers(_: &Context, work: &str, bytes: u64, _: u64, _: &mut Vec<Case<'_>>) -> Vec<Row> {
    let subjects = if bytes > MIB { &["ucx", "iperf3"][..] } else { &["ucx"] };
    let missing = |subject: &&str| Row::not_run(work, subject, bytes, crate::works::NO_PEERS);
    subjects.iter().map(missing).collect()
}

/// A few samples of what takes long.
pub(super) fn plan(bytes: u64) -> Plan {
    Plan::each(if bytes >= GIB { 1 } else { 200 }, Duration::from_millis(500))
}

/// Fetches until the pages are warm, and it is seen how many connections gain something.
pub(super) fn warm_up(ends: &Ends) -> Result<u64> {
    let mut fetch = Fetch::new(ends);
    (0..4).try_for_each(|_| fetch.once())?;
    Ok(ends.reader.remote_counters().connections.max(1))
}

/// Says with how many connections Wharf and its floor did it.
pub(super) fn note_connections(mut rows: Vec<Row>, ends: &Ends, floor: u64) -> Vec<Row> {
    let wharf = ends.reader.remote_counters().connections;
    for (row, connections) in rows.iter_mut().zip([wharf, floor]) {
        row.more.insert("connections".to_owned(), connections as f64);
    }
    rows
}

/// Fetches the objects in turn.
pub(super) struct Fetch<'a> {
    fabric: &'a Fabric,
    tickets: &'a [Ticket],
    next: usize,
}

impl<'a> Fetch<'a> {
    pub(super) fn new(ends: &'a Ends) -> Self {
        Fetch { fabric: &ends.reader, tickets: &ends.tickets, next: 0 }
    }
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
