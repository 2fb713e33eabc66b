//! What the processes tell each other: one line of JSON each, through ordinary pipes.
//!
//! ```text
//! simulate ── {"step":{"step":7,"iteration":875,"ticket":"wharf1_…","crc":…}} ──▶ statistics, frames
//!             {"end":{"steps":121,…}}
//! statistics, frames ── {"step":7,"iteration":875,"seen":{"resolve_ns":…}} ──▶ whoever wants to know
//! ```
//!
//! A line holds a ticket, never the fields: however large these are, a line is a few hundred bytes.

use std::io::Write;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use wharf::Ticket;

use crate::statistics::Statistics;

/// A line of the simulation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Word {
    Step(Step),
    End(End),
}

/// A state that was shared, and may be resolved until the simulation evicts it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) step: u64,
    pub(crate) iteration: u64,
    pub(crate) ticket: Ticket,
    /// CRC-32 of the bytes that the simulation wrote.
    pub(crate) crc: u32,
}

/// There are no more steps, and this is what was done for them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) steps: u64,
    pub(crate) bytes_shared: u64,
    pub(crate) bytes_copied: u64,
    pub(crate) evicted: u64,
}

/// A line of a follower: what became of a step there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) step: u64,
    pub(crate) iteration: u64,
    /// Nothing if the step had been evicted before it was resolved: it is skipped.
    pub(crate) seen: Option<Seen>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// How long the resolve took, from the ticket to the view.
    pub(crate) resolve_ns: u64,
    pub(crate) bytes: u64,
    pub(crate) bytes_copied: u64,
    /// What of the step was fetched from another node.
    #[serde(default)]
    pub(crate) bytes_fetched: u64,
    /// What came over the network for that, with everything that goes around it.
    #[serde(default)]
    pub(crate) bytes_received: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) statistics: Option<Statistics>,
}

/// Writes a line at once.
pub(crate) fn say(out: &mut impl Write, word: &impl Serialize) -> Result<()> {
    let mut line = serde_json::to_string(word)?;
    line.push('\n');
    out.write_all(line.as_bytes())
        .and_then(|()| out.flush())
        .context("nobody reads this process's standard output any more")
}
