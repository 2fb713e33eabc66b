//! Blocks: writable memory on its way to becoming an object.

use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use wharf::Block;

use crate::error::Failure;
use crate::guard::guard;
use crate::handle::{self, Handled, Kind, Slab};
use crate::pointer::{self, Out};
use crate::ticket::wharf_ticket;
use crate::view::EMPTY;

/// Writable memory from a store. Sealing it makes it an object, with no copy.
///
/// It ends as exactly one of sealed, failed and freed, which fails it.
pub struct wharf_block {
    _private: [u8; 0],
}

/// A block, and where its memory is, found while nobody else could have it.
pub(crate) struct Taken {
    block: Mutex<Block>,
    data: AtomicPtr<u8>,
    size: AtomicUsize,
}

impl Handled for Taken {
    type Opaque = wharf_block;
    const KIND: Kind = Kind::Block;

    fn slab() -> &'static Slab<Self> {
        static SLAB: Slab<Taken> = Slab::new();
        &SLAB
    }
}

/// Where the block's memory is. Its contents are unspecified until they are written.
///
/// @param[in]  block  The block.
/// @param[out] data   The first byte, aligned to 64 bytes; never NULL.
/// @param[out] size   How many bytes there are. May be NULL.
/// @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for calls that end the same block, or change its size, at the same time. The memory belongs
/// to the block, and may be written, by any threads, until the block is sealed, failed or freed, or its store
/// closed, and not be touched afterwards.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_block_data(
    block: *const wharf_block,
    data: *mut *mut c_void,
    size: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the block is not ended meanwhile.
        let taken = unsafe { handle::get::<Taken>(block) }?;
        // SAFETY: the header asks for memory for a pointer.
        let data = unsafe { Out::new(data, "data") }?;
        // SAFETY: the header asks for memory for a size, or NULL.
        let size = unsafe { Out::optional(size, "size") }?;
        // Relaxed, both: a change of the block's size is no other call's contemporary, the header says.
        data.write(taken.data.load(Ordering::Relaxed).cast());
        if let Some(size) = size {
            size.write(taken.size.load(Ordering::Relaxed));
        }
        Ok(())
    })
}

/// The object's ticket, while its bytes are still being written: whoever resolves it waits.
///
/// @param[in]  block   The block.
/// @param[out] ticket  The ticket.
/// @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for calls that end the same block at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_block_ticket(
    block: *const wharf_block,
    ticket: *mut wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the block is not ended meanwhile.
        let taken = unsafe { handle::get::<Taken>(block) }?;
        // SAFETY: the header asks for memory for a ticket.
        let out = unsafe { Out::new(ticket, "ticket") }?;
        out.write(wharf_ticket::of(&taken.block().ticket()));
        Ok(())
    })
}

/// Makes a block longer where it is, if the memory behind it is free, as is likely while nothing else is taken
/// from the store: for what arrives without saying how long it is. A block that does not fill its pages (give it
/// sizes that are multiples of 64 KiB), or was taken for an array, is never extended.
///
/// @param[in]  block     The block.
/// @param[in]  more      By how many bytes.
/// @param[out] extended  1 if it is longer now, and wharf_block_data() tells where and how long; 0 if it is as it
///                       was: take another, and copy.
/// @return WHARF_OK; WHARF_ERROR_OUT_OF_MEMORY; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_NULL,
///         WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for other calls with the same block at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_block_extend(
    block: *mut wharf_block,
    more: usize,
    extended: *mut c_int,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the block is not ended meanwhile.
        let taken = unsafe { handle::get::<Taken>(block) }?;
        // SAFETY: the header asks for memory for a number.
        let out = unsafe { Out::new(extended, "answer") }?;
        let mut block = taken.block();
        let is_longer = block.extend(more)?;
        taken.find(&mut block);
        out.write(is_longer.into());
        Ok(())
    })
}

/// Makes a block shorter, and gives back the memory that it needs no more. Does nothing to one that is no longer
/// than that, or was taken for an array.
///
/// @param[in] block  The block.
/// @param[in] size   How many bytes it is to keep.
/// @return WHARF_OK; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE,
///         WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for other calls with the same block at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_block_truncate(block: *mut wharf_block, size: usize) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the block is not ended meanwhile.
        let taken = unsafe { handle::get::<Taken>(block) }?;
        let mut block = taken.block();
        block.truncate(size)?;
        taken.find(&mut block);
        Ok(())
    })
}

/// Makes the block an object: what was written is seen by whoever resolves it, and may not be changed any
/// more.
///
/// @param[in]  block   The block. Its handle is closed, also where sealing fails, unless an argument is
///                     refused.
/// @param[out] ticket  The object's ticket, which says more than wharf_block_ticket(). May be NULL.
/// @return WHARF_OK; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE,
///         WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for other calls with the same block at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_block_seal(
    block: *mut wharf_block,
    ticket: *mut wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for memory for a ticket, or NULL.
        let out = unsafe { Out::optional(ticket, "ticket") }?;
        let sealed = handle::take::<Taken>(block)?.into_block().seal()?;
        if let Some(out) = out {
            out.write(wharf_ticket::of(&sealed));
        }
        Ok(())
    })
}

/// Fails the object: everyone who waits for it, now or later, gets the message.
///
/// @param[in] block    The block. Its handle is closed, unless an argument is refused.
/// @param[in] message  Why, NUL-terminated.
/// @return WHARF_OK; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE,
///         WHARF_ERROR_CLOSED_HANDLE, WHARF_ERROR_NULL, WHARF_ERROR_NOT_UTF8.
///
/// Thread-safe, but for other calls with the same block at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_block_fail(
    block: *mut wharf_block,
    message: *const c_char,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a text.
        let message = unsafe { pointer::text(message, "message") }?;
        Ok(handle::take::<Taken>(block)?.into_block().fail(message)?)
    })
}

/// Gives a block up. Whoever waits for it is told that it was dropped unsealed.
///
/// @param[in] block  The block, or NULL, which does nothing.
/// @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was ended before.
///
/// Thread-safe, but for other calls with the same block at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_block_free(block: *mut wharf_block) -> c_int {
    guard(|| if block.is_null() { Ok(()) } else { handle::close::<Taken>(block) })
}

/// A new handle of a block.
pub(crate) fn give(mut block: Block) -> Result<*mut wharf_block, Failure> {
    let (data, size) = place(&mut block);
    handle::give(Taken { block: block.into(), data: data.into(), size: size.into() })
}

impl Taken {
    fn block(&self) -> MutexGuard<'_, Block> {
        self.block.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn into_block(self) -> Block {
        self.block.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finds anew where the memory is.
    fn find(&self, block: &mut Block) {
        let (data, size) = place(block);
        self.data.store(data, Ordering::Relaxed);
        self.size.store(size, Ordering::Relaxed);
    }
}

fn place(block: &mut Block) -> (*mut u8, usize) {
    match block.len() {
        0 => (EMPTY.0.as_ptr().cast_mut(), 0),
        size => (block.as_mut_ptr(), size),
    }
}
