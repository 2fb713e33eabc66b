//! The node: the stores of all its processes, and what dead ones left.

use std::ffi::{CString, c_char, c_int};
use std::ptr;

use wharf::{ArenaStat, Fabric, State, Sweep};

use crate::error::{Failure, wharf_status};
use crate::fabric::wharf_fabric;
use crate::guard::guard;
use crate::handle::{self, Handled, Kind, Slab};
use crate::lifetime::no_such;
use crate::pointer::{self, Out, OutFacts, Versioned};

/// A list of the stores of all processes, as they were when wharf_fabric_stores() made it.
pub struct wharf_stores {
    _private: [u8; 0],
}

pub(crate) struct Stores(Vec<(CString, ArenaStat)>);

impl Handled for Stores {
    type Opaque = wharf_stores;
    const KIND: Kind = Kind::Stores;

    fn slab() -> &'static Slab<Self> {
        static SLAB: Slab<Stores> = Slab::new();
        &SLAB
    }
}

/// What is known of a store, of any process.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct wharf_store_stat {
    /// sizeof(wharf_store_stat), set by the caller
    pub struct_size: usize,
    /// Its name, NUL-terminated. It belongs to the list.
    pub name: *const c_char,
    /// The process that opened it
    pub owner_pid: i64,
    /// 1 if that process lives
    pub owner_alive: c_int,
    /// 0
    pub reserved: c_int,
    /// How long ago it was opened, in nanoseconds, or up to a second more
    pub age: i64,
    /// Bytes it may take
    pub capacity: u64,
    /// Bytes of memory that it takes
    pub memory: u64,
    /// Objects in it that are pending, sealed or failed
    pub objects: u64,
    /// Bytes of those that are sealed
    pub bytes: u64,
}

// SAFETY: `repr(C)`, begins with its size, and is made of whole numbers and a pointer, which may be NULL.
unsafe impl Versioned for wharf_store_stat {
    const ZERO: Self = Self {
        struct_size: 0,
        name: ptr::null(),
        owner_pid: 0,
        owner_alive: 0,
        reserved: 0,
        age: 0,
        capacity: 0,
        memory: 0,
        objects: 0,
        bytes: 0,
    };
}

/// What a sweep ends.
#[repr(C)]
pub enum wharf_sweep {
    /// What dead processes left, except objects of node scope.
    WHARF_SWEEP_DEAD = 0,
    /// Objects of node scope whose producers have exited as well.
    WHARF_SWEEP_ALL = 1,
}

/// What a sweep did.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct wharf_sweep_report {
    /// sizeof(wharf_sweep_report), set by the caller
    pub struct_size: usize,
    /// Dead processes whose records were removed
    pub processes: u64,
    /// Stores that are gone
    pub stores_removed: u64,
    /// Stores of dead processes that still hold objects
    pub stores_kept: u64,
    /// Objects that were evicted
    pub objects_evicted: u64,
    /// Names that were removed since their objects are gone
    pub names_removed: u64,
    /// Bytes of memory given back to the system
    pub bytes_freed: u64,
    /// Files that could not be cleaned
    pub failed: u64,
    /// Files in the directory that are none of Wharf's, and were left alone
    pub strangers: u64,
}

// SAFETY: `repr(C)`, begins with its size, and is made of whole numbers.
unsafe impl Versioned for wharf_sweep_report {
    const ZERO: Self = Self {
        struct_size: 0,
        processes: 0,
        stores_removed: 0,
        stores_kept: 0,
        objects_evicted: 0,
        names_removed: 0,
        bytes_freed: 0,
        failed: 0,
        strangers: 0,
    };
}

/// The stores of all processes of the node, dead ones that left objects included.
///
/// @param[in]  fabric  The fabric.
/// @param[out] stores  The list, to be freed by wharf_stores_free().
/// @return WHARF_OK; an error of the node (-500 and on); WHARF_ERROR_FORKED; WHARF_ERROR_NULL,
///         WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time. It looks at every object of
/// the node.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_stores(
    fabric: *const wharf_fabric,
    stores: *mut *mut wharf_stores,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(stores, "stores") }?;
        let named = |store: ArenaStat| (pointer::to_c(store.name.clone()), store);
        let list = fabric.arenas()?.into_iter().map(named).collect();
        out.write(handle::give(Stores(list))?);
        Ok(())
    })
}

/// How many stores there are in a list.
///
/// @param[in]  stores  The list.
/// @param[out] count   How many.
/// @return WHARF_OK; WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_stores_free() of the same list at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_stores_count(
    stores: *const wharf_stores,
    count: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the list is not freed meanwhile.
        let stores = unsafe { handle::get::<Stores>(stores) }?;
        // SAFETY: the header asks for memory for a count.
        unsafe { Out::new(count, "count") }?.write(stores.0.len());
        Ok(())
    })
}

/// One of a list of stores.
///
/// @param[in]     stores  The list.
/// @param[in]     index   Which, from 0 on.
/// @param[in,out] stat    Its struct_size says how much of it is known to the caller; the rest is written.
/// @return WHARF_OK; WHARF_ERROR_ARGUMENT if there are not so many; WHARF_ERROR_STRUCT_SIZE; WHARF_ERROR_NULL,
///         WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_stores_free() of the same list at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_stores_at(
    stores: *const wharf_stores,
    index: usize,
    stat: *mut wharf_store_stat,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the list is not freed meanwhile.
        let stores = unsafe { handle::get::<Stores>(stores) }?;
        // SAFETY: the header asks for memory of its struct_size.
        let out = unsafe { OutFacts::new(stat, "store's facts") }?;
        let (name, store) = stores.0.get(index).ok_or_else(|| {
            let message = format!("there is no store {index}: the list has {}", stores.0.len());
            Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message)
        })?;
        let there = store.objects.iter().filter(|object| object.state != State::Evicted);
        let sealed = store.objects.iter().filter_map(|object| object.extent);
        out.write(wharf_store_stat {
            struct_size: size_of::<wharf_store_stat>(),
            name: name.as_ptr(),
            owner_pid: store.owner_pid.into(),
            owner_alive: store.owner_alive.into(),
            reserved: 0,
            age: i64::try_from(store.age.as_nanos()).unwrap_or(i64::MAX),
            capacity: store.capacity,
            memory: store.reserved,
            objects: there.count() as u64,
            bytes: sealed.map(|extent| extent.len).sum(),
        });
        Ok(())
    })
}

/// Frees a list of stores.
///
/// @param[in] stores  The list, or NULL, which does nothing.
/// @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was freed before.
///
/// Thread-safe, but for other calls with the same list at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_stores_free(stores: *mut wharf_stores) -> c_int {
    guard(|| if stores.is_null() { Ok(()) } else { handle::close::<Stores>(stores) })
}

/// Gives back what dead processes left behind. What live ones hold is never touched.
///
/// @param[in]     fabric  The fabric.
/// @param[in]     what    What to end: one of wharf_sweep.
/// @param[in,out] report  What was done: its struct_size says how much of it is known to the caller; the rest is
///                        written. May be NULL.
/// @return WHARF_OK; an error of the node (-500 and on); WHARF_ERROR_FORKED; WHARF_ERROR_ARGUMENT,
///         WHARF_ERROR_STRUCT_SIZE, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_sweep(
    fabric: *const wharf_fabric,
    what: c_int,
    report: *mut wharf_sweep_report,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        let what = match what {
            w if w == wharf_sweep::WHARF_SWEEP_DEAD as c_int => Sweep::Dead,
            w if w == wharf_sweep::WHARF_SWEEP_ALL as c_int => Sweep::All,
            other => return Err(no_such("sweep", other)),
        };
        let out = match report.is_null() {
            true => None,
            // SAFETY: the header asks for memory of its struct_size.
            false => Some(unsafe { OutFacts::new(report, "report") }?),
        };
        let report = fabric.sweep(what)?;
        if let Some(out) = out {
            out.write(wharf_sweep_report {
                struct_size: size_of::<wharf_sweep_report>(),
                processes: report.processes,
                stores_removed: report.arenas_removed,
                stores_kept: report.arenas_kept,
                objects_evicted: report.objects_evicted,
                names_removed: report.names_removed,
                bytes_freed: report.bytes_freed,
                failed: report.failed,
                strangers: report.strangers.len() as u64,
            });
        }
        Ok(())
    })
}
