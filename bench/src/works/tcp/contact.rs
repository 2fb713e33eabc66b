//! `tcp-first-contact-far`: how many round trips the first object takes of a node that a process has never talked to,
//! counted on a way so long that nothing else takes any time: 100 ms there and back.
//!
//! `wharf` is encrypted, as between strangers; `wharf-plain` is where both ends want no encryption. The steps: a bare connection
//! takes those of `connection`, a second object on the same connection those of `object`; what is left of the first's is the
//! `handshake`.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use wharf::{Fabric, Options};

use super::{Ends, Policy};
use crate::context::Context;
use crate::error::{Doing, Error, Result, refused};
use crate::exchange::PATIENCE;
use crate::hosts::{Way, far_apart};
use crate::measure::{Plan, Series, nanoseconds};
use crate::row::Row;
use crate::stats::{Round, median};
use crate::works::MIB;

pub(crate) const WORK: &str = "tcp-first-contact-far";
const BYTES: u64 = 64;
const ROUNDS: usize = 5;
const DELAY: Duration = Duration::from_millis(50);

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    let way = Way { delay: DELAY, loss: 0.0, control: None };
    far_apart(context, WORK, way, |context, _| {
        let rows = [("wharf", Policy::Encrypted), ("wharf-plain", Policy::Plain)];
        rows.into_iter().map(|(subject, policy)| count(context, subject, policy)).collect()
    })
}

fn count(context: &Context, subject: &'static str, policy: Policy) -> Result<Row> {
    let ends = Ends::over(context, subject, policy, vec![BYTES; 2], 64 * MIB)?;
    let mut steps = Vec::new();
    for _ in 0..ROUNDS {
        context.carry_on()?;
        steps.push(Steps::take(&ends, policy)?);
    }
    let plan = Plan { warm: 0, samples: 1, batch: 1, legs: 1, budget: None };
    let rounds = steps.iter().filter_map(|steps| Round::of(&mut [nanoseconds(steps.first)], 1));
    let rounds: Vec<Round> = rounds.collect();
    let mut row = Row::of(WORK, &Series { subject, bytes: BYTES, plan, samples: 5, rounds });
    let trips = |of: fn(&Steps) -> Duration| {
        let each = |steps| of(steps).as_secs_f64() / (DELAY * 2).as_secs_f64();
        median(&steps.iter().map(each).collect::<Vec<_>>()).unwrap_or_default()
    };
    let total = trips(|steps| steps.first);
    let (connection, object) = (trips(|steps| steps.connection), trips(|steps| steps.second));
    let handshake = total - connection - object;
    let counted = [("connection", connection), ("handshake", handshake), ("object", object)];
    row.more.extend(counted.map(|(step, trips)| (step.to_owned(), trips)));
    row.more.insert("round_trips".to_owned(), total);
    Ok(row)
}

/// What one process takes that has never talked to the node.
struct Steps {
    /// For a bare connection.
    connection: Duration,
    /// For its first object.
    first: Duration,
    /// For another.
    second: Duration,
}

impl Steps {
    fn take(ends: &Ends, policy: Policy) -> Result<Steps> {
        let options = Options {
            directory: Some(ends.reader.directory().to_owned()),
            encrypt: Some(policy.encrypt()),
            ..Options::default()
        };
        let stranger = Fabric::open(options).map_err(refused("wharf"))?;
        let began = Instant::now();
        TcpStream::connect(ends.floor).doing(|| format!("connecting to {}", ends.floor))?;
        let connection = began.elapsed();
        let mut times = [Duration::ZERO; 2];
        for (time, ticket) in times.iter_mut().zip(&ends.tickets) {
            let began = Instant::now();
            drop(stranger.resolve(ticket, PATIENCE).map_err(refused("wharf"))?);
            *time = began.elapsed();
        }
        let counters = stranger.remote_counters();
        if counters.bytes_fetched != 2 * BYTES || counters.bytes_received < 2 * BYTES {
            let what = format!("{} bytes were to come by the network: {counters:?}", 2 * BYTES);
            return Err(Error::Subject { who: "wharf".to_owned(), what });
        }
        Ok(Steps { connection, first: times[0], second: times[1] })
    }
}
