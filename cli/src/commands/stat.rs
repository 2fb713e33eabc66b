//! `wharf stat`: what an object is, and in what state.

use std::fmt::Write;

use wharf::{Fabric, ObjectStat, Section, Ticket};

use crate::args::Stat;
use crate::human::{self, Bytes};
use crate::output;

pub(crate) fn run(fabric: &Fabric, args: &Stat) -> anyhow::Result<()> {
    let ticket = super::ticket(&args.ticket)?;
    let stat = fabric.stat(&ticket)?;
    output::say(describe(&ticket, &stat)?)
}

fn describe(ticket: &Ticket, stat: &ObjectStat) -> Result<String, std::fmt::Error> {
    let key = ticket.key();
    let mut text = String::new();
    writeln!(text, "state     {}", human::state(stat.state))?;
    match stat.extent {
        Some(extent) => writeln!(text, "size      {} ({} bytes)", Bytes(extent.len), extent.len)?,
        None => writeln!(text, "size      not known yet")?,
    }
    writeln!(text, "lifetime  {}", human::lifetime(stat.lifetime, stat.state))?;
    writeln!(text, "owner     {}", human::owner(stat.owner_pid, stat.owner_alive))?;
    writeln!(text, "arena     {}, slot {}, generation {}", key.arena, key.slot, key.generation)?;
    writeln!(text, "node      {} (this one)", ticket.node())?;
    match ticket.sections().filter(|section| section.kind == Section::ROUTE).count() {
        0 => writeln!(text, "routes    none: the ticket can be resolved on this node only")?,
        routes => writeln!(text, "routes    {routes}")?,
    }
    Ok(text)
}
