//! Array descriptions: element type, shape and order.

use std::fmt;

use bytemuck::Pod;
use smallvec::SmallVec;

use super::element::RECORD;
use super::{Draft, ElementType, read_number, write_number};
use crate::{Error, Result};

/// An array has at most so many dimensions.
pub const MAX_DIMENSIONS: usize = 8;

/// In which order an array's elements lie in memory.
///
/// ```
/// # use wharf::{Deadline, Fabric, Options, Shape, StoreOptions};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let private = tempfile::tempdir_in("/dev/shm")?;
/// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
/// # let store = fabric.store("fields", StoreOptions::default())?;
/// let mut field = store.alloc_array::<i32>(Shape::fortran([2, 3]))?;
/// let (row, column) = (1, 2);
/// field.fill(0);
/// field[column * 2 + row] = 7; // Fortran's field(2, 3)
/// assert_eq!(fabric.get::<[i32]>(&field.seal()?, Deadline::NOW)?[..], [0, 0, 0, 0, 0, 7]);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// The last index varies fastest, as in C, Rust and numpy.
    #[default]
    C,
    /// The first index varies fastest, as in Fortran, Julia and MATLAB.
    Fortran,
}

/// How many elements an array has along each dimension, and in which order they lie.
///
/// Lists of numbers are shapes in C order:
///
/// ```
/// use wharf::{Order, Shape};
/// let shape = Shape::from([2, 512, 512]);
/// assert_eq!((shape.dimensions(), shape.order()), (&[2, 512, 512][..], Order::C));
/// assert_eq!(Shape::fortran([512, 512]).order(), Order::Fortran);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Shape {
    dimensions: SmallVec<[usize; MAX_DIMENSIONS]>,
    order: Order,
}

impl Shape {
    /// A shape whose last index varies fastest.
    #[must_use]
    pub fn c(dimensions: impl AsRef<[usize]>) -> Self {
        Self { dimensions: dimensions.as_ref().into(), order: Order::C }
    }

    /// A shape whose first index varies fastest.
    #[must_use]
    pub fn fortran(dimensions: impl AsRef<[usize]>) -> Self {
        Self { dimensions: dimensions.as_ref().into(), order: Order::Fortran }
    }

    /// The number of elements along each dimension; none for a single element.
    #[must_use]
    pub fn dimensions(&self) -> &[usize] {
        &self.dimensions
    }

    /// The order in which the elements lie.
    #[must_use]
    pub fn order(&self) -> Order {
        self.order
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    fn from(dimensions: [usize; N]) -> Self {
        Self::c(dimensions)
    }
}

impl From<&[usize]> for Shape {
    fn from(dimensions: &[usize]) -> Self {
        Self::c(dimensions)
    }
}

impl From<Vec<usize>> for Shape {
    fn from(dimensions: Vec<usize>) -> Self {
        Self::c(dimensions)
    }
}

impl fmt::Display for Shape {
    /// `[2, 512, 512]`; `[512, 512] in Fortran order`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.dimensions)?;
        match self.order {
            Order::C => Ok(()),
            Order::Fortran => f.write_str(" in Fortran order"),
        }
    }
}

/// An array's description: what its elements are, how many, and in which order.
///
/// ```
/// use wharf::{ArrayType, ElementType};
/// let field = ArrayType::of::<f64>([256, 256])?;
/// assert_eq!((field.element(), field.len(), field.size()), (ElementType::F64, 65536, 524288));
/// assert_eq!(field.to_string(), "f64[256, 256]");
/// # Ok::<(), wharf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArrayType {
    element: ElementType,
    shape: Shape,
}

impl ArrayType {
    /// An array of this shape with elements of type `T`.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if it has more than [`MAX_DIMENSIONS`] dimensions, more bytes than memory
    /// can, or elements without a size.
    pub fn of<T: Pod>(shape: impl Into<Shape>) -> Result<Self> {
        Self::new(ElementType::of::<T>(), shape.into())
    }

    /// An array of this shape with such elements.
    ///
    /// # Errors
    ///
    /// As [`of`](ArrayType::of).
    pub fn new(element: ElementType, shape: Shape) -> Result<Self> {
        let array = Self { element, shape };
        let dimensions = array.shape.dimensions.len();
        let refuse = |reason: String| Err(Error::Shape { reason });
        if dimensions > MAX_DIMENSIONS {
            return refuse(format!(
                "it has {dimensions} dimensions, and an array has at most {MAX_DIMENSIONS}: merge some"
            ));
        }
        if element.size() == 0 {
            return refuse("its elements have no size, so there is nothing to share".into());
        }
        match array.checked_size() {
            Some(_) => Ok(array),
            None => refuse(format!("{} has more bytes than memory can", array)),
        }
    }

    /// The elements' type.
    #[must_use]
    pub fn element(&self) -> ElementType {
        self.element
    }

    /// The number of elements along each dimension, and their order.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.dimensions.iter().product()
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.len() as u64 * self.element.size()
    }

    /// `None` if there are too many; dimensions of 0 excuse no others.
    fn checked_size(&self) -> Option<u64> {
        let mut size = self.element.size();
        for dimension in &self.shape.dimensions {
            size = size.checked_mul((*dimension).max(1) as u64)?;
        }
        (size <= isize::MAX as u64).then_some(size)
    }

    /// `element │ dimensions, 128 more for Fortran order │ a record's size │ each dimension`; the
    /// first two a byte each, the rest numbers of as many bytes as they take.
    pub(super) fn write(&self, out: &mut Draft) {
        let order = if self.shape.order == Order::Fortran { FORTRAN } else { 0 };
        out.extend([self.element.code(), self.shape.dimensions.len() as u8 | order]);
        if let ElementType::Record { size } = self.element {
            write_number(out, size.into());
        }
        for dimension in &self.shape.dimensions {
            write_number(out, *dimension as u64);
        }
    }

    /// `None` for what this version does not know, or cannot be.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (&[code, dimensions], mut rest) = bytes.split_first_chunk()?;
        let element = match code {
            RECORD => ElementType::Record { size: read_number(&mut rest)?.try_into().ok()? },
            code => ElementType::of_code(code)?,
        };
        let (count, order) = match dimensions {
            0..FORTRAN => (dimensions, Order::C),
            _ => (dimensions & !FORTRAN, Order::Fortran),
        };
        if usize::from(count) > MAX_DIMENSIONS {
            return None;
        }
        let mut dimensions = SmallVec::new();
        for _ in 0..count {
            dimensions.push(usize::try_from(read_number(&mut rest)?).ok()?);
        }
        let array = Self::new(element, Shape { dimensions, order }).ok()?;
        rest.is_empty().then_some(array)
    }
}

const FORTRAN: u8 = 0x80;

impl fmt::Display for ArrayType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.element, self.shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_with_a_reason() {
        let refused = |shape: Shape| match ArrayType::of::<f64>(shape) {
            Err(Error::Shape { reason }) => reason,
            other => panic!("{other:?}"),
        };
        assert!(refused(vec![1; 9].into()).contains("at most 8"));
        assert!(refused([usize::MAX, 2].into()).contains("more bytes"));
        assert!(refused([0, usize::MAX, 2].into()).contains("more bytes"));
        assert!(matches!(ArrayType::of::<[u8; 0]>([1]), Err(Error::Shape { .. })));
    }

    #[test]
    fn sizes_and_words() -> Result<()> {
        let scalar = ArrayType::of::<f32>([])?;
        assert_eq!((scalar.len(), scalar.size(), scalar.to_string()), (1, 4, "f32[]".into()));
        let none = ArrayType::of::<f32>([4, 0])?;
        assert!(none.is_empty() && none.size() == 0);
        let matrix = ArrayType::of::<u16>(Shape::fortran([3, 5]))?;
        assert_eq!(
            (matrix.size(), matrix.to_string().as_str()),
            (30, "u16[3, 5] in Fortran order")
        );
        Ok(())
    }
}
