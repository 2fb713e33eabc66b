//! Memory that the processes of one node share, and that outlives any of them.
//!
//! A process puts bytes into its own [`Arena`]; any other process of the same user, told the
//! [`ObjectKey`], reads them where they are. Nothing is copied, whatever the size.
//!
//! ```
//! use wharf_shm::{ArenaOptions, Deadline, Lifetime, Node, NodeOptions, Wait};
//!
//! # fn main() -> wharf_shm::Result<()> {
//! # let directory = std::path::PathBuf::from(format!("/dev/shm/wharf-doc-{}", std::process::id()));
//! # let options = NodeOptions { directory: Some(directory.clone()), ..Default::default() };
//! let node = Node::open(&options)?;
//! let arena = node.create_arena(&ArenaOptions::default())?;
//! let mut block = arena.alloc(1024, 64, Lifetime::PROCESS)?;
//! block.fill(7);
//! let object = block.seal()?;
//!
//! // Here, or in any process that opens the node and was told the key:
//! let view = node.resolve(&object.key, Deadline::NOW, Wait::default())?;
//! assert!(view.len() == 1024 && view.iter().all(|byte| *byte == 7));
//!
//! arena.evict(&object.key)?; // at once for new resolves; the view keeps its bytes
//! assert_eq!(view[0], 7);
//! # drop((view, arena, node));
//! # std::fs::remove_dir_all(directory).unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! # How it is built
//!
//! ```text
//!             /dev/shm/wharf-<uid>                               a process
//!  ┌──────────────────────────────────────────┐     ┌───────────────────────────────────┐
//!  │ node         the node's id, the epoch    │     │ Node ── Directory, Record, Census │
//!  │ p-<process>  a record: lock and pins     │◄────│  Arena ── Owner: free lists       │
//!  │ a-<arena>    header and slots            │     │  View ── ArenaMap, one pin        │
//!  │ a-<arena>.0  data, read-only for readers │     └───────────────────────────────────┘
//!  │ names/<name> an object's key, and a value│
//!  └──────────────────────────────────────────┘
//! ```
//!
//! - **Only an arena's owner allocates in it**, from books in its own ordinary memory (`arena`,
//!   `alloc`). No lock is shared between processes.
//! - **A pin is a hazard pointer across processes** (`protocol`, `node::record`, `node::census`): a reader
//!   writes down what it holds in its own table and looks at the slot again; evicted memory is
//!   reused once no living process's table names it. Nothing is counted, so a process killed at
//!   any instruction takes its pins with it.
//! - **Life is a kernel lock** that goes with a mapping, never a timer (`node::record`, `arena::custody`). Of a
//!   dead owner's arena whoever takes its lock is custodian, and gives the memory back.
//! - **Waiting is a futex**, on the object's slot for one object (`object`), on the node's *bell* for
//!   any of many (`node::bell`): no polling.
//! - **A name is a file** (`names`) that is linked in complete, and that stands for as long as its
//!   object.
//! - **Pages are reserved before they are handed out** (`limits`): full is an error, not a SIGBUS.
//!   Where they lie and how large they are is a [`Placement`] (`placement`, `segment`).
//!
//! # What is guaranteed
//!
//! - The bytes of a [`View`] are valid and do not change until it is dropped, whatever is evicted,
//!   closed, killed or removed meanwhile.
//! - Of memory that a process [exposes](Arena::expose), a view is a copy of the reader's own: whole,
//!   and of that process, or none.
//! - A slot that is used again answers an old key with [`Error::Evicted`], never with other bytes.
//! - A call ends by its [`Deadline`]; a waiter learns of its producer's death within a second.
//! - What a dead process held is given back by whoever opens the node next, by
//!   [`Node::sweep`], or by a producer that would otherwise be full.
//! - No thread is started, no descriptor kept, no signal handler touched.
//!
//! # What is outside
//!
//! Processes of the same user are trusted not to truncate or overwrite each other's mapped files.
//! Damage to what can be written by mistake (slots, records) is answered by a typed error.

mod alloc;
mod arena;
mod copy;
mod deadline;
mod error;
mod fail;
mod growing;
mod ids;
mod layout;
mod lifetime;
mod limits;
mod names;
mod node;
mod object;
mod placement;
mod protocol;
mod sys;

pub use arena::{Arena, ArenaCounters, ArenaOptions, Block, Exposed, Promise, Sealed, Usage};
pub use deadline::{Deadline, Wait};
pub use error::{Error, Result};
pub use ids::{ArenaId, Capability, Extent, NodeId, ObjectKey};
pub use lifetime::{End, Lifetime, Scope};
pub use names::{Announcement, Named, Replica};
pub use node::{
    ArenaStat, Gone, Node, NodeCounters, NodeOptions, ObjectEntry, ObjectStat, Room, Sweep,
    SweepReport,
};
pub use object::{Awaited, Begun, Claim, Claimed, Copying, Glance, Loan, Pulse, View};
pub use placement::{Numa, Placement};
pub use protocol::State;
pub use sys::thread::spawn_unsignalled;
