//! A caller in C: what a C program does, timed by this one. Written in C, in `bench/callers`.

use std::ffi::{CString, c_int};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

use wharf_c::{wharf_fabric, wharf_options, wharf_ticket};

use crate::error::{Result, refused};
use crate::exchange::PATIENCE;
use crate::library::{Calls, Library};
use crate::measure::Task;

#[allow(improper_ctypes, reason = "handles are opaque to both sides")]
unsafe extern "C" {
    fn wharf_bench_resolve(
        calls: *const Calls,
        fabric: *const wharf_fabric,
        ticket: *const wharf_ticket,
        timeout: i64,
    ) -> c_int;
}

/// Resolves objects in turn.
pub(crate) struct Resolve {
    fabric: Fabric,
    tickets: Vec<wharf_ticket>,
    next: usize,
}

impl Resolve {
    pub(crate) fn new(library: Library, directory: &Path, tickets: &[Vec<u8>]) -> Result<Self> {
        let tickets = tickets.iter().map(|bytes| read(&library, bytes)).collect::<Result<_>>()?;
        Ok(Self { fabric: Fabric::open(library, directory)?, tickets, next: 0 })
    }
}

impl Task for Resolve {
    fn once(&mut self) -> Result<()> {
        let Fabric { library, handle } = &self.fabric;
        let ticket = &self.tickets[self.next];
        self.next = (self.next + 1) % self.tickets.len();
        // SAFETY: the calls and the ticket are borrowed, the fabric's handle is open until `self` is dropped.
        library.checked(unsafe { wharf_bench_resolve(&library.calls, *handle, ticket, TIMEOUT) })
    }
}

/// A C program's fabric.
struct Fabric {
    library: Library,
    handle: *mut wharf_fabric,
}

impl Fabric {
    fn open(library: Library, directory: &Path) -> Result<Self> {
        let directory =
            CString::new(directory.as_os_str().as_bytes()).map_err(refused("wharf-c"))?;
        let options = wharf_options {
            struct_size: size_of::<wharf_options>(),
            directory: directory.as_ptr(),
            capacity: 0,
            wait: 0,
            leave_dead: 0,
            must_exist: 1,
            reserved: 0,
            listen: ptr::null(),
            trusted: ptr::null(),
            secret: ptr::null(),
            replicas: 0,
            encrypt: 0,
            trust_replicas: 0,
        };
        let mut handle = ptr::null_mut();
        // SAFETY: the options, the directory in them and the handle are local, and outlive the call.
        library.checked(unsafe { (library.fabric_open)(&options, &mut handle) })?;
        Ok(Self { library, handle })
    }
}

impl Drop for Fabric {
    fn drop(&mut self) {
        // SAFETY: a handle is looked up, and this is its owner.
        unsafe { (self.library.fabric_close)(self.handle) };
    }
}

fn read(library: &Library, bytes: &[u8]) -> Result<wharf_ticket> {
    let mut ticket = wharf_ticket { size: 0, bytes: [0; wharf_c::WHARF_TICKET_BYTES_MAX] };
    let start = bytes.as_ptr().cast();
    // SAFETY: the bytes and the ticket are borrowed for the call.
    library.checked(unsafe { (library.ticket_from_bytes)(start, bytes.len(), &mut ticket) })?;
    Ok(ticket)
}

const TIMEOUT: i64 = PATIENCE.as_nanos() as i64;
