//! Array descriptions.

use std::ffi::c_int;

use wharf::{ArrayType, ElementType, Order, Shape};

use crate::error::{Failure, wharf_status};
use crate::lifetime::no_such;

/// An array has at most so many dimensions.
pub const WHARF_MAX_DIMENSIONS: usize = 8;

/// The type of an array's elements, little-endian all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum wharf_element {
    /// int8_t
    WHARF_INT8 = 1,
    /// int16_t
    WHARF_INT16 = 2,
    /// int32_t
    WHARF_INT32 = 3,
    /// int64_t
    WHARF_INT64 = 4,
    /// uint8_t
    WHARF_UINT8 = 5,
    /// uint16_t
    WHARF_UINT16 = 6,
    /// uint32_t
    WHARF_UINT32 = 7,
    /// uint64_t
    WHARF_UINT64 = 8,
    /// IEEE 754 half precision
    WHARF_FLOAT16 = 9,
    /// The upper half of a float: 8 bits of exponent, 7 of fraction
    WHARF_BFLOAT16 = 10,
    /// float
    WHARF_FLOAT32 = 11,
    /// double
    WHARF_FLOAT64 = 12,
    /// float complex: real, then imaginary
    WHARF_COMPLEX_FLOAT32 = 13,
    /// double complex: real, then imaginary
    WHARF_COMPLEX_FLOAT64 = 14,
    /// A plain structure, of which only its size is known
    WHARF_RECORD = 15,
}

/// In which order an array's elements lie in memory.
#[repr(C)]
pub enum wharf_order {
    /// The last index varies fastest, as in C.
    WHARF_ORDER_C = 0,
    /// The first index varies fastest, as in Fortran.
    WHARF_ORDER_FORTRAN = 1,
}

/// What an array is: its elements, how many along each dimension, and in which order they lie.
///
/// A plain value: copy it freely. With 0 dimensions it is a single element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct wharf_array {
    /// One of wharf_element.
    pub element: c_int,
    /// One of wharf_order.
    pub order: c_int,
    /// Bytes of one element. As an input it may be 0, but for WHARF_RECORD.
    pub element_size: u32,
    /// How many dimensions there are, at most WHARF_MAX_DIMENSIONS.
    pub dimensions: u32,
    /// The number of elements along each. As an input, those beyond are ignored; as an output, they
    /// are 0.
    pub shape: [u64; 8],
}

impl wharf_array {
    pub(crate) fn read(&self) -> Result<ArrayType, Failure> {
        let element = self.element()?;
        let dimensions = usize::try_from(self.dimensions).ok();
        let Some(shape) = dimensions.and_then(|count| self.shape.get(..count)) else {
            let message = format!(
                "the array has {} dimensions, and at most {WHARF_MAX_DIMENSIONS} are possible: \
                 merge some",
                self.dimensions
            );
            return Err(Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message));
        };
        let shape: Vec<usize> = shape.iter().map(|length| *length as usize).collect();
        let shape = match self.order {
            o if o == wharf_order::WHARF_ORDER_C as c_int => Shape::c(shape),
            o if o == wharf_order::WHARF_ORDER_FORTRAN as c_int => Shape::fortran(shape),
            other => return Err(no_such("order", other)),
        };
        Ok(ArrayType::new(element, shape)?)
    }

    fn element(&self) -> Result<ElementType, Failure> {
        let of_code = |&&(code, _): &&(wharf_element, _)| code as c_int == self.element;
        let element = match ELEMENTS.iter().find(of_code) {
            Some((_, element)) => *element,
            None if self.element == wharf_element::WHARF_RECORD as c_int => {
                ElementType::Record { size: self.element_size }
            }
            None => return Err(no_such("element", self.element)),
        };
        if self.element_size != 0 && u64::from(self.element_size) != element.size() {
            let (said, size) = (self.element_size, element.size());
            let message = format!("an element_size of {said}, where {element} has {size} bytes");
            return Err(Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message));
        }
        Ok(element)
    }

    /// `None` for elements that this library has no number for.
    pub(crate) fn of(array: &ArrayType) -> Option<Self> {
        let element = array.element();
        let code = match element {
            ElementType::Record { .. } => wharf_element::WHARF_RECORD,
            number => ELEMENTS.iter().find(|(_, known)| *known == number)?.0,
        };
        let order = match array.shape().order() {
            Order::C => wharf_order::WHARF_ORDER_C,
            Order::Fortran => wharf_order::WHARF_ORDER_FORTRAN,
        };
        let dimensions = array.shape().dimensions();
        let mut shape = [0; 8];
        for (there, here) in shape.iter_mut().zip(dimensions) {
            *there = *here as u64;
        }
        Some(Self {
            element: code as c_int,
            order: order as c_int,
            element_size: u32::try_from(element.size()).ok()?,
            dimensions: u32::try_from(dimensions.len()).ok()?,
            shape,
        })
    }
}

const ELEMENTS: [(wharf_element, ElementType); 14] = [
    (wharf_element::WHARF_INT8, ElementType::I8),
    (wharf_element::WHARF_INT16, ElementType::I16),
    (wharf_element::WHARF_INT32, ElementType::I32),
    (wharf_element::WHARF_INT64, ElementType::I64),
    (wharf_element::WHARF_UINT8, ElementType::U8),
    (wharf_element::WHARF_UINT16, ElementType::U16),
    (wharf_element::WHARF_UINT32, ElementType::U32),
    (wharf_element::WHARF_UINT64, ElementType::U64),
    (wharf_element::WHARF_FLOAT16, ElementType::F16),
    (wharf_element::WHARF_BFLOAT16, ElementType::Bf16),
    (wharf_element::WHARF_FLOAT32, ElementType::F32),
    (wharf_element::WHARF_FLOAT64, ElementType::F64),
    (wharf_element::WHARF_COMPLEX_FLOAT32, ElementType::ComplexF32),
    (wharf_element::WHARF_COMPLEX_FLOAT64, ElementType::ComplexF64),
];

const _: () = assert!(wharf::MAX_DIMENSIONS == WHARF_MAX_DIMENSIONS);
const _: () = assert!(size_of::<wharf_array>() == 80);
