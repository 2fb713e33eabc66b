//! What does not fit, and what just does: capacities, alignments, nothing at all, and closing with
//! everything still in hand.

mod many;
mod scarce;

use libtest_mimic::Trial;
use wharf_shm::{
    Arena, ArenaOptions, Deadline, Error, Lifetime, Node, ObjectKey, Result, State, View, Wait,
};

use crate::place::Place;
use crate::puppet::{Puppet, key_text};
use crate::{Outcome, pattern, test};

pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = vec![
        test("limits::an_object_larger_than_the_capacity", larger_than_the_capacity),
        test("limits::a_full_arena_works_again_after_an_evict", full_until_an_evict),
        test("limits::views_hold_what_was_evicted", full_until_a_view_is_dropped),
        test("limits::objects_of_no_bytes", objects_of_no_bytes),
        test("limits::alignments_that_are_none", alignments_that_are_none),
        test("limits::alignments_hold_in_every_process", alignments_hold_in_every_process),
        test("limits::closing_with_everything_in_hand", closing_with_everything_in_hand),
    ];
    tests.extend(scarce::tests());
    tests.extend(many::tests());
    tests
}

const MIB: u64 = 1 << 20;

fn arena_of(node: &Node, capacity: u64) -> Result<Arena> {
    node.create_arena(&ArenaOptions {
        name: "limited".into(),
        capacity: Some(capacity),
        ..Default::default()
    })
}

/// An object with the pattern of its number.
fn put(arena: &Arena, len: u64, seed: u64) -> Result<ObjectKey> {
    let mut block = arena.alloc(len, 1, Lifetime::PROCESS)?;
    pattern::fill(&mut block, seed);
    Ok(block.seal()?.key)
}

fn now(node: &Node, key: &ObjectKey) -> Result<View> {
    node.resolve(key, Deadline::NOW, Wait::Block)
}

/// Puts objects until it is refused; the keys, the pattern's number being the position, and why.
fn put_until_refused(arena: &Arena, len: u64) -> (Vec<ObjectKey>, Error) {
    let mut keys = Vec::new();
    loop {
        match put(arena, len, keys.len() as u64) {
            Ok(key) => keys.push(key),
            Err(error) => return (keys, error),
        }
    }
}

#[track_caller]
fn assert_right(node: &Node, keys: &[ObjectKey]) {
    for (seed, key) in (0..).zip(keys) {
        let view = now(node, key).unwrap_or_else(|error| panic!("object {seed}: {error}"));
        assert_eq!(pattern::first_difference(&view, seed), None, "object {seed}");
    }
}

fn larger_than_the_capacity() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = arena_of(&node, MIB)?;
    let kept = put(&arena, 1000, 0)?;
    let before = arena.usage()?;
    for len in [MIB + 1, 2 * MIB, 1 << 40, 1 << 62, u64::MAX - 4096, u64::MAX] {
        let refused = arena.alloc(len, 1, Lifetime::PROCESS).map(drop).unwrap_err();
        let text = refused.to_string();
        let is_said =
            matches!(refused, Error::TooLarge { len: l, capacity } if l == len && capacity == MIB);
        assert!(is_said, "{refused:?}");
        assert!(text.contains(&len.to_string()) && text.contains("more capacity"), "{text}");
    }
    assert_eq!(arena.usage()?, before, "nothing was taken");
    // Whoever waits for what was promised is told.
    let promise = arena.promise(Lifetime::PROCESS)?;
    let key = promise.key();
    assert!(matches!(promise.alloc(2 * MIB, 1).map(drop), Err(Error::TooLarge { .. })));
    assert!(matches!(now(&node, &key), Err(Error::Failed { .. })));
    arena.evict(&key)?;
    assert_right(&node, &[kept]);
    arena.evict(&kept)?;
    arena.alloc(MIB, 1, Lifetime::PROCESS)?.seal()?;
    Ok(())
}

fn full_until_an_evict() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = arena_of(&node, MIB)?;
    for len in [60, 3000, 50_000, 300_000] {
        let (mut keys, refused) = put_until_refused(&arena, len);
        let Error::Full { wanted, in_use, capacity } = refused else { panic!("{refused:?}") };
        assert_eq!((wanted, capacity), (len, MIB));
        assert!(in_use <= MIB && in_use >= keys.len() as u64 * len, "{in_use} of {len}");
        assert!(in_use + len + 100_000 > MIB, "full with only {in_use} bytes in use");
        assert!(refused.to_string().contains(&in_use.to_string()), "{refused}");
        assert!(matches!(put(&arena, len, 0), Err(Error::Full { .. })), "it stays full");
        for round in 0..3 {
            let seed = keys.len() as u64 - 1;
            let last = keys.pop().expect("some were put");
            arena.evict(&last)?;
            keys.push(put(&arena, len, seed)?);
            assert!(matches!(put(&arena, len, 0), Err(Error::Full { .. })), "round {round}");
        }
        assert_right(&node, &keys);
        keys.iter().try_for_each(|key| arena.evict(key))?;
    }
    assert_eq!(arena.usage()?.live, 0);
    Ok(())
}

fn full_until_a_view_is_dropped() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = arena_of(&node, MIB)?;
    let mut reader = Puppet::start(&place);
    let len = 600_000;
    let key = put(&arena, len, 1)?;
    let view = now(&node, &key)?;
    reader.must(&format!("resolve {len} 1 {} 0", key_text(&key)));
    arena.evict(&key)?;
    let full = |arena: &Arena| match put(arena, len, 2) {
        Err(Error::Full { in_use, .. }) => in_use >= len,
        other => panic!("{other:?}"),
    };
    assert!(full(&arena), "two views hold it");
    drop(view);
    assert!(full(&arena), "one view holds it");
    reader.must("check");
    assert_eq!(arena.usage()?.retired, 1);
    reader.must("drop");
    let second = put(&arena, len, 2)?;
    // The same by a reader that does not let go, but dies.
    reader.must(&format!("resolve {len} 2 {} 0", key_text(&second)));
    arena.evict(&second)?;
    assert!(full(&arena), "the reader's view holds it");
    reader.kill();
    put(&arena, len, 3)?;
    Ok(())
}

fn objects_of_no_bytes() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    // No block at all fits into this one.
    let arena = arena_of(&node, 0)?;
    assert!(matches!(arena.put(b"x", Lifetime::PROCESS), Err(Error::TooLarge { .. })));
    let mut reader = Puppet::start(&place);
    let mut keys = Vec::new();
    for align in [1, 64, 2 * MIB] {
        let block = arena.alloc(0, align, Lifetime::NODE)?;
        assert!(block.is_empty());
        keys.push(block.seal()?.key);
    }
    let promise = arena.promise(Lifetime::PROCESS)?;
    reader.must(&format!("start 0 0 {} 20000", key_text(&promise.key())));
    keys.push(promise.alloc(0, 1)?.seal()?.key);
    reader.must("join");
    keys.push(arena.put(&[], Lifetime::PROCESS)?.key);
    for key in &keys {
        let view = now(&node, key)?;
        assert!(view.is_empty() && view.extent().len == 0);
        let stat = node.stat(key)?;
        assert_eq!((stat.state, stat.extent.map(|extent| extent.len)), (State::Sealed, Some(0)));
        reader.must(&format!("resolve 0 0 {} 0", key_text(key)));
        arena.evict(key)?;
        assert!(matches!(now(&node, key), Err(Error::Evicted)));
    }
    for _ in 0..10_000 {
        arena.evict(&arena.put(&[], Lifetime::PROCESS)?.key)?;
    }
    assert_eq!((arena.usage()?.in_use, arena.usage()?.reserved), (0, 0));
    assert!(place.bytes() < 200_000, "{} bytes for nothing", place.bytes());
    Ok(())
}

fn alignments_that_are_none() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = arena_of(&node, 64 * MIB)?;
    for len in [0, 1, 5 * MIB] {
        for bad in [0, 3, 63, 65, 96, 2 * MIB + 1, 3 * MIB, 4 * MIB, 1 << 63, u64::MAX] {
            let refused = arena.alloc(len, bad, Lifetime::PROCESS).map(drop).unwrap_err();
            let is_said = matches!(refused, Error::Align { align } if align == bad);
            assert!(is_said && refused.to_string().contains("power of two"), "{refused:?}");
        }
    }
    assert_eq!((arena.usage()?.live, arena.usage()?.in_use), (0, 0));
    Ok(())
}

fn alignments_hold_in_every_process() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = arena_of(&node, 256 * MIB)?;
    let mut reader = Puppet::start(&place);
    for align in (0..=21).map(|bits| 1_u64 << bits) {
        for len in [1, 100, 16_384, 70_000, 3 * MIB] {
            let block = arena.alloc(len, align, Lifetime::PROCESS)?;
            let owners = block.as_ptr() as u64;
            let key = block.seal()?.key;
            let readers: u64 = reader.must(&format!("address {}", key_text(&key))).parse()?;
            for (whose, address) in [("owner", owners), ("reader", readers)] {
                let bad = address % align.max(64);
                assert_eq!(
                    bad, 0,
                    "{len} bytes aligned to {align}, at {address:#x} in the {whose}"
                );
            }
            if len >= 2 * MIB {
                assert_eq!((owners % (2 * MIB), readers % (2 * MIB)), (0, 0), "large, not aligned");
            }
        }
    }
    Ok(())
}

fn closing_with_everything_in_hand() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = arena_of(&node, 64 * MIB)?;
    let mut reader = Puppet::start(&place);
    let key = put(&arena, 100_000, 1)?;
    let view = now(&node, &key)?;
    reader.must(&format!("resolve 100000 1 {} 0", key_text(&key)));
    let mut block = arena.alloc(100_000, 1, Lifetime::PROCESS)?;
    let unheard = arena.alloc(100_000, 1, Lifetime::PROCESS)?;
    let promise = arena.promise(Lifetime::NODE)?;
    reader.must(&format!("start 100000 2 {} 20000", key_text(&block.key())));
    std::thread::sleep(std::time::Duration::from_millis(20));

    arena.close()?;
    let told = reader.tell("join");
    assert!(told.starts_with("err Failed") && told.contains("closed"), "{told}");
    assert!(matches!(now(&node, &key), Err(Error::Evicted)));
    assert!(matches!(now(&node, &promise.key()), Err(Error::Failed { .. } | Error::Evicted)));
    // The block is memory until it is dropped, though nobody will read it.
    pattern::fill(&mut block, 2);
    assert_eq!(pattern::first_difference(&block, 2), None);
    assert!(matches!(block.seal(), Err(Error::Closed)));
    assert!(matches!(promise.alloc(10, 1).map(drop), Err(Error::Closed)));
    drop(unheard);
    assert!(matches!(arena.put(b"x", Lifetime::PROCESS), Err(Error::Closed)));
    assert!(matches!(arena.usage(), Err(Error::Closed)));
    arena.close()?;
    drop(arena);
    assert_eq!(pattern::first_difference(&view, 1), None);
    reader.must("check");

    drop(view);
    reader.must("check");
    reader.must("drop");
    // The last view took everything with it.
    assert!(!place.files().iter().any(|name| name.contains(&key.arena.to_string())));
    drop((reader, node));
    place.assert_empty_after_sweep();
    Ok(())
}
