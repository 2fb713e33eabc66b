//! `tcp-idle`: a thousand readers that have each fetched an object, and keep their connection, encrypted: what each costs
//! the process that serves, in memory, and all of them in processor time while nobody asks for anything.
//!
//! Each reader is a fabric of its own, with connections of its own; they share one process, which is not looked at.

use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use wharf::{Encrypt, Fabric, Options};

use super::{Ends, Policy};
use crate::context::Context;
use crate::error::{Error, Result, refused};
use crate::exchange::PATIENCE;
use crate::row::Row;
use crate::works::MIB;

pub(crate) const WORK: &str = "tcp-idle";
const READERS: usize = 1000;
const BYTES: u64 = 64;
/// Until each connection has been looked at for the last time, as its handshake might have taken too long.
const SETTLE: Duration = Duration::from_secs(6);
const LOOK: Duration = Duration::from_secs(10);

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    more_descriptors()?;
    let mut ends = Ends::over(context, WORK, Policy::Encrypted, vec![BYTES], 64 * MIB)?;
    let (directory, ticket) = (ends.reader.directory().to_owned(), ends.tickets[0].clone());
    let reader = || -> Result<Fabric> {
        let directory = Some(directory.clone());
        let encrypt = Some(Encrypt::Always);
        let fabric = Fabric::open(Options { directory, encrypt, ..Options::default() });
        let fabric = fabric.map_err(refused("wharf"))?;
        drop(fabric.resolve(&ticket, PATIENCE).map_err(refused("wharf"))?);
        Ok(fabric)
    };
    // What the first of them costs is the endpoint's own.
    let first = reader()?;
    let before = ends.origin_usage()?;
    let mut readers = Vec::with_capacity(READERS);
    for number in 1..=READERS {
        context.carry_on()?;
        readers.push(reader()?);
        if number % 250 == 0 {
            eprintln!("# {number} readers of {READERS}");
        }
    }
    let fetched: u64 = readers.iter().map(|reader| reader.remote_counters().bytes_received).sum();
    if fetched < READERS as u64 * BYTES {
        let what = format!("{fetched} bytes came over the network");
        return Err(Error::Subject { who: "wharf".to_owned(), what });
    }
    std::thread::sleep(SETTLE);
    let (settled, began) = (ends.origin_usage()?, Instant::now());
    std::thread::sleep(LOOK);
    let after = ends.origin_usage()?;
    let took = began.elapsed();
    // All of them were connected to the end.
    let connected = after.sockets.saturating_sub(before.sockets);
    if connected < READERS as u64 {
        let what = format!("{connected} of {READERS} connections were there at the end");
        return Err(Error::Subject { who: "wharf".to_owned(), what });
    }
    drop((first, readers));
    let each = after.resident.saturating_sub(before.resident) as f64 / READERS as f64;
    let busy = after.processor.saturating_sub(settled.processor);
    let mut row = Row::new(WORK, "wharf", BYTES);
    row.timed = Some(format!("{} seconds", LOOK.as_secs()));
    row.more = [
        ("bytes_each", each),
        ("connections", connected as f64),
        ("cpu_percent", 100.0 * busy.as_secs_f64() / took.as_secs_f64()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into();
    Ok(vec![row])
}

/// Lets this process and those that it starts have as many descriptors as they may.
fn more_descriptors() -> Result<()> {
    let Rlimit { maximum, current } = getrlimit(Resource::Nofile);
    let needed = 16 * READERS as u64;
    if maximum.is_some_and(|maximum| maximum < needed) {
        return Err(Error::Unavailable(format!("needs {needed} descriptors (see ulimit -Hn)")));
    }
    if current.is_some_and(|current| current < needed) {
        let set = setrlimit(Resource::Nofile, Rlimit { current: Some(needed), maximum });
        return set.map_err(|error| Error::Unavailable(format!("{needed} descriptors: {error}")));
    }
    Ok(())
}
