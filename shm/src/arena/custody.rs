//! Custody: who may free in an arena, and how a dead one is cleaned.
//!
//! ```text
//! owner alive          holds the arena's lock through a mapping, until it ends in whatever way
//! owner dead           the lock is free: whoever takes it is custodian, one at a time
//! custodian dead       the lock is free again: the next one starts over, from the slots alone
//! ```
//!
//! A custodian allocates nothing. It fails what is pending, evicts what was bound to the dead
//! process, and gives back all pages that no object and no view needs. The files go when nothing
//! is left in them, segments first: a segment without its table is garbage to anyone.

use std::fs::File;
use std::sync::atomic::Ordering;

use crate::arena::map::ArenaMap;
use crate::arena::segment::{self, Segment};
use crate::error::{Error, Result, is_missing};
use crate::fail::fail_point;
use crate::ids::{ArenaId, Extent};
use crate::layout::{ARENA_CLOSED, ARENA_DRAINING, ARENA_KEPT, PAGE, Slot};
use crate::lifetime::Scope;
use crate::node::census::Census;
use crate::node::directory::{Directory, Entry};
use crate::object::slot::Failure;
use crate::protocol::State;
use crate::sys::file;
use crate::sys::fork::Window;
use crate::sys::map::{Access, Mapping};

/// The right to free in one arena.
#[derive(Debug)]
pub(crate) struct Custody(#[allow(dead_code, reason = "held for its end")] Lock);

#[derive(Debug)]
enum Lock {
    /// The owner's, for as long as he lives: it lives with a mapping, which no forked child gets.
    Owner(#[allow(dead_code, reason = "held for its end")] Mapping),
    /// A custodian's, for one cleaning.
    Custodian(#[allow(dead_code, reason = "held for its end")] Taken),
}

/// A lock that lives with a descriptor. A child that another thread starts has a copy of it until
/// it executes its program, and would keep the lock: so it is given back, not just closed, and
/// forks wait for that.
#[derive(Debug)]
struct Taken {
    table: File,
    _window: Window,
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Err(error) = file::unlock(&self.table) {
            tracing::debug!(%error, "an arena's lock ends with its descriptor only");
        }
    }
}

impl Custody {
    /// Locks a file that has no name yet: the owner's way.
    pub(crate) fn of_new(file: &File, _window: &Window) -> std::io::Result<Self> {
        if !file::try_lock(file)? {
            return Err(std::io::ErrorKind::WouldBlock.into());
        }
        let lock = Mapping::new(file, 0, PAGE, Access::Read)?;
        lock.keep_from_children()?;
        Ok(Self(Lock::Owner(lock)))
    }

    /// Takes custody of an arena whose owner is dead; `None` if somebody has it, or it is gone.
    pub(crate) fn take(directory: &Directory, arena: ArenaId) -> Result<Option<Self>> {
        let path = directory.arena_path(arena);
        let window = Window::open();
        let table = match file::open(&path) {
            Ok(table) => table,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(Error::io("open", path, error)),
        };
        if !file::try_lock(&table).map_err(|error| Error::io("lock", &path, error))? {
            return Ok(None);
        }
        let taken = Taken { table, _window: window };
        fail_point!("adopt.locked");
        let stands = file::stands_at(&taken.table, &path);
        Ok(stands.then(|| Self(Lock::Custodian(taken))))
    }

    /// Whether anybody has custody. An arena that is gone has no custodian.
    pub(crate) fn is_held(directory: &Directory, arena: ArenaId) -> Result<bool> {
        let path = directory.arena_path(arena);
        match file::open_read(&path) {
            Ok(table) => file::is_locked(&table).map_err(|error| Error::io("probe", path, error)),
            Err(error) if is_missing(&error) && directory.still_stands() => Ok(false),
            Err(error) => Err(directory.missing_or("open an arena in", error)),
        }
    }
}

/// How an arena comes to be cleaned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cleaning {
    /// Its owner closes it, and may still hold blocks.
    Closing,
    /// Its owner is dead; node-scope objects stay.
    OwnerDied,
    /// Its owner is dead; everything goes.
    Everything,
}

/// What a cleaning did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cleaned {
    pub(crate) evicted: u64,
    pub(crate) bytes_freed: u64,
    /// The arena's files are gone.
    pub(crate) removed: bool,
    /// Pins in the arena when it was looked at.
    pub(crate) pins: usize,
}

/// Frees what the arena need not hold any more. The caller has custody for as long as this runs.
pub(crate) fn clean(
    arena: &ArenaMap,
    _custody: &Custody,
    census: &mut Census,
    how: Cleaning,
) -> Result<Cleaned> {
    // Nothing of another boot can have been meant to last until now.
    let how = if arena.is_of_this_boot()? { how } else { Cleaning::Everything };
    // From here on, whoever drops a view looks whether it was the last.
    set_state(arena, ARENA_DRAINING)?;
    fail_point!("clean.begun");
    let slots = Slots::settle(arena, how)?;
    fail_point!("clean.ended");
    let pinned = census.pinned(&arena.directory, arena.tag)?;
    fail_point!("clean.scanned");
    let viewed: Vec<_> = slots.gone.iter().filter(|(slot, _)| pinned.contains(*slot)).collect();
    let extents = slots.kept.iter().copied().chain(viewed.iter().map(|(_, extent)| *extent));
    // Other processes' mappings outlive the files; their pages must not.
    let bytes_freed = punch_around(arena, extents.collect())?;
    fail_point!("clean.punched");
    let removed = slots.objects == 0 && viewed.is_empty();
    if removed {
        set_state(arena, ARENA_CLOSED)?;
        fail_point!("clean.closed");
        remove_files(&arena.directory, arena.id)?;
    } else if viewed.is_empty() {
        set_state(arena, ARENA_KEPT)?;
    }
    tracing::debug!(arena = %arena.id, ?how, removed, bytes_freed, "cleaned an arena");
    Ok(Cleaned { evicted: slots.evicted, bytes_freed, removed, pins: pinned.len() })
}

/// Removes an arena's files, its table last.
pub(crate) fn remove_files(directory: &Directory, arena: ArenaId) -> Result<()> {
    for (path, entry) in directory.entries()? {
        if matches!(entry, Entry::Segment(of, _) if of == arena) {
            segment::remove(&path)?;
            fail_point!("clean.segment-removed");
        }
    }
    let path = directory.arena_path(arena);
    file::remove(&path).map_err(|error| Error::io("remove", path, error))
}

fn set_state(arena: &ArenaMap, state: u32) -> Result<()> {
    // Release: pairs with the Acquire of a view's drop, which then looks at the pins again.
    arena.header()?.preamble.state.store(state, Ordering::Release);
    Ok(())
}

/// The slots as they were settled, before the pins were scanned.
///
/// What is sealed here and evicted by somebody a moment later may be viewed without the scan
/// knowing: it is kept, for the next cleaning.
#[derive(Debug, Default)]
struct Slots {
    /// What must stay: objects, messages, blocks that their producer may still be writing.
    kept: Vec<Extent>,
    /// Objects among them.
    objects: u64,
    /// Evicted slots: only a view can keep their bytes.
    gone: Vec<(u32, Extent)>,
    /// How many of them this cleaning evicted.
    evicted: u64,
}

impl Slots {
    /// Fails what is pending and evicts what ends now.
    fn settle(arena: &ArenaMap, how: Cleaning) -> Result<Self> {
        let mut slots = Self::default();
        // Evictions listed for an owner who is gone are seen below; later ones stay listed, so
        // that the next custodian sees that there is something to do.
        arena.header()?.reclaim.store(0, Ordering::Release);
        let owner_ended = arena.owner()?.has_ended();
        for (index, slot) in arena.slots()? {
            slots.settle_one(arena, index, slot, how, owner_ended);
        }
        Ok(slots)
    }

    fn settle_one(
        &mut self,
        arena: &ArenaMap,
        index: u32,
        slot: &Slot,
        how: Cleaning,
        owner_ended: bool,
    ) {
        let word = slot.word();
        if word.state() == Some(State::Pending) {
            let failure = match how {
                Cleaning::Closing => Failure::OwnerClosed,
                _ => Failure::OwnerDied,
            };
            // Somebody who settles it at the same moment has ended it just as well.
            let _ = slot.fail(word.generation(), failure, || arena.ring());
            fail_point!("clean.failed-one");
        }
        if word.state() == Some(State::Sealed) && ends(slot, how) {
            let ended = slot.evict(word.generation(), State::Sealed, || arena.ring());
            self.evicted += u64::from(ended.is_ok());
            fail_point!("clean.evicted-one");
        }
        match slot.word().state() {
            Some(State::Sealed) => {
                self.objects += 1;
                self.kept.push(slot.taken());
            }
            Some(State::Failed) => match slot.failure() {
                Failure::OwnerDied => {}
                // Closed with a block in somebody's hands, who is gone by now.
                Failure::OwnerClosed if owner_ended => {}
                Failure::OwnerClosed | Failure::Message => self.kept.push(slot.taken()),
            },
            // Its producer is not done with the memory, unless he is gone.
            _ if slot.word().is_withdrawn() && !owner_ended => self.kept.push(slot.taken()),
            Some(State::Evicted) => self.gone.push((index, slot.taken())),
            // Free, or damaged: only a view can say that it still matters.
            None if slot.taken().len > 0 => self.gone.push((index, slot.taken())),
            _ => {}
        }
    }
}

/// Whether a sealed object ends with its owner, or has ended.
fn ends(slot: &Slot, how: Cleaning) -> bool {
    slot.scope() == Scope::Process || how == Cleaning::Everything || slot.has_expired()
}

/// Gives back all pages of the arena that no kept extent touches; says how many bytes.
fn punch_around(arena: &ArenaMap, mut kept: Vec<Extent>) -> Result<u64> {
    kept.retain(|extent| extent.len > 0);
    kept.sort_by_key(|extent| (extent.segment, extent.offset));
    let mut freed = 0;
    for (path, entry) in arena.directory.entries()? {
        let Entry::Segment(of, number) = entry else { continue };
        if of != arena.id {
            continue;
        }
        let Segment { file, page } = match segment::open(&path, Access::Write) {
            Ok(Some(segment)) => segment,
            Ok(None) => continue,
            Err(error @ Error::Corrupt { .. }) => {
                tracing::warn!(%error, "nothing of it is given back");
                continue;
            }
            Err(error) => return Err(error),
        };
        let failed = |error| Error::io("give back pages of", &path, error);
        let before = file.metadata().map_err(failed)?;
        let mut from = 0;
        let of_segment = kept.iter().filter(|extent| extent.segment == number);
        for extent in
            of_segment.copied().chain([Extent { segment: number, offset: before.len(), len: 0 }])
        {
            let gap_end = extent.offset.min(before.len()) / page * page;
            if gap_end > from {
                file::punch(&file, from, gap_end - from).map_err(failed)?;
                fail_point!("clean.punched-one");
            }
            let end = extent.offset.saturating_add(extent.len).min(before.len());
            from = from.max(end.next_multiple_of(page));
        }
        let after = file.metadata().map_err(failed)?;
        freed += file::bytes(&before).saturating_sub(file::bytes(&after));
    }
    Ok(freed)
}
