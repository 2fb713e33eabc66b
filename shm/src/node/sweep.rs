//! Giving back what the dead left.

use std::path::Path;
use std::sync::atomic::Ordering;

use crate::arena::custody::{self, Cleaned, Cleaning, Custody};
use crate::arena::map::ArenaMap;
use crate::arena::segment;
use crate::error::{Error, Result};
use crate::ids::ArenaId;
use crate::layout::ARENA_KEPT;
use crate::node::NodeInner;
use crate::node::directory::Entry;
use crate::node::report::SweepReport;
use crate::protocol::State;

/// What a [`Node::sweep`](crate::Node::sweep) ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Sweep {
    /// What dead processes left, except objects of node scope.
    #[default]
    Dead,
    /// Objects of node scope whose owners have exited as well.
    All,
}

/// What to do with an arena that was cleaned before and has not changed since.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unchanged {
    Skip,
    Clean,
}

impl NodeInner {
    pub(crate) fn sweep(&self, what: Sweep, unchanged: Unchanged) -> Result<SweepReport> {
        let mut report = SweepReport {
            processes: self.census().bury_dead(&self.directory)?,
            ..SweepReport::default()
        };
        for (path, entry) in self.directory.entries()? {
            let swept = match entry {
                Entry::Record => continue,
                Entry::Arena(id) => self.sweep_arena(id, what, unchanged, &mut report),
                Entry::Segment(id, _) => self.sweep_orphan(&path, id, &mut report),
            };
            if let Err(error) = swept {
                tracing::warn!(%error, path = %path.display(), "could not be swept");
                report.failed += 1;
            }
        }
        // Reading all names takes its time, and opening a node has none where nobody has died.
        let found = report.processes + report.objects_evicted + report.arenas_removed;
        if unchanged == Unchanged::Clean || found > 0 {
            self.directory.announcements_changed();
            let names = self.sweep_names();
            report.names_removed = names.removed;
            report.failed += names.failed;
            report.strangers = names.strangers;
        }
        // Whoever merely opens the node need not know.
        if unchanged == Unchanged::Clean {
            report.strangers.extend(self.directory.strangers()?);
            report.strangers.sort();
        }
        Ok(report)
    }

    fn sweep_arena(
        &self,
        id: ArenaId,
        what: Sweep,
        unchanged: Unchanged,
        report: &mut SweepReport,
    ) -> Result<()> {
        let Some(custody) = Custody::take(&self.directory, id)? else { return Ok(()) };
        let how = match what {
            Sweep::Dead => Cleaning::OwnerDied,
            Sweep::All => Cleaning::Everything,
        };
        let cleaned = match self.open_map(id) {
            Ok(map) if unchanged == Unchanged::Skip && is_settled(&map) => {
                report.arenas_kept += 1;
                return Ok(());
            }
            // Nobody has custody of it and nobody can read it: it is garbage.
            Err(Error::Layout { .. } | Error::Corrupt { .. }) if what == Sweep::All => {
                custody::remove_files(&self.directory, id)?;
                Cleaned { removed: true, ..Cleaned::default() }
            }
            Err(error) => return Err(error),
            Ok(_) => self.clean(id, &custody, how)?,
        };
        drop(custody);
        if cleaned.pins > 0 {
            self.clean_if_dead(id)?;
        }
        report.objects_evicted += cleaned.evicted;
        report.bytes_freed += cleaned.bytes_freed;
        match cleaned.removed {
            true => report.arenas_removed += 1,
            false => report.arenas_kept += 1,
        }
        Ok(())
    }

    /// A segment is made after its arena's table and removed before it: alone, it is garbage.
    fn sweep_orphan(&self, path: &Path, id: ArenaId, report: &mut SweepReport) -> Result<()> {
        if self.directory.arena_path(id).exists() {
            return Ok(());
        }
        report.bytes_freed += segment::bytes(path);
        segment::remove(path)
    }
}

/// Whether an arena holds nothing but node-scope objects, as its last custodian left it.
fn is_settled(map: &ArenaMap) -> bool {
    map.state() == Some(ARENA_KEPT)
        && map.is_of_this_boot().unwrap_or(false)
        && map.header().is_ok_and(|header| header.reclaim.load(Ordering::Relaxed) == 0)
        // An evictor that was killed may have listed nothing.
        && map.slots().is_ok_and(|mut slots| {
            slots.all(|(_, slot)| slot.word().state() != Some(State::Evicted))
        })
}
