//! This process on the node, and again after its directory was removed.

use std::sync::{Arc, OnceLock};

use wharf_shm::{Awaited, Node, ObjectKey};

use crate::FabricCounters;
use crate::home::{AddressBook, Home};
use crate::waiting::Wakers;

/// A membership of the node, and the one that took its place when its directory was removed.
pub(crate) struct Membership {
    pub(crate) node: Node,
    /// Those who wait for its objects without blocking.
    pub(crate) wakers: Wakers,
    addresses: AddressBook,
    next: OnceLock<Arc<Membership>>,
}

impl Membership {
    pub(crate) fn new(node: Node) -> Arc<Self> {
        let wakers = Wakers::new(node.clone());
        Self::with_wakers(node, wakers)
    }

    pub(crate) fn with_wakers(node: Node, wakers: Wakers) -> Arc<Self> {
        Arc::new(Self { node, wakers, addresses: AddressBook::default(), next: OnceLock::new() })
    }

    /// Does something on the node, and again after joining it anew if its directory is gone.
    #[inline]
    pub(crate) fn with<T>(
        &self,
        act: impl Fn(&Node) -> wharf_shm::Result<T>,
    ) -> wharf_shm::Result<T> {
        match act(&self.node) {
            Err(wharf_shm::Error::Vanished { .. }) => self.next()?.with(act),
            outcome => outcome,
        }
    }

    /// An object to wait for, with the membership that knows it; `None` if it is pending no more.
    pub(crate) fn awaited(&self, key: &ObjectKey) -> wharf_shm::Result<Option<(&Self, Awaited)>> {
        match self.node.awaited(key) {
            Err(wharf_shm::Error::Vanished { .. }) => self.next()?.awaited(key),
            outcome => Ok(outcome?.map(|object| (self, object))),
        }
    }

    /// The node, as tickets of what is put now have it.
    #[inline]
    pub(crate) fn home(&self) -> Home {
        match self.next.get() {
            None => self.addresses.home(&self.node, self.node.id()),
            Some(next) => next.home(),
        }
    }

    /// What was resolved through this membership and those that took its place.
    pub(crate) fn counters(&self) -> FabricCounters {
        let mut sum = self.node.counters();
        if let Some(next) = self.next.get() {
            sum += next.counters();
        }
        sum
    }

    #[cold]
    fn next(&self) -> wharf_shm::Result<&Self> {
        if let Some(next) = self.next.get() {
            return Ok(next);
        }
        let node = self.node.reopen()?;
        Ok(self.next.get_or_init(|| {
            tracing::warn!(
                directory = %node.directory().display(),
                "the shared-memory directory was removed while in use, and is made again"
            );
            Self::new(node)
        }))
    }
}
