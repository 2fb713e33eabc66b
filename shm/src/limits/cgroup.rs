//! Memory cgroups: which ones hold this process, by `/proc/self/cgroup` and `/proc/self/mountinfo`, and what each has
//! left.
//!
//! ```text
//! /proc/self/cgroup      4:memory:/docker/ab/x                          the cgroup, in its hierarchy
//! /proc/self/mountinfo   … /docker/ab /sys/fs/cgroup/memory … cgroup    what part of that is seen, and where
//!                        → /sys/fs/cgroup/memory/x, /sys/fs/cgroup/memory
//! ```

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use super::{Bound, Headroom, left};
use crate::sys::mounts;

/// The memory cgroups that this process is in, its own and all above it that can be seen. None where none can be read.
pub(super) fn of_this_process() -> Vec<Cgroup> {
    let read = |path| fs::read(path).unwrap_or_default();
    let mounts = mounts(&read("/proc/self/mountinfo"));
    cgroups(&read("/proc/self/cgroup"), &mounts)
}

/// One memory cgroup, by its directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cgroup {
    pub(super) path: PathBuf,
    pub(super) version: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

impl Cgroup {
    /// `None` where it sets no limit.
    pub(super) fn headroom(&self) -> Option<Headroom> {
        let files = self.version.files();
        let read = |name| fs::read_to_string(self.path.join(name)).ok();
        let limit = limit(&read(files.limit)?)?;
        let usage: u64 = read(files.usage)?.trim().parse().ok()?;
        let page_cache = page_cache(&read("memory.stat").unwrap_or_default(), self.version);
        Some(Headroom {
            bytes: left(limit, usage.saturating_sub(page_cache)),
            bound_by: Bound::Cgroup { path: self.path.clone(), limit },
        })
    }
}

pub(super) struct Files {
    pub(super) limit: &'static str,
    pub(super) usage: &'static str,
    /// The lines of `memory.stat` that count page cache, of the cgroups below as well.
    pub(super) page_cache: [&'static str; 2],
}

impl Version {
    pub(super) const fn files(self) -> Files {
        match self {
            Self::V1 => Files {
                limit: "memory.limit_in_bytes",
                usage: "memory.usage_in_bytes",
                page_cache: ["total_inactive_file", "total_active_file"],
            },
            Self::V2 => Files {
                limit: "memory.max",
                usage: "memory.current",
                page_cache: ["inactive_file", "active_file"],
            },
        }
    }
}

/// A cgroup hierarchy that can hold memory limits, and where it is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mount {
    version: Version,
    /// The cgroup that is seen at `point`: not the hierarchy's own root inside a container.
    root: PathBuf,
    point: PathBuf,
}

/// The mounts of memory cgroups in the text of `/proc/self/mountinfo`.
fn mounts(mountinfo: &[u8]) -> Vec<Mount> {
    mounts::parse(mountinfo).filter_map(mount).collect()
}

fn mount(mount: mounts::Mount<'_>) -> Option<Mount> {
    let version = match mount.kind {
        b"cgroup2" => Version::V2,
        b"cgroup" if has_memory(mount.options) => Version::V1,
        _ => return None,
    };
    Some(Mount { version, root: mount.root, point: mount.point })
}

/// The memory cgroups that hold this process, by the text of `/proc/self/cgroup`.
fn cgroups(membership: &[u8], mounts: &[Mount]) -> Vec<Cgroup> {
    let mut found = Vec::new();
    for (version, path) in membership.split(|&byte| byte == b'\n').filter_map(member) {
        let here = || mounts.iter().filter(|mount| mount.version == version);
        let below = |mount: &Mount| {
            let below = path.strip_prefix(&mount.root).ok()?;
            let is_below = !below.components().any(|part| part == Component::ParentDir);
            is_below.then(|| mount.point.join(below).components().collect())
        };
        let seen = here().find_map(|mount| Some((mount, below(mount)?)));
        // The path may be told from a root other than the mount's: then what is mounted is the best that can be known.
        let Some((mount, own)) = seen.or_else(|| here().next().map(|m| (m, m.point.clone())))
        else {
            continue;
        };
        let up = own.ancestors().take_while(|path| path.starts_with(&mount.point));
        found.extend(up.map(|path| Cgroup { path: path.to_owned(), version }));
    }
    found
}

/// `4:memory:/PATH` is a line of version 1, `0::/PATH` the one of version 2.
fn member(line: &[u8]) -> Option<(Version, &Path)> {
    let mut fields = line.splitn(3, |&byte| byte == b':');
    let (id, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
    let version = match controllers {
        b"" if id == b"0" => Version::V2,
        controllers if has_memory(controllers) => Version::V1,
        _ => return None,
    };
    Some((version, Path::new(std::ffi::OsStr::from_bytes(path))))
}

fn has_memory(controllers: &[u8]) -> bool {
    controllers.split(|&byte| byte == b',').any(|name| name == b"memory")
}

/// The limit in a cgroup's file: `None` for version 2's "max" and for version 1's largest number.
fn limit(text: &str) -> Option<u64> {
    let limit = text.trim().parse().ok()?;
    (limit < UNLIMITED).then_some(limit)
}

/// The bytes of page cache in a `memory.stat`.
fn page_cache(stat: &str, version: Version) -> u64 {
    let names = version.files().page_cache;
    let value = |line: &str| {
        let (name, value) = line.split_once(' ')?;
        names.contains(&name).then(|| value.trim().parse().ok())?
    };
    stat.lines().filter_map(value).fold(0, u64::saturating_add)
}

/// Version 1 writes the largest multiple of the page size below 2⁶³ where nothing was set.
const UNLIMITED: u64 = 1 << 62;

#[cfg(test)]
mod tests {
    use super::super::MIB;
    use super::*;

    const HYBRID_MOUNTS: &str = "\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
";
    const HYBRID_MEMBERSHIP: &str = "5:devices:/\n4:memory:/jobs/7\n1:name=systemd:/\n0::/\n";

    fn found(membership: &str, mountinfo: &str) -> Vec<(Version, String)> {
        let found = cgroups(membership.as_bytes(), &mounts(mountinfo.as_bytes()));
        let pair = |cgroup: Cgroup| (cgroup.version, cgroup.path.display().to_string());
        found.into_iter().map(pair).collect()
    }

    fn all(version: Version, paths: &[&str]) -> Vec<(Version, String)> {
        paths.iter().map(|path| (version, (*path).to_owned())).collect()
    }

    #[test]
    fn version_1_beside_version_2() {
        let memory = "/sys/fs/cgroup/memory";
        let mut expected =
            all(Version::V1, &[&format!("{memory}/jobs/7"), &format!("{memory}/jobs"), memory]);
        expected.extend(all(Version::V2, &["/sys/fs/cgroup/unified"]));
        assert_eq!(found(HYBRID_MEMBERSHIP, HYBRID_MOUNTS), expected);
    }

    #[test]
    fn version_2_alone_with_every_ancestor() {
        let mounts = "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 master:2 - cgroup2 cgroup2 rw,nsdelegate\n";
        let expected = [
            "/sys/fs/cgroup/slurm/job_7/step_0",
            "/sys/fs/cgroup/slurm/job_7",
            "/sys/fs/cgroup/slurm",
            "/sys/fs/cgroup",
        ];
        assert_eq!(found("0::/slurm/job_7/step_0\n", mounts), all(Version::V2, &expected));
    }

    #[test]
    fn a_container_sees_its_own_cgroup_as_the_mounts_root() {
        let v1 = "9 8 0:32 /docker/ab /sys/fs/cgroup/memory ro - cgroup cgroup rw,cpu,memory\n";
        let own = all(Version::V1, &["/sys/fs/cgroup/memory"]);
        assert_eq!(found("4:cpu,memory:/docker/ab\n", v1), own);
        let below = all(Version::V1, &["/sys/fs/cgroup/memory/x", "/sys/fs/cgroup/memory"]);
        assert_eq!(found("4:cpu,memory:/docker/ab/x\n", v1), below);
        // A path told from another root, as a cgroup namespace does.
        let v2 = "9 8 0:32 /../../kubepods /sys/fs/cgroup ro - cgroup2 cgroup rw\n";
        assert_eq!(found("0::/\n", v2), all(Version::V2, &["/sys/fs/cgroup"]));
        let outside = "9 8 0:32 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n";
        assert_eq!(found("0::/../other\n", outside), all(Version::V2, &["/sys/fs/cgroup"]));
    }

    #[test]
    fn nothing_is_found_where_there_is_nothing() {
        assert_eq!(found("", ""), []);
        assert_eq!(found("4:memory:/a\n0::/a\n", "garbage\n1 2 3\n"), []);
        assert_eq!(found("4:memory\nnonsense\n", HYBRID_MOUNTS), []);
    }

    #[test]
    fn no_limit_is_told_from_a_limit() {
        assert_eq!(limit("67108864\n"), Some(64 * MIB));
        assert_eq!(limit("max\n"), None);
        assert_eq!(limit("9223372036854771712\n"), None);
        assert_eq!(limit(""), None);
    }

    #[test]
    fn page_cache_is_that_of_the_whole_subtree() {
        let v1 = "inactive_file 1\nactive_file 2\ntotal_inactive_file 30\ntotal_active_file 40\ntotal_shmem 500\n";
        assert_eq!(page_cache(v1, Version::V1), 70);
        let v2 = "anon 5\nfile 900\nshmem 800\ninactive_file 30\nactive_file 40\n";
        assert_eq!(page_cache(v2, Version::V2), 70);
        assert_eq!(page_cache("active_file many\n", Version::V2), 0);
    }
}
