//! Waiting for any of many objects, on the node's bell.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::arena::map::ArenaMap;
use crate::deadline::{Deadline, Wait};
use crate::error::{Error, Result};
use crate::ids::ObjectKey;
use crate::node::NodeInner;
use crate::object::resolve::{Ending, Terms};
use crate::object::wait::{SLICE, patience};
use crate::object::{Landing, View};
use crate::protocol::{self, Native, State};

/// An object that was pending when it was [asked for](crate::Node::awaited), to be waited for
/// together with others.
///
/// [`wait_any`](Awaited::wait_any) blocks. Who waits in another way follows the same rules:
///
/// 1. [watch](Awaited::watch) every object; what is settled already says so,
/// 2. [listen](crate::Node::listen), and look at every object in it,
/// 3. every tenth of a second, [look after](Awaited::look_after) them: dead producers ring no bell.
#[derive(Clone)]
pub struct Awaited {
    node: Arc<NodeInner>,
    arena: Arc<ArenaMap>,
    key: ObjectKey,
    landing: Arc<Landing>,
}

impl Awaited {
    pub(crate) fn find(
        node: &Arc<NodeInner>,
        landing: &Arc<Landing>,
        key: &ObjectKey,
    ) -> Result<Option<Self>> {
        node.check()?;
        let arena = match node.arena(key.arena) {
            Ok(arena) => arena,
            Err(Error::Evicted) => return Ok(None),
            Err(error) => return Err(error),
        };
        let slot = arena.slot(key.slot)?;
        match slot.consistent(key.generation, || slot.is_opened_by(&key.capability)) {
            Some((State::Pending | State::Sealed, true)) if slot.is_unsettled(key.generation) => {
                let (node, landing) = (node.clone(), landing.clone());
                Ok(Some(Self { node, arena, key: *key, landing }))
            }
            Some((State::Evicted, _)) | None => Ok(None),
            Some((_, true)) => Ok(None),
            Some((_, false)) => Err(Error::WrongCapability),
        }
    }

    /// Whether the object is neither sealed nor failed nor gone, or [claimed](crate::Claim) by
    /// somebody.
    #[inline]
    pub fn is_pending(&self) -> bool {
        self.arena.slot(self.key.slot).is_ok_and(|slot| slot.is_unsettled(self.key.generation))
    }

    /// From here on, whoever settles the object rings the node's bell. `false` if it is pending no
    /// more.
    pub fn watch(&self) -> bool {
        let slot = self.arena.slot(self.key.slot);
        slot.is_ok_and(|slot| protocol::watch::<Native>(&slot.word, self.key.generation))
    }

    /// [`Node::resolve`](crate::Node::resolve), without waiting; even of an arena that ended
    /// meanwhile with all that was in it.
    ///
    /// # Errors
    /// As [`Node::resolve`](crate::Node::resolve).
    pub fn resolve(&self) -> Result<View> {
        self.node.check()?;
        let (arena, landing) = (self.arena.clone(), &self.landing);
        let (deadline, wait, taking) = (Deadline::NOW, Wait::Block, Ending);
        let mut terms = Terms { deadline, wait, landing, taking };
        self.node.resolve_in(arena, &self.key, &mut terms, true)
    }

    /// [`Node::wait`](crate::Node::wait), in the same way.
    ///
    /// # Errors
    /// As [`Node::wait`](crate::Node::wait).
    pub fn outcome(&self) -> Result<()> {
        self.node.check()?;
        self.node.wait_in(&self.arena, &self.key, Deadline::NOW, Wait::Block)
    }

    /// Ends those of the objects whose producers are dead.
    ///
    /// # Errors
    /// If what a dead producer left cannot be cleaned.
    pub fn look_after<'a>(objects: impl IntoIterator<Item = &'a Self>) -> Result<()> {
        let mut seen = HashMap::new();
        for Self { node, arena, key, .. } in objects {
            node.check()?;
            let producer = match seen.get(&key.arena) {
                Some(producer) => *producer,
                None => match node.look_after(arena) {
                    // The next look finds the arena without its file.
                    Err(Error::Vanished { .. }) => continue,
                    outcome => *seen.entry(key.arena).or_insert(outcome?),
                },
            };
            let slot = arena.slot(key.slot)?;
            producer.settle(arena, slot, key);
            node.look_after_claim(arena, slot, key);
        }
        Ok(())
    }

    /// Waits until the first of the objects is pending no more, and gives its place in the list.
    ///
    /// They should be of one node: of others than the first one's it is seen within a tenth of a
    /// second only that they were settled.
    ///
    /// # Errors
    /// As [`Node::wait_any`](crate::Node::wait_any).
    pub fn wait_any(objects: &[Self], deadline: Deadline, wait: Wait) -> Result<usize> {
        wait_any(objects, deadline, wait, SLICE)
    }
}

fn wait_any(objects: &[Awaited], deadline: Deadline, wait: Wait, slice: Duration) -> Result<usize> {
    let Some(Awaited { node, .. }) = objects.first() else { return Err(Error::NothingAwaited) };
    let settled = || objects.iter().position(|object| !object.is_pending());
    let (spin, glances) = patience(wait);
    let mut probed = Instant::now();
    let (began, mut watched) = (probed, false);
    loop {
        node.check()?;
        for _ in 0..glances.div_ceil(objects.len()) {
            if let Some(index) = settled() {
                return Ok(index);
            }
            if wait != Wait::Spin {
                std::hint::spin_loop();
            }
        }
        let left = deadline.remaining();
        if left == Some(Duration::ZERO) {
            return Err(Error::Deadline);
        }
        let now = Instant::now();
        if now - probed >= slice {
            Awaited::look_after(objects)?;
            probed = now;
        }
        if now - began < spin {
            continue;
        }
        // Whoever finds one settled here finds it again above.
        if !watched && !objects.iter().all(Awaited::watch) {
            continue;
        }
        watched = true;
        node.directory.bell().listen(|| match settled() {
            Some(_) => None,
            None => Some(left.map_or(slice, |left| left.min(slice))),
        });
    }
}

impl fmt::Debug for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Awaited").field(&self.key).finish()
    }
}
