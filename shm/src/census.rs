//! All processes on the node, as an evictor sees them: their pin tables, mapped once each.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::directory::{Directory, Entry, check_preamble};
use crate::error::{Error, Result, is_missing};
use crate::layout::{PAGE, RECORD_HEADER, RECORD_MAGIC, RecordHeader};
use crate::protocol::{self, Native, Pin, Tables};
use crate::record::RECORD_BYTES;
use crate::sys::file;
use crate::sys::map::{Access, Mapping};

/// The tables that are known, and the epoch at which they were all there were.
#[derive(Debug, Default)]
pub(crate) struct Census {
    seen: Option<u64>,
    tables: HashMap<PathBuf, Table>,
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
    pub(crate) fn pinned(&mut self, directory: &Directory, tag: u32) -> Result<HashSet<u32>> {
        let mut pinned = HashSet::new();
        let mut scan = Scan { census: self, directory, tag };
        protocol::scan::<Native, _>(&mut scan, &mut |bits| {
            pinned.extend(Pin::slot_of(bits, tag));
        })?;
        Ok(pinned)
    }

    /// Removes the records of processes that are dead; says how many there were.
    pub(crate) fn bury_dead(&mut self, directory: &Directory) -> Result<u64> {
        let mut buried = 0;
        for (path, entry) in directory.entries()? {
            if entry == Entry::Record
                && !lives(directory, &path)?
                && std::fs::remove_file(&path).is_ok()
            {
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

/// Whether the process of a record lives. A record that is gone is that of one that ended, but only
/// while the directory stands: else nothing can be told.
fn lives(directory: &Directory, path: &Path) -> Result<bool> {
    match file::open_read(path) {
        Ok(record) => file::is_locked(&record).map_err(|error| Error::io("probe", path, error)),
        Err(error) if is_missing(&error) && directory.still_stands() => Ok(false),
        Err(error) => Err(directory.missing_or("open a process record in", error)),
    }
}

/// One scan on behalf of one arena.
struct Scan<'a> {
    census: &'a mut Census,
    directory: &'a Directory,
    tag: u32,
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
        let mut known = std::mem::take(&mut self.census.tables);
        // Until this is through, nothing is known.
        self.census.seen = None;
        for (path, entry) in self.directory.entries()? {
            if entry != Entry::Record {
                continue;
            }
            let table = match known.remove(&path) {
                Some(table) => Some(table),
                None => match Table::open(&path) {
                    // What a dead process left damaged holds no pins.
                    Err(error) if lives(self.directory, &path)? => return Err(error),
                    Err(_) => None,
                    Ok(table) => table,
                },
            };
            if let Some(table) = table {
                self.census.tables.insert(path, table);
            }
        }
        self.census.seen = Some(epoch);
        Ok(())
    }

    fn each_pin(&mut self, found: &mut dyn FnMut(u64)) -> Result<()> {
        for (path, table) in &mut self.census.tables {
            let mut living = None;
            for pin in table.pins(self.directory, path)? {
                let bits = pin.load(Ordering::Acquire);
                if Pin::slot_of(bits, self.tag).is_none() {
                    continue;
                }
                // Asked only where it matters: it costs system calls.
                let living = match living {
                    Some(living) => living,
                    None => *living.insert(lives(self.directory, path)?),
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

    fn header(&self, path: &Path) -> Result<&RecordHeader> {
        self.map
            .get(0)
            .ok_or_else(|| Error::Corrupt { path: path.into(), what: "it is too short".into() })
    }

    /// The entries that were ever used. A table that says more than its file holds is looked at
    /// again, then held to what the file has.
    fn pins(&mut self, directory: &Directory, path: &Path) -> Result<&[AtomicU64]> {
        // Acquire: pairs with the Release before a pin in an entry that was not used before.
        let used = self.header(path)?.used.load(Ordering::Acquire);
        let used = usize::try_from(used).unwrap_or(usize::MAX);
        if used > self.entries() {
            match std::fs::metadata(path) {
                Ok(meta) => self.bytes = (meta.len() as usize).clamp(self.bytes, RECORD_BYTES),
                // It ended meanwhile: its pins are void.
                Err(error) if is_missing(&error) && directory.still_stands() => return Ok(&[]),
                Err(error) => return Err(directory.missing_or("look at a record in", error)),
            }
        }
        let count = used.min(self.entries());
        self.map.words(RECORD_HEADER, count).ok_or_else(|| Error::Corrupt {
            path: path.into(),
            what: "its pins lie outside of it".into(),
        })
    }

    fn entries(&self) -> usize {
        (self.bytes - RECORD_HEADER) / 8
    }
}
