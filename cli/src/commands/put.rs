//! `wharf put`: files or standard input become objects, and their tickets are printed.

use std::fmt;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Serialize;
use wharf::{Fabric, Lifetime, Store, StoreOptions, Ticket};

use crate::args::Put;
use crate::session::Session;
use crate::source::Source;
use crate::voice;

/// One object that was put.
#[derive(Serialize)]
pub(super) struct Report {
    ticket: String,
    file: String,
    size: u64,
    /// What it was published under.
    name: Option<String>,
    /// One of several: they need telling apart.
    #[serde(skip)]
    one_of_several: bool,
}

pub(crate) fn run(session: &Session, args: &Put) -> anyhow::Result<()> {
    let fabric = session.make()?;
    let lifetime = Lifetime::NODE.ending(args.lifetime);
    let store = fabric.store("wharf put", StoreOptions { lifetime, ..StoreOptions::default() })?;
    let (mut refusals, mut unreachable) = (Vec::new(), false);
    for file in &args.files {
        match put(session, &store, args, file) {
            Ok(ticket) => {
                hand_over(session, &fabric, args, file, &ticket)?;
                unreachable |= ticket.routes().next().is_none();
            }
            Err(error) if args.files.len() == 1 => return Err(error),
            Err(error) => refusals.push(format!("\n  {}", voice::explain(&error))),
        }
    }
    if unreachable {
        session.voice.warn(
            "no route leads here from other nodes: the object can be resolved on this node only; one \
             that is put while `wharf serve` runs has a route (--quiet says so no more)",
        );
    }
    if !refusals.is_empty() {
        let (some, all) = (refusals.len(), args.files.len());
        bail!("{some} of {all} files were not put:{}", refusals.concat());
    }
    Ok(())
}

fn put(session: &Session, store: &Store, args: &Put, file: &Path) -> anyhow::Result<Ticket> {
    let source = Source::open(file, args.size.map(|size| size.0))?;
    let ticket = source.put(store, session.voice)?;
    // An object that cannot have its name is ended again with the error.
    if let Some(name) = &args.name
        && let Err(error) = store.publish(name, &ticket)
    {
        store.evict(&ticket)?;
        return Err(error).with_context(|| format!("{} was not put", file.display()));
    }
    Ok(ticket)
}

/// Prints the ticket. If that fails, nobody could ever get the object.
fn hand_over(
    session: &Session,
    fabric: &Fabric,
    args: &Put,
    file: &Path,
    ticket: &Ticket,
) -> anyhow::Result<()> {
    let report = Report::new(ticket, file, args.name.clone(), args.files.len() > 1);
    let Err(error) = session.voice.write(&report) else { return Ok(()) };
    fabric.evict(ticket).context("the ticket could not be printed, and the object not evicted")?;
    bail!("cannot write the ticket to standard output, so nothing was put: {error}");
}

impl Report {
    pub(super) fn new(
        ticket: &Ticket,
        file: &Path,
        name: Option<String>,
        one_of_several: bool,
    ) -> Self {
        Self {
            ticket: ticket.to_string(),
            file: file.display().to_string(),
            size: ticket.size().unwrap_or_default(),
            name,
            one_of_several,
        }
    }
}

/// A file's name without what would begin another line or column.
fn one_line(name: &str) -> String {
    let escape = |c: char| match c.is_control() {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    name.chars().map(escape).collect()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.one_of_several {
            // A line stays a line, whatever the file is called.
            true => writeln!(f, "{}\t{}", self.ticket, one_line(&self.file)),
            false => writeln!(f, "{}", self.ticket),
        }
    }
}
