//! An arena and its objects within one process: what each step does to memory and to the books.

use std::path::PathBuf;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use super::*;
use crate::deadline::{Deadline, Wait};
use crate::lifetime::End;
use crate::node::{Node, NodeOptions};
use crate::object::View;

/// A node of the test's own.
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(PathBuf::from(format!("/dev/shm/wharf-unit-{}-{number}", std::process::id())))
    }

    pub(crate) fn node(&self) -> Node {
        Node::open(&NodeOptions { directory: Some(self.0.clone()), ..Default::default() })
            .expect("opens")
    }

    pub(crate) fn arena(&self, capacity: u64) -> (Node, Arena) {
        let node = self.node();
        let options =
            ArenaOptions { name: "unit".into(), capacity: Some(capacity), ..Default::default() };
        let arena = node.create_arena(&options).expect("is made");
        (node, arena)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn get(node: &Node, key: &ObjectKey) -> Result<View> {
    node.resolve(key, Deadline::NOW, Wait::Block)
}

const MIB: u64 = 1 << 20;

#[test]
fn a_promise_that_finds_no_memory_may_find_some_later() {
    let place = Place::new();
    let (node, arena) = place.arena(4 * MIB);
    let other = arena.alloc(3 * MIB, 1, Lifetime::PROCESS).and_then(Block::seal);
    let mut promise = arena.promise(Lifetime::PROCESS).expect("there is room");
    let key = promise.key();
    let mut take = || promise.try_alloc_with_note(2 * MIB, 64, b"note", Deadline::never());
    assert!(matches!(take().map(drop), Err(Error::Full { .. })));
    assert!(matches!(get(&node, &key), Err(Error::Deadline)), "it is pending still");
    arena.evict(&other.expect("there is room").key).expect("it is there");
    let block = take().expect("there is room now");
    assert!(matches!(take().map(drop), Err(Error::Closed)), "it has its memory");
    drop(promise);
    assert_eq!(block.seal().expect("it is open").key, key);
    assert_eq!(get(&node, &key).expect("it is sealed").len() as u64, 2 * MIB);
}

#[test]
fn taking_memory_ends_by_its_deadline() {
    let place = Place::new();
    let (_node, arena) = place.arena(1024 * MIB);
    let mut promise = arena.promise(Lifetime::PROCESS).expect("there is room");
    let mut take = |deadline| promise.try_alloc_with_note(512 * MIB, 64, &[], deadline).map(drop);
    assert!(matches!(take(Deadline::NOW), Err(Error::Deadline)));
    let taken = arena.usage().expect("it is open").reserved;
    assert!(taken > 0 && taken < 256 * MIB, "a part of it, and no more: {taken}");
    // The next goes on from there.
    take(Deadline::never()).expect("there is room");
}

#[test]
fn a_block_becomes_an_object_of_the_same_memory() {
    let place = Place::new();
    let (node, arena) = place.arena(64 * MIB);
    for len in [0, 1, 63, 64, 65, 4096, 16 << 10, (16 << 10) + 1, 3 * MIB] {
        let mut block = arena.alloc(len, 1, Lifetime::PROCESS).expect("there is room");
        assert_eq!((block.len() as u64, block.extent().len), (len, len));
        assert!(matches!(get(&node, &block.key()), Err(Error::Deadline)));
        block.iter_mut().zip(0_u64..).for_each(|(byte, i)| *byte = i as u8);
        let address = block.as_ptr();
        let sealed = block.seal().expect("it is open");
        let view = get(&node, &sealed.key).expect("it is sealed");
        assert!(view.iter().zip(0_u64..).all(|(byte, i)| *byte == i as u8), "{len}");
        assert_eq!((view.len() as u64, view.extent()), (len, sealed.extent));
        assert!(len == 0 || view.as_ptr() == address, "the owner reads where it wrote");
    }
}

#[test]
fn a_note_stays_with_its_object_and_out_of_its_bytes() {
    let place = Place::new();
    let (node, arena) = place.arena(64 * MIB);
    for (len, note) in [(0, &b"n"[..]), (1, &[7; 255]), (64, b""), (4095, b"note"), (3 * MIB, b"m")]
    {
        let mut block =
            arena.alloc_with_note(len, 1, Lifetime::PROCESS, note).expect("there is room");
        block.fill(1);
        let sealed = block.seal().expect("it is open");
        let promise = arena.promise(Lifetime::PROCESS).expect("there is room");
        let mut block = promise.alloc_with_note(len, 64, note).expect("there is room");
        assert_eq!(block.copy_from(&vec![1; len as usize + 1]), len as usize);
        let promised = block.seal().expect("it is open");
        for object in [sealed, promised] {
            assert_eq!(object.extent.len, len);
            let stat = node.stat(&object.key).expect("it is sealed");
            assert_eq!(stat.extent, Some(object.extent));
            for node in [&node, &place.node()] {
                let view = get(node, &object.key).expect("it is sealed");
                assert_eq!((view.len() as u64, view.note()), (len, note));
                assert!(view.iter().all(|byte| *byte == 1));
            }
        }
    }
    let refused = arena.alloc_with_note(1, 1, Lifetime::PROCESS, &[0; 256]);
    assert!(matches!(refused, Err(Error::NoteTooLong { len: 256 })));
}

#[test]
fn a_note_longer_than_its_object_is_damage() {
    let place = Place::new();
    let (node, arena) = place.arena(64 * MIB);
    let sealed = arena.put(b"bytes", Lifetime::PROCESS).expect("there is room");
    let map = node.inner().arena(sealed.key.arena).expect("it is open");
    map.slot(sealed.key.slot).expect("it is there").set_note(6);
    assert!(matches!(get(&node, &sealed.key), Err(Error::Corrupt { .. })));
    assert_eq!(node.stat(&sealed.key).expect("it is there").extent, None);
}

#[test]
fn alignment_is_kept_or_refused() {
    let place = Place::new();
    let (node, arena) = place.arena(64 * MIB);
    for shift in 0..=21 {
        let align = 1 << shift;
        let block = arena.alloc(100, align, Lifetime::PROCESS).expect("there is room");
        assert_eq!(block.as_ptr().align_offset(align.max(64) as usize), 0);
        let sealed = block.seal().expect("it is open");
        let other = place.node();
        let view = get(&other, &sealed.key).expect("it is sealed");
        assert_eq!(view.as_ptr().align_offset(align.max(64) as usize), 0);
        assert_eq!(get(&node, &sealed.key).expect("sealed").len(), 100);
    }
    for align in [0, 3, 4 * MIB] {
        let refused = arena.alloc(100, align, Lifetime::PROCESS);
        assert!(matches!(refused, Err(Error::Align { align: told }) if told == align));
    }
}

#[test]
fn evicted_memory_is_reused_and_old_keys_answer_evicted() {
    let place = Place::new();
    let (node, arena) = place.arena(64 * MIB);
    let first = arena.put(&[1; 100_000], Lifetime::PROCESS).expect("there is room");
    arena.evict(&first.key).expect("it is there");
    assert!(matches!(arena.evict(&first.key), Err(Error::Evicted)));
    for round in 0..10_000_u32 {
        let next = arena.put(&round.to_le_bytes(), Lifetime::PROCESS).expect("there is room");
        assert_eq!(*get(&node, &next.key).expect("sealed"), round.to_le_bytes());
        arena.evict(&next.key).expect("it is there");
        assert!(matches!(get(&node, &first.key), Err(Error::Evicted)));
    }
    let usage = arena.usage().expect("open");
    assert!(usage.reserved <= MIB, "{usage:?}");
    assert_eq!(usage.live, 0);
}

#[test]
fn a_view_keeps_its_block_from_being_reused() {
    let place = Place::new();
    let (node, arena) = place.arena(8 * MIB);
    let held = arena.put(&vec![7; 3 << 20], Lifetime::PROCESS).expect("there is room");
    let view = get(&node, &held.key).expect("sealed");
    arena.evict(&held.key).expect("it is there");
    let mut puts = 0;
    while arena.put(&vec![9; 1 << 20], Lifetime::PROCESS).is_ok() {
        puts += 1;
        assert!(puts < 100, "more than fits");
    }
    assert!(puts >= 3, "only {puts} fit beside the view");
    assert!(view.iter().all(|byte| *byte == 7));
    let full = arena.put(&vec![9; 3 << 20], Lifetime::PROCESS);
    assert!(matches!(full, Err(Error::Full { wanted, .. }) if wanted == 3 * MIB), "{full:?}");
    drop(view);
    arena.put(&vec![9; 3 << 20], Lifetime::PROCESS).expect("the view's block is free");
}

/// Memory of data segments that the filesystem has handed out.
fn on_disk(place: &Place, arena: &Arena) -> u64 {
    let name = arena.id().to_string();
    let files = std::fs::read_dir(&place.0).expect("it is there").filter_map(|file| file.ok());
    let of_arena = files.filter(|file| file.file_name().to_string_lossy().contains(&name));
    of_arena.map(|file| file::bytes(&file.metadata().expect("a file"))).sum()
}

#[test]
fn trimming_gives_back_what_nothing_is_in_and_no_more() {
    let place = Place::new();
    let (node, arena) = place.arena(64 * MIB);
    let objects: Vec<_> = (0..10)
        .map(|n| arena.put(&vec![n; 5 << 20], Lifetime::PROCESS).expect("there is room").key)
        .collect();
    let small = arena.put(b"small", Lifetime::PROCESS).expect("there is room").key;
    let view = get(&node, &objects[3]).expect("sealed");
    let other = place.node();
    for key in &objects[1..9] {
        other.evict(key).expect("it is there");
    }
    assert!(on_disk(&place, &arena) >= 50 * MIB, "{}", on_disk(&place, &arena));
    let given = arena.trim().expect("open");
    let left = on_disk(&place, &arena);
    assert!(given >= 35 * MIB && left < 25 * MIB, "{given} given back, {left} left");
    assert_eq!(arena.trim().expect("open"), 0);
    for (n, key) in [(0, &objects[0]), (9, &objects[9])] {
        assert!(get(&node, key).expect("sealed").iter().all(|byte| *byte == n));
    }
    assert!(view.iter().all(|byte| *byte == 3));
    assert_eq!(&*get(&node, &small).expect("sealed"), b"small");
    // What was given back is there for objects to come, of whatever size.
    drop(view);
    for len in [5 << 20, 20 << 20, 48 << 20] {
        let put = arena.put(&vec![7; len], Lifetime::PROCESS).expect("there is room");
        assert!(get(&node, &put.key).expect("sealed").iter().all(|byte| *byte == 7));
        arena.evict(&put.key).expect("it is there");
    }
    assert!(get(&node, &objects[9]).expect("sealed").iter().all(|byte| *byte == 9));
}

#[test]
fn what_others_evict_the_owner_reuses() {
    let place = Place::new();
    let (_node, arena) = place.arena(8 * MIB);
    let other = place.node();
    for round in 0..100 {
        let object = arena.put(&vec![round; 3 << 20], Lifetime::PROCESS).expect("there is room");
        other.evict(&object.key).expect("it is there");
        assert!(matches!(other.evict(&object.key), Err(Error::Evicted)));
    }
    assert_eq!(arena.usage().expect("open").live, 0);
}

#[test]
fn a_promise_is_kept_or_broken() {
    let place = Place::new();
    let (node, arena) = place.arena(8 * MIB);
    let promise = arena.promise(Lifetime::PROCESS).expect("there is a slot");
    let key = promise.key();
    assert!(matches!(get(&node, &key), Err(Error::Deadline)));
    let mut block = promise.alloc(5, 1).expect("there is room");
    block.copy_from_slice(b"later");
    assert_eq!(block.seal().expect("open").key, key);
    assert_eq!(&*get(&node, &key).expect("sealed"), b"later");

    let promise = arena.promise(Lifetime::PROCESS).expect("there is a slot");
    let key = promise.key();
    promise.fail("no heat").expect("open");
    let failed = get(&node, &key);
    assert!(
        matches!(&failed, Err(Error::Failed { message }) if message == "no heat"),
        "{failed:?}"
    );
    arena.evict(&key).expect("a failed object can be evicted");
    assert!(matches!(get(&node, &key), Err(Error::Evicted)));
}

#[test]
fn a_dropped_block_fails_if_anybody_may_wait_and_is_free_again_if_not() {
    let place = Place::new();
    let (node, arena) = place.arena(8 * MIB);
    for _ in 0..1000 {
        drop(arena.alloc(3 * MIB, 1, Lifetime::PROCESS).expect("the last one is free again"));
    }
    let block = arena.alloc(3 * MIB, 1, Lifetime::PROCESS).expect("there is room");
    let key = block.key();
    drop(block);
    let failed = get(&node, &key);
    assert!(matches!(&failed, Err(Error::Failed { message }) if message.contains("dropped")));
    // The message takes its own few bytes, not the block's.
    assert!(arena.usage().expect("open").in_use < MIB);
}

#[test]
fn once_is_once_and_a_lease_ends() {
    let place = Place::new();
    let (node, arena) = place.arena(8 * MIB);
    let once = Lifetime::PROCESS.ending(End::Once);
    let object = arena.put(b"one reader", once).expect("there is room");
    let view = get(&node, &object.key).expect("the first");
    assert!(matches!(get(&place.node(), &object.key), Err(Error::Evicted)));
    assert_eq!(&*view, b"one reader");

    let lease = Lifetime::PROCESS.ending(End::Lease(Duration::from_secs(3600)));
    let object = arena.put(b"for an hour", lease).expect("there is room");
    let view = get(&node, &object.key).expect("within the hour");
    node.renew(&object.key, Duration::ZERO).expect("it is leased");
    assert!(matches!(get(&node, &object.key), Err(Error::Evicted)));
    assert_eq!(&*view, b"for an hour");
}

#[test]
fn a_lease_that_ended_makes_room() {
    let place = Place::new();
    let (_node, arena) = place.arena(8 * MIB);
    let now = Lifetime::PROCESS.ending(End::Lease(Duration::ZERO));
    for _ in 0..100 {
        arena.put(&vec![1; 3 << 20], now).expect("those before have ended");
    }
}

#[test]
fn wrong_keys_read_nothing() {
    let place = Place::new();
    let (node, arena) = place.arena(8 * MIB);
    let object = arena.put(b"secret", Lifetime::PROCESS).expect("there is room");
    let forged = ObjectKey { capability: Capability::from_bytes([0; 16]), ..object.key };
    assert!(matches!(get(&node, &forged), Err(Error::WrongCapability)));
    assert!(matches!(node.stat(&forged), Err(Error::WrongCapability)));
    assert!(matches!(node.evict(&forged), Err(Error::WrongCapability)));
    let beyond = ObjectKey { slot: 1 << 30, ..object.key };
    assert!(matches!(get(&node, &beyond), Err(Error::NoSuchSlot { slot, .. }) if slot == 1 << 30));
    let header = ObjectKey { slot: 3, ..object.key };
    assert!(matches!(get(&node, &header), Err(Error::NoSuchSlot { .. })));
    let nowhere = ObjectKey { arena: ArenaId::from_bytes([9; 16]), ..object.key };
    assert!(matches!(get(&node, &nowhere), Err(Error::Evicted)));
    assert_eq!(&*get(&node, &object.key).expect("still there"), b"secret");
}

#[test]
fn a_closed_arena_takes_nothing_and_its_views_stay() {
    let place = Place::new();
    let (node, arena) = place.arena(8 * MIB);
    let gone = arena.put(b"gone", Lifetime::PROCESS).expect("there is room");
    let kept = arena.put(b"kept", Lifetime::NODE).expect("there is room");
    let view = get(&node, &gone.key).expect("sealed");
    let mut block = arena.alloc(100, 1, Lifetime::PROCESS).expect("there is room");
    arena.close().expect("closes");
    arena.close().expect("closing again does nothing");
    block.fill(1);
    assert!(matches!(block.seal(), Err(Error::Closed)));
    assert!(matches!(arena.put(b"x", Lifetime::PROCESS), Err(Error::Closed)));
    assert!(matches!(get(&node, &gone.key), Err(Error::Evicted)));
    assert_eq!(&*view, b"gone");
    assert_eq!(&*get(&node, &kept.key).expect("it has node scope"), b"kept");
    drop(view);
    node.evict(&kept.key).expect("any process of the user may");
    let files = std::fs::read_dir(&place.0).expect("listable").count();
    assert_eq!(files, 2, "the node file and this process's record");
}

#[test]
fn what_another_boot_left_is_garbage() {
    let place = Place::new();
    let (node, arena) = place.arena(8 * MIB);
    let kept = arena.put(b"kept", Lifetime::NODE).expect("there is room");
    let path = node.inner().directory.arena_path(arena.id());
    arena.close().expect("closes");
    drop(place.node());
    assert!(path.exists(), "of this boot, it outlives its owner");

    let table = file::open(&path).expect("it is there");
    let map = Mapping::new(&table, 0, PAGE, Access::Write).expect("maps");
    let header = map.get::<ArenaHeader>(0).expect("it is long enough");
    let boot = header.preamble.boot.each_ref().map(|word| word.swap(0, Ordering::Relaxed));
    drop(place.node());
    assert!(path.exists(), "of a boot that its owner could not name, and so perhaps of this one");
    header.preamble.boot[0].store(boot[0].wrapping_add(1), Ordering::Relaxed);
    drop(place.node());
    assert!(!path.exists());
    assert!(matches!(get(&node, &kept.key), Err(Error::Evicted)));
}

#[test]
fn a_block_grows_where_it_is_and_gives_back_what_it_does_not_need() {
    let place = Place::new();
    let (node, arena) = place.arena(64 * MIB);
    let mut block = arena.alloc(2 * MIB, 64, Lifetime::PROCESS).expect("there is room");
    block.fill(1);
    let address = block.as_ptr();
    for more in [2, 4, 8] {
        let old = block.len();
        assert!(block.extend(more * MIB).expect("it is open"));
        assert_eq!((block.as_ptr(), block.len()), (address, old + (more * MIB) as usize));
        block[old..].fill(more as u8);
    }
    let mut odd = arena.alloc(MIB - 1, 64, Lifetime::PROCESS).expect("there is room");
    assert!(!odd.extend(MIB).expect("it is open"), "it does not fill its pages");
    drop(odd);
    // Something else lies behind it.
    let other = arena.alloc(2 * MIB, 64, Lifetime::PROCESS).expect("there is room");
    let before = arena.usage().expect("it is open");
    assert!(!block.extend(2 * MIB).expect("it is open"));
    assert_eq!(arena.usage().expect("it is open").in_use, before.in_use);
    assert!(!block.extend(64 * MIB).expect("it is open"));
    drop(other);

    let mut expected = vec![1; 2 << 20];
    expected.extend([vec![2; 2 << 20], vec![4; 4 << 20]].concat());
    block.truncate(8 * MIB - 5000).expect("it is open");
    block.truncate(9 * MIB).expect("it is open");
    expected.truncate((8 << 20) - 5000);
    assert_eq!(arena.usage().expect("it is open").in_use, 8 * MIB - 4096);
    let object = block.seal().expect("it is open");
    assert_eq!(object.extent.len, 8 * MIB - 5000);
    let (odd, other) = (MIB - 1, 2 * MIB);
    let put = arena.counters().expect("it is open").bytes_put;
    assert_eq!(put, object.extent.len + odd + other);
    let view = get(&node, &object.key).expect("it is sealed");
    assert!(*view == expected);
    // What it gave back can be had; what it holds cannot.
    let rest = arena.alloc(54 * MIB, 64, Lifetime::PROCESS).expect("there is room");
    assert!(arena.alloc(4 * MIB, 64, Lifetime::PROCESS).is_err());
    drop(rest);
    assert!(*view == expected);
    arena.evict(&object.key).expect("it is there");
    drop(view);
    let mut whole = arena.alloc(64 * MIB, 64, Lifetime::PROCESS).expect("all of it is free again");
    whole.truncate(0).expect("it is open");
    assert_eq!(*get(&node, &whole.seal().expect("it is open").key).expect("it is sealed"), []);
}
