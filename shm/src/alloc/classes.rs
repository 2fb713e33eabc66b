//! The sizes that small blocks come in: 64-byte steps up to 512, then four steps per doubling, up to 16 KiB.
//!
//! ```text
//! 64 128 192 256 | 320 384 448 512 | 640 768 896 1024 | … | 10240 12288 14336 16384
//! ```
//!
//! Blocks start at multiples of their size from the start of a 64 KiB aligned slab, so a block is aligned to a power of
//! two when its size is a multiple of it.

/// Which size: an index into the list above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(u8);

impl Class {
    pub(super) const COUNT: usize = 28;

    #[inline]
    pub(super) fn size(self) -> u32 {
        SIZES[self.index()]
    }

    #[inline]
    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The smallest class for blocks of `len` bytes at multiples of `align`, a power of two; `None` if it takes an extent.
#[inline]
pub(super) fn class(len: u64, align: u64) -> Option<Class> {
    if len > LARGEST || align > LARGEST {
        return None;
    }
    let mut class = CLASS_OF_UNITS[len.div_ceil(UNIT) as usize];
    while u64::from(SIZES[usize::from(class)]) & (align - 1) != 0 {
        class += 1; // ends at the latest with the last size, a multiple of every alignment that comes this far
    }
    Some(Class(class))
}

/// The largest small block.
pub(super) const LARGEST: u64 = 16 << 10;

const UNIT: u64 = 64;

const SIZES: [u32; Class::COUNT] = {
    let mut sizes = [0; Class::COUNT];
    let (mut i, mut size, mut step) = (0, 0, 64);
    while i < Class::COUNT {
        if i >= 8 && i % 4 == 0 {
            step *= 2;
        }
        size += step;
        sizes[i] = size;
        i += 1;
    }
    sizes
};

/// The class of a block by its length in units of 64 bytes, rounded up.
const CLASS_OF_UNITS: [u8; (LARGEST / UNIT) as usize + 1] = {
    let mut table = [0; (LARGEST / UNIT) as usize + 1];
    let (mut units, mut class) = (1, 0);
    while units < table.len() {
        if (units as u64) * UNIT > SIZES[class] as u64 {
            class += 1;
        }
        table[units] = class as u8;
        units += 1;
    }
    table
};

const _: () = assert!(SIZES[0] as u64 == UNIT && SIZES[Class::COUNT - 1] as u64 == LARGEST);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_64_bytes_and_then_four_per_doubling() {
        assert_eq!(SIZES[..9], [64, 128, 192, 256, 320, 384, 448, 512, 640]);
        assert_eq!(SIZES[24..], [10240, 12288, 14336, 16384]);
    }

    #[test]
    fn a_class_is_the_smallest_that_fits_and_is_aligned() {
        for align in (6..=14).map(|bits| 1 << bits) {
            for len in 1..=LARGEST {
                let class = class(len, align).unwrap();
                let fits = |size: u32| u64::from(size) >= len && u64::from(size) % align == 0;
                let smallest = SIZES.iter().position(|&size| fits(size));
                assert_eq!(Some(class.index()), smallest, "{len} bytes aligned to {align}");
            }
        }
    }

    #[test]
    fn longer_or_more_aligned_blocks_have_no_class() {
        assert_eq!(class(LARGEST + 1, 64), None);
        assert_eq!(class(64, 2 * LARGEST), None);
    }
}
