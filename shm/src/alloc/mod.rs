//! The arena owner's allocator: which bytes of which segment a block gets. Pure arithmetic, no memory is touched.
//!
//! ```text
//! segment 0   |slab|slab| extent |free|      extent      |free|·······never reserved·······|
//!             0   64K                                         ^ watermark                1 GiB
//! segment 1   |         one extent of 5 GiB         |······· never reserved ·······|
//! ```
//!
//! A segment is a sparse file whose pages are reserved from the front up to a *watermark*, but for *holes*, whose pages
//! were given back and may be reserved again. Reserved pages that no block holds are free *extents*; blocks over 16 KiB are cut from those directly, smaller ones from *slabs*, which
//! are extents of 64 KiB cut into blocks of one size. Where a segment's pages are huge, its watermark is a multiple of
//! theirs. The caller's cycle is
//!
//! ```text
//! alloc ── Some(place) ──────────────────────────────► use it … free(place)
//!   └───── None ── plan_growth ── Ok(growth) ── reserve those pages ── grown(growth) ── alloc succeeds
//!                       └──────── Err(NoRoom): evict something, or report full
//! ```
//!
//! # Invariants
//! - A place starts at a multiple of the alignment asked for, of 64 always, and of 2 MiB if it is that long. These are
//!   offsets: addresses are as aligned only where the segment is mapped at a multiple of 2 MiB.
//! - A place of at most [`classes::LARGEST`] bytes lies in a slab, a larger one is an extent: `free` needs no other mark.
//! - A page is in exactly one of: a place's extent, a slab, a free extent, a hole, above the watermark. No hole ends at
//!   the watermark.
//! - Two neighbouring free extents are one, but for the few that were freed last and wait for a block of just their
//!   size, so that a steady put and evict cycle reuses the same warm memory; these are merged before anything is
//!   refused. What was freed entirely can be allocated entirely.
//! - Among equally good free extents the lowest wins.

mod classes;
mod extending;
mod extents;
mod slabs;

use extents::{Extents, PageAddress};
use slabs::Slabs;

/// The bytes of one block. `size` is what the block really takes, at least what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) segment: u32,
    pub(crate) offset: u64,
    pub(crate) size: u64,
}

/// Pages to reserve: `[from, from + len)` of a segment, `from` being its watermark or in a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Growth {
    pub(crate) segment: u32,
    pub(crate) from: u64,
    pub(crate) len: u64,
    /// The least `len` that serves the request. Where `len` cannot be had, lower it to this and try again.
    pub(crate) least: u64,
    /// The segment's virtual length: that of its file.
    pub(crate) segment_size: u64,
    /// The segment does not exist yet.
    pub(crate) is_new: bool,
    /// The size of the segment's pages: all lengths here are multiples of it.
    pub(crate) page: u64,
}

impl Growth {
    /// Whether the segment is one of huge pages.
    pub(crate) fn is_huge(&self) -> bool {
        self.page > PAGE
    }

    /// Does without the room to grow in that a new segment would have, where files may not be so long.
    pub(crate) fn shorten_segment(&mut self, longest: u64) {
        let least = round_up(self.least, HUGE).max(SEGMENT);
        if self.is_new && longest < self.segment_size {
            self.segment_size = least;
            self.len = self.len.min(least);
        }
    }
}

/// Serving a request would pass the capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoRoom {
    /// What was asked for.
    pub(crate) len: u64,
    /// The pages that would have to be reserved for it, in bytes.
    pub(crate) growth: u64,
    pub(crate) reserved: u64,
    pub(crate) in_use: u64,
    pub(crate) capacity: u64,
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Allocator {
    capacity: u64,
    /// The size of the pages of segments to come.
    page: u64,
    reserved: u64,
    in_use: u64,
    segments: Vec<Segment>,
    extents: Extents,
    /// Extents freed last, not merged yet: the next block of the same size takes the latest.
    recent: Vec<Place>,
    slabs: Slabs,
    /// Pages below the watermarks that were given back.
    holes: Extents,
}

#[derive(Clone, Copy, Debug)]
struct Segment {
    size: u64,
    watermark: u64,
    page: u64,
}

/// What a request takes, once rounded.
#[derive(Clone, Copy, Debug)]
enum Need {
    Small(classes::Class),
    Large { pages: u64, align_pages: u64 },
}

impl Allocator {
    /// An allocator with nothing reserved, which will never ask for more than `capacity` bytes of pages. Small blocks
    /// come out of slabs, so a capacity below 64 KiB holds none.
    pub(crate) fn new(capacity: u64) -> Self {
        Self {
            capacity: round_down(capacity.min(LARGEST_CAPACITY), PAGE),
            page: PAGE,
            reserved: 0,
            in_use: 0,
            segments: Vec::new(),
            extents: Extents::default(),
            recent: Vec::with_capacity(RECENT + 1),
            slabs: Slabs::default(),
            holes: Extents::default(),
        }
    }

    /// Makes segments of pages of this size, a power of two up to 2 MiB, from now on, as far as whole pages fit into the
    /// capacity. Segments of larger pages grow no more.
    pub(crate) fn set_page(&mut self, page: u64) {
        debug_assert!(page.is_power_of_two() && (PAGE..=HUGE).contains(&page));
        self.page = page;
        for segment in self.segments.iter_mut().filter(|segment| segment.page > page) {
            segment.size = segment.watermark;
        }
    }

    /// Takes a block from the pages already reserved. `align` is a power of two up to 2 MiB.
    #[inline]
    pub(crate) fn alloc(&mut self, len: u64, align: u64) -> Option<Place> {
        if len > self.capacity {
            return None;
        }
        let need = Need::of(len, align);
        let place = match self.take(need) {
            None if self.coalesce() => self.take(need),
            place => place,
        }?;
        self.in_use += place.size;
        Some(place)
    }

    /// Gives back what [`Self::alloc`] handed out. A place that is not out, freed twice say, is logged and ignored.
    #[inline]
    pub(crate) fn free(&mut self, place: Place) {
        let was_out = if place.size <= classes::LARGEST {
            self.slabs.free(place, &mut self.extents)
        } else {
            self.free_extent(place)
        };
        if was_out {
            self.in_use -= place.size;
        } else {
            tracing::error!(?place, "a block was freed that was not allocated; ignored");
            debug_assert!(false, "freed a block that was not allocated: {place:?}");
        }
    }

    #[inline]
    fn free_extent(&mut self, place: Place) -> bool {
        if self.recent.contains(&place) {
            return false;
        }
        self.recent.push(place);
        if self.recent.len() <= RECENT {
            return true;
        }
        let oldest = self.recent.remove(0);
        let merged = self.extents.give_place(oldest);
        debug_assert!(merged, "freed twice: {oldest:?}");
        true
    }

    /// What to reserve so that `alloc(len, align)`, which just returned `None`, succeeds.
    pub(crate) fn plan_growth(&self, len: u64, align: u64) -> Result<Growth, NoRoom> {
        let left = self.capacity - self.reserved;
        if len > self.capacity {
            return Err(self.no_room(len, len));
        }
        let (pages, align_pages) = Need::of(len, align).extent();
        let (bytes, align) = (pages * PAGE, align_pages * PAGE);
        let fits = |growth: &Growth| growth.least <= left;
        let at_an_end = self.least_growth(bytes, align);
        if let Some((pages_free, start)) = self.holes.find(pages, align_pages)
            && bytes <= left
            && at_an_end.is_none_or(|growth| bytes <= growth.least)
        {
            return Ok(self.stepped(self.growth_in_hole(start, bytes, pages_free * PAGE)));
        }
        let growth = (at_an_end.filter(fits))
            .or_else(|| Some(self.new_segment(bytes, self.page)).filter(fits))
            .unwrap_or_else(|| self.new_segment(bytes, PAGE));
        if growth.least > left {
            return Err(self.no_room(len, growth.least));
        }
        Ok(self.stepped(growth))
    }

    /// The growth by more than the least, where there is room: it is asked for again soon.
    fn stepped(&self, growth: Growth) -> Growth {
        let left = self.capacity - self.reserved;
        let step = round_down(self.reserved / 8, PAGE).clamp(slabs::SLAB, LARGEST_STEP);
        let room = left.min(growth.segment_size.saturating_sub(growth.from));
        Growth { len: round_down(step.min(room), growth.page).max(growth.least), ..growth }
    }

    /// The pages of `growth` have been reserved: they may be allocated from now on.
    pub(crate) fn grown(&mut self, growth: Growth) {
        if growth.is_new {
            debug_assert_eq!(growth.segment as usize, self.segments.len());
            let (size, page) = (growth.segment_size, growth.page);
            self.segments.push(Segment { size, watermark: 0, page });
        }
        let Some(segment) = self.segments.get_mut(growth.segment as usize) else {
            debug_assert!(false, "growth of a segment that does not exist: {growth:?}");
            return;
        };
        let (start, pages) =
            (PageAddress::new(growth.segment, growth.from / PAGE), growth.len / PAGE);
        if growth.from == segment.watermark {
            segment.watermark += growth.len;
        } else if !self.holes.take_range(start, pages) {
            debug_assert!(false, "growth where there is no hole: {growth:?}");
            return;
        }
        self.reserved += growth.len;
        self.extents.give(start, pages);
    }

    /// Makes the longest free extent a hole, if more than `keep` bytes are free: its pages are to be given back. Those of
    /// huge pages are kept.
    pub(crate) fn give_up(&mut self, keep: u64) -> Option<Place> {
        if self.reserved - self.in_use <= keep {
            return None;
        }
        self.coalesce();
        let segments = &mut self.segments;
        let is_ordinary = |segment| segments.get(segment as usize).is_some_and(|s| s.page == PAGE);
        let (start, pages) = self.extents.longest(is_ordinary)?;
        self.extents.take_range(start, pages);
        self.reserved -= pages * PAGE;
        self.holes.give(start, pages);
        if let Some(segment) = segments.get_mut(start.segment() as usize) {
            let watermark = segment.watermark / PAGE;
            let above = self.holes.free_before(PageAddress::new(start.segment(), watermark));
            if above > 0 {
                segment.watermark -= above * PAGE;
                let from = PageAddress::new(start.segment(), watermark - above);
                self.holes.take_range(from, above);
            }
        }
        Some(Place { segment: start.segment(), offset: start.page() * PAGE, size: pages * PAGE })
    }

    /// Whether there are holes: free pages beside them make longer ones when they are given up too.
    pub(crate) fn has_holes(&self) -> bool {
        !self.holes.is_empty()
    }

    /// Gives what was freed last, and wholly empty slabs, back to the extents; true if there were any.
    fn coalesce(&mut self) -> bool {
        let any_recent = !self.recent.is_empty();
        for place in self.recent.drain(..) {
            let merged = self.extents.give_place(place);
            debug_assert!(merged, "freed twice: {place:?}");
        }
        self.slabs.release_spares(&mut self.extents) || any_recent
    }

    /// Bytes of pages that may be reserved.
    pub(crate) fn capacity(&self) -> u64 {
        self.capacity
    }

    /// Bytes of pages reserved, in use or not.
    pub(crate) fn reserved(&self) -> u64 {
        self.reserved
    }

    /// Bytes of the places handed out and not freed.
    pub(crate) fn in_use(&self) -> u64 {
        self.in_use
    }

    #[inline]
    fn take(&mut self, need: Need) -> Option<Place> {
        match need {
            Need::Small(class) => self.slabs.alloc(class, &mut self.extents),
            Need::Large { pages, align_pages } => {
                let (size, align) = (pages * PAGE, align_pages * PAGE);
                let fits = |place: &Place| place.size == size && place.offset & (align - 1) == 0;
                if let Some(index) = self.recent.iter().rposition(fits) {
                    return Some(self.recent.remove(index));
                }
                let start = self.extents.take(pages, align_pages)?;
                Some(Place {
                    segment: start.segment(),
                    offset: start.page() * PAGE,
                    size: pages * PAGE,
                })
            }
        }
    }

    /// The existing segment that can serve an extent with the fewest new pages: from its last free extent and on.
    fn least_growth(&self, bytes: u64, align: u64) -> Option<Growth> {
        let growth = |(segment, &Segment { size, watermark, page }): (u32, &Segment)| {
            let end = PageAddress::new(segment, watermark / PAGE);
            let free_tail = self.extents.free_before(end) * PAGE;
            let end = round_up(round_up(watermark - free_tail, align) + bytes, page);
            (watermark < end && end <= size).then(|| Growth {
                segment,
                from: watermark,
                len: end - watermark,
                least: end - watermark,
                segment_size: size,
                is_new: false,
                page,
            })
        };
        let segments = (0..).zip(&self.segments);
        segments.filter_map(growth).min_by_key(|g| g.least)
    }

    fn growth_in_hole(&self, start: PageAddress, bytes: u64, len: u64) -> Growth {
        let from = start.page() * PAGE;
        Growth {
            segment: start.segment(),
            from,
            len: bytes,
            least: bytes,
            // The hole's end, which it may not grow beyond.
            segment_size: from + len,
            is_new: false,
            page: PAGE,
        }
    }

    fn new_segment(&self, bytes: u64, page: u64) -> Growth {
        let len = round_up(bytes, page);
        Growth {
            segment: self.segments.len() as u32,
            from: 0,
            len,
            least: len,
            segment_size: self.segment_size(bytes),
            is_new: true,
            page,
        }
    }

    /// The virtual length of a segment for a block of this size. Behind one that is longer than a usual segment there is
    /// room, which costs nothing until it is reserved: a block that grows is moved only when it has grown eightfold.
    fn segment_size(&self, bytes: u64) -> u64 {
        let least = round_up(bytes, HUGE);
        match least <= SEGMENT {
            true => SEGMENT,
            false => round_up(self.capacity.min(8 * bytes), HUGE).max(least),
        }
    }

    fn no_room(&self, len: u64, growth: u64) -> NoRoom {
        NoRoom {
            len,
            growth,
            reserved: self.reserved,
            in_use: self.in_use,
            capacity: self.capacity,
        }
    }
}

impl Need {
    #[inline]
    fn of(len: u64, align: u64) -> Self {
        debug_assert!(align.is_power_of_two() && align <= HUGE);
        match classes::class(len, align) {
            Some(class) => Self::Small(class),
            None => Self::large(len, align),
        }
    }

    fn large(len: u64, align: u64) -> Self {
        // A short block comes here for its alignment: made longer, it stays told from a block of a slab.
        let size = round_up(len, PAGE).max(classes::LARGEST + PAGE);
        let align = if size >= HUGE { HUGE } else { align.max(PAGE) };
        Self::Large { pages: size / PAGE, align_pages: align / PAGE }
    }

    /// The pages of the extent that would serve it, and their alignment.
    fn extent(self) -> (u64, u64) {
        match self {
            Self::Small(_) => (slabs::SLAB / PAGE, slabs::SLAB / PAGE),
            Self::Large { pages, align_pages } => (pages, align_pages),
        }
    }
}

/// `n` up to a multiple of `to`, a power of two. Callers have bounded `n` by [`LARGEST_CAPACITY`].
const fn round_up(n: u64, to: u64) -> u64 {
    (n + to - 1) & !(to - 1)
}

const fn round_down(n: u64, to: u64) -> u64 {
    n & !(to - 1)
}

/// How many freed extents wait for a block of just their size.
const RECENT: usize = 8;
const PAGE: u64 = 4096;
const HUGE: u64 = 2 << 20;
/// The virtual length of a segment, unless one block needs a longer one.
const SEGMENT: u64 = 1 << 30;
/// Growth takes an eighth of what is reserved at a time, between one slab and this.
const LARGEST_STEP: u64 = 64 << 20;
/// Keeps all arithmetic on sizes far from overflow. No node has 4 PiB of memory.
const LARGEST_CAPACITY: u64 = 1 << 52;

#[cfg(test)]
mod tests;
