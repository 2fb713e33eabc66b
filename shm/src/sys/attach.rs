//! Reading another process's memory, by cross-memory attach.

use std::io;

/// Copies what lies at an address of a process. Says how many bytes: fewer where what can be read
/// ends, at least one.
pub(crate) fn read(pid: u32, address: u64, to: &mut [u8]) -> io::Result<usize> {
    let here = libc::iovec { iov_base: to.as_mut_ptr().cast(), iov_len: to.len() };
    // An address there: nothing in this process is reached through it.
    let there = libc::iovec { iov_base: address as usize as *mut _, iov_len: to.len() };
    let pid = libc::pid_t::try_from(pid).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: the call writes to `here` only, which is `to`, borrowed mutably.
    match unsafe { libc::process_vm_readv(pid, &here, 1, &there, 1, 0) } {
        0 => Err(io::Error::from_raw_os_error(libc::EFAULT)),
        read => usize::try_from(read).map_err(|_| io::Error::last_os_error()),
    }
}

/// Lets every process of this user attach to this one, where Yama lets only an ancestor.
pub(crate) fn allow_any() -> io::Result<()> {
    // SAFETY: sets a property of this process; touches no memory.
    let done =
        unsafe { libc::prctl(libc::PR_SET_PTRACER, libc::PR_SET_PTRACER_ANY, 0_u64, 0_u64, 0_u64) };
    match super::check(done) {
        // A kernel without Yama does not know the call, and has nothing to allow.
        Err(_) if yama().is_none() => Ok(()),
        done => done.map(drop),
    }
}

/// What Yama restricts attaching to: 0 nothing, 1 to descendants, 2 to the administrator, 3 to
/// nobody; `None` without Yama.
pub(crate) fn yama() -> Option<u32> {
    std::fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_up_to_where_it_ends() {
        let own = std::process::id();
        let from: Vec<u8> = (0..100_000_u32).map(|n| n as u8).collect();
        let mut to = vec![0; from.len()];
        let read_all = read(own, from.as_ptr().addr() as u64, &mut to).expect("own memory");
        assert_eq!((read_all, to), (from.len(), from));
        let nowhere = read(own, 8, &mut [0; 4]).expect_err("nothing lies there");
        assert_eq!(nowhere.raw_os_error(), Some(libc::EFAULT));
        let nobody = read(u32::MAX, 8, &mut [0; 4]).expect_err("there is no such process");
        assert_eq!(nobody.kind(), io::ErrorKind::InvalidInput);
    }
}
