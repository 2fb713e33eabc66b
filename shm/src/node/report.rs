//! What a node can tell of its arenas and objects.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::arena::ArenaCounters;
use crate::arena::custody::Custody;
use crate::arena::map::ArenaMap;
use crate::arena::segment;
use crate::error::Result;
use crate::ids::{ArenaId, Extent};
use crate::layout::{NAME_MAX, Slot};
use crate::lifetime::Lifetime;
use crate::node::census::Census;
use crate::node::directory::Entry;
use crate::protocol::State;
use crate::sys::clock;

/// What is known of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectStat {
    /// Whether it is there yet, and still.
    pub state: State,
    /// Where its bytes lie; only when it is sealed.
    pub extent: Option<Extent>,
    /// Whether they are memory of its producer's own, see [`Exposed`](crate::Exposed): of its extent
    /// only the length means anything then.
    pub exposed: bool,
    /// Whether it is sealed, ends once, and somebody is about to deliver it, see
    /// [`Claim`](crate::Claim).
    pub claimed: bool,
    /// Its lifetime; a lease is what is left of it.
    pub lifetime: Lifetime,
    /// How long ago it was begun, or up to two seconds more; not known of evicted objects.
    pub age: Option<Duration>,
    /// Whether the process that put it lives.
    pub owner_alive: bool,
    /// That process.
    pub owner_pid: u32,
}

/// An arena and its objects.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArenaStat {
    /// The arena.
    pub id: ArenaId,
    /// The name it was given.
    pub name: String,
    /// The process that made it.
    pub owner_pid: u32,
    /// Whether that process lives.
    pub owner_alive: bool,
    /// Bytes of memory that it takes, table included.
    pub reserved: u64,
    /// Bytes that it may take.
    pub capacity: u64,
    /// How long ago it was made, or up to a second more.
    pub age: Duration,
    /// What its owner has done in it.
    pub counters: ArenaCounters,
    /// Its objects: those that are pending, sealed, failed, or evicted and not yet reclaimed.
    pub objects: Vec<ObjectEntry>,
}

/// An object as its arena lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectEntry {
    /// Its slot.
    pub slot: u32,
    /// Which of the slot's objects it is.
    pub generation: u64,
    /// Its state.
    pub state: State,
    /// Where its bytes lie; only when it is sealed.
    pub extent: Option<Extent>,
    /// Whether they are memory of its producer's own, see [`Exposed`](crate::Exposed): of its extent
    /// only the length means anything then.
    pub exposed: bool,
    /// Whether it is sealed, ends once, and somebody is about to deliver it, see
    /// [`Claim`](crate::Claim).
    pub claimed: bool,
    /// Its lifetime; a lease is what is left of it.
    pub lifetime: Lifetime,
    /// How long ago it was begun, or up to two seconds more; not known of evicted objects.
    pub age: Option<Duration>,
    /// How many views hold it. Where an evicted object has any, they keep its memory.
    pub pins: u32,
    /// The processes that have them, each once, in order.
    pub pinned_by: Vec<u32>,
}

/// How much more memory may be taken: the least that any limit leaves. A snapshot: others take
/// memory too.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Room {
    /// So many bytes; `u64::MAX` where no limit was found.
    pub bytes: u64,
    /// Which limit that is, with its numbers, as an error would say it.
    pub bound_by: String,
}

/// What a sweep did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SweepReport {
    /// Records of dead processes that were removed.
    pub processes: u64,
    /// Arenas that are gone.
    pub arenas_removed: u64,
    /// Arenas of dead processes that still hold objects.
    pub arenas_kept: u64,
    /// Objects that were evicted.
    pub objects_evicted: u64,
    /// Names that were removed since their objects are gone.
    pub names_removed: u64,
    /// Bytes of memory given back to the system.
    pub bytes_freed: u64,
    /// Files that could not be cleaned; the log says why.
    pub failed: u64,
    /// What lies in the directory and is none of Wharf's. It was left alone.
    pub strangers: Vec<PathBuf>,
}

/// Fields as they stand in a slot, which another process may be changing.
pub(crate) struct Fields {
    extent: Extent,
    note: u8,
    pub(crate) exposed: bool,
    pub(crate) claimed: bool,
    pub(crate) lifetime: Lifetime,
    age: Duration,
}

impl Fields {
    pub(crate) fn age(&self, state: State) -> Option<Duration> {
        (state != State::Evicted).then_some(self.age)
    }

    pub(crate) fn extent(&self, state: State) -> Option<Extent> {
        // What stands beside the note of exposed memory is not the object.
        let note = if self.exposed { 0 } else { self.note };
        (state == State::Sealed).then_some(self.extent)?.without(note)
    }
}

impl ObjectEntry {
    pub(crate) fn read(slot: &Slot) -> Fields {
        Fields {
            extent: slot.extent(),
            note: slot.note(),
            exposed: slot.is_exposed(),
            claimed: slot.word().is_claimed(),
            lifetime: slot.lifetime(),
            age: slot.age(),
        }
    }
}

impl ArenaStat {
    pub(crate) fn read(map: &ArenaMap, census: &mut Census) -> Result<Self> {
        let header = map.header()?;
        let holders = census.holders(&map.directory, map.tag).unwrap_or_else(|error| {
            tracing::warn!(%error, arena = %map.id, "who views its objects cannot be told");
            Vec::new()
        });
        let mut objects = Vec::new();
        for (index, slot) in map.slots()? {
            let generation = slot.word().generation();
            if let Some((state, fields)) = slot.consistent(generation, || ObjectEntry::read(slot)) {
                let (pins, pinned_by) = holders_of(index, &holders);
                objects.push(ObjectEntry {
                    slot: index,
                    generation,
                    state,
                    extent: fields.extent(state),
                    exposed: fields.exposed,
                    claimed: fields.claimed,
                    lifetime: fields.lifetime,
                    age: fields.age(state),
                    pins,
                    pinned_by,
                });
            }
        }
        let bytes: Vec<u8> = header
            .name
            .iter()
            .flat_map(|word| word.load(Ordering::Relaxed).to_le_bytes())
            .take((header.name_len.load(Ordering::Relaxed) as usize).min(NAME_MAX))
            .collect();
        Ok(Self {
            id: map.id,
            name: String::from_utf8_lossy(&bytes).into_owned(),
            owner_pid: map.owner()?.pid,
            owner_alive: Custody::is_held(&map.directory, map.id)?,
            reserved: reserved(map)?,
            capacity: header.capacity.load(Ordering::Relaxed),
            age: clock::age(header.born.load(Ordering::Relaxed)),
            counters: ArenaCounters::read(header),
            objects,
        })
    }
}

/// The pins of a slot, and whose they are, out of all in their order.
fn holders_of(slot: u32, holders: &[(u32, u32)]) -> (u32, Vec<u32>) {
    let first = holders.partition_point(|(other, _)| *other < slot);
    let own = holders[first..].iter().take_while(|(other, _)| *other == slot);
    let mut pids: Vec<_> = own.map(|(_, pid)| *pid).collect();
    let pins = pids.len() as u32;
    pids.dedup();
    (pins, pids)
}

/// What the arena's files really take.
fn reserved(map: &ArenaMap) -> Result<u64> {
    let files = map.directory.entries()?.into_iter().filter(|(_, entry)| match entry {
        Entry::Arena(id) | Entry::Segment(id, _) => *id == map.id,
        Entry::Record => false,
    });
    Ok(files.map(|(path, _)| segment::bytes(&path)).sum())
}
