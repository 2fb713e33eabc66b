//! Handles: what C holds of an object that Rust owns.
//!
//! ```text
//! a handle, in the bits of a pointer             the slab of its kind, never given back
//! 63  60 59             28 27         0          ┌────────────┬───────┬───────┐
//! ┌─────┬─────────────────┬────────────┐  index  │ generation │ next  │ value │
//! │kind │   generation    │   index    │ ──────▶ ├────────────┼───────┼───────┤
//! └─────┴─────────────────┴────────────┘         │ …          │       │       │
//! ```
//!
//! * A handle is never dereferenced. NULL, a stray pointer, a handle of another kind and one that was
//!   closed are told apart from a live one by its bits and one load.
//! * A slot's generation is odd while it holds a value, and goes up by one when it is filled and when
//!   it is emptied. Who wins the step to the next even number owns the value: of two threads that
//!   close a handle, one is refused.
//! * Free slots are a stack whose head carries a count, so that a head seen twice is the same head.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

use crate::error::{Failure, wharf_status};

/// What kind of object a handle leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Fabric = 1,
    Store = 2,
    Block = 3,
    Promise = 4,
    View = 5,
    Names = 6,
    Request = 7,
    Exposed = 8,
    Settings = 9,
    Stores = 10,
}

/// An object that C can have a handle of.
pub(crate) trait Handled: Send + Sync + Sized + 'static {
    /// The type that C names the handle's target by.
    type Opaque;
    const KIND: Kind;

    fn slab() -> &'static Slab<Self>;
}

/// Hands out a handle; the value is dropped where there are no more.
#[inline]
pub(crate) fn give<T: Handled>(value: T) -> Result<*mut T::Opaque, Failure> {
    let Some((index, generation)) = T::slab().insert(value) else {
        return Err(Failure::new(
            wharf_status::WHARF_ERROR_TOO_MANY_HANDLES,
            format!("there are {MOST} handles of this kind: close some"),
        ));
    };
    let bits =
        (T::KIND as u64) << KIND_SHIFT | u64::from(generation) << INDEX_BITS | u64::from(index);
    Ok(ptr::without_provenance_mut(bits as usize))
}

/// The value behind a handle.
///
/// # Safety
///
/// The handle is not closed while the value is in use.
#[inline]
pub(crate) unsafe fn get<'a, T: Handled>(handle: *const T::Opaque) -> Result<&'a T, Failure> {
    let (slot, generation) = find::<T>(handle)?;
    if slot.generation.load(Ordering::Acquire) != generation {
        return Err(closed::<T>());
    }
    // SAFETY: the generation, odd, says that the slot holds a value, and the caller that it stays.
    Ok(unsafe { (*slot.value.get()).assume_init_ref() })
}

/// Closes a handle, and gives its value back.
#[inline]
pub(crate) fn take<T: Handled>(handle: *mut T::Opaque) -> Result<T, Failure> {
    let slot = empty::<T>(handle)?;
    // SAFETY: the step of the generation makes this thread the value's only owner.
    let value = unsafe { (*slot.value.get()).assume_init_read() };
    T::slab().push(index_of(handle.addr() as u64), slot);
    Ok(value)
}

/// Closes a handle, and drops its value where it is.
#[inline]
pub(crate) fn close<T: Handled>(handle: *mut T::Opaque) -> Result<(), Failure> {
    let slot = empty::<T>(handle)?;
    // SAFETY: as in `take`; it is not touched again before another value is written.
    unsafe { (*slot.value.get()).assume_init_drop() };
    T::slab().push(index_of(handle.addr() as u64), slot);
    Ok(())
}

/// Steps a slot's generation from the handle's to the next: from here on the value is the caller's.
#[inline]
fn empty<T: Handled>(handle: *mut T::Opaque) -> Result<&'static Slot<T>, Failure> {
    let (slot, generation) = find::<T>(handle)?;
    let next = generation.wrapping_add(1);
    // Acquire: pairs with the Release in `insert`.
    slot.generation
        .compare_exchange(generation, next, Ordering::Acquire, Ordering::Relaxed)
        .map_err(|_| closed::<T>())?;
    Ok(slot)
}

/// The slot that a handle of the right kind names, and the generation it names.
#[inline]
fn find<T: Handled>(handle: *const T::Opaque) -> Result<(&'static Slot<T>, u32), Failure> {
    let bits = handle.addr() as u64;
    let generation = (bits >> INDEX_BITS) as u32;
    // Even generations are those of empty slots: no handle was ever given one.
    if bits >> KIND_SHIFT == T::KIND as u64
        && generation % 2 == 1
        && let Some(slot) = T::slab().slot(index_of(bits))
    {
        return Ok((slot, generation));
    }
    Err(no_handle::<T>(bits))
}

#[cold]
fn no_handle<T: Handled>(bits: u64) -> Failure {
    let wanted = T::KIND.name();
    let found = match Kind::of((bits >> KIND_SHIFT) as u8) {
        _ if bits == 0 => {
            let message = format!(
                "NULL was given for the {wanted}: it was never made, or was closed and forgotten"
            );
            return Failure::new(wharf_status::WHARF_ERROR_NULL, message);
        }
        Some(kind) if kind != T::KIND => format!("it is a {}", kind.name()),
        _ => "it is no handle of this library".into(),
    };
    let message = format!("not a {wanted}: {found}");
    Failure::new(wharf_status::WHARF_ERROR_HANDLE, message)
}

#[cold]
fn closed<T: Handled>() -> Failure {
    let message = format!("the {} was closed, or used up, before", T::KIND.name());
    Failure::new(wharf_status::WHARF_ERROR_CLOSED_HANDLE, message)
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::Fabric,
        Self::Store,
        Self::Block,
        Self::Promise,
        Self::View,
        Self::Names,
        Self::Request,
        Self::Exposed,
        Self::Settings,
        Self::Stores,
    ];

    fn of(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Fabric => "wharf_fabric",
            Self::Store => "wharf_store",
            Self::Block => "wharf_block",
            Self::Promise => "wharf_promise",
            Self::View => "wharf_view",
            Self::Names => "wharf_names",
            Self::Request => "wharf_request",
            Self::Exposed => "wharf_exposed",
            Self::Settings => "wharf_settings",
            Self::Stores => "wharf_stores",
        }
    }
}

/// The values behind all handles of a kind.
pub(crate) struct Slab<T> {
    /// Chunk `n` has `FIRST << n` slots; NULL until it is needed, and then there for good.
    chunks: [AtomicPtr<Slot<T>>; CHUNKS],
    /// The free slot that was emptied last: its index and 1, and above that a count of changes.
    free: AtomicU64,
    /// How many slots were ever used.
    used: AtomicU32,
}

struct Slot<T> {
    generation: AtomicU32,
    /// Of a free slot, the next one: its index and 1.
    next: AtomicU32,
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: values move in and out under the rule of generations, one owner each, and are shared only as
// `&T`; `Handled` asks for Send and Sync.
unsafe impl<T: Send + Sync> Sync for Slab<T> {}

impl<T> Slab<T> {
    pub(crate) const fn new() -> Self {
        let chunks = [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS];
        Self { chunks, free: AtomicU64::new(0), used: AtomicU32::new(0) }
    }

    /// Where the value was put; `None` if no slot is left.
    #[inline]
    fn insert(&self, value: T) -> Option<(u32, u32)> {
        let (index, slot) = match self.pop() {
            Some(found) => found,
            None => self.grow()?,
        };
        // SAFETY: a slot off the free stack, or never used, is this thread's alone, and empty.
        unsafe { (*slot.value.get()).write(value) };
        let generation = slot.generation.load(Ordering::Relaxed).wrapping_add(1);
        // Release: pairs with the Acquire in `get` and `take`.
        slot.generation.store(generation, Ordering::Release);
        Some((index, generation))
    }

    #[inline]
    fn pop(&self) -> Option<(u32, &Slot<T>)> {
        // Acquire, here and on failure: pairs with the Release in `push`, for the slot's `next`.
        let mut head = self.free.load(Ordering::Acquire);
        loop {
            let index = (head as u32).checked_sub(1)?;
            let slot = self.slot(index)?;
            let next = following(head, slot.next.load(Ordering::Relaxed));
            match self.free.compare_exchange_weak(head, next, Ordering::Acquire, Ordering::Acquire)
            {
                Ok(_) => return Some((index, slot)),
                Err(other) => head = other,
            }
        }
    }

    #[inline]
    fn push(&self, index: u32, slot: &Slot<T>) {
        let mut head = self.free.load(Ordering::Relaxed);
        loop {
            slot.next.store(head as u32, Ordering::Relaxed);
            let next = following(head, index + 1);
            // Release: pairs with the Acquire in `pop`.
            match self.free.compare_exchange_weak(head, next, Ordering::Release, Ordering::Relaxed)
            {
                Ok(_) => return,
                Err(other) => head = other,
            }
        }
    }

    /// A slot that was never used.
    #[cold]
    fn grow(&self) -> Option<(u32, &Slot<T>)> {
        let one_more = |used: u32| (used < MOST).then_some(used + 1);
        let index = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok()?;
        let (chunk, _) = place(index);
        if self.chunks[chunk].load(Ordering::Acquire).is_null() {
            self.add_chunk(chunk);
        }
        Some((index, self.slot(index)?))
    }

    fn add_chunk(&self, chunk: usize) {
        let slots: Box<[Slot<T>]> = (0..FIRST << chunk).map(|_| Slot::empty()).collect();
        let slots = Box::into_raw(slots);
        let (null, added) = (ptr::null_mut(), slots.cast::<Slot<T>>());
        // Release: pairs with the Acquire in `slot`.
        let race =
            self.chunks[chunk].compare_exchange(null, added, Ordering::Release, Ordering::Relaxed);
        if race.is_err() {
            // SAFETY: another thread was first, so nobody else has seen this chunk.
            drop(unsafe { Box::from_raw(slots) });
        }
    }

    #[inline]
    fn slot(&self, index: u32) -> Option<&Slot<T>> {
        let (chunk, offset) = place(index);
        // Acquire: pairs with the Release in `add_chunk`.
        let slots = self.chunks.get(chunk)?.load(Ordering::Acquire);
        if slots.is_null() {
            return None;
        }
        // SAFETY: a chunk has `FIRST << chunk` slots, `place` keeps within, and it is never freed.
        Some(unsafe { &*slots.add(offset) })
    }
}

impl<T> Slot<T> {
    fn empty() -> Self {
        Self {
            generation: AtomicU32::new(0),
            next: AtomicU32::new(0),
            value: UnsafeCell::new(MaybeUninit::uninit()),
        }
    }
}

/// The free stack's head after `head`.
#[inline]
fn following(head: u64, index_and_1: u32) -> u64 {
    (head >> 32).wrapping_add(1) << 32 | u64::from(index_and_1)
}

/// The chunk and the place in it of a slot.
#[inline]
fn place(index: u32) -> (usize, usize) {
    let shifted = index + FIRST as u32;
    let chunk = (shifted.ilog2() - FIRST.ilog2()) as usize;
    (chunk, shifted as usize - (FIRST << chunk))
}

#[inline]
fn index_of(bits: u64) -> u32 {
    bits as u32 & (MOST - 1)
}

const KIND_SHIFT: u32 = 60;
const INDEX_BITS: u32 = 28;
/// So many handles of a kind there can be at once.
const MOST: u32 = 1 << INDEX_BITS;
const FIRST: usize = 64;
/// Enough for `MOST` slots.
const CHUNKS: usize = (INDEX_BITS - FIRST.ilog2() + 1) as usize;

const _: () = assert!(size_of::<usize>() == 8, "a handle takes all bits of a 64-bit pointer");

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;

    use super::*;

    struct Counted {
        _value: Arc<()>,
    }

    impl Handled for Counted {
        type Opaque = u8;
        const KIND: Kind = Kind::View;

        fn slab() -> &'static Slab<Self> {
            static SLAB: Slab<Counted> = Slab::new();
            &SLAB
        }
    }

    #[test]
    fn every_index_has_a_place_of_its_own() {
        let mut next = (0, 0);
        for index in 0..100_000 {
            assert_eq!(place(index), next);
            next.1 += 1;
            if next.1 == FIRST << next.0 {
                next = (next.0 + 1, 0);
            }
        }
        assert!(place(MOST - 1).0 < CHUNKS);
    }

    #[test]
    fn what_is_no_live_handle_is_refused() -> Result<(), Failure> {
        let value = Arc::new(());
        let handle = give(Counted { _value: value.clone() })?;
        // SAFETY: nobody closes the handle meanwhile.
        assert!(unsafe { get::<Counted>(handle) }.is_ok());
        drop(take::<Counted>(handle)?);
        assert_eq!(Arc::strong_count(&value), 1);

        let status = |handle: *const u8| {
            // SAFETY: as above.
            unsafe { get::<Counted>(handle) }.err().map(|failure| failure.status())
        };
        let again = give(Counted { _value: value.clone() })?; // the same slot, another generation
        assert_eq!(status(handle), Some(wharf_status::WHARF_ERROR_CLOSED_HANDLE));
        assert!(take::<Counted>(handle).is_err());
        assert_eq!(status(ptr::null()), Some(wharf_status::WHARF_ERROR_NULL));
        let local = 0;
        assert_eq!(status(&raw const local), Some(wharf_status::WHARF_ERROR_HANDLE));
        let another_kind =
            again.addr() & !(0xf << KIND_SHIFT) | (Kind::Store as usize) << KIND_SHIFT;
        let another_kind = ptr::without_provenance(another_kind);
        assert_eq!(status(another_kind), Some(wharf_status::WHARF_ERROR_HANDLE));
        let beyond = ptr::without_provenance(again.addr() | (MOST as usize - 1));
        assert_eq!(status(beyond), Some(wharf_status::WHARF_ERROR_HANDLE));
        drop(take::<Counted>(again)?);
        Ok(())
    }

    #[test]
    fn threads_never_share_a_slot() {
        let value = Arc::new(());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for round in 0..2_000 {
                        let mine: HashSet<_> = (0..round % 7)
                            .map(|_| {
                                give(Counted { _value: value.clone() }).ok().map(<*mut u8>::addr)
                            })
                            .collect();
                        assert_eq!(mine.len(), round % 7);
                        for handle in mine.into_iter().flatten() {
                            let handle = ptr::without_provenance_mut(handle);
                            assert!(take::<Counted>(handle).is_ok());
                            assert!(take::<Counted>(handle).is_err());
                        }
                    }
                });
            }
        });
        assert_eq!(Arc::strong_count(&value), 1);
    }
}
