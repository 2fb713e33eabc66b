//! Very many: processes that open and do nothing, small objects, views.

use std::fs;

use libtest_mimic::Trial;
use wharf_shm::{ArenaId, Capability, Deadline, Error, Lifetime, ObjectKey, Wait};

use super::{MIB, arena_of, now, put};
use crate::place::Place;
use crate::puppet::{Puppet, key_text};
use crate::{Outcome, alone, pattern, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("limits::opening_takes_two_pages", opening_takes_two_pages),
        alone::test("limits::a_million_small_objects", alone::nothing, a_million_small_objects),
        test("limits::a_hundred_thousand_views", a_hundred_thousand_views),
        alone::test("limits::the_most_views_there_can_be", alone::nothing, the_most_views),
    ]
}

/// A node has many ranks, and most of what they open is never used.
fn opening_takes_two_pages() -> Outcome {
    const RANKS: u64 = 128;
    let place = Place::new();
    let mut open = Vec::new();
    for _ in 0..RANKS {
        let node = place.node()?;
        let arena = arena_of(&node, 1 << 40)?;
        open.push((node, arena));
    }
    let bytes = place.bytes();
    assert!(bytes <= RANKS * 2 * 4096, "{bytes} bytes for {RANKS}");
    assert_eq!(place.files().len() as u64, RANKS * 2, "a record and a table each");
    assert_eq!(open[0].0.arenas()?.len() as u64, RANKS);
    drop(open);
    assert_eq!(place.bytes(), 0);
    Ok(())
}

/// Bytes of this process's own memory.
fn anonymous() -> Result<u64, Box<dyn std::error::Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no RssAnon")?;
    Ok(kib.trim().parse::<u64>()? * 1024)
}

fn a_million_small_objects(place: &Place) -> Outcome {
    const COUNT: usize = 1_000_000;
    const LEN: u64 = 64;
    const MOST: u64 = 200;
    let node = place.node()?;
    let arena = arena_of(&node, 1 << 30)?;
    // What the test itself needs is there before it begins to count.
    let none = ObjectKey {
        arena: ArenaId::from_bytes([1; 16]),
        slot: 1,
        generation: 1,
        capability: Capability::from_bytes([1; 16]),
    };
    let mut keys = vec![none; COUNT];
    let (own, shared) = (anonymous()?, place.bytes());
    for (seed, key) in (0..).zip(&mut keys) {
        *key = put(&arena, LEN, seed)?;
    }
    let taken = (anonymous()? - own, place.bytes() - shared);
    let each = (taken.0 + taken.1) / COUNT as u64;
    println!("{each} bytes each: {taken:?} own and shared");
    assert!(each <= MOST, "{each} bytes each: {taken:?} own and shared");
    assert!(taken.1 > LEN * COUNT as u64, "{taken:?} is less than the objects alone");
    assert_eq!(arena.usage()?.live, COUNT as u64);

    let mut reader = Puppet::start(place);
    for (seed, key) in (0..).zip(&keys) {
        let view = now(&node, key)?;
        assert!(view.len() as u64 == LEN && pattern::first_difference(&view, seed).is_none());
        if seed % 5000 == 77 {
            reader.must(&format!("resolve {LEN} {seed} {} 0", key_text(key)));
        }
    }
    reader.must("check");
    for key in &keys {
        arena.evict(key)?;
    }
    reader.must("check");
    reader.must("drop");
    let mut again = None;
    for seed in 0..COUNT as u64 {
        again = Some(put(&arena, LEN, seed)?);
    }
    assert!(now(&node, &again.ok_or("none")?).is_ok());
    let after = (anonymous()?.saturating_sub(own) + place.bytes() - shared) / COUNT as u64;
    assert!(after <= MOST + MOST / 8, "{after} bytes each, the second time");
    arena.close()?;
    drop((arena, reader));
    assert!(place.bytes() <= 4 * 4096, "{} bytes are left", place.bytes());
    Ok(())
}

fn a_hundred_thousand_views() -> Outcome {
    const COUNT: u64 = 100_000;
    const LEN: u64 = 100;
    let place = Place::new();
    let node = place.node()?;
    let arena = arena_of(&node, 64 * MIB)?;
    let other = place.node()?;
    let mut views = Vec::new();
    for seed in 0..COUNT {
        let key = put(&arena, LEN, seed)?;
        views.push(other.resolve(&key, Deadline::NOW, Wait::Block)?);
        arena.evict(&key)?;
    }
    let held = arena.usage()?;
    assert!(held.retired >= COUNT && held.in_use >= COUNT * LEN, "{held:?}");
    // Memory that is not held is used again, and nothing else.
    for round in 0..2 * COUNT {
        arena.evict(&put(&arena, LEN, COUNT + round)?)?;
    }
    for (seed, view) in (0..).zip(&views) {
        assert_eq!(pattern::first_difference(view, seed), None, "view {seed} changed");
    }
    let full = arena.usage()?;
    assert!(full.reserved < 2 * held.reserved + MIB, "{full:?} after {held:?}");

    // Each third goes, the others stay right.
    let mut place_of = 0;
    views.retain(|_| {
        place_of += 1;
        place_of % 3 != 0
    });
    let seeds = (0..COUNT).filter(|seed| (seed + 1) % 3 != 0);
    for (seed, view) in seeds.zip(&views) {
        assert_eq!(pattern::first_difference(view, seed), None, "view {seed} changed");
    }
    drop(views);
    // More than is free, so that all that can be reclaimed is.
    let large = arena.alloc(48 * MIB, 1, Lifetime::PROCESS)?;
    let usage = arena.usage()?;
    assert!(usage.retired == 0 && usage.in_use == 48 * MIB, "{usage:?}");
    drop(large);
    Ok(())
}

fn the_most_views(place: &Place) -> Outcome {
    const MOST: u64 = ((32 << 20) - 128) / 8;
    let node = place.node()?;
    let arena = arena_of(&node, MIB)?;
    let key = put(&arena, 1000, 1)?;
    let first = now(&node, &key)?;
    let mut held = 1;
    let refused = loop {
        match now(&node, &key) {
            // Its pin stays; nothing else is kept of it.
            Ok(view) => std::mem::forget(view),
            Err(error) => break error,
        }
        held += 1;
    };
    let is_said = matches!(refused, Error::TooManyViews { held: said } if said == MOST);
    assert!(is_said && held == MOST, "{held} views, then {refused:?}");
    assert!(refused.to_string().contains(&MOST.to_string()), "{refused}");
    drop(first);
    let view = now(&node, &key)?;
    assert!(now(&node, &key).is_err());
    // Who evicts it looks at all of them.
    arena.evict(&key)?;
    assert!(matches!(arena.alloc(MIB, 1, Lifetime::PROCESS).map(drop), Err(Error::Full { .. })));
    assert_eq!(pattern::first_difference(&view, 1), None);
    assert_eq!(arena.usage()?.retired, 1);
    let mut other = Puppet::start(place);
    let theirs = other.must("put 1000 5 process");
    assert!(matches!(
        now(&node, &crate::puppet::parse_key(&theirs)),
        Err(Error::TooManyViews { .. })
    ));
    Ok(())
}
