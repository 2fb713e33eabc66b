//! Where the bytes of answers come from: the node's memory, or a file that is shared in place.
//!
//! Exposed memory and files are read piece by piece as they are sent, each piece with a look at whether it
//! still is right: an object that has ended meanwhile breaks the connection off, and its reader asks
//! again, and is told.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use wharf_shm::{ArenaId, Claim, Claimed, Error, Glance, Loan, Node, ObjectKey};

use super::counters::Refused as Why;
use super::file::{FileError, SharedFile};
use crate::membership::Membership;
use crate::transport::Held;
use crate::wire::Refused;

/// An object that is there, held as long as this is.
#[derive(Clone)]
pub(super) enum Source {
    /// Of one that ends `once`, this is the claim too.
    Memory(Arc<Claim>),
    /// The same of memory that is exposed.
    Exposed(Arc<Loan>),
    File(Arc<SharedFile>),
}

/// What is known of an object.
pub(super) struct State {
    pub(super) total: u64,
    pub(super) once: bool,
    pub(super) note: Box<[u8]>,
}

/// What is wanted of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// All of it; one that ends `once` is claimed.
    Whole,
    /// Bytes of it, if it does not end `once`.
    Part,
    State,
}

/// What became of a request for an object.
pub(super) enum Found {
    Bytes(Source),
    State(State),
    /// It is not to be had yet.
    Held(Held),
}

/// Why there is nothing, as the reader is told.
#[derive(Clone, Debug)]
pub(super) struct No {
    pub(super) code: u16,
    pub(super) text: String,
}

/// All that the endpoint can give.
pub(super) struct Sources {
    membership: Arc<Membership>,
    files: Arc<Files>,
}

/// Files that are shared in place, each under the name of an arena that there is not.
pub(super) type Files = RwLock<HashMap<ArenaId, (ObjectKey, Arc<SharedFile>)>>;

impl Sources {
    pub(super) fn new(membership: Arc<Membership>, files: Arc<Files>) -> Self {
        Self { membership, files }
    }

    /// The object, without waiting for it.
    pub(super) fn find(&self, key: &ObjectKey, want: Want) -> Result<Found, No> {
        if let Some(file) = self.file(key)? {
            file.check()?;
            let found = Source::File(file);
            return Ok(match want {
                Want::State => Found::State(State::of(&found)),
                _ => Found::Bytes(found),
            });
        }
        match self.membership.with(|node| find(node, key, want)) {
            Err(Error::Deadline) => Ok(Found::Held(Held::Pending)),
            Err(Error::Claimed) => Ok(Found::Held(Held::Claimed)),
            found => Ok(found?),
        }
    }

    fn file(&self, key: &ObjectKey) -> Result<Option<Arc<SharedFile>>, No> {
        let files = self.files.read().unwrap_or_else(|poison| poison.into_inner());
        match files.get(&key.arena) {
            None => Ok(None),
            Some((known, file)) if known == key => Ok(Some(file.clone())),
            Some(_) => Err(No::new(Refused::WRONG_CAPABILITY)),
        }
    }
}

fn find(node: &Node, key: &ObjectKey, want: Want) -> wharf_shm::Result<Found> {
    if want != Want::Whole {
        let Glance { len, once, note, .. } = node.glance(key)?;
        if once || want == Want::State {
            return Ok(Found::State(State { total: len, once, note }));
        }
    }
    Ok(Found::Bytes(match node.claim_in_place(key)? {
        Claimed::Shared(claim) => Source::Memory(Arc::new(claim)),
        Claimed::Exposed(loan) => Source::Exposed(Arc::new(loan)),
    }))
}

impl State {
    fn of(source: &Source) -> Self {
        Self { total: source.len(), once: false, note: source.note().into() }
    }
}

impl Source {
    pub(super) fn len(&self) -> u64 {
        match self {
            Source::Memory(claim) => claim.view().len() as u64,
            Source::Exposed(loan) => loan.len(),
            Source::File(file) => file.len(),
        }
    }

    pub(super) fn note(&self) -> &[u8] {
        match self {
            Source::Memory(claim) => claim.view().note(),
            Source::Exposed(loan) => loan.note(),
            Source::File(_) => &[],
        }
    }

    /// Whether it is a claim, which is to be confirmed.
    pub(super) fn is_claim(&self) -> bool {
        match self {
            Source::Memory(claim) => claim.is_exclusive(),
            Source::Exposed(loan) => loan.is_exclusive(),
            Source::File(_) => false,
        }
    }

    /// Ends an object that ends once; `None` as long as it is being sent.
    pub(super) fn confirm(self) -> Option<wharf_shm::Result<()>> {
        match self {
            Source::Memory(claim) => Some(Arc::into_inner(claim)?.confirm().map(drop)),
            Source::Exposed(loan) => Some(Arc::into_inner(loan)?.confirm()),
            Source::File(_) => None,
        }
    }

    /// Some of the bytes at `at`, which are inside: in place, or read into `scratch`.
    pub(super) fn piece<'a>(
        &'a self,
        at: u64,
        most: usize,
        scratch: &'a mut [u8],
    ) -> Result<&'a [u8], No> {
        let left = (self.len() - at).min(most as u64) as usize;
        match self {
            Source::Memory(claim) => Ok(&claim.view()[at as usize..][..left]),
            Source::Exposed(loan) => {
                let piece = &mut scratch[..left.min(SCRATCH)];
                loan.read(at, piece)?;
                Ok(piece)
            }
            Source::File(file) => {
                let piece = &mut scratch[..left.min(SCRATCH)];
                file.read(at, piece)?;
                Ok(piece)
            }
        }
    }
}

impl No {
    pub(super) fn new(code: u16) -> Self {
        Self { code, text: String::new() }
    }

    pub(super) fn because(code: u16, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// As what it is counted.
    pub(super) fn why(&self) -> Why {
        match self.code {
            Refused::EVICTED => Why::Evicted,
            Refused::WRONG_CAPABILITY => Why::Capability,
            Refused::BUSY => Why::Busy,
            _ => Why::Other,
        }
    }
}

impl From<Error> for No {
    fn from(error: Error) -> Self {
        match error {
            Error::Evicted => No::new(Refused::EVICTED),
            Error::WrongCapability | Error::NoSuchSlot { .. } => No::new(Refused::WRONG_CAPABILITY),
            Error::Failed { message } => No::because(Refused::FAILED, message),
            Error::OwnerDied => No::new(Refused::OWNER_DIED),
            Error::TooManyViews { .. } | Error::Full { .. } | Error::OutOfMemory { .. } => {
                No::because(Refused::BUSY, error.to_string())
            }
            Error::Attach { .. } | Error::Unreadable { .. } => {
                No::because(Refused::INTERNAL, error.to_string())
            }
            // What is said of this node's own files is not for everybody.
            error => {
                tracing::warn!(%error, "an object cannot be served");
                No::because(Refused::INTERNAL, "it cannot read the object; its log says why")
            }
        }
    }
}

impl From<FileError> for No {
    fn from(error: FileError) -> Self {
        let code = match error {
            FileError::Changed { .. } => Refused::CHANGED,
            FileError::Read(_) => Refused::INTERNAL,
        };
        No::because(code, error.to_string())
    }
}

/// How much of exposed memory, and of a file, is read at once.
pub(super) const SCRATCH: usize = 256 << 10;
