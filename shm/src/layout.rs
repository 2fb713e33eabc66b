//! What stands in shared memory, byte for byte.
//!
//! ```text
//! node            NodePage                                     4096 bytes
//! p-<process>     RecordHeader | pin, pin, …                   a pin is one u64
//! a-<arena>       ArenaHeader  | Slot 64, Slot 65, …           a slot is 64 bytes
//! a-<arena>.<n>   data segment n, or a link to it where its pages are huge (see `segment`)
//! names/<name>    what is published under a name (see `names`)
//! endpoints/<id>  what an endpoint announces, in the same way
//! replicas/<id>   which object is the copy of another node's, in the same way
//! key             the node's private key (see `node::secret`)
//! ```
//!
//! Every field is an atomic: another process may change it at any time, and nothing read here is
//! believed before it is checked. Sizes and offsets are pinned below; a change to any of them is
//! another [`VERSION`].

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::node::bell::Bell;

/// The version of everything on this page.
pub(crate) const VERSION: u32 = 3;

pub(crate) const NODE_MAGIC: u64 = u64::from_le_bytes(*b"WHARFnod");
pub(crate) const RECORD_MAGIC: u64 = u64::from_le_bytes(*b"WHARFprc");
pub(crate) const ARENA_MAGIC: u64 = u64::from_le_bytes(*b"WHARFarn");

/// Memory that is shared with other processes and holds nothing but atomics.
///
/// # Safety
/// Every bit pattern is a valid value, the type has no padding, and all of it is atomics, so a
/// shared reference into memory that others write is sound.
pub(crate) unsafe trait Shared: Sync {}

/// What every file starts with.
#[repr(C)]
pub(crate) struct Preamble {
    pub(crate) magic: AtomicU64,
    pub(crate) version: AtomicU32,
    /// 0 while its owner lives; then one of `ARENA_*`, or [`RECORD_ENDED`].
    pub(crate) state: AtomicU32,
    /// The boot that wrote the file: leftovers of another one are garbage.
    pub(crate) boot: [AtomicU64; 2],
}

/// The node file: its identity, the word that tells evictors of new processes, and the bell.
#[repr(C)]
pub(crate) struct NodePage {
    pub(crate) preamble: Preamble,
    pub(crate) id: [AtomicU64; 2],
    _apart: [AtomicU64; 2],
    /// Grows by one after a process has linked its record, before its first pin, and when a
    /// record is taken away. An evictor that sees the value it knew has a complete list.
    pub(crate) epoch: AtomicU64,
    _alone: [AtomicU64; 7],
    /// Rung for whoever waits for any of many things. Its low half is the futex.
    pub(crate) bell: Bell,
    _alone_too: [AtomicU64; 7],
    /// Names that arenas left behind when they closed, since the names were last swept.
    pub(crate) names_left: AtomicU64,
    /// Names that the last sweep of them kept.
    pub(crate) names_kept: AtomicU64,
    _alone_as_well: [AtomicU64; 6],
    /// Grows when an announcement of an endpoint comes or goes.
    pub(crate) announcements: AtomicU64,
    _rest: [AtomicU64; 479],
}

/// Who owns a file, for people to read and for the one case where locks cannot be asked.
#[repr(C)]
pub(crate) struct Owner {
    pub(crate) pid: AtomicU32,
    _reserved: AtomicU32,
    /// The process's start time in clock ticks since boot: a pid alone is reused.
    pub(crate) started: AtomicU64,
    /// The inode of its pid namespace: a pid from another one means nothing here.
    pub(crate) namespace: AtomicU64,
}

/// A process record's head. Pins follow at [`RECORD_HEADER`].
#[repr(C)]
pub(crate) struct RecordHeader {
    pub(crate) preamble: Preamble,
    pub(crate) owner: Owner,
    /// Pins ever used: an evictor scans this many. Grows before a pin beyond it is published.
    pub(crate) used: AtomicU64,
}

impl RecordHeader {
    /// Says that the process has ended.
    pub(crate) fn end(&self) {
        self.preamble.state.store(RECORD_ENDED, Ordering::Release);
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.preamble.state.load(Ordering::Acquire) == RECORD_ENDED
    }
}

/// An arena's head, in the place of the first [`FIRST_SLOT`] slots.
#[repr(C)]
pub(crate) struct ArenaHeader {
    pub(crate) preamble: Preamble,
    pub(crate) id: [AtomicU64; 2],
    pub(crate) owner: Owner,
    pub(crate) capacity: AtomicU64,
    /// Slots ever used, [`FIRST_SLOT`] included: a custodian scans this many.
    pub(crate) used: AtomicU64,
    /// The first slot of the list that others' evictions wait in for the owner, 0 for none.
    pub(crate) reclaim: AtomicU32,
    pub(crate) name_len: AtomicU32,
    /// The arena's name, UTF-8.
    pub(crate) name: [AtomicU64; 8],
    /// The second after boot at which the arena was made.
    pub(crate) born: AtomicU64,
    _apart: [AtomicU64; 3],
    /// What the owner has done, see [`crate::ArenaCounters`]: in a cache line of its own.
    pub(crate) counters: [AtomicU64; 6],
    _rest: [AtomicU64; 2],
}

/// A record's process has ended: its pins are void, and its name may be gone.
const RECORD_ENDED: u32 = 1;

/// The owner is gone. A custodian is cleaning, or was; evicted objects may be left that are viewed.
pub(crate) const ARENA_DRAINING: u32 = 1;
/// The owner is gone, and only node-scope objects remain.
pub(crate) const ARENA_KEPT: u32 = 2;
/// The arena's files are gone; only mappings of it remain.
pub(crate) const ARENA_CLOSED: u32 = 3;

/// One object's entry in the arena's table: one cache line.
#[repr(C, align(64))]
pub(crate) struct Slot {
    /// State and generation, see [`crate::protocol::SlotWord`]. Its low half is the futex.
    pub(crate) word: AtomicU64,
    pub(crate) offset: AtomicU64,
    pub(crate) len: AtomicU64,
    pub(crate) segment: AtomicU32,
    /// Lifetime, flags and the length of a note, see [`crate::object::slot`].
    pub(crate) kind: AtomicU32,
    pub(crate) capability: [AtomicU64; 2],
    /// For a lease: its end, by the clock that counts suspended time, in nanoseconds. For others: while
    /// they are pending, their producer's pulse, if it has one; then the second after boot in which they
    /// were last touched, if they were.
    pub(crate) expiry: AtomicU64,
    /// The arena's tag, so that one read of the slot proves whose it is.
    pub(crate) tag: AtomicU32,
    /// The next slot in the reclaim list; until the object is evicted, the second after boot at
    /// which it was begun.
    pub(crate) link: AtomicU32,
}

/// What stands in an arena in the place of an object whose bytes are memory of its owner's, and is
/// followed by the object's note: where they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exposure {
    /// Their address in the owner.
    pub(crate) address: u64,
    /// The address of the owner's witness there, ...
    pub(crate) witness_at: u64,
    /// ... and what it is: who reads it there reads the owner's memory.
    pub(crate) witness: u64,
}

impl Exposure {
    pub(crate) const SIZE: usize = 24;

    pub(crate) fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        bytes[..8].copy_from_slice(&self.address.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.witness_at.to_le_bytes());
        bytes[16..].copy_from_slice(&self.witness.to_le_bytes());
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8; Self::SIZE]) -> Self {
        let mut words = [0; 3];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        let [address, witness_at, witness] = words;
        Self { address, witness_at, witness }
    }
}

pub(crate) const PAGE: usize = 4096;
pub(crate) const SLOT_SIZE: usize = size_of::<Slot>();
/// Slots 0 to 63 are where the header lies.
pub(crate) const FIRST_SLOT: u32 = (PAGE / SLOT_SIZE) as u32;
/// Where a record's pins begin.
pub(crate) const RECORD_HEADER: usize = 128;
/// Longest arena name in bytes.
pub(crate) const NAME_MAX: usize = 64;

// SAFETY: `repr(C)` structs of atomics only; the assertions below leave no room for padding.
unsafe impl Shared for NodePage {}
// SAFETY: as above.
unsafe impl Shared for RecordHeader {}
// SAFETY: as above.
unsafe impl Shared for ArenaHeader {}
// SAFETY: as above.
unsafe impl Shared for Slot {}
// SAFETY: one atomic.
unsafe impl Shared for AtomicU64 {}

const _: () = {
    assert!(size_of::<Preamble>() == 32);
    assert!(size_of::<NodePage>() == PAGE);
    assert!(std::mem::offset_of!(NodePage, epoch) == 64);
    assert!(std::mem::offset_of!(NodePage, bell) == 128);
    assert!(std::mem::offset_of!(NodePage, names_left) == 192);
    assert!(std::mem::offset_of!(NodePage, announcements) == 256);
    assert!(size_of::<RecordHeader>() == 64 && RECORD_HEADER >= size_of::<RecordHeader>());
    assert!(std::mem::offset_of!(RecordHeader, used) == 56);
    assert!(size_of::<ArenaHeader>() == 256);
    assert!(std::mem::offset_of!(ArenaHeader, counters) == 192);
    assert!(std::mem::offset_of!(ArenaHeader, reclaim) == 88);
    assert!(size_of::<Slot>() == 64 && align_of::<Slot>() == 64);
    assert!(std::mem::offset_of!(Slot, capability) == 32);
    assert!(std::mem::offset_of!(Slot, tag) == 56);
    assert!(std::mem::offset_of!(Slot, word) == 0);
};

#[cfg(not(all(target_os = "linux", target_endian = "little", target_pointer_width = "64")))]
compile_error!("wharf-shm runs on 64-bit little-endian Linux");

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    /// Another process, of another build, reads these bytes: a change here is another `VERSION`.
    #[test]
    fn golden_offsets() {
        assert_eq!(VERSION, 3);
        let preamble = [
            offset_of!(Preamble, magic),
            offset_of!(Preamble, version),
            offset_of!(Preamble, state),
        ];
        assert_eq!((preamble, offset_of!(Preamble, boot)), ([0, 8, 12], 16));
        let node = [
            offset_of!(NodePage, id),
            offset_of!(NodePage, epoch),
            offset_of!(NodePage, bell),
            offset_of!(NodePage, names_left),
            offset_of!(NodePage, names_kept),
            offset_of!(NodePage, announcements),
        ];
        assert_eq!(node, [32, 64, 128, 192, 200, 256]);
        let owner =
            [offset_of!(Owner, pid), offset_of!(Owner, started), offset_of!(Owner, namespace)];
        assert_eq!(owner, [0, 8, 16]);
        assert_eq!((offset_of!(RecordHeader, owner), offset_of!(RecordHeader, used)), (32, 56));
        let arena = [
            offset_of!(ArenaHeader, id),
            offset_of!(ArenaHeader, owner),
            offset_of!(ArenaHeader, capacity),
            offset_of!(ArenaHeader, used),
            offset_of!(ArenaHeader, reclaim),
            offset_of!(ArenaHeader, name_len),
            offset_of!(ArenaHeader, name),
            offset_of!(ArenaHeader, born),
            offset_of!(ArenaHeader, counters),
        ];
        assert_eq!(arena, [32, 48, 72, 80, 88, 92, 96, 160, 192]);
        let slot = [
            offset_of!(Slot, word),
            offset_of!(Slot, offset),
            offset_of!(Slot, len),
            offset_of!(Slot, segment),
            offset_of!(Slot, kind),
            offset_of!(Slot, capability),
            offset_of!(Slot, expiry),
            offset_of!(Slot, tag),
            offset_of!(Slot, link),
        ];
        assert_eq!(slot, [0, 8, 16, 24, 28, 32, 48, 56, 60]);
        let exposure = Exposure { address: 0x0102, witness_at: 0x0304, witness: 5 };
        let mut golden = [0; Exposure::SIZE];
        (golden[0], golden[1], golden[8], golden[9], golden[16]) = (2, 1, 4, 3, 5);
        assert_eq!(exposure.to_bytes(), golden);
        assert_eq!(Exposure::from_bytes(&golden), exposure);
    }
}
