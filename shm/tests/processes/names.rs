//! Names between processes: who gets one, how long it stands, and what is left of it.

mod leftovers;
mod litter;
mod strife;

use std::time::Duration;

use libtest_mimic::Trial;
use wharf_shm::{
    Arena, ArenaOptions, Capability, Deadline, End, Error, Lifetime, Node, ObjectKey, Wait,
};

use crate::place::Place;
use crate::puppet::{Puppet, key_text, parse_key};
use crate::{Outcome, test};
pub(crate) use strife::strive;

pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = vec![
        test("names::lead_from_one_process_to_another", lead_from_one_to_another),
        test("names::are_taken_once", are_taken_once),
        test("names::have_limits", have_limits),
        test("names::are_listed_in_order", are_listed_in_order),
        test("names::are_for_objects_that_are_there", are_for_objects_that_are_there),
        test("names::come_before_the_bytes", come_before_the_bytes),
        test("names::are_waited_for", are_waited_for),
        test("names::end_with_their_objects", end_with_their_objects),
        test("names::end_with_their_owners", end_with_their_owners),
        test("names::outlive_their_publisher_with_the_object", outlive_their_publisher),
    ];
    tests.extend(leftovers::tests());
    tests.extend(litter::tests());
    tests.extend(strife::tests());
    tests
}

/// A place, a membership, and an arena.
fn set_up() -> wharf_shm::Result<(Place, Node, Arena)> {
    let place = Place::new();
    let node = place.node()?;
    let arena = node.create_arena(&ArenaOptions::default())?;
    Ok((place, node, arena))
}

fn put(arena: &Arena, life: Lifetime) -> wharf_shm::Result<ObjectKey> {
    Ok(arena.put(b"bytes", life)?.key)
}

/// Whether nobody finds anything under the name, however it is asked for.
#[track_caller]
fn assert_free(node: &Node, name: &str) {
    let found = node.lookup(name, Deadline::NOW);
    assert!(matches!(found, Err(Error::NoSuchName { .. })), "{found:?}");
    let listed = node.names(name).expect("lists");
    assert!(!listed.iter().any(|named| named.name == name), "{listed:?}");
}

/// The key under a name.
fn key_of(node: &Node, name: &str) -> wharf_shm::Result<ObjectKey> {
    Ok(node.lookup(name, Deadline::NOW)?.key)
}

fn lead_from_one_to_another() -> Outcome {
    let (place, node, arena) = set_up()?;
    let (mut other, mut third) = (Puppet::start(&place), Puppet::start(&place));
    let key = other.must("put 1000 1 process");
    other.must(&format!("publish T/000100 {key} the-value"));
    for puppet in [&mut other, &mut third] {
        assert_eq!(puppet.must("lookup T/000100 0"), format!("{key} the-value"));
    }
    let found = third.must("lookup T/000100 0");
    third.must(&format!("resolve 1000 1 {} 0", found.split(' ').next().ok_or("a key")?));
    // Whoever knows an object may name it, and as often as he likes.
    let known = parse_key(&key);
    arena.publish("another", &known, &[0xff; Node::NAMED_VALUE_MAX])?;
    arena.publish("ünd / %2F \0 .", &known, b"")?;
    assert_eq!(node.lookup("another", Deadline::NOW)?.value, [0xff; Node::NAMED_VALUE_MAX]);
    assert_eq!(node.lookup("ünd / %2F \0 .", Deadline::NOW)?.key, known);
    // And whoever likes may take a name away. The object stays.
    third.must("unpublish T/000100");
    assert_free(&node, "T/000100");
    for puppet in [&mut other, &mut third] {
        assert!(puppet.tell("unpublish T/000100").starts_with("err NoSuchName "));
    }
    assert_eq!(node.resolve(&known, Deadline::NOW, Wait::Block)?.len(), 1000);
    other.must(&format!("publish T/000100 {key} again"));
    assert_eq!(third.must("lookup T/000100 0"), format!("{key} again"));
    Ok(())
}

fn are_taken_once() -> Outcome {
    const ROUNDS: usize = 20;
    let place = Place::new();
    let mut puppets: Vec<_> = (0..6).map(|_| Puppet::start(&place)).collect();
    let keys: Vec<_> = puppets.iter_mut().map(|puppet| puppet.must("put 100 1 process")).collect();
    for round in 0..ROUNDS {
        // Every other name was somebody's whose object is gone by then.
        if round % 2 == 1 {
            let gone = puppets[round % 6].must("put 10 1 process");
            puppets[round % 6].must(&format!("publish {round} {gone} gone"));
            puppets[round % 5].must(&format!("evict {gone}"));
        }
        let answers = std::thread::scope(|scope| {
            let publish =
                puppets.iter_mut().zip(&keys).enumerate().map(|(number, (puppet, key))| {
                    scope.spawn(move || puppet.tell(&format!("publish {round} {key} {number}")))
                });
            let threads: Vec<_> = publish.collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
        });
        let winners: Vec<_> = (0..6).filter(|number| answers[*number] == "ok").collect();
        assert_eq!(winners.len(), 1, "{answers:?}");
        let losers = answers.iter().filter(|answer| answer.starts_with("err NameTaken "));
        assert_eq!(losers.count(), 5, "{answers:?}");
        let expected = format!("{} {}", keys[winners[0]], winners[0]);
        for puppet in &mut puppets {
            assert_eq!(puppet.must(&format!("lookup {round} 0")), expected);
        }
    }
    Ok(())
}

fn have_limits() -> Outcome {
    let (_place, node, arena) = set_up()?;
    let key = put(&arena, Lifetime::PROCESS)?;
    for name in [&"x".repeat(255), &"/".repeat(85), ".", "..", "node", "a/../../b"] {
        arena.publish(name, &key, b"")?;
        assert_eq!(key_of(&node, name)?, key);
    }
    for (name, word) in [("", "empty"), (&"x".repeat(256), "255"), (&"/".repeat(86), "258 bytes")] {
        let refusals = [
            arena.publish(name, &key, b"").unwrap_err(),
            node.lookup(name, Deadline::NOW).unwrap_err(),
            node.unpublish(name).unwrap_err(),
        ];
        for refusal in refusals {
            assert!(matches!(refusal, Error::InvalidName { .. }), "{refusal:?}");
            assert!(refusal.to_string().contains(word), "{refusal}");
        }
    }
    let refused = arena.publish("long", &key, &[0; Node::NAMED_VALUE_MAX + 1]).unwrap_err();
    assert!(refused.to_string().contains("1025 bytes"), "{refused}");
    assert_free(&node, "long");
    Ok(())
}

fn are_listed_in_order() -> Outcome {
    let (place, node, arena) = set_up()?;
    assert_eq!(node.names("")?, []);
    let mut other = Puppet::start(&place);
    let theirs = other.must("put 10 1 process");
    for name in ["T/2", "U/1", "T/10", "T"] {
        other.must(&format!("publish {name} {theirs} x"));
    }
    let own = put(&arena, Lifetime::PROCESS)?;
    arena.publish("T/1", &own, b"own")?;
    arena.publish("%", &own, b"own")?;
    assert_eq!(other.must("names T/"), "T/1 T/10 T/2");
    assert_eq!(other.must("names T"), "T T/1 T/10 T/2");
    assert_eq!(other.must("names "), "% T T/1 T/10 T/2 U/1");
    assert_eq!(other.must("names %"), "%");
    assert_eq!(other.must("names X"), "");
    let listed = node.names("T/1")?;
    let facts: Vec<_> = listed.iter().map(|named| (key_text(&named.key), &*named.value)).collect();
    assert_eq!(facts, [(key_text(&own), &b"own"[..]), (theirs, &b"x"[..])]);
    Ok(())
}

fn are_for_objects_that_are_there() -> Outcome {
    let (_place, node, arena) = set_up()?;
    let key = put(&arena, Lifetime::PROCESS)?;
    let gone = put(&arena, Lifetime::PROCESS)?;
    arena.evict(&gone)?;
    let (elsewhere, elsewheres_node, elsewheres_arena) = set_up()?;
    let foreign = put(&elsewheres_arena, Lifetime::PROCESS)?;
    let capability = Capability::from_bytes([1; 16]);
    let refusals = [
        (gone, "Evicted"),
        (foreign, "Evicted"),
        (ObjectKey { generation: key.generation + 1, ..key }, "Evicted"),
        (ObjectKey { capability, ..key }, "WrongCapability"),
        (ObjectKey { slot: 1 << 30, ..key }, "NoSuchSlot"),
    ];
    for (key, error) in refusals {
        let refused = arena.publish("name", &key, b"").unwrap_err();
        assert!(format!("{refused:?}").starts_with(error), "{refused:?}");
        assert_free(&node, "name");
    }
    arena.publish("name", &key, b"")?;
    arena.close()?;
    assert!(matches!(arena.publish("other", &key, b""), Err(Error::Closed)));
    assert_free(&node, "name");
    drop((elsewhere, elsewheres_node));
    Ok(())
}

fn come_before_the_bytes() -> Outcome {
    let place = Place::new();
    let (mut producer, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let pending = producer.must("promise process");
    producer.must(&format!("publish pending {pending} v"));
    assert_eq!(reader.must("lookup pending 0"), format!("{pending} v"));
    reader.must(&format!("start 100 3 {pending} 20000"));
    producer.must("promised 100 3");
    producer.must("seal");
    reader.must("join");
    assert_eq!(reader.must("lookup pending 0"), format!("{pending} v"));
    // Who looks for what failed is to be told why.
    let failed = producer.must("promise process");
    producer.must(&format!("publish failed {failed} v"));
    producer.must("break it was not to be");
    let found = reader.must("lookup failed 0");
    let key = found.split(' ').next().ok_or("a key")?;
    let answer = reader.tell(&format!("resolve 1 1 {key} 0"));
    assert!(answer.contains("it was not to be"), "{answer}");
    Ok(())
}

fn are_waited_for() -> Outcome {
    let (place, node, arena) = set_up()?;
    let key = put(&arena, Lifetime::PROCESS)?;
    let mut publisher = Puppet::start(&place);
    let theirs = publisher.must("put 10 1 process");
    let mut waiting: Vec<_> = (0..4).map(|_| Puppet::start(&place)).collect();
    for puppet in &mut waiting {
        puppet.must("check");
        puppet.begin("lookup later 20000");
    }
    let own = std::thread::scope(|scope| -> wharf_shm::Result<_> {
        let own = scope.spawn(|| node.lookup("later", Deadline::never()));
        std::thread::sleep(Duration::from_millis(30));
        // What is of no use to them leads nobody astray.
        let gone = put(&arena, Lifetime::PROCESS)?;
        arena.evict(&gone)?;
        assert!(arena.publish("later", &gone, b"").is_err());
        arena.publish("sooner", &key, b"")?;
        publisher.must(&format!("publish later {theirs} at-last"));
        own.join().expect("no panic")
    })?;
    assert_eq!((own.key, &*own.value), (parse_key(&theirs), &b"at-last"[..]));
    for puppet in &mut waiting {
        let found = puppet.answer("lookup later 20000");
        assert_eq!(found, Some(format!("{theirs} at-last")));
    }
    let began = std::time::Instant::now();
    let deadline = Duration::from_millis(150);
    let missed = node.lookup("never", Deadline::after(deadline));
    assert!(matches!(missed, Err(Error::NoSuchName { .. })) && began.elapsed() >= deadline);
    Ok(())
}

/// However an object ends, its name is free again, though nobody has removed anything.
fn end_with_their_objects() -> Outcome {
    let (place, node, arena) = set_up()?;
    let mut other = Puppet::start(&place);
    let next = parse_key(&other.must("put 10 2 process"));
    let lease = Lifetime::NODE.ending(End::Lease(Duration::from_millis(30)));
    type Ending<'a> = &'a dyn Fn(&ObjectKey) -> wharf_shm::Result<()>;
    let endings: [(Lifetime, Ending<'_>); 4] = [
        (Lifetime::PROCESS, &|key| arena.evict(key)),
        (Lifetime::NODE, &|key| node.evict(key)),
        (Lifetime::NODE.ending(End::Once), &|key| {
            node.resolve(key, Deadline::NOW, Wait::Block).map(drop)
        }),
        (lease, &|_| {
            std::thread::sleep(Duration::from_millis(40));
            Ok(())
        }),
    ];
    for (round, (life, end)) in endings.into_iter().enumerate() {
        let names =
            ["looked for", "taken anew", "taken away"].map(|name| format!("{name}/{round}"));
        let key = put(&arena, life)?;
        for name in &names {
            arena.publish(name, &key, b"")?;
            assert_eq!(key_of(&node, name)?, key);
        }
        end(&key)?;
        assert_free(&node, &names[0]);
        arena.publish(&names[1], &next, b"")?;
        assert_eq!(key_of(&node, &names[1])?, next);
        assert!(matches!(node.unpublish(&names[2]), Err(Error::NoSuchName { .. })));
        // A lease is over when it is seen to be over.
        assert!(matches!(node.renew(&key, Duration::from_secs(9)), Err(Error::Evicted)));
    }
    // A block that its producer drops has failed, with a message that says so.
    let block = arena.alloc(10, 1, Lifetime::PROCESS)?;
    arena.publish("dropped", &block.key(), b"")?;
    drop(block);
    let key = key_of(&node, "dropped")?;
    let failed = node.resolve(&key, Deadline::NOW, Wait::Block).map(drop);
    assert!(matches!(failed, Err(Error::Failed { .. })), "{failed:?}");
    Ok(())
}

/// Killed or closed, and whether anybody has cleaned up or not.
fn end_with_their_owners() -> Outcome {
    for (how, swept) in [("kill", false), ("kill", true), ("close", false), ("leave", false)] {
        let (place, node, arena) = set_up()?;
        let mut owner = Puppet::start(&place);
        let process = owner.must("put 10 1 process");
        let pending = owner.must("alloc 10 1 node");
        let kept = owner.must("put 10 1 node");
        for (name, key) in [("process", &process), ("pending", &pending), ("kept", &kept)] {
            // By its owner, and by another.
            owner.must(&format!("publish {name} {key} x"));
            arena.publish(&format!("{name}/2"), &parse_key(key), b"x")?;
        }
        match how {
            "kill" => owner.kill(),
            command => drop(owner.must(command)),
        }
        if swept {
            drop(place.node()?);
        }
        for name in ["process", "pending", "process/2", "pending/2"] {
            assert_free(&node, name);
        }
        let own = put(&arena, Lifetime::PROCESS)?;
        for name in ["process", "pending/2"] {
            arena.publish(name, &own, b"")?;
        }
        for name in ["kept", "kept/2"] {
            assert_eq!(key_of(&node, name)?, parse_key(&kept), "{how}");
            assert!(matches!(arena.publish(name, &own, b""), Err(Error::NameTaken { .. })));
        }
        assert_eq!(node.names("")?.len(), 4);
    }
    Ok(())
}

fn outlive_their_publisher() -> Outcome {
    let place = Place::new();
    let (mut owner, mut publisher) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("put 10 1 process");
    publisher.must(&format!("publish name {key} x"));
    publisher.kill();
    let node = place.node()?;
    assert_eq!(key_of(&node, "name")?, parse_key(&key));
    owner.must(&format!("evict {key}"));
    assert_free(&node, "name");
    Ok(())
}
