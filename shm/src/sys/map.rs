//! Shared mappings of files, and checked references into them.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::ptr::NonNull;

use super::fork::Token;
use crate::layout::Shared;

/// A shared mapping of a file's beginning, unmapped when dropped.
///
/// The mapping may be longer than the file; only what the caller knows to lie in the file may be
/// touched. Dropping it in a forked child does nothing: the memory there may be something else's.
#[derive(Debug)]
pub(crate) struct Mapping {
    start: NonNull<u8>,
    len: usize,
    token: Token,
}

/// What a mapping may be used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    Read,
    Write,
}

/// Takes all pages of a range at once. Since Linux 5.14; older kernels refuse it.
pub(crate) const MADV_POPULATE_WRITE: libc::c_int = 23;

impl Access {
    fn protection(self) -> libc::c_int {
        match self {
            Access::Read => libc::PROT_READ,
            Access::Write => libc::PROT_READ | libc::PROT_WRITE,
        }
    }
}

// SAFETY: the mapping is plain memory of the process, and every access to it goes through atomics
// or through raw pointers whose users state why they may.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps `len` bytes of the file from `offset`, a multiple of the page size.
    pub(crate) fn new(file: &File, offset: u64, len: usize, access: Access) -> io::Result<Self> {
        // SAFETY: a new mapping at an address of the kernel's choosing replaces no other.
        let start =
            unsafe { map_at(std::ptr::null_mut(), len, access.protection(), Some(file), offset) }?;
        Self::owned(start, len)
    }

    /// Maps `len` bytes of the file from its start, at an address that is a multiple of `align`.
    pub(crate) fn aligned(
        file: &File,
        len: usize,
        align: usize,
        access: Access,
    ) -> io::Result<Self> {
        let room = len.checked_add(align).ok_or(io::ErrorKind::OutOfMemory)?;
        // SAFETY: a new mapping at an address of the kernel's choosing replaces no other.
        let around = unsafe { map_at(std::ptr::null_mut(), room, libc::PROT_NONE, None, 0) }?;
        let skipped = around.align_offset(align);
        let start = around.wrapping_add(skipped);
        // SAFETY: replaces a part of the mapping just made, which nobody else knows.
        let mapped = unsafe { map_at(start, len, access.protection(), Some(file), 0) };
        let kept = if mapped.is_ok() { len } else { 0 };
        let end = skipped + kept.next_multiple_of(crate::layout::PAGE);
        // SAFETY: both ranges are what is left of that mapping.
        unsafe {
            unmap(around, skipped);
            unmap(around.wrapping_add(end), room.saturating_sub(end));
        }
        Self::owned(mapped?, len)
    }

    fn owned(start: *mut u8, len: usize) -> io::Result<Self> {
        let start = NonNull::new(start).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { start, len, token: Token::current() })
    }

    /// Keeps the mapping, and with it the file's locks, out of children that this process forks.
    pub(crate) fn keep_from_children(&self) -> io::Result<()> {
        self.advise(0, self.len, libc::MADV_DONTFORK)
    }

    /// Gives advice on a part of the mapping.
    pub(crate) fn advise(&self, offset: usize, len: usize, advice: libc::c_int) -> io::Result<()> {
        if offset.checked_add(len).is_none_or(|end| end > self.len) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        // SAFETY: the range is inside this mapping; no advice used here discards shared pages.
        super::check(unsafe { libc::madvise(self.start.as_ptr().add(offset).cast(), len, advice) })
            .map(drop)
    }

    /// A structure of atomics at `offset`, if it lies inside the mapping and is aligned.
    pub(crate) fn get<T: Shared>(&self, offset: usize) -> Option<&T> {
        let end = offset.checked_add(size_of::<T>())?;
        let address = self.start.as_ptr().wrapping_add(offset);
        if end > self.len || !address.cast::<T>().is_aligned() {
            return None;
        }
        // SAFETY: in bounds and aligned, checked above; `Shared` types are valid for any bytes and
        // may be written by others while referenced.
        Some(unsafe { &*address.cast::<T>() })
    }

    /// `count` pins, or other words, from `offset` on, if they lie inside the mapping.
    pub(crate) fn words(
        &self,
        offset: usize,
        count: usize,
    ) -> Option<&[std::sync::atomic::AtomicU64]> {
        let end = count.checked_mul(8)?.checked_add(offset)?;
        if end > self.len || !offset.is_multiple_of(8) {
            return None;
        }
        // SAFETY: in bounds and aligned, checked above; atomics may be written by others.
        Some(unsafe { std::slice::from_raw_parts(self.start.as_ptr().add(offset).cast(), count) })
    }

    /// Where a range of the mapping lies in this process, if it is inside.
    pub(crate) fn range(&self, offset: u64, len: u64) -> Option<NonNull<u8>> {
        let end = offset.checked_add(len)?;
        if end > self.len as u64 {
            return None;
        }
        // SAFETY: `offset` is within the mapping.
        Some(unsafe { self.start.add(offset as usize) })
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        if self.token.is_current() {
            // SAFETY: the mapping is this one's, and nothing refers to it any more.
            unsafe { unmap(self.start.as_ptr(), self.len) };
        }
    }
}

/// Maps a file, or takes addresses only; at `address` exactly, unless that is null.
///
/// # Safety
/// What is mapped at a given address is replaced: it must be the caller's to replace.
unsafe fn map_at(
    address: *mut u8,
    len: usize,
    protection: libc::c_int,
    file: Option<&File>,
    offset: u64,
) -> io::Result<*mut u8> {
    let place = if address.is_null() { 0 } else { libc::MAP_FIXED };
    let (kind, fd) = match file {
        Some(file) => (libc::MAP_SHARED, file.as_raw_fd()),
        None => (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1),
    };
    let offset = i64::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: as the caller promises.
    let start = unsafe {
        libc::mmap(address.cast(), len, protection, kind | place | libc::MAP_NORESERVE, fd, offset)
    };
    if start == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(start.cast()) }
}

/// # Safety
/// The range is mapped, or empty, and nothing refers to it any more.
unsafe fn unmap(start: *mut u8, len: usize) {
    if len > 0 {
        // SAFETY: as the caller promises.
        unsafe { libc::munmap(start.cast(), len) };
    }
}
