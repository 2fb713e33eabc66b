//! An arena as any process sees it: its slot table and its data, mapped as they are needed.
//!
//! The table is mapped for writing (waiters mark that they wait, anybody of the user may evict),
//! the data for reading only, except in the owner. Nothing is touched that does not lie in the
//! file: every index and extent is checked against the file's own length.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use crate::arena::segment;
use crate::error::{Error, Result, is_missing};
use crate::growing::Growing;
use crate::ids::{ArenaId, Extent};
use crate::layout::{ARENA_CLOSED, ARENA_MAGIC, ArenaHeader, FIRST_SLOT, PAGE, SLOT_SIZE, Slot};
use crate::node::NodeInner;
use crate::node::directory::{Directory, check_preamble};
use crate::node::record::{Record, read_owner};
use crate::sys::file;
use crate::sys::map::{Access, Mapping};
use crate::sys::process::Identity;

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct ArenaMap {
    pub(crate) id: ArenaId,
    pub(crate) tag: u32,
    /// The readers' pins live in this process's record.
    pub(crate) record: Arc<Record>,
    pub(crate) directory: Arc<Directory>,
    /// For what is seldom needed of the node; views may outlive it.
    pub(crate) node: Weak<NodeInner>,
    data_access: Access,
    table: Growing<TableChunk>,
    segments: Growing<Mapping>,
}

/// A piece of the arena's file: the header and slots, or slots.
#[derive(Debug)]
struct TableChunk {
    map: Mapping,
    /// How much of the mapping lies in the file.
    bytes: AtomicUsize,
}

/// Slots per mapping of the table: 4 MiB of them.
const CHUNK_SLOTS: usize = 1 << 16;
const CHUNK_BYTES: usize = CHUNK_SLOTS * SLOT_SIZE;
/// Blocks of 2 MiB and more start at such an address in every process, as far as this is possible.
const SEGMENT_ALIGN: usize = 2 << 20;

impl ArenaMap {
    /// Maps an arena that exists.
    pub(crate) fn open(
        id: ArenaId,
        directory: &Arc<Directory>,
        record: &Arc<Record>,
        node: Weak<NodeInner>,
        data_access: Access,
    ) -> Result<Self> {
        let arena = Self {
            id,
            tag: id.tag(),
            record: record.clone(),
            directory: directory.clone(),
            node,
            data_access,
            table: Growing::new(),
            segments: Growing::new(),
        };
        let header = arena.header()?;
        // A directory made anew in this one's place has arenas whose owners do not know our pins.
        if !directory.still_stands() {
            return Err(Error::Vanished { path: directory.path().into() });
        }
        check_preamble(&header.preamble, ARENA_MAGIC, &arena.path())?;
        if header.id.each_ref().map(|word| word.load(Ordering::Relaxed)) != id.words() {
            return Err(arena.corrupt("it says that it is another arena"));
        }
        Ok(arena)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.arena_path(self.id)
    }

    pub(crate) fn header(&self) -> Result<&ArenaHeader> {
        self.chunk(0, PAGE)?
            .and_then(|chunk| chunk.map.get(0))
            .ok_or_else(|| self.corrupt("it is too short for a header"))
    }

    /// Whether this is the owner's map of it.
    pub(crate) fn is_own(&self) -> bool {
        self.data_access == Access::Write
    }

    /// What the arena's owner wrote of itself.
    pub(crate) fn owner(&self) -> Result<Identity> {
        Ok(read_owner(&self.header()?.owner))
    }

    /// Whether the arena was made since the machine was started, as far as anybody knows.
    pub(crate) fn is_of_this_boot(&self) -> Result<bool> {
        let boot = self.header()?.preamble.boot.each_ref().map(|word| word.load(Ordering::Relaxed));
        let here = self.directory.boot();
        // Who does not know must not destroy.
        Ok(boot == here || [boot, here].contains(&[0; 2]))
    }

    /// Whether the arena's files are gone, and only mappings like this one remain.
    pub(crate) fn is_closed(&self) -> bool {
        self.state() == Some(ARENA_CLOSED)
    }

    /// The header's state, one of `ARENA_*` if nobody damaged it.
    #[inline]
    pub(crate) fn state(&self) -> Option<u32> {
        let header: &ArenaHeader = self.table.get(0)?.map.get(0)?;
        Some(header.preamble.state.load(Ordering::Acquire))
    }

    /// A slot of the table; an error if there is no such slot.
    #[inline]
    pub(crate) fn slot(&self, index: u32) -> Result<&Slot> {
        let at = index as usize % CHUNK_SLOTS * SLOT_SIZE;
        let chunk = self.chunk(index as usize / CHUNK_SLOTS, at + SLOT_SIZE)?;
        match chunk.and_then(|chunk| chunk.map.get(at)) {
            Some(slot) if index >= FIRST_SLOT => Ok(slot),
            _ => Err(Error::NoSuchSlot { arena: self.id, slot: index }),
        }
    }

    /// The slots in use or once used, as the header says and the file bears out.
    pub(crate) fn slots(&self) -> Result<impl Iterator<Item = (u32, &Slot)>> {
        let used = self.header()?.used.load(Ordering::Acquire);
        let used = u32::try_from(used).unwrap_or(u32::MAX);
        Ok((FIRST_SLOT..used).map_while(|index| Some((index, self.slot(index).ok()?))))
    }

    /// Where an extent's bytes are in this process; an error if it lies outside of its segment.
    #[inline]
    pub(crate) fn bytes(&self, extent: Extent) -> Result<NonNull<u8>> {
        if extent.len == 0 {
            return Ok(NonNull::dangling());
        }
        self.segment(extent.segment)?
            .range(extent.offset, extent.len)
            .ok_or_else(|| self.corrupt("an object lies outside of its data segment"))
    }

    /// Where an extent would be, if its segment is mapped already.
    #[inline]
    pub(crate) fn mapped_bytes(&self, extent: Extent) -> Option<NonNull<u8>> {
        self.segments.get(extent.segment as usize)?.range(extent.offset, extent.len)
    }

    /// A data segment, mapped at its first use.
    #[inline]
    pub(crate) fn segment(&self, number: u32) -> Result<&Mapping> {
        match self.segments.get(number as usize) {
            Some(segment) => Ok(segment),
            None => self.map_segment(number),
        }
    }

    #[cold]
    fn map_segment(&self, number: u32) -> Result<&Mapping> {
        let path = self.directory.segment_path(self.id, number);
        let segment = segment::open(&path, self.data_access)?.ok_or_else(|| {
            // Who asks holds a pin or the arena: files that are removed in order are not missed.
            match !self.is_closed() && self.directory.still_stands() {
                true => self.corrupt("it names a data segment that there is not"),
                false => self.gone_or("open", path.clone(), ErrorKind::NotFound.into()),
            }
        })?;
        let failed = |error| Error::io("map", &path, error);
        let len = segment.file.metadata().map_err(failed)?.len();
        let len = usize::try_from(len).ok().filter(|len| *len > 0);
        let len = len.ok_or_else(|| self.corrupt("a data segment is empty"))?;
        let map = Mapping::aligned(&segment.file, len, SEGMENT_ALIGN, self.data_access)
            .map_err(failed)?;
        self.segments
            .fill(number as usize, map)
            .ok_or_else(|| self.corrupt("a segment number is beyond what there can be"))
    }

    /// A chunk of the table of which at least `needed` bytes lie in the file; `None` if they do not.
    #[inline]
    fn chunk(&self, number: usize, needed: usize) -> Result<Option<&TableChunk>> {
        match self.table.get(number) {
            Some(chunk) if chunk.bytes.load(Ordering::Acquire) >= needed => Ok(Some(chunk)),
            _ => self.map_chunk(number, needed),
        }
    }

    #[cold]
    fn map_chunk(&self, number: usize, needed: usize) -> Result<Option<&TableChunk>> {
        let path = self.path();
        let table = file::open(&path).map_err(|error| self.gone_or("open", path.clone(), error))?;
        let failed = |error| Error::io("map", &path, error);
        let start = number * CHUNK_BYTES;
        let len = table.metadata().map_err(failed)?.len();
        let bytes = usize::try_from(len).unwrap_or(0).saturating_sub(start).min(CHUNK_BYTES);
        if bytes < needed {
            return Ok(None);
        }
        let chunk = match self.table.get(number) {
            Some(chunk) => Some(chunk),
            None => {
                let map = Mapping::new(&table, start as u64, CHUNK_BYTES, Access::Write)
                    .map_err(failed)?;
                self.table.fill(number, TableChunk { map, bytes: AtomicUsize::new(bytes) })
            }
        };
        if let Some(chunk) = chunk {
            chunk.bytes.fetch_max(bytes, Ordering::AcqRel);
        }
        Ok(chunk)
    }

    /// The error for a file of the arena that cannot be opened: if it is missing, the arena ended,
    /// or the whole directory did.
    fn gone_or(&self, what: &'static str, path: PathBuf, error: std::io::Error) -> Error {
        match is_missing(&error) {
            true if self.directory.still_stands() => Error::Evicted,
            true => Error::Vanished { path: self.directory.path().into() },
            false => Error::io(what, path, error),
        }
    }

    /// Rings the bell of the node that the arena is on.
    pub(crate) fn ring(&self) {
        self.directory.bell().ring();
    }

    pub(crate) fn corrupt(&self, what: &str) -> Error {
        Error::Corrupt { path: self.path(), what: what.into() }
    }
}
