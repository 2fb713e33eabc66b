//! `wharf stat`: what an object is, and in what state.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use wharf::{Deadline, Form, ObjectStat, Order, Section, Size, State, Ticket};

use crate::args;
use crate::far::Far;
use crate::human::{self, Life, Owner};
use crate::progress::patiently;
use crate::session::Session;
use crate::tickets;

/// What is known of an object.
#[derive(Serialize)]
struct Stat {
    /// pending, sealed, claimed (it ends once, and is on its way to somebody) or failed.
    state: &'static str,
    /// In bytes; null while it is not known.
    size: Option<u64>,
    /// What the bytes are, in words.
    form: String,
    /// What array they are, if they are one.
    #[serde(skip_serializing_if = "Option::is_none")]
    array: Option<Array>,
    /// Since it was begun; null of what is not on this node, as the next and the owner.
    age_seconds: Option<u64>,
    lifetime: Option<Life>,
    /// Its bytes lie in its producer's own memory.
    exposed: bool,
    owner: Option<Owner>,
    node: String,
    arena: String,
    slot: u32,
    generation: u64,
    /// How many ways lead there from other nodes.
    routes: usize,
    /// It is in the memory of this node.
    #[serde(skip)]
    is_here: bool,
}

#[derive(Serialize)]
struct Array {
    element: String,
    shape: Vec<usize>,
    /// C or Fortran.
    order: &'static str,
}

pub(crate) fn run(session: &Session, args: &args::Stat) -> anyhow::Result<()> {
    let given = tickets::one(&args.ticket)?;
    let fabric = session.open_for(&given)?;
    let ticket = given.find(&fabric, session.voice, Deadline::NOW)?;
    if fabric.is_elsewhere(&ticket) {
        let deadline = Deadline::after(args.timeout);
        let far = Far::new(&fabric, std::slice::from_ref(&ticket), deadline);
        let ask = |deadline| fabric.size_if_sealed(&ticket, deadline);
        let size = patiently(session.voice, "its node", far.as_ref(), deadline, ask)?;
        let state = if size.is_some() { State::Sealed } else { State::Pending };
        return session.voice.say(&Stat::told(&ticket, state, size));
    }
    let stat = tickets::with(&fabric, &ticket, || fabric.stat(&ticket))?;
    session.voice.say(&Stat::new(&ticket, &stat))
}

impl Stat {
    fn new(ticket: &Ticket, stat: &ObjectStat) -> Self {
        let size = stat.extent.map(|extent| extent.len);
        Self {
            state: human::state(stat.state, stat.claimed),
            age_seconds: stat.age.map(|age| age.as_secs()),
            lifetime: Some(Life::of(stat.lifetime, stat.state)),
            exposed: stat.exposed,
            owner: Some(Owner { pid: stat.owner_pid, alive: stat.owner_alive }),
            is_here: true,
            ..Self::told(ticket, stat.state, size)
        }
    }

    /// What its ticket tells, and its node tells others.
    fn told(ticket: &Ticket, state: State, size: Option<u64>) -> Self {
        let key = ticket.key();
        let form = ticket.form();
        Self {
            state: human::state(state, false),
            size,
            form: form.to_string(),
            array: match form {
                Form::Array(array) => Some(Array {
                    element: array.element().to_string(),
                    shape: array.shape().dimensions().to_vec(),
                    order: match array.shape().order() {
                        Order::Fortran => "Fortran",
                        _ => "C",
                    },
                }),
                _ => None,
            },
            age_seconds: None,
            lifetime: None,
            exposed: ticket.is_exposed(),
            owner: None,
            node: ticket.node().to_string(),
            arena: key.arena.to_string(),
            slot: key.slot,
            generation: key.generation,
            routes: ticket.sections().filter(|section| section.kind == Section::ROUTE).count(),
            is_here: false,
        }
    }
}

impl fmt::Display for Stat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "state     {}", self.state)?;
        match self.size {
            Some(size) => writeln!(f, "size      {} ({size} bytes)", Size(size))?,
            None => writeln!(f, "size      not known yet")?,
        }
        writeln!(f, "holds     {}", self.form)?;
        if let Some(seconds) = self.age_seconds {
            writeln!(f, "age       {}", human::age(Duration::from_secs(seconds)))?;
        }
        if let Some(lifetime) = &self.lifetime {
            writeln!(f, "lifetime  {lifetime}")?;
        }
        if self.exposed {
            writeln!(f, "memory    its producer's own: whoever resolves it copies it")?;
        }
        if let Some(owner) = &self.owner {
            writeln!(f, "owner     {owner}")?;
        }
        let Self { arena, slot, generation, .. } = self;
        writeln!(f, "arena     {arena}, slot {slot}, generation {generation}")?;
        let whose = if self.is_here { "this one" } else { "asked over the network" };
        writeln!(f, "node      {} ({whose})", self.node)?;
        match self.routes {
            0 => writeln!(f, "routes    none: the ticket can be resolved on this node only"),
            routes => writeln!(f, "routes    {routes}"),
        }
    }
}
