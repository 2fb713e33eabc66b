//! The floors: the least that this machine asks for a piece of work. Written in C, in `bench/floors`.
//!
//! This module is the only way to them, and holds all unsafe code but what a peer's own interface asks for.

pub(crate) mod attach;
pub(crate) mod copy;
pub(crate) mod ping_pong;
pub(crate) mod socket;
pub(crate) mod stream;
pub(crate) mod tls;

use std::ffi::{CStr, c_char, c_int, c_void};
use std::fs::{File, OpenOptions};
use std::net::TcpStream;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::path::Path;
use std::ptr::NonNull;

use rustix::mm::{MapFlags, ProtFlags};

use crate::error::{Doing, Error, Result};

mod ffi {
    use super::{c_char, c_int, c_void};

    unsafe extern "C" {
        pub(super) fn wharf_floor_cacheline_ping(line: *mut u32, turn: u32) -> c_int;
        pub(super) fn wharf_floor_cacheline_pong(line: *mut u32, turns: u32) -> c_int;
        pub(super) fn wharf_floor_futex_ping(word: *mut u32, turn: u32) -> c_int;
        pub(super) fn wharf_floor_futex_pong(word: *mut u32, turns: u32) -> c_int;
        pub(super) fn wharf_floor_memcpy(to: *mut c_void, from: *const c_void, len: usize);
        pub(super) fn wharf_floor_streaming(to: *mut c_void, from: *const c_void, len: usize);
        pub(super) fn wharf_floor_streaming_name() -> *const c_char;
        pub(super) fn wharf_floor_attach(
            pid: i32,
            address: u64,
            to: *mut c_void,
            len: usize,
        ) -> c_int;
        pub(super) fn wharf_floor_stream_serve(
            fd: c_int,
            from: *const c_void,
            len: usize,
            spin: c_int,
        ) -> c_int;
        pub(super) fn wharf_floor_stream_fetch(
            fds: *const c_int,
            count: c_int,
            to: *mut c_void,
            len: usize,
            spin: c_int,
        ) -> c_int;
    }
}

/// Answers on a socket, out of this memory, until it is closed.
pub(crate) fn stream_serve(socket: BorrowedFd<'_>, from: &[u8], spin: bool) -> Result<()> {
    let (fd, at) = (socket.as_raw_fd(), from.as_ptr().cast());
    // SAFETY: the descriptor is open as long as it is borrowed, and the C code reads these bytes only.
    streamed(unsafe { ffi::wharf_floor_stream_serve(fd, at, from.len(), spin.into()) })
}

/// Asks the other ends of sockets for as many bytes as there is room for, each for a part.
pub(crate) fn stream_fetch(sockets: &[TcpStream], to: &mut [u8], spin: bool) -> Result<()> {
    let fds: Vec<c_int> = sockets.iter().map(AsRawFd::as_raw_fd).collect();
    let (count, at) = (fds.len() as c_int, to.as_mut_ptr().cast());
    // SAFETY: as in `stream_serve`; the C code writes to these bytes only, and reads so many descriptors.
    let status =
        unsafe { ffi::wharf_floor_stream_fetch(fds.as_ptr(), count, at, to.len(), spin.into()) };
    streamed(status)
}

fn streamed(status: c_int) -> Result<()> {
    match status {
        0 => Ok(()),
        _ => Err(Error::Io {
            what: "moving bytes over a bare socket".to_owned(),
            source: std::io::Error::last_os_error(),
        }),
    }
}

/// Copies with the C library's memcpy.
pub(crate) fn memcpy(to: &mut [u8], from: &[u8]) {
    assert_eq!(to.len(), from.len());
    // SAFETY: both slices have this length, which was just compared, and a `&mut` overlaps nothing.
    unsafe { ffi::wharf_floor_memcpy(to.as_mut_ptr().cast(), from.as_ptr().cast(), from.len()) }
}

/// Copies with stores that go past the caches.
pub(crate) fn streaming(to: &mut [u8], from: &[u8]) {
    assert_eq!(to.len(), from.len());
    // SAFETY: as in `memcpy`; the C code asks the processor before it uses an instruction.
    unsafe { ffi::wharf_floor_streaming(to.as_mut_ptr().cast(), from.as_ptr().cast(), from.len()) }
}

/// Copies what lies at an address of another process.
pub(crate) fn attach(pid: i32, address: u64, to: &mut [u8]) -> Result<()> {
    // SAFETY: the C code writes to these bytes only, and the kernel reads them from that process.
    match unsafe { ffi::wharf_floor_attach(pid, address, to.as_mut_ptr().cast(), to.len()) } {
        0 => Ok(()),
        _ => Err(Error::Unavailable("process_vm_readv, which is not allowed here".to_owned())),
    }
}

/// The instructions that [`streaming`] uses here.
pub(crate) fn streaming_name() -> &'static str {
    // SAFETY: the C code returns one of its string literals, which last as long as the program.
    let name = unsafe { CStr::from_ptr(ffi::wharf_floor_streaming_name()) };
    name.to_str().unwrap_or("unknown")
}

/// Memory of the kind that Wharf's objects lie in: shared pages of a memory file system. Nobody else maps it.
#[derive(Debug)]
pub(crate) struct SharedPages {
    mapping: Mapping,
}

impl SharedPages {
    /// Reserves fresh pages; none has been touched through the mapping.
    pub(crate) fn new(directory: &Path, len: usize) -> Result<SharedPages> {
        let file = tempfile::tempfile_in(directory)
            .doing(|| format!("making a file in {}", directory.display()))?;
        Ok(SharedPages { mapping: Mapping::reserve(&file, len)? })
    }

    /// The memory.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: the mapping is `len` bytes, readable and writable, and lives as long as `self`. The file never had
        // a name and its descriptor is closed, so nothing else can map it; `&mut self` makes this the only slice.
        unsafe { std::slice::from_raw_parts_mut(self.mapping.start.as_ptr(), self.mapping.len) }
    }
}

/// One word on a page of its own, shared by two processes.
#[derive(Debug)]
pub(crate) struct SharedWord {
    mapping: Mapping,
}

impl SharedWord {
    /// Makes the file, with the word at 0.
    pub(crate) fn create(path: &Path) -> Result<SharedWord> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(path);
        SharedWord::map(file, path)
    }

    /// Maps the other process's.
    pub(crate) fn open(path: &Path) -> Result<SharedWord> {
        SharedWord::map(OpenOptions::new().read(true).write(true).open(path), path)
    }

    /// Sets it to 0, while the other process does not look.
    pub(crate) fn reset(&self) {
        // SAFETY: the mapping is a whole page, aligned as such, writable, and lives as long as `self`; the other process
        // touches the word only through atomics.
        let word = unsafe { std::sync::atomic::AtomicU32::from_ptr(self.word()) };
        word.store(0, std::sync::atomic::Ordering::SeqCst);
    }

    /// One turn of the spinning floor, from this side.
    pub(crate) fn cacheline_ping(&self, turn: u32) -> Result<()> {
        // SAFETY: `word` is a mapped, aligned word for as long as `self`; C touches it through atomics only.
        answered(unsafe { ffi::wharf_floor_cacheline_ping(self.word(), turn) })
    }

    /// The other side's turns.
    pub(crate) fn cacheline_pong(&self, turns: u32) -> Result<()> {
        // SAFETY: as in `cacheline_ping`.
        answered(unsafe { ffi::wharf_floor_cacheline_pong(self.word(), turns) })
    }

    /// One turn of the sleeping floor, from this side.
    pub(crate) fn futex_ping(&self, turn: u32) -> Result<()> {
        // SAFETY: as in `cacheline_ping`.
        answered(unsafe { ffi::wharf_floor_futex_ping(self.word(), turn) })
    }

    /// The other side's turns.
    pub(crate) fn futex_pong(&self, turns: u32) -> Result<()> {
        // SAFETY: as in `cacheline_ping`.
        answered(unsafe { ffi::wharf_floor_futex_pong(self.word(), turns) })
    }

    fn map(file: std::io::Result<File>, path: &Path) -> Result<SharedWord> {
        let file = file.doing(|| format!("opening {}", path.display()))?;
        Ok(SharedWord { mapping: Mapping::reserve(&file, rustix::param::page_size())? })
    }

    fn word(&self) -> *mut u32 {
        self.mapping.start.as_ptr().cast()
    }
}

fn answered(status: c_int) -> Result<()> {
    match status {
        0 => Ok(()),
        _ => Err(Error::Peer {
            role: "a floor's".to_owned(),
            what: "did not answer within ten seconds".to_owned(),
        }),
    }
}

/// A shared mapping of a whole file.
#[derive(Debug)]
struct Mapping {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: a mapping is the whole process's, and this is the only owner of it.
unsafe impl Send for Mapping {}

impl Mapping {
    /// Gives the file at least `len` bytes of reserved pages, and maps them.
    fn reserve(file: &File, len: usize) -> Result<Mapping> {
        rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, len as u64)
            .doing(|| format!("reserving {len} bytes of shared memory"))?;
        let (protection, flags) = (ProtFlags::READ | ProtFlags::WRITE, MapFlags::SHARED);
        // SAFETY: a null hint lets the kernel choose a place where nothing is mapped.
        let start =
            unsafe { rustix::mm::mmap(std::ptr::null_mut(), len, protection, flags, file, 0) };
        let start = start.doing(|| format!("mapping {len} bytes of shared memory"))?;
        let start = NonNull::new(start.cast())
            .ok_or_else(|| Error::Unavailable("a mapping at address 0".to_owned()))?;
        Ok(Mapping { start, len })
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: `reserve` mapped exactly this range, and every slice into it borrowed the owner of `self`.
        let unmapped = unsafe { rustix::mm::munmap(self.start.as_ptr().cast(), self.len) };
        debug_assert!(unmapped.is_ok());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    #[test]
    fn both_copies_copy_every_byte_at_any_alignment() {
        let from: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for copy in [memcpy as fn(&mut [u8], &[u8]), streaming] {
            for (skip, len) in [(0, 1000), (1, 999), (63, 130), (5, 0), (7, 63)] {
                let mut to = vec![0xAA; 1002];
                copy(&mut to[skip..skip + len], &from[..len]);
                assert_eq!(to[skip..skip + len], from[..len]);
                assert!(to[..skip].iter().chain(&to[skip + len..]).all(|&byte| byte == 0xAA));
            }
        }
    }

    #[test]
    fn attach_copies_every_byte_or_fails() {
        let from: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let mut to = vec![0; from.len()];
        attach(std::process::id() as i32, from.as_ptr() as u64, &mut to).unwrap();
        assert_eq!(to, from);
        assert!(attach(std::process::id() as i32, 8, &mut to).is_err());
    }

    #[test]
    fn two_threads_take_turns_on_either_floor() {
        let context = Context::for_tests();
        let path = context.path("word");
        let ping = SharedWord::create(&path).unwrap();
        let turns = |ours: fn(&SharedWord, u32) -> Result<()>,
                     theirs: fn(&SharedWord, u32) -> Result<()>| {
            ping.reset();
            std::thread::scope(|scope| {
                scope.spawn(|| theirs(&SharedWord::open(&path).unwrap(), 100).unwrap());
                (0..100).for_each(|turn| ours(&ping, turn).unwrap());
            });
        };
        turns(SharedWord::cacheline_ping, SharedWord::cacheline_pong);
        turns(SharedWord::futex_ping, SharedWord::futex_pong);
    }

    #[test]
    fn shared_pages_start_empty_and_keep_what_is_written() {
        let context = Context::for_tests();
        let mut pages = SharedPages::new(&context.subdirectory("pages").unwrap(), 1 << 16).unwrap();
        assert!(pages.bytes_mut().iter().all(|&byte| byte == 0));
        pages.bytes_mut().fill(7);
        assert_eq!(pages.bytes_mut().len(), 1 << 16);
        assert!(pages.bytes_mut().iter().all(|&byte| byte == 7));
    }
}
