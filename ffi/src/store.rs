//! Stores: where a process puts its objects.

use std::ffi::{c_char, c_int, c_void};
use std::sync::Arc;

use wharf::{Block, Numa, Placement, Store, StoreOptions};

use crate::array::wharf_array;
use crate::block::{self, wharf_block};
use crate::error::{Failure, wharf_status};
use crate::fabric::wharf_fabric;
use crate::guard::guard;
use crate::handle::{self, Handled, Kind, Slab};
use crate::lifetime::{no_such, wharf_lifetime};
use crate::pointer::{self, Out, OutFacts, OutList, Versioned};
use crate::promise::wharf_promise;
use crate::ticket::wharf_ticket;

/// A named place that this process puts objects in.
pub struct wharf_store {
    _private: [u8; 0],
}

/// A store as one of its handles sees it.
pub(crate) struct Opened {
    pub(crate) store: Store,
    /// Shared by all handles of the store, to tell the last.
    handles: Arc<()>,
}

impl Handled for Opened {
    type Opaque = wharf_store;
    const KIND: Kind = Kind::Store;

    fn slab() -> &'static Slab<Self> {
        static SLAB: Slab<Opened> = Slab::new();
        &SLAB
    }
}

/// How to open a store. All 0 but struct_size is the default.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct wharf_store_options {
    /// sizeof(wharf_store_options)
    pub struct_size: usize,
    /// The most bytes that the store may hold; 0 for what the configuration says, which is as many as
    /// the shared-memory filesystem has where it says nothing. None are taken before they are needed.
    pub capacity: u64,
    /// The lifetime of what is put.
    pub lifetime: wharf_lifetime,
    /// On which NUMA nodes its memory should lie: one of wharf_numa. All but the default, and huge pages, need a
    /// library with the feature "numa", and where it has that, are wishes: what the machine cannot have is done
    /// without.
    pub numa: c_int,
    /// With WHARF_NUMA_NODE, which node, as the operating system counts them; else 0.
    pub numa_node: u32,
    /// 1 for pages of 2 MiB from the machine's pool, by way of a hugetlbfs on which this user can make a folder;
    /// else 0.
    pub huge_pages: c_int,
    /// 0
    pub reserved: c_int,
}

/// The NUMA nodes that a store takes memory from. A node that is full is helped out by others.
#[repr(C)]
pub enum wharf_numa {
    /// As the policy of the process says.
    WHARF_NUMA_DEFAULT = 0,
    /// The node of the thread that takes the memory.
    WHARF_NUMA_LOCAL = 1,
    /// The node of a number.
    WHARF_NUMA_NODE = 2,
    /// All nodes in turn, page by page.
    WHARF_NUMA_INTERLEAVED = 3,
}

// SAFETY: `repr(C)`, begins with its size, and is made of whole numbers.
unsafe impl Versioned for wharf_store_options {
    const ZERO: Self = Self {
        struct_size: 0,
        capacity: 0,
        lifetime: wharf_lifetime::DEFAULT,
        numa: 0,
        numa_node: 0,
        huge_pages: 0,
        reserved: 0,
    };
}

/// How much a store holds and may hold.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct wharf_store_usage {
    /// sizeof(wharf_store_usage), set by the caller
    pub struct_size: usize,
    /// Bytes it may take
    pub capacity: u64,
    /// Bytes of memory reserved for data, in use or ready to be reused
    pub reserved: u64,
    /// Bytes taken by objects and blocks, evicted ones that wait to be reclaimed included
    pub in_use: u64,
    /// Objects and blocks that are not evicted
    pub live: u64,
    /// Evicted objects that wait to be reclaimed
    pub retired: u64,
}

// SAFETY: `repr(C)`, begins with its size, and is made of whole numbers.
unsafe impl Versioned for wharf_store_usage {
    const ZERO: Self =
        Self { struct_size: 0, capacity: 0, reserved: 0, in_use: 0, live: 0, retired: 0 };
}

/// Opens a place to put objects in. No memory is taken until something is put.
///
/// @param[in]  fabric   The fabric.
/// @param[in]  name     Its name in listings, NUL-terminated; it need not be the only one of that name.
/// @param[in]  options  Options, or NULL for the defaults.
/// @param[out] store    The store, to be closed by wharf_store_close().
/// @return WHARF_OK; WHARF_ERROR_ARGUMENT, WHARF_ERROR_STRUCT_SIZE, WHARF_ERROR_NOT_UTF8;
///         WHARF_ERROR_NO_FEATURE for a placement that this library was built without; an error of the node
///         (-500 and on); WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time. The store may outlive the
/// handle of its fabric.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_open(
    fabric: *const wharf_fabric,
    name: *const c_char,
    options: *const wharf_store_options,
    store: *mut *mut wharf_store,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<wharf::Fabric>(fabric) }?;
        // SAFETY: the header asks for a text.
        let name = unsafe { pointer::text(name, "name") }?;
        // SAFETY: the header asks for options of their struct_size, or NULL.
        let options = unsafe { pointer::options(options, "store options") }?.read()?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(store, "store") }?;
        let store = fabric.store(name, options)?;
        out.write(handle::give(Opened { store, handles: Arc::new(()) })?);
        Ok(())
    })
}

/// Another handle of the same store, with another lifetime for what is put through it.
///
/// @param[in]  store     The store.
/// @param[in]  lifetime  The lifetime.
/// @param[out] other     The other handle, to be closed by wharf_store_close().
/// @return WHARF_OK; WHARF_ERROR_ARGUMENT; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_with_lifetime(
    store: *const wharf_store,
    lifetime: *const wharf_lifetime,
    other: *mut *mut wharf_store,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for a lifetime.
        let lifetime = unsafe { pointer::given(lifetime, "lifetime") }?.read()?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(other, "store") }?;
        let handles = opened.handles.clone();
        out.write(handle::give(Opened { store: opened.store.with_lifetime(lifetime), handles })?);
        Ok(())
    })
}

/// Copies some bytes into an object.
///
/// @param[in]  store   The store.
/// @param[in]  data    The bytes. May be NULL if there are none.
/// @param[in]  size    How many there are.
/// @param[out] ticket  The object's ticket.
/// @return WHARF_OK; WHARF_ERROR_FULL, WHARF_ERROR_TOO_LARGE, WHARF_ERROR_OUT_OF_MEMORY,
///         WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; an error of the node (-500 and on); WHARF_ERROR_NULL,
///         WHARF_ERROR_ARGUMENT, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_put(
    store: *const wharf_store,
    data: *const c_void,
    size: usize,
    ticket: *mut wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for so many bytes.
        let bytes = unsafe { pointer::bytes(data, size, "data") }?;
        // SAFETY: the header asks for memory for a ticket.
        let out = unsafe { Out::new(ticket, "ticket") }?;
        out.write(wharf_ticket::of(&opened.store.put(bytes)?));
        Ok(())
    })
}

/// Copies many objects; either all are put or, with an error, none.
///
/// @param[in]  store    The store.
/// @param[in]  data     For each object, its bytes. An object of no bytes may be NULL, as may the list of none.
/// @param[in]  sizes    For each object, how many bytes it has.
/// @param[in]  count    How many objects there are.
/// @param[out] tickets  Memory for so many tickets. Written on success only.
/// @return As wharf_store_put().
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_put_many(
    store: *const wharf_store,
    data: *const *const c_void,
    sizes: *const usize,
    count: usize,
    tickets: *mut wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for so many pointers.
        let data = unsafe { pointer::list(data, count, "data") }?;
        // SAFETY: the header asks for so many sizes.
        let sizes = unsafe { pointer::list(sizes, count, "sizes") }?;
        // SAFETY: the header asks for as many bytes as each size says.
        let object = |(data, size): (&_, &_)| unsafe { pointer::bytes(*data, *size, "data") };
        let objects = data.iter().zip(sizes).map(object).collect::<Result<Vec<_>, _>>()?;
        // SAFETY: the header asks for memory for so many tickets.
        let out = unsafe { OutList::new(tickets, count, "tickets") }?;
        out.write(opened.store.put_many(objects)?.iter().map(wharf_ticket::of));
        Ok(())
    })
}

/// Copies an array into an object that tells what it is.
///
/// @param[in]  store   The store.
/// @param[in]  data    The elements, one after the other in the array's order. May be NULL if there are
///                     none.
/// @param[in]  array   What array. How many bytes are read follows from it.
/// @param[out] ticket  The object's ticket.
/// @return As wharf_store_put(); WHARF_ERROR_ARGUMENT if there can be no such array.
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_put_array(
    store: *const wharf_store,
    data: *const c_void,
    array: *const wharf_array,
    ticket: *mut wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for a description.
        let array = unsafe { pointer::given(array, "array") }?.read()?;
        // SAFETY: the header asks for as many bytes as the array has.
        let bytes = unsafe { pointer::bytes(data, array.size() as usize, "data") }?;
        // SAFETY: the header asks for memory for a ticket.
        let out = unsafe { Out::new(ticket, "ticket") }?;
        let mut block: Block = opened.store.alloc_described(array)?;
        block.copy_from(bytes);
        out.write(wharf_ticket::of(&block.seal()?));
        Ok(())
    })
}

/// Takes memory to write in place.
///
/// @param[in]  store  The store.
/// @param[in]  size   How many bytes.
/// @param[out] block  A block, to be ended by wharf_block_seal(), wharf_block_fail() or wharf_block_free().
/// @return As wharf_store_put().
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_alloc(
    store: *const wharf_store,
    size: usize,
    block: *mut *mut wharf_block,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(block, "block") }?;
        out.write(block::give(opened.store.alloc(size)?)?);
        Ok(())
    })
}

/// Takes memory for an array to write in place.
///
/// @param[in]  store  The store.
/// @param[in]  array  What array.
/// @param[out] block  A block, as of wharf_store_alloc().
/// @return As wharf_store_put(); WHARF_ERROR_ARGUMENT if there can be no such array.
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_alloc_array(
    store: *const wharf_store,
    array: *const wharf_array,
    block: *mut *mut wharf_block,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for a description.
        let array = unsafe { pointer::given(array, "array") }?.read()?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(block, "block") }?;
        out.write(block::give(opened.store.alloc_described(array)?)?);
        Ok(())
    })
}

/// Makes an object whose size is not known yet: its ticket can be given away at once.
///
/// @param[in]  store    The store.
/// @param[out] promise  A promise, to be kept by wharf_promise_alloc() or its kin, failed by
///                      wharf_promise_fail() or given up by wharf_promise_free().
/// @return As wharf_store_put().
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_promise(
    store: *const wharf_store,
    promise: *mut *mut wharf_promise,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(promise, "promise") }?;
        out.write(handle::give(opened.store.promise()?)?);
        Ok(())
    })
}

/// Gives an object a name, for any process of the node to look up by wharf_fabric_lookup(). The object may
/// be another store's, and still be pending. The name stands until the object is gone, or until
/// wharf_fabric_unpublish().
///
/// @param[in] store   The store.
/// @param[in] name    The name, NUL-terminated: any text of up to 255 bytes, where letters, digits, '_', '-'
///                    and '.' count one and other bytes three.
/// @param[in] ticket  The object's ticket.
/// @return WHARF_OK; WHARF_ERROR_NAME_TAKEN, WHARF_ERROR_INVALID_NAME; WHARF_ERROR_EVICTED;
///         WHARF_ERROR_TICKET, WHARF_ERROR_OTHER_NODE; or as wharf_store_put().
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_publish(
    store: *const wharf_store,
    name: *const c_char,
    ticket: *const wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for a text.
        let name = unsafe { pointer::text(name, "name") }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        Ok(opened.store.publish(name, &ticket)?)
    })
}

/// Ends an object of the user's, whichever process put it. Views that exist stay valid.
///
/// Does what wharf_fabric_evict() does; the memory of an object of this store can be used again at once.
///
/// @param[in] store   The store.
/// @param[in] ticket  The object's ticket.
/// @return As wharf_fabric_evict(); WHARF_ERROR_STORE_CLOSED.
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_evict(
    store: *const wharf_store,
    ticket: *const wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        Ok(opened.store.evict(&ticket)?)
    })
}

/// Gives the system back what memory of the store nothing is in.
///
/// What was evicted stays the store's until then, for objects to come: its pages are warm, and putting into them
/// is several times as fast as into new ones. No other process can have them; so a program that will not put as
/// much again for a while trims its stores. Huge pages are kept.
///
/// @param[in]  store  The store.
/// @param[out] freed  How many bytes were given back. May be NULL.
/// @return WHARF_OK; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; an error of the node (-500 and on);
///         WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_trim(store: *const wharf_store, freed: *mut u64) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for memory for a number, or NULL.
        let out = unsafe { Out::optional(freed, "number of bytes freed") }?;
        let freed = opened.store.trim()?;
        if let Some(out) = out {
            out.write(freed);
        }
        Ok(())
    })
}

/// How much the store holds and may hold.
///
/// @param[in]     store  The store.
/// @param[in,out] usage  Its struct_size says how much of it is known to the caller; the rest is written.
/// @return WHARF_OK; WHARF_ERROR_STRUCT_SIZE; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED;
///         WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_store_close() of the same handle at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_get_usage(
    store: *const wharf_store,
    usage: *mut wharf_store_usage,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the store is not closed meanwhile.
        let opened = unsafe { handle::get::<Opened>(store) }?;
        // SAFETY: the header asks for memory of its struct_size.
        let out = unsafe { OutFacts::new(usage, "usage") }?;
        let usage = opened.store.usage()?;
        out.write(wharf_store_usage {
            struct_size: size_of::<wharf_store_usage>(),
            capacity: usage.capacity,
            reserved: usage.reserved,
            in_use: usage.in_use,
            live: usage.live,
            retired: usage.retired,
        });
        Ok(())
    })
}

/// Closes a handle of a store. With its last handle the store ends: its objects of process scope are
/// evicted, views of them stay valid, and blocks and promises that are not sealed fail.
///
/// @param[in] store  The handle, or NULL, which does nothing. It is closed also where the store's memory
///                   could not be given back, which a later sweep does.
/// @return WHARF_OK; an error of the node (-500 and on); WHARF_ERROR_FORKED in a child, where nothing ends;
///         WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was closed before.
///
/// Thread-safe, but for other calls with the same handle at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_store_close(store: *mut wharf_store) -> c_int {
    guard(|| {
        if store.is_null() {
            return Ok(());
        }
        let Opened { store, handles } = handle::take::<Opened>(store)?;
        match Arc::into_inner(handles) {
            Some(()) => Ok(store.close()?),
            None => Ok(()),
        }
    })
}

impl wharf_store_options {
    fn read(&self) -> Result<StoreOptions, Failure> {
        if self.capacity > i64::MAX as u64 && self.capacity != u64::MAX {
            let message = format!("a capacity of {} bytes: no memory is so large", self.capacity);
            return Err(Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message));
        }
        let capacity = (self.capacity > 0).then_some(self.capacity);
        Ok(StoreOptions { capacity, lifetime: self.lifetime.read()?, placement: self.placement()? })
    }

    fn placement(&self) -> Result<Placement, Failure> {
        let numa = match self.numa {
            n if n == wharf_numa::WHARF_NUMA_DEFAULT as c_int => Numa::Default,
            n if n == wharf_numa::WHARF_NUMA_LOCAL as c_int => Numa::Local,
            n if n == wharf_numa::WHARF_NUMA_NODE as c_int => Numa::Node(self.numa_node),
            n if n == wharf_numa::WHARF_NUMA_INTERLEAVED as c_int => Numa::Interleaved,
            other => return Err(no_such("placement", other)),
        };
        let strays = (self.numa_node > 0 && !matches!(numa, Numa::Node(_))) || self.reserved != 0;
        if strays || !(0..=1).contains(&self.huge_pages) {
            let message = format!(
                "numa is {}, numa_node {}, huge_pages {} and reserved {}: a node goes with \
                 WHARF_NUMA_NODE, the others are 0 or 1, and 0",
                self.numa, self.numa_node, self.huge_pages, self.reserved
            );
            return Err(Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message));
        }
        let placement = Placement { numa, huge_pages: self.huge_pages == 1 };
        if cfg!(feature = "numa") || placement == Placement::default() {
            return Ok(placement);
        }
        let message = "this library was built without the placement of stores: build it with \
                       -DWHARF_FEATURES=numa, or leave numa and huge_pages 0";
        Err(Failure::new(wharf_status::WHARF_ERROR_NO_FEATURE, message))
    }
}
