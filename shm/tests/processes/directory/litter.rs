//! A directory with files in it that other versions, other programs, or a disk's errors left there.

use std::fs;
use std::os::unix::fs::symlink;

use libtest_mimic::Trial;
use wharf_shm::{
    ArenaOptions, Deadline, Error, Lifetime, Node, NodeOptions, Sweep, SweepReport, Wait,
};

use crate::damage::{MAGIC, Raw, SLOT_SEGMENT, VERSION, slot};
use crate::place::Place;
use crate::puppet::{Puppet, error_text, parse_key};
use crate::{Outcome, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("directory::refuses_arenas_of_another_version", refuses_foreign_arenas),
        test("directory::refuses_records_of_another_version", refuses_foreign_records),
        test("directory::sweeps_garbage_only_when_told_to", sweeps_garbage_only_when_told_to),
        test("directory::leaves_unrelated_files_alone", leaves_unrelated_files_alone),
        test("directory::follows_no_link_elsewhere", follows_no_link_elsewhere),
        test("directory::mends_a_damaged_node_file_nobody_uses", mends_a_damaged_node_file),
    ]
}

const LEN: usize = 100_000;

/// Refused by name; left alone while it is owned, and by a sweep of what is dead.
fn refuses_foreign_arenas() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    let key = owner.must(&format!("put {LEN} 1 node"));
    let table = Raw::table(&place, &parse_key(&key));
    let whole = table.read::<32>(0);
    let node = place.node()?;
    let damages: [(u64, &[u8]); 2] = [(VERSION, &[9, 0, 0, 0]), (MAGIC, b"NOTWHARF")];
    for (at, damage) in damages {
        table.write(at, damage);
        let error = node.resolve(&parse_key(&key), Deadline::NOW, Wait::Block).unwrap_err();
        let text = error_text(&error);
        assert!(text.starts_with("err Layout "), "{text}");
        assert!(text.contains(&parse_key(&key).arena.to_string()), "{text}");
        assert!(node.arenas()?.is_empty());
        for what in [Sweep::Dead, Sweep::All] {
            let report = node.sweep(what)?;
            assert_eq!((report.failed, report.arenas_removed), (0, 0), "its owner lives");
        }
        table.write(0, &whole);
    }
    table.set_u32(VERSION, 9);
    owner.kill();
    let files = place.files();
    let report = place.node()?.sweep(Sweep::Dead)?;
    assert_eq!((report.failed, report.arenas_removed), (1, 0), "{report:?}");
    let left: Vec<_> = files.into_iter().filter(|name| !name.starts_with("p-")).collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left.iter().all(|name| place.path().join(name).exists()));
    // Of the right version it can be read again.
    table.write(0, &whole);
    drop(place.node()?.resolve(&parse_key(&key), Deadline::NOW, Wait::Block)?);
    table.set_u32(VERSION, 9);
    let report = node.sweep(Sweep::All)?;
    assert_eq!((report.failed, report.arenas_removed), (0, 1), "{report:?}");
    drop(node);
    place.assert_empty_after_sweep();
    Ok(())
}

/// A living process whose pins nobody can read may view anything: nothing is reused, and it is
/// said why.
fn refuses_foreign_records() -> Outcome {
    let place = Place::new();
    let mut stranger = Puppet::start(&place);
    stranger.must("check");
    let record = Raw::record(&place, stranger.pid());
    record.set_u32(VERSION, 9);
    let node = place.node()?;
    let arena = node.create_arena(&ArenaOptions {
        name: "small".into(),
        capacity: Some(1 << 20),
        ..Default::default()
    })?;
    let kept = arena.put(&[3; LEN], Lifetime::PROCESS)?.key;
    for _ in 0..8 {
        arena.evict(&arena.put(&[4; LEN], Lifetime::PROCESS)?.key)?;
    }
    let refused = arena.put(&[5; 3 * LEN], Lifetime::PROCESS).unwrap_err();
    let text = error_text(&refused);
    let name = record.path().to_str().expect("text");
    assert!(text.starts_with("err Layout ") && text.contains(name), "{text}");
    for what in [Sweep::Dead, Sweep::All] {
        assert_eq!(node.sweep(what)?.processes, 0, "the stranger lives");
    }
    assert_eq!(*node.resolve(&kept, Deadline::NOW, Wait::Block)?, [3; LEN]);

    stranger.kill();
    arena.put(&[5; 3 * LEN], Lifetime::PROCESS)?;
    assert_eq!(*node.resolve(&kept, Deadline::NOW, Wait::Block)?, [3; LEN]);
    drop((arena, node));
    place.assert_empty_after_sweep();
    Ok(())
}

/// Files with names of ours that nobody holds and nobody can read.
fn sweeps_garbage_only_when_told_to() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let mut owner = Puppet::start(&place);
    let key = owner.must(&format!("put {LEN} 1 node"));
    let name = |kind: &str, number: u32| place.path().join(format!("{kind}-{number:032x}"));
    let contents: [&[u8]; 4] = [b"", b"short", &[0; 4096], &[0xff; 70_000]];
    for (number, content) in (0..).zip(contents) {
        fs::write(name("a", number), content)?;
        fs::write(name("p", number), content)?;
        fs::write(name("a", number).with_extension("0"), content)?;
    }
    // Its table is gone, so it is nobody's.
    fs::write(name("a", 50).with_extension("3"), [1; 5000])?;

    let report = node.sweep(Sweep::Dead)?;
    assert_eq!((report.failed, report.processes, report.arenas_removed), (4, 4, 0), "{report:?}");
    assert!(!name("a", 50).with_extension("3").exists());
    for number in 0..4 {
        assert!(name("a", number).exists() && name("a", number).with_extension("0").exists());
        let arena = wharf_shm::ArenaId::from_bytes(u128::from(number).to_be_bytes());
        let lost = wharf_shm::ObjectKey { arena, ..parse_key(&key) };
        let error = node.resolve(&lost, Deadline::NOW, Wait::Block).unwrap_err();
        assert!(matches!(error, Error::Layout { .. } | Error::Corrupt { .. }), "{error:?}");
    }
    let report = node.sweep(Sweep::All)?;
    assert_eq!((report.failed, report.arenas_removed), (0, 4), "{report:?}");
    assert_eq!(place.files().len(), 4, "{:?}", place.files());
    owner.must(&format!("put {LEN} 2 node"));
    drop(node.resolve(&parse_key(&key), Deadline::NOW, Wait::Block)?);
    owner.kill();
    drop(node);
    place.assert_empty_after_sweep();
    Ok(())
}

fn leaves_unrelated_files_alone() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let hex = "00112233445566778899aabbccddeeff";
    let path = |name: String| place.path().join(name);
    let files = [
        "notes.txt".to_owned(),
        "node.bak".to_owned(),
        "p-12".to_owned(),
        format!("a-{hex}.01"),
        format!("a-{hex}.x"),
        format!("a-{}", hex.to_uppercase()),
        format!("p-{hex}~"),
        format!("x-{hex}"),
    ];
    for name in &files {
        fs::write(path(name.clone()), name)?;
    }
    // Names of ours, but no files: whoever made them, it was not us.
    let folders = [format!("a-{hex}"), format!("p-{hex}"), format!("a-{hex}.0")];
    for name in &folders {
        fs::create_dir(path(name.clone()))?;
        fs::write(path(name.clone()).join("inside"), name)?;
    }
    let links = [hex.replace("00", "11"), hex.replace("00", "22")].map(|hex| format!("p-{hex}"));
    symlink("notes.txt", path(links[0].clone()))?;
    symlink("/nowhere", path(links[1].clone()))?;

    // Business as usual around them.
    let arena = node.create_arena(&ArenaOptions {
        name: "small".into(),
        capacity: Some(1 << 20),
        ..Default::default()
    })?;
    for round in 0..100 {
        let key = arena.put(&[round; LEN], Lifetime::NODE)?.key;
        assert_eq!(*node.resolve(&key, Deadline::NOW, Wait::Block)?, [round; LEN]);
        arena.evict(&key)?;
    }
    for what in [Sweep::Dead, Sweep::All] {
        let report = node.sweep(what)?;
        assert_eq!((report.failed, report.processes), (0, 0), "{report:?}");
        // None of it is passed over in silence.
        let mut strange = [&files[..], &folders[..], &links[..]].concat();
        strange.sort();
        assert_eq!(report.strangers, strange.into_iter().map(path).collect::<Vec<_>>());
    }
    drop((arena, node));
    drop(place.node()?);
    for name in &files {
        assert_eq!(fs::read_to_string(path(name.clone()))?, *name);
    }
    for name in &folders {
        assert_eq!(fs::read_to_string(path(name.clone()).join("inside"))?, *name);
    }
    assert!(links.iter().all(|name| path(name.clone()).is_symlink()));
    assert_eq!(place.files().len(), files.len() + folders.len() + links.len());
    Ok(())
}

/// A segment may be a link to huge pages of this user's. Any other is refused, and what it leads to
/// is neither shown nor removed.
fn follows_no_link_elsewhere() -> Outcome {
    let (place, elsewhere) = (Place::new(), Place::new());
    let mut owner = Puppet::start(&place);
    let key = parse_key(&owner.must(&format!("put {LEN} 1 node")));
    let table = Raw::table(&place, &key);
    // The second is where huge pages would be, but on no hugetlbfs.
    super::make(elsewhere.path())?;
    // SAFETY: takes nothing, cannot fail.
    let folder = elsewhere.path().join(format!("wharf-{}", unsafe { libc::geteuid() }));
    super::make(&folder)?;
    let device = std::os::unix::fs::MetadataExt::dev(&fs::metadata(&folder)?);
    let targets = [
        elsewhere.path().join("precious"),
        folder.join(format!("a-{}.8.{device:x}", key.arena)),
        elsewhere.path().join("missing"),
    ];
    for target in &targets[..2] {
        fs::write(target, vec![5; 2 * LEN])?;
    }
    let orphan = place.path().join("a-00112233445566778899aabbccddeeff.0");
    symlink(&targets[0], &orphan)?;
    for (number, target) in (7_u32..).zip(&targets) {
        let link = table.path().with_extension(number.to_string());
        symlink(target, &link)?;
        table.set_u32(slot(&key) + SLOT_SEGMENT, number);
        let newcomer = place.node()?;
        let error = newcomer.resolve(&key, Deadline::NOW, Wait::Block).unwrap_err();
        let text = error_text(&error);
        assert!(text.starts_with("err Corrupt "), "{text}");
        assert!(text.contains(link.to_str().expect("text")), "{text}");
        assert!(text.contains(target.to_str().expect("text")), "{text}");
    }
    table.set_u32(slot(&key) + SLOT_SEGMENT, 0);
    drop(place.node()?.resolve(&key, Deadline::NOW, Wait::Block)?);
    assert!(!orphan.is_symlink(), "a link without an arena is garbage");
    owner.kill();
    place.assert_empty_after_sweep();
    for target in &targets[..2] {
        assert_eq!(fs::read(target)?, [5; 2 * LEN], "{}", target.display());
    }
    Ok(())
}

/// Only what is damaged is mended, and only once nobody is left who could lose by it.
fn mends_a_damaged_node_file() -> Outcome {
    let place = Place::new();
    let options = NodeOptions { directory: Some(place.path().to_owned()), ..Default::default() };
    let mut owner = Puppet::start(&place);
    let key = parse_key(&owner.must(&format!("put {LEN} 1 node")));
    let id = place.node()?.id();
    assert_eq!(Node::mend(&options)?, SweepReport::default(), "it was in order");
    drop(place.node()?.resolve(&key, Deadline::NOW, Wait::Block)?);

    let node = Raw::node(&place);
    let whole = node.read::<8>(MAGIC);
    node.write(MAGIC, b"NOTWHARF");
    let before = place.files();
    let text = error_text(&Node::mend(&options).unwrap_err());
    assert!(text.contains(&format!("in use by process {}: end", owner.pid())), "{text}");
    assert_eq!(place.files(), before, "something was removed under a living process");
    node.write(MAGIC, &whole);
    drop(place.node()?.resolve(&key, Deadline::NOW, Wait::Block)?);

    node.write(MAGIC, b"NOTWHARF");
    owner.kill();
    fs::write(place.path().join("notes.txt"), "mine")?;
    let report = Node::mend(&options)?;
    assert_eq!((report.processes, report.arenas_removed), (1, 1), "{report:?}");
    assert!(report.bytes_freed >= LEN as u64, "{report:?}");
    assert_eq!(place.files(), ["notes.txt"]);
    assert_ne!(place.node()?.id(), id, "a new node");
    // Its old objects are gone for good.
    let lost = place.node()?.resolve(&key, Deadline::NOW, Wait::Block).unwrap_err();
    assert!(matches!(lost, Error::Evicted), "{lost:?}");
    Ok(())
}
