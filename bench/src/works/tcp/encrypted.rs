//! `tcp-encrypted`: as `tcp-fetch`, every connection encrypted. The floor is bare TLS of the same provider, with the same
//! cipher and as many connections.

use super::Ends;
use super::fetch::{Fetch, note_connections, plan, warm_up};
use crate::context::Context;
use crate::error::Result;
use crate::floors::tls::Encrypted;
use crate::measure::{Case, alternate};
use crate::row::{Row, relate};
use crate::works::{GIB, MIB};

pub(crate) const WORK: &str = "tcp-encrypted";
pub(crate) const VETH: &str = "tcp-encrypted-veth";
const SIZES: [u64; 2] = [64 * MIB, GIB];
const ROUNDS: usize = 5;

pub(crate) fn run(context: &Context, work: &'static str) -> Result<Vec<Row>> {
    context.room_for(5 * GIB)?;
    let mut rows = Vec::new();
    for bytes in SIZES {
        rows.extend(compare(context, work, bytes)?);
    }
    relate(&mut rows, "wharf", &["tls"], "bytes_per_s");
    Ok(rows)
}

fn compare(context: &Context, work: &'static str, bytes: u64) -> Result<Vec<Row>> {
    let name = format!("{work}-{bytes}");
    let ends = Ends::for_turns(context, &name, true, bytes)?;
    let connections = warm_up(&ends)?;
    let plan = plan(bytes);
    let pages = context.subdirectory(&format!("{name}-floor"))?;
    let floor = Encrypted::new(&pages, ends.floor, connections, bytes as usize)?;
    let mut cases = [
        Case { subject: "wharf", bytes, plan, task: Box::new(Fetch::new(&ends)) },
        Case { subject: "tls", bytes, plan, task: Box::new(floor) },
    ];
    let series = alternate(context, ROUNDS, &mut cases)?;
    drop(cases);
    ends.check_bytes(context, series[0].samples * bytes)?;
    let rows = series.iter().map(|series| Row::of(work, series).moving_bytes());
    Ok(note_connections(rows.collect(), &ends, connections))
}
