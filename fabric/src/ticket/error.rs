//! Why some bytes or a line of text are not a ticket.

/// Why some bytes or a line of text are not a ticket. None of these says anything about the object
/// itself.
///
/// ```
/// # use wharf::{Ticket, TicketError};
/// assert!(matches!("wharf1_1VdSR".parse::<Ticket>(), Err(TicketError::TooShort { .. })));
/// let mistyped = "my ticket".parse::<Ticket>().unwrap_err();
/// println!("{mistyped}");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TicketError {
    /// It starts like a ticket and ends before one can.
    #[error("the ticket is cut short: {found} bytes of at least {least}; copy all of it")]
    TooShort {
        /// How many bytes there were.
        found: usize,
        /// The size of the smallest ticket.
        least: usize,
    },
    /// It is longer than any ticket.
    #[error(
        "this is too long for a ticket: {found} bytes where at most {most} can be; give the \
         ticket alone"
    )]
    TooLong {
        /// How many bytes there were.
        found: usize,
        /// The size of the largest ticket.
        most: usize,
    },
    /// It does not start like a ticket.
    #[error(
        "this is not a ticket: one begins with `wharf1_` as text, and with the bytes D5 57 52 46 \
         in binary"
    )]
    NotATicket,
    /// It is a ticket of another version.
    #[error(
        "this is a ticket of version {found}, and this Wharf reads version 1; use the Wharf that \
         made it"
    )]
    Version {
        /// The version that it says it is.
        found: u32,
    },
    /// Its length is not the one it says it has.
    #[error(
        "the ticket says that it has {declared} bytes and {found} arrived; copy all of it, and \
         nothing else"
    )]
    Length {
        /// The length that the ticket says it has.
        declared: usize,
        /// How many bytes there were.
        found: usize,
    },
    /// The check does not match: a bit or a character was changed on the way.
    #[error(
        "the ticket is damaged: its check does not match; copy it again from where it was printed"
    )]
    Damaged,
    /// The text has a character that no ticket has.
    #[error(
        "the ticket has a character that cannot be in one, at position {at}; copy it again, on \
         one line"
    )]
    Text {
        /// Where the character is, in bytes after the prefix.
        at: usize,
    },
    /// A section does not fit into the ticket.
    #[error(
        "the ticket's section at byte {at} runs over its end: whatever wrote this ticket has a \
         fault"
    )]
    Section {
        /// Where the section starts in the binary form.
        at: usize,
    },
    /// A field has a value that no ticket can have.
    #[error(
        "the ticket's {field} is out of range: whatever wrote this ticket has a fault, or is \
         newer than this Wharf"
    )]
    Field {
        /// The field's name.
        field: &'static str,
    },
}
