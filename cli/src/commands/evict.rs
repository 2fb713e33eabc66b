//! `wharf evict`: ends objects.

use anyhow::bail;
use wharf::Fabric;

use crate::args::Evict;
use crate::output;

pub(crate) fn run(fabric: &Fabric, args: &Evict) -> anyhow::Result<()> {
    if let [ticket] = &args.tickets[..] {
        return evict(fabric, ticket);
    }
    // One bad ticket does not keep the others' objects alive.
    let mut refusals = Vec::new();
    for ticket in &args.tickets {
        if let Err(error) = evict(fabric, ticket) {
            refusals.push(format!("  {ticket}: {}", output::explain(&error)));
        }
    }
    if !refusals.is_empty() {
        bail!(
            "{} of {} were not evicted:\n{}",
            refusals.len(),
            args.tickets.len(),
            refusals.join("\n")
        );
    }
    Ok(())
}

fn evict(fabric: &Fabric, ticket: &str) -> anyhow::Result<()> {
    Ok(fabric.evict(&super::ticket(ticket)?)?)
}
