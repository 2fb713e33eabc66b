//! The command itself, as a shell would run it: each test in a shared-memory directory of its own,
//! each step in a process of its own.

#![allow(clippy::unwrap_used)] // a helper that fails fails its test

mod bytes;
mod damage;
mod lifetimes;
mod names;
mod network;
mod node;
mod scripts;
mod settings;
mod terminal;
mod tickets;
mod usage;
mod waiting;
