//! All processes on the node, as an evictor sees them: their pin tables, mapped once each.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result, is_missing};
use crate::fail::fail_point;
use crate::layout::{PAGE, RECORD_HEADER, RECORD_MAGIC, RecordHeader};
use crate::node::directory::{Directory, Entry, check_preamble};
use crate::node::record::RECORD_BYTES;
use crate::protocol::{self, Native, Pin, Tables};
use crate::sys::file;
use crate::sys::map::{Access, Mapping};

/// The tables that are known, and the epoch at which they were all there were.
#[derive(Debug, Default)]
pub(crate) struct Census {
    seen: Option<u64>,
    tables: HashMap<PathBuf, Table>,
}

/// Slots that somebody has pinned, in order.
#[derive(Debug)]
pub(crate) struct Pinned(Vec<u32>);

impl Pinned {
    /// How many pins there are, of whatever slots.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(crate) fn contains(&self, slot: u32) -> bool {
        self.0.binary_search(&slot).is_ok()
    }
}

/// Another process's record, mapped to be read.
#[derive(Debug)]
struct Table {
    map: Mapping,
    /// How much of the mapping lies in the file.
    bytes: usize,
}

impl Census {
    /// The slots of the arena with this tag that living processes have pinned, out of those that
    /// were marked before the call.
    pub(crate) fn pinned(&mut self, directory: &Directory, tag: u32) -> Result<Pinned> {
        let mut pinned = Vec::new();
        let mut scan = Scan { census: self, directory, tag, reader: &Cell::new(0) };
        protocol::scan::<Native, _>(&mut scan, &mut |bits| {
            pinned.extend(Pin::slot_of(bits, tag));
        })?;
        pinned.sort_unstable();
        Ok(Pinned(pinned))
    }

    /// Who has pinned which slots of the arena with this tag, by process id, in the slots' order.
    pub(crate) fn holders(&mut self, directory: &Directory, tag: u32) -> Result<Vec<(u32, u32)>> {
        let mut holders = Vec::new();
        let reader = Cell::new(0);
        let mut scan = Scan { census: self, directory, tag, reader: &reader };
        protocol::scan::<Native, _>(&mut scan, &mut |bits| {
            holders.extend(Pin::slot_of(bits, tag).map(|slot| (slot, reader.get())));
        })?;
        holders.sort_unstable();
        Ok(holders)
    }

    /// Removes the records of processes that are dead; says how many there were.
    pub(crate) fn bury_dead(&mut self, directory: &Directory) -> Result<u64> {
        let mut buried = 0;
        for (path, entry) in directory.entries()? {
            if entry == Entry::Record && bury_if_dead(&path)? {
                buried += 1;
            }
        }
        if buried > 0 {
            // Others then let go of their mappings of the removed records.
            directory.epoch().fetch_add(1, Ordering::SeqCst);
        }
        Ok(buried)
    }
}

/// Removes a record whose lock is free: it was locked before it had a name, so its process ended.
fn bury_if_dead(path: &Path) -> Result<bool> {
    let record = match file::open(path) {
        Ok(record) => record,
        Err(error) if is_missing(&error) => return Ok(false),
        Err(error) => return Err(Error::io("open", path, error)),
    };
    if file::is_locked(&record).map_err(|error| Error::io("probe", path, error))? {
        return Ok(false);
    }
    // Those who have it mapped must be able to tell a buried record from a removed directory.
    if record.metadata().is_ok_and(|meta| meta.len() >= PAGE as u64)
        && let Ok(map) = Mapping::new(&record, 0, PAGE, Access::Write)
        && let Some(header) = map.get::<RecordHeader>(0)
    {
        header.end();
    }
    fail_point!("clean.record");
    Ok(std::fs::remove_file(path).is_ok())
}

/// A record that is missing, of a process that was not seen to end.
fn gone(path: &Path) -> Error {
    Error::Vanished { path: path.into() }
}

/// One scan on behalf of one arena.
struct Scan<'a> {
    census: &'a mut Census,
    directory: &'a Directory,
    tag: u32,
    /// Whose pins are being looked at.
    reader: &'a Cell<u32>,
}

impl Tables<Native> for Scan<'_> {
    type Error = Error;

    fn epoch(&self) -> &AtomicU64 {
        self.directory.epoch()
    }

    fn seen(&self) -> Option<u64> {
        self.census.seen
    }

    fn refresh(&mut self, epoch: u64) -> Result<()> {
        // Until this is through, the list is not complete.
        self.census.seen = None;
        let mut listed = HashSet::new();
        for (path, entry) in self.directory.entries()? {
            if entry != Entry::Record {
                continue;
            }
            if !self.census.tables.contains_key(&path) {
                let table = match Table::open(&path) {
                    // What a dead process left damaged holds no pins.
                    Err(_) if bury_if_dead(&path)? => None,
                    opened => opened?,
                };
                self.census.tables.extend(table.map(|table| (path.clone(), table)));
            }
            listed.insert(path);
        }
        self.census.tables.retain(|path, table| listed.contains(path) || !table.has_ended(path));
        if let Some(path) = self.census.tables.keys().find(|path| !listed.contains(*path)) {
            return Err(gone(path));
        }
        self.census.seen = Some(epoch);
        Ok(())
    }

    fn each_pin(&mut self, found: &mut dyn FnMut(u64)) -> Result<()> {
        for (path, table) in &mut self.census.tables {
            let mut living = None;
            table.measure(path)?;
            self.reader.set(table.header(path)?.owner.pid.load(Ordering::Relaxed));
            for pin in table.pins(path)? {
                let bits = pin.load(Ordering::Acquire);
                if Pin::slot_of(bits, self.tag).is_none() {
                    continue;
                }
                // Asked only where it matters: it costs system calls.
                let living = match living {
                    Some(living) => living,
                    None => *living.insert(table.lives(path)?),
                };
                if !living {
                    break;
                }
                found(bits);
            }
        }
        Ok(())
    }
}

impl Table {
    /// Maps a record; `None` if it is gone again, or of a process that ended.
    fn open(path: &Path) -> Result<Option<Self>> {
        let record = match file::open_read(path) {
            Ok(record) => record,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(Error::io("open", path, error)),
        };
        let failed = |error| Error::io("map", path, error);
        let bytes = record.metadata().map_err(failed)?.len();
        if bytes < PAGE as u64 {
            // Nothing of ours is that short: no pins can be in it.
            tracing::warn!(path = %path.display(), bytes, "a process record is too short; ignored");
            return Ok(None);
        }
        let map = Mapping::new(&record, 0, RECORD_BYTES, Access::Read).map_err(failed)?;
        let table = Self { map, bytes: (bytes as usize).min(RECORD_BYTES) };
        check_preamble(&table.header(path)?.preamble, RECORD_MAGIC, path)?;
        Ok(Some(table))
    }

    /// Whether the process lives. A name that is missing proves nothing: the directory may have
    /// been removed under processes that live on.
    fn lives(&self, path: &Path) -> Result<bool> {
        match file::open_read(path) {
            Ok(record) => file::is_locked(&record).map_err(|error| Error::io("probe", path, error)),
            Err(error) if !is_missing(&error) => Err(Error::io("open", path, error)),
            Err(_) if self.has_ended(path) => Ok(false),
            Err(_) => Err(gone(path)),
        }
    }

    fn has_ended(&self, path: &Path) -> bool {
        self.header(path).is_ok_and(RecordHeader::has_ended)
    }

    fn header(&self, path: &Path) -> Result<&RecordHeader> {
        self.map
            .get(0)
            .ok_or_else(|| Error::Corrupt { path: path.into(), what: "it is too short".into() })
    }

    /// Looks at the file again if the table says that it has grown.
    fn measure(&mut self, path: &Path) -> Result<()> {
        if self.used(path)? <= self.entries() {
            return Ok(());
        }
        match std::fs::metadata(path) {
            Ok(meta) => self.bytes = (meta.len() as usize).clamp(self.bytes, RECORD_BYTES),
            // Once it ended its pins are void.
            Err(error) if is_missing(&error) && self.has_ended(path) => {}
            Err(error) if is_missing(&error) => return Err(gone(path)),
            Err(error) => return Err(Error::io("look at", path, error)),
        }
        Ok(())
    }

    /// The entries that were ever used, as far as they lie in the file.
    fn pins(&self, path: &Path) -> Result<&[AtomicU64]> {
        let count = self.used(path)?.min(self.entries());
        self.map.words(RECORD_HEADER, count).ok_or_else(|| Error::Corrupt {
            path: path.into(),
            what: "its pins lie outside of it".into(),
        })
    }

    fn used(&self, path: &Path) -> Result<usize> {
        // Acquire: pairs with the Release before a pin in an entry that was not used before.
        let used = self.header(path)?.used.load(Ordering::Acquire);
        Ok(usize::try_from(used).unwrap_or(usize::MAX))
    }

    fn entries(&self) -> usize {
        (self.bytes - RECORD_HEADER) / 8
    }
}
