//! Requests: resolves that go on while the program does something else.

use std::ffi::c_int;

use wharf::Fabric;

use crate::error::{Failure, wharf_status};
use crate::fabric::wharf_fabric;
use crate::guard::guard;
use crate::handle::{self, Handled, Kind, Slab};
use crate::lifetime::deadline;
use crate::pending::Pending;
use crate::pointer::{self, Out};
use crate::ticket::wharf_ticket;
use crate::view::wharf_view;

/// A resolve under way. It is ended by wharf_request_wait() or wharf_request_cancel().
///
/// While any waits, one thread of the library, "wharf-wait", sleeps until there is something to do; no signal
/// is delivered to it. That thread copies nothing: exposed memory is copied by the calls of
/// wharf_request_test(), wharf_request_wait() and wharf_request_wait_any(), in pieces of 16 MiB. For each object of
/// another node a thread waits and fetches, "wharf-far", of 64 at most.
pub struct wharf_request {
    _private: [u8; 0],
}

impl Handled for Pending {
    type Opaque = wharf_request;
    const KIND: Kind = Kind::Request;

    fn slab() -> &'static Slab<Self> {
        static SLAB: Slab<Pending> = Slab::new();
        &SLAB
    }
}

/// Starts to resolve an object, and returns at once.
///
/// @param[in]  fabric   The fabric.
/// @param[in]  ticket   The object's ticket.
/// @param[in]  timeout  How long the request may take, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
/// @param[out] request  The request. What becomes of the object is its outcome, not this call's.
/// @return WHARF_OK; WHARF_ERROR_TICKET; WHARF_ERROR_ARGUMENT, WHARF_ERROR_NULL, WHARF_ERROR_HANDLE,
///         WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time. The request may outlive the
/// handle of its fabric. An object that ends once it is resolved is taken when the request finds it sealed,
/// and is gone if the request is cancelled after that.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_resolve_start(
    fabric: *const wharf_fabric,
    ticket: *const wharf_ticket,
    timeout: i64,
    request: *mut *mut wharf_request,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(request, "request") }?;
        let resolving = fabric.resolve_async(&ticket, deadline(timeout)?);
        out.write(handle::give(Pending::start(resolving))?);
        Ok(())
    })
}

/// Whether a request is done: resolved, or failed for good. Waits for nobody; of exposed memory each call
/// copies a piece of at most 16 MiB, or takes some of the memory for the copy, which takes milliseconds.
///
/// @param[in]  request  The request. It stays, done or not.
/// @param[out] done     1 if wharf_request_wait() would return at once with its outcome, else 0.
/// @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for calls that end the same request at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_request_test(
    request: *const wharf_request,
    done: *mut c_int,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the request is not ended meanwhile.
        let pending = unsafe { handle::get::<Pending>(request) }?;
        // SAFETY: the header asks for memory for a number.
        let out = unsafe { Out::new(done, "done") }?;
        out.write(c_int::from(pending.poll()));
        Ok(())
    })
}

/// Waits until a request is done, ends it, and gives its outcome.
///
/// @param[in]  request  The request. Its handle is closed, unless WHARF_ERROR_NOT_DONE is returned or an
///                      argument is refused.
/// @param[in]  timeout  How long to wait here, in nanoseconds; WHARF_NOW or WHARF_FOREVER, which ends with the
///                      request's own timeout. A copy of exposed memory that is not whole by then is gone on
///                      with by the next call.
/// @param[out] view     A view of the object, to be released by wharf_view_release().
/// @return The outcome, as wharf_fabric_resolve() would return it; WHARF_ERROR_NOT_DONE if it is not done yet:
///         it goes on; WHARF_ERROR_ARGUMENT, WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for other calls that end the same request at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_request_wait(
    request: *mut wharf_request,
    timeout: i64,
    view: *mut *mut wharf_view,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the request is not ended meanwhile.
        let pending = unsafe { handle::get::<Pending>(request) }?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(view, "view") }?;
        Pending::first(&[Some(pending)], deadline(timeout)?)?;
        let view = handle::take::<Pending>(request)?.outcome()?;
        out.write(handle::give(view)?);
        Ok(())
    })
}

/// Waits until any of some requests is done.
///
/// @param[in]  requests  The requests; those that are NULL are passed over. All stay: wharf_request_wait() gives
///                       the outcome of the one that is done.
/// @param[in]  count     How many there are.
/// @param[in]  timeout   How long to wait here, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
/// @param[out] index     Which is done; the first, if several are.
/// @return WHARF_OK; WHARF_ERROR_NOT_DONE if none is done yet; WHARF_ERROR_ARGUMENT if there is none to wait for;
///         WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for calls that end one of the requests at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_request_wait_any(
    requests: *const *mut wharf_request,
    count: usize,
    timeout: i64,
    index: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for so many handles.
        let handles = unsafe { pointer::list(requests, count, "requests") }?;
        // SAFETY: the header asks for memory for an index.
        let out = unsafe { Out::new(index, "index") }?;
        let deadline = deadline(timeout)?;
        let find = |handle: &*mut wharf_request| match handle.is_null() {
            true => Ok(None),
            // SAFETY: the header asks that the request is not ended meanwhile.
            false => unsafe { handle::get::<Pending>(*handle) }.map(Some),
        };
        let list = handles.iter().map(find).collect::<Result<Vec<_>, Failure>>()?;
        if list.iter().all(Option::is_none) {
            let message = "there is no request to wait for: none was given, or all are NULL";
            return Err(Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message));
        }
        out.write(Pending::first(&list, deadline)?);
        Ok(())
    })
}

/// A descriptor for poll(), epoll and their kin: when it is readable, the request may be done, and
/// wharf_request_test() says whether it is; where it is not, the descriptor is readable no more.
///
/// @param[in]  request     The request.
/// @param[out] descriptor  The descriptor. It belongs to the request, and is closed with it: take it out of an
///                         epoll set before. Do not read it.
/// @return WHARF_OK; WHARF_ERROR_SYSTEM if the process can have no more descriptors; WHARF_ERROR_HANDLE,
///         WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for calls that end the same request at the same time. It is closed by exec.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_request_descriptor(
    request: *const wharf_request,
    descriptor: *mut c_int,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the request is not ended meanwhile.
        let pending = unsafe { handle::get::<Pending>(request) }?;
        // SAFETY: the header asks for memory for a number.
        let out = unsafe { Out::new(descriptor, "descriptor") }?;
        out.write(pending.descriptor()?);
        Ok(())
    })
}

/// Ends a request, done or not. What it has resolved is released.
///
/// @param[in] request  The request, or NULL, which does nothing.
/// @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was ended before.
///
/// Thread-safe, but for other calls with the same request at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_request_cancel(request: *mut wharf_request) -> c_int {
    guard(|| if request.is_null() { Ok(()) } else { handle::close::<Pending>(request) })
}
