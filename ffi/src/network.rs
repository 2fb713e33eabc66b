//! Other nodes: where this one is served, and what is asked of others.

use std::ffi::{c_char, c_int, c_void};

use wharf::{Encrypt, Fabric};

use crate::error::Failure;
use crate::fabric::wharf_fabric;
use crate::guard::guard;
use crate::handle;
use crate::lifetime::{deadline, no_such};
use crate::pointer::{self, Out, OutFacts, OutText, Versioned};
use crate::ticket::wharf_ticket;

/// What goes over the network encrypted. Who a peer is, and the tokens that open plain connections, always are.
#[repr(C)]
pub enum wharf_encrypt {
    /// As the configuration says
    WHARF_ENCRYPT_DEFAULT = 0,
    /// Everything, except on networks that both ends trust.
    WHARF_ENCRYPT_AUTO = 1,
    /// Everything, everywhere.
    WHARF_ENCRYPT_ALWAYS = 2,
    /// Nothing but the first connection of a pair. An end that says otherwise prevails.
    WHARF_ENCRYPT_NEVER = 3,
}

/// Of one of them; none is as the configuration says.
pub(crate) fn encrypt(number: c_int) -> Result<Option<Encrypt>, Failure> {
    match number {
        e if e == wharf_encrypt::WHARF_ENCRYPT_DEFAULT as c_int => Ok(None),
        e if e == wharf_encrypt::WHARF_ENCRYPT_AUTO as c_int => Ok(Some(Encrypt::Auto)),
        e if e == wharf_encrypt::WHARF_ENCRYPT_ALWAYS as c_int => Ok(Some(Encrypt::Always)),
        e if e == wharf_encrypt::WHARF_ENCRYPT_NEVER as c_int => Ok(Some(Encrypt::Never)),
        other => Err(no_such("encryption", other)),
    }
}

/// What a fabric has fetched from other nodes since it was opened.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct wharf_remote_counters {
    /// sizeof(wharf_remote_counters), set by the caller
    pub struct_size: usize,
    /// Objects, and parts of objects
    pub fetches: u64,
    /// Their bytes
    pub bytes_fetched: u64,
    /// Bytes that were received over the network for them, with everything that goes around them
    pub bytes_received: u64,
    /// Objects that this node had a copy of
    pub replica_hits: u64,
    /// Of the bytes that were received, those that came encrypted: what went in the clear is the rest
    pub bytes_encrypted: u64,
}

// SAFETY: `repr(C)`, begins with its size, and is made of whole numbers.
unsafe impl Versioned for wharf_remote_counters {
    const ZERO: Self = Self {
        struct_size: 0,
        fetches: 0,
        bytes_fetched: 0,
        bytes_received: 0,
        replica_hits: 0,
        bytes_encrypted: 0,
    };
}

/// Where this node's objects are served now, by this process or another: tickets of what is put from now on say so,
/// and resolve on other nodes.
///
/// @param[in]  fabric    The fabric.
/// @param[out] buffer    Memory for the routes, "tcp://10.1.2.3:7700" say, the best first, with a space between two;
///                       an empty text if nobody serves.
/// @param[in]  capacity  How many bytes the buffer has.
/// @param[out] length    The length of the text without its NUL, also where it does not fit. May be NULL.
/// @return WHARF_OK; WHARF_ERROR_BUFFER; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_served_at(
    fabric: *const wharf_fabric,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a buffer of that capacity, and for a length or NULL.
        let out = unsafe { OutText::new(buffer, capacity, length) }?;
        let routes: Vec<String> = fabric.served_at().iter().map(ToString::to_string).collect();
        out.write(routes.join(" ").as_bytes())
    })
}

/// Whether an object is on another node, from where a resolve would fetch it, and not in this one's memory.
///
/// @param[in]  fabric     The fabric.
/// @param[in]  ticket     The object's ticket.
/// @param[out] elsewhere  1 if it is, else 0. Nobody is asked: it may not be there any more.
/// @return WHARF_OK; WHARF_ERROR_TICKET; WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_is_elsewhere(
    fabric: *const wharf_fabric,
    ticket: *const wharf_ticket,
    elsewhere: *mut c_int,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        // SAFETY: the header asks for memory for a number.
        let out = unsafe { Out::new(elsewhere, "answer") }?;
        out.write(c_int::from(fabric.is_elsewhere(&ticket)));
        Ok(())
    })
}

/// How many bytes an object has, wherever it is: once it is sealed, for which this waits. Nothing is fetched, and
/// nothing taken.
///
/// @param[in]  fabric   The fabric.
/// @param[in]  ticket   The object's ticket.
/// @param[in]  timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
/// @param[out] size     How many.
/// @return As wharf_fabric_resolve().
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_size(
    fabric: *const wharf_fabric,
    ticket: *const wharf_ticket,
    timeout: i64,
    size: *mut u64,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        // SAFETY: the header asks for memory for a number.
        let out = unsafe { Out::new(size, "size") }?;
        out.write(fabric.size(&ticket, deadline(timeout)?)?);
        Ok(())
    })
}

/// Copies a part of an object into the caller's memory, wherever the object is: of one on another node no more than
/// that is fetched. Waits for a pending object.
///
/// @param[in]  fabric   The fabric.
/// @param[in]  ticket   The object's ticket.
/// @param[in]  offset   Where the part begins in the object.
/// @param[in]  timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
/// @param[out] bytes    Memory for the part. If the call fails, what is in it is unspecified.
/// @param[in]  size     How many bytes: the object must have them.
/// @return As wharf_fabric_resolve(); WHARF_ERROR_BEYOND if the object has no such bytes; WHARF_ERROR_ONLY_WHOLE if it
///         is on another node and ends once; of one here that does, this is the resolve that ends it.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_read_at(
    fabric: *const wharf_fabric,
    ticket: *const wharf_ticket,
    offset: u64,
    timeout: i64,
    bytes: *mut c_void,
    size: usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        // SAFETY: the header asks for so many bytes of memory, the call's alone.
        let bytes = unsafe { pointer::bytes_mut(bytes, size, "bytes") }?;
        Ok(fabric.read_at(&ticket, offset, bytes, deadline(timeout)?)?)
    })
}

/// Which way an object would be resolved, and why not another: for people. Each way is tried, and nothing fetched;
/// what ends once is left.
///
/// @param[in]  fabric    The fabric.
/// @param[in]  ticket    The object's ticket.
/// @param[in]  timeout   How long to look at most, in nanoseconds, and no longer than 10 seconds; WHARF_NOW or
///                       WHARF_FOREVER.
/// @param[out] buffer    Memory for the text, a line for each way, and its NUL. 4096 bytes are plenty.
/// @param[in]  capacity  How many bytes the buffer has.
/// @param[out] length    The length of the text without its NUL, also where it does not fit. The next call's may be
///                       another. May be NULL.
/// @return WHARF_OK, also if there is no way; WHARF_ERROR_BUFFER; WHARF_ERROR_TICKET; WHARF_ERROR_FORKED;
///         WHARF_ERROR_ARGUMENT, WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_explain(
    fabric: *const wharf_fabric,
    ticket: *const wharf_ticket,
    timeout: i64,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        // SAFETY: the header asks for a buffer of that capacity, and for a length or NULL.
        let out = unsafe { OutText::new(buffer, capacity, length) }?;
        let explanation = fabric.explain(&ticket, deadline(timeout)?)?;
        out.write(pointer::to_c(explanation.to_string()).to_bytes())
    })
}

/// What a fabric has fetched from other nodes since it was opened.
///
/// @param[in]     fabric    The fabric.
/// @param[in,out] counters  Their struct_size says how much of them is known to the caller; the rest is written.
/// @return WHARF_OK; WHARF_ERROR_STRUCT_SIZE; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time. What other threads do at this
/// moment may be counted or not.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_get_remote_counters(
    fabric: *const wharf_fabric,
    counters: *mut wharf_remote_counters,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for memory of its struct_size.
        let out = unsafe { OutFacts::new(counters, "counters") }?;
        let counters = fabric.remote_counters();
        out.write(wharf_remote_counters {
            struct_size: size_of::<wharf_remote_counters>(),
            fetches: counters.fetches,
            bytes_fetched: counters.bytes_fetched,
            bytes_received: counters.bytes_received,
            replica_hits: counters.replica_hits,
            bytes_encrypted: counters.bytes_encrypted,
        });
        Ok(())
    })
}
