//! Data segments of huge pages: finding a hugetlbfs, making a segment on it, and how many pages are
//! left.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use super::HUGE;
use crate::arena::segment::{Folder, Segment, Unusable, folder_name};
use crate::error::{Error, Result};
use crate::fail::fail_point;
use crate::sys::{file, mounts};

/// Makes a segment of huge pages under this name, or finds it made.
pub(crate) fn make(link: &Path, len: u64) -> Result<Segment> {
    let folder = find_folder().map_err(|bound| Error::OutOfMemory { wanted: len, bound })?;
    let name = folder.name_for(link.file_name().unwrap_or_default());
    let target = folder.path.join(&name);
    match std::os::unix::fs::symlink(&target, link) {
        Err(error) if !leads_to(link, &target) => {
            return Err(Error::io("link huge pages from", link, error));
        }
        _ => {}
    }
    fail_point!("alloc.huge-linked");
    let file = file::sparse(&folder.at(&name), len)
        .map_err(|error| Error::io("make a file of huge pages at", &target, error))?;
    Ok(Segment { file, page: folder.page })
}

fn leads_to(link: &Path, target: &Path) -> bool {
    fs::read_link(link).is_ok_and(|found| found == target)
}

/// This user's folder on the first hugetlbfs that has one, or lets it be made; else, why not.
fn find_folder() -> Result<Folder, String> {
    let mounts = fs::read("/proc/self/mountinfo").unwrap_or_default();
    let mut why = "no hugetlbfs is mounted".to_owned();
    for mount in mounts::parse(&mounts).filter(|mount| mount.kind == b"hugetlbfs") {
        let path = mount.point.join(folder_name());
        let made = fs::DirBuilder::new().mode(0o700).create(&path);
        why = match (made, Folder::open(&path)) {
            (_, Ok(folder)) if folder.page == HUGE => return Ok(folder),
            (_, Ok(_)) => format!("{} has no pages of 2 MiB", path.display()),
            (Err(error), Err(Unusable::Unreachable(_))) => {
                format!("{} cannot be made ({error})", path.display())
            }
            (_, Err(unusable)) => format!("{} {unusable}", path.display()),
        };
    }
    Err(why)
}

/// Refuses to take so many bytes where the machine has fewer huge pages left. Where the kernel
/// does not tell, reserving them will.
pub(crate) fn check(wanted: u64) -> Result<()> {
    match pages_left() {
        Some(left) if left.saturating_mul(HUGE) < wanted => Err(Error::OutOfMemory {
            wanted,
            bound: format!(
                "of the machine's huge pages of 2 MiB {left} are left (vm.nr_hugepages)"
            ),
        }),
        _ => Ok(()),
    }
}

/// Huge pages that are free and not promised to anyone, and those the kernel would still make.
fn pages_left() -> Option<u64> {
    let count = |name: &str| -> Option<u64> {
        let path = format!("/sys/kernel/mm/hugepages/hugepages-2048kB/{name}_hugepages");
        fs::read_to_string(path).ok()?.trim().parse().ok()
    };
    let free = count("free")?.saturating_sub(count("resv")?);
    let to_make = count("nr_overcommit")?.saturating_sub(count("surplus")?);
    Some(free.saturating_add(to_make))
}
