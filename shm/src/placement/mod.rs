//! Where an arena's pages lie: on which NUMA node, and whether they are huge.
//!
//! ```text
//! Placement ──► Placer ──┬─ huge   a new segment's file on a hugetlbfs
//! as asked      as left  └─ numa   the policy of pages that are about to be reserved
//! ```
//!
//! - A placement is a wish. Where the machine, its kernel or this build cannot have it, the arena
//!   goes on without, after one line in the log; nothing fails for it.
//! - Nothing is looked for before memory is first taken, and nothing at all for the default.
//! - Memory that is reused lies where it lay.

use crate::arena::segment::Segment;
use crate::error::Error;
use crate::ids::ArenaId;
use crate::layout::PAGE;

pub(crate) mod huge;
#[cfg(feature = "numa")]
mod numa;

/// Where the memory of an [`Arena`](crate::Arena) should lie. What cannot be had is done without,
/// after one warning in the log: a placement decides how fast memory is, never whether there is
/// any.
///
/// ```
/// use wharf_shm::{ArenaOptions, Numa, Placement};
///
/// let placement = Placement { numa: Numa::Node(1), huge_pages: true };
/// let options = ArenaOptions { placement, ..Default::default() };
/// ```
///
/// It needs the feature `numa` of this crate; without it, every placement but the default is one
/// that cannot be had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Placement {
    /// The NUMA nodes.
    pub numa: Numa,

    /// Pages of 2 MiB from the machine's pool (`vm.nr_hugepages`), by way of a hugetlbfs with
    /// pages of that size on which this user can make a folder, `wharf-<uid>`. Fewer pages take
    /// fewer entries of the processor's TLB; an arena then takes memory in steps of 2 MiB.
    ///
    /// These pages are not the tmpfs's, and as a rule no memory cgroup counts them. What bounds
    /// them is the arena's capacity, the pool, the mount's `size=` and the hugetlb cgroup; when
    /// they run out, the arena goes on with ordinary pages. Containers that share the node's
    /// directory must see the hugetlbfs in one place.
    pub huge_pages: bool,
}

/// The NUMA nodes that memory is taken from.
///
/// Each is a preference: a node that is full is helped out by others, for the kernel's other
/// answer would be to kill a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Numa {
    /// As the policy of the process says (`numactl`), and else like [`Local`](Numa::Local).
    #[default]
    Default,
    /// The node of the thread that takes the memory, whatever the process's policy.
    Local,
    /// The node of this number, as the operating system counts them.
    Node(u32),
    /// All nodes in turn, page by page.
    Interleaved,
}

/// What is left of an arena's placement.
#[derive(Debug)]
pub(crate) struct Placer {
    arena: ArenaId,
    left: Placement,
}

impl Placer {
    pub(crate) fn new(arena: ArenaId, asked: Placement) -> Self {
        if cfg!(feature = "numa") || asked == Placement::default() {
            return Self { arena, left: asked };
        }
        let why = "this program was built without Wharf's feature `numa`";
        tracing::warn!(%arena, ?asked, why, "no placement: going on without");
        Self { arena, left: Placement::default() }
    }

    /// The size of pages that new segments should have.
    pub(crate) fn page(&self) -> u64 {
        if self.left.huge_pages { HUGE } else { PAGE as u64 }
    }

    /// Has new segments made of ordinary pages from now on.
    pub(crate) fn give_up_huge(&mut self, why: &Error) {
        self.left.huge_pages = false;
        tracing::warn!(arena = %self.arena, %why, "no huge pages: going on with ordinary ones");
    }

    /// Decides where the pages of a range lie that are about to be reserved for the first time.
    pub(crate) fn place(&mut self, segment: &Segment, from: u64, len: u64) {
        if self.left.numa == Numa::Default {
            return;
        }
        if let Err(why) = numa::place(self.left.numa, segment, from, len) {
            let asked = self.left.numa;
            self.left.numa = Numa::Default;
            tracing::warn!(arena = %self.arena, %why, ?asked, "no NUMA placement: going on without");
        }
    }
}

/// Without hwloc there is no placement but the default one, which needs none.
#[cfg(not(feature = "numa"))]
mod numa {
    pub(super) fn place(_: super::Numa, _: &super::Segment, _: u64, _: u64) -> Result<(), String> {
        Ok(())
    }
}

/// The one size of huge pages that is used.
const HUGE: u64 = 2 << 20;
