//! What the command does: one file per subcommand.

mod evict;
mod get;
mod ls;
mod put;
mod stat;
mod sweep;

use std::fs::File;
use std::io::{self, Read};

use anyhow::Context;
use wharf::{Fabric, Options, Ticket};

use crate::args::{Args, Command};

/// Does what the command line says.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    // A sweep must find what it is to speak of.
    let leave_dead = matches!(args.command, Command::Sweep(_)).then_some(true);
    let fabric = Fabric::open(Options { directory: args.dir, leave_dead, ..Options::default() })?;
    match args.command {
        Command::Put(put) => put::run(&fabric, &put),
        Command::Get(get) => get::run(&fabric, &get),
        Command::Stat(stat) => stat::run(&fabric, &stat),
        Command::Ls => ls::run(&fabric),
        Command::Evict(evict) => evict::run(&fabric, &evict),
        Command::Sweep(sweep) => sweep::run(&fabric, &sweep),
    }
}

/// The ticket that `argument` is, or names: `@FILE`, or `-` for standard input.
fn ticket(argument: &str) -> anyhow::Result<Ticket> {
    if argument == "-" {
        return read_ticket(io::stdin().lock()).context("standard input");
    }
    let Some(path) = argument.strip_prefix('@') else {
        let parsed = argument.parse().map_err(anyhow::Error::new);
        return match std::path::Path::new(argument).is_file() {
            true => parsed.with_context(|| {
                format!("{argument} is a file: write @{argument} for the ticket in it")
            }),
            false => parsed,
        };
    };
    let file = File::open(path).with_context(|| format!("cannot read the ticket from {path}"))?;
    read_ticket(file).with_context(|| path.to_owned())
}

/// Reads a ticket in either form.
fn read_ticket(source: impl Read) -> anyhow::Result<Ticket> {
    // More than any ticket and some blank lines need: a file that is something else is not read
    // to its end.
    const ENOUGH: u64 = 64 * 1024;
    let mut bytes = Vec::new();
    source.take(ENOUGH).read_to_end(&mut bytes)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(text.parse()?),
        Err(_) => Ok(Ticket::from_bytes(&bytes)?),
    }
}

#[cfg(test)]
mod tests {
    use wharf::TicketError;

    use super::*;

    const LINE: &str = "wharf1_1VdSRgEBAAAQERITFBUWFxgZGhscHR4fBwAAAAIAAAADAAAAAAAAAAAAgAAAAAAAABAAA\
        AAAAAAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-Pwd7Xc8";

    #[test]
    fn a_ticket_is_read_in_either_form() {
        let ticket: Ticket = LINE.parse().unwrap();
        assert_eq!(read_ticket(format!("{LINE}\n").as_bytes()).unwrap(), ticket);
        assert_eq!(read_ticket(&*ticket.to_bytes()).unwrap(), ticket);
    }

    #[test]
    fn what_is_no_ticket_is_refused_as_such() {
        let refusal =
            |bytes: &[u8]| read_ticket(bytes).unwrap_err().downcast::<TicketError>().unwrap();
        assert_eq!(refusal(b"\x7fELF\xff\xff"), TicketError::NotATicket);
        assert_eq!(refusal(b"hello\n"), TicketError::NotATicket);
        assert!(matches!(refusal(b""), TicketError::TooShort { .. }));
        assert_eq!(refusal(&vec![b'x'; 1 << 20]), TicketError::NotATicket);
    }
}
