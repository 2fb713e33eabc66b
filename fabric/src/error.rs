//! What can go wrong between a ticket and its bytes.

use wharf_shm::NodeId;

use crate::config::ConfigError;
use crate::endpoint::ListenError;
use crate::ticket::TicketError;
use crate::{Attempts, Form};

/// The result of an operation on the fabric.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error from the fabric. The first few say what became of the object, whichever way it was to
/// be reached; the rest say why it could not be looked for.
///
/// ```
/// # use std::time::Duration;
/// # use wharf::{Error, Fabric, Options, StoreOptions};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let private = tempfile::tempdir_in("/dev/shm")?;
/// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
/// # let store = fabric.store("fields", StoreOptions::default())?;
/// let ticket = store.put(b"temperature")?;
/// match fabric.resolve(&ticket, Duration::from_secs(1)) {
///     Ok(view) => println!("{} bytes", view.len()),
///     Err(Error::Evicted) => println!("too late: it is gone, for good"),
///     Err(Error::Deadline) => println!("too early: its producer lives, and is not done"),
///     Err(Error::Failed { message }) => println!("it will never be: {message}"),
///     Err(error) => return Err(error.into()), // its text says what to do
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The object was evicted, its lease has ended, it was resolved `once`, or it ended with its
    /// process.
    #[error(
        "the object was evicted: it was removed, its lease ended, it was delivered once, or it \
         ended with its process"
    )]
    Evicted,

    /// The ticket's capability is not the object's: it gives no right to read.
    #[error(
        "the ticket gives no right to read this object: get it again from whoever put the object"
    )]
    WrongCapability,

    /// The producer failed the object instead of sealing it.
    #[error("the producer failed this object: {message}")]
    Failed {
        /// What the producer said.
        message: String,
    },

    /// The producer died before it sealed the object.
    #[error("the process that was to produce this object died before it was sealed")]
    OwnerDied,

    /// The object was still pending at the deadline, or, of memory that its producer
    /// [exposed](crate::Store::expose), was not all copied.
    #[error(
        "the object was still pending at the deadline: its producer is alive and has not sealed it (or \
         exposes memory, of which not all was copied by then)"
    )]
    Deadline,

    /// The object ends `once`, and was on its way to another reader at the deadline. It ends when that one
    /// has all of it, and is there again if it does not get so far.
    #[error(
        "the object ends once, and was on its way to another reader at the deadline: it is that one's, \
         unless it does not arrive"
    )]
    Claimed,

    /// The object lives on another node, and its ticket says no way to get there, or what was asked
    /// for can only be done there.
    #[error(
        "the object lives on node {object} and this is node {here}, and only its own node can do this, \
         or the ticket has no route to there. Do it there, with the same shared-memory directory \
         (WHARF_SHM_DIR), or put the object while its node is served (`wharf serve`, WHARF_LISTEN)"
    )]
    OtherNode {
        /// The node that the object was put on.
        object: NodeId,
        /// This process's node.
        here: NodeId,
    },

    /// The object lives on another node, and no way there is any good.
    #[error("the object on node {node} cannot be reached: {attempts}")]
    Unreachable {
        /// The node that the object was put on.
        node: NodeId,
        /// What was tried, and why it came to nothing.
        attempts: Attempts,
    },

    /// The object lives on another node, and had not arrived whole by the deadline.
    #[error("the object had not come from node {node} by the deadline: {attempts}")]
    OutOfTime {
        /// The node that the object was put on.
        node: NodeId,
        /// What was tried, and what became of it.
        attempts: Attempts,
    },

    /// This node has no copy of an object of another one: only an
    /// [explanation](crate::Fabric::explain) says so.
    #[error("there is none: {reason}")]
    NoCopy {
        /// Why not.
        reason: String,
    },

    /// The endpoint of the object's node will not give it.
    #[error("the object's node does not give it: {reason}")]
    Refused {
        /// Its words.
        reason: String,
    },

    /// The object ends `once`, and the connection broke between its last byte and its node's word that
    /// it was this call's: it is gone, and was delivered to nobody else by this call.
    #[error(
        "the object ends once, and its node was lost before it said that it is ours: it may have been \
         delivered to nobody. Put it again"
    )]
    Unconfirmed,

    /// The object ends `once`, and a part of it was asked for.
    #[error("the object ends once, and only the whole of it can be had: resolve it")]
    OnlyWhole,

    /// The object has fewer bytes than were asked for.
    #[error("the object has {total} bytes, and others were asked for: ask for a part of it")]
    Beyond {
        /// How many it has.
        total: u64,
    },

    /// The object is not what it was asked for as.
    #[error("the object holds {holds}, and was asked for as `{wanted}`: ask for what it holds")]
    WrongType {
        /// What it holds.
        holds: Form,
        /// The Rust type that was asked for.
        wanted: &'static str,
    },

    /// The object's bytes cannot be viewed as elements of a type: they are too many or too few for
    /// a whole number of them, or lie where such elements may not.
    #[error(
        "{len} bytes cannot be viewed as `{wanted}`, which takes {size} bytes each: they are no \
         whole number of these, or lie at an address where such may not. Objects lie on multiples \
         of 64 bytes, or of more where they were put as elements that ask for it"
    )]
    Misfit {
        /// The object's length in bytes.
        len: usize,
        /// The Rust type that was asked for.
        wanted: &'static str,
        /// Its size in bytes.
        size: usize,
        /// What does not fit.
        source: bytemuck::PodCastError,
    },

    /// There is no array of this shape, or not of so many elements.
    #[error("the array's shape is impossible: {reason}")]
    Shape {
        /// Why.
        reason: String,
    },

    /// A value cannot be written by serde.
    #[error("the value cannot be encoded: {source}")]
    Encode {
        /// What serde said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// An object's bytes are not a value of the type that was asked for.
    #[error(
        "the object does not decode as `{wanted}`: {source}. Ask for the type that was put, or \
         give fields that may be missing a default"
    )]
    Decode {
        /// The Rust type that was asked for.
        wanted: &'static str,
        /// What serde said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// The name is another object's, which is still there.
    #[error(
        "the name {name:?} is taken, and its object is still there: choose another name, take this \
         one away (unpublish) or evict the object"
    )]
    NameTaken {
        /// The name.
        name: String,
    },

    /// Nothing was published under the name by the deadline, or its object is gone.
    #[error(
        "there is no name {name:?} on this node: nobody has published it yet, its object is gone, \
         or it was published on another node, or with another shared-memory directory (WHARF_SHM_DIR)"
    )]
    NoSuchName {
        /// The name.
        name: String,
    },

    /// There can be no such name.
    #[error("{name:?} cannot be a name: {reason}")]
    InvalidName {
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },

    /// What was given is not a ticket.
    #[error(transparent)]
    Ticket(#[from] TicketError),

    /// The configuration has a mistake.
    #[error(transparent)]
    Config(#[from] ConfigError),

    /// The thread that wakes futures cannot be started.
    #[error(
        "the thread that wakes futures cannot be started: {source}. Let the process have more \
         threads, or wait by the calls that block"
    )]
    NoThread {
        /// What the system said.
        source: std::io::Error,
    },

    /// The node's key, by which its endpoints are known, cannot be used.
    #[error("the node's key cannot be used: {source}")]
    NodeKey {
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// The fabric secret that is configured cannot be used.
    #[error("{source}")]
    Secret {
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// Nobody can be served at the addresses to listen on.
    #[error(transparent)]
    Listen(#[from] ListenError),

    /// The file cannot be shared.
    #[error("the file cannot be shared: {source}")]
    File {
        /// What the system said.
        source: std::io::Error,
    },

    /// The node's memory refused.
    #[error(transparent)]
    Memory(wharf_shm::Error),
}

impl From<wharf_shm::Error> for Error {
    fn from(error: wharf_shm::Error) -> Self {
        use wharf_shm::Error as Memory;
        match error {
            Memory::Evicted => Error::Evicted,
            Memory::WrongCapability => Error::WrongCapability,
            Memory::Failed { message } => Error::Failed { message },
            Memory::OwnerDied => Error::OwnerDied,
            Memory::Deadline => Error::Deadline,
            Memory::Claimed => Error::Claimed,
            Memory::NameTaken { name } => Error::NameTaken { name },
            Memory::NoSuchName { name } => Error::NoSuchName { name },
            Memory::InvalidName { name, reason } => Error::InvalidName { name, reason },
            other => Error::Memory(other),
        }
    }
}
