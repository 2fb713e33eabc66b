//! The binary form: [`Ticket::from_bytes`] and [`Ticket::to_bytes`]. The layout is drawn in the
//! [module above](super).

use std::fmt;
use std::ops::Deref;

use wharf_shm::{ArenaId, Capability, Extent, NodeId, ObjectKey};

use super::{Sections, Ticket, TicketError};

pub(super) const MAGIC: [u8; 4] = [0xD5, b'W', b'R', b'F'];
pub(super) const VERSION: u8 = 1;

/// Everything before the sections.
pub(super) const CORE: usize = 88;
/// The CRC-32 at the end.
const CHECK: usize = 4;
/// The size of a ticket without sections.
pub(super) const PLAIN: usize = CORE + CHECK;

/// Flag: segment, offset and size are known.
const LOCATED: u8 = 1;

impl Ticket {
    /// Reads a ticket's binary form.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the bytes. A ticket that reads well may still name an object that is
    /// gone.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TicketError> {
        let mut reader = Reader { rest: bytes, found: bytes.len() };
        reader.magic()?;
        let [version] = reader.take()?;
        if version != VERSION {
            return Err(TicketError::Version { found: version.into() });
        }
        let [flags] = reader.take()?;
        let sections = usize::from(u16::from_le_bytes(reader.take()?));
        check_whole(bytes, sections)?;
        reader.ticket(flags)
    }

    /// Writes the ticket's binary form. Takes no memory but the stack's.
    #[must_use]
    pub fn to_bytes(&self) -> TicketBytes {
        let sections = &self.sections[..];
        let flags = if self.extent.is_some() { LOCATED } else { 0 };
        let Extent { segment, offset, len } =
            self.extent.unwrap_or(Extent { segment: 0, offset: 0, len: 0 });

        let mut out = TicketBytes { bytes: [0; Ticket::MAX_BYTES], len: 0 };
        out.push(&MAGIC);
        out.push(&[VERSION, flags]);
        // Sections only ever come from a ticket of at most MAX_BYTES bytes: they fit, and so does
        // their length.
        out.push(&(sections.len() as u16).to_le_bytes());
        out.push(self.key.arena.as_bytes());
        out.push(&self.key.slot.to_le_bytes());
        out.push(&segment.to_le_bytes());
        out.push(&self.key.generation.to_le_bytes());
        out.push(&offset.to_le_bytes());
        out.push(&len.to_le_bytes());
        out.push(self.node.as_bytes());
        out.push(self.key.capability.as_bytes());
        out.push(sections);
        out.push(&crc32fast::hash(&out).to_le_bytes());
        out
    }
}

/// Refuses bytes that are not exactly one undamaged ticket with `sections` bytes of sections.
fn check_whole(bytes: &[u8], sections: usize) -> Result<(), TicketError> {
    let found = bytes.len();
    let declared = PLAIN + sections;
    if found < PLAIN {
        return Err(TicketError::TooShort { found, least: PLAIN });
    }
    if found > Ticket::MAX_BYTES {
        return Err(TicketError::TooLong { found, most: Ticket::MAX_BYTES });
    }
    if found != declared {
        return Err(TicketError::Length { declared, found });
    }
    match bytes.split_last_chunk::<CHECK>() {
        Some((covered, check)) if crc32fast::hash(covered) == u32::from_le_bytes(*check) => Ok(()),
        _ => Err(TicketError::Damaged),
    }
}

/// Takes a ticket's fields one after the other.
struct Reader<'a> {
    rest: &'a [u8],
    /// How many bytes there were at the start.
    found: usize,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], TicketError> {
        let Some((field, rest)) = self.rest.split_first_chunk() else {
            return Err(TicketError::TooShort { found: self.found, least: PLAIN });
        };
        self.rest = rest;
        Ok(*field)
    }

    /// Tells what is cut short from what never was a ticket.
    fn magic(&mut self) -> Result<(), TicketError> {
        if self.rest.iter().zip(MAGIC).any(|(&found, expected)| found != expected) {
            return Err(TicketError::NotATicket);
        }
        self.take::<{ MAGIC.len() }>().map(|_| ())
    }

    /// The fields from the arena on, of a ticket whose length and check were found right.
    fn ticket(&mut self, flags: u8) -> Result<Ticket, TicketError> {
        if flags & !LOCATED != 0 {
            return Err(TicketError::Field { field: "flags" });
        }
        let arena = ArenaId::from_bytes(self.take()?);
        let slot = u32::from_le_bytes(self.take()?);
        let segment = u32::from_le_bytes(self.take()?);
        let generation = u64::from_le_bytes(self.take()?);
        let offset = u64::from_le_bytes(self.take()?);
        let len = u64::from_le_bytes(self.take()?);
        let node = NodeId::from_bytes(self.take()?);
        let capability = Capability::from_bytes(self.take()?);
        let sections = self.rest.get(..self.rest.len().saturating_sub(CHECK)).unwrap_or_default();
        Sections::check(sections, CORE)?;

        Ok(Ticket {
            node,
            key: ObjectKey { arena, slot, generation, capability },
            extent: extent(flags & LOCATED != 0, Extent { segment, offset, len })?,
            sections: sections.into(),
        })
    }
}

/// Where the bytes lie, if the ticket knows; fields that contradict each other are refused.
fn extent(located: bool, extent: Extent) -> Result<Option<Extent>, TicketError> {
    let Extent { segment, offset, len } = extent;
    if located {
        match offset.checked_add(len) {
            Some(_) => Ok(Some(extent)),
            None => Err(TicketError::Field { field: "size" }),
        }
    } else {
        match (segment, offset, len) {
            (0, 0, 0) => Ok(None),
            _ => Err(TicketError::Field { field: "location" }),
        }
    }
}

/// A ticket's binary form: derefs to the bytes, which are to be sent or stored whole.
#[derive(Clone, Copy)]
pub struct TicketBytes {
    bytes: [u8; Ticket::MAX_BYTES],
    len: usize,
}

impl TicketBytes {
    fn push(&mut self, part: &[u8]) {
        let end = self.len + part.len();
        self.bytes[self.len..end].copy_from_slice(part);
        self.len = end;
    }
}

impl Deref for TicketBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl AsRef<[u8]> for TicketBytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for TicketBytes {
    /// The length alone: the bytes hold the capability.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TicketBytes({} bytes)", self.len)
    }
}
