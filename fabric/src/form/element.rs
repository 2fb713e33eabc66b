//! The types of an array's elements.

use std::any::TypeId;
use std::fmt;

use bytemuck::Pod;

/// The type of an array's elements, little-endian all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ElementType {
    /// Signed, 8 bits.
    I8,
    /// Signed, 16 bits.
    I16,
    /// Signed, 32 bits.
    I32,
    /// Signed, 64 bits.
    I64,
    /// Unsigned, 8 bits.
    U8,
    /// Unsigned, 16 bits.
    U16,
    /// Unsigned, 32 bits.
    U32,
    /// Unsigned, 64 bits.
    U64,
    /// IEEE 754 half precision.
    F16,
    /// The upper half of a single: 8 bits of exponent, 7 of fraction.
    Bf16,
    /// IEEE 754 single precision.
    F32,
    /// IEEE 754 double precision.
    F64,
    /// Two singles: real, then imaginary.
    ComplexF32,
    /// Two doubles: real, then imaginary.
    ComplexF64,
    /// A plain struct, of which only its size is known.
    Record {
        /// Its size in bytes.
        size: u32,
    },
}

impl ElementType {
    /// What elements of a Rust type are. Anything that is not one of the numbers above is a
    /// [`Record`](ElementType::Record).
    ///
    /// ```
    /// use wharf::ElementType;
    /// assert_eq!(ElementType::of::<f64>(), ElementType::F64);
    /// assert_eq!(ElementType::of::<[f32; 3]>(), ElementType::Record { size: 12 });
    /// ```
    #[inline]
    #[must_use]
    pub fn of<T: Pod>() -> Self {
        let id = TypeId::of::<T>();
        let record = Self::Record { size: u32::try_from(size_of::<T>()).unwrap_or(u32::MAX) };
        number(id).or_else(|| feature(id)).unwrap_or(record)
    }

    /// Bytes of one element.
    #[must_use]
    pub fn size(self) -> u64 {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 | Self::F16 | Self::Bf16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 | Self::ComplexF32 => 8,
            Self::ComplexF64 => 16,
            Self::Record { size } => size.into(),
        }
    }

    #[inline]
    pub(super) fn is_number_of_code(self, code: u8) -> bool {
        code != RECORD && self.code() == code
    }

    #[inline]
    pub(super) fn code(self) -> u8 {
        let number = CODES.iter().position(|known| *known == self);
        number.map_or(RECORD, |index| index as u8 + 1)
    }

    /// The type with this code; `None` if it is a record, or nothing known.
    pub(super) fn of_code(code: u8) -> Option<Self> {
        CODES.get(usize::from(code).checked_sub(1)?).copied()
    }
}

/// Compared one by one, so that the compiler answers for each `T`.
#[inline]
fn number(id: TypeId) -> Option<ElementType> {
    macro_rules! first {
        ($($number:ty => $element:ident),*) => {
            $(if id == TypeId::of::<$number>() {
                return Some(ElementType::$element);
            })*
        };
    }
    first!(f64 => F64, f32 => F32, i32 => I32, i64 => I64, u8 => U8, u32 => U32, u64 => U64);
    first!(i8 => I8, i16 => I16, u16 => U16, usize => U64, isize => I64);
    None
}

/// Types that come with a feature.
#[inline]
#[allow(unused_variables)]
fn feature(id: TypeId) -> Option<ElementType> {
    #[cfg(feature = "complex")]
    if id == TypeId::of::<num_complex::Complex<f32>>() {
        return Some(ElementType::ComplexF32);
    } else if id == TypeId::of::<num_complex::Complex<f64>>() {
        return Some(ElementType::ComplexF64);
    }
    #[cfg(feature = "half")]
    if id == TypeId::of::<half::f16>() {
        return Some(ElementType::F16);
    } else if id == TypeId::of::<half::bf16>() {
        return Some(ElementType::Bf16);
    }
    None
}

/// Each at its code less one. Codes are never reused.
const CODES: [ElementType; 14] = [
    ElementType::I8,
    ElementType::I16,
    ElementType::I32,
    ElementType::I64,
    ElementType::U8,
    ElementType::U16,
    ElementType::U32,
    ElementType::U64,
    ElementType::F16,
    ElementType::Bf16,
    ElementType::F32,
    ElementType::F64,
    ElementType::ComplexF32,
    ElementType::ComplexF64,
];
/// A record's size follows it.
pub(super) const RECORD: u8 = 15;

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::ComplexF32 => "complex_f32",
            Self::ComplexF64 => "complex_f64",
            Self::Record { size } => return write!(f, "record{size}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_its_type_and_size() {
        fn check<T: Pod>(element: ElementType, name: &str) {
            assert_eq!(ElementType::of::<T>(), element);
            assert_eq!((element.size(), element.to_string()), (size_of::<T>() as u64, name.into()));
        }
        check::<i8>(ElementType::I8, "i8");
        check::<i16>(ElementType::I16, "i16");
        check::<i32>(ElementType::I32, "i32");
        check::<i64>(ElementType::I64, "i64");
        check::<u8>(ElementType::U8, "u8");
        check::<u16>(ElementType::U16, "u16");
        check::<u32>(ElementType::U32, "u32");
        check::<u64>(ElementType::U64, "u64");
        check::<usize>(ElementType::U64, "u64");
        check::<f32>(ElementType::F32, "f32");
        check::<f64>(ElementType::F64, "f64");
        check::<[f64; 3]>(ElementType::Record { size: 24 }, "record24");
        #[cfg(feature = "complex")]
        {
            check::<num_complex::Complex<f32>>(ElementType::ComplexF32, "complex_f32");
            check::<num_complex::Complex<f64>>(ElementType::ComplexF64, "complex_f64");
        }
        #[cfg(feature = "half")]
        {
            check::<half::f16>(ElementType::F16, "f16");
            check::<half::bf16>(ElementType::Bf16, "bf16");
        }
    }

    #[test]
    fn codes_are_these_and_stay() {
        for (element, code) in CODES.iter().zip(1..) {
            assert_eq!((element.code(), ElementType::of_code(code)), (code, Some(*element)));
        }
        assert_eq!(ElementType::Record { size: 8 }.code(), RECORD);
        assert_eq!((CODES[0], CODES[11]), (ElementType::I8, ElementType::F64));
        assert_eq!((ElementType::of_code(0), ElementType::of_code(RECORD)), (None, None));
    }
}
