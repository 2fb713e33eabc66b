//! `tcp-first-contact`: the first object of a node that a process has never talked to: connection, handshake, object.
//!
//! The floor connects and fetches as many bytes, with no handshake: two round trips. Wharf's connection is encrypted and
//! each end proves who it is: three.

use std::hint::black_box;
use std::time::Duration;

use wharf::{Fabric, Options};

use super::{Ends, Waits};
use crate::context::Context;
use crate::error::{Result, refused};
use crate::exchange::PATIENCE;
use crate::floors::stream::Stream;
use crate::measure::{Case, Plan, ROUNDS, Task, alternate};
use crate::row::{Row, relate};
use crate::works::MIB;

pub(crate) const WORK: &str = "tcp-first-contact";
const BYTES: u64 = 64;

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    let ends = Ends::new(context, WORK, false, Waits::Asleep, vec![BYTES], 64 * MIB)?;
    let directory = ends.reader.directory().to_owned();
    let pages = context.subdirectory("first-contact-floor")?;
    let plan = Plan::each(50, Duration::from_millis(500));
    let wharf = Wharf { directory, ends: &ends, fabric: None };
    let bare = Bare { connect: || Stream::new(&pages, ends.floor, 1, BYTES as usize, false) };
    let mut cases = [
        Case { subject: "wharf", bytes: BYTES, plan, task: Box::new(wharf) },
        Case { subject: "connect", bytes: BYTES, plan, task: Box::new(bare) },
    ];
    let series = alternate(context, ROUNDS, &mut cases)?;
    let mut rows: Vec<Row> = series.iter().map(|series| Row::of(WORK, series)).collect();
    relate(&mut rows, "wharf", &["connect"], "p50_ns");
    Ok(rows)
}

/// A fabric that knows nobody yet is made before the time is taken.
struct Wharf<'a> {
    directory: std::path::PathBuf,
    ends: &'a Ends,
    fabric: Option<Fabric>,
}

impl Wharf<'_> {
    fn open(&self) -> Result<Fabric> {
        let directory = Some(self.directory.clone());
        Fabric::open(Options { directory, ..Options::default() }).map_err(refused("wharf"))
    }
}

impl Task for Wharf<'_> {
    fn begin(&mut self, _: u32) -> Result<()> {
        self.fabric = Some(self.open()?);
        Ok(())
    }

    fn once(&mut self) -> Result<()> {
        let Some(fabric) = &self.fabric else { return Ok(()) };
        let view = fabric.resolve(&self.ends.tickets[0], PATIENCE).map_err(refused("wharf"))?;
        black_box(view.as_ptr_range());
        Ok(())
    }

    fn between(&mut self) -> Result<()> {
        self.fabric = Some(self.open()?);
        Ok(())
    }
}

struct Bare<F> {
    connect: F,
}

impl<F: FnMut() -> Result<Stream>> Task for Bare<F> {
    fn once(&mut self) -> Result<()> {
        (self.connect)()?.once()
    }
}
