//! Exposed memory as it is passed on: piece by piece, without a copy of all.
//!
//! Where a [`Copying`](super::Copying) ends in a view, a [`Loan`] holds nothing between two pieces: each
//! is read while the object is pinned, and was right if the object still is sealed after it. What was
//! read before an object ended stays right, as its bytes do not change; what comes after is an error.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};

use super::claim::{Claim, Claiming, Mark};
use super::copied::{Leaving, Lent};
use super::lender::Lender;
use super::resolve::{end, pin};
use crate::arena::map::ArenaMap;
use crate::deadline::{Deadline, Wait};
use crate::error::{Error, Result};
use crate::ids::ObjectKey;
use crate::node::{Node, NodeInner};
use crate::protocol::State;

/// An object for whoever delivers its bytes elsewhere: see [`Node::claim_in_place`].
#[derive(Debug)]
pub enum Claimed {
    /// Its bytes lie in shared memory.
    Shared(Claim),
    /// They lie in the memory of a process that [exposed](crate::Arena::expose) it.
    Exposed(Loan),
}

/// Exposed memory that is read piece by piece. Of an object that ends [once](crate::End::Once) it is
/// the claim too, as [`Claim`] is.
///
/// It pins nothing between two reads: whoever exposed the memory waits for one at the most.
pub struct Loan {
    node: Arc<NodeInner>,
    arena: Arc<ArenaMap>,
    key: ObjectKey,
    len: u64,
    note: Box<[u8]>,
    mark: Option<Mark>,
}

impl Node {
    /// [`claim`](Node::claim) without waiting for anything, and without making a copy of exposed memory.
    ///
    /// ```
    /// # use wharf_shm::{ArenaOptions, Claimed, End, Error, Node, NodeOptions};
    /// # fn main() -> wharf_shm::Result<()> {
    /// # let directory = std::path::PathBuf::from(format!("/dev/shm/wharf-doc-loan-{}", std::process::id()));
    /// # let options = NodeOptions { directory: Some(directory.clone()), ..Default::default() };
    /// # let node = Node::open(&options)?;
    /// # let arena = node.create_arena(&ArenaOptions::default())?;
    /// let field = b"temperature".to_vec();
    /// // SAFETY: the field is not changed, and outlives what exposes it.
    /// let exposed = unsafe { arena.expose(field.as_ptr(), field.len() as u64, End::Evicted, b"") }?;
    /// let Claimed::Exposed(loan) = node.claim_in_place(&exposed.key())? else { panic!() };
    /// let mut piece = [0; 4];
    /// loan.read(7, &mut piece)?;
    /// assert_eq!(&piece, b"ture");
    /// drop(exposed);
    /// assert!(matches!(loan.read(0, &mut piece), Err(Error::Evicted)));
    /// # drop((arena, node));
    /// # std::fs::remove_dir_all(directory).unwrap();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`resolve`](Node::resolve) with [`Deadline::NOW`](crate::Deadline::NOW).
    pub fn claim_in_place(&self, key: &ObjectKey) -> Result<Claimed> {
        let mut terms = self.terms(Deadline::NOW, Wait::Block, Claiming(None));
        match self.inner().hold_in_place(key, &mut terms)? {
            Some(view) => Ok(Claimed::Shared(Claim::new(view, terms.taking))),
            None => Ok(Claimed::Exposed(Loan::new(self, key)?)),
        }
    }
}

impl Loan {
    fn new(node: &Node, key: &ObjectKey) -> Result<Self> {
        let node = node.inner().this.upgrade().ok_or(Error::Closed)?;
        let arena = node.arena(key.arena)?;
        let slot = arena.slot(key.slot)?;
        let Some(pinned) = pin(&arena, slot, key, State::Sealed)? else {
            return Err(Error::Evicted);
        };
        if slot.has_expired() {
            end(&node, &arena, slot, key)?;
            return Err(Error::Evicted);
        }
        let (len, once) = (slot.extent().len, slot.ends_once());
        let lent = Lent { node: &node, arena: &arena, slot, key };
        let note = lent.description()?.1.into();
        let mark = match once {
            true => Some(Mark::set(&node, &arena, slot, key)?.ok_or(Error::Claimed)?),
            false => None,
        };
        drop(pinned);
        Ok(Self { key: *key, len, note, mark, node, arena })
    }

    /// The object's length in bytes.
    #[allow(clippy::len_without_is_empty)] // it is no collection
    pub fn len(&self) -> u64 {
        self.len
    }

    /// What its producer noted about it.
    pub fn note(&self) -> &[u8] {
        &self.note
    }

    /// Whether others wait for what comes of this: the object ends once.
    pub fn is_exclusive(&self) -> bool {
        self.mark.is_some()
    }

    /// Fills `to` with the bytes at `at`.
    ///
    /// # Errors
    /// [`Error::Evicted`] if the object has ended, or has no such bytes; [`Error::Attach`] and
    /// [`Error::Unreadable`]; [`Error::TooManyViews`]; [`Error::Forked`]. Then what is in `to` means nothing.
    pub fn read(&self, at: u64, to: &mut [u8]) -> Result<()> {
        if at.checked_add(to.len() as u64).is_none_or(|end| end > self.len) {
            return Err(Error::Evicted);
        }
        self.node.check()?;
        let (node, arena, key) = (&*self.node, &self.arena, &self.key);
        let slot = arena.slot(key.slot)?;
        let lent = Lent { node, arena, slot, key };
        let _leaving = Leaving(&lent);
        // Let go of before the other.
        let Some(_pin) = pin(arena, slot, key, State::Sealed)? else { return Err(Error::Evicted) };
        let (exposure, _) = lent.description()?;
        let lender = Lender::new(node, arena, exposure)?;
        lent.copy(&lender, exposure.address, at, to)?;
        // Acquire: what was read is read before lender and slot are looked at again.
        fence(Ordering::Acquire);
        lender.check()?;
        if lent.stands() { Ok(()) } else { Err(Error::Evicted) }
    }

    /// Ends an object that ends once: it was delivered.
    ///
    /// # Errors
    /// As [`Claim::confirm`].
    pub fn confirm(self) -> Result<()> {
        self.mark.map_or(Ok(()), Mark::confirm)
    }
}

impl fmt::Debug for Loan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loan").field("key", &self.key).field("len", &self.len).finish()
    }
}
