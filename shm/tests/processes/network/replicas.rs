//! Replicas: one fetch for all, whoever dies, and nothing left of it.

use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use wharf_shm::{Arena, ArenaOptions, Block, Deadline, Error, Lifetime, Node, ObjectKey, Wait};

use super::acts::hash;
use crate::place::Place;
use crate::puppet::{Puppet, key_text, parse_key};
use crate::{Outcome, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("network::one_fetches_for_all", one_fetches_for_all),
        test("network::another_takes_over_from_a_dead_fetcher", another_takes_over),
        test("network::another_takes_over_from_a_stopped_fetcher", from_a_stopped_one),
        test("network::a_stopped_fetcher_that_is_killed_leaves_nothing", stopped_and_killed),
        test("network::only_what_has_no_pulse_left_is_withdrawn", withdrawn_by_its_pulse),
        test("network::what_is_withdrawn_keeps_its_memory", withdrawn_keeps_its_memory),
        test("network::what_is_withdrawn_outlives_its_arena", withdrawn_outlives_its_arena),
        test("network::a_failed_replica_is_replaced", a_failed_replica_is_replaced),
        test("network::the_least_recently_used_goes_first", the_least_recently_used_goes_first),
        test("network::replicas_show_as_no_names", show_as_no_names),
    ]
}

const LEN: u64 = 300_000;

fn set_up(place: &Place) -> wharf_shm::Result<(Node, Arena)> {
    let node = place.node()?;
    let arena = node.create_arena(&ArenaOptions::default())?;
    Ok((node, arena))
}

/// Eight processes that are ready to act.
fn crowd(place: &Place) -> Vec<Puppet> {
    let mut crowd: Vec<_> = (0..8).map(|_| Puppet::start(place)).collect();
    crowd.iter_mut().for_each(|puppet| drop(puppet.must("check")));
    crowd
}

fn is_fetcher(answer: &Option<String>) -> bool {
    answer.as_ref().is_some_and(|answer| answer.starts_with("fetched "))
}

/// The key in an answer, whether it was fetched or shared.
fn key_of(answer: &Option<String>) -> Option<&str> {
    answer.as_ref()?.split_once(' ').map(|(_, key)| key)
}

fn one_fetches_for_all() -> Outcome {
    let place = Place::new();
    let mut crowd = crowd(&place);
    for round in 0..20 {
        let line = format!("fetch {round} {LEN} {round} {}", round % 4);
        crowd.iter_mut().for_each(|puppet| puppet.begin(&line));
        let answers: Vec<_> = crowd.iter_mut().map(|puppet| puppet.answer(&line)).collect();
        assert_eq!(answers.iter().filter(|answer| is_fetcher(answer)).count(), 1, "{answers:?}");
        let key = key_of(&answers[0]);
        assert!(key.is_some() && answers.iter().all(|answer| key_of(answer) == key), "{answers:?}");
    }
    for line in ["check", "drop", "leave"] {
        crowd.iter_mut().for_each(|puppet| drop(puppet.must(line)));
    }
    assert_eq!(place.files(), ["replicas"]);
    assert_eq!(std::fs::read_dir(place.path().join("replicas"))?.count(), 0);
    place.assert_empty_after_sweep();
    Ok(())
}

/// The process that has the replica in its hands.
fn fetcher_of(node: &Node, number: u64) -> Result<u32, Box<dyn std::error::Error>> {
    let began = Instant::now();
    loop {
        if let Some(key) = node.replica(&hash(&number.to_string()))? {
            return Ok(node.stat(&key)?.owner_pid);
        }
        assert!(began.elapsed() < Duration::from_secs(20), "nobody fetches it");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn another_takes_over() -> Outcome {
    for round in 0..5 {
        let place = Place::new();
        let node = place.node()?;
        let mut crowd = crowd(&place);
        // Long enough to be killed in the middle, and that the others wait by then.
        let line = format!("fetch {round} {LEN} {round} 300");
        crowd.iter_mut().for_each(|puppet| puppet.begin(&line));
        let fetcher = fetcher_of(&node, round)?;
        std::thread::sleep(Duration::from_millis(30 * round));
        let killed =
            crowd.iter().position(|puppet| puppet.pid() == fetcher).ok_or("one of them")?;
        crowd.remove(killed).kill();
        let answers: Vec<_> = crowd.iter_mut().map(|puppet| puppet.answer(&line)).collect();
        assert_eq!(answers.iter().filter(|answer| is_fetcher(answer)).count(), 1, "{answers:?}");
        let key = key_of(&answers[0]);
        assert!(key.is_some() && answers.iter().all(|answer| key_of(answer) == key), "{answers:?}");
        crowd.iter_mut().for_each(|puppet| drop(puppet.must("check")));
        // Whoever had it is gone: the next fetches it anew.
        let owner = node.stat(&parse_key(key.ok_or("a key")?))?.owner_pid;
        let owner = crowd.iter().position(|puppet| puppet.pid() == owner).ok_or("one of them")?;
        crowd.remove(owner).kill();
        let answer = crowd[0].must(&format!("fetch {round} {LEN} {round} 0"));
        assert!(answer.starts_with("fetched "), "{answer}");
        crowd.iter_mut().for_each(Puppet::kill);
        drop(node);
        place.assert_empty_after_sweep();
    }
    Ok(())
}

/// A crowd of which one fetches an object of this number, and is stopped at it: that one is taken out.
fn stopped_at(node: &Node, crowd: &mut Vec<Puppet>, line: &str, number: u64) -> Puppet {
    crowd.iter_mut().for_each(|puppet| puppet.begin(line));
    let fetcher = fetcher_of(node, number).unwrap();
    let at = crowd.iter().position(|puppet| puppet.pid() == fetcher).unwrap();
    let stopped = crowd.swap_remove(at);
    stopped.signal(libc::SIGSTOP);
    stopped
}

fn from_a_stopped_one() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let mut crowd = crowd(&place);
    for round in 0..3 {
        let line = format!("fetch {round} {LEN} {round} 300");
        let mut stopped = stopped_at(&node, &mut crowd, &line, round);
        let answers: Vec<_> = crowd.iter_mut().map(|puppet| puppet.answer(&line)).collect();
        assert_eq!(answers.iter().filter(|answer| is_fetcher(answer)).count(), 1, "{answers:?}");
        let key = key_of(&answers[0]);
        assert!(key.is_some() && answers.iter().all(|answer| key_of(answer) == key), "{answers:?}");
        stopped.signal(libc::SIGCONT);
        assert_eq!(stopped.answer(&line).as_deref(), Some("kept"));
        // It finds what the others have from now on.
        assert_eq!(Some(stopped.must(&line)), key.map(|key| format!("shared {key}")));
        crowd.push(stopped);
        crowd.iter_mut().for_each(|puppet| drop(puppet.must("check")));
    }
    for line in ["drop", "leave"] {
        crowd.iter_mut().for_each(|puppet| drop(puppet.must(line)));
    }
    drop(node);
    assert_eq!(place.files(), ["replicas"]);
    assert_eq!(std::fs::read_dir(place.path().join("replicas"))?.count(), 0);
    place.assert_empty_after_sweep();
    Ok(())
}

fn stopped_and_killed() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let mut crowd = crowd(&place);
    let line = format!("fetch 1 {LEN} 1 300");
    let mut stopped = stopped_at(&node, &mut crowd, &line, 1);
    let first = fetcher_of(&node, 1)?;
    let began = Instant::now();
    let second = loop {
        // For a moment there is none.
        match fetcher_of(&node, 1)? {
            other if other != first => break other,
            _ => std::thread::sleep(Duration::from_millis(1)),
        }
        assert!(began.elapsed() < Duration::from_secs(20), "nobody takes over");
    };
    stopped.kill();
    let at = crowd.iter().position(|puppet| puppet.pid() == second).ok_or("one of them")?;
    crowd.swap_remove(at).kill();
    let answers: Vec<_> = crowd.iter_mut().map(|puppet| puppet.answer(&line)).collect();
    assert_eq!(answers.iter().filter(|answer| is_fetcher(answer)).count(), 1, "{answers:?}");
    crowd.iter_mut().for_each(|puppet| drop(puppet.must("check")));
    crowd.iter_mut().for_each(Puppet::kill);
    drop(node);
    place.assert_empty_after_sweep();
    Ok(())
}

fn withdrawn_by_its_pulse() -> Outcome {
    let place = Place::new();
    let (node, arena) = set_up(&place)?;
    let without = arena.alloc(10, 1, Lifetime::PROCESS)?;
    assert_eq!(node.pulse(&without.key())?, None);
    let refused = node.withdraw(&without.key(), 0);
    assert!(matches!(refused, Err(Error::StillPending)), "{refused:?}");
    let promise = arena.promise(Lifetime::PROCESS)?;
    let (key, pulse) = (promise.key(), promise.pulse());
    let seen = node.pulse(&key)?.ok_or("a pulse")?;
    pulse.beat();
    assert_ne!(node.pulse(&key)?, Some(seen));
    let refused = node.withdraw(&key, seen);
    assert!(matches!(refused, Err(Error::StillPending)), "{refused:?}");
    let seen = node.pulse(&key)?.ok_or("a pulse")?;
    let wrong = ObjectKey { capability: without.key().capability, ..key };
    let refused = node.withdraw(&wrong, seen);
    assert!(matches!(refused, Err(Error::WrongCapability)), "{refused:?}");
    node.withdraw(&key, seen)?;
    for refused in [node.withdraw(&key, seen), arena.evict(&key), node.evict(&key)] {
        assert!(matches!(refused, Err(Error::Evicted)), "{refused:?}");
    }
    // It beats no more, and cannot be sealed.
    pulse.beat();
    assert_eq!(node.pulse(&key)?, None);
    let sealed = promise.alloc(10, 1)?.seal();
    assert!(matches!(sealed, Err(Error::Evicted)), "{sealed:?}");
    // What is sealed is not withdrawn.
    let promise = arena.promise(Lifetime::PROCESS)?;
    promise.pulse();
    let block = promise.alloc(10, 1)?;
    let seen = node.pulse(&block.key())?.ok_or("a pulse")?;
    let key = block.seal()?.key;
    let refused = node.withdraw(&key, seen);
    assert!(matches!(refused, Err(Error::Evicted)), "{refused:?}");
    assert_eq!(node.resolve(&key, Deadline::NOW, Wait::Block)?.len(), 10);
    assert_eq!(arena.usage()?.live, 2, "that one, and what has no pulse");
    Ok(())
}

/// A pending block with a pulse, of which somebody else has withdrawn the object.
fn withdrawn(node: &Node, arena: &Arena, len: u64) -> wharf_shm::Result<Block> {
    let promise = arena.promise(Lifetime::PROCESS)?;
    let key = promise.key();
    promise.pulse();
    let block = promise.alloc(len, 1)?;
    node.withdraw(&key, node.pulse(&key)?.unwrap_or(0))?;
    Ok(block)
}

fn withdrawn_keeps_its_memory() -> Outcome {
    const MIB: u64 = 1 << 20;
    let place = Place::new();
    let node = place.node()?;
    let arena =
        node.create_arena(&ArenaOptions { capacity: Some(8 * MIB), ..Default::default() })?;
    for round in 0..3_u8 {
        let mut block = withdrawn(&node, &arena, 4 * MIB)?;
        block.fill(round);
        // Whoever looks for room finds every other byte, and not these.
        let mut others = Vec::new();
        let full = loop {
            match arena.put(&vec![0xff; MIB as usize], Lifetime::PROCESS) {
                Ok(sealed) => others.push(sealed.key),
                Err(error) => break error,
            }
        };
        assert!(matches!(full, Error::Full { .. }) && others.len() == 4, "{full}: {others:?}");
        arena.trim()?;
        let kept = match round {
            0 => Some(block.into_view()),
            1 => {
                drop(block);
                None
            }
            _ => {
                assert!(block.fail("nobody hears it").is_ok());
                None
            }
        };
        assert!(kept.iter().all(|view| view.iter().all(|byte| *byte == round)));
        drop(kept);
        others.iter().try_for_each(|key| arena.evict(key))?;
        drop(arena.alloc(8 * MIB, 1, Lifetime::PROCESS)?);
        assert_eq!(arena.usage()?.live, 0);
    }
    Ok(())
}

fn withdrawn_outlives_its_arena() -> Outcome {
    let place = Place::new();
    let (node, arena) = set_up(&place)?;
    let mut block = withdrawn(&node, &arena, LEN)?;
    block.fill(7);
    arena.close()?;
    node.sweep(wharf_shm::Sweep::All)?;
    assert!(block.iter().all(|byte| *byte == 7), "it is still in its producer's hands");
    let view = block.into_view();
    assert!(view.iter().all(|byte| *byte == 7));
    drop((view, arena, node));
    place.assert_empty_after_sweep();
    Ok(())
}

fn a_failed_replica_is_replaced() -> Outcome {
    let place = Place::new();
    let (node, arena) = set_up(&place)?;
    let failed = arena.alloc(LEN, 1, Lifetime::PROCESS)?;
    arena.publish_replica(&hash("1"), &failed.key())?;
    let key = failed.key();
    assert_eq!(node.replica(&hash("1"))?, Some(key));
    let other = arena.put(b"another", Lifetime::PROCESS)?.key;
    let refused = arena.publish_replica(&hash("1"), &other);
    assert!(matches!(refused, Err(Error::NameTaken { .. })), "{refused:?}");
    failed.fail("the origin is gone")?;
    assert_eq!(node.replica(&hash("1"))?, None);
    // Who waited is told why, and the next may try.
    let why = node.resolve(&key, Deadline::NOW, Wait::Block).unwrap_err();
    assert!(why.to_string().contains("the origin is gone"), "{why}");
    arena.publish_replica(&hash("1"), &other)?;
    assert_eq!(node.replica(&hash("1"))?, Some(other));
    arena.evict(&other)?;
    assert_eq!(node.replica(&hash("1"))?, None);
    Ok(())
}

fn the_least_recently_used_goes_first() -> Outcome {
    let place = Place::new();
    let (node, arena) = set_up(&place)?;
    let mut reader = Puppet::start(&place);
    let mut keys: Vec<ObjectKey> = Vec::new();
    for number in 0..4_u8 {
        let key = arena.put(&vec![number; 1000 + usize::from(number)], Lifetime::PROCESS)?.key;
        arena.publish_replica(&u128::from(number).to_be_bytes(), &key)?;
        keys.push(key);
    }
    let pending = arena.alloc(10, 1, Lifetime::PROCESS)?;
    arena.publish_replica(&hash("9"), &pending.key())?;
    arena.publish("a name", &keys[0], b"")?;
    // The clock of their use has seconds.
    std::thread::sleep(Duration::from_millis(2100));
    for number in [2, 0] {
        node.resolve(&keys[number], Deadline::NOW, Wait::Block)?.touch();
        std::thread::sleep(Duration::from_millis(1100));
    }
    // By another process.
    reader.must(&format!("touch {}", key_text(&keys[3])));
    let order = |arena: &Arena| -> wharf_shm::Result<Vec<u64>> {
        let replicas = arena.replicas()?;
        assert!(replicas.windows(2).all(|pair| pair[0].unused >= pair[1].unused), "{replicas:?}");
        Ok(replicas.iter().map(|replica| replica.len).collect())
    };
    assert_eq!(order(&arena)?, [1001, 1002, 1000, 1003]);
    arena.evict(&arena.replicas()?[0].key)?;
    assert_eq!(order(&arena)?, [1002, 1000, 1003]);
    Ok(())
}

fn show_as_no_names() -> Outcome {
    let place = Place::new();
    let (node, arena) = set_up(&place)?;
    let key = arena.put(b"bytes", Lifetime::NODE)?.key;
    arena.publish_replica(&hash("5"), &key)?;
    assert!(node.names("")?.is_empty());
    let name = format!("{:032x}", 5);
    assert!(matches!(node.lookup(&name, Deadline::NOW), Err(Error::NoSuchName { .. })));
    assert!(matches!(node.unpublish(&name), Err(Error::NoSuchName { .. })));
    assert_eq!(node.replica(&hash("5"))?, Some(key));
    arena.close()?;
    assert_eq!(node.replica(&hash("5"))?, Some(key), "it is there for the node");
    drop((arena, node));
    place.assert_empty_after_sweep();
    Ok(())
}
