//! What stores and fabrics have done so far.

use std::ffi::c_int;

use wharf::Fabric;

use crate::fabric::wharf_fabric;
use crate::guard::guard;
use crate::handle;
use crate::pointer::{OutFacts, Versioned};
use crate::store::{Opened, wharf_store};

/// What a store has done since it was opened.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct wharf_store_counters {
    /// sizeof(wharf_store_counters), set by the caller
    pub struct_size: usize,
    /// Objects that were begun: put, or taken as a block or a promise, however they ended
    pub puts: u64,
    /// Their bytes
    pub bytes_put: u64,
    /// Bytes that the library has copied into objects: none where blocks are written in place
    pub bytes_copied: u64,
    /// Objects that ended. Those that other processes end count when this one next puts, or asks for its usage.
    pub evicted: u64,
    /// Objects whose memory was given back, after nobody viewed them any more
    pub reclaimed: u64,
    /// Bytes of that memory, rounded up as it was when it was taken
    pub bytes_reclaimed: u64,
}

// SAFETY: `repr(C)`, begins with its size, and is made of whole numbers.
unsafe impl Versioned for wharf_store_counters {
    const ZERO: Self = Self {
        struct_size: 0,
        puts: 0,
        bytes_put: 0,
        bytes_copied: 0,
        evicted: 0,
        reclaimed: 0,
        bytes_reclaimed: 0,
    };
}

/// What a fabric has resolved since it was opened.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct wharf_fabric_counters {
    /// sizeof(wharf_fabric_counters), set by the caller
    pub struct_size: usize,
    /// Views that were handed out: hits and waits
    pub resolves: u64,
    /// Those whose objects were sealed when they were asked for
    pub hits: u64,
    /// Those whose objects were pending then, and had to be waited for
    pub waits: u64,
    /// Bytes of the views
    pub bytes_resolved: u64,
}

// SAFETY: `repr(C)`, begins with its size, and is made of whole numbers.
unsafe impl Versioned for wharf_fabric_counters {
    const ZERO: Self = Self { struct_size: 0, resolves: 0, hits: 0, waits: 0, bytes_resolved: 0 };
}

/// What a store has done since it was opened.
///
/// @param[in]     store     The store.
/// @param[in,out] counters  Their struct_size says how much of them is known to the caller; the rest is written.
/// @return WHARF_OK; WHARF_ERROR_STRUCT_SIZE; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE,
///         WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_get_counters(
    store: *const wharf_store,
    counters: *mut wharf_store_counters,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for memory of its struct_size.
        let out = unsafe { OutFacts::new(counters, "counters") }?;
        let counters = opened.store.counters()?;
        out.write(wharf_store_counters {
            struct_size: size_of::<wharf_store_counters>(),
            puts: counters.puts,
            bytes_put: counters.bytes_put,
            bytes_copied: counters.bytes_copied,
            evicted: counters.evicted,
            reclaimed: counters.reclaimed,
            bytes_reclaimed: counters.bytes_reclaimed,
        });
        Ok(())
    })
}

/// What a fabric has resolved since it was opened.
///
/// @param[in]     fabric    The fabric.
/// @param[in,out] counters  Their struct_size says how much of them is known to the caller; the rest is written.
/// @return WHARF_OK; WHARF_ERROR_STRUCT_SIZE; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time. What other threads do at this
/// moment may be counted or not.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_get_counters(
    fabric: *const wharf_fabric,
    counters: *mut wharf_fabric_counters,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for memory of its struct_size.
        let out = unsafe { OutFacts::new(counters, "counters") }?;
        let counters = fabric.counters();
        out.write(wharf_fabric_counters {
            struct_size: size_of::<wharf_fabric_counters>(),
            resolves: counters.resolves,
            hits: counters.hits,
            waits: counters.waits,
            bytes_resolved: counters.bytes_resolved,
        });
        Ok(())
    })
}
