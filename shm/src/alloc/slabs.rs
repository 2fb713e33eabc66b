//! Small blocks: slabs of 64 KiB, each cut into blocks of one size and marked in a bitmap.
//!
//! ```text
//! class 64    partial ► slab 7, slab 2     spare: none
//! class 128   partial ► slab 4             spare: slab 9 (wholly free, kept against thrashing)
//! ```
//!
//! A slab with blocks both free and taken is on its class's stack of partial ones; a full one is on no list. Of a class's
//! wholly free slabs one is kept as its *spare*; any other goes back to the extents at once. All bookkeeping is
//! some 160 bytes per slab, a bit for each block among them: a few bits for each object of 64 bytes.

use super::classes::Class;
use super::extents::{Extents, PageAddress};
use super::{PAGE, Place};

/// Bytes of a slab, which starts at a multiple of that.
pub(super) const SLAB: u64 = 64 << 10;

/// All slabs of an arena.
#[derive(Debug)]
pub(super) struct Slabs {
    slabs: Vec<Slab>,
    /// Entries of `slabs` that are to be used again.
    vacant: Vec<SlabId>,
    classes: [OfClass; Class::COUNT],
    /// `[segment][offset / SLAB]`: the slab there, if any.
    at: Vec<Vec<Option<SlabId>>>,
}

/// An index into `Slabs::slabs`, plus one, so that an `Option` of it takes no more room.
type SlabId = std::num::NonZeroU32;

#[derive(Clone, Debug, Default)]
struct OfClass {
    partial: Vec<SlabId>,
    spare: Option<SlabId>,
}

#[derive(Debug)]
struct Slab {
    start: PageAddress,
    class: Class,
    taken: u16,
    /// Where it is in its class's `partial`.
    position: u32,
    /// A bit for each word of `free` that is not zero.
    words: u16,
    /// A bit for each free block.
    free: [u64; WORDS],
}

impl Default for Slabs {
    fn default() -> Self {
        Self {
            slabs: Vec::new(),
            vacant: Vec::new(),
            classes: std::array::from_fn(|_| OfClass::default()),
            at: Vec::new(),
        }
    }
}

impl Slabs {
    /// A block of this class. `None` if there is none and the extents hold no room for a slab.
    #[inline]
    pub(super) fn alloc(&mut self, class: Class, extents: &mut Extents) -> Option<Place> {
        let id = match self.classes[class.index()].partial.last() {
            Some(&id) => id,
            None => self.another(class, extents)?,
        };
        let slab = &mut self.slabs[index(id)];
        let place = slab.take();
        if slab.is_full() {
            self.classes[class.index()].partial.pop();
        }
        Some(place)
    }

    /// Gives a block back. False, and nothing done, if it is not out.
    #[inline]
    pub(super) fn free(&mut self, place: Place, extents: &mut Extents) -> bool {
        let Some(id) = self.find(place.segment, place.offset) else {
            return false;
        };
        let slab = &mut self.slabs[index(id)];
        let was_full = slab.is_full();
        if !slab.give(place) {
            return false;
        }
        let is_empty = slab.taken == 0;
        match (was_full, is_empty) {
            (true, false) => self.push_partial(id),
            (false, true) => {
                self.remove_partial(id);
                self.keep_or_release(id, extents);
            }
            (true, true) => self.keep_or_release(id, extents),
            (false, false) => {}
        }
        true
    }

    /// Gives every class's spare back to the extents; true if there were any.
    pub(super) fn release_spares(&mut self, extents: &mut Extents) -> bool {
        let mut any = false;
        for class in 0..Class::COUNT {
            if let Some(id) = self.classes[class].spare.take() {
                self.release(id, extents);
                any = true;
            }
        }
        any
    }

    /// A slab to allocate from where no partial one is left: the spare, or a new one.
    #[cold]
    fn another(&mut self, class: Class, extents: &mut Extents) -> Option<SlabId> {
        let id = match self.classes[class.index()].spare.take() {
            Some(id) => id,
            None => {
                let start = extents.take(SLAB / PAGE, SLAB / PAGE)?;
                self.install(Slab::new(start, class))?
            }
        };
        self.push_partial(id);
        Some(id)
    }

    fn install(&mut self, slab: Slab) -> Option<SlabId> {
        let at = self.vacant.pop();
        let (segment, number) = slab.start.slab();
        let id = match at {
            Some(id) => {
                self.slabs[index(id)] = slab;
                id
            }
            None => {
                self.slabs.push(slab);
                SlabId::new(self.slabs.len() as u32)?
            }
        };
        if self.at.len() <= segment {
            self.at.resize_with(segment + 1, Vec::new);
        }
        let table = &mut self.at[segment];
        if table.len() <= number {
            table.resize(number + 1, None);
        }
        table[number] = Some(id);
        Some(id)
    }

    #[inline]
    fn find(&self, segment: u32, offset: u64) -> Option<SlabId> {
        let table = self.at.get(segment as usize)?;
        *table.get((offset / SLAB) as usize)?
    }

    fn keep_or_release(&mut self, id: SlabId, extents: &mut Extents) {
        let class = self.slabs[index(id)].class;
        let spare = &mut self.classes[class.index()].spare;
        if spare.is_none() {
            *spare = Some(id);
        } else {
            self.release(id, extents);
        }
    }

    fn release(&mut self, id: SlabId, extents: &mut Extents) {
        let start = self.slabs[index(id)].start;
        let (segment, number) = start.slab();
        self.at[segment][number] = None;
        self.vacant.push(id);
        let was_out = extents.give(start, SLAB / PAGE);
        debug_assert!(was_out, "the pages of a slab were free already: {start:?}");
    }

    fn push_partial(&mut self, id: SlabId) {
        let slab = &mut self.slabs[index(id)];
        let partial = &mut self.classes[slab.class.index()].partial;
        slab.position = partial.len() as u32;
        partial.push(id);
    }

    fn remove_partial(&mut self, id: SlabId) {
        let slab = &self.slabs[index(id)];
        let (class, position) = (slab.class.index(), slab.position);
        let partial = &mut self.classes[class].partial;
        partial.swap_remove(position as usize);
        if let Some(&moved) = partial.get(position as usize) {
            self.slabs[index(moved)].position = position;
        }
    }
}

impl Slab {
    fn new(start: PageAddress, class: Class) -> Self {
        let blocks = SLAB as usize / class.size() as usize;
        let mut slab = Self { start, class, taken: 0, position: 0, words: 0, free: [0; WORDS] };
        for (n, word) in slab.free.iter_mut().enumerate() {
            *word = match blocks.saturating_sub(64 * n) {
                0 => break,
                some @ 1..64 => (1 << some) - 1,
                64.. => u64::MAX,
            };
            slab.words |= 1 << n;
        }
        slab
    }

    #[inline]
    fn is_full(&self) -> bool {
        self.words == 0
    }

    /// Takes the lowest free block. The slab is not full.
    #[inline]
    fn take(&mut self) -> Place {
        let word = self.words.trailing_zeros() as usize % WORDS;
        let bit = self.free[word].trailing_zeros();
        self.free[word] &= self.free[word] - 1;
        if self.free[word] == 0 {
            self.words &= !(1 << word);
        }
        self.taken += 1;
        let block = 64 * word as u64 + u64::from(bit);
        let size = u64::from(self.class.size());
        Place {
            segment: self.start.segment(),
            offset: self.start.page() * PAGE + block * size,
            size,
        }
    }

    /// Marks a block free. False, and nothing done, if it is free already or no block of this slab.
    #[inline]
    fn give(&mut self, place: Place) -> bool {
        let (within, size) = ((place.offset % SLAB) as u32, self.class.size());
        let block = within / size;
        let (word, bit) = (block as usize / 64, 1 << (block % 64));
        let is_block =
            u64::from(size) == place.size && within % size == 0 && (within + size) as u64 <= SLAB;
        if !is_block || self.free[word] & bit != 0 {
            return false;
        }
        self.free[word] |= bit;
        self.words |= 1 << word;
        self.taken -= 1;
        true
    }
}

impl PageAddress {
    /// The segment, and the number of the slab in it, where this is a slab's start.
    fn slab(self) -> (usize, usize) {
        let number = self.page() / (SLAB / PAGE);
        (self.segment() as usize, number as usize)
    }
}

#[inline]
fn index(id: SlabId) -> usize {
    id.get() as usize - 1
}

/// Words of a bitmap with a bit for each of the smallest blocks.
const WORDS: usize = SLAB as usize / 64 / 64;

#[cfg(test)]
impl Slabs {
    /// Bytes of process memory behind all this.
    pub(super) fn bookkeeping(&self) -> usize {
        let tables = self.at.iter().map(|table| table.capacity() * size_of::<Option<SlabId>>());
        let lists = self.classes.iter().map(|class| class.partial.capacity() * size_of::<SlabId>());
        self.slabs.capacity() * size_of::<Slab>() + tables.sum::<usize>() + lists.sum::<usize>()
    }
}
