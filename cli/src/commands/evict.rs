//! `wharf evict`: ends objects.

use wharf::Deadline;

use super::each::each;
use crate::args::Evict;
use crate::session::Session;
use crate::tickets;

pub(crate) fn run(session: &Session, args: &Evict) -> anyhow::Result<()> {
    let fabric = session.open()?;
    each(session, tickets::many(&args.tickets), "evicted", |given| {
        let ticket = given.find(&fabric, session.voice, Deadline::NOW)?;
        tickets::with(&fabric, &ticket, || fabric.evict(&ticket))
    })
}
