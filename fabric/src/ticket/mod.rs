//! Tickets: self-contained names for objects, small enough to travel through any channel.
//!
//! ```
//! let line = "wharf1_1VdSRgEBAAAQERITFBUWFxgZGhscHR4fBwAAAAIAAAADAAAAAAAAAAAAgAAAAAAAABAAAAA\
//!             AAAAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-Pwd7Xc8\n";
//! let ticket: wharf::Ticket = line.parse()?;
//! assert_eq!(ticket.size(), Some(4096));
//! assert_eq!(wharf::Ticket::from_bytes(&ticket.to_bytes())?, ticket);
//! # Ok::<(), wharf::TicketError>(())
//! ```
//!
//! # The binary form
//!
//! Little-endian throughout; 92 bytes when there are no sections, never more than
//! [`Ticket::MAX_BYTES`].
//!
//! ```text
//!  0  magic D5 'W' 'R' 'F'  │ version 1  │ flags  │ bytes of sections (u16)
//!  8  arena (16 bytes)
//! 24  slot (u32)            │ segment (u32)
//! 32  generation (u64)
//! 40  offset (u64)
//! 48  size (u64)
//! 56  node (16 bytes)
//! 72  capability (16 bytes)
//! 88  sections: each kind (u8) │ length (u8) │ value
//!  …  CRC-32 of everything before it (u32)
//! ```
//!
//! * Flag bit 0 says that segment, offset and size are known. A ticket that was taken while its
//!   object was pending has the bit clear and the three fields zero: the slot supplies them. Any
//!   other flag bit is refused, for it would change what the rest means.
//! * Unknown kinds of [sections](Section) are skipped, and kept when the ticket is written again:
//!   old readers survive new writers and lose nothing.
//! * The check tells a mistyped or damaged ticket from an evicted object.
//!
//! # The text form
//!
//! `wharf1_`, then the binary form in URL-safe base64 without padding: one line, 130 characters
//! for a plain ticket.
//!
//! # Invariants
//!
//! * Parsing is total: any bytes give a ticket or a [`TicketError`].
//! * A ticket that parses is canonical: written again, it is the same bytes.
//! * A ticket with no more than 22 bytes of sections, an array's description say, takes no memory
//!   from the heap, neither parsed nor written.

mod binary;
mod error;
mod route;
mod section;
mod serde;
#[cfg(test)]
mod tests;
mod text;

use wharf_shm::{Extent, NodeId, ObjectKey};

use crate::form::{Form, Told};
pub use binary::TicketBytes;
pub use error::TicketError;
pub use route::Route;
pub use section::{Section, Sections};

/// A self-contained name for an object, and the right to read it.
///
/// Tickets come from [`Store::put`](crate::Store::put) and its kin, or from bytes or text that
/// another process sent; [`Fabric::resolve`](crate::Fabric::resolve) turns one into the object's
/// bytes. Whoever holds a ticket can read the object: `Display` writes all of it, `Debug` keeps the
/// capability to itself.
///
/// ```
/// # use wharf::{Fabric, Options, StoreOptions, Ticket};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let private = tempfile::tempdir_in("/dev/shm")?;
/// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
/// # let store = fabric.store("fields", StoreOptions::default())?;
/// let ticket = store.put_array(&[0.0_f64; 6], [2, 3])?;
/// assert_eq!((ticket.size(), ticket.form().to_string()), (Some(48), "an array f64[2, 3]".into()));
///
/// let line = ticket.to_string(); // one line of text …
/// assert!(line.starts_with("wharf1_"));
/// assert_eq!(line.parse::<Ticket>()?, ticket);
///
/// let bytes = ticket.to_bytes(); // … or, shorter, bytes
/// assert_eq!(Ticket::from_bytes(&bytes)?, ticket);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    node: NodeId,
    key: ObjectKey,
    extent: Option<Extent>,
    /// The sections as they were found, already checked to be well formed.
    sections: Told,
}

impl Ticket {
    /// The most bytes that a ticket's binary form can take.
    pub const MAX_BYTES: usize = 512;

    /// A ticket for the object `key` on the node `node`; `extent` is `None` while the object is
    /// pending, and `told` is its [`Form`] as sections.
    #[inline]
    pub(crate) fn new(node: NodeId, key: ObjectKey, extent: Option<Extent>, told: Told) -> Self {
        Self { node, key, extent, sections: told }
    }

    /// The node that the object was put on.
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Which object this is: arena, slot, generation, and the capability to read it.
    #[must_use]
    pub fn key(&self) -> ObjectKey {
        self.key
    }

    /// Where the bytes lie in the arena, or `None` if the object was pending when the ticket was
    /// taken, or is exposed memory.
    #[must_use]
    pub fn extent(&self) -> Option<Extent> {
        self.extent
    }

    /// The object's size in bytes, or `None` if the object was pending when the ticket was taken.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.extent.map(|extent| extent.len).or_else(|| self.size_exposed())
    }

    /// Whether the object is memory of its producer's own, see [`Store::expose`](crate::Store::expose).
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        self.sections().any(|section| section.kind == Section::EXPOSED)
    }

    fn size_exposed(&self) -> Option<u64> {
        let exposed = self.sections().find(|section| section.kind == Section::EXPOSED)?;
        exposed.value.try_into().ok().map(u64::from_le_bytes)
    }

    /// What the object's bytes are: an array of what, a value in which codec, or just bytes.
    #[must_use]
    pub fn form(&self) -> Form {
        Form::read(self.sections())
    }

    /// The sections, in which the object's form is written.
    #[inline]
    pub(crate) fn told(&self) -> &[u8] {
        &self.sections
    }

    /// What else the ticket carries, kinds that this version does not know included.
    #[must_use]
    pub fn sections(&self) -> Sections<'_> {
        Sections::new(&self.sections)
    }
}
