//! Objects over 4 GiB: no length, offset or address is ever kept in 32 bits.

use libtest_mimic::Trial;
use wharf_shm::{ArenaOptions, Deadline, End, Error, Lifetime, Wait};

use crate::place::Place;
use crate::puppet::{Puppet, key_text};
use crate::{Outcome, alone, pattern};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        alone::test("large::an_object_over_4_gib", room, an_object_over_4_gib),
        alone::test("large::exposed_memory_over_4_gib", room, exposed_memory_over_4_gib),
    ]
}

const GIB: u64 = 1 << 30;
const LEN: u64 = 4 * GIB + 12_345;
/// What must be free for such an object, and then some for everybody else.
const ROOM: u64 = 7 * GIB;

/// Whether memory and its filesystem have room.
fn room() -> Result<(), String> {
    let meminfo = std::fs::read_to_string("/proc/meminfo").map_err(|error| error.to_string())?;
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let memory = kib.ok_or("/proc/meminfo does not say what is available")? * 1024;
    // SAFETY: all-zero bytes are a valid value of this plain structure.
    let mut facts: libc::statvfs = unsafe { std::mem::zeroed() };
    // SAFETY: a terminated string and a valid place for the result.
    unsafe { libc::statvfs(c"/dev/shm".as_ptr(), &mut facts) };
    let filesystem = facts.f_bavail * facts.f_frsize;
    match memory.min(filesystem) {
        ROOM.. => Ok(()),
        _ => Err(format!(
            "needs {ROOM} bytes; {memory} of memory and {filesystem} of /dev/shm are available"
        )),
    }
}

/// The start, the middle, on both sides of 4 GiB and across it, the end.
const PLACES: [u64; 6] = [0, LEN / 2, 4 * GIB - 8, 4 * GIB - 4 + 8, 4 * GIB + 4096, LEN - 8];

fn mark(block: &mut [u8], seed: u64) {
    for at in PLACES {
        let word = pattern::mix(seed, at).to_le_bytes();
        block[at as usize..at as usize + 8].copy_from_slice(&word);
    }
}

fn an_object_over_4_gib(place: &Place) -> Outcome {
    let node = place.node()?;
    let options =
        ArenaOptions { name: "large".into(), capacity: Some(LEN + GIB / 8), ..Default::default() };
    let arena = node.create_arena(&options)?;
    let mut reader = Puppet::start(place);
    let mut assert_marked = |key: &str, seed| {
        for at in PLACES {
            let found: u64 = reader.must(&format!("peek {key} {at}")).parse().expect("a number");
            assert_eq!(found, pattern::mix(seed, at), "at {at}");
        }
    };

    let mut block = arena.alloc(LEN, 1, Lifetime::PROCESS)?;
    assert_eq!(block.len() as u64, LEN);
    mark(&mut block, 1);
    let first = block.seal()?;
    assert_marked(&key_text(&first.key), 1);
    // A neighbour beyond 4 GiB, or in another segment.
    let neighbour = arena.put(&[9; 100_000], Lifetime::PROCESS)?.key;
    let view = node.resolve(&first.key, Deadline::NOW, Wait::Block)?;
    assert_eq!((view.len() as u64, view.extent()), (LEN, first.extent));
    assert_eq!(node.stat(&first.key)?.extent, Some(first.extent));

    // Evicted, it is held as long as it is viewed, and used again at once when it is not.
    arena.evict(&first.key)?;
    let refused = arena.alloc(LEN, 1, Lifetime::NODE).map(drop).unwrap_err();
    assert!(matches!(refused, Error::Full { .. }), "{refused:?}");
    assert_eq!(view[LEN as usize - 8..], pattern::mix(1, LEN - 8).to_le_bytes());
    drop(view);
    let reserved = arena.usage()?.reserved;
    let mut block = arena.alloc(LEN, 1, Lifetime::NODE)?;
    assert_eq!(arena.usage()?.reserved, reserved, "the same memory, and no other");
    assert_eq!(block.extent(), first.extent);
    mark(&mut block, 2);
    let second = key_text(&block.seal()?.key);
    assert_eq!(*node.resolve(&neighbour, Deadline::NOW, Wait::Block)?, [9; 100_000]);

    // Its custodian keeps every page of it, and gives every page back.
    arena.close()?;
    let left = place.bytes();
    assert!((LEN..LEN + GIB / 8).contains(&left), "{left} bytes are left");
    assert_marked(&second, 2);
    node.evict(&crate::puppet::parse_key(&second))?;
    let left = place.bytes();
    assert!(left < 64 << 10, "{left} bytes are left");
    Ok(())
}

/// Exposed by a mapping without memory of its own, but for the marks: the copy alone takes as much.
fn exposed_memory_over_4_gib(place: &Place) -> Outcome {
    let len = LEN as usize;
    let (access, kind) =
        (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a new mapping replaces no other. It is never unmapped.
    let start =
        unsafe { libc::mmap(std::ptr::null_mut(), len, access, kind | libc::MAP_NORESERVE, -1, 0) };
    assert_ne!(start, libc::MAP_FAILED);
    // SAFETY: the mapping is that long, and this is its only slice.
    let bytes = unsafe { std::slice::from_raw_parts_mut(start.cast::<u8>(), len) };
    mark(bytes, 3);
    let node = place.node()?;
    let arena = node.create_arena(&ArenaOptions::default())?;
    // SAFETY: the memory stays as it is to the end of the process.
    let exposed = unsafe { arena.expose(bytes.as_ptr(), LEN, End::Evicted, b"note") }?;
    let mut reader = Puppet::start(place);
    let key = key_text(&exposed.key());
    let found: u64 = reader.must(&format!("peek {key} {}", LEN - 8)).parse()?;
    assert_eq!(found, pattern::mix(3, LEN - 8));
    reader.kill();
    place.node()?.sweep(wharf_shm::Sweep::Dead)?;

    let view = node.resolve(&exposed.key(), Deadline::NOW, Wait::Block)?;
    assert_eq!((view.len(), view.note()), (len, &b"note"[..]));
    for at in PLACES.map(|at| at as usize) {
        assert_eq!(view[at..at + 8], bytes[at..at + 8], "at {at}");
    }
    exposed.unexpose(Deadline::NOW)?;
    Ok(())
}
