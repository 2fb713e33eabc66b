//! The owner's side of an arena: allocating, sealing, evicting, reclaiming.
//!
//! ```text
//! alloc ──► Block ──► seal ──► object ──► evict ──► retire list ──► scan of all pins ──► free
//!                └──► fail                                              └── still viewed: waits
//! ```
//!
//! Only the owner allocates, so everything it knows of its arena, free lists and where each block
//! lies, is ordinary memory of its own: no lock is shared between processes, a crash elsewhere
//! corrupts nothing, and nothing that another process may write decides what is freed.

mod block;
mod books;
mod counters;
pub(crate) mod custody;
mod exposed;
pub(crate) mod map;
mod owner;
pub(crate) mod segment;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard};

pub use block::{Block, Promise};
pub use counters::ArenaCounters;
pub use exposed::Exposed;
pub use owner::Usage;

use crate::error::{Error, Result};
use crate::fail::fail_point;
use crate::ids::{ArenaId, Capability, Extent, ObjectKey};
use crate::layout::{ARENA_MAGIC, ArenaHeader, NAME_MAX, PAGE};
use crate::lifetime::Lifetime;
use crate::names::folder::Folder;
use crate::names::published::Published;
use crate::names::{FileName, Replica};
use crate::node::NodeInner;
use crate::node::record::write_owner;
use crate::placement::Placement;
use crate::protocol::State;
use crate::sys::fork::Window;
use crate::sys::map::{Access, Mapping};
use crate::sys::{clock, file, random};
use custody::{Cleaning, Custody};
use map::ArenaMap;
use owner::Owner;

/// How to create an [`Arena`].
#[derive(Clone, Debug, Default)]
pub struct ArenaOptions {
    /// A name for people, at most 64 bytes; need not be unique.
    pub name: String,
    /// Bytes of memory it may take; by default, as many as the filesystem has. Nothing is taken
    /// before it is needed, and never more than the filesystem, the machine and the memory cgroup
    /// have left.
    pub capacity: Option<u64>,
    /// Bytes of memory to keep for objects to come when nothing is in it any more; by default, all.
    /// Kept memory is warm: taking it anew costs several times what a copy does.
    pub warm: Option<u64>,
    /// On which NUMA nodes its memory should lie, and in pages of what size.
    pub placement: Placement,
}

/// Memory of this process that it shares with its node.
///
/// Cloning it is cheap, all clones are one arena, and any thread may use it. It is closed when it
/// is [closed](Arena::close) or the last clone and the last [`Block`] and [`Exposed`] are dropped.
#[derive(Clone, Debug)]
pub struct Arena {
    inner: Arc<ArenaInner>,
}

/// A sealed object: its key, and where its bytes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// What names the object and gives the right to read it.
    pub key: ObjectKey,
    /// Where it lies.
    pub extent: Extent,
}

#[derive(Debug)]
struct ArenaInner {
    map: Arc<ArenaMap>,
    node: Arc<NodeInner>,
    owner: Mutex<Owner>,
    /// Held until the arena is closed.
    custody: Mutex<Option<Custody>>,
    published: Mutex<Published>,
}

impl Arena {
    pub(crate) fn create(node: &Arc<NodeInner>, options: &ArenaOptions) -> Result<Self> {
        node.check()?;
        let directory = &node.directory;
        let capacity = match options.capacity {
            Some(capacity) => capacity,
            None => directory.filesystem_size()?,
        };
        let name = random::name()
            .map_err(|error| Error::io("name an arena in", directory.path(), error))?;
        let id = ArenaId::from_bytes(name);
        let custody = make_table(node, id, &options.name, capacity)?;
        let map = Arc::new(ArenaMap::open(
            id,
            directory,
            &node.record,
            Arc::downgrade(node),
            Access::Write,
        )?);
        node.remember(&map);
        Ok(Self {
            inner: Arc::new(ArenaInner {
                owner: Mutex::new(Owner::new(map.clone(), node.clone(), capacity, options)),
                map,
                node: node.clone(),
                custody: Mutex::new(Some(custody)),
                published: Mutex::default(),
            }),
        })
    }

    /// The arena's name.
    pub fn id(&self) -> ArenaId {
        self.inner.map.id
    }

    /// Takes writable memory of `len` bytes, at an address that is a multiple of `align` in the
    /// segment, and of 64 always. Its contents are whatever was there before.
    ///
    /// The object is pending until the block is [sealed](Block::seal).
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::TooLarge`] and [`Error::OutOfMemory`] say which limit is in the
    /// way; [`Error::Align`]; [`Error::Closed`]; [`Error::Forked`].
    pub fn alloc(&self, len: u64, align: u64, lifetime: Lifetime) -> Result<Block> {
        self.alloc_with_note(len, align, lifetime, &[])
    }

    /// [`alloc`](Arena::alloc), with a note of at most [`NOTE_MAX`](Arena::NOTE_MAX) bytes that
    /// stays with the object, for whoever [views](crate::View::note) it: what its bytes mean, for
    /// instance. It is read by nobody but them.
    ///
    /// # Errors
    /// As [`alloc`](Arena::alloc); [`Error::NoteTooLong`].
    pub fn alloc_with_note(
        &self,
        len: u64,
        align: u64,
        lifetime: Lifetime,
        note: &[u8],
    ) -> Result<Block> {
        self.take(len, align, lifetime, note, 0)
    }

    /// [`alloc_with_note`](Arena::alloc_with_note), by as many calls as it takes milliseconds: `None`
    /// where memory has to be taken anew, and this call took some of it. Nothing is locked in between.
    pub(crate) fn alloc_by_steps(
        &self,
        len: u64,
        align: u64,
        lifetime: Lifetime,
        note: &[u8],
    ) -> Result<Option<Block>> {
        let mut owner = self.inner.owner()?;
        if !owner.make_room(len.saturating_add(note.len() as u64), align, STEP)? {
            return Ok(None);
        }
        self.take_from(owner, len, align, lifetime, note, 0).map(Some)
    }

    /// Memory is taken by steps until what this returns is dropped: so long nothing is given back.
    pub(crate) fn gather(&self) -> Result<Gathering> {
        self.inner.owner()?.begin_gathering();
        Ok(Gathering(self.inner.clone()))
    }

    /// Gives the system back what memory nothing is in: evicted objects that nobody views, and what
    /// was taken in advance. Says how many bytes that were.
    ///
    /// Without it they stay this arena's, for its objects to come, until it is closed; no other
    /// process can have them. Huge pages are kept.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Forked`]; [`Error::Vanished`] if the directory was removed.
    pub fn trim(&self) -> Result<u64> {
        self.inner.owner()?.trim()
    }

    /// The longest note in bytes.
    pub const NOTE_MAX: usize = u8::MAX as usize;

    /// Copies bytes into a new object.
    ///
    /// # Errors
    /// As [`alloc`](Arena::alloc).
    pub fn put(&self, bytes: &[u8], lifetime: Lifetime) -> Result<Sealed> {
        self.put_with_note(bytes, 1, lifetime, &[])
    }

    /// [`put`](Arena::put), with an alignment and a note as
    /// [`alloc_with_note`](Arena::alloc_with_note) takes them.
    ///
    /// # Errors
    /// As [`alloc_with_note`](Arena::alloc_with_note).
    pub fn put_with_note(
        &self,
        bytes: &[u8],
        align: u64,
        lifetime: Lifetime,
        note: &[u8],
    ) -> Result<Sealed> {
        let len = bytes.len() as u64;
        let mut block = self.take(len, align, lifetime, note, len)?;
        crate::copy::copy(&mut block, bytes);
        block.seal()
    }

    /// A block into which so many bytes will be copied.
    fn take(
        &self,
        len: u64,
        align: u64,
        lifetime: Lifetime,
        note: &[u8],
        copied: u64,
    ) -> Result<Block> {
        self.take_from(self.inner.owner()?, len, align, lifetime, note, copied)
    }

    fn take_from(
        &self,
        mut owner: MutexGuard<'_, Owner>,
        len: u64,
        align: u64,
        lifetime: Lifetime,
        note: &[u8],
        copied: u64,
    ) -> Result<Block> {
        let note_len = note_len(note)?;
        let whole = len.saturating_add(note_len.into());
        let extent_of = |owner: &mut Owner| owner.place(whole, align);
        let (slot, begun) = owner.begin(lifetime, note_len, extent_of)?;
        owner.count_bytes(len, copied);
        drop(owner);
        fail_point!("alloc.begun");
        Block::new(self.inner.clone(), slot, begun, lifetime, note)
    }

    /// Makes a pending object that has no memory yet: its key can be given away before anybody
    /// knows how large it will be.
    ///
    /// # Errors
    /// As [`alloc`](Arena::alloc).
    pub fn promise(&self, lifetime: Lifetime) -> Result<Promise> {
        let mut owner = self.inner.owner()?;
        let (slot, begun) = owner.begin(lifetime, 0, |_| Ok(None))?;
        owner.count_bytes(0, 0);
        drop(owner);
        Ok(Promise::new(self.inner.clone(), slot, begun, lifetime))
    }

    /// Evicts an object of this arena: at once for new resolves; its memory is reused when no
    /// view holds it any more.
    ///
    /// # Errors
    /// [`Error::Evicted`] if it is gone already, [`Error::StillPending`] before it is sealed,
    /// [`Error::WrongCapability`] for a wrong key.
    pub fn evict(&self, key: &ObjectKey) -> Result<()> {
        let inner = &*self.inner;
        inner.node.check()?;
        if key.arena != inner.map.id {
            return self.inner.node.evict(key);
        }
        mark_evicted(&inner.map, key)?;
        fail_point!("evict.marked");
        inner.owner()?.retire(key.slot, key.generation);
        Ok(())
    }

    /// Publishes an object under a name, for any process to [look up](crate::Node::lookup), with at most
    /// 1 KiB of the caller's own beside it. The object need not be this arena's, nor sealed.
    ///
    /// The name stands for as long as the object, unless it is
    /// [taken away](crate::Node::unpublish).
    ///
    /// # Errors
    /// [`Error::NameTaken`] if somebody was first; [`Error::InvalidName`]; [`Error::ValueTooLong`];
    /// [`Error::Evicted`] and [`Error::WrongCapability`] if it is no object of this node, or none
    /// any more; [`Error::NameBusy`]; [`Error::OutOfMemory`]; [`Error::Closed`];
    /// [`Error::Vanished`]; [`Error::Forked`].
    pub fn publish(&self, name: &str, key: &ObjectKey, value: &[u8]) -> Result<()> {
        self.publish_in(Folder::Names, FileName::new(name)?, key, value)
    }

    /// Publishes in one of the folders that names stand in.
    pub(crate) fn publish_in(
        &self,
        folder: Folder,
        name: FileName,
        key: &ObjectKey,
        value: &[u8],
    ) -> Result<()> {
        let inner = &*self.inner;
        drop(inner.owner()?);
        inner.published().reserve(&inner.node)?;
        inner.node.publish(folder, &name, key, value)?;
        inner.published().add(&inner.node, folder, name, key);
        Ok(())
    }

    /// What it has published in one of them, and may still stand.
    pub(crate) fn published_in(&self, folder: Folder) -> Result<Vec<ObjectKey>> {
        drop(self.inner.owner()?);
        Ok(self.inner.published().of(folder))
    }

    /// What is known of a sealed object of this arena, as a replica.
    pub(crate) fn replica_of(&self, key: &ObjectKey) -> Result<Option<Replica>> {
        if key.arena != self.id() {
            return Ok(None);
        }
        let slot = self.inner.map.slot(key.slot)?;
        let read = || (slot.extent().without(slot.note()), slot.unused());
        Ok(match slot.consistent(key.generation, read) {
            Some((State::Sealed, (Some(extent), unused))) => {
                Some(Replica { key: *key, len: extent.len, unused })
            }
            _ => None,
        })
    }

    pub(crate) fn node(&self) -> &NodeInner {
        &self.inner.node
    }

    /// What the arena holds at this moment.
    ///
    /// # Errors
    /// [`Error::Closed`] and [`Error::Forked`].
    pub fn usage(&self) -> Result<Usage> {
        self.inner.owner()?.usage()
    }

    /// What this process has done in the arena; once it is closed, until then.
    ///
    /// # Errors
    /// [`Error::Forked`].
    pub fn counters(&self) -> Result<ArenaCounters> {
        match self.inner.owner() {
            Ok(mut owner) => owner.counters(),
            Err(Error::Closed) => Ok(ArenaCounters::read(self.inner.map.header()?)),
            Err(error) => Err(error),
        }
    }

    /// Ends the arena: objects of process scope are evicted, those of node scope stay on the
    /// node, and views of both stay valid. Blocks that are not sealed yet cannot be any more.
    ///
    /// # Errors
    /// If shared memory could not be given back; a later sweep gives it back.
    pub fn close(&self) -> Result<()> {
        self.inner.close()
    }
}

impl ArenaInner {
    /// The owner's books, if the arena is open and this is the process that owns it.
    fn owner(&self) -> Result<MutexGuard<'_, Owner>> {
        // First, for in a child the lock may be held by a thread that is not there.
        self.node.check()?;
        let owner = self.owner.lock().unwrap_or_else(|poison| poison.into_inner());
        if owner.is_closed() { Err(Error::Closed) } else { Ok(owner) }
    }

    fn published(&self) -> MutexGuard<'_, Published> {
        self.published.lock().unwrap_or_else(|poison| poison.into_inner())
    }

    fn close(&self) -> Result<()> {
        if !self.node.record.is_ours() {
            return Err(Error::Forked);
        }
        let custody = {
            // Nothing is allocated, reclaimed or evicted by this process from here on.
            let mut owner = self.owner.lock().unwrap_or_else(|poison| poison.into_inner());
            owner.close();
            self.custody.lock().unwrap_or_else(|poison| poison.into_inner()).take()
        };
        let Some(custody) = custody else { return Ok(()) };
        self.node.forget(self.map.id);
        let cleaned =
            custody::clean(&self.map, &custody, &mut self.node.census(), Cleaning::Closing);
        drop(custody);
        self.published().close(&self.node);
        // Views that were dropped meanwhile found custody taken.
        if cleaned?.pins > 0 { self.node.clean_if_dead(self.map.id) } else { Ok(()) }
    }
}

impl Drop for ArenaInner {
    fn drop(&mut self) {
        if self.node.record.is_ours()
            && let Err(error) = self.close()
        {
            tracing::warn!(%error, arena = %self.map.id, "an arena could not be given back whole");
        }
    }
}

/// So many bytes of memory are taken at a time where nobody may be held up.
const STEP: u64 = 4 << 20;

/// See [`Arena::gather`].
#[derive(Debug)]
pub(crate) struct Gathering(Arc<ArenaInner>);

impl Drop for Gathering {
    fn drop(&mut self) {
        if let Ok(mut owner) = self.0.owner() {
            owner.end_gathering();
        }
    }
}

/// Marks an object evicted, if the key fits it and it is in a state that allows it.
pub(crate) fn mark_evicted(map: &ArenaMap, key: &ObjectKey) -> Result<()> {
    let slot = map.slot(key.slot)?;
    let read = || slot.is_opened_by(&key.capability);
    match slot.consistent(key.generation, read) {
        Some((_, false)) => Err(Error::WrongCapability),
        Some((State::Pending, _)) => Err(Error::StillPending),
        Some((state @ (State::Sealed | State::Failed), _)) => {
            slot.evict(key.generation, state, || map.ring())
        }
        _ => Err(Error::Evicted),
    }
}

/// Makes the arena's file, complete and locked before it has a name.
fn make_table(node: &NodeInner, id: ArenaId, name: &str, capacity: u64) -> Result<Custody> {
    let directory = &node.directory;
    let failed = |error| directory.missing_or("make an arena in", error);
    let window = Window::open();
    let table = file::unnamed(directory.path()).map_err(failed)?;
    let custody = Custody::of_new(&table, &window).map_err(failed)?;
    file::reserve(&table, 0, PAGE as u64).map_err(failed)?;
    let map = Mapping::new(&table, 0, PAGE, Access::Write).map_err(failed)?;
    if let Some(header) = map.get::<ArenaHeader>(0) {
        let words = id.words();
        header.id[0].store(words[0], Ordering::Relaxed);
        header.id[1].store(words[1], Ordering::Relaxed);
        header.capacity.store(capacity, Ordering::Relaxed);
        header.born.store(clock::second_after_boot(), Ordering::Relaxed);
        header.used.store(u64::from(crate::layout::FIRST_SLOT), Ordering::Relaxed);
        write_owner(&header.owner);
        write_name(header, name);
        crate::node::directory::write_preamble(&header.preamble, ARENA_MAGIC, directory.boot());
    }
    fail_point!("open.arena-before-link");
    file::link(&table, &directory.arena_path(id)).map_err(failed)?;
    fail_point!("open.arena-linked");
    Ok(custody)
}

fn write_name(header: &ArenaHeader, name: &str) {
    let name = owner::cut(name, NAME_MAX);
    let mut bytes = [0; NAME_MAX];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    for (word, bytes) in header.name.iter().zip(bytes.chunks_exact(8)) {
        let bytes = bytes.try_into().unwrap_or([0; 8]);
        word.store(u64::from_le_bytes(bytes), Ordering::Relaxed);
    }
    header.name_len.store(name.len() as u32, Ordering::Relaxed);
}

/// An object that was begun: what its slot was given.
#[derive(Clone, Copy, Debug)]
struct Begun {
    generation: u64,
    capability: Capability,
    /// Its memory, the note at its end included.
    extent: Extent,
}

fn note_len(note: &[u8]) -> Result<u8> {
    u8::try_from(note.len()).map_err(|_| Error::NoteTooLong { len: note.len() })
}
