//! Views: what they hold, they hold, whatever happens around them.

use libtest_mimic::Trial;
use wharf_shm::{Deadline, Error, Wait};

use crate::place::Place;
use crate::puppet::{Puppet, parse_key};
use crate::{Outcome, test};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("views::survive_eviction_and_reuse", survive_eviction_and_reuse),
        test("views::survive_the_owners_exit", survive_the_owners_exit),
        test("views::survive_the_owners_kill", survive_the_owners_kill),
        test("views::survive_the_directorys_removal", survive_the_directorys_removal),
        test("views::are_not_kept_by_dead_readers", are_not_kept_by_dead_readers),
        test("views::a_forked_child_has_none", a_forked_child_has_none),
        test("views::a_child_does_not_keep_its_parent_alive", a_child_keeps_nobody_alive),
        test("views::survive_closed_descriptors", survive_closed_descriptors),
    ]
}

const LEN: u64 = 3 << 20;

fn survive_eviction_and_reuse() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must(&format!("put {LEN} 1 process"));
    reader.must(&format!("resolve {LEN} 1 {key} 0"));
    owner.must(&format!("evict {key}"));
    assert!(reader.tell(&format!("resolve {LEN} 1 {key} 0")).starts_with("err Evicted"));
    for seed in 2..20 {
        let other = owner.must(&format!("put {LEN} {seed} process"));
        owner.must(&format!("evict {other}"));
    }
    reader.must("check");
    Ok(())
}

fn survive_the_owners_exit() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let gone = owner.must(&format!("put {LEN} 1 process"));
    let kept = owner.must(&format!("put {LEN} 2 node"));
    reader.must(&format!("resolve {LEN} 1 {gone} 0"));
    owner.must("close");
    assert!(reader.tell(&format!("resolve {LEN} 1 {gone} 0")).starts_with("err Evicted"));
    reader.must(&format!("resolve {LEN} 2 {kept} 0"));
    assert!(owner.finish().success());
    reader.must("check");
    reader.must(&format!("resolve {LEN} 2 {kept} 0"));
    reader.must("drop");
    // What the view held has gone with it, what has node scope has not.
    let left = place.bytes();
    assert!((LEN..LEN + (1 << 20)).contains(&left), "{left} bytes are left");
    drop(reader);
    place.assert_empty_after_sweep();
    Ok(())
}

fn survive_the_owners_kill() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let gone = owner.must(&format!("put {LEN} 1 process"));
    let kept = owner.must(&format!("put {LEN} 2 node"));
    reader.must(&format!("resolve {LEN} 1 {gone} 0"));
    owner.kill();
    place.node()?.sweep(wharf_shm::Sweep::Dead)?;
    assert!(reader.tell(&format!("resolve {LEN} 1 {gone} 0")).starts_with("err Evicted"));
    reader.must("check");
    reader.must("drop");
    reader.must(&format!("resolve {LEN} 2 {kept} 0"));
    let left = place.bytes();
    assert!((LEN..LEN + (1 << 20)).contains(&left), "{left} bytes are left");
    drop(reader);
    place.assert_empty_after_sweep();
    Ok(())
}

fn survive_the_directorys_removal() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must(&format!("put {LEN} 1 process"));
    reader.must(&format!("resolve {LEN} 1 {key} 0"));
    std::fs::remove_dir_all(place.path())?;
    owner.must(&format!("evict {key}"));
    // The owner cannot know any more who views what, so nothing of this arena is reused.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let answer = owner.tell(&format!("put {LEN} 2 process"));
    assert!(answer.starts_with("err Vanished"), "{answer}");
    reader.must("check");
    owner.kill();
    reader.must("check");
    Ok(())
}

fn are_not_kept_by_dead_readers() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    owner.must("check");
    reader.must("check");
    let before = place.bytes();
    for seed in 0..50 {
        let key = owner.must(&format!("put {LEN} {seed} process"));
        reader.must(&format!("resolve {LEN} {seed} {key} 0"));
        reader.kill();
        owner.must(&format!("evict {key}"));
        reader = Puppet::start(&place);
    }
    // One block in use at a time: if dead readers held theirs there would be fifty.
    let grown = place.bytes() - before;
    assert!(grown < 4 * LEN, "{grown} bytes more than at first");
    Ok(())
}

fn a_forked_child_has_none() -> Outcome {
    let place = Place::new();
    let (mut owner, mut parent) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must(&format!("put {LEN} 1 process"));
    parent.must(&format!("resolve {LEN} 1 {key} 0"));
    let own = parent.must("put 10 7 process");
    parent.must("alloc 10 8 process");
    let answer = parent.must(&format!("fork-user {own}"));
    assert_eq!(answer, format!("{}ok status=0", "Forked ".repeat(16)));
    // The child dropped the view and exited; the pin is the parent's still.
    owner.must(&format!("evict {key}"));
    for seed in 2..10 {
        owner.must(&format!("put {LEN} {seed} process"));
    }
    parent.must("check");
    parent.must("seal");
    parent.must(&format!("resolve 10 7 {own} 0"));
    Ok(())
}

fn a_child_keeps_nobody_alive() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("alloc 10 1 process");
    let child: i32 = owner.must("fork-sleeper").parse()?;
    reader.must(&format!("start 10 1 {key} 20000"));
    std::thread::sleep(std::time::Duration::from_millis(50));
    let killed = std::time::Instant::now();
    owner.kill();
    let answer = reader.tell("join");
    let took = killed.elapsed();
    let swept = place.node().map(drop);
    let left = place.files();
    // SAFETY: ends the puppet's own child, which nobody else waits for.
    unsafe { libc::kill(child, libc::SIGKILL) };
    swept?;
    assert!(answer.starts_with("err OwnerDied"), "{answer}");
    assert!(took.as_millis() < 1000, "owner's death seen after {took:?}");
    assert!(!left.iter().any(|name| name.contains('.')), "{left:?}");
    Ok(())
}

fn survive_closed_descriptors() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must(&format!("put {LEN} 1 process"));
    reader.must(&format!("resolve {LEN} 1 {key} 0"));
    reader.must("close-descriptors");
    owner.must("close-descriptors");
    place.node()?.sweep(wharf_shm::Sweep::Dead)?;
    owner.must(&format!("evict {key}"));
    for seed in 2..10 {
        let other = owner.must(&format!("put {LEN} {seed} process"));
        reader.must(&format!("resolve {LEN} {seed} {other} 0"));
    }
    reader.must("check");
    let gone = place.node()?.resolve(&parse_key(&key), Deadline::NOW, Wait::Block);
    assert!(matches!(gone, Err(Error::Evicted)), "{gone:?}");
    Ok(())
}
