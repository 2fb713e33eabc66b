//! A resolved object's bytes.

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use bytemuck::{Pod, PodCastError};
use serde::de::DeserializeOwned;

use crate::form::{decode, is_array_of};
use crate::ticket::Sections;
use crate::{ArrayType, Codec, ElementType, Error, Form, Result, Ticket};

/// A resolved object, as a slice of plain elements: read-only, in place, and there until dropped,
/// whatever happens to the object or to the process that put it.
///
/// [`Fabric::resolve`](crate::Fabric::resolve) gives one of bytes, [`cast`](View::cast) makes it one
/// of the elements that the object is made of:
///
/// ```
/// # use wharf::{Deadline, Error, Fabric, Options, StoreOptions};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let private = tempfile::tempdir_in("/dev/shm")?;
/// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
/// let store = fabric.store("fields", StoreOptions::default())?;
/// let ticket = store.put_array(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2, 3])?;
///
/// let bytes = fabric.resolve(&ticket, Deadline::NOW)?;
/// assert_eq!(bytes.len(), 48);
/// let numbers = bytes.cast::<f64>()?;
/// assert_eq!(numbers[5], 6.0);
/// assert_eq!(numbers.array().map(|array| array.to_string()).as_deref(), Some("f64[2, 3]"));
///
/// let wrong = fabric.resolve(&ticket, Deadline::NOW)?.cast::<f32>();
/// assert!(matches!(wrong, Err(Error::WrongType { .. })));
/// # Ok(()) }
/// ```
pub struct View<T = u8> {
    view: wharf_shm::View,
    elements: PhantomData<fn() -> T>,
}

impl View {
    #[inline]
    pub(crate) fn new(view: wharf_shm::View) -> Self {
        Self { view, elements: PhantomData }
    }

    /// Lets it be known that the object is used, where it is a replica.
    pub(crate) fn touch(&self) {
        self.view.touch();
    }

    /// The same view, as elements of type `T`.
    ///
    /// Elements that the object was put as have to be asked for; bytes that were put without saying
    /// what they are may be asked for as anything that fits.
    ///
    /// # Errors
    ///
    /// [`Error::WrongType`] if the object holds something else, [`Error::Misfit`] if its length or
    /// place in memory does not allow such elements.
    #[inline]
    pub fn cast<T: Pod>(self) -> Result<View<T>> {
        check_element::<T>(self.view.note())?;
        match bytemuck::try_cast_slice::<u8, T>(&self.view) {
            // An object of no bytes lies nowhere.
            Err(_) if self.view.is_empty() && size_of::<T>() > 0 => {}
            Err(source) => return Err(misfit::<T>(self.view.len(), source)),
            Ok(_) => {}
        }
        Ok(View { view: self.view, elements: PhantomData })
    }

    /// Decodes a value that was put by [`put_value`](crate::Store::put_value).
    ///
    /// # Errors
    ///
    /// [`Error::WrongType`] if the object is no encoded value, [`Error::Decode`] if it is one of
    /// another type.
    pub fn value<V: DeserializeOwned>(&self) -> Result<V> {
        match self.form() {
            Form::Value(Codec::MessagePack) => decode(self),
            holds => Err(wrong_type(holds, std::any::type_name::<V>())),
        }
    }
}

impl<T> View<T> {
    /// Whether this is a copy made by the resolve: of an object that its producer
    /// [exposed](crate::Store::expose). All others are viewed where they lie.
    #[must_use]
    pub fn is_copy(&self) -> bool {
        self.view.is_copy()
    }

    /// What the object's bytes are, as its producer said.
    ///
    /// ```
    /// # use wharf::{Deadline, Fabric, Form, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let ticket = store.put_slice(&[1.5, 2.5])?;
    /// let view = fabric.resolve(&ticket, Deadline::NOW)?;
    /// match view.form() {
    ///     Form::Array(array) => assert_eq!(array.to_string(), "f64[2]"),
    ///     other => panic!("it is {other}"),
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn form(&self) -> Form {
        Form::read(Sections::new(self.view.note()))
    }

    /// The array's description, if the object is one.
    #[must_use]
    pub fn array(&self) -> Option<ArrayType> {
        match self.form() {
            Form::Array(array) if array.size() == self.view.len() as u64 => Some(array),
            _ => None,
        }
    }
}

/// Refuses a ticket whose object is known not to be elements of type `T`.
#[inline]
pub(super) fn expect_elements<T: Pod>(ticket: &Ticket) -> Result<()> {
    check_element::<T>(ticket.told())?;
    match ticket.size() {
        Some(bytes) if !bytes.is_multiple_of(size_of::<T>().max(1) as u64) => {
            Err(misfit::<T>(bytes as usize, PodCastError::OutputSliceWouldHaveSlop))
        }
        _ => Ok(()),
    }
}

/// Refuses a ticket whose object is known to be no value.
pub(super) fn expect_value<V>(ticket: &Ticket) -> Result<()> {
    match ticket.form() {
        Form::Value(Codec::MessagePack) | Form::Untold => Ok(()),
        holds => Err(wrong_type(holds, std::any::type_name::<V>())),
    }
}

/// Refuses a form, as it is written, of which `T` is not the element.
#[inline]
fn check_element<T: Pod>(told: &[u8]) -> Result<()> {
    let element = ElementType::of::<T>();
    if told.is_empty() || is_array_of(told, element) {
        return Ok(());
    }
    match Form::read(Sections::new(told)) {
        Form::Bytes | Form::Untold => Ok(()),
        Form::Array(array) if array.element() == element => Ok(()),
        other => Err(wrong_type(other, std::any::type_name::<T>())),
    }
}

#[cold]
fn wrong_type(holds: Form, wanted: &'static str) -> Error {
    tracing::debug!(%holds, wanted, "an object was asked for as something else");
    Error::WrongType { holds, wanted }
}

#[cold]
fn misfit<T>(len: usize, source: PodCastError) -> Error {
    Error::Misfit { len, wanted: std::any::type_name::<T>(), size: size_of::<T>(), source }
}

impl<T: Pod> Deref for View<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // Checked when the view was made, but for an object of no bytes.
        bytemuck::try_cast_slice(&self.view).unwrap_or_default()
    }
}

impl<T: Pod> AsRef<[T]> for View<T> {
    fn as_ref(&self) -> &[T] {
        self
    }
}

impl<T: Pod> Borrow<[T]> for View<T> {
    fn borrow(&self) -> &[T] {
        self
    }
}

impl<T> fmt::Debug for View<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View({}, {} bytes)", self.form(), self.view.len())
    }
}

#[cfg(test)]
mod tests {
    use wharf_shm::{ArenaOptions, Deadline, Lifetime, Node, NodeOptions, Wait};

    use super::*;

    /// What another version, or another program, may have noted.
    fn noted(note: &[u8], bytes: &[u8], check: impl FnOnce(View)) {
        let private = tempfile::tempdir_in("/dev/shm").expect("there is shared memory");
        let directory = Some(private.path().join("node"));
        let node = Node::open(&NodeOptions { directory, ..Default::default() }).expect("opens");
        let arena = node.create_arena(&ArenaOptions::default()).expect("is made");
        let mut block = arena
            .alloc_with_note(bytes.len() as u64, 64, Lifetime::PROCESS, note)
            .expect("there is room");
        block.copy_from(bytes);
        let key = block.seal().expect("it is open").key;
        check(View::new(node.resolve(&key, Deadline::NOW, Wait::default()).expect("sealed")));
    }

    #[test]
    fn a_codec_that_is_not_known_is_refused_and_its_bytes_are_there() {
        noted(&[4, 1, 9], &[1], |view| {
            assert_eq!((view.form(), &view[..]), (Form::Unknown, &[1][..]));
            let refused = view.value::<u8>();
            assert!(matches!(refused, Err(Error::WrongType { holds: Form::Unknown, .. })));
            assert!(matches!(view.cast::<i8>(), Err(Error::WrongType { .. })));
        });
    }

    #[test]
    fn a_description_that_does_not_fit_its_bytes_describes_nothing() {
        // f64[2], with 8 bytes: one element, and no array of two.
        noted(&[1, 3, 12, 1, 2], &[0; 8], |view| {
            let view = view.cast::<f64>().expect("the bytes are whole elements");
            assert_eq!((view.len(), view.array()), (1, None));
        });
        noted(&[1, 3, 12, 1, 2], &[0; 7], |view| {
            assert!(matches!(view.cast::<f64>(), Err(Error::Misfit { len: 7, .. })));
        });
        noted(&[1, 200], &[0; 8], |view| assert_eq!(view.form(), Form::Bytes));
    }
}
