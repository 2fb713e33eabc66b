//! `wharf wait`: until objects are sealed, and nothing more.

use std::fmt;

use serde::Serialize;
use wharf::{Deadline, Fabric, Ticket};

use super::each::each;
use crate::args::Wait;
use crate::far::Far;
use crate::progress::{deadlines, patiently};
use crate::session::Session;
use crate::tickets::{self, Given};

/// The first that was sealed.
#[derive(Serialize)]
struct First {
    /// Its place among those that were given, from 0.
    index: usize,
    ticket: String,
}

pub(crate) fn run(session: &Session, args: &Wait) -> anyhow::Result<()> {
    let given = tickets::many(&args.tickets);
    let (for_names, deadline) = deadlines(args.timeout);
    let fabric = match given.iter().any(Given::is_name) {
        true => session.open_by(for_names)?,
        false if given.iter().any(Given::has_routes) => session.make()?,
        false => session.open()?,
    };
    if args.any {
        return any(session, &fabric, given, for_names, deadline);
    }
    each(session, given, "sealed", |given| {
        let ticket = given.find(&fabric, session.voice, for_names)?;
        let far = Far::new(&fabric, std::slice::from_ref(&ticket), deadline);
        let wait = |deadline| fabric.wait(&ticket, deadline);
        let wait = || patiently(session.voice, "the producer", far.as_ref(), deadline, wait);
        tickets::with(&fabric, &ticket, wait)
    })
}

/// Here one bad ticket keeps the others: it would be the first every time.
fn any(
    session: &Session,
    fabric: &Fabric,
    given: Vec<Given>,
    for_names: Deadline,
    deadline: Deadline,
) -> anyhow::Result<()> {
    let find = |given: Given| given.find(fabric, session.voice, for_names);
    let objects = given.into_iter().map(find).collect::<anyhow::Result<Vec<Ticket>>>()?;
    let wait = |deadline| fabric.wait_any(&objects, deadline);
    let far = Far::new(fabric, &objects, deadline);
    let index = patiently(session.voice, "any of the producers", far.as_ref(), deadline, wait)?;
    // It is pending no more, and that may mean that it failed.
    let first = &objects[index];
    tickets::with(fabric, first, || fabric.wait(first, deadline))?;
    session.voice.say(&First { index, ticket: first.to_string() })
}

impl fmt::Display for First {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.ticket)
    }
}
