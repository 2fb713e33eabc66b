//! A caller in C: what a C program does, timed by this one. Written in C, in `bench/callers`, and linked with the C
//! library's static form.

use std::ffi::{CStr, CString, c_char, c_int};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

use wharf_c::{wharf_fabric, wharf_options, wharf_ticket, wharf_view};

use crate::error::{Result, refused};
use crate::exchange::PATIENCE;
use crate::measure::Task;

/// The functions that the C code calls, as `callers.h` has them.
#[repr(C)]
struct Calls {
    resolve: unsafe extern "C" fn(
        *const wharf_fabric,
        *const wharf_ticket,
        i64,
        *mut *mut wharf_view,
    ) -> c_int,
    release: unsafe extern "C" fn(*mut wharf_view) -> c_int,
}

static CALLS: Calls =
    Calls { resolve: wharf_c::wharf_fabric_resolve, release: wharf_c::wharf_view_release };

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
    pub(crate) fn new(directory: &Path, tickets: &[Vec<u8>]) -> Result<Self> {
        let tickets = tickets.iter().map(|bytes| read(bytes)).collect::<Result<_>>()?;
        Ok(Self { fabric: Fabric::open(directory)?, tickets, next: 0 })
    }
}

impl Task for Resolve {
    fn once(&mut self) -> Result<()> {
        let ticket = &self.tickets[self.next];
        self.next = (self.next + 1) % self.tickets.len();
        // SAFETY: the calls and the ticket are borrowed, the fabric's handle is open until `self` is dropped.
        checked(unsafe { wharf_bench_resolve(&CALLS, self.fabric.0, ticket, TIMEOUT) })
    }
}

/// A C program's fabric.
struct Fabric(*mut wharf_fabric);

impl Fabric {
    fn open(directory: &Path) -> Result<Self> {
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
        };
        let mut fabric = ptr::null_mut();
        // SAFETY: the options, the directory in them and the handle are local, and outlive the call.
        checked(unsafe { wharf_c::wharf_fabric_open(&options, &mut fabric) })?;
        Ok(Self(fabric))
    }
}

impl Drop for Fabric {
    fn drop(&mut self) {
        // SAFETY: a handle is looked up, and this is its owner.
        unsafe { wharf_c::wharf_fabric_close(self.0) };
    }
}

fn read(bytes: &[u8]) -> Result<wharf_ticket> {
    let mut ticket = wharf_ticket { size: 0, bytes: [0; wharf_c::WHARF_TICKET_BYTES_MAX] };
    let start = bytes.as_ptr().cast();
    // SAFETY: the bytes and the ticket are borrowed for the call.
    checked(unsafe { wharf_c::wharf_ticket_from_bytes(start, bytes.len(), &mut ticket) })?;
    Ok(ticket)
}

#[inline]
fn checked(status: c_int) -> Result<()> {
    if status == 0 { Ok(()) } else { Err(refused("wharf-c")(said(status))) }
}

#[cold]
fn said(status: c_int) -> String {
    // SAFETY: both are NUL-terminated texts that stay until this thread's next call that fails.
    let text = |text: *const c_char| unsafe { CStr::from_ptr(text) }.to_string_lossy();
    let name = text(wharf_c::wharf_error_name(status));
    format!("{name}: {}", text(wharf_c::wharf_error_message()))
}

const TIMEOUT: i64 = PATIENCE.as_nanos() as i64;
