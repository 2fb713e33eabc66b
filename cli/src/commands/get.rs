//! `wharf get`: an object's bytes, to standard output or into a file.

use crate::args::Get;
use crate::output_file::Output;
use crate::progress::{Progress, deadlines, patiently};
use crate::session::Session;
use crate::tickets;

pub(crate) fn run(session: &Session, args: &Get) -> anyhow::Result<()> {
    let given = tickets::one(&args.ticket)?;
    let (for_names, deadline) = deadlines(args.timeout);
    let fabric = if given.is_name() { session.open_by(for_names)? } else { session.open()? };
    let ticket = given.find(&fabric, session.voice, for_names)?;
    // Before the resolve: an object that is delivered once must not be lost to a mistyped path.
    let output = Output::open(&args.output)?;
    let name = args.output.display().to_string();
    let resolve = |deadline| fabric.resolve(&ticket, deadline);
    let resolve = || patiently(session.voice, "the producer", deadline, resolve);
    let view = tickets::with(&fabric, &ticket, resolve)?;
    let mut progress = Progress::new(session.voice, &name, Some(view.len() as u64));
    output.write(&view, &mut progress)
}
