//! What the followers have in common: read a line, resolve its ticket, check the bytes, say what came of it.
//!
//! Nothing is copied, whatever the size: the fields are read where the simulation wrote them, or, on
//! another host, where they arrived. While a follower looks at a step, nobody can take it away; not even
//! its eviction does.

use std::io::BufRead;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use wharf::{Error, Fabric, Order, View, bytemuck};

use crate::args::FollowerArgs;
use crate::statistics::Statistics;
use crate::words::{Report, Seen, Step, Word, say};

/// Follows a simulation to its end; `look` is what this follower is for.
pub(crate) fn follow(
    args: &FollowerArgs,
    mut look: impl FnMut(&Step, &[f64]) -> Result<Option<Statistics>>,
) -> Result<()> {
    let fabric = Fabric::new()?;
    let mut out = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let line = line.context("cannot read the simulation's lines")?;
        let word = serde_json::from_str(&line)
            .with_context(|| format!("this is no line of `gray-scott simulate`: {line}"))?;
        let Word::Step(step) = word else { return Ok(()) };
        let seen = see(&fabric, &step, args.copy, &mut look)
            .with_context(|| format!("step {}", step.step))?;
        say(&mut out, &Report { step: step.step, iteration: step.iteration, seen })?;
    }
    bail!("the lines ended before the simulation did: it died, or whoever passed them on did")
}

/// Nothing, if the step has been evicted.
fn see(
    fabric: &Fabric,
    step: &Step,
    copy: bool,
    look: &mut impl FnMut(&Step, &[f64]) -> Result<Option<Statistics>>,
) -> Result<Option<Seen>> {
    let (copied_before, fetched_before) =
        (fabric.counters().bytes_copied, fabric.remote_counters());
    let started = Instant::now();
    let view = match fabric.get::<[f64]>(&step.ticket, PATIENCE) {
        Err(Error::Evicted) => return Ok(None),
        outcome => outcome?,
    };
    let resolve_ns = started.elapsed().as_nanos() as u64;
    let fetched = fabric.remote_counters();
    check_shape(&view)?;

    let bytes = size_of_val(&*view) as u64;
    let own = copy.then(|| view.to_vec());
    // What the library copied, which it does of exposed memory, and what is copied here.
    let copied_here = own.as_deref().map_or(0, |own| size_of_val(own) as u64);
    let bytes_copied = fabric.counters().bytes_copied - copied_before + copied_here;
    let fields = own.as_deref().unwrap_or(&view);
    let crc = crc32fast::hash(bytemuck::cast_slice(fields));
    ensure!(crc == step.crc, "wrong bytes: CRC-32 {crc:08x}, and {:08x} were written", step.crc);
    let statistics = look(step, fields)?;
    Ok(Some(Seen {
        resolve_ns,
        bytes,
        bytes_copied,
        bytes_fetched: fetched.bytes_fetched - fetched_before.bytes_fetched,
        bytes_received: fetched.bytes_received - fetched_before.bytes_received,
        statistics,
    }))
}

/// The object itself says what it is: two square fields, one after the other. In Fortran's order that is
/// `(n, n, 2)`, and the same memory.
fn check_shape(view: &View<f64>) -> Result<()> {
    let array = view.array().context("this object is no array")?;
    let shape = array.shape();
    let square = match (shape.order(), shape.dimensions()) {
        (Order::C, [2, height, width]) | (Order::Fortran, [width, height, 2]) => height == width,
        _ => false,
    };
    ensure!(square, "this object is no state of the simulation: {array}");
    Ok(())
}

/// Far more than a sealed object ever takes.
const PATIENCE: Duration = Duration::from_secs(5);
