//! What an object can be read as.

use std::borrow::Borrow;

use bytemuck::Pod;
use serde::de::DeserializeOwned;

use super::View;
use super::view::{expect_elements, expect_value};
use crate::{Result, Ticket};

/// What an object can be read as: a slice of plain elements, viewed where it lies, or any value that
/// serde can read, decoded.
///
/// | `T` | [`Fabric::get::<T>`](crate::Fabric::get) gives | put by |
/// | --- | --- | --- |
/// | `[E]`, `E` plain | `View<E>`, no copy | [`put_slice`](crate::Store::put_slice), [`put_array`](crate::Store::put_array), [`put`](crate::Store::put) |
/// | any other `V: DeserializeOwned` | a `V` | [`put_value`](crate::Store::put_value) |
///
/// There is nothing to implement: both are covered.
pub trait Content {
    /// What holds the content once it is resolved.
    type Resolved: Borrow<Self>;

    /// Refuses a ticket that tells that its object is something else, before that is taken.
    ///
    /// # Errors
    ///
    /// [`Error::WrongType`](crate::Error::WrongType) and [`Error::Misfit`](crate::Error::Misfit).
    fn expect(ticket: &Ticket) -> Result<()>;

    /// Reads a resolved object.
    ///
    /// # Errors
    ///
    /// If the object is something else: [`Error::WrongType`](crate::Error::WrongType) and its kin.
    fn read(view: View) -> Result<Self::Resolved>;
}

impl<E: Pod> Content for [E] {
    type Resolved = View<E>;

    #[inline]
    fn expect(ticket: &Ticket) -> Result<()> {
        expect_elements::<E>(ticket)
    }

    #[inline]
    fn read(view: View) -> Result<View<E>> {
        view.cast()
    }
}

impl<V: DeserializeOwned> Content for V {
    type Resolved = V;

    fn expect(ticket: &Ticket) -> Result<()> {
        expect_value::<V>(ticket)
    }

    fn read(view: View) -> Result<V> {
        view.value()
    }
}
