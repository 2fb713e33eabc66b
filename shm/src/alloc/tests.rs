//! Unit tests of the rules, and a property test against a model that knows nothing but the list of live places.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// What the arena does: reserve as planned, then try again.
fn alloc(allocator: &mut Allocator, len: u64, align: u64) -> Result<Place, NoRoom> {
    if let Some(place) = allocator.alloc(len, align) {
        return Ok(place);
    }
    let growth = allocator.plan_growth(len, align)?;
    allocator.grown(growth);
    Ok(allocator.alloc(len, align).expect("alloc succeeds after the growth planned for it"))
}

#[test]
fn a_tiny_program_reserves_one_slab() {
    let mut allocator = Allocator::new(GIB);
    assert_eq!((allocator.reserved(), allocator.in_use()), (0, 0));
    let place = alloc(&mut allocator, 1, 64).unwrap();
    let first = Place { segment: 0, offset: 0, size: 64 };
    assert_eq!(place, first);
    assert_eq!((allocator.reserved(), allocator.in_use()), (64 * KIB, 64));
}

#[test]
fn a_put_and_evict_cycle_stays_on_the_same_memory() {
    for len in [64, 1000, 16 * KIB, 100_000, MIB, 64 * MIB] {
        let mut allocator = Allocator::new(GIB);
        let others: Vec<_> = (0..5).map(|_| alloc(&mut allocator, len, 64).unwrap()).collect();
        allocator.free(others[1]);
        allocator.free(others[3]);
        let place = alloc(&mut allocator, len, 64).unwrap();
        for _ in 0..100 {
            allocator.free(place);
            assert_eq!(alloc(&mut allocator, len, 64), Ok(place));
        }
    }
}

#[test]
fn growth_takes_larger_steps_as_the_arena_grows_and_ends_at_the_capacity() {
    let capacity = GIB + 12 * KIB;
    let mut allocator = Allocator::new(capacity);
    let mut steps = Vec::new();
    let no_room = loop {
        if allocator.alloc(MIB, 64).is_some() {
            continue;
        }
        match allocator.plan_growth(MIB, 64) {
            Ok(growth) => allocator.grown(growth),
            Err(no_room) => break no_room,
        }
        steps.push(allocator.reserved());
    };
    let before_full: Vec<_> = steps.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(before_full[..8], [MIB; 8]);
    assert_eq!(before_full.iter().max(), Some(&(64 * MIB)));
    assert!(steps.len() < 60, "{} growths to fill 1 GiB", steps.len());
    assert_eq!(allocator.in_use(), GIB, "all that the capacity allows was handed out");
    assert_eq!((no_room.len, no_room.capacity, no_room.in_use), (MIB, capacity, GIB));
    assert!(no_room.growth > capacity - no_room.reserved);
}

#[test]
fn growth_can_be_lowered_to_the_least() {
    let mut allocator = Allocator::new(8 * GIB);
    alloc(&mut allocator, 512 * MIB, 64).unwrap();
    let growth = allocator.plan_growth(100, 64).unwrap();
    assert_eq!((growth.len, growth.least), (64 * MIB, 64 * KIB));
    allocator.grown(Growth { len: growth.least, ..growth });
    assert!(allocator.alloc(100, 64).is_some());
}

#[test]
fn growth_starts_with_what_is_free_at_the_end() {
    let mut allocator = Allocator::new(GIB);
    let first = alloc(&mut allocator, 3 * MIB, 64).unwrap();
    allocator.free(first);
    assert_eq!(allocator.alloc(4 * MIB, 64), None);
    let growth = allocator.plan_growth(4 * MIB, 64).unwrap();
    assert_eq!((growth.from, growth.least, growth.is_new), (3 * MIB, MIB, false));
}

#[test]
fn objects_longer_than_a_segment_get_one_of_their_own() {
    let mut allocator = Allocator::new(16 * GIB);
    alloc(&mut allocator, 64, 64).unwrap();
    let large = alloc(&mut allocator, 5 * GIB + 1, 64).unwrap();
    assert_eq!((large.segment, large.offset, large.size), (1, 0, 5 * GIB + PAGE));
    let next = alloc(&mut allocator, MIB, 64).unwrap();
    assert_eq!(next.segment, 0, "the rest of the first segment is still used");
}

#[test]
fn a_segment_is_as_long_as_said() {
    let allocator = Allocator::new(16 * GIB);
    let size = |len| allocator.plan_growth(len, 64).unwrap().segment_size;
    assert_eq!(size(1), GIB);
    assert_eq!(size(GIB), GIB);
    // Behind a longer one there is room to grow, as far as the capacity goes.
    assert_eq!(size(GIB + 1), 8 * GIB + 2 * MIB);
    assert_eq!(size(5 * GIB), 16 * GIB);
    assert_eq!(size(16 * GIB), 16 * GIB);
    // And none where files may not be so long.
    for (len, longest, expected) in [(1, GIB, GIB), (2 * GIB, 4 * GIB, 2 * GIB), (1, 5, GIB)] {
        let mut growth = allocator.plan_growth(len, 64).unwrap();
        growth.shorten_segment(longest);
        assert_eq!(growth.segment_size, expected);
        assert!((growth.least..=expected).contains(&growth.len));
    }
}

#[test]
fn a_block_grows_in_place_and_gives_back_its_end() {
    let mut allocator = Allocator::new(16 * GIB);
    let mut block = alloc(&mut allocator, 2 * MIB, 64).unwrap();
    for size in [4, 8, 16, 80, 144] {
        let more = size * MIB - block.size;
        if let Some(growth) = allocator.plan_extension(block, more) {
            assert_eq!(allocator.extend(block, more), None);
            allocator.grown(growth);
        }
        block = allocator.extend(block, more).expect("nothing else was allocated");
        assert_eq!((block.offset, block.size), (0, size * MIB));
    }
    let (kept, rest) = block.split(MIB + 1).unwrap();
    assert_eq!(
        (kept.size, rest.offset, rest.size),
        (MIB + PAGE, kept.size, block.size - kept.size)
    );
    allocator.free(rest);
    assert_eq!(allocator.in_use(), kept.size);
    // Freed a moment ago, and not merged yet.
    let next = allocator.extend(kept, 100 * KIB).unwrap();
    assert_eq!(next.size, kept.size + 100 * KIB);
    let other = alloc(&mut allocator, 100 * KIB, PAGE).unwrap();
    assert_eq!(other.offset, next.size);
    assert_eq!((allocator.extend(next, PAGE), allocator.plan_extension(next, PAGE)), (None, None));
    allocator.free(other);
    // What would look like a block of a slab stays where it is.
    assert_eq!(kept.split(kept.size - 16 * KIB), None);
    assert_eq!(kept.split(kept.size), None);
    let small = alloc(&mut allocator, 100, 64).unwrap();
    assert_eq!(allocator.extend(small, MIB), None);
    assert_eq!(allocator.plan_extension(small, MIB), None);
    allocator.free(small);
    // No further than the segment, or the capacity.
    assert_eq!(allocator.plan_extension(next, GIB), None);
    let kept = next;
    allocator.free(kept);
    assert_eq!(allocator.in_use(), 0);
}

#[test]
fn huge_pages_are_reserved_whole_and_only_within_the_capacity() {
    let mut allocator = Allocator::new(7 * MIB);
    allocator.set_page(HUGE);
    alloc(&mut allocator, 64, 64).unwrap();
    assert_eq!(allocator.reserved(), 2 * MIB);
    let growth = allocator.plan_growth(3 * MIB, 64).unwrap();
    assert_eq!((growth.from, growth.least, growth.page), (2 * MIB, 4 * MIB, HUGE));
    allocator.grown(growth);
    assert!(allocator.alloc(3 * MIB, 64).is_some());
    assert!(allocator.alloc(MIB, 64).is_some(), "what was rounded up is used as well");
    // A third page would pass the capacity: the rest of it comes in ordinary ones.
    alloc(&mut allocator, MIB, 64).unwrap();
    let growth = allocator.plan_growth(MIB, 64).unwrap();
    assert_eq!((growth.segment, growth.is_new, growth.least, growth.page), (1, true, MIB, PAGE));
    allocator.grown(growth);
    assert_eq!(allocator.reserved(), 7 * MIB);
}

#[test]
fn without_huge_pages_their_segments_grow_no_more() {
    let mut allocator = Allocator::new(GIB);
    allocator.set_page(HUGE);
    let place = alloc(&mut allocator, 3 * MIB, 64).unwrap();
    allocator.set_page(PAGE);
    let growth = allocator.plan_growth(2 * MIB, 64).unwrap();
    assert_eq!((growth.segment, growth.is_new, growth.page), (1, true, PAGE));
    allocator.grown(growth);
    assert_eq!(alloc(&mut allocator, 2 * MIB, 64).unwrap().segment, 1);
    allocator.free(place);
    assert_eq!(alloc(&mut allocator, 4 * MIB, 64), Ok(Place { size: 4 * MIB, ..place }));
}

#[test]
fn what_passes_the_capacity_is_refused_with_the_numbers() {
    let mut allocator = Allocator::new(10 * MIB + 1);
    assert_eq!(allocator.alloc(u64::MAX, 64), None);
    assert!(allocator.plan_growth(u64::MAX, 64).is_err());
    assert!(allocator.plan_growth(10 * MIB + 1, 64).is_err());
    alloc(&mut allocator, 10 * MIB, 64).unwrap();
    let expected = NoRoom {
        len: 1,
        growth: 64 * KIB,
        reserved: 10 * MIB,
        in_use: 10 * MIB,
        capacity: 10 * MIB,
    };
    assert_eq!(allocator.plan_growth(1, 64), Err(expected));
}

#[test]
fn an_empty_slab_of_one_class_serves_another_before_anything_grows() {
    let mut allocator = Allocator::new(64 * KIB);
    let small = alloc(&mut allocator, 64, 64).unwrap();
    assert_eq!(allocator.alloc(128, 64), None, "the only slab is in use");
    allocator.free(small);
    assert!(allocator.alloc(128, 64).is_some());
}

#[test]
fn a_million_small_objects_cost_less_than_16_bytes_of_bookkeeping_each() {
    let mut allocator = Allocator::new(GIB);
    let places: Vec<_> = (0..1_000_000).map(|_| alloc(&mut allocator, 64, 64).unwrap()).collect();
    assert_eq!(allocator.in_use(), 64_000_000);
    assert!(allocator.slabs.bookkeeping() < 1_000_000, "{} bytes", allocator.slabs.bookkeeping());
    places.into_iter().for_each(|place| allocator.free(place));
    assert_eq!(allocator.in_use(), 0);
    let reserved = allocator.reserved();
    assert!(allocator.alloc(reserved, 64).is_some(), "all slabs went back and merged");
}

#[test]
#[cfg(not(debug_assertions))]
fn a_second_free_is_ignored() {
    let mut allocator = Allocator::new(GIB);
    for len in [64, MIB] {
        let place = alloc(&mut allocator, len, 64).unwrap();
        let other = alloc(&mut allocator, len, 64).unwrap();
        allocator.free(place);
        allocator.free(place);
        assert_eq!(allocator.in_use(), other.size);
        allocator.free(other);
    }
}

#[test]
fn what_was_given_up_is_reserved_again_where_it_was() {
    let mut allocator = Allocator::new(GIB);
    let places: Vec<_> = (0..4).map(|_| alloc(&mut allocator, 4 * MIB, 64).unwrap()).collect();
    allocator.free(places[1]);
    assert_eq!(allocator.give_up(4 * MIB), None, "so much is kept");
    assert_eq!(allocator.give_up(0), Some(places[1]));
    assert_eq!((allocator.give_up(0), allocator.reserved()), (None, 12 * MIB));
    assert_eq!(allocator.alloc(4 * MIB, 64), None);
    // A hole is filled before the watermark is raised.
    assert_eq!(alloc(&mut allocator, 4 * MIB, 64), Ok(places[1]));
    // At the end there is no hole: the watermark is lower.
    allocator.free(places[2]);
    assert!(allocator.give_up(0).is_some() && allocator.has_holes());
    allocator.free(places[3]);
    assert!(allocator.give_up(0).is_some() && !allocator.has_holes());
    assert_eq!(alloc(&mut allocator, 8 * MIB, 64).unwrap().offset, 8 * MIB);
    assert_eq!(allocator.reserved(), 16 * MIB);
}

/// The segments' watermarks, the holes, and the live places, each with the (len, align) asked for.
#[derive(Default)]
struct Model {
    watermarks: Vec<(u64, u64)>,
    /// (segment, start, end)
    holes: Vec<(u32, u64, u64)>,
    live: Vec<(Place, u64, u64)>,
}

impl Model {
    fn reserved(&self) -> u64 {
        let holes: u64 = self.holes.iter().map(|(_, start, end)| end - start).sum();
        self.watermarks.iter().map(|(watermark, _)| watermark).sum::<u64>() - holes
    }

    fn give_up(&mut self, given: Place) {
        let (segment, end) = (given.segment, given.offset + given.size);
        let taken = self.occupied(segment);
        assert!(taken.iter().all(|(from, to)| *to <= given.offset || end <= *from), "{given:?}");
        let watermark = &mut self.watermarks[segment as usize].0;
        assert!(given.size > 0 && end <= *watermark);
        self.holes.push((segment, given.offset, end));
        while let Some(last) = self.holes.iter().position(|h| h.0 == segment && h.2 == *watermark) {
            *watermark = self.holes.swap_remove(last).1;
        }
    }

    /// Growth in holes, which may be several of these: they are not merged here.
    fn fill(&mut self, growth: Growth) {
        let (from, to) = (growth.from, growth.from + growth.len);
        let mut filled = 0;
        for (segment, start, end) in std::mem::take(&mut self.holes) {
            let (low, high) = (start.max(from), end.min(to));
            if segment != growth.segment || low >= high {
                self.holes.push((segment, start, end));
                continue;
            }
            filled += high - low;
            self.holes.extend((start < low).then_some((segment, start, low)));
            self.holes.extend((high < end).then_some((segment, high, end)));
        }
        assert_eq!(filled, growth.len, "{growth:?} is not all hole");
    }

    fn grow(&mut self, growth: Growth) {
        assert_eq!((growth.len % growth.page, growth.least % growth.page), (0, 0));
        assert_eq!(growth.from % growth.page, 0);
        assert!(growth.len >= growth.least && growth.least > 0);
        if growth.is_new {
            self.watermarks.push((0, growth.segment_size));
            assert_eq!(growth.segment_size % HUGE, 0);
        }
        assert!(growth.segment as usize == self.watermarks.len() - 1 || !growth.is_new);
        let (watermark, size) = &mut self.watermarks[growth.segment as usize];
        if growth.from < *watermark {
            return self.fill(growth);
        }
        assert_eq!((growth.from, growth.segment_size), (*watermark, *size));
        *watermark += growth.len;
        assert!(*watermark <= *size);
    }

    fn take(&mut self, place: Place, len: u64, align: u64) {
        assert!(place.size >= len);
        assert_eq!(place.offset % align.max(64), 0);
        assert!(place.size < HUGE || place.offset.is_multiple_of(HUGE));
        assert!(place.offset + place.size <= self.watermarks[place.segment as usize].0);
        let is_in = |hole: &&(u32, u64, u64)| {
            hole.0 == place.segment && hole.1 < place.offset + place.size && place.offset < hole.2
        };
        assert_eq!(self.holes.iter().find(is_in), None, "{place:?} was given up");
        for (other, ..) in self.live.iter().filter(|(other, ..)| other.segment == place.segment) {
            let apart = place.offset + place.size <= other.offset
                || other.offset + other.size <= place.offset;
            assert!(apart, "{place:?} overlaps {other:?}");
        }
        self.live.push((place, len, align));
    }

    /// Nothing reserved could have served this request.
    fn check_none_fits(&self, len: u64, align: u64) {
        let class = classes::class(len, align);
        let (bytes, align) = match class {
            Some(_) => (slabs::SLAB, slabs::SLAB),
            None if round_up(len, PAGE) >= HUGE => (round_up(len, PAGE), HUGE),
            None => (round_up(len, PAGE).max(20 * KIB), align.max(PAGE)),
        };
        for (segment, (watermark, _)) in self.watermarks.iter().enumerate() {
            let mut end = 0;
            let edge = (*watermark, 0);
            for (start, next) in self.occupied(segment as u32).into_iter().chain([edge]) {
                assert!(round_up(end, align) + bytes > start, "{bytes} fit at {end}..{start}");
                end = next;
            }
        }
        if let Some(class) = class {
            let size = u64::from(class.size());
            let mut blocks: BTreeMap<_, u64> = BTreeMap::new();
            for (place, ..) in self.live.iter().filter(|(place, ..)| place.size == size) {
                *blocks.entry((place.segment, place.offset / slabs::SLAB)).or_default() += 1;
            }
            assert!(blocks.values().all(|&n| n == slabs::SLAB / size), "a slab has a free block");
        }
    }

    /// The extents and slabs in use, and the holes, as (start, end), in order.
    fn occupied(&self, segment: u32) -> Vec<(u64, u64)> {
        let here = self.live.iter().filter(|(place, ..)| place.segment == segment);
        let mut occupied: Vec<_> = here
            .map(|(place, ..)| match place.size {
                ..=classes::LARGEST => {
                    let slab = round_down(place.offset, slabs::SLAB);
                    (slab, slab + slabs::SLAB)
                }
                size => (place.offset, place.offset + size),
            })
            .collect();
        let holes = self.holes.iter().filter(|hole| hole.0 == segment);
        occupied.extend(holes.map(|(_, start, end)| (*start, *end)));
        occupied.sort_unstable();
        occupied.dedup();
        occupied
    }
}

#[derive(Clone, Debug)]
enum Op {
    Alloc { len: u64, align: u64, lower_growth: bool },
    Free(prop::sample::Index),
    FreeNewest,
    Coalesce,
    GiveUp { keep: u64, all: bool },
    SetPage(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let len = prop_oneof![
        4 => 1..=16 * KIB,
        2 => prop::sample::select(vec![64, 4096, 10_240, 16_384]),
        3 => 16 * KIB..=300 * KIB,
        2 => MIB..=9 * MIB,
        1 => prop::sample::select(vec![MIB, 2 * MIB, 64 * MIB, GIB, 5 * GIB + 1]),
    ];
    let align = prop_oneof![3 => Just(64), 1 => (6..=21_u32).prop_map(|bits| 1 << bits)];
    prop_oneof![
        5 => (len, align, any::<bool>())
            .prop_map(|(len, align, lower_growth)| Op::Alloc { len, align, lower_growth }),
        3 => any::<prop::sample::Index>().prop_map(Op::Free),
        1 => Just(Op::FreeNewest),
        1 => Just(Op::Coalesce),
        1 => (prop_oneof![Just(0), 0..64 * MIB], any::<bool>())
            .prop_map(|(keep, all)| Op::GiveUp { keep, all }),
        1 => prop::sample::select(vec![PAGE, HUGE]).prop_map(Op::SetPage),
    ]
}

fn check_alloc(allocator: &mut Allocator, model: &mut Model, len: u64, align: u64, lower: bool) {
    if let Some(place) = allocator.alloc(len, align) {
        return model.take(place, len, align);
    }
    model.check_none_fits(len, align);
    assert!(len > allocator.capacity || !allocator.coalesce(), "alloc had tried that");
    match allocator.plan_growth(len, align) {
        Ok(mut growth) => {
            if lower {
                growth.len = growth.least;
            }
            model.grow(growth);
            allocator.grown(growth);
            let place = allocator.alloc(len, align);
            model.take(place.expect("fits after the growth"), len, align);
        }
        Err(no_room) => assert!(model.reserved() + no_room.growth > no_room.capacity),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn behaves_like_a_naive_model(
        capacity in prop_oneof![64 * KIB..64 * MIB, MIB..20 * GIB],
        ops in prop::collection::vec(op(), 1..200),
    ) {
        let mut allocator = Allocator::new(capacity);
        let mut model = Model::default();
        for op in ops {
            match op {
                Op::Alloc { len, align, lower_growth } => {
                    check_alloc(&mut allocator, &mut model, len, align, lower_growth);
                }
                Op::Free(which) if !model.live.is_empty() => {
                    let which = which.index(model.live.len());
                    allocator.free(model.live.swap_remove(which).0);
                }
                Op::FreeNewest => {
                    if let Some((place, ..)) = model.live.pop() {
                        allocator.free(place);
                    }
                }
                Op::Coalesce => { allocator.coalesce(); }
                Op::GiveUp { keep, all } => {
                    while let Some(given) = allocator.give_up(keep) {
                        model.give_up(given);
                        if !all {
                            break;
                        }
                    }
                }
                Op::SetPage(page) => allocator.set_page(page),
                Op::Free(_) => {}
            }
            prop_assert_eq!(allocator.reserved(), model.reserved());
            prop_assert!(allocator.reserved() <= capacity);
            let in_use: u64 = model.live.iter().map(|(place, ..)| place.size).sum();
            prop_assert_eq!(allocator.in_use(), in_use);
        }

        for (place, ..) in model.live.drain(..) {
            allocator.free(place);
        }
        allocator.coalesce();
        prop_assert_eq!(allocator.in_use(), 0);
        if allocator.has_holes() {
            // Given up entirely, nothing is left but huge pages.
            while let Some(given) = allocator.give_up(0) {
                model.give_up(given);
            }
            prop_assert!(model.holes.is_empty() && !allocator.has_holes());
        }
        for watermark in model.watermarks.iter().map(|(watermark, _)| *watermark).filter(|w| *w > 0) {
            let all = allocator.alloc(watermark, 64);
            prop_assert_eq!(all.map(|place| (place.offset, place.size)), Some((0, watermark)));
        }
    }
}
