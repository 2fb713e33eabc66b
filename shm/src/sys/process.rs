//! This process and others, as the system names them.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;

/// A process as another can recognise it later: a pid alone is reused and differs by container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) pid: u32,
    /// Clock ticks after boot at which it started.
    pub(crate) started: u64,
    /// The inode of its pid namespace.
    pub(crate) namespace: u64,
}

impl Identity {
    /// This process. Facts that the system does not tell are zero.
    pub(crate) fn own() -> Self {
        let pid = std::process::id();
        Self {
            pid,
            started: start_time(pid).ok().flatten().unwrap_or(0),
            namespace: pid_namespace(),
        }
    }

    /// Whether the process has certainly ended; `false` where this process cannot tell.
    pub(crate) fn has_ended(&self) -> bool {
        if self.namespace == 0 || self.namespace != pid_namespace() || self.started == 0 {
            return false;
        }
        match start_time(self.pid) {
            Ok(started) => started.is_some_and(|started| started != self.started),
            // What cannot be asked, for want of a descriptor say, is not taken for an end.
            Err(error) => matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ESRCH)),
        }
    }
}

/// The 22nd field of `/proc/PID/stat`, counted after the command name, which may hold anything.
fn start_time(pid: u32) -> io::Result<Option<u64>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = stat.rsplit_once(')').map(|(_, rest)| rest.split_ascii_whitespace());
    Ok(fields.and_then(|mut fields| fields.nth(19)?.parse().ok()))
}

/// The inode of this process's pid namespace; zero where it is not told.
pub(crate) fn pid_namespace() -> u64 {
    fs::metadata("/proc/self/ns/pid").map_or(0, |meta| meta.ino())
}

/// The effective user id, which files made by this process belong to.
pub(crate) fn user() -> u32 {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::geteuid() }
}

/// The kernel's name for this boot; zero where it cannot be read: hidden in a sandbox, or for want
/// of a descriptor.
pub(crate) fn boot_id() -> [u64; 2] {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let hex: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let id = u128::from_str_radix(&hex, 16).unwrap_or(0);
    [(id >> 64) as u64, id as u64]
}

/// Sends the calling thread a signal: when this returns, it has been acted upon.
#[cfg(feature = "fail-points")]
pub(crate) fn signal_self(signal: libc::c_int) {
    // SAFETY: raises a signal in this thread; touches no memory.
    unsafe { libc::raise(signal) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_not_ended_and_an_earlier_one_has() {
        let own = Identity::own();
        assert_ne!(own.started, 0);
        assert!(!own.has_ended());
        assert!(Identity { started: own.started - 1, ..own }.has_ended());
        assert!(!Identity { namespace: own.namespace + 1, started: 1, ..own }.has_ended());
        // No pid is as high.
        assert!(Identity { pid: u32::MAX >> 1, ..own }.has_ended());
    }
}
