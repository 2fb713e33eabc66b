//! Put once, resolve anywhere: a data fabric for high-performance computing.
//!
//! A program puts an object and gets a [`Ticket`], which can travel through any channel. Whoever
//! holds the ticket resolves it: another process on the same node maps the very same memory, with
//! no copy, at any size.
//!
//! ```
//! use std::time::Duration;
//! use wharf::{Fabric, StoreOptions, Ticket};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let private = tempfile::tempdir_in("/dev/shm")?;
//! # let options = wharf::Options { directory: Some(private.path().join("node")), ..Default::default() };
//! # let open = || Fabric::open(options.clone());
//! // One process puts …
//! let fabric = open()?; // in your program: Fabric::new()
//! let store = fabric.store("fields", StoreOptions::default())?;
//! let line = store.put(b"temperature")?.to_string();
//!
//! // … and another, that was sent the line, resolves.
//! let ticket: Ticket = line.parse()?;
//! let view = fabric.resolve(&ticket, Duration::from_secs(5))?;
//! assert_eq!(&*view, b"temperature");
//! # Ok(()) }
//! ```
//!
//! | word | meaning |
//! | --- | --- |
//! | [`Fabric`] | this process's membership of the node |
//! | [`Store`] | a named place that this process puts objects in |
//! | [`Block`] | writable memory from a store; sealing it makes it an object |
//! | [`Promise`] | an object that has a ticket before it has memory |
//! | [`Ticket`] | a self-contained name for an object, and the right to read it |
//! | [`View`] | a resolved object's bytes, read-only, there until dropped |
//!
//! # What holds
//!
//! * A ticket never leads to another object's bytes: once its object is gone it answers
//!   [`Error::Evicted`], whatever was put into the same memory since.
//! * A view stays as it is until it is dropped, whatever happens to the object or to the process
//!   that put it.
//! * Every call that waits ends by its [`Deadline`].

#![forbid(unsafe_code)]

mod config;
mod error;
mod fabric;
mod form;
mod object;
mod store;
mod ticket;

pub use bytemuck::{self, Pod};
pub use config::{ConfigError, Options, Origin, Setting, Size, SizeError};
pub use error::{Error, Result};
pub use fabric::Fabric;
pub use form::{ArrayType, Codec, ElementType, Form, MAX_DIMENSIONS, Order, Shape};
pub use object::{Block, Content, Promise, Proxy, View};
pub use store::{Store, StoreOptions};
pub use ticket::{Section, Sections, Ticket, TicketBytes, TicketError};

pub use wharf_shm::{
    ArenaId, ArenaStat, Capability, Deadline, End, Error as MemoryError, Extent, Lifetime, NodeId,
    ObjectEntry, ObjectKey, ObjectStat, Scope, State, Sweep, SweepReport, Usage, Wait,
};

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
