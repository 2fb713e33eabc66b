//! What becomes of objects, asked without reading them.

use std::ffi::c_int;
use std::time::Duration;

use wharf::{Fabric, State};

use crate::error::{Failure, wharf_status};
use crate::fabric::wharf_fabric;
use crate::guard::guard;
use crate::handle;
use crate::lifetime::{deadline, wharf_lifetime};
use crate::pointer::{self, Out, OutFacts, Versioned};
use crate::ticket::wharf_ticket;

/// What state an object is in.
#[repr(C)]
pub enum wharf_state {
    /// It has a ticket, and no bytes yet.
    WHARF_STATE_PENDING = 0,
    /// Its bytes are there and will not change.
    WHARF_STATE_SEALED = 1,
    /// Its producer failed it, or died before sealing it.
    WHARF_STATE_FAILED = 2,
}

/// What is known of an object.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct wharf_object_stat {
    /// sizeof(wharf_object_stat), set by the caller
    pub struct_size: usize,
    /// One of wharf_state
    pub state: c_int,
    /// 1 if the process that put it lives
    pub owner_alive: c_int,
    /// That process
    pub owner_pid: i64,
    /// Its size in bytes; 0 unless it is sealed
    pub size: u64,
    /// Its lifetime; a lease is what is left of it
    pub lifetime: wharf_lifetime,
}

// SAFETY: `repr(C)`, begins with its size, and is made of whole numbers.
unsafe impl Versioned for wharf_object_stat {
    const ZERO: Self = Self {
        struct_size: 0,
        state: 0,
        owner_alive: 0,
        owner_pid: 0,
        size: 0,
        lifetime: wharf_lifetime::DEFAULT,
    };
}

/// Waits until an object is sealed. Nothing is pinned, and an object that ends once it is resolved is left
/// for a resolve.
///
/// @param[in] fabric   The fabric.
/// @param[in] ticket   The object's ticket.
/// @param[in] timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
/// @return As wharf_fabric_resolve().
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_wait(
    fabric: *const wharf_fabric,
    ticket: *const wharf_ticket,
    timeout: i64,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        Ok(fabric.wait(&ticket, deadline(timeout)?)?)
    })
}

/// Waits until the first of some objects is pending no more: it was sealed, has failed or is gone, and a
/// resolve says which.
///
/// @param[in]  fabric   The fabric.
/// @param[in]  tickets  The objects' tickets.
/// @param[in]  count    How many there are.
/// @param[in]  timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
/// @param[out] index    Which it is; the first, if several are.
/// @return WHARF_OK; WHARF_ERROR_DEADLINE if all are still pending; WHARF_ERROR_ARGUMENT if there are none;
///         WHARF_ERROR_TICKET, WHARF_ERROR_WRONG_CAPABILITY, WHARF_ERROR_OTHER_NODE; WHARF_ERROR_FORKED;
///         WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_wait_any(
    fabric: *const wharf_fabric,
    tickets: *const wharf_ticket,
    count: usize,
    timeout: i64,
    index: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for so many tickets.
        let tickets = unsafe { pointer::list(tickets, count, "tickets") }?;
        // SAFETY: the header asks for memory for an index.
        let out = unsafe { Out::new(index, "index") }?;
        let deadline = deadline(timeout)?;
        let tickets = tickets.iter().map(wharf_ticket::ticket).collect::<Result<Vec<_>, _>>()?;
        out.write(fabric.wait_any(&tickets, deadline)?);
        Ok(())
    })
}

/// Whether an object is there, or still to come. Waits for nothing and takes nothing.
///
/// @param[in]  fabric  The fabric.
/// @param[in]  ticket  The object's ticket.
/// @param[out] exists  1 if it is; 0 once it has ended, has failed, or its producer died before it was sealed.
/// @return WHARF_OK; WHARF_ERROR_TICKET, WHARF_ERROR_WRONG_CAPABILITY, WHARF_ERROR_OTHER_NODE;
///         WHARF_ERROR_FORKED; WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_exists(
    fabric: *const wharf_fabric,
    ticket: *const wharf_ticket,
    exists: *mut c_int,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        // SAFETY: the header asks for memory for a number.
        let out = unsafe { Out::new(exists, "exists") }?;
        out.write(c_int::from(fabric.exists(&ticket)?));
        Ok(())
    })
}

/// What state an object is in, without waiting for it and without ending what ends once it is resolved.
///
/// @param[in]     fabric  The fabric.
/// @param[in]     ticket  The object's ticket.
/// @param[in,out] stat    Its struct_size says how much of it is known to the caller; the rest is written.
/// @return WHARF_OK; WHARF_ERROR_EVICTED if it is gone; else as wharf_fabric_resolve();
///         WHARF_ERROR_STRUCT_SIZE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_stat(
    fabric: *const wharf_fabric,
    ticket: *const wharf_ticket,
    stat: *mut wharf_object_stat,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        // SAFETY: the header asks for memory of its struct_size.
        let out = unsafe { OutFacts::new(stat, "stat") }?;
        let stat = fabric.stat(&ticket)?;
        let state = match stat.state {
            State::Pending => wharf_state::WHARF_STATE_PENDING,
            State::Sealed => wharf_state::WHARF_STATE_SEALED,
            _ => wharf_state::WHARF_STATE_FAILED,
        };
        out.write(wharf_object_stat {
            struct_size: size_of::<wharf_object_stat>(),
            state: state as c_int,
            owner_alive: c_int::from(stat.owner_alive),
            owner_pid: stat.owner_pid.into(),
            size: stat.extent.map_or(0, |extent| extent.len),
            lifetime: stat.lifetime.into(),
        });
        Ok(())
    })
}

/// Ends an object, whichever process of this user put it: at once for new resolves; views that exist stay
/// valid.
///
/// @param[in] fabric  The fabric.
/// @param[in] ticket  The object's ticket.
/// @return WHARF_OK; WHARF_ERROR_EVICTED if it was gone already; WHARF_ERROR_PENDING if only its producer
///         can end it yet; WHARF_ERROR_TICKET, WHARF_ERROR_WRONG_CAPABILITY, WHARF_ERROR_OTHER_NODE;
///         WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_evict(
    fabric: *const wharf_fabric,
    ticket: *const wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        Ok(fabric.evict(&ticket)?)
    })
}

/// Lets an object's lease end so long from now, whichever process of this user put it.
///
/// @param[in] fabric  The fabric.
/// @param[in] ticket  The object's ticket.
/// @param[in] lease   The time in nanoseconds, more than 0.
/// @return WHARF_OK; WHARF_ERROR_EVICTED if its lease has ended; WHARF_ERROR_NOT_LEASED if it has none;
///         WHARF_ERROR_ARGUMENT; else as wharf_fabric_evict().
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_renew(
    fabric: *const wharf_fabric,
    ticket: *const wharf_ticket,
    lease: i64,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        let lease = u64::try_from(lease).ok().filter(|time| *time > 0).ok_or_else(|| {
            let message = format!("a lease of {lease} ns: it must be more than 0");
            Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message)
        })?;
        Ok(fabric.renew(&ticket, Duration::from_nanos(lease))?)
    })
}
