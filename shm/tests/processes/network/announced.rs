//! Announcements: all that live are seen, and nothing of them stays.

use libtest_mimic::Trial;
use wharf_shm::{ArenaOptions, Error, Sweep};

use crate::place::Place;
use crate::puppet::Puppet;
use crate::{Outcome, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("network::announcements_are_seen_by_all", seen_by_all),
        test("network::announcements_end_with_their_process", end_with_their_process),
        test("network::announcements_show_nowhere_else", show_nowhere_else),
        test("network::announcements_have_limits", have_limits),
    ]
}

fn seen_by_all() -> Outcome {
    let place = Place::new();
    let (mut one, mut other) = (Puppet::start(&place), Puppet::start(&place));
    assert_eq!(one.must("announced"), "");
    let mut epochs = vec![other.must("epoch")];
    let mut changed = |other: &mut Puppet| {
        let epoch = other.must("epoch");
        assert!(!epochs.contains(&epoch), "{epoch} of {epochs:?}");
        epochs.push(epoch);
    };
    one.must("announce one");
    changed(&mut other);
    other.must("announce other");
    changed(&mut other);
    // One's own are the first.
    assert_eq!(one.must("announced"), "one other");
    assert_eq!(other.must("announced"), "other one");
    one.must("withdraw");
    changed(&mut other);
    assert_eq!(one.must("announced"), "other");
    let before = other.must("epoch");
    one.must("put 10 1 process");
    assert_eq!(one.must("announced"), "other");
    assert_eq!(other.must("epoch"), before, "nothing has changed");
    // It ends with its arena.
    other.must("close");
    changed(&mut other);
    assert_eq!(one.must("announced"), "");
    other.must("withdraw");
    [one, other].iter_mut().for_each(|puppet| drop(puppet.must("leave")));
    assert_eq!(place.files(), ["endpoints"]);
    assert_eq!(std::fs::read_dir(place.path().join("endpoints"))?.count(), 0);
    place.assert_empty_after_sweep();
    Ok(())
}

fn end_with_their_process() -> Outcome {
    for who_notices in ["asks", "opens", "sweeps", "waits"] {
        let place = Place::new();
        let node = place.node()?;
        let (mut endpoint, mut waiter) = (Puppet::start(&place), Puppet::start(&place));
        endpoint.must("announce gone");
        waiter.must("announce stays");
        let pending = endpoint.must("alloc 10 1 process");
        // So that there is something to be cleaned.
        endpoint.must("put 10 1 process");
        let known = node.announcements_epoch();
        endpoint.kill();
        match who_notices {
            "opens" => drop(place.node()?),
            "sweeps" => drop(node.sweep(Sweep::Dead)?),
            "waits" => {
                let answer = waiter.tell(&format!("resolve 10 1 {pending} 20000"));
                assert!(answer.starts_with("err OwnerDied"), "{answer}");
            }
            _ => {}
        }
        assert_eq!(node.announcements()?, [b"stays"]);
        let has_changed = node.announcements_epoch() != known;
        assert_eq!(has_changed, who_notices != "asks", "{who_notices}");
        waiter.kill();
        drop(node);
        place.assert_empty_after_sweep();
    }
    Ok(())
}

fn show_nowhere_else() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = node.create_arena(&ArenaOptions::default())?;
    let before = arena.counters()?;
    let announcement = arena.announce(b"x")?;
    assert!(node.names("")?.is_empty());
    assert!(node.arenas()?[0].objects.is_empty());
    assert_eq!(arena.counters()?, before);
    let report = node.sweep(Sweep::All)?;
    assert_eq!((report.names_removed, report.failed, report.strangers), (0, 0, Vec::new()));
    assert_eq!(node.announcements()?, [b"x"]);
    drop(announcement);
    assert!(node.announcements()?.is_empty());
    Ok(())
}

fn have_limits() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = node.create_arena(&ArenaOptions::default())?;
    let longest = arena.announce(&[7; 1024])?;
    assert_eq!(node.announcements()?, [[7; 1024]]);
    assert!(matches!(arena.announce(&[7; 1025]), Err(Error::ValueTooLong { len: 1025 })));
    arena.close()?;
    assert!(matches!(arena.announce(b"x"), Err(Error::Closed)));
    drop(longest);
    assert!(node.announcements()?.is_empty());
    Ok(())
}
