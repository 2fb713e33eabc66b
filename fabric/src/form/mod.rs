//! What an object's bytes are: just bytes, an array, or an encoded value.
//!
//! ```text
//! put, alloc                  Bytes          no note                       resolve  View
//! put_slice, alloc_array …    Array(f64[8])  kind 1 │ length │ description get::<[f64]>  View<f64>
//! put_value                   Value(codec)   kind 4 │ length │ codec       get::<V>  a V
//! promise                     Untold         kind 5 │ 0                    the object knows
//! ```
//!
//! A form other than `Bytes` is written down twice, in the same bytes: as a [section](crate::Section)
//! of the ticket, so that whoever holds one knows what it leads to, and as a note that stays with the
//! object, so that tickets given away before anybody knew lead to the same. It is advice as to
//! meaning and never trusted as to memory: lengths are checked against the bytes that are there.

mod array;
mod codec;
mod element;
mod told;

use std::fmt;

use smallvec::SmallVec;

use crate::Section;
pub use array::{ArrayType, MAX_DIMENSIONS, Order, Shape};
pub use codec::Codec;
pub(crate) use codec::{decode, encode};
pub use element::ElementType;
pub(crate) use told::Told;

/// What an object's bytes are.
///
/// ```
/// # use wharf::{Codec, Fabric, Form, Options, StoreOptions};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let private = tempfile::tempdir_in("/dev/shm")?;
/// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
/// # let store = fabric.store("fields", StoreOptions::default())?;
/// assert_eq!(store.put(b"abc")?.form(), Form::Bytes);
/// assert!(matches!(store.put_slice(&[1.5])?.form(), Form::Array(_)));
/// assert_eq!(store.put_value("abc")?.form(), Form::Value(Codec::MessagePack));
/// assert_eq!(store.promise()?.ticket().form(), Form::Untold); // whoever resolves it will know
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Form {
    /// Bytes, about which nothing is said: they may be viewed as whatever fits.
    #[default]
    Bytes,
    /// An array of plain elements, viewed in place.
    Array(ArrayType),
    /// A value that is decoded.
    Value(Codec),
    /// Not told yet: the ticket was given away before its object's memory was taken. The resolved
    /// object knows.
    Untold,
    /// Something that this version does not know. Its bytes can be viewed all the same.
    Unknown,
}

/// Sections being written; an array's takes at most 89 bytes.
type Draft = SmallVec<[u8; 96]>;

impl Form {
    /// Reads the sections of a ticket, or an object's note. Damage makes it [`Form::Unknown`].
    pub(crate) fn read<'a>(mut sections: impl Iterator<Item = Section<'a>>) -> Self {
        let form = sections.find_map(|Section { kind, value }| match kind {
            Section::ARRAY => Some(ArrayType::read(value).map(Form::Array)),
            Section::VALUE => Some(Codec::read(value).map(Form::Value)),
            Section::UNTOLD => Some(Some(Form::Untold)),
            _ => None,
        });
        form.map_or(Form::Bytes, |known| known.unwrap_or(Form::Unknown))
    }

    /// Writes it as sections; `Bytes` are none.
    pub(crate) fn write(&self) -> Told {
        let kind = match self {
            Form::Bytes | Form::Unknown => return Told::NOTHING,
            Form::Array(_) => Section::ARRAY,
            Form::Value(_) => Section::VALUE,
            Form::Untold => Section::UNTOLD,
        };
        let mut draft = Draft::new();
        draft.extend([kind, 0]);
        match self {
            Form::Array(array) => array.write(&mut draft),
            Form::Value(codec) => draft.push(codec.code()),
            _ => {}
        }
        draft[1] = (draft.len() - 2) as u8;
        Told::from(&draft[..])
    }
}

/// Whether a form, as it is written, is an array of such numbers: what is asked at every typed
/// resolve, and answered without reading all of it. Records are not recognised.
#[inline]
pub(crate) fn is_array_of(told: &[u8], element: ElementType) -> bool {
    matches!(told, [Section::ARRAY, _, code, ..] if element.is_number_of_code(*code))
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Bytes => f.write_str("bytes"),
            Form::Array(array) => write!(f, "an array {array}"),
            Form::Value(codec) => write!(f, "a value in {codec}"),
            Form::Untold => f.write_str("what its producer has yet to say"),
            Form::Unknown => f.write_str("something that only a newer Wharf knows"),
        }
    }
}

/// Appends a number, seven bits to a byte, the lowest first, as few bytes as it takes (LEB128).
fn write_number(out: &mut Draft, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a number off the front; `None` if there is none, it is too large, or it could have been
/// written in fewer bytes.
fn read_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        if bits << shift >> shift != bits {
            return None;
        }
        number |= bits << shift;
        if byte < 0x80 {
            return (byte > 0 || shift == 0).then_some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ticket::Sections;

    fn read(told: &[u8]) -> Form {
        Form::read(Sections::new(told))
    }

    #[test]
    fn golden_bytes() -> crate::Result<()> {
        let field = ArrayType::of::<f64>([2, 512, 300])?;
        assert_eq!(&Form::Array(field).write()[..], [1, 7, 12, 3, 2, 0x80, 4, 0xac, 2]);
        let records = ArrayType::of::<[u8; 200]>(Shape::fortran([1, 0]))?;
        assert_eq!(&Form::Array(records).write()[..], [1, 6, 15, 0x82, 0xc8, 1, 1, 0]);
        assert_eq!(&Form::Value(Codec::MessagePack).write()[..], [4, 1, 1]);
        assert_eq!(&Form::Untold.write()[..], [5, 0]);
        assert!(Form::Bytes.write().is_empty());
        assert_eq!(size_of::<Told>(), 24);
        Ok(())
    }

    #[test]
    fn damage_and_news_are_unknown_and_never_an_array() {
        for value in [
            &[][..],
            &[12],
            &[12, 9, 1, 1, 1, 1, 1, 1, 1, 1, 1], // nine dimensions
            &[12, 1],                            // one dimension, none there
            &[12, 1, 1, 0],                      // more than one
            &[12, 1, 0x80, 0],                   // 0 in two bytes
            &[12, 0x41, 1],                      // a flag that nobody knows
            &[77, 1, 1],                         // an element that nobody knows
            &[15, 1, 0, 1],                      // elements without a size
            &[12, 2, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0x7f], // too large
        ] {
            let mut told = vec![Section::ARRAY, value.len() as u8];
            told.extend_from_slice(value);
            assert_eq!(read(&told), Form::Unknown, "{value:?}");
        }
        assert_eq!(read(&[Section::VALUE, 1, 9]), Form::Unknown);
        assert_eq!(read(&[99, 1, 9]), Form::Bytes);
        assert_eq!(read(&[99, 1, 9, 5, 0]), Form::Untold);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            dims in proptest::collection::vec(0..1_usize << 7, 0..=8), fortran: bool
        ) {
            let shape = if fortran { Shape::fortran(dims) } else { Shape::c(dims) };
            if let Ok(array) = ArrayType::of::<u16>(shape) {
                let form = Form::Array(array);
                prop_assert_eq!(read(&form.write()), form);
            }
        }

        #[test]
        fn anything_can_be_read(told: Vec<u8>) {
            if let Form::Array(array) = read(&told) {
                prop_assert!(array.size().is_multiple_of(array.element().size()));
            }
        }

        #[test]
        fn numbers_come_back(number: u64) {
            let mut out = Draft::new();
            write_number(&mut out, number);
            let mut rest = &out[..];
            prop_assert_eq!((read_number(&mut rest), rest.len()), (Some(number), 0));
        }
    }
}
