//! Objects that end once, handed over in steps.

use std::fmt;
use std::sync::Arc;

use crate::arena::map::ArenaMap;
use crate::deadline::{Deadline, Wait};
use crate::error::{Error, Result};
use crate::fail::fail_point;
use crate::ids::ObjectKey;
use crate::layout::Slot;
use crate::node::record::Pinned;
use crate::node::{Node, NodeInner};
use crate::object::View;
use crate::object::resolve::Taking;
use crate::protocol::{self, Native, Pin, State};

/// An object's bytes, and the right to say whether they were delivered: see [`Node::claim`].
///
/// Until it is [confirmed](Claim::confirm) or dropped, whoever resolves the object waits as for one
/// that is pending. Dropped unconfirmed, or with its process, it leaves the object as it was.
pub struct Claim {
    view: View,
    /// Only of an object that ends once.
    mark: Option<Mark>,
}

impl Node {
    /// [`resolve`](Node::resolve), but an object that ends [once](crate::End::Once) has not ended:
    /// it is claimed, and ends when the claim is [confirmed](Claim::confirm). It is for whoever
    /// delivers the bytes elsewhere, and can fail to.
    ///
    /// ```
    /// # use wharf_shm::{ArenaOptions, Deadline, End, Error, Lifetime, Node, NodeOptions, Wait};
    /// # fn main() -> wharf_shm::Result<()> {
    /// # let directory = std::path::PathBuf::from(format!("/dev/shm/wharf-doc-claim-{}", std::process::id()));
    /// # let options = NodeOptions { directory: Some(directory.clone()), ..Default::default() };
    /// # let node = Node::open(&options)?;
    /// # let arena = node.create_arena(&ArenaOptions::default())?;
    /// let key = arena.put(b"for one", Lifetime::PROCESS.ending(End::Once))?.key;
    /// let claim = node.claim(&key, Deadline::NOW, Wait::default())?;
    /// drop(claim); // the reader was never reached: the object is there for another
    ///
    /// let claim = node.claim(&key, Deadline::NOW, Wait::default())?;
    /// assert_eq!(&claim.view()[..], b"for one");
    /// let view = claim.confirm()?;
    /// assert!(matches!(node.resolve(&key, Deadline::NOW, Wait::default()), Err(Error::Evicted)));
    /// # drop((view, arena, node));
    /// # std::fs::remove_dir_all(directory).unwrap();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`resolve`](Node::resolve).
    pub fn claim(&self, key: &ObjectKey, deadline: Deadline, wait: Wait) -> Result<Claim> {
        let mut terms = self.terms(deadline, wait, Claiming(None));
        let view = self.inner().resolve(key, &mut terms)?;
        Ok(Claim::new(view, terms.taking))
    }
}

impl Claim {
    pub(super) fn new(view: View, claiming: Claiming) -> Self {
        Self { view, mark: claiming.0 }
    }

    /// The bytes.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Whether others wait for what comes of this: the object ends once. Any other is as if it were
    /// resolved, and need not be confirmed.
    pub fn is_exclusive(&self) -> bool {
        self.mark.is_some()
    }

    /// Ends an object that ends once: it was delivered. The view stays.
    ///
    /// # Errors
    /// [`Error::Evicted`] if somebody has evicted it meanwhile, or closed its arena: it is to be
    /// taken for not delivered. [`Error::Forked`].
    pub fn confirm(self) -> Result<View> {
        let Self { view, mark } = self;
        if let Some(mark) = mark {
            mark.confirm()?;
        }
        Ok(view)
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Claim").field(&self.view).finish()
    }
}

/// What says, in this process's table of pins, that a claim is alive. Dropped, it ends the claim.
pub(super) struct Mark {
    node: Arc<NodeInner>,
    arena: Arc<ArenaMap>,
    key: ObjectKey,
    index: usize,
}

impl Mark {
    /// Claims a sealed object; `None` if it changed meanwhile. The caller has it pinned.
    pub(super) fn set(
        node: &NodeInner,
        arena: &Arc<ArenaMap>,
        slot: &Slot,
        key: &ObjectKey,
    ) -> Result<Option<Self>> {
        let node = node.this.upgrade().ok_or(Error::Closed)?;
        let claim = |_| protocol::claim::<Native>(&slot.word, key.generation);
        let pinned = arena.record.pin(Pin::claim(arena.tag, key.slot), &slot.word, claim)?;
        fail_point!("claim.set");
        Ok(match pinned {
            Pinned::Held { index } => Some(Self { node, arena: arena.clone(), key: *key, index }),
            Pinned::Changed => None,
        })
    }

    pub(super) fn confirm(self) -> Result<()> {
        self.node.check()?;
        let slot = self.arena.slot(self.key.slot)?;
        // Claimed, or freed of the claim by somebody who took this process for dead.
        slot.evict(self.key.generation, State::Sealed, || self.arena.ring())?;
        fail_point!("claim.confirmed");
        self.node.tell_owner(&self.arena, slot, &self.key)
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        if !self.arena.record.is_ours() {
            return;
        }
        if let Ok(slot) = self.arena.slot(self.key.slot) {
            slot.unclaim(self.key.generation, || self.arena.ring());
        }
        fail_point!("claim.ended");
        self.arena.record.unpin(self.index);
    }
}

impl NodeInner {
    /// Frees an object from the claim of a process that is dead.
    #[cold]
    pub(super) fn look_after_claim(&self, arena: &ArenaMap, slot: &Slot, key: &ObjectKey) {
        if !slot.is_claimed(key.generation) {
            return;
        }
        let marked = self.census().pinned(&self.directory, Pin::claims_of(arena.tag));
        fail_point!("claim.scanned");
        match marked {
            Ok(marked) if marked.contains(key.slot) => {}
            Ok(_) => slot.unclaim(key.generation, || arena.ring()),
            // Nobody can tell, so the claim stands.
            Err(error) => tracing::debug!(%error, arena = %arena.id, "whose claim it is"),
        }
    }
}

/// Claims what ends once.
pub(super) struct Claiming(pub(super) Option<Mark>);

impl Taking for Claiming {
    fn take(
        &mut self,
        node: &NodeInner,
        arena: &Arc<ArenaMap>,
        slot: &Slot,
        key: &ObjectKey,
    ) -> Result<bool> {
        self.0 = Mark::set(node, arena, slot, key)?;
        Ok(self.0.is_some())
    }
}
