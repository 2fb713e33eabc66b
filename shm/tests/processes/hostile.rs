//! Shared memory that somebody has written to who should not have: each call gives what it should,
//! or a typed error, and an owner never frees what lives.
//!
//! Only what another process of the same user can do by mistake is tried here: any word of a table,
//! a record or the node page may say anything. Truncating a mapped file is outside the model.

mod flips;
mod owner;

use std::collections::BTreeMap;
use std::time::Duration;

use libtest_mimic::Trial;
use wharf_shm::{
    Arena, ArenaOptions, Capability, Deadline, Error, Lifetime, Node, NodeOptions, ObjectKey,
    Result, Sweep, View, Wait,
};

use crate::damage::{ARENA_USED, Raw, SLOT_LEN, SLOT_OFFSET, SLOT_SEGMENT, slot};
use crate::place::Place;
use crate::puppet::error_text;
use crate::{Outcome, pattern, test};

pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = vec![
        test("hostile::extents_are_checked", extents_are_checked),
        test("hostile::messages_are_checked", messages_are_checked),
        test("hostile::a_missing_segment_is_damage", a_missing_segment_is_damage),
        test("hostile::slots_outside_the_table_are_refused", slots_outside_are_refused),
        test("hostile::a_wrong_capability_opens_nothing", a_wrong_capability_opens_nothing),
        test("hostile::altered_keys_never_give_a_view", altered_keys_never_give_a_view),
        test("hostile::a_wrong_count_of_slots_is_survived", a_wrong_count_is_survived),
    ];
    tests.extend(owner::tests());
    tests.extend(flips::tests());
    tests
}

/// Every call there is. What each gives is counted by name; that it gives something is the test.
/// The last key's object is evicted.
pub(crate) fn everything(
    node: &Node,
    arena: Option<&Arena>,
    keys: &[ObjectKey],
) -> BTreeMap<String, u64> {
    let mut outcomes = Outcomes::default();
    for key in keys {
        let soon = Deadline::after(Duration::from_micros(200));
        outcomes.note(node.resolve(key, soon, Wait::Block).map(touch));
        outcomes.note(node.wait(key, soon, Wait::Block));
        outcomes.note(node.stat(key));
        outcomes.note(node.renew(key, Duration::from_secs(1)));
        outcomes.note(node.claim(key, soon, Wait::Block).map(drop));
    }
    outcomes.note(node.wait_any(keys, Deadline::after(Duration::from_micros(200)), Wait::Block));
    // Each by itself, for one that is settled ends the wait for all.
    for key in keys {
        let soon = Deadline::after(Duration::from_micros(200));
        outcomes.note(node.wait_any(&[*key], soon, Wait::Block));
    }
    outcomes.note(node.arenas());
    if let Some(arena) = arena {
        outcomes.note(arena.put(&[1; 100], Lifetime::NODE).map(|sealed| arena.evict(&sealed.key)));
        outcomes.note(arena.put(&[2; 70_000], Lifetime::PROCESS).map(|one| node.evict(&one.key)));
        outcomes.note(arena.alloc(1000, 64, Lifetime::PROCESS).map(drop));
        outcomes.note(arena.promise(Lifetime::PROCESS).and_then(|promise| {
            let key = promise.key();
            promise.fail("in vain")?;
            arena.evict(&key)
        }));
        outcomes.note(arena.usage());
        for (number, key) in keys.iter().enumerate() {
            let name = format!("{}/{number}", std::process::id());
            outcomes.note(arena.publish(&name, key, b"value"));
            outcomes.note(node.lookup(&name, Deadline::NOW));
        }
    }
    match node.names("") {
        Ok(names) => names.iter().for_each(|one| outcomes.note(node.unpublish(&one.name))),
        Err(error) => outcomes.note::<()>(Err(error)),
    }
    if let Some(victim) = keys.last() {
        outcomes.note(node.evict(victim));
    }
    outcomes.note(node.sweep(Sweep::Dead));
    outcomes.note(node.sweep(Sweep::All));
    let directory = Some(node.directory().to_owned());
    outcomes.note(Node::open(&NodeOptions { directory, ..Default::default() }).map(drop));
    outcomes.0
}

/// How often each outcome came, by its name.
#[derive(Default)]
struct Outcomes(BTreeMap<String, u64>);

impl Outcomes {
    fn note<T>(&mut self, outcome: Result<T>) {
        let name = match outcome {
            Ok(_) => "Ok".to_owned(),
            Err(error) => error_text(&error).split(' ').nth(1).unwrap_or_default().to_owned(),
        };
        *self.0.entry(name).or_default() += 1;
    }
}

/// Reads both ends: a view of damaged memory may be of anything, but it is memory.
fn touch(view: View) {
    std::hint::black_box((view.first().copied(), view.last().copied()));
}

fn now(node: &Node, key: &ObjectKey) -> Result<View> {
    node.resolve(key, Deadline::NOW, Wait::Block)
}

/// An arena, another membership to read it by, and some objects with the pattern of their number.
struct Pair {
    place: Place,
    node: Node,
    arena: Arena,
    reader: Node,
    keys: Vec<ObjectKey>,
}

const LEN: usize = 20_000;

impl Pair {
    fn new(capacity: u64, objects: u64) -> Result<Self> {
        let place = Place::new();
        let node = place.node()?;
        let options =
            ArenaOptions { name: "damaged".into(), capacity: Some(capacity), ..Default::default() };
        let arena = node.create_arena(&options)?;
        let reader = place.node()?;
        let mut pair = Self { place, node, arena, reader, keys: Vec::new() };
        for seed in 0..objects {
            let key = pair.put(seed)?;
            pair.keys.push(key);
        }
        Ok(pair)
    }

    fn put(&self, seed: u64) -> Result<ObjectKey> {
        let mut block = self.arena.alloc(LEN as u64, 1, Lifetime::PROCESS)?;
        pattern::fill(&mut block, seed);
        Ok(block.seal()?.key)
    }

    fn table(&self) -> Raw {
        Raw::table(&self.place, &self.keys[0])
    }

    /// All objects are as they were put, for the owner and for others.
    #[track_caller]
    fn assert_right(&self) {
        for (seed, key) in (0..).zip(&self.keys) {
            for node in [&self.node, &self.reader] {
                let view = now(node, key).unwrap_or_else(|error| panic!("object {seed}: {error}"));
                assert_eq!(view.len(), LEN, "object {seed}");
                assert_eq!(pattern::first_difference(&view, seed), None, "object {seed}");
            }
        }
    }
}

#[track_caller]
fn assert_corrupt<T>(outcome: Result<T>, table: &Raw) {
    let error = outcome.err().expect("damage was believed");
    let text = error_text(&error);
    let path = table.path().to_str().expect("text");
    assert!(text.starts_with("err Corrupt ") && text.contains(path), "{text}");
    assert!(text.contains("wharf sweep --all"), "{text}");
}

fn extents_are_checked() -> Outcome {
    let pair = Pair::new(1 << 20, 3)?;
    let (table, at) = (pair.table(), slot(&pair.keys[1]));
    let whole = table.read::<64>(at);
    let segment = 1 << 30;
    let lies: [(u64, u64); 9] = [
        (SLOT_OFFSET, segment),
        (SLOT_OFFSET, segment - LEN as u64 + 1),
        (SLOT_OFFSET, u64::MAX),
        (SLOT_OFFSET, u64::MAX - LEN as u64 + 1),
        (SLOT_OFFSET, 1 << 63),
        (SLOT_LEN, segment + 1),
        (SLOT_LEN, u64::MAX),
        (SLOT_LEN, i64::MAX as u64),
        (SLOT_LEN, 1 << 63),
    ];
    for (field, lie) in lies {
        table.set_u64(at + field, lie);
        assert_corrupt(now(&pair.reader, &pair.keys[1]), &table);
        assert_corrupt(now(&pair.node, &pair.keys[1]), &table);
        table.write(at, &whole);
        pair.assert_right();
    }
    for number in [1, 2, 1 << 20, u32::MAX] {
        table.set_u32(at + SLOT_SEGMENT, number);
        assert_corrupt(now(&pair.reader, &pair.keys[1]), &table);
        table.write(at, &whole);
        pair.assert_right();
    }
    Ok(())
}

/// A message is copied out of shared memory: no lie about its length may make that long.
fn messages_are_checked() -> Outcome {
    let pair = Pair::new(1 << 20, 1)?;
    let promise = pair.arena.promise(Lifetime::PROCESS)?;
    let key = promise.key();
    promise.fail("no luck")?;
    let failed = now(&pair.reader, &key).err();
    assert!(
        matches!(&failed, Some(Error::Failed { message }) if message == "no luck"),
        "{failed:?}"
    );
    let table = pair.table();
    for lie in [4097, 1 << 29, 1 << 40, u64::MAX] {
        table.set_u64(slot(&key) + SLOT_LEN, lie);
        assert_corrupt(now(&pair.reader, &key), &table);
    }
    Ok(())
}

fn a_missing_segment_is_damage() -> Outcome {
    let pair = Pair::new(1 << 30, 3)?;
    let held = now(&pair.reader, &pair.keys[2])?;
    let table = pair.table();
    let segment = table.path().with_extension("0");
    std::fs::remove_file(&segment)?;
    let newcomer = pair.place.node()?;
    assert_corrupt(now(&newcomer, &pair.keys[0]), &table);
    assert_eq!(newcomer.stat(&pair.keys[0])?.state, wharf_shm::State::Sealed);
    // Who has it mapped goes on.
    pair.assert_right();
    assert_eq!(pattern::first_difference(&held, 2), None);
    // The owner goes on with what it has, and cannot get more.
    let refused = (0..10_000).find_map(|seed| pair.put(seed).err()).expect("it never grew");
    assert!(matches!(refused, Error::Corrupt { .. } | Error::Io { .. }), "{refused:?}");
    pair.assert_right();
    let Pair { place, node, arena, reader, .. } = pair;
    arena.close()?;
    drop((arena, node, reader, newcomer, held));
    place.assert_empty_after_sweep();
    Ok(())
}

fn slots_outside_are_refused() -> Outcome {
    let pair = Pair::new(1 << 20, 3)?;
    let slots = pair.table().len() / 64;
    for slot in [0, 1, 63, slots as u32, slots as u32 + 1, 1 << 16, 1 << 31, u32::MAX] {
        for generation in [0, 1, u64::MAX] {
            let key = ObjectKey { slot, generation, ..pair.keys[0] };
            let calls = [
                now(&pair.reader, &key).map(drop),
                pair.reader.stat(&key).map(drop),
                pair.reader.evict(&key),
                pair.reader.renew(&key, Duration::MAX),
                pair.arena.evict(&key),
            ];
            for outcome in calls {
                let is_said =
                    matches!(&outcome, Err(Error::NoSuchSlot { slot: s, .. }) if *s == slot);
                assert!(is_said, "slot {slot}: {outcome:?}");
            }
        }
    }
    // In the table, but never used.
    for (slot, generation) in [(slots as u32 - 1, 0), (slots as u32 - 1, 1), (70, u64::MAX)] {
        let key = ObjectKey { slot, generation, ..pair.keys[0] };
        assert!(matches!(now(&pair.reader, &key), Err(Error::Evicted)), "slot {slot}");
        assert!(matches!(pair.arena.evict(&key), Err(Error::Evicted)), "slot {slot}");
    }
    pair.assert_right();
    Ok(())
}

fn a_wrong_capability_opens_nothing() -> Outcome {
    let pair = Pair::new(1 << 20, 1)?;
    let promise = pair.arena.promise(Lifetime::PROCESS)?;
    let failed = pair.arena.promise(Lifetime::PROCESS)?;
    let failed_key = failed.key();
    failed.fail("a secret message")?;
    for key in [pair.keys[0], promise.key(), failed_key] {
        for bit in 0..128 {
            let bits = u128::from_be_bytes(*key.capability.as_bytes()) ^ 1 << bit;
            let capability = Capability::from_bytes(bits.to_be_bytes());
            let key = ObjectKey { capability, ..key };
            let calls = [
                pair.reader.resolve(&key, Deadline::never(), Wait::Block).map(drop),
                pair.reader.stat(&key).map(drop),
                pair.reader.evict(&key),
                pair.reader.renew(&key, Duration::from_secs(1)),
                pair.arena.evict(&key),
            ];
            for outcome in calls {
                assert!(matches!(outcome, Err(Error::WrongCapability)), "bit {bit}: {outcome:?}");
            }
        }
    }
    pair.assert_right();
    Ok(())
}

fn altered_keys_never_give_a_view() -> Outcome {
    let pair = Pair::new(4 << 20, 40)?;
    let other = pair.reader.create_arena(&ArenaOptions::default())?;
    let elsewhere = other.put(&[1; 100], Lifetime::PROCESS)?.key;
    // Some slots have had an object before.
    for key in &pair.keys[30..] {
        pair.arena.evict(key)?;
    }
    let keys: Vec<_> = pair.keys.iter().copied().chain([elsewhere]).collect();
    let mut random = flips::Random::new(11);
    let mut tried = 0;
    while tried < 20_000 {
        let whole = keys[random.below(keys.len() as u64) as usize];
        let foreign = keys[random.below(keys.len() as u64) as usize];
        let mut key = whole;
        for _ in 0..1 + random.below(3) {
            let flip = 1 << random.below(64);
            match random.below(8) {
                0 => key.slot ^= flip as u32,
                1 => key.slot = foreign.slot,
                2 => key.generation ^= flip,
                3 => key.generation = random.word(foreign.generation),
                4 => key.capability = foreign.capability,
                5 => key.arena = foreign.arena,
                6 => key.slot = key.slot.wrapping_add(random.below(3) as u32).wrapping_sub(1),
                _ => key.generation = key.generation.wrapping_add(random.below(3)).wrapping_sub(1),
            }
        }
        if keys.contains(&key) {
            continue;
        }
        tried += 1;
        let seen = now(&pair.reader, &key);
        assert!(seen.is_err(), "{key:?} gave {} bytes", seen.map_or(0, |view| view.len()));
        assert!(pair.reader.stat(&key).is_err() && pair.arena.evict(&key).is_err(), "{key:?}");
    }
    let evicted = pair.keys.len() - 10..;
    assert!(pair.keys[evicted].iter().all(|key| now(&pair.reader, key).is_err()));
    let pair = Pair { keys: pair.keys[..30].to_vec(), ..pair };
    pair.assert_right();
    Ok(())
}

/// The header says how many slots were ever used, and may lie.
fn a_wrong_count_is_survived() -> Outcome {
    for lie in [0, 1, 64, 65, 100, 1 << 32, u64::MAX] {
        let pair = Pair::new(1 << 20, 10)?;
        let table = pair.table();
        table.set_u64(ARENA_USED, lie);
        let seen: usize = pair.reader.arenas()?.iter().map(|arena| arena.objects.len()).sum();
        assert!(seen <= 10, "{seen} objects of 10");
        everything(&pair.reader, None, &[]);
        pair.assert_right();
        table.set_u64(ARENA_USED, lie);
        for seed in 10..20 {
            pair.arena.evict(&pair.put(seed)?)?;
        }
        pair.assert_right();
        table.set_u64(ARENA_USED, lie);
        let Pair { place, node, arena, reader, .. } = pair;
        arena.close()?;
        drop((arena, node, reader));
        place.assert_empty_after_sweep();
    }
    Ok(())
}
