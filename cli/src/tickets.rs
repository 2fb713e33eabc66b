//! Tickets as arguments: the line itself, `name:NAME`, `@FILE`, or `-` for standard input.
//!
//! A file may hold one ticket in binary, or any number of lines. Of a line the first word counts, so
//! that what `wharf put a b c` prints can be given back as it is.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, ensure};
use wharf::{Deadline, Error, Fabric, Ticket, TicketError};

use crate::progress::patiently;
use crate::standard;
use crate::voice::{Evicted, Late, Voice};

/// One ticket of possibly many.
pub(crate) struct Given {
    /// What to call it in an error.
    pub(crate) label: String,
    /// It is the argument itself, and from no file.
    pub(crate) is_argument: bool,
    what: anyhow::Result<What>,
}

/// What a ticket is given as.
#[derive(Debug, PartialEq)]
enum What {
    Ticket(Ticket),
    Name(String),
}

impl Given {
    fn in_file(label: String, what: anyhow::Result<What>) -> Self {
        Self { label, is_argument: false, what }
    }

    /// Whether it has to be looked up.
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.what, Ok(What::Name(_)))
    }

    /// Whether it leads to a node from others.
    pub(crate) fn has_routes(&self) -> bool {
        matches!(&self.what, Ok(What::Ticket(ticket)) if ticket.routes().next().is_some())
    }

    /// The ticket, looked up until the deadline if it was given by name.
    pub(crate) fn find(
        self,
        fabric: &Fabric,
        voice: Voice,
        deadline: Deadline,
    ) -> anyhow::Result<Ticket> {
        match self.what? {
            What::Ticket(ticket) => Ok(ticket),
            What::Name(name) => lookup(fabric, &name, voice, deadline),
        }
    }
}

/// Looks a name up. Whoever has waited for it in vain is told that it was the deadline that ended it.
pub(crate) fn lookup(
    fabric: &Fabric,
    name: &str,
    voice: Voice,
    deadline: Deadline,
) -> anyhow::Result<Ticket> {
    match patiently(voice, "the name", None, deadline, |deadline| fabric.lookup(name, deadline)) {
        Err(error @ Error::NoSuchName { .. }) if deadline != Deadline::NOW => {
            Err(Late(error).into())
        }
        found => Ok(found?),
    }
}

/// Does something with an object. If that is gone, says why, where that is known.
pub(crate) fn with<T>(
    fabric: &Fabric,
    ticket: &Ticket,
    act: impl FnOnce() -> wharf::Result<T>,
) -> anyhow::Result<T> {
    match act() {
        Err(error @ Error::Evicted) => match fabric.why_gone(ticket) {
            Ok(Some(why)) => Err(Evicted(why).into()),
            _ => Err(error.into()),
        },
        outcome => Ok(outcome?),
    }
}

/// The one ticket that `argument` is, or names.
pub(crate) fn one(argument: &str) -> anyhow::Result<Given> {
    let mut given = all(argument)?;
    ensure!(
        given.len() == 1,
        "{} holds {} tickets, and one is wanted: give one of its lines",
        source_name(argument),
        given.len()
    );
    let Given { label, is_argument, what } = given.remove(0);
    // An argument needs no repeating.
    let what = if is_argument { what } else { what.context(label.clone()) };
    Ok(Given { label, is_argument, what: Ok(what?) })
}

/// The tickets that `arguments` are, or name. What cannot be read is one wrong ticket among others.
pub(crate) fn many(arguments: &[String]) -> Vec<Given> {
    let mut given = Vec::new();
    for argument in arguments {
        given.extend(all(argument).unwrap_or_else(|error| {
            vec![Given { label: argument.clone(), is_argument: true, what: Err(error) }]
        }));
    }
    given
}

fn all(argument: &str) -> anyhow::Result<Vec<Given>> {
    let cannot_read = || format!("cannot read a ticket from {}", source_name(argument));
    if argument == "-" {
        return read("standard input", standard::input().with_context(cannot_read)?)
            .with_context(cannot_read);
    }
    if let Some(path) = argument.strip_prefix('@') {
        return read(path, File::open(path).with_context(cannot_read)?).with_context(cannot_read);
    }
    let mut what = parse(argument).map_err(anyhow::Error::from);
    if what.is_err() && Path::new(argument).is_file() {
        let hint = || format!("{argument} is a file: write @{argument} for the ticket in it");
        what = what.with_context(hint);
    }
    Ok(vec![Given { label: argument.to_owned(), is_argument: true, what }])
}

fn parse(text: &str) -> Result<What, TicketError> {
    match text.strip_prefix("name:") {
        Some(name) => Ok(What::Name(name.to_owned())),
        None => text.parse().map(What::Ticket),
    }
}

fn source_name(argument: &str) -> &str {
    if argument == "-" { "standard input" } else { argument.trim_start_matches('@') }
}

/// Reads tickets in either form.
fn read(name: &str, source: impl Read) -> anyhow::Result<Vec<Given>> {
    let mut source = BufReader::new(source);
    if source.fill_buf()?.first() == Some(&FIRST_BYTE) {
        let mut bytes = Vec::new();
        source.take(Ticket::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        let what = Ticket::from_bytes(&bytes).map(What::Ticket).map_err(anyhow::Error::from);
        return Ok(vec![Given::in_file(name.to_owned(), what)]);
    }
    let mut tickets = Vec::new();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if source.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let words = str::from_utf8(&line).map_err(|_| TicketError::NotATicket);
        let what = match words.map(|words| words.split_whitespace().next()) {
            Ok(None) => continue,
            Ok(Some(word)) => parse(word),
            Err(error) => Err(error),
        };
        // A file that is something else is not read to its end.
        let is_something_else = tickets.is_empty() && what == Err(TicketError::NotATicket);
        let label = format!("{name}, line {number}");
        let what = what.map_err(anyhow::Error::from);
        tickets.push(Given::in_file(label, what));
        if is_something_else {
            break;
        }
    }
    if tickets.is_empty() {
        let what = parse("").map_err(anyhow::Error::from);
        tickets.push(Given::in_file(name.to_owned(), what));
    }
    Ok(tickets)
}

/// Of a ticket in binary. No text begins with it.
const FIRST_BYTE: u8 = 0xD5;

/// More than any ticket and some words need.
const LONGEST_LINE: u64 = 16 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "wharf1_1VdSRgEBAAAQERITFBUWFxgZGhscHR4fBwAAAAIAAAADAAAAAAAAAAAAgAAAAAAAABAAA\
        AAAAAAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-Pwd7Xc8";

    fn tickets(bytes: &[u8]) -> Vec<Given> {
        read("x", bytes).unwrap()
    }

    #[test]
    fn tickets_are_read_in_either_form() {
        let ticket: Ticket = LINE.parse().unwrap();
        let binary = tickets(&ticket.to_bytes()).remove(0);
        assert_eq!(binary.what.unwrap(), What::Ticket(ticket.clone()));
        let text = format!("\n  {LINE}\r\n{LINE}\tsome file\n\n{LINE}\nname:T/1 and more");
        let mut read = tickets(text.as_bytes());
        assert_eq!(read.pop().unwrap().what.unwrap(), What::Name("T/1".into()));
        assert_eq!(read.len(), 3);
        assert_eq!(read[1].label, "x, line 3");
        assert!(read.into_iter().all(|given| given.what.unwrap() == What::Ticket(ticket.clone())));
    }

    #[test]
    fn what_is_no_ticket_is_refused_as_such() {
        let refusal = |bytes: &[u8]| {
            let error = tickets(bytes).remove(0).what.unwrap_err();
            error.downcast::<TicketError>().unwrap()
        };
        assert_eq!(refusal(b"\x7fELF\xff\xff"), TicketError::NotATicket);
        assert_eq!(refusal(b"hello\n"), TicketError::NotATicket);
        assert!(matches!(refusal(b""), TicketError::TooShort { .. }));
        assert!(matches!(refusal(b"\n\n"), TicketError::TooShort { .. }));
        let long = vec![b'x'; 1 << 20];
        assert_eq!(refusal(&long), TicketError::NotATicket);
        assert_eq!(tickets(&long).len(), 1);
    }

    #[test]
    fn one_wrong_line_does_not_keep_the_others() {
        let text = format!("{LINE}\nhello\n{LINE}\n");
        let read = tickets(text.as_bytes());
        let right: Vec<_> = read.iter().map(|given| given.what.is_ok()).collect();
        assert_eq!(right, [true, false, true]);
    }
}
