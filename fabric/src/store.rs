//! Stores: where a process puts its objects.
//!
//! ```text
//! put(bytes) ────────────────────────────────────▶ Ticket      one copy
//! alloc(len) ──▶ Block, written in place ─ seal() ▶ Ticket      no copy
//! promise() ───▶ Promise ─ alloc(len) ▶ Block …                 the ticket comes first
//! ```

use std::sync::{Arc, OnceLock};

use wharf_shm::{Arena, ArenaOptions, Lifetime, Sealed, Usage};

use crate::{Block, Fabric, Promise, Result, Ticket};

/// The alignment of every block: a cache line, and all that a vector register asks for.
pub(crate) const ALIGN: u64 = 64;

/// How to open a [`Store`].
#[derive(Clone, Debug, Default)]
pub struct StoreOptions {
    /// The most bytes that the store may hold; `None` for what the [configuration](crate::Options)
    /// says, which is as many as the shared-memory filesystem has where it says nothing. Memory is
    /// taken as it is needed, never beforehand, and never more than is left.
    pub capacity: Option<u64>,
    /// The lifetime of objects that are put without one of their own.
    pub lifetime: Lifetime,
}

/// A named place that this process puts objects in. Clones are the same store; it closes when the
/// last of them is dropped.
#[derive(Clone)]
pub struct Store {
    fabric: Fabric,
    name: Arc<str>,
    options: StoreOptions,
    memory: Arc<Memory>,
}

/// A store's arena, and the one that took its place when the directory was removed.
struct Memory {
    arena: Arena,
    next: OnceLock<Arc<Memory>>,
}

impl Store {
    pub(crate) fn open(fabric: Fabric, name: &str, options: StoreOptions) -> Result<Self> {
        let memory = Arc::new(Memory::open(&fabric, name, &options)?);
        Ok(Self { fabric, name: name.into(), options, memory })
    }

    /// Copies `bytes` into an object.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if there is no room.
    pub fn put(&self, bytes: &[u8]) -> Result<Ticket> {
        self.put_with(bytes, self.options.lifetime)
    }

    /// [`put`](Store::put), with a lifetime of its own.
    ///
    /// # Errors
    ///
    /// As [`put`](Store::put).
    pub fn put_with(&self, bytes: &[u8], lifetime: Lifetime) -> Result<Ticket> {
        let Sealed { key, extent } = self.with(|arena| arena.put(bytes, lifetime))?;
        Ok(Ticket::new(self.fabric.node(), key, Some(extent)))
    }

    /// Takes `len` bytes to write in place. Their contents are unspecified until written.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if there is no room.
    pub fn alloc(&self, len: usize) -> Result<Block> {
        self.alloc_with(len, self.options.lifetime)
    }

    /// [`alloc`](Store::alloc), with a lifetime of its own.
    ///
    /// # Errors
    ///
    /// As [`alloc`](Store::alloc).
    pub fn alloc_with(&self, len: usize, lifetime: Lifetime) -> Result<Block> {
        let block = self.with(|arena| arena.alloc(len as u64, ALIGN, lifetime))?;
        Ok(Block::new(self.fabric.node(), block))
    }

    /// An object whose size is not known yet: its ticket can be sent at once, and resolved by
    /// whoever waits for it.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if the store holds as many objects as it can.
    pub fn promise(&self) -> Result<Promise> {
        self.promise_with(self.options.lifetime)
    }

    /// [`promise`](Store::promise), with a lifetime of its own.
    ///
    /// # Errors
    ///
    /// As [`promise`](Store::promise).
    pub fn promise_with(&self, lifetime: Lifetime) -> Result<Promise> {
        Ok(Promise::new(self.fabric.node(), self.with(|arena| arena.promise(lifetime))?))
    }

    /// Ends an object; quicker than [`Fabric::evict`] if it is one of this store's.
    ///
    /// # Errors
    ///
    /// As [`Fabric::evict`].
    pub fn evict(&self, ticket: &Ticket) -> Result<()> {
        let key = self.fabric.key_here(ticket)?;
        Ok(self.memory.last().arena.evict(&key)?)
    }

    /// How much the store holds and may hold.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if the store is closed.
    pub fn usage(&self) -> Result<Usage> {
        Ok(self.memory.last().arena.usage()?)
    }

    /// Closes the store in all its clones: its objects of process scope end, views of them stay
    /// valid, pending objects fail, and nothing more can be put. Closing it again does nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if its memory could not be given back; a later sweep
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

    /// Does something in the arena, or in a new one if its directory is gone.
    #[inline]
    fn with<T>(&self, act: impl Fn(&Arena) -> wharf_shm::Result<T>) -> Result<T> {
        let mut memory = self.memory.last();
        loop {
            match act(&memory.arena) {
                Err(wharf_shm::Error::Vanished { .. }) => {}
                outcome => return Ok(outcome?),
            }
            if memory.next.get().is_none() {
                let next = Memory::open(&self.fabric, &self.name, &self.options)?;
                // Another thread may have been first; then this one is dropped again.
                let _ = memory.next.set(Arc::new(next));
            }
            memory = memory.last();
        }
    }
}

impl Memory {
    fn open(fabric: &Fabric, name: &str, options: &StoreOptions) -> Result<Self> {
        let options = ArenaOptions {
            name: name.to_owned(),
            capacity: options.capacity.or_else(|| fabric.capacity()),
            ..ArenaOptions::default()
        };
        Ok(Self { arena: fabric.create_arena(&options)?, next: OnceLock::new() })
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
