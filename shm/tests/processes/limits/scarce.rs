//! Memory that runs out under us: a small tmpfs, one that somebody else filled, a memory cgroup.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use libtest_mimic::{Completion, Failed, Trial};
use wharf_shm::{Arena, Error, Node};

use super::{MIB, arena_of, assert_right, now, put, put_until_refused};
use crate::place::Place;
use crate::puppet::{Puppet, key_text};
use crate::{Outcome, alone};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        alone::test("limits::a_full_tmpfs_is_an_error", alone::mounts, a_full_tmpfs),
        alone::test(
            "limits::a_tmpfs_full_of_something_else",
            alone::mounts,
            full_of_something_else,
        ),
        alone::test("limits::the_dead_are_asked_first", alone::mounts, the_dead_are_asked_first),
        alone::test("limits::tables_that_cannot_grow", alone::mounts, tables_that_cannot_grow),
        Trial::ignorable_test(IN_A_CGROUP, a_memory_cgroup_at_its_limit),
    ]
}

const SMALL: &str = "size=1m,mode=700";

/// It is said what is full, and by how much it does not fit.
#[track_caller]
fn assert_out_of(what: &str, path: &Path, refused: &Error) {
    let text = refused.to_string();
    assert!(matches!(refused, Error::OutOfMemory { .. }), "{refused:?}");
    assert!(text.contains(what) && text.contains(path.to_str().expect("text")), "{text}");
}

/// All that was put stays right, and as much as is evicted can be put again.
#[track_caller]
fn assert_works_full(node: &Node, arena: &Arena, len: u64, keys: &mut [wharf_shm::ObjectKey]) {
    assert_right(node, keys);
    for round in 0..3 {
        let half = keys.len() / 2;
        for key in &keys[..half] {
            arena.evict(key).expect("it is sealed");
        }
        for (seed, key) in (0..).zip(&mut keys[..half]) {
            *key = put(arena, len, seed).unwrap_or_else(|error| panic!("round {round}: {error}"));
        }
        let refused = put(arena, len, 0).map(drop).unwrap_err();
        assert!(matches!(refused, Error::OutOfMemory { .. }), "{refused:?}");
        assert_right(node, keys);
    }
}

fn a_full_tmpfs(place: &Place) -> Outcome {
    for len in [64, 10_000, 200_000] {
        let place = Place::at(place.path().join(format!("of-{len}")));
        let tmpfs = place.path().parent().expect("just joined");
        if !tmpfs.exists() {
            alone::mount_tmpfs(tmpfs, SMALL)?;
        }
        let node = place.node()?;
        let arena = arena_of(&node, 64 * MIB)?;
        let (mut keys, refused) = put_until_refused(&arena, len);
        assert_out_of("filesystem", place.path(), &refused);
        let taken = keys.len() as u64 * len;
        assert!(taken > MIB / 3, "only {taken} bytes fitted, in objects of {len}");
        let mut reader = Puppet::start(&place);
        let last = keys.len() - 1;
        reader.must(&format!("resolve {len} {last} {} 0", key_text(&keys[last])));
        assert_works_full(&node, &arena, len, &mut keys);
        let large = put(&arena, 2 * MIB, 0).unwrap_err();
        assert_out_of("filesystem", place.path(), &large);
        reader.must("check");
        keys.iter().try_for_each(|key| arena.evict(key))?;
        drop((reader, arena, node));
        place.assert_empty_after_sweep();
    }
    Ok(())
}

/// A process that died has left the filesystem full: whoever needs it next has it.
fn the_dead_are_asked_first(place: &Place) -> Outcome {
    alone::mount_tmpfs(place.path(), "size=4m,mode=700")?;
    let node = place.node()?;
    for len in [100, 100_000] {
        let arena = arena_of(&node, 64 * MIB)?;
        let mut hog = Puppet::start(place);
        while !hog.tell(&format!("put {len} 1 process")).starts_with("err ") {}
        let (mut keys, refused) = put_until_refused(&arena, len);
        assert_out_of("filesystem", place.path(), &refused);
        hog.kill();
        // Nobody has swept; of what lives nothing is taken.
        let before = keys.len();
        let (more, refused) = put_until_refused(&arena, len);
        assert_out_of("filesystem", place.path(), &refused);
        keys.extend(more);
        let taken = (keys.len() - before) as u64 * len;
        assert!(taken > MIB, "only {taken} bytes of the dead one's, in objects of {len}");
        arena.close()?;
    }
    drop(node);
    place.assert_empty_after_sweep();
    Ok(())
}

/// A file that takes all that is left.
struct Filler(PathBuf);

impl Filler {
    fn new(place: &Place) -> std::io::Result<Self> {
        let filler = Self(place.path().join("filler"));
        let mut file = fs::File::create(&filler.0)?;
        while file.write_all(&[1; 4096]).is_ok() {}
        Ok(filler)
    }
}

impl Drop for Filler {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn full_of_something_else(place: &Place) -> Outcome {
    alone::mount_tmpfs(place.path(), SMALL)?;
    // Nothing is there yet.
    let filler = Filler::new(place)?;
    let refused = place.node().map(drop).unwrap_err();
    let text = refused.to_string();
    assert!(matches!(refused, Error::Directory { .. }), "{refused:?}");
    assert!(text.contains("No space left") && text.contains("WHARF_SHM_DIR"), "{text}");
    drop(filler);
    assert_eq!(fs::read_dir(place.path())?.count(), 0, "something was left");
    // The node is there, and no room for one more process or arena.
    let node = place.node()?;
    let before = place.files();
    let filler = Filler::new(place)?;
    let path = place.path().to_str().expect("text");
    for refused in [place.node().map(drop), arena_of(&node, MIB).map(drop)] {
        let refused = refused.expect_err("there is no room");
        let text = refused.to_string();
        assert!(matches!(refused, Error::OutOfMemory { .. }), "{refused:?}");
        assert!(text.contains(path) && text.contains("Remove other files"), "{text}");
    }
    drop(filler);
    assert_eq!(place.files(), before, "something was left");
    // The arena is there, and no room for its first block.
    let arena = arena_of(&node, MIB)?;
    let filler = Filler::new(place)?;
    assert_out_of("filesystem", place.path(), &put(&arena, 100, 0).unwrap_err());
    drop(filler);
    let key = put(&arena, 100, 0)?;
    let _filler = Filler::new(place)?;
    assert_right(&node, &[key]);
    Ok(())
}

fn tables_that_cannot_grow(place: &Place) -> Outcome {
    alone::mount_tmpfs(place.path(), SMALL)?;
    let node = place.node()?;
    let arena = arena_of(&node, MIB)?;
    let held = put(&arena, 1000, 0)?;

    // Objects of no bytes need slots alone.
    let filler = Filler::new(place)?;
    let (mut keys, refused) = put_until_refused(&arena, 0);
    assert_out_of("filesystem", place.path(), &refused);
    assert!((60..70).contains(&keys.len()), "a page of slots, not {}", keys.len());
    assert!(keys.iter().all(|key| now(&node, key).is_ok_and(|view| view.is_empty())));
    arena.evict(&keys[5])?;
    keys[5] = put(&arena, 0, 0)?;
    drop(filler);
    for _ in 0..200 {
        keys.push(put(&arena, 0, 0)?);
    }
    assert!(keys.iter().all(|key| now(&node, key).is_ok_and(|view| view.is_empty())));

    // Views need pins alone.
    let filler = Filler::new(place)?;
    let mut views = Vec::new();
    let refused = loop {
        match now(&node, &held) {
            Ok(view) => views.push(view),
            Err(error) => break error,
        }
    };
    assert_out_of("filesystem", place.path(), &refused);
    assert_eq!(views.len(), (4096 - 128) / 8, "a page of pins");
    assert!(now(&node, &held).is_err(), "it stays full");
    drop(views.swap_remove(7));
    views.push(now(&node, &held)?);
    drop(filler);
    for _ in 0..2000 {
        views.push(now(&node, &held)?);
    }
    arena.evict(&held)?;
    assert!(views.iter().all(|view| crate::pattern::first_difference(view, 0).is_none()));
    Ok(())
}

const IN_A_CGROUP: &str = "limits::a_memory_cgroup_at_its_limit";
const CGROUP: &str = "WHARF_TEST_CGROUP";
const CGROUP_LIMIT: u64 = 64 * MIB;

fn a_memory_cgroup_at_its_limit() -> Result<Completion, Failed> {
    if let Some(place) = alone::inside() {
        return alone::finished(inside_a_cgroup(&place));
    }
    let cgroup = match Cgroup::make() {
        Ok(cgroup) => cgroup,
        Err(why) => return Ok(Completion::ignored_with(format!("no memory cgroup: {why}"))),
    };
    let outcome = alone::start(IN_A_CGROUP, &[(CGROUP, cgroup.0.as_os_str())])?;
    let path = cgroup.0.clone();
    drop(cgroup);
    if path.exists() { Err(format!("{} is left", path.display()).into()) } else { Ok(outcome) }
}

fn inside_a_cgroup(place: &Place) -> Outcome {
    let cgroup = PathBuf::from(std::env::var_os(CGROUP).ok_or("started without a cgroup")?);
    fs::write(cgroup.join("cgroup.procs"), std::process::id().to_string())?;
    let node = place.node()?;
    let arena = arena_of(&node, 1 << 40)?;
    // Far too much at once.
    assert_out_of("memory cgroup", &cgroup, &put(&arena, 4 * CGROUP_LIMIT, 0).unwrap_err());
    let (mut keys, refused) = put_until_refused(&arena, MIB);
    assert_out_of("memory cgroup", &cgroup, &refused);
    let fitted = keys.len() as u64 * MIB;
    assert!(fitted > CGROUP_LIMIT / 2 && fitted < CGROUP_LIMIT, "{fitted} bytes fitted");
    assert_works_full(&node, &arena, MIB, &mut keys);
    // Small ones, which need a table besides, and whose number that bounds.
    arena.evict(&keys.pop().ok_or("some fitted")?)?;
    let (small, refused) = put_until_refused(&arena, 64);
    assert_out_of("memory cgroup", &cgroup, &refused);
    assert!(!small.is_empty());
    assert_right(&node, &small);
    assert_right(&node, &keys);
    Ok(())
}

/// A memory cgroup with a limit, removed when dropped.
struct Cgroup(PathBuf);

impl Cgroup {
    /// Below this process's own, of version 1 or 2, or below the root.
    fn make() -> Result<Self, String> {
        let membership = fs::read_to_string("/proc/self/cgroup").map_err(|e| e.to_string())?;
        let mut refusals = Vec::new();
        for line in membership.lines() {
            let fields: Vec<_> = line.splitn(3, ':').collect();
            let (root, limit) = match fields[..] {
                [_, controllers, _] if controllers.split(',').any(|name| name == "memory") => {
                    ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
                }
                ["0", "", _] => ("/sys/fs/cgroup", "memory.max"),
                _ => continue,
            };
            for parent in [format!("{root}{}", fields[2]), root.to_owned()] {
                match Self::make_in(Path::new(&parent), limit) {
                    Ok(cgroup) => return Ok(cgroup),
                    Err(error) => refusals.push(format!("{parent}: {error}")),
                }
            }
        }
        Err(refusals.join(", "))
    }

    fn make_in(parent: &Path, limit: &str) -> std::io::Result<Self> {
        let path = parent.join(format!("wharf-test-{}", std::process::id()));
        fs::create_dir(&path)?;
        let cgroup = Self(path);
        // Not made where there is no such controller.
        fs::OpenOptions::new()
            .write(true)
            .open(cgroup.0.join(limit))?
            .write_all(CGROUP_LIMIT.to_string().as_bytes())?;
        // Without swap space it ends at the limit. Where that cannot be set there is none, or the
        // objects just fit.
        let _ = fs::write(cgroup.0.join("memory.swap.max"), "0");
        let _ = fs::write(cgroup.0.join("memory.swappiness"), "0");
        Ok(cgroup)
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // The kernel may take a moment to see that it is empty.
        let start = Instant::now();
        while fs::remove_dir(&self.0).is_err() && start.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
