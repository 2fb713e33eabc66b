//! A list that grows while others read it, and never moves what it holds.

use std::sync::OnceLock;

/// Cells that are filled once each, found by index without a lock.
///
/// Bucket `k` holds 2^k cells and is made when one of them is first filled.
#[derive(Debug)]
pub(crate) struct Growing<T> {
    buckets: [OnceLock<Box<[OnceLock<T>]>>; BUCKETS],
}

/// Room for 2^20 − 1 cells.
const BUCKETS: usize = 20;

impl<T> Growing<T> {
    pub(crate) fn new() -> Self {
        Self { buckets: [const { OnceLock::new() }; BUCKETS] }
    }

    /// What the cell holds, if it was filled.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        let (bucket, offset) = place(index)?;
        self.buckets.get(bucket)?.get()?.get(offset)?.get()
    }

    /// Fills the cell, unless another thread was first; gives what it then holds, or `None` if the
    /// index is beyond what the list can ever hold.
    pub(crate) fn fill(&self, index: usize, value: T) -> Option<&T> {
        let (bucket, offset) = place(index)?;
        let cells = self
            .buckets
            .get(bucket)?
            .get_or_init(|| (0..1_usize << bucket).map(|_| OnceLock::new()).collect());
        Some(cells.get(offset)?.get_or_init(|| value))
    }
}

#[inline]
fn place(index: usize) -> Option<(usize, usize)> {
    let number = index.checked_add(1)?;
    let bucket = number.ilog2() as usize;
    Some((bucket, number - (1 << bucket)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_filled_once_and_found_again() {
        let list = Growing::new();
        for index in [0, 1, 2, 3, 1000, (1 << 20) - 2] {
            assert_eq!(list.get(index), None);
            assert_eq!(list.fill(index, index), Some(&index));
            assert_eq!(list.fill(index, 7), Some(&index));
            assert_eq!(list.get(index), Some(&index));
        }
        assert_eq!(list.fill((1 << 20) - 1, 7), None);
        assert_eq!(list.fill(usize::MAX, 7), None);
    }
}
