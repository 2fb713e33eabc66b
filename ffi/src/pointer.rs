//! What C passes by pointers, and where its answers go: the one place that reads and writes through
//! them.
//!
//! A pointer that is not NULL is taken to point to what the header says, as any C function takes it. What
//! can be checked is: NULL, alignment, sizes that no memory has, UTF-8.

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr::NonNull;

use crate::error::{Failure, wharf_status};

/// The value behind a pointer.
///
/// # Safety
///
/// Unless it is NULL, it points to a `T` that nobody changes during the call.
#[inline]
pub(crate) unsafe fn given<'a, T>(pointer: *const T, what: &str) -> Result<&'a T, Failure> {
    let pointer = checked(pointer, what)?;
    // SAFETY: not NULL and aligned; the rest is the caller's promise.
    Ok(unsafe { pointer.as_ref() })
}

/// So many values from a pointer on; with a count of 0, it may be NULL.
///
/// # Safety
///
/// Unless the count is 0, it points to so many of `T`, which nobody changes during the call.
#[inline]
pub(crate) unsafe fn list<'a, T>(
    pointer: *const T,
    count: usize,
    what: &str,
) -> Result<&'a [T], Failure> {
    if count == 0 {
        return Ok(&[]);
    }
    let pointer = checked(pointer, what)?;
    check_count::<T>(count, what)?;
    // SAFETY: not NULL, aligned, of a size that memory can have; the rest is the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(pointer.as_ptr(), count) })
}

/// So many bytes.
///
/// # Safety
///
/// As [`list`].
#[inline]
pub(crate) unsafe fn bytes<'a>(
    pointer: *const c_void,
    size: usize,
    what: &str,
) -> Result<&'a [u8], Failure> {
    // SAFETY: passed on.
    unsafe { list(pointer.cast(), size, what) }
}

/// Memory for so many bytes; with a size of 0, it may be NULL.
///
/// # Safety
///
/// Unless the size is 0, it points to so many bytes, which are the call's alone.
pub(crate) unsafe fn bytes_mut<'a>(
    pointer: *mut c_void,
    size: usize,
    what: &str,
) -> Result<&'a mut [u8], Failure> {
    if size == 0 {
        return Ok(&mut []);
    }
    let pointer = checked(pointer.cast::<u8>(), what)?;
    check_count::<u8>(size, what)?;
    // SAFETY: not NULL, of a size that memory can have; the rest is the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts_mut(pointer.as_ptr(), size) })
}

/// A text that ends at its first NUL.
///
/// # Safety
///
/// As [`octets`].
pub(crate) unsafe fn text<'a>(pointer: *const c_char, what: &str) -> Result<&'a str, Failure> {
    // SAFETY: passed on.
    let octets = unsafe { octets(pointer, what) }?;
    std::str::from_utf8(octets).map_err(|error| {
        let message = format!("the {what} is not UTF-8: {error}");
        Failure::new(wharf_status::WHARF_ERROR_NOT_UTF8, message)
    })
}

/// Bytes up to the first NUL, a path say.
///
/// # Safety
///
/// Unless it is NULL, it points to bytes that end with a NUL, which nobody changes during the call.
pub(crate) unsafe fn octets<'a>(pointer: *const c_char, what: &str) -> Result<&'a [u8], Failure> {
    checked(pointer, what)?;
    // SAFETY: not NULL; the rest is the caller's promise.
    Ok(unsafe { CStr::from_ptr(pointer) }.to_bytes())
}

/// Where one answer goes: found writable before the work, written once it is done.
pub(crate) struct Out<T>(NonNull<T>);

impl<T> Out<T> {
    /// # Safety
    ///
    /// Unless it is NULL, it points to memory for a `T` that is the call's alone.
    #[inline]
    pub(crate) unsafe fn new(pointer: *mut T, what: &str) -> Result<Self, Failure> {
        Ok(Self(checked(pointer, what)?))
    }

    /// Like [`new`](Out::new), where the caller may do without.
    ///
    /// # Safety
    ///
    /// As [`new`](Out::new).
    pub(crate) unsafe fn optional(pointer: *mut T, what: &str) -> Result<Option<Self>, Failure> {
        // SAFETY: passed on.
        if pointer.is_null() { Ok(None) } else { unsafe { Self::new(pointer, what) }.map(Some) }
    }

    #[inline]
    pub(crate) fn write(self, value: T) {
        // SAFETY: checked by `new`, whose caller promised memory for it.
        unsafe { self.0.write(value) }
    }
}

/// Where a list of answers goes; its length is known beforehand.
pub(crate) struct OutList<T> {
    first: NonNull<T>,
    count: usize,
}

impl<T> OutList<T> {
    /// # Safety
    ///
    /// Unless the count is 0, it points to memory for so many of `T` that is the call's alone.
    pub(crate) unsafe fn new(pointer: *mut T, count: usize, what: &str) -> Result<Self, Failure> {
        if count == 0 {
            return Ok(Self { first: NonNull::dangling(), count });
        }
        let first = checked(pointer, what)?;
        check_count::<T>(count, what)?;
        Ok(Self { first, count })
    }

    /// Writes as many as there is room for.
    pub(crate) fn write(self, values: impl IntoIterator<Item = T>) {
        for (index, value) in values.into_iter().take(self.count).enumerate() {
            // SAFETY: within the count, for which `new` was promised memory.
            unsafe { self.first.add(index).write(value) };
        }
    }
}

/// A text's way out: a buffer of the caller's, and the length, which is told even if it does not fit.
pub(crate) struct OutText {
    buffer: OutList<u8>,
    length: Option<Out<usize>>,
}

impl OutText {
    /// # Safety
    ///
    /// As [`OutList::new`] for the buffer, [`Out::new`] for the length.
    pub(crate) unsafe fn new(
        buffer: *mut c_char,
        capacity: usize,
        length: *mut usize,
    ) -> Result<Self, Failure> {
        // SAFETY: passed on.
        let length = unsafe { Out::optional(length, "length") }?;
        // SAFETY: passed on.
        let buffer = unsafe { OutList::new(buffer.cast(), capacity, "buffer") }?;
        Ok(Self { buffer, length })
    }

    pub(crate) fn write(self, text: &[u8]) -> Result<(), Failure> {
        if let Some(length) = self.length {
            length.write(text.len());
        }
        if text.len() >= self.buffer.count {
            let (needed, given) = (text.len() + 1, self.buffer.count);
            let message = format!("the buffer has {given} bytes, and {needed} are needed");
            return Err(Failure::new(wharf_status::WHARF_ERROR_BUFFER, message));
        }
        self.buffer.write(text.iter().copied().chain([0]));
        Ok(())
    }
}

/// A text for C, which has no NUL in it: one that has is left off there.
pub(crate) fn to_c(text: String) -> CString {
    let mut bytes = text.into_bytes();
    bytes.truncate(bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len()));
    CString::new(bytes).unwrap_or_default()
}

/// A structure that begins with its own size, as its user's compiler knew it, and is appended to only.
///
/// # Safety
///
/// Its first field is `struct_size: usize`; it is `repr(C)`, its size a multiple of 8, and any bytes, 0
/// included, are one.
pub(crate) unsafe trait Versioned: Copy {
    /// All bytes 0.
    const ZERO: Self;
}

/// Reads options. What an older, smaller structure does not have is 0, which means the default; a newer,
/// larger one may say nothing (all 0) beyond what is known here. NULL is all defaults.
///
/// # Safety
///
/// Unless it is NULL, it points to as many bytes as its `struct_size` says.
pub(crate) unsafe fn options<T: Versioned>(pointer: *const T, what: &str) -> Result<T, Failure> {
    if pointer.is_null() {
        return Ok(T::ZERO);
    }
    // SAFETY: not NULL; the caller promises at least a `struct_size`.
    let size = unsafe { struct_size(pointer, what) }?;
    // SAFETY: the caller promises so many bytes.
    let bytes = unsafe { list(pointer.cast::<u8>(), size, what) }?;
    let (known, unknown) = bytes.split_at(size.min(size_of::<T>()));
    if unknown.iter().any(|byte| *byte != 0) {
        let message =
            format!("what is asked for by the {what} this library does not know: it is older");
        return Err(Failure::new(wharf_status::WHARF_ERROR_STRUCT_SIZE, message));
    }
    let mut value = T::ZERO;
    // SAFETY: no more bytes than a `T` has, any of which are one; another variable does not overlap.
    unsafe { (&raw mut value).cast::<u8>().copy_from_nonoverlapping(known.as_ptr(), known.len()) };
    Ok(value)
}

/// Where a structure of facts goes: its `struct_size` says how much of it the caller knows.
pub(crate) struct OutFacts<T> {
    place: NonNull<T>,
    size: usize,
}

impl<T: Versioned> OutFacts<T> {
    /// # Safety
    ///
    /// Unless it is NULL, it points to as many bytes as its `struct_size` says, the call's alone.
    pub(crate) unsafe fn new(pointer: *mut T, what: &str) -> Result<Self, Failure> {
        let place = checked(pointer, what)?;
        // SAFETY: not NULL; the caller promises at least a `struct_size`.
        let size = unsafe { struct_size(pointer, what) }?;
        Ok(Self { place, size })
    }

    /// Writes all but the `struct_size`; what the caller knows and this library does not becomes 0.
    pub(crate) fn write(self, facts: T) {
        let known = self.size.min(size_of::<T>());
        let place = self.place.as_ptr().cast::<u8>();
        let facts = (&raw const facts).cast::<u8>();
        // SAFETY: both have `known` bytes, which are more than a `struct_size`; one is a local.
        unsafe {
            place.add(SIZE).copy_from_nonoverlapping(facts.add(SIZE), known - SIZE);
            place.add(known).write_bytes(0, self.size - known);
        }
    }
}

/// # Safety
///
/// The pointer is NULL, or a `struct_size` can be read there.
unsafe fn struct_size<T: Versioned>(pointer: *const T, what: &str) -> Result<usize, Failure> {
    // SAFETY: passed on; `T` begins with it.
    let size = *unsafe { given(pointer.cast::<usize>(), what) }?;
    if (SIZE..=LARGEST).contains(&size) && size.is_multiple_of(SIZE) {
        return Ok(size);
    }
    let message = format!("a struct_size of {size} was given for the {what}: set it to the sizeof");
    Err(Failure::new(wharf_status::WHARF_ERROR_STRUCT_SIZE, message))
}

#[inline]
fn checked<T>(pointer: *const T, what: &str) -> Result<NonNull<T>, Failure> {
    match NonNull::new(pointer.cast_mut()) {
        Some(pointer) if pointer.is_aligned() => Ok(pointer),
        given => Err(bad_pointer(given.is_none(), what)),
    }
}

#[cold]
fn bad_pointer(null: bool, what: &str) -> Failure {
    if null {
        return Failure::new(
            wharf_status::WHARF_ERROR_NULL,
            format!("NULL was given for the {what}"),
        );
    }
    let message = format!("the pointer given for the {what} is not aligned for what it points to");
    Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message)
}

fn check_count<T>(count: usize, what: &str) -> Result<(), Failure> {
    if count <= isize::MAX as usize / size_of::<T>() {
        return Ok(());
    }
    let message = format!("a length of {count} was given for the {what}: no memory is so large");
    Err(Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message))
}

const SIZE: usize = size_of::<usize>();
/// No structure of this library will ever be larger.
const LARGEST: usize = 4096;
