//! Finding room for a block, or behind one, reserving pages where there is none, and giving them back.

use std::io::ErrorKind;

use super::{LARGE, Owner};
use crate::alloc::{Allocator, Growth, Place};
use crate::arena::segment::{self, Segment};
use crate::error::{Error, Result};
use crate::fail::fail_point;
use crate::ids::Extent;
use crate::limits::Limits;
use crate::node::sweep::{Sweep, Unchanged};
use crate::placement::huge;
use crate::sys::file;
use crate::sys::map::{Access, MADV_POPULATE_WRITE};

impl Owner {
    /// Takes `more` bytes right behind a block that fills its memory; `None` if they are not free.
    pub(in crate::arena) fn extend(
        &mut self,
        slot: u32,
        extent: Extent,
        more: u64,
    ) -> Result<Option<Extent>> {
        let place = self.entries.get(slot).and_then(|entry| entry.place());
        let Some(place) = place.filter(|place| place.size == extent.len) else { return Ok(None) };
        let mut longer = self.allocator.extend(place, more);
        if longer.is_none()
            && let Some(growth) = self.allocator.plan_extension(place, more)
        {
            match self.carry_out(growth) {
                Err(error) if !growth.is_huge() => return Err(error),
                _ => longer = self.allocator.extend(place, more),
            }
        }
        let Some(longer) = longer else { return Ok(None) };
        self.entries.at(slot).set_place(Some(longer));
        let extent = Extent { len: extent.len + more, ..extent };
        self.map.slot(slot)?.set_extent(extent);
        self.count_bytes(more, 0);
        Ok(Some(extent))
    }

    /// Makes a block shorter, and gives back the pages that it needs no more.
    pub(in crate::arena) fn shorten(&mut self, slot: u32, from: u64, extent: Extent) -> Result<()> {
        self.map.slot(slot)?.set_extent(extent);
        self.count_fewer_bytes(from - extent.len);
        let place = self.entries.get(slot).and_then(|entry| entry.place());
        if let Some((kept, rest)) = place.and_then(|place| place.split(extent.len)) {
            self.entries.at(slot).set_place(Some(kept));
            self.allocator.free(rest);
        }
        Ok(())
    }

    /// Sees to it that there is room for a block of this size, in steps that take milliseconds: where
    /// pages have to be reserved, only `step` bytes of them are, and it says `false`. Where there can be no room it says `true`, for
    /// the allocation will say why.
    pub(in crate::arena) fn make_room(&mut self, len: u64, align: u64, step: u64) -> Result<bool> {
        let is_free = |allocator: &mut Allocator| {
            let place = allocator.alloc(len, align);
            place.map(|place| allocator.free(place)).is_some()
        };
        if len == 0 || is_free(&mut self.allocator) {
            return Ok(true);
        }
        if self.has_unscanned() && self.reclaim().is_ok() && is_free(&mut self.allocator) {
            return Ok(true);
        }
        let Ok(mut growth) = self.allocator.plan_growth(len, align) else { return Ok(true) };
        if growth.is_huge() || self.check_limits(growth.least).is_err() {
            return Ok(true);
        }
        if growth.is_new {
            growth.shorten_segment(file::size_limit());
        }
        growth.least = growth.least.min(step);
        growth.len = growth.least;
        self.carry_out(growth)?;
        Ok(false)
    }

    /// Gives back all pages that nothing is in; says how many bytes.
    pub(in crate::arena) fn trim(&mut self) -> Result<u64> {
        self.recover_evictions()?;
        self.reclaim()?;
        self.give_back(0)
    }

    /// Gives back what is more than the arena keeps warm, unless somebody is taking it step by step.
    pub(in crate::arena) fn cool(&mut self) {
        let free = self.allocator.reserved() - self.allocator.in_use();
        if let Some(warm) = self.warm.filter(|warm| free > *warm && self.gathering == 0)
            && let Err(error) = self.give_back(warm)
        {
            tracing::warn!(%error, arena = %self.map.id, "free memory could not be given back");
        }
    }

    /// From here to the end of it somebody takes memory step by step.
    pub(in crate::arena) fn begin_gathering(&mut self) {
        self.gathering += 1;
    }

    pub(in crate::arena) fn end_gathering(&mut self) {
        self.gathering -= 1;
        self.cool();
    }

    /// Gives free pages back until no more than `keep` bytes of them are left.
    fn give_back(&mut self, keep: u64) -> Result<u64> {
        let mut given = 0;
        while let Some(hole) = self.allocator.give_up(keep) {
            let path = self.node.directory.segment_path(self.map.id, hole.segment);
            let failed = |error| Error::io("give back pages of", &path, error);
            let missing =
                || self.node.directory.missing_or("open a segment in", ErrorKind::NotFound.into());
            let segment = segment::open(&path, Access::Write)?.ok_or_else(missing)?;
            file::punch(&segment.file, hole.offset, hole.size).map_err(failed)?;
            fail_point!("trim.punched");
            given += hole.size;
        }
        Ok(given)
    }

    /// Looks for room that is not simply free: reclaims, grows, then looks everywhere, with the dead
    /// as well.
    #[cold]
    pub(super) fn find_room(&mut self, len: u64, align: u64) -> Result<Place> {
        if len > self.allocator.capacity() {
            return Err(Error::TooLarge { len, capacity: self.capacity });
        }
        if (self.is_scan_due() || len >= LARGE && self.has_unscanned())
            && self.reclaim().is_ok()
            && let Some(place) = self.allocator.alloc(len, align)
        {
            return Ok(place);
        }
        let refused = match self.grow(len, align) {
            Ok(()) => match self.allocator.alloc(len, align) {
                Some(place) => return Ok(place),
                None => self.full(len),
            },
            Err(refused) => refused,
        };
        self.recover_evictions()?;
        self.reclaim()?;
        if let Some(place) = self.allocator.alloc(len, align) {
            return Ok(place);
        }
        // What was just reclaimed may have made the growth smaller.
        let mut grown = self.grow(len, align);
        // Free pages may lie beside some that were given back: together they may be enough.
        if grown.is_err() && self.allocator.has_holes() && self.trim().is_ok() {
            grown = self.grow(len, align);
        }
        if grown.as_ref().is_err_and(|refused| self.take_from_the_dead(refused)) {
            grown = self.grow(len, align);
        }
        match grown {
            Ok(()) => self.allocator.alloc(len, align).ok_or(refused),
            Err(_) => Err(refused),
        }
    }

    /// Where memory has run out, gives back what dead processes have of it; says whether it was any.
    #[cold]
    pub(super) fn take_from_the_dead(&self, refused: &Error) -> bool {
        if !matches!(refused, Error::OutOfMemory { .. }) {
            return false;
        }
        match self.node.sweep(Sweep::Dead, Unchanged::Skip) {
            Ok(swept) => swept.bytes_freed > 0 || swept.processes > 0,
            Err(error) => {
                tracing::warn!(%error, "could not give back what dead processes left");
                false
            }
        }
    }

    /// Reserves pages so that a block of this size can be taken.
    fn grow(&mut self, len: u64, align: u64) -> Result<()> {
        loop {
            let mut growth = self.allocator.plan_growth(len, align).map_err(|_| self.full(len))?;
            if growth.is_new {
                growth.shorten_segment(file::size_limit());
            }
            match self.carry_out(growth) {
                Err(why) if growth.is_huge() => self.give_up_huge_pages(&growth, &why)?,
                done => return done,
            }
        }
    }

    /// Reserves a growth's pages, or the least that serves.
    fn carry_out(&mut self, mut growth: Growth) -> Result<()> {
        if self.reserve(&growth).is_err() {
            growth.len = growth.least;
            self.reserve(&growth)?;
        }
        fail_point!("alloc.reserved");
        tracing::debug!(arena = %self.map.id, bytes = growth.len, "took memory");
        self.allocator.grown(growth);
        Ok(())
    }

    /// Goes on with ordinary pages, from a growth on that could not be had in huge ones.
    fn give_up_huge_pages(&mut self, growth: &Growth, why: &Error) -> Result<()> {
        self.placer.give_up_huge(why);
        self.allocator.set_page(self.placer.page());
        if growth.is_new {
            // The next segment has its number, and nobody has heard of this one.
            segment::remove(&self.segment_path(growth))?;
        }
        Ok(())
    }

    /// Reserves a growth's pages, a step at a time so that limits are looked at on the way.
    fn reserve(&mut self, growth: &Growth) -> Result<()> {
        match growth.is_huge() {
            true => huge::check(growth.len)?,
            false => self.check_limits(growth.len)?,
        }
        let path = self.segment_path(growth);
        let failed = |error| Error::io("reserve memory in", &path, error);
        let segment = self.open_segment(growth)?;
        fail_point!("alloc.segment-made");
        self.placer.place(&segment, growth.from, growth.len);
        let mut done = 0;
        while done < growth.len {
            let step = (growth.len - done).min(RESERVE_STEP);
            // Huge pages were counted above, and placing them may have taken them by now.
            let allowed = if growth.is_huge() { Ok(()) } else { self.check_limits(step) };
            let reserved = allowed.and_then(|()| {
                file::reserve(&segment.file, growth.from + done, step).map_err(failed)
            });
            if let Err(error) = reserved {
                // What was taken in vain goes back.
                file::punch(&segment.file, growth.from, growth.len).map_err(failed)?;
                return Err(error);
            }
            done += step;
        }
        drop(segment);
        // One call instead of a page fault for every 4 KiB; where the kernel cannot, they fault.
        let map = self.map.segment(growth.segment)?;
        let _ = map.advise(growth.from as usize, growth.len as usize, MADV_POPULATE_WRITE);
        Ok(())
    }

    /// Refuses to take so many bytes of ordinary pages where a limit leaves less.
    fn check_limits(&mut self, wanted: u64) -> Result<()> {
        let directory = self.node.directory.path();
        self.limits.get_or_insert_with(|| Limits::discover(directory)).check(wanted)
    }

    /// Opens the segment that grows, or makes it.
    fn open_segment(&self, growth: &Growth) -> Result<Segment> {
        let path = self.segment_path(growth);
        let missing = |error| self.node.directory.missing_or("open a segment in", error);
        if !growth.is_new {
            let segment = segment::open(&path, Access::Write)?;
            return segment.ok_or_else(|| missing(ErrorKind::NotFound.into()));
        }
        if growth.is_huge() {
            return huge::make(&path, growth.segment_size);
        }
        let file = file::sparse(&path, growth.segment_size).map_err(missing)?;
        Ok(Segment { file, page: growth.page })
    }

    fn segment_path(&self, growth: &Growth) -> std::path::PathBuf {
        self.node.directory.segment_path(self.map.id, growth.segment)
    }
}

/// Pages are reserved so many bytes at a time, looking at the limits before each.
const RESERVE_STEP: u64 = 256 << 20;
