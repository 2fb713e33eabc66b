//! `wharf publish`, `unpublish`, `lookup`, `names`: names that objects are found by.

use std::fmt;

use serde::Serialize;
use wharf::{Deadline, StoreOptions, Ticket};

use crate::args::{Lookup, Names, Publish, Unpublish};
use crate::progress::deadlines;
use crate::session::Session;
use crate::tickets;

/// What is published under a name.
#[derive(Serialize)]
struct Named {
    name: String,
    ticket: String,
    /// In bytes; null if it was not known when the name was given.
    size: Option<u64>,
}

/// Every name that was asked for, a line for each.
#[derive(Serialize)]
#[serde(transparent)]
struct Listing(Vec<Named>);

/// What was asked for by its name.
#[derive(Serialize)]
#[serde(transparent)]
struct Found(Named);

pub(crate) fn publish(session: &Session, args: &Publish) -> anyhow::Result<()> {
    let given = tickets::one(&args.ticket)?;
    let fabric = session.open()?;
    let ticket = given.find(&fabric, session.voice, Deadline::NOW)?;
    let store = fabric.store("wharf publish", StoreOptions::default())?;
    Ok(store.publish(&args.name, &ticket)?)
}

pub(crate) fn unpublish(session: &Session, args: &Unpublish) -> anyhow::Result<()> {
    Ok(session.open()?.unpublish(&args.name)?)
}

pub(crate) fn lookup(session: &Session, args: &Lookup) -> anyhow::Result<()> {
    let (deadline, _) = deadlines(args.timeout);
    let fabric = session.open_by(deadline)?;
    let ticket = tickets::lookup(&fabric, &args.name, session.voice, deadline)?;
    session.voice.say(&Found(Named::new(args.name.clone(), &ticket)))
}

pub(crate) fn names(session: &Session, args: &Names) -> anyhow::Result<()> {
    let names = match session.find()? {
        Ok(fabric) => fabric.names(&args.prefix)?,
        Err(directory) => {
            let directory = directory.display();
            session.voice.warn(format_args!("there is no directory {directory}, so no names"));
            Vec::new()
        }
    };
    let names = names.into_iter().map(|(name, ticket)| Named::new(name, &ticket));
    session.voice.say(&Listing(names.collect()))
}

impl Named {
    fn new(name: String, ticket: &Ticket) -> Self {
        Self { name, ticket: ticket.to_string(), size: ticket.size() }
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|Named { name, ticket, .. }| {
            writeln!(f, "{ticket}\t{}", name.escape_debug())
        })
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.0.ticket)
    }
}
