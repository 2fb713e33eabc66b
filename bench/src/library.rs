//! The C library: as it is linked with this program, and as a shared library that a program loads.

use std::ffi::{CStr, CString, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use wharf_c::{wharf_fabric, wharf_options, wharf_ticket, wharf_view};

use crate::error::{Error, Result, refused};

/// What the loader looks for where nobody names a file.
pub(crate) const SONAME: &str = "libwharf.so.0";

/// The functions that are called here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Library {
    pub(crate) fabric_open:
        unsafe extern "C" fn(*const wharf_options, *mut *mut wharf_fabric) -> c_int,
    pub(crate) fabric_close: unsafe extern "C" fn(*mut wharf_fabric) -> c_int,
    pub(crate) ticket_from_bytes:
        unsafe extern "C" fn(*const c_void, usize, *mut wharf_ticket) -> c_int,
    error_name: extern "C" fn(c_int) -> *const c_char,
    error_message: extern "C" fn() -> *const c_char,
    pub(crate) calls: Calls,
}

/// The functions that the C code calls, as `callers.h` has them.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(crate) struct Calls {
    resolve: unsafe extern "C" fn(
        *const wharf_fabric,
        *const wharf_ticket,
        i64,
        *mut *mut wharf_view,
    ) -> c_int,
    release: unsafe extern "C" fn(*mut wharf_view) -> c_int,
}

impl Library {
    /// The one that is part of this program.
    pub(crate) const LINKED: Library = Library {
        fabric_open: wharf_c::wharf_fabric_open,
        fabric_close: wharf_c::wharf_fabric_close,
        ticket_from_bytes: wharf_c::wharf_ticket_from_bytes,
        error_name: wharf_c::wharf_error_name,
        error_message: wharf_c::wharf_error_message,
        calls: Calls {
            resolve: wharf_c::wharf_fabric_resolve,
            release: wharf_c::wharf_view_release,
        },
    };

    /// Loads a shared library, of this version, for as long as this process lives.
    pub(crate) fn load(name: &Path) -> Result<Library> {
        let loaded = Loaded::open(name)?;
        loaded.check_version()?;
        // SAFETY: these are the functions of the header, which is that of `wharf_c` by its version.
        unsafe {
            Ok(Library {
                fabric_open: loaded.function(c"wharf_fabric_open")?,
                fabric_close: loaded.function(c"wharf_fabric_close")?,
                ticket_from_bytes: loaded.function(c"wharf_ticket_from_bytes")?,
                error_name: loaded.function(c"wharf_error_name")?,
                error_message: loaded.function(c"wharf_error_message")?,
                calls: Calls {
                    resolve: loaded.function(c"wharf_fabric_resolve")?,
                    release: loaded.function(c"wharf_view_release")?,
                },
            })
        }
    }

    /// The file that the loader finds under this name.
    pub(crate) fn file(name: &Path) -> Result<PathBuf> {
        let symbol = Loaded::open(name)?.find(c"wharf_version")?;
        // SAFETY: numbers and pointers, of which 0 is one.
        let mut found: libc::Dl_info = unsafe { std::mem::zeroed() };
        // SAFETY: writes to `found` only.
        if unsafe { libc::dladdr(symbol, &mut found) } == 0 || found.dli_fname.is_null() {
            return Err(missing(name, "the loader does not say where it is"));
        }
        // SAFETY: a text of the loader's, there while the library is loaded, which is for good.
        let path = unsafe { CStr::from_ptr(found.dli_fname) };
        Ok(PathBuf::from(OsStr::from_bytes(path.to_bytes())))
    }

    /// An error for a status that is one.
    #[inline]
    pub(crate) fn checked(&self, status: c_int) -> Result<()> {
        if status == 0 { Ok(()) } else { Err(refused("wharf-c")(self.said(status))) }
    }

    #[cold]
    fn said(&self, status: c_int) -> String {
        // SAFETY: both are NUL-terminated texts that stay until this thread's next call that fails.
        let text = |text: *const c_char| unsafe { CStr::from_ptr(text) }.to_string_lossy();
        format!("{}: {}", text((self.error_name)(status)), text((self.error_message)()))
    }
}

/// A shared library that stays.
struct Loaded<'a> {
    name: &'a Path,
    handle: *mut c_void,
}

impl<'a> Loaded<'a> {
    fn open(name: &'a Path) -> Result<Self> {
        let path = CString::new(name.as_os_str().as_bytes()).map_err(refused("wharf-c"))?;
        // SAFETY: the library's constructors are Rust's, which do nothing.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        if handle.is_null() {
            return Err(missing(name, "it cannot be loaded"));
        }
        Ok(Self { name, handle })
    }

    fn check_version(&self) -> Result<()> {
        // SAFETY: so it is in every version's header.
        let version: extern "C" fn() -> *const c_char = unsafe { self.function(c"wharf_version") }?;
        // SAFETY: a text that is there for good.
        let (found, own) =
            unsafe { (CStr::from_ptr(version()), CStr::from_ptr(wharf_c::wharf_version())) };
        if found == own {
            return Ok(());
        }
        Err(missing(self.name, &format!("it is of version {}", found.to_string_lossy())))
    }

    /// # Safety
    ///
    /// `F` is a pointer to a function of the type that this one has.
    unsafe fn function<F: Copy>(&self, symbol: &CStr) -> Result<F> {
        const { assert!(size_of::<F>() == size_of::<*mut c_void>()) };
        let found = self.find(symbol)?;
        // SAFETY: as large, and what the caller says it is.
        Ok(unsafe { std::mem::transmute_copy(&found) })
    }

    fn find(&self, symbol: &CStr) -> Result<*mut c_void> {
        // SAFETY: the handle is open for good.
        let found = unsafe { libc::dlsym(self.handle, symbol.as_ptr()) };
        if found.is_null() {
            return Err(missing(self.name, &format!("it has no {}", symbol.to_string_lossy())));
        }
        Ok(found)
    }
}

fn missing(name: &Path, why: &str) -> Error {
    Error::Unavailable(format!(
        "{}: {why} (cargo xtask install makes one; name it by --library, or LD_LIBRARY_PATH)",
        name.display()
    ))
}
