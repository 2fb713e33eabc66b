//! Put once, resolve anywhere: a data fabric for high-performance computing.
//!
//! A program puts an object and gets a [`Ticket`], which can travel through any channel: a pipe, a
//! file, an MPI message, a workflow engine. Whoever holds the ticket resolves it: another process
//! on the same node maps the very same memory, with no copy, at any size.
//!
//! ```text
//!  process A               any channel                process B
//! ┌─────────┐   ticket: "wharf1_1VdSRgEBAAAQ…"      ┌─────────┐
//! │   put   │ ────────────────────────────────────► │ resolve │
//! └────┬────┘                                       └────▲────┘
//!      │ writes once                     reads in place  │
//! ╔════▼══════════ shared memory of the node ════════════╪════╗
//! ║ A's blocks, warm and reused ─── mapped read-only ────┘    ║
//! ╚═══════════════════════════════════════════════════════════╝
//! ```
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
//! | [`Exposed`] | memory of the program's own that is an object where it lies |
//! | [`Ticket`] | a self-contained name for an object, and the right to read it |
//! | [`View`] | a resolved object's bytes or elements, read-only, there until dropped |
//! | [`Proxy`] | a typed handle that travels as its ticket and is resolved on first use |
//!
//! # Arrays
//!
//! Numbers and plain structs ([`Pod`]) are stored as they lie in memory and read where they lie.
//! Taking a block and writing into it makes an object with no copy at all;
//! [`put_array`](Store::put_array) copies once. The element type, shape and [`Order`] travel with
//! the ticket, and are checked when it is resolved.
//!
//! ```
//! # use wharf::{Deadline, Error, Fabric, Options, StoreOptions};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let private = tempfile::tempdir_in("/dev/shm")?;
//! # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
//! # let store = fabric.store("fields", StoreOptions::default())?;
//! let mut field = store.alloc_array::<f64>([64, 64])?; // 64 rows of 64
//! for (i, row) in field.chunks_mut(64).enumerate() {
//!     row.fill(i as f64);
//! }
//! let ticket = field.seal()?; // from here on nobody writes there
//! assert_eq!(ticket.form().to_string(), "an array f64[64, 64]");
//!
//! let field = fabric.get::<[f64]>(&ticket, Deadline::NOW)?; // in any process: derefs to &[f64]
//! assert_eq!(field[64 * 63], 63.0);
//! assert!(matches!(fabric.get::<[f32]>(&ticket, Deadline::NOW), Err(Error::WrongType { .. })));
//! # Ok(()) }
//! ```
//!
//! With the feature `ndarray`, [`View::ndarray`](View#method.ndarray) and
//! [`Block::ndarray_mut`](Block#method.ndarray_mut) are the same memory as an array of that crate.
//!
//! Memory that the program has already can be [exposed](Store::expose): it stays where it is, and is
//! copied by whoever resolves it.
//!
//! # Values
//!
//! Any other value goes through serde and one codec, and is decoded by whoever gets it.
//!
//! ```
//! # use wharf::{Deadline, Fabric, Options, StoreOptions};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let private = tempfile::tempdir_in("/dev/shm")?;
//! # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
//! # let store = fabric.store("fields", StoreOptions::default())?;
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Step {
//!     number: u64,
//!     labels: Vec<String>,
//! }
//! let ticket = store.put_value(&Step { number: 7, labels: vec!["warm".into()] })?;
//! let step = fabric.get::<Step>(&ticket, Deadline::NOW)?;
//! assert_eq!((step.number, &step.labels[0][..]), (7, "warm"));
//! # Ok(()) }
//! ```
//!
//! # Proxies
//!
//! A [`Proxy`] is a typed handle that is cheap to clone and to send, and resolves its object once,
//! on first use. Through serde it is its ticket, so a message, or another object, can hold large
//! fields by reference.
//!
//! ```
//! # use std::time::Duration;
//! # use wharf::{Fabric, Options, Proxy, StoreOptions};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let private = tempfile::tempdir_in("/dev/shm")?;
//! # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
//! # let store = fabric.store("fields", StoreOptions::default())?;
//! let field = Proxy::<[f64]>::from(store.put_slice(&[0.5; 1000])?);
//! let message = serde_json::to_string(&field)?; // some 150 characters
//!
//! // Wherever the message arrives:
//! let field: Proxy<[f64]> = serde_json::from_str(&message)?;
//! # let field = field.bound_to(&fabric);
//! assert_eq!(field.resolve(Duration::from_secs(5))?.len(), 1000);
//! # Ok(()) }
//! ```
//!
//! # Objects that are still to come
//!
//! A ticket can be given away before its object exists: [`Store::promise`] where the size is not
//! known yet, [`Block::ticket`] where it is. Whoever resolves it waits, until the object is sealed,
//! until its producer fails it or dies, or until a [`Deadline`]. There is no call that waits
//! without one. [`Fabric::wait_any`] waits for the first of many, and each of these calls has a twin
//! that is a future: see [`Fabric::resolve_async`].
//!
//! ```
//! # use std::time::Duration;
//! # use wharf::{Deadline, Error, Fabric, Options, StoreOptions};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let private = tempfile::tempdir_in("/dev/shm")?;
//! # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
//! # let store = fabric.store("fields", StoreOptions::default())?;
//! let promise = store.promise()?;
//! let ticket = promise.ticket();
//! assert!(matches!(fabric.resolve(&ticket, Deadline::NOW), Err(Error::Deadline)));
//!
//! promise.fail("the solver diverged in step 12")?;
//! match fabric.resolve(&ticket, Duration::from_secs(5)) {
//!     Err(Error::Failed { message }) => assert_eq!(message, "the solver diverged in step 12"),
//!     other => panic!("{other:?}"),
//! }
//! # Ok(()) }
//! ```
//!
//! [`wait`](Fabric::wait) waits and takes nothing, [`wait_any`](Fabric::wait_any) waits for the
//! first of many, and each call that waits for objects has a twin that gives a future, for any
//! executor: [`resolve_async`](Fabric::resolve_async).
//!
//! ```
//! # use std::time::Duration;
//! # use wharf::{Fabric, Options, StoreOptions};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let private = tempfile::tempdir_in("/dev/shm")?;
//! # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
//! # let store = fabric.store("fields", StoreOptions::default())?;
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # runtime.block_on(async {
//! let promise = store.promise()?;
//! let arrives = fabric.resolve_async(&promise.ticket(), Duration::from_secs(5));
//! promise.put(b"at last")?; // by another process, at some time
//! assert_eq!(&arrives.await?[..], b"at last");
//! # Ok::<_, wharf::Error>(()) })?;
//! # Ok(()) }
//! ```
//!
//! # Lifetimes
//!
//! How long an object lives has two sides: its [`Scope`] (until its process ends, or beyond) and
//! its [`End`] (until it is evicted, until it was read once, for a time). [`Lifetime::PROCESS`],
//! evicted by hand, is the default; a handle with another is [`Store::with_lifetime`]. Whoever
//! views an object keeps its bytes, however it ends.
//!
//! ```
//! # use std::time::Duration;
//! # use wharf::{Deadline, End, Error, Fabric, Lifetime, Options, StoreOptions};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let private = tempfile::tempdir_in("/dev/shm")?;
//! # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
//! # let store = fabric.store("fields", StoreOptions::default())?;
//! let an_hour = Lifetime::NODE.ending(End::Lease(Duration::from_secs(3600)));
//! let ticket = store.with_lifetime(an_hour).put(b"outlives its process")?;
//!
//! let view = fabric.resolve(&ticket, Deadline::NOW)?;
//! fabric.evict(&ticket)?; // at once for new resolves
//! assert!(matches!(fabric.resolve(&ticket, Deadline::NOW), Err(Error::Evicted)));
//! assert_eq!(&*view, b"outlives its process");
//! # Ok(()) }
//! ```
//!
//! # Names
//!
//! Where no ticket can be sent, a [name](Store::publish) does: any process of the node looks it up,
//! or waits for it to appear.
//!
//! ```
//! # use std::time::Duration;
//! # use wharf::{Error, Fabric, Options, StoreOptions};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let private = tempfile::tempdir_in("/dev/shm")?;
//! # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
//! let store = fabric.store("simulation", StoreOptions::default())?;
//! let step = store.put_slice(&[273.15, 274.0])?;
//! store.publish("T/000100", &step)?;
//!
//! // In any process of the node, then or before: a lookup waits for the name to appear.
//! let found = fabric.lookup("T/000100", Duration::from_secs(5))?;
//! assert_eq!(fabric.get::<[f64]>(&found, Duration::from_secs(5))?[1], 274.0);
//! let steps = fabric.names("T/")?;
//! assert_eq!(steps[0].0, "T/000100");
//!
//! // A name is one object's, for as long as the object is there.
//! assert!(matches!(store.publish("T/000100", &found), Err(Error::NameTaken { .. })));
//! store.evict(&step)?;
//! assert_eq!(fabric.names("")?, []);
//! # Ok(()) }
//! ```
//!
//! # What holds
//!
//! * A ticket never leads to another object's bytes: once its object is gone it answers
//!   [`Error::Evicted`], whatever was put into the same memory since.
//! * A view stays as it is until it is dropped, whatever happens to the object or to the process
//!   that put it.
//! * What was written before the seal is seen by whoever resolves.
//! * Any process may be killed at any instruction: nothing is corrupted, and what it held comes
//!   back.
//! * Every call that waits ends by its [`Deadline`].
//! * Full is an error that says which limit is in the way.
//! * Nothing runs in the background, no signal handler, no socket and no thread, unless asked to
//!   [`listen`](Options::listen): except one, while a future waits for a pending object, which sleeps.
//!
//! Outside of this: truncating or overwriting the files in the shared-memory directory, as the same
//! user.
//!
//! # Configuration and features
//!
//! [`Options`] says what can be configured: in code, by `WHARF_*` variables, and in one TOML file,
//! in this order of precedence. [`Fabric::settings`] tells where each value came from.
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `ndarray` | views and blocks as arrays of [`ndarray`](https://docs.rs/ndarray), and `Store::put_ndarray` |
//! | `complex` | complex numbers of [`num-complex`](https://docs.rs/num-complex) as elements |
//! | `half` | `f16` and `bf16` of [`half`](https://docs.rs/half) as elements |

#![deny(unsafe_code)]

mod config;
mod endpoint;
mod error;
mod fabric;
mod form;
mod home;
mod membership;
mod names;
mod network;
mod object;
mod remote;
mod security;
mod store;
mod ticket;
mod transport;
mod waiting;
mod wire;

pub use bytemuck::{self, Pod};
pub use config::{
    ConfigError, Encrypt, Network, NetworkError, Networks, Options, Origin, Setting, Size,
    SizeError,
};
pub use endpoint::{EndpointCounters, ListenError, Reader, Visits};
pub use error::{Error, Result};
pub use fabric::Fabric;
pub use form::{ArrayType, Codec, ElementType, Form, MAX_DIMENSIONS, Order, Shape};
pub use object::{Block, Content, Exposed, Promise, Proxy, View};
pub use remote::{Attempt, Attempts, Cost, Explanation, RemoteCounters, Tier, Way};
pub use security::Encryption;
pub use store::{Store, StoreOptions};
pub use ticket::{Route, Section, Sections, Ticket, TicketBytes, TicketError};
pub use waiting::{Resolving, Waiting, WaitingAny};

pub use wharf_shm::{
    ArenaCounters as StoreCounters, ArenaId, ArenaStat, Capability, Deadline, End,
    Error as MemoryError, Extent, Gone, Lifetime, NodeCounters as FabricCounters, NodeId, Numa,
    ObjectEntry, ObjectKey, ObjectStat, Placement, Room, Scope, State, Sweep, SweepReport, Usage,
    Wait,
};

#[cfg(fuzzing)]
#[doc(hidden)]
pub use wire::fuzzing;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

#[cfg(all(doctest, feature = "ndarray"))]
#[doc = include_str!("../../docs/tutorial.md")]
struct Tutorial;
