//! From a key to the object's bytes, waiting for them if they are still to come.

use std::ptr::NonNull;
use std::sync::Arc;
use std::time::Duration;

use crate::arena::map::ArenaMap;
use crate::deadline::{Deadline, Wait};
use crate::error::{Error, Result};
use crate::fail::fail_point;
use crate::ids::{Extent, ObjectKey};
use crate::layout::Slot;
use crate::node::NodeInner;
use crate::node::record::Pinned;
use crate::object::View;
use crate::object::copied::{Copying, Landing};
use crate::object::slot::{Failure, MESSAGE_MAX};
use crate::protocol::{self, Native, Observed, Pin, SlotWord, State};
use crate::sys::prefetch;

impl NodeInner {
    /// See [`Node::resolve`](crate::Node::resolve).
    #[inline]
    pub(crate) fn resolve<T: Taking>(
        &self,
        key: &ObjectKey,
        terms: &mut Terms<'_, T>,
    ) -> Result<View> {
        self.check()?;
        let arena = self.arena(key.arena)?;
        let deadline = terms.deadline;
        let copy = |copying: Copying, taking: &mut T| copying.finish(deadline, taking);
        self.resolve_in(arena, key, terms, false, |view| view, copy)
    }

    /// A view of bytes that lie in shared memory; `None` if they are exposed, and nothing is taken yet.
    pub(super) fn hold_in_place<T: Taking>(
        &self,
        key: &ObjectKey,
        terms: &mut Terms<'_, T>,
    ) -> Result<Option<View>> {
        self.check()?;
        let arena = self.arena(key.arena)?;
        self.resolve_in(arena, key, terms, false, Some, |_, _| Ok(None))
    }

    /// See [`Node::begin_resolve`](crate::Node::begin_resolve).
    pub(crate) fn begin_resolve(
        &self,
        arena: Arc<ArenaMap>,
        key: &ObjectKey,
        landing: &Arc<Landing>,
        waited: bool,
    ) -> Result<Begun> {
        let (deadline, wait) = (Deadline::NOW, Wait::Block);
        let mut terms = Terms { deadline, wait, landing, taking: Ending };
        let copying = |copying, _: &mut Ending| Ok(Begun::Copying(copying));
        self.resolve_in(arena, key, &mut terms, waited, Begun::Done, copying)
    }

    /// `waited` says whether the object was pending when it was asked for.
    #[inline]
    fn resolve_in<T: Taking, R>(
        &self,
        arena: Arc<ArenaMap>,
        key: &ObjectKey,
        terms: &mut Terms<'_, T>,
        mut waited: bool,
        viewed: impl FnOnce(View) -> R,
        lent: impl FnOnce(Copying, &mut T) -> Result<R>,
    ) -> Result<R> {
        let slot = arena.slot(key.slot)?;
        loop {
            let word = slot.word();
            match word.observed(key.generation) {
                Observed::Is(State::Sealed) => match hold(self, &arena, slot, key, terms)? {
                    Some(Held::Pin { extent, bytes, note, pin }) => {
                        self.tallies.resolved(extent.len, waited);
                        return Ok(viewed(View::new(arena, *key, extent, bytes, note, pin)));
                    }
                    Some(Held::Lent) => {
                        let copying = Copying::new(self, terms.landing, arena, *key, waited)?;
                        return lent(copying, &mut terms.taking);
                    }
                    None if slot.is_claimed(key.generation) => {
                        waited = true;
                        self.wait_for(&arena, slot, key, terms.deadline, terms.wait)?;
                    }
                    None => {}
                },
                Observed::Is(State::Pending) => {
                    // A slot that is used anew meanwhile is gone, not closed to this key.
                    let opens = || slot.is_opened_by(&key.capability);
                    match slot.consistent(key.generation, opens) {
                        Some((_, false)) => return Err(Error::WrongCapability),
                        Some((_, true)) => {
                            waited = true;
                            self.wait_for(&arena, slot, key, terms.deadline, terms.wait)?;
                        }
                        None => {}
                    }
                }
                Observed::Is(State::Failed) => return Err(failure(&arena, slot, key)?),
                Observed::Is(State::Evicted) | Observed::Gone => return Err(Error::Evicted),
            }
        }
    }

    /// See [`Node::renew`](crate::Node::renew).
    pub(crate) fn renew(&self, key: &ObjectKey, time: Duration) -> Result<()> {
        self.check()?;
        let arena = self.arena(key.arena)?;
        let slot = arena.slot(key.slot)?;
        // Pinned, so that it is not another object's lease that is renewed.
        let Some(_pin) = pin(&arena, slot, key, State::Sealed)? else {
            let opens = || slot.is_opened_by(&key.capability);
            return Err(match slot.consistent(key.generation, opens) {
                Some((_, false)) => Error::WrongCapability,
                Some((State::Pending, _)) => Error::StillPending,
                _ => Error::Evicted,
            });
        };
        may_read(slot, key)?;
        match slot.has_expired() {
            true => Err(Error::Evicted),
            false if slot.renew(time) => Ok(()),
            false => Err(Error::NotLeased),
        }
    }
}

/// What a resolve was asked for beside the object.
pub(crate) struct Terms<'a, T> {
    pub(crate) deadline: Deadline,
    pub(crate) wait: Wait,
    /// Where copies land.
    pub(crate) landing: &'a Arc<Landing>,
    pub(crate) taking: T,
}

/// What is done with an object that ends once.
pub(crate) trait Taking {
    /// Takes it; `false` if it cannot be had now. The caller has it pinned.
    fn take(
        &mut self,
        node: &NodeInner,
        arena: &Arc<ArenaMap>,
        slot: &Slot,
        key: &ObjectKey,
    ) -> Result<bool>;
}

/// It ends: it is evicted by whoever has it.
pub(crate) struct Ending;

impl Taking for Ending {
    #[inline]
    fn take(
        &mut self,
        node: &NodeInner,
        arena: &Arc<ArenaMap>,
        slot: &Slot,
        key: &ObjectKey,
    ) -> Result<bool> {
        if protocol::take::<Native>(&slot.word, key.generation).is_err() {
            return Ok(false);
        }
        fail_point!("resolve.ended");
        node.tell_owner(arena, slot, key)?;
        Ok(true)
    }
}

/// A sealed object's bytes, held for a view.
enum Held {
    /// Where they are, by this entry of the pin table.
    Pin { extent: Extent, bytes: NonNull<u8>, note: u8, pin: usize },
    /// In its owner's own memory. Nothing is held yet.
    Lent,
}

/// What came of a resolve that leaves copying to its caller.
#[derive(Debug)]
pub enum Begun {
    /// A view of bytes that lie in shared memory.
    Done(View),
    /// Of exposed memory there has to be a copy first.
    Copying(Copying),
}

/// Takes hold of a sealed object for a view; `None` if it changed meanwhile.
#[inline]
fn hold<T: Taking>(
    node: &NodeInner,
    arena: &Arc<ArenaMap>,
    slot: &Slot,
    key: &ObjectKey,
    terms: &mut Terms<'_, T>,
) -> Result<Option<Held>> {
    prefetch_bytes(arena, slot);
    let Some(pin) = pin_inlined(arena, slot, key, State::Sealed)? else { return Ok(None) };
    fail_point!("resolve.pinned");
    may_read(slot, key)?;
    if slot.is_exposed() {
        let is_claimed = slot.ends_once() && slot.is_claimed(key.generation);
        return Ok((!is_claimed).then_some(Held::Lent));
    }
    let (whole, note) = (slot.extent(), slot.note());
    let bytes = arena.bytes(whole)?;
    let extent = whole.without(note).ok_or_else(|| arena.corrupt(NOTE_TOO_LONG))?;
    if slot.has_expired() {
        end(node, arena, slot, key)?;
        return Err(Error::Evicted);
    }
    // The pin holds the bytes, and whoever marks the object has it for himself.
    if slot.ends_once() && !terms.taking.take(node, arena, slot, key)? {
        return Ok(None);
    }
    fail_point!("resolve.done");
    Ok(Some(Held::Pin { extent, bytes, note, pin: pin.keep() }))
}

pub(super) const NOTE_TOO_LONG: &str = "an object's note is longer than the object";

/// Starts fetching the first bytes, which another core may have just written, while the pin is
/// taken. The extent is not believed yet: prefetching a wrong address does nothing.
#[inline]
fn prefetch_bytes(arena: &ArenaMap, slot: &Slot) {
    if let Some(bytes) = arena.mapped_bytes(slot.extent()) {
        prefetch::to_read(bytes.as_ptr());
    }
}

/// Marks an object evicted whose time has come; `false` if somebody else did.
pub(crate) fn end(
    node: &NodeInner,
    arena: &ArenaMap,
    slot: &Slot,
    key: &ObjectKey,
) -> Result<bool> {
    if protocol::evict::<Native>(&slot.word, key.generation, State::Sealed).is_err() {
        return Ok(false);
    }
    node.tell_owner(arena, slot, key)?;
    Ok(true)
}

fn may_read(slot: &Slot, key: &ObjectKey) -> Result<()> {
    if slot.is_opened_by(&key.capability) { Ok(()) } else { Err(Error::WrongCapability) }
}

/// Why the object failed, in the producer's words if it left any.
pub(super) fn failure(arena: &Arc<ArenaMap>, slot: &Slot, key: &ObjectKey) -> Result<Error> {
    let Some(_pin) = pin(arena, slot, key, State::Failed)? else { return Ok(Error::Evicted) };
    may_read(slot, key)?;
    Ok(match slot.failure() {
        Failure::OwnerDied => Error::OwnerDied,
        Failure::OwnerClosed => {
            Error::Failed { message: "its store was closed before it was sealed".into() }
        }
        Failure::Message => Error::Failed { message: message(arena, slot.extent())? },
    })
}

fn message(arena: &ArenaMap, extent: Extent) -> Result<String> {
    if extent.len > MESSAGE_MAX as u64 {
        return Err(arena.corrupt("a failed object's message is longer than any can be"));
    }
    let at = arena.bytes(extent)?;
    // SAFETY: `bytes` checked the extent; the caller has pinned the object.
    let bytes = unsafe { std::slice::from_raw_parts(at.as_ptr(), extent.len as usize) };
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// Pins an object that is in this state; `None` if it is not any more.
pub(super) fn pin<'a>(
    arena: &'a ArenaMap,
    slot: &Slot,
    key: &ObjectKey,
    state: State,
) -> Result<Option<PinGuard<'a>>> {
    pin_inlined(arena, slot, key, state)
}

/// The same, for the one place where it counts: every resolve.
#[inline(always)]
fn pin_inlined<'a>(
    arena: &'a ArenaMap,
    slot: &Slot,
    key: &ObjectKey,
    state: State,
) -> Result<Option<PinGuard<'a>>> {
    let what = Pin::new(arena.tag, key.slot);
    let expected = |word: SlotWord| word.observed(key.generation) == Observed::Is(state);
    Ok(match arena.record.pin(what, &slot.word, expected)? {
        Pinned::Held { index } => Some(PinGuard { arena, index }),
        Pinned::Changed => None,
    })
}

/// Lets go of a pin, unless it is kept.
pub(super) struct PinGuard<'a> {
    arena: &'a ArenaMap,
    index: usize,
}

impl PinGuard<'_> {
    #[inline]
    fn keep(self) -> usize {
        std::mem::ManuallyDrop::new(self).index
    }
}

impl Drop for PinGuard<'_> {
    fn drop(&mut self) {
        self.arena.record.unpin(self.index);
    }
}
