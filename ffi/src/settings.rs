//! The configuration in effect, and where each value came from.

use std::ffi::{CString, c_char, c_int};

use wharf::Fabric;

use crate::error::{Failure, wharf_status};
use crate::fabric::wharf_fabric;
use crate::guard::guard;
use crate::handle::{self, Handled, Kind, Slab};
use crate::pointer::{self, Out};

/// A list of settings, as they were when the fabric was opened.
pub struct wharf_settings {
    _private: [u8; 0],
}

pub(crate) struct Settings(Vec<Setting>);

/// A setting's name, its value and its origin, as texts.
struct Setting([CString; 3]);

impl Handled for Settings {
    type Opaque = wharf_settings;
    const KIND: Kind = Kind::Settings;

    fn slab() -> &'static Slab<Self> {
        static SLAB: Slab<Settings> = Slab::new();
        &SLAB
    }
}

/// The configuration that a fabric was opened with: what the program said, the environment, the configuration
/// file, and what is built in.
///
/// @param[in]  fabric    The fabric.
/// @param[out] settings  The list, to be freed by wharf_settings_free().
/// @return WHARF_OK; WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_settings(
    fabric: *const wharf_fabric,
    settings: *mut *mut wharf_settings,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(settings, "settings") }?;
        let list = fabric.settings().into_iter().map(Setting::of).collect();
        out.write(handle::give(Settings(list))?);
        Ok(())
    })
}

/// How many settings there are in a list.
///
/// @param[in]  settings  The list.
/// @param[out] count     How many.
/// @return WHARF_OK; WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_settings_free() of the same list at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_settings_count(
    settings: *const wharf_settings,
    count: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the list is not freed meanwhile.
        let settings = unsafe { handle::get::<Settings>(settings) }?;
        // SAFETY: the header asks for memory for a count.
        unsafe { Out::new(count, "count") }?.write(settings.0.len());
        Ok(())
    })
}

/// One of a list of settings. The texts are NUL-terminated and belong to the list.
///
/// @param[in]  settings  The list.
/// @param[in]  index     Which, from 0 on.
/// @param[out] name      Its key, as in the configuration file: "capacity", say. May be NULL.
/// @param[out] value     Its value, as one would write it in a variable. May be NULL.
/// @param[out] origin    Where it came from: "code" for wharf_options, the name of a variable, the path of a
///                       file, or "default". May be NULL.
/// @return WHARF_OK; WHARF_ERROR_ARGUMENT if there are not so many; WHARF_ERROR_NULL, WHARF_ERROR_HANDLE,
///         WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_settings_free() of the same list at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_settings_at(
    settings: *const wharf_settings,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
    origin: *mut *const c_char,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the list is not freed meanwhile.
        let settings = unsafe { handle::get::<Settings>(settings) }?;
        // SAFETY: the header asks for memory for a pointer, or NULL, three times.
        let outs = unsafe {
            [
                Out::optional(name, "name")?,
                Out::optional(value, "value")?,
                Out::optional(origin, "origin")?,
            ]
        };
        let Setting(texts) = settings.0.get(index).ok_or_else(|| {
            let message = format!("there is no setting {index}: there are {}", settings.0.len());
            Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message)
        })?;
        for (out, text) in outs.into_iter().zip(texts) {
            if let Some(out) = out {
                out.write(text.as_ptr());
            }
        }
        Ok(())
    })
}

/// Frees a list of settings.
///
/// @param[in] settings  The list, or NULL, which does nothing.
/// @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was freed before.
///
/// Thread-safe, but for other calls with the same list at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_settings_free(settings: *mut wharf_settings) -> c_int {
    guard(|| if settings.is_null() { Ok(()) } else { handle::close::<Settings>(settings) })
}

impl Setting {
    fn of(setting: wharf::Setting) -> Self {
        let texts = [setting.name.into(), setting.value, setting.origin.to_string()];
        Self(texts.map(pointer::to_c))
    }
}
