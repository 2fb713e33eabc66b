//! What processes are told of each other's arenas: counters, ages, and who views what.

use std::time::Duration;

use libtest_mimic::Trial;
use wharf_shm::{ArenaId, ArenaStat, Deadline, End, Lifetime, Node, State, Wait};

use crate::damage::{ARENA_BORN, ARENA_COUNTERS, Raw, SLOT_LINK, slot};
use crate::place::Place;
use crate::puppet::{Puppet, parse_key};
use crate::{Outcome, test};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("reports::counters_are_right_for_all_to_see", counters_are_right),
        test("reports::counters_follow_blocks_that_change_their_size", counters_follow_sizes),
        test("reports::counters_tell_who_copied_what_is_exposed", counters_of_the_exposed),
        test("reports::counters_lie_only_where_they_are_damaged", counters_are_the_owners),
        test("reports::ages_are_told", ages_are_told),
        test("reports::views_are_told_by_process", views_are_told),
    ]
}

fn stat_of(node: &Node, arena: ArenaId) -> wharf_shm::Result<ArenaStat> {
    let arenas = node.arenas()?;
    Ok(arenas.into_iter().find(|other| other.id == arena).expect("it is there"))
}

/// What another process's arena shows: puts, bytes put and copied, evicted, reclaimed, and whether
/// any bytes were.
fn counts(node: &Node, arena: ArenaId) -> wharf_shm::Result<([u64; 5], bool)> {
    let c = stat_of(node, arena)?.counters;
    Ok(([c.puts, c.bytes_put, c.bytes_copied, c.evicted, c.reclaimed], c.bytes_reclaimed > 0))
}

fn counters_are_right() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let mut owner = Puppet::start(&place);
    let key = owner.must("put 1000 1 process"); // in place: the puppet fills a block
    let arena = parse_key(&key).arena;
    assert_eq!(counts(&node, arena)?, ([1, 1000, 0, 0, 0], false));
    owner.must("alloc 500 2 node");
    owner.must("promise process");
    assert_eq!(counts(&node, arena)?, ([3, 1500, 0, 0, 0], false));
    owner.must("promised 70 3");
    owner.must("seal");
    owner.must("fail for a reason");
    assert_eq!(counts(&node, arena)?, ([3, 1570, 0, 0, 0], false));
    // Copied, and evicted at once; scanned for and reclaimed when many are.
    owner.must("churn 600 200");
    let ([puts, put, copied, evicted, reclaimed], _) = counts(&node, arena)?;
    assert_eq!([puts, put, copied, evicted], [603, 1570 + 120_000, 120_000, 600]);
    assert!((256..=600).contains(&reclaimed), "{reclaimed}");
    // One that another process evicts counts when the owner looks.
    node.evict(&parse_key(&key))?;
    let numbers = owner.must("usage");
    let usage: Vec<u64> = numbers.split(' ').map(|n| n.parse().expect("a number")).collect();
    let ([puts, .., evicted, reclaimed], _) = counts(&node, arena)?;
    assert_eq!((evicted, puts - evicted, evicted - reclaimed), (601, usage[2], usage[3]));
    // The owner says of itself what others see.
    let told = owner.must("counters");
    assert_eq!(told, format!("{:?}", stat_of(&node, arena)?.counters));
    // Full is the end of it: everything evicted is reclaimed, and what did not fit was never begun.
    let fill = owner.must("put 5000000 9 process");
    owner.must(&format!("evict {fill}"));
    owner.must("churn 300 4000");
    assert!(counts(&node, arena)?.1, "bytes were reclaimed");
    // They stay for as long as the arena does.
    owner.kill();
    assert_eq!(stat_of(&node, arena)?.counters.puts, 904);
    Ok(())
}

fn counters_follow_sizes() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = node.create_arena(&Default::default())?;
    let mut block = arena.alloc(1 << 20, 1, Lifetime::PROCESS)?;
    assert!(block.extend(1 << 20)?, "nothing else was allocated");
    assert_eq!(arena.counters()?.bytes_put, 2 << 20);
    block.truncate(5000)?;
    block.truncate(6000)?;
    assert_eq!(block.copy_from(&[1; 10_000]), 5000);
    let key = block.seal()?.key;
    let counters = arena.counters()?;
    assert_eq!((counters.puts, counters.bytes_put, counters.bytes_copied), (1, 5000, 5000));
    assert_eq!(counters, stat_of(&node, key.arena)?.counters);
    Ok(())
}

/// The copy is its reader's, and counted in the arena that it takes for it.
fn counters_of_the_exposed() -> Outcome {
    let place = Place::new();
    let (node, reader) = (place.node()?, place.node()?);
    let arena = node.create_arena(&Default::default())?;
    let memory = vec![3; 10_000];
    // SAFETY: nobody changes the vector, which outlives what exposes it.
    let exposed = unsafe { arena.expose(memory.as_ptr(), 10_000, End::Evicted, b"note")? };
    assert_eq!(counts(&node, arena.id())?, ([1, 10_000, 0, 0, 0], false));
    let view = reader.resolve(&exposed.key(), Deadline::NOW, Wait::Block)?;
    assert_eq!(*view, memory[..]);
    let counters = reader.counters();
    assert_eq!(
        (counters.hits, counters.bytes_resolved, counters.bytes_copied),
        (1, 10_000, 10_000)
    );
    assert_eq!(counts(&node, arena.id())?, ([1, 10_000, 0, 0, 0], false));
    let others = node.arenas()?.into_iter().filter(|other| other.id != arena.id());
    let copied: Vec<_> = others.map(|other| other.counters.bytes_copied).collect();
    assert_eq!(copied, [10_000]);
    drop(exposed);
    assert_eq!(arena.counters()?.evicted, 1);
    Ok(())
}

/// Damage to the counts in shared memory is put right by the next, and the owner never reads them.
fn counters_are_the_owners() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let mut owner = Puppet::start(&place);
    let key = parse_key(&owner.must("put 1000 1 process"));
    let table = Raw::table(&place, &key);
    for number in 0..6 {
        table.set_u64(ARENA_COUNTERS + 8 * number, u64::MAX);
    }
    table.set_u64(ARENA_BORN, u64::MAX);
    let damaged = stat_of(&node, key.arena)?;
    assert_eq!((damaged.counters.puts, damaged.age), (u64::MAX, Duration::ZERO));
    assert!(owner.must("counters").contains("puts: 1,"));
    owner.must("put 1000 1 process");
    assert_eq!(counts(&node, key.arena)?, ([2, 2000, 0, 0, 0], false));
    Ok(())
}

fn ages_are_told() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let mut owner = Puppet::start(&place);
    let early = parse_key(&owner.must("put 10 1 process"));
    let pending = parse_key(&owner.must("promise process"));
    std::thread::sleep(Duration::from_millis(3200));
    let late = parse_key(&owner.must("put 10 1 process"));
    let age = |key| Ok::<_, wharf_shm::Error>(node.stat(key)?.age.expect("it is not evicted"));
    // They are up to two seconds too large, and a loaded machine takes its time.
    let (first, second) = (age(&early)?, age(&late)?);
    assert!(first >= Duration::from_secs(3) && second < first, "{first:?}, {second:?}");
    assert!(age(&pending)? >= Duration::from_secs(3));
    assert!(first - second >= Duration::from_millis(1100), "{first:?}, {second:?}");
    let stat = stat_of(&node, early.arena)?;
    assert!(stat.age >= Duration::from_secs(3) && stat.age < Duration::from_secs(600), "{stat:?}");
    let listed = stat.objects.iter().find(|object| object.slot == early.slot).expect("listed");
    assert!(listed.age.is_some_and(|age| age >= first));
    // A slot's birth is not believed where it cannot be.
    Raw::table(&place, &late).set_u32(slot(&late) + SLOT_LINK, u32::MAX);
    assert_eq!(age(&late)?, Duration::ZERO);
    node.evict(&early)?;
    assert_eq!(node.stat(&early)?.age, None);
    // What is put into an evicted object's slot is as young as it is.
    owner.must("churn 600 10");
    let again = parse_key(&owner.must("put 10 1 process"));
    assert!(age(&again)? < first);
    Ok(())
}

fn views_are_told() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let mut puppets: Vec<_> = (0..3).map(|_| Puppet::start(&place)).collect();
    let keys: Vec<_> = (0..3).map(|n| puppets[0].must(&format!("put 1000 {n} process"))).collect();
    let parsed: Vec<_> = keys.iter().map(|key| parse_key(key)).collect();
    // A pin of another arena says nothing of this one's, though the slot has the same number.
    let other = puppets[1].must("put 1000 0 process");
    puppets[2].must(&format!("hold 5 1000 0 {other}"));
    puppets[1].must(&format!("hold 2 1000 0 {}", keys[0]));
    puppets[2].must(&format!("hold 70 1000 0 {}", keys[0]));
    puppets[2].must(&format!("hold 1 1000 1 {}", keys[1]));
    let own = node.resolve(&parsed[1], Deadline::NOW, Wait::Block)?;

    let [mut first, mut second] = [1, 2].map(|n: usize| puppets[n].pid());
    let told = |node: &Node, n: usize| -> wharf_shm::Result<_> {
        let objects = stat_of(node, parsed[n].arena)?.objects;
        let object = objects.into_iter().find(|object| object.slot == parsed[n].slot);
        let object = object.expect("it is listed");
        Ok((object.pins, object.pinned_by, object.state))
    };
    let mut both = vec![first, second];
    both.sort_unstable();
    let mut mine = vec![std::process::id(), second];
    mine.sort_unstable();
    assert_eq!(told(&node, 0)?, (72, both.clone(), State::Sealed));
    assert_eq!(told(&node, 1)?, (2, mine, State::Sealed));
    assert_eq!(told(&node, 2)?, (0, vec![], State::Sealed));
    // An evicted object's memory is somebody's as long as it is viewed; the dead view nothing.
    puppets[0].must(&format!("evict {}", keys[0]));
    assert_eq!(told(&node, 0)?, (72, both, State::Evicted));
    puppets[1].kill();
    std::mem::swap(&mut first, &mut second);
    assert_eq!(told(&node, 0)?, (70, vec![first], State::Evicted));
    drop(own);
    puppets[2].must("drop");
    assert_eq!(told(&node, 1)?, (0, vec![], State::Sealed));

    // Who cannot be read is not told of, and everything else is.
    let record = Raw::record(&place, puppets[2].pid());
    record.set_u32(crate::damage::VERSION, 9);
    let newcomer = place.node()?;
    assert_eq!(told(&newcomer, 2)?, (0, vec![], State::Sealed));
    let arena = newcomer.create_arena(&Default::default())?;
    arena.put(b"x", Lifetime::PROCESS)?;
    assert_eq!(newcomer.arenas()?.len(), 4);
    Ok(())
}
