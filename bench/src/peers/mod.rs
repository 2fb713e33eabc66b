//! The peers: what users would reach for instead. Built with the feature `peers`.

pub(crate) mod iceoryx2;
pub(crate) mod iperf3;
pub(crate) mod program;
pub(crate) mod redis;
pub(crate) mod ucx;
