//! Promises: objects that have a ticket before they have memory.

use std::ffi::{c_char, c_int, c_void};

use wharf::Promise;

use crate::array::wharf_array;
use crate::block::{self, wharf_block};
use crate::guard::guard;
use crate::handle::{self, Handled, Kind, Slab};
use crate::pointer::{self, Out};
use crate::ticket::wharf_ticket;

/// An object that has a ticket before it has memory, or even a size.
///
/// It is kept, failed or freed, which fails it: whoever waits is told.
pub struct wharf_promise {
    _private: [u8; 0],
}

impl Handled for Promise {
    type Opaque = wharf_promise;
    const KIND: Kind = Kind::Promise;

    fn slab() -> &'static Slab<Self> {
        static SLAB: Slab<Promise> = Slab::new();
        &SLAB
    }
}

/// The object's ticket: whoever resolves it waits.
///
/// @param[in]  promise  The promise.
/// @param[out] ticket   The ticket.
/// @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for calls that end the same promise at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_promise_ticket(
    promise: *const wharf_promise,
    ticket: *mut wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the promise is not ended meanwhile.
        let promise = unsafe { handle::get::<Promise>(promise) }?;
        // SAFETY: the header asks for memory for a ticket.
        let out = unsafe { Out::new(ticket, "ticket") }?;
        out.write(wharf_ticket::of(&promise.ticket()));
        Ok(())
    })
}

/// Takes memory to keep the promise with.
///
/// @param[in]  promise  The promise. Its handle is closed, unless an argument is refused; where there is no
///                      room, the object has failed.
/// @param[in]  size     How many bytes.
/// @param[out] block    A block, to be ended by wharf_block_seal(), wharf_block_fail() or
///                      wharf_block_free().
/// @return WHARF_OK; WHARF_ERROR_FULL, WHARF_ERROR_TOO_LARGE, WHARF_ERROR_OUT_OF_MEMORY,
///         WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for other calls with the same promise at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_promise_alloc(
    promise: *mut wharf_promise,
    size: usize,
    block: *mut *mut wharf_block,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(block, "block") }?;
        out.write(block::give(handle::take::<Promise>(promise)?.alloc(size)?)?);
        Ok(())
    })
}

/// Takes memory for an array to keep the promise with.
///
/// @param[in]  promise  The promise. Its handle is closed, unless an argument is refused; where there is no
///                      room, the object has failed.
/// @param[in]  array    What array.
/// @param[out] block    A block, as of wharf_promise_alloc().
/// @return As wharf_promise_alloc(); WHARF_ERROR_ARGUMENT if there can be no such array.
///
/// Thread-safe, but for other calls with the same promise at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_promise_alloc_array(
    promise: *mut wharf_promise,
    array: *const wharf_array,
    block: *mut *mut wharf_block,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a description.
        let array = unsafe { pointer::given(array, "array") }?.read()?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(block, "block") }?;
        out.write(block::give(handle::take::<Promise>(promise)?.alloc_described(array)?)?);
        Ok(())
    })
}

/// Keeps the promise with a copy of some bytes.
///
/// @param[in]  promise  The promise. Its handle is closed, unless an argument is refused; where there is no
///                      room, the object has failed.
/// @param[in]  data     The bytes. May be NULL if there are none.
/// @param[in]  size     How many there are.
/// @param[out] ticket   The object's ticket, which says more than wharf_promise_ticket(). May be NULL.
/// @return As wharf_promise_alloc().
///
/// Thread-safe, but for other calls with the same promise at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_promise_put(
    promise: *mut wharf_promise,
    data: *const c_void,
    size: usize,
    ticket: *mut wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for so many bytes.
        let bytes = unsafe { pointer::bytes(data, size, "data") }?;
        // SAFETY: the header asks for memory for a ticket, or NULL.
        let out = unsafe { Out::optional(ticket, "ticket") }?;
        let sealed = handle::take::<Promise>(promise)?.put(bytes)?;
        if let Some(out) = out {
            out.write(wharf_ticket::of(&sealed));
        }
        Ok(())
    })
}

/// Fails the object: everyone who waits for it, now or later, gets the message.
///
/// @param[in] promise  The promise. Its handle is closed, unless an argument is refused.
/// @param[in] message  Why, NUL-terminated.
/// @return WHARF_OK; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE,
///         WHARF_ERROR_CLOSED_HANDLE, WHARF_ERROR_NULL, WHARF_ERROR_NOT_UTF8.
///
/// Thread-safe, but for other calls with the same promise at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_promise_fail(
    promise: *mut wharf_promise,
    message: *const c_char,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a text.
        let message = unsafe { pointer::text(message, "message") }?;
        Ok(handle::take::<Promise>(promise)?.fail(message)?)
    })
}

/// Gives a promise up. Whoever waits for it is told that it was dropped.
///
/// @param[in] promise  The promise, or NULL, which does nothing.
/// @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was ended before.
///
/// Thread-safe, but for other calls with the same promise at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_promise_free(promise: *mut wharf_promise) -> c_int {
    guard(|| if promise.is_null() { Ok(()) } else { handle::close::<Promise>(promise) })
}
