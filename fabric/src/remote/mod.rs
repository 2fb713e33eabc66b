//! Resolving what lives on other nodes.
