//! The peers: what users would reach for instead. Built with the feature `peers`.

pub(crate) mod iceoryx2;
pub(crate) mod redis;
