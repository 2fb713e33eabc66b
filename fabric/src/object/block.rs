//! Writable memory on its way to becoming an object.
//!
//! A block whose ticket was asked for ends as exactly one of sealed and failed, so that nobody who
//! waits on the ticket waits in vain: dropping it unsealed fails the object.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use bytemuck::Pod;
use wharf_shm::Sealed;

use crate::form::Told;
use crate::home::Home;
use crate::ticket::Sections;
use crate::{ArrayType, Form, Result, Ticket};

/// Writable memory from a store, as a slice of elements; [`seal`](Block::seal) makes it an object,
/// with no copy.
///
/// ```
/// # use wharf::{Deadline, Fabric, Options, StoreOptions};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let private = tempfile::tempdir_in("/dev/shm")?;
/// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
/// # let store = fabric.store("fields", StoreOptions::default())?;
/// let mut block = store.alloc_array::<f64>([2, 3])?;
/// for (i, element) in block.iter_mut().enumerate() {
///     *element = i as f64;
/// }
/// let ticket = block.seal()?; // nothing was copied, and nobody writes there any more
/// assert_eq!(fabric.get::<[f64]>(&ticket, Deadline::NOW)?[5], 5.0);
/// # Ok(()) }
/// ```
pub struct Block<T = u8> {
    home: Home,
    block: wharf_shm::Block,
    elements: PhantomData<fn() -> T>,
}

impl<T> Block<T> {
    /// Takes over memory whose length and place suit elements of type `T`.
    pub(crate) fn new(home: Home, block: wharf_shm::Block) -> Self {
        Self { home, block, elements: PhantomData }
    }

    /// The object's ticket, while its bytes are still being written: whoever resolves it waits.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        self.home.ticket(self.block.key(), None, self.block.note().into())
    }

    /// The array's description, if the block was taken for one.
    #[must_use]
    pub fn array(&self) -> Option<ArrayType> {
        match Form::read(Sections::new(self.block.note())) {
            Form::Array(array) => Some(array),
            _ => None,
        }
    }

    /// Makes the bytes an object: from here on they can be read, and written no more.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if the store was closed meanwhile.
    pub fn seal(self) -> Result<Ticket> {
        let told = Told::from(self.block.note());
        let Sealed { key, extent } = self.block.seal()?;
        Ok(self.home.ticket(key, Some(extent), told))
    }

    /// Fails the object: everyone who waits on its ticket gets `message`.
    ///
    /// ```
    /// # use wharf::{Deadline, Error, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let block = store.alloc_slice::<f64>(1000)?;
    /// let ticket = block.ticket();
    /// block.fail("no convergence after 500 iterations")?;
    /// let refused = fabric.resolve(&ticket, Deadline::NOW);
    /// assert!(matches!(refused, Err(Error::Failed { message }) if message.contains("500")));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if the store was closed meanwhile.
    pub fn fail(self, message: &str) -> Result<()> {
        Ok(self.block.fail(message)?)
    }
}

impl Block {
    /// Makes the block longer by `more` bytes where it is, if the memory behind it is free: for what
    /// arrives without saying how long it is. Says whether it was free, as is likely while nothing
    /// else is taken from the store. A block that does not fill its pages (give it lengths that are
    /// multiples of 64 KiB), or was taken for an array, is never extended.
    ///
    /// ```
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let mut block = store.alloc(2 << 20)?;
    /// if !block.extend(4 << 20)? {
    ///     // take a longer one, and copy
    /// }
    /// block.truncate(5_000_000)?;
    /// assert_eq!(block.seal()?.size(), Some(5_000_000));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if there is no room at all.
    pub fn extend(&mut self, more: usize) -> Result<bool> {
        Ok(self.block.extend(more as u64)?)
    }

    /// Makes the block shorter, and gives back the memory that it needs no more. Does nothing to one
    /// that is no longer than `len`, or was taken for an array.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if the store was closed meanwhile.
    pub fn truncate(&mut self, len: usize) -> Result<()> {
        Ok(self.block.truncate(len as u64)?)
    }
}

impl<T: Pod> Block<T> {
    /// Copies elements to the block's beginning, large ones past the caches. Those that do not fit
    /// are left out; says how many were copied.
    pub fn copy_from(&mut self, elements: &[T]) -> usize {
        let fit = elements.len().min(self.len());
        self.block.copy_from(bytemuck::cast_slice(&elements[..fit]));
        fit
    }
}

impl<T: Pod> Deref for Block<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // It was taken so that this fits; a block of no bytes lies nowhere.
        bytemuck::try_cast_slice(&self.block).unwrap_or_default()
    }
}

impl<T: Pod> DerefMut for Block<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        bytemuck::try_cast_slice_mut(&mut self.block).unwrap_or_default()
    }
}

impl<T> fmt::Debug for Block<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Block({} bytes)", self.block.len())
    }
}
