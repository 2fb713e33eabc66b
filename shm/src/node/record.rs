//! This process's record: the proof that it lives, and the table of its pins.
//!
//! The record is complete and locked before it has a name, and the lock lives with the mapping:
//! it ends when this process ends, however it ends, and neither a forked child nor closed
//! descriptors change that. Entries of the table never move; the table grows in place.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::error::{Error, Result};
use crate::fail::fail_point;
use crate::layout::{Owner, PAGE, RECORD_HEADER, RECORD_MAGIC, RecordHeader};
use crate::limits::Limits;
use crate::node::directory::{Directory, write_preamble};
use crate::protocol::{Native, Pin, PinRefused, SlotWord, pin, unpin};
use crate::sys::fork::{Token, Window};
use crate::sys::map::{Access, Mapping};
use crate::sys::process::Identity;
use crate::sys::{file, prefetch, random};

/// A linked, locked record.
#[derive(Debug)]
pub(crate) struct Record {
    path: PathBuf,
    map: Mapping,
    /// Entries whose pages are reserved.
    reserved: AtomicUsize,
    growing: Mutex<()>,
    token: Token,
}

/// The longest a table can grow: four million views at once, 32 MiB.
pub(crate) const RECORD_BYTES: usize = 32 << 20;
const MAX_PINS: usize = (RECORD_BYTES - RECORD_HEADER) / 8;

impl Record {
    /// Makes and links this process's record, and tells evictors by the epoch.
    pub(crate) fn register(directory: &Directory) -> Result<Self> {
        let path = directory.record_path(
            &random::name()
                .map_err(|error| Error::io("name a record in", directory.path(), error))?,
        );
        let failed = |error| directory.missing_or("make a process record in", error);
        let window = Window::open();
        let file = file::unnamed(directory.path()).map_err(failed)?;
        if !file::try_lock(&file).map_err(failed)? {
            return Err(Error::io("lock", &path, std::io::ErrorKind::WouldBlock.into()));
        }
        file::reserve(&file, 0, PAGE as u64).map_err(failed)?;
        let map = Mapping::new(&file, 0, RECORD_BYTES, Access::Write).map_err(failed)?;
        map.keep_from_children().map_err(failed)?;
        let record = Self {
            path,
            map,
            reserved: AtomicUsize::new((PAGE - RECORD_HEADER) / 8),
            growing: Mutex::new(()),
            token: Token::current(),
        };
        let header = record.header()?;
        write_owner(&header.owner);
        write_preamble(&header.preamble, RECORD_MAGIC, directory.boot());
        fail_point!("register.before-link");
        file::link(&file, &record.path).map_err(failed)?;
        fail_point!("register.linked");
        // SeqCst: before any pin of this process, see `protocol`.
        directory.epoch().fetch_add(1, Ordering::SeqCst);
        fail_point!("register.announced");
        drop(file);
        drop(window);
        Ok(record)
    }

    /// Whether this is still the process that made the record.
    #[inline]
    pub(crate) fn is_ours(&self) -> bool {
        self.token.is_current()
    }

    fn header(&self) -> Result<&RecordHeader> {
        self.map.get(0).ok_or_else(|| Error::Corrupt {
            path: self.path.clone(),
            what: "it is too short".into(),
        })
    }

    /// Pins a slot in some free entry, if the slot is as expected when the pin is visible.
    #[inline]
    pub(crate) fn pin(
        &self,
        what: Pin,
        slot: &AtomicU64,
        expected: impl Fn(SlotWord) -> bool + Copy,
    ) -> Result<Pinned> {
        let reserved = self.reserved.load(Ordering::Acquire);
        let start = HINT.get();
        let start = if start < reserved { start } else { self.first_try(reserved) };
        for index in (start..reserved).take(PROBES) {
            if let Some(outcome) = self.pin_at(index, what, slot, expected)? {
                return Ok(outcome);
            }
        }
        self.pin_anywhere(what, slot, expected)
    }

    /// Fetches the entry that this thread will most likely pin in next.
    #[inline]
    pub(crate) fn prefetch_pin(&self) {
        if let Some(entry) = self.entry(HINT.get()) {
            prefetch::to_write(entry);
        }
    }

    /// Each thread begins on a cache line of its own.
    fn first_try(&self, reserved: usize) -> usize {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        let start = THREADS.fetch_add(1, Ordering::Relaxed).wrapping_mul(8) % reserved;
        HINT.set(start);
        start
    }

    #[inline(always)] // there is one place where it counts: every resolve
    fn pin_at(
        &self,
        index: usize,
        what: Pin,
        slot: &AtomicU64,
        expected: impl Fn(SlotWord) -> bool,
    ) -> Result<Option<Pinned>> {
        let Some(entry) = self.entry(index) else { return Ok(None) };
        if entry.load(Ordering::Relaxed) != 0 {
            return Ok(None);
        }
        let used = &self.header()?.used;
        if used.load(Ordering::Relaxed) <= index as u64 {
            // Release, and before the pin: an evictor that sees the pin scans this far.
            used.fetch_max(index as u64 + 1, Ordering::Release);
        }
        match pin::<Native>(entry, what, slot, expected) {
            Ok(()) => {
                HINT.set(index);
                Ok(Some(Pinned::Held { index }))
            }
            Err(PinRefused::Changed) => Ok(Some(Pinned::Changed)),
            Err(PinRefused::EntryTaken) => Ok(None),
        }
    }

    /// Looks at every entry, and grows the table when it is half full.
    #[cold]
    fn pin_anywhere(
        &self,
        what: Pin,
        slot: &AtomicU64,
        expected: impl Fn(SlotWord) -> bool + Copy,
    ) -> Result<Pinned> {
        loop {
            let reserved = self.reserved.load(Ordering::Acquire);
            let start = HINT.get().min(reserved);
            for (taken, index) in (start..reserved).chain(0..start).enumerate() {
                if let Some(outcome) = self.pin_at(index, what, slot, expected)? {
                    if taken > reserved / 2 {
                        // Growing is for the next pin's speed; it may fail without harm.
                        let _ = self.grow(reserved);
                    }
                    return Ok(outcome);
                }
            }
            self.grow(reserved)?;
        }
    }

    /// Doubles the table, unless another thread has.
    fn grow(&self, seen: usize) -> Result<()> {
        let _one = self.growing.lock().unwrap_or_else(|poison| poison.into_inner());
        if self.reserved.load(Ordering::Acquire) != seen {
            return Ok(());
        }
        if seen >= MAX_PINS {
            return Err(Error::TooManyViews { held: seen as u64 });
        }
        let bytes = RECORD_HEADER + seen * 8;
        let failed = |error| Error::io("grow", &self.path, error);
        let file = file::open(&self.path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::Vanished { path: self.path.clone() },
            _ => failed(error),
        })?;
        Limits::discover(&self.path).check(bytes as u64)?;
        file::reserve(&file, 0, (bytes * 2) as u64).map_err(failed)?;
        fail_point!("pin.table-grown");
        self.reserved.store((bytes * 2 - RECORD_HEADER) / 8, Ordering::Release);
        Ok(())
    }

    /// Lets go of a pin. In a forked child there is nothing to let go of.
    #[inline]
    pub(crate) fn unpin(&self, index: usize) {
        if self.is_ours()
            && let Some(entry) = self.entry(index)
        {
            unpin::<Native>(entry);
            HINT.set(index);
        }
    }

    #[inline]
    fn entry(&self, index: usize) -> Option<&AtomicU64> {
        self.map.get(index.checked_mul(8)?.checked_add(RECORD_HEADER)?)
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if self.is_ours() {
            // Evictors that know this table must not take its missing name for a removed directory.
            if let Ok(header) = self.header() {
                header.end();
            }
            fail_point!("register.ended");
            // The lock goes with the mapping. A name that stays is removed by whoever sees it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// What came of a try to pin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pinned {
    Held {
        index: usize,
    },
    /// The slot is no longer as expected.
    Changed,
}

/// Writes down who this process is.
pub(crate) fn write_owner(owner: &Owner) {
    let own = Identity::own();
    owner.pid.store(own.pid, Ordering::Relaxed);
    owner.started.store(own.started, Ordering::Relaxed);
    owner.namespace.store(own.namespace, Ordering::Relaxed);
}

/// Reads who owns a file.
pub(crate) fn read_owner(owner: &Owner) -> Identity {
    Identity {
        pid: owner.pid.load(Ordering::Relaxed),
        started: owner.started.load(Ordering::Relaxed),
        namespace: owner.namespace.load(Ordering::Relaxed),
    }
}

/// Entries to try from the last one used before looking at the whole table.
const PROBES: usize = 64;

thread_local! {
    /// The entry this thread used last: most likely free, and in its cache.
    static HINT: Cell<usize> = const { Cell::new(usize::MAX) };
}
