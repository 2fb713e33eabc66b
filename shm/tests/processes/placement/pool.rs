//! Huge pages for a test: some more in the machine's pool for as long as it runs, and a hugetlbfs
//! that nobody else sees.

use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, alone};

pub(super) const HUGE: u64 = 2 << 20;
/// How many a test has.
pub(super) const PAGES: u64 = 24;
/// Where it is mounted, and where else: folders that every Linux has and nothing here uses.
pub(super) const POINT: &str = "/mnt";
pub(super) const OTHER_POINT: &str = "/media";

const COUNT: &str = "/proc/sys/vm/nr_hugepages";

/// Pages added to the machine's pool, taken back when dropped. One test at a time has some.
pub(super) struct Pool {
    _lock: File,
    before: u64,
}

impl Pool {
    /// Says why there are none, if so.
    pub(super) fn take() -> Result<Self, String> {
        let failed = |error| format!("{COUNT} cannot be used: {error}");
        let lock = File::options().read(true).write(true).open(COUNT).map_err(failed)?;
        // SAFETY: a valid descriptor; the lock ends with it.
        if unsafe { libc::flock(lock.as_raw_fd(), libc::LOCK_EX) } != 0 {
            return Err(failed(std::io::Error::last_os_error()));
        }
        let pool = Self { _lock: lock, before: number(Path::new(COUNT)) };
        fs::write(COUNT, (pool.before + PAGES).to_string()).map_err(failed)?;
        let (there, free) = (number(Path::new(COUNT)), free());
        if there < pool.before + PAGES || free < PAGES {
            return Err(format!("of {PAGES} huge pages more the kernel has only {free} free"));
        }
        Ok(pool)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Err(error) = fs::write(COUNT, self.before.to_string()) {
            eprintln!("{COUNT} cannot be set back to {}: {error}", self.before);
        }
    }
}

/// Huge pages that nobody has.
pub(super) fn free() -> u64 {
    let counts = Path::new("/sys/kernel/mm/hugepages/hugepages-2048kB");
    number(&counts.join("free_hugepages")) - number(&counts.join("resv_hugepages"))
}

fn number(path: &Path) -> u64 {
    let text = fs::read_to_string(path).expect("the kernel tells");
    text.trim().parse().expect("a number")
}

/// Mounts of this process's own, none of which is a hugetlbfs.
pub(super) fn no_hugetlbfs() -> Outcome {
    alone::own_mounts()?;
    let mounts = fs::read_to_string("/proc/self/mounts")?;
    for mount in mounts.lines().filter(|line| line.split(' ').nth(2) == Some("hugetlbfs")) {
        run("umount", &["-l", mount.split(' ').nth(1).expect("a mount point")])?;
    }
    Ok(())
}

/// Mounts a hugetlbfs, of so many pages at the most, as the only one that this process sees.
pub(super) fn mount(pages: u64) -> Outcome {
    no_hugetlbfs()?;
    mount_at(POINT, pages)
}

pub(super) fn mount_at(point: &str, pages: u64) -> Outcome {
    let options = format!("pagesize=2M,size={}", pages * HUGE);
    run("mount", &["-t", "hugetlbfs", "-o", &options, "none", point])
}

/// Lets the filesystem at one place be seen at another instead.
pub(super) fn move_mount(from: &str, to: &str) -> Outcome {
    run("mount", &["--bind", from, to])?;
    run("umount", &["-l", from])
}

fn run(program: &str, arguments: &[&str]) -> Outcome {
    let output = Command::new(program).args(arguments).output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

/// Where this user's huge pages are.
pub(super) fn folder() -> PathBuf {
    // SAFETY: takes nothing, cannot fail.
    Path::new(POINT).join(format!("wharf-{}", unsafe { libc::geteuid() }))
}

/// The names in that folder.
pub(super) fn files() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the folder stands");
    entries.map(|entry| entry.expect("listable").file_name().into_string().expect("text")).collect()
}
