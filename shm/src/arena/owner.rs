//! The owner's books of its arena: ordinary memory that no other process can reach.

mod growth;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Begun;
use super::books::{Capabilities, Entries, Stage};
use super::{ArenaCounters, ArenaOptions};
use crate::alloc::{Allocator, Place};
use crate::arena::map::ArenaMap;
use crate::error::{Error, Result};
use crate::fail::fail_point;
use crate::ids::Extent;
use crate::layout::{FIRST_SLOT, PAGE, SLOT_SIZE};
use crate::lifetime::Lifetime;
use crate::limits::Limits;
use crate::node::NodeInner;
use crate::object::slot::MESSAGE_MAX;
use crate::placement::Placer;
use crate::protocol::{self, LAST_GENERATION, Native, Observed, SlotWord, State};
use crate::sys::{clock, file};

/// What an arena holds at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Usage {
    /// Bytes it may take.
    pub capacity: u64,
    /// Bytes of memory reserved for data, in use or ready to be reused.
    pub reserved: u64,
    /// Bytes taken by objects and blocks, evicted ones that wait to be reclaimed included.
    pub in_use: u64,
    /// Objects and blocks that are not evicted.
    pub live: u64,
    /// Evicted objects that wait to be reclaimed.
    pub retired: u64,
}

#[derive(Debug)]
pub(super) struct Owner {
    map: Arc<ArenaMap>,
    node: Arc<NodeInner>,
    allocator: Allocator,
    placer: Placer,
    /// As it was asked for: the allocator takes whole pages.
    capacity: u64,
    /// How many bytes to keep that nothing is in, if not all.
    warm: Option<u64>,
    /// How many take memory step by step at this moment.
    gathering: u32,
    /// Looked for when memory is first taken.
    limits: Option<Limits>,
    /// What is known of each slot, from [`FIRST_SLOT`] on.
    entries: Entries,
    free_slots: Vec<u32>,
    /// Slots whose pages are reserved.
    reserved_slots: u32,
    live: u64,
    /// Evicted slots that somebody may still view.
    retired: Vec<u32>,
    /// Bytes of their blocks.
    retired_bytes: u64,
    /// How many of them, and how many bytes, the last scan found viewed.
    viewed: (usize, u64),
    /// Scans to come before the arena counts as one that nobody reads at the moment.
    read_lately: u32,
    capabilities: Capabilities,
    /// The second in which the directory was last seen.
    checked_at: i64,
    /// The same second after boot: when what is begun is born.
    second: u32,
    counters: ArenaCounters,
    closed: bool,
}

/// A scan of the pins is worth it for so many evictions, ...
const MANY: usize = 256;
/// ... or for so many bytes: large blocks are to be reused while they are in a cache.
const MANY_BYTES: u64 = 1 << 20;
/// But each scan takes the readers' pins out of their caches: where there are readers it waits for
/// so many times the bytes.
const WITH_READERS: u64 = 8;
/// Before memory is taken anew for a block so large, a scan is worth it for any eviction.
const LARGE: u64 = 2 << 20;
/// So many scans without a pin say that there are no readers.
const UNREAD_SCANS: u32 = 16;

impl Owner {
    pub(super) fn new(
        map: Arc<ArenaMap>,
        node: Arc<NodeInner>,
        capacity: u64,
        options: &ArenaOptions,
    ) -> Self {
        let placer = Placer::new(map.id, options.placement);
        let mut allocator = Allocator::new(capacity);
        allocator.set_page(placer.page());
        Self {
            placer,
            capacity,
            warm: options.warm,
            gathering: 0,
            limits: None,
            map,
            node,
            allocator,
            entries: Entries::default(),
            free_slots: Vec::new(),
            reserved_slots: FIRST_SLOT,
            live: 0,
            retired: Vec::new(),
            retired_bytes: 0,
            viewed: (0, 0),
            read_lately: 0,
            capabilities: Capabilities::default(),
            checked_at: clock::seconds(),
            second: second_after_boot(),
            counters: ArenaCounters::default(),
            closed: false,
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    pub(super) fn usage(&mut self) -> Result<Usage> {
        self.take_others_evictions()?;
        Ok(Usage {
            capacity: self.capacity,
            reserved: self.allocator.reserved(),
            in_use: self.allocator.in_use(),
            live: self.live,
            retired: self.retired.len() as u64,
        })
    }

    pub(super) fn counters(&mut self) -> Result<ArenaCounters> {
        self.take_others_evictions()?;
        Ok(self.counters)
    }

    /// Counts bytes of an object that was begun, and bytes that are copied into it.
    pub(super) fn count_bytes(&mut self, put: u64, copied: u64) {
        self.counters.bytes_put += put;
        self.counters.bytes_copied += copied;
        self.tell_counters();
    }

    /// Counts bytes no more that turned out not to be the object's.
    fn count_fewer_bytes(&mut self, fewer: u64) {
        self.counters.bytes_put -= fewer;
        self.tell_counters();
    }

    /// Lets other processes see the counters.
    #[inline]
    fn tell_counters(&self) {
        if let Ok(header) = self.map.header() {
            self.counters.store(header);
        }
    }

    /// Begins a pending object: a slot, and the block that `place` takes for it. Its bytes are to be
    /// [counted](Self::count_bytes).
    pub(super) fn begin(
        &mut self,
        lifetime: Lifetime,
        note: u8,
        place: impl FnOnce(&mut Self) -> Result<Option<(Place, Extent)>>,
    ) -> Result<(u32, Begun)> {
        self.check_directory()?;
        self.take_others_evictions()?;
        let capability = self.capabilities.next()?;
        let slot = self.free_slot()?;
        let taken = match place(self) {
            Ok(taken) => taken,
            Err(error) => {
                self.free_slots.push(slot);
                return Err(error);
            }
        };
        fail_point!("alloc.placed");
        let entry = self.entries.at(slot);
        entry.generation += 1;
        entry.stage = Stage::Live;
        entry.set_place(taken.map(|(place, _)| place));
        let generation = entry.generation;
        self.live += 1;
        let extent = taken.map_or(Extent::default(), |(_, extent)| extent);
        let shared = self.map.slot(slot)?;
        // Whoever cleans a closed arena spares blocks that may still be written.
        shared.set_extent(extent);
        shared.set_born(self.second);
        self.counters.puts += 1;
        shared.begin(self.map.tag, generation, capability, lifetime, note);
        Ok((slot, Begun { generation, capability, extent }))
    }

    /// Once a second, looks whether others can still reach what this arena holds.
    #[inline]
    fn check_directory(&mut self) -> Result<()> {
        let now = clock::seconds();
        if now == self.checked_at {
            return Ok(());
        }
        if self.node.directory.still_stands() {
            (self.checked_at, self.second) = (now, second_after_boot());
            return Ok(());
        }
        Err(Error::Vanished { path: self.node.directory.path().into() })
    }

    /// Takes a block; `None` for no bytes.
    pub(super) fn place(&mut self, len: u64, align: u64) -> Result<Option<(Place, Extent)>> {
        if !align.is_power_of_two() || align > MAX_ALIGN {
            return Err(Error::Align { align });
        }
        if len == 0 {
            return Ok(None);
        }
        let place = match self.allocator.alloc(len, align) {
            Some(place) => place,
            None => self.find_room(len, align)?,
        };
        Ok(Some((place, Extent { segment: place.segment, offset: place.offset, len })))
    }

    /// Takes a block for an object that was begun without one.
    pub(super) fn place_for(
        &mut self,
        slot: u32,
        len: u64,
        align: u64,
        note: u8,
    ) -> Result<Extent> {
        let taken = self.place(len, align)?;
        self.entries.at(slot).set_place(taken.map(|(place, _)| place));
        let extent = taken.map_or(Extent::default(), |(_, extent)| extent);
        self.count_bytes(extent.len - u64::from(note), 0);
        let shared = self.map.slot(slot)?;
        shared.set_extent(extent);
        shared.set_note(note);
        fail_point!("alloc.promised");
        Ok(extent)
    }

    /// Stores a failed object's message where its bytes would be. Without room there is none.
    pub(super) fn place_message(&mut self, slot: u32, message: &str) -> Extent {
        let bytes = cut(message, MESSAGE_MAX).as_bytes();
        let old = self.entries.at(slot).take_place();
        if let Some(place) = old {
            // Nobody has ever been told where a pending object's bytes are.
            self.allocator.free(place);
        }
        let Ok(Some((place, extent))) = self.place(bytes.len() as u64, 1) else {
            return Extent::default();
        };
        self.entries.at(slot).set_place(Some(place));
        match self.map.bytes(extent) {
            // SAFETY: `bytes` checked the extent; the block was just taken, so nobody else has it.
            Ok(at) => unsafe { at.copy_from_nonoverlapping((&bytes[0]).into(), bytes.len()) },
            Err(_) => return Extent::default(),
        }
        extent
    }

    fn full(&self, wanted: u64) -> Error {
        Error::Full { wanted, in_use: self.allocator.in_use(), capacity: self.capacity }
    }

    /// Puts an evicted slot on the list of those that wait until nobody views them.
    pub(super) fn retire(&mut self, slot: u32, generation: u64) {
        let Some(entry) = self.entries.get(slot) else { return };
        if entry.stage != Stage::Live || entry.generation != generation {
            return;
        }
        self.entries.at(slot).stage = Stage::Retired;
        self.live -= 1;
        self.counters.evicted += 1;
        self.tell_counters();
        self.retired.push(slot);
        self.retired_bytes += entry.size;
        if self.is_scan_due() {
            // It was logged, and whoever needs the memory will be told.
            let _ = self.reclaim();
        }
        self.cool();
    }

    /// Whether enough was evicted since the last scan. What that found viewed counts against it:
    /// views that stay long must not be scanned for again and again.
    #[inline]
    fn is_scan_due(&self) -> bool {
        let (viewed, viewed_bytes) = self.viewed;
        let many_bytes = if self.read_lately > 0 { WITH_READERS * MANY_BYTES } else { MANY_BYTES };
        self.retired.len() - viewed >= viewed.max(MANY)
            || self.retired_bytes - viewed_bytes >= viewed_bytes.max(many_bytes)
    }

    /// Whether anything was evicted since the last scan.
    fn has_unscanned(&self) -> bool {
        self.retired.len() > self.viewed.0
    }

    /// Frees every retired slot that no living process has pinned.
    fn reclaim(&mut self) -> Result<()> {
        if self.retired.is_empty() {
            return Ok(());
        }
        fail_point!("reclaim.before-scan");
        let pinned = self.node.census().pinned(&self.node.directory, self.map.tag);
        let pinned = match pinned {
            Ok(pinned) => pinned,
            Err(error) => {
                // Without knowing who views what, nothing may be reused.
                tracing::warn!(%error, "cannot reclaim evicted memory");
                self.viewed = (self.retired.len(), self.retired_bytes);
                return Err(error);
            }
        };
        fail_point!("reclaim.scanned");
        self.read_lately = match pinned.len() {
            0 => self.read_lately.saturating_sub(1),
            _ => UNREAD_SCANS,
        };
        self.retired_bytes = 0;
        for slot in std::mem::take(&mut self.retired) {
            if pinned.contains(slot) {
                self.retired.push(slot);
                self.retired_bytes += self.entries.at(slot).size;
            } else {
                self.release(slot);
            }
        }
        self.viewed = (self.retired.len(), self.retired_bytes);
        self.tell_counters();
        Ok(())
    }

    fn release(&mut self, slot: u32) {
        let entry = self.entries.at(slot);
        entry.stage = Stage::Free;
        let generation = entry.generation;
        let place = entry.take_place();
        self.counters.reclaimed += 1;
        self.counters.bytes_reclaimed += place.map_or(0, |place| place.size);
        if let Ok(shared) = self.map.slot(slot) {
            // Relaxed: nobody looks for anything in a free slot.
            shared.word.store(SlotWord::free(generation).bits(), Ordering::Relaxed);
        }
        if let Some(place) = place {
            self.allocator.free(place);
        }
        fail_point!("reclaim.freed-one");
        if generation < LAST_GENERATION {
            self.free_slots.push(slot);
        }
    }

    /// Retires what other processes have evicted and listed for this one.
    #[inline]
    fn take_others_evictions(&mut self) -> Result<()> {
        if self.map.header()?.reclaim.load(Ordering::Relaxed) == 0 {
            return Ok(());
        }
        let map = self.map.clone();
        let list = &map.header()?.reclaim;
        // Acquire: pairs with the Release of the push, for the links.
        let mut next = list.swap(0, Ordering::Acquire);
        while next >= FIRST_SLOT {
            let Some(entry) = self.entries.get(next) else { break };
            let shared = map.slot(next)?;
            let (slot, link) = (next, shared.link.load(Ordering::Relaxed));
            // A slot met twice is retired by then: whatever the links say, this ends.
            if entry.stage != Stage::Live
                || shared.word().observed(entry.generation) != Observed::Is(State::Evicted)
                || shared.is_withdrawn(entry.generation)
            {
                break;
            }
            self.retire(slot, entry.generation);
            next = link;
        }
        Ok(())
    }

    /// Looks at every slot for evictions that were never listed, their evictor having been killed,
    /// and for leases that have ended.
    fn recover_evictions(&mut self) -> Result<()> {
        self.take_others_evictions()?;
        let map = self.map.clone();
        for slot in FIRST_SLOT..self.entries.end() {
            let Some(entry) = self.entries.get(slot) else { break };
            if entry.stage != Stage::Live {
                continue;
            }
            let shared = map.slot(slot)?;
            let word = shared.word();
            if word.generation() != entry.generation {
                continue;
            }
            if word.state() == Some(State::Sealed) && shared.has_expired() {
                let _ = protocol::evict::<Native>(&shared.word, entry.generation, State::Sealed);
            }
            // One that was withdrawn is retired by whoever has its block.
            let word = shared.word();
            if word.state() == Some(State::Evicted) && !word.is_withdrawn() {
                self.retire(slot, entry.generation);
            }
        }
        Ok(())
    }

    fn free_slot(&mut self) -> Result<u32> {
        if let Some(slot) = self.free_slots.pop() {
            return Ok(slot);
        }
        if self.is_scan_due()
            && self.reclaim().is_ok()
            && let Some(slot) = self.free_slots.pop()
        {
            return Ok(slot);
        }
        let slot = self.entries.end();
        if slot >= self.reserved_slots
            && let Err(refused) = self.grow_table()
        {
            self.recover_evictions()?;
            self.reclaim()?;
            if let Some(slot) = self.free_slots.pop() {
                return Ok(slot);
            }
            if !self.take_from_the_dead(&refused) || self.grow_table().is_err() {
                return Err(refused);
            }
        }
        self.entries.push();
        // Release: a custodian that sees the slot counted sees at least an empty one.
        self.map.header()?.used.store(u64::from(slot) + 1, Ordering::Release);
        Ok(slot)
    }

    /// Doubles the slot table, by at most 4 MiB.
    fn grow_table(&mut self) -> Result<()> {
        let from = u64::from(self.reserved_slots) * SLOT_SIZE as u64;
        let len = from.clamp(PAGE as u64, TABLE_STEP);
        let path = self.map.path();
        let directory = self.node.directory.path();
        self.limits.get_or_insert_with(|| Limits::discover(directory)).check(len)?;
        let table = file::open(&path)
            .map_err(|error| self.node.directory.missing_or("open an arena in", error))?;
        file::reserve(&table, from, len).map_err(|error| Error::io("grow", &path, error))?;
        fail_point!("alloc.table-grown");
        let slots = u32::try_from((from + len) / SLOT_SIZE as u64).unwrap_or(u32::MAX);
        if slots <= self.reserved_slots {
            return Err(self.full(0));
        }
        self.reserved_slots = slots;
        Ok(())
    }
}

/// The text's beginning, of at most so many bytes.
pub(super) fn cut(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// This second, as slots have room for it: it lasts 136 years.
fn second_after_boot() -> u32 {
    u32::try_from(clock::second_after_boot()).unwrap_or(u32::MAX)
}

const MAX_ALIGN: u64 = 2 << 20;
/// The slot table grows by at most so many bytes.
const TABLE_STEP: u64 = 4 << 20;
