//! Views: resolved objects.

use std::ffi::{c_int, c_void};

use wharf::{Deadline, Fabric, Ticket, View};

use crate::array::wharf_array;
use crate::error::Failure;
use crate::guard::guard;
use crate::handle::{self, Handled, Kind, Slab};
use crate::pointer::Out;
use crate::ticket::{no_array, wharf_form, wharf_ticket};

/// A resolved object: its bytes are read-only and stay where and as they are until the view is
/// released, whatever happens to the object, its store, its producer or the fabric.
///
/// In a forked child the bytes can be read for as long as the parent holds the view; releasing it there
/// does nothing for the object.
pub struct wharf_view {
    _private: [u8; 0],
}

impl Handled for View {
    type Opaque = wharf_view;
    const KIND: Kind = Kind::View;

    fn slab() -> &'static Slab<Self> {
        static SLAB: Slab<View> = Slab::new();
        &SLAB
    }
}

/// Where the object's bytes are.
///
/// @param[in]  view  The view.
/// @param[out] data  The first byte, aligned to 64 bytes; never NULL. Writing there ends the program.
/// @param[out] size  How many bytes there are. May be NULL.
/// @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_view_release() of the same view at the same time. The bytes belong to the
/// view.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_view_data(
    view: *const wharf_view,
    data: *mut *const c_void,
    size: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the view is not released meanwhile.
        let view = unsafe { handle::get::<View>(view) }?;
        // SAFETY: the header asks for memory for a pointer.
        let data = unsafe { Out::new(data, "data") }?;
        // SAFETY: the header asks for memory for a size, or NULL.
        let size = unsafe { Out::optional(size, "size") }?;
        data.write(first_byte(view).cast());
        if let Some(size) = size {
            size.write(view.len());
        }
        Ok(())
    })
}

/// What the object's bytes are, as its producer said.
///
/// @param[in]  view  The view.
/// @param[out] form  One of wharf_form.
/// @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_view_release() of the same view at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_view_form(view: *const wharf_view, form: *mut c_int) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the view is not released meanwhile.
        let view = unsafe { handle::get::<View>(view) }?;
        // SAFETY: the header asks for memory for a number.
        let out = unsafe { Out::new(form, "form") }?;
        out.write(wharf_form::of(&view.form()) as c_int);
        Ok(())
    })
}

/// The array that the object is.
///
/// @param[in]  view   The view.
/// @param[out] array  Its description: it fits the bytes exactly.
/// @return WHARF_OK; WHARF_ERROR_WRONG_TYPE if it is no array, WHARF_ERROR_HANDLE,
///         WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_view_release() of the same view at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_view_array(
    view: *const wharf_view,
    array: *mut wharf_array,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the view is not released meanwhile.
        let view = unsafe { handle::get::<View>(view) }?;
        // SAFETY: the header asks for memory for a description.
        let out = unsafe { Out::new(array, "array") }?;
        // Not the form's own description, which nobody has compared with the bytes.
        let array = view.array().as_ref().and_then(wharf_array::of);
        out.write(array.ok_or_else(|| no_array(&view.form()))?);
        Ok(())
    })
}

/// Whether the view is a copy in this process's own memory, as those of exposed memory are, and not the object
/// where it lies.
///
/// @param[in]  view     The view.
/// @param[out] is_copy  1 if it is, else 0.
/// @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_view_release() of the same view at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_view_is_copy(view: *const wharf_view, is_copy: *mut c_int) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the view is not released meanwhile.
        let view = unsafe { handle::get::<View>(view) }?;
        // SAFETY: the header asks for memory for a number.
        let out = unsafe { Out::new(is_copy, "is_copy") }?;
        out.write(c_int::from(view.is_copy()));
        Ok(())
    })
}

/// Releases a view: its bytes may not be read any more.
///
/// @param[in] view  The view, or NULL, which does nothing.
/// @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was released before.
///
/// Thread-safe, but for other calls with the same view at the same time. A view can be released after
/// its fabric was closed, and in any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_view_release(view: *mut wharf_view) -> c_int {
    guard(|| if view.is_null() { Ok(()) } else { handle::close::<View>(view) })
}

/// Resolves an object, and gives a handle of its view.
///
/// The one place that calls `Fabric::resolve`, and so the one that it is inlined into: a view is written to
/// where its handle leads without being moved around first.
#[inline(never)]
pub(crate) fn resolve(
    fabric: &Fabric,
    ticket: &wharf_ticket,
    deadline: Deadline,
) -> Result<*mut wharf_view, Failure> {
    // By reference, for a ticket that is moved right after it was written holds the processor up.
    match &Ticket::from_bytes(ticket.octets()?) {
        Ok(ticket) => handle::give(fabric.resolve(ticket, deadline)?),
        Err(error) => Err((*error).into()),
    }
}

/// Resolves many: those of another node, where they are small, with one question right after the other.
pub(crate) fn resolve_many(
    fabric: &Fabric,
    tickets: &[wharf_ticket],
    deadline: Deadline,
) -> Vec<Result<*mut wharf_view, Failure>> {
    let tickets: Vec<_> = tickets.iter().map(wharf_ticket::ticket).collect();
    let mut views = fabric.resolve_many(tickets.iter().flatten(), deadline).into_iter();
    let give = |ticket: Result<Ticket, Failure>| {
        let view = ticket.map(|_| views.next())?;
        handle::give(view.unwrap_or(Err(wharf::Error::Evicted))?)
    };
    tickets.into_iter().map(give).collect()
}

/// An object of no bytes lies nowhere, and C is given a place that it can pass on.
#[inline]
fn first_byte(view: &View) -> *const u8 {
    if view.is_empty() { EMPTY.0.as_ptr() } else { view.as_ptr() }
}

/// Where no bytes are.
#[repr(align(64))]
pub(crate) struct Nothing(pub(crate) [u8; 64]);
pub(crate) static EMPTY: Nothing = Nothing([0; 64]);
