//! What an owner knows of each slot, and the capabilities it gives out.

use crate::alloc::Place;
use crate::error::{Error, Result};
use crate::ids::Capability;
use crate::layout::FIRST_SLOT;
use crate::sys::random;

/// The owner's own knowledge of a slot.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry {
    pub(super) generation: u64,
    offset: u64,
    /// Bytes taken; 0 where there is no block.
    pub(super) size: u64,
    segment: u32,
    pub(super) stage: Stage,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    #[default]
    Free,
    Live,
    Retired,
}

impl Entry {
    pub(super) fn set_place(&mut self, place: Option<Place>) {
        let place = place.unwrap_or(Place { segment: 0, offset: 0, size: 0 });
        (self.segment, self.offset, self.size) = (place.segment, place.offset, place.size);
    }

    pub(super) fn place(&self) -> Option<Place> {
        let place = Place { segment: self.segment, offset: self.offset, size: self.size };
        (place.size > 0).then_some(place)
    }

    pub(super) fn take_place(&mut self) -> Option<Place> {
        let place = self.place();
        self.size = 0;
        place
    }
}

/// The entries of all slots, in pieces so that growing never copies them.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pieces: Vec<Box<[Entry; PIECE]>>,
    count: u32,
}

const PIECE: usize = 1024;

impl Entries {
    /// The first slot number that has no entry.
    pub(super) fn end(&self) -> u32 {
        FIRST_SLOT + self.count
    }

    pub(super) fn push(&mut self) {
        if (self.count as usize).is_multiple_of(PIECE) {
            self.pieces.push(Box::new([Entry::default(); PIECE]));
        }
        self.count += 1;
    }

    /// A slot's entry, if there is such a slot.
    pub(super) fn get(&self, slot: u32) -> Option<Entry> {
        let index = slot.checked_sub(FIRST_SLOT).filter(|index| *index < self.count)? as usize;
        Some(self.pieces[index / PIECE][index % PIECE])
    }

    /// The entry of a slot that this owner handed out.
    pub(super) fn at(&mut self, slot: u32) -> &mut Entry {
        let index = (slot - FIRST_SLOT) as usize;
        &mut self.pieces[index / PIECE][index % PIECE]
    }
}

/// Unguessable capabilities, fetched from the kernel many at a time.
#[derive(Debug)]
pub(super) struct Capabilities {
    bytes: Box<[u8; POOL]>,
    used: usize,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self { bytes: Box::new([0; POOL]), used: POOL }
    }
}

impl Capabilities {
    pub(super) fn next(&mut self) -> Result<Capability> {
        if self.used == self.bytes.len() {
            random::fill(&mut self.bytes[..])
                .map_err(|error| Error::io("get random bytes from", "the kernel", error))?;
            self.used = 0;
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.bytes[self.used..self.used + 16]);
        self.used += 16;
        Ok(Capability::from_bytes(bytes))
    }
}

/// Bytes of capabilities fetched at once: a system call for every thousandth object.
const POOL: usize = 16 << 10;
