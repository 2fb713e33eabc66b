//! NUMA policies of memory, by hwloc.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU8;

use hwlocality::Topology;
use hwlocality::memory::binding::{MemoryBindingFlags, MemoryBindingPolicy};
use hwlocality::memory::nodeset::NodeSet;
use hwlocality::object::types::ObjectType;

use super::Numa;
use crate::arena::segment::Segment;
use crate::layout::PAGE;
use crate::sys::map::{Access, MADV_POPULATE_WRITE, Mapping};

/// Gives a range of a segment a policy, which the pages taken for it will follow; says why not, if
/// it cannot be had.
///
/// A tmpfs keeps the policy with the file, so it goes for pages that are reserved later. A hugetlbfs
/// keeps it with the mapping only: there the pages are taken at once, through that mapping.
pub(super) fn place(numa: Numa, segment: &Segment, from: u64, len: u64) -> Result<(), String> {
    let topology = topology()?;
    let (nodes, policy) = policy(topology, numa)?;
    let len = usize::try_from(len).map_err(|error| error.to_string())?;
    let map = Mapping::new(&segment.file, from, len, Access::Write)
        .map_err(|error| format!("the memory cannot be mapped ({error})"))?;
    let bytes = map.range(0, len as u64).ok_or("the memory is not mapped")?;
    // SAFETY: the range is all of the mapping, which outlives the slice. Nothing reads or writes
    // it: hwloc takes no more than its address and length.
    let bytes = unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast::<AtomicU8>(), len) };
    topology
        .bind_memory_area::<[AtomicU8], _>(bytes, &nodes, policy, MemoryBindingFlags::empty())
        .map_err(|error| format!("hwloc: {error}"))?;
    if segment.page > PAGE as u64 {
        map.advise(0, len, MADV_POPULATE_WRITE).map_err(|error| {
            format!("huge pages cannot be taken where they should lie ({error})")
        })?;
    }
    Ok(())
}

/// The nodes to take memory from, and how.
fn policy(topology: &Topology, numa: Numa) -> Result<(NodeSet, MemoryBindingPolicy), String> {
    let all = || topology.nodeset().clone_target();
    match numa {
        Numa::Default | Numa::Local => Ok((all(), MemoryBindingPolicy::FirstTouch)),
        Numa::Interleaved => Ok((all(), MemoryBindingPolicy::Interleave)),
        Numa::Node(number) => {
            let number = usize::try_from(number).map_err(|error| error.to_string())?;
            let node = topology
                .objects_with_type(ObjectType::NUMANode)
                .find(|node| node.os_index() == Some(number))
                .and_then(|node| node.nodeset());
            match node {
                Some(nodes) => Ok((nodes.clone_target(), MemoryBindingPolicy::Bind)),
                None => {
                    Err(format!("of the nodes {}, none is number {number}", topology.nodeset()))
                }
            }
        }
    }
}

/// The machine as hwloc sees it, looked at once: it takes some milliseconds.
fn topology() -> Result<&'static Topology, String> {
    static TOPOLOGY: OnceLock<Result<Topology, String>> = OnceLock::new();
    TOPOLOGY
        .get_or_init(|| Topology::new().map_err(|error| format!("hwloc: {error}")))
        .as_ref()
        .map_err(String::clone)
}
