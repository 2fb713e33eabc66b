//! Parts of objects, and how long objects are, wherever they are.
//!
//! Of an object on another node no more is fetched than the part, and nothing if this node has a copy.

use std::ops::Range;

use wharf_shm::Deadline;

use super::Call;
use super::fetch::Part;
use super::place::Lent;
use crate::{Error, Fabric, Result, Ticket};

impl Fabric {
    /// Copies a part of an object, from its byte `offset` on, into `bytes`, wherever the object is: of
    /// one on another node no more than that is fetched. Waits for a pending object until `deadline`.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Fabric::resolve); [`Error::Beyond`] if the object has no such bytes;
    /// [`Error::OnlyWhole`] if it is on another node and ends `once`.
    pub fn read_at(
        &self,
        ticket: &Ticket,
        offset: u64,
        bytes: &mut [u8],
        deadline: impl Into<Deadline>,
    ) -> Result<()> {
        let end = offset.saturating_add(bytes.len() as u64);
        let part = offset..end;
        self.read_parts(ticket, vec![part], bytes, deadline.into())
    }

    /// The object's length in bytes, wherever it is: once it is sealed, for which this waits until
    /// `deadline`. Of one on another node its node is asked; nothing is fetched, and nothing taken.
    ///
    /// ```
    /// # use wharf::{Deadline, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let promise = store.promise()?;
    /// let ticket = promise.ticket(); // tells no size yet
    /// promise.put(b"temperature")?;
    /// assert_eq!(fabric.size(&ticket, Deadline::NOW)?, 11);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`resolve`](Fabric::resolve).
    pub fn size(&self, ticket: &Ticket, deadline: impl Into<Deadline>) -> Result<u64> {
        let deadline = deadline.into();
        if self.is_elsewhere(ticket) {
            let call = Call::new(self, ticket, deadline)?;
            return Ok(call.fetch(Part::Ranges(Vec::new()), &mut Lent { bytes: &mut [] })?.total);
        }
        self.wait(ticket, deadline)?;
        Ok(self.stat(ticket)?.extent.map_or(0, |extent| extent.len))
    }

    /// As [`size`](Fabric::size), without waiting for a pending object, of which it is `None`.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Fabric::resolve).
    pub fn size_if_sealed(
        &self,
        ticket: &Ticket,
        deadline: impl Into<Deadline>,
    ) -> Result<Option<u64>> {
        let size = if self.is_elsewhere(ticket) {
            let call = Call::new(self, ticket, deadline.into())?;
            call.fetch(Part::Glance, &mut Lent { bytes: &mut [] }).map(|found| found.total)
        } else {
            self.size(ticket, Deadline::NOW)
        };
        match size {
            Err(Error::Deadline | Error::Claimed) => Ok(None),
            size => size.map(Some),
        }
    }

    /// Copies parts of an object, one after the other, into `bytes`, which has room for just those.
    pub(crate) fn read_parts(
        &self,
        ticket: &Ticket,
        parts: Vec<Range<u64>>,
        bytes: &mut [u8],
        deadline: Deadline,
    ) -> Result<()> {
        if self.is_elsewhere(ticket) {
            let call = Call::new(self, ticket, deadline)?;
            if let Some(view) = call.settled_replica()? {
                return copy_parts(&view, parts, bytes);
            }
            call.fetch(Part::Ranges(parts), &mut Lent { bytes })?;
            call.remote().count(bytes.len() as u64);
            return Ok(());
        }
        copy_parts(&self.resolve(ticket, deadline)?, parts, bytes)
    }
}

/// Copies parts of an object, one after the other, into what has room for just those.
fn copy_parts(object: &[u8], parts: Vec<Range<u64>>, mut room: &mut [u8]) -> Result<()> {
    for part in parts {
        let total = object.len() as u64;
        let range = usize::try_from(part.start).ok().zip(usize::try_from(part.end).ok());
        let found = range.and_then(|(start, end)| object.get(start..end));
        let found = found.ok_or(Error::Beyond { total })?;
        let (here, rest) = room.split_at_mut(found.len());
        here.copy_from_slice(found);
        room = rest;
    }
    Ok(())
}
