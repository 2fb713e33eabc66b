//! What the storm's processes share with each other, in a file that all have mapped.
//!
//! ```text
//! stop | counters | signs of life | claims | notes
//! ```
//!
//! Writers are killed at any instruction and write over each other, so a *note*, which tells of
//! an object, carries a sum: one that is torn is not believed. A *claim* says who took an object
//! that only one may ever get.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use wharf_shm::{ArenaId, Capability, ObjectKey};

use super::dice::Dice;
use super::worker::THREADS;
use crate::pattern::mix;

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub(super) enum Count {
    Put,
    Pending,
    Full,
    Resolve,
    Gone,
    Wait,
    Late,
    OwnerDied,
    Failed,
    Once,
    EvictOwn,
    EvictOther,
    Renew,
    Fork,
    Kill,
    Arena,
    Node,
    Sweep,
}

const COUNTS: [Count; 18] = [
    Count::Put,
    Count::Pending,
    Count::Full,
    Count::Resolve,
    Count::Gone,
    Count::Wait,
    Count::Late,
    Count::OwnerDied,
    Count::Failed,
    Count::Once,
    Count::EvictOwn,
    Count::EvictOther,
    Count::Renew,
    Count::Fork,
    Count::Kill,
    Count::Arena,
    Count::Node,
    Count::Sweep,
];

/// The least that ten seconds must bring, many times less than they do.
pub(super) const LEAST: [(Count, u64); 18] = [
    (Count::Put, 2000),
    (Count::Pending, 300),
    (Count::Full, 30),
    (Count::Resolve, 2000),
    (Count::Gone, 300),
    (Count::Wait, 30),
    (Count::Late, 5),
    (Count::OwnerDied, 5),
    (Count::Failed, 5),
    (Count::Once, 30),
    (Count::EvictOwn, 300),
    (Count::EvictOther, 100),
    (Count::Renew, 5),
    (Count::Fork, 30),
    (Count::Kill, 30),
    (Count::Arena, 30),
    (Count::Node, 30),
    (Count::Sweep, 10),
];

/// What one worker tells the others of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note {
    pub(super) key: ObjectKey,
    pub(super) seed: u64,
    pub(super) len: u64,
    /// It was not sealed when it was noted.
    pub(super) pending: bool,
    pub(super) once: bool,
}

const COUNTERS: usize = 1;
const SIGNS: usize = COUNTERS + COUNTS.len();
const CLAIMS: usize = SIGNS + 64;
const CLAIM_COUNT: usize = 1 << 16;
const NOTES: usize = CLAIMS + CLAIM_COUNT;
const NOTE_COUNT: usize = 256;
const NOTE_WORDS: usize = 10;
const WORDS: usize = NOTES + NOTE_COUNT * NOTE_WORDS;

pub(super) struct Board {
    path: PathBuf,
    words: &'static [AtomicU64],
    /// The process that made it removes it.
    made_here: bool,
}

impl Board {
    pub(super) fn create(path: &Path) -> std::io::Result<Self> {
        let file = File::options().read(true).write(true).create_new(true).open(path)?;
        file.set_len((WORDS * 8) as u64)?;
        Self::map(path, &file, true)
    }

    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        Self::map(path, &File::options().read(true).write(true).open(path)?, false)
    }

    fn map(path: &Path, file: &File, made_here: bool) -> std::io::Result<Self> {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let null = std::ptr::null_mut();
        // SAFETY: a new mapping, of a file that is as long.
        let start =
            unsafe { libc::mmap(null, WORDS * 8, access, libc::MAP_SHARED, file.as_raw_fd(), 0) };
        if start == libc::MAP_FAILED {
            return Err(std::io::Error::last_os_error());
        }
        // SAFETY: that many words, page-aligned, never unmapped; atomics may be written by others.
        let words = unsafe { std::slice::from_raw_parts(start.cast::<AtomicU64>(), WORDS) };
        Ok(Self { path: path.into(), words, made_here })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn stop(&self) {
        self.words[0].store(1, Ordering::Relaxed);
    }

    pub(super) fn has_stopped(&self) -> bool {
        self.words[0].load(Ordering::Relaxed) != 0
    }

    pub(super) fn count(&self, what: Count) {
        self.words[COUNTERS + what as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn counted(&self, what: Count) -> u64 {
        self.words[COUNTERS + what as usize].load(Ordering::Relaxed)
    }

    pub(super) fn summary(&self) -> String {
        let counts = COUNTS.map(|count| format!("{count:?} {}", self.counted(count)));
        counts.join(", ")
    }

    /// A thread of a worker is about to do something.
    pub(super) fn sign(&self, worker: usize, thread: usize, act: u64) {
        let word = &self.words[SIGNS + worker * THREADS + thread];
        let acts = (word.load(Ordering::Relaxed) >> 8).wrapping_add(1);
        word.store(acts << 8 | act, Ordering::Relaxed);
    }

    pub(super) fn signs(&self, worker: usize) -> [u64; THREADS] {
        let at = SIGNS + worker * THREADS;
        std::array::from_fn(|thread| self.words[at + thread].load(Ordering::Relaxed))
    }

    pub(super) fn last_acts(&self, worker: usize) -> String {
        format!("{:?}", self.signs(worker).map(|sign| super::worker::act_name(sign & 0xff)))
    }

    /// Claims an object that only one may get; `false` if somebody has got it already.
    pub(super) fn claim(&self, seed: u64) -> bool {
        let claim = &self.words[CLAIMS + mix(seed, 0) as usize % CLAIM_COUNT];
        claim.swap(seed, Ordering::Relaxed) != seed
    }

    pub(super) fn write(&self, dice: &mut Dice, note: &Note) {
        let words = note.words();
        let at = NOTES + dice.below(NOTE_COUNT as u64) as usize * NOTE_WORDS;
        for (place, word) in words.into_iter().enumerate() {
            self.words[at + place].store(word, Ordering::Release);
        }
    }

    /// Some note, if it is whole.
    pub(super) fn read(&self, dice: &mut Dice) -> Option<Note> {
        let at = NOTES + dice.below(NOTE_COUNT as u64) as usize * NOTE_WORDS;
        Note::from_words(std::array::from_fn(|place| {
            self.words[at + place].load(Ordering::Acquire)
        }))
    }

    /// Says what must not be. The first to do so is heard.
    pub(super) fn complain(&self, what: &str) {
        eprintln!("storm: {what}");
        let _ = File::create_new(self.complaints())
            .and_then(|mut file| std::io::Write::write_all(&mut file, what.as_bytes()));
    }

    pub(super) fn complaint(&self) -> Option<String> {
        std::fs::read_to_string(self.complaints()).ok()
    }

    fn complaints(&self) -> PathBuf {
        self.path.with_extension("complaint")
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        if self.made_here {
            let _ = std::fs::remove_file(&self.path);
            let _ = std::fs::remove_file(self.complaints());
        }
    }
}

impl Note {
    fn words(&self) -> [u64; NOTE_WORDS] {
        let [arena_low, arena_high] = halves(self.key.arena.as_bytes());
        let [low, high] = halves(self.key.capability.as_bytes());
        let flags = u64::from(self.pending) | u64::from(self.once) << 1;
        let mut words = [
            arena_low,
            arena_high,
            self.key.slot.into(),
            self.key.generation,
            low,
            high,
            self.seed,
            self.len,
            flags,
            0,
        ];
        words[NOTE_WORDS - 1] = sum(&words[..NOTE_WORDS - 1]);
        words
    }

    fn from_words(words: [u64; NOTE_WORDS]) -> Option<Self> {
        let [arena_low, arena_high, slot, generation, low, high, seed, len, flags, check] = words;
        if check != sum(&words[..NOTE_WORDS - 1]) || generation == 0 {
            return None;
        }
        let key = ObjectKey {
            arena: ArenaId::from_bytes(whole(arena_low, arena_high)),
            slot: slot as u32,
            generation,
            capability: Capability::from_bytes(whole(low, high)),
        };
        Some(Self { key, seed, len, pending: flags & 1 != 0, once: flags & 2 != 0 })
    }
}

fn sum(words: &[u64]) -> u64 {
    words.iter().fold(7, |sum, word| mix(sum, *word))
}

fn halves(bytes: &[u8; 16]) -> [u64; 2] {
    let number = u128::from_le_bytes(*bytes);
    [number as u64, (number >> 64) as u64]
}

fn whole(low: u64, high: u64) -> [u8; 16] {
    (u128::from(high) << 64 | u128::from(low)).to_le_bytes()
}
