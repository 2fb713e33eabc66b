//! `wharf ls`: every arena on the node, with its objects.

use std::fmt::Write;

use wharf::{ArenaStat, Fabric, State};

use crate::human::{self, Bytes};
use crate::output;

pub(crate) fn run(fabric: &Fabric) -> anyhow::Result<()> {
    let arenas = fabric.arenas()?;
    if arenas.is_empty() {
        return output::say(format!("nothing in {}\n", fabric.directory().display()));
    }
    let mut text = String::new();
    for arena in &arenas {
        describe(&mut text, arena)?;
    }
    output::say(text)
}

fn describe(text: &mut String, arena: &ArenaStat) -> std::fmt::Result {
    let objects = arena.objects.iter().filter(|object| object.state != State::Evicted);
    writeln!(
        text,
        "arena {}  {}  {}  {}, {} taken",
        arena.id,
        // Another process wrote the name: a terminal must not take it for more than a name.
        arena.name.escape_debug(),
        human::owner(arena.owner_pid, arena.owner_alive),
        human::count(objects.clone().count() as u64, "object"),
        Bytes(arena.reserved),
    )?;
    for object in objects {
        let size = object.extent.map_or("?".into(), |extent| Bytes(extent.len).to_string());
        writeln!(
            text,
            "  slot {:<8} {:<8} {size:>11}  {}",
            object.slot,
            human::state(object.state),
            human::lifetime(object.lifetime, object.state),
        )?;
    }
    Ok(())
}
