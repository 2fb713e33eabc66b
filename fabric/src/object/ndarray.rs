//! Blocks and views as arrays of the crate `ndarray`, where they lie (feature `ndarray`).

use bytemuck::Pod;
use ndarray::{
    ArrayBase, ArrayViewD, ArrayViewMutD, Data, Dimension, IxDyn, ShapeBuilder, StrideShape,
};

use super::{Block, View};
use crate::{ArrayType, Error, Order, Result, Shape, Store, Ticket};

impl<T: Pod> View<T> {
    /// The object as an array of its shape and order, with no copy; without a description, as one
    /// dimension.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if the description does not fit the bytes.
    pub fn ndarray(&self) -> Result<ArrayViewD<'_, T>> {
        let shape = shape_of(self.array().as_ref(), self.len());
        ArrayViewD::from_shape(shape, self).map_err(misshapen)
    }
}

impl<T: Pod> Block<T> {
    /// The block as an array of the shape and order it was taken for, to write in place.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if the description does not fit the block, which none does not.
    pub fn ndarray_mut(&mut self) -> Result<ArrayViewMutD<'_, T>> {
        let shape = shape_of(self.array().as_ref(), self.len());
        ArrayViewMutD::from_shape(shape, self).map_err(misshapen)
    }
}

impl Store {
    /// Copies an array into an object of its shape: in Fortran order if it lies so, else in C order.
    ///
    /// # Errors
    ///
    /// As [`alloc_array`](Store::alloc_array).
    pub fn put_ndarray<T: Pod, D: Dimension>(
        &self,
        array: &ArrayBase<impl Data<Elem = T>, D>,
    ) -> Result<Ticket> {
        let reversed = array.view().reversed_axes();
        let shape = match !array.is_standard_layout() && reversed.is_standard_layout() {
            true => Shape::fortran(array.shape()),
            false => Shape::c(array.shape()),
        };
        let mut block = self.alloc_array::<T>(shape)?;
        block.ndarray_mut()?.assign(&array.view().into_dyn());
        block.seal()
    }
}

fn shape_of(array: Option<&ArrayType>, len: usize) -> StrideShape<IxDyn> {
    match array.map(ArrayType::shape) {
        None => IxDyn(&[len]).into(),
        Some(shape) if shape.order() == Order::C => IxDyn(shape.dimensions()).into(),
        Some(shape) => IxDyn(shape.dimensions()).f().into(),
    }
}

fn misshapen(error: ndarray::ShapeError) -> Error {
    Error::Shape { reason: error.to_string() }
}
