//! Objects that have a ticket before they have memory.

use std::fmt;

use bytemuck::Pod;
use serde::Serialize;

use super::{ALIGN, Block, align_of_elements};
use crate::form::{self, Codec};
use crate::home::Home;
use crate::{ArrayType, Form, Result, Shape, Ticket};

/// An object that has a ticket before it has memory, or even a size.
///
/// A promise whose ticket was asked for is kept or broken, and never forgotten: dropping it fails
/// the object, and whoever waits is told.
///
/// ```
/// # use std::time::Duration;
/// # use wharf::{Fabric, Options, StoreOptions};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let private = tempfile::tempdir_in("/dev/shm")?;
/// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
/// # let store = fabric.store("fields", StoreOptions::default())?;
/// let promise = store.promise()?;
/// let ticket = promise.ticket(); // can be sent, and waited for, from here on
///
/// let waiter = std::thread::spawn(move || fabric.get::<[f32]>(&ticket, Duration::from_secs(5)));
/// let mut block = promise.alloc_slice::<f32>(100)?; // now that the size is known
/// block.fill(1.5);
/// block.seal()?;
/// assert_eq!(waiter.join().unwrap()?[99], 1.5);
/// # Ok(()) }
/// ```
pub struct Promise {
    home: Home,
    promise: wharf_shm::Promise,
}

impl Promise {
    pub(crate) fn new(home: Home, promise: wharf_shm::Promise) -> Self {
        Self { home, promise }
    }

    /// The object's ticket: whoever resolves it waits until it is sealed or failed.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        self.home.ticket(self.promise.key(), None, Form::Untold.write())
    }

    /// Takes `len` bytes to keep the promise with.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if there is no room; the object is failed.
    pub fn alloc(self, len: usize) -> Result<Block> {
        Ok(Block::new(self.home, self.promise.alloc(len as u64, ALIGN)?))
    }

    /// Takes memory for `len` elements to keep the promise with.
    ///
    /// # Errors
    ///
    /// As [`alloc_array`](Promise::alloc_array).
    pub fn alloc_slice<T: Pod>(self, len: usize) -> Result<Block<T>> {
        self.alloc_array([len])
    }

    /// Takes memory for an array to keep the promise with.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`](crate::Error::Shape) if there can be no such array,
    /// [`Error::Memory`](crate::Error::Memory) if there is no room; the object is failed.
    pub fn alloc_array<T: Pod>(self, shape: impl Into<Shape>) -> Result<Block<T>> {
        let array = ArrayType::of::<T>(shape)?;
        let (len, told) = (array.size(), Form::Array(array).write());
        let block = self.promise.alloc_with_note(len, align_of_elements::<T>(), &told)?;
        Ok(Block::new(self.home, block))
    }

    /// Takes memory for an array whose element type is known only when the program runs, to keep
    /// the promise with; see [`Store::alloc_described`](crate::Store::alloc_described).
    ///
    /// # Errors
    ///
    /// As [`alloc`](Promise::alloc).
    pub fn alloc_described(self, array: ArrayType) -> Result<Block> {
        let (len, told) = (array.size(), Form::Array(array).write());
        Ok(Block::new(self.home, self.promise.alloc_with_note(len, ALIGN, &told)?))
    }

    /// Keeps the promise with a copy of `bytes`.
    ///
    /// # Errors
    ///
    /// As [`alloc`](Promise::alloc).
    pub fn put(self, bytes: &[u8]) -> Result<Ticket> {
        let mut block = self.alloc(bytes.len())?;
        block.copy_from(bytes);
        block.seal()
    }

    /// Keeps the promise with an encoded value.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`](crate::Error::Encode) if serde cannot write it,
    /// [`Error::Memory`](crate::Error::Memory) if there is no room; the object is failed.
    pub fn put_value<V: Serialize + ?Sized>(self, value: &V) -> Result<Ticket> {
        let bytes = form::encode(value)?;
        let told = Form::Value(Codec::MessagePack).write();
        let mut block = self.promise.alloc_with_note(bytes.len() as u64, ALIGN, &told)?;
        block.copy_from(&bytes);
        Block::<u8>::new(self.home, block).seal()
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
