//! Resolving what lives on other nodes.

pub(crate) mod fetch;
