//! Which library this is, and what it can do.

use std::ffi::{CStr, c_char, c_int};

use crate::pointer;

/// The version that this header belongs to: the same major version is the same ABI, and a newer library
/// of it serves programs that were built with an older header.
pub const WHARF_VERSION_MAJOR: c_int = 0;
/// See WHARF_VERSION_MAJOR.
pub const WHARF_VERSION_MINOR: c_int = 1;
/// See WHARF_VERSION_MAJOR.
pub const WHARF_VERSION_PATCH: c_int = 0;

/// The version of the library that is loaded, as in "0.1.0".
///
/// @return A text that is there for good. Never NULL.
///
/// Thread-safe. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn wharf_version() -> *const c_char {
    VERSION.as_ptr()
}

/// Whether the library that is loaded can do something that others may not.
///
/// @param[in] feature  Its name. In this version: "expose", "names", "requests"; and "numa", which is there if the
///                     library was built with that feature of cargo, for the placement of stores.
/// @return 1 if it can; 0 if not, or the name is NULL or unknown.
///
/// Thread-safe. Never fails.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_has_feature(feature: *const c_char) -> c_int {
    // SAFETY: the header asks for a text or NULL.
    match unsafe { pointer::text(feature, "feature") } {
        Ok(name) => c_int::from(FEATURES.contains(&name)),
        Err(_) => 0,
    }
}

const FEATURES: &[&str] = if cfg!(feature = "numa") {
    &["expose", "names", "requests", "numa"]
} else {
    &["expose", "names", "requests"]
};

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };
