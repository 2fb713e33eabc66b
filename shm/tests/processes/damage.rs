//! Shared memory written behind everybody's back, and where in it what lies.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use wharf_shm::ObjectKey;

use crate::place::Place;

/// Offsets in every file.
pub(crate) const MAGIC: u64 = 0;
pub(crate) const VERSION: u64 = 8;
/// In the node file.
pub(crate) const NODE_ID: u64 = 32;
/// In a record.
pub(crate) const RECORD_PID: u64 = 32;
pub(crate) const PINS: u64 = 128;
/// In an arena's header.
pub(crate) const ARENA_USED: u64 = 80;
pub(crate) const ARENA_RECLAIM: u64 = 88;
pub(crate) const ARENA_BORN: u64 = 160;
pub(crate) const ARENA_COUNTERS: u64 = 192;
/// In a slot, which is this long.
pub(crate) const SLOT: u64 = 64;
pub(crate) const FIRST_SLOT: u64 = 64 * SLOT;
pub(crate) const SLOT_OFFSET: u64 = 8;
pub(crate) const SLOT_LEN: u64 = 16;
pub(crate) const SLOT_SEGMENT: u64 = 24;
pub(crate) const SLOT_LINK: u64 = 60;

/// A file of shared memory, to be read and written as bytes.
pub(crate) struct Raw {
    path: PathBuf,
    file: File,
}

impl Raw {
    pub(crate) fn open(path: &Path) -> Self {
        Self::try_open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn try_open(path: &Path) -> std::io::Result<Self> {
        let file = File::options().read(true).write(true).open(path)?;
        Ok(Self { path: path.to_owned(), file })
    }

    pub(crate) fn node(place: &Place) -> Self {
        Self::open(&place.path().join("node"))
    }

    /// The table of the arena that holds an object.
    pub(crate) fn table(place: &Place, key: &ObjectKey) -> Self {
        Self::open(&place.path().join(format!("a-{}", key.arena)))
    }

    /// The record that a process made first.
    pub(crate) fn record(place: &Place, pid: u32) -> Self {
        let names = place.files().into_iter().filter(|name| name.starts_with("p-"));
        let mut records = names.map(|name| Self::open(&place.path().join(name)));
        records.find(|record| record.u32(RECORD_PID) == pid).expect("the process has a record")
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn len(&self) -> u64 {
        self.file.metadata().expect("it is open").len()
    }

    pub(crate) fn read<const N: usize>(&self, at: u64) -> [u8; N] {
        let mut bytes = [0; N];
        self.file.read_exact_at(&mut bytes, at).expect("it lies in the file");
        bytes
    }

    pub(crate) fn write(&self, at: u64, bytes: &[u8]) {
        assert!(at + bytes.len() as u64 <= self.len(), "files are damaged, never extended");
        self.file.write_all_at(bytes, at).expect("its pages are reserved");
    }

    pub(crate) fn u32(&self, at: u64) -> u32 {
        u32::from_le_bytes(self.read(at))
    }

    pub(crate) fn u64(&self, at: u64) -> u64 {
        u64::from_le_bytes(self.read(at))
    }

    pub(crate) fn set_u32(&self, at: u64, value: u32) {
        self.write(at, &value.to_le_bytes());
    }

    pub(crate) fn set_u64(&self, at: u64, value: u64) {
        self.write(at, &value.to_le_bytes());
    }
}

/// Where a slot's fields begin in its table.
pub(crate) fn slot(key: &ObjectKey) -> u64 {
    u64::from(key.slot) * SLOT
}

/// A private copy of a file, and the file made anew from it. Pages of zeros stay holes.
pub(crate) struct Snapshot {
    path: PathBuf,
    len: u64,
    pages: Vec<(u64, Vec<u8>)>,
}

impl Snapshot {
    pub(crate) fn take(path: &Path, first: u64) -> Self {
        let file = File::open(path).expect("it stands");
        let len = file.metadata().expect("it is open").len();
        let mut pages = Vec::new();
        for at in (0..len.min(first)).step_by(4096) {
            let mut page = vec![0; 4096];
            file.read_exact_at(&mut page, at).expect("it lies in the file");
            if page.iter().any(|byte| *byte != 0) {
                pages.push((at, page));
            }
        }
        Self { path: path.to_owned(), len, pages }
    }

    /// Makes the file anew, in place of what is left of it.
    pub(crate) fn restore(&self) {
        let beside = self.path.with_file_name("half-restored");
        let file = File::create(&beside).expect("the directory stands");
        file.set_len(self.len).expect("a sparse file");
        for (at, page) in &self.pages {
            file.write_all_at(page, *at).expect("there is room");
        }
        fs::rename(beside, &self.path).expect("the directory stands");
    }
}
