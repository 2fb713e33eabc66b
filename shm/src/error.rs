//! What can go wrong on the node, and what the caller can do about it.

use std::io;
use std::path::PathBuf;

use crate::ids::ArenaId;

/// The result of an operation on node memory.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error from node memory. Each variant says what happened, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The shared-memory directory cannot be used.
    #[error("cannot use the shared-memory directory {}: {reason}", path.display())]
    Directory {
        /// The directory, as configured.
        path: PathBuf,
        /// What is wrong with it and what to change.
        reason: String,
    },

    /// There is no shared-memory directory, and it was not to be made.
    #[error(
        "there is no shared-memory directory {}: nothing was put there since the machine started, \
         or its name is mistyped. WHARF_SHM_DIR, the configuration or the program names it",
        path.display()
    )]
    NoDirectory {
        /// The directory, as configured.
        path: PathBuf,
    },

    /// The directory, or a file in it, was removed while in use. Views that exist stay valid.
    #[error(
        "{} is gone: the shared-memory directory was removed while in use. Views that are held \
         stay valid; open the node again to go on",
        path.display()
    )]
    Vanished {
        /// What is missing.
        path: PathBuf,
    },

    /// A file was written by another version of Wharf, or is none of Wharf's.
    #[error(
        "{} has layout {found}, this program has {expected}: run programs of one Wharf version \
         on a node, or give them directories of their own by WHARF_SHM_DIR. Once the programs of the \
         other version have ended, `wharf sweep --all` removes what is damaged; a file `node` of \
         another version has to be removed together with its directory",
        path.display()
    )]
    Layout {
        /// The file that was refused.
        path: PathBuf,
        /// What the file says of itself.
        found: String,
        /// What this library reads and writes.
        expected: String,
    },

    /// The file that identifies the node is damaged.
    #[error(
        "{} is damaged: {what}. Until it is mended nobody can use this directory, and what was put \
         there is lost. End the programs that have it open, then run `wharf sweep --all`, which \
         removes it and everything they left",
        path.display()
    )]
    NodeDamaged {
        /// The file `node`.
        path: PathBuf,
        /// What did not fit.
        what: String,
    },

    /// Shared memory does not hold what it should: damaged, or written by something else.
    #[error("{} is damaged: {what}. Run `wharf sweep --all` once its owner has ended", path.display())]
    Corrupt {
        /// The damaged file.
        path: PathBuf,
        /// What did not fit.
        what: String,
    },

    /// The arena has no room, even after all evicted memory that nobody views was reclaimed.
    #[error(
        "full: {wanted} bytes do not fit into the {capacity} bytes of capacity{}, {in_use} are in \
         use. Evict objects, drop views of evicted ones, or open the store with more capacity",
        least(*capacity)
    )]
    Full {
        /// Bytes asked for.
        wanted: u64,
        /// Bytes held by live objects, and by evicted ones that are still viewed.
        in_use: u64,
        /// The arena's capacity.
        capacity: u64,
    },

    /// The object could not fit even into an empty arena.
    #[error(
        "an object of {len} bytes can never fit into a capacity of {capacity} bytes{}: open the \
         store with more capacity, or put the object in parts",
        least(*capacity)
    )]
    TooLarge {
        /// Bytes asked for.
        len: u64,
        /// The arena's capacity.
        capacity: u64,
    },

    /// The filesystem or the memory cgroup has no room. Nothing was taken.
    #[error("out of shared memory: {wanted} more bytes are needed, but {bound}")]
    OutOfMemory {
        /// Bytes asked for.
        wanted: u64,
        /// Which limit is in the way, with its numbers.
        bound: String,
    },

    /// An alignment that is not a power of two, or more than 2 MiB.
    #[error("alignment {align} is not a power of two between 1 and 2 MiB (2097152)")]
    Align {
        /// The alignment asked for.
        align: u64,
    },

    /// A note that is longer than one can be.
    #[error("a note of {len} bytes is too long: at most 255 stay with an object")]
    NoteTooLong {
        /// Its length.
        len: usize,
    },

    /// The object was evicted, its lease has ended, it was resolved `once`, or its arena is gone.
    #[error("the object was evicted, or the process that held it has ended")]
    Evicted,

    /// The key names a slot that its arena does not have.
    #[error("arena {arena} has no slot {slot}: the ticket was not made here, or was altered")]
    NoSuchSlot {
        /// The arena.
        arena: ArenaId,
        /// The slot.
        slot: u32,
    },

    /// The object is not sealed yet, and only its producer may end it before.
    #[error("the object is not sealed yet: only its producer can end it now, by failing it")]
    StillPending,

    /// The object has no lease that could be renewed.
    #[error("the object has no lease to renew: it was put with another lifetime")]
    NotLeased,

    /// The key's capability is not the object's.
    #[error("the ticket's capability does not fit the object: it gives no right to read it")]
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

    /// The object was not there by the deadline.
    #[error(
        "the deadline passed before the object was sealed, or before all of it was copied if it is \
         exposed memory"
    )]
    Deadline,

    /// The object is for one reader only, and was on its way to another one at the deadline: it ends
    /// when it has arrived, and is there again if it does not. See [`Claim`](crate::Claim).
    #[error(
        "the deadline passed while the object, which is for one reader only, was on its way to another"
    )]
    Claimed,

    /// A wait for any of no objects would never end.
    #[error("there is nothing to wait for: the list of objects is empty")]
    NothingAwaited,

    /// There is no such memory to expose.
    #[error(
        "{len} bytes at address {address:#x} cannot be exposed: not all of them are memory of this \
         process that can be read"
    )]
    NotMemory {
        /// Where it was said to be.
        address: u64,
        /// How long it was said to be.
        len: u64,
    },

    /// Exposed memory could not be reached in its producer.
    #[error(
        "cannot read what process {pid} has exposed, by cross-memory attach: {source}. {advice}, or \
         let the producer put a copy instead"
    )]
    Attach {
        /// The producer.
        pid: u32,
        /// What to change.
        advice: String,
        /// What the system said.
        source: io::Error,
    },

    /// Exposed memory has a byte that cannot be read: it was freed or unmapped while it was exposed,
    /// or never could be. Nothing was handed out.
    #[error(
        "byte {at} of the {len} that process {pid} has exposed at address {address:#x} cannot be \
         read: the producer freed or protected it, or it is memory of a device"
    )]
    Unreadable {
        /// The producer.
        pid: u32,
        /// Where the memory is in the producer.
        address: u64,
        /// Its length.
        len: u64,
        /// The first byte that could not be read.
        at: u64,
    },

    /// Processes were still copying memory that is to be exposed no more. What they copy is handed
    /// to nobody.
    #[error(
        "{} still in the middle of copying the memory when the deadline passed (pid {}): wait on by \
         calling again. A process that is stopped has to be continued or ended",
        if pids.len() == 1 { "a process was".into() } else { format!("{} processes were", pids.len()) },
        pids.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
    )]
    StillRead {
        /// The processes.
        pids: Vec<u32>,
    },

    /// The call was made in a forked child, on memory that belongs to its parent.
    #[error("this process was forked from the one that opened the node: open it again here")]
    Forked,

    /// The arena was closed.
    #[error("the store was closed: nothing can be put in it any more, open another")]
    Closed,

    /// This process holds as many views as its pin table can name.
    #[error("this process holds {held} views, the most there can be: drop some")]
    TooManyViews {
        /// The pin table's size.
        held: u64,
    },

    /// The node's private key cannot be trusted.
    #[error(
        "cannot use the node's private key {}: {reason}. Remove it, and start the node's endpoints \
         again: a new one is made, and tickets that were made before lead to this node only on the \
         node itself",
        path.display()
    )]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// Somebody has published under this name, and the object stands.
    #[error(
        "the name {name:?} is taken, and its object stands: choose another, or unpublish it first"
    )]
    NameTaken {
        /// The name.
        name: String,
    },

    /// Nothing is published under this name.
    #[error(
        "there is no name {name:?} on this node: nobody has published it yet, or its object is gone"
    )]
    NoSuchName {
        /// The name.
        name: String,
    },

    /// Another process is removing the name, and does not come to an end with it.
    #[error(
        "another process has been removing the name {name:?} for longer than that can take: it is \
         stopped, perhaps by a debugger. Continue or end it, or choose another name"
    )]
    NameBusy {
        /// The name.
        name: String,
    },

    /// A name that there cannot be.
    #[error("{name:?} cannot be a name: {reason}")]
    InvalidName {
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },

    /// A value that is too long to stand beside a name.
    #[error("a value of {len} bytes is too long to be published: at most 1024 go with a name")]
    ValueTooLong {
        /// Its length.
        len: usize,
    },

    /// A system call failed.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// What was being done.
        what: &'static str,
        /// The file it was done to.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    /// Wraps a failed system call.
    pub(crate) fn io(what: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Error::Io { what, path: path.into(), source }
    }
}

/// Said of capacities into which not even a small object fits.
fn least(capacity: u64) -> &'static str {
    if capacity < 64 << 10 {
        " (memory is taken in pages, and 64 KiB at a time for small objects)"
    } else {
        ""
    }
}

/// Whether the system said that a file or folder does not exist.
pub(crate) fn is_missing(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}
