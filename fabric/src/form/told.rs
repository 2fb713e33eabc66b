//! A form as tickets carry it and objects note it: sections, seldom more than a few bytes.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// Bytes of sections, cheap to clone, and without memory of their own where they are few: what most
/// tickets have, an array's description say.
#[derive(Clone)]
pub(crate) enum Told {
    Here { len: u8, bytes: [u8; FEW] },
    Apart(Arc<[u8]>),
}

const FEW: usize = 22;

impl Told {
    pub(crate) const NOTHING: Self = Told::Here { len: 0, bytes: [0; FEW] };

    fn something(told: &[u8]) -> Self {
        let mut bytes = [0; FEW];
        match bytes.get_mut(..told.len()) {
            Some(here) => here.copy_from_slice(told),
            None => return Told::Apart(told.into()),
        }
        Told::Here { len: told.len() as u8, bytes }
    }
}

impl From<&[u8]> for Told {
    #[inline]
    fn from(told: &[u8]) -> Self {
        if told.is_empty() { Self::NOTHING } else { Self::something(told) }
    }
}

impl Deref for Told {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Told::Here { len, bytes } => &bytes[..usize::from(*len)],
            Told::Apart(bytes) => bytes,
        }
    }
}

impl PartialEq for Told {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Told {}

impl Hash for Told {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
