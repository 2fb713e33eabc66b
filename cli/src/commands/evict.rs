//! `wharf evict`: ends objects.

use std::fmt;

use anyhow::{Context, bail};
use serde::Serialize;
use wharf::Deadline;

use crate::args::Evict;
use crate::session::Session;
use crate::tickets;
use crate::voice;

/// What `--json` says. Without it, nothing is said of what went well.
#[derive(Serialize)]
struct Report {
    /// Objects that were ended.
    evicted: usize,
    errors: Vec<Refusal>,
}

#[derive(Serialize)]
struct Refusal {
    /// The argument, or where in which file the ticket was.
    ticket: String,
    error: String,
    kind: &'static str,
}

pub(crate) fn run(session: &Session, args: &Evict) -> anyhow::Result<()> {
    let fabric = session.open()?;
    let given = tickets::many(&args.tickets);
    let total = given.len();
    let mut errors = Vec::new();
    // One bad ticket does not keep the others' objects alive.
    for given in given {
        let label = given.label.clone();
        let evict = |ticket| Ok(fabric.evict(&ticket)?);
        let evicted = given.find(&fabric, Deadline::NOW).and_then(evict);
        errors.extend(evicted.err().map(|error| (label, error)));
    }
    let refusal = |(label, error): &(String, anyhow::Error)| Refusal {
        ticket: label.clone(),
        error: voice::explain(error),
        kind: voice::kind(error),
    };
    let report =
        Report { evicted: total - errors.len(), errors: errors.iter().map(refusal).collect() };
    session.voice.say(&report)?;
    match errors.pop() {
        None => Ok(()),
        Some((label, error)) if total == 1 && args.tickets == [label.as_str()] => Err(error),
        Some((label, error)) if total == 1 => Err(error).context(label),
        Some(_) => {
            let lines = report.errors.iter().map(|r| format!("\n  {}: {}", r.ticket, r.error));
            bail!(
                "{} of {total} were not evicted:{}",
                report.errors.len(),
                lines.collect::<String>()
            )
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
