//! Giving back what the dead left.

use std::path::Path;
use std::sync::atomic::Ordering;

use crate::arena::custody::{self, Cleaned, Cleaning, Custody};
use crate::arena::map::ArenaMap;
use crate::arena::segment;
use crate::error::{Error, Result};
use crate::ids::ArenaId;
use crate::layout::ARENA_KEPT;
use crate::lifetime::Scope;
use crate::node::NodeInner;
use crate::node::directory::Entry;
use crate::node::report::SweepReport;
use crate::protocol::{self, Native, State};

/// What a [`Node::sweep`](crate::Node::sweep) ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Sweep {
    /// What dead processes left, except objects of node scope.
    #[default]
    Dead,
    /// Objects of node scope whose owners have exited as well.
    All,
    /// Of the objects of node scope whose owners have exited the oldest, as long as all of them take
    /// more than so many bytes. If they do not, nothing at all is done, and at little cost.
    Beyond(u64),
}

/// What to do with an arena that was cleaned before and has not changed since.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unchanged {
    Skip,
    Clean,
}

impl NodeInner {
    pub(crate) fn sweep(&self, what: Sweep, unchanged: Unchanged) -> Result<SweepReport> {
        if let Sweep::Beyond(most) = what {
            let evicted = self.evict_oldest(most)?;
            if evicted == 0 {
                return Ok(SweepReport::default());
            }
            let report = self.sweep(Sweep::Dead, unchanged)?;
            return Ok(SweepReport { objects_evicted: report.objects_evicted + evicted, ..report });
        }
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
            Sweep::Dead | Sweep::Beyond(_) => Cleaning::OwnerDied,
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

    /// Evicts what [`Sweep::Beyond`] says; its memory is left to a cleaning.
    fn evict_oldest(&self, most: u64) -> Result<u64> {
        let orphans = self.orphans(most)?;
        let mut objects = Vec::new();
        for map in &orphans {
            for (_, slot) in map.slots()? {
                let word = slot.word();
                if word.state() == Some(State::Sealed) && slot.scope() == Scope::Node {
                    objects.push((slot.age(), slot, word.generation()));
                }
            }
        }
        objects.sort_by_key(|(age, ..)| *age);
        let (mut kept, mut evicted) = (0_u64, 0);
        for (_, slot, generation) in objects {
            kept = kept.saturating_add(slot.taken().len);
            if kept > most {
                let ended = protocol::evict::<Native>(&slot.word, generation, State::Sealed);
                evicted += u64::from(ended.is_ok());
            }
        }
        Ok(evicted)
    }

    /// The arenas of exited owners, if their files take more than so many bytes together; none else.
    fn orphans(&self, most: u64) -> Result<Vec<ArenaMap>> {
        let mut taken = 0_u64;
        let mut orphans = Vec::new();
        for (path, entry) in self.directory.entries()? {
            let (Entry::Arena(id) | Entry::Segment(id, _)) = entry else { continue };
            if Custody::is_held(&self.directory, id)? {
                continue;
            }
            match entry {
                Entry::Arena(id) => orphans.push(id),
                _ => taken = taken.saturating_add(segment::bytes(&path)),
            }
        }
        if taken <= most {
            return Ok(Vec::new());
        }
        // What is damaged, or has ended meanwhile, is not for this.
        Ok(orphans.into_iter().filter_map(|id| self.open_map(id).ok()).collect())
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
