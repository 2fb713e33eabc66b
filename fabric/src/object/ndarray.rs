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
    /// ```
    /// # use wharf::{Deadline, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let ticket = store.put_array(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2, 3])?;
    /// let view = fabric.get::<[f64]>(&ticket, Deadline::NOW)?;
    /// let array = view.ndarray()?; // the same memory
    /// assert_eq!((array.shape(), array[[1, 0]]), (&[2, 3][..], 4.0));
    /// # Ok(()) }
    /// ```
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
    /// ```
    /// # use wharf::{Deadline, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// use ndarray::{Axis, Ix2};
    /// let mut block = store.alloc_array::<f64>([2, 3])?;
    /// let mut field = block.ndarray_mut()?.into_dimensionality::<Ix2>()?;
    /// field.row_mut(0).fill(0.0);
    /// field.row_mut(1).fill(7.0);
    /// let view = fabric.get::<[f64]>(&block.seal()?, Deadline::NOW)?;
    /// assert_eq!(view.ndarray()?.sum_axis(Axis(0)).as_slice(), Some(&[7.0; 3][..]));
    /// # Ok(()) }
    /// ```
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
    /// ```
    /// # use wharf::{Deadline, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// use ndarray::array;
    /// let field = array![[1, 2, 3], [4, 5, 6]];
    /// let ticket = store.put_ndarray(&field)?;
    /// let view = fabric.get::<[i32]>(&ticket, Deadline::NOW)?;
    /// assert_eq!(view.ndarray()?, field.into_dyn());
    /// # Ok(()) }
    /// ```
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
