//! `handover-blocking`: as `handover`, with both processes asleep until the other has done its part. The floor is a bare
//! futex; for context, as many bytes through a unix socket and back.

use crate::context::Context;
use crate::error::Result;
use crate::floors::ping_pong::{Floor, PingPong};
use crate::floors::socket::Exchange;
use crate::measure::{Case, Plan, ROUNDS, alternate};
use crate::row::{Row, relate};

pub(crate) const WORK: &str = "handover-blocking";
const BYTES: u64 = 64;
const PLAN: Plan = Plan::round_trips(2048);

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    let floor = PingPong::start(context, Floor::Futex)?;
    let wharf = super::handover::wharf(context, BYTES as usize, true)?;
    let socket = Exchange::ping_pong(context, BYTES as usize)?;
    let mut cases = [
        Case { subject: Floor::Futex.name(), bytes: BYTES, plan: PLAN, task: Box::new(floor) },
        Case { subject: "wharf", bytes: BYTES, plan: PLAN, task: Box::new(wharf) },
        Case { subject: "unix-socket", bytes: BYTES, plan: PLAN, task: Box::new(socket) },
    ];
    let series = alternate(context, ROUNDS, &mut cases)?;
    let mut rows: Vec<Row> = series.iter().map(|series| Row::of(WORK, series)).collect();
    relate(&mut rows, "wharf", &["futex"], "p50_ns");
    relate(&mut rows, "unix-socket", &["futex"], "p50_ns");
    Ok(rows)
}
