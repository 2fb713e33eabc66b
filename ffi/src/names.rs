//! Names that the processes of a node find each other's objects by.

use std::ffi::{CString, c_char, c_int};

use wharf::{Fabric, Ticket};

use crate::error::{Failure, wharf_status};
use crate::fabric::wharf_fabric;
use crate::guard::guard;
use crate::handle::{self, Handled, Kind, Slab};
use crate::lifetime::deadline;
use crate::pointer::{self, Out};
use crate::ticket::wharf_ticket;

/// A list of names and tickets, as it was when wharf_fabric_names() made it.
pub struct wharf_names {
    _private: [u8; 0],
}

/// Names that hold no NUL, with their tickets.
pub(crate) struct Names(Vec<(CString, Ticket)>);

impl Handled for Names {
    type Opaque = wharf_names;
    const KIND: Kind = Kind::Names;

    fn slab() -> &'static Slab<Self> {
        static SLAB: Slab<Names> = Slab::new();
        &SLAB
    }
}

/// The ticket that was published under a name by wharf_store_publish(). Waits until somebody does.
///
/// @param[in]  fabric   The fabric.
/// @param[in]  name     The name, NUL-terminated.
/// @param[in]  timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
/// @param[out] ticket   The ticket.
/// @return WHARF_OK; WHARF_ERROR_NO_SUCH_NAME if there was none by the deadline, WHARF_ERROR_INVALID_NAME; an
///         error of the node (-500 and on); WHARF_ERROR_FORKED; WHARF_ERROR_ARGUMENT, WHARF_ERROR_NULL,
///         WHARF_ERROR_NOT_UTF8, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_lookup(
    fabric: *const wharf_fabric,
    name: *const c_char,
    timeout: i64,
    ticket: *mut wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a text.
        let name = unsafe { pointer::text(name, "name") }?;
        // SAFETY: the header asks for memory for a ticket.
        let out = unsafe { Out::new(ticket, "ticket") }?;
        out.write(wharf_ticket::of(&fabric.lookup(name, deadline(timeout)?)?));
        Ok(())
    })
}

/// Takes a name away, whichever process of this user published it; its object stays.
///
/// @param[in] fabric  The fabric.
/// @param[in] name    The name, NUL-terminated.
/// @return WHARF_OK; WHARF_ERROR_NO_SUCH_NAME, WHARF_ERROR_INVALID_NAME; else as wharf_fabric_lookup().
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_unpublish(
    fabric: *const wharf_fabric,
    name: *const c_char,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a text.
        let name = unsafe { pointer::text(name, "name") }?;
        Ok(fabric.unpublish(name)?)
    })
}

/// All names that begin with a prefix, and their tickets, in the order of names.
///
/// @param[in]  fabric  The fabric.
/// @param[in]  prefix  The prefix, NUL-terminated; "" for all names. Names that hold a NUL are left out.
/// @param[out] names   The list, to be freed by wharf_names_free().
/// @return WHARF_OK; an error of the node (-500 and on); WHARF_ERROR_FORKED; WHARF_ERROR_NULL,
///         WHARF_ERROR_NOT_UTF8, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_names(
    fabric: *const wharf_fabric,
    prefix: *const c_char,
    names: *mut *mut wharf_names,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a text.
        let prefix = unsafe { pointer::text(prefix, "prefix") }?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(names, "names") }?;
        let found = fabric.names(prefix)?.into_iter();
        let names = found.filter_map(|(name, ticket)| Some((CString::new(name).ok()?, ticket)));
        out.write(handle::give(Names(names.collect()))?);
        Ok(())
    })
}

/// How many names there are in a list.
///
/// @param[in]  names  The list.
/// @param[out] count  How many.
/// @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_names_free() of the same list at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_names_count(names: *const wharf_names, count: *mut usize) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the list is not freed meanwhile.
        let names = unsafe { handle::get::<Names>(names) }?;
        // SAFETY: the header asks for memory for a count.
        unsafe { Out::new(count, "count") }?.write(names.0.len());
        Ok(())
    })
}

/// One of a list of names.
///
/// @param[in]  names   The list.
/// @param[in]  index   Which, from 0 on.
/// @param[out] name    The name, NUL-terminated. It belongs to the list. May be NULL.
/// @param[out] ticket  Its ticket. May be NULL.
/// @return WHARF_OK; WHARF_ERROR_ARGUMENT if there are not so many; WHARF_ERROR_HANDLE,
///         WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_names_free() of the same list at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_names_at(
    names: *const wharf_names,
    index: usize,
    name: *mut *const c_char,
    ticket: *mut wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the list is not freed meanwhile.
        let names = unsafe { handle::get::<Names>(names) }?;
        // SAFETY: the header asks for memory for a pointer, or NULL.
        let name = unsafe { Out::optional(name, "name") }?;
        // SAFETY: the header asks for memory for a ticket, or NULL.
        let ticket = unsafe { Out::optional(ticket, "ticket") }?;
        let (found, of_it) = names.0.get(index).ok_or_else(|| {
            let message = format!("there is no name {index}: the list has {}", names.0.len());
            Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message)
        })?;
        if let Some(out) = name {
            out.write(found.as_ptr());
        }
        if let Some(out) = ticket {
            out.write(wharf_ticket::of(of_it));
        }
        Ok(())
    })
}

/// Frees a list of names.
///
/// @param[in] names  The list, or NULL, which does nothing.
/// @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was freed before.
///
/// Thread-safe, but for other calls with the same list at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_names_free(names: *mut wharf_names) -> c_int {
    guard(|| if names.is_null() { Ok(()) } else { handle::close::<Names>(names) })
}
