//! Writable memory on its way to becoming an object, and promises of it.
//!
//! A block or promise whose ticket was asked for ends as exactly one of sealed and failed, so that
//! nobody who waits on the ticket waits in vain: dropping it unsealed fails the object.

use std::fmt;
use std::ops::{Deref, DerefMut};

use wharf_shm::{NodeId, Sealed};

use crate::store::ALIGN;
use crate::{Result, Ticket};

/// Writable memory from a store; [`seal`](Block::seal) makes it an object, with no copy.
pub struct Block {
    node: NodeId,
    block: wharf_shm::Block,
}

impl Block {
    pub(crate) fn new(node: NodeId, block: wharf_shm::Block) -> Self {
        Self { node, block }
    }

    /// The object's ticket, while its bytes are still being written: whoever resolves it waits.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket::new(self.node, self.block.key(), None)
    }

    /// Makes the bytes an object: from here on they can be read, and written no more.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if the store was closed meanwhile.
    pub fn seal(self) -> Result<Ticket> {
        let Sealed { key, extent } = self.block.seal()?;
        Ok(Ticket::new(self.node, key, Some(extent)))
    }

    /// Fails the object: everyone who waits on its ticket gets `message`.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if the store was closed meanwhile.
    pub fn fail(self, message: &str) -> Result<()> {
        Ok(self.block.fail(message)?)
    }
}

impl Deref for Block {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.block
    }
}

impl DerefMut for Block {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.block
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Block({} bytes)", self.len())
    }
}

/// An object that has a ticket before it has memory.
pub struct Promise {
    node: NodeId,
    promise: wharf_shm::Promise,
}

impl Promise {
    pub(crate) fn new(node: NodeId, promise: wharf_shm::Promise) -> Self {
        Self { node, promise }
    }

    /// The object's ticket: whoever resolves it waits until it is sealed or failed.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket::new(self.node, self.promise.key(), None)
    }

    /// Takes `len` bytes to keep the promise with.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if there is no room; the object is failed.
    pub fn alloc(self, len: usize) -> Result<Block> {
        Ok(Block::new(self.node, self.promise.alloc(len as u64, ALIGN)?))
    }

    /// Fails the object: everyone who waits on its ticket gets `message`.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if the store was closed meanwhile.
    pub fn fail(self, message: &str) -> Result<()> {
        Ok(self.promise.fail(message)?)
    }
}

impl fmt::Debug for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Promise")
    }
}
