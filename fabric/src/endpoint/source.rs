//! Where the bytes of answers come from: the node's memory, or a file that is shared in place.
//!
//! Exposed memory is copied first, whole, by the endpoint's thread: nobody else is served meanwhile.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use wharf_shm::{ArenaId, Claim, Deadline, Error, Glance, Node, ObjectKey, Wait};

use super::file::{FileError, SharedFile};
use crate::membership::Membership;
use crate::wire::Refused;

/// An object that is there, held as long as this is.
#[derive(Clone)]
pub(super) enum Source {
    /// Of one that ends `once`, this is the claim too.
    Memory(Arc<Claim>),
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
    Pending,
}

/// Why there is nothing, as the reader is told.
#[derive(Debug)]
pub(super) struct No {
    pub(super) code: u16,
    pub(super) text: String,
}

/// All that the endpoint can give.
pub(super) struct Sources {
    membership: Arc<Membership>,
    files: Arc<Files>,
    copies: HashMap<ObjectKey, Kept>,
}

/// Files that are shared in place, each under the name of an arena that there is not.
pub(super) type Files = RwLock<HashMap<ArenaId, (ObjectKey, Arc<SharedFile>)>>;

/// A copy of exposed memory, for as long as it is asked for.
struct Kept {
    copy: Arc<Claim>,
    used: Instant,
}

impl Sources {
    pub(super) fn new(membership: Arc<Membership>, files: Arc<Files>) -> Self {
        Self { membership, files, copies: HashMap::new() }
    }

    /// The object, without waiting for it.
    pub(super) fn find(&mut self, key: &ObjectKey, want: Want, now: Instant) -> Result<Found, No> {
        if let Some(file) = self.file(key)? {
            file.check()?;
            let found = Source::File(file);
            return Ok(match want {
                Want::State => Found::State(State::of(&found)),
                _ => Found::Bytes(found),
            });
        }
        if want != Want::State
            && let Some(copy) = self.copy(key, now)?
        {
            return Ok(Found::Bytes(Source::Memory(copy)));
        }
        match self.membership.with(|node| find(node, key, want)) {
            Ok(Found::Bytes(Source::Memory(claim))) => {
                if claim.view().is_copy() && !claim.is_exclusive() {
                    self.keep(&claim, now);
                }
                Ok(Found::Bytes(Source::Memory(claim)))
            }
            Err(Error::Deadline) => Ok(Found::Pending),
            found => Ok(found?),
        }
    }

    /// Lets go of copies that nobody asks for any more; when to do so again.
    pub(super) fn forget_copies(&mut self, now: Instant) -> Option<Duration> {
        self.copies.retain(|_, kept| now.saturating_duration_since(kept.used) < KEPT);
        let next = |kept: &Kept| (kept.used + KEPT).saturating_duration_since(now);
        self.copies.values().map(next).min()
    }

    fn file(&self, key: &ObjectKey) -> Result<Option<Arc<SharedFile>>, No> {
        let files = self.files.read().unwrap_or_else(|poison| poison.into_inner());
        match files.get(&key.arena) {
            None => Ok(None),
            Some((known, file)) if known == key => Ok(Some(file.clone())),
            Some(_) => Err(No::new(Refused::WRONG_CAPABILITY)),
        }
    }

    /// A copy that was made before, if the object still stands.
    fn copy(&mut self, key: &ObjectKey, now: Instant) -> Result<Option<Arc<Claim>>, No> {
        let Some(kept) = self.copies.get_mut(key) else { return Ok(None) };
        if let Err(gone) = self.membership.with(|node| node.glance(key)) {
            self.copies.remove(key);
            return Err(gone.into());
        }
        kept.used = now;
        Ok(Some(kept.copy.clone()))
    }

    fn keep(&mut self, copy: &Arc<Claim>, now: Instant) {
        while self.copies.len() >= COPIES {
            let oldest = self.copies.iter().min_by_key(|(_, kept)| kept.used);
            let Some(key) = oldest.map(|(key, _)| *key) else { break };
            self.copies.remove(&key);
        }
        self.copies.insert(*copy.view().key(), Kept { copy: copy.clone(), used: now });
    }
}

fn find(node: &Node, key: &ObjectKey, want: Want) -> wharf_shm::Result<Found> {
    if want != Want::Whole {
        let Glance { len, once, note, .. } = node.glance(key)?;
        if once || want == Want::State {
            return Ok(Found::State(State { total: len, once, note }));
        }
    }
    let claim = node.claim(key, Deadline::NOW, Wait::Block)?;
    Ok(Found::Bytes(Source::Memory(Arc::new(claim))))
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
            Source::File(file) => file.len(),
        }
    }

    pub(super) fn note(&self) -> &[u8] {
        match self {
            Source::Memory(claim) => claim.view().note(),
            Source::File(_) => &[],
        }
    }

    /// Some of the bytes at `at`, which are inside: in place, or read into `scratch`.
    pub(super) fn piece<'a>(
        &'a self,
        at: u64,
        most: usize,
        scratch: &'a mut [u8],
    ) -> Result<&'a [u8], FileError> {
        match self {
            Source::Memory(claim) => {
                let (view, at) = (claim.view(), at as usize);
                Ok(&view[at..view.len().min(at + most)])
            }
            Source::File(file) => {
                let most = most.min(scratch.len()).min((file.len() - at) as usize);
                let piece = &mut scratch[..most];
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

/// Copies of exposed memory that are kept.
const COPIES: usize = 8;
/// How long one is kept after it was last asked for.
const KEPT: Duration = Duration::from_secs(2);
