//! What every measurement of a run shares: a directory of its own, two cores, and whether it is to stop.
//!
//! The directory is made under `/dev/shm`, so that floors and peers use the same kind of memory as Wharf, and is removed
//! when the run ends, also after Ctrl-C. `WHARF_SHM_DIR` is not looked at: a run never meets other programs' objects.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use signal_hook::consts::{SIGINT, SIGTERM};
use tempfile::TempDir;

use crate::error::{Doing, Error, Result};
use crate::hosts::Far;

/// The memory file system that everything is measured in.
pub(crate) const SHM: &str = "/dev/shm";

/// One run of the bench.
#[derive(Debug)]
pub(crate) struct Context {
    directory: TempDir,
    cores: [usize; 2],
    library: PathBuf,
    stop: Arc<AtomicBool>,
    /// Where the other processes are, if not on this host.
    far: Option<Far>,
}

impl Context {
    /// Makes the directory, chooses two cores, pins this process to the first.
    pub(crate) fn new(library: &Path) -> Result<Context> {
        let stop = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // A second one ends the process at once, should a measurement be stuck.
            signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&stop))
                .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&stop)))
                .doing(|| "asking to be told of Ctrl-C".to_owned())?;
        }
        let cores = two_cores()?;
        pin_to(cores[0])?;
        let directory = directory_in(Path::new(SHM))?;
        Ok(Context { directory, cores, library: library.to_owned(), stop, far: None })
    }

    #[cfg(test)]
    pub(crate) fn for_tests() -> Context {
        let stop = Arc::new(AtomicBool::new(false));
        let directory = directory_in(&std::env::temp_dir()).unwrap();
        Context { directory, cores: [0, 0], library: PathBuf::new(), stop, far: None }
    }

    #[cfg(test)]
    pub(crate) fn interrupt(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// The same run, for a thread that has moved to another host: with a directory there, and the other processes on
    /// the host that is far from it.
    pub(crate) fn between(&self, far: Far) -> Result<Context> {
        let (directory, stop) = (directory_in(Path::new(SHM))?, Arc::clone(&self.stop));
        let library = self.library.clone();
        Ok(Context { directory, cores: self.cores, library, stop, far: Some(far) })
    }

    /// Starts this program again, where the other processes of the run are. It is the one that runs, even if its file
    /// has been replaced since.
    pub(crate) fn again(&self) -> Command {
        match &self.far {
            Some(far) => far.command(&format!("/proc/{}/exe", std::process::id())),
            None => {
                let mut command = Command::new("/proc/self/exe");
                command.arg0("wharf-bench");
                command
            }
        }
    }

    /// Where the other processes of the run listen.
    pub(crate) fn address(&self) -> IpAddr {
        self.far.as_ref().map_or(Ipv4Addr::LOCALHOST.into(), Far::address)
    }

    /// Where they listen by a way between the hosts that loses nothing.
    pub(crate) fn clear_address(&self) -> IpAddr {
        self.far.as_ref().map_or(Ipv4Addr::LOCALHOST.into(), Far::clear_address)
    }

    /// Where this process is reached by them.
    pub(crate) fn near_address(&self) -> IpAddr {
        self.far.as_ref().map_or(Ipv4Addr::LOCALHOST.into(), Far::near_address)
    }

    /// The network device that leads there, and the other end.
    #[cfg(feature = "peers")]
    pub(crate) fn devices(&self) -> [&str; 2] {
        self.far.as_ref().map_or(["lo"; 2], Far::devices)
    }

    /// Bytes that have come over the link between two hosts, if there is one.
    pub(crate) fn carried(&self) -> Result<Option<u64>> {
        self.far.as_ref().map(Far::carried).transpose()
    }

    /// A name in the run's own directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A directory in it, made if need be, that only this user may enter.
    pub(crate) fn subdirectory(&self, name: &str) -> Result<PathBuf> {
        let path = self.path(name);
        make_directory(&path)?;
        Ok(path)
    }

    /// Part of every name that a peer may leave outside the directory; what bears it is removed at the end.
    #[cfg(feature = "peers")]
    pub(crate) fn mark(&self) -> String {
        mark(&self.directory)
    }

    /// The two cores: this process is pinned to the first, its other process to the second.
    pub(crate) fn cores(&self) -> [usize; 2] {
        self.cores
    }

    /// The shared C library, as the loader is to look for it.
    pub(crate) fn library(&self) -> &Path {
        &self.library
    }

    /// An error once the run is to stop.
    pub(crate) fn carry_on(&self) -> Result<()> {
        // Relaxed: nothing but the flag itself is handed over.
        if self.stop.load(Ordering::Relaxed) { Err(Error::Interrupted) } else { Ok(()) }
    }

    /// Whether this much shared memory can be had, with a tenth to spare.
    pub(crate) fn room_for(&self, bytes: u64) -> Result<()> {
        let free = free_bytes(self.directory.path())?.min(available_memory()?);
        let needed = bytes + bytes / 10;
        if free >= needed {
            return Ok(());
        }
        Err(Error::Unavailable(format!(
            "needs {} MiB of shared memory, {} MiB are free",
            needed >> 20,
            free >> 20
        )))
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        let mark = mark(&self.directory);
        for entry in fs::read_dir(SHM).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let ours =
                name.to_string_lossy().contains(&mark) && entry.path() != self.directory.path();
            if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
                // Nothing can be done about a name that stays, and the next line of the run matters more.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Free bytes of the file system that holds `path`.
pub(crate) fn free_bytes(path: &Path) -> Result<u64> {
    let stat =
        rustix::fs::statvfs(path).doing(|| format!("asking how full {} is", path.display()))?;
    Ok(stat.f_bavail * stat.f_frsize)
}

/// Runs this process on one core only.
pub(crate) fn pin_to(core: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    sched_setaffinity(None, &set).doing(|| format!("pinning a process to core {core}"))
}

/// Runs this process on any core.
pub(crate) fn unpin() -> Result<()> {
    let mut set = CpuSet::new();
    (0..CpuSet::MAX_CPU).for_each(|core| set.set(core));
    sched_setaffinity(None, &set).doing(|| "running on any core".to_owned())
}

/// Makes a directory that only this user may enter, and those above it, where they are not there.
pub(crate) fn make_directory(path: &Path) -> Result<()> {
    let made = fs::DirBuilder::new().mode(0o700).recursive(true).create(path);
    made.doing(|| format!("making {}", path.display()))
}

fn directory_in(parent: &Path) -> Result<TempDir> {
    let made = tempfile::Builder::new().prefix("wharf-bench-").tempdir_in(parent);
    made.doing(|| {
        format!(
            "making a directory in {}, where the bench keeps what it measures",
            parent.display()
        )
    })
}

fn mark(directory: &TempDir) -> String {
    directory.path().file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn available_memory() -> Result<u64> {
    let text = fs::read_to_string("/proc/meminfo").doing(|| "reading /proc/meminfo".to_owned())?;
    Ok(kib_of(&text, "MemAvailable:").unwrap_or(0) * 1024)
}

/// The number after a name, in a file like `/proc/meminfo` or `/proc/self/status`.
pub(crate) fn kib_of(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Two cores that this process may use, on two physical ones if there are such.
fn two_cores() -> Result<[usize; 2]> {
    let allowed = sched_getaffinity(None).doing(|| "asking which cores may be used".to_owned())?;
    let cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|&core| allowed.is_set(core)).collect();
    let [first, rest @ ..] = cores.as_slice() else {
        return Err(Error::Unavailable("no core may be used".to_owned()));
    };
    let apart = rest.iter().find(|&&core| !siblings(core).contains(first));
    match apart.or(rest.first()) {
        Some(&second) => Ok([*first, second]),
        None => Err(Error::Unavailable(format!(
            "two processes on two cores are measured, and only core {first} may be used here (see taskset)"
        ))),
    }
}

/// The hardware threads of a core, itself among them; none where the kernel does not say.
fn siblings(core: usize) -> Vec<usize> {
    let path = format!("/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list");
    parse_list(&fs::read_to_string(path).unwrap_or_default())
}

/// Reads the kernel's lists of numbers: `0-2,8`.
fn parse_list(text: &str) -> Vec<usize> {
    let range = |part: &str| -> Option<Vec<usize>> {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some((from.parse().ok()?..=to.parse().ok()?).collect())
    };
    text.trim().split(',').filter_map(range).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_lists_are_read() {
        assert_eq!(parse_list("0-2,8\n"), [0, 1, 2, 8]);
        assert_eq!(parse_list("3\n"), [3]);
        assert!(parse_list("").is_empty());
    }

    #[test]
    fn numbers_are_found_by_their_names() {
        let text = "RssAnon:\t    1234 kB\nRssFile:\t 5 kB\n";
        assert_eq!(kib_of(text, "RssAnon:"), Some(1234));
        assert_eq!(kib_of(text, "RssShmem:"), None);
    }

    #[test]
    fn the_directory_goes_with_the_run() {
        let context = Context::for_tests();
        let kept = context.subdirectory("a").unwrap();
        fs::write(kept.join("file"), b"x").unwrap();
        drop(context);
        assert!(!kept.exists());
    }

    #[test]
    fn room_that_is_not_there_is_refused() {
        let refused = Context::for_tests().room_for(1 << 60);
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    }
}
