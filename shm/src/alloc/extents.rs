//! Free runs of reserved pages: best fit, the lowest among equals, neighbours merged at once.
//!
//! Two indexes of the same runs. By size, to find the best fit. By *end*: cutting the front off a run, and giving it
//! back, which is what a put and evict cycle does, then changes one value in place and moves no key.

use std::collections::{BTreeMap, BTreeSet};

use super::{PAGE, Place};

/// A page of a segment, packed into one number. Segments are so far apart that no run of one ends where another starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PageAddress(u64);

impl PageAddress {
    #[inline]
    pub(super) fn new(segment: u32, page: u64) -> Self {
        debug_assert!(page < 1 << PAGE_BITS);
        Self(u64::from(segment) << PAGE_BITS | page)
    }

    #[inline]
    pub(super) fn segment(self) -> u32 {
        (self.0 >> PAGE_BITS) as u32
    }

    /// The page's number in its segment.
    #[inline]
    pub(super) fn page(self) -> u64 {
        self.0 & ((1 << PAGE_BITS) - 1)
    }
}

/// The free runs of all segments.
#[derive(Debug, Default)]
pub(super) struct Extents {
    /// End → pages.
    by_end: BTreeMap<u64, u64>,
    /// (pages, start): in the order in which a best fit looks for them.
    by_size: BTreeSet<(u64, u64)>,
}

impl Extents {
    /// Takes `pages` pages that start at a multiple of `align` pages, a power of two.
    pub(super) fn take(&mut self, pages: u64, align: u64) -> Option<PageAddress> {
        let (_, start) = self.find(pages, align)?;
        self.take_range(start, pages).then_some(start)
    }

    /// Where [`take`](Self::take) would take them, and how many pages are free from there on.
    pub(super) fn find(&self, pages: u64, align: u64) -> Option<(u64, PageAddress)> {
        let (run_pages, run_start) = self.best_fit(pages, align)?;
        let start = align_up(run_start, align);
        Some((run_start + run_pages - start, PageAddress(start)))
    }

    /// Takes the pages from `start` on; false if they are not all free.
    pub(super) fn take_range(&mut self, start: PageAddress, pages: u64) -> bool {
        let (start, end) = (start.0, start.0 + pages);
        let Some((&run_end, &run_pages)) = self.by_end.range(end..).next() else { return false };
        let run_start = run_end - run_pages;
        if start < run_start {
            return false;
        }
        self.by_size.remove(&(run_pages, run_start));
        if end == run_end {
            self.by_end.remove(&run_end);
        } else {
            self.by_size.insert((run_end - end, end));
            self.by_end.insert(run_end, run_end - end);
        }
        if run_start < start {
            self.by_size.insert((start - run_start, run_start));
            self.by_end.insert(start, start - run_start);
        }
        true
    }

    /// The longest free run of a segment that will do: where it starts, and its pages.
    pub(super) fn longest(&self, will_do: impl Fn(u32) -> bool) -> Option<(PageAddress, u64)> {
        let runs = self.by_size.iter().rev().map(|(pages, start)| (PageAddress(*start), *pages));
        runs.into_iter().find(|(start, _)| will_do(start.segment()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_end.is_empty()
    }

    /// Takes `pages` pages from the front of the free run that starts at `start`; false if there is none so long.
    pub(super) fn take_at(&mut self, start: PageAddress, pages: u64) -> bool {
        self.free_at(start) >= pages && self.take_range(start, pages)
    }

    /// How many pages from `start` on are free, if a free run starts there.
    pub(super) fn free_at(&self, start: PageAddress) -> u64 {
        match self.by_end.range(start.0 + 1..).next() {
            Some((end, pages)) if end - pages == start.0 => *pages,
            _ => 0,
        }
    }

    /// Makes a run of pages free. False, and nothing done, if some of it is free already.
    pub(super) fn give(&mut self, start: PageAddress, pages: u64) -> bool {
        let (mut start, mut end) = (start.0, start.0 + pages);
        // In order of their ends, only two runs can touch this one: one that ends where it starts, then one that
        // ends after it.
        let mut runs = self.by_end.range(start..).map(|(&end, &pages)| (end, pages));
        let mut next = runs.next();
        let before = next.filter(|run| run.0 == start);
        if before.is_some() {
            next = runs.next();
        }
        if next.is_some_and(|(run_end, pages)| run_end - pages < end) {
            return false;
        }
        let after = next.filter(|(run_end, pages)| run_end - pages == end);

        if let Some((run_end, pages)) = before {
            start -= pages;
            self.by_size.remove(&(pages, start));
            self.by_end.remove(&run_end);
        }
        if let Some((run_end, pages)) = after {
            self.by_size.remove(&(pages, end));
            end = run_end;
        }
        self.by_size.insert((end - start, start));
        self.by_end.insert(end, end - start);
        true
    }

    /// Makes the pages of a place free.
    pub(super) fn give_place(&mut self, place: Place) -> bool {
        self.give(PageAddress::new(place.segment, place.offset / PAGE), place.size / PAGE)
    }

    /// How many pages just before `end` are free.
    pub(super) fn free_before(&self, end: PageAddress) -> u64 {
        self.by_end.get(&end.0).copied().unwrap_or(0)
    }

    /// The smallest run that holds an aligned one of `pages` pages, as (pages, start).
    fn best_fit(&self, pages: u64, align: u64) -> Option<(u64, u64)> {
        let fits = |run: &&(u64, u64)| align_up(run.1, align) + pages <= run.0 + run.1;
        // A run this long fits wherever it starts. Shorter ones may or may not: a few are tried, for a tight fit, and
        // the rest only when there is no long one.
        let certain = pages + align - 1;
        let mut tight = self.by_size.range((pages, 0)..(certain, 0));
        tight
            .by_ref()
            .take(TIGHT_TRIES)
            .find(fits)
            .or_else(|| self.by_size.range((certain, 0)..).next())
            .or_else(|| tight.find(fits))
            .copied()
    }
}

fn align_up(page: u64, align: u64) -> u64 {
    (page + align - 1) & !(align - 1)
}

/// Up to 2⁴⁰ pages, 4 PiB, in each of up to 2²⁴ segments.
const PAGE_BITS: u32 = 40;
const TIGHT_TRIES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn page(n: u64) -> PageAddress {
        PageAddress::new(0, n)
    }

    fn runs(extents: &Extents) -> Vec<(u64, u64)> {
        let by_end = extents.by_end.iter().map(|(end, pages)| (end - pages, *pages));
        let runs: Vec<_> = by_end.collect();
        let mut by_size: Vec<_> =
            extents.by_size.iter().map(|&(pages, start)| (start, pages)).collect();
        by_size.sort_unstable();
        assert_eq!(runs, by_size, "the two indexes differ");
        runs
    }

    #[test]
    fn neighbours_merge_on_either_side_and_on_both() {
        let mut extents = Extents::default();
        assert!(extents.give(page(10), 5));
        assert!(extents.give(page(5), 5)); // ends where the other starts
        assert!(extents.give(page(15), 1)); // starts where it ends
        assert_eq!(runs(&extents), [(5, 11)]);
        assert!(extents.give(page(20), 5));
        assert!(extents.give(page(16), 4)); // between two
        assert_eq!(runs(&extents), [(5, 20)]);
    }

    #[test]
    fn segments_never_merge() {
        let mut extents = Extents::default();
        assert!(extents.give(PageAddress::new(0, 262_143), 1));
        assert!(extents.give(PageAddress::new(1, 0), 1));
        assert_eq!(runs(&extents).len(), 2);
    }

    #[test]
    fn the_smallest_run_is_cut_and_the_lowest_among_equals() {
        let mut extents = Extents::default();
        for (start, pages) in [(0, 9), (20, 4), (40, 4), (60, 3)] {
            assert!(extents.give(page(start), pages));
        }
        assert_eq!(extents.take(4, 1), Some(page(20)));
        assert_eq!(extents.take(4, 1), Some(page(40)));
        assert_eq!(extents.take(4, 1), Some(page(0)));
        assert_eq!(runs(&extents), [(4, 5), (60, 3)]);
    }

    #[test]
    fn an_aligned_run_is_cut_from_the_middle() {
        let mut extents = Extents::default();
        assert!(extents.give(page(3), 20));
        assert_eq!(extents.take(4, 16), Some(page(16)));
        assert_eq!(runs(&extents), [(3, 13), (20, 3)]);
        assert_eq!(extents.take(4, 16), None);
    }

    #[test]
    fn a_fit_is_found_behind_many_runs_that_are_long_enough_but_askew() {
        let mut extents = Extents::default();
        for n in 0..100 {
            assert!(extents.give(page(32 * n + 1), 16));
        }
        assert_eq!(extents.take(16, 16), None);
        assert!(extents.give(page(32 * 100), 16));
        assert_eq!(extents.take(16, 16), Some(page(3200)));
    }

    #[test]
    fn a_run_is_cut_at_its_front_where_it_is() {
        let mut extents = Extents::default();
        assert!(extents.give(page(10), 10));
        for (start, pages) in [(9, 1), (11, 1), (20, 1), (10, 11)] {
            assert!(!extents.take_at(page(start), pages), "{start}+{pages}");
        }
        assert!(extents.take_at(page(10), 4));
        assert_eq!((runs(&extents), extents.free_at(page(14))), (vec![(14, 6)], 6));
        assert!(extents.take_at(page(14), 6));
        assert_eq!((runs(&extents), extents.free_at(page(14))), (vec![], 0));
    }

    #[test]
    fn what_is_free_already_is_refused() {
        let mut extents = Extents::default();
        assert!(extents.give(page(10), 10));
        for (start, pages) in [(10, 10), (5, 6), (19, 1), (12, 2), (0, 100), (19, 5)] {
            assert!(!extents.give(page(start), pages), "{start}+{pages}");
        }
        assert_eq!(runs(&extents), [(10, 10)]);
    }
}
