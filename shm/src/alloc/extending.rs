//! Extents that become longer or shorter where they are.
//!
//! ```text
//! extend ── Some(longer place)
//!   └───── None ── plan_extension ── Some(growth) ── reserve those pages ── grown(growth) ── extend succeeds
//!                        └────────── None: something else lies behind it
//! ```

use super::extents::PageAddress;
use super::{Allocator, Growth, PAGE, Place, Segment, classes, round_up};

impl Place {
    /// An extent's first pages, enough for `len` bytes, and the rest; `None` if the rest would be no extent.
    pub(crate) fn split(self, len: u64) -> Option<(Place, Place)> {
        let size = round_up(len, PAGE).max(classes::LARGEST + PAGE);
        let rest = Place {
            segment: self.segment,
            offset: self.offset + size,
            size: self.size.checked_sub(size)?,
        };
        (rest.size > classes::LARGEST).then_some((Place { size, ..self }, rest))
    }
}

impl Allocator {
    /// Makes an extent longer by the free pages behind it, if they are enough for `more` bytes.
    pub(crate) fn extend(&mut self, place: Place, more: u64) -> Option<Place> {
        let pages = self.pages_behind(place, more)?;
        let behind = PageAddress::new(place.segment, (place.offset + place.size) / PAGE);
        let taken = self.extents.take_at(behind, pages)
            || self.coalesce() && self.extents.take_at(behind, pages);
        taken.then(|| {
            self.in_use += pages * PAGE;
            Place { size: place.size + pages * PAGE, ..place }
        })
    }

    /// What to reserve so that `extend(place, more)`, which just returned `None`, succeeds. `None` if nothing helps.
    pub(crate) fn plan_extension(&self, place: Place, more: u64) -> Option<Growth> {
        let pages = self.pages_behind(place, more)?;
        let &Segment { size, watermark, page } = self.segments.get(place.segment as usize)?;
        let end = place.offset + place.size;
        let free = self.extents.free_at(PageAddress::new(place.segment, end / PAGE)) * PAGE;
        let least = round_up((end + pages * PAGE).checked_sub(watermark)?, page);
        let growth = self.stepped(Growth {
            segment: place.segment,
            from: watermark,
            len: least,
            least,
            segment_size: size,
            is_new: false,
            page,
        });
        let fits = watermark + least <= size && least <= self.capacity - self.reserved;
        (end + free == watermark && fits).then_some(growth)
    }

    /// The pages that `more` bytes take behind a place, if it is an extent and they can be counted.
    fn pages_behind(&self, place: Place, more: u64) -> Option<u64> {
        let is_extent = place.size > classes::LARGEST;
        (is_extent && more <= self.capacity).then(|| round_up(more, PAGE) / PAGE)
    }
}
