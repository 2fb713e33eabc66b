//! Many processes after the same few names, some of which are killed or stopped.

use std::time::Duration;

use libtest_mimic::Trial;
use wharf_shm::{Deadline, Error, Lifetime, Result, Sweep, Wait};

use super::key_of;
use crate::place::Place;
use crate::puppet::{Puppet, Stage, compare, key_text};
use crate::storm::dice::Dice;
use crate::{Outcome, pattern, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("names::have_one_holder_at_a_time", have_one_holder_at_a_time),
        #[cfg(feature = "fail-points")]
        test("names::are_kept_from_nobody_by_the_stopped", kept_from_nobody_by_the_stopped),
        #[cfg(feature = "fail-points")]
        test("names::are_right_wherever_their_publisher_dies", right_wherever_publisher_dies),
    ]
}

/// What they strive for.
const NAMES: [&str; 3] = ["a", "b/b", "c"];

/// Publishes, looks up and gives up the names, as a puppet. Who has a name has it alone.
pub(crate) fn strive(stage: &mut Stage, rounds: u64, seed: u64) -> Result<String> {
    let mut dice = Dice::new(seed);
    let (mut had, mut found) = (0, 0);
    for round in 0..rounds {
        let name = NAMES[dice.below(3) as usize];
        found += u64::from(look_up(stage, name)?);
        let mut block = stage.arena().alloc(100, 1, Lifetime::PROCESS)?;
        pattern::fill(&mut block, seed + round);
        let key = block.key();
        let value = format!("{} {}", key_text(&key), seed + round);
        // Some are pending when they are published.
        let mut block = Some(block);
        if dice.below(2) == 0 {
            block.take().map(wharf_shm::Block::seal).transpose()?;
        }
        let published = stage.arena().publish(name, &key, value.as_bytes());
        block.take().map(wharf_shm::Block::seal).transpose()?;
        match published {
            Ok(()) => {
                for _ in 0..dice.below(4) {
                    assert_eq!(key_of(&stage.node, name)?, key, "another has {name} as well");
                }
                // Nobody but its holder takes a name away; evicting frees it as well.
                if dice.below(2) == 0 {
                    stage.node.unpublish(name)?;
                }
                had += 1;
            }
            Err(Error::NameTaken { .. } | Error::NameBusy { .. }) => {}
            Err(other) => return Err(other),
        }
        stage.arena().evict(&key)?;
    }
    Ok(format!("{had} {found}"))
}

/// Whatever is found is whole, and leads to its object if that still stands.
fn look_up(stage: &Stage, name: &str) -> Result<bool> {
    let named = match stage.node.lookup(name, Deadline::NOW) {
        Ok(named) => named,
        Err(Error::NoSuchName { .. }) => return Ok(false),
        Err(other) => return Err(other),
    };
    let value = String::from_utf8(named.value).expect("text");
    let (key, seed) = value.split_once(' ').expect("two words");
    assert_eq!(key, key_text(&named.key));
    match stage.node.resolve(&named.key, Deadline::after(Duration::from_secs(20)), Wait::Block) {
        Ok(view) => {
            assert_eq!(view.len(), 100);
            compare(&view, seed.parse().expect("a number"));
        }
        Err(Error::Evicted | Error::OwnerDied | Error::Failed { .. }) => {}
        Err(other) => return Err(other),
    }
    Ok(true)
}

fn have_one_holder_at_a_time() -> Outcome {
    const LIVES: u64 = 12;
    let place = Place::new();
    let survive = |seed: u64| {
        let mut puppet = Puppet::start(&place);
        let counts = puppet.must(&format!("strive 1500 {seed}"));
        let mut counts = counts.split(' ').map(|count| count.parse().expect("a number"));
        (counts.next().unwrap_or(0_u64), counts.next().unwrap_or(0_u64))
    };
    // Each is killed in the middle of it, and most have slept before.
    let fall = |seed: u64| {
        for life in 0..LIVES {
            let mut puppet = Puppet::start(&place);
            puppet.must("check");
            let pid = puppet.pid() as libc::pid_t;
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let stopped = [libc::SIGSTOP, libc::SIGCONT][(life % 2) as usize];
                    for signal in [stopped, libc::SIGCONT, libc::SIGKILL] {
                        std::thread::sleep(Duration::from_millis(5 + (seed + 7 * life) % 20));
                        // SAFETY: a signal to a child that is waited for after this.
                        unsafe { libc::kill(pid, signal) };
                    }
                });
                let answer = puppet.try_tell(&format!("strive 1000000000 {seed}{life:02}"));
                assert_eq!(answer, None, "it was to be killed");
            });
        }
    };
    let sweep = || -> Result<()> {
        let node = place.node()?;
        for _ in 0..50 {
            std::thread::sleep(Duration::from_millis(10));
            node.sweep(Sweep::Dead)?;
            node.names("")?;
        }
        Ok(())
    };
    std::thread::scope(|scope| -> Outcome {
        let survivors = [1, 2].map(|seed| scope.spawn(move || survive(1_000_000 * seed)));
        let fallen = [3, 4].map(|seed| scope.spawn(move || fall(seed)));
        let sweeper = scope.spawn(sweep);
        for survivor in survivors {
            let (had, found) = survivor.join().map_err(|_| "a survivor fell")?;
            assert!(had > 100 && found > 100, "had {had}, found {found}");
        }
        for fallen in fallen {
            fallen.join().map_err(|_| "one fell otherwise")?;
        }
        Ok(sweeper.join().map_err(|_| "the sweeper fell")??)
    })?;
    place.assert_empty_after_sweep();
    Ok(())
}

/// Stopped with a stale name's lock in its hands, a process keeps others from that name only, and
/// they are told within seconds.
#[cfg(feature = "fail-points")]
fn kept_from_nobody_by_the_stopped() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let mut other = Puppet::start(&place);
    let key = other.must("put 10 1 process");
    for (point, look, publish) in [
        ("name.written", "err NoSuchName", "ok"),
        ("name.locked", "err NoSuchName", "err NameBusy"),
        ("name.removed", "err NoSuchName", "ok"),
        ("name.linked", "", "err NameTaken"),
    ] {
        // What the last one left is not to be cleaned by the next.
        drop(place.node()?);
        stale_name(&mut other)?;
        let mut slow = Puppet::start_with(&place, &[("WHARF_STOP_POINT", point)]);
        let own = slow.must("put 10 1 process");
        let line = format!("publish name {own} slow");
        slow.begin(&line);
        assert!(slow.says(&format!("stop point {point}")));

        let looked = other.tell("lookup name 0");
        assert!(looked.starts_with(if look.is_empty() { &own } else { look }), "{point}: {looked}");
        let published = other.tell(&format!("publish name {key} other"));
        assert!(published.starts_with(publish), "{point}: {published}");
        other.must(&format!("publish another {key} other"));
        other.must("lookup another 0");
        other.must("unpublish another");
        other.must("names ");
        assert_eq!(place.node()?.sweep(Sweep::Dead)?.failed, 0);

        slow.signal(libc::SIGCONT);
        let answer = slow.answer(&line).unwrap_or_default();
        let (expected, winner) = match publish {
            "ok" => ("err NameTaken", &key),
            _ => ("ok", &own),
        };
        assert!(answer.starts_with(expected), "{point}: {answer}");
        assert_eq!(key_text(&key_of(&node, "name")?), *winner, "{point}");
        node.unpublish("name")?;
    }
    // One that took it away, and was stopped before: the next one waits, and then is told.
    other.must(&format!("publish name {key} other"));
    let mut slow = Puppet::start_with(&place, &[("WHARF_STOP_POINT", "name.locked")]);
    slow.begin("unpublish name");
    assert!(slow.says("stop point name.locked"));
    assert!(other.tell("unpublish name").starts_with("err NameBusy"));
    other.must("lookup name 0");
    slow.kill();
    other.must("unpublish name");
    Ok(())
}

/// A name whose object is gone, and whose file is still there.
#[cfg(feature = "fail-points")]
fn stale_name(owner: &mut Puppet) -> Outcome {
    let gone = owner.must("put 10 1 process");
    owner.must(&format!("publish name {gone} x"));
    owner.must(&format!("evict {gone}"));
    Ok(())
}

/// The name is the dead publisher's object's, if that outlives him, or free.
#[cfg(feature = "fail-points")]
fn right_wherever_publisher_dies() -> Outcome {
    for (point, stands) in [
        ("name.folder", false),
        ("name.written", false),
        ("name.locked", false),
        ("name.removed", false),
        ("name.linked", true),
    ] {
        let place = Place::new();
        let mut other = Puppet::start(&place);
        let key = other.must("put 10 1 process");
        if point != "name.folder" {
            stale_name(&mut other)?;
        }
        let mut dying = Puppet::start_with(&place, &[("WHARF_FAIL_POINT", point)]);
        let own = dying.must("put 10 1 node");
        assert_eq!(dying.try_tell(&format!("publish name {own} x")), None, "{point}");
        dying.wait();
        let found = other.tell("lookup name 0");
        let published = other.tell(&format!("publish name {key} x"));
        if stands {
            assert_eq!(found, format!("{own} x"), "{point}");
            assert!(published.starts_with("err NameTaken"), "{point}: {published}");
            other.must("unpublish name");
        } else {
            assert!(found.starts_with("err NoSuchName"), "{point}: {found}");
            assert_eq!(published, "ok", "{point}");
        }
        other.kill();
        place.assert_empty_after_sweep();
    }
    Ok(())
}
