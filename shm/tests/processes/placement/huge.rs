//! Huge pages: taken, shared, reused, given back by whoever is left to do it, and done without.

#[cfg(feature = "fail-points")]
mod kills;
mod links;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use libtest_mimic::{Completion, Trial};
use wharf_shm::{
    Arena, ArenaOptions, Deadline, Lifetime, Node, Numa, Placement, Sweep, View, Wait,
};

use super::pool::{self, HUGE, PAGES, Pool};
use super::warnings;
use crate::place::Place;
use crate::puppet::{Puppet, key_text, parse_key};
use crate::{Outcome, alone};

pub(super) fn tests() -> Vec<Trial> {
    let mut tests = vec![
        test("placement::huge_pages_are_shared_and_given_back", shared_and_given_back),
        test("placement::huge_pages_go_when_their_arena_is_closed", go_when_closed),
        test("placement::huge_pages_take_the_policy_asked_for", take_a_policy),
        test("placement::huge_pages_that_cannot_be_placed_harm_nobody", cannot_be_placed),
        test("placement::an_arena_goes_on_when_huge_pages_run_out", goes_on),
        test("placement::an_arena_goes_on_where_a_segment_has_no_room", has_no_room),
        test("placement::an_arena_goes_on_when_the_pool_is_empty", pool_is_empty),
        test("placement::an_arena_goes_on_without_a_hugetlbfs", no_hugetlbfs),
        test("placement::a_full_arena_of_huge_pages_says_so", full),
    ];
    tests.extend(links::tests());
    #[cfg(feature = "fail-points")]
    tests.extend(kills::tests());
    tests
}

/// A test in a process of its own, while the machine has huge pages for it.
fn test(name: impl Into<String>, run: impl FnOnce(&Place) -> Outcome + Send + 'static) -> Trial {
    let name = name.into();
    Trial::ignorable_test(name.clone(), move || {
        if let Some(place) = alone::inside() {
            return alone::finished(run(&place));
        }
        match alone::mounts().and_then(|()| Pool::take()) {
            Ok(_pool) => alone::start(&name, &[]),
            Err(why) => Ok(Completion::ignored_with(why)),
        }
    })
}

fn start_owner(place: &Place) -> Puppet {
    Puppet::start_with(place, &[("WHARF_TEST_HUGE_PAGES", "1")])
}

fn create(node: &Node) -> wharf_shm::Result<Arena> {
    let placement = Placement { huge_pages: true, ..Default::default() };
    node.create_arena(&ArenaOptions { placement, ..Default::default() })
}

/// The links among the files of a place, and where they lead.
fn links(place: &Place) -> Vec<(PathBuf, PathBuf)> {
    let paths = place.files().into_iter().map(|name| place.path().join(name));
    paths.filter_map(|path| Some((path.clone(), fs::read_link(path).ok()?))).collect()
}

fn assert_nothing_is_left(place: &Place, free: u64) {
    place.assert_empty_after_sweep();
    assert_eq!(pool::files(), Vec::<String>::new(), "left over on the hugetlbfs");
    assert_eq!(pool::free(), free, "huge pages are missing");
}

/// Too long for a page, and not a whole number of them.
const LEN: u64 = 3_000_000;

fn shared_and_given_back(place: &Place) -> Outcome {
    pool::mount(PAGES)?;
    let (free, node) = (pool::free(), place.node()?);
    let (mut owner, mut reader) = (start_owner(place), Puppet::start(place));
    let gone = owner.must(&format!("put {LEN} 1 process"));
    let kept = owner.must("put 1000 2 node");
    assert_eq!(pool::free(), free - 2, "two pages hold both objects");
    let [(link, target)] = &links(place)[..] else { panic!("{:?}", place.files()) };
    assert!(link.to_string_lossy().ends_with(".0") && target.starts_with(pool::folder()));
    reader.must(&format!("resolve {LEN} 1 {gone} 0"));
    reader.must(&format!("resolve 1000 2 {kept} 0"));

    // Another page for another object, then the same one again and again.
    let more = owner.must(&format!("put {HUGE} 3 process"));
    assert_eq!(pool::free(), free - 3);
    owner.must(&format!("evict {more}"));
    for seed in 4..10 {
        let more = owner.must(&format!("put {HUGE} {seed} process"));
        reader.must(&format!("resolve {HUGE} {seed} {more} 0"));
        reader.must("drop");
        owner.must(&format!("evict {more}"));
    }
    assert_eq!(pool::free(), free - 3, "pages are reused");
    reader.must(&format!("resolve {LEN} 1 {gone} 0"));
    let arenas = node.arenas()?;
    let stat = arenas.iter().find(|arena| arena.id == parse_key(&gone).arena).expect("listed");
    assert!((3 * HUGE..3 * HUGE + 65_536).contains(&stat.reserved), "{stat:?}");

    owner.kill();
    let report = node.sweep(Sweep::Dead)?;
    assert_eq!((report.failed, report.bytes_freed), (0, HUGE), "{report:?}");
    assert_eq!(pool::free(), free - 2, "the view and the node's object need two pages");
    reader.must("check");
    reader.must("drop");
    assert_eq!(pool::free(), free - 1, "whole pages are given back, and no others");
    reader.must(&format!("resolve 1000 2 {kept} 0"));
    assert!(reader.tell(&format!("resolve {LEN} 1 {gone} 0")).starts_with("err Evicted"));
    reader.must("drop");
    let report = node.sweep(Sweep::All)?;
    assert_eq!((report.failed, report.arenas_removed), (0, 1), "{report:?}");
    assert_eq!(report.bytes_freed, HUGE, "{report:?}");
    drop((node, reader));
    assert_nothing_is_left(place, free);
    Ok(())
}

fn go_when_closed(place: &Place) -> Outcome {
    pool::mount(PAGES)?;
    let free = pool::free();
    let (mut owner, mut reader) = (start_owner(place), Puppet::start(place));
    let key = owner.must(&format!("put {LEN} 1 process"));
    reader.must(&format!("resolve {LEN} 1 {key} 0"));
    owner.must("close");
    reader.must("check");
    assert_eq!(pool::free(), free - 2, "the view holds them");
    reader.must("drop");
    assert_eq!((pool::free(), links(place)), (free, vec![]));
    drop((owner, reader));
    assert_nothing_is_left(place, free);
    Ok(())
}

/// Both wishes at once. The policy is that of a mapping which is gone; where the pages lie stays.
fn take_a_policy(place: &Place) -> Outcome {
    use hwlocality::memory::{binding::MemoryBindingFlags, nodeset::NodeSet};

    pool::mount(PAGES)?;
    let (free, warnings, node) = (pool::free(), warnings::hear(), place.node()?);
    for numa in [Numa::Local, Numa::Node(0), Numa::Interleaved] {
        let placement = Placement { numa, huge_pages: true };
        let arena = node.create_arena(&ArenaOptions { placement, ..Default::default() })?;
        let view = put(&node, &arena, 1)?;
        assert_eq!(pool::free(), free - 2, "{numa:?}");
        let (topology, none) = (hwlocality::Topology::new()?, MemoryBindingFlags::empty());
        let lies: NodeSet = topology.area_memory_location::<[u8], NodeSet>(&view, none)?;
        assert!(!lies.is_empty(), "{numa:?}: it lies nowhere");
        drop((arena, view));
        // Most of the pages at once: they are not counted again once they are taken.
        let arena = node.create_arena(&ArenaOptions { placement, ..Default::default() })?;
        drop(arena.alloc((PAGES - 1) * HUGE, 64, Lifetime::PROCESS)?);
        assert_eq!(pool::free(), free - (PAGES - 1), "{numa:?}");
    }
    assert_eq!(warnings.all(), Vec::<String>::new());
    drop(node);
    assert_nothing_is_left(place, free);
    Ok(())
}

/// Pages are taken by touching them here: where there is none, that must be no SIGBUS.
fn cannot_be_placed(place: &Place) -> Outcome {
    pool::mount(1)?;
    let (free, warnings, node) = (pool::free(), warnings::hear(), place.node()?);
    let placement = Placement { numa: Numa::Node(0), huge_pages: true };
    let arena = node.create_arena(&ArenaOptions { placement, ..Default::default() })?;
    check(&[put(&node, &arena, 1)?]);
    let warnings = warnings.all();
    assert_eq!(warnings.len(), 2, "one for each wish: {warnings:?}");
    assert!(warnings[0].contains("cannot be taken where they should lie"), "{warnings:?}");
    assert_eq!((links(place), pool::files(), pool::free()), (vec![], vec![], free));
    drop((arena, node));
    assert_nothing_is_left(place, free);
    Ok(())
}

/// Puts an object filled with the seed, and resolves it.
fn put(node: &Node, arena: &Arena, seed: u8) -> wharf_shm::Result<View> {
    let put = arena.put(&vec![seed; LEN as usize], Lifetime::PROCESS)?;
    node.resolve(&put.key, Deadline::NOW, Wait::Block)
}

fn check(views: &[View]) {
    for (view, seed) in views.iter().zip(1_u8..) {
        assert!(view.len() as u64 == LEN && view.iter().all(|byte| *byte == seed), "{seed}");
    }
}

fn assert_warned_once(warnings: &warnings::Warnings, of: &str) {
    let warnings = warnings.all();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("going on with ordinary ones"), "{warnings:?}");
    assert!(warnings[0].contains(of), "{warnings:?}");
}

fn goes_on(place: &Place) -> Outcome {
    pool::mount(5)?;
    let (free, warnings, node) = (pool::free(), warnings::hear(), place.node()?);
    let arena = create(&node)?;
    let mut views = Vec::new();
    for seed in 1..=2 {
        views.push(put(&node, &arena, seed)?);
    }
    assert_eq!((pool::free(), warnings.all()), (free - 4, vec![]));
    for seed in 3..=5 {
        views.push(put(&node, &arena, seed)?);
    }
    assert_warned_once(&warnings, "No space left on device");
    assert_eq!(pool::free(), free - 4, "a page that was of no use went back");
    assert_eq!(links(place).len(), 1, "{:?}", place.files());
    check(&views);
    let mut reader = Puppet::start(place);
    for view in &views {
        let first = u64::from_le_bytes([view[0]; 8]).to_string();
        assert_eq!(reader.must(&format!("peek {} 8", key_text(view.key()))), first);
    }
    // What is evicted is reused, huge or not.
    arena.evict(views[0].key())?;
    views[0] = put(&node, &arena, 1)?;
    check(&views);
    arena.close()?;
    check(&views);
    drop((views, arena, node, reader));
    assert_nothing_is_left(place, free);
    Ok(())
}

/// The link and the file were made before it turned out that there is no room.
fn has_no_room(place: &Place) -> Outcome {
    pool::mount(1)?;
    let (free, warnings, node) = (pool::free(), warnings::hear(), place.node()?);
    let arena = create(&node)?;
    check(&[put(&node, &arena, 1)?]);
    assert_warned_once(&warnings, "No space left on device");
    assert_eq!((links(place), pool::files(), pool::free()), (vec![], vec![], free));
    drop((arena, node));
    assert_nothing_is_left(place, free);
    Ok(())
}

fn pool_is_empty(place: &Place) -> Outcome {
    pool::mount(1 << 20)?;
    let (free, warnings, node) = (pool::free(), warnings::hear(), place.node()?);
    let arena = create(&node)?;
    let first = put(&node, &arena, 1)?;
    // More than all pages that are left, without touching any.
    let len = (free - 1) * HUGE;
    if arena.alloc(len, 64, Lifetime::PROCESS)?.len() as u64 != len {
        return Err("a block of the wrong length".into());
    }
    assert_warned_once(&warnings, &format!("{} are left", free - 2));
    assert_eq!(pool::free(), free - 2);
    let second = put(&node, &arena, 2)?;
    check(&[first, second]);
    drop((arena, node));
    assert_nothing_is_left(place, free);
    Ok(())
}

fn no_hugetlbfs(place: &Place) -> Outcome {
    pool::no_hugetlbfs()?;
    let (free, warnings, node) = (pool::free(), warnings::hear(), place.node()?);
    let arena = create(&node)?;
    assert_eq!(warnings.all(), Vec::<String>::new(), "nothing is looked for before it is needed");
    let views = [put(&node, &arena, 1)?, put(&node, &arena, 2)?];
    check(&views);
    assert_warned_once(&warnings, "no hugetlbfs");
    assert_eq!((pool::free(), links(place)), (free, vec![]));

    // Nor where others can get at the pages.
    pool::mount_at(pool::POINT, PAGES)?;
    fs::create_dir(pool::folder())?;
    fs::set_permissions(pool::folder(), fs::Permissions::from_mode(0o750))?;
    let arena = create(&node)?;
    check(&[put(&node, &arena, 1)?]);
    let warnings = warnings.all();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[1].contains("is open to others"), "{warnings:?}");
    assert_eq!((pool::free(), links(place)), (free, vec![]));
    Ok(())
}

/// The capacity holds for huge pages as well, to the byte.
fn full(place: &Place) -> Outcome {
    pool::mount(PAGES)?;
    let (free, warnings, node) = (pool::free(), warnings::hear(), place.node()?);
    let options = ArenaOptions {
        capacity: Some(2 * HUGE + 65_536),
        placement: Placement { huge_pages: true, ..Default::default() },
        ..Default::default()
    };
    let arena = node.create_arena(&options)?;
    let views = [put(&node, &arena, 1)?];
    let mut small = 0;
    let full = loop {
        match arena.put(&[9; 16_384], Lifetime::PROCESS) {
            Ok(_) => small += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(full, wharf_shm::Error::Full { .. }), "{full}");
    assert_eq!(arena.usage()?.reserved, 2 * HUGE + 65_536, "the last bytes in ordinary pages");
    assert_eq!(small, (2 * HUGE + 65_536 - LEN) / 65_536 * 4, "16 KiB each");
    assert_eq!((pool::free(), warnings.all()), (free - 2, vec![]));
    check(&views);
    drop((views, arena, node));
    assert_nothing_is_left(place, free);
    Ok(())
}
