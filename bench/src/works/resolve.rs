//! `resolve`: from ticket bytes to a view of another process's object, and the view's release.
//!
//! The other process puts the objects; this one has their tickets and has mapped the arena. No object is held between two
//! resolves, and no byte of any is touched. Beside it the same with arrays, their element type checked, and from C, with the library
//! linked and loaded. For context, the
//! bytes sent through a unix socket and got from Redis, which do arrive in this process's memory.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wharf::{Fabric, Ticket, Wait};

use super::{GIB, KIB, MIB};
use crate::caller;
use crate::context::Context;
use crate::error::{Result, refused};
use crate::exchange::{PATIENCE, open};
use crate::floors::socket::Exchange;
use crate::library::Library;
use crate::measure::{Case, Plan, ROUNDS, Task, alternate};
use crate::peer::{Link, Peer};
use crate::roles::Role;
use crate::row::{Row, relate};

pub(crate) const WORK: &str = "resolve";
/// The C library as a program has it that is linked with the shared one.
const SHARED: &str = "wharf-c-shared";
const SIZES: [u64; 6] = [64, 4 * KIB, 64 * KIB, MIB, 64 * MIB, GIB];
const ARRAYS: [u64; 2] = [64, MIB];
/// Small objects are resolved in turn, so that it is not always the same one.
const OBJECTS: usize = 16;
const ROUND: Duration = Duration::from_millis(40);

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    context.room_for(2 * GIB)?;
    let directory = context.subdirectory("resolve")?;
    let mut owner = Peer::start(
        context,
        &Role::Owner(Objects {
            directory: directory.clone(),
            sizes: SIZES.to_vec(),
            arrays: ARRAYS.to_vec(),
        }),
    )?;
    let fabric = open(&directory, Wait::default())?;
    let mut cases = Vec::new();
    let mut not_run = Vec::new();
    for bytes in SIZES {
        let tickets = owner.receive_all()?;
        if bytes == SIZES[0] {
            let plan = Plan::each(100_000, ROUND);
            let task = Box::new(caller::Resolve::new(Library::LINKED, &directory, &tickets)?);
            cases.push(Case { subject: "wharf-c", bytes, plan, task });
            match Library::load(context.library()) {
                Ok(library) => {
                    let task = Box::new(caller::Resolve::new(library, &directory, &tickets)?);
                    cases.push(Case { subject: SHARED, bytes, plan, task });
                }
                Err(error) => not_run.push(Row::not_run(WORK, SHARED, bytes, error)),
            }
        }
        let task = Box::new(Resolve::new(&fabric, tickets, resolve));
        cases.push(Case { subject: "wharf", bytes, plan: Plan::each(100_000, ROUND), task });
    }
    for bytes in ARRAYS {
        let task = Box::new(Resolve::new(&fabric, owner.receive_all()?, get));
        cases.push(Case { subject: "wharf-array", bytes, plan: Plan::each(100_000, ROUND), task });
    }
    for bytes in SIZES.into_iter().filter(|&bytes| bytes <= 64 * MIB) {
        let task = Box::new(Exchange::fetch(context, bytes as usize)?);
        cases.push(Case { subject: "unix-socket", bytes, plan: Plan::each(10_000, ROUND), task });
    }
    not_run.extend(add_redis(context, &mut cases));
    let series = alternate(context, ROUNDS, &mut cases)?;
    let mut rows: Vec<Row> = series.iter().map(|series| Row::of(WORK, series)).collect();
    for row in rows.iter_mut().filter(|row| !row.subject.starts_with("wharf")) {
        *row = row.clone().moving_bytes();
    }
    rows.extend(not_run);
    for subject in ["unix-socket", "redis", "wharf-array", "wharf-c", SHARED] {
        relate(&mut rows, subject, &["wharf"], "p50_ns");
    }
    drop(cases);
    owner.finish()?;
    Ok(rows)
}

struct Resolve<'a, R> {
    fabric: &'a Fabric,
    tickets: Vec<Vec<u8>>,
    next: usize,
    resolve: R,
}

impl<'a, R: Fn(&Fabric, &Ticket) -> wharf::Result<()>> Resolve<'a, R> {
    fn new(fabric: &'a Fabric, tickets: Vec<Vec<u8>>, resolve: R) -> Self {
        Self { fabric, tickets, next: 0, resolve }
    }
}

impl<R: Fn(&Fabric, &Ticket) -> wharf::Result<()>> Task for Resolve<'_, R> {
    fn once(&mut self) -> Result<()> {
        let bytes = &self.tickets[self.next];
        self.next = (self.next + 1) % self.tickets.len();
        let ticket = Ticket::from_bytes(bytes).map_err(refused("wharf"))?;
        (self.resolve)(self.fabric, &ticket).map_err(refused("wharf"))
    }
}

/// The address and length only: the bytes behind them are not read.
fn resolve(fabric: &Fabric, ticket: &Ticket) -> wharf::Result<()> {
    black_box(fabric.resolve(ticket, PATIENCE)?.as_ptr_range());
    Ok(())
}

/// The same for an array.
fn get(fabric: &Fabric, ticket: &Ticket) -> wharf::Result<()> {
    black_box(fabric.get::<[f64]>(ticket, PATIENCE)?.as_ptr_range());
    Ok(())
}

#[cfg(feature = "peers")]
fn add_redis(context: &Context, cases: &mut Vec<Case<'_>>) -> Option<Row> {
    use crate::peers::redis::{Get, Redis};
    let mut start = || {
        let redis = Redis::start(context)?;
        for bytes in SIZES.into_iter().filter(|&bytes| bytes <= 64 * MIB) {
            let task = Box::new(Get::new(&redis, bytes as usize)?);
            cases.push(Case { subject: "redis", bytes, plan: Plan::each(10_000, ROUND), task });
        }
        Ok(())
    };
    start().err().map(|error: crate::error::Error| Row::not_run(WORK, "redis", 64, error))
}

#[cfg(not(feature = "peers"))]
fn add_redis(_context: &Context, _cases: &mut Vec<Case<'_>>) -> Option<Row> {
    Some(Row::not_run(WORK, "redis", 64, super::NO_PEERS))
}

/// The objects of the other process.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Objects {
    directory: PathBuf,
    sizes: Vec<u64>,
    arrays: Vec<u64>,
}

/// Puts them, sends their tickets size by size, and stays until told to end.
pub(crate) fn own(mut link: Link, objects: &Objects) -> Result<()> {
    let fabric = open(Path::new(&objects.directory), Wait::default())?;
    let store = fabric.store("resolve", Default::default()).map_err(refused("wharf"))?;
    let mut send = |bytes: u64, put: &dyn Fn() -> wharf::Result<Ticket>| {
        let count = if bytes <= MIB { OBJECTS } else { 1 };
        let tickets: wharf::Result<Vec<Ticket>> = (0..count).map(|_| put()).collect();
        let tickets = tickets.map_err(refused("wharf"))?;
        link.send_all(&tickets.iter().map(|ticket| ticket.to_bytes().to_vec()).collect::<Vec<_>>())
    };
    for &bytes in &objects.sizes {
        send(bytes, &|| store.alloc(bytes as usize)?.seal())?;
    }
    for &bytes in &objects.arrays {
        send(bytes, &|| store.alloc_array::<f64>([2, bytes as usize / 16])?.seal())?;
    }
    link.hear_or_end::<()>().map(|_| ())
}
