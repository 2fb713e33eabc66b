//! `wharf sweep`: frees what dead processes left behind, and says what that was.

use std::fmt;

use anyhow::ensure;
use serde::Serialize;
use wharf::{Error, Fabric, MemoryError, Size, Sweep, SweepReport};

use crate::args;
use crate::human::count;
use crate::session::Session;

/// What was done.
#[derive(Default, Serialize)]
struct Report {
    /// Records of dead processes that were removed.
    processes: u64,
    objects_evicted: u64,
    arenas_removed: u64,
    /// Names whose objects are gone.
    names_removed: u64,
    bytes_freed: u64,
    /// Arenas of dead processes that hold objects which outlive them, or are in use.
    arenas_kept: u64,
    /// Files that could not be cleaned.
    failed: u64,
    /// What lies there and is none of Wharf's: left alone.
    strangers: Vec<String>,
    /// The node file was damaged and was removed.
    mended: bool,
}

pub(crate) fn run(mut session: Session, args: &args::Sweep) -> anyhow::Result<()> {
    // What is to be spoken of must still be there.
    session.options.leave_dead = Some(true);
    let report = match session.find() {
        Ok(Ok(fabric)) => sweep(&fabric, args.all)?,
        Ok(Err(_nowhere)) => Report::default(),
        Err(Error::Memory(MemoryError::NodeDamaged { .. })) if args.all => {
            Report { mended: true, ..Fabric::mend(&session.options)?.into() }
        }
        Err(error) => return Err(error.into()),
    };
    session.voice.say(&report)?;
    let failed = count(report.failed, "file");
    ensure!(report.failed == 0, "{failed} could not be cleaned; the log above says why");
    Ok(())
}

fn sweep(fabric: &Fabric, all: bool) -> wharf::Result<Report> {
    Ok(fabric.sweep(if all { Sweep::All } else { Sweep::Dead })?.into())
}

impl From<SweepReport> for Report {
    fn from(report: SweepReport) -> Self {
        Self {
            processes: report.processes,
            objects_evicted: report.objects_evicted,
            arenas_removed: report.arenas_removed,
            names_removed: report.names_removed,
            bytes_freed: report.bytes_freed,
            arenas_kept: report.arenas_kept,
            failed: report.failed,
            strangers: report.strangers.iter().map(|path| path.display().to_string()).collect(),
            mended: false,
        }
    }
}

/// One line for each kind of thing that was done.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = count(self.arenas_kept, "arena");
        let lines = [
            (u64::from(self.mended), "removed the damaged file that identified the node".into()),
            (
                self.processes,
                format!("removed {} of dead processes", count(self.processes, "record")),
            ),
            (self.objects_evicted, format!("evicted {}", count(self.objects_evicted, "object"))),
            (self.arenas_removed, format!("removed {}", count(self.arenas_removed, "arena"))),
            (self.names_removed, format!("removed {}", count(self.names_removed, "name"))),
            (self.bytes_freed, format!("freed {}", Size(self.bytes_freed))),
            (
                self.arenas_kept,
                format!("kept {kept} of objects that outlive their process, or are in use"),
            ),
        ];
        let mut said = lines.into_iter().filter(|(number, _)| *number > 0).peekable();
        if said.peek().is_none() {
            writeln!(f, "nothing to sweep")?;
        }
        said.try_for_each(|(_, line)| writeln!(f, "{line}"))?;
        self.strangers.iter().try_for_each(|path| {
            writeln!(f, "left alone {}: it is not Wharf's", path.escape_debug())
        })
    }
}
