//! The protocols under loom: every interleaving, and what happens without each rule.
//!
//! # Pins
//!
//! A reader registers, pins, reads the object's bytes and lets go. An evictor marks the slot,
//! scans, and overwrites the bytes if nobody holds them. The bytes are a loom cell: loom fails if
//! a read and a write of it can meet. Each weakening must fail in the same way; if one did not,
//! the model would prove nothing.
//!
//! # The bell: see [`bell`]
//!
//! # Claims: see [`claims`]

mod bell;
mod claims;

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicU64, fence};
use loom::thread;

use super::*;

impl Word for AtomicU64 {
    fn load(&self, order: Ordering) -> u64 {
        self.load(order)
    }

    fn store(&self, value: u64, order: Ordering) {
        self.store(value, order);
    }

    fn swap(&self, value: u64, order: Ordering) -> u64 {
        self.swap(value, order)
    }

    fn fetch_add(&self, value: u64, order: Ordering) -> u64 {
        self.fetch_add(value, order)
    }

    fn compare_exchange(
        &self,
        current: u64,
        new: u64,
        success: Ordering,
        failure: Ordering,
    ) -> Result<u64, u64> {
        self.compare_exchange(current, new, success, failure)
    }
}

macro_rules! rules {
    ($name:ident $(, $rule:ident)?) => {
        struct $name;
        impl Rules for $name {
            type Word = AtomicU64;
            $(const $rule: bool = false;)?
            fn fence_after_exchange() {
                fence(Ordering::SeqCst);
            }
            fn fence() {
                fence(Ordering::SeqCst);
            }
        }
    };
}

rules!(Sound);
rules!(NoReaderFence, READER_FENCE);
rules!(NoEvictorFence, EVICTOR_FENCE);
rules!(StaleTables, FRESH_TABLES);
rules!(BellLast, BELL_FIRST);

/// What the two processes share.
struct Memory {
    slot: AtomicU64,
    bytes: UnsafeCell<u64>,
    /// The reader's table, and whether its record is linked in the directory.
    entry: AtomicU64,
    linked: AtomicU64,
    epoch: AtomicU64,
}

/// The evictor's list: it holds the reader's table or not yet.
struct List<'a> {
    memory: &'a Memory,
    seen: Option<u64>,
    has_reader: bool,
}

impl<R: Rules<Word = AtomicU64>> Tables<R> for List<'_> {
    type Error = Infallible;

    fn epoch(&self) -> &AtomicU64 {
        &self.memory.epoch
    }

    fn refresh(&mut self, epoch: u64) -> Result<(), Infallible> {
        self.has_reader = self.memory.linked.load(Ordering::Acquire) == 1;
        self.seen = Some(epoch);
        Ok(())
    }

    fn seen(&self) -> Option<u64> {
        self.seen
    }

    fn each_pin(&mut self, found: &mut dyn FnMut(u64)) -> Result<(), Infallible> {
        if self.has_reader {
            found(self.memory.entry.load(Ordering::Acquire));
        }
        Ok(())
    }
}

const TAG: u32 = 9;
const SLOT: u32 = 64;
const SEALED: SlotWord = SlotWord::new(1, State::Sealed);

fn memory(linked: bool) -> Arc<Memory> {
    Arc::new(Memory {
        slot: AtomicU64::new(SEALED.bits()),
        bytes: UnsafeCell::new(7),
        entry: AtomicU64::new(0),
        linked: AtomicU64::new(u64::from(linked)),
        epoch: AtomicU64::new(0),
    })
}

fn read<R: Rules<Word = AtomicU64>>(memory: &Memory) {
    if pin::<R>(&memory.entry, Pin::new(TAG, SLOT), &memory.slot, |word| word == SEALED).is_ok() {
        // SAFETY: what is being modelled; loom reports a write that can meet this read.
        memory.bytes.with(|bytes| assert_eq!(unsafe { *bytes }, 7));
        unpin::<R>(&memory.entry);
    }
}

fn evict_and_reuse<R: Rules<Word = AtomicU64>>(memory: &Memory, list: &mut List<'_>) {
    evict::<R>(&memory.slot, 1, State::Sealed).expect("only one evicts");
    let mut pinned = false;
    let Ok(()) = scan::<R, _>(list, &mut |bits| pinned |= Pin::slot_of(bits, TAG) == Some(SLOT));
    if !pinned {
        // SAFETY: as in `read`.
        memory.bytes.with_mut(|bytes| unsafe { *bytes = 8 });
    }
}

/// A reader that the evictor knows.
fn known_reader<R: Rules<Word = AtomicU64> + 'static>() {
    loom::model(|| {
        let memory = memory(true);
        let theirs = memory.clone();
        let reader = thread::spawn(move || read::<R>(&theirs));
        let mut list = List { memory: &memory, seen: Some(0), has_reader: true };
        evict_and_reuse::<R>(&memory, &mut list);
        reader.join().expect("the reader");
    });
}

/// A reader that registers while the evictor already has a list without it.
fn new_reader<R: Rules<Word = AtomicU64> + 'static>() {
    loom::model(|| {
        let memory = memory(false);
        let theirs = memory.clone();
        let reader = thread::spawn(move || {
            theirs.linked.store(1, Ordering::Release);
            theirs.epoch.fetch_add(1, Ordering::AcqRel);
            read::<R>(&theirs);
        });
        let mut list = List { memory: &memory, seen: Some(0), has_reader: false };
        evict_and_reuse::<R>(&memory, &mut list);
        reader.join().expect("the reader");
    });
}

/// A view that is dropped while the evictor scans: its reads come before the reuse.
fn dropped_view<R: Rules<Word = AtomicU64> + 'static>() {
    loom::model(|| {
        let memory = memory(true);
        pin::<R>(&memory.entry, Pin::new(TAG, SLOT), &memory.slot, |word| word == SEALED)
            .expect("nobody else is there yet");
        let theirs = memory.clone();
        let reader = thread::spawn(move || {
            // SAFETY: as in `read`.
            theirs.bytes.with(|bytes| assert_eq!(unsafe { *bytes }, 7));
            unpin::<R>(&theirs.entry);
        });
        let mut list = List { memory: &memory, seen: Some(0), has_reader: true };
        evict_and_reuse::<R>(&memory, &mut list);
        reader.join().expect("the reader");
    });
}

#[track_caller]
fn must_fail(model: fn()) {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(AssertUnwindSafe(model));
    std::panic::set_hook(quiet);
    assert!(outcome.is_err(), "a weakened protocol passed: the model does not see the rule");
}

#[test]
fn loom_pins_hold_in_every_interleaving() {
    known_reader::<Sound>();
    new_reader::<Sound>();
    dropped_view::<Sound>();
}

#[test]
fn loom_without_the_readers_fence_memory_is_reused_under_a_view() {
    must_fail(known_reader::<NoReaderFence>);
}

#[test]
fn loom_without_the_evictors_fence_memory_is_reused_under_a_view() {
    must_fail(known_reader::<NoEvictorFence>);
}

#[test]
fn loom_with_a_stale_list_memory_is_reused_under_a_view() {
    must_fail(new_reader::<StaleTables>);
}
