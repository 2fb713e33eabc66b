//! Parts of arrays: a range of each dimension, as runs of bytes.
//!
//! ```text
//! f64[4, 6], rows 1..3 and columns 2..5        bytes
//!  · · · · · ·
//!  · · ■ ■ ■ ·     a run of 24 bytes at      64
//!  · · ■ ■ ■ ·     and one at               112
//!  · · · · · ·
//! ```

use std::ops::Range;

use bytemuck::Pod;
use wharf_shm::Deadline;

use crate::form::is_array_of;
use crate::{ArrayType, ElementType, Error, Fabric, Form, Order, Result, Ticket};

impl Fabric {
    /// Copies a part of an array, a range of each of its dimensions, into `elements`: in the array's
    /// own order, [C](Order::C) or [Fortran](Order::Fortran). Of an array on another node only that
    /// part is fetched.
    ///
    /// ```
    /// # use wharf::{Deadline, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let field: Vec<f64> = (0..24).map(f64::from).collect();
    /// let ticket = store.put_array(&field, [4, 6])?;
    ///
    /// let mut part = [0.0; 6];
    /// fabric.read_slab(&ticket, &[1..3, 2..5], &mut part, Deadline::NOW)?;
    /// assert_eq!(part, [8.0, 9.0, 10.0, 14.0, 15.0, 16.0]);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::WrongType`] if the ticket is not one of an array of such elements, which a pending
    /// object's may not say yet; [`Error::Shape`] if the array has no such part, or `elements` is not
    /// as long as that; else as [`read_at`](Fabric::read_at).
    pub fn read_slab<T: Pod>(
        &self,
        ticket: &Ticket,
        slab: &[Range<usize>],
        elements: &mut [T],
        deadline: impl Into<Deadline>,
    ) -> Result<()> {
        let holds = ticket.form();
        let Form::Array(array) = &holds else { return Err(wrong_type::<T>(holds)) };
        if !is_array_of(ticket.told(), ElementType::of::<T>()) {
            return Err(wrong_type::<T>(holds));
        }
        let runs = Runs::new(array, slab)?;
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(elements);
        if bytes.len() as u64 != runs.bytes() {
            let reason = format!(
                "the part has {} elements, and there is room for {}",
                runs.bytes() / array.element().size().max(1),
                elements.len()
            );
            return Err(Error::Shape { reason });
        }
        let covers = runs.covers();
        if covers.len() as u64 == runs.count() {
            return self.read_parts(ticket, covers, bytes, deadline.into());
        }
        let mut fetched =
            vec![0; covers.iter().map(|cover| (cover.end - cover.start) as usize).sum()];
        self.read_parts(ticket, covers.clone(), &mut fetched, deadline.into())?;
        runs.pick(&covers, &fetched, bytes);
        Ok(())
    }
}

/// The bytes of a part of an array: runs of the same length.
struct Runs {
    /// The first byte of the first.
    start: u64,
    /// The length of each; 0 if there are none.
    len: u64,
    /// How often, and how far apart, from the fastest dimension to the slowest.
    repeats: Vec<(u64, u64)>,
}

impl Runs {
    fn new(array: &ArrayType, slab: &[Range<usize>]) -> Result<Self> {
        let shape = array.shape();
        let dims = shape.dimensions();
        let wrong = |reason: String| Err(Error::Shape { reason });
        if slab.len() != dims.len() {
            return wrong(format!("{array} has {} dimensions, not {}", dims.len(), slab.len()));
        }
        for (at, (range, dim)) in slab.iter().zip(dims).enumerate() {
            if range.start > range.end || range.end > *dim {
                return wrong(format!("{array} has no {range:?} in its dimension {at}"));
            }
        }
        let mut fastest_first: Vec<_> = slab.iter().zip(dims.iter().copied()).collect();
        if shape.order() == Order::C {
            fastest_first.reverse();
        }
        Ok(Self::over(array.element().size(), &fastest_first))
    }

    fn over(element: u64, dims: &[(&Range<usize>, usize)]) -> Self {
        let mut runs = Self { start: 0, len: element, repeats: Vec::new() };
        let mut stride = element;
        let mut whole = true; // Everything so far is taken whole: it is one run.
        for (range, dim) in dims {
            let count = range.len() as u64;
            runs.start += range.start as u64 * stride;
            if whole {
                runs.len *= count;
            } else {
                runs.repeats.push((count, stride));
            }
            whole &= range.len() == *dim;
            stride *= *dim as u64;
        }
        if dims.iter().any(|(range, _)| range.is_empty()) {
            runs.len = 0;
        }
        runs
    }

    fn count(&self) -> u64 {
        if self.len == 0 { 0 } else { self.repeats.iter().map(|(count, _)| count).product() }
    }

    fn bytes(&self) -> u64 {
        self.len * self.count()
    }

    /// The first byte of the run of this number.
    fn at(&self, mut number: u64) -> u64 {
        let mut at = self.start;
        for (count, stride) in &self.repeats {
            at += number % count * stride;
            number /= count;
        }
        at
    }

    /// What to fetch: the runs, those that nearly touch together with what is between them.
    fn covers(&self) -> Vec<Range<u64>> {
        let mut covers: Vec<Range<u64>> = Vec::new();
        for at in (0..self.count()).map(|number| self.at(number)) {
            match covers.last_mut() {
                Some(last) if at - last.end <= GAP => last.end = at + self.len,
                _ => covers.push(at..at + self.len),
            }
        }
        covers
    }

    /// Picks the runs out of what covers them.
    fn pick(&self, covers: &[Range<u64>], fetched: &[u8], to: &mut [u8]) {
        let mut covers = covers.iter();
        let (mut cover, mut before) = (0..0, 0);
        let runs = (0..self.count()).map(|number| self.at(number));
        for (at, room) in runs.zip(to.chunks_exact_mut(self.len.max(1) as usize)) {
            while at >= cover.end {
                before += cover.end - cover.start;
                let Some(next) = covers.next() else { return };
                cover = next.clone();
            }
            let from = (before + at - cover.start) as usize;
            room.copy_from_slice(&fetched[from..from + room.len()]);
        }
    }
}

#[cold]
fn wrong_type<T>(holds: Form) -> Error {
    Error::WrongType { holds, wanted: std::any::type_name::<T>() }
}

/// Asking for a run of its own costs about as much as so many bytes.
const GAP: u64 = 256;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Shape;

    fn runs(shape: Shape, slab: &[Range<usize>]) -> Runs {
        Runs::new(&ArrayType::of::<u64>(shape).unwrap(), slab).unwrap()
    }

    #[test]
    #[allow(clippy::single_range_in_vec_init, reason = "one range is meant")]
    fn whole_dimensions_are_one_run() {
        assert_eq!(runs(Shape::c([4, 6]), &[1..3, 0..6]).covers(), [48..144]);
        assert_eq!(runs(Shape::fortran([4, 6]), &[0..4, 1..3]).covers(), [32..96]);
        assert_eq!(runs(Shape::c([4, 600]), &[1..3, 2..5]).covers(), [4816..4840, 9616..9640]);
        assert_eq!(runs(Shape::c([4, 6]), &[1..3, 2..5]).covers(), [64..136]); // the gap is small
        assert!(runs(Shape::c([4, 6]), &[1..1, 0..6]).covers().is_empty());
    }

    #[test]
    #[allow(clippy::single_range_in_vec_init, reason = "one range is meant")]
    fn what_is_not_there_is_refused() {
        let array = ArrayType::of::<u64>([4, 6]).unwrap();
        for slab in [&[0..4][..], &[0..5, 0..6], &[0..4, 6..7], &[0..4, 0..6, 0..1]] {
            assert!(matches!(Runs::new(&array, slab), Err(Error::Shape { .. })), "{slab:?}");
        }
    }

    proptest! {
        /// Against picking each element by its indices.
        #[test]
        fn parts_are_what_they_should_be(
            dims in proptest::collection::vec((0..40_usize, 0..40_usize, 0..40_usize), 1..=4),
            fortran: bool,
        ) {
            let sizes: Vec<_> = dims.iter().map(|(a, b, c)| a.max(b).max(c) + 1).collect();
            let slab: Vec<_> = dims.iter().map(|(a, b, _)| *a.min(b)..*a.max(b)).collect();
            prop_assume!(sizes.iter().product::<usize>() < 200_000);
            let shape = match fortran {
                true => Shape::fortran(sizes.clone()),
                false => Shape::c(sizes.clone()),
            };
            let bytes: Vec<u8> = (0..sizes.iter().product::<usize>() as u64)
                .flat_map(u64::to_le_bytes)
                .collect();
            let runs = runs(shape, &slab);
            let covers = runs.covers();
            let fetched: Vec<u8> = covers
                .iter()
                .flat_map(|cover| bytes[cover.start as usize..cover.end as usize].to_vec())
                .collect();
            let mut part = vec![0; runs.bytes() as usize];
            runs.pick(&covers, &fetched, &mut part);

            let order: Vec<usize> = match fortran {
                true => (0..sizes.len()).collect(),
                false => (0..sizes.len()).rev().collect(),
            };
            let count: usize = slab.iter().map(ExactSizeIterator::len).product();
            let expected: Vec<u8> = (0..count)
                .flat_map(|mut number| {
                    let (mut at, mut stride) = (0, 1);
                    for &dim in &order {
                        at += (slab[dim].start + number % slab[dim].len()) * stride;
                        number /= slab[dim].len();
                        stride *= sizes[dim];
                    }
                    (at as u64).to_le_bytes()
                })
                .collect();
            prop_assert_eq!(part, expected);
        }
    }
}
