//! `wharf get`: an object's bytes, to standard output or into a file.

use wharf::{Deadline, Error, Fabric, Ticket, View};

use crate::args::Get;
use crate::output_file::Output;
use crate::progress::{LONG, Progress};
use crate::session::Session;
use crate::tickets;

pub(crate) fn run(session: &Session, args: &Get) -> anyhow::Result<()> {
    let deadline = args.timeout.map_or(Deadline::never(), Deadline::after);
    let ticket = tickets::one(&args.ticket)?;
    let fabric = session.open()?;
    // Before the resolve: an object that is delivered once must not be lost to a mistyped path.
    let output = Output::open(&args.output)?;
    let name = args.output.display().to_string();
    let view = resolve(session, &fabric, &ticket, deadline)?;
    let mut progress = Progress::new(session.voice, &name, Some(view.len() as u64));
    output.write(&view, &mut progress)
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
