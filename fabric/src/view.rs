//! A resolved object's bytes.

use std::fmt;
use std::ops::Deref;

/// A resolved object's bytes: read-only, and there until dropped, whatever happens to the object or
/// to the process that put it.
pub struct View {
    view: wharf_shm::View,
}

impl View {
    #[inline]
    pub(crate) fn new(view: wharf_shm::View) -> Self {
        Self { view }
    }
}

impl Deref for View {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.view
    }
}

impl AsRef<[u8]> for View {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View({} bytes)", self.len())
    }
}
