//! Memory that the program has already, as an object.

use std::ffi::{c_int, c_void};

use wharf::{Exposed, Fabric, MemoryError};

use crate::array::wharf_array;
use crate::error::Failure;
use crate::guard::guard;
use crate::handle::{self, Handled, Kind, Slab};
use crate::lifetime::deadline;
use crate::pointer::{self, Out};
use crate::store::{Opened, wharf_store};
use crate::ticket::wharf_ticket;

/// Memory of the program's own that others read: an object until wharf_unexpose().
pub struct wharf_exposed {
    _private: [u8; 0],
}

impl Handled for Exposed {
    type Opaque = wharf_exposed;
    const KIND: Kind = Kind::Exposed;

    fn slab() -> &'static Slab<Self> {
        static SLAB: Slab<Exposed> = Slab::new();
        &SLAB
    }
}

/// Makes an object of bytes that the program has in its own memory, without copying them. Whoever resolves it
/// gets a copy, made by cross-memory attach while this process goes on; each resolve makes its own: what many
/// read is better put.
///
/// @param[in]  store    The store. Its lifetime's end holds for the object, its scope is always the process.
/// @param[in]  data     The bytes: any memory that this process can read. Until wharf_unexpose() has returned
///                      WHARF_OK, nobody may change, free or unmap them: readers would be handed a mix of old
///                      and new bytes, never another process's. May be NULL if there are none.
/// @param[in]  size     How many there are.
/// @param[out] exposed  The exposed memory, to be ended by wharf_unexpose().
/// @return WHARF_OK; WHARF_ERROR_ARGUMENT if that is no memory of this process; else as wharf_store_put().
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time. That a reader may attach to
/// this process is not known before it tries: see WHARF_ERROR_ATTACH and wharf_allow_attach().
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_expose(
    store: *const wharf_store,
    data: *const c_void,
    size: usize,
    exposed: *mut *mut wharf_exposed,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for so many bytes.
        let bytes = unsafe { pointer::bytes(data, size, "data") }?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(exposed, "exposed memory") }?;
        // SAFETY: the header asks that the bytes stay as they are until they are unexposed.
        let exposed = unsafe { opened.store.expose(bytes.as_ptr(), bytes.len()) }?;
        out.write(handle::give(exposed)?);
        Ok(())
    })
}

/// As wharf_store_expose(), of an array, which readers are told.
///
/// @param[in]  store    The store.
/// @param[in]  data     The elements, one after the other in the array's order. May be NULL if there are none.
/// @param[in]  array    What array. How many bytes there are follows from it.
/// @param[out] exposed  The exposed memory, to be ended by wharf_unexpose().
/// @return As wharf_store_expose(); WHARF_ERROR_ARGUMENT if there can be no such array.
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_expose_array(
    store: *const wharf_store,
    data: *const c_void,
    array: *const wharf_array,
    exposed: *mut *mut wharf_exposed,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for a description.
        let array = unsafe { pointer::given(array, "array") }?.read()?;
        // SAFETY: the header asks for as many bytes as the array has.
        let bytes = unsafe { pointer::bytes(data, array.size() as usize, "data") }?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(exposed, "exposed memory") }?;
        // SAFETY: the header asks that the bytes stay as they are until they are unexposed.
        let exposed = unsafe { opened.store.expose_array(bytes.as_ptr(), array) }?;
        out.write(handle::give(exposed)?);
        Ok(())
    })
}

/// The object's ticket.
///
/// @param[in]  exposed  The exposed memory.
/// @param[out] ticket   The ticket.
/// @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_unexpose() of the same memory at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_exposed_ticket(
    exposed: *const wharf_exposed,
    ticket: *mut wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the memory is not unexposed meanwhile.
        let exposed = unsafe { handle::get::<Exposed>(exposed) }?;
        // SAFETY: the header asks for memory for a ticket.
        let out = unsafe { Out::new(ticket, "ticket") }?;
        out.write(wharf_ticket::of(exposed.ticket()));
        Ok(())
    })
}

/// Ends the object: at once for new resolves. Then waits until nobody is in the middle of copying it, which is
/// soon: who finds it gone gives up. After this the memory may be changed and freed.
///
/// @param[in] exposed  The exposed memory, or NULL, which does nothing. Its handle is closed, unless
///                     WHARF_ERROR_STILL_READ is returned or an argument is refused.
/// @param[in] timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
/// @return WHARF_OK; WHARF_ERROR_STILL_READ if somebody is still copying: call again; WHARF_ERROR_VANISHED if
///         the shared-memory directory was removed, so that nobody can say who reads; WHARF_ERROR_FORKED in a
///         child; WHARF_ERROR_ARGUMENT, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for other calls with the same memory at the same time. An object that has ended in another
/// way, evicted or with its store, is to be unexposed all the same.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_unexpose(exposed: *mut wharf_exposed, timeout: i64) -> c_int {
    guard(|| {
        let deadline = deadline(timeout)?;
        if exposed.is_null() {
            return Ok(());
        }
        // SAFETY: the header asks that it is not unexposed meanwhile.
        let outcome = unsafe { handle::get::<Exposed>(exposed) }?.unexpose(deadline);
        if !matches!(outcome, Err(wharf::Error::Memory(MemoryError::StillRead { .. }))) {
            handle::close::<Exposed>(exposed)?;
        }
        Ok(outcome?)
    })
}

/// Lets every process of this user read what this process exposes, where the security module Yama lets only
/// its ancestors (kernel.yama.ptrace_scope is 1). It lets them trace this process too, until it ends, and so is
/// never done unasked. Where there is no Yama it does nothing.
///
/// @return WHARF_OK; WHARF_ERROR_SYSTEM if this process may not.
///
/// Thread-safe.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn wharf_allow_attach() -> c_int {
    guard(|| Fabric::allow_attach().map_err(Failure::from))
}
