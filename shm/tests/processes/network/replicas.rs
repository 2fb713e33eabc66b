//! Replicas: one fetch for all, whoever dies, and nothing left of it.

use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use wharf_shm::{Arena, ArenaOptions, Deadline, Error, Lifetime, Node, ObjectKey, Wait};

use super::acts::hash;
use crate::place::Place;
use crate::puppet::{Puppet, key_text, parse_key};
use crate::{Outcome, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("network::one_fetches_for_all", one_fetches_for_all),
        test("network::another_takes_over_from_a_dead_fetcher", another_takes_over),
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
