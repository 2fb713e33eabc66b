//! Stores: where a process puts its objects.
//!
//! ```text
//! put, put_slice, put_array, put_value ─────────────────▶ Ticket      one copy
//! alloc, alloc_slice, alloc_array ▶ Block, written ─ seal ▶ Ticket      no copy
//! promise ▶ Promise ─ alloc … ▶ Block …                                 the ticket comes first
//! ```

use std::sync::{Arc, OnceLock};

use bytemuck::Pod;
use serde::Serialize;
use wharf_shm::{Arena, ArenaOptions, Lifetime, Placement, Sealed, Usage};

use crate::form::{self, Codec, Told};
use crate::object::{ALIGN, align_of_elements};
use crate::{ArrayType, Block, Error, Fabric, Form, Promise, Result, Shape, StoreCounters, Ticket};

/// How to open a [`Store`].
///
/// ```
/// # use wharf::{Fabric, Lifetime, Options, StoreOptions};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let private = tempfile::tempdir_in("/dev/shm")?;
/// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
/// let options = StoreOptions {
///     capacity: Some(1 << 30),
///     lifetime: Lifetime::NODE,
///     ..StoreOptions::default()
/// };
/// let store = fabric.store("fields", options)?;
/// assert_eq!(store.usage()?.capacity, 1 << 30);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
pub struct StoreOptions {
    /// The most bytes that the store may hold; `None` for what the [configuration](crate::Options)
    /// says, which is as many as the shared-memory filesystem has where it says nothing. Memory is
    /// taken as it is needed, never beforehand, and never more than is left.
    pub capacity: Option<u64>,
    /// The lifetime of objects that are put without one of their own.
    pub lifetime: Lifetime,
    /// On which NUMA nodes its memory should lie, and in pages of what size. It takes this crate's
    /// feature `numa`; what cannot be had is done without, after a line in the log.
    pub placement: Placement,
}

/// A named place that this process puts objects in. Clones are the same store; it closes when the
/// last of them is dropped.
///
/// ```
/// # use wharf::{Fabric, Options, StoreOptions};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let private = tempfile::tempdir_in("/dev/shm")?;
/// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
/// let store = fabric.store("fields", StoreOptions::default())?;
/// let copied = store.put(b"temperature")?; // bytes; put_array and put_value say what they are
///
/// let mut block = store.alloc(11)?; // or write in place
/// block.copy_from_slice(b"temperature");
/// let in_place = block.seal()?;
/// assert_eq!(copied.size(), in_place.size());
///
/// store.evict(&copied)?;
/// assert_eq!(store.usage()?.live, 1);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Store {
    fabric: Fabric,
    options: Arc<ArenaOptions>,
    lifetime: Lifetime,
    memory: Arc<Memory>,
}

/// A store's arena, and the one that took its place when the directory was removed.
struct Memory {
    arena: Arena,
    next: OnceLock<Arc<Memory>>,
}

impl Store {
    pub(crate) fn open(fabric: Fabric, name: &str, options: StoreOptions) -> Result<Self> {
        let StoreOptions { capacity, lifetime, placement } = options;
        let capacity = capacity.or_else(|| fabric.capacity());
        let options = ArenaOptions { name: name.into(), capacity, placement, ..Default::default() };
        let memory = Memory::open(&fabric, &options)?;
        Ok(Self { fabric, options: options.into(), lifetime, memory: memory.into() })
    }

    /// The same store, with another lifetime for what is put through this handle.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{Deadline, End, Error, Fabric, Lifetime, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let letters = store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
    /// let letter = letters.put(b"for one reader")?;
    /// assert_eq!(&*fabric.resolve(&letter, Deadline::NOW)?, b"for one reader");
    /// assert!(matches!(fabric.resolve(&letter, Deadline::NOW), Err(Error::Evicted)));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_lifetime(&self, lifetime: Lifetime) -> Self {
        Self { lifetime, ..self.clone() }
    }

    /// Copies `bytes` into an object.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if there is no room.
    pub fn put(&self, bytes: &[u8]) -> Result<Ticket> {
        self.copy(bytes, 1, Told::NOTHING)
    }

    /// Copies plain elements into an object: an array of one dimension.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if there is no room; [`Error::Shape`] if the elements have no size.
    pub fn put_slice<T: Pod>(&self, elements: &[T]) -> Result<Ticket> {
        self.put_array(elements, [elements.len()])
    }

    /// Copies an array into an object; the elements lie in the shape's order.
    ///
    /// ```
    /// # use wharf::{Deadline, Fabric, Options, Shape, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let numbers = [1, 2, 3, 4, 5, 6];
    /// let rows = store.put_array(&numbers, [2, 3])?;
    /// let columns = store.put_array(&numbers, Shape::fortran([2, 3]))?;
    /// assert_eq!(rows.form().to_string(), "an array i32[2, 3]");
    /// assert_eq!(columns.form().to_string(), "an array i32[2, 3] in Fortran order");
    /// assert_eq!(fabric.get::<[i32]>(&rows, Deadline::NOW)?[..], numbers);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if the shape is not that of so many elements, [`Error::Memory`] if there is
    /// no room.
    pub fn put_array<T: Pod>(&self, elements: &[T], shape: impl Into<Shape>) -> Result<Ticket> {
        let array = ArrayType::of::<T>(shape)?;
        if array.len() != elements.len() {
            let reason =
                format!("{array} has {} elements, and {} were given", array.len(), elements.len());
            return Err(Error::Shape { reason });
        }
        self.copy(
            bytemuck::cast_slice(elements),
            align_of_elements::<T>(),
            Form::Array(array).write(),
        )
    }

    /// Encodes any value that serde can write into an object, for
    /// [`get`](Fabric::get) to decode. For large data, plain elements are faster.
    ///
    /// ```
    /// # use wharf::{Deadline, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// use std::collections::BTreeMap;
    /// let parameters = BTreeMap::from([("feed", 0.037), ("kill", 0.06)]);
    /// let ticket = store.put_value(&parameters)?;
    /// let found = fabric.get::<BTreeMap<String, f64>>(&ticket, Deadline::NOW)?;
    /// assert_eq!(found["kill"], 0.06);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if serde cannot write it, [`Error::Memory`] if there is no room.
    pub fn put_value<V: Serialize + ?Sized>(&self, value: &V) -> Result<Ticket> {
        let bytes = form::encode(value)?;
        self.copy(&bytes, ALIGN, Form::Value(Codec::MessagePack).write())
    }

    /// Copies many objects; either all are put or, with an error, none.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let tickets = store.put_many(["north", "east", "south", "west"])?;
    /// let view = fabric.resolve(&tickets[2], Duration::from_secs(1))?;
    /// assert_eq!(&*view, b"south");
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`put`](Store::put).
    pub fn put_many(
        &self,
        objects: impl IntoIterator<Item = impl AsRef<[u8]>>,
    ) -> Result<Vec<Ticket>> {
        let mut tickets = Vec::new();
        for bytes in objects {
            match self.put(bytes.as_ref()) {
                Ok(ticket) => tickets.push(ticket),
                Err(error) => {
                    for ticket in &tickets {
                        // Gone already is as good.
                        let _ = self.evict(ticket);
                    }
                    return Err(error);
                }
            }
        }
        Ok(tickets)
    }

    /// Takes `len` bytes to write in place. Their contents are unspecified until written.
    ///
    /// ```
    /// # use std::io::Read;
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let mut file = std::io::Cursor::new("step 1: 0.25"); // anything that can be read
    /// let mut block = store.alloc(12)?;
    /// file.read_exact(&mut block)?; // straight into shared memory
    /// let ticket = block.seal()?;
    /// assert_eq!(ticket.size(), Some(12));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if there is no room.
    pub fn alloc(&self, len: usize) -> Result<Block> {
        self.block(len as u64, &[])
    }

    /// Takes memory for `len` elements to write in place.
    ///
    /// # Errors
    ///
    /// As [`alloc_array`](Store::alloc_array).
    pub fn alloc_slice<T: Pod>(&self, len: usize) -> Result<Block<T>> {
        self.alloc_array([len])
    }

    /// Takes memory for an array to write in place, in its shape's order. The elements' values are
    /// unspecified until written.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if there can be no such array, [`Error::Memory`] if there is no room.
    pub fn alloc_array<T: Pod>(&self, shape: impl Into<Shape>) -> Result<Block<T>> {
        self.alloc_typed(ArrayType::of::<T>(shape)?)
    }

    /// Takes memory for an array whose element type is known only when the program runs, to write
    /// in place as bytes.
    ///
    /// ```
    /// # use wharf::{Deadline, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// use wharf::{ArrayType, ElementType};
    /// let read_from_a_file = ArrayType::new(ElementType::I32, [2].into())?;
    /// let mut block = store.alloc_described(read_from_a_file)?;
    /// block.copy_from_slice(&[1, 0, 0, 0, 2, 0, 0, 0]);
    /// assert_eq!(fabric.get::<[i32]>(&block.seal()?, Deadline::NOW)?[..], [1, 2]);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if there is no room.
    pub fn alloc_described(&self, array: ArrayType) -> Result<Block> {
        self.block(array.size(), &Form::Array(array).write())
    }

    /// An object whose size is not known yet: its ticket can be sent at once, and resolved by
    /// whoever waits for it.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if the store holds as many objects as it can.
    pub fn promise(&self) -> Result<Promise> {
        let promise = self.with(|arena| arena.promise(self.lifetime))?;
        Ok(Promise::new(self.fabric.home(), promise))
    }

    fn alloc_typed<T: Pod>(&self, array: ArrayType) -> Result<Block<T>> {
        let size = array.size();
        self.block(size, &Form::Array(array).write())
    }

    /// Copies bytes into an object, with a note.
    #[inline]
    fn copy(&self, bytes: &[u8], align: u64, told: Told) -> Result<Ticket> {
        let put = |arena: &Arena| arena.put_with_note(bytes, align, self.lifetime, &told);
        let Sealed { key, extent } = self.with(put)?;
        Ok(self.fabric.home().ticket(key, Some(extent), told))
    }

    /// A block of so many bytes, aligned for `T`, with a note.
    #[inline]
    fn block<T>(&self, len: u64, told: &[u8]) -> Result<Block<T>> {
        let align = align_of_elements::<T>();
        let block = self.with(|arena| arena.alloc_with_note(len, align, self.lifetime, told))?;
        Ok(Block::new(self.fabric.home(), block))
    }

    /// Ends an object. If it is one of this store's, its memory can be used again at once.
    ///
    /// # Errors
    ///
    /// As [`Fabric::evict`].
    pub fn evict(&self, ticket: &Ticket) -> Result<()> {
        let key = self.fabric.key_here(ticket)?;
        Ok(self.memory.last().arena.evict(&key)?)
    }

    /// Gives the system back what memory of the store nothing is in, and says how many bytes that were.
    ///
    /// What was evicted stays the store's until then, for objects to come: its pages are warm, and
    /// putting into them is several times as fast as into new ones. Nobody else can have them; so a
    /// program that will not put as much again for a while trims its stores. Huge pages are kept.
    ///
    /// ```
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// let store = fabric.store("fields", StoreOptions::default())?;
    /// let ticket = store.put(&[0; 1_000_000])?;
    /// store.evict(&ticket)?;
    /// assert!(store.usage()?.reserved >= 1_000_000);
    /// assert!(store.trim()? >= 1_000_000);
    /// assert_eq!(store.usage()?.reserved, 0);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if the store is closed.
    pub fn trim(&self) -> Result<u64> {
        Ok(self.memory.last().arena.trim()?)
    }

    /// How much the store holds and may hold.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if the store is closed.
    pub fn usage(&self) -> Result<Usage> {
        Ok(self.memory.last().arena.usage()?)
    }

    /// What this process has done in the store, in all its clones, until now or until it was closed.
    ///
    /// ```
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// let store = fabric.store("fields", StoreOptions::default())?;
    /// store.put_slice(&[1.0; 100])?;
    /// store.alloc_slice::<f64>(50)?.seal()?;
    /// let counters = store.counters()?;
    /// assert_eq!((counters.puts, counters.bytes_put), (2, 1200));
    /// assert_eq!(counters.bytes_copied, 800); // none into a block that is written in place
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] in a forked child.
    pub fn counters(&self) -> Result<StoreCounters> {
        let mut sum = StoreCounters::default();
        let mut memory = Some(&self.memory);
        while let Some(Memory { arena, next }) = memory.map(|memory| &**memory) {
            sum += arena.counters()?;
            memory = next.get();
        }
        Ok(sum)
    }

    /// Closes the store in all its clones: its objects of process scope end, views of them stay
    /// valid, pending objects fail, and nothing more can be put. Closing it again does nothing.
    ///
    /// ```
    /// # use wharf::{Deadline, Error, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let ticket = store.put(b"temperature")?;
    /// store.close()?;
    /// assert!(matches!(fabric.resolve(&ticket, Deadline::NOW), Err(Error::Evicted)));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if its memory could not be given back; a later sweep
    /// does.
    pub fn close(&self) -> Result<()> {
        let mut memory = &*self.memory;
        while let Some(next) = memory.next.get() {
            // Its directory is gone: it cannot be given back better than by dropping it.
            let _ = memory.arena.close();
            memory = next;
        }
        Ok(memory.arena.close()?)
    }

    pub(crate) fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    pub(crate) fn fabric(&self) -> &Fabric {
        &self.fabric
    }

    /// Does something in the arena, or in a new one if its directory is gone.
    #[inline]
    pub(crate) fn with<T>(&self, act: impl Fn(&Arena) -> wharf_shm::Result<T>) -> Result<T> {
        let mut memory = self.memory.last();
        loop {
            match act(&memory.arena) {
                Err(wharf_shm::Error::Vanished { .. }) => {}
                outcome => return Ok(outcome?),
            }
            if memory.next.get().is_none() {
                let next = Memory::open(&self.fabric, &self.options)?;
                // Another thread may have been first; then this one is dropped again.
                let _ = memory.next.set(Arc::new(next));
            }
            memory = memory.last();
        }
    }
}

impl Memory {
    fn open(fabric: &Fabric, options: &ArenaOptions) -> Result<Self> {
        Ok(Self { arena: fabric.create_arena(options)?, next: OnceLock::new() })
    }

    /// The arena that is in use.
    #[inline]
    fn last(&self) -> &Self {
        let mut last = self;
        while let Some(next) = last.next.get() {
            last = next;
        }
        last
    }
}
