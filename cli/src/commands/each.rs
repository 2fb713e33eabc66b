//! What is done to each of several objects, whatever becomes of the others.

use std::fmt;

use anyhow::{Context, bail};
use serde::Serialize;

use crate::session::Session;
use crate::tickets::Given;
use crate::voice;

/// What `--json` says. Without it, nothing is said of what went well.
#[derive(Serialize)]
struct Report {
    /// To how many it was done.
    done: usize,
    errors: Vec<Refusal>,
}

#[derive(Serialize)]
struct Refusal {
    /// The argument, or where in which file the ticket was.
    ticket: String,
    error: String,
    kind: &'static str,
}

/// Does something to each. Where that fails, the error says which were not `done`, and why.
pub(crate) fn each(
    session: &Session,
    given: Vec<Given>,
    done: &str,
    act: impl Fn(Given) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let total = given.len();
    let mut errors = Vec::new();
    let alone = given.len() == 1 && given[0].is_argument;
    for given in given {
        let label = given.label.clone();
        errors.extend(act(given).err().map(|error| (label, error)));
    }
    let refusals = errors.iter().map(|(label, error)| Refusal {
        ticket: label.clone(),
        error: voice::explain(error),
        kind: voice::kind(error),
    });
    let report = Report { done: total - errors.len(), errors: refusals.collect() };
    session.voice.say(&report)?;
    let Some((label, first)) = errors.into_iter().next() else { return Ok(()) };
    if total == 1 {
        // An argument needs no repeating.
        return if alone { Err(first) } else { Err(first).context(label) };
    }
    let Report { errors, .. } = report;
    let lines = errors.iter().map(|refusal| format!("\n  {}: {}", refusal.ticket, refusal.error));
    let summary =
        format!("{} of {total} were not {done}:{}", errors.len(), lines.collect::<String>());
    // What ended all of them decides the exit status.
    let kind = voice::kind(&first);
    if errors.iter().all(|refusal| refusal.kind == kind) {
        return Err(first).context(summary);
    }
    bail!(summary)
}

impl fmt::Display for Report {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
