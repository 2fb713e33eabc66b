//! Leases, and keys that have outlived their object.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use wharf_shm::{Deadline, End, Error, Lifetime, ObjectKey, Wait};

use super::{arena, assert_starts};
use crate::place::Place;
use crate::puppet::Puppet;
use crate::{Outcome, pattern, test};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("waiting::a_lease_ends", a_lease_ends),
        test("waiting::a_lease_begins_with_the_seal", a_lease_begins_with_the_seal),
        test("waiting::a_lease_can_be_renewed", a_lease_can_be_renewed),
        test("waiting::an_ended_lease_makes_room", an_ended_lease_makes_room),
        test("waiting::an_old_key_never_opens_another_object", an_old_key),
    ]
}

fn a_lease_ends() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let put = Instant::now();
    let key = owner.must("put 1000000 1 lease=600");
    let answer = reader.tell(&format!("resolve 1000000 1 {key} 0"));
    // Unless the machine slept all the time.
    if put.elapsed() < Duration::from_millis(600) {
        assert_eq!(answer, "ok");
    }
    std::thread::sleep(Duration::from_millis(610));
    for puppet in [&mut reader, &mut owner] {
        assert_starts(&puppet.tell(&format!("resolve 1000000 1 {key} 0")), "err Evicted");
        assert_starts(&puppet.tell(&format!("renew {key} 1000")), "err Evicted");
    }
    // A view outlives it, and what is put later does not come to lie there.
    for seed in 2..20 {
        let other = owner.must(&format!("put 1000000 {seed} process"));
        owner.must(&format!("evict {other}"));
    }
    reader.must("check");
    Ok(())
}

fn a_lease_begins_with_the_seal() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = arena(&node, 1 << 20)?;
    let lease = |time| Lifetime::NODE.ending(End::Lease(time));
    let block = arena.alloc(10, 1, lease(Duration::from_millis(700)))?;
    let key = block.key();
    std::thread::sleep(Duration::from_millis(750));
    let sealing = Instant::now();
    block.seal()?;
    let view = node.resolve(&key, Deadline::NOW, Wait::Block);
    assert!(view.is_ok() || sealing.elapsed() > Duration::from_millis(700), "{view:?}");
    let zero = arena.put(b"x", lease(Duration::ZERO))?;
    let gone = node.resolve(&zero.key, Deadline::NOW, Wait::Block);
    assert!(matches!(gone, Err(Error::Evicted)), "{gone:?}");
    let forever = arena.put(b"x", lease(Duration::MAX))?;
    node.resolve(&forever.key, Deadline::NOW, Wait::Block)?;
    Ok(())
}

fn a_lease_can_be_renewed() -> Outcome {
    let place = Place::new();
    let (mut owner, mut other) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("put 1000 1 lease=60000");
    // Shortened by another process, then gone.
    other.must(&format!("renew {key} 3600000"));
    owner.must(&format!("resolve 1000 1 {key} 0"));
    other.must(&format!("renew {key} 50"));
    std::thread::sleep(Duration::from_millis(60));
    assert_starts(&owner.tell(&format!("resolve 1000 1 {key} 0")), "err Evicted");
    // Kept alive by renewing well beyond its first end.
    let key = owner.must("put 1000 2 lease=2000");
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(2600) {
        other.must(&format!("renew {key} 2000"));
        std::thread::sleep(Duration::from_millis(100));
    }
    owner.must(&format!("resolve 1000 2 {key} 0"));
    let unleased = owner.must("put 1000 3 process");
    assert_starts(&other.tell(&format!("renew {unleased} 100")), "err NotLeased");
    Ok(())
}

fn an_ended_lease_makes_room() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start_with(&place, &[("WHARF_TEST_CAPACITY", "8388608")]);
    owner.must("put 5000000 1 lease=1");
    std::thread::sleep(Duration::from_millis(5));
    owner.must("put 5000000 2 process");
    Ok(())
}

/// A million objects in a few slots: the key that a slot had before opens nothing it has after.
fn an_old_key() -> Outcome {
    const CYCLES: u64 = 1_000_000;
    let place = Place::new();
    let (node, reader) = (place.node()?, place.node()?);
    let arena = arena(&node, 1 << 20)?;
    let mut last: HashMap<u32, ObjectKey> = HashMap::new();
    let mut reused = 0;
    for cycle in 0..CYCLES {
        let bytes = pattern::mix(cycle, 0).to_le_bytes();
        let key = arena.put(&bytes, Lifetime::PROCESS)?.key;
        if let Some(past) = last.insert(key.slot, key) {
            reused += 1;
            let outcome = reader.resolve(&past, Deadline::NOW, Wait::Block);
            assert!(matches!(outcome, Err(Error::Evicted)), "cycle {cycle}, {past:?}: {outcome:?}");
            let outcome = reader.evict(&past);
            assert!(matches!(outcome, Err(Error::Evicted)), "cycle {cycle}, {past:?}: {outcome:?}");
        }
        if cycle % 64 == 0 {
            let view = reader.resolve(&key, Deadline::NOW, Wait::Block)?;
            assert_eq!(*view, bytes, "cycle {cycle}");
        }
        arena.evict(&key)?;
    }
    assert!(reused > CYCLES / 2, "only {reused} of {CYCLES} objects came into a slot used before");
    assert!(last.len() < 2000, "{} slots for one object at a time", last.len());
    Ok(())
}
