//! No file stays for long when its name does not stand any more.

use libtest_mimic::Trial;
use wharf_shm::{Deadline, Error, Lifetime, Sweep};

use super::{assert_free, key_of, put, set_up};
use crate::place::Place;
use crate::puppet::{Puppet, parse_key};
use crate::{Outcome, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("names::do_not_pile_up_while_a_store_lives", do_not_pile_up),
        test("names::that_are_taken_away_do_not_pile_up", taken_away_do_not_pile_up),
        test("names::of_exited_publishers_do_not_pile_up", of_exited_do_not_pile_up),
        test("names::go_when_the_arena_closes", go_when_the_arena_closes),
        test("names::of_the_dead_are_swept", of_the_dead_are_swept),
        test("names::are_read_by_no_opening_where_nobody_died", are_not_read_when_opening),
        test("names::go_with_the_directory", go_with_the_directory),
    ]
}

/// The files in which names stand, stale or not.
fn files(place: &Place) -> usize {
    std::fs::read_dir(place.path().join("names")).map_or(0, Iterator::count)
}

/// Each name's object is evicted before the next but few is put.
fn do_not_pile_up() -> Outcome {
    const ROUNDS: usize = 5000;
    let (place, node, arena) = set_up()?;
    let (mut live, mut most) = (std::collections::VecDeque::new(), 0);
    for round in 0..ROUNDS {
        let key = put(&arena, Lifetime::PROCESS)?;
        arena.publish(&format!("T/{round}"), &key, b"")?;
        live.push_back((round, key));
        if live.len() > 100 {
            node.evict(&live.pop_front().ok_or("some")?.1)?;
        }
        most = most.max(files(&place));
    }
    assert!((101..=202).contains(&most), "{most} files for 100 names");
    for (round, key) in &live {
        assert_eq!(key_of(&node, &format!("T/{round}"))?, *key);
    }
    assert_eq!(node.names("T/")?.len(), 100);
    Ok(())
}

/// One object that stays, under ever new names, or one name again and again.
fn taken_away_do_not_pile_up() -> Outcome {
    let (place, node, arena) = set_up()?;
    let key = put(&arena, Lifetime::NODE)?;
    for round in 0..1000 {
        for name in [&format!("job/{round}"), "latest"] {
            arena.publish(name, &key, b"")?;
            node.unpublish(name)?;
        }
        assert_eq!(files(&place), 0);
    }
    arena.publish("latest", &key, b"")?;
    arena.close()?;
    assert_eq!(key_of(&node, "latest")?, key);
    Ok(())
}

/// Programs that put an object for the node, name it and exit; somebody else evicts it later.
fn of_exited_do_not_pile_up() -> Outcome {
    const ROUNDS: usize = 300;
    let (place, node, arena) = set_up()?;
    let stays = put(&arena, Lifetime::PROCESS)?;
    for name in 0..10 {
        arena.publish(&format!("stays/{name}"), &stays, b"")?;
    }
    let mut most = 0;
    for round in 0..ROUNDS {
        let program = place.node()?;
        let arena = program.create_arena(&Default::default())?;
        let key = put(&arena, Lifetime::NODE)?;
        arena.publish(&format!("{round}"), &key, b"")?;
        drop((arena, program));
        assert_eq!(key_of(&node, &format!("{round}"))?, key);
        node.evict(&key)?;
        most = most.max(files(&place));
    }
    assert!(most <= 10 + 2 * 64 + 10, "{most} files for 10 names");
    assert_eq!(node.names("")?.len(), 10);
    Ok(())
}

fn go_when_the_arena_closes() -> Outcome {
    for dropped in [false, true] {
        let (place, node, arena) = set_up()?;
        let mut other = Puppet::start(&place);
        let theirs = other.must("put 10 1 process");
        let kept = put(&arena, Lifetime::NODE)?;
        let gone = put(&arena, Lifetime::PROCESS)?;
        for (name, key) in [("theirs", parse_key(&theirs)), ("kept", kept), ("gone", gone)] {
            arena.publish(name, &key, b"")?;
        }
        assert_eq!(files(&place), 3);
        if dropped {
            drop(arena)
        } else {
            arena.close()?
        }
        assert_eq!(files(&place), 2);
        assert_free(&node, "gone");
        assert_eq!(key_of(&node, "kept")?, kept);
        // The last name takes the folder with it, when somebody sweeps.
        other.must("close");
        node.evict(&kept)?;
        assert_eq!(node.sweep(Sweep::Dead)?.names_removed, 2);
        assert!(!place.path().join("names").exists());
    }
    Ok(())
}

fn of_the_dead_are_swept() -> Outcome {
    for explicitly in [false, true] {
        let (place, node, arena) = set_up()?;
        let key = put(&arena, Lifetime::PROCESS)?;
        arena.publish("own", &key, b"")?;
        let mut dying = Puppet::start(&place);
        for number in 0..20 {
            let life = if number < 5 { "node" } else { "process" };
            let key = dying.must(&format!("put 10 1 {life}"));
            dying.must(&format!("publish {number} {key} x"));
        }
        dying.kill();
        assert_eq!(files(&place), 21);
        if explicitly {
            let report = node.sweep(Sweep::Dead)?;
            assert_eq!((report.names_removed, report.failed), (15, 0), "{report:?}");
        } else {
            drop(place.node()?);
        }
        assert_eq!(files(&place), 6);
        let report = node.sweep(Sweep::All)?;
        assert_eq!((report.names_removed, report.failed), (5, 0), "{report:?}");
        assert_eq!(key_of(&node, "own")?, key);
        drop((arena, node));
        place.assert_empty_after_sweep();
    }
    Ok(())
}

/// Opening looks at no name, stale or not, if it finds nobody dead.
fn are_not_read_when_opening() -> Outcome {
    let (place, node, arena) = set_up()?;
    let mut other = Puppet::start(&place);
    let key = other.must("put 10 1 process");
    arena.publish("stale", &parse_key(&key), b"")?;
    other.must(&format!("evict {key}"));
    drop(place.node()?);
    assert_eq!(files(&place), 1, "somebody has looked");
    drop((node, arena));
    assert_eq!(files(&place), 0);
    Ok(())
}

fn go_with_the_directory() -> Outcome {
    let (place, node, arena) = set_up()?;
    let key = put(&arena, Lifetime::PROCESS)?;
    arena.publish("name", &key, b"")?;
    std::thread::scope(|scope| -> Outcome {
        let waiting = scope.spawn(|| node.lookup("other", Deadline::never()).map(drop));
        std::thread::sleep(std::time::Duration::from_millis(20));
        std::fs::remove_dir_all(place.path())?;
        assert!(matches!(waiting.join(), Ok(Err(Error::Vanished { .. }))));
        Ok(())
    })?;
    let outcomes = [
        node.lookup("name", Deadline::NOW).map(drop),
        node.names("").map(drop),
        node.unpublish("name"),
        arena.publish("name", &key, b""),
    ];
    // Made again by somebody else, it is not the one that was.
    let newcomer = place.node()?;
    let again = newcomer.create_arena(&Default::default())?;
    let fresh = put(&again, Lifetime::PROCESS)?;
    again.publish("name", &fresh, b"")?;
    let outcomes = outcomes.into_iter().chain([
        node.lookup("name", Deadline::NOW).map(drop),
        node.lookup("other", Deadline::NOW).map(drop),
        node.names("").map(drop),
        node.unpublish("name"),
        arena.publish("other", &key, b""),
    ]);
    for outcome in outcomes {
        assert!(matches!(outcome, Err(Error::Vanished { .. })), "{outcome:?}");
    }
    assert_eq!(key_of(&newcomer, "name")?, fresh);
    drop((arena, node));
    assert_eq!(key_of(&newcomer, "name")?, fresh, "another membership's end is not this one's");
    Ok(())
}
