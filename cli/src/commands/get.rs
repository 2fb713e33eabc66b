//! `wharf get`: an object's bytes, to standard output or into a file.

use std::time::Duration;

use wharf::{Deadline, Error, Fabric, Ticket, View};

use crate::args::Get;
use crate::output_file::Output;
use crate::progress::{LONG, Progress};
use crate::session::Session;
use crate::tickets;

pub(crate) fn run(session: &Session, args: &Get) -> anyhow::Result<()> {
    let given = tickets::one(&args.ticket)?;
    let (for_names, deadline) = deadlines(args.timeout);
    let fabric = session.open_by(for_names)?;
    let ticket = given.find(&fabric, for_names)?;
    // Before the resolve: an object that is delivered once must not be lost to a mistyped path.
    let output = Output::open(&args.output)?;
    let name = args.output.display().to_string();
    let view = resolve(session, &fabric, &ticket, deadline)?;
    let mut progress = Progress::new(session.voice, &name, Some(view.len() as u64));
    output.write(&view, &mut progress)
}

/// By when a name must be there, and an object sealed. An object ends pending when its producer dies;
/// for a name that nobody has published, no wait but one that was asked for would end.
pub(crate) fn deadlines(timeout: Option<Duration>) -> (Deadline, Deadline) {
    match timeout.map(Deadline::after) {
        Some(deadline) => (deadline, deadline),
        None => (Deadline::NOW, Deadline::never()),
    }
}

/// Waits in silence for a moment, then says that it waits.
fn resolve(
    session: &Session,
    fabric: &Fabric,
    ticket: &Ticket,
    deadline: Deadline,
) -> wharf::Result<View> {
    let soon = deadline.remaining().map_or(LONG, |left| left.min(LONG));
    match fabric.resolve(ticket, soon) {
        Err(Error::Deadline) if !deadline.has_passed() => {
            let mut progress = Progress::new(session.voice, "waiting for the producer", None);
            progress.wait();
            fabric.resolve(ticket, deadline)
        }
        resolved => resolved,
    }
}
