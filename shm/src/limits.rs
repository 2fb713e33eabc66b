//! How much more memory this process may take: asked before pages are reserved, so that *full* is an error and neither
//! a SIGBUS nor the kernel's OOM killer.
//!
//! ```text
//! memory cgroup /sys/fs/cgroup/slurm/job_7: 12.0 MiB left of 64.0 MiB        ◄ the least of:
//!     the filesystem of the node directory      blocks that are available
//!     this process's memory cgroup              limit − usage + page cache − margin
//!       …and every one above it
//!     the machine                               available memory + free swap − margin
//! ```
//!
//! What a cgroup's page cache holds is given back by the kernel when memory is short, so it counts as free. The pages
//! of a tmpfs are no part of that: the kernel keeps them on the lists of anonymous memory.
//!
//! The answer is a snapshot. Other processes take memory too, and the *margin* (a 64th of the limit, between 1 and 64
//! MiB) is all that stands between two that ask at the same moment.
//!
//! None of this bounds huge pages, which come from a pool of their own: see `placement`.
//!
//! Both versions of cgroups are understood, and both at once. A limit that cannot be read is none: the reservation
//! itself still fails where the filesystem is full.

mod cgroup;

use std::fmt;
use std::fs;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use self::cgroup::Cgroup;
use crate::error::{Error, Result};

/// The limits that apply to memory taken in one directory. Where they are found is looked up once; their values are
/// read again each time.
#[derive(Debug)]
pub(crate) struct Limits {
    directory: PathBuf,
    cgroups: Vec<Cgroup>,
}

/// How many bytes may still be taken, and what says so. `Display` is a phrase for an error message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Headroom {
    pub(crate) bytes: u64,
    pub(crate) bound_by: Bound,
}

/// The limit that leaves the least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The filesystem that holds `directory`.
    Filesystem { directory: PathBuf, size: u64 },
    /// The memory cgroup whose directory is `path`.
    Cgroup { path: PathBuf, limit: u64 },
    /// The machine's own memory and swap space.
    Machine { size: u64 },
    /// No limit was found.
    Nothing,
}

impl Limits {
    /// Finds the limits on memory taken in `directory` by this process.
    pub(crate) fn discover(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), cgroups: cgroup::of_this_process() }
    }

    /// Refuses to take so many bytes where a limit leaves less.
    pub(crate) fn check(&self, wanted: u64) -> Result<()> {
        let left = self.headroom();
        if wanted <= left.bytes {
            return Ok(());
        }
        Err(Error::OutOfMemory { wanted, bound: left.to_string() })
    }

    /// What is left now, by the tightest limit. Costs tens of microseconds.
    pub(crate) fn headroom(&self) -> Headroom {
        let cgroups = self.cgroups.iter().filter_map(Cgroup::headroom);
        let others = [filesystem_headroom(&self.directory), machine_headroom()];
        let least = cgroups.chain(others.into_iter().flatten()).min_by_key(|left| left.bytes);
        least.unwrap_or(Headroom { bytes: u64::MAX, bound_by: Bound::Nothing })
    }
}

impl fmt::Display for Headroom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = Bytes(self.bytes);
        match &self.bound_by {
            Bound::Filesystem { directory, size } => {
                let (directory, size) = (directory.display(), Bytes(*size));
                write!(f, "filesystem of {directory}: {left} left of {size}")
            }
            Bound::Cgroup { path, limit } => {
                let (path, limit) = (path.display(), Bytes(*limit));
                write!(f, "memory cgroup {path}: {left} left of {limit}")
            }
            Bound::Machine { size } => {
                write!(f, "memory of this machine: {left} left of {}", Bytes(*size))
            }
            Bound::Nothing => write!(f, "no memory limit found"),
        }
    }
}

fn filesystem_headroom(directory: &Path) -> Option<Headroom> {
    let stat = statvfs(directory)?;
    let block = stat.f_frsize;
    let size = stat.f_blocks.saturating_mul(block);
    // A tmpfs mounted without a bound says zero.
    (size > 0).then(|| Headroom {
        bytes: stat.f_bavail.saturating_mul(block),
        bound_by: Bound::Filesystem { directory: directory.to_owned(), size },
    })
}

fn statvfs(path: &Path) -> Option<libc::statvfs> {
    let path = std::ffi::CString::new(path.as_os_str().as_bytes()).ok()?;
    let mut stat = MaybeUninit::uninit();
    // SAFETY: `path` ends with a zero byte, and `stat` has room for the struct.
    let status = unsafe { libc::statvfs(path.as_ptr(), stat.as_mut_ptr()) };
    // SAFETY: the call succeeded, so it has filled the struct.
    (status == 0).then(|| unsafe { stat.assume_init() })
}

fn machine_headroom() -> Option<Headroom> {
    let (size, available) = machine(&fs::read_to_string("/proc/meminfo").ok()?)?;
    Some(Headroom {
        bytes: left(size, size.saturating_sub(available)),
        bound_by: Bound::Machine { size },
    })
}

/// All memory and swap space, and what of it can be had, from the text of `/proc/meminfo`.
fn machine(meminfo: &str) -> Option<(u64, u64)> {
    let bytes = |name: &str| {
        let value = meminfo.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        let kib: u64 = value.trim().strip_suffix(" kB")?.parse().ok()?;
        kib.checked_mul(1024)
    };
    let swap = |name| bytes(name).unwrap_or(0);
    let size = bytes("MemTotal")?.saturating_add(swap("SwapTotal"));
    let available = bytes("MemAvailable")?.saturating_add(swap("SwapFree"));
    Some((size, available))
}

fn left(limit: u64, used: u64) -> u64 {
    let margin = (limit / 64).clamp(MIB, 64 * MIB);
    limit.saturating_sub(used).saturating_sub(margin)
}

/// A size for people to read.
struct Bytes(u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes @ ..1024 => write!(f, "{bytes} bytes"),
            bytes @ ..MIB => write!(f, "{:.1} KiB", bytes as f64 / 1024.0),
            bytes if bytes < 1024 * MIB => write!(f, "{:.1} MiB", bytes as f64 / MIB as f64),
            bytes => write!(f, "{:.1} GiB", bytes as f64 / (1024 * MIB) as f64),
        }
    }
}

const MIB: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::cgroup::Version;
    use super::*;
    use std::process::Command;

    #[test]
    fn the_machine_is_a_limit_too() {
        let meminfo = "MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable:  300 kB\nSwapTotal: 50 kB\nSwapFree: 20 kB\n";
        assert_eq!(machine(meminfo), Some((1050 * 1024, 320 * 1024)));
        assert_eq!(machine("MemTotal: 1000 kB\n"), None);
    }

    #[test]
    fn a_margin_is_kept() {
        assert_eq!(left(64 * MIB, 60 * MIB), 3 * MIB);
        assert_eq!(left(64 * MIB, 63 * MIB + 1), 0);
        assert_eq!(left(1024 * MIB, 0), 1008 * MIB);
        assert_eq!(left(1 << 40, 0), (1 << 40) - 64 * MIB);
    }

    /// A directory that is removed when dropped.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("wharf-limits-{}-{name}", std::process::id()));
            fs::create_dir(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn a_cgroups_files_are_read_in_both_versions() {
        for (version, shown) in [(Version::V1, "v1"), (Version::V2, "v2")] {
            let directory = Scratch::new(shown);
            let files = version.files();
            let write = |name: &str, text: String| fs::write(directory.0.join(name), text).unwrap();
            let cgroup = Cgroup { path: directory.0.clone(), version };
            assert_eq!(cgroup.headroom(), None, "no files at all, as at the root of version 2");
            write(files.limit, format!("{}\n", 64 * MIB));
            write(files.usage, format!("{}\n", 60 * MIB));
            write("memory.stat", format!("{} {}\nother 1\n", files.page_cache[0], 9 * MIB));
            let headroom = cgroup.headroom().unwrap();
            let expected =
                format!("memory cgroup {}: 12.0 MiB left of 64.0 MiB", directory.0.display());
            assert_eq!(headroom.to_string(), expected);
            write(files.limit, "max\n".to_owned());
            assert_eq!(cgroup.headroom(), None);
        }
    }

    #[test]
    fn the_filesystem_is_a_limit_until_it_is_gone() {
        let directory = Scratch::new("filesystem");
        let headroom = filesystem_headroom(&directory.0).unwrap();
        let Bound::Filesystem { size, .. } = headroom.bound_by else {
            panic!("{headroom}");
        };
        assert!(headroom.bytes > 0 && headroom.bytes <= size, "{headroom}");
        assert_eq!(filesystem_headroom(&directory.0.join("missing")), None);
        let limits = Limits::discover(&directory.0.join("missing"));
        assert!(limits.headroom().bytes > 0, "the machine's memory still bounds");
    }

    /// Removes a cgroup when dropped.
    struct Child(PathBuf);

    impl Drop for Child {
        fn drop(&mut self) {
            fs::remove_dir(&self.0).unwrap();
        }
    }

    /// A cgroup below this process's own, limited to 64 MiB.
    fn child_cgroup() -> Result<Child, String> {
        let limits = Limits::discover(Path::new("/dev/shm"));
        let readable = |cgroup: &&Cgroup| cgroup.path.join("memory.stat").exists();
        let own = limits.cgroups.iter().find(readable).ok_or("no memory cgroup is mounted")?;
        let path = own.path.join(format!("wharf-test-{}", std::process::id()));
        fs::create_dir(&path).map_err(|e| format!("cannot create {}: {e}", path.display()))?;
        let child = Child(path);
        let file = child.0.join(own.version.files().limit);
        fs::write(&file, (64 * MIB).to_string())
            .map_err(|e| format!("cannot write {}: {e}", file.display()))?;
        Ok(child)
    }

    const IN_CHILD: &str = "WHARF_TEST_IN_CGROUP";

    #[test]
    fn a_real_cgroup_bounds_a_process_in_it() {
        if let Some(path) = std::env::var_os(IN_CHILD) {
            return check_inside(Path::new(&path));
        }
        let cgroup = match child_cgroup() {
            Ok(cgroup) => cgroup,
            Err(why) => return eprintln!("skipped: a_real_cgroup_bounds_a_process_in_it: {why}"),
        };
        let (_, module) = module_path!().split_once("::").unwrap();
        // The shell moves itself into the cgroup and becomes this test, alone.
        let script = r#"echo $$ > "$0/cgroup.procs" && exec "$1" --exact "$2" --nocapture"#;
        let output = Command::new("sh")
            .args(["-c", script])
            .arg(&cgroup.0)
            .arg(std::env::current_exe().unwrap())
            .arg(format!("{module}::a_real_cgroup_bounds_a_process_in_it"))
            .env(IN_CHILD, &cgroup.0)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{complained}");
        assert!(said.contains("checked inside the cgroup"), "{said}{complained}");
    }

    fn check_inside(cgroup: &Path) {
        let limits = Limits::discover(Path::new("/dev/shm"));
        let before = limits.headroom();
        let bound_by = Bound::Cgroup { path: cgroup.to_owned(), limit: 64 * MIB };
        assert_eq!(before.bound_by, bound_by, "{before}");
        assert!(before.bytes > 32 * MIB && before.bytes <= 63 * MIB, "{before}");

        let path = format!("/dev/shm/wharf-limits-{}", std::process::id());
        fs::write(&path, vec![1; 16 << 20]).unwrap();
        let after = limits.headroom();
        fs::remove_file(&path).unwrap();
        let taken = before.bytes - after.bytes;
        assert!((15 * MIB..20 * MIB).contains(&taken), "16 MiB of tmpfs took {taken} bytes");
        println!("checked inside the cgroup: {before}; {after}");
    }
}
