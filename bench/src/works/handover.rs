//! `handover`: a block sealed by one process, resolved and released by another, both spinning on a core of their own.
//! A sample is half of a round trip. See [`crate::exchange`] for what is in it.

use super::{KIB, MIB};
use crate::context::Context;
use crate::error::Result;
use crate::exchange::{Ping, Place, WharfSide};
use crate::floors::ping_pong::{Floor, PingPong};
use crate::measure::{Case, Plan, ROUNDS, alternate};
use crate::roles::Role;
use crate::row::{Row, relate};

pub(crate) const WORK: &str = "handover";
const SIZES: [u64; 5] = [64, KIB, 16 * KIB, 256 * KIB, MIB];
const PLAN: Plan = Plan::round_trips(8192);

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    let floor = Box::new(PingPong::start(context, Floor::Cacheline)?);
    let mut cases =
        vec![Case { subject: Floor::Cacheline.name(), bytes: 64, plan: PLAN, task: floor }];
    for bytes in SIZES {
        let task = Box::new(wharf(context, bytes as usize, false)?);
        cases.push(Case { subject: "wharf", bytes, plan: PLAN, task });
        add_iceoryx2(context, &mut cases, bytes)?;
    }
    let series = alternate(context, ROUNDS, &mut cases)?;
    let mut rows: Vec<Row> = series.iter().map(|series| Row::of(WORK, series)).collect();
    relate(&mut rows, "wharf", &["cacheline"], "p50_ns");
    relate(&mut rows, "iceoryx2", &["cacheline"], "p50_ns");
    #[cfg(not(feature = "peers"))]
    rows.extend(SIZES.map(|bytes| Row::not_run(WORK, "iceoryx2", bytes, super::NO_PEERS)));
    Ok(rows)
}

/// Wharf's two sides, spinning or asleep.
pub(super) fn wharf(context: &Context, bytes: usize, blocking: bool) -> Result<Ping<WharfSide>> {
    let directory =
        context.subdirectory(if blocking { "handover-blocking" } else { "handover" })?;
    let place = Place { directory, bytes, blocking };
    Ping::start(context, &Role::Exchange(place.clone()), || WharfSide::open(&place))
}

#[cfg(feature = "peers")]
fn add_iceoryx2(context: &Context, cases: &mut Vec<Case<'_>>, bytes: u64) -> Result<()> {
    let task = Box::new(crate::peers::iceoryx2::ping(context, bytes as usize)?);
    cases.push(Case { subject: "iceoryx2", bytes, plan: PLAN, task });
    Ok(())
}

#[cfg(not(feature = "peers"))]
fn add_iceoryx2(_context: &Context, _cases: &mut Vec<Case<'_>>, _bytes: u64) -> Result<()> {
    Ok(())
}
