//! An owner whose own table is written by others: its books are private, so whatever the table says,
//! it frees nothing that lives, and goes on.

use libtest_mimic::Trial;
use wharf_shm::{Error, Lifetime, Result};

use super::{LEN, Pair, now};
use crate::damage::{ARENA_RECLAIM, PINS, Raw, SLOT, SLOT_LINK, slot};
use crate::{Outcome, pattern, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("hostile::lists_that_lie_free_nothing", lists_that_lie_free_nothing),
        test("hostile::states_that_are_none_free_nothing", states_that_are_none_free_nothing),
        test("hostile::generations_that_lie_free_nothing", generations_that_lie_free_nothing),
        test("hostile::pins_that_lie_only_delay", pins_that_lie_only_delay),
        test("hostile::an_object_sealed_by_a_lie_is_survived", sealed_by_a_lie_is_survived),
    ]
}

const CAPACITY: u64 = 1 << 20;
const OBJECTS: u64 = 12;

impl Pair {
    /// Writes to all memory that the owner thinks is free, and frees it again: whatever was freed
    /// wrongly is overwritten by that.
    fn fill_and_empty(&self) -> Result<usize> {
        let mut fillers = Vec::new();
        let refused = loop {
            match self.put(1000 + fillers.len() as u64) {
                Ok(key) => fillers.push(key),
                Err(error) => break error,
            }
        };
        assert!(matches!(refused, Error::Full { .. }), "{refused:?}");
        for (seed, key) in (1000..).zip(&fillers) {
            assert_eq!(pattern::first_difference(&now(&self.reader, key)?, seed), None);
            self.arena.evict(key)?;
        }
        Ok(fillers.len())
    }
}

fn word(generation: u64, state: u64) -> u64 {
    generation << 8 | state
}

fn lists_that_lie_free_nothing() -> Outcome {
    let pair = Pair::new(CAPACITY, OBJECTS)?;
    let table = pair.table();
    let room = pair.fill_and_empty()?;
    assert!(room > 10, "{room}");
    let [a, b] = [slot(&pair.keys[3]), slot(&pair.keys[7])];
    let number = |at: u64| (at / SLOT) as u32;

    // Lists of slots that were never evicted, alone, in a row and in a circle.
    table.set_u32(a + SLOT_LINK, number(b));
    for (head, link_of_b) in [(number(a), 0), (number(b), 0), (number(a), number(a))] {
        table.set_u32(b + SLOT_LINK, link_of_b);
        table.set_u32(ARENA_RECLAIM, head);
        assert_eq!(pair.fill_and_empty()?, room);
        pair.assert_right();
    }
    // Heads that are no slots at all, or that the owner has not handed out.
    for head in [1, 63, 1000, 1 << 16, u32::MAX - 1, u32::MAX] {
        table.set_u32(ARENA_RECLAIM, head);
        assert_eq!(pair.fill_and_empty()?, room, "head {head}");
        pair.assert_right();
    }
    // Slots that others did evict, with links to anywhere: also what is lost from a list comes back.
    for link in [0, 1, 63, number(a), number(b), 5000, u32::MAX] {
        let evicted: Vec<_> = (0..4).map(|seed| pair.put(seed)).collect::<Result<_>>()?;
        for key in &evicted {
            pair.reader.evict(key)?;
        }
        table.set_u32(slot(&evicted[2]) + SLOT_LINK, link);
        assert_eq!(pair.fill_and_empty()?, room, "link {link}");
        pair.assert_right();
    }
    // A circle of them.
    let evicted: Vec<_> = (0..3).map(|seed| pair.put(seed)).collect::<Result<_>>()?;
    for key in &evicted {
        pair.reader.evict(key)?;
    }
    table.set_u32(slot(&evicted[0]) + SLOT_LINK, evicted[2].slot);
    assert_eq!(pair.fill_and_empty()?, room);
    pair.assert_right();
    // And a slot in a list twice, for it was evicted twice.
    let key = pair.put(1)?;
    for _ in 0..2 {
        table.set_u64(slot(&key), word(key.generation, 2));
        pair.reader.evict(&key)?;
    }
    assert_eq!(table.u32(slot(&key) + SLOT_LINK), key.slot, "it links to itself");
    assert_eq!(pair.fill_and_empty()?, room);
    pair.assert_right();
    Ok(())
}

fn states_that_are_none_free_nothing() -> Outcome {
    let pair = Pair::new(CAPACITY, OBJECTS)?;
    let (table, key) = (pair.table(), pair.keys[5]);
    let whole = table.u64(slot(&key));
    let room = pair.fill_and_empty()?;
    // All but the one of what is sealed and claimed.
    for state in (5..0x40).filter(|state| *state != 0x22).chain([0]) {
        table.set_u64(slot(&key), word(key.generation, state));
        assert!(matches!(now(&pair.reader, &key), Err(Error::Evicted)), "state {state}");
        assert!(matches!(pair.reader.evict(&key), Err(Error::Evicted)), "state {state}");
        assert!(matches!(pair.arena.evict(&key), Err(Error::Evicted)), "state {state}");
        table.set_u32(ARENA_RECLAIM, key.slot);
        if state % 16 == 0 {
            assert_eq!(pair.fill_and_empty()?, room, "state {state}");
        }
        table.set_u64(slot(&key), whole);
        let view = now(&pair.reader, &key)?;
        assert_eq!(pattern::first_difference(&view, 5), None, "state {state}");
    }
    pair.assert_right();
    Ok(())
}

fn generations_that_lie_free_nothing() -> Outcome {
    let pair = Pair::new(CAPACITY, OBJECTS)?;
    let (table, key) = (pair.table(), pair.keys[5]);
    let whole = table.u64(slot(&key));
    let room = pair.fill_and_empty()?;
    for generation in [0, key.generation - 1, key.generation + 1, 1 << 55, (1 << 56) - 1] {
        for state in 0..5 {
            table.set_u64(slot(&key), word(generation, state));
            assert!(matches!(now(&pair.reader, &key), Err(Error::Evicted)));
            assert!(matches!(pair.arena.evict(&key), Err(Error::Evicted)));
            table.set_u32(ARENA_RECLAIM, key.slot);
            assert_eq!(pair.fill_and_empty()?, room, "generation {generation}, state {state}");
            table.set_u64(slot(&key), whole);
            pair.assert_right();
        }
    }
    pair.arena.evict(&key)?;
    assert_eq!(pair.fill_and_empty()?, room + 1);
    Ok(())
}

/// A table of pins that names everything keeps everything, for as long as its process lives.
fn pins_that_lie_only_delay() -> Outcome {
    let pair = Pair::new(CAPACITY, OBJECTS)?;
    let room = pair.fill_and_empty()?;
    let mut liar = crate::puppet::Puppet::start(&pair.place);
    liar.must("check");
    let record = Raw::record(&pair.place, liar.pid());
    let tag = u64::from(pair.arena_tag());
    for (entry, slot) in (0..200).zip(64..) {
        record.set_u64(PINS + 8 * entry, tag << 32 | slot);
    }
    record.set_u64(56, u64::MAX);
    for round in 0.. {
        match pair.put(round) {
            Ok(key) => pair.arena.evict(&key)?,
            Err(error) => {
                assert!(matches!(error, Error::Full { .. }), "{error:?}");
                assert!(round <= room as u64, "{round} rounds in room for {room}");
                break;
            }
        }
    }
    pair.assert_right();
    liar.kill();
    assert_eq!(pair.fill_and_empty()?, room);
    pair.assert_right();
    Ok(())
}

impl Pair {
    /// The arena's part of a pin.
    fn arena_tag(&self) -> u32 {
        let [a, b, c, d, ..] = *self.arena.id().as_bytes();
        u32::from_le_bytes([a, b, c, d]) | 1
    }
}

fn sealed_by_a_lie_is_survived() -> Outcome {
    let pair = Pair::new(CAPACITY, OBJECTS)?;
    let table = pair.table();
    for state in [0, 2, 3, 4, 77] {
        let mut block = pair.arena.alloc(LEN as u64, 1, Lifetime::PROCESS)?;
        block.fill(9);
        let key = block.key();
        table.set_u64(slot(&key), word(key.generation, state));
        // Whatever is seen of it, it is no other object's.
        if let Ok(view) = now(&pair.reader, &key) {
            assert!(view.iter().all(|byte| *byte == 9), "state {state}");
        }
        assert!(block.seal().is_err(), "state {state}: it cannot be sealed any more");
        pair.assert_right();
    }
    let lost = OBJECTS as usize + 5;
    let left = pair.fill_and_empty()?;
    assert!(left + lost >= 40, "room for {left} more than {lost}");
    pair.assert_right();
    Ok(())
}
