//! What a ticket can carry beside its fixed core: typed, skippable pieces.
//!
//! ```text
//! ┌──────────┬────────────┬───────────────┐
//! │ kind: u8 │ length: u8 │ value         │ … next section
//! └──────────┴────────────┴───────────────┘
//! ```
//!
//! A kind may be there more than once where more than one makes sense (routes), in order of
//! preference.

use super::TicketError;

/// One piece of what a ticket carries beside its core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// What kind of thing this is: one of the constants here, or something a newer writer knows.
    pub kind: u8,
    /// Its bytes.
    pub value: &'a [u8],
}

impl Section<'_> {
    /// The object is an array: its element type, shape and order, see [`Form`](crate::Form).
    pub const ARRAY: u8 = 1;
    /// The public key of the node's endpoints.
    pub const PUBLIC_KEY: u8 = 2;
    /// One address of an endpoint that serves the object, see [`Route`](crate::Route).
    pub const ROUTE: u8 = 3;
    /// The object is an encoded value: its codec, see [`Form`](crate::Form).
    pub const VALUE: u8 = 4;
    /// What the object is was not known when the ticket was made.
    pub const UNTOLD: u8 = 5;
    /// The object is exposed memory: its length, in eight bytes, little-endian.
    pub const EXPOSED: u8 = 6;
}

/// The sections of a ticket, in the order in which they were written.
#[derive(Clone, Debug)]
pub struct Sections<'a> {
    rest: &'a [u8],
}

impl<'a> Sections<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether `bytes` are whole sections and nothing else; `base` is where they start, for the
    /// message.
    pub(super) fn check(bytes: &'a [u8], base: usize) -> Result<(), TicketError> {
        let mut sections = Self::new(bytes);
        while sections.next().is_some() {}
        match sections.rest.len() {
            0 => Ok(()),
            left => Err(TicketError::Section { at: base + bytes.len() - left }),
        }
    }
}

impl<'a> Iterator for Sections<'a> {
    type Item = Section<'a>;

    /// The next section; `None` at the end and, leaving the rest as it is, where one does not fit.
    fn next(&mut self) -> Option<Section<'a>> {
        let (&[kind, length], rest) = self.rest.split_first_chunk()?;
        let (value, rest) = rest.split_at_checked(usize::from(length))?;
        self.rest = rest;
        Some(Section { kind, value })
    }
}
